"""Who is new, who buys once and who comes back, in sentences."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd

from seglib.language.messages import gettext as _
from seglib.language.messages import mark, ngettext
from seglib.language.words import count, date, days, percent, plural

__all__ = ["cohort_retention", "new_since", "one_time_share"]

NO_CUSTOMERS = mark("There are no customers in this period.")
LATER = 6  # months


def new_since(history: pd.DataFrame, since: dt.date | None) -> str:
    """From which day on customers are called new, or that none can be.

    Parameters
    ----------
    history : DataFrame
        From ``exploration.orders_of``, of the whole history.
    since : date or None
        ``new_since`` of the shop.

    Examples
    --------
    >>> new_since(pd.DataFrame({"at": pd.to_datetime(["2024-01-01"])}), None)[:59]
    'Nobody can be called new: the records begin on 1 January 20'
    """
    if history.empty:
        return _(NO_CUSTOMERS)
    begin = history["at"].min()
    if since is None:
        return _(
            "Nobody can be called new: the records begin on {begin}, and go on for too short a time to tell who is new "
            "from who ordered before and comes back. Customers are told as first seen. If you know when the shop "
            "opened, say so (opened in shop.toml).",
            begin=date(begin),
        )
    if since <= begin.date():
        return _("Everyone is new: the shop opened when the records began, on {begin}.", begin=date(begin))
    return _(
        "The records begin on {begin}. Who is first seen since {since} is called new: by the time between orders, at "
        "most one in ten of them had bought before the records. Who was there earlier is told as first seen.",
        begin=date(begin),
        since=date(since),
    )


def one_time_share(table: pd.DataFrame) -> str:
    """How many never came back, of the new customers who had time to.

    Examples
    --------
    >>> row = {"kind": "settled", "new": True, "from_days": 91, "customers": 400, "one_time": 100,
    ...     "one_time_share": 0.25, "low_share": 0.21, "high_share": 0.29}
    >>> one_time_share(pd.DataFrame([row]))
    'Of 400 new customers who first bought more than 90 days ago, 25% have not ordered again (95% interval 21% to 29%).'
    """
    if table.empty:
        return _(NO_CUSTOMERS)
    kinds: Any = table.set_index("kind")
    if not table["new"].any():
        return _first_seen(kinds.loc["settled"] if "settled" in kinds.index else kinds.loc["all"])
    row = kinds.loc["settled"] if "settled" in kinds.index else kinds.loc["all"]
    told = {
        "customers": plural(row["customers"], "new customer"),
        "share": percent(row["one_time_share"]),
        "low": percent(row["low_share"]),
        "high": percent(row["high_share"]),
    }
    if "settled" in kinds.index:
        return _(
            "Of {customers} who first bought more than {days} ago, {share} have not ordered again (95% interval {low} "
            "to {high}).",
            **told,
            days=days(int(row["from_days"]) - 1),
        )
    return _(
        "Of {customers}, {share} have not ordered again (95% interval {low} to {high}), but all of them are too new to "
        "judge.",
        **told,
    )


def _first_seen(row: Any) -> str:
    told = {"customers": plural(row["customers"], "customer"), "share": percent(row["one_time_share"])}
    if row["from_days"]:
        return _(
            "Of {customers} first seen more than {days} ago, {share} have one order in the records. They may have "
            "bought before these begin, so how many buy only once cannot be told.",
            **told,
            days=days(int(row["from_days"]) - 1),
        )
    return _(
        "Of {customers} first seen, {share} have one order in the records. They may have bought before these begin, so "
        "how many buy only once cannot be told.",
        **told,
    )


def cohort_retention(table: pd.DataFrame) -> str:
    """How many new customers order again, one and six months on.

    Examples
    --------
    >>> table = pd.DataFrame({"cohort": pd.Timestamp("2024-01-01"), "months_since": [0, 1], "customers": 200,
    ...     "active": [200, 50], "retention_share": [1.0, 0.25], "censored": False})
    >>> cohort_retention(table)
    'One month after their first order, 25% of new customers ordered again (50 of 200).'
    """
    if table.empty:
        return _("The records cover no new customers for a full calendar month, so cohorts cannot be told.")
    old = table["censored"].astype(bool)
    later = table[table["months_since"] > 0].groupby([old, "months_since"])[["active", "customers"]].sum()
    if old.all():
        return _seen_again(later.loc[True] if len(later) else later)
    new = later.loc[False] if False in later.index else later.head(0)
    return " ".join(filter(None, (_came_back(new), _left_out(table.loc[old, "cohort"].nunique()))))


def _left_out(months: int) -> str:
    if not months:
        return ""
    return ngettext(
        "{n} month is left out: some who were first seen in it may have bought before the records.",
        "{n} months are left out: some who were first seen in them may have bought before the records.",
        months,
        n=count(months),
    )


def _seen_again(later: Any) -> str:
    if later.empty:
        return _("It is too early to see how many come back.")
    first = later.iloc[0]
    return _(
        "One month after they were first seen, {share} of the customers ordered again ({n} of {all}). None of them can "
        "be called new: this is no share of new customers who come back.",
        share=percent(first["active"] / first["customers"]),
        n=count(first["active"]),
        all=count(first["customers"]),
    )


def _came_back(later: Any) -> str:
    if later.empty:
        return _("It is too early to see how many new customers come back.")
    share, first = later["active"] / later["customers"], later.iloc[0]
    told = {"share": percent(share.iloc[0]), "n": count(first["active"]), "all": count(first["customers"])}
    if LATER not in later.index:
        return _("One month after their first order, {share} of new customers ordered again ({n} of {all}).", **told)
    six = later.loc[LATER]
    return _(
        "One month after their first order, {share} of new customers ordered again ({n} of {all}); six months after, "
        "{later} did ({later_n} of {later_all}).",
        **told,
        later=percent(share.loc[LATER]),
        later_n=count(six["active"]),
        later_all=count(six["customers"]),
    )
