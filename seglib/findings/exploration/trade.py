"""How the shop trades, in sentences."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from seglib.words import count, money, number, percent, plural

__all__ = ["discounts", "mix", "month", "returns", "returns_by", "revenue_by_month", "seasonality", "weekday_by_hour"]

NO_ORDERS = "There are no orders in this period."
TREND_MONTHS, QUARTER, YEAR = 6, 3, 12
EVEN = 0.1  # months, weekdays within 10% of their average are called even
CHANCE = 2.5  # standard errors by which the largest of seven days may differ by chance
FEW_ORDERS = 30
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
PLURALS = {"category": "categories", "country": "countries", "channel": "channels"}
NOT_TOLD = "not told"


def month(moment: pd.Timestamp) -> str:
    """Month and year.

    Examples
    --------
    >>> month(pd.Timestamp("2011-12-01"))
    'December 2011'
    """
    return f"{MONTHS[moment.month - 1]} {moment.year}"


def _full(by_month: pd.DataFrame) -> pd.DataFrame:
    return by_month[by_month["complete"].astype(bool)]


def _compared(now: float, before: float, currency: str) -> str:
    if not before > 0 or now < 0:
        return f"against {money(before, currency)} in"
    change = now / before - 1
    if abs(change) < 0.005:
        return "as much as"
    if change > 2:
        return f"{number(now / before)} times as much as"
    return f"{percent(abs(change))} {'more' if change > 0 else 'less'} than"


def revenue_by_month(by_month: pd.DataFrame, currency: str = "") -> str:
    """Where revenue is going; only full months count.

    Examples
    --------
    >>> months = pd.date_range("2023-01-01", periods=18, freq="MS")
    >>> table = pd.DataFrame({"month": months, "complete": True, "revenue": [10.0] * 15 + [11.0] * 3})
    >>> revenue_by_month(table, "EUR")
    'The last three full months (to June 2024) brought €33.00 net, 10% more than the same months a year before.'
    """
    full = _full(by_month)
    if by_month.empty or full.empty:
        return NO_ORDERS if by_month.empty else "The records hold no full calendar month, so no trend can be told."
    revenue, n = full["revenue"], len(full)
    if n < TREND_MONTHS:
        best: Any = full.iloc[int(revenue.argmax())]
        held = f"{plural(n, 'full month')} brought {money(revenue.sum(), currency)} net, too few to tell a trend"
        top = f"{month(best['month'])} with {money(best['revenue'], currency)}"
        return f"{held}; the best was {top}." if n > 1 else f"The only full month was {top} net: no trend can be told."
    now, yearly = revenue.tail(QUARTER).sum(), n >= YEAR + QUARTER
    then = revenue.iloc[-YEAR - QUARTER : -YEAR].sum() if yearly else revenue.iloc[-2 * QUARTER : -QUARTER].sum()
    recent = f"The last three full months (to {month(full['month'].iloc[-1])}) brought {money(now, currency)} net"
    compared = _compared(now, then, currency)
    if yearly:
        return f"{recent}, {compared} the same months a year before."
    doubt = f"with {n} full months, growth and season cannot be told apart."
    return f"{recent}, {compared} the three months before; {doubt}"


def seasonality(season: pd.DataFrame, by_month: pd.DataFrame) -> str:
    """Which month of the year stands out, or why that cannot be told.

    Examples
    --------
    >>> months = pd.DataFrame({"month": pd.date_range("2024-01-01", periods=7, freq="MS"), "complete": True})
    >>> seasonality(pd.DataFrame(), months)
    'A season cannot be told: that takes 24 full months, and the records hold 7.'
    """
    if season.empty:
        n = len(_full(by_month))
        held = f"that takes {2 * YEAR} full months, and the records hold {n}"
        reason = held if n < 2 * YEAR else "a year has no revenue"
        return f"A season cannot be told: {reason}."
    ranked: Any = season.sort_values("season_index", kind="stable")
    best, worst = ranked.iloc[-1], ranked.iloc[0]
    years = f"{int(season['years'].iloc[0])} full years"
    if best["season_index"] <= 1 + EVEN and worst["season_index"] >= 1 - EVEN:
        return f"There is hardly a season: over {years}, every month is within {percent(EVEN)} of the average month."
    names = [MONTHS[int(row["month_of_year"]) - 1] for row in (best, worst)]
    return (
        f"{names[0]} brings {number(best['season_index'], 1)} times as much as an average month, {names[1]} "
        f"{number(worst['season_index'], 1)} times ({years})."
    )


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
        return NO_ORDERS
    if total < FEW_ORDERS:
        return f"{plural(total, 'order')} {'is' if total == 1 else 'are'} too few to tell when customers buy."
    days = table.groupby("weekday")["orders"].sum()
    busiest = WEEKDAYS[int(days.index[int(days.argmax())])]
    day = f"{busiest} is the busiest day with {percent(days.max() / total)} of {count(total)} orders"
    even, slack = total / 7, max(EVEN * total / 7, CHANCE * (6 * total) ** 0.5 / 7)
    if days.max() <= even + slack and days.min() >= even - slack:
        day = f"None of the weekdays stands out among {count(total)} orders"
    if table["hour"].isna().all():
        return f"{day}; the orders tell no time of day."
    start, end = _busy_hours(table.groupby("hour")["orders"].sum().reindex(range(24), fill_value=0).to_numpy())
    return f"{day}; half of all orders come between {start}:00 and {end}:00."


def _busy_hours(orders: np.ndarray) -> tuple[int, int]:
    """Shortest run of hours with at least half of the orders; it may pass midnight."""
    twice = np.concatenate([[0], np.concatenate([orders, orders]).cumsum()])
    for length in range(1, 25):
        sums = twice[length : length + 24] - twice[:24]
        if sums.max() * 2 >= orders.sum():
            return int(sums.argmax()), int(sums.argmax() + length) % 24
    return 0, 0


def _nouns(table: pd.DataFrame) -> tuple[str, str]:
    by = str(table.columns[0])
    noun = by.replace("_", " ")
    return noun, PLURALS.get(by, f"{noun}s")


def mix(table: pd.DataFrame) -> str:
    """How much the largest category, country or channel brings.

    Examples
    --------
    >>> table = pd.DataFrame({"country": ["Chile", "Peru"], "values": 1, "revenue_share": [0.8, 0.2]})
    >>> mix(table)
    'The largest of 2 countries, Chile, brings 80% of the net revenue.'
    >>> mix(table.head(0))
    'The orders do not tell the country.'
    """
    by = str(table.columns[0])
    noun, nouns = _nouns(table)
    if table.empty:
        return f"The orders do not tell the {noun}."
    if table["revenue_share"].isna().all():
        return f"The net revenue is not positive, so shares by {noun} cannot be told."
    untold = table[table[by] == NOT_TOLD]["revenue_share"].sum()
    told = table[table[by] != NOT_TOLD]
    n, first = int(told["values"].sum()), told.iloc[0]
    share = percent(first["revenue_share"])
    gap = f"; for {percent(untold)} of it the {noun} is not told" if untold > 0 else ""
    if n == 1:
        return f"{first[by]} is the only {noun} and brings {share} of the net revenue{gap}."
    named = told[told["values"] == 1].head(QUARTER)
    three = f"; the three largest together {percent(named['revenue_share'].sum())}" if n > QUARTER else ""
    return f"The largest of {count(n)} {nouns}, {first[by]}, brings {share} of the net revenue{three}{gap}."


def returns(by_month: pd.DataFrame, currency: str = "") -> str:
    """How much of the sales went back.

    Examples
    --------
    >>> table = pd.DataFrame({"complete": [True, True], "sales": [50.0, 50.0], "returned": [2.0, 8.0]})
    >>> returns(table.assign(returns_share=table.returned / table.sales), "EUR")
    'Returns took back 10% of the sales (€10.00 of €100.00), between 4.0% and 16% a month.'
    """
    returned, sales = by_month["returned"].sum(), by_month["sales"].sum()
    if by_month.empty:
        return NO_ORDERS
    if not returned > 0:
        return "The orders record no returns; whether goods came back cannot be told."
    amounts = f"{money(returned, currency)} of {money(sales, currency)}"
    if not sales > 0:
        return f"Returns took back {amounts} of sales."
    monthly = _full(by_month)["returns_share"].dropna()
    between = f", between {percent(monthly.min())} and {percent(monthly.max())} a month" if len(monthly) > 1 else ""
    return f"Returns took back {percent(returned / sales)} of the sales ({amounts}){between}."


def returns_by(table: pd.DataFrame, currency: str = "") -> str:
    """Where most goes back, among values with at least 30 orders.

    Examples
    --------
    >>> table = pd.DataFrame({"category": ["Shoes", "Hats"], "values": 1, "sales": [100.0, 50.0],
    ...     "returned": [30.0, 1.0], "returns_share": [0.3, 0.02], "orders": [90, 80]})
    >>> returns_by(table, "EUR")
    'Among categories, returns are highest for Shoes: 30% of sales (€30.00 of €100.00), against 21% overall.'
    """
    noun, nouns = _nouns(table)
    if table.empty:
        return f"The orders do not tell the {noun}."
    if not table["returned"].sum() > 0:
        return ""  # returns() has said so just before
    single = (table["values"] == 1) & (table.iloc[:, 0] != NOT_TOLD)
    sizeable = table[single & (table["orders"] >= FEW_ORDERS) & (table["sales"] > 0)]
    if len(sizeable) < 2:
        return f"Too few orders to compare returns by {noun}: that takes two with {FEW_ORDERS} orders each."
    most: Any = sizeable.iloc[int(sizeable["returns_share"].argmax())]
    share = percent(most["returns_share"])
    amounts = f"{money(most['returned'], currency)} of {money(most['sales'], currency)}"
    overall = percent(table["returned"].sum() / table["sales"].sum())
    highest = f"Among {nouns}, returns are highest for {most.iloc[0]}"
    return f"{highest}: {share} of sales ({amounts}), against {overall} overall."


def discounts(by_month: pd.DataFrame, currency: str = "") -> str:
    """How much discounts and coupons give away.

    Examples
    --------
    >>> table = pd.DataFrame({"sales": [90.0], "orders": [4], "discount": [10.0], "discounted_orders": [3]})
    >>> discounts(table, "EUR")
    'Discounts gave away 10% of the sales before discount (€10.00); 75% of the orders had one.'
    """
    if by_month.empty or "orders" not in by_month:
        return "The orders do not tell discounts or coupons."
    sums: Any = by_month.drop(columns=["month", "complete"], errors="ignore").sum()
    parts = []
    if "discount" in by_month and sums["discount"] > 0:
        share = percent(sums["discount"] / (sums["sales"] + sums["discount"]))
        given = f"{share} of the sales before discount ({money(sums['discount'], currency)})"
        had = percent(sums["discounted_orders"] / sums["orders"])
        parts = [f"Discounts gave away {given}; {had} of the orders had one"]
    elif "discount" in by_month:
        parts = ["No order had a discount"]
    if "coupon_orders" in by_month:
        parts.append(f"{percent(sums['coupon_orders'] / sums['orders'])} of the orders used a coupon")
    return f"{'; '.join(parts)}."
