"""How the shop trades: orders, weekdays and hours, categories, countries, channels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from seglib.language.messages import mark
from seglib.tables.orders import orders_in
from seglib.tables.small_tables import frame

if TYPE_CHECKING:
    from ibis.expr.types import Table

__all__ = ["mix", "orders_of", "weekday_by_hour"]

MIDNIGHT = 0.5  # with more orders than this at exactly 00:00 the export has dates, not times
NOT_TOLD = mark("not told")


def orders_of(orders: Table) -> pd.DataFrame:
    """One row an order, in pandas; most other tables of this room are built from it, so fetch it once.

    Parameters
    ----------
    orders : Ibis table
        Orders of a shop (``Shop.orders``), or the clean order lines that they are made of.

    Returns
    -------
    DataFrame ``order_id, customer_id, at, sales`` sorted by customer and time, with ``discount`` (money) and ``coupon``
    (bool) where the orders tell them; ``sales`` is money before returns.

    Raises
    ------
    InputError
        A required column is missing.

    Examples
    --------
    >>> import ibis, pyarrow
    >>> days = pd.to_datetime(["2024-01-01", "2024-01-01", "2024-01-09"])
    >>> lines = ibis.memtable(pyarrow.table({"order_id": ["1", "1", "2"], "customer_id": ["a"] * 3,
    ...     "ordered_at": days, "amount": [5.0, 2.0, -2.0], "is_return": [False, False, True]}))
    >>> orders_of(lines)[["order_id", "sales"]].values.tolist()
    [['1', 7.0]]
    """
    orders = orders_in(orders)
    money = {name: orders[name].cast("float64") for name in ("sales", "discount") if name in orders.columns}
    coupon = {"coupon": orders.coupon_code.notnull()} if "coupon_code" in orders.columns else {}
    return frame(
        orders.select("order_id", "customer_id", "at", **money, **coupon).order_by(["customer_id", "at", "order_id"])
    )


def weekday_by_hour(orders: pd.DataFrame) -> pd.DataFrame:
    """Orders by weekday and hour of the day.

    Parameters
    ----------
    orders : DataFrame
        From :func:`orders_of`.

    Returns
    -------
    DataFrame ``weekday`` (0 is Monday), ``hour`` (0 to 23, <NA> where the export has dates without times), ``orders``,
    ``orders_share``: 168 rows, or 7 without times, or none without orders.

    Examples
    --------
    >>> moments = ["2024-01-01 09:30", "2024-01-01 09:59", "2024-01-02 20:00"]
    >>> orders = pd.DataFrame({"at": pd.to_datetime(moments)})
    >>> weekday_by_hour(orders).query("orders > 0")[["weekday", "hour", "orders"]].values.tolist()
    [[0, 9, 2], [1, 20, 1]]
    """
    placed = orders["at"]
    if placed.empty:
        return pd.DataFrame(columns=["weekday", "hour", "orders", "orders_share"])
    timed = bool((placed == placed.dt.normalize()).mean() <= MIDNIGHT)
    hours = placed.dt.hour if timed else pd.Series(0, index=placed.index)
    cells = pd.MultiIndex.from_product([range(7), range(24) if timed else [0]], names=["weekday", "hour"])
    counts = orders.groupby([placed.dt.day_of_week.rename("weekday"), hours.rename("hour")]).size()
    table = counts.reindex(cells, fill_value=0).rename("orders").reset_index()
    table["hour"] = table["hour"].astype("Int64") if timed else pd.array([pd.NA] * 7, dtype="Int64")
    return table.assign(orders_share=table["orders"] / len(orders))


def mix(lines: Table, by: str, *, top: int = 12) -> pd.DataFrame:
    """What each category, country or channel brings.

    Parameters
    ----------
    lines : Ibis table
        Clean order lines.
    by : str
        Column of lines to split by, such as ``"category"``; missing and empty values become "not told".
    top : int
        So many values with the largest revenue are listed, the others added up as "Other (n)".

    Returns
    -------
    DataFrame ``<by>, values`` (how many values the row stands for), ``revenue, revenue_share, sales, returned,
    returns_share, orders, customers``, largest revenue first and others last; empty where lines have no such column.

    Examples
    --------
    >>> import ibis, pyarrow
    >>> lines = ibis.memtable(pyarrow.table({"order_id": ["1", "2", "2"], "customer_id": ["a", "b", "b"],
    ...     "amount": [6.0, 3.0, 1.0], "is_return": [False] * 3, "country": ["Chile", "Peru", ""]}))
    >>> mix(lines, "country")[["country", "revenue_share", "customers"]].values.tolist()
    [['Chile', 0.6, 1], ['Peru', 0.3, 1], ['not told', 0.1, 1]]
    """
    columns = [by, "values", "revenue", "revenue_share", "sales", "returned", "returns_share", "orders", "customers"]
    if by not in lines.columns:
        return pd.DataFrame(columns=columns)
    told = lines.mutate(value=lines[by].cast("string").strip().nullif("").fill_null(NOT_TOLD))
    totals = frame(told.group_by("value").agg(revenue=told.amount.sum().cast("float64")))
    if list(totals["value"]) in ([], [NOT_TOLD]):
        return pd.DataFrame(columns=columns)
    ranked = totals.sort_values(["revenue", "value"], ascending=[False, True])["value"].tolist()
    kept, rest = (ranked, []) if len(ranked) <= top + 1 else (ranked[:top], ranked[top:])
    label = told.value.nullif(told.value.isin(kept).ifelse("", told.value))  # the others: no label, so none can clash
    measured = _measures(told.mutate(label=label)).set_index("label")
    table = measured.loc[kept].assign(values=1)
    if rest:
        others = measured[measured.index.isna()].set_axis([f"Other ({len(rest)})"]).assign(values=len(rest))
        table = pd.concat([table, others])
    table["revenue_share"] = table["revenue"] / table["revenue"].sum() if table["revenue"].sum() > 0 else np.nan
    return table.rename_axis(by).reset_index()[columns]


def _measures(labelled: Table) -> pd.DataFrame:
    sold = (~labelled.is_return).cast("int64")
    order = labelled.group_by(["label", "order_id", "customer_id"]).agg(
        revenue=labelled.amount.sum(), returned=labelled.amount.sum(where=labelled.is_return), sold=sold.max()
    )
    table = order.group_by("label").agg(
        revenue=order.revenue.sum().cast("float64"),
        returned=-order.returned.sum().cast("float64"),
        orders=order.sold.sum().cast("int64"),
        customers=order.customer_id.nunique(where=order.sold == 1),
    )
    values = frame(table).fillna({"returned": 0.0})
    values["sales"] = values["revenue"] + values["returned"]
    values["returns_share"] = (values["returned"] / values["sales"]).where(values["sales"] > 0)
    return values
