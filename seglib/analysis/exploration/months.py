"""The shop month by month: revenue, season, discounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from seglib.tables.orders import orders_in, sales_and_returns
from seglib.tables.small_tables import frame

if TYPE_CHECKING:
    from ibis.expr.types import Table

__all__ = ["discounts", "full_months", "month_number", "month_start", "revenue_by_month", "seasonality"]

FULL_MONTH = 0.9  # a first or last month counts as full when at least this share of its days is covered
SEASON_YEARS = 2  # one year cannot tell a season from growth


def month_number(moments: pd.Series) -> pd.Series:
    """Months since year 0, so that months can be subtracted."""
    return moments.dt.year * 12 + moments.dt.month - 1


def month_start(numbers: Any) -> pd.DatetimeIndex:
    """First day of months counted since year 0."""
    months = np.asarray(numbers, dtype="int64") - 1970 * 12
    return pd.DatetimeIndex(months.astype("datetime64[M]").astype("datetime64[us]"))


def full_months(first_at: pd.Timestamp, last_at: pd.Timestamp) -> tuple[pd.Timestamp, pd.Timestamp]:
    """First and last calendar month that records from ``first_at`` to ``last_at`` cover in full.

    Parameters
    ----------
    first_at, last_at : Timestamp
        First and last record.

    Returns
    -------
    Two Timestamps, first days of months; the first is after the second when no month is full. Up to a tenth of the days
    may be missing at either end (a closed New Year).

    Examples
    --------
    >>> [f"{month:%Y-%m}" for month in full_months(pd.Timestamp("2010-12-01 08:26"), pd.Timestamp("2011-12-09"))]
    ['2010-12', '2011-11']
    """
    first, last = first_at.normalize().replace(day=1), last_at.normalize().replace(day=1)
    covered_first = (first_at.days_in_month - first_at.day + 1) / first_at.days_in_month
    covered_last = last_at.day / last_at.days_in_month
    month = pd.DateOffset(months=1)
    return (
        first if covered_first >= FULL_MONTH else first + month,
        last if covered_last >= FULL_MONTH else last - month,
    )


def revenue_by_month(lines: Table, orders: Table | None = None) -> pd.DataFrame:
    """Money, orders and active customers of every calendar month, months without trade included.

    Parameters
    ----------
    lines : Ibis table
        Clean order lines.
    orders : Ibis table, optional
        The orders of these lines, where they are there already.

    Returns
    -------
    DataFrame ``month`` (first day), ``complete`` (False for a first or last month that the records cover in part),
    ``revenue`` (net of returns), ``sales`` (before returns), ``returned``, ``returns_share``, ``orders``, ``customers``
    (who ordered in that month). An order belongs with its sales to the month of its first line, a return to its own.

    Examples
    --------
    >>> import ibis, pyarrow
    >>> lines = ibis.memtable(pyarrow.table({"order_id": ["1", "2"], "customer_id": ["a", "a"], "amount": [5.0, 2.0],
    ...     "ordered_at": pd.to_datetime(["2024-01-01", "2024-03-09"]), "is_return": [False, False]}))
    >>> revenue_by_month(lines)[["complete", "revenue", "orders"]].values.tolist()
    [[True, 5.0, 1], [True, 0.0, 0], [False, 2.0, 1]]
    """
    dated = sales_and_returns(lines, orders_in(lines if orders is None else orders))
    sold = dated.filter(~dated.is_return)
    placed = sold.group_by(month=sold["at"].truncate("M")).agg(
        orders=sold.count(), customers=sold.customer_id.nunique()
    )
    money = dated.group_by(month=dated["at"].truncate("M")).agg(
        revenue=dated.amount.sum().cast("float64"),
        returned=-dated.amount.sum(where=dated.is_return).cast("float64"),
        first_at=dated["at"].min(),
        last_at=dated["at"].max(),
    )
    return _calendar(frame(money).set_index("month").sort_index(), frame(placed).set_index("month"))


def _calendar(money: pd.DataFrame, placed: pd.DataFrame) -> pd.DataFrame:
    columns = ["month", "complete", "revenue", "sales", "returned", "returns_share", "orders", "customers"]
    if money.empty:
        return pd.DataFrame(columns=columns)
    every = pd.date_range(money.index[0], money.index[-1], freq="MS", name="month")
    months = money[["revenue", "returned"]].join(placed).reindex(every).fillna(0.0)
    first, last = full_months(money["first_at"].iloc[0], money["last_at"].iloc[-1])
    months["complete"] = (months.index >= first) & (months.index <= last)
    months["sales"] = months["revenue"] + months["returned"]
    months["returns_share"] = (months["returned"] / months["sales"]).where(months["sales"] > 0)
    months = months.astype({"orders": "int64", "customers": "int64"})
    return months.reset_index()[columns]


def seasonality(by_month: pd.DataFrame) -> pd.DataFrame:
    """Revenue of each month of the year against the average month of its own year.

    Parameters
    ----------
    by_month : DataFrame
        From :func:`revenue_by_month`; only full months are used, the latest 24, 36, ... of them.

    Returns
    -------
    DataFrame ``month_of_year`` (1 to 12), ``season_index`` (1 is an average month), ``lowest``, ``highest``, ``years``;
    empty with fewer than two full years, which cannot tell a season from growth.

    Examples
    --------
    >>> months = pd.date_range("2022-01-01", periods=24, freq="MS")
    >>> revenue = [10.0] * 11 + [130.0] + [20.0] * 11 + [260.0]
    >>> by_month = pd.DataFrame({"month": months, "complete": True, "revenue": revenue})
    >>> seasonality(by_month)["season_index"].iloc[[0, 11]].tolist()
    [0.5, 6.5]
    """
    columns = ["month_of_year", "season_index", "lowest", "highest", "years"]
    full = by_month[by_month["complete"].astype(bool)]
    years = len(full) // 12
    last = full.tail(12 * years)
    year = np.arange(len(last)) // 12
    average = last.groupby(year)["revenue"].transform("mean") if years >= SEASON_YEARS else pd.Series(dtype="float64")
    if average.empty or (average <= 0).any():
        return pd.DataFrame(columns=columns)
    of_year = (last["revenue"] / average).groupby(last["month"].dt.month)
    table = of_year.agg(season_index="mean", lowest="min", highest="max").rename_axis("month_of_year").reset_index()
    return table.assign(years=years)


def discounts(orders: pd.DataFrame) -> pd.DataFrame:
    """Discounts and coupons of every month.

    Parameters
    ----------
    orders : DataFrame
        From :func:`orders_of`.

    Returns
    -------
    DataFrame ``month, complete, sales, orders``, then where told ``discount, discount_share`` (of sales before
    discount), ``discounted_orders`` and ``coupon_orders``; empty where the orders tell neither discount nor coupon.

    Examples
    --------
    >>> orders = pd.DataFrame({"at": pd.to_datetime(["2024-01-01", "2024-01-02"]), "sales": [9.0, 10.0],
    ...     "discount": [1.0, 0.0]})
    >>> discounts(orders)[["complete", "discount_share", "discounted_orders"]].values.tolist()
    [[False, 0.05, 1]]
    """
    told = {"discount": "discount", "discounted_orders": "discount", "coupon_orders": "coupon"}
    told = {name: column for name, column in told.items() if column in orders and orders[column].notna().any()}
    if not told:
        return pd.DataFrame(columns=["month", "complete", "sales", "orders"])
    parts = {"month": month_start(month_number(orders["at"])), "sales": orders["sales"], "orders": 1}
    for name, column in told.items():
        parts[name] = orders[column].fillna(0) if name == "discount" else (orders[column].fillna(0) > 0).astype("int64")
    months = pd.DataFrame(parts, index=orders.index).groupby("month").sum().reset_index()
    if "discount" in told:
        before = months["sales"] + months["discount"]
        months.insert(4, "discount_share", (months["discount"] / before).where(before > 0))
    first, last = full_months(orders["at"].min(), orders["at"].max())
    months.insert(1, "complete", months["month"].between(first, last))
    return months
