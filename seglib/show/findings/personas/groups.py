"""How the groups of customers were found, in sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from seglib.language import words
from seglib.language.messages import gettext as _
from seglib.language.messages import mark
from seglib.language.naming import EVERYONE
from seglib.show.findings.clauses import closed
from seglib.show.findings.profiles.picking import listed

__all__ = ["TREATMENT", "compare_k", "decided", "names", "structure", "treatment"]

APART = 0.5  # silhouette from which groups stand clearly apart (Kaufman, Rousseeuw 1990)
COME_BACK = mark(
    "{k} groups with gaps between them come back when the customers are split in two at random (agreement {agree} of "
    "1, weakest group {weakest})."
)
CUT = mark(
    "There are no kinds of customers here, they differ by degrees; {k} slices are a useful way to cut them, and come "
    "back when they are split in two at random (agreement {agree} of 1)."
)
VOTES = mark("Of {all} random halves of the customers, {n} would choose {k}.")
SMALLER = mark("{k} groups would come back too, but the smallest has {n} customers, fewer than are described.")
CLEARLY = mark("The groups stand clearly apart (silhouette {reached}, {without} if there were no groups at all).")
OVERLAP = mark(
    "The groups are real, but overlap at their edges (silhouette {reached}, {without} if there were no groups at all)."
)
DEGREES = mark(
    "There are no gaps between the slices: they divide customers who differ by degrees (silhouette {reached}, "
    "{without} if there were no groups at all)."
)
NOT_NAMED = mark("{named} of {groups} have a name; not so {others}.")
UNTRIED = mark("All {k} groups are named after what sets them apart; whether they come back could not be tried.")
NAMED = mark("All {k} groups come back and are named after what sets them apart.")
SLICES_NAMED = mark("The {k} slices are named after where they lie; a name says no more than that.")
OTHER_UNITS = mark(
    "Sold in another unit than pieces, as it seems: {names}. Each of these lines counts as one item; page 01 tells "
    "why, and how to change it."
)
# columns of the table: heading, and role where the name does not tell
TREATMENT = {
    "feature": (mark("Feature"), "label"),
    "used": mark("Used"),
    "missing": mark("Customers without"),
    "filled_with": mark("Filled with"),
    "transform": mark("Scaled"),
    "why": mark("Why"),
}


def treatment(treatment: pd.DataFrame, doubts: Sequence[Mapping[str, Any]] = ()) -> str:
    """How many features are used, and why others are not; what is not counted by its pieces.

    Parameters
    ----------
    treatment : DataFrame
        Of :class:`seglib.segments.personas.Features`.
    doubts : sequence of mapping
        :attr:`seglib.Shop.doubts`.
    """
    names = [name for one in doubts if one["name"] == "other_units" for name in one["names"]]
    units = _(OTHER_UNITS, names=listed(names)) if names else ""
    return f"{_used(treatment)} {units}".strip()


def _used(treatment: pd.DataFrame) -> str:
    if treatment.empty or not treatment["used"].any():
        return _("No feature tells these customers apart.")
    left = treatment.loc[~treatment["used"], "feature"].map(words.label).tolist()
    filled = treatment.loc[treatment["used"] & (treatment["missing"] > 0), "feature"].map(words.label).tolist()
    all_of_them = words.plural(len(treatment), "feature")
    return closed(
        _("{n} of {features} can be used", n=words.count(treatment["used"].sum()), features=all_of_them),
        _("{features} cannot", features=words.joined(left)) if left else "",
        _("not everyone has {features}", features=words.joined(filled)) if filled else "",
    )


def compare_k(candidates: pd.DataFrame) -> str:
    """How many groups or slices are recommended, how many halves of the customers agree, and what was too small.

    Parameters
    ----------
    candidates : DataFrame
        From :func:`seglib.compare_k`.
    """
    best = candidates[candidates["recommended"]].iloc[0]
    votes = candidates["subsamples"].sum()
    told = {"k": words.count(best["k"]), "all": words.count(votes), "n": words.count(best["subsamples"])}
    voted = _(VOTES, **told) if votes else ""
    if best["k"] == 1:
        return f"{_('Everyone stays in one group: {reason}.', reason=best['reason'])} {voted}".strip()
    agree, weakest = words.number(best["stability"], 2), words.number(best["worst_jaccard"], 2)
    found = _(COME_BACK if best["kind"] == "groups" else CUT, k=told["k"], agree=agree, weakest=weakest)
    return " ".join(part for part in (found, voted, _too_small(candidates)) if part)


def _too_small(candidates: pd.DataFrame) -> str:
    """A finer division that was refused for the size of its smallest group alone: told, not merged in silence."""
    small = candidates[candidates["too_small"]]
    if small.empty:
        return ""
    row: Any = small.iloc[-1]
    return _(SMALLER, k=words.count(row["k"]), n=words.count(row["smallest_group"]))


def decided(reason: str) -> str:
    """How many groups are used here, and why.

    Parameters
    ----------
    reason : str
        Of :class:`seglib.segments.personas.Recommendation`.

    Examples
    --------
    >>> decided("3 groups were asked for")
    'Used here: 3 groups were asked for.'
    """
    return _("Used here: {reason}.", reason=reason)


def structure(candidates: pd.DataFrame, k: int) -> str:
    """Whether the groups are islands, or slices of customers who shade into one another.

    Parameters
    ----------
    candidates : DataFrame
        From :func:`seglib.compare_k`.
    k : int
        Groups in use.
    """
    row = candidates[candidates["k"] == k]
    if k == 1:
        return _("With one group there is no separation to measure.")
    if row.empty or pd.isna(row["silhouette"].iloc[0]):
        return _("How far the groups are apart could not be measured.")
    reached, without = float(row["silhouette"].iloc[0]), float(row["silhouette_reference"].iloc[0])
    told = DEGREES if row["kind"].iloc[0] != "groups" else CLEARLY if reached >= APART else OVERLAP
    return _(told, reached=words.number(reached, 2), without=words.number(without, 2))


def names(names: pd.DataFrame) -> str:
    """How many groups have a name, and why others do not.

    Parameters
    ----------
    names : DataFrame
        From :func:`seglib.name_personas`.
    """
    if list(names["persona"]) == [EVERYONE]:
        return _("There is one group, so there is nothing to name.")
    unnamed = names[~names["named"]]
    if unnamed.empty and (names["kind"] == "slices").all():
        return _(SLICES_NAMED, k=words.count(len(names)))
    if unnamed.empty:
        return _(UNTRIED if names["jaccard"].isna().any() else NAMED, k=words.count(len(names)))
    groups, others = words.plural(len(names), "group"), words.joined([words.name(name) for name in unnamed["persona"]])
    return _(NOT_NAMED, named=words.count(len(names) - len(unnamed)), groups=groups, others=others)
