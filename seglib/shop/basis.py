"""What an analysis rests on, in one line: how many customers and orders, over which days."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seglib.language import words
from seglib.language.messages import gettext as _
from seglib.shop.sides import size

if TYPE_CHECKING:
    from seglib.shop.tables import Tables

__all__ = ["basis_of", "history_of"]

SIZES = {
    "events": lambda n: words.plural(n, "event"),
    "tickets": lambda n: words.plural(n, "ticket"),
    "responses": lambda n: words.plural(n, "answer"),
    "campaigns": lambda n: words.plural(n, "message"),
    "deals": lambda n: words.plural(n, "deal"),
}


def basis_of(tables: Tables) -> str:
    """Customers and orders of the window, or the rows of a shop without orders; period and as-of date."""
    counts = (
        _bought(len(tables.customers), int(tables.customers["frequency"].sum()))
        if tables.has("customers")
        else _beside(tables)
    )
    if tables.customer_table is not None:
        date = words.date(tables.as_of)
        return _("{counts}; as of {date}, as the customer table tells them.", counts=counts, date=date)
    if not tables.window_days:
        return _whole(counts, tables)
    days = words.count(tables.window_days)
    return _("{counts}; as of {date}, the {days} days to it.", counts=counts, date=words.date(tables.as_of), days=days)


def history_of(tables: Tables) -> str:
    """The same of the whole history."""
    if not tables.window_days or not tables.has("lines"):
        return basis_of(tables)
    customers = int(tables.orders.customer_id.nunique().to_pyarrow().as_py())
    return _whole(_bought(customers, size(tables.orders)), tables)


def _bought(customers: int, orders: int) -> str:
    return f"{words.plural(customers, 'customer')}, {words.plural(orders, 'order')}"


def _beside(tables: Tables) -> str:
    table = tables.customer_table
    told = [words.plural(len(table), "customer")] if table is not None else []
    told += [words.plural(len(tables.contacts), "contact")] if tables.contacts is not None else []
    return ", ".join([*told, *(SIZES[name](size(table)) for name, table in tables.sides.items())])


def _whole(counts: str, tables: Tables) -> str:
    return _("{counts}; as of {date}, the whole history.", counts=counts, date=words.date(tables.as_of))
