"""How many groups: every candidate measured, one recommended with its reason and what kind of division it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from seglib.errors import InputError, did_you_mean
from seglib.language.messages import gettext as _
from seglib.language.messages import mark
from seglib.segments.personas.features import Features, canonical_sample, persona_features
from seglib.segments.personas.fitting import CAPS, Groups, fit_groups
from seglib.segments.personas.judging import judged, refused_for, votes
from seglib.segments.personas.options import METHODS
from seglib.segments.personas.stability import Halves, split_half
from seglib.tables.clusters import (
    EVERYONE,
    GAPS,
    NOISE,
    distinct_rows,
    silhouette,
    silhouette_reference,
)
from seglib.tables.small_tables import MIN_GROUP

__all__ = ["Recommendation", "compare_k", "recommend_k"]

SPLITS = 10  # in two halves, each of which recommends a number of its own: 20 subsamples
MIN_STABILITY = 0.7  # adjusted Rand index of two halves of the customers
MIN_JACCARD = 0.6  # of the weakest group; below 0.6 a group should not be trusted (Hennig 2007)
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


class Recommendation(NamedTuple):
    """How many groups, why, and whether they are ``groups`` (kinds), ``slices`` of a continuum or ``everyone``."""

    k: int
    reason: str
    kind: str = EVERYONE


def compare_k(
    customers: pd.DataFrame,
    ks: Iterable[int] = range(2, 9),
    *,
    features: Sequence[str] | Features | None = None,
    method: str = "kmeans",
    min_group: int = MIN_GROUP,
    sample: int = 50_000,
    splits: int = SPLITS,
    min_stability: float = MIN_STABILITY,
    min_jaccard: float = MIN_JACCARD,
    min_gap: float = GAPS,
    random_state: int = 0,
) -> pd.DataFrame:
    """Measure divisions of the customers into different numbers of groups, and recommend one or none.

    Groups are kinds of customers where there are gaps between them: their silhouette exceeds that of customers without
    any groups by more than ``min_gap``, two random halves of the customers agree on them (``stability``), and each
    comes back (``worst_jaccard``); the finest such division is recommended. Where there is none, customers differ by
    degrees: recommended are *slices*, the finest cut that comes back and stands out about as far as the best. Where
    nothing comes back, it is everyone.

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
    min_stability, min_jaccard, min_gap : float
        Thresholds, 0..1.
    random_state : int

    Returns
    -------
    DataFrame
        One row a ``k``, the first of them 1 (everyone): ``inertia``, ``silhouette`` (on 5,000 customers),
        ``silhouette_reference`` (of clouds of the same spread without any groups), ``davies_bouldin``,
        ``calinski_harabasz``, ``smallest_group``, ``smallest_share``, ``stability`` (mean adjusted Rand index of two
        halves), ``stability_low`` (its 10% quantile), ``worst_jaccard`` (weakest group), ``kind`` ("groups", "slices",
        "everyone"), ``too_small`` (bool: finer, and refused for the size of its smallest group alone), ``subsamples``
        (in how many of the ``2 * splits`` halves this number is recommended by the same rule; NA where they are too
        small), ``recommended``, ``reason``.

    References
    ----------
    Lange, Roth, Braun, Buhmann (2004), Stability-based validation of clustering solutions. Hennig (2007), Cluster-wise
    assessment of cluster stability. Tibshirani, Walther, Hastie (2001), Estimating the number of clusters in a data set
    via the gap statistic (a reference without groups). How often one cloud is called groups: docs/honesty.md.

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
    limits = {"stability": min_stability, "jaccard": min_jaccard, "gap": min_gap, "group": min_group}
    share = len(treated.matrix) / max(1, len(rows))
    wanted = [0] if method == "hdbscan" else sorted({int(k) for k in ks if k > 1})
    measured = [
        _measure(rows, k, method, splits, min_group, random_state) for k in wanted if _possible(rows, k, min_group)
    ]
    table = pd.DataFrame([{"k": 1}, *(row for row, _halves in measured)], columns=["k", *MEASURES]).astype(
        dict.fromkeys(MEASURES, "float64")
    )
    table = table[(table["k"] > 1) | (table.index == 0)].reset_index(drop=True)
    smallest = (table["smallest_share"] * len(rows) * share).round()
    table.insert(table.columns.get_loc("smallest_share"), "smallest_group", smallest.astype("Int64"))
    halves = [one for _row, one in measured if _row["k"] > 1]
    refused = refused_for(table, limits, customers=len(treated.matrix), distinct=distinct_rows(rows))
    table["subsamples"] = pd.NA if refused else votes(table, halves, limits)
    return judged(table, limits, refused)


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
        ``k``, ``reason`` and ``kind``; ``k`` is 1 ("everyone") where no division can be relied on.

    Examples
    --------
    >>> candidates = pd.DataFrame({"k": [1, 2], "recommended": [False, True], "reason": ["", "it is stable"]})
    >>> recommend_k(candidates.assign(kind=["everyone", "groups"]))
    Recommendation(k=2, reason='it is stable', kind='groups')
    """
    best = candidates[candidates["recommended"]].iloc[0]
    if asked == 0 or asked == best["k"]:
        return Recommendation(int(best["k"]), str(best["reason"]), str(best["kind"]))
    row = candidates[candidates["k"] == asked]
    if row.empty:
        impossible = mark("{k} groups were asked for, which cannot be had here; {reason}")
        return Recommendation(int(best["k"]), _(impossible, k=asked, reason=best["reason"]), str(best["kind"]))
    evidence = row["reason"].iloc[0]
    told = _("{k} groups were asked for; as for the evidence, {reason}", k=asked, reason=evidence)
    return Recommendation(asked, told, str(row["kind"].iloc[0]))


def _possible(rows: np.ndarray, k: int, min_group: int) -> bool:
    if rows.shape[1] == 0 or len(rows) < 2:
        return False
    return len(rows) >= 2 * min_group if k == 0 else distinct_rows(rows) >= k


def _measure(
    rows: np.ndarray, k: int, method: str, splits: int, min_group: int, seed: int
) -> tuple[dict[str, Any], Halves]:
    groups = fit_groups(rows, k, method, seed=seed, min_group=min_group)
    labels = groups.assign(rows)
    found = np.unique(labels[labels != NOISE])
    k = k or len(found)
    halves = split_half(rows, groups, k, method, splits=splits, seed=seed, min_group=min_group)
    known = np.isfinite(halves.agreement).any()
    return {
        "k": k,
        **_separation(rows, labels, groups),
        "silhouette_reference": silhouette_reference(rows, k, seed=seed) if len(found) > 1 else np.nan,
        "smallest_share": float(np.bincount(labels[labels != NOISE], minlength=k).min() / len(rows))
        if len(found)
        else np.nan,
        "stability": float(halves.agreement.mean()) if known else np.nan,
        "stability_low": float(np.quantile(halves.agreement, 0.1)) if known else np.nan,
        "worst_jaccard": float(halves.found.mean(axis=0).min()) if known else np.nan,
    }, halves


def _separation(rows: np.ndarray, labels: np.ndarray, groups: Groups) -> dict[str, float]:
    from sklearn.metrics import calinski_harabasz_score, davies_bouldin_score

    rows, labels = rows[labels != NOISE], labels[labels != NOISE]
    if not 1 < len(np.unique(labels)) < len(rows):
        return {}
    return {
        "inertia": float(((rows - groups.centres[labels]) ** 2).sum()),
        "silhouette": silhouette(rows, labels),
        "davies_bouldin": float(davies_bouldin_score(rows, labels)),
        "calinski_harabasz": float(calinski_harabasz_score(rows, labels)),
    }
