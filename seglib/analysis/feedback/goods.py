"""What customers send back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from seglib.analysis.feedback.groups import chosen, compared, described, full_periods, grouped
from seglib.language.messages import mark
from seglib.tables.intervals import with_shares
from seglib.tables.orders import orders_in, sales_and_returns
from seglib.tables.small_tables import MIN_GROUP, empty, frame

if TYPE_CHECKING:
    from ibis.expr.types import Table

__all__ = ["returns"]

COLUMNS = (
    "group people returners share low_share high_share differs orders returns returns_per_order sales returned "
    "returned_share"
)


def returns(
    lines: Table | None,
    by: pd.Series | None = None,
    *,
    period: str = "",
    min_group: int = MIN_GROUP,
    orders: Table | None = None,
) -> pd.DataFrame:
    """How many orders and how much of the sales went back, for everyone and each group.

    Parameters
    ----------
    lines : Ibis table or None
        Clean order lines.
    by : Series, optional
        Group of each customer, indexed by ``customer_id``.
    period : {"", "month", "quarter"}
        Split by time too, in periods that the records cover in full; an order counts in that in which it was placed,
        what is sent back in that in which it came.
    min_group : int
        Groups of fewer customers are not described.
    orders : Ibis table, optional
        The orders of these lines, where they are there already.

    Returns
    -------
    DataFrame ``group``, (``period``,) ``people`` (customers with an order or a return), ``returners`` (who sent
    something back), ``share`` of them with ``low_share`` and ``high_share`` (95% Wilson interval), ``differs`` (from
    everybody else, by Fisher's exact test adjusted by Benjamini-Hochberg), ``orders``,
    ``returns`` (numbers with a line that takes back), ``returns_per_order``, ``sales``, ``returned`` (money),
    ``returned_share`` (of sales).

    Examples
    --------
    >>> import ibis
    >>> lines = ibis.memtable(pd.DataFrame({"customer_id": "a", "order_id": ["1", "2", "2"], "amount": [6.0, 4.0, -1.0],
    ...     "ordered_at": pd.Timestamp("2024-01-01"), "is_return": [False, False, True]}))
    >>> returns(lines, min_group=1)[["group", "orders", "returns", "returned", "returned_share"]].values.tolist()
    [['Everyone', 2, 1, 1.0, 0.1]]
    """
    columns = f"{COLUMNS}{' period' * bool(period)}"
    if lines is None:
        return empty(columns, "orders")
    each = _sold_and_returned(lines, orders_in(lines if orders is None else orders))
    if not each["returned"].sum() > 0:
        return empty(columns, mark("orders with returns"))
    told = grouped(full_periods(each, period, "at"), by, period, "at")
    table = told.groupby(["group", *(["period"] if period else [])]).agg(
        people=("customer_id", "nunique"),
        returners=("returner", "nunique"),
        orders=("sold", "sum"),
        returns=("back", "sum"),
        sales=("sales", "sum"),
        returned=("returned", "sum"),
    )
    table = described(with_shares(table.reset_index(), "returners", "people"), min_group)
    table = compared(table, "returners", "people", ["period"] if period else [])
    for share, part, whole in (("returns_per_order", "returns", "orders"), ("returned_share", "returned", "sales")):
        table[share] = (table[part] / table[whole]).where(table[whole] > 0)
    return chosen(table, columns)


def _sold_and_returned(lines: Table, orders: Table) -> pd.DataFrame:
    """Orders and return lines, each at its time; a number that takes back several times is one return."""
    dated = sales_and_returns(lines, orders)
    rows = frame(dated.select("customer_id", "order_id", "at", "is_return", money=dated.amount.cast("float64")))
    rows = rows.sort_values(["customer_id", "at", "order_id", "is_return", "money"], ignore_index=True)
    back, money = rows.pop("is_return"), rows.pop("money")
    first = ~rows[back].duplicated(["customer_id", "order_id"])
    rows = rows.assign(sold=~back, back=first.reindex(rows.index, fill_value=False))
    return rows.assign(
        returner=rows["customer_id"].where(back), sales=money.where(~back, 0.0), returned=-money.where(back, 0.0)
    )
