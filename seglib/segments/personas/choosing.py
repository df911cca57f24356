"""How many groups: every candidate measured, one recommended with its reason, or none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from seglib.errors import InputError, did_you_mean
from seglib.language import words
from seglib.language.messages import gettext as _
from seglib.language.messages import mark
from seglib.segments.personas.features import Features, canonical_sample, persona_features
from seglib.segments.personas.fitting import CAPS, Groups, fit_groups
from seglib.segments.personas.options import METHODS, limit_text
from seglib.segments.personas.stability import split_half
from seglib.tables.clusters import NOISE, distinct_rows, hopkins, one_thread
from seglib.tables.small_tables import MIN_GROUP

__all__ = ["Recommendation", "compare_k", "principal_axes", "recommend_k"]

MIN_STABILITY = 0.7  # adjusted Rand index of two halves of the customers
MIN_JACCARD = 0.6  # of the weakest group; below 0.6 a group should not be trusted (Hennig 2007)
MIN_HOPKINS = 0.6  # below, customers are spread about as evenly as chance would
SEPARATION_SLACK = 0.02  # silhouette beyond the reference that may be given up for a finer division
JUDGED = 5_000  # rows for the silhouette, which is quadratic
JUDGED_REFERENCE = 2_000
MEASURES = (
    "inertia",
    "silhouette",
    "silhouette_reference",
    "davies_bouldin",
    "calinski_harabasz",
    "smallest_share",
    "stability",
    "stability_low",
    "worst_jaccard",
)


FINEST = mark(
    "{k} groups are the finest well separated division that comes back when the customers are split in two at random "
    "(agreement {stability} of 1, weakest group {worst_jaccard})"
)
FINER = mark("{k} groups come back, and so does a finer division")
COARSER = mark("{k} groups come back, but stand out less from one another than in the best division ({silhouette})")
UNTRIED = mark("there are too few customers to try {k} groups on halves of them")
UNSTABLE = mark("two random halves of the customers do not agree on {k} groups ({stability} of 1, needs {needed})")
WEAK = mark("one of the {k} groups does not come back ({worst_jaccard} of 1, needs {needed})")
SMALL = mark("the smallest of {k} groups has {smallest_group} customers, fewer than {needed}")
DIVIDED = mark("one group would hide a division that comes back")
NOTHING = mark("no division into groups comes back reliably when the customers are split in two at random")
FEW = mark("too few customers ({customers}) for two groups of at least {needed}")
ALIKE = mark("the customers do not differ in these features")
NONE_FOUND = mark("no groups were found")
EVEN = mark("the customers are spread about as evenly as chance would spread them (Hopkins {hopkins}, needs {needed})")


class Recommendation(NamedTuple):
    """How many groups, and why."""

    k: int
    reason: str


def compare_k(
    customers: pd.DataFrame,
    ks: Iterable[int] = range(2, 9),
    *,
    features: Sequence[str] | Features | None = None,
    method: str = "kmeans",
    min_group: int = MIN_GROUP,
    sample: int = 50_000,
    splits: int = 10,
    min_stability: float = MIN_STABILITY,
    min_jaccard: float = MIN_JACCARD,
    min_hopkins: float = MIN_HOPKINS,
    random_state: int = 0,
) -> pd.DataFrame:
    """Measure divisions of the customers into different numbers of groups, and recommend one or none.

    The finest division is recommended that two random halves of the customers agree on (``stability``), whose weakest
    group comes back (``worst_jaccard``), whose smallest group is large enough, and whose silhouette exceeds that of
    customers without any groups by about as much as the best of these. Where there is none, or the customers are spread
    as evenly as chance would spread them, it is one group.

    Parameters
    ----------
    customers : DataFrame
        One row a customer, indexed by ``customer_id``.
    ks : iterable of int
        Numbers of groups; ``"hdbscan"`` finds its own instead.
    features : sequence of str or Features, optional
        Columns (see :func:`persona_features`), or features already treated.
    method : {"kmeans", "gaussian_mixture", "hdbscan"}
    min_group : int
        Customers that the smallest group must have; twice as many must be there at all.
    sample : int
        Customers that are looked at, at most 50,000 (``"kmeans"``) or 10,000.
    splits : int
        Random splits in two halves.
    min_stability, min_jaccard, min_hopkins : float
        Thresholds, 0..1.
    random_state : int

    Returns
    -------
    DataFrame
        One row a ``k``, the first of them 1 (everyone): ``inertia``, ``silhouette`` (on 5,000 customers),
        ``silhouette_reference`` (of clouds of the same spread without any groups), ``davies_bouldin``,
        ``calinski_harabasz``, ``smallest_group``, ``smallest_share``, ``stability`` (mean adjusted Rand index of two
        halves), ``stability_low`` (its 10% quantile), ``worst_jaccard`` (weakest group), ``hopkins``, ``recommended``,
        ``reason``.

    References
    ----------
    Lange, Roth, Braun, Buhmann (2004), Stability-based validation of clustering solutions. Hennig (2007), Cluster-wise
    assessment of cluster stability. Tibshirani, Walther, Hastie (2001), Estimating the number of clusters in a data set
    via the gap statistic (a reference without groups).

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> groups = np.repeat([0, 10, 20], 100)
    >>> customers = pd.DataFrame({"recency_days": groups + rng.normal(size=300), "frequency": rng.permutation(groups)})
    >>> customers["frequency"] = groups % 20 + rng.normal(size=300)
    >>> compare_k(customers, range(2, 5)).set_index("k")["recommended"].idxmax()
    3
    """
    if method not in METHODS:
        raise InputError(f"compare_k: method is {method!r}.{did_you_mean(method, METHODS)}")
    treated = features if isinstance(features, Features) else persona_features(customers, features)
    rows = treated.matrix.to_numpy()
    rows = rows[canonical_sample(rows, min(sample, CAPS[method]), random_state)]
    limits = {"stability": min_stability, "jaccard": min_jaccard, "hopkins": min_hopkins, "group": min_group}
    share = len(treated.matrix) / max(1, len(rows))
    tendency = hopkins(rows, seed=random_state)
    wanted = [0] if method == "hdbscan" else sorted({int(k) for k in ks if k > 1})
    measured = [
        _measure(rows, k, method, splits, min_group, random_state) for k in wanted if _possible(rows, k, min_group)
    ]
    table = pd.DataFrame([{"k": 1}, *measured], columns=["k", *MEASURES]).astype(dict.fromkeys(MEASURES, "float64"))
    table = table[(table["k"] > 1) | (table.index == 0)].reset_index(drop=True)
    smallest = (table["smallest_share"] * len(rows) * share).round()
    table.insert(table.columns.get_loc("smallest_share"), "smallest_group", smallest.astype("Int64"))
    table["hopkins"] = tendency
    return _judged(table, limits, customers=len(treated.matrix), distinct=distinct_rows(rows))


def recommend_k(candidates: pd.DataFrame, asked: int = 0) -> Recommendation:
    """Number of groups to use, and why.

    Parameters
    ----------
    candidates : DataFrame
        From :func:`compare_k`.
    asked : int
        A number that somebody asked for; it is taken wherever it is possible at all.

    Returns
    -------
    Recommendation
        ``k`` and ``reason``; ``k`` is 1 ("Everyone") where no division can be relied on.

    Examples
    --------
    >>> candidates = pd.DataFrame({"k": [1, 2], "recommended": [False, True], "reason": ["", "it is stable"]})
    >>> recommend_k(candidates)
    Recommendation(k=2, reason='it is stable')
    """
    best = candidates[candidates["recommended"]].iloc[0]
    if asked == 0 or asked == best["k"]:
        return Recommendation(int(best["k"]), str(best["reason"]))
    row = candidates[candidates["k"] == asked]
    if row.empty:
        impossible = mark("{k} groups were asked for, which cannot be had here; {reason}")
        return Recommendation(int(best["k"]), _(impossible, k=asked, reason=best["reason"]))
    evidence = row["reason"].iloc[0]
    return Recommendation(
        asked, _("{k} groups were asked for; as for the evidence, {reason}", k=asked, reason=evidence)
    )


def principal_axes(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows in the axes of their principal components, and each axis' share of the variance; signs do not vary."""
    centred = rows - rows.mean(axis=0) if len(rows) else rows
    spread, axes = np.linalg.eigh(centred.T @ centred)
    axes, spread = axes[:, ::-1], np.maximum(spread[::-1], 0)
    axes = axes * np.where(axes.sum(axis=0) < 0, -1.0, 1.0)
    return centred @ axes, spread / (spread.sum() or 1.0)


def _possible(rows: np.ndarray, k: int, min_group: int) -> bool:
    if rows.shape[1] == 0 or len(rows) < 2:
        return False
    return len(rows) >= 2 * min_group if k == 0 else distinct_rows(rows) >= k


def _measure(rows: np.ndarray, k: int, method: str, splits: int, min_group: int, seed: int) -> dict[str, Any]:
    groups = fit_groups(rows, k, method, seed=seed, min_group=min_group)
    labels = groups.assign(rows)
    found = np.unique(labels[labels != NOISE])
    k = k or len(found)
    agreement, found_again = split_half(rows, groups, k, method, splits=splits, seed=seed, min_group=min_group)
    known = np.isfinite(agreement).any()
    return {
        "k": k,
        **_separation(rows, labels, groups),
        "silhouette_reference": _reference(rows, k, seed) if len(found) > 1 else np.nan,
        "smallest_share": float(np.bincount(labels[labels != NOISE], minlength=k).min() / len(rows))
        if len(found)
        else np.nan,
        "stability": float(agreement.mean()) if known else np.nan,
        "stability_low": float(np.quantile(agreement, 0.1)) if known else np.nan,
        "worst_jaccard": float(found_again.mean(axis=0).min()) if known else np.nan,
    }


def _separation(rows: np.ndarray, labels: np.ndarray, groups: Groups) -> dict[str, float]:
    from sklearn.metrics import calinski_harabasz_score, davies_bouldin_score

    rows, labels = rows[labels != NOISE], labels[labels != NOISE]
    if not 1 < len(np.unique(labels)) < len(rows):
        return {}
    return {
        "inertia": float(((rows - groups.centres[labels]) ** 2).sum()),
        "silhouette": _silhouette(rows, labels, JUDGED),
        "davies_bouldin": float(davies_bouldin_score(rows, labels)),
        "calinski_harabasz": float(calinski_harabasz_score(rows, labels)),
    }


def _silhouette(rows: np.ndarray, labels: np.ndarray, most: int) -> float:
    from sklearn.metrics import silhouette_score

    picked = np.random.default_rng(0).permutation(len(rows))[:most]
    if not 1 < len(np.unique(labels[picked])) < len(picked):
        return float("nan")
    with one_thread():
        return float(silhouette_score(rows[picked], labels[picked]))


def _reference(rows: np.ndarray, k: int, seed: int) -> float:
    """Silhouette that k-means reaches where there are no groups: in a box and a bell as wide as the customers."""
    scores = principal_axes(rows)[0]
    rng, size = np.random.default_rng(seed), min(len(rows), JUDGED_REFERENCE)
    box = rng.uniform(scores.min(axis=0), scores.max(axis=0), (size, scores.shape[1]))
    bell = rng.normal(size=(size, scores.shape[1])) * scores.std(axis=0)
    reached = [
        _silhouette(cloud, fit_groups(cloud, k, seed=seed, starts=3).assign(cloud), size) for cloud in (box, bell)
    ]
    return float(np.max(reached))


def _judged(table: pd.DataFrame, limits: dict[str, float], *, customers: int, distinct: int) -> pd.DataFrame:
    rows: list[dict[str, Any]] = [dict(zip(table.columns, row, strict=True)) for row in table.itertuples(index=False)]
    refused = _refused(rows, limits, customers=customers, distinct=distinct)
    faults = [_fault(row, limits) for row in rows]
    excess = (table["silhouette"] - table["silhouette_reference"]).to_numpy()
    sound = np.array([not fault and not refused for fault in faults])
    best = excess[sound].max() if sound.any() else np.nan
    near = sound & (excess >= best - SEPARATION_SLACK)
    pick = int(np.flatnonzero(near).max()) if near.any() else 0
    reasons = [
        fault or refused or _(FINER if close else COARSER, **_told(row))
        for row, fault, close in zip(rows, faults, near, strict=True)
    ]
    reasons[0] = (refused or _(NOTHING)) if pick == 0 else _(DIVIDED)
    if pick:
        reasons[pick] = _(FINEST, **_told(rows[pick]))
    return table.assign(recommended=table.index == pick, reason=reasons)


def _fault(row: dict[str, Any], limits: dict[str, float]) -> str:
    if row["k"] > 1 and np.isnan(row["stability"]):
        return _(UNTRIED, **_told(row))
    if row["k"] == 1 or not row["stability"] >= limits["stability"]:
        return _(UNSTABLE, **_told(row), needed=limit_text(limits["stability"]))
    if not row["worst_jaccard"] >= limits["jaccard"]:
        return _(WEAK, **_told(row), needed=limit_text(limits["jaccard"]))
    small = row["smallest_group"] < limits["group"]
    return _(SMALL, **_told(row), needed=words.count(limits["group"])) if small else ""


def _refused(rows: list[dict[str, Any]], limits: dict[str, float], *, customers: int, distinct: int) -> str:
    if customers < 2 * limits["group"]:
        return _(FEW, customers=words.count(customers), needed=words.count(limits["group"]))
    if len(rows) == 1:
        return _(ALIKE if distinct < 2 else NONE_FOUND)
    even = rows[0]["hopkins"] < limits["hopkins"]
    return _(EVEN, **_told(rows[0]), needed=limit_text(limits["hopkins"])) if even else ""


def _told(row: dict[str, Any]) -> dict[str, str]:
    """Measures of one number of groups as text."""
    measures = ("stability", "worst_jaccard", "silhouette", "hopkins")
    counts = {name: words.count(row[name]) for name in ("k", "smallest_group")}
    return counts | {name: words.number(row[name], 2) for name in measures}
