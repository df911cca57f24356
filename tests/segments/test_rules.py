"""Memberships, overlaps, explanations, and each rule of the catalogue at its boundaries, by hand."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seglib.errors import InputError
from seglib.segments.rules import RuleBook, Segment, Split, find_members, read_rules
from seglib.tables.measures import PEOPLE

AS_OF = dt.date(2024, 3, 1)
KINDS = {measure.name: measure.kind for measure in PEOPLE}
CARTS, LAUNCHES, SHARE, HOLIDAYS = (
    "abandoned_carts(24, 30)", "launches_bought(30)", "launches_share(30)", "orders_around('any', 10)"
)  # fmt: skip
CHANCE, SEASONS = "holiday_chance('any', 10)", "holiday_seasons('any', 10)"


def people(**columns: list) -> pd.DataFrame:
    """People named a, b, c, ..., each with a value a column."""
    many = max((len(values) for values in columns.values()), default=0)
    table = pd.DataFrame(index=pd.Index([chr(97 + i) for i in range(many)], name="customer_id", dtype="str"))
    types = {"number": "float64", "boolean": "boolean", "text": "str", "date": "datetime64[us]"}
    for name, values in columns.items():
        table[name] = pd.array(values, dtype=types[KINDS.get(name, "number")])
    return table


def shop(name: str, **changed: object) -> RuleBook:
    return read_rules("shop", settings=changed or None).only([name])


def inside(book: RuleBook, table: pd.DataFrame, measured: pd.DataFrame | None = None) -> str:
    """Letters of those who are in."""
    return "".join(sorted(set(find_members(table, book, measured=measured, as_of=AS_OF).table["customer_id"])))


# the catalogue, at its boundaries: just in, just out, missing -------------------------------------------------------


def test_top_spenders():
    """Rank 0.9 is in exactly, though 1 - 0.1 need not be 0.9 in binary; equal customers are in or out together."""
    ranks = {"revenue_rank": [0.9, 90 / 100, 0.8999, 0.99, None], "orders_rank": [0, 0, 0.95, 0, None]}
    table = people(frequency=[1, 1, 1, 1, 0], **ranks)
    assert inside(shop("Top spenders"), table) == "abd"
    assert find_members(table, shop("Top spenders"), as_of=AS_OF).summary["unknown"].tolist() == [0]
    assert inside(shop("Top spenders", top_by="orders"), table) == "c"
    for share in (0.05, 0.1, 0.15, 0.2, 0.3, 0.35, 0.4, 0.7, 0.9):
        edge = people(frequency=[1, 1], revenue_rank=[round(1 - share, 12), round(1 - share - 0.001, 12)])
        assert inside(shop("Top spenders", top_share=share), edge) == "a"
    by_value = shop("Top spenders", top_by="order_value")
    assert find_members(table, by_value, as_of=AS_OF).summary["status"].tolist() == ["not available: needs orders"]


def test_regulars():
    """What was called Loyal customers, and who ordered within the last three months."""
    table = people(
        frequency=[4, 3, 4, 4, 4, 4, 9, 9],
        revenue_rank=[0.6, 0.9, 0.59, 0.6, 0.6, None, 0.95, 0.95],
        tenure_days=[180, 900, 900, 179, 180, 900, 900, 900],
        largest_order_share=[0.5, 0.1, 0.1, 0.1, 0.51, 0.1, 0.2, 0.2],
        recency_days=[90, 1, 1, 1, 1, 1, 1, 91],
    )
    assert inside(shop("Regulars"), table) == "ag"


def test_one_time_buyers():
    """One order ever, not one in the window; a lead has none."""
    table = people(orders_ever=[1, 1, 1, 1, 1, 2, 0, None], recency_days=[29, 30, 89, 90, 180, 3, None, 3])
    found = find_members(table, shop("One-time buyers"), as_of=AS_OF)
    assert found.table.values.tolist() == [
        ["a", "One-time buyers: under 30 days"],
        ["b", "One-time buyers: 30 to under 90 days"],
        ["c", "One-time buyers: 30 to under 90 days"],
        ["d", "One-time buyers: 90 to under 180 days"],
        ["e", "One-time buyers: 180 days or more"],
    ]
    assert found.summary["unknown"].tolist() == [1] * 4
    assert found.members("One-time buyers").tolist() == list("abcde")


def test_dormant():
    table = people(
        is_customer=[True, True, True, True, False, True],
        silence_ratio=[3.01, 3, 9, 9, None, None],
        orders_ever=[3, 3, 9, 3, 0, 3],
        recency_days=[31, 90, 31, 30, None, 400],
    )
    assert inside(shop("Dormant"), table) == "a"
    assert inside(shop("Dormant", dormant_gaps=0.5, dormant_least_days=0), table) == "abcd"


def test_coupon_customers():
    table = people(frequency=[2, 2, 1, 4, 0], coupon_share=[1.0, 0.5, 1.0, 0.75, None])
    assert inside(shop("Coupon customers"), table) == "ad"
    assert inside(shop("Coupon customers", coupon_orders=1), table) == "acd"


def test_replenishers():
    table = people(
        replenish_days=[4, 3, 4, 4, 4, 4, None],
        replenish_variation=[0.35, 0, 0.36, 0.1, 0.1, 0.1, None],
        replenish_gap_days=[30, 30, 30, 6.5, 7, 30, None],
        replenish_due_days=[-30, 3, 3, 3, 3, -31, None],
        replenish_hit_low=[0.4, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9],
    )
    assert inside(shop("Replenishers"), table) == "ae"
    assert inside(shop("Replenishers", replenish_gaps_overdue=2), table) == "aef"
    assert inside(shop("Replenishers"), table.assign(replenish_hit_low=[0.39, *[None] * 6])) == ""  # no such product


def test_bulk_buyers():
    table = people(
        frequency=[1, 1, 1, 1, 0, 1],
        items_rank=[0.9, 0.89, 0.95, 0.95, None, 0.9],
        items_per_order=[5, 50, 4.9, 50, None, 50],
        orders_rank=[0.74, 0, 0, 0.75, 0, None],
    )
    assert inside(shop("Bulk buyers"), table) == "a"


def test_trend_followers():
    table = people(frequency=[1, 1, 1, 1])
    measured = pd.DataFrame({LAUNCHES: [2, 1, 5, None], SHARE: [0.3, 1.0, 0.29, None]}, index=table.index)
    assert inside(shop("Trend followers"), table, measured) == "a"


def test_by_location():
    table = people(country=["IT", "FR", "IT", None, "IT"], city=["Rome", None, "Rome", "Oslo", "Bari"])
    found = find_members(table, shop("By location"), as_of=AS_OF)
    assert found.summary[["segment", "people", "unknown"]].values.tolist() == [
        ["By location: IT", 3, 1],
        ["By location: FR", 1, 1],
    ]
    cities = find_members(table, shop("By location", location_by="city", split_most=2), as_of=AS_OF)
    assert cities.summary["segment"].tolist() == ["By location: Rome", "By location: Bari", "By location: other"]
    region = find_members(table, shop("By location", location_by="region"), as_of=AS_OF)
    assert region.summary["status"].tolist() == ["not available: needs contacts"]
    with pytest.raises(InputError, match=r"split: no column is named 'contry'. Did you mean 'country'"):
        find_members(table, shop("By location", location_by="contry"), as_of=AS_OF)


def test_newsletter_subscribers():
    found = find_members(people(email_consent=[True, False, None]), shop("Newsletter subscribers"), as_of=AS_OF)
    assert found.table["customer_id"].tolist() == ["a"]
    assert found.summary["unknown"].tolist() == [1]


def test_leads():
    table = people(is_contact=[True, True, False, None], orders_ever=[0, 1, 0, 0])
    assert inside(shop("Leads"), table) == "a"
    for missing in ("is_contact", "orders_ever"):
        status = find_members(table.drop(columns=missing), shop("Leads"), as_of=AS_OF).summary["status"][0]
        assert status == f"not available: needs {'contacts' if missing == 'is_contact' else 'orders'}"


def test_curious_prospects():
    table = people(orders_ever=[0, 0, 1, 0], last_visit_days=[30, 31, 3, None])
    assert inside(shop("Curious prospects"), table) == "a"


def test_undecided_prospects():
    table = people(
        orders_ever=[0, 0, 0, 0, 1, 0, 0, 0],
        visit_span_days=[14, 14, 14, 14, 14, 13, 14, None],
        last_visit_days=[90, 9, 9, 9, 9, 9, 91, 9],
        visits=[4, 3, 3, 3, 9, 9, 9, 9],
        carts=[0, 2, 1, 1, 9, 9, 9, 9],
        chats=[0, 0, 1, 0, 9, 9, 9, 9],
    )
    assert inside(shop("Undecided prospects"), table) == "abc"


def test_parts_of_a_segment_are_not_those_of_another_that_is_called_like_a_part():
    book = RuleBook((*shop("By location").segments, Segment("By location: abroad", rule="country <> 'IT'")))
    found = find_members(people(country=["IT", "FR", "IT"]), book, as_of=AS_OF)
    assert found.part_names("By location") == ["By location: IT", "By location: FR"]
    assert found.lacking.empty


def test_abandoned_carts():
    table = people(frequency=[1, 1, 1])
    book = shop("Abandoned carts")
    assert [call.column for call in book.calls(table)] == [CARTS]
    assert inside(book, table, pd.DataFrame({CARTS: [1, 0, None]}, index=table.index)) == "a"
    found = find_members(table, book, as_of=AS_OF)
    assert found.summary["status"].tolist() == ["not available: needs events"]
    assert found.lacking[["segment", "needs"]].values.tolist() == [["Abandoned carts", ("events",)]]


def test_support_waiting():
    table = people(
        unanswered_tickets=[1, 0, 0, 0, None], open_tickets=[1, 1, 0, 0, None], waiting_days=[0, 9, None, 5, None]
    )
    assert inside(shop("Support waiting"), table) == "ab"
    assert inside(shop("Support waiting", support_days=5), table) == "b"


def test_holiday_buyers():
    table = people(frequency=[4, 5, 2, 0, 3])
    measured = pd.DataFrame({HOLIDAYS: [3, 3, 2, None, 3], CHANCE: 0.05, SEASONS: 2}, index=table.index)
    assert inside(shop("Holiday buyers"), table, measured) == "ae"
    assert inside(shop("Holiday buyers"), table, measured.assign(**{CHANCE: [0.051, 1, 1, 1, 0.01]})) == "e"
    assert inside(shop("Holiday buyers"), table, measured.assign(**{SEASONS: [1, 2, 2, 2, 2]})) == "e"
    assert inside(shop("Holiday buyers", holiday_share=0.6), table, measured) == "abe"


def test_return_prone():
    table = people(frequency=[2, 2, 1, 0, 3], returns_share=[0.3, 0.29, 1.0, None, None])
    assert inside(shop("Return-prone"), table) == "a"


# people and who they are --------------------------------------------------------------------------------------------

BOOK = RuleBook(
    (
        Segment("Big", rule="monetary_value >= 100", does=("promote",), action="More."),
        Segment("Often", rule="frequency >= 3", does=("discount",), avoids=("promote",)),
        Segment("Asked", rule="open_tickets > 0", avoids=("promote",)),
        Segment("Panel", kind="static", customers=("a", "d", "zoe")),
        Segment("Ages", rule="frequency > 0", split=Split("recency_days", (30,))),
    )
)
TABLE = people(
    monetary_value=[100, 250, 99, 0, None, 40],
    frequency=[3, 1, 3, 0, None, 1],
    recency_days=[3, 40, 30, 400, None, None],
)


@pytest.fixture
def found():
    return find_members(TABLE, BOOK, as_of=AS_OF)


def test_the_table_and_the_wide_table_agree(found):
    assert found.table.values.tolist() == [
        ["a", "Big"], ["a", "Often"], ["a", "Panel"], ["a", "Ages: under 30 days"], ["b", "Big"],
        ["b", "Ages: 30 days or more"], ["c", "Often"], ["c", "Ages: 30 days or more"], ["d", "Panel"],
    ]  # fmt: skip
    assert found.wide.columns.tolist() == ["Big", "Often", "Panel", "Ages: under 30 days", "Ages: 30 days or more"]
    assert found.wide.index.equals(TABLE.index)
    assert found.wide.to_numpy().sum() == len(found.table)


def test_the_summary(found):
    summary = found.summary.set_index("segment")
    big = summary.loc["Big"]
    assert (big["people"], big["customers"], big["revenue"], big["unknown"]) == (2, 2, 350, 1)
    assert big["customers_share"] == pytest.approx(2 / 4)  # of those with orders in the window
    assert big["revenue_share"] == pytest.approx(350 / 489)
    assert big["average_revenue"] == 175
    asked = summary.loc["Asked"]
    assert asked["status"] == "not available: needs tickets"
    assert pd.isna(asked["people"])
    panel = summary.loc["Panel"]
    assert (panel["people"], panel["customers"], panel["missing"], panel["kind"]) == (2, 1, 1, "static")
    ages = summary.loc["Ages: under 30 days"]
    assert (ages["group"], ages["people"], ages["unknown"]) == ("Ages", 1, 2)  # one without orders known, one recency
    assert {"action", "origin", "rule", "does", "avoids", "description"} <= set(summary.columns)


def test_a_shop_without_orders_has_no_revenue():
    found = find_members(people(visits=[1, 5]), RuleBook((Segment("V", rule="visits > 2"),)), as_of=AS_OF)
    row = found.summary.iloc[0]
    assert row["people"] == 1
    assert pd.isna(row["customers"])
    assert pd.isna(row["revenue"])


def test_overlaps_beside_chance(found):
    table = found.overlaps().set_index("segments")
    assert table.loc[[("Big", "Often", "Panel", "Ages: under 30 days")], "people"].tolist() == [1]
    assert table["people"].sum() == 4  # those in none are left out
    big = table.loc[[("Panel",)]]
    assert big["expected"].iloc[0] == pytest.approx(6 * (4 / 6) * (4 / 6) * (2 / 6) * (5 / 6) * (4 / 6))
    assert big["lift"].iloc[0] == pytest.approx(1 / big["expected"].iloc[0])


def test_pairs(found):
    pairs = found.pairs().set_index(["a", "b"])
    assert len(pairs) == 9  # of five columns, without the two ages
    row = pairs.loc[("Big", "Often")]
    assert row["same"]  # who orders often spends much
    assert not pairs["differs"].any()  # of six people
    told = [1, 0.5, 0.5, pytest.approx(1 / 3), pytest.approx(2 * 2 / 4), pytest.approx(1)]
    assert row.loc["both":"lift"].tolist() == told
    panel = pairs.loc[("Big", "Panel")]  # one of its two is no customer of the window, and cannot be big
    assert panel["expected"] == pytest.approx(2 * 1 / 4)


def test_split_segments_as_a_whole(found):
    """Parts of a split segment count as one; what only divides everybody is left out."""
    combined = found.overlaps(whole=True)
    assert combined["segments"].tolist()[0] in [("Big", "Ages"), ("Often", "Ages"), ("Panel",)]
    everyone = RuleBook((*BOOK.segments, Segment("By age", rule="true", split=Split("recency_days", (30,)))))
    again = find_members(TABLE, everyone, as_of=AS_OF).overlaps(whole=True)
    pd.testing.assert_frame_equal(again, combined)


def test_contradictions():
    table = TABLE.assign(open_tickets=[1.0, 0, 1, 1, 0, 0])
    found = find_members(table, BOOK, as_of=AS_OF).contradictions()
    assert found.values.tolist() == [
        ["Big", "Often", 1, "Big: promote; Often: avoids promote"],
        ["Big", "Asked", 1, "Big: promote; Asked: avoids promote"],
    ]


def test_one_segment_each(found):
    each = found.one_each()
    assert each.tolist() == ["Big", "Big", "Often", "Panel", "No segment", "No segment"]
    assert (each.name, each.index.name) == ("rule_segment", "customer_id")
    assert found.one_each(["Ages"]).tolist()[:3] == ["Ages"] * 3  # a split segment counts as one
    assert found.one_each(["Asked", "Panel"]).tolist()[0] == "Panel"
    ordered = find_members(TABLE, BOOK, as_of=AS_OF, priority=["Often"])
    assert ordered.one_each().tolist()[0] == "Often"
    with pytest.raises(InputError, match=r"priority: no segment 'Bigg'. Did you mean 'Big'"):
        found.one_each(["Bigg"])


def test_it_shows_itself(found):
    assert found.sentence() == "4 of 5 segments are available; 4 of 6 people are in at least one, 3 in several."
    assert "<p>4 of 5 segments" in found._repr_html_()
    assert "not available: needs tickets" in repr(found)


def test_the_book_shows_itself():
    assert BOOK.sentence().startswith(f"{len(BOOK.segments)} segments by rule")
    assert BOOK.shown().index.tolist() == BOOK.names
    assert "<table>" in BOOK._repr_html_()


def test_nothing_of_the_callers_changes():
    table, before = TABLE.copy(), TABLE.copy()
    find_members(table, BOOK, as_of=AS_OF).explain("a")
    pd.testing.assert_frame_equal(table, before)


def test_awkward_shops():
    """Nobody, no segments, one person, no members, forty segments."""
    for table in (TABLE.iloc[:0], TABLE.iloc[:1], TABLE):
        for book in (RuleBook(()), BOOK, BOOK.only(["Asked"]), RuleBook((Segment("None", rule="frequency > 99"),))):
            found = find_members(table, book, as_of=AS_OF)
            assert len(found.one_each()) == len(table)
            tables = [found.table, found.overlaps(), found.pairs(), found.contradictions(), found.summary]
            assert all(isinstance(one, pd.DataFrame) for one in tables)
            assert repr(found)
    many = RuleBook(tuple(Segment(f"s{i}", rule=f"monetary_value >= {i}") for i in range(80)))
    found = find_members(TABLE, many, as_of=AS_OF)
    assert found.overlaps()["people"].sum() == 5
    assert len(found.pairs()) == 80 * 79 / 2


def test_columns_of_every_type():
    table = pd.DataFrame(
        {
            "whole": pd.array([1, None], dtype="Int64"), "yes": [True, False],
            "maybe": pd.array([True, None], "boolean"),
            "kind": pd.Categorical(["x", None]), "odd": np.array([b"x", None], dtype=object),
            "day": pd.to_datetime(["2024-01-01", None]).tz_localize("UTC"), "none": [None, None], "age": [None, None],
        },
        index=["a", "b"],
    )  # fmt: skip
    rule = "whole = 1 and yes and maybe and kind = 'x' and odd is not null and day >= '2024-01-01' and none is null"
    assert inside(RuleBook((Segment("All", rule=f"{rule} and age is null"),)), table) == "a"


def test_splits_by_yes_and_no_and_by_odd_texts():
    table = pd.DataFrame(
        {"member": pd.array([True, False, None], "boolean"), "kind": pd.array(["a  b", "other", "c"], dtype="str")},
        index=list("abc"),
    )
    split = RuleBook((Segment("M", rule="true", split=Split("member")),))
    assert find_members(table, split, as_of=AS_OF).wide.columns.tolist() == ["M: no", "M: yes"]
    kinds = RuleBook((Segment("K", rule="true", split=Split("kind", most=1)),))
    found = find_members(table, kinds, as_of=AS_OF)
    assert found.summary[["segment", "people"]].values.tolist() == [["K: a b", 1], ["K: other", 2]]


# explanations ------------------------------------------------------------------------------------------------------


def explained(table: pd.DataFrame, rule: str, who: str = "a", **more: object) -> pd.Series:
    book = RuleBook((Segment("S", rule=rule, **more),))
    return find_members(table, book, as_of=AS_OF).explain(who).table.iloc[0]


def test_why_a_customer_is_in():
    told = explained(people(revenue_rank=[0.93, 0.1, 0.5]), "revenue_rank >= 1 - share", settings={"share": 0.1})
    assert told["member"] == "yes"
    assert told["why"] == "revenue_rank is 0.93, needs >= 0.9: yes"
    assert told["nearest"] == "revenue_rank is 0.93; lower by more than 0.03, and the customer would be out."


@pytest.mark.parametrize(
    ("rule", "member", "why", "nearest"),
    [
        ("age > 40", "no", "age is 30, needs > 40: no", "higher by more than 10, and the customer would be in."),
        ("age < 30", "no", "age is 30, needs < 30: no", "lower by anything, and the customer would be in."),
        ("age <= 30", "yes", "age is 30, needs <= 30: yes", "higher by anything, and the customer would be out."),
        ("age = 30", "yes", "age is 30, needs = 30: yes", "any other value, and the customer would be out."),
        ("age = 32", "no", "age is 30, needs = 32: no", "higher by 2, and the customer would be in."),
        ("not age = 30", "no", "age is 30, needs <> 30: no", "any other value, and the customer would be in."),
        ("not email_consent", "no", "email_consent is yes, needs no: no", "would be in if it were no."),
        ("city = 'Oslo'", "no", "city is 'Rome', needs = 'Oslo': no", "would be in if it were 'Oslo'."),
        ("city in ('Rome', 'Bari')", "yes", "city is 'Rome', needs in ('Rome', 'Bari'): yes", "out if it were not in"),
        ("visits > 3", "not known", "visits is not known, needs > 3: not known", "would be in if it were > 3."),
        ("visits is null", "yes", "visits is not known, needs not known: yes", "would be out if it were known."),
        ("first_order_at > '2024-02-10'", "no", "first_order_at is 2024-02-01", "later by 10 days, and the"),
        ("as_of - first_order_at < 29", "no", "('2024-03-01' - first_order_at) is 29, needs < 29: no", "lower by any"),
        ("age > carts * 2", "yes", "age is 30, needs > (carts * 2) (which is 20): yes", "lower by 10, and"),
        ("true", "yes", "everyone is", ""),
    ],
)  # fmt: skip
def test_explanations_by_hand(rule, member, why, nearest):
    table = people(
        age=[30.0, 20, 50], email_consent=[True, False, None], city=["Rome", "Oslo", None], visits=[None, 3, 4],
        first_order_at=["2024-02-01", "2024-01-01", None], carts=[10, 2, 3],
    )  # fmt: skip
    told = explained(table, rule)
    assert told["member"] == member
    assert told["why"].startswith(why)
    assert nearest in told["nearest"]
    assert bool(nearest) == bool(told["nearest"])


def test_whole_numbers_move_by_one():
    table = people(frequency=[4, 1, 9]).astype({"frequency": "int64"})
    assert "lower by 1, and" in explained(table, "frequency >= 4")["nearest"]
    assert "higher by 1, and" in explained(table, "frequency > 4")["nearest"]


def test_the_nearest_boundary_is_nearest_for_its_column():
    """10 of revenue (quartiles 100 apart) is nearer than 1 of orders (quartiles 2 apart)."""
    table = people(monetary_value=[90, 0, 100, 200, 300], frequency=[2, 1, 2, 3, 4])
    told = explained(table, "monetary_value >= 100 or frequency >= 3")
    assert told["nearest"] == "monetary_value is 90; higher by 10, and the customer would be in."
    both = explained(table, "monetary_value >= 100 and frequency >= 3")
    assert both["nearest"] == ""  # no single change would do
    assert both["why"] == "monetary_value is 90, needs >= 100: no; frequency is 2, needs >= 3: no"


def test_a_value_that_only_looks_as_if_it_met_the_border():
    told = explained(people(revenue_rank=[0.89999999, 0.5]), "revenue_rank >= 0.9")
    assert told["why"] == "revenue_rank is 0.89999999, needs >= 0.9: no"


def test_the_explanation_of_every_segment(found):
    told = found.explain("a")
    assert told.sentence() == "a is in 4 of 4 available segments: Big, Often, Panel and Ages: under 30 days."
    assert told.table["segment"].tolist() == ["Big", "Often", "Asked", "Panel", "Ages: under 30 days"]
    assert told.table["member"].tolist() == ["yes", "yes", "not available", "yes", "yes"]
    ages = told.conditions.query("segment == 'Ages: under 30 days'")["told"].tolist()
    assert ages == ["frequency is 3, needs > 0: yes", "recency_days is 3, needs < 30: yes"]
    assert "is on the list" in repr(told)
    out = found.explain("d")
    assert out.table.set_index("segment").loc["Ages", "member"] == "no"
    assert out.segments == ["Panel"]
    assert found.explain("f").table.set_index("segment").loc["Ages", "member"] == "not known"
    assert found.explain("e").sentence() == "e is in none of the 4 available segments."
    with pytest.raises(InputError, match=r"no customer 'aa' among the 6 people"):
        found.explain("aa")


def test_an_explanation_with_measures():
    table = people(frequency=[4, 5])
    measured = pd.DataFrame({HOLIDAYS: [2, 1], CHANCE: 1.0, SEASONS: 1}, index=table.index)
    told = find_members(table, shop("Holiday buyers"), measured=measured, as_of=AS_OF).explain("b")
    assert "orders_around('any', 10) is 1, needs >= 3: no" in told.table["why"][0]


NUMBERS = st.lists(st.sampled_from([None, 0.0, 1.0, 2.0, 5.0]), min_size=4, max_size=4)


@settings(max_examples=8, deadline=None)
@given(NUMBERS, NUMBERS, st.sampled_from(["a > 1 and b <= 2", "a >= 2 or b = 1", "not (a < 1 or b <> 2)", "a - b > 0"]))
def test_the_change_that_is_told_changes_the_answer(a, b, rule):
    """Property: applying the nearest change to the value flips the membership."""
    table = pd.DataFrame({"a": pd.array(a, "float64"), "b": pd.array(b, "float64")}, index=list("wxyz"))
    found = find_members(table, RuleBook((Segment("S", rule=rule),)), as_of=AS_OF)
    for who in table.index:
        told = found.explain(who).table.iloc[0]
        assert (told["member"] == "yes") == found.wide.loc[who, "S"]
        words = told["nearest"].replace(";", "").replace(",", "").split()
        if words[:1] not in (["a"], ["b"]) or "by" not in words:
            continue
        size = 0.0 if "anything" in words else float(words[words.index("and") - 1])
        size += 0.001 if "more" in words or "anything" in words else 0
        moved = table.copy()
        moved.loc[who, words[0]] += size if "higher" in words else -size
        flipped = find_members(moved, RuleBook((Segment("S", rule=rule),)), as_of=AS_OF)
        assert flipped.wide.loc[who, "S"] != found.wide.loc[who, "S"]


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**30), st.integers(1, 60), st.integers(1, 9))
def test_overlaps_reconcile_with_memberships(seed, many, segments):
    """Property: combinations add up to who is in any; pairs to the products of columns; each one is in the first."""
    rng = np.random.default_rng(seed)
    values = people(**{name: rng.integers(0, 3, many).tolist() for name in ("visits", "carts", "chats")})
    rules = [f"{('visits', 'carts', 'chats')[i % 3]} > {i % 2}" for i in range(segments)]
    book = RuleBook(tuple(Segment(f"s{i}", rule=rule) for i, rule in enumerate(rules)))
    found = find_members(values, book, as_of=AS_OF)
    wide = found.wide.to_numpy()
    assert found.overlaps()["people"].sum() == wide.any(axis=1).sum()
    assert found.overlaps()["expected"].sum() <= many + 1e-9
    pairs = found.pairs()
    assert pairs["both"].tolist() == [
        int((found.wide[a] & found.wide[b]).sum()) for a, b in zip(pairs.a, pairs.b, strict=True)
    ]
    first = [found.wide.columns[row.argmax()] if row.any() else "No segment" for row in wide]
    assert found.one_each().tolist() == first


@settings(max_examples=20, deadline=None)
@given(st.permutations(range(6)))
def test_shuffled_people_are_in_the_same_segments(order):
    shuffled = find_members(TABLE.iloc[list(order)], BOOK, as_of=AS_OF)
    same = find_members(TABLE, BOOK, as_of=AS_OF)
    pd.testing.assert_frame_equal(shuffled.wide.sort_index(), same.wide)
    pd.testing.assert_frame_equal(shuffled.summary, same.summary)


def test_memberships_begin_with_their_first_rows():
    table = people(frequency=[3, 5, 1], monetary_value=[1.0, 2.0, 3.0])
    found = find_members(table, shop("Top spenders"), as_of=AS_OF)
    assert found.head(1).equals(found.table.head(1))
