"""Customers as they were, and what they did next."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from seglib.errors import InputError
from seglib.shop.outcomes import next_period
from seglib.shop.shop import open_shop

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


def test_contacts_are_those_known_on_the_earlier_day(make_lines):
    days = pd.to_datetime(["2024-01-31 23:59", "2024-02-01 00:00"])
    contacts = pd.DataFrame({"signed_up_at": days, "city": ["Cork", "Galway"]}, index=["a", "b"])
    told = {"as_of": dt.date(2024, 2, 10), "days": 10, "contacts": contacts}
    assert next_period(make_lines(ORDERS), **told)[0]["city"].fillna("").to_dict() == {"a": "Cork", "b": ""}


def test_the_page_of_a_shop_asks_as_of_the_earlier_day_too(tmp_path):
    """As a notebook asks: data.next_period; b signed up after the day on which the period begins."""
    rows = "order_id,customer_id,ordered_at,amount\n1,a,2024-01-01,10\n2,b,2024-01-10,20\n3,a,2024-02-10,5\n"
    (tmp_path / "orders.csv").write_text(rows, encoding="utf-8")
    people = "customer_id,signed_up_at,city\na,2024-01-01,Cork\nb,2024-02-05,Galway\n"
    (tmp_path / "contacts.csv").write_text(people, encoding="utf-8")
    tables = "[tables.lines]\npath = 'orders.csv'\n[tables.contacts]\npath = 'contacts.csv'\n"
    (tmp_path / "shop.toml").write_text(f"as_of = '2024-02-10'\n{tables}", encoding="utf-8")
    shop = open_shop(tmp_path / "shop.toml")
    before, _ = shop.next_period(10)
    assert before["city"].fillna("").to_dict() == {"a": "Cork", "b": ""}
    pd.testing.assert_frame_equal(before, shop.earlier(10).customers)


def test_refuses_no_days(make_lines):
    with pytest.raises(InputError, match="days is 0"):
        next_period(make_lines(ORDERS), as_of=dt.date(2024, 2, 10), days=0)
