"""How the shop trades, in sentences."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from seglib.language import words
from seglib.language.messages import gettext as _
from seglib.language.messages import mark, ngettext
from seglib.language.naming import WEEKDAYS
from seglib.language.words import count, money, number, percent, plural
from seglib.show.findings.clauses import closed

__all__ = ["FEW_ORDERS", "NO_ORDERS", "full_months", "month", "revenue_by_month", "seasonality", "weekday_by_hour"]

NO_ORDERS = mark("There are no orders in this period.")
TREND_MONTHS, QUARTER, YEAR = 6, 3, 12
EVEN = 0.1  # months, weekdays within 10% of their average are called even
CHANCE = 2.5  # standard errors by which the largest of seven days may differ by chance
FEW_ORDERS = 30
# last three months against those before: the same ones of the year before, or the three just before
AGAINST = (
    mark("against {before} in the same months a year before"),
    mark("against {before} in the three months before"),
)
SAME = (mark("as much as the same months a year before"), mark("as much as the three months before"))
TIMES = (
    mark("{times} times as much as the same months a year before"),
    mark("{times} times as much as the three months before"),
)
MORE = (mark("{share} more than the same months a year before"), mark("{share} more than the three months before"))
LESS = (mark("{share} less than the same months a year before"), mark("{share} less than the three months before"))


def month(moment: pd.Timestamp) -> str:
    """Month and year.

    Examples
    --------
    >>> month(pd.Timestamp("2011-12-01"))
    'December 2011'
    """
    return words.month(moment, "LLLL y")


def full_months(by_month: pd.DataFrame) -> pd.DataFrame:
    """Months that the records cover whole."""
    return by_month[by_month["complete"].astype(bool)]


def _compared(now: float, before: float, currency: str, *, yearly: bool) -> str:
    when = 0 if yearly else 1
    if not before > 0 or now < 0:
        return _(AGAINST[when], before=money(before, currency))
    change = now / before - 1
    if abs(change) < 0.005:
        return _(SAME[when])
    if change > 2:
        return _(TIMES[when], times=number(now / before))
    return _((MORE if change > 0 else LESS)[when], share=percent(abs(change)))


def revenue_by_month(by_month: pd.DataFrame, currency: str = "") -> str:
    """Where revenue is going; only full months count.

    Examples
    --------
    >>> months = pd.date_range("2023-01-01", periods=18, freq="MS")
    >>> table = pd.DataFrame({"month": months, "complete": True, "revenue": [10.0] * 15 + [11.0] * 3})
    >>> revenue_by_month(table, "EUR")
    'The last three full months (to June 2024) brought €33.00 net, 10% more than the same months a year before.'
    """
    full = full_months(by_month)
    if by_month.empty:
        return _(NO_ORDERS)
    if full.empty:
        return _("The records hold no full calendar month, so no trend can be told.")
    revenue, n = full["revenue"], len(full)
    if n < TREND_MONTHS:
        return _few_months(full, currency)
    now, yearly = revenue.tail(QUARTER).sum(), n >= YEAR + QUARTER
    then = revenue.iloc[-YEAR - QUARTER : -YEAR].sum() if yearly else revenue.iloc[-2 * QUARTER : -QUARTER].sum()
    recent = _(
        "The last three full months (to {month}) brought {amount} net, {compared}",
        month=month(full["month"].iloc[-1]),
        amount=money(now, currency),
        compared=_compared(now, then, currency, yearly=yearly),
    )
    doubt = _("with {months}, growth and season cannot be told apart", months=plural(n, "full month"))
    return closed(recent, "" if yearly else doubt)


def _few_months(full: pd.DataFrame, currency: str) -> str:
    best: Any = full.iloc[int(full["revenue"].argmax())]
    top = {"month": month(best["month"]), "amount": money(best["revenue"], currency)}
    if len(full) == 1:
        return _("The only full month was {month} with {amount} net: no trend can be told.", **top)
    return _(
        "{months} brought {total} net, too few to tell a trend; the best was {month} with {amount}.",
        **top,
        months=plural(len(full), "full month"),
        total=money(full["revenue"].sum(), currency),
    )


def seasonality(season: pd.DataFrame, by_month: pd.DataFrame) -> str:
    """Which month of the year stands out, or why that cannot be told.

    Examples
    --------
    >>> months = pd.DataFrame({"month": pd.date_range("2024-01-01", periods=7, freq="MS"), "complete": True})
    >>> seasonality(pd.DataFrame(), months)
    'A season cannot be told: that takes 24 full months, and the records hold 7.'
    """
    if season.empty:
        return _no_season(len(full_months(by_month)))
    ranked: Any = season.sort_values("season_index", kind="stable")
    best, worst, years = ranked.iloc[-1], ranked.iloc[0], plural(int(season["years"].iloc[0]), "full year")
    if best["season_index"] <= 1 + EVEN and worst["season_index"] >= 1 - EVEN:
        return _(
            "There is hardly a season: over {years}, every month is within {share} of the average month.",
            years=years,
            share=percent(EVEN),
        )
    names = [words.month(pd.Timestamp(2000, int(row["month_of_year"]), 1), "LLLL") for row in (best, worst)]
    return _(
        "{best} brings {times} times as much as an average month, {worst} {least} times ({years}).",
        best=names[0],
        times=number(best["season_index"], 1),
        worst=names[1],
        least=number(worst["season_index"], 1),
        years=years,
    )


def _no_season(n: int) -> str:
    if n >= 2 * YEAR:
        return _("A season cannot be told: a year has no revenue.")
    needed = plural(2 * YEAR, "full month")
    return _("A season cannot be told: that takes {months}, and the records hold {n}.", months=needed, n=count(n))


def weekday_by_hour(table: pd.DataFrame) -> str:
    """When orders come.

    Examples
    --------
    >>> table = pd.DataFrame({"weekday": range(7), "hour": pd.NA, "orders": [40, 10, 10, 10, 10, 10, 10]})
    >>> weekday_by_hour(table)
    'Monday is the busiest day with 40% of 100 orders; the orders tell no time of day.'
    """
    total = int(table["orders"].sum())
    if not total:
        return _(NO_ORDERS)
    if total < FEW_ORDERS:
        return ngettext(
            "{n} order is too few to tell when customers buy.",
            "{n} orders are too few to tell when customers buy.",
            total,
            n=count(total),
        )
    if table["hour"].isna().all():
        return closed(_day(table, total), _("the orders tell no time of day"))
    start, end = _busy_hours(table.groupby("hour")["orders"].sum().reindex(range(24), fill_value=0).to_numpy())
    hours = _("half of all orders come between {start}:00 and {end}:00", start=start, end=end)
    return closed(_day(table, total), hours)


def _day(table: pd.DataFrame, total: int) -> str:
    days = table.groupby("weekday")["orders"].sum()
    even, slack = total / 7, max(EVEN * total / 7, CHANCE * (6 * total) ** 0.5 / 7)
    if days.max() <= even + slack and days.min() >= even - slack:
        return _("None of the weekdays stands out among {n} orders", n=count(total))
    return _(
        "{weekday} is the busiest day with {share} of {n} orders",
        weekday=_(WEEKDAYS[int(days.index[int(days.argmax())])]),
        share=percent(days.max() / total),
        n=count(total),
    )


def _busy_hours(orders: np.ndarray) -> tuple[int, int]:
    """Shortest run of hours with at least half of the orders; it may pass midnight."""
    twice = np.concatenate([[0], np.concatenate([orders, orders]).cumsum()])
    for length in range(1, 25):
        sums = twice[length : length + 24] - twice[:24]
        if sums.max() * 2 >= orders.sum():
            return int(sums.argmax()), int(sums.argmax() + length) % 24
    return 0, 0
