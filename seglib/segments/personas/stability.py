"""Do the groups come back when the customers are split at random."""

from __future__ import annotations

import numpy as np

from seglib.segments.personas.fitting import Groups, fit_groups
from seglib.tables.clusters import jaccards

__all__ = ["Agreement", "split_half"]

LOOKED_AT = 20_000  # rows split in two; with more customers groups come back at least as well
Agreement = tuple[np.ndarray, np.ndarray]


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
    from sklearn.metrics import adjusted_rand_score

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
        agreement.append(adjusted_rand_score(*labels))
        found += [jaccards(said, other, groups) for other in labels]
    return np.array(agreement), np.array(found)
