"""Customers as they were, and what they did next."""

from __future__ import annotations

import datetime as dt

import pytest

from seglib.errors import InputError
from seglib.shop.outcomes import next_period

ORDERS = [
    ("1", "a", "2024-01-01", 10),
    ("2", "b", "2024-01-10", 20),
    ("3", "a", "2024-02-01", 5),
    ("4", "a", "2024-02-10", 7),
    ("4R", "a", "2024-02-10", -2),
    ("5", "c", "2024-02-03", 9),
]


def test_by_hand(make_lines):
    """As of 31 January a and b are customers; c came later and is in neither table."""
    customers, outcome = next_period(make_lines(ORDERS), as_of=dt.date(2024, 2, 10), days=10)
    assert customers["frequency"].to_dict() == {"a": 1, "b": 1}
    assert outcome["next_orders"].to_dict() == {"a": 2, "b": 0}
    assert outcome["next_revenue"].to_dict() == {"a": 10.0, "b": 0.0}
    assert outcome["bought_again"].to_dict() == {"a": True, "b": False}


def test_the_window_is_as_long_as_before(make_lines):
    customers, _ = next_period(make_lines(ORDERS), as_of=dt.date(2024, 2, 10), days=10, window_days=25)
    assert customers.index.tolist() == ["b"]  # 7 to 31 January


def test_longer_than_the_history_is_an_empty_table(make_lines):
    customers, outcome = next_period(make_lines(ORDERS), as_of=dt.date(2024, 2, 10), days=400)
    assert (len(customers), len(outcome), outcome["bought_again"].dtype) == (0, 0, bool)


def test_refuses_no_days(make_lines):
    with pytest.raises(InputError, match="days is 0"):
        next_period(make_lines(ORDERS), as_of=dt.date(2024, 2, 10), days=0)
