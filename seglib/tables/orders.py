"""What an order is: the one definition, from which every room takes when somebody ordered and for how much."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ibis

from seglib.tables.canonical import ORDERS, check_table

if TYPE_CHECKING:
    from ibis.expr.types import NumericScalar, StringScalar, Table

__all__ = ["build_orders", "orders_in", "sales_and_returns"]

KEY = ["customer_id", "order_id"]
SOLD = {
    "items": ("items", "quantity"),
    "discount": ("discount",),
}  # of its lines, the first told
FIRST_TOLD = ("coupon_code", "channel", "country", "source")


def build_orders(lines: Table) -> Table:
    """One row an order: an order number of one customer with at least one line that is not a return.

    Parameters
    ----------
    lines : Ibis table
        Clean order lines, one row a line, up to the day that is looked from.

    Returns
    -------
    Ibis table, not yet computed, with the columns of :data:`seglib.tables.canonical.ORDERS`; those after ``net`` only
    where the lines tell them. ``at``, the time of the first line that is not a return, dates the order and all its
    sales; ``until`` is that of the last. A return under the same number is in ``returned``, whenever it was.

    Raises
    ------
    InputError
        A required column is missing.

    Examples
    --------
    >>> import pandas as pd
    >>> lines = ibis.memtable(pd.DataFrame({"customer_id": "a", "order_id": ["1", "1", "1", "2"],
    ...     "ordered_at": pd.to_datetime(["2024-01-01", "2024-01-20", "2024-02-01", "2024-02-02"]),
    ...     "amount": [5.0, 2.0, -2.0, -1.0], "is_return": [False, False, True, True]}))
    >>> build_orders(lines).to_pyarrow().to_pandas()[["order_id", "at", "until", "sales", "returned", "net"]]
      order_id         at      until  sales  returned  net
    0        1 2024-01-01 2024-01-20    7.0       2.0  5.0
    """
    check_table(lines.columns, "lines")
    sale, money = ~lines.is_return, lines.amount.type()
    asked: dict[str, Any] = {
        "at": lines.ordered_at.min(where=sale),
        "until": lines.ordered_at.max(where=sale),
        "sales": lines.amount.sum(where=sale).cast(money),
        "returned": (-lines.amount.sum(where=lines.is_return)).fill_null(0).cast(money),
        **_sold(lines),
    }
    asked |= {name: _first_told(lines, name) for name in FIRST_TOLD if name in lines.columns}
    orders = lines.group_by(KEY).agg(**asked)
    orders = orders.filter(orders["at"].notnull()).mutate(net=(orders.sales - orders.returned).cast(money))
    return orders.select([column.name for column in ORDERS if column.name in orders.columns])


def sales_and_returns(lines: Table, orders: Table | None = None) -> Table:
    """Money at the time that it counts for: orders with all their sales at their own, returns at theirs.

    Parameters
    ----------
    lines : Ibis table
        Clean lines.
    orders : Ibis table, optional
        The orders made of them, where they are there already.

    Returns
    -------
    Ibis table ``customer_id, order_id, at, until, amount`` (negative for returns), ``is_return``, and of the orders
    ``items`` and ``discount`` where they tell them. A return is a line, or all lines of a number at one moment.

    Examples
    --------
    >>> import pandas as pd
    >>> days = pd.to_datetime(["2024-01-01", "2024-01-20", "2024-02-01"])
    >>> lines = ibis.memtable(pd.DataFrame({"customer_id": "a", "order_id": "1", "ordered_at": days,
    ...                                     "amount": [5.0, 2.0, -2.0], "is_return": [False, False, True]}))
    >>> sales_and_returns(lines).select("at", "amount").order_by("at").to_pyarrow().to_pandas()
              at  amount
    0 2024-01-01     7.0
    1 2024-02-01    -2.0
    """
    if orders is None:
        return _grouped_once(lines)
    more, back = [name for name in SOLD if name in orders.columns], lines.filter(lines.is_return)
    sold = orders.select(*KEY, "at", "until", *more, amount="sales", is_return=ibis.literal(False))
    told = {"at": back.ordered_at, "until": back.ordered_at, **{name: ibis.null() for name in more}}
    told |= {"amount": back.amount, "is_return": ibis.literal(True)}
    return ibis.union(sold, back.select(*KEY, **{name: cell.cast(sold[name].type()) for name, cell in told.items()}))


def _grouped_once(lines: Table) -> Table:
    """Of lines alone: finding distinct orders is most of the work, so that returns are found by the way."""
    check_table(lines.columns, "lines")
    back = ibis.ifelse(lines.is_return, lines.ordered_at, ibis.null(lines.ordered_at.type()))
    at, until, money = lines.ordered_at.min(), lines.ordered_at.max(), lines.amount.sum().cast(lines.amount.type())
    found = lines.group_by(*KEY, back=back).agg(at=at, until=until, **_sold(lines), amount=money)
    return found.mutate(is_return=found.back.notnull()).drop("back")


def _sold(lines: Table) -> dict[str, NumericScalar]:
    """Items sold and the discount given on them, as the lines tell them."""
    found = {name: [lines[column] for column in columns if column in lines.columns] for name, columns in SOLD.items()}
    told = {name: ibis.coalesce(*cells) for name, cells in found.items() if cells}
    return {name: cells.sum(where=~lines.is_return).cast(cells.type()) for name, cells in told.items()}


def orders_in(table: Table) -> Table:
    """The table, where it is one of orders; the orders that it holds, where it is one of lines."""
    return build_orders(table) if "ordered_at" in table.columns else table


def _first_told(lines: Table, name: str) -> StringScalar:
    """What the first sale line that is not blank says; of lines of one moment, the first by name."""
    told = lines[name].strip().nullif("")
    return told.first(where=~lines.is_return, order_by=[lines.ordered_at, told])
