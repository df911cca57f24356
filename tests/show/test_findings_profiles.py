"""Sentences of the profiles page: the numbers they quote, and what they say where there is little to say."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from seglib.show import display
from seglib.show.findings import profiles as findings


def profile_of(*rows: tuple) -> pd.DataFrame:
    """Segment, customers and revenue -> the columns that the sentences read."""
    table = pd.DataFrame(rows, columns=["segment", "customers", "revenue"])
    total = table["revenue"].sum()
    table["customers_share"] = table["customers"] / table["customers"].sum()
    table["revenue_share"] = table["revenue"] / total if total > 0 else np.nan
    table["revenue_per_customer"] = table["revenue"] / table["customers"]
    table["revenue_per_customer_low"] = table["revenue_per_customer"] - 10
    table["revenue_per_customer_high"] = table["revenue_per_customer"] + 10
    return table.assign(differs=True, rough=table["customers"] < 50)


def trait(**more) -> dict:
    row = {
        "segment": "Owls",
        "attribute": "average_order_value",
        "value": "",
        "statistic": "median",
        "in_segment": 31.5,
    }
    row |= {"elsewhere": 18.4, "index": 171.0, "effect": 0.42, "effect_low": 0.3, "effect_high": 0.5, "n": 340}
    return row | {"evidence": True, "tested": True} | more


PROFILE = profile_of(("Champions", 20, 600.0), ("Lost", 70, 300.0), ("Not covered", 10, 100.0))
EMPTY = PROFILE.head(0)
TRAITS = pd.DataFrame(
    [
        trait(),
        trait(
            attribute="category",
            value="Tea",
            statistic="mean share of spend",
            in_segment=0.4,
            elsewhere=0.1,
            effect=-0.2,
        ),
        trait(
            attribute="age",
            value="18-24",
            statistic="share of customers",
            in_segment=0.1,
            elsewhere=0.2,
            evidence=False,
        ),
    ]
)


def test_sizes_quote_the_segment_with_the_widest_gap():
    assert findings.sizes(PROFILE) == "Champions: 20% of the customers (20 of 100) bring 60% of the revenue."


@pytest.mark.parametrize(
    ("profile", "said"),
    [
        (EMPTY, "No customer is in a segment"),
        (profile_of(("Not covered", 5, 9.0)), "No customer is in a segment"),
        (profile_of(("Everyone", 1, 9.0)), "There is one segment, Everyone, with all customers (1)."),
        (profile_of(("A", 50, 51.0), ("B", 50, 49.0)), "Money is spread like customers"),
        (profile_of(("A", 60, 0.0), ("B", 40, 0.0)), "The largest segment is A with 60% of the customers (60 of 100)"),
        (profile_of(("A", 10, 10.0), ("Other (30)", 90, 90.0)), "A: 10% of the customers (10 of 100) bring 10%"),
    ],
)
def test_sizes_where_there_is_little_to_say(profile, said):
    assert findings.sizes(profile).startswith(said)


def test_revenue_per_customer_quotes_intervals_and_doubts_overlap():
    text = findings.revenue_per_customer(PROFILE, "EUR")
    assert text == (
        "A customer brings most in Champions (€30.00; roughly €20.00 to €40.00) and least in Lost "
        "(€4.29; 95% interval −€5.71 to €14.29)."
    )
    close = profile_of(("A", 50, 500.0), ("B", 50, 450.0))
    assert findings.revenue_per_customer(close).endswith("; chance could explain that.")
    assert findings.revenue_per_customer(PROFILE.assign(differs=False)).endswith("; chance could explain that.")
    same = profile_of(("A", 50, 500.0), ("B", 5, 50.0))
    assert findings.revenue_per_customer(same) == "A customer brings 10.00 on average in every segment."
    assert findings.revenue_per_customer(PROFILE.head(1)).startswith("Fewer than two segments")


def test_coverage_tells_when_those_known_are_not_typical():
    half = profile_of(("18-24", 20, 300.0), ("25-34", 20, 300.0), ("Not covered", 60, 400.0))
    assert findings.coverage(half, "age") == (
        "Age is known for 40 of 100 customers (40%), who bring 60% of the revenue: they are not typical of the others, "
        "so read what follows for them alone."
    )
    alike = profile_of(("18-24", 40, 400.0), ("Not covered", 60, 600.0))
    assert findings.coverage(alike, "age").endswith("who bring 40% of the revenue.")
    assert findings.coverage(profile_of(("A", 2, 1.0)), "age") == "Age is known for each of 2 customers."
    assert (
        findings.coverage(profile_of(("A", 1, 0.0), ("Not covered", 1, 0.0)), "age")
        == "Age is known for 1 of 2 customers."
    )
    assert findings.coverage(profile_of(("Not covered", 2, 1.0)), "").startswith("Nothing about the contacts")


def test_index_heatmap_quotes_both_ends():
    index = pd.DataFrame({"frequency": [340.0, 50.0], "returns_share": [np.nan, np.nan]}, index=["A", "B"])
    assert findings.index_heatmap(index) == (
        "The average customer is 100; furthest above is Orders of A with 340 and furthest below is Orders of B with 50."
    )
    assert (
        findings.index_heatmap(index.head(1)) == "The average customer is 100; furthest above is Orders of A with 340."
    )
    assert findings.index_heatmap(index / index * 100).startswith("The segments hardly differ")
    assert findings.index_heatmap(index.head(0)).startswith("No measure")


def test_mean_positions_quote_the_measure_that_sets_segments_apart():
    positions = pd.DataFrame({"frequency": [80.0, 30.0], "recency_days": [40.0, 60.0]}, index=["A", "B"])
    assert findings.mean_positions(positions) == (
        "Orders sets the segments furthest apart: A at 80, B at 30, where the middle customer is at 50."
    )
    assert findings.mean_positions(positions.head(1)).startswith("There are no two")
    assert findings.mean_positions(positions[[]]).startswith("There are no two")


def test_traits_count_and_quote_the_clearest():
    assert findings.traits(TRAITS, "USD") == (
        "Differences that hold up: 2 of 3; the clearest is Average order value of Owls, $31.50 against $18.40 "
        "elsewhere (340 customers)."
    )
    assert findings.traits(TRAITS.tail(1)).startswith("None of the 1 differences looked at")
    assert findings.traits(TRAITS.head(0)) == "There are no two groups large enough to compare."


def test_trait_rows_are_written_out():
    rows = findings.trait_rows(TRAITS, "USD")
    assert rows["trait"].tolist() == ["Average order value", "Spend on Tea"]
    assert rows["in_segment"].tolist() == ["$31.50", "40%"]
    html = display.table_html(rows, columns=findings.TRAITS)
    assert "<td>+0.42 (+0.30 to +0.50)</td>" in html
    assert "<td>−0.20 (+0.30 to +0.50)</td>" in html
    assert findings.trait_rows(TRAITS.head(0)).empty


def test_usable_attributes_name_what_was_left_out():
    table = pd.DataFrame({"attribute": ["pet", "phone"], "used": [True, False], "reason": ["", "identifier"]})
    assert findings.usable_attributes(table) == "Not compared: Phone (identifier)."
    assert findings.usable_attributes(table.head(1)) == "All 1 attribute of the customers could be compared."
    assert findings.usable_attributes(table.head(0)).startswith("The data say nothing")
    many = pd.DataFrame({"attribute": [f"x{i}" for i in range(9)], "used": False, "reason": "a date"})
    assert findings.usable_attributes(many).endswith("X3 (a date) and 5 more.")


def test_actions_tell_what_is_missing_first_then_what_is_derived():
    table = pd.DataFrame({"segment": ["A", "B"], "revenue_share": [0.7, 0.3], "source": ["playbook", "none"]})
    assert findings.actions(table) == "Without an action yet: B; add one under [actions] in shop.toml."
    derived = table.assign(source=["playbook", "derived"])
    assert findings.actions(derived).startswith("The data alone suggest the action for 1 of 2 segments")
    known = table.assign(source="playbook")
    assert findings.actions(known) == (
        "There is an action for each of 2 segments; most money is with A (70% of the revenue)."
    )
    assert findings.actions(known.assign(revenue_share=np.nan)) == "There is an action for each of 2 segments."
    assert findings.actions(table.head(0)).startswith("No customer is in a segment")


@pytest.mark.parametrize(
    ("strength", "said"),
    [(0.61, "closely"), (0.4, "in part"), (0.2, "a little"), (0.02, "hardly anything"), (np.nan, "cannot")],
)
def test_cross_segments_say_how_closely_two_go_together(strength, said):
    cross = pd.DataFrame(
        {
            "first": ["X", "X", "Y", "Y"],
            "second": ["P", "Q", "P", "Q"],
            "customers": [40, 10, 10, 40],
            "row_share": [0.8, 0.2, 0.2, 0.8],
            "overall_share": 0.5,
        }
    )
    text = findings.cross_segments(cross, pd.Series({"cramers_v": strength}), "rfm_segment", "persona")
    assert text.startswith("RFM segment and Persona")
    assert said in text
    if strength == strength:
        assert text.endswith("80% of X are P, against 50% of all customers.")


def test_key_numbers():
    numbers = findings.key_numbers(PROFILE, TRAITS, "EUR")
    assert numbers == {
        "Customers": "100",
        "Revenue": "€1,000",
        "Segments": "2",
        "Largest share of revenue": "60%\nChampions",
        "Differences that hold up": "2\nof 3 compared",
    }
    assert findings.key_numbers(EMPTY, TRAITS.head(0))["Customers"] == "0"


FOREIGN = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "{segment}: {share} of the customers ({n} of {all}) bring {revenue} of the revenue."
msgstr "«{revenue} from {segment}, {n} of {all}»"

msgid "Champions"
msgstr "«Best»"

msgid "derived from {measures}"
msgstr "«from {measures}»"

msgid "frequency"
msgstr "«orders»"

msgid "playbook"
msgstr "«book»"
"""

# --- in another language


@pytest.mark.usefixtures("foreign")
def test_sentences_in_another_language_keep_their_numbers() -> None:
    assert findings.sizes(PROFILE) == "«60% from «Best», 20 of 100»"


@pytest.mark.usefixtures("foreign")
def test_where_an_action_comes_from_is_told_in_another_language() -> None:
    table = pd.DataFrame(
        {
            "segment": ["Champions", "Owls", "Lost"],
            "source": ["playbook", "derived", "shop settings"],
            "action": ["Thank.", "Ask.", "Wait."],
        }
    )
    rows = findings.action_rows(table.assign(measures=[(), ("recency_days", "frequency"), ()]))
    assert rows["source"].tolist() == ["«book»", "«from recency days and «orders»»", "shop settings"]
    assert rows["action"].tolist() == ["Thank.", "Ask. («from recency days and «orders»»)", "Wait."]
