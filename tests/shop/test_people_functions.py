"""Functions of rules, each by hand at its boundaries."""

import datetime as dt

import ibis
import numpy as np
import pandas as pd
import pandas.testing as pdt
import pytest

from seglib.errors import InputError
from seglib.shop.people import measure_calls, order_functions
from seglib.shop.people.functions import BY_NAME, MEASURES
from seglib.tables.measures import FUNCTIONS, Call

AS_OF = dt.date(2024, 1, 31)
PEOPLE = pd.Index(["ann", "bob", "nil"], name="customer_id")


def side(**columns):
    table = pd.DataFrame(columns)
    for name in [name for name in table if name == "at" or name.endswith("_at")]:
        table[name] = pd.to_datetime(table[name], format="ISO8601")
    return ibis.memtable(table)


def measure(function, *arguments, people=PEOPLE, window_days=31, lines=None, as_of=AS_OF, **tables):
    """The one column asked for, as a list."""
    call = Call(function, arguments)
    table = measure_calls([call], people, lines=lines, as_of=as_of, window_days=window_days, **tables)
    assert list(table.columns) == [call.column]
    return [None if pd.isna(value) else value for value in table[call.column]]


@pytest.fixture
def lines(make_lines):
    """Window of 31 days from 1 January; the shop began on 1 January 2023."""
    return make_lines(
        [
            ("0", "bob", "2023-01-01 00:00", 3),
            ("1", "ann", "2023-12-31 23:59", 10),
            ("2", "ann", "2024-01-01 00:00", 20),
            ("2", "ann", "2024-01-01 00:00", 5),
            ("2R", "ann", "2024-01-15 10:00", -8),
            ("3", "bob", "2024-01-31 23:59", 7),
            ("4", "bob", "2024-02-01 00:00", 99),
        ],
        category=["Shoes", "Shoes", "Shoes", "Socks", "Shoes", None, "Shoes"],
        product_id=["s1", "s1", "s1", "k1", "s1", "S2", "s1"],
        product_name=["Boot", "Boot", "Boot", "Sock", "Boot", "shoes", "Boot"],
    )


@pytest.mark.parametrize("function", ["spent_on", "bought"])
def test_hundreds_of_names_are_measured_in_one_pass(lines, monkeypatch, function):
    passes = []
    fetched = order_functions.by_customer
    monkeypatch.setattr(order_functions, "by_customer", lambda table: passes.append(table) or fetched(table))
    names = ["shoes", " SHOES ", "Boot", "k1", *(f"nothing {i}" for i in range(386))]
    calls = [Call(function, (name,)) for name in names]
    table = measure_calls(calls, PEOPLE, lines=lines, as_of=AS_OF, window_days=31)
    assert len(passes) == 1
    assert list(table.columns) == [call.column for call in calls]
    for call in calls[:5]:
        assert table[call.column].tolist() == measure(function, *call.arguments, lines=lines)
    assert not table[[call.column for call in calls[4:]]].any(axis=None)


# --- order lines ----------------------------------------------------------------------------------------------------


def test_spent_on_is_net_and_of_the_window(lines):
    assert measure("spent_on", "shoes", lines=lines) == [12.0, 7.0, 0.0]  # a category, or a product's name
    assert measure("spent_on", " BOOT ", lines=lines) == [12.0, 0.0, 0.0]
    assert measure("spent_on", "s2", lines=lines) == [0.0, 7.0, 0.0]
    assert measure("spent_on", "shoes", lines=lines, window_days=None) == [22.0, 10.0, 0.0]
    assert measure("spent_on", "hats", lines=lines) == [0.0, 0.0, 0.0]


def test_bought_is_ever_and_a_return_is_no_purchase(lines, make_lines):
    assert measure("bought", "s1", lines=lines) == [True, True, False]
    assert measure("bought", "Socks", lines=lines) == [True, False, False]
    returned = make_lines([("R", "ann", "2024-01-02", -5)], category=["Hats"])
    assert measure("bought", "Hats", lines=returned) == [False, False, False]


def test_orders_and_money_since_a_day(lines):
    assert measure("orders_since", "2024-01-01", lines=lines) == [1, 1, 0]
    assert measure("orders_since", "2023-12-31", lines=lines) == [2, 1, 0]
    assert measure("orders_since", "2024-02-01", lines=lines) == [0, 0, 0]  # later than the as-of date is not known
    assert measure("spent_since", "2024-01-01", lines=lines) == [17.0, 7.0, 0.0]
    assert measure("spent_since", "2024-01-02", lines=lines) == [-8.0, 7.0, 0.0]  # only the return


@pytest.mark.parametrize(
    ("day", "days", "found"),
    [
        *[("2023-12-25 23:59", 0, 1), ("2023-12-24", 0, 0), ("2023-12-24", 1, 1), ("2023-12-11", 14, 1)],
        *[("2023-12-10 23:59", 14, 0), ("2023-12-26", 14, 0)],
    ],
)
def test_orders_around_a_holiday_are_up_to_it(make_lines, day, days, found):
    lines = make_lines([("1", "ann", day, 5), ("1", "ann", day, 5), ("R", "ann", "2023-12-25", -5)])
    assert measure("orders_around", "Christmas", days, lines=lines, window_days=60)[0] == found


def test_orders_around_are_of_the_window_and_see_the_holiday_ahead(make_lines):
    lines = make_lines([("1", "ann", "2022-12-24", 5), ("2", "ann", "2023-12-20", 5), ("3", "bob", "2023-11-21", 5)])
    before = {"lines": lines, "as_of": dt.date(2023, 12, 21)}
    assert measure("orders_around", "christmas", 7, window_days=300, **before) == [1, 0, 0]
    assert measure("orders_around", "christmas", 7, window_days=None, **before) == [2, 0, 0]
    assert measure("orders_around", "any", 7, window_days=300, **before) == [1, 1, 0]  # bob: before Black Friday
    assert measure("orders_around", "any", 0, window_days=300, **before) == [0, 0, 0]


def test_launches_are_told_and_never_guessed(make_lines):
    """A first sale is no launch: of a shop whose dates are not told nobody follows trends."""
    lines = make_lines(
        [
            *[("1", "ann", "2023-01-01", 1), ("2", "bob", "2023-04-01", 1), ("3", "bob", "2023-03-31", 1)],
            *[("4", "ann", "2023-04-11", 1), ("5", "bob", "2023-04-12", 1), ("6", "ann", "2023-04-11", 1)],
        ],
        product_id=["old", "new", "early", "new", "new", "early"],
    )
    told = side(product_id=["old", "new"], launched_at=["2023-01-03", None])
    assert measure("launches_bought", 2, lines=lines, products=told) == [1, 0, 0]  # ann ordered old two days ahead
    assert measure("launches_bought", 1, lines=lines, products=told) == [0, 0, 0]
    assert measure("launches_share", 2, lines=lines, products=told) == [pytest.approx(1 / 3), 0, None]
    for products in (None, told.drop("launched_at"), told.mutate(launched_at=ibis.null("timestamp"))):
        call = Call("launches_bought", (10,))
        assert measure_calls([call], PEOPLE, lines=lines, as_of=AS_OF, products=products).empty


def around(make_lines, days: dict[str, list[str]], **more):
    rows = [(f"{who}{i}", who, day, 1) for who, orders in days.items() for i, day in enumerate(orders)]
    people = pd.Index(list(days), name="customer_id")
    told = {"people": people, "window_days": None, "as_of": dt.date(2023, 12, 31), **more}
    lines = make_lines(rows)
    return (
        dict(zip(people, measure("holiday_chance", "Christmas", 10, lines=lines, **told), strict=True)),
        dict(zip(people, measure("holiday_seasons", "Christmas", 10, lines=lines, **told), strict=True)),
    )


def test_holiday_buyers_are_told_from_chance_and_over_two_years(make_lines):
    """Every month ten orders of others, so that a tenth of all days is before Christmas."""
    others = {f"o{i}": [f"{2022 + i % 2}-{1 + m:02}-{15 + m % 3}" for m in range(i % 11, 11, 3)] for i in range(40)}
    keeper = {"keeper": ["2021-12-20", "2022-12-20", "2022-12-23", "2023-12-15", "2023-12-20"]}
    once = {"once": ["2023-12-15", "2023-12-16", "2023-12-19", "2023-12-20", "2023-12-22"]}
    chance, seasons = around(make_lines, others | keeper | once)
    assert chance["keeper"] < 0.05
    assert min(value for who, value in chance.items() if who.startswith("o") and who != "once") == 1
    assert (seasons["keeper"], seasons["once"], seasons["o1"]) == (3, 1, 0)


def test_days_dealt_out_at_random_make_no_holiday_buyer(make_lines):
    """Of two thousand customers 74 were found so, of 99."""
    rng = np.random.default_rng(3)
    days = pd.date_range("2022-01-01", "2023-12-31")
    many = {f"c{i:03}": rng.choice(days, rng.integers(3, 12)).astype("datetime64[D]").astype(str) for i in range(300)}
    rows = [(f"{who}-{i}", who, day, 1) for who, orders in many.items() for i, day in enumerate(orders)]
    told = {"people": pd.Index(list(many), name="customer_id"), "window_days": None, "as_of": dt.date(2023, 12, 31)}
    lines = make_lines(rows)
    chance, around_any = (measure(name, "any", 10, lines=lines, **told) for name in ("holiday_chance", "orders_around"))
    share = [near / len(orders) for near, orders in zip(around_any, many.values(), strict=True)]
    assert sum(near >= 3 and part >= 0.75 for near, part in zip(around_any, share, strict=True)) >= 5
    assert sum(value <= 0.05 for value in chance) <= 1


# --- events ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def events():
    return side(
        customer_id=["ann"] * 4 + ["bob"] * 2,
        at=["2024-01-01 00:00", "2023-12-31 23:59", "2024-01-30 10:00", "2024-01-31 10:00", "2024-01-20", "2024-02-01"],
        kind=["view", "view", "view", "other", "view", "view"],
        event=["product_page", "product_page", "home", "Quiz", "view", "view"],
    )


def test_events_of_a_kind_or_name(events):
    assert measure("events_of", "view", events=events) == [2, 1, 0]
    assert measure("events_of", "product_page", events=events) == [1, 0, 0]
    assert measure("events_of", "quiz", events=events) == [1, 0, 0]
    assert measure("events_of", "view", events=events, window_days=None) == [3, 1, 0]


def test_days_since_an_event_are_ever(events):
    assert measure("days_since_event", "view", events=events) == [1.0, 11.0, None]
    assert measure("days_since_event", "Product_Page", events=events) == [30.0, None, None]
    assert measure("days_since_event", "quiz", events=events) == [0.0, None, None]


def abandoned(carts, purchases=(), *, hours=24, days=30, lines=None):
    """Carts of ann left behind."""
    at = [*carts, *purchases]
    kind = ["cart"] * len(carts) + ["purchase"] * len(purchases)
    events = side(customer_id=["ann"] * len(at), at=at, kind=kind, event=kind)
    return measure("abandoned_carts", hours, days, events=events, lines=lines)[0]


def test_a_purchase_just_at_the_limit_of_the_hours_counts():
    assert abandoned(["2024-01-10 12:00"]) == 1
    assert abandoned(["2024-01-10 12:00"], ["2024-01-11 12:00:00"]) == 0
    assert abandoned(["2024-01-10 12:00"], ["2024-01-11 12:00:01"]) == 1
    assert abandoned(["2024-01-10 12:00"], ["2024-01-10 12:00"]) == 0
    assert abandoned(["2024-01-10 12:00"], ["2024-01-10 11:59:59"]) == 1  # bought before
    assert abandoned(["2024-01-10 12:00"], ["2024-01-10 12:30"], hours=0.5) == 0


def test_each_cart_counts():
    assert abandoned(["2024-01-10 12:00", "2024-01-10 12:00", "2024-01-20 12:00"], ["2024-01-20 13:00"]) == 2


def test_carts_of_the_last_days_only():
    assert abandoned(["2024-01-02 00:00"]) == 1  # 30 days, the as-of date included
    assert abandoned(["2024-01-01 23:59"]) == 0


def test_a_cart_whose_hours_have_not_passed_is_not_left():
    assert abandoned(["2024-01-31 12:00"]) == 0
    assert abandoned(["2024-01-30 23:59"]) == 1
    assert abandoned(["2024-01-31 00:00"]) == 0  # its last moment is the next day's first
    assert abandoned(["2024-01-31 12:00"], hours=2) == 1


def test_an_order_is_a_purchase_too(make_lines):
    def left(day, who="ann", amount=5):
        return abandoned(["2024-01-10 12:00"], lines=make_lines([("1", who, day, amount)]))

    assert left("2024-01-11 12:00:00") == 0
    assert left("2024-01-11 12:00:01") == 1
    assert left("2024-01-10 11:00") == 1
    assert left("2024-01-11 10:00", who="bob") == 1
    assert left("2024-01-11 10:00", amount=-5) == 1  # a return
    assert left("2024-01-10") == 0  # no time is told: it may have been after the cart
    assert left("2024-01-09") == 1


# --- survey answers -------------------------------------------------------------------------------------------------


@pytest.fixture
def responses():
    return side(
        customer_id=["ann", "ann", "ann", "bob", "bob"],
        question=["Gift?", "Gift?", "stars", "stars", "stars"],
        answer=["yes", "no", "4", " 2 ", "n/a"],
        answered_at=["2024-01-01", "2024-01-02", "2024-01-02", "2024-01-01", "2024-01-03"],
    )


def test_answered_is_the_last_answer(responses):
    assert measure("answered", "gift?", "No", responses=responses) == [True, None, None]
    assert measure("answered", "Gift?", "yes", responses=responses) == [False, None, None]
    earlier = {"as_of": dt.date(2024, 1, 1), "responses": responses}
    assert measure("answered", "Gift?", "yes", **earlier) == [True, None, None]
    undated = responses.drop("answered_at")
    assert measure("answered", "Gift?", "yes", responses=undated) == [True, None, None]  # which was last is not told


def test_rating_is_the_mean_of_the_numbers(responses):
    assert measure("rating", "Stars", responses=responses) == [4.0, 2.0, None]
    assert measure("rating", "Gift?", responses=responses) == [None, None, None]


# --- the whole ------------------------------------------------------------------------------------------------------

CALLS = {
    "spent_on": ("shoes",),
    "bought": ("shoes",),
    "orders_since": ("2024-01-01",),
    "spent_since": ("2024-01-01",),
    "orders_around": ("any", 14),
    "holiday_chance": ("any", 14),
    "holiday_seasons": ("any", 14),
    "launches_bought": (30,),
    "launches_share": (30,),
    "events_of": ("view",),
    "days_since_event": ("view",),
    "abandoned_carts": (24, 30),
    "answered": ("Gift?", "yes"),
    "rating": ("stars",),
}


def test_every_function_is_measured_as_its_kind(lines, events, responses):
    assert [*BY_NAME, *MEASURES] == list(CALLS) == [function.name for function in FUNCTIONS]
    calls = [Call(*call) for call in CALLS.items()]
    products = side(product_id=["s1"], launched_at=["2024-01-01"])
    tables = {"lines": lines, "events": events, "responses": responses, "products": products}
    table = measure_calls([*calls, calls[0]], PEOPLE, as_of=AS_OF, window_days=31, **tables)
    assert list(table.columns) == [call.column for call in calls]
    pdt.assert_index_equal(table.index, PEOPLE)
    for function, call in zip(FUNCTIONS, calls, strict=True):
        assert pd.api.types.is_bool_dtype(table[call.column]) == (function.kind == "boolean")


def test_a_call_without_its_table_is_left_out(lines, events, responses):
    calls = [Call(*call) for call in CALLS.items()]
    needs = {call.column: function.needs for call, function in zip(calls, FUNCTIONS, strict=True)}

    def told(**tables):
        return {needs[name] for name in measure_calls(calls, PEOPLE, as_of=AS_OF, **{"lines": None, **tables})}

    assert told() == set()
    assert told(lines=lines) == {"orders", "products"}
    assert told(lines=lines.drop("category", "product_id", "product_name")) == {"orders"}
    assert told(events=events) == {"events"}
    assert told(responses=responses) == {"responses"}
    launched = side(product_id=["s1"], launched_at=["2024-01-01"])
    assert told(lines=lines, products=launched) == {"orders", "products", "launches"}


def test_nobody_bought_anything(make_lines):
    later = make_lines([("1", "ann", "2025-01-01", 5)], product_id=["a"])
    calls = [Call(name, CALLS[name]) for name in ("spent_on", "bought", "orders_around", "launches_bought")]
    products = side(product_id=["a"], launched_at=["2025-01-01"])
    for window in (None, 31):
        table = measure_calls(calls, PEOPLE, lines=later, as_of=AS_OF, window_days=window, products=products)
        assert not table.any(axis=None)
        assert table.notna().all(axis=None)


def test_faults_are_told_together(lines):
    calls = [Call("orders_around", ("Chrismas", 14)), Call("orders_since", ("1 May",)), Call("spent", (1,))]
    with pytest.raises(InputError) as caught:
        measure_calls(calls, PEOPLE, lines=lines, as_of=AS_OF)
    assert len(caught.value.faults) == 3
    assert "orders_around('Chrismas', 14): 'Chrismas' is no holiday" in caught.value.faults[0]
    assert "Did you mean 'Christmas'?" in caught.value.faults[0]
    assert "YYYY-MM-DD" in caught.value.faults[1]
    assert "'spent' is no function of rules. Did you mean 'spent_" in caught.value.faults[2]


def test_an_unknown_holiday_is_told_without_orders():
    with pytest.raises(InputError, match="no holiday"):
        measure_calls([Call("orders_around", ("Yule", 1))], PEOPLE, lines=None, as_of=AS_OF)
