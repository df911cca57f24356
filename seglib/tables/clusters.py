"""Groups of points: whether there are any, which is the nearest, and whether a group comes back."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "NOISE",
    "cluster_tendency",
    "distinct_rows",
    "hopkins",
    "jaccard",
    "jaccards",
    "nearest",
    "one_thread",
]

NOISE = -1  # label of a point in no group
FEWEST = 20  # different points
SAMPLE, PROBES, REPEATS, TAIL = 5000, 200, 10, 0.05
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


def hopkins(points: ArrayLike, *, seed: int = 0) -> float:
    """Hopkins statistic: 0.5 for points scattered evenly, towards 1 for points in heaps.

    Parameters
    ----------
    points : array-like of shape (n, columns)
        On comparable scales; a column in which all are equal says nothing and is left out.
    seed : int
        Of the random places asked for their nearest point.

    Returns
    -------
    float in [0, 1], the mean over ten draws; NaN with fewer than 20 different points.

    References
    ----------
    Hopkins and Skellam (1954), Annals of Botany 18(2); distances to the power of the number of columns, as in Wright
    (2022), Will the real Hopkins statistic please stand up?, The R Journal 14(3).

    Examples
    --------
    >>> even = np.random.default_rng(1).uniform(size=(500, 2))
    >>> heaps = np.repeat([[0.0, 0.0], [9.0, 9.0]], 250, axis=0) + even
    >>> round(hopkins(even), 1), round(hopkins(heaps), 1)
    (0.5, 1.0)
    """
    from scipy.spatial import KDTree

    cloud = np.asarray(points, dtype="float64")
    cloud = cloud[:, np.ptp(cloud, axis=0) > 0] if len(cloud) else cloud
    if distinct_rows(cloud) < FEWEST:
        return float("nan")
    draw, tree, found = np.random.default_rng(seed), KDTree(cloud), []
    probes = min(PROBES, max(10, len(cloud) // 10))
    for _ in range(REPEATS):
        even = draw.uniform(cloud.min(axis=0), cloud.max(axis=0), size=(probes, cloud.shape[1]))
        real = cloud[draw.choice(len(cloud), probes, replace=False)]
        found.append(_hopkins(tree.query(even)[0], tree.query(real, k=2)[0][:, 1], cloud.shape[1]))
    return float(np.mean(found))


def _hopkins(to_places: Floats, to_neighbours: Floats, columns: int) -> float:
    far = max(to_places.max(), to_neighbours.max())  # keeps high powers within what a float can hold
    places, neighbours = (((distances / far) ** columns).sum() for distances in (to_places, to_neighbours))
    return float(places / (places + neighbours))


def cluster_tendency(customers: pd.DataFrame, *, seed: int = 0) -> tuple[float, float]:
    """Hopkins statistic of the customers, and that of one shapeless cloud.

    Recency, orders and revenue as logarithms, made uncorrelated and scaled; the central 90% of each, since a few
    extremes would make anything look like a heap. Whole days and orders are spread evenly over their unit, so that
    rounding makes no heaps. The cloud is normal and treated alike: only what goes beyond it speaks for groups.

    Parameters
    ----------
    customers : DataFrame
        Customer table; at most 5,000 customers are drawn.
    seed : int
        Seed of the draw.

    Returns
    -------
    Two floats, customers and cloud; NaN with fewer than 20 customers, or when all are the same.

    Examples
    --------
    >>> cluster_tendency(pd.DataFrame({"recency_days": [1], "frequency": [1], "monetary_value": [9.0]}))
    (nan, nan)
    """
    draw = np.random.default_rng(seed)
    points = _uncorrelated(_logarithms(customers, draw))
    if len(points) < FEWEST or not points.shape[1]:
        return float("nan"), float("nan")
    clouds = [hopkins(_central(draw.normal(size=points.shape)), seed=seed) for _ in range(3)]
    return hopkins(_central(points), seed=seed), float(np.mean(clouds))


def _logarithms(customers: pd.DataFrame, draw: np.random.Generator) -> np.ndarray:
    measures = customers[["recency_days", "frequency", "monetary_value"]].to_numpy(dtype="float64")
    measures = measures[np.lexsort(measures.T)]  # the order of the rows says nothing and must change nothing
    measures = measures[np.sort(draw.choice(len(measures), min(SAMPLE, len(measures)), replace=False))]
    days, placed, money = measures.T
    spread = [draw.uniform(size=len(part)) * (np.ptp(part) > 0 if len(part) else 0) for part in (days, placed)]
    signed = np.sign(money) * np.log1p(np.abs(money))
    return np.column_stack([np.log1p(np.clip(days, 0, None) + spread[0]), np.log(placed + spread[1]), signed])


def _uncorrelated(points: np.ndarray) -> np.ndarray:
    if len(points) < 2:
        return points[:, :0]
    width, axes = np.linalg.eigh(np.cov(points.T))
    kept = width > 1e-9 * max(1e-9, width.max())
    return (points - points.mean(axis=0)) @ axes[:, kept] / np.sqrt(width[kept])


def _central(points: np.ndarray) -> np.ndarray:
    low, high = np.quantile(points, [TAIL, 1 - TAIL], axis=0)
    return points[((points >= low) & (points <= high)).all(axis=1)]


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
