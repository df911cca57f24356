"""Funnels, touchpoints, paths and first products, in sentences."""

from __future__ import annotations

from typing import Any

import pandas as pd

from seglib.language.messages import gettext as _
from seglib.language.messages import mark, ngettext
from seglib.language.naming import EVERYONE
from seglib.language.words import count, days, name, number, percent, plural
from seglib.show.findings.clauses import closed
from seglib.show.findings.missing import FEW, not_available

__all__ = ["first_product", "funnel", "paths", "touch_channels", "touch_counts"]

STEP = " → "  # between the steps of a path, which are kinds of events
PARTS = (mark("purchase at once"), mark("not told"))  # what else a path or a list may name, told by words.name
FIRSTS = {"product_name": mark("product"), "product_id": mark("product"), "category": mark("category")}


def funnel(table: pd.DataFrame, per: str = "person") -> str:
    """How many take the whole way in order, and where most are lost.

    Examples
    --------
    >>> table = pd.DataFrame({"step": ["view", "cart"], "count": [200, 50], "of": [None, 200], "share": [None, 0.25],
    ...     "low_share": [None, 0.195], "high_share": [None, 0.314], "total_share": [1, 0.25]})
    >>> funnel(table)
    '50 of 200 people (25%; 95% interval 20% to 31%) go from view to cart in this order.'
    """
    if table.empty:
        return not_available(table)
    first, last = table.iloc[0], table.iloc[-1]
    step = name(first["step"])
    if not first["count"]:
        if per == "session":
            return _("No session took the first step, {step}.", step=step)
        return _("No person took the first step, {step}.", step=step)
    if len(table) == 1:
        return _("{people} took the only step, {step}.", people=_who(first["count"], per), step=step)
    if len(table) == 2:
        return _(
            "{n} of {people} ({share}; 95% interval {low} to {high}) go from {first} to {last} in this order.",
            **_whole_way(table, per),
            low=percent(last["low_share"]),
            high=percent(last["high_share"]),
        )
    steps = table.iloc[1:].dropna(subset=["share"])
    row: Any = table.loc[steps["share"].astype("float64").idxmin()]
    return _(
        "{n} of {people} ({share}) go from {first} to {last} in this order; most are lost from {before} to {step}, "
        "which {step_share} take.",
        **_whole_way(table, per),
        before=name(table.loc[row.name - 1, "step"]),
        step=name(row["step"]),
        step_share=percent(row["share"]),
    )


def _whole_way(table: pd.DataFrame, per: str) -> dict[str, str]:
    first, last = table.iloc[0], table.iloc[-1]
    return {
        "n": count(last["count"]),
        "people": _who(first["count"], per),
        "share": percent(last["total_share"]),
        "first": name(first["step"]),
        "last": name(last["step"]),
    }


def _who(number_of: Any, per: str) -> str:
    n = int(number_of)
    return plural(n, "person", "people") if per == "person" else plural(n, "session")


def touch_counts(table: pd.DataFrame) -> str:
    """How many visits it takes to the first order.

    Examples
    --------
    >>> table = pd.DataFrame({"group": [EVERYONE], "people": [90], "median_touches": [2.0], "upper_touches": [4.0],
    ...     "one_touch": [30], "share": [1 / 3]})
    >>> touch_counts(table)
    '33% of 90 customers ordered on their first visit in the records; half needed 2 visits or fewer, three quarters 4.'
    """
    if table.empty:
        return not_available(table)
    row: Any = table.iloc[0]
    if row["people"] < FEW:
        return ngettext(
            "Only {n} customer was seen before their first order, too few to tell how many visits it takes.",
            "Only {n} customers were seen before their first order, too few to tell how many visits it takes.",
            int(row["people"]),
            n=count(row["people"]),
        )
    customers = plural(int(row["people"]), "customer")
    begin = _(
        "{share} of {customers} ordered on their first visit in the records",
        share=percent(row["share"]),
        customers=customers,
    )
    return closed(begin, _visits_needed(row))


def _visits_needed(row: Any) -> str:
    if row["upper_touches"] <= 1:
        return _("more than three quarters needed no second one") if row["share"] < 1 else ""
    most, half = number(row["upper_touches"]), int(row["median_touches"])
    if row["median_touches"] <= 1:
        return _("half needed one visit, three quarters {most}", most=most)
    return ngettext(
        "half needed {n} visit or fewer, three quarters {most}",
        "half needed {n} visits or fewer, three quarters {most}",
        half,
        n=count(half),
        most=most,
    )


def touch_channels(table: pd.DataFrame) -> str:
    """Which channel begins the way most often, and which ends it.

    Examples
    --------
    >>> table = pd.DataFrame({"group": EVERYONE, "channel": ["ad", "web"], "people": 90, "first": [60, 30],
    ...     "first_share": [2 / 3, 1 / 3], "last": [20, 70], "last_share": [2 / 9, 7 / 9]})
    >>> touch_channels(table)
    'The way to the first order begins most often at ad (67% of 90 customers) and ends most often at web (78%).'
    """
    rows = table[table["group"] == EVERYONE] if len(table) else table
    if rows.empty:
        return not_available(table)
    first, last = (rows.loc[rows[end].idxmax()] for end in ("first", "last"))
    if first["people"] < FEW:
        return ngettext(
            "The channels of only {n} customer before the first order are known, too few to compare.",
            "The channels of only {n} customers before the first order are known, too few to compare.",
            int(first["people"]),
            n=count(first["people"]),
        )
    told = {
        "first": name(first["channel"]),
        "first_share": percent(first["first_share"]),
        "customers": plural(int(first["people"]), "customer"),
        "last_share": percent(last["last_share"]),
    }
    if first["channel"] == last["channel"]:
        return _(
            "The way to the first order begins most often at {first} ({first_share} of {customers}) and ends there too "
            "({last_share}).",
            **told,
        )
    return _(
        "The way to the first order begins most often at {first} ({first_share} of {customers}) and ends most often at "
        "{last} ({last_share}).",
        **told,
        last=name(last["channel"]),
    )


def paths(table: pd.DataFrame, per: str = "session") -> str:
    """The most frequent way, and the listed way that ends in an order most surely (by the lower end of its interval).

    Examples
    --------
    >>> table = pd.DataFrame({"path": ["view", "view → cart"], "values": 1, "journeys": [60, 40],
    ...     "journeys_share": [0.6, 0.4], "ordered": [0, 10], "ordered_share": [0.0, 0.25]})
    >>> paths(table.assign(ordered_low_share=[0, 0.14], ordered_high_share=[0.06, 0.4]))
    'The most frequent way is view (60% of 100 sessions); of those listed, view → cart ends in an order most
    surely: 10 of 40 (25%; 95% interval 14% to 40%).'
    """
    if table.empty:
        return not_available(table)
    named = table[(table["values"] == 1) & (table["journeys"] >= FEW)]
    if named.empty:
        return _(
            "Of {visits}, no way was taken {few} times, too few to name one.",
            visits=_who(table["journeys"].sum(), per),
            few=count(FEW),
        )
    top: Any = named.iloc[0]
    begin = _(
        "The most frequent way is {way} ({share} of {visits})",
        way=_way(top["path"]),
        share=percent(top["journeys_share"]),
        visits=_who(table["journeys"].sum(), per),
    )
    return closed(begin, _surest(table, named))


def _surest(table: pd.DataFrame, named: pd.DataFrame) -> str:
    if table["ordered"].isna().all():
        return _("the events tell of no purchases")
    if not named["ordered"].sum():
        return _("none of the ways listed is known to end in an order")
    best: Any = named.loc[named["ordered_low_share"].astype("float64").idxmax()]
    return _(
        "of those listed, {way} ends in an order most surely: {n} of {all} ({share}; 95% interval {low} to {high})",
        way=_way(best["path"]),
        n=count(best["ordered"]),
        all=count(best["journeys"]),
        share=percent(best["ordered_share"]),
        low=percent(best["ordered_low_share"]),
        high=percent(best["ordered_high_share"]),
    )


def _way(path: str) -> str:
    return STEP.join(name(step) for step in path.split(STEP))


def first_product(table: pd.DataFrame, within_days: int = 90) -> str:
    """Which first purchase is followed by another more or less often than usual.

    Examples
    --------
    >>> table = pd.DataFrame({"category": [EVERYONE, "Tea", "Pots"], "customers": [100, 60, 40]})
    >>> table = table.assign(share=[0.3, 0.4, 0.1], differs=[False, True, False])
    >>> first_product(table)
    'Within 90 days 30% of 100 new customers came back; who began with Tea came back more often (40%).'
    """
    if table.empty:
        return not_available(table)
    by = str(table.columns[0])
    noun, base = _(FIRSTS.get(by, by.replace("_", " "))), table.iloc[0]
    n, seen = int(base["customers"]), table.attrs.get("first_seen")
    begin = _(
        "Within {days} {share} of {customers} came back",
        days=days(within_days),
        share=percent(base["share"]),
        customers=plural(n, "customer first seen", "customers first seen") if seen else plural(n, "new customer"),
    )
    if len(table) < 3:
        return closed(begin, _("fewer than two values of {noun} have enough customers to compare", noun=noun))
    clear = table.iloc[1:][table.iloc[1:]["differs"].astype(bool)]
    if clear.empty:
        return closed(begin, _("no first {noun} differs from the rest by more than chance explains", noun=noun))
    return closed(begin, _came_back(clear, base["share"], by))


def _came_back(clear: pd.DataFrame, usual: float, by: str) -> str:
    more, less = clear[clear["share"] > usual], clear[clear["share"] <= usual]
    told = []
    if len(more):
        row: Any = more.sort_values("share", ascending=False).iloc[0]
        told.append(
            _("who began with {first} came back more often ({share})", first=name(row[by]), share=percent(row["share"]))
        )
    if len(less):
        row = less.sort_values("share").iloc[0]
        told.append(
            _("who began with {first} came back less often ({share})", first=name(row[by]), share=percent(row["share"]))
        )
    return told[0] if len(told) == 1 else _("{more}, {less}", more=told[0], less=told[1])
