"""Who the customers are as a base: key numbers, one-time buyers, time between orders, cohorts."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from seglib.analysis.exploration.months import full_months, month_number, month_start
from seglib.tables.intervals import wilson_interval
from seglib.tables.period import Period
from seglib.tables.seen import SETTLED_DAYS, new_ones

__all__ = ["cohort_retention", "interpurchase_times", "key_numbers", "one_time_share", "ordered_once"]

FIRST_ORDER_BANDS = ((0, SETTLED_DAYS), (SETTLED_DAYS + 1, 180), (181, 365), (366, None))


def ordered_once(customers: pd.DataFrame, history: pd.DataFrame) -> pd.Series:
    """Who of the customers has one order in the records, however many lines it has and whenever they were written.

    Parameters
    ----------
    customers : DataFrame
        Customer table.
    history : DataFrame
        From :func:`seglib.analysis.exploration.orders_of`, of the whole history.

    Returns
    -------
    Series of bool, indexed like the customers.

    Examples
    --------
    >>> ordered_once(pd.DataFrame(index=["a", "b"]), pd.DataFrame({"customer_id": ["a", "b", "b"]})).tolist()
    [True, False]
    """
    return history["customer_id"].value_counts().reindex(customers.index).eq(1)


def key_numbers(
    customers: pd.DataFrame,
    orders: pd.DataFrame,
    history: pd.DataFrame | None = None,
    *,
    new_since: dt.date | None = None,
) -> pd.DataFrame:
    """The numbers that sum up the shop.

    Parameters
    ----------
    customers : DataFrame
        Customer table.
    orders : DataFrame
        From :func:`seglib.analysis.exploration.orders_of`, of the same period.
    history : DataFrame, optional
        The same of the whole history, where that is longer.
    new_since : date, optional
        From which day on a customer who is first seen is new (:mod:`seglib.tables.seen`).

    Returns
    -------
    DataFrame of one row: ``customers``, ``orders``, ``revenue`` (net of returns), ``sales``, ``returns_share``,
    ``average_order_value``, ``median_order_value``, ``orders_per_customer``, ``revenue_per_customer``,
    ``one_time_customers`` (with one order in the records), ``one_time_share``, ``new_customers`` and ``new_one_time``
    (of the customers those who are new, and those of them with one order), ``first_order_at``, ``last_order_at``,
    ``history_days`` (both ends included). What nobody can know is NA.

    Examples
    --------
    >>> day = pd.to_datetime(["2024-01-01", "2024-01-10"])
    >>> customers = pd.DataFrame({"frequency": [2], "monetary_value": [25.0]}, index=["a"])
    >>> orders = pd.DataFrame({"customer_id": ["a", "a"], "at": day, "sales": [10.0, 20.0]})
    >>> row = key_numbers(customers, orders).iloc[0]
    >>> round(float(row["returns_share"]), 3), int(row["history_days"]), float(row["one_time_share"])
    (0.167, 10, 0.0)
    """
    seen = orders if history is None else history
    one = ordered_once(customers, seen)
    new = new_ones(seen.groupby("customer_id")["at"].min().reindex(customers.index), new_since)
    once = int(one.sum())
    revenue, sales = float(customers["monetary_value"].sum()), float(orders["sales"].sum())
    n, placed = len(customers), len(orders)
    first, last = orders["at"].min(), orders["at"].max()
    row = {
        "customers": n,
        "orders": placed,
        "revenue": revenue,
        "sales": sales,
        "returns_share": max(0.0, 1 - revenue / sales) if sales > 0 else np.nan,
        "average_order_value": sales / placed if placed else np.nan,
        "median_order_value": float(orders["sales"].median()) if placed else np.nan,
        "orders_per_customer": placed / n if n else np.nan,
        "revenue_per_customer": revenue / n if n else np.nan,
        "one_time_customers": once,
        "one_time_share": once / n if n else np.nan,
        "new_customers": int(new.sum()),
        "new_one_time": int((new & one).sum()),
        "first_order_at": first,
        "last_order_at": last,
        "history_days": (last.normalize() - first.normalize()).days + 1 if placed else 0,
    }
    return pd.DataFrame([row])


def one_time_share(orders: pd.DataFrame, as_of: dt.date, new_since: dt.date | None = None) -> pd.DataFrame:
    """Share of new customers with one order so far, by the age of that order.

    Parameters
    ----------
    orders : DataFrame
        From :func:`seglib.analysis.exploration.orders_of`, of the whole history: a window would show of the older
        customers only
        those who came back.
    as_of : date
        The day up to which they could.
    new_since : date, optional
        From which day on a customer who is first seen is new (:mod:`seglib.tables.seen`). Where nobody can be called
        new, everyone is told of as first seen.

    Returns
    -------
    DataFrame ``kind`` (``all``; ``settled``: first order more than 90 days ago, so there was time to come back;
    ``band``; ``first seen``: who cannot be called new), ``new`` (whether it is of new customers), ``from_days``,
    ``to_days`` (age of the first order, NA for open), ``customers``, ``one_time``, ``one_time_share``, ``low_share``,
    ``high_share`` (95% Wilson interval). Bands without customers are left out.

    Examples
    --------
    >>> at = pd.to_datetime(["2024-01-01", "2024-01-01", "2024-04-01"])
    >>> orders = pd.DataFrame({"customer_id": ["a", "b", "b"], "at": at})
    >>> table = one_time_share(orders, dt.date(2024, 6, 30), new_since=dt.date(2024, 1, 1))
    >>> table[["kind", "customers", "one_time_share"]].values.tolist()
    [['all', 2, 0.5], ['settled', 2, 0.5], ['band', 2, 0.5]]
    """
    each = orders.groupby("customer_id")["at"].agg(first_at="min", orders="size")
    age, once = Period(as_of).days_since(each["first_at"]), each["orders"] == 1
    new = new_ones(each["first_at"], new_since)
    known = new.any()
    groups = [("all", 0, None), ("settled", SETTLED_DAYS + 1, None), *(("band", *band) for band in FIRST_ORDER_BANDS)]
    rows = []
    for kind, low, high in [*groups, ("first seen", 0, None)]:
        of = ~new if kind == "first seen" or not known else new
        inside = of & age.between(low, np.inf if high is None else high)
        rows.append((kind, known and kind != "first seen", low, high, int(inside.sum()), int((once & inside).sum())))
    table = pd.DataFrame(rows, columns=["kind", "new", "from_days", "to_days", "customers", "one_time"])
    table = table.astype({"to_days": "Int64"})[table["customers"] > 0].reset_index(drop=True)
    low_share, high_share = wilson_interval(table["one_time"], table["customers"])
    share = table["one_time"] / table["customers"]
    return table.assign(one_time_share=share, low_share=low_share, high_share=high_share)


def interpurchase_times(orders: pd.DataFrame) -> pd.DataFrame:
    """Days between consecutive orders of a customer, over all repeat orders.

    Parameters
    ----------
    orders : DataFrame
        From :func:`seglib.analysis.exploration.orders_of`, best of the whole history: a window cuts long gaps off.

    Returns
    -------
    DataFrame ``gap_days`` (calendar days, 0 for the same day), ``repeat_orders``, ``within_share`` (cumulative); a row
    for each length seen; empty when everyone bought once. Only gaps that ended are in it: who never came back has none.

    Examples
    --------
    >>> orders = pd.DataFrame({"customer_id": ["a", "a", "a", "b"],
    ...     "at": pd.to_datetime(["2024-01-01", "2024-01-08", "2024-01-10", "2024-01-01"])})
    >>> interpurchase_times(orders).values.tolist()
    [[2.0, 1.0, 0.5], [7.0, 1.0, 1.0]]
    """
    ordered = orders[["customer_id", "at"]].sort_values(["customer_id", "at"])
    day = ordered["at"].dt.normalize()
    same = ordered["customer_id"] == ordered["customer_id"].shift()
    gaps = day.diff()[same].dt.days.astype("int64")
    counts = gaps.value_counts().sort_index()
    table = pd.DataFrame({"gap_days": counts.index.to_numpy("int64"), "repeat_orders": counts.to_numpy("int64")})
    return table.assign(within_share=table["repeat_orders"].cumsum() / max(1, int(counts.sum())))


def cohort_retention(orders: pd.DataFrame, new_since: dt.date | None = None) -> pd.DataFrame:
    """Share of the customers first seen in a month who order again, month after month.

    Parameters
    ----------
    orders : DataFrame
        From :func:`seglib.analysis.exploration.orders_of`, best of the whole history: a customer's first order gives
        the cohort.
    new_since : date, optional
        From which day on a customer who is first seen is new (:mod:`seglib.tables.seen`).

    Returns
    -------
    DataFrame ``cohort`` (month), ``months_since`` (from 0), ``customers`` (of the cohort), ``active`` (who ordered
    in that month), ``retention_share``, ``censored`` (True for a cohort in which some were first seen too early to be
    called new). Only cohorts and months covered in full; empty when there is none.

    Examples
    --------
    >>> at = pd.to_datetime(["2024-01-01", "2024-02-10", "2024-01-20", "2024-03-30"])
    >>> orders = pd.DataFrame({"customer_id": ["a", "a", "b", "b"], "at": at})
    >>> cohort_retention(orders, dt.date(2024, 1, 1))[["months_since", "active", "retention_share"]].values.tolist()
    [[0.0, 2.0, 1.0], [1.0, 1.0, 0.5], [2.0, 1.0, 0.5]]
    """
    seen, last = _months_seen(orders)
    if seen.empty:
        return pd.DataFrame(columns=["cohort", "months_since", "customers", "active", "retention_share", "censored"])
    active = seen.groupby(["cohort", seen["month"] - seen["cohort"]]).size()
    sizes = active.xs(0, level=1)
    grid = [(month, since) for month in sizes.index for since in range(last - month + 1)]
    table = pd.DataFrame(grid, columns=["cohort", "months_since"], dtype="int64")
    table["customers"] = table["cohort"].map(sizes).astype("int64")
    cells = pd.MultiIndex.from_frame(table[["cohort", "months_since"]])
    table["active"] = active.reindex(cells, fill_value=0).to_numpy("int64")
    table["retention_share"] = table["active"] / table["customers"]
    table["cohort"] = month_start(table["cohort"])
    firsts = orders.groupby("customer_id")["at"].min()
    earliest = firsts.groupby(month_start(month_number(firsts))).min()
    return table.assign(censored=~new_ones(table["cohort"].map(earliest), new_since))


def _months_seen(orders: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Months in which each customer of a full cohort ordered, and the last full month."""
    seen = orders[["customer_id"]].assign(month=month_number(orders["at"]))
    seen["cohort"] = seen.groupby("customer_id")["month"].transform("min")
    if seen.empty:
        return seen, 0
    full = full_months(orders["at"].min(), orders["at"].max())
    first, last = month_number(pd.Series(full))
    return seen[(seen["cohort"] >= first) & (seen["month"] <= last)].drop_duplicates(), int(last)
