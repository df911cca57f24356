"""Three makers of one thing: tables that are read, read back from a run, or seen from a later day are equal."""

from __future__ import annotations

import datetime as dt
from typing import Any

import ibis.expr.types as ir
import pandas as pd
import pytest

import seglib as sg
from seglib.errors import InputError
from seglib.shop.earlier import EarlierTables
from seglib.shop.examples import find_settings
from seglib.shop.reading import ReadTables
from seglib.shop.saved import save_tables, saved_tables
from seglib.shop.tables import Tables

LATER, DAY = dt.date(2024, 12, 1), dt.date(2024, 9, 1)
FRAMES = ("customers", "people", "contacts", "ledger", "ledger_by_source", "quality", "side_ledger")
LAZY = ("numbered", "marked", "lines", "window_lines", "products")
FACTS = ("as_of", "window_days", "currency", "inputs")


@pytest.fixture(scope="module")
def read() -> Tables:
    settings = find_settings("demo")
    return ReadTables(settings, DAY, settings.window_days)


@pytest.fixture(scope="module")
def saved(read, tmp_path_factory) -> Tables | None:
    run = tmp_path_factory.mktemp("run")
    save_tables(read, run, {"language": "it"})
    return saved_tables(run)


@pytest.fixture(scope="module")
def earlier() -> Tables:
    settings = find_settings("demo")
    return EarlierTables(ReadTables(settings, LATER, settings.window_days), DAY)


def rows_of(table: ir.Table | None) -> pd.DataFrame | None:
    if table is None:
        return None
    fetched = table.to_pyarrow().to_pandas()
    return fetched.sort_values(list(fetched.columns), ignore_index=True)


@pytest.fixture(params=["saved", "earlier"])
def other(request) -> Tables:
    return request.getfixturevalue(request.param)


@pytest.mark.parametrize("name", FRAMES)
def test_frames_are_equal(read, other, name):
    pd.testing.assert_frame_equal(getattr(other, name), getattr(read, name))


@pytest.mark.parametrize("name", LAZY)
def test_lines_and_products_are_equal(read, other, name):
    same_size = name != "numbered"  # a file may hold the number of a step in more bytes
    pd.testing.assert_frame_equal(rows_of(getattr(other, name)), rows_of(getattr(read, name)), check_dtype=same_size)


def test_tables_beside_the_orders_are_equal_and_in_one_order(read, other):
    assert list(other.sides) == list(read.sides)
    for name, table in read.sides.items():
        pd.testing.assert_frame_equal(rows_of(other.sides[name]), rows_of(table))


@pytest.mark.parametrize("name", FACTS)
def test_facts_are_equal(read, other, name):
    assert getattr(other, name) == getattr(read, name)


def test_each_knows_what_it_has(read, other):
    for name in ("lines", "contacts", "products", "events", "tickets", "responses", "campaigns", "deals"):
        assert other.has(name) is read.has(name) is True
    with pytest.raises(InputError, match="Did you mean 'events'"):
        other.has("event")


def test_a_folder_in_which_no_run_saved_anything_has_no_tables(tmp_path):
    assert saved_tables(None) is None
    assert saved_tables(tmp_path) is None


@pytest.fixture
def small_shop(write_shop) -> Any:
    """A return without an order in the window; an account opened, a request answered and closed in between."""
    folder = write_shop(
        {
            "lines": "order_id,customer_id,date,amount,currency\n1,ann,2024-01-05,10,EUR\n2,bob,2024-02-01,20,EUR\n"
            "3,ann,2024-03-10,-4,EUR\n4,ann,2024-05-01,5,EUR\n5,cy,2024-05-02,5,EUR\n6,,2024-01-07,5,EUR\n",
            "contacts": "customer_id,signed_up_at,city\nann,2024-04-20,Bari\nbob,2024-01-01,Rome\n",
            "tickets": "ticket_id,customer_id,opened_at,answered_at,closed_at\n"
            "t1,bob,2024-03-01,2024-04-20,2024-04-22\nt2,bob,2024-04-10,,\nt3,,2024-03-02,,\n",
        }
    )
    return lambda day: sg.open_shop(folder, as_of=day, window_days=30)


def test_an_earlier_day_is_told_as_if_the_shop_had_been_opened_then(small_shop):
    opened, then = small_shop("2024-03-15"), small_shop("2024-05-03").earlier(49)
    assert type(then) is sg.Shop
    assert then.window_lines.count().to_pyarrow().as_py() == 0  # a return alone is nothing to analyse
    for name in ("ledger", "ledger_by_source", "side_ledger", "quality", "contacts"):
        pd.testing.assert_frame_equal(getattr(then, name), getattr(opened, name))
    pd.testing.assert_frame_equal(rows_of(then.tickets), rows_of(opened.tickets))


def test_what_is_not_known_yet_of_a_contact_is_not_among_the_customers(small_shop):
    opened, then = small_shop("2024-02-01"), small_shop("2024-05-03").earlier(92)
    assert opened.customers["city"].dropna().to_dict() == {"bob": "Rome"}
    assert opened.customers.index.tolist() == ["ann", "bob"]
    pd.testing.assert_frame_equal(then.customers, opened.customers)
