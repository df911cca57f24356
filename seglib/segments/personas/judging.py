"""Which number of groups to recommend, of what kind, and why not the others: one rule, for all and for halves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from seglib.language import words
from seglib.language.messages import gettext as _
from seglib.language.messages import mark
from seglib.segments.personas.options import limit_text
from seglib.segments.personas.stability import Halves
from seglib.tables.clusters import EVERYONE, GROUPS, SLICES

__all__ = ["judged", "pick", "refused_for", "votes"]

SURE_JACCARD = 0.75  # of the weakest group of the finest division: a group of its own, not half of one (Hennig 2007)
SEPARATION_SLACK = 0.02  # silhouette beyond the reference that may be given up for a finer division

FINEST = mark(
    "{k} groups are the finest division with gaps between the groups that comes back when the customers are split in "
    "two at random (agreement {stability} of 1, weakest group {worst_jaccard})"
)
SLICED = mark(
    "customers differ by degrees, without gaps between them (silhouette {silhouette}, {silhouette_reference} if there "
    "were no groups); {k} slices are a useful cut that comes back when they are split in two at random (agreement "
    "{stability} of 1)"
)
FINER = mark("{k} groups come back, and so does a finer division")
COARSER = mark("{k} groups come back, but stand out less from one another than in the best division ({silhouette})")
NO_GAPS = mark("{k} slices come back, but there are no gaps between them")
UNTRIED = mark("there are too few customers to try {k} groups on halves of them")
UNSTABLE = mark("two random halves of the customers do not agree on {k} groups ({stability} of 1, needs {needed})")
WEAK = mark("one of the {k} groups does not come back ({worst_jaccard} of 1, needs {needed})")
SMALL = mark("the smallest of {k} groups has {smallest_group} customers, fewer than {needed}")
DIVIDED = mark("one group would hide a division that comes back")
NOTHING = mark("no division into groups comes back reliably when the customers are split in two at random")
FEW = mark("too few customers ({customers}) for two groups of at least {needed}")
ALIKE = mark("the customers do not differ in these features")
NONE_FOUND = mark("no groups were found")


class Picked(NamedTuple):
    """Position of the recommended candidate, which of them are groups with gaps, and which may be recommended."""

    place: int
    groups: np.ndarray
    fit: np.ndarray


def pick(stability: Any, jaccard: Any, smallest: Any, gap: Any, limits: Mapping[str, float]) -> Picked:
    """The one rule of recommendation; candidates rise in ``k``, the first is everyone (its measures are NaN).

    Of groups the finest of which each surely comes back, else those that stand furthest apart; so of slices.
    """
    stability, jaccard, smallest, gap = (
        np.asarray(one, dtype="float64") for one in (stability, jaccard, smallest, gap)
    )
    sound = (stability >= limits["stability"]) & (jaccard >= limits["jaccard"]) & (smallest >= limits["group"])
    groups = sound & (gap > limits["gap"])
    sure = groups & (jaccard >= SURE_JACCARD)
    asked = groups if groups.any() else sound
    fit = sure if sure.any() else asked & (gap >= np.max(gap[asked], initial=-np.inf) - SEPARATION_SLACK)
    return Picked(int(np.flatnonzero(fit).max(initial=0)), groups, fit)


def votes(table: pd.DataFrame, halves: Sequence[Halves], limits: Mapping[str, float]) -> Any:
    """In how many halves of the customers each number is recommended, each half judged as all of them are."""
    if not halves or not all(np.isfinite(one.agreement).all() for one in halves):
        return pd.array([pd.NA] * len(table), dtype="Int64")
    reference, counted = table["silhouette_reference"].to_numpy(), np.zeros(len(table), dtype="int64")
    for half in range(len(halves[0].silhouette)):
        told = [
            (one.agreement[half // 2], one.found[half].min(), 2 * one.smallest[half], one.silhouette[half])
            for one in halves
        ]
        stability, jaccard, smallest, reached = np.array([(np.nan,) * 4, *told]).T
        counted[pick(stability, jaccard, smallest, reached - reference, limits).place] += 1
    return pd.array(counted, dtype="Int64")


def judged(table: pd.DataFrame, limits: Mapping[str, float], refused: str) -> pd.DataFrame:
    """The candidates with ``kind``, ``too_small``, ``recommended`` and ``reason``."""
    gap = table["silhouette"] - table["silhouette_reference"]
    measures = (table["stability"], table["worst_jaccard"], table["smallest_group"].astype("float64"), gap)
    picked = pick(*measures, limits)
    place = 0 if refused else picked.place
    rows: list[dict[str, Any]] = [dict(zip(table.columns, row, strict=True)) for row in table.itertuples(index=False)]
    kinds = [EVERYONE, *np.where(picked.groups, GROUPS, SLICES)[1:]]
    reasons = [_fault(row, limits) or refused or _close(row, picked, at) for at, row in enumerate(rows)]
    reasons[0] = (refused or _(NOTHING)) if place == 0 else _(DIVIDED)
    if place:
        reasons[place] = _(FINEST if picked.groups[place] else SLICED, **_told(rows[place]))
    free = pick(*measures, {**limits, "group": 0})
    small = free.fit & (measures[2] < limits["group"]).to_numpy() & (table.index > place) & (not refused)
    return table.assign(kind=kinds, too_small=small, recommended=table.index == place, reason=reasons)


def _close(row: dict[str, Any], picked: Picked, at: int) -> str:
    """Why a number that comes back is not the recommended one."""
    if picked.groups.any() and not picked.groups[at]:
        return _(NO_GAPS, **_told(row))
    if at > picked.place and picked.groups[at]:
        return _(WEAK, **_told(row), needed=limit_text(SURE_JACCARD))
    return _(FINER if picked.fit[at] or picked.groups[at] else COARSER, **_told(row))


def _fault(row: dict[str, Any], limits: Mapping[str, float]) -> str:
    if row["k"] > 1 and np.isnan(row["stability"]):
        return _(UNTRIED, **_told(row))
    if row["k"] == 1 or not row["stability"] >= limits["stability"]:
        return _(UNSTABLE, **_told(row), needed=limit_text(limits["stability"]))
    if not row["worst_jaccard"] >= limits["jaccard"]:
        return _(WEAK, **_told(row), needed=limit_text(limits["jaccard"]))
    small = row["smallest_group"] < limits["group"]
    return _(SMALL, **_told(row), needed=words.count(limits["group"])) if small else ""


def refused_for(table: pd.DataFrame, limits: Mapping[str, float], *, customers: int, distinct: int) -> str:
    """Why no division can be tried at all; empty where one can."""
    if customers < 2 * limits["group"]:
        return _(FEW, customers=words.count(customers), needed=words.count(limits["group"]))
    return _(ALIKE if distinct < 2 else NONE_FOUND) if len(table) == 1 else ""


def _told(row: dict[str, Any]) -> dict[str, str]:
    """Measures of one number of groups as text."""
    measures = ("stability", "worst_jaccard", "silhouette", "silhouette_reference")
    counts = {name: words.count(row[name]) for name in ("k", "smallest_group")}
    return counts | {name: words.number(row[name], 2) for name in measures}
