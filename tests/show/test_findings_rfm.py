"""Findings of the rfm notebook: right numbers, and right in the odd cases."""

import numpy as np
import pandas as pd
import pytest

from seglib import rfm
from seglib.show.findings import rfm as findings


def read(customers: pd.DataFrame, **options):
    scorer = rfm.RFMScorer(**options).fit(customers)
    scores = scorer.transform(customers)
    boundaries = rfm.nearest_boundary(customers, scorer)
    moves = rfm.summarise_boundaries(boundaries, customers, order=scorer.segments_)
    summary = rfm.summarise_segments(customers, scores, order=scorer.segments_)
    return summary, rfm.score_cells(scores, scorer), rfm.score_edges(scorer), moves, scorer.resolution_


def equal(n: int) -> pd.DataFrame:
    index = pd.Index([f"c{i}" for i in range(n)], name="customer_id")
    return pd.DataFrame({"recency_days": 5, "frequency": 1, "monetary_value": 9.5}, index=index)


@pytest.fixture
def customers() -> pd.DataFrame:
    some = equal(10)
    return some.assign(
        recency_days=range(10), frequency=range(10, 0, -1), monetary_value=np.arange(10, 0, -1) ** 2 * 10.0
    )


def test_segments_name_the_one_that_brings_most(customers):
    summary, *_ = read(customers)
    assert findings.segments(summary, "EUR") == (
        "Champions, 40% of the customers (4 of 10), bring 76% of the revenue (€2,940). That is so by construction."
    )


def test_segments_without_revenue(customers):
    summary, *_ = read(customers.assign(monetary_value=[-1.0] * 5 + [0.0] * 5))
    assert "bring the most revenue (0.00)" in findings.segments(summary)


def test_cells_count_both_corners(customers):
    assert findings.cells(read(customers)[1]) == (
        "40% of the customers (4 of 10) score above the middle both on recency and on orders and spending; "
        "40% (4) score below it on both."
    )
    assert "on recency and on orders;" in findings.cells(read(customers, preset="rf_grid")[1])


def test_bands_say_what_the_best_score_takes(customers):
    edges = read(customers)[2]
    assert findings.bands(edges, "GBP") == (
        "The best score (5) takes a last order up to 1 day ago, 9 or more orders and revenue of over £640."
    )
    rows = findings.score_bands(edges, "GBP")
    assert rows.iloc[0].tolist() == [5, "up to 1", "9 or more", "over £640"]
    assert rows.iloc[4].tolist() == [1, "8 or more", "up to 2", "up to £40.00"]


def test_score_bands_of_the_lower_bound_convention(customers):
    rows = findings.score_bands(read(customers, preset="intervals")[2])
    assert rows["recency_days"].tolist() == ["up to 2", "3–4", "5–6", "7–8", "9 or more"]
    assert rows["monetary_value"].iloc[0].endswith("or more")


def test_resolution_offers_bands_of_orders():
    once = equal(100).assign(
        frequency=[1] * 75 + [2] * 15 + [3] * 10, recency_days=range(100), monetary_value=np.arange(100.0)
    )
    assert findings.resolution(read(once)[4]) == (
        "75% of the customers have the same number of orders (1), so only 3 of 5 frequency scores occur; fixed bands "
        "such as frequency_cuts = [1, 2, 3, 5] would tell repeat buyers further apart."
    )
    fixed = findings.resolution(read(once, frequency_cuts=[1, 2, 3, 5])[4])
    assert fixed == "With the fixed cut points 3 of 5 frequency scores occur."


def test_resolution_without_ties(customers):
    assert findings.resolution(read(customers)[4]) == "Ties cost no scores."


def test_everyone_equal_is_said_plainly():
    summary, cells, edges, moves, resolution = read(equal(3))
    assert findings.segments(summary) == "All customers (3) are in one segment: Need Attention."
    assert findings.cells(cells).startswith("0% of the customers (0 of 3)")
    assert findings.bands(edges) == "No measure tells these customers apart: they all score the same."
    assert findings.score_bands(edges).iloc[0].tolist() == [3, "any", "any", "any"]
    assert "All customers have the same number of orders (1)" in findings.resolution(resolution, "EUR")
    assert findings.boundaries(moves, 3) == "Nobody slips to another segment within 30 days."
    assert findings.rises(moves, 3) == "A single order would move nobody to another segment."


FATE = pd.DataFrame(
    {
        "move": ["slips", "rises"], "told": [100, 200], "did": [9, 40], "did_share": [0.09, 0.2],
        "did_share_low": [0.05, 0.15], "did_share_high": [0.16, 0.26], "came_true": [9, 10],
        "came_true_share": [1.0, 0.25], "came_true_share_low": [0.7, 0.14], "came_true_share_high": [1.0, 0.4],
        "within_days": 30,
    }
)  # fmt: skip


def test_what_became_of_those_told():
    assert findings.became(FATE) == (
        "Of the 100 told so 30 days ago, 9.0% (5.0% to 16%) did not order. Of the 40 told so 30 days ago who ordered "
        "exactly once since, 25% (14% to 40%) are in the segment told."
    )
    assert findings.became(FATE.assign(told=9, did=3)).startswith("The history is too short")
    assert findings.became(FATE.head(0)).startswith("The history is too short")


def test_the_key_number_of_slips_carries_its_usual_fate(customers):
    summary, _cells, _edges, moves, _resolution = read(customers)
    numbers = findings.key_numbers(summary, moves, "EUR", FATE)
    assert next(text for title, text in numbers.items() if title.startswith("Slip without")).endswith(
        "last time 9.0% did not order"
    )


def test_boundaries_and_rises_count(customers):
    moves = pd.DataFrame(
        [("A", "slips", "B", 1, 10.0, 7), ("B", "rises", "A", 3, 5.0, 7), ("B", "rises", "C", 1, 5.0, 7)],
        columns=["segment", "move", "next_segment", "customers", "revenue", "within_days"],
    )
    assert findings.boundaries(moves, 10, "USD") == (
        "Without an order, 1 customer of 10 (10%) slips to another segment within 7 days; revenue so far: $10.00."
    )
    assert findings.rises(moves, 10) == (
        "One more order now would move 4 customers of 10 (40%) to another segment, most often A (3)."
    )


def test_key_numbers(customers):
    summary, _, _, moves, _ = read(customers)
    numbers = findings.key_numbers(summary, moves, "EUR")
    assert numbers["Customers"] == "10"
    assert numbers["Champions"] == "4\n76% of revenue"
    assert list(numbers)[3] == "Slip without an order in 30 days"


def test_nobody():
    summary, cells, _, moves, _ = read(equal(2))
    for sentence in (
        findings.segments(summary.iloc[:0]),
        findings.cells(cells.assign(customers=0)),
        findings.boundaries(moves, 0),
        findings.rises(moves, 0),
    ):
        assert sentence == "There are no customers to name."
    assert findings.key_numbers(summary.iloc[:0], moves) == {"Customers": "0"}


FOREIGN = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "Without an order, {n} customer of {all} ({share}) slips to another "
"segment within {days}; revenue so far: {revenue}."
msgid_plural "Without an order, {n} customers of {all} ({share}) slip to another "
"segment within {days}; revenue so far: {revenue}."
msgstr[0] "«{n} slips of {all}»"
msgstr[1] "«{n} slip of {all} within {days}: {revenue}»"

msgid "{n} day"
msgid_plural "{n} days"
msgstr[0] "«{n} day»"
msgstr[1] "«{n} days»"

msgid "All customers ({n}) are in one segment: {segment}."
msgstr "«{segment}: all {n}»"

msgid "Champions"
msgstr "«Best»"
"""

# --- in another language


@pytest.mark.usefixtures("foreign")
@pytest.mark.parametrize(
    ("slipping", "said"), [(1, "«1 slips of 2,000»"), (1200, "«1,200 slip of 2,000 within «30 days»: €9.00»")]
)
def test_sentences_in_another_language_agree_with_their_numbers(slipping: int, said: str) -> None:
    moves = pd.DataFrame({"move": ["slips"], "customers": slipping, "revenue": 9.0, "within_days": 30})
    assert findings.boundaries(moves, 2000, "EUR") == said


@pytest.mark.usefixtures("foreign")
def test_segments_are_told_by_their_name_in_another_language() -> None:
    summary = pd.DataFrame({"segment": ["Champions"], "customers": [5], "revenue": [9.0]})
    assert findings.segments(summary) == "««Best»: all 5»"
