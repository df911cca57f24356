"""Names for groups of customers, from what they do; groups that do not come back get no name."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from itertools import combinations

import numpy as np
import pandas as pd

from seglib.language import words
from seglib.language.messages import gettext as _
from seglib.language.messages import mark
from seglib.language.naming import EVERYONE, GROUP, NOT_NAMED, SMALL_GROUP, UNSTABLE_GROUP
from seglib.segments.personas.effects import persona_traits
from seglib.segments.personas.features import Features
from seglib.segments.personas.options import limit_text
from seglib.tables.canonical import CUSTOMERS
from seglib.tables.clusters import EVERYONE as ONE
from seglib.tables.clusters import GROUPS
from seglib.tables.small_tables import MIN_GROUP

__all__ = ["name_personas"]

Strength = tuple[str, float]  # feature, Cliff's delta

MIN_DELTA = 0.147  # Cliff's delta below this is negligible (Romano et al. 2006)
MIN_JACCARD = 0.6
MANY = 0.9  # share of a group with one order that makes it a group of one-time buyers
UNSTABLE = mark("does not come back when the customers are split in two at random ({jaccard} of 1, needs {needed})")
TYPICAL = mark("Typical customers")
BEHAVIOUR = {column.name for column in CUSTOMERS}
WHO_THEY_ARE = re.compile(
    r"(^|_)(age|birth|gender|sex|income|marital|married|household|kids?|child|children|education|religion|race|ethnic\w*|"
    r"nationality|disabled|disability|health|home|country|region|city|zip|postcode)(_|$)",
    re.IGNORECASE,
)


def name_personas(
    customers: pd.DataFrame,
    labels: pd.Series,
    features: Sequence[str] | Features | None = None,
    *,
    stability: pd.Series | None = None,
    min_group: int = MIN_GROUP,
    min_jaccard: float = MIN_JACCARD,
    kind: str = GROUPS,
) -> pd.DataFrame:
    """Name each group after what it does most differently from everyone else.

    Names come from behaviour only, never from who the customers are. A group that does not come back in random halves
    of the customers, or is smaller than ``min_group``, is numbered instead.

    Parameters
    ----------
    customers : DataFrame
        One row a customer, indexed by ``customer_id``.
    labels : Series of int
        Group of each customer, -1 for none, indexed by ``customer_id``.
    features : sequence of str or Features, optional
        As for :func:`persona_features`.
    stability : Series, optional
        Jaccard similarity of each group, from :func:`group_stability`.
    min_group : int
    min_jaccard : float
    kind : str
        What the groups are (of :class:`seglib.segments.personas.Recommendation`), kept with the names.

    Returns
    -------
    DataFrame, indexed by ``cluster``
        ``persona`` (unique), ``customers``, ``jaccard``, ``named`` (bool), ``why``, ``kind`` ("groups", "slices",
        "everyone").

    Examples
    --------
    >>> customers = pd.DataFrame({"recency_days": [2] * 40 + [300] * 40, "frequency": [*range(10, 50)] + [1] * 40})
    >>> name_personas(customers, pd.Series([0] * 40 + [1] * 40))["persona"].tolist()
    ['Recent frequent buyers', 'Lapsed one-time buyers']
    """
    labels = labels.reindex(customers.index)
    sizes = labels.value_counts().sort_index()
    jaccard = pd.Series(np.nan, index=sizes.index) if stability is None else stability.reindex(sizes.index)
    table = pd.DataFrame(
        {"persona": "", "customers": sizes, "jaccard": jaccard, "named": False, "why": "", "kind": kind}
    )
    table.index.name = "cluster"
    if list(sizes.index) == [0]:
        return table.assign(persona=EVERYONE, named=True, why=_("there is one group"), kind=ONE)
    traits = persona_traits(customers, labels, features, min_group=min_group)
    traits = traits[traits["feature"].isin(_may_name(traits["feature"].unique().tolist()))]
    named = _named(table, traits, _once(customers, labels), min_group, min_jaccard)
    table["persona"], table["named"], table["why"] = ([row[at] for row in named] for at in range(3))
    return table


def _named(
    table: pd.DataFrame, traits: pd.DataFrame, once: dict[int, float], min_group: int, min_jaccard: float
) -> list[tuple[str, bool, str]]:
    rows: list[tuple[str, bool, str]] = []
    for cluster, size, jaccard in zip(table.index, table["customers"], table["jaccard"], strict=True):
        number, why = _unnamed(int(cluster), int(size), float(jaccard), min_group, min_jaccard)
        own = _strongest(traits[traits["persona"] == cluster])
        number = number or ("" if len(traits) else GROUP.format(n=cluster + 1))
        name = number or _unique(_names(own, once.get(int(cluster), 0.0)), {row[0] for row in rows})
        rows.append((name, not number, why or _why(own)))
    return rows


def _unnamed(cluster: int, size: int, jaccard: float, min_group: int, min_jaccard: float) -> tuple[str, str]:
    if cluster < 0:
        return NOT_NAMED, _("in no group")
    if size < min_group:
        why = _("fewer than {customers}", customers=words.plural(min_group, "customer"))
        return SMALL_GROUP.format(n=cluster + 1), why
    if jaccard < min_jaccard:
        told = {"jaccard": words.number(jaccard, 2), "needed": limit_text(min_jaccard)}
        return UNSTABLE_GROUP.format(n=cluster + 1), _(UNSTABLE, **told)
    return "", ""


def _may_name(features: Sequence[str]) -> list[str]:
    behaviour = [name for name in features if name in BEHAVIOUR]
    return behaviour or [name for name in features if not WHO_THEY_ARE.search(name)]


def _once(customers: pd.DataFrame, labels: pd.Series) -> dict[int, float]:
    if "frequency" not in customers:
        return {}
    shares = (customers["frequency"] == 1).groupby(labels).mean()
    return {int(str(cluster)): float(share) for cluster, share in shares.items()}


def _strongest(traits: pd.DataFrame) -> list[Strength]:
    """Features and their deltas, the strongest first; negligible ones left out."""
    told = zip(traits["feature"].astype(str), traits["delta"].astype("float64"), strict=True)
    return [(name, float(delta)) for name, delta in told if abs(delta) >= MIN_DELTA]


def _why(strongest: list[Strength]) -> str:
    told = [f"{name} {'high' if delta > 0 else 'low'} ({delta:+.2f})" for name, delta in strongest[:3]]
    return ", ".join(told) or "nothing sets it apart"


def _names(strongest: list[Strength], once: float) -> Iterator[str]:
    """Names from the strongest to the weakest pair of traits."""
    sides: dict[str, tuple[str, str]] = {}
    for feature, delta in strongest:
        side = "high" if delta > 0 else "low"
        side = "once" if feature == "frequency" and side == "low" and once >= MANY else side
        phrase = _phrases().get((feature, side))
        if phrase is not None or feature not in BEHAVIOUR:
            sides.setdefault(phrase["theme"] if phrase else feature, (feature, side))
    traits = list(sides.values())[:5]
    if len(traits) < 2:
        yield _phrase(traits) if traits else TYPICAL
    for one, other in sorted(combinations(range(len(traits)), 2), key=sum):
        yield _phrase([traits[one], traits[other]])


def _phrase(traits: list[tuple[str, str]]) -> str:
    phrases = [_phrases().get(trait) for trait in traits]
    known = sorted((phrase for phrase in phrases if phrase), key=lambda phrase: int(phrase["noun_rank"]))
    if len(known) < len(traits):
        told = ", ".join(f"{side if side != 'once' else 'low'} {feature.replace('_', ' ')}" for feature, side in traits)
        return told[:1].upper() + told[1:]
    told = " ".join([*(phrase["adjective"] for phrase in known[1:]), known[0]["noun"]])
    return told[:1].upper() + told[1:]


def _unique(names: Iterator[str], taken: set[str]) -> str:
    offered = list(names)
    free = [name for name in offered if name not in taken]
    numbered = (f"{offered[0]} {number}" for number in range(2, len(taken) + 3))
    return free[0] if free else next(name for name in numbered if name not in taken)


@cache
def _phrases() -> dict[tuple[str, str], dict[str, str]]:
    with files("seglib.segments.personas").joinpath("phrases.csv").open(encoding="utf-8") as text:
        return {(row["feature"], row["side"]): row for row in csv.DictReader(text)}
