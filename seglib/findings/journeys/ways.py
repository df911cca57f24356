"""Funnels, touchpoints, paths, first products and prospects, in sentences."""

from __future__ import annotations

from typing import Any

import pandas as pd

from seglib.findings.missing import not_available
from seglib.words import count, joined, money, number, percent, plural

__all__ = ["abandoned_carts", "first_product", "funnel", "paths", "prospects", "touch_channels", "touch_counts"]

EVERYONE = "Everyone"
FEW = 30
NOUNS = {"product_name": "product", "product_id": "product"}
PROSPECTS = {
    "lead": "known contacts",
    "curious": "curious",
    "undecided": "undecided",
    "cart": "with a cart once filled",
}


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
    if not first["count"]:
        return f"No {per} took the first step, {first['step']}."
    if len(table) == 1:
        return f"{_who(first['count'], per)} took the only step, {first['step']}."
    got = f"{count(last['count'])} of {_who(first['count'], per)}"
    way = f"go from {first['step']} to {last['step']} in this order"
    if len(table) == 2:
        sure = f"95% interval {percent(last['low_share'])} to {percent(last['high_share'])}"
        return f"{got} ({percent(last['total_share'])}; {sure}) {way}."
    steps = table.iloc[1:].dropna(subset=["share"])
    row: Any = table.loc[steps["share"].astype("float64").idxmin()]
    before = table.loc[row.name - 1, "step"]
    lost = f"most are lost from {before} to {row['step']}, which {percent(row['share'])} take"
    return f"{got} ({percent(last['total_share'])}) {way}; {lost}."


def _who(number_of: Any, per: str) -> str:
    return plural(int(number_of), per, "people" if per == "person" else "")


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
    who = plural(int(row["people"]), "customer")
    if row["people"] < FEW:
        verb = "was" if row["people"] == 1 else "were"
        return f"Only {who} {verb} seen before their first order, too few to tell how many visits it takes."
    begin = f"{percent(row['share'])} of {who} ordered on their first visit in the records"
    if row["upper_touches"] <= 1:
        return f"{begin}; more than three quarters needed no second one." if row["share"] < 1 else f"{begin}."
    half = plural(int(row["median_touches"]), "visit")
    fewer = f"{half} or fewer" if row["median_touches"] > 1 else "one visit"
    return f"{begin}; half needed {fewer}, three quarters {number(row['upper_touches'])}."


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
    who = plural(int(first["people"]), "customer")
    if first["people"] < FEW:
        return f"The channels of only {who} before the first order are known, too few to compare."
    begin = (
        f"The way to the first order begins most often at {first['channel']} ({percent(first['first_share'])} of {who})"
    )
    if first["channel"] == last["channel"]:
        return f"{begin} and ends there too ({percent(last['last_share'])})."
    return f"{begin} and ends most often at {last['channel']} ({percent(last['last_share'])})."


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
        return f"Of {_who(table['journeys'].sum(), per)}, no way was taken {FEW} times, too few to name one."
    top: Any = named.iloc[0]
    begin = f"The most frequent way is {top['path']} ({percent(top['journeys_share'])} of "
    begin += f"{_who(table['journeys'].sum(), per)})"
    if table["ordered"].isna().all():
        return f"{begin}; the events tell of no purchases."
    if not named["ordered"].sum():
        return f"{begin}; none of the ways listed is known to end in an order."
    best: Any = named.loc[named["ordered_low_share"].astype("float64").idxmax()]
    sure = f"95% interval {percent(best['ordered_low_share'])} to {percent(best['ordered_high_share'])}"
    got = f"{count(best['ordered'])} of {count(best['journeys'])} ({percent(best['ordered_share'])}; {sure})"
    return f"{begin}; of those listed, {best['path']} ends in an order most surely: {got}."


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
    noun = NOUNS.get(by, by.replace("_", " "))
    base: Any = table.iloc[0]
    who = plural(int(base["customers"]), "new customer")
    begin = f"Within {within_days} days {percent(base['share'])} of {who} came back"
    if len(table) < 3:
        return f"{begin}; fewer than two values of {noun} have enough new customers to compare."
    clear = table.iloc[1:][table.iloc[1:]["differs"].astype(bool)]
    if clear.empty:
        return f"{begin}; no first {noun} differs from the rest by more than chance explains."
    more, less = clear[clear["share"] > base["share"]], clear[clear["share"] <= base["share"]]
    told = []
    for rows, word in ((more.sort_values("share", ascending=False), "more"), (less.sort_values("share"), "less")):
        if len(rows):
            row = rows.iloc[0]
            told.append(f"who began with {row[by]} came back {word} often ({percent(row['share'])})")
    return f"{begin}; {', '.join(told)}."


def prospects(table: pd.DataFrame) -> str:
    """How many never ordered, and how near they are.

    Examples
    --------
    >>> prospects(pd.DataFrame({"prospect": ["curious", "cart"], "people": [40, 9], "of": 200, "share": [0.2, 0.045]}))
    'Of 200 people who never ordered, 40 are curious (20%) and 9 with a cart once filled (4.5%).'
    """
    if table.empty:
        return not_available(table)
    total = int(table["of"].iloc[0])
    if not total:
        return "Everyone who is known has ordered, so there are no prospects."
    told = [
        f"{count(row['people'])} {'are ' * (not place)}{PROSPECTS[row['prospect']]} ({percent(row['share'])})"
        for place, row in enumerate(table.to_dict("records"))
    ]
    return f"Of {plural(total, 'person', 'people')} who never ordered, {joined(told)}."


def abandoned_carts(table: pd.DataFrame, currency: str = "") -> str:
    """How many carts were left, what is in them, and where most of the money is.

    Examples
    --------
    >>> table = pd.DataFrame({"category": ["Tea", "Pots"], "carts": [60, 40], "abandoned": [30, 10]})
    >>> table = table.assign(share=[0.5, 0.25], value=[90.0, 200.0], unpriced=0)
    >>> abandoned_carts(table, "EUR")
    '40 of 100 products put into carts (40%) were left, worth €290.00, most of all in Pots (€200.00).'
    """
    if table.empty:
        return not_available(table)
    by = str(table.columns[0])
    carts, left = int(table["carts"].sum()), int(table["abandoned"].sum())
    who = int(table.attrs.get("people", 0))
    by_whom = f" by {plural(who, 'person', 'people')}" if who else ""
    begin = f"{count(left)} of {plural(carts, 'product')} put into carts ({percent(left / carts)}) were left{by_whom}"
    if not left:
        return f"None of {plural(carts, 'product')} put into carts was left."
    if not table["value"].sum() > 0:
        return f"{begin}; their prices are not known."
    unpriced = int(table["unpriced"].sum())
    gap = f" ({count(unpriced)} without a price not counted)" if unpriced else ""
    named = table[table["values"] == 1] if "values" in table else table
    most: Any = named.loc[named["value"].fillna(0).idxmax()]
    where = f", most of all in {most[by]} ({money(most['value'], currency)})" if len(table) > 1 else ""
    return f"{begin}, worth {money(table['value'].sum(), currency)}{gap}{where}."
