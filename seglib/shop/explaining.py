"""Why a person is where it is: its rules, its nearest RFM boundary, its persona, in one answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from seglib.errors import InputError, did_you_mean
from seglib.language.messages import gettext as _
from seglib.language.messages import mark
from seglib.language.words import name as told_name
from seglib.tables.shown import Shown

if TYPE_CHECKING:
    from seglib.shop.shop import Shop

__all__ = ["Explained", "explain"]

RFM = mark("In RFM: {segment}. {sentence}")
PERSONA = mark("Persona: {persona}.")
MOST = 20_000  # customers for whom personas are still found only to explain one of them


class Explained(Shown):
    """What is known of a person: ``rules`` (of the segments by rule), ``rfm`` and ``persona`` (sentences, or empty)."""

    def __init__(self, rules: Shown, rfm: str = "", persona: str = "", currency: str = "") -> None:
        self.rules, self.rfm, self.persona, self.currency = rules, rfm, persona, currency

    def sentence(self) -> str:  # noqa: D102 - see Shown
        return " ".join(part for part in (self.rules.sentence(), self.rfm, self.persona) if part)

    def shown(self) -> pd.DataFrame:  # noqa: D102
        return self.rules.shown()


def explain(shop: Shop, customer_id: str) -> Explained:
    """Why a person is in each segment.

    Parameters
    ----------
    shop : Shop
        In hand.
    customer_id : str
        A customer, a contact or a visitor.

    Raises
    ------
    InputError
        There is no such person.
    """
    if customer_id not in shop.people.index:
        near = did_you_mean(customer_id, shop.people.index.astype("str")[:MOST]).removeprefix(" ")
        hint = near if near.startswith("Did") else "shop.people lists everyone."
        raise InputError(f"customer {customer_id!r}: nobody of that id among {len(shop.people):,} people. {hint}")
    rules = shop.memberships.explain(customer_id)
    if customer_id not in shop.customers.index:
        return Explained(rules, currency=shop.currency)
    return Explained(rules, _rfm(shop, customer_id), _persona(shop, customer_id), shop.currency)


def _rfm(shop: Shop, customer_id: str) -> str:
    from seglib.segments.rfm import nearest_boundary, scorer_from

    scorer = scorer_from(shop.settings.rfm, window_days=shop.window_days, labels=shop.settings.labels)
    moves = nearest_boundary(shop.customers.loc[[customer_id]], scorer.fit(shop.customers), as_of=shop.as_of)
    row = moves.iloc[0]
    return _(RFM, segment=told_name(row["segment"]), sentence=row["sentence"])


def _persona(shop: Shop, customer_id: str) -> str:
    """The persona's name, where there are personas."""
    try:
        name = shop.segmentation("persona").get(customer_id) if len(shop.customers) <= MOST else None
    except InputError:  # too few customers, or too alike
        return ""
    return "" if name is None or pd.isna(name) else _(PERSONA, persona=told_name(name))
