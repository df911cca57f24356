"""What the vendors' columns mean: each export with a trap in it comes to the money that was earned."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
import yaml

import seglib as sg

HEADERS = yaml.safe_load((Path(__file__).parent / "export_headers.yaml").read_text(encoding="utf-8"))


@pytest.fixture
def opened(tmp_path):
    """The shop of an export: rows as mappings, under the real header of the format."""

    def once(name: str, rows: list[dict], *, without: tuple[str, ...] = (), more: tuple[str, ...] = (), **asked):
        header = [column for column in HEADERS[name] if column not in without]
        path = tmp_path / f"{name}.csv"
        pd.DataFrame(rows).reindex(columns=[*header, *more]).to_csv(path, index=False)
        return sg.open_shop(str(path), **asked)

    return once


def by_state(shop) -> dict[str, Decimal]:
    """Money of every line that was read, by what became of it."""
    lines = shop.marked.to_pandas()
    return {
        state: Decimal(amount).quantize(Decimal("0.01"))
        for state, amount in lines.groupby("state").amount.sum().items()
    }


def money(**amounts: str) -> dict[str, Decimal]:
    return {state: Decimal(amount) for state, amount in amounts.items()}


def ledger(shop) -> pd.DataFrame:
    return shop.ledger.set_index("meaning")


def etsy(
    number: int, day: str, buyer: str, value: str, *, discount="0.00", shipping="0.00", fees="0.00", net="", **more
):
    row = {"Order ID": number, "Sale Date": day, "Buyer User ID": buyer, "Number of Items": 1, "Currency": "USD"}
    row |= {"Order Value": value, "Discount Amount": discount, "Shipping": shipping, "Sales Tax": "0.00"}
    row |= {"Card Processing Fees": fees, "Order Net": net, "Adjusted Order Total": "0.00"}
    return row | {"Adjusted Net Order Amount": "0.00", "Adjusted Card Processing Fees": "0.00"} | more


def test_etsy_tells_partial_refunds_as_what_the_seller_gets_less(opened):
    partly = {"Adjusted Net Order Amount": "24.00", "Adjusted Card Processing Fees": "1.00"}
    more_left = {"Adjusted Net Order Amount": "23.40", "Adjusted Card Processing Fees": "0.97"}
    shop = opened(
        "etsy_sold_orders",
        [
            etsy(1, "01/05/24", "ann", "50.00", discount="5.00", fees="1.60", net="43.40", **partly)
            | {"Order Total": "48.15"},
            etsy(2, "01/06/24", "bob", "20.00", shipping="4.00", fees="0.97", net="23.03") | {"Order Total": "25.40"},
            etsy(3, "01/07/24", "cyd", "20.00", shipping="4.00", fees="0.97", net="23.03", **more_left),
        ],
    )
    assert by_state(shop) == money(sale="85.00", refund="-20.00")
    assert shop.customers.monetary_value.to_dict() == {"ann": 25, "bob": 20, "cyd": 20}


def test_etsy_orders_of_british_accounts_tell_the_country_too(opened):
    row = etsy(1, "01/05/24", "ann", "50.00") | {"Delivery Country": "United Kingdom"}
    shop = opened("etsy_sold_orders", [row], without=("Ship Country",), more=("Delivery Country",))
    assert shop.lines.to_pandas().country.tolist() == ["United Kingdom"]


def test_etsy_items_share_the_discount_of_their_order(opened):
    def item(order: int, name: str, quantity: int, price: str, total: str, discount: str) -> dict:
        row = {"Sale Date": "01/05/24", "Date Paid": "01/05/2024", "Buyer": "ann", "Item Name": name, "Order ID": order}
        row |= {"Transaction ID": name, "Listing ID": name, "Currency": "USD", "Quantity": quantity, "Price": price}
        return row | {"Discount Amount": discount, "Item Total": total}

    rows = [item(1, "Sticker", 1, "2.00", "2.00", "8.40"), item(1, "Print", 1, "40.00", "40.00", "0")]
    shop = opened("etsy_sold_order_items", [*rows, item(2, "Mug", 2, "10.00", "20.00", "0")])
    assert by_state(shop) == money(sale="53.60")
    lines = shop.lines.to_pandas().set_index("product_name")
    assert lines.amount.to_dict() == {"Sticker": Decimal("1.6"), "Print": Decimal(32), "Mug": Decimal(20)}
    assert lines.discount.sum() == Decimal("8.4")


@pytest.mark.parametrize("time", ["", " 10:11:12"])
def test_ebay_sold_for_is_the_price_of_one_piece(opened, time):
    day = {"Sale Date": f"Jan-05-24{time}", "Paid On Date": f"Jan-05-24{time}"}
    whole = {"Order Number": "02", "Buyer Username": "bob", "Quantity": 4, "Sold For": "$45.00", **day}
    shop = opened(
        "ebay_orders_report",
        [
            {"Order Number": "01", "Buyer Username": "ann", "Item Number": "1", "Quantity": 3, "Sold For": "$10.00"}
            | day,
            whole,
            {"Order Number": "02", "Item Number": "2", "Item Title": "Cup", "Quantity": 3, "Sold For": "$5.00"},
            {"Order Number": "02", "Item Number": "3", "Item Title": "Pot", "Quantity": 1, "Sold For": "$30.00"},
        ],
    )
    assert by_state(shop) == money(sale="75.00")
    assert shop.customers.monetary_value.to_dict() == {"ann": 30, "bob": 45}
    assert ledger(shop).amount_removed["summary row of an order with several items"] == 45


def paypal(number: str, kind: str, gross: str, *, of: str = "", sender="shop@example.org", status="Completed", **more):
    row = {"Date": "01/13/2024", "Time": "10:00:00", "TimeZone": "PST", "Type": kind, "Status": status, "Fee": "0.00"}
    row |= {"Currency": "USD", "Gross": gross, "Net": gross, "Transaction ID": number, "Reference Txn ID": of}
    return row | {"From Email Address": sender, "To Email Address": "shop@example.org"} | more


PAYPAL = [
    paypal("T1", "Express Checkout Payment", "100.00", sender="ann@example.org", **{"Balance Impact": "Credit"}),
    paypal("T2", "Tax collected by partner", "-8.00", of="T1"),
    paypal("T3", "PreApproved Payment Bill User Payment", "-50.00", of="B-1"),
    paypal("T4", "General Card Deposit", "50.00", of="T3"),
    paypal("T5", "Website Payment", "60.00", sender="bob@example.org"),
    paypal("T6", "Payment Refund", "-20.00", of="T5"),
    paypal("T7", "Chargeback", "-100.00", of="T1"),
    paypal("T8", "Chargeback Reversal", "100.00", of="T1", sender="ann@example.org"),
    paypal("T9", "General Account Correction", "1.00"),
    paypal("T10", "Partner Fee", "-4.00", of="T5"),
    paypal("T11", "General Authorization", "60.00", sender="bob@example.org"),
    paypal("T12", "Shopping Cart Item", "60.00", sender="bob@example.org", of="T5"),
    paypal("T13", "Fee for Mass Pay request", "-1.00"),
    paypal("T14", "Payment Refund", "9.00", of="T3", sender="host@example.org"),
    paypal("T15", "Third Party Recoupment", "-3.00"),
]


@pytest.mark.parametrize("without", [(), ("Balance Impact",)])
def test_paypal_sales_are_what_others_paid(opened, without):
    shop = opened("paypal_activity", PAYPAL, without=without, as_of="2024-01-31")
    told = by_state(shop)
    assert {state: told[state] for state in ("sale", "refund")} == money(sale="160.00", refund="-20.00")
    assert set(told) == {"sale", "refund", "transfer"}
    assert shop.customers.monetary_value.to_dict() == {"ann@example.org": 100, "bob@example.org": 40}
    assert ledger(shop).rows_removed["item of a payment that has a row of its own"] == 1


def test_paypal_disputes_that_were_lost_stay_lost(opened):
    half = paypal("T8", "Chargeback Reversal", "40.00", of="T1", sender="ann@example.org")
    shop = opened("paypal_activity", [PAYPAL[0], PAYPAL[4], PAYPAL[6], half], as_of="2024-01-31")
    assert by_state(shop) == money(sale="160.00", disputed="-100.00", transfer="40.00")


def square(
    number: str, customer: str, day: str, *, net="$0.00", back="$0.00", card="$0.00", tax="$0.00", tip="$0.00", **more
):
    row = {"Date": day, "Time": "10:00:00", "Time Zone": "Eastern Time (US & Canada)", "Customer ID": customer}
    row |= {
        "Gross Sales": net,
        "Discounts": "$0.00",
        "Net Sales": net,
        "Partial Refunds": back,
        "Gift Card Sales": card,
    }
    row |= {"Tax": tax, "Tip": tip, "Total Collected": "$0.00", "Transaction ID": number, "Event Type": "Payment"}
    return row | more


def test_square_refunds_by_amount_are_returns_and_gift_cards_no_sales(opened):
    shop = opened(
        "square_transactions",
        [
            square("TX1", "C1", "2024-01-05", net="$45.00", tax="$4.50", tip="$3.00"),
            square("TX2", "C2", "2024-01-06", net="$20.00"),
            square("TX3", "C1", "2024-01-08", back="-$10.00", **{"Event Type": "Refund"}),
            square("TX4", "C2", "2024-01-09", card="$25.00"),
            square("TX5", "C2", "2024-01-10", net="$8.00"),
        ],
    )
    assert by_state(shop) == money(sale="73.00", refund="-10.00")
    assert shop.customers.monetary_value.to_dict() == {"C1": 35, "C2": 28}


def stripe(number: str, amount: str, *, back="0.00", captured="true", status="Paid", day="2024-01-02", **more):
    row = {"id": number, "Created date (UTC)": f"{day} 10:00:00", "Amount": amount, "Amount Refunded": back}
    row |= {"Currency": "eur", "Captured": captured, "Mode": "Live", "Status": status, "Customer ID": f"cus_{number}"}
    return row | more


def test_stripe_tells_failed_payments_from_those_not_captured_yet(opened):
    given = {"Refunded date (UTC)": "2024-02-20 09:00:00"}
    shop = opened(
        "stripe_payments",
        [
            stripe("ch_1", "100.00"),
            stripe("ch_2", "80.00", captured="false", status="Failed"),
            stripe("ch_3", "80.00"),
            stripe("ch_4", "70.00", back="70.00", status="Refunded", **given),
            stripe("ch_5", "50.00", back="50.00", captured="false", status="Refunded", **given),
            stripe("ch_6", "30.00", captured="false"),
            stripe("ch_7", "20.00", captured="false", status="Canceled"),
        ],
        without=("Created (UTC)",),
        more=("Created date (UTC)", "Refunded date (UTC)"),
        as_of="2024-03-01",
    )
    told = money(sale="250.00", refund="-70.00", failed="80.00", cancelled="70.00", pending="30.00")
    assert by_state(shop) == told
    lines = shop.lines.to_pandas()
    assert lines[lines.is_return].ordered_at.dt.strftime("%Y-%m-%d").tolist() == ["2024-02-20"]


def magento(number: str, status: str, *, base="$100.00", own="€90.00", back="€0.00") -> dict:
    row = {"ID": number, "Purchase Date": "Jan 5, 2024, 9:00:00 AM", "Customer Email": "a@x.y", "Status": status}
    return row | {"Grand Total (Base)": base, "Grand Total (Purchased)": own, "Total Refunded": back}


def test_magento_won_disputes_are_sales_reviews_unpaid_and_refunds_in_the_order_s_currency(opened):
    shop = opened(
        "magento_sales_order_grid",
        [
            magento("1", "Complete", back="€45.00"),
            magento("2", "PayPal Canceled Reversal"),
            magento("3", "Suspected Fraud"),
            magento("4", "paypal_reversed"),
            magento("5", "Canceled"),
            magento("6", "Closed", back="€90.00"),
            magento("7", "pending_paypal"),
        ],
    )
    told = money(sale="400.00", refund="-150.00", disputed="-100.00", pending="200.00", cancelled="100.00")
    assert by_state(shop) == told


@pytest.mark.parametrize(
    "status",
    [
        "Waiting for PayPal payment",
        "Awaiting for PayPal payment",
        "Waiting for Credit Card Payment",
        "Waiting for Local Payment Method Payment",
        "Waiting capture",
        "Authorized. To be captured by merchant",
    ],
)
def test_prestashop_orders_that_wait_for_a_payment_are_not_paid(opened, status):
    row = {"Reference": "X", "New client": 0, "Delivery": "France", "Customer": "A. Roe", "Payment": "PayPal"}
    row |= {"Total": "€20.00", "Date": "2024-01-05 10:00:00"}
    shop = opened("prestashop_orders_grid", [row | {"ID": 1, "Status": "Delivered"}, row | {"ID": 2, "Status": status}])
    assert by_state(shop) == money(sale="20.00", pending="20.00")


def test_medusa_2_tells_whole_units_and_a_subtotal_with_shipping(opened):
    row = {"Display_ID": 1, "Order status": "pending", "Date": "2024-01-05T10:00:00.000Z", "Customer Email": "a@x.y"}
    row |= {
        "Currency Code": "eur",
        "Subtotal": 25,
        "Shipping Total": 5,
        "Discount Total": 2,
        "Tax Total": 0,
        "Total": 23,
    }
    states = ["captured", "not_paid", "authorized", "refunded", "canceled"]
    rows = [row | {"Order_ID": f"order_{n}", "Payment Status": state} for n, state in enumerate(states)]
    shop = opened("medusa2_orders", rows)
    assert by_state(shop) == money(sale="36.00", refund="-18.00", pending="36.00", cancelled="18.00")


def event(name: str, user: str, number: str, at: int, *, paid=None, back=None, item="A") -> dict:
    items = [{"item_id": item, "item_name": item, "quantity": "1", "price": 10.0}]
    return {
        "event_date": "20240105",
        "event_timestamp": str(1704448800000000 + at),
        "event_name": name,
        "event_params": [{"key": "currency", "value": {"string_value": "EUR"}}],
        "user_id": None,
        "user_pseudo_id": user,
        "geo": {"country": "Germany"},
        "traffic_source": {"source": "google"},
        "ecommerce": {"transaction_id": number, "purchase_revenue": paid, "refund_value": back},
        "items": items,
    }


def test_ga4_repeats_count_once_and_not_set_is_no_number(tmp_path):
    rows = [
        event("purchase", "u1", "T1", 0, paid=45.0),
        event("purchase", "u1", "T1", 1000, paid=45.0),
        event("purchase", "u4", "T1", 2000, paid=7.0),
        event("purchase", "u2", "(not set)", 3000, paid=30.0, item="(not set)"),
        event("purchase", "u3", "(not set)", 4000, paid=50.0),
        event("purchase", "u3", "(not set)", 5000, paid=50.0),
        event("refund", "u1", "T1", 6000, back=20.0),
    ]
    (tmp_path / "ga.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    (tmp_path / "shop.toml").write_text('[tables.lines]\npath = "ga.jsonl"\nformat = "ga4_events"\n', encoding="utf-8")
    shop = sg.open_shop(str(tmp_path))
    assert by_state(shop) == money(sale="182.00", refund="-20.00")
    assert shop.customers.frequency.to_dict() == {"u1": 1, "u2": 1, "u3": 2, "u4": 1}
    assert "(not set)" not in set(shop.lines.to_pandas().product_id.dropna())
    assert ledger(shop).rows_removed["purchase that was sent again"] == 1


def test_klaviyo_profiles_that_are_suppressed_have_not_agreed(tmp_path):
    told = [("SUBSCRIBED", ""), ("SUBSCRIBED", "HARD_BOUNCE"), ("UNSUBSCRIBED", ""), ("SUBSCRIBED", "[]"), ("", "")]
    rows = [
        {"Email": f"b{n}@x.y", "Klaviyo ID": n, "Email Marketing Consent": said, "Email Suppressions": out}
        for n, (said, out) in enumerate(told)
    ]
    pd.DataFrame(rows).reindex(columns=HEADERS["klaviyo_profiles"]).to_csv(tmp_path / "contacts.csv", index=False)
    (tmp_path / "orders.csv").write_text("order_id,customer_id,ordered_at,amount\n1,b0@x.y,2024-01-05,5\n")
    tables = "".join(f'[tables.{t}]\npath = "{f}.csv"\n' for t, f in (("lines", "orders"), ("contacts", "contacts")))
    (tmp_path / "shop.toml").write_text(tables, encoding="utf-8")
    consent = sg.open_shop(str(tmp_path)).contacts.email_consent
    assert consent.astype(object).where(consent.notna(), None).tolist() == [True, False, False, True, None]


def test_shopify_takes_the_discount_of_an_order_once(opened):
    head = {"Email": "a@x.y", "Financial Status": "paid", "Created at": "2024-01-03 10:00:00 +0000", "Currency": "EUR"}
    head |= {"Name": "#1", "Subtotal": "130.00", "Discount Amount": "20.00"}
    first = {"Lineitem quantity": 1, "Lineitem price": "100", "Lineitem name": "Lamp", "Lineitem discount": "20.00"}
    second = {"Lineitem quantity": 1, "Lineitem price": "50", "Lineitem name": "Rug", "Lineitem discount": "0"}
    shop = opened("shopify_orders", [head | first, {"Name": "#1", "Email": "a@x.y"} | second])
    assert by_state(shop) == money(sale="130.00")
    assert shop.lines.to_pandas().set_index("product_name").amount.to_dict() == {
        "Lamp": Decimal(80),
        "Rug": Decimal(50),
    }


def test_woocommerce_refunds_beyond_their_order_are_a_step_of_the_ledger(opened):
    row = {"Status": "Refunded", "Customer": "Ann Roe", "Attribution": "web"}
    shop = opened(
        "woocommerce_analytics_orders",
        [
            row | {"Date": "2024-01-01 10:00:00", "Order #": 100, "Product(s)": "2× Mug", "Net Sales": "33.83"},
            row | {"Date": "2024-01-05 10:00:00", "Order #": 100, "Net Sales": "-16.13"},
            row | {"Date": "2024-01-09 10:00:00", "Order #": 100, "Net Sales": "-33.83"},
            row | {"Date": "2024-03-01 10:00:00", "Order #": 102, "Net Sales": "20", "Status": "Completed"},
        ],
    )
    assert shop.customers.monetary_value.to_dict() == {"Ann Roe": 20}
    assert shop.customers.returns_share.tolist() == [pytest.approx(33.83 / 53.83)]
    beyond = ledger(shop).loc["refunds beyond what their order brought"]
    assert (beyond.rows_found, beyond.rows_removed, beyond.amount_removed) == (1, 0, -16.13)
    gone = shop.ledger.amount_removed.sum()
    assert shop.ledger.amount.iloc[0] - gone == pytest.approx(shop.ledger.amount.iloc[-1])
    by_source = shop.ledger_by_source.set_index("step")
    assert by_source.amount["refunds beyond what their order brought"] == -16.13
