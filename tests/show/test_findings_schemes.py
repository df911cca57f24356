"""Sentences about schemes: the numbers they quote, and what they say where there is little to say."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from seglib import schemes
from seglib.show.findings import schemes as findings

DEALS = pd.DataFrame({"customer_id": list("abc"), "stage": ["won", "lost", "Offer"], "value": [80.0, None, 90.0]})


def row_of(**more) -> dict:
    row = {"scheme": "RFM", "customers": 100, "segments": 3, "covered": 100, "covered_share": 1.0, "note": ""}
    row |= {"completeness_share": 1.0, "smallest_segment": "Lost", "smallest_customers": 9, "judged": 100}
    row |= {"kind": "scheme", "money": 0.2, "rival": "", "rough": False}
    row |= {"explained": 0.3, "explained_low": 0.2, "explained_high": 0.4, "explained_by_cover": 0.0}
    row |= {"auc": 0.7, "auc_low": 0.6, "auc_high": 0.8, "explained_now": 0.5, "stability": 0.4}
    return row | {"stability_low": 0.3, "stability_high": 0.5, "stability_of": "customers keep their segment"} | more


def compared(*rows: dict) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=schemes.COMPARISON_COLUMNS)


def test_coverage_counts_and_names_the_least_known():
    people = pd.DataFrame({"industry": ["retail", "hotel"] * 10 + [None] * 80, "legal_form": [None] * 99 + ["Ltd"]})
    assert findings.coverage(schemes.firmographic(people)) == (
        "Firmographic: 2 segments cover 20 of 100 people (20%); "
        "least is known of legal form (known for 1.0%, not used)."
    )
    assert findings.coverage(schemes.firmographic(None)).startswith("Firmographic: Not available: needs contacts")


def study_of(n: int, segments: int) -> SimpleNamespace:
    names = [f"Kind {place}" for place in range(segments)]
    sizes = pd.DataFrame(
        {"segment": names, "customers": n // max(segments, 1), "customers_share": 1 / max(segments, 1)}
    )
    return SimpleNamespace(sizes=sizes, left_out=3, note="No division comes back.", kind="groups")


def test_needs_name_the_largest_segment_and_who_is_left_out():
    assert findings.needs(study_of(100, 2)) == (
        "Answers divide 100 people into 2 segments; the largest is “Kind 0” with 50% (50); "
        "3 people answered too little and are left out."
    )
    assert findings.needs(study_of(100, 1)).startswith("The 100 people who answered are best seen as one group: No")
    assert findings.needs(schemes.needs_based(None)) == "Not available: needs survey responses."


def said(table: pd.DataFrame) -> str:
    return findings.candidates(SimpleNamespace(candidates=table, note=""))


def test_candidates():
    nothing = schemes.needs_based(None)
    assert findings.candidates(nothing) is nothing.note
    table = pd.DataFrame(
        {"k": [2, 3], "stability": [0.9, 0.8], "weakest_segment": [0.9, 0.7], "recommended": [False, True]}
    ).assign(stability_by_degrees=[0.85, 0.4], kind=["slices", "groups"])
    assert said(table) == (
        "3 segments are the finest division that comes back when the people are drawn again: agreement 0.80 of 1, "
        "where people who differ only in how readily they agree would reach 0.40; the weakest segment 0.70."
    )
    assert said(table.assign(recommended=[True, False], stability_by_degrees=0.91)) == (
        "People differ by degrees: resamples agree on 2 segments by 0.90 of 1, but 0.91 would be reached by people who "
        "differ only in how readily they agree."
    )
    assert "agree best on 2 segments, 0.90" in said(table.assign(recommended=False))
    assert said(table.head(0)).startswith("There are too few people")
    unknown = table.assign(stability=np.nan, recommended=False)
    assert "No division comes back" in said(unknown)


def test_answers_quote_the_clearest():
    row = {"segment": "Savers", "question": "cheap", "answer": "yes", "statistic": "share of answers", "n": 40}
    row |= {"value": 0.9, "everyone": 0.5, "difference": 0.4, "evidence": True}
    told = findings.answers(pd.DataFrame([row]))
    assert told == "“cheap” sets the segments furthest apart: 90% in “Savers” (40 people) against 50% of everyone."
    mean = row | {"answer": "mean", "statistic": "mean", "value": 4.5, "everyone": 3.0}
    assert "on average 4.50 in" in findings.answers(pd.DataFrame([mean]))
    assert "against 3 of everyone" in findings.answers(pd.DataFrame([mean]))
    assert findings.answers(pd.DataFrame([row | {"evidence": False}])).startswith("No answer of any segment")


def test_needs_map():
    assert "38%" in findings.needs_map(pd.DataFrame({"variance_share": [0.2, 0.18, 0.62]}))
    assert "no map" in findings.needs_map(pd.DataFrame({"variance_share": [1.0]}))
    assert "no map" in findings.needs_map(pd.DataFrame({"variance_share": [0.0, 0.0]}))


def test_open_deals():
    told = findings.open_deals(schemes.open_deals(DEALS), "EUR")
    assert (
        told == "1 deal is open, 1 of them with a value (€90.00); "
        "at the win rate of closed deals they would bring about €45.00."
    )
    alone = schemes.open_deals(DEALS[DEALS["stage"] == "Offer"].assign(value=np.nan))
    assert findings.open_deals(alone).endswith("cannot be told, since no deal was won or lost yet.")
    assert findings.open_deals(schemes.open_deals(None)) == "No deal is open."


@pytest.mark.parametrize(
    ("won", "said"),
    [
        ((90, 10), "50% of the closed deals were won (100 of 200), most often with A (90%), least with B (10%)."),
        ((51, 49), "50% of the closed deals were won (100 of 200); no group clearly wins more often than another."),
    ],
)
def test_win_rates(won, said):
    who = pd.Series({"a": "A", "b": "B"})
    rows = [(name, stage) for name, n in zip("ab", won, strict=True) for stage in ["won"] * n + ["lost"] * (100 - n)]
    deals = pd.DataFrame(rows, columns=["customer_id", "stage"])
    assert findings.win_rates(schemes.win_rates(deals, segments=who)) == said
    assert findings.win_rates(schemes.win_rates(deals[deals["customer_id"] == "a"])).count(";") == 0
    assert findings.win_rates(schemes.win_rates(None)).startswith("No deal was won or lost")


def test_white_space():
    gap = {"customer_id": "c1", "product": "ink", "peers": 20, "peers_share": 0.8, "median_spend": 25.0}
    assert findings.white_space(pd.DataFrame([gap]), "USD") == (
        "1 customer does not buy something that peers buy; the largest gap is ink, which 80% of 20 peers buy "
        "for $25.00 (median)."
    )
    assert findings.white_space(schemes.white_space(None, pd.Series(dtype="str"))).startswith("No line is bought")
    cells = pd.DataFrame({"segment": ["A", "B"], "product": "ink", "customers": 50, "share": [0.9, 0.1]})
    cells = cells.assign(share_low=cells["share"] - 0.1, share_high=cells["share"] + 0.1)
    assert findings.white_space_map(cells) == "Segments differ most in ink: 90% of A buy it, 10% of B."
    assert findings.white_space_map(cells.assign(share_low=0.0, share_high=1.0)).startswith("No segment clearly")
    assert findings.white_space_map(cells.head(1)).startswith("There are no two segments")


def test_lookalikes_told_and_not_told():
    table = pd.DataFrame({"is_customer": [True, False, False]})
    found = SimpleNamespace(
        note="", told=True, auc=0.8, auc_low=0.7, auc_high=0.9, best=30, others=70, attributes=["industry"], table=table
    )
    assert findings.lookalikes(found) == (
        "One of the 30 best customers scores above another customer with a chance of 80% (95% interval 0.70 to 0.90); "
        "2 leads are scored by it."
    )
    found.told = False
    assert findings.lookalikes(found).startswith("A good customer can hardly be told by Industry: of two")
    assert findings.lookalikes(schemes.find_lookalikes(None)) == "Not available: needs people."


def test_comparison_quotes_the_best_and_its_rivals():
    low = {"explained": 0.05, "explained_low": 0.01, "explained_high": 0.1}
    told = findings.comparison(compared(row_of(), row_of(scheme="Places", **low)))
    assert told == (
        "RFM explains most of the differences in the ranks of next period's revenue: 30% (95% interval 20% to 40%)."
    )
    near = findings.comparison(compared(row_of(), row_of(scheme="Places", explained=0.25)))
    assert near.endswith("but Places may explain as much.")
    mere = findings.comparison(compared(row_of(explained_by_cover=0.2)))
    assert "more than half of what RFM explains is only whether a customer is covered" in mere


BANDS = "Spend so far, in bands"


@pytest.mark.parametrize(
    ("ahead", "money_ahead", "said"),
    [
        (0.1, 0.1, "explain 25%; of the money it is 28% against 35% of “Spend so far, in bands”."),
        (
            0.1,
            -0.1,
            "explain 25%, but of the money “Spend so far, in bands” explains no less than the scheme: 35% against",
        ),
        (0.0, 0.1, "RFM explains no more of next period's revenue than “Spend so far, in bands” does: 30% of"),
        (-0.1, -0.1, "“Spend so far, in bands” explains more of next period's revenue than any scheme: 25% of its"),
    ],
)
def test_comparison_says_whether_plain_bands_are_beaten(ahead, money_ahead, said):
    """The interval is of the difference: that two intervals overlap says nothing on pairs of the same customers."""
    told = {"rival": BANDS, "money_rival": BANDS, "money": 0.28, "days": 1, "ahead": ahead}
    told |= {"ahead_low": ahead - 0.05, "ahead_high": ahead + 0.05, "money_ahead_low": money_ahead - 0.05}
    plain = row_of(scheme=BANDS, kind="bands", explained=0.25, money=0.35)
    assert said in findings.comparison(compared(row_of(**told), plain))


def test_comparison_says_of_how_many_periods_and_how_few_customers():
    told = findings.comparison(compared(row_of(days=3, rough=True)))
    assert told.endswith("judged over 3 periods together; with 100 customers the intervals are rough.")


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([], "No scheme covers any customer."),
        ([row_of(covered=0, explained=np.nan)], "No scheme covers any customer."),
        ([row_of(explained=np.nan)], "RFM covers most customers (100%)"),
        ([row_of(explained_low=-0.1)], "No scheme explains next period's revenue better than chance"),
    ],
)
def test_comparison_where_there_is_little_to_say(rows, said):
    assert findings.comparison(compared(*rows)).startswith(said)


def test_comparison_rows_write_what_was_not_judged():
    later = row_of(
        scheme="Personas", judged=0, explained=np.nan, auc=np.nan, stability=np.nan, stability_of="", note="later"
    )
    fixed = row_of(scheme="Places", stability=np.nan, stability_of="fixed attributes", segments=0)
    rows = findings.comparison_rows(compared(row_of(), later, fixed)).set_index("scheme")
    assert rows["explains"].tolist() == ["30% (20% to 40%)", "later", "30% (20% to 40%)"]
    assert rows["lasts"].tolist() == ["40% keep their segment", "not measured", "fixed attributes"]
    assert rows.loc["Personas", "buyers"] == "–"
    assert rows.loc["Places", "smallest"] == "–"
    assert findings.comparison_rows(compared()).empty


FOREIGN = """msgid ""
msgstr ""
"Language: en\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "{scheme} covers most customers ({share}); what the schemes explain of the next period cannot be told here."
msgstr "«{scheme} covers most customers ({share}); what the schemes explain of the next period cannot be told here.»"

msgid "Needs"
msgstr "«Needs»"

msgid "Firmographic"
msgstr "«Firmographic»"

msgid "{n} deal is open, {valued} of them with a value ({value})"
msgid_plural "{n} deals are open, {valued} of them with a value ({value})"
msgstr[0] "«{n} deal is open, {valued} of them with a value ({value})»"
msgstr[1] "«{n} deals are open, {valued} of them with a value ({value})»"

msgid "Not available: {why}"
msgstr "«Not available: {why}»"

msgid "needs {data}."
msgstr "«needs {data}.»"

msgid "contacts with the industry or the employees of companies"
msgstr "«contacts with the industry or the employees of companies»"
"""


def test_sentences_come_in_the_language_of_the_report(foreign):
    nobody = findings.coverage(schemes.firmographic(None))
    needed = "«contacts with the industry or the employees of companies»"
    assert nobody == f"«Firmographic»: «Not available: «needs {needed}.»»"
    stages = pd.DataFrame({"deals": [3], "valued": [2], "value": [1500.0], "expected_value": [600.0]})
    assert findings.open_deals(stages, "EUR").startswith("«3 deals are open, 2 of them with a value (€1,500)»; at the")
    table = pd.DataFrame({"scheme": ["Needs"], "covered": 9, "covered_share": 0.9, "explained": float("nan")})
    assert findings.comparison(table).startswith("««Needs» covers most customers (90%);")
