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

__all__ = ["next_period", "outcome_of"]


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
    returns), bought_again (bool), of orders begun in the period and returns that came in it; and what was known at its
    start: spent_before (float64, in the window), spent_last (in the equally long period before), recency_days. Whoever
    first bought in the period is in neither.

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
    >>> outcome.to_dict("index")  # doctest: +NORMALIZE_WHITESPACE
    {'a': {'next_orders': 1, 'next_revenue': 7.0, 'bought_again': True, 'spent_before': 5.0, 'spent_last': 5.0,
    'recency_days': 10}}
    """
    if days <= 0:
        raise InputError(f"days is {days}; expected the length of the next period, above zero.")
    before = Period(as_of, days).earlier(days)
    known = contacts_at(contacts, before)
    customers = build_customers(lines, as_of=before.as_of, window_days=window_days, contacts=known)
    return customers, outcome_of(lines, customers, as_of=as_of, days=days)


def outcome_of(lines: ir.Table, customers: pd.DataFrame, *, as_of: dt.date, days: int) -> pd.DataFrame:
    """What customers of an earlier day did in the days up to ``as_of``; as :func:`next_period` gives it."""
    period = Period(as_of, days)
    dated = sales_and_returns(lines.filter(period.known(lines.ordered_at)))
    now, last = period.inside(dated["at"]), period.earlier(days).inside(dated["at"])
    earlier = last & period.earlier(days).known(dated["at"])
    done = dated.group_by("customer_id").agg(
        next_orders=dated.count(where=now & ~dated.is_return),
        next_revenue=dated.amount.sum(where=now).cast("float64"),
        spent_last=dated.amount.sum(where=earlier).cast("float64"),
    )
    found = done.to_pyarrow().to_pandas().set_index("customer_id").reindex(customers.index).fillna(0)
    found = found.astype({"next_orders": "int64", "next_revenue": "float64", "spent_last": "float64"})
    found.insert(2, "bought_again", found["next_orders"] > 0)
    found.insert(3, "spent_before", customers["monetary_value"])
    return found.assign(recency_days=customers["recency_days"])
