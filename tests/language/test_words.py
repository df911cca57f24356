"""Numbers, money, dates and names as a person writes them; forms of other languages are held in test_messages."""

from __future__ import annotations

import datetime as dt
import math
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seglib.language import cells, words
from seglib.language.messages import speaking

NOTHING = [None, float("nan"), pd.NA, pd.NaT, np.float64("nan")]


@pytest.fixture(autouse=True)
def english():
    with speaking("en"):
        yield


@pytest.mark.parametrize("nothing", NOTHING)
def test_what_is_missing_is_a_dash(nothing):
    for told in (words.number, words.count, words.percent, words.money, words.days, words.date, words.month):
        assert told(nothing) == "–"
    assert cells.cell(nothing, "revenue", "EUR") == "–"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        *((0, "0"), (7, "7"), (999.4, "999"), (1234567.8, "1,234,568"), (12.345, "12.3"), (0.01234, "0.0123")),
        *((-3.14159, "−3.14"), (1e-9, "0.000000"), (-1e-9, "0.000000"), (np.int64(5), "5"), (5.0, "5")),
    ],
)
def test_numbers_have_three_figures(value, text):
    assert words.number(value) == text


def test_nothing_is_below_zero_once_rounded():
    assert words.number(-0.004, 2) == "0.00"
    assert words.money(-0.001, "EUR") == "€0.00"
    assert words.percent(-0.0001) == "0.0%"


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0, "0%"),
        (0.0995, "10%"),
        (0.09949, "9.9%"),
        (0.5, "50%"),
        (1, "100%"),
        (0.9999, "99.9%"),
        (0.994, "99%"),
        (1.2, "120%"),
        (0.0004, "0.0%"),
        (-0.25, "−25%"),
    ],
)
def test_shares_have_a_decimal_below_ten_per_cent(share, text):
    assert words.percent(share) == text


@pytest.mark.parametrize(
    ("value", "currency", "text"),
    [
        *((999.994, "EUR", "€999.99"), (1000, "EUR", "€1,000"), (-1234.5, "USD", "−$1,234"), (9, "CHF", "CHF 9.00")),
        *((12, "", "12.00"), (-12, "", "−12.00"), (12, "XYZ", "XYZ 12.00")),
    ],
)
def test_money_has_cents_below_a_thousand(value, currency, text):
    assert words.money(value, currency) == text


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=2))
def test_money_can_be_read_back(amount):
    text = words.money(float(amount), "EUR", 2).replace("€", "").replace(",", "").replace("−", "-")
    assert float(text) == float(amount)


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0 days"), (1, "1 day"), (1.04, "1.0 days"), (2.25, "2.2 days"), (9.96, "10.0 days"), (45.4, "45 days")],
)
def test_lengths_of_time(value, text):
    assert words.days(value) == text


@pytest.mark.parametrize(
    ("lower", "upper", "more", "text"),
    [
        (-math.inf, math.inf, {}, "any"),
        (-math.inf, 12, {"whole": True}, "up to 12"),
        (-math.inf, 12, {"whole": True, "closed": "left"}, "up to 11"),
        (12, 13, {"whole": True}, "13"),
        (12, 40, {"whole": True}, "13–40"),
        (12, 40, {"whole": True, "closed": "left"}, "12–39"),
        (40, math.inf, {"whole": True}, "41 or more"),
        (40, math.inf, {"whole": True, "closed": "left"}, "40 or more"),
        (-math.inf, 99.5, {"currency": "EUR"}, "up to €99.50"),
        (-math.inf, 99.5, {"currency": "EUR", "closed": "left"}, "under €99.50"),
        (99.5, 1200, {"currency": "EUR"}, "€99.50–€1,200"),
        (1200, math.inf, {"currency": "EUR"}, "over €1,200"),
    ],
)
def test_bands(lower, upper, more, text):
    assert words.band(lower, upper, **more) == text


@given(st.lists(st.integers(-50, 50), min_size=2, max_size=6, unique=True), st.sampled_from(["left", "right"]))
def test_bands_of_whole_numbers_follow_each_other(edges, closed):
    """What one ends with is one below what the next begins with."""
    edges = [-math.inf, *sorted(edges), math.inf]
    bands = [words.band(*ends, closed=closed, whole=True) for ends in pairwise(edges)]
    ends = [[int(part.replace("−", "-")) for part in _numbers(band)] for band in bands]
    assert all(before[-1] + 1 == after[0] for before, after in pairwise(ends))


def _numbers(band: str) -> list[str]:
    return band.removeprefix("up to ").removesuffix(" or more").split("–")


def test_dates_and_months():
    day = dt.date(2011, 12, 9)
    assert (words.date(day), words.date(pd.Timestamp(day))) == ("9 December 2011", "9 December 2011")
    assert (words.month(day), words.month(day, "LLL")) == ("Dec 2011", "Dec")
    with speaking("uk"):
        assert words.date(day) == "9 грудня 2011"  # without the abbreviation of "year" and its stop


def test_names_that_seglib_gave_are_told_in_the_language_and_others_as_they_are():
    assert words.name("By location: Italy") == "By location: Italy"
    with speaking("it"):
        assert words.name("Champions") != "Champions"
        assert words.name("Night owls") == "Night owls"
        assert words.name("Night owls: Champions") == f"Night owls: {words.name('Champions')}"


def test_counts_and_lists():
    assert [words.plural(n, "customer") for n in (0, 1, 2469)] == ["0 customers", "1 customer", "2,469 customers"]
    assert words.plural(2, "category", "categories") == "2 categories"
    assert [words.joined(names) for names in ([], ["a"], ["a", "b"], "abc")] == ["", "a", "a and b", "a, b and c"]


def test_headings():
    assert words.label("monetary_value") == "Revenue"
    assert words.label("favourite_colour") == "Favourite colour"
    assert words.label("AgeBand") == "AgeBand"
    assert words.label("") == ""


@pytest.mark.parametrize(
    ("attribute", "value", "statistic", "text"),
    [
        ("category", "Tea", "mean share of spend", "Spend on Tea"),
        ("country", "Italy", "mean share of spend", "Spend from Italy"),
        ("shelf", "Top", "mean share of spend", "Spend Shelf Top"),
        ("age", "25-34", "share of customers", "Age: 25-34"),
        ("frequency", "", "median", "Orders"),
    ],
)
def test_traits(attribute, value, statistic, text):
    assert words.trait(attribute, value, statistic) == text


@pytest.mark.parametrize(
    ("value", "column", "text"),
    [
        ("<b>", "revenue", "<b>"),
        (0.25, "revenue_share", "25%"),
        (1200.4, "average_order_value", "€1,200"),
        (12.34, "recency_days", "12"),
        (2.34, "gap_days", "2.34"),
        (True, "used", "yes"),
        (dt.date(2024, 3, 1), "first_order_at", "2024-03-01"),
        (pd.Timestamp("2024-03-01 10:00"), "first_order_at", "2024-03-01"),
        (3, "orders", "3"),
        (np.float64(3.14159), "orders", "3.14"),
        (("a", "b"), "segments", "('a', 'b')"),
    ],
)
def test_cells_are_told_by_the_name_of_their_column(value, column, text):
    assert cells.cell(value, column, "EUR") == text
