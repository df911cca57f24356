"""One small shop, and writers that export it as each shop system would: what the tests of the formats read back."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

HEADERS = yaml.safe_load((Path(__file__).parent / "export_headers.yaml").read_text(encoding="utf-8"))
CENT = Decimal("0.01")
STATES = ("sale",) * 16 + ("cancelled", "pending", "failed", "test")
PRODUCTS = [("SKU-1", "Mug, large", "Kitchen"), ("SKU-2", 'Tea "Earl Grey"', "Food"), ("0003", "Café set", "Kitchen")]


@dataclass(frozen=True)
class Line:
    sku: str
    name: str
    category: str
    quantity: int
    price: Decimal


@dataclass(frozen=True)
class Order:
    number: str
    customer: int
    at: datetime
    lines: tuple[Line, ...]
    state: str = "sale"
    discount: Decimal = Decimal(0)
    refund: Decimal = Decimal(0)
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def email(self) -> str:
        return f"buyer{self.customer}@example.com"

    @property
    def name(self) -> str:
        return f"B. Number{self.customer}"

    @property
    def gross(self) -> Decimal:
        return sum((line.price * line.quantity for line in self.lines), Decimal(0))

    @property
    def net(self) -> Decimal:
        return self.gross - self.discount

    @property
    def whole(self) -> bool:
        return self.refund == self.net


def make_shop(*, orders: int = 260, seed: int = 7) -> list[Order]:
    """Orders of 70 customers in 2024: several lines, discounts, refunds, and some that came to nothing."""
    draw = random.Random(seed)
    made = []
    for number in range(1001, 1001 + orders):
        at = datetime(2024, 1, 2) + timedelta(minutes=draw.randrange(0, 340 * 24 * 60))
        lines = tuple(
            Line(*product, draw.randint(1, 4), Decimal(draw.randrange(150, 9000)) / 100)
            for product in draw.sample(PRODUCTS, draw.randint(1, 3))
        )
        order = Order(str(number), draw.randint(1, 70), at, lines, draw.choice(STATES))
        discount = (order.gross * Decimal(draw.choice([0, 0, 0, 10, 15])) / 100).quantize(CENT)
        order = Order(order.number, order.customer, at, lines, order.state, discount)
        share = draw.choice([0] * 8 + [30, 100]) if order.state == "sale" else 0
        refund = (order.net * Decimal(share) / 100).quantize(CENT)
        made.append(Order(order.number, order.customer, at, lines, order.state, discount, refund))
    return made


@dataclass(frozen=True)
class Export:
    """How one system writes an order, and what of the shop it can carry."""

    rows: Callable[[Order], Iterable[dict[str, Any]]]
    customer: Callable[[Order], str] = lambda order: order.email
    states: Sequence[str] = ("sale", "cancelled", "pending", "failed", "test")
    discounts: bool = True
    partial: bool = True  # refunds of part of an order
    whole: bool = True  # refunds of all of an order
    time: str = "second"  # how fine its dates are
    products: bool = True
    delimiter: str = ","
    wrap: Callable[[list[dict[str, Any]]], Any] | None = None  # the answer of an API around its rows

    def orders(self, shop: Iterable[Order]) -> list[Order]:
        """What of the shop it can tell."""
        told = [order for order in shop if order.state in self.states]
        plain = [order if self.discounts else Order(*_head(order), order.state, refund=_fit(order)) for order in told]
        keeps = [(order.refund == 0) or (self.whole if order.whole else self.partial) for order in plain]
        return [
            order if kept else Order(*_head(order), order.state, order.discount)
            for order, kept in zip(plain, keeps, strict=True)
        ]


def _head(order: Order) -> tuple[str, int, datetime, tuple[Line, ...]]:
    return order.number, order.customer, order.at, order.lines


def _fit(order: Order) -> Decimal:
    return order.gross if order.whole else order.refund


def shopify(order: Order) -> Iterator[dict[str, Any]]:
    status = {"cancelled": "voided", "pending": "pending", "failed": "expired"}.get(order.state, "paid")
    status = ("refunded" if order.whole else "partially_refunded") if order.refund else status
    first = {
        "Financial Status": status,
        "Created at": order.at.strftime("%Y-%m-%d %H:%M:%S +0000"),
        "Currency": "EUR",
        "Subtotal": order.net,
        "Shipping": "4.90",
        "Taxes": "0.00",
        "Total": order.net + Decimal("4.90"),
        "Discount Code": "TENOFF" if order.discount else "",
        "Discount Amount": order.discount,
        "Refunded Amount": order.refund + (Decimal("4.90") if order.whole and order.refund else 0),
        "Shipping Country": "IE",
        "Shipping Zip": "'0123",
        "Cancelled at": "2024-12-30 10:00:00 +0000" if order.state == "cancelled" else "",
        "Source": "web",
    }
    own = (order.discount / 2).quantize(CENT) if int(order.number) % 3 else Decimal(0)  # held by the order's
    for number, line in enumerate(order.lines):
        yield {
            "Name": f"#{order.number}",
            "Email": order.email if number % 2 else order.email.upper(),
            "Lineitem quantity": line.quantity,
            "Lineitem name": line.name,
            "Lineitem price": line.price,
            "Lineitem sku": line.sku,
            "Lineitem discount": min(own, line.price * line.quantity) if number == 0 else 0,
            **(first if number == 0 else {}),
        }


def squarespace(order: Order) -> Iterator[dict[str, Any]]:
    status = {"cancelled": "VOIDED", "pending": "PENDING"}.get(order.state, "PAID")
    status = ("REFUNDED" if order.whole else "PARTIALLY_REFUNDED") if order.refund else status
    first = {
        "Financial Status": status,
        "Created at": order.at.strftime("%Y-%m-%d %H:%M:%S +0000"),
        "Currency": "EUR",
        "Subtotal": order.gross,
        "Total": order.net,
        "Discount Code": "TENOFF" if order.discount else "",
        "Discount Amount": order.discount,
        "Amount Refunded": order.refund,
        "Shipping Country": "IE",
    }
    for number, line in enumerate(order.lines):
        yield {
            "Order ID": order.number.zfill(6),
            "Email": order.email,
            "Lineitem quantity": line.quantity,
            "Lineitem name": line.name,
            "Lineitem price": line.price,
            "Lineitem sku": line.sku,
            **(first if number == 0 else {}),
        }


def woocommerce(order: Order) -> Iterator[dict[str, Any]]:
    status = {"cancelled": "cancelled", "pending": "on-hold", "failed": "failed"}.get(order.state, "completed")
    row = {
        "Date": order.at.strftime("%Y-%m-%d %H:%M:%S"),
        "Order #": order.number,
        "N. Revenue (formatted)": f"€{order.net}",
        "Status": "refunded" if order.refund and order.whole else status,
        "Customer": order.name,
        "Customer type": "returning",
        "Product(s)": ", ".join(f"{line.quantity}× {line.name}" for line in order.lines),
        "Items sold": sum(line.quantity for line in order.lines),
        "Coupon(s)": "tenoff" if order.discount else "",
        "Net Sales": order.net,
        "Attribution": "Direct",
    }
    yield row
    if order.refund:
        back = {
            "Net Sales": -order.refund,
            "N. Revenue (formatted)": f"-€{order.refund}",
            "Product(s)": "",
            "Items sold": 0,
        }
        yield {**row, **back, "Date": (order.at + timedelta(days=1)).strftime("%Y-%m-%d %H:%M:%S")}


def stripe(order: Order) -> Iterator[dict[str, Any]]:
    status = {"failed": "Failed", "pending": "requires_action", "cancelled": "canceled"}.get(order.state, "Paid")
    yield {
        "id": f"ch_{order.number}",
        "Description": "Order, with a comma",
        "Created (UTC)": order.at.strftime("%Y-%m-%d %H:%M:%S"),
        "Amount": order.net,
        "Amount Refunded": order.refund,
        "Currency": "eur",
        "Mode": "Test" if order.state == "test" else "Live",
        "Status": "Refunded" if order.refund and order.whole else status,
        "Customer Email": order.email,
        "Captured": "true",
        "Invoice ID": order.number,
        "user (metadata)": "x",
    }


def paypal(order: Order) -> Iterator[dict[str, Any]]:
    def money(amount: Decimal) -> str:
        return f"{amount:,.2f}"

    def clock(at: datetime) -> dict[str, str]:
        local = at - timedelta(hours=8)
        return {"Date": local.strftime("%m/%d/%Y"), "Time": local.strftime("%H:%M:%S"), "TimeZone": "PST"}

    status = {"cancelled": "Canceled", "pending": "Pending", "failed": "Denied"}.get(order.state, "Completed")
    shop = "shop@example.com"
    sale = {
        **clock(order.at),
        "Name": order.name,
        "Type": "Express Checkout Payment",
        "Status": status,
        "Currency": "EUR",
        "Gross": money(order.net),
        "Fee": "-0.35",
        "Net": money(order.net - Decimal("0.35")),
        "From Email Address": order.email,
        "To Email Address": shop,
        "Transaction ID": f"T{order.number}",
        "Invoice Number": order.number,
        "Balance Impact": "Credit",
    }
    yield sale
    if order.refund:
        back = {
            "Type": "Payment Refund",
            "Gross": money(-order.refund),
            "Net": money(-order.refund - Decimal("0.35")),
            "From Email Address": shop,
            "Balance Impact": "Debit",
        }
        back |= {
            "To Email Address": order.email,
            "Transaction ID": f"R{order.number}",
            "Reference Txn ID": f"T{order.number}",
        }
        yield {**sale, **back, **clock(order.at + timedelta(days=2))}
    if int(order.number) % 20 == 0:
        own = {
            "Type": "General Withdrawal",
            "Gross": "-1,000.00",
            "Net": "-1,000.35",
            "From Email Address": shop,
            "To Email Address": "",
        }
        yield {**sale, **own, "Transaction ID": f"W{order.number}", "Balance Impact": "Debit", "Invoice Number": ""}


def amazon(order: Order) -> Iterator[dict[str, Any]]:
    for line in order.lines:
        status = {"cancelled": "Cancelled", "pending": "Pending"}.get(order.state, "Shipped")
        yield {
            "amazon-order-id": f"306-{order.number}",
            "purchase-date": order.at.strftime("%Y-%m-%dT%H:%M:%S+00:00"),
            "order-status": status,
            "item-status": status,
            "sales-channel": "Amazon.de",
            "product-name": line.name,
            "sku": line.sku,
            "quantity": line.quantity,
            "currency": "EUR",
            "item-price": line.price * line.quantity,
            "ship-city": "Town",
            "ship-postal-code": f"0{1000 + order.customer}",
            "ship-country": "DE",
        }


def amazon_orders(order: Order) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(order.lines):
        yield {
            "order-id": f"306-{order.number}",
            "order-item-id": f"{order.number}{number}",
            "purchase-date": order.at.strftime("%Y-%m-%dT%H:%M:%S-00:00").replace("-00:00", "+00:00"),
            "buyer-email": order.email,
            "product-name": line.name,
            "sku": line.sku,
            "quantity-purchased": line.quantity,
            "currency": "EUR",
            "item-price": line.price * line.quantity,
            "ship-country": "DE",
        }


def ebay(order: Order) -> Iterator[dict[str, Any]]:
    whole = {
        "Sales Record Number": order.number,
        "Order Number": f"12-{order.number}",
        "Buyer Username": f"buyer_{order.customer}",
        "Buyer Email": order.email,
        "Buyer Country": "Ireland",
        "Sale Date": order.at.strftime("%b-%d-%y"),
        "Paid On Date": "" if order.state == "pending" else order.at.strftime("%b-%d-%y"),
    }
    if len(order.lines) > 1:
        pieces = sum(line.quantity for line in order.lines)
        yield {**whole, "Quantity": pieces, "Sold For": f"${order.gross:,}", "Total Price": f"${order.gross:,}"}
        whole = {"Order Number": whole["Order Number"], "Sales Record Number": whole["Sales Record Number"]}
    for number, line in enumerate(order.lines):
        yield {
            **whole,
            "Item Number": f"99{number}",
            "Item Title": line.name,
            "Custom Label": line.sku,
            "Quantity": line.quantity,
            "Sold For": f"${line.price:,}",
        }


def etsy_orders(order: Order) -> Iterator[dict[str, Any]]:
    partly = order.refund and not order.whole
    shipping, fee, fee_back = Decimal("3.50"), Decimal("1.25"), Decimal("0.25") if partly else Decimal(0)
    total = order.net + shipping
    yield {
        "Sale Date": order.at.strftime("%m/%d/%y"),
        "Order ID": order.number,
        "Buyer User ID": f"b{order.customer}",
        "Number of Items": sum(line.quantity for line in order.lines),
        "Ship Country": "Ireland",
        "Currency": "EUR",
        "Order Value": order.gross,
        "Coupon Code": "TENOFF" if order.discount else "",
        "Discount Amount": order.discount,
        "Shipping": shipping,
        "Sales Tax": "0.00",
        "Order Total": total,
        "Card Processing Fees": fee,
        "Order Net": total - fee,
        "Adjusted Order Total": "0.00",
        "Adjusted Card Processing Fees": fee - fee_back if partly else "0.00",
        "Adjusted Net Order Amount": total - order.refund - (fee - fee_back) if partly else "0.00",
        "Status": {"cancelled": "Canceled", "pending": "Unpaid"}.get(
            order.state, "Refunded" if order.refund and order.whole else "Completed"
        ),
        "Buyer": order.name,
    }


def etsy_items(order: Order) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(order.lines):
        yield {
            "Sale Date": order.at.strftime("%m/%d/%y"),
            "Item Name": line.name,
            "Buyer": f"b{order.customer}",
            "Quantity": line.quantity,
            "Price": line.price,
            "Discount Amount": order.discount if number == 0 else 0,
            "Item Total": line.price * line.quantity,
            "Currency": "EUR",
            "Transaction ID": f"{order.number}{number}",
            "Listing ID": "77",
            "Date Paid": "" if order.state == "pending" else order.at.strftime("%m/%d/%y"),
            "Order ID": order.number,
            "SKU": line.sku,
        }


def _square_money(amount: Decimal) -> str:
    return f"(${-amount:,.2f})" if amount < 0 else f"${amount:,.2f}"


def _square_clock(at: datetime) -> dict[str, str]:
    local = at - timedelta(hours=7)
    return {"Date": local.strftime("%m/%d/%y"), "Time": local.strftime("%H:%M:%S"), "Time Zone": "Arizona"}


def square_payments(order: Order) -> Iterator[dict[str, Any]]:
    sale = {
        **_square_clock(order.at),
        "Gross Sales": _square_money(order.gross),
        "Discounts": _square_money(-order.discount),
        "Net Sales": _square_money(order.net),
        "Tax": "$1.00",
        "Total Collected": _square_money(order.net + 1),
        "Transaction ID": f"tx{order.number}",
        "Description": "2 x Mug, Cup",
        "Event Type": "Payment",
        "Location": "High Street",
        "Customer ID": f"SQ{order.customer}",
    }
    yield sale
    if order.refund:
        back = {
            "Net Sales": _square_money(-order.refund),
            "Gross Sales": _square_money(-order.refund),
            "Discounts": "$0.00",
            "Tax": "$0.00",
            "Total Collected": _square_money(-order.refund),
        }
        yield {**sale, **back, "Event Type": "Refund", "Transaction ID": f"rf{order.number}"}


def square_items(order: Order) -> Iterator[dict[str, Any]]:
    left = order.discount
    for number, line in enumerate(order.lines):
        gross = line.price * line.quantity
        off = left if number == len(order.lines) - 1 else (order.discount * gross / order.gross).quantize(CENT)
        left -= off
        yield {
            **_square_clock(order.at),
            "Category": line.category,
            "Item": line.name,
            "Qty": line.quantity,
            "SKU": line.sku,
            "Gross Sales": _square_money(gross),
            "Discounts": _square_money(-off),
            "Net Sales": _square_money(gross - off),
            "Transaction ID": f"tx{order.number}",
            "Event Type": "Payment",
            "Location": "High Street",
            "Customer ID": f"SQ{order.customer}",
        }
    if order.refund:
        back = _square_money(-order.refund)
        yield {
            **_square_clock(order.at),
            "Item": "Custom Amount",
            "Qty": -1,
            "Gross Sales": back,
            "Discounts": "$0.00",
            "Net Sales": back,
            "Transaction ID": f"rf{order.number}",
            "Event Type": "Refund",
            "Customer ID": f"SQ{order.customer}",
        }


def magento(order: Order) -> Iterator[dict[str, Any]]:
    status = {"cancelled": "Canceled", "pending": "Suspected Fraud"}.get(order.state, "Complete")
    yield {
        "ID": order.number.zfill(9),
        "Purchase Point": "Main Website\nMain Store",
        "Purchase Date": f"{order.at:%b} {order.at.day}, {order.at:%Y}, {order.at.hour % 12 or 12}:{order.at:%M:%S %p}",
        "Bill-to Name": order.name,
        "Grand Total (Base)": f"€{order.net:,}",
        "Grand Total (Purchased)": f"€{order.net:,}",
        "Status": "Closed" if order.refund and order.whole else status,
        "Customer Email": order.email,
        "Total Refunded": f"€{order.refund:,}",
    }


def prestashop(order: Order) -> Iterator[dict[str, Any]]:
    status = {"cancelled": "Canceled", "pending": "Awaiting bank wire payment", "failed": "Payment error"}.get(
        order.state, "Delivered"
    )
    yield {
        "ID": order.number,
        "Reference": f"XKB{order.number}",
        "New client": 0,
        "Delivery": "Ireland",
        "Customer": order.name,
        "Total": f"{order.net:,}".replace(",", " ").replace(".", ",") + " €",
        "Payment": "Card",
        "Status": "Refunded" if order.refund else status,
        "Date": order.at.strftime("%Y-%m-%d %H:%M:%S"),
    }


def razorpay(order: Order) -> Iterator[dict[str, Any]]:
    status = {"failed": "failed", "pending": "authorized"}.get(order.state, "captured")
    local = order.at + timedelta(hours=5, minutes=30)
    yield {
        "id": f"pay_{order.number}",
        "amount": order.net,
        "currency": "INR",
        "status": "refunded" if order.refund and order.whole else status,
        "order_id": f"order_{order.number}",
        "method": "upi",
        "amount_refunded": order.refund,
        "refund_status": "partial" if order.refund else "null",
        "captured": "true",
        "email": order.email,
        "created_at": local.strftime("%d/%m/%Y %H:%M:%S"),
    }


def edd(order: Order) -> Iterator[dict[str, Any]]:
    status = {"cancelled": "abandoned", "pending": "pending", "failed": "failed"}.get(order.state, "complete")
    yield {
        "Payment ID": order.number,
        "Payment Number": f"EDD-{order.number}",
        "Email": order.email,
        "Customer ID": order.customer,
        "Country": "IE",
        "Products (Verbose)": "x",
        "Products (Raw)": " / ".join(f"{line.name}|{line.price * line.quantity}{{1.20}}" for line in order.lines),
        "Amount ($)": order.net + Decimal("2.00"),
        "Tax ($)": "2.00",
        "Discount Code": "TENOFF" if order.discount else "none",
        "Purchase Key": "k",
        "Date": order.at.strftime("%Y-%m-%d %H:%M:%S"),
        "Currency": "USD",
        "Mode (Live|Test)": "test" if order.state == "test" else "live",
        "Status": "refunded" if order.refund else status,
    }


def medusa(order: Order) -> Iterator[dict[str, Any]]:
    status = {"pending": "awaiting", "cancelled": "canceled"}.get(order.state, "captured")
    yield {
        "Order_ID": f"order_{order.number}",
        "Display_ID": order.number,
        "Order status": "canceled" if order.state == "cancelled" else "completed",
        "Date": order.at.strftime("%a, %d %b %Y %H:%M:%S GMT"),
        "Customer Email": order.email,
        "Customer ID": f"cus_{order.customer}",
        "Shipping Country Code": "ie",
        "Payment Status": ("refunded" if order.whole else "partially_refunded") if order.refund else status,
        "Subtotal": int(order.gross * 100),
        "Shipping Total": 490,
        "Discount Total": int(order.discount * 100),
        "Refunded Total": int(order.refund * 100),
        "Tax Total": 0,
        "Total": int(order.net * 100) + 490,
        "Currency Code": "eur",
    }


def medusa2(order: Order) -> Iterator[dict[str, Any]]:
    (told,) = medusa(order)
    cents = ("Subtotal", "Shipping Total", "Discount Total", "Tax Total", "Total")
    money = {name: Decimal(told[name]) / 100 for name in cents}
    money["Subtotal"] += money["Shipping Total"]
    dated = {"Date": order.at.strftime("%Y-%m-%dT%H:%M:%S.000Z")}
    yield {name: value for name, value in told.items() if name != "Refunded Total"} | money | dated


def ecwid(order: Order) -> Iterator[dict[str, Any]]:
    status = {"pending": "AWAITING_PAYMENT", "cancelled": "CANCELLED", "failed": "INCOMPLETE"}.get(order.state, "PAID")
    yield {
        "id": f"X{order.number}",
        "orderNumber": int(order.number),
        "paymentStatus": ("REFUNDED" if order.whole else "PARTIALLY_REFUNDED") if order.refund else status,
        "fulfillmentStatus": "SHIPPED" if order.state == "sale" else "AWAITING_PROCESSING",
        "subtotal": float(order.gross),
        "total": float(order.net) + 4.9,
        "refundedAmount": float(order.refund),
        "couponDiscount": float(order.discount),
        "discount": 0,
        "discountCoupon": {"code": "TENOFF"} if order.discount else None,
        "customerId": order.customer,
        "email": order.email,
        "createDate": order.at.strftime("%Y-%m-%d %H:%M:%S +0000"),
        "items": [
            {"sku": line.sku, "name": line.name, "quantity": line.quantity, "price": float(line.price), "categoryId": 4}
            for line in order.lines
        ],
    }


def amazon_consumer(order: Order) -> Iterator[dict[str, Any]]:
    for line in order.lines:
        yield {
            "Order Date": order.at.strftime("%m/%d/%y"),
            "Order ID": f"111-{order.number}",
            "Title": line.name,
            "Category": line.category,
            "ASIN/ISBN": line.sku,
            "Website": "Amazon.com",
            "Purchase Price Per Unit": f"${line.price}",
            "Quantity": line.quantity,
            "Ordering Customer Email": order.email,
            "Order Status": "Cancelled" if order.state == "cancelled" else "Shipped",
            "Item Subtotal": f"${line.price * line.quantity}",
            "Item Total": f"${line.price * line.quantity}",
            "Currency": "USD",
        }


def olist(order: Order) -> Iterator[dict[str, Any]]:
    unit = 0
    for line in order.lines:
        for _ in range(line.quantity):
            unit += 1
            yield {
                "order_id": f"{order.number}f",
                "customer_id": f"c{order.number}",
                "customer_unique_id": f"u{order.customer}",
                "order_status": "canceled" if order.state == "cancelled" else "delivered",
                "order_purchase_timestamp": order.at.strftime("%Y-%m-%d %H:%M:%S"),
                "order_item_id": unit,
                "product_id": line.sku,
                "price": line.price,
                "freight_value": "12.00",
            }


def rees46(order: Order) -> Iterator[dict[str, Any]]:
    for line in order.lines:
        for event in ["view", "cart"] + ["purchase"] * line.quantity:
            yield {
                "event_time": order.at.strftime("%Y-%m-%d %H:%M:%S UTC"),
                "event_type": event,
                "product_id": line.sku,
                "category_id": "2053013552259662037",
                "category_code": line.category,
                "brand": "",
                "price": line.price,
                "user_id": f"5{order.customer}",
                "user_session": f"s-{order.number}",
            }


def ga4(order: Order) -> Iterator[dict[str, Any]]:
    event = {
        "event_date": order.at.strftime("%Y%m%d"),
        "event_timestamp": str(int((order.at - datetime(1970, 1, 1)).total_seconds()) * 1_000_000),
        "event_name": "view_item",
        "event_params": [{"key": "ga_session_id", "value": {"string_value": None, "int_value": order.number}}],
        "user_id": None,
        "user_pseudo_id": f"9{order.customer}.1",
        "geo": {"country": "Ireland"},
        "traffic_source": {"source": "newsletter"},
        "ecommerce": None,
        "items": [],
    }
    yield event
    items = [
        {
            "item_id": x.sku,
            "item_name": x.name,
            "item_category": x.category,
            "price": float(x.price),
            "quantity": x.quantity,
        }
        for x in order.lines
    ]
    paid = {"transaction_id": order.number, "purchase_revenue": float(order.net), "refund_value": None}
    yield {**event, "event_name": "purchase", "ecommerce": paid, "items": items}
    if order.refund:
        back = {"transaction_id": order.number, "purchase_revenue": None, "refund_value": float(order.refund)}
        yield {**event, "event_name": "refund", "ecommerce": back}


def shares(order: Order, whole: Decimal) -> list[Decimal]:
    """Money of the order on each of its lines, by what they cost, to the cent."""
    parts = [(whole * line.price * line.quantity / order.gross).quantize(CENT) for line in order.lines[:-1]]
    return [*parts, whole - sum(parts, Decimal(0))]


def iso(at: datetime, hours: int = 0) -> str:
    return (at + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%S") + f"{hours:+03}:00"


def shopify_api(order: Order) -> Iterator[dict[str, Any]]:
    status = {"pending": "pending", "failed": "expired"}.get(order.state, "paid")
    both = [{"quantity": 1, "subtotal": float(part), "total_tax": 0} for part in (order.refund / 2, order.refund / 2)]
    given = {"kind": "refund_discrepancy", "amount": f"-{order.refund}"}  # nothing came back: money alone
    plain = {"refund_line_items": [], "order_adjustments": [given]}
    lines = {"refund_line_items": both, "order_adjustments": [{"kind": "shipping_refund", "amount": "-4.90"}]}
    back = {"created_at": iso(order.at + timedelta(days=3), -5), **(lines if int(order.number) % 2 else plain)}
    money = {"shop_money": {"amount": "1.00", "currency_code": "EUR"}, "presentment_money": {"amount": "1.10"}}
    yield {
        "id": 450789469000 + int(order.number),
        "name": f"#{order.number}",
        "email": order.email if order.customer % 3 else "",
        "created_at": "2025-01-01T10:00:00-05:00",
        "processed_at": iso(order.at, -5),
        "cancelled_at": iso(order.at, -5) if order.state == "cancelled" else None,
        "test": order.state == "test",
        "financial_status": ("refunded" if order.whole else "partially_refunded") if order.refund else status,
        "currency": "EUR",
        "presentment_currency": "USD",
        "total_line_items_price": str(order.gross),
        "total_discounts": str(order.discount),
        "subtotal_price": str(order.net),
        "total_price": str(order.net + Decimal("4.90")),
        "total_price_set": money,
        "source_name": "web",
        "customer": {"id": 7000 + order.customer, "email": order.email},
        "discount_codes": [{"code": "TENOFF", "amount": str(order.discount)}] if order.discount else [],
        "shipping_address": {"country_code": "IE"} if int(order.number) % 4 else None,
        "billing_address": {"country_code": "IE"},
        "refunds": [back] if order.refund else [],
        "line_items": [
            {"sku": line.sku, "product_id": 1, "name": line.name, "quantity": line.quantity, "price": str(line.price)}
            | {"price_set": money, "discount_allocations": [{"amount": str(off), "discount_application_index": 0}]}
            for line, off in zip(order.lines, shares(order, order.discount), strict=True)
        ],
    }


def woocommerce_api(order: Order) -> Iterator[dict[str, Any]]:
    status = {"cancelled": "cancelled", "pending": "on-hold", "failed": "failed"}.get(order.state, "completed")
    parts = [{"id": 1, "reason": "", "total": f"-{order.refund / 2}"}] * 2
    yield {
        "id": 90_000 + int(order.number),
        "number": order.number,
        "status": "refunded" if order.refund and order.whole else status,
        "currency": "EUR",
        "date_created": iso(order.at, 2)[:-6],
        "date_created_gmt": iso(order.at)[:-6],
        "discount_total": str(order.discount),
        "shipping_total": "10.00",
        "total_tax": "1.35",
        "total": str(order.net + Decimal("11.35")),
        "customer_id": order.customer if order.customer % 5 else 0,
        "created_via": "checkout",
        "transaction_id": "",
        "billing": {"email": order.email, "country": "IE", "first_name": "B."},
        "shipping": {"country": "IE"},
        "coupon_lines": [{"code": "tenoff", "discount": str(order.discount)}] if order.discount else [],
        "fee_lines": [],
        "refunds": parts if order.refund else [],
        "line_items": [
            {
                "name": line.name,
                "product_id": 93,
                "sku": line.sku,
                "quantity": line.quantity,
                "price": float(line.price),
            }
            | {"subtotal": str(line.price * line.quantity), "total": str(line.price * line.quantity - off)}
            for line, off in zip(order.lines, shares(order, order.discount), strict=True)
        ],
    }


def seconds(at: datetime) -> int:
    return int((at - datetime(1970, 1, 1)).total_seconds())


def cents(amount: Decimal) -> int:
    return int((amount * 100).to_integral_value())


def stripe_charges(order: Order) -> Iterator[dict[str, Any]]:
    status = {"failed": "failed", "pending": "pending"}.get(order.state, "succeeded")
    yield {
        "id": f"ch_{order.number}",
        "object": "charge",
        "amount": cents(order.net),
        "amount_captured": cents(order.net),
        "amount_refunded": cents(order.refund),
        "created": seconds(order.at),
        "currency": "eur",
        "customer": {"id": f"cus_{order.customer}"} if order.customer % 2 else f"cus_{order.customer}",
        "livemode": order.state != "test",
        "receipt_email": None,
        "paid": order.state != "failed",
        "captured": True,
        "status": status,
        "payment_intent": f"pi_{order.number}",
    }


def stripe_invoices(order: Order) -> Iterator[dict[str, Any]]:
    status = {"cancelled": "void", "pending": "open", "failed": "uncollectible"}.get(order.state, "paid")
    total = cents(order.net) + 100
    yield {
        "id": f"in_{order.number}",
        "object": "invoice",
        "amount_due": total,
        "amount_paid": total if status == "paid" else 0,
        "amount_remaining": 0 if status == "paid" else total,
        "billing_reason": "subscription_cycle",
        "charge": f"ch_{order.number}",
        "created": seconds(order.at),
        "currency": "eur",
        "customer": {"id": f"cus_{order.customer}", "object": "customer"}
        if order.customer % 2
        else f"cus_{order.customer}",
        "customer_email": order.email,
        "customer_address": {"country": "IE"},
        "livemode": order.state != "test",
        "status": status,
        "subtotal": cents(order.gross),
        "total": total,
        "total_excluding_tax": total - 100,
        "total_tax_amounts": [{"amount": 60, "inclusive": False}, {"amount": 40, "inclusive": False}],
        "total_discount_amounts": [{"amount": cents(order.discount), "discount": "di_1"}] if order.discount else [],
        "post_payment_credit_notes_amount": cents(order.refund),
        "pre_payment_credit_notes_amount": 0,
        "lines": {
            "object": "list",
            "has_more": False,
            "data": [
                {"description": line.name, "quantity": line.quantity, "amount": cents(line.price * line.quantity)}
                | {"price": {"product": line.sku, "unit_amount": cents(line.price)}}
                for line in order.lines
            ],
        },
    }


def _money(amount: Decimal) -> dict[str, Any]:
    return {"amount": cents(amount), "currency": "EUR"}


def square_orders(order: Order) -> Iterator[dict[str, Any]]:
    state = {"cancelled": "CANCELED", "pending": "OPEN"}.get(order.state, "COMPLETED")
    lines = [
        {"uid": "u", "catalog_object_id": line.sku, "name": line.name, "quantity": str(line.quantity)}
        | {"base_price_money": _money(line.price), "gross_sales_money": _money(line.price * line.quantity)}
        | {"total_discount_money": _money(off), "total_tax_money": _money(Decimal(1))}
        | {"total_money": _money(line.price * line.quantity - off + 1)}
        for line, off in zip(order.lines, shares(order, order.discount), strict=True)
    ]
    sale = {
        "id": f"SQ{order.number}",
        "location_id": "L1",
        "source": {"name": "Point of Sale"},
        "customer_id": f"C{order.customer}",
        "created_at": iso(order.at)[:-6] + ".248Z",
        "state": state,
        "line_items": lines,
        "total_money": _money(order.net + len(lines)),
        "total_discount_money": _money(order.discount),
        "total_tip_money": _money(Decimal(0)),
    }
    yield sale if state == "OPEN" else {**sale, "tenders": [{"id": "t", "customer_id": f"C{order.customer}"}]}
    if order.refund:
        back = {"name": "Mug", "quantity": "1", "uid": "r", "catalog_object_id": order.lines[0].sku}
        back |= {"gross_return_money": _money(order.refund + 1), "total_discount_money": _money(Decimal(1))}
        back |= {"total_money": _money(order.refund)}
        yield {
            "id": f"RF{order.number}",
            "location_id": "L1",
            "created_at": iso(order.at + timedelta(days=2))[:-6] + "Z",
            "state": "COMPLETED",
            "returns": [{"source_order_id": f"SQ{order.number}", "return_line_items": [back]}],
            "total_money": _money(Decimal(0)),
            "total_discount_money": _money(Decimal(0)),
        }


def square_payments_api(order: Order) -> Iterator[dict[str, Any]]:
    status = {"cancelled": "CANCELED", "pending": "APPROVED", "failed": "FAILED"}.get(order.state, "COMPLETED")
    yield {
        "id": f"P{order.number}",
        "created_at": iso(order.at)[:-6] + ".1Z",
        "amount_money": _money(order.net),
        "tip_money": _money(Decimal(2)),
        "total_money": _money(order.net + 2),
        "refunded_money": _money(order.refund) if order.refund else None,
        "status": status,
        "source_type": "CARD",
        "location_id": "L1",
        "order_id": f"SQ{order.number}",
        "customer_id": f"C{order.customer}" if order.customer % 3 else None,
        "buyer_email_address": order.email,
    }


def bigcommerce(order: Order) -> Iterator[dict[str, Any]]:
    status = {"cancelled": "Cancelled", "pending": "Awaiting Payment", "failed": "Declined"}.get(order.state, "Shipped")
    half = (order.discount / 2).quantize(CENT)
    partly = "Partially Refunded" if order.refund else status
    products = [
        {"sku": line.sku, "name": line.name, "quantity": line.quantity, "price_ex_tax": f"{line.price}00"}
        for line in order.lines
    ]
    yield {
        "id": int(order.number),
        "customer_id": order.customer if order.customer % 4 else 0,
        "date_created": order.at.strftime("%a, %d %b %Y %H:%M:%S +0000"),
        "status": "Refunded" if order.refund and order.whole else partly,
        "subtotal_ex_tax": f"{order.gross}00",
        "subtotal_inc_tax": f"{order.gross + 3}00",
        "shipping_cost_inc_tax": "12.7200",
        "total_inc_tax": f"{order.net + Decimal('15.72')}00",
        "discount_amount": f"{half}00",
        "coupon_discount": f"{order.discount - half}00",
        "refunded_amount": f"{order.refund}00",
        "currency_code": "EUR",
        "billing_address": {"email": order.email, "country_iso2": "IE"},
        "order_source": "www",
        "is_deleted": False,
        "products": products,
    }


def prestashop_api(order: Order) -> Iterator[dict[str, Any]]:
    state = {"cancelled": "6", "pending": "10", "failed": "8"}.get(order.state, "5")
    rows = [
        {"id": "1", "product_id": "2", "product_reference": line.sku, "product_name": line.name}
        | {"product_quantity": str(line.quantity), "unit_price_tax_excl": f"{line.price}0000"}
        for line in order.lines
    ]
    yield {
        "id": int(order.number),
        "id_customer": str(order.customer),
        "current_state": "7" if order.refund else state,
        "valid": "1" if order.state == "sale" else "0",
        "date_add": order.at.strftime("%Y-%m-%d %H:%M:%S"),
        "reference": f"XKB{order.number}",
        "module": "ps_checkout",
        "total_products": f"{order.gross}0000",
        "total_discounts_tax_excl": f"{order.discount}0000",
        "total_shipping_tax_excl": "2.000000",
        "total_wrapping_tax_excl": "0.000000",
        "total_paid_tax_excl": f"{order.net + 2}0000",
        "associations": {"order_rows": rows},
    }


def shopify_graphql(order: Order) -> Iterator[dict[str, Any]]:
    def shop(amount: Decimal) -> dict[str, Any]:
        return {"shopMoney": {"amount": str(amount), "currencyCode": "EUR"}, "presentmentMoney": {"amount": "1.0"}}

    status = {"cancelled": "VOIDED", "pending": "PENDING", "failed": "EXPIRED"}.get(order.state, "PAID")
    back = (
        {"edges": [{"node": {"quantity": 1, "subtotalSet": shop(order.refund)}}]}
        if order.customer % 2
        else {"edges": []}
    )
    lines = [
        {"name": line.name, "sku": line.sku, "quantity": line.quantity, "originalUnitPriceSet": shop(line.price)}
        | {"originalTotalSet": shop(line.price * line.quantity)}
        | {"discountAllocations": [{"allocatedAmountSet": shop(off)}]}
        for line, off in zip(order.lines, shares(order, order.discount), strict=True)
    ]
    yield {
        "id": f"gid://shopify/Order/{order.number}",
        "name": f"#{order.number}",
        "email": order.email,
        "processedAt": iso(order.at)[:-6] + "Z",
        "cancelledAt": None,
        "test": order.state == "test",
        "displayFinancialStatus": ("REFUNDED" if order.whole else "PARTIALLY_REFUNDED") if order.refund else status,
        "currencyCode": "EUR",
        "sourceName": "web",
        "customer": {"id": f"gid://shopify/Customer/{7000 + order.customer}"},
        "discountCodes": ["TENOFF"] if order.discount else [],
        "shippingAddress": {"countryCodeV2": "IE"},
        "subtotalPriceSet": shop(order.net),
        "totalRefundedSet": shop(order.refund),
        "refunds": [{"createdAt": iso(order.at)[:-6] + "Z", "refundLineItems": back}] if order.refund else [],
        "lineItems": {"edges": [{"node": line} for line in lines], "pageInfo": {"hasNextPage": False}},
    }


def graphql(rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {"data": {"orders": {"edges": [{"node": row} for row in rows], "pageInfo": {"hasNextPage": False}}}}


def stripe_list(rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {"object": "list", "url": "/v1/x", "has_more": False, "data": rows}


NAMED = {"customer": lambda order: order.name}
SALES = ("sale",)
EXPORTS: dict[str, Export] = {
    "shopify_orders": Export(shopify, states=("sale", "cancelled", "pending", "failed")),
    "squarespace_orders": Export(squarespace, states=("sale", "cancelled", "pending")),
    "woocommerce_analytics_orders": Export(woocommerce, **NAMED, states=("sale", "cancelled", "pending", "failed")),
    "stripe_payments": Export(stripe, products=False),
    "paypal_activity": Export(paypal, states=("sale", "cancelled", "pending", "failed"), products=False),
    "amazon_all_orders": Export(
        amazon,
        customer=lambda order: f"0{1000 + order.customer}, Town, DE",
        states=("sale", "cancelled", "pending"),
        discounts=False,
        partial=False,
        whole=False,
        delimiter="\t",
    ),
    "amazon_order_report": Export(
        amazon_orders, states=SALES, discounts=False, partial=False, whole=False, delimiter="\t"
    ),
    "ebay_orders_report": Export(
        ebay,
        customer=lambda order: f"buyer_{order.customer}",
        states=("sale", "pending"),
        discounts=False,
        partial=False,
        whole=False,
        time="day",
    ),
    "etsy_sold_orders": Export(
        etsy_orders,
        customer=lambda order: f"b{order.customer}",
        states=("sale", "cancelled", "pending"),
        time="day",
        products=False,
    ),
    "etsy_sold_order_items": Export(
        etsy_items,
        customer=lambda order: f"b{order.customer}",
        states=("sale", "pending"),
        partial=False,
        whole=False,
        time="day",
    ),
    "square_transactions": Export(
        square_payments, customer=lambda order: f"SQ{order.customer}", states=SALES, products=False
    ),
    "square_items": Export(square_items, customer=lambda order: f"SQ{order.customer}", states=SALES),
    "magento_sales_order_grid": Export(magento, states=("sale", "cancelled", "pending"), products=False),
    "prestashop_orders_grid": Export(
        prestashop,
        **NAMED,
        states=("sale", "cancelled", "pending", "failed"),
        partial=False,
        products=False,
        delimiter=";",
    ),
    "razorpay_payments": Export(razorpay, states=("sale", "pending", "failed"), products=False),
    "edd_payments": Export(edd, customer=lambda order: str(order.customer), partial=False),
    "medusa_orders": Export(
        medusa,
        customer=lambda order: f"cus_{order.customer}",
        states=("sale", "cancelled", "pending"),
        products=False,
        delimiter=";",
    ),
    "medusa2_orders": Export(
        medusa2,
        customer=lambda order: f"cus_{order.customer}",
        states=("sale", "cancelled", "pending"),
        partial=False,
        products=False,
    ),
    "ecwid_orders_api": Export(
        ecwid, customer=lambda order: str(order.customer), states=("sale", "cancelled", "pending", "failed")
    ),
    "amazon_consumer_order_history": Export(
        amazon_consumer, states=("sale", "cancelled"), discounts=False, partial=False, whole=False, time="day"
    ),
    "olist_orders_joined": Export(
        olist,
        customer=lambda order: f"u{order.customer}",
        states=("sale", "cancelled"),
        discounts=False,
        partial=False,
        whole=False,
    ),
    "rees46_events": Export(
        rees46,
        customer=lambda order: f"5{order.customer}",
        states=SALES,
        discounts=False,
        partial=False,
        whole=False,
    ),
    "shopify_orders_api": Export(
        shopify_api, customer=lambda order: str(7000 + order.customer), wrap=lambda rows: {"orders": rows}
    ),
    "woocommerce_orders_api": Export(
        woocommerce_api,
        customer=lambda order: str(order.customer) if order.customer % 5 else order.email,
        states=("sale", "cancelled", "pending", "failed"),
        wrap=list,
    ),
    "stripe_charges_api": Export(
        stripe_charges,
        customer=lambda order: f"cus_{order.customer}",
        states=("sale", "pending", "failed", "test"),
        products=False,
        wrap=stripe_list,
    ),
    "stripe_invoices_api": Export(stripe_invoices, customer=lambda order: f"cus_{order.customer}", wrap=stripe_list),
    "square_orders_api": Export(
        square_orders,
        customer=lambda order: f"C{order.customer}",
        states=("sale", "cancelled", "pending"),
        wrap=lambda rows: {"orders": rows},
    ),
    "square_payments_api": Export(
        square_payments_api,
        customer=lambda order: f"C{order.customer}" if order.customer % 3 else order.email,
        states=("sale", "cancelled", "pending", "failed"),
        products=False,
        wrap=lambda rows: {"payments": rows},
    ),
    "bigcommerce_orders_api": Export(
        bigcommerce,
        customer=lambda order: str(order.customer) if order.customer % 4 else order.email,
        states=("sale", "cancelled", "pending", "failed"),
        wrap=list,
    ),
    "prestashop_orders_api": Export(
        prestashop_api,
        customer=lambda order: str(order.customer),
        states=("sale", "cancelled", "pending", "failed"),
        partial=False,
        wrap=lambda rows: {"orders": rows},
    ),
    "shopify_orders_graphql": Export(shopify_graphql, customer=lambda order: str(7000 + order.customer), wrap=graphql),
    "ga4_events": Export(ga4, customer=lambda order: f"9{order.customer}.1", states=SALES),
}
HEADERS["olist_orders_joined"] = [
    *HEADERS["olist_orders"],
    "customer_unique_id",
    "order_item_id",
    "product_id",
    "price",
    "freight_value",
]


def write_export(name: str, shop: Iterable[Order], folder: Path) -> tuple[Path, int]:
    """The shop as a file of a format, and how many rows that has."""
    rows = [row for order in EXPORTS[name].orders(shop) for row in EXPORTS[name].rows(order)]
    if name in ("ecwid_orders_api", "ga4_events"):
        path = folder / f"{name}.jsonl"
        path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
        return path, len(rows)
    if wrap := EXPORTS[name].wrap:
        odd = {key for row in rows for key in row} - set(HEADERS[name])
        assert not odd, f"{name}: {odd} are not among the fields that the vendor describes"
        path = folder / f"{name}.json"
        path.write_text(json.dumps(wrap(rows), default=str), encoding="utf-8")
        return path, len(rows)
    table = pd.DataFrame(rows)
    unknown = [column for column in table if column not in HEADERS[name] and not column.endswith("(metadata)")]
    assert not unknown, f"{name}: {unknown} are not in the real header"
    table = table.reindex(columns=[*HEADERS[name], *(c for c in table if c.endswith("(metadata)"))])
    path = folder / f"{name}.{'txt' if EXPORTS[name].delimiter == chr(9) else 'csv'}"
    text = table.to_csv(index=False, sep=EXPORTS[name].delimiter)
    if name == "ebay_orders_report":
        text = f"\n\n{text}\n{len(rows)} record(s) downloaded,from 1 to {len(rows)}\nSeller ID: shop_owner\n"
    path.write_text(("\ufeff" if name == "paypal_activity" else "") + text, encoding="utf-8")
    return path, len(rows)
