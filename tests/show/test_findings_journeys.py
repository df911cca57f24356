"""Sentences of the journeys page: right at the edges too."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from seglib.show import display
from seglib.show.findings import journeys as findings

EVERYONE = "Everyone"


def stages_of(people: list[int], names: tuple[str, ...] = ("visit", "cart", "first order")) -> pd.DataFrame:
    table = pd.DataFrame({"group": EVERYONE, "stage": names[: len(people)], "people": people})
    table["of"] = table["people"].shift().astype("Int64")
    table["dropped"] = table["of"] - table["people"]
    table["share"] = (table["people"] / table["people"].shift()).where(table["people"].shift() > 0)
    table["total_share"] = table["people"] / max(1, people[0])
    return table.assign(low_share=0.1, high_share=0.9, since_days=0)


@pytest.mark.parametrize(
    ("people", "said"),
    [
        (
            [400, 100, 90],
            "The largest step down is from visit to cart: 300 of 400 people (75%) do not take it; 22% reach",
        ),
        ([40, 39, 1], "from cart to first order: 38 of 39 people (97%) do not take it; 2.5% reach first order."),
        ([5, 5, 5], "Everyone (5) reached every stage."),
        ([5], "5 people reached the only stage that is known, visit."),
        ([0, 0, 0], "Nobody's journey is in the records from its start."),
        ([10, 2, 0], "(few people: 10% to 90% take it)"),
    ],
)
def test_stages(people, said):
    assert said in findings.stages(stages_of(people))


def test_stages_of_nothing_say_what_they_take():
    table = pd.DataFrame()
    table.attrs["needs"] = "events"
    said = "Not available: this shop has no events; add [tables.events] to shop.toml."
    assert findings.stages(table) == findings.funnel(table) == findings.paths(table) == said
    assert findings.touch_counts(table) == findings.touch_channels(table) == findings.prospects(table) == said
    assert findings.abandoned_carts(table) == findings.first_product(table) == findings.preferences(table) == said
    assert findings.support_waiting(table) == findings.answer_times(table) == findings.weekday_by_hour(table) == said
    assert findings.stages_by(table, "channel") == said
    assert findings.stage_rows(table).empty
    assert findings.time_rows(table).empty
    assert findings.preferred(table, table, table).empty
    assert findings.key_numbers(table, pd.DataFrame(columns=["state", "people", "share"])) == {}
    assert findings.times_between(table).startswith("No step")
    assert findings.states(table) == "Nobody stands beside the stages."


def test_known_stages_name_what_is_left_out():
    assert findings.known_stages(stages_of([1, 1], ("visit", "cart"))).endswith("are left out: they take orders.")
    said = "The stage cart is left out: it takes events of carts."
    assert findings.known_stages(stages_of([1] * 4, ("visit", "first order", "repeat", "loyal"))) == said
    assert findings.known_stages(stages_of([1] * 5, ("visit", "cart", "first order", "repeat", "loyal"))) == (
        "All five stages are known."
    )


def test_groups_that_chance_could_explain():
    table = pd.DataFrame(
        {"group": ["a", "a", "b", "b"], "stage": ["visit", "first order"] * 2, "people": [20, 5, 20, 4]}
    ).assign(total_share=[1, 0.25, 1, 0.2])
    assert findings.stages_by(table, "channel").endswith("least by b (20% of 20); chance could explain that.")
    table.attrs["differ"] = ["first order"]
    assert findings.stages_by(table, "channel").endswith("least by b (20% of 20).")
    assert "equally often (25%)" in findings.stages_by(table.assign(people=[20, 5] * 2, total_share=[1, 0.25] * 2), "x")
    assert findings.stages_by(table.head(2), "channel").startswith("Fewer than two groups")


def test_a_dormant_share_of_nobody_is_no_key_number():
    states = pd.DataFrame({"state": ["dormant"], "people": [0], "share": [float("nan")]})
    assert findings.key_numbers(stages_of([3]), states) == {"Visit": "3"}


def test_times():
    row = {
        "group": EVERYONE,
        "from_stage": "first order",
        "to_stage": "repeat",
        "people": 9,
        "reached": 4,
        "censored": 5,
    }
    table = pd.DataFrame([row | {"lower_days": 1.0, "median_days": 2.0, "upper_days": 3.0, "half_days": None}])
    assert findings.times_between(table).startswith("From first order to repeat only 4 people are known, too few")
    assert findings.time_rows(table)["half_of_all"].tolist() == ["not reached"]


def test_funnels():
    one = pd.DataFrame({"step": ["view"], "count": [1], "of": [None], "share": [None], "total_share": [1.0]})
    assert findings.funnel(one) == "1 person took the only step, view."
    assert findings.funnel(one.assign(count=0)) == "No person took the first step, view."
    table = pd.DataFrame(
        {"step": ["a", "b", "c"], "count": [9, 3, 3], "share": [None, 1 / 3, 1.0], "total_share": [1, 1 / 3, 1 / 3]}
    )
    said = "3 of 9 sessions (33%) go from a to c in this order; most are lost from a to b, which 33% take."
    assert findings.funnel(table, "session") == said


@pytest.mark.parametrize(("people", "said"), [(1, "Only 1 customer was seen"), (29, "Only 29 customers were seen")])
def test_few_touchpoints(people, said):
    table = pd.DataFrame(
        {"group": [EVERYONE], "people": people, "median_touches": 1.0, "upper_touches": 1.0, "share": 1.0}
    )
    assert findings.touch_counts(table).startswith(said)
    assert (
        findings.touch_counts(table.assign(people=50))
        == "100% of 50 customers ordered on their first visit in the records."
    )


def test_paths_without_purchases():
    table = pd.DataFrame({"path": ["view"], "values": 1, "journeys": 1, "journeys_share": 1.0, "ordered": [pd.NA]})
    table["ordered_share"] = float("nan")
    assert findings.paths(table) == "Of 1 session, no way was taken 30 times, too few to name one."
    said = "The most frequent way is view (100% of 30 sessions); the events tell of no purchases."
    assert findings.paths(table.assign(journeys=30)) == said


def test_the_way_named_is_the_surest_not_the_luckiest():
    table = pd.DataFrame({"path": ["a", "b", "c"], "values": 1, "journeys": [1000, 31, 29], "ordered": [900, 31, 29]})
    table = table.assign(journeys_share=0.5, ordered_share=[0.9, 1.0, 1.0], ordered_low_share=[0.88, 0.85, 0.89])
    said = findings.paths(table.assign(ordered_high_share=1.0))
    assert said.endswith("a ends in an order most surely: 900 of 1,000 (90%; 95% interval 88% to 100%).")


def test_first_product_without_differences():
    table = pd.DataFrame({"category": [EVERYONE, "a", "b"], "customers": [60, 30, 30], "share": [0.3, 0.3, 0.3]})
    assert findings.first_product(table.assign(differs=False)).endswith("than chance explains.")
    assert "fewer than two values of category" in findings.first_product(table.head(1).assign(differs=False))


def test_prospects_and_carts():
    assert findings.prospects(pd.DataFrame({"prospect": ["lead"], "people": [0], "of": [0], "share": [None]})) == (
        "Everyone who is known has ordered, so there are no prospects."
    )
    carts = pd.DataFrame(
        {"category": ["a"], "values": 1, "carts": [4], "abandoned": [0], "value": [None], "unpriced": 0}
    )
    assert findings.abandoned_carts(carts) == "None of 4 products put into carts was left."
    assert findings.abandoned_carts(carts.assign(abandoned=1)).endswith("their prices are not known.")
    assert "worth €5.00 (1 without a price not counted)." in findings.abandoned_carts(
        carts.assign(abandoned=2, value=5.0, unpriced=1), "EUR"
    )


def test_support():
    row = {"group": EVERYONE, "tickets": 5, "open": 0, "unanswered": pd.NA, "median_waiting_days": None}
    table = pd.DataFrame([row | {"longest_waiting_days": None}])
    assert findings.support_waiting(table) == "None of 5 requests is open."
    one = table.assign(open=1, median_waiting_days=3.0, longest_waiting_days=3.0)
    assert findings.support_waiting(one) == "1 of 5 requests is open, for 3 days."
    times = pd.DataFrame(
        {"tickets": [40], "half_days": [None], "low_days": [None], "high_days": [None], "day_share": [0.2]}
    )
    assert findings.answer_times(times) == "Fewer than half of 40 requests have been answered, 20% within a day."
    assert findings.answer_times(times.assign(tickets=1)) == "1 request is too few to tell how long an answer takes."


def cells(table: pd.DataFrame, columns, **more) -> list[str]:
    """Cells of the first row as the page shows them."""
    row = display.table_html(table, columns=columns, **more).partition("<tbody>")[2].partition("</tr>")[0]
    return re.findall(r">([^<]+)<", row)


def test_tables_as_a_person_reads_them():
    share = {"share": 0.5, "low_share": 0.4, "high_share": 0.6}
    touches = {"group": "a", "people": 90, "lower_touches": 1.0, "median_touches": 2.0, "upper_touches": 4.0} | share
    assert cells(pd.DataFrame([touches]), findings.TOUCHES) == ["a", "90", "50% (40% to 60%)", "1", "2", "4"]
    prospects = pd.DataFrame([{"prospect": "lead", "people": 9} | share])
    assert cells(prospects, findings.PROSPECTS) == ["Known contacts", "9", "50% (40% to 60%)"]
    carts = pd.DataFrame([{"product_name": "Desk", "abandoned": 12, "carts": 24, "value": 90.0} | share])
    assert cells(carts, findings.CARTS, currency="EUR") == ["Desk", "12", "24", "50% (40% to 60%)", "€90.00"]
    waiting = {"group": "size", "tickets": 60, "open": 3, "unanswered": 1, "median_waiting_days": 7.5} | share
    told = cells(pd.DataFrame([waiting | {"longest_waiting_days": 40.0}]), findings.WAITING)
    assert told == ["size", "60", "3", "1", "50% (40% to 60%)", "7.5 days", "40 days"]


def test_tables_survive_nothing():
    nothing = pd.DataFrame()
    assert findings.product_rows(nothing).empty
    assert findings.counted(nothing, "person", pd.Timestamp("2025-01-01")).attrs["basis"].startswith("0 people;")
    assert findings.basis(float("nan"), "visit", pd.Timestamp("2025-01-01")).startswith("0 visits; the whole history")


def test_first_products_that_differ_are_told_else_those_bought_most():
    table = pd.DataFrame({"product_name": [EVERYONE, "a", "b"], "customers": [90, 60, 30], "share": [0.3, 0.2, 0.4]})
    table = table.assign(low_share=0.1, high_share=0.5, differs=[False, True, False])
    assert findings.product_rows(table)[["product_name", "than_others"]].values.tolist() == [["a", "less often"]]
    rows = findings.product_rows(table.assign(differs=False))
    assert rows["product_name"].tolist() == ["b", "a"]
    assert set(rows["than_others"]) == {"not clear"}


def test_few_orders_tell_no_favourite():
    table = pd.DataFrame(
        {"group": [EVERYONE], "value": ["Monday"], "orders": [1], "of": [1], "share": [1.0], "index": [100.0]}
    )
    assert findings.preferences(table.assign(differs=False)) == "1 order is too few to tell a favourite."
    week = pd.DataFrame({"group": [EVERYONE], "weekday": [0], "hour": [9], "orders": [1], "share": [1.0]})
    assert findings.weekday_by_hour(week) == "1 order is too few to tell when customers buy."


FOREIGN = """msgid ""
msgstr ""
"Language: en\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "{before} to {stage}"
msgstr "«{before} to {stage}»"

msgid "cart"
msgstr "«cart»"

msgid "first order"
msgstr "«first order»"

msgid "not reached"
msgstr "«not reached»"

msgid "The busiest hour of the week is {weekday} at {hour}, with {n} of {orders}."
msgstr "«The busiest hour of the week is {weekday} at {hour}, with {n} of {orders}.»"

msgid "Friday"
msgstr "«Friday»"

msgid "Of {people} who never ordered, {prospects}."
msgstr "«Of {people} who never ordered, {prospects}.»"

msgid "{n} are curious ({share})"
msgstr "«{n} are curious ({share})»"

msgid "{n} hour"
msgid_plural "{n} hours"
msgstr[0] "«{n} hour»"
msgstr[1] "«{n} hours»"

msgid "{n} person"
msgid_plural "{n} people"
msgstr[0] "«{n} person»"
msgstr[1] "«{n} people»"
"""


def test_sentences_and_rows_come_in_the_language_of_the_report(foreign):
    times = pd.DataFrame(
        {"from_stage": ["cart"], "to_stage": ["first order"], "people": [9], "reached": 3, "censored": 6}
    )
    times = times.assign(lower_days=0.5, median_days=1.0, upper_days=3.0, half_days=None)
    row = findings.time_rows(times).iloc[0]
    assert row["step"] == "««cart» to «first order»»"
    assert row["half_of_all"] == "«not reached»"
    assert '<td class="n">«12 hours»</td>' in display.table_html(findings.time_rows(times), columns=findings.TIMES)
    week = pd.DataFrame({"group": ["Everyone"] * 2, "weekday": [0, 4], "hour": [9, 20], "orders": [10, 30]})
    told = findings.weekday_by_hour(week.assign(share=[0.25, 0.75]))
    assert told == "«The busiest hour of the week is «Friday» at 20:00, with 30 of 40 orders.»"
    curious = pd.DataFrame({"prospect": ["curious"], "people": [40], "of": 200, "share": [0.2]})
    assert findings.prospects(curious) == "«Of «200 people» who never ordered, «40 are curious (20%)».»"


def test_groups_of_whom_nobody_had_the_time_for_a_stage():
    table = pd.DataFrame(
        {"group": ["a", "b"], "stage": "first order", "people": [100, 90], "total_share": 1.0, "total_of": [100, 90]}
    )
    assert findings.stages_by(table, "segment", "loyal").startswith("Fewer than two groups by segment")
