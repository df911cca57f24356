"""Who is about to slip to another segment, and who is one order away from one, in sentences."""

from __future__ import annotations

import pandas as pd

from seglib.language import words
from seglib.language.messages import gettext as _
from seglib.language.messages import mark, ngettext

__all__ = ["NOBODY", "boundaries", "rises", "within"]

NOBODY = mark("There are no customers to name.")


def boundaries(moves: pd.DataFrame, customers: int, currency: str = "") -> str:
    """How many customers are about to slip, and what they brought.

    Parameters
    ----------
    moves : DataFrame
        From :func:`seglib.segments.rfm.summarise_boundaries`.
    customers : int
        How many there are in all.
    currency : str
        ISO 4217 code.
    """
    if not customers:
        return _(NOBODY)
    slips = moves[moves["move"] == "slips"]
    n, days = int(slips["customers"].sum()), within(moves)
    if not n:
        return _("Nobody slips to another segment within {days}.", days=days)
    return ngettext(
        "Without an order, {n} customer of {all} ({share}) slips to another segment within {days}; revenue so far: "
        "{revenue}.",
        "Without an order, {n} customers of {all} ({share}) slip to another segment within {days}; revenue so far: "
        "{revenue}.",
        n,
        n=words.count(n),
        all=words.count(customers),
        share=words.percent(n / customers),
        days=days,
        revenue=words.money(slips["revenue"].sum(), currency),
    )


def rises(moves: pd.DataFrame, customers: int) -> str:
    """How many customers a single order would move, and where to.

    Parameters
    ----------
    moves : DataFrame
        From :func:`seglib.segments.rfm.summarise_boundaries`.
    customers : int
        How many there are in all.
    """
    if not customers:
        return _(NOBODY)
    ups = moves[moves["move"] == "rises"]
    n = int(ups["customers"].sum())
    if not n:
        return _("A single order would move nobody to another segment.")
    to = ups.groupby("next_segment", sort=False)["customers"].sum()
    return ngettext(
        "One more order now would move {n} customer of {all} ({share}) to another segment, most often {segment} "
        "({most}).",
        "One more order now would move {n} customers of {all} ({share}) to another segment, most often {segment} "
        "({most}).",
        n,
        n=words.count(n),
        all=words.count(customers),
        share=words.percent(n / customers),
        segment=words.name(to.idxmax()),
        most=words.count(to.max()),
    )


def within(moves: pd.DataFrame) -> str:
    """Days that count as soon, as text."""
    return words.days(moves["within_days"].iloc[0] if len(moves) else 30)
