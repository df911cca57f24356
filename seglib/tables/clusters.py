"""Groups of points: whether there are any, which is the nearest, and whether a group comes back."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "EVERYONE",
    "GAPS",
    "GROUPS",
    "NOISE",
    "SLICES",
    "distinct_rows",
    "jaccard",
    "jaccards",
    "kmeans_centres",
    "nearest",
    "one_thread",
    "principal_axes",
    "separation",
    "silhouette",
    "silhouette_reference",
]

EVERYONE = "everyone"
GROUPS = "groups"  # with gaps between them: kinds
SLICES = "slices"  # of what differs by degrees
NOISE = -1  # label of a point in no group
FEWEST = 20  # different points
JUDGED, JUDGED_REFERENCE = 5_000, 2_000  # rows for the silhouette, which is quadratic
REFERENCES = 3  # draws of each kind of customers without groups: one alone is off by 0.01 and more
GAPS = 0.105  # silhouette beyond that of customers without groups from which there are groups
Floats = NDArray[np.float64]


def nearest(centres: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Position of the nearest centre for each row; of equally near ones the first.

    Parameters
    ----------
    centres : array, shape (k, columns)
    rows : array, shape (n, columns)

    Returns
    -------
    array of int, shape (n,)

    Examples
    --------
    >>> nearest(np.array([[0.0], [9.0]]), np.array([[1.0], [7.0], [4.5]])).tolist()
    [0, 1, 0]
    """
    return np.argmin((centres**2).sum(axis=1) - 2 * rows @ centres.T, axis=1)


def distinct_rows(rows: np.ndarray) -> int:
    """How many different rows there are; rows without columns are all the same.

    Examples
    --------
    >>> distinct_rows(np.array([[1.0, 2.0], [1.0, 2.0], [2.0, 1.0]]))
    2
    """
    return len(np.unique(rows, axis=0)) if rows.shape[1] else min(1, len(rows))


def jaccard(both: ArrayLike, first: ArrayLike, second: ArrayLike) -> Floats:
    """Similarity of two groups: members of both / members of either, 0..1.

    Parameters
    ----------
    both, first, second : array-like of int
        Members of both, of the one and of the other.

    Returns
    -------
    array; NaN where neither has a member.

    References
    ----------
    Jaccard (1912), The distribution of the flora in the alpine zone, New Phytologist 11(2).

    Examples
    --------
    >>> jaccard([2, 0], [3, 0], [5, 0]).round(2).tolist()
    [0.33, nan]
    """
    shared = np.asarray(both, dtype="float64")
    either = np.asarray(first, dtype="float64") + np.asarray(second, dtype="float64") - shared
    return shared / np.where(either > 0, either, np.nan)


def jaccards(reference: np.ndarray, other: np.ndarray, k: int) -> Floats:
    """How well each of ``k`` reference groups is found again: its largest Jaccard similarity with any other group.

    Parameters
    ----------
    reference, other : array of int, shape (n,)
        Labels, 0..k-1 of the reference, any of the other; :data:`NOISE` is no group.
    k : int
        Groups of the reference.

    Returns
    -------
    array, shape (k,), 0..1; NaN for a group without members.

    References
    ----------
    Hennig (2007), Cluster-wise assessment of cluster stability, Computational Statistics & Data Analysis 52(1).

    Examples
    --------
    >>> jaccards(np.array([0, 0, 0, 1]), np.array([5, 5, 7, 7]), 2).round(2).tolist()
    [0.67, 0.5]
    """
    names, places = np.unique(other, return_inverse=True)
    both = np.zeros((k, len(names)))
    inside = reference != NOISE
    np.add.at(both, (reference[inside], places[inside]), 1)
    similar = jaccard(both, both.sum(axis=1, keepdims=True), np.bincount(places, minlength=len(names)))
    similar[:, names == NOISE] = 0.0
    return np.where(both.any(axis=1), similar.max(axis=1, initial=0.0), np.nan)


def principal_axes(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows in the axes of their principal components, and each axis' share of the variance; signs do not vary."""
    centred = rows - rows.mean(axis=0) if len(rows) else rows
    spread, axes = np.linalg.eigh(centred.T @ centred)
    axes, spread = axes[:, ::-1], np.maximum(spread[::-1], 0)
    axes = axes * np.where(axes.sum(axis=0) < 0, -1.0, 1.0)
    return centred @ axes, spread / (spread.sum() or 1.0)


def kmeans_centres(rows: np.ndarray, k: int, *, seed: int = 0, starts: int = 10) -> np.ndarray:
    """Centres (k x columns) of the best of so many k-means fits."""
    from sklearn.cluster import KMeans

    with one_thread(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # fewer different rows than groups
        return KMeans(k, n_init=starts, random_state=seed).fit(rows).cluster_centers_


def silhouette(rows: np.ndarray, labels: np.ndarray, most: int = JUDGED) -> float:
    """Mean silhouette of at most so many rows, drawn by position; NaN where fewer than two groups are among them.

    References
    ----------
    Rousseeuw (1987), Silhouettes: a graphical aid to the interpretation and validation of cluster analysis.

    Examples
    --------
    >>> round(silhouette(np.array([[0.0], [1.0], [9.0], [10.0]]), np.array([0, 0, 1, 1])), 2)
    0.89
    """
    from sklearn.metrics import silhouette_score

    picked = np.random.default_rng(0).permutation(len(rows))[:most]
    if not 1 < len(np.unique(labels[picked])) < len(picked):
        return float("nan")
    with one_thread():
        return float(silhouette_score(rows[picked], labels[picked]))


def silhouette_reference(rows: np.ndarray, k: int, *, seed: int = 0) -> float:
    """Silhouette that k-means reaches where there are no groups: in a box and a bell as wide as the rows.

    References
    ----------
    Tibshirani, Walther, Hastie (2001), Estimating the number of clusters in a data set via the gap statistic, JRSS B
    63(2) (a reference without groups, along the principal axes).
    """
    scores = principal_axes(rows)[0]
    rng, size = np.random.default_rng(seed), (min(len(rows), JUDGED_REFERENCE), scores.shape[1])
    low, high, spread = scores.min(axis=0), scores.max(axis=0), scores.std(axis=0)
    clouds = [(rng.uniform(low, high, size), rng.normal(size=size) * spread) for _draw in range(REFERENCES)]
    reached = [[_reached(cloud, k, seed) for cloud in pair] for pair in clouds]
    return float(np.max(np.mean(reached, axis=0)))


def _reached(cloud: np.ndarray, k: int, seed: int) -> float:
    return silhouette(cloud, nearest(kmeans_centres(cloud, k, seed=seed, starts=3), cloud), len(cloud))


def separation(rows: ArrayLike, ks: Iterable[int] = range(2, 9), *, seed: int = 0) -> float:
    """How far k-means sets the rows apart beyond what it does where there are no groups; the best of these ``k``.

    Above :data:`GAPS` there are groups, below it only degrees: one cloud, however stretched or skewed, stays below in
    19 of 20 draws and more (docs/honesty.md).

    Parameters
    ----------
    rows : array-like of shape (n, columns)
        On comparable scales; at most 2,000 are drawn.
    ks : iterable of int
        Numbers of groups.
    seed : int

    Returns
    -------
    Silhouette less :func:`silhouette_reference`; NaN with fewer than 20 different rows.

    Examples
    --------
    >>> heaps = np.repeat([[0.0, 0.0], [9.0, 9.0]], 50, axis=0) + np.random.default_rng(1).normal(size=(100, 2))
    >>> separation(heaps) > GAPS
    True
    """
    cloud = np.asarray(rows, dtype="float64")
    cloud = cloud[np.lexsort(cloud.T[::-1])] if cloud.size else cloud  # the order of the rows says nothing
    cloud = cloud[np.sort(np.random.default_rng(seed).permutation(len(cloud))[:JUDGED_REFERENCE])]
    different = distinct_rows(cloud) if cloud.size else 0
    if different < FEWEST:
        return float("nan")
    beyond = [
        silhouette(cloud, nearest(kmeans_centres(cloud, k, seed=seed), cloud))
        - silhouette_reference(cloud, k, seed=seed)
        for k in ks
        if k <= different
    ]
    return float(np.nanmax(beyond)) if np.isfinite(beyond).any() else float("nan")


def one_thread() -> Any:
    """Keep scikit-learn to one thread inside a ``with`` block.

    OpenMP threads that wait for each other make a fit 30 to 240 times slower.

    Examples
    --------
    >>> with one_thread():
    ...     pass
    """
    return _thread_pools().limit(limits=1)


@cache
def _thread_pools() -> Any:
    import sklearn.cluster  # noqa: F401, the pools can only be found once they are loaded
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()  # finding them takes longer than a small fit, so only once
