"""Orders, and which lines are of a window: sales by the day of their order, returns by their own."""

from __future__ import annotations

import datetime as dt

import ibis
import ibis.expr.types as ir

from seglib.tables.orders import build_orders
from seglib.tables.period import midnight

__all__ = ["begun_before", "build_orders", "lines_from"]


def begun_before(orders: ir.Table, first: dt.date) -> ir.Table:
    """Orders that were begun before a day and have sale lines on it or later."""
    return orders.filter((orders["at"] < midnight(first)) & (orders.until >= midnight(first)))


def lines_from(lines: ir.Table, orders: ir.Table, first: dt.date | None) -> ir.Table:
    """Lines that count from a day on: sales of orders begun on it or later, and returns that came on it or later.

    Parameters
    ----------
    lines, orders : ibis Table
        Clean lines, and the orders built of them (:func:`build_orders`).
    first : date or None
        None: all lines.

    Examples
    --------
    >>> import pandas as pd
    >>> days = pd.to_datetime(["2024-01-01", "2024-01-20", "2024-01-21"])
    >>> lines = ibis.memtable(pd.DataFrame({"customer_id": "a", "order_id": ["1", "1", "1"], "ordered_at": days,
    ...                                     "amount": [5.0, 2.0, -2.0], "is_return": [False, False, True]}))
    >>> lines_from(lines, build_orders(lines), dt.date(2024, 1, 10)).amount.to_pyarrow().to_pylist()
    [-2.0]
    """
    if first is None:
        return lines
    earlier = begun_before(orders, first).select("customer_id", "order_id", is_return=ibis.literal(False))
    later = lines.filter(lines.ordered_at >= midnight(first))
    return later.anti_join(earlier, ["customer_id", "order_id", "is_return"])
