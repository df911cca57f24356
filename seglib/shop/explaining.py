"""Why a person is where it is: its rules, its nearest RFM boundary, its persona, in one answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pandas as pd

from seglib.errors import InputError, did_you_mean
from seglib.language.messages import gettext as _
from seglib.language.messages import mark
from seglib.language.words import name as told_name
from seglib.tables.shown import Shown

if TYPE_CHECKING:
    from seglib.segments.rules import Memberships
    from seglib.shop.settings import ShopSettings
    from seglib.shop.tables import Tables

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


def explain(
    tables: Tables,
    settings: ShopSettings,
    memberships: Memberships,
    persona: Callable[[], pd.Series],
    customer_id: str,
) -> Explained:
    """Why a person is in each segment.

    Parameters
    ----------
    tables : Tables
        Of the shop.
    settings : ShopSettings
        Of RFM, and the shop's own names.
    memberships : Memberships
        Who is in which segment by rule.
    persona : callable
        Gives the persona of each customer; asked only where they are not too many.
    customer_id : str
        A customer, a contact or a visitor.

    Raises
    ------
    InputError
        There is no such person.
    """
    if customer_id not in tables.people.index:
        known = tables.people.index.astype("str")[:MOST]
        hint = did_you_mean(customer_id, known, otherwise=" shop.people lists everyone.")
        raise InputError(f"customer {customer_id!r}: nobody of that id among {len(tables.people):,} people.{hint}")
    rules = memberships.explain(customer_id)
    if customer_id not in tables.customers.index:
        return Explained(rules, currency=tables.currency)
    told = _persona(persona, customer_id) if len(tables.customers) <= MOST else ""
    return Explained(rules, _rfm(tables, settings, customer_id), told, tables.currency)


def _rfm(tables: Tables, settings: ShopSettings, customer_id: str) -> str:
    from seglib.segments.rfm import nearest_boundary, scorer_from

    scorer = scorer_from(settings.rfm, window_days=tables.window_days, labels=settings.labels)
    moves = nearest_boundary(tables.customers.loc[[customer_id]], scorer.fit(tables.customers), as_of=tables.as_of)
    row = moves.iloc[0]
    return _(RFM, segment=told_name(row["segment"]), sentence=row["sentence"])


def _persona(persona: Callable[[], pd.Series], customer_id: str) -> str:
    """The persona's name, where there are personas."""
    try:
        name = persona().get(customer_id)
    except InputError:  # too few customers, or too alike
        return ""
    return "" if name is None or pd.isna(name) else _(PERSONA, persona=told_name(name))
