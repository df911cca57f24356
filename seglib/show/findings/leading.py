"""The sentence that leads a page: of all that goes beyond chance and construction, what lies furthest from them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any, NamedTuple

import pandas as pd

from seglib.language.messages import gettext as _
from seglib.language.messages import mark

__all__ = ["Candidate", "Lead", "constructed", "furthest", "leading"]

NOTHING = mark("Nothing on this page goes beyond what chance and construction would give.")
UNTESTED = mark("Nothing on this page could be held against chance.")
CONSTRUCTED = mark("That is so by construction.")


class Candidate(NamedTuple):
    """A finding that chance would seldom make, and how far it lies from what chance and construction give.

    The distance is an effect size, so that findings of large shops compare with those of small ones: Cohen's h of
    shares, Cohen's d of means, Cliff's delta of measures, silhouette beyond that of customers without groups.
    """

    distance: float
    text: str


class Lead(str):
    """A sentence that leads a page, with how far it lies from what chance and construction give."""

    __slots__ = ("distance",)
    distance: float


def furthest(table: pd.DataFrame, differs: str, tell: Callable[[pd.Series], str]) -> list[Candidate]:
    """The row of largest ``effect`` of those that ``differs`` (a column) flags, told; none where it flags none."""
    if table.empty or not {differs, "effect"} <= set(table):
        return []
    flagged = table[table[differs].astype("boolean").fillna(False).to_numpy(bool) & table["effect"].notna()]
    if flagged.empty:
        return []
    row: Any = flagged.loc[flagged["effect"].abs().idxmax()]
    return [Candidate(abs(float(row["effect"])), tell(row))]


def leading(candidates: Iterable[Candidate], *, tested: bool = True) -> str:
    """The candidate that lies furthest away (a :class:`Lead`), or that nothing does; ``tested``: was anything held
    against chance?

    Examples
    --------
    >>> leading([Candidate(0.2, "A little."), Candidate(0.7, "A lot.")]), leading([])[:37]
    ('A lot.', 'Nothing on this page goes beyond what')
    """
    told = list(candidates)
    if told:
        top = max(told, key=lambda one: one.distance)
        lead = Lead(top.text)
        lead.distance = top.distance
        return lead
    return _(NOTHING if tested else UNTESTED)


def constructed(text: str, made_from: Collection[str], column: str = "monetary_value") -> str:
    """A sentence on money that says so where it is true by construction: groups were made from what grows with it.

    Examples
    --------
    >>> constructed("A brings most.", {"monetary_value"}), constructed("A brings most.", {"country"})
    ('A brings most. That is so by construction.', 'A brings most.')
    """
    return f"{text} {_(CONSTRUCTED)}" if column in made_from else text
