"""Doubts about ids, numbers and dates, each from counts by hand and with what must not raise it."""

from __future__ import annotations

import datetime as dt

import pytest

from seglib.intake.doubts import KINDS, Evidence, doubts_of, keys
from seglib.intake.doubts.doubt import check_settled, told, unsettled
from seglib.intake.doubts.looking import DOUBTS

HEADERS = {"order_id": "Bon", "customer_id": "Kunde", "ordered_at": "Datum"}


def names(check, **counts) -> list[tuple[str, str]]:
    return [(one.doubt.name, one.doubt.level) for one in check(Evidence(HEADERS, counts))]


def test_most_orders_of_one_id_are_asked_about():
    seen = {"orders": 500, "customers": 90, "first_orders": 300, "second_orders": 15, "first_customer": "C1"}
    assert names(keys.one_customer, **seen) == [("one_customer", "ask")]


@pytest.mark.parametrize("customer", ["0", "000", "9999", "xxx"])
def test_an_id_that_stands_for_nobody_is_no_customer(customer):
    seen = {"orders": 60, "customers": 9, "first_orders": 20, "second_orders": 6, "first_customer": customer}
    (one,) = keys.one_customer(Evidence(HEADERS, seen))
    assert (one.doubt.level, one.correction) == ("note", "placeholder")


@pytest.mark.parametrize(
    "seen",
    [
        {"orders": 500, "customers": 90, "first_orders": 300, "second_orders": 60, "first_customer": "C1"},  # a company
        {"orders": 500, "customers": 2000, "first_orders": 49, "second_orders": 1, "first_customer": "C1"},  # a tenth
        {"orders": 9, "customers": 5, "first_orders": 5, "second_orders": 1, "first_customer": "0"},  # too few
        {"orders": 500, "customers": 90, "first_orders": 300, "second_orders": 60, "first_customer": "1"},  # the first
    ],
)
def test_a_large_customer_is_a_customer(seen):
    assert names(keys.one_customer, **seen) == []


def test_the_example_of_a_customer_is_a_shape():
    seen = {
        "orders": 500,
        "customers": 90,
        "first_orders": 300,
        "second_orders": 2,
        "first_customer": "ann@mail.example",
    }
    (one,) = keys.one_customer(Evidence(HEADERS, seen))
    assert "ann" not in one.doubt.message


def test_two_customers_of_many_orders_stop():
    assert names(keys.two_customers, customers=2, orders=100) == [("two_customers", "stop")]
    assert names(keys.two_customers, customers=2, orders=99) == []
    assert names(keys.two_customers, customers=3, orders=1000) == []


def test_numbers_that_begin_again_are_joined_with_the_day():
    seen = {"orders": 5, "apart": 5, "mixed": 5, "joined": 140, "joined_mixed": 1}
    (one,) = keys.order_number_repeats(Evidence(HEADERS, seen))
    assert (one.doubt.level, one.correction) == ("ask", "day_in_number")


def test_numbers_of_several_customers_within_days_begin_again_too():
    (one,) = keys.order_number_repeats(Evidence(HEADERS, {"orders": 50, "mixed": 40, "joined": 300, "joined_mixed": 0}))
    assert one.correction == "day_in_number"


def test_numbers_that_a_day_does_not_tell_apart_are_kept_and_asked_about():
    (one,) = keys.order_number_repeats(Evidence(HEADERS, {"orders": 50, "apart": 40, "joined": 60, "joined_mixed": 30}))
    assert (one.doubt.level, one.correction) == ("ask", "")


def test_one_number_in_twenty_on_two_days_is_an_order_that_was_changed():
    assert names(keys.order_number_repeats, orders=100, apart=5, mixed=5) == []
    assert names(keys.order_number_repeats, orders=10, apart=1) == []


def test_ids_that_a_spreadsheet_has_cut_stop():
    assert names(keys.ids_cut, cut_order_id=4, filled_order_id=10) == [("ids_cut", "stop")]
    assert names(keys.ids_cut, cut_order_id=4, filled_order_id=1000) == []  # such as the article 2E5
    assert names(keys.ids_cut, cut_product_id=9, filled_product_id=10) == []


@pytest.mark.parametrize(("rows", "cut"), [(65_535, 1), (65_536, 1), (1_048_575, 1), (65_534, 0), (9, 0)])
def test_as_many_rows_as_a_spreadsheet_holds(rows, cut):
    assert bool(names(keys.looks_cut, rows=rows)) == cut


LATE = {"lines": 300, "last_gap": 365, "longest_gap": 4, "mean_gap": 1.2, "last_lines": 1,
        "last_day": dt.date(2025, 5, 1),
        "day_before": dt.date(2024, 5, 1)}  # fmt: skip


@pytest.mark.parametrize(
    "more",
    [
        {"longest_gap": 330},  # a season
        {"mean_gap": 30.0},  # an order a month
        {"last_lines": 40},  # many have it
        {"last_gap": 40},  # six weeks of holidays
    ],
)
def test_a_last_date_far_behind_the_others_stops(more):
    assert names(keys.last_date_apart, **LATE) == [("last_date_apart", "stop")]
    assert names(keys.last_date_apart, **LATE | more) == []


def test_of_nothing_nothing_is_doubted():
    assert doubts_of(Evidence({}, {})) == []


def test_every_doubt_is_a_kind_with_its_levels():
    for check in DOUBTS:
        assert check.__name__ in KINDS


def test_a_settled_stop_is_none():
    stop = {
        "name": "ids_cut",
        "level": "stop",
        "column": "Bon",
        "message": "Cut.",
        "settle": "Export.",
        "source": "a.csv",
    }
    assert unsettled([stop], ["ids_cut"]) == []
    assert unsettled([stop], []) == [told(stop)]
    assert '--settle ids_cut, or [doubts] settled = ["ids_cut"]' in told(stop)
    assert check_settled(["ids_cut"], "shop.toml") == []
