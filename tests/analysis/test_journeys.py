"""Journeys: hand-worked cases, plain SQL and a plain loop as oracles, awkward shops."""

from __future__ import annotations

import datetime as dt
import itertools

import duckdb
import ibis
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seglib import journeys
from seglib.errors import InputError
from seglib.segments.rules import read_rules
from seglib.tables.measures import by_construction

AS_OF = dt.date(2024, 12, 31)
LIMITS = read_rules("shop").settings
KINDS = {
    "product_view": "view",
    "add_to_cart": "cart",
    "payment_details": "checkout",
    "purchase": "purchase",
    "search": "search",
    "catalog": "visit",
    "home": "visit",
}


def events_of(rows: list[tuple[str, str, str]], **more: list) -> ibis.Table:
    """Events from rows of (person, moment, kind[, ...])."""
    who, at, kind = (list(column) for column in zip(*rows, strict=True))
    moments = pd.to_datetime(at, format="ISO8601")
    return ibis.memtable(pd.DataFrame({"customer_id": who, "at": moments, "event": kind, "kind": kind, **more}))


def orders_of(rows: list[tuple[str, str]], **more: list) -> ibis.Table:
    """One line an order from rows of (customer, moment)."""
    who, at = (list(column) for column in zip(*rows, strict=True))
    table = pd.DataFrame({"customer_id": who, "ordered_at": pd.to_datetime(at, format="ISO8601"), "is_return": False})
    return ibis.memtable(table.assign(order_id=[str(n) for n in range(len(who))], amount=10.0, **more))


@pytest.fixture(scope="session")
def clicks(shared):
    table = pd.read_parquet(shared("retentioneering_ecom/ecom_events.parquet"))
    table = table.rename(columns={"user_id": "customer_id", "timestamp": "at", "acquisition_channel": "channel"})
    table["at"] = pd.to_datetime(table["at"])
    return table.assign(kind=table["event"].map(KINDS).fillna("other"))


# Stages


def test_stages_nest_and_imply_by_hand():
    """a goes all the way, b orders without a cart, c fills a cart, d visits, e was a customer before, f is unseen."""
    events = events_of(
        [
            *(("a", "2024-01-01 10:00", "visit"), ("a", "2024-01-01 10:05", "cart")),
            *(("b", "2024-01-02", "visit"), ("c", "2024-01-03", "cart"), ("d", "2024-01-04", "visit")),
            ("e", "2024-06-01", "visit"),
        ]
    )
    lines = orders_of(
        [
            *(("a", "2024-01-01 11:00"), ("a", "2024-02-01"), ("a", "2024-03-01"), ("a", "2024-06-01")),
            *(("b", "2024-01-05"), ("e", "2024-05-31"), ("f", "2024-01-01")),
        ]
    )
    limits = LIMITS | {"loyal_tenure_days": 90}
    reached = journeys.milestones(lines, events, as_of=AS_OF, limits=limits)
    table = journeys.stages(reached).table
    assert table["stage"].tolist() == ["visit", "cart", "first order", "repeat", "loyal"]
    assert table["people"].tolist() == [4, 3, 2, 1, 1]
    assert table["implied"].tolist() == [0, 1, 0, 0, 0]
    assert table["dropped"].tolist()[1:] == [1, 1, 1, 0]
    assert journeys.states(reached).set_index("state")["people"].to_dict() == {"unseen": 1, "earlier": 1}


def test_an_order_dated_without_a_time_may_follow_a_visit_of_the_same_day():
    events = events_of([("a", "2024-01-05 18:00", "visit")])
    reached = journeys.milestones(orders_of([("a", "2024-01-05")]), events, as_of=AS_OF, limits=LIMITS)
    assert journeys.stages(reached).table["people"].tolist() == [1, 1, 0, 0]
    assert journeys.touchpoints(events, orders_of([("a", "2024-01-05")]))["touches"].tolist() == [1]


def test_loyal_takes_orders_and_days():
    days = ["2024-01-01", "2024-01-02", "2024-01-03", "2024-01-04", "2024-03-30"]
    lines = orders_of([("a", day) for day in days])
    reached = journeys.milestones(lines, as_of=AS_OF, limits=LIMITS | {"loyal_tenure_days": 90})
    assert pd.isna(reached.loc["a", "loyal_at"])
    again = journeys.milestones(lines, as_of=AS_OF, limits=LIMITS | {"loyal_tenure_days": 89})
    assert again.loc["a", "loyal_at"] == pd.Timestamp("2024-03-30")


def test_a_shop_without_events_begins_with_the_first_order_and_one_without_orders_with_purchases():
    only_orders = journeys.milestones(orders_of([("a", "2024-01-01"), ("a", "2024-02-01")]), as_of=AS_OF, limits=LIMITS)
    assert journeys.stages(only_orders).table["stage"].tolist() == ["first order", "repeat", "loyal"]
    only_events = events_of(
        [("a", "2024-01-01", "visit"), ("a", "2024-01-01 01:00", "purchase"), ("b", "2024-01-01", "visit")]
    )
    table = journeys.stages(journeys.milestones(events=only_events, as_of=AS_OF, limits=LIMITS)).table
    assert dict(zip(table["stage"], table["people"], strict=True)) == {
        "visit": 2,
        "first order": 1,
        "repeat": 0,
        "loyal": 0,
    }


def test_nothing_at_all():
    reached = journeys.milestones(as_of=AS_OF, limits=LIMITS)
    stages = journeys.stages(reached)
    assert stages.table.empty
    assert stages.sentence() == "No stages are known."
    assert journeys.times_between(reached).empty
    assert journeys.states(reached).empty
    for table in (
        journeys.touch_counts(journeys.touchpoints(None)),
        journeys.touch_channels(journeys.touchpoints(None)),
        journeys.paths(None),
        journeys.event_funnel(None).table,
        journeys.abandoned_carts(None, as_of=AS_OF, limits=LIMITS),
        journeys.stages(reached, "first_channel").table,
    ):
        assert table.empty
        assert table.attrs["needs"] == "events"
    assert journeys.support_waiting(journeys.ticket_times(None, as_of=AS_OF), limits=LIMITS).attrs["needs"] == "tickets"
    assert journeys.answer_times(journeys.ticket_times(None, as_of=AS_OF)).attrs["needs"] == "tickets"
    assert journeys.first_product(None, as_of=AS_OF).attrs["needs"] == "orders"
    assert journeys.preferences(journeys.occasions(None)).attrs["needs"] == "orders"


def test_groups_that_differ_in_a_stage_by_the_interval_of_the_difference():
    """Newcombe 1998, table II, method 10: 9 of 10 and 3 of 10 differ by 0.17 to 0.81; 6 of 10 and 3 of 10 may not."""
    visit, groups = pd.Timestamp("2024-01-01"), pd.Series(["a"] * 10 + ["b"] * 10, index=range(20))
    for reached, differ in ((9, ["first order"]), (6, [])):
        ordered = [visit if n < reached or 10 <= n < 13 else pd.NaT for n in range(20)]
        people = pd.DataFrame({"visit_at": visit, "first_order_at": ordered})
        assert journeys.stages(people, groups, min_group=1).table.attrs["differ"] == differ
        assert journeys.stages(people).table.attrs["differ"] == []


def test_shuffled_groups_seldom_differ():
    """Nine groups by chance: the two furthest apart look different in 58% of shops where they are tested alone."""
    rng, groups = np.random.default_rng(6), pd.Series(np.repeat(list("abcdefghi"), 60))
    found = 0
    for _ in range(60):
        ordered = pd.Series(pd.Timestamp("2024-01-02"), groups.index).where(rng.random(len(groups)) < 0.4)
        people = pd.DataFrame({"visit_at": pd.Timestamp("2024-01-01"), "first_order_at": ordered})
        found += journeys.stages(people, groups, min_group=1).table.attrs["differ"] == ["first order"]
    assert found <= 8  # 5% of 60, and three standard errors


def test_small_groups_are_not_described_and_counted():
    reached = journeys.milestones(orders_of([(f"c{n}", "2024-01-01") for n in range(15)]), as_of=AS_OF, limits=LIMITS)
    groups = pd.Series(["large"] * 11 + ["small"] * 4, index=[f"c{n}" for n in range(15)])
    table = journeys.stages(reached, groups, min_group=10).table
    assert set(table["group"]) == {"Everyone", "large"}
    assert table.attrs["small_groups"] == 1


def test_a_group_of_customers_only_begins_with_the_first_order():
    events = events_of([("a", "2024-01-01", "visit"), ("b", "2024-01-01", "visit")])
    reached = journeys.milestones(orders_of([("a", "2024-01-02")]), events, as_of=AS_OF, limits=LIMITS)
    table = journeys.stages(reached, pd.Series({"a": "buyers", "b": "lookers"}), min_group=1).table
    assert table[table["group"] == "buyers"]["stage"].tolist()[0] == "first order"
    assert table[table["group"] == "lookers"]["stage"].tolist()[0] == "visit"


def test_times_count_who_is_still_on_the_way():
    reached = pd.DataFrame(
        {
            "first_order_at": pd.to_datetime(["2024-01-01"] * 4),
            "repeat_at": pd.to_datetime(["2024-01-11", "2024-01-21", "2024-01-31", None]),
            "as_of": pd.Timestamp("2024-12-31"),
        }
    )
    row = journeys.times_between(reached).iloc[0]
    assert (row["people"], row["reached"], row["censored"]) == (4, 3, 1)
    assert (row["lower_days"], row["median_days"], row["upper_days"], row["half_days"]) == (15, 20, 25, 20)


# Funnels


def by_hand(table: pd.DataFrame, steps: list[str], within: pd.Timedelta | None = None) -> list[int]:
    """How many people took the steps: try every first step, then always the next possible moment."""
    counts = [0] * len(steps)
    for _, rows in table.groupby("customer_id"):
        told = list(zip(rows["at"], rows["event"], strict=True))
        best = 0
        for begin in sorted(at for at, event in told if event == steps[0]):
            taken, moment = 1, begin
            for step in steps[1:]:
                later = [at for at, event in told if event == step and at > moment]
                if not later or (within is not None and min(later) > begin + within):
                    break
                taken, moment = taken + 1, min(later)
            best = max(best, taken)
        counts = [count + (place < best) for place, count in enumerate(counts)]
    return counts


STEPS = ["catalog", "product_view", "add_to_cart", "payment_details", "purchase"]


def test_funnel_equals_a_count_by_hand_on_the_event_log(clicks):
    table = journeys.event_funnel(ibis.memtable(clicks), STEPS).table
    assert table["count"].tolist() == by_hand(clicks, STEPS) == [600, 596, 502, 348, 188]


def test_funnel_equals_a_plain_sql_query_on_the_event_log(clicks):
    query = "select count(*) from (select distinct a.customer_id from log a " + " ".join(
        f"join log s{n} on s{n}.customer_id = a.customer_id and s{n}.event = '{step}' and s{n}.at > {before}.at"
        for n, (before, step) in enumerate(zip(["a", "s0"], STEPS[2:4], strict=True))
    )
    with duckdb.connect() as engine:
        engine.register("log", clicks[["customer_id", "at", "event"]])
        (count,) = engine.execute(f"{query} where a.event = '{STEPS[1]}')").fetchone()  # type: ignore[misc]
    table = journeys.event_funnel(ibis.memtable(clicks), STEPS[1:4]).table
    assert table["count"].iloc[-1] == count


def test_funnel_within_a_day_equals_a_count_by_hand(clicks):
    few = clicks[clicks["customer_id"] < "user_0120"]
    table = journeys.event_funnel(ibis.memtable(few), STEPS, within_days=0.02).table
    assert table["count"].tolist() == by_hand(few, STEPS, pd.Timedelta(days=0.02))
    assert table["count"].iloc[-1] < journeys.event_funnel(ibis.memtable(few), STEPS).table["count"].iloc[-1]


def test_funnel_of_sessions_counts_each_session(clicks):
    table = journeys.event_funnel(ibis.memtable(clicks), STEPS[1:3], per="session").table
    told = clicks.assign(customer_id=clicks["session_id"])
    assert table["count"].tolist() == by_hand(told, STEPS[1:3])


def test_a_later_first_step_may_lead_through_in_time():
    rows = [("a", "2024-01-01", "view"), ("a", "2024-03-01", "view"), ("a", "2024-03-02", "cart")]
    assert journeys.event_funnel(events_of(rows), ["view", "cart"], within_days=7).table["count"].tolist() == [1, 1]


def test_steps_at_the_same_moment_are_in_no_order():
    rows = [("a", "2024-01-01", "view"), ("a", "2024-01-01", "cart")]
    assert journeys.event_funnel(events_of(rows), ["view", "cart"]).table["count"].tolist() == [1, 0]


def test_a_step_taken_twice_needs_two_events():
    rows = [("a", "2024-01-01", "view"), ("a", "2024-01-02", "view"), ("b", "2024-01-01", "view")]
    assert journeys.event_funnel(events_of(rows), ["view", "view"]).table["count"].tolist() == [2, 1]


def test_funnel_says_what_is_wrong():
    events = events_of([("a", "2024-01-01", "view")])
    with pytest.raises(InputError, match=r"no event is a 'veiw'\. Did you mean 'view'"):
        journeys.event_funnel(events, ["veiw"])
    with pytest.raises(InputError, match="per is 'day'"):
        journeys.event_funnel(events, ["view"], per="day")
    with pytest.raises(InputError, match="have no session_id"):
        journeys.event_funnel(events, ["view"], per="session")
    assert journeys.event_funnel(events, ["purchase"]).table["count"].tolist() == [0]


MOMENTS = st.lists(
    st.tuples(st.sampled_from("ab"), st.integers(0, 8), st.sampled_from(["view", "cart", "purchase"])),
    min_size=1,
    max_size=14,
)


@settings(max_examples=25, deadline=None)
@given(rows=MOMENTS, days=st.sampled_from([None, 1, 3]))
def test_funnel_equals_a_count_by_hand_on_any_events(rows, days):
    steps = ["view", "cart", "purchase"]
    told = [(who, f"2024-01-{day + 1:02}", kind) for who, day, kind in rows]
    events = events_of(told)
    counts = journeys.event_funnel(events, steps, within_days=days).table["count"].tolist()
    within = None if days is None else pd.Timedelta(days=days)
    assert counts == by_hand(events.to_pyarrow().to_pandas(), steps, within)
    assert all(earlier >= later for earlier, later in itertools.pairwise(counts))


# Touchpoints and paths


def test_touchpoints_by_hand():
    events = events_of(
        [
            ("a", "2024-01-01 09:00", "view"),
            ("a", "2024-01-01 21:00", "view"),
            ("a", "2024-01-03", "cart"),
            ("a", "2024-02-01", "view"),
        ],
        channel=["ad", "mail", "web", "late"],
    )
    touches = journeys.touchpoints(events, orders_of([("a", "2024-01-03 12:00"), ("b", "2024-01-01")]))
    assert touches.loc["a", ["touches", "channels", "first_channel", "last_channel"]].tolist() == [2, 3, "ad", "web"]
    assert touches.loc["a", "days"] == 2.125
    assert journeys.touch_counts(touches)["people"].tolist() == [1]


def test_paths_by_hand():
    rows = [
        *(("a", "2024-01-01 10:00", "view"), ("a", "2024-01-01 10:01", "view"), ("a", "2024-01-01 10:02", "cart")),
        *(("a", "2024-01-01 10:03", "purchase"), ("a", "2024-01-01 10:04", "view")),
        *(("b", "2024-01-01 10:00", "view"), ("b", "2024-01-01 10:01", "other"), ("b", "2024-01-01 10:02", "cart")),
        *(("c", "2024-01-01 10:00", "purchase"), ("d", "2024-01-01 10:00", "other")),
    ]
    table = journeys.paths(events_of(rows)).set_index("path")
    assert table["journeys"].to_dict() == {"view → cart": 2, "purchase at once": 1}
    assert table["ordered"].to_dict() == {"view → cart": 1, "purchase at once": 1}
    assert table["journeys_share"].sum() == pytest.approx(1)


def test_paths_are_cut_and_the_rest_added_up():
    rows = [(f"p{n}", f"2024-01-01 10:{m:02}", kind) for n in range(6) for m, kind in enumerate(["view", "cart"] * 4)]
    rows += [(f"q{n}", "2024-01-02", kind) for n, kind in enumerate(["view", "cart", "search", "chat"])]
    table = journeys.paths(events_of(rows), longest=3, top=2)
    assert table["path"].tolist()[0] == "view → cart → view → …"
    assert table["path"].tolist()[-1] == "Other (3)"
    assert table["journeys"].sum() == 10
    assert table["ordered"].isna().all()


def test_journeys_of_the_event_log_are_its_sessions(clicks):
    known = clicks[clicks["kind"] != "other"]
    table = journeys.paths(ibis.memtable(clicks))
    assert table["journeys"].sum() == known["session_id"].nunique()
    bought = clicks[clicks["kind"] == "purchase"]["session_id"].nunique()
    assert table["ordered"].sum() == bought


# First products


def test_first_product_by_hand():
    """60 begin with tea, 30 of them come back; 60 with pots, 6 come back; who came late is not observed."""
    rows, category = [], []
    for n in range(120):
        tea = n < 60
        rows.append((f"c{n}", "2024-01-01"))
        category.append("tea" if tea else "pots")
        if n < 30 or n >= 114:
            rows.append((f"c{n}", "2024-03-31"))
            category.append("pots")
        elif n < 40:
            rows.append((f"c{n}", "2024-04-01"))  # day 91
            category.append("pots")
    rows.append(("late", "2024-10-03"))
    category.append("tea")
    table = journeys.first_product(orders_of(rows, category=category), as_of=AS_OF, within_days=90).set_index(
        "category"
    )
    assert table["customers"].to_dict() == {"Everyone": 120, "pots": 60, "tea": 60}
    assert table["came_back"].to_dict() == {"Everyone": 36, "pots": 6, "tea": 30}
    assert table.loc["tea", "difference"] == pytest.approx(0.2)
    assert table["differs"].to_dict() == {"Everyone": False, "pots": True, "tea": True}


def test_a_first_order_counts_when_it_is_old_enough_to_the_day():
    lines = orders_of([("a", "2024-10-02 23:59"), ("b", "2024-10-03")], category=["x", "x"])
    assert journeys.first_product(lines, as_of=AS_OF, within_days=90, min_group=1)["customers"].tolist()[0] == 1


def test_small_first_products_are_left_out():
    lines = orders_of([("a", "2024-01-01")], category=["x"])
    table = journeys.first_product(lines, as_of=AS_OF)
    assert table["category"].tolist() == ["Everyone"]
    assert table.attrs["small_groups"] == 1
    assert (
        journeys.first_product(lines, "product_name", as_of=AS_OF).attrs["needs"] == "order lines with a product name"
    )


# Prospects, carts, support, habits


def test_prospects_never_ordered():
    told = {"Leads": [0, 1, 0, 0], "Curious prospects": [1, 1, 0, 0], "Undecided prospects": [0, 1, 1, 0]}
    members = pd.DataFrame(told, index=list("abcd")).astype(bool)
    reached = pd.DataFrame({"first_order_at": pd.to_datetime(["2024-01-01", None, None, None])}, index=list("abcd"))
    table = journeys.prospects(reached, members).set_index("prospect")
    assert table["people"].to_dict() == {"lead": 1, "curious": 1, "undecided": 2}
    assert (table["of"] == 3).all()


def test_abandoned_carts_by_hand():
    """a orders in time, b too late, c never, d is too young to be judged, e is too old."""
    events = events_of(
        [
            *(("a", "2024-12-20 10:00", "cart"), ("b", "2024-12-20 10:00", "cart"), ("c", "2024-12-20 10:00", "cart")),
            *(("c", "2024-12-20 10:01", "cart"), ("d", "2024-12-31 23:00", "cart"), ("e", "2024-11-20 10:00", "cart")),
        ],
        product_id=["p"] * 6,
        category=["tea"] * 6,
        quantity=[1.0, 1.0, 2.0, 2.0, 1.0, 1.0],
    )
    lines = orders_of(
        [("a", "2024-12-21 10:00"), ("b", "2024-12-21 10:01")], product_id=["p", "p"], quantity=[2.0, 4.0]
    )
    row = journeys.abandoned_carts(events, lines, as_of=AS_OF, limits=LIMITS).iloc[0]
    assert (row["carts"], row["abandoned"], row["people"], row["unpriced"]) == (3, 2, 2, 0)
    assert row["value"] == pytest.approx(3 * (10 / 2 + 10 / 4) / 2)


def test_a_cart_followed_by_an_order_dated_without_a_time():
    events = events_of([("a", "2024-12-20 18:00", "cart")], category=["tea"])
    for day, left in (("2024-12-20", 0), ("2024-12-19", 1)):
        table = journeys.abandoned_carts(events, orders_of([("a", day)]), as_of=AS_OF, limits=LIMITS)
        assert table["abandoned"].tolist() == [left]


def test_a_cart_filled_again_is_left_when_any_of_it_is():
    """Put in at 10:00 and again at 12:00, ordered in between: what came second is left, as one cart of one person."""
    rows = [("a", "2024-12-20 10:00", "cart"), ("a", "2024-12-20 12:00", "cart"), ("a", "2024-12-20 11:00", "purchase")]
    table = journeys.abandoned_carts(events_of(rows, category=["tea"] * 3), as_of=AS_OF, limits=LIMITS)
    assert table[["carts", "abandoned", "people"]].values.tolist() == [[1, 1, 1]]
    assert table.attrs["people"] == 1


def test_purchases_among_the_events_count_beside_orders():
    events = events_of([("a", "2024-12-20 10:00", "cart"), ("a", "2024-12-20 11:00", "purchase")], category=["tea"] * 2)
    lines = orders_of([("b", "2024-12-20")])
    assert journeys.abandoned_carts(events, lines, as_of=AS_OF, limits=LIMITS)["abandoned"].tolist() == [0]


def test_carts_without_prices_and_without_categories():
    table = journeys.abandoned_carts(
        events_of([("a", "2024-12-20", "cart")], category=[""]), as_of=AS_OF, limits=LIMITS
    )
    assert table[["category", "abandoned", "unpriced"]].values.tolist() == [["not told", 1, 1]]
    assert table["value"].isna().all()


def tickets_of(rows: list[tuple]) -> ibis.Table:
    opened, answered, closed, reason = (list(column) for column in zip(*rows, strict=True))
    table = pd.DataFrame({"opened_at": opened, "answered_at": answered, "closed_at": closed}).apply(pd.to_datetime)
    return ibis.memtable(table.assign(customer_id="a", reason=reason, channel="chat"))


def test_what_one_person_asked_many_times_is_no_group():
    rows = [(f"c{n}", "late") for n in range(30)] + [("c1", "Ann Smith again")] * 40
    times = pd.DataFrame(rows, columns=["customer_id", "reason"]).assign(open=True, answered=False, waiting_days=9.0)
    waiting = journeys.support_waiting(times, limits=LIMITS)
    assert waiting["group"].tolist() == ["Everyone", "late"]
    assert waiting.attrs["small_groups"] == 1
    answered = journeys.answer_times(times.assign(answer_days=2.0), "reason")
    assert answered["group"].tolist() == ["Everyone", "late"]


def test_support_waiting_by_hand():
    times = journeys.ticket_times(
        tickets_of(
            [
                ("2024-12-01", "2024-12-02", "2024-12-03", "size"),
                ("2024-12-21", None, None, "size"),
                ("2024-12-29", "2024-12-30", None, "late"),
                ("2024-12-01", None, "2024-12-05", "late"),
            ]
        ),
        as_of=AS_OF,
    )
    row = journeys.support_waiting(times, min_group=1, limits=LIMITS).iloc[0]
    assert (row["tickets"], row["open"], row["unanswered"]) == (4, 2, 1)
    assert (row["median_waiting_days"], row["longest_waiting_days"]) == (6, 10)
    answers = journeys.answer_times(times).iloc[0]
    assert (answers["answered"], answers["censored"], answers["half_days"]) == (2, 2, 1.0)
    assert answers["day_share"] == 0.5


def test_requests_count_from_the_days_of_the_shop_and_end_with_an_answer_where_closing_is_not_told():
    rows = [
        ("2024-12-21", None, None, "size"),
        ("2024-12-30", None, None, "size"),
        ("2024-12-01", "2024-12-02", None, ""),
    ]
    times = journeys.ticket_times(tickets_of(rows).drop("closed_at"), as_of=AS_OF)
    assert journeys.support_waiting(times, min_group=1, limits=LIMITS)["open"].tolist()[0] == 2
    late = journeys.support_waiting(times, limits=LIMITS | {"support_days": 5}, min_group=1)
    assert late["open"].tolist()[0] == 1


def test_tickets_that_tell_no_answers():
    tickets = tickets_of([("2024-12-01", None, None, "size")]).drop("answered_at")
    times = journeys.ticket_times(tickets, as_of=AS_OF)
    assert journeys.support_waiting(times, limits=LIMITS)["unanswered"].isna().all()
    assert journeys.answer_times(times).attrs["needs"] == "tickets that tell when they were answered"
    assert journeys.answer_curve(times).empty


def test_preferences_against_everyone():
    moments = [f"2024-01-{day:02} 10:00" for day in (1, 1, 2, 2)]
    lines = orders_of(
        [("a", moments[0]), ("a", moments[1]), ("b", moments[2]), ("b", moments[3])], channel=list("xxyy")
    )
    orders = journeys.occasions(lines, None, pd.Series({"a": "A", "b": "B"}))
    table = journeys.preferences(orders, "channel", min_orders=2, min_group=1).set_index(["group", "value"])
    assert table.loc[("A", "x"), "index"] == 200
    assert table.loc[("B", "x"), "orders"] == 0
    week = journeys.weekday_by_hour(orders, min_orders=2, min_group=1)
    assert week.groupby("group").size().unique().tolist() == [168]
    assert week.groupby("group")["share"].sum().tolist() == pytest.approx([1, 1, 1])


def homes(seed: int, favourite: float = 0.0) -> pd.DataFrame:
    """600 customers, each of whom orders mostly through one of 20 shops; so many of group A through shop 7."""
    draw = np.random.default_rng(seed)
    group, home, often = draw.choice(list("ABC"), 600), draw.integers(0, 20, 600), draw.poisson(30, 600) + 1
    home = np.where((group == "A") & (draw.random(600) < favourite), 7, home)
    who = np.repeat(np.arange(600), often)
    place = np.where(draw.random(len(who)) < 0.9, home[who], draw.integers(0, 20, len(who)))
    rows = pd.DataFrame({"customer_id": who.astype(str), "group": group[who], "channel": place, "orders": 1})
    return rows.groupby(["group", "customer_id", "channel"], as_index=False)["orders"].sum()


def test_orders_of_one_customer_are_no_proof():
    """Taken as independent, 46 of 60 shares differed "by more than chance" where groups were drawn at random."""
    assert sum(journeys.preferences(homes(seed), "channel")["differs"].any() for seed in range(40)) <= 2


def test_a_planted_channel_is_found():
    told = [journeys.preferences(homes(seed, 0.15), "channel").query("differs") for seed in range(10)]
    assert sum((found.group.eq("A") & found.value.eq(7)).any() for found in told) >= 9


def test_groups_made_from_channels_are_not_tested_for_channels():
    orders = homes(0, 0.9)
    assert journeys.preferences(orders, "channel")["differs"].any()
    told = journeys.preferences(orders, "channel", made_from=by_construction(["top_channel"]))
    assert not told["differs"].any()
    assert told["p_value"].isna().all()


def test_habits_of_few_customers_are_not_described():
    orders = homes(0).query("group != 'C' or customer_id < '105'")
    told = journeys.preferences(orders, "channel")
    assert set(told["group"]) == {"Everyone", "A", "B"}
    assert told.attrs["small_groups"] == 1


def test_orders_dated_without_times_tell_no_hour():
    orders = journeys.occasions(orders_of([("a", "2024-01-01"), ("a", "2024-01-02")]))
    assert orders["hour"].isna().all()
    assert journeys.preferences(orders, "hour").attrs["needs"] == "orders with a time of day"
