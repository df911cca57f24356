"""Functions of rules on the days up to holidays: who orders then, and whether chance would have it so."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from seglib.shop.people.holidays import holiday_dates
from seglib.shop.people.records import Records
from seglib.tables.intervals import adjust_p_values
from seglib.tables.period import day_number
from seglib.tables.small_tables import by_customer

__all__ = ["holiday_chance", "holiday_seasons", "orders_around"]

EPOCH = dt.date(1970, 1, 1)
YEARLY = 400  # days within which each holiday comes round, Easter too: as good as any larger number
YEAR, SHIFT = 365, 45  # days of a year, and by how much a holiday and the days before it may come earlier in the next
CHANCE = 0.05


def orders_around(records: Records, holiday: str, days: float) -> pd.Series | None:
    """Orders of the window on a holiday or at most so many days before it; the next holiday may lie ahead."""
    near = _near(records, holiday, days)
    orders = records.orders
    if orders is None:
        return None
    within = orders.filter(records.period.inside(orders["at"]) & day_number(orders["at"]).isin(near))
    return by_customer(within.group_by("customer_id").agg(orders=within.count()))["orders"]


def holiday_chance(records: Records, holiday: str, days: float) -> pd.Series | None:
    """Chance that so many of a customer's order days, ever, or more fall there, were days dealt out to all alike.

    A one-sided binomial test against the share of all order days there, adjusted (Benjamini, Hochberg) for the
    customers of whom it could find something: those whose days, all of them there, chance would make in one in twenty.

    References
    ----------
    Tarone, R. E. (1990), A modified Bonferroni method for discrete data, Biometrics 46(2): tests that cannot succeed
    need not be counted.
    """
    from scipy.stats import binom

    counted = _order_days(records, holiday, days)
    if counted is None or not len(counted):
        return None if counted is None else counted["near"].astype("float64")
    of, near = (counted[name].to_numpy(dtype="int64") for name in ("days", "near"))
    share = near.sum() / of.sum()
    testable = share**of <= CHANCE if 0 < share < 1 else np.zeros(len(of), dtype=bool)
    chance = np.where(testable, binom.sf(near - 1, of, share), np.nan)
    return pd.Series(np.nan_to_num(adjust_p_values(chance), nan=1.0), index=counted.index)


def holiday_seasons(records: Records, holiday: str, days: float) -> pd.Series | None:
    """Over how many years such order days are spread, ever: the same holiday of two years is two."""
    counted = _order_days(records, holiday, days)
    if counted is None:
        return None
    seasons = 1 + (counted["last"] - counted["first"] + SHIFT) // YEAR
    return seasons.where(counted["near"] > 0, 0).astype("int64")


def _order_days(records: Records, holiday: str, days: float) -> pd.DataFrame | None:
    """By customer: order days ever, those near the holiday, the first and the last of these."""
    near, orders = _near(records, holiday, days), records.orders
    if orders is None:
        return None
    each = orders.select("customer_id", day=day_number(orders["at"])).distinct()
    each = each.mutate(there=each.day.isin(near))
    told = {"days": each.count(), "near": each.there.sum()}
    told |= {"first": each.day.min(where=each.there), "last": each.day.max(where=each.there)}
    return by_customer(each.group_by("customer_id").agg(**told))


def _near(records: Records, holiday: str, days: float) -> list[int]:
    """The days of the holiday and so many before it, since the first order, as days since 1970."""
    as_of, orders = records.period.as_of, records.orders
    holiday_dates(holiday, as_of, as_of)  # an unknown one is told without orders too
    first = None if orders is None else orders["at"].min().to_pyarrow().as_py()
    if first is None:
        return []
    days = min(days, YEARLY)
    dates = holiday_dates(holiday, first.date(), as_of + dt.timedelta(days=days))
    return sorted({(date - EPOCH).days - before for date in dates for before in range(int(days) + 1)})
