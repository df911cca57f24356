"""Findings of the segments notebook: sentences that are right, in odd cases too."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from seglib.show.findings import segments as findings
from seglib.show.findings.segments.overlaps import ALONE, NEITHER, SPARED
from seglib.show.findings.segments.sizes import NOBODY

COLUMNS = ["segment", "status", "people", "customers", "customers_share", "revenue", "revenue_share"]


def summary(*rows: tuple) -> pd.DataFrame:
    table = pd.DataFrame(list(rows), columns=COLUMNS)
    money = {column: table[column].astype("float64") for column in ("customers_share", "revenue", "revenue_share")}
    counts = {column: table[column].astype("Int64") for column in ("people", "customers")}
    return table.assign(
        **money, **counts, group=table["segment"], rule="a > b", action="Do it", average_revenue=1.0, unknown=0
    )


def lacking(*rows: tuple) -> pd.DataFrame:
    missing = [(name, (status.rpartition(" ")[2],), "Do it") for name, status, *_ in rows if status != "available"]
    return pd.DataFrame(missing, columns=["segment", "needs", "action"])


TWO = (
    ("Top spenders", "available", 10, 10, 0.1, 450.0, 0.45),
    ("Dormant", "available", 60, 50, 0.5, 100.0, 0.1),
    ("Abandoned carts", "not available: needs events", None, None, None, None, None),
    ("Curious prospects", "not available: needs events", None, None, None, None, None),
    ("Support waiting", "not available: needs tickets", None, None, None, None, None),
)


def combined(*rows: tuple) -> pd.DataFrame:
    return pd.DataFrame({"segments": [row[0] for row in rows], "people": [row[1] for row in rows]})


def rule(name: str, text: str = "a > b", does: tuple = (), avoids: tuple = (), **more: object) -> SimpleNamespace:
    return SimpleNamespace(
        name=name,
        description=f"{name}!",
        rule=text,
        action="Write.",
        does=does,
        avoids=avoids,
        **{"settings": {}} | more,
    )


PAIRS = pd.DataFrame(
    [("A", "B", 40, 0.5, 0.2, 2.0), ("A", "C", 5, 0.1, 0.9, 9.0), ("B", "C", 90, 0.3, 0.3, 1.1)],
    columns=["a", "b", "both", "share_of_a", "share_of_b", "lift"],
)


def conflicts(*rows: tuple) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=["a", "b", "customers", "why"])


def test_sizes_name_the_segment_that_brings_most_for_its_size():
    assert findings.sizes(findings.whole_rows(summary(*TWO), min_group=0), "EUR") == (
        "Top spenders: 10% of the customers (10) bring 45% of the revenue (€450.00)."
    )


def test_sizes_without_revenue_name_the_largest():
    assert findings.sizes(findings.whole_rows(summary(("Leads", "available", 1, 0, 0.0, 0.0, None)), min_group=0)) == (
        "The largest segment is Leads with 1 person."
    )
    assert (
        findings.sizes(findings.whole_rows(summary(TWO[1]), min_group=0))
        == "The largest segment is Dormant with 60 people."
    )


def test_a_segment_of_most_customers_or_most_money_is_too_broad():
    """Card prices made 96% of the customers of a grocer one segment."""
    told = summary(
        *TWO, ("Coupons", "available", 96, 96, 0.96, 5.0, 0.5), ("Whales", "available", 40, 40, 0.4, 5.0, 0.61)
    )
    assert findings.sizes(findings.whole_rows(told, min_group=0), "EUR").endswith(
        " Too broad to set anyone apart: Coupons and Whales."
    )
    marks = findings.size_rows(told, min_group=0).set_index("segment")["remark"]
    assert marks[marks != ""].to_dict() == {"Coupons": "too broad", "Whales": "too broad"}


def test_nobody_and_nothing():
    empty = summary()
    assert (
        findings.sizes(findings.whole_rows(empty, min_group=0))
        == findings.sizes(findings.whole_rows(summary(("A", "available", 0, 0, 0.0, 0.0, 0.0)), min_group=0))
        == NOBODY
    )
    assert findings.sizes(findings.whole_rows(summary(*TWO[2:]), min_group=0)) == NOBODY
    assert findings.unavailable(empty, lacking()) == "All 0 segments can be found in these data."
    assert findings.size_rows(empty, min_group=0).empty
    assert findings.overlaps(combined()) == findings.overlaps(combined((("A",), 3))) == ALONE
    assert findings.pairs(PAIRS[:0], min_group=0).startswith("No two segments")
    assert findings.contradictions(conflicts()).startswith("Nobody is in two")
    assert findings.contradiction_rows(conflicts(), []).empty
    assert findings.definitions([]) == "No segment is defined."
    assert findings.definition_rows([]).empty
    assert findings.priority(pd.Series([], dtype="str")) == NOBODY
    assert findings.key_numbers(empty, combined(), conflicts(), 0)["People in at least one"] == "0\nof 0"


def test_key_numbers():
    table = combined((("A",), 6), (("A", "B"), 3), (("A", "B", "C"), 1))
    assert findings.key_numbers(summary(*TWO), table, conflicts(("A", "B", 2, "")), 20) == {
        "Segments available": "2\nof 5",
        "People in at least one": "10\nof 20",
        "People in several": "4\n40% of these",
        "Contradictions": "1\npair of segments",
    }


def test_parts_of_a_split_segment_count_once():
    parts = summary(*[(f"Once: {i}", "available", 1, 1, 0.1, 1.0, 0.1) for i in range(4)], TWO[2])
    parts["group"] = [*["Once"] * 4, "Abandoned carts"]
    assert findings.key_numbers(parts, combined(), conflicts(), 9)["Segments available"] == "1\nof 2"
    assert findings.unavailable(parts, lacking(TWO[2])).startswith("1 of 2 segments is")


def test_parts_are_put_together_and_divisions_of_everybody_left_out():
    parts = summary(
        ("Once: new", "available", 5, 4, 0.04, 8.0, 0.01),
        ("Dormant", "available", 60, 50, 0.5, 100.0, 0.1),
        ("Once: old", "available", 70, 6, 0.06, None, None),
        ("By location: Italy", "available", 90, 90, 0.9, 900.0, 0.9),
        TWO[2],
    )
    parts["group"] = ["Once", "Dormant", "Once", "By location", "Abandoned carts"]
    parts.loc[3, "rule"] = " TRUE "
    whole = findings.whole_rows(parts, min_group=0).set_index("segment")
    assert whole.index.tolist() == ["Once", "Dormant"]
    assert whole.loc["Once", ["people", "customers", "revenue"]].tolist() == [75, 10, 8.0]
    rows = findings.size_rows(parts, min_group=0)["segment"].tolist()
    assert rows == ["Once: new", "Once: old", "Dormant", "By location: Italy"]


def test_money_of_small_groups_is_left_out():
    rows = findings.size_rows(summary(*TWO), min_group=30).set_index("segment")
    assert rows.index.tolist() == ["Dormant", "Top spenders"]
    assert rows.loc["Top spenders", ["revenue", "revenue_share", "average_revenue"]].isna().all()
    assert rows.loc["Dormant", "revenue"] == 100


def test_what_is_missing_and_what_would_bring_it():
    told = findings.unavailable(summary(*TWO), lacking(*TWO))
    assert told == "3 of 5 segments are not available; events would bring 2 of them."
    rows = findings.unavailable_rows(lacking(*TWO))
    assert rows["needs"].tolist() == ["events", "events", "tickets"]
    one = findings.unavailable(summary(*TWO[:2], TWO[4]), lacking(TWO[4]))
    assert one == "1 of 3 segments is not available; tickets would bring 1 of them."
    both = pd.DataFrame({"segment": ["A"], "needs": [("events", "tickets")], "action": ["Do."]})
    assert findings.unavailable_rows(both)["needs"].tolist() == ["events and tickets"]


def test_definitions_tell_the_thresholds_a_rule_uses():
    settings = {"good_spend": 100, "top_share": 0.1, "column": "city"}
    rules = [
        rule("Shoes", "spent_on('top_share') >\n  good_spend", origin="own", settings=settings),
        rule("Saved", "", origin="catalogue", settings=settings),
        rule("By place", "is_contact", split=SimpleNamespace(column="country", at=())),
        rule("By age", "a > 1", split=SimpleNamespace(column="recency_days", at=("good_spend", 90)), settings=settings),
    ]
    rows = findings.definition_rows(rules)
    assert rows["rule"].tolist() == [
        "spent_on('top_share') > good_spend",
        "a list of customers",
        "is_contact; one for each country",
        "a > 1; one for each band of recency_days cut at good_spend and 90",
    ]
    assert rows["thresholds"].tolist() == ["good_spend = 100", "", "", "good_spend = 100"]
    assert findings.definitions(rules).startswith("4 segments, 1 of them written by the shop; each threshold")
    assert findings.definitions(rules[1:2]).startswith("1 segment, all of them as shipped")


def test_overlaps():
    table = combined((("A",), 6), (("A", "B"), 3), (("A", "B", "C"), 1))
    assert findings.overlaps(table) == (
        "40% of the people in a segment (4 of 10) are in several; most often exactly A and B (3)."
    )


def test_pairs_need_enough_people_and_more_than_chance():
    assert findings.pair_rows(PAIRS, min_group=30)["b"].tolist() == ["B"]
    assert findings.pairs(PAIRS, min_group=30) == (
        "40 people are both in A and in B, 2.0 times as many as chance would bring together."
    )
    assert findings.pair_rows(PAIRS, min_group=0)["lift"].tolist() == [9.0, 2.0]
    assert findings.pair_rows(PAIRS.assign(lift=np.nan), min_group=0).empty


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        (rule("a", does=("promote",)), rule("b", does=("help",), avoids=("promote",)), "Answer first, sell later."),
        (rule("a", does=("ask",), avoids=("promote",)), rule("b", does=("promote",)), "Ask first, offer later."),
        (rule("a", does=("discount",)), rule("b", avoids=("discount",)), SPARED["discount"]),
        (rule("a"), rule("b"), NEITHER),
    ],
)
def test_a_contradiction_says_what_goes_first(first, second, told):
    rows = findings.contradiction_rows(conflicts(("a", "b", 3, "because"), ("a", "x", 9, "?")), [first, second])
    assert rows["customers"].tolist() == [9, 3]
    assert rows["action"].tolist() == [NEITHER, told]


def test_contradictions():
    table = conflicts(("A", "B", 1200, "because"), ("A", "C", 3, "because"))
    assert findings.contradictions(table) == (
        "2 pairs of segments ask for opposite things, most often A and B, for 1,200 people."
    )
    assert findings.contradictions(table[1:]) == ("1 pair of segments asks for opposite things: A and C, for 3 people.")


def test_priority():
    names = pd.Series(["A", "No segment", "B"])
    assert findings.priority(names) == "2 of 3 customers are in a segment; the others in none."
    assert findings.priority(names[[0]]) == "Each of 1 customer is in a segment."


def test_small_parts_of_a_split_segment_are_told_together():
    summary = pd.DataFrame(
        {
            "segment": ["By place: Cork", "By place: Sligo", "By place: Vigo", "By place: Oslo", "Small"],
            "group": ["By place"] * 4 + ["Small"], "status": "available", "rule": ["true"] * 4 + ["frequency > 1"],
            "people": [40, 3, 2, 0, 1], "customers": [30, 2, 2, 0, 1],
            "customers_share": [0.75, 0.05, 0.05, 0.0, 0.025],
            "revenue": [300.0, 20.0, 12.0, 0.0, 5.0], "revenue_share": [0.9, 0.06, 0.036, 0.0, 0.015],
            "average_revenue": [10.0, 10.0, 6.0, np.nan, 5.0],
        }
    )  # fmt: skip
    told = findings.size_rows(summary, min_group=4)
    assert told["segment"].tolist() == ["Small", "By place: Cork", "By place: 2 smaller ones", "By place: Oslo"]
    assert told["people"].tolist() == [1, 40, 5, 0]
    assert told.loc[2, ["customers", "revenue", "average_revenue"]].tolist() == [4, 32.0, 8.0]
    assert told["people"].sum() == summary["people"].sum()
    assert len(findings.size_rows(summary, min_group=0)) == len(summary)


FOREIGN = """msgid ""
msgstr ""
"Language: en\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "{segment}: {customers_share} of the customers ({customers}) bring {revenue_share} of the revenue ({revenue})."
msgstr "«{segment}: {customers_share} of the customers ({customers}) bring {revenue_share} of the revenue ({revenue}).»"

msgid "Top spenders"
msgstr "«Top spenders»"

msgid "events"
msgstr "«events»"

msgid "{n} of {segments} is not available; {needs} would bring {most} of them."
msgid_plural "{n} of {segments} are not available; {needs} would bring {most} of them."
msgstr[0] "«{n} of {segments} is not available; {needs} would bring {most} of them.»"
msgstr[1] "«{n} of {segments} are not available; {needs} would bring {most} of them.»"
"""


def test_sentences_come_in_the_language_of_the_report(foreign):
    rows = findings.whole_rows(summary(*TWO), min_group=0)
    assert findings.sizes(rows) == "««Top spenders»: 10% of the customers (10) bring 45% of the revenue (450.00).»"
    told = findings.unavailable(summary(*TWO), lacking(*TWO))
    assert told == "«3 of 5 segments are not available; «events» would bring 2 of them.»"
    assert findings.unavailable_rows(lacking(*TWO))["needs"].tolist() == ["«events»", "«events»", "tickets"]
