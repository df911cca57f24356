"""Canonical tables as data: which columns, of which type, with which meaning."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from seglib.errors import InputError

__all__ = ["ALONE", "CUSTOMERS", "MONEY", "NOT_SENT", "ORDERS", "STATES", "TABLES", "Column", "check_table"]


@dataclass(frozen=True)
class Column:
    """One column of a canonical table.

    ``kind`` is one of string, decimal, float, integer, boolean, timestamp.
    """

    name: str
    kind: str
    meaning: str
    required: bool = False


TABLES: dict[str, tuple[Column, ...]] = {
    "lines": (
        Column("order_id", "string", "number of the order the line belongs to", required=True),
        Column("customer_id", "string", "who bought", required=True),
        Column("ordered_at", "timestamp", "when the order was placed", required=True),
        Column("amount", "decimal", "money of the whole line after discount, negative for returns", required=True),
        Column("quantity", "float", "items, negative for returns"),
        Column("unit_price", "decimal", "price of one item"),
        Column("discount", "decimal", "discount given on the whole line, positive"),
        Column("coupon_code", "string", "coupon used, empty for none"),
        Column("product_id", "string", "number of the product"),
        Column("product_name", "string", "name of the product"),
        Column("category", "string", "category of the product"),
        Column("country", "string", "country the order came from or went to"),
        Column("channel", "string", "shop, site or market place where it was sold"),
        Column("currency", "string", "currency of the amount, ISO 4217"),
        Column("status", "string", "state of the order"),
        Column("is_return", "boolean", "whether the line takes goods or money back"),
        Column("state", "string", "what became of it, such as sale, refund, cancelled, pending or failed"),
        Column("source", "string", "name of the source the line came from"),
        Column("email", "string", "e-mail of the buyer in lower case, only to tell that two ids are one person"),
        Column("payment_ref", "string", "number of the order or payment at another source"),
        Column("refund_of", "string", "number of the order that the line takes back"),
        Column("company", "string", "company that bought, only to tell whose it is where customers are companies"),
    ),
    "contacts": (
        Column("customer_id", "string", "who it is", required=True),
        Column("signed_up_at", "timestamp", "when the contact became known"),
        Column("country", "string", "country"),
        Column("region", "string", "region"),
        Column("city", "string", "city"),
        Column("birth_year", "integer", "year of birth"),
        Column("age_band", "string", "age band"),
        Column("gender", "string", "gender as told by the contact"),
        Column("email_consent", "boolean", "whether the contact agreed to be mailed"),
        Column("company", "string", "company"),
        Column("industry", "string", "industry of the company"),
        Column("employees", "integer", "employees of the company"),
        Column("revenue_band", "string", "revenue band of the company"),
        Column("legal_form", "string", "legal form of the company"),
        Column("parent_company", "string", "company that it is an office or subsidiary of"),
        Column("role", "string", "what the contact does at the company, such as buyer or owner"),
        Column("email", "string", "e-mail in lower case, only to tell that two ids are one person"),
        Column("domain", "string", "web site of the company, only to tell whose tickets and deals are"),
    ),
    "products": (
        Column("product_id", "string", "number of the product", required=True),
        Column("product_name", "string", "name of the product"),
        Column("category", "string", "category of the product"),
        Column("launched_at", "timestamp", "when it was first sold"),
    ),
    "events": (
        Column("visitor_id", "string", "who visited: a cookie or device", required=True),
        Column("customer_id", "string", "who it is, where the visitor is known"),
        Column("at", "timestamp", "when it happened", required=True),
        Column("event", "string", "what happened, such as view, cart, purchase", required=True),
        Column("channel", "string", "where the visit came from"),
        Column("session_id", "string", "the visit it belongs to"),
        Column("product_id", "string", "number of the product"),
        Column("category", "string", "category of the product"),
        Column("quantity", "float", "items"),
        Column("amount", "decimal", "money of the event, such as the value of a purchase"),
        Column("order_id", "string", "number of the order that the event led to"),
    ),
    "tickets": (
        Column("ticket_id", "string", "number of the request"),
        Column("customer_id", "string", "who asked", required=True),
        Column("opened_at", "timestamp", "when it was asked", required=True),
        Column("answered_at", "timestamp", "when somebody first answered, empty where nobody did"),
        Column("closed_at", "timestamp", "when it was closed, empty while it is open"),
        Column("channel", "string", "how it came: e-mail, telephone, chat"),
        Column("reason", "string", "what it was about"),
        Column("product_id", "string", "number of the product"),
        Column("email", "string", "e-mail of who asked, only to tell that two ids are one person"),
        Column("company", "string", "company that asked, where nobody else is told"),
        Column("domain", "string", "web site of the company, only to tell whose the request is"),
    ),
    "responses": (
        Column("customer_id", "string", "who answered", required=True),
        Column("question", "string", "the question", required=True),
        Column("answer", "string", "the answer: a word, yes or no, a number", required=True),
        Column("answered_at", "timestamp", "when it was answered"),
        Column("survey", "string", "the survey it belongs to"),
        Column("email", "string", "e-mail of who answered, only to tell that two ids are one person"),
    ),
    "campaigns": (
        Column("customer_id", "string", "who got it", required=True),
        Column("campaign", "string", "name of the campaign", required=True),
        Column("arm", "string", "what this customer got, such as control"),
        Column("sent_at", "timestamp", "when it was sent"),
        Column("opened", "boolean", "whether it was opened"),
        Column("clicked", "boolean", "whether it was clicked"),
        Column("converted", "boolean", "whether the customer did what it asked for"),
        Column("spend", "decimal", "what the message cost"),
        Column("channel", "string", "how it was sent"),
    ),
    "deals": (
        Column("deal_id", "string", "number of the deal"),
        Column("customer_id", "string", "customer it is with"),
        Column("company", "string", "company it is with, where it has no number"),
        Column("stage", "string", "how far it is, such as prospecting, won or lost", required=True),
        Column("value", "decimal", "money it is worth"),
        Column("product_id", "string", "product or product line it is about"),
        Column("opened_at", "timestamp", "when it was opened"),
        Column("closed_at", "timestamp", "when it was won or lost, empty while it is open"),
        Column("owner", "string", "who works on it"),
        Column("email", "string", "e-mail of whom it is with, only to tell whose it is"),
        Column("domain", "string", "web site of the company, only to tell whose it is"),
    ),
}

CUSTOMERS: tuple[Column, ...] = (
    Column("customer_id", "string", "who it is", required=True),
    Column("recency_days", "integer", "days from the last order to the as-of date", required=True),
    Column("frequency", "integer", "orders in the window", required=True),
    Column("monetary_value", "float", "revenue in the window, net of returns", required=True),
    Column("tenure_days", "integer", "days from the first order ever seen to the as-of date"),
    Column("first_order_at", "timestamp", "first order ever seen"),
    Column("last_order_at", "timestamp", "last order"),
    Column("average_order_value", "float", "sales before returns per order"),
    Column("items_per_order", "float", "items sold per order"),
    Column("interpurchase_days", "float", "median days between consecutive orders; missing with one order"),
    Column("products", "integer", "distinct products bought"),
    Column("categories", "integer", "distinct categories bought"),
    Column("returns_share", "float", "money returned as a share of sales"),
    Column("discount_share", "float", "discount as a share of sales before discount"),
    Column("previous_orders", "integer", "orders in the previous, equally long window"),
    Column("previous_revenue", "float", "revenue in the previous, equally long window, net of returns"),
    Column("top_category", "string", "category with the largest spend"),
    Column("top_country", "string", "country with the largest spend"),
    Column("top_channel", "string", "channel with the largest spend"),
)

MONEY = ("monetary_value", "average_order_value", "previous_revenue")  # of CUSTOMERS: a file writes it as money


def _told_as(column: Column) -> str:
    return "decimal" if column.name in MONEY else column.kind


# One row a customer, as another system made it: the measures of CUSTOMERS, and what contacts tell.
TABLES["customers"] = tuple(
    {
        "customer_id": CUSTOMERS[0],
        **{column.name: replace(column, kind=_told_as(column), required=False) for column in CUSTOMERS[1:]},
        **{column.name: column for column in TABLES["contacts"] if not column.required},
    }.values()
)

# One of these makes a shop that tells no order lines.
ALONE = ("customers", "contacts", "events", "tickets", "responses", "deals")
# What can become of a line; all but sale, refund and disputed are left out of the analysis, each counted.
STATES = ("sale", "refund", "cancelled", "pending", "failed", "disputed", "test", "transfer", "unknown")
# Arms of a campaign that got nothing, in lower case.
NOT_SENT = (
    *("control", "control group", "controls", "holdout", "hold-out", "holdout group", "hold out", "no e-mail"),
    *("no email", "no mail", "no mailing", "no contact", "not sent", "not mailed", "none", "nothing"),
)

# One row an order (:func:`seglib.tables.orders.build_orders`); those not required only where the lines tell them.
ORDERS: tuple[Column, ...] = (
    Column("customer_id", "string", "who ordered", required=True),
    Column("order_id", "string", "number of the order, one of each customer's own", required=True),
    Column("at", "timestamp", "first line that is not a return: the time of the order", required=True),
    Column("until", "timestamp", "last line that is not a return, for information", required=True),
    Column("sales", "decimal", "money of the lines that are not returns, after discount", required=True),
    Column("returned", "decimal", "money of returns under its number, positive, whenever they came", required=True),
    Column("net", "decimal", "sales less returned", required=True),
    Column("items", "float", "items sold"),
    Column("discount", "decimal", "discount given on its sales, positive"),
    Column("coupon_code", "string", "coupon used: of the first sale line that tells one, as are the next three"),
    Column("channel", "string", "shop, site or market place where it was sold"),
    Column("country", "string", "country it came from or went to"),
    Column("source", "string", "name of the source it came from"),
)


def check_table(columns: Iterable[str], table: str, *, where: str = "") -> None:
    """Check that a table has the columns that its canonical form requires.

    Parameters
    ----------
    columns : iterable of str
        Names that the table has.
    table : str
        A key of :data:`TABLES`, or ``"orders"``; ``"customers"`` is the table that a shop has, with its measures.
    where : str
        File or format, named in the message.

    Raises
    ------
    InputError
        Every missing column, what was found instead, and what to do.

    Examples
    --------
    >>> check_table(["order_id", "customer_id", "ordered_at", "amount"], "lines")
    >>> check_table(["product"], "products", where="stock.csv")
    Traceback (most recent call last):
    seglib.errors.InputError: products: no column for 'product_id' (number of the product) in stock.csv. ...
    """
    found = list(columns)
    faults = [
        f"{table}: no column for {column.name!r} ({column.meaning}){' in ' + where if where else ''}. "
        f"Found {found[:30]}. Name it in a format file (columns: {column.name}: <your column>) and pass --format."
        for column in _missing(found, CUSTOMERS if table == "customers" else {**TABLES, "orders": ORDERS}[table])
    ]
    if faults:
        raise InputError(faults)


def missing_columns(columns: Iterable[str], table: str) -> list[Column]:
    """Columns that a table of :data:`TABLES` must have and that are not among these.

    Examples
    --------
    >>> [column.name for column in missing_columns(["order_id", "customer_id", "amount"], "lines")]
    ['ordered_at']
    """
    return _missing(columns, TABLES[table])


def _missing(columns: Iterable[str], canonical: Iterable[Column]) -> list[Column]:
    found = set(columns)
    return [column for column in canonical if column.required and column.name not in found]
