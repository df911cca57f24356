"""What the shop sells and what comes back, in sentences."""

from __future__ import annotations

from typing import Any

import pandas as pd

from seglib.language.messages import gettext as _
from seglib.language.messages import mark
from seglib.language.words import count, money, percent, plural
from seglib.show.findings.clauses import closed, linked
from seglib.show.findings.exploration.trade import FEW_ORDERS, NO_ORDERS, full_months

__all__ = ["discounts", "mix", "returns", "returns_by"]

LARGEST = 3
NOT_TOLD = "not told"
NOUNS = {
    "category": (mark("category"), mark("categories")),
    "country": (mark("country"), mark("countries")),
    "channel": (mark("channel"), mark("channels")),
}


def _nouns(table: pd.DataFrame) -> tuple[str, str]:
    by = str(table.columns[0])
    if by in NOUNS:
        one, many = NOUNS[by]
        return _(one), _(many)
    noun = by.replace("_", " ")
    return noun, f"{noun}s"


def _not_told(noun: str) -> str:
    return _("The orders do not tell the {noun}.", noun=noun)


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
        return _not_told(noun)
    if table["revenue_share"].isna().all():
        return _("The net revenue is not positive, so shares by {noun} cannot be told.", noun=noun)
    untold, told = table[table[by] == NOT_TOLD]["revenue_share"].sum(), table[table[by] != NOT_TOLD]
    gap = _("for {share} of it the {noun} is not told", share=percent(untold), noun=noun) if untold > 0 else ""
    n, first = int(told["values"].sum()), told.iloc[0]
    largest = {"value": first[by], "share": percent(first["revenue_share"])}
    if n == 1:
        only = _("{value} is the only {noun} and brings {share} of the net revenue", **largest, noun=noun)
        return closed(only, gap)
    named = percent(told[told["values"] == 1].head(LARGEST)["revenue_share"].sum())
    three = _("the three largest together {share}", share=named) if n > LARGEST else ""
    top = _(
        "The largest of {n} {nouns}, {value}, brings {share} of the net revenue", **largest, n=count(n), nouns=nouns
    )
    return closed(top, three, gap)


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
        return _(NO_ORDERS)
    if not returned > 0:
        return _("The orders record no returns; whether goods came back cannot be told.")
    told = {"returned": money(returned, currency), "sales": money(sales, currency)}
    if not sales > 0:
        return _("Returns took back {returned} of {sales} of sales.", **told)
    monthly = full_months(by_month)["returns_share"].dropna()
    told["share"] = percent(returned / sales)
    if len(monthly) < 2:
        return _("Returns took back {share} of the sales ({returned} of {sales}).", **told)
    return _(
        "Returns took back {share} of the sales ({returned} of {sales}), between {least} and {most} a month.",
        **told,
        least=percent(monthly.min()),
        most=percent(monthly.max()),
    )


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
        return _not_told(noun)
    if not table["returned"].sum() > 0:
        return ""  # returns() has said so just before
    single = (table["values"] == 1) & (table.iloc[:, 0] != NOT_TOLD)
    sizeable = table[single & (table["orders"] >= FEW_ORDERS) & (table["sales"] > 0)]
    if len(sizeable) < 2:
        return _(
            "Too few orders to compare returns by {noun}: that takes two with {orders} each.",
            noun=noun,
            orders=plural(FEW_ORDERS, "order"),
        )
    most: Any = sizeable.iloc[int(sizeable["returns_share"].argmax())]
    return _(
        "Among {nouns}, returns are highest for {value}: {share} of sales ({returned} of {sales}), against {overall} "
        "overall.",
        nouns=nouns,
        value=most.iloc[0],
        share=percent(most["returns_share"]),
        returned=money(most["returned"], currency),
        sales=money(most["sales"], currency),
        overall=percent(table["returned"].sum() / table["sales"].sum()),
    )


def discounts(by_month: pd.DataFrame, currency: str = "") -> str:
    """How much discounts and coupons give away.

    Examples
    --------
    >>> table = pd.DataFrame({"sales": [90.0], "orders": [4], "discount": [10.0], "discounted_orders": [3]})
    >>> discounts(table, "EUR")
    'Discounts gave away 10% of the sales before discount (€10.00); 75% of the orders had one.'
    """
    if by_month.empty or "orders" not in by_month:
        return _("The orders do not tell discounts or coupons.")
    sums: Any = by_month.drop(columns=["month", "complete"], errors="ignore").sum()
    coupon = ""
    if "coupon_orders" in by_month:
        coupon = _("{share} of the orders used a coupon", share=percent(sums["coupon_orders"] / sums["orders"]))
    if "discount" not in by_month:
        return closed(coupon)
    return closed(_given(sums, currency) if sums["discount"] > 0 else _("No order had a discount"), coupon)


def _given(sums: Any, currency: str) -> str:
    return linked(
        _(
            "Discounts gave away {share} of the sales before discount ({amount})",
            share=percent(sums["discount"] / (sums["sales"] + sums["discount"])),
            amount=money(sums["discount"], currency),
        ),
        _("{share} of the orders had one", share=percent(sums["discounted_orders"] / sums["orders"])),
    )
