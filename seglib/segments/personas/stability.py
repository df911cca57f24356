"""Do the groups come back when the customers are split at random, and is there anything to find at all."""

from __future__ import annotations

import numpy as np

from seglib.segments.personas.fitting import NOISE, Groups, fit_groups

__all__ = ["Agreement", "adjusted_rand", "distinct_rows", "hopkins", "jaccards", "split_half"]

LOOKED_AT = 20_000  # rows split in two; with more customers groups come back at least as well
Agreement = tuple[np.ndarray, np.ndarray]


def adjusted_rand(first: np.ndarray, second: np.ndarray) -> float:
    """Adjusted Rand index of two labellings: 1 the same partition, about 0 what chance gives.

    Parameters
    ----------
    first, second : array of int, shape (n,)

    Returns
    -------
    float

    References
    ----------
    Hubert, Arabie (1985), Comparing partitions.

    Examples
    --------
    >>> adjusted_rand(np.array([0, 0, 1, 1]), np.array([1, 1, 0, 0]))
    1.0
    """
    table = _crosstab(first, second).astype("float64")
    pairs = [float((counts * (counts - 1) / 2).sum()) for counts in (table, table.sum(axis=1), table.sum(axis=0))]
    everyone = table.sum() * (table.sum() - 1) / 2
    expected = pairs[1] * pairs[2] / everyone if everyone else 0.0
    most = (pairs[1] + pairs[2]) / 2
    return 1.0 if most == expected else float((pairs[0] - expected) / (most - expected))


def jaccards(reference: np.ndarray, other: np.ndarray, k: int) -> np.ndarray:
    """How well each of ``k`` reference groups is found again: its largest Jaccard similarity with any other group.

    Parameters
    ----------
    reference, other : array of int, shape (n,)
        Labels; noise is -1 and no group.
    k : int
        Groups of the reference.

    Returns
    -------
    array, shape (k,)
        Customers in both groups / customers in either, 0..1; NaN for a group without members.

    References
    ----------
    Hennig (2007), Cluster-wise assessment of cluster stability.

    Examples
    --------
    >>> jaccards(np.array([0, 0, 0, 1]), np.array([5, 5, 7, 7]), 2).round(2).tolist()
    [0.67, 0.5]
    """
    table = _crosstab(reference, other).astype("float64")
    rows, columns = np.unique(reference), np.unique(other)
    either = table.sum(axis=1, keepdims=True) + table.sum(axis=0, keepdims=True) - table
    best = np.where(columns == NOISE, 0.0, table / either).max(axis=1)
    found = np.full(k, np.nan)
    found[rows[rows != NOISE]] = best[rows != NOISE]
    return found


def split_half(
    rows: np.ndarray, reference: Groups, k: int, method: str, *, splits: int, seed: int, min_group: int
) -> Agreement:
    """Split customers in two at random, fit each half, and compare what both halves say about everyone.

    Parameters
    ----------
    rows : array, shape (n, columns)
    reference : Groups
        The groups fitted to all rows.
    k, method, min_group
        As for the reference.
    splits : int
        Random splits.
    seed : int

    Returns
    -------
    two arrays: adjusted Rand index of the two halves, shape (splits,); Jaccard similarity of each reference group
    with its like in each half, shape (2 * splits, groups). NaN where a half is too small.
    """
    groups = len(reference.centres)
    if len(rows) < 4 * max(k, 1) or groups == 0:
        return np.full(splits, np.nan), np.full((2 * splits, groups), np.nan)
    rng = np.random.default_rng(seed)
    rows = rows if len(rows) <= LOOKED_AT else rows[rng.choice(len(rows), LOOKED_AT, replace=False)]
    said = reference.assign(rows)
    agreement, found = [], []
    for split in range(splits):
        shuffled = rng.permutation(len(rows))
        halves = [shuffled[::2], shuffled[1::2]]
        options = {"seed": seed + split, "starts": 3, "min_group": max(2, min_group // 2)}
        labels = [fit_groups(rows[half], k, method, **options).assign(rows) for half in halves]
        agreement.append(adjusted_rand(*labels))
        found += [jaccards(said, other, groups) for other in labels]
    return np.array(agreement), np.array(found)


def hopkins(rows: np.ndarray, *, probes: int = 0, repeats: int = 10, seed: int = 0) -> float:
    """Hopkins statistic: about 0.5 where customers are spread evenly, towards 1 where they crowd together.

    Parameters
    ----------
    rows : array, shape (n, columns)
        Standardised.
    probes : int
        Random places asked for their nearest customer; a tenth of the customers, at most 200, by default.
    repeats : int
        Draws averaged.
    seed : int

    Returns
    -------
    float
        NaN with fewer than ten different rows.

    References
    ----------
    Hopkins, Skellam (1954), A new method for determining the type of distribution of plant individuals;
    distances to the power of the number of columns, as in Wright (2022), Will the real Hopkins statistic please stand
    up?

    Examples
    --------
    >>> rng = np.random.default_rng(7)
    >>> crowded = np.vstack([rng.normal(0, 0.01, (100, 2)), rng.normal(1, 0.01, (100, 2))])
    >>> hopkins(crowded) > 0.9, abs(hopkins(rng.uniform(size=(2000, 2))) - 0.5) < 0.06
    (True, True)
    """
    from scipy.spatial import KDTree

    if rows.shape[1] == 0 or distinct_rows(rows) < 10:
        return float("nan")
    probes = probes or int(min(200, max(5, len(rows) // 10)))
    rng, tree, drawn = np.random.default_rng(seed), KDTree(rows), []
    for _ in range(repeats):
        places = rng.uniform(rows.min(axis=0), rows.max(axis=0), (probes, rows.shape[1]))
        picked = rows[rng.choice(len(rows), probes, replace=False)]
        drawn.append(_hopkins(tree.query(places)[0], tree.query(picked, k=2)[0][:, 1], rows.shape[1]))
    return float(np.mean(drawn))


def _hopkins(to_places: np.ndarray, to_neighbours: np.ndarray, dimensions: int) -> float:
    far = max(to_places.max(), to_neighbours.max()) or 1.0  # keeps high powers within what a float can hold
    places, neighbours = ((distances / far) ** dimensions for distances in (to_places, to_neighbours))
    return float(places.sum() / (places.sum() + neighbours.sum()))


def distinct_rows(rows: np.ndarray) -> int:
    """How many different customers there are."""
    return len(np.unique(rows, axis=0)) if rows.shape[1] else min(1, len(rows))


def _crosstab(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    ones, first = np.unique(first, return_inverse=True)
    others, second = np.unique(second, return_inverse=True)
    counted = np.bincount(first * len(others) + second, minlength=len(ones) * len(others))
    return counted.reshape(len(ones), len(others))
