"""Those who have not ordered yet, and what they left in carts, in sentences."""

from __future__ import annotations

from typing import Any

import pandas as pd

from seglib.language.messages import gettext as _
from seglib.language.messages import mark
from seglib.language.words import count, joined, money, name, percent, plural
from seglib.show.findings.clauses import closed
from seglib.show.findings.missing import not_available

__all__ = ["KINDS", "abandoned_carts", "prospects"]

KINDS = {
    "lead": mark("Known contacts"),
    "curious": mark("Curious"),
    "undecided": mark("Undecided"),
    "cart": mark("With a cart once filled"),
}
# the first of a list of prospects, and one that follows
PROSPECTS = {
    "lead": (mark("{n} are known contacts ({share})"), mark("{n} known contacts ({share})")),
    "curious": (mark("{n} are curious ({share})"), mark("{n} curious ({share})")),
    "undecided": (mark("{n} are undecided ({share})"), mark("{n} undecided ({share})")),
    "cart": (mark("{n} are with a cart once filled ({share})"), mark("{n} with a cart once filled ({share})")),
}


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
        return _("Everyone who is known has ordered, so there are no prospects.")
    told = [
        _(PROSPECTS[row["prospect"]][min(place, 1)], n=count(row["people"]), share=percent(row["share"]))
        for place, row in enumerate(table.to_dict("records"))
    ]
    return _(
        "Of {people} who never ordered, {prospects}.",
        people=plural(total, "person", "people"),
        prospects=joined(told),
    )


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
    products, left = plural(int(table["carts"].sum()), "product"), int(table["abandoned"].sum())
    if not left:
        return _("None of {products} put into carts was left.", products=products)
    begin = _carts_left(table, products, left)
    if not table["value"].sum() > 0:
        return closed(begin, _("their prices are not known"))
    worth = money(table["value"].sum(), currency)
    unpriced = int(table["unpriced"].sum())
    if unpriced:
        worth = _("{worth} ({n} without a price not counted)", worth=worth, n=count(unpriced))
    if len(table) == 1:
        return _("{carts}, worth {worth}.", carts=begin, worth=worth)
    named = table[table["values"] == 1] if "values" in table else table
    most: Any = named.loc[named["value"].fillna(0).idxmax()]
    return _(
        "{carts}, worth {worth}, most of all in {most} ({most_worth}).",
        carts=begin,
        worth=worth,
        most=name(most[str(table.columns[0])]),
        most_worth=money(most["value"], currency),
    )


def _carts_left(table: pd.DataFrame, products: str, left: int) -> str:
    told = {"n": count(left), "products": products, "share": percent(left / int(table["carts"].sum()))}
    who = int(table.attrs.get("people", 0))
    if not who:
        return _("{n} of {products} put into carts ({share}) were left", **told)
    people = plural(who, "person", "people")
    return _("{n} of {products} put into carts ({share}) were left by {people}", **told, people=people)
