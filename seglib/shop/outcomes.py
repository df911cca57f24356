"""Customers as they were, and what they did next."""

from __future__ import annotations

import datetime as dt

import ibis.expr.types as ir
import pandas as pd

from seglib.errors import InputError
from seglib.shop.customers import build_customers
from seglib.shop.sides import contacts_at
from seglib.tables.orders import sales_and_returns
from seglib.tables.period import Period

__all__ = ["next_period"]


def next_period(
    lines: ir.Table,
    *,
    as_of: dt.date,
    days: int,
    window_days: int | None = None,
    contacts: pd.DataFrame | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Customers as they were ``days`` before the as-of date, and what they did in those days.

    Parameters
    ----------
    lines : ibis Table
        Clean order lines.
    as_of : date
        Last day of the period.
    days : int
        Length of the period.
    window_days : int, optional
        Days of history of the earlier customers; all of it when None.
    contacts : DataFrame, optional
        Attributes indexed by customer_id; joined are those that were known on the earlier day.

    Returns
    -------
    Customer table of the earlier day, and a frame indexed like it: next_orders (int64), next_revenue (float64, net of
    returns), bought_again (bool), of orders begun in the period and returns that came in it. Whoever first bought in
    the period is in neither.

    Raises
    ------
    InputError
        ``days`` is not positive.

    Examples
    --------
    >>> import ibis
    >>> lines = ibis.memtable({
    ...     "order_id": ["1", "2", "3"], "customer_id": ["a", "a", "b"],
    ...     "ordered_at": pd.to_datetime(["2024-01-01", "2024-02-05", "2024-02-06"]),
    ...     "amount": [5.0, 7.0, 2.0], "is_return": [False, False, False]})
    >>> customers, outcome = next_period(lines, as_of=dt.date(2024, 2, 10), days=30)
    >>> outcome.to_dict("index")
    {'a': {'next_orders': 1, 'next_revenue': 7.0, 'bought_again': True}}
    """
    if days <= 0:
        raise InputError(f"days is {days}; expected the length of the next period, above zero.")
    period = Period(as_of, days)
    before = period.earlier(days)
    known = contacts_at(contacts, before)
    customers = build_customers(lines, as_of=before.as_of, window_days=window_days, contacts=known)
    lines = lines.filter(period.known(lines.ordered_at))
    dated = sales_and_returns(lines)
    after = dated.filter(period.inside(dated["at"]))
    done = after.group_by("customer_id").agg(
        next_orders=after.count(where=~after.is_return), next_revenue=after.amount.sum().cast("float64")
    )
    outcome = done.to_pyarrow().to_pandas().set_index("customer_id").reindex(customers.index).fillna(0)
    outcome = outcome.astype({"next_orders": "int64", "next_revenue": "float64"})
    return customers, outcome.assign(bought_again=outcome["next_orders"] > 0)
