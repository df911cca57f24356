"""Each format reads back what the shop system wrote: customers, orders, revenue, refunds, every row accounted for."""

from __future__ import annotations

import importlib.util
import json
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from seglib.errors import InputError
from seglib.intake.formats import load_format
from seglib.intake.sources import connect, read_table

_spec = importlib.util.spec_from_file_location("shop_writers", Path(__file__).with_name("shop_writers.py"))
writers = importlib.util.module_from_spec(_spec)
__import__("sys").modules["shop_writers"] = writers
_spec.loader.exec_module(writers)

SHOP = writers.make_shop()
HEADERS = writers.HEADERS
COUNTED = ("sale", "refund", "disputed")


@pytest.fixture(scope="module")
def engine():
    return connect()


@pytest.fixture(scope="module")
def read(engine, tmp_path_factory):
    """Format -> lines as read from the file of that format, its facts, and the rows that were written."""
    done = {}

    def once(name: str) -> tuple[pd.DataFrame, dict, int]:
        if name not in done:
            path, written = writers.write_export(name, SHOP, tmp_path_factory.mktemp("exports"))
            source = read_table(path, engine=engine)
            done[name] = source.table.to_pandas(), source.facts, written
        return done[name]

    return once


def by_customer(name: str) -> pd.DataFrame:
    """What is true of each customer of the shop, as far as the format can tell."""
    export = writers.EXPORTS[name]
    told = [
        {
            "customer_id": export.customer(order),
            "order": order.number,
            "sold": order.net,
            "back": order.refund,
            "at": order.at,
        }
        for order in export.orders(SHOP)
        if order.state == "sale"
    ]
    table = pd.DataFrame(told)
    table["at"] = table["at"].dt.floor("D")
    grouped = table.groupby("customer_id")
    return pd.DataFrame(
        {
            "orders": grouped.order.nunique(),
            "sold": grouped.sold.sum().map(_cents),
            "returned": grouped.back.sum().map(_cents),
            "first": grouped["at"].min(),
            "last": grouped["at"].max(),
        }
    )


def _cents(amount: object) -> Decimal:
    return Decimal(amount or 0).quantize(Decimal("0.01"))


def as_read(lines: pd.DataFrame) -> pd.DataFrame:
    lines = lines[lines.state.isin(COUNTED) & lines.customer_id.notna()]
    sales, returns = lines[~lines.is_return], lines[lines.is_return]
    grouped = sales.groupby("customer_id")
    back = -returns.groupby("customer_id").amount.sum()
    return pd.DataFrame(
        {
            "orders": grouped.order_id.nunique(),
            "sold": grouped.amount.sum().map(_cents),
            "returned": back.reindex(sorted(sales.customer_id.unique())).fillna(0).map(_cents),
            "first": grouped.ordered_at.min().dt.floor("D"),
            "last": grouped.ordered_at.max().dt.floor("D"),
        }
    )


@pytest.mark.parametrize("name", writers.EXPORTS)
def test_reads_back_the_shop(name, read):
    lines, facts, _ = read(name)
    assert facts["format_name"] == name
    truth, found = by_customer(name), as_read(lines)
    pd.testing.assert_frame_equal(found, truth, check_dtype=False, check_names=False, check_index_type=False)


@pytest.mark.parametrize("name", writers.EXPORTS)
def test_every_row_is_accounted_for(name, read):
    lines, facts, written = read(name)
    skipped, added = (sum(item["rows"] for item in facts[key]) for key in ("skipped", "added"))
    assert written >= 200
    assert facts["rows"] == written
    assert len(lines) == written - skipped + added


@pytest.mark.parametrize("name", [name for name in writers.EXPORTS if load_format(name, "lines").holds])
def test_what_must_hold_does(name, read):
    _, facts, _ = read(name)
    assert [one for one in facts["holds"] if one["failed"]] == []
    if name != "ecwid_orders_api":  # shipping is no column of its real header
        assert any(one["checked"] >= 100 for one in facts["holds"])


@pytest.mark.parametrize("name", writers.EXPORTS)
def test_nothing_is_doubted(name, read):
    _, facts, _ = read(name)
    assert [one["message"] for one in facts["doubts"] if one["level"] != "note"] == []


@pytest.mark.parametrize("name", writers.EXPORTS)
def test_states_are_told(name, read):
    lines, *_ = read(name)
    wanted = {order.state for order in writers.EXPORTS[name].orders(SHOP)}
    refunds = {"refund"} if any(order.refund for order in writers.EXPORTS[name].orders(SHOP)) else set()
    extra = {"transfer"} if name == "paypal_activity" else set()
    assert set(lines.state) == wanted | refunds | extra
    assert lines.is_return.equals(lines.state.isin(["refund"]) | (lines.amount < 0))


@pytest.mark.parametrize("name", [name for name, export in writers.EXPORTS.items() if export.products])
def test_products_are_told(name, read):
    lines, *_ = read(name)
    by = "product_id" if "product_id" in lines else "product_name"
    sold = lines[~lines.is_return & lines.state.eq("sale")]
    orders = [order for order in writers.EXPORTS[name].orders(SHOP) if order.state == "sale"]
    named = {"product_id": "sku", "product_name": "name"}[by]
    truth = {getattr(line, named) for order in orders for line in order.lines}
    assert set(sold[by].dropna()) == truth
    if "quantity" in lines:
        assert sold.quantity.sum() == sum(line.quantity for order in orders for line in order.lines)


CONTACTS = {
    "shopify_customers": lambda i: {
        "Customer ID": f"'{9000 + i}",
        "First Name": "Ann",
        "Email": f"Buyer{i}@example.com",
        "Accepts Email Marketing": "yes" if i % 3 else "no",
        "Default Address City": "Cork",
        "Default Address Country Code": "IE",
        "Total Spent": "12.50",
        "Total Orders": i % 4,
    },
    "woocommerce_analytics_customers": lambda i: {
        "Name": f"B. Number{i}",
        "Username": f"u{i}",
        "Sign Up": "2023-05-06 07:08:09",
        "Email": f"buyer{i}@example.com",
        "Orders": i % 4,
        "Country / Region": "IE",
    },
    "klaviyo_profiles": lambda i: {
        "Email": f"buyer{i}@example.com",
        "Klaviyo ID": f"01H{i}",
        "Country": "Ireland",
        "Email Marketing Consent": ("SUBSCRIBED", "UNSUBSCRIBED", "NEVER_SUBSCRIBED")[i % 3],
        "Profile Created On": "2023-05-06T07:08:09Z",
        "Latitude": "51.9",
    },
    "shopify_customers_api": lambda i: {
        "id": 7000 + i,
        "email": f"Buyer{i}@example.com",
        "created_at": "2023-05-06T07:08:09-04:00",
        "orders_count": i % 4,
        "total_spent": "12.50",
        "email_marketing_consent": {"state": ("subscribed", "unsubscribed", "pending")[i % 3]},
        "default_address": {"city": "Cork", "country_code": "IE", "phone": "555", "address1": "Quay 1"},
    },
    "stripe_customers_api": lambda i: {
        "id": f"cus_{i}",
        "object": "customer",
        "balance": 0,
        "created": 1683356889,
        "delinquent": False,
        "email": f"buyer{i}@example.com",
        "invoice_prefix": "ABC",
        "address": {"city": "Cork", "country": "IE"},
        "phone": "+353 21 496 1234",
        "shipping": {"name": "Ann Nolan", "phone": None},
    },
    "hubspot_contacts": lambda i: {
        "Record ID": 100 + i,
        "Email": f"buyer{i}@example.com" if i % 5 else "",
        "Lifecycle Stage": "lead",
        "Create Date": "2023-05-06 07:08",
        "Company Name": "Acme",
        "Job Title": "Buyer",
    },
    "olist_customers": lambda i: {"customer_id": f"o{i}", "customer_unique_id": f"u{i}", "customer_city": "Recife"},
}


@pytest.mark.parametrize("name", CONTACTS)
def test_contacts(name, engine, tmp_path):
    rows = [CONTACTS[name](i) for i in range(220)]
    assert set(rows[0]) <= set(HEADERS[name])
    path = tmp_path / ("contacts.json" if name.endswith("_api") else "contacts.csv")
    if name.endswith("_api"):
        path.write_text(json.dumps({"customers": rows}))
    else:
        pd.DataFrame(rows).reindex(columns=HEADERS[name]).to_csv(path, index=False)
    source = read_table(path, "contacts", engine=engine)
    contacts = source.table.to_pandas()
    assert source.facts["format_name"] == name
    assert len(contacts) == contacts.customer_id.nunique() == 220
    told = " ".join(contacts.columns)
    assert not any(
        word in told for word in ("first_name", "last_name", "phone", "latitude", "address", "klaviyo_id", "shipping")
    )
    if "email_consent" in contacts:
        assert 60 < contacts.email_consent.fillna(False).sum() < 160
    if "signed_up_at" in contacts:
        assert contacts.signed_up_at.dt.strftime("%Y-%m-%d").unique().tolist() == ["2023-05-06"]


def test_contacts_in_place_of_lines_say_where_they_belong(engine, tmp_path):
    table = pd.DataFrame([CONTACTS["klaviyo_profiles"](i) for i in range(3)])
    table.to_csv(tmp_path / "contacts.csv", index=False)
    with pytest.raises(InputError, match=r"a file of Klaviyo profiles[\s\S]*\[tables.contacts\]"):
        read_table(tmp_path / "contacts.csv", engine=engine)


@pytest.mark.parametrize("name", ["ga4_events", "rees46_events"])
def test_events(name, engine, tmp_path):
    path, written = writers.write_export(name, SHOP, tmp_path)
    events = read_table(path, "events", engine=engine).table.to_pandas()
    assert len(events) == written
    assert {"purchase"} < set(events.event)
    assert events.session_id.nunique() == events["at"].nunique() or events.session_id.notna().all()
    purchases = events[events.event == "purchase"]
    net = sum(order.net if name == "ga4_events" else order.gross for order in SHOP if order.state == "sale")
    assert purchases.amount.sum() == net


def test_events_of_klaviyo(engine, tmp_path):
    def event(number: int, metric: str) -> dict:
        told = {"$value": 10.5, "OrderId": f"O{number}", "SKU": "SKU-1"} if metric == "M1" else {"SKU": "SKU-2"}
        return {
            "type": "event",
            "id": f"e{number}",
            "attributes": {"timestamp": 1704186000 + number, "datetime": "2024-01-02T09:00:00+00:00", "uuid": "u"}
            | {"event_properties": told},
            "relationships": {
                "profile": {"data": {"type": "profile", "id": f"p{number % 5}"}, "links": {}},
                "metric": {"data": {"type": "metric", "id": metric}},
            },
            "links": {"self": "https://example.org"},
        }

    beside = [{"type": "metric", "id": "M1", "attributes": {"name": "Placed Order"}}]
    beside += [{"type": "metric", "id": "M2", "attributes": {"name": "Viewed Product"}}]
    beside += [{"type": "profile", "id": f"p{n}", "attributes": {"email": f"B{n}@example.com"}} for n in range(5)]
    rows = [event(number, ("M1", "M2")[number % 2]) for number in range(40)]
    path = tmp_path / "events.json"
    path.write_text(json.dumps({"data": rows, "included": beside, "links": {"next": "https://example.org/2"}}))
    source = read_table(path, "events", engine=engine)
    events = source.table.to_pandas()
    assert source.facts["format_name"] == "klaviyo_events_api"
    assert [one["name"] for one in source.facts["doubts"]] == ["more_pages"]
    assert set(events.event) == {"Placed Order", "Viewed Product"}
    assert set(events.customer_id) == {f"b{n}@example.com" for n in range(5)}
    assert set(events.visitor_id) == {f"p{n}" for n in range(5)}
    assert events.amount.sum() == 210
    assert events.order_id.nunique() == 20


def test_dates_of_stripes_subscriptions_are_events(engine, tmp_path):
    rows = [
        {"id": f"sub_{n}", "object": "subscription", "customer": f"cus_{n}", "billing_cycle_anchor": 1704186000}
        | {"created": 1704186000, "trial_end": None, "canceled_at": 1706864400 if n % 2 else None, "ended_at": None}
        | {"items": {"object": "list", "data": [{"price": {"product": "prod_1"}}]}, "livemode": n < 18}
        for n in range(20)
    ]
    (tmp_path / "subscriptions.json").write_text(json.dumps(writers.stripe_list(rows)))
    source = read_table(tmp_path / "subscriptions.json", "events", engine=engine)
    events = source.table.to_pandas()
    assert source.facts["format_name"] == "stripe_subscriptions_api"
    assert events.event.value_counts().to_dict() == {"subscription_started": 18, "subscription_canceled": 9}
    assert events[events.event == "subscription_canceled"]["at"].dt.strftime("%Y-%m-%d").unique() == ["2024-02-02"]
    assert set(events.product_id) == {"prod_1"}


def _square(number: int, **more) -> dict:
    def money(amount: int) -> dict:
        return {"amount": amount, "currency": "JPY" if number > 90 else "EUR"}

    line = {"catalog_object_id": "TEA", "name": "Tea", "quantity": "1", "base_price_money": money(500)}
    line |= {"gross_sales_money": money(500), "total_discount_money": money(0), "total_money": money(500)}
    return {
        "id": f"O{number}",
        "location_id": "L1",
        "customer_id": f"C{number % 3}",
        "created_at": f"2024-01-{number % 28 + 1:02}T10:00:00Z",
        "state": "COMPLETED",
        "line_items": [line],
        "tenders": [{"id": "t"}],
        "total_money": money(500),
        "total_discount_money": money(0),
    } | more


def test_an_exchange_of_square_sells_and_takes_back(engine, tmp_path):
    back = {"name": "Mug", "quantity": "1", "gross_return_money": {"amount": 300}, "total_money": {"amount": 300}}
    returns = [{"source_order_id": "O1", "return_line_items": [back]}]
    rows = [_square(number) for number in range(1, 5)] + [_square(5, returns=returns)]
    (tmp_path / "orders.json").write_text(json.dumps({"orders": rows}))
    lines = read_table(tmp_path / "orders.json", engine=engine).table.to_pandas()
    assert lines[~lines.is_return].amount.tolist() == [5] * 5
    assert lines[lines.is_return].amount.tolist() == [-3]


def test_a_name_without_its_variant_is_the_name(engine, tmp_path):
    """Of most items Square tells no price point, which lost them their name."""
    header = "Date,Time,Time Zone,Category,Item,Qty,Price Point Name,SKU,Gross Sales,Discounts,Net Sales,Transaction ID"
    rows = [
        "01/22/24,10:00:00,Arizona,Food,Tea,1,,T1,$5.00,$0.00,$5.00,x1",
        "01/23/24,10:00:00,Arizona,Food,Cup,1,Large,C,$7.00,$0.00,$7.00,x2",
    ]
    (tmp_path / "items.csv").write_text(
        "\n".join([header + ",Event Type,Customer ID", *(f"{row},Payment,K" for row in rows)])
    )
    table = read_table(tmp_path / "items.csv", engine=engine).table
    assert table.to_pyarrow()["product_name"].to_pylist() == ["Tea", "Cup, Large"]


def test_payments_beside_orders_in_one_answer_are_told_apart(engine, tmp_path):
    payments = [next(writers.square_payments_api(order)) for order in SHOP[:30]]
    people = [{"id": f"C{n}", "given_name": "Ann", "email_address": f"c{n}@example.org"} for n in range(9)]
    told = {"customers": people, "payments": payments, "errors": []}
    (tmp_path / "square.json").write_text(json.dumps(told, default=str))
    assert read_table(tmp_path / "square.json", engine=engine).facts["format_name"] == "square_payments_api"


def test_yen_have_no_cents(engine, tmp_path):
    (tmp_path / "orders.json").write_text(json.dumps({"orders": [_square(number) for number in (1, 2, 91)]}))
    lines = read_table(tmp_path / "orders.json", engine=engine).table.to_pandas()
    assert sorted(lines.amount) == [5, 5, 500]


def test_money_in_a_list_that_is_no_number_is_refused(engine, tmp_path):
    order = next(writers.shopify_api(SHOP[0]))
    order["line_items"][0]["discount_allocations"] = [{"amount": "1.00"}, {"amount": "half"}]
    (tmp_path / "orders.json").write_text(json.dumps({"orders": [order]}, default=str))
    with pytest.raises(InputError, match="discount"):
        read_table(tmp_path / "orders.json", engine=engine)


def test_lines_of_shopifys_bulk_answer_go_into_their_orders(engine, tmp_path):
    told = []
    for order in SHOP[:40]:
        row = next(writers.shopify_graphql(order))
        items = [edge["node"] for edge in row.pop("lineItems")["edges"]]
        row["refunds"] = []
        told += [row]
        told += [
            {"id": f"gid://shopify/LineItem/{order.number}{number}", **item, "__parentId": row["id"]}
            for number, item in enumerate(items)
        ]
    path = tmp_path / "bulk.jsonl"
    path.write_text("\n".join(json.dumps(one, default=str) for one in told))
    source = read_table(path, engine=engine)
    lines = source.table.to_pandas()
    assert source.facts["format_name"] == "shopify_orders_graphql"
    assert source.facts["rows"] == 40
    assert lines[~lines.is_return].amount.sum() == sum(order.net for order in SHOP[:40])
    path.write_text("\n".join(json.dumps(one, default=str) for one in reversed(told)))
    with pytest.raises(InputError, match=r"bulk.jsonl: .* does not stand before it"):
        read_table(path, engine=engine)


def test_razorpay_refunds(engine, tmp_path):
    rows = [
        {
            "id": f"rf_{i}",
            "amount": "10.50",
            "currency": "INR",
            "payment_id": f"pay_{i}",
            "created_at": "05/01/2024 10:00:00",
        }
        | {"email": f"b{i}@example.com"}
        for i in range(200)
    ]
    pd.DataFrame(rows).reindex(columns=HEADERS["razorpay_refunds"]).to_csv(tmp_path / "refunds.csv", index=False)
    lines = read_table(tmp_path / "refunds.csv", engine=engine, date_format="%d/%m/%Y %H:%M:%S").table.to_pandas()
    assert lines.is_return.all()
    assert lines.amount.sum() == Decimal("-2100")
    assert lines.refund_of.iloc[0].startswith("pay_")


def test_rees46_as_published(engine, shared):
    path = shared("ecom_events_small") / "rees46_2019_oct_sample.parquet"
    source = read_table(path, engine=engine)
    lines = source.table.to_pandas()
    assert source.facts["format_name"] == "rees46_events"
    assert len(lines) + source.facts["skipped"][0]["rows"] == 1000
    assert lines.state.eq("sale").all()
    assert read_table(path, "events", engine=engine).table.count().to_pandas() == 1000


def test_a_dispute_that_was_lost_takes_the_money_back(engine, tmp_path):
    rows = [
        {"id": f"ch_{i}", "Created (UTC)": "2024-01-05 10:00:00", "Amount": "20,00", "Amount Refunded": "0,00"}
        | {"Currency": "eur", "Status": "Paid", "Customer Email": "a@x.y", "Disputed Amount": "20,00" if state else ""}
        | {"Dispute Status": state, "Dispute Date (UTC)": "2024-02-05 10:00:00" if state else ""}
        for i, state in enumerate(["", "won", "lost"])
    ]
    pd.DataFrame(rows).reindex(columns=HEADERS["stripe_payments"]).to_csv(tmp_path / "s.csv", index=False)
    lines = read_table(tmp_path / "s.csv", engine=engine).table.to_pandas()
    lost = lines[lines.state == "disputed"]
    assert lost.order_id.tolist() == ["ch_2"]
    assert lost.amount.tolist() == [-20]
    assert lost.ordered_at.dt.month.tolist() == [2]
    assert lines.amount.sum() == 40


def test_money_with_decimal_comma_in_a_paypal_file_of_another_country(engine, tmp_path):
    rows = [
        {"Date": f"{day:02}.01.2024", "Time": "10:00:00", "TimeZone": "CET", "Type": "Payment", "Status": "Completed"}
        | {"Currency": "EUR", "Gross": "1.250,00", "From Email Address": "a@x.y", "Transaction ID": f"T{day}"}
        for day in range(1, 20)
    ]
    frame = pd.DataFrame(rows).reindex(columns=HEADERS["paypal_activity"])
    frame.to_csv(tmp_path / "p.csv", index=False, sep="\t", encoding="utf-8-sig", quoting=1)
    lines = read_table(tmp_path / "p.csv", engine=engine).table.to_pandas()
    assert lines.amount.tolist() == [1250] * 19
    assert lines.ordered_at.dt.day.max() == 19
