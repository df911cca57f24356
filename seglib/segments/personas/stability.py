"""Do the groups come back when the customers are split at random."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from seglib.segments.personas.fitting import Groups, fit_groups
from seglib.tables.clusters import NOISE, jaccards, silhouette

__all__ = ["Halves", "split_half"]

LOOKED_AT = 20_000  # rows split in two; with more customers groups come back at least as well
JUDGED_HALF = 500  # rows of a half for its silhouette


class Halves(NamedTuple):
    """What random halves of the customers say; NaN where a half is too small.

    ``agreement`` (splits,): adjusted Rand index of the two halves; of each half (2 * splits, ...): ``found``, Jaccard
    similarity of each reference group with its like there, ``smallest`` group in members, and ``silhouette``.
    """

    agreement: np.ndarray
    found: np.ndarray
    smallest: np.ndarray
    silhouette: np.ndarray


def split_half(
    rows: np.ndarray, reference: Groups, k: int, method: str, *, splits: int, seed: int, min_group: int
) -> Halves:
    """Split customers in two at random, fit each half, and compare what both halves say about everyone.

    Parameters
    ----------
    rows : array, shape (n, columns)
    reference : Groups
        The groups fitted to all rows.
    k, method, min_group
        As for the reference.
    splits : int
        Random splits; with one seed they are the same for every ``k``.
    seed : int
    """
    from sklearn.metrics import adjusted_rand_score

    groups = len(reference.centres)
    if len(rows) < 4 * max(k, 1) or groups == 0:
        unknown = np.full(2 * splits, np.nan)
        return Halves(unknown[:splits], np.full((2 * splits, groups), np.nan), unknown, unknown)
    rng = np.random.default_rng(seed)
    rows = rows if len(rows) <= LOOKED_AT else rows[rng.choice(len(rows), LOOKED_AT, replace=False)]
    said = reference.assign(rows)
    agreement, found, inside = [], [], []
    for split in range(splits):
        shuffled = rng.permutation(len(rows))
        halves = [shuffled[::2], shuffled[1::2]]
        options = {"seed": seed + split, "starts": 3, "min_group": max(2, min_group // 2)}
        labels = [fit_groups(rows[half], k, method, **options).assign(rows) for half in halves]
        agreement.append(adjusted_rand_score(*labels))
        found += [jaccards(said, other, groups) for other in labels]
        inside += [_inside(rows[half], other[half]) for half, other in zip(halves, labels, strict=True)]
    return Halves(np.array(agreement), np.array(found), *np.array(inside).T)


def _inside(rows: np.ndarray, labels: np.ndarray) -> tuple[float, float]:
    """Size of the smallest group of a half, and its silhouette."""
    rows, labels = rows[labels != NOISE], labels[labels != NOISE]
    sizes = np.unique(labels, return_counts=True)[1]
    return float(sizes.min(initial=len(rows))), silhouette(rows, labels, JUDGED_HALF)
