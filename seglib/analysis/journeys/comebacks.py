"""Which first purchase is followed by another."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import ibis
import numpy as np
import pandas as pd

from seglib.language import words
from seglib.language.messages import gettext as _
from seglib.language.messages import mark
from seglib.language.naming import EVERYONE
from seglib.tables.effects import share_effect
from seglib.tables.intervals import differs_from_rest, with_shares
from seglib.tables.orders import orders_in
from seglib.tables.period import Period, midnight
from seglib.tables.small_tables import LIKELY, MIN_GROUP, empty, frame

if TYPE_CHECKING:
    from ibis.expr.types import Table

__all__ = ["first_product"]

NAMED = (mark("category"), mark("product name"), mark("product id"))  # columns as needs tell them
COLUMNS = "values customers came_back share low_share high_share difference effect adjusted_p_value differs"


def first_product(
    lines: Table | None,
    by: str = "category",
    *,
    as_of: dt.date,
    within_days: int = 90,
    new_since: dt.date | None = None,
    min_group: int = MIN_GROUP,
    orders: Table | None = None,
) -> pd.DataFrame:
    """Share of new customers who ordered again within so many days, by what was in the first order.

    Only customers whose first order is at least ``within_days`` days old count, so that each had the same time. A first
    order that holds several values counts in each.

    Parameters
    ----------
    lines : Ibis table or None
        Clean order lines of the whole history.
    by : str
        Column of lines: ``category``, ``product_name`` or ``product_id``.
    as_of : date
        The day up to which they could come back.
    within_days : int
        How soon.
    new_since : date, optional
        From which day on a customer who is first seen is new (:mod:`seglib.tables.seen`). None: nobody can be called
        so, and all who are first seen count (``attrs["first_seen"]``).
    min_group : int
        Values with fewer such customers are added up as "Smaller (n)".
    orders : Ibis table, optional
        The orders of these lines, where they are there already.

    Returns
    -------
    DataFrame ``<by>`` (first "Everyone"), ``values``, ``customers``, ``came_back``, ``share`` with ``low_share`` and
    ``high_share`` (95% Wilson interval), ``difference`` (from the share of everyone), ``effect`` (Cohen's h against
    it), ``adjusted_p_value`` (Fisher's exact test against all other customers, adjusted by Benjamini-Hochberg),
    ``differs`` (it is small enough to be told).

    References
    ----------
    Fisher, R. A. (1922), On the interpretation of chi-squared from contingency tables, JRSS 85(1).

    Examples
    --------
    >>> days = pd.to_datetime(["2024-01-01", "2024-01-01", "2024-02-01"])
    >>> lines = ibis.memtable(pd.DataFrame({"customer_id": ["a", "b", "b"], "order_id": ["1", "2", "3"],
    ...     "ordered_at": days, "amount": 1.0, "is_return": False, "category": ["Tea", "Pots", "Tea"]}))
    >>> table = first_product(lines, as_of=dt.date(2024, 12, 31), new_since=dt.date(2024, 1, 1), min_group=1)
    >>> table[["category", "customers", "came_back"]].values.tolist()
    [['Everyone', 2, 1], ['Pots', 1, 1], ['Tea', 1, 0]]
    """
    if lines is None or by not in lines.columns:
        return empty(f"{by} {COLUMNS}", "orders" if lines is None else _lines_with(by))
    firsts = _firsts(orders_in(lines if orders is None else orders), as_of, within_days, new_since)
    each = _counts(lines, firsts, by)
    total = frame(firsts.agg(customers=firsts.count(), came_back=firsts.came_back.cast("int64").sum()))
    total = total.fillna(0).astype("int64")
    if not total["customers"].iloc[0]:
        within = words.days(within_days)
        needs = _("new customers who first ordered at least {days} before the as-of date", days=within)
        return empty(f"{by} {COLUMNS}", needs)
    large = each[each["customers"] >= min_group].assign(values=1)
    small = each[each["customers"] < min_group]
    table = pd.concat([total.assign(**{by: EVERYONE, "values": len(each)}), large], ignore_index=True)
    table = _compared(with_shares(table, "came_back", "customers"))
    table.attrs |= {"small_groups": len(small), "first_seen": new_since is None}
    return table[[by, *COLUMNS.split()]]


def _lines_with(by: str) -> str:
    return _("order lines with a {column}", column=_(by.replace("_", " ")))


def _firsts(orders: Table, as_of: dt.date, within_days: int, new_since: dt.date | None) -> Table:
    """First order of each new customer who was observed long enough, and whether another followed in time."""
    in_time = ibis.window(group_by="customer_id", order_by=["at", "order_id"])
    orders = orders.mutate(number=ibis.row_number().over(in_time), next_at=orders.at.lead().over(in_time))
    watched = Period(as_of).earlier(within_days).known(orders.at)
    watched &= True if new_since is None else orders.at >= midnight(new_since)
    firsts = orders.filter((orders.number == 0) & watched)
    soon = firsts.next_at.truncate("D") <= firsts.at.truncate("D") + ibis.interval(days=within_days)
    return firsts.select("customer_id", "order_id", came_back=soon.fill_null(False))


def _counts(lines: Table, firsts: Table, by: str) -> pd.DataFrame:
    told = lines.filter(~lines.is_return)
    told = told.select("customer_id", "order_id", value=told[by].cast("string").strip().nullif(""))
    held = told.filter(told.value.notnull()).distinct().join(firsts, ["customer_id", "order_id"])
    counts = held.group_by("value").agg(customers=held.count(), came_back=held.came_back.cast("int64").sum())
    table = frame(counts).rename(columns={"value": by})
    return table.sort_values(["customers", by], ascending=[False, True], ignore_index=True)


def _compared(table: pd.DataFrame) -> pd.DataFrame:
    n, hits = table["customers"], table["came_back"]
    adjusted = differs_from_rest(hits, n, hits.iloc[0], n.iloc[0])
    difference = (table["share"] - table["share"].iloc[0]).where(table.index > 0)
    effect = np.where(table.index > 0, share_effect(table["share"], table["share"].iloc[0]), np.nan)
    return table.assign(difference=difference, effect=effect, adjusted_p_value=adjusted, differs=adjusted <= LIKELY)
