"""What an order is: the one definition, from which every room takes when somebody ordered and for how much."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ibis

from seglib.tables.canonical import ORDERS, check_table

if TYPE_CHECKING:
    from ibis.expr.types import StringScalar, Table

__all__ = ["build_orders", "orders_in", "sales_and_returns", "sold_orders"]

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
    sold, back = sold_orders(lines), lines.filter(lines.is_return)
    gone = back.group_by(["customer_id", "order_id"]).agg(returned=-back.amount.sum())
    orders = sold.left_join(gone, ["customer_id", "order_id"]).drop("customer_id_right", "order_id_right")
    orders = orders.mutate(returned=orders.returned.fill_null(0).cast(lines.amount.type()))
    orders = orders.mutate(net=(orders.sales - orders.returned).cast(lines.amount.type()))
    return orders.select([column.name for column in ORDERS if column.name in orders.columns])


def sold_orders(lines: Table) -> Table:
    """As :func:`build_orders`, without what came back: half the work, where that is counted by its own time anyway."""
    check_table(lines.columns, "lines")
    sales = lines.filter(~lines.is_return)
    asked: dict[str, Any] = {
        "at": sales.ordered_at.min(),
        "until": sales.ordered_at.max(),
        "sales": sales.amount.sum().cast(sales.amount.type()),
    }
    asked |= {"items": sales.quantity.sum()} if "quantity" in sales.columns else {}
    asked |= {"discount": sales.discount.sum().cast(sales.discount.type())} if "discount" in sales.columns else {}
    asked |= {name: _first_told(sales, name) for name in FIRST_TOLD if name in sales.columns}
    return sales.group_by(["customer_id", "order_id"]).agg(**asked)


def sales_and_returns(lines: Table, orders: Table) -> Table:
    """Money at the time that it counts for: orders with all their sales at their own, return lines at theirs.

    Parameters
    ----------
    lines, orders : Ibis table
        Clean lines, and the orders made of them.

    Returns
    -------
    Ibis table ``customer_id, order_id, at, amount`` (negative for returns), ``is_return``, and of the orders ``items``
    and ``discount`` where they tell them.

    Examples
    --------
    >>> import pandas as pd
    >>> days = pd.to_datetime(["2024-01-01", "2024-01-20", "2024-02-01"])
    >>> lines = ibis.memtable(pd.DataFrame({"customer_id": "a", "order_id": "1", "ordered_at": days,
    ...                                     "amount": [5.0, 2.0, -2.0], "is_return": [False, False, True]}))
    >>> sales_and_returns(lines, build_orders(lines)).select("at", "amount").to_pyarrow().to_pandas()
              at  amount
    0 2024-01-01     7.0
    1 2024-02-01    -2.0
    """
    more = [name for name in ("items", "discount") if name in orders.columns]
    key, back = ["customer_id", "order_id"], lines.filter(lines.is_return)
    sold = orders.select(*key, "at", amount="sales", is_return=ibis.literal(False), **{name: name for name in more})
    told = {"at": back.ordered_at, "amount": back.amount, "is_return": ibis.literal(True)}
    told |= {name: ibis.null() for name in more}
    return ibis.union(sold, back.select(*key, **{name: cell.cast(sold[name].type()) for name, cell in told.items()}))


def orders_in(table: Table) -> Table:
    """The table, where it is one of orders; the orders that it holds, where it is one of lines."""
    return build_orders(table) if "ordered_at" in table.columns else table


def _first_told(sales: Table, name: str) -> StringScalar:
    """What the first line that is not blank says; of lines of one moment, the first by name."""
    told = sales[name].strip().nullif("")
    return told.first(order_by=[sales.ordered_at, told])
