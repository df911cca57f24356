"""Tables beside the lines: whose each row is, what its names mean, and what was known at the as-of date."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import ibis
import pandas as pd
import pytest

from seglib.errors import InputError
from seglib.intake.joining import People
from seglib.shop.beside import event_names, strangers
from seglib.shop.saved import finish
from seglib.shop.shop import open_shop
from seglib.shop.sides import as_at, last_date, prepare_side, stack_sides
from seglib.tables.measures import EVENT_KINDS
from seglib.tables.period import Period

FILES = {
    "lines": "order_id,customer_id,email,date,amount\n1,7,ann@x.it,2024-01-05,10.5\n2,8,bob@x.it,2024-02-01,20\n"
    "3,7,ann@x.it,2024-03-01,5\n",
    "events": "visitor_id,customer_id,timestamp,event\nv1,,2024-01-01 10:00:00,Home\n"
    "v1,7,2024-01-02 10:00:00,Put in basket\nv2,,2024-01-02 10:00:00,view_item\nv3,7,2024-01-02 11:00:00,Add to Cart\n"
    "v3,8,2024-01-02 11:10:00,purchase\nv3,,2024-01-02 11:20:00,chat\n,,2024-01-02 11:20:00,chat\n"
    "v4,,2024-05-02 11:20:00,chat\nv4,,,chat\n",
    "tickets": "ticket_id,customer_id,email,created_at,first_response_at,closed_at\n"
    "1,,ANN@x.it,2024-01-03,2024-01-04,2024-01-05\n2,8,,2024-02-03,,2024-06-05\n3,,zoe@x.it,2024-02-04,,\n4,,,2024-02-04,,\n",
    "responses": "customer_id,question,answer\n7,tasty,yes\n8,tasty,\n9,tasty,no\n",
    "campaigns": "customer_id,campaign,sent_at,opened\n7,spring,2024-02-01,yes\n8,summer,2024-06-01,no\n",
    "deals": "deal_id,company,stage,amount,created_at,closed_at\n1,ACME,Closed Won,100,2024-01-01,2024-02-01\n"
    "2,ACME,Prospecting,50,2024-01-01,\n3,,Won,50,2024-01-01,2024-02-01\n4,Bee,signed,50,2024-01-01,2024-08-01\n"
    "5,Bee,signed,50,2024-01-01,2024-02-01\n6,Bee,Closed Lost,50,2024-01-01,2024-02-01\n",
    "contacts": "customer_id,company,joined\n7,ACME,2023-01-01\n9,Dee,2023-02-01\n10,Fee,2025-02-01\n",
    "products": "sku,title,launched_at\nT1,Tea,2024-01-01\nT1,Tea again,2023-01-01\n",
}
SETTINGS = '[events]\ncart = ["put in basket"]\n[deals]\nwon = ["signed"]\n'


@pytest.fixture
def make_shop(write_shop):
    """A shop of some of the tables."""

    def make(*tables: str, more: str = SETTINGS) -> Path:
        return write_shop({name: FILES[name] for name in tables}, top='name = "Tea"\n', more=more)

    return make


@pytest.fixture
def shop(make_shop):
    return open_shop(make_shop(*FILES))


def rows(table: ibis.Table, *columns: str) -> list[tuple]:
    return sorted(table.select(*columns).to_pyarrow().to_pandas().itertuples(index=False, name=None))


def test_visitors_are_stitched_to_the_one_customer_they_are_seen_as(shop):
    """v1 is 7 in both its events; v3 was two customers, so its third event stays the visitor's."""
    assert rows(shop.events, "visitor_id", "customer_id", "kind") == [
        ("v1", "7", "cart"),
        ("v1", "7", "visit"),
        ("v2", "visitor:v2", "view"),
        ("v3", "7", "cart"),
        ("v3", "8", "purchase"),
        ("v3", "visitor:v3", "chat"),
    ]


def test_ids_are_resolved_and_what_was_closed_later_is_open(shop):
    found = shop.tickets.to_pyarrow().to_pandas().set_index("ticket_id")
    assert found["customer_id"].to_dict() == {"1": "7", "2": "8", "3": "zoe@x.it"}
    assert found["closed_at"].notna().to_dict() == {"1": True, "2": False, "3": False}
    assert "email" not in found


def test_deals_have_a_state_and_go_by_the_company(shop):
    assert rows(shop.deals, "deal_id", "customer_id", "state", "stage") == [
        ("1", "7", "won", "Closed Won"),
        ("2", "7", "open", "Prospecting"),
        ("4", "Bee", "open", "open"),
        ("5", "Bee", "won", "signed"),
        ("6", "Bee", "lost", "Closed Lost"),
    ]


def test_every_row_is_used_or_counted(shop):
    ledger = shop.side_ledger.set_index(["table", "step"])["rows"]
    for table, part in shop.side_ledger.groupby("table"):
        told = part.set_index("step")["rows"]
        assert told["read"] == told.drop("read").sum(), table
    assert ledger["events", "after the as-of date"] == 1
    assert ledger["events", "without at"] == 1
    assert ledger["events", "without customer_id"] == 1
    assert ledger["responses", "without answer"] == 1
    assert ledger["campaigns", "after the as-of date"] == 1
    assert ledger["contacts", "after the as-of date"] == 1
    assert shop.contacts.index.tolist() == ["7", "9"]


def test_products_are_one_row_each(shop):
    assert rows(shop.products, "product_id", "launched_at") == [("T1", pd.Timestamp("2023-01-01"))]


def test_what_a_shop_has(shop, make_shop):
    assert all(shop.has(table) for table in ("lines", "contacts", "products", "events", "deals", "campaigns"))
    with pytest.raises(InputError, match="Did you mean 'events'"):
        shop.has("event")
    alone = open_shop(make_shop("lines"))
    assert not alone.has("events")
    assert alone.events is None
    assert alone.side_ledger.empty


def test_a_table_without_a_usable_row_is_none(make_shop):
    folder = make_shop("lines", "events")
    (folder / "events.csv").write_text("visitor_id,timestamp,event\nv1,2030-01-01,view\n")
    shop = open_shop(folder)
    assert shop.events is None
    assert shop.side_ledger["rows"].tolist() == [1, 1, 0]


def test_check_names_ids_that_nobody_knows(shop):
    assert strangers(shop.tables)[0].startswith("events: 0 of 2 customer ids")
    assert "2 anonymous visitors" in strangers(shop.tables)[0]
    assert strangers(shop.tables)[1].startswith("tickets: 1 of 3 customer ids")
    assert event_names(shop.events).set_index("kind")["names"]["cart"] == "Add to Cart (1), Put in basket (1)"


@pytest.mark.parametrize(
    ("tables", "as_of", "basis"),
    [
        (["events"], dt.date(2024, 5, 3), "7 events; as of 3 May 2024, the whole history."),
        (["tickets"], dt.date(2024, 6, 6), "3 tickets; as of 6 June 2024, the whole history."),
        (["contacts", "deals"], dt.date(2025, 2, 2), "3 contacts, 5 deals; as of 2 February 2025, the whole history."),
    ],
)
def test_a_shop_without_orders(make_shop, tables, as_of, basis):
    shop = open_shop(make_shop(*tables))
    assert (shop.as_of, shop.basis) == (as_of, basis)
    assert shop.customers.empty
    assert shop.customers.index.name == "customer_id"
    assert shop.customers["frequency"].dtype == "int64"
    assert shop.customers["last_order_at"].dtype.kind == "M"
    assert (len(shop.ledger), shop.ledger["rows"].sum()) == (23, 0)
    assert shop.window_lines.count().to_pyarrow().as_py() == 0
    assert "is_customer" not in shop.people
    assert len(shop.people) > 0
    assert shop.memberships.summary["status"].str.startswith("not available: needs").sum() > 10


def test_a_shop_without_a_date_asks_for_one(make_shop):
    folder = make_shop("responses")
    with pytest.raises(InputError, match="no row of any table has a date"):
        _ = open_shop(folder).as_of
    assert open_shop(folder, as_of="2024-01-01").basis == "2 answers; as of 1 January 2024, the whole history."


def test_a_run_reads_back_all_tables(shop, make_shop, tmp_path):
    shop.save(tmp_path / "run")
    again = open_shop(make_shop(*FILES), run=tmp_path / "run")
    for name in ("events", "tickets", "responses", "campaigns", "deals", "products"):
        assert getattr(again, name).to_pyarrow().to_pylist() == getattr(shop, name).to_pyarrow().to_pylist()
    pd.testing.assert_frame_equal(again.contacts, shop.contacts)
    pd.testing.assert_frame_equal(again.people, shop.people)
    pd.testing.assert_frame_equal(again.side_ledger, shop.side_ledger, check_dtype=False)
    pd.testing.assert_frame_equal(again.memberships.table, shop.memberships.table)
    again.keep_columns(again.segmentation("rule_segment").to_frame("rule_segment"))
    kept = finish(tmp_path / "run")
    assert "rule_segment" in pd.read_parquet(kept["customers"])
    assert set(pd.read_parquet(kept["memberships"])["customer_id"]) <= set(shop.people.index)
    assert not (tmp_path / "run" / "work").exists()


@pytest.mark.parametrize("kind", EVENT_KINDS[:-1])
def test_the_dictionary_knows_every_kind_by_its_own_name(kind):
    events = stack_sides("events", {"a": ibis.memtable({"visitor_id": ["v"], "at": ["2024-01-01"], "event": [kind]})})
    assert prepare_side("events", events, People()).kind.to_pyarrow().to_pylist() == [kind]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("product_view", "view"),
        ("begin_checkout", "checkout"),
        ("payment_success", "purchase"),
        ("Add To Cart", "cart"),
        ("addToCart", "cart"),
        ("order", "purchase"),
        ("wink", "other"),
    ],
)
def test_common_names_of_events(name, kind):
    events = stack_sides("events", {"a": ibis.memtable({"visitor_id": ["v"], "at": ["2024-01-01"], "event": [name]})})
    assert prepare_side("events", events, People()).kind.to_pyarrow().to_pylist() == [kind]


def test_rows_without_a_date_stay_and_the_last_day_is_of_usable_rows():
    told = {"customer_id": ["7", None], "question": ["q", "q"], "answer": ["a", "b"]}
    table = ibis.memtable(pd.DataFrame({**told, "answered_at": pd.to_datetime([None, "2030-01-01"])}))
    prepared = prepare_side("responses", stack_sides("responses", {"a": table}), People())
    kept, out = as_at("responses", prepared, Period(dt.date(2024, 1, 1)))
    assert (len(kept.to_pandas()), out.seglib_why.to_pyarrow().to_pylist()) == (1, ["customer_id"])
    assert last_date({"responses": prepared}, None) is None
