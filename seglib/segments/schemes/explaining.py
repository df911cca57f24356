"""How much of what customers do a segmentation explains, on customers that it was not fitted to."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["UNKNOWN", "Codes", "Estimate", "explained_next", "explained_now", "tells_buyers"]

FOLDS = 5
REPEATS = 4
Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


class Estimate(NamedTuple):
    """A value with its 95% interval."""

    value: float
    low: float
    high: float


UNKNOWN = Estimate(float("nan"), float("nan"), float("nan"))


def explained_next(codes: Codes, outcome: Floats, *, draws: int = 200, seed: int = 0) -> Estimate:
    """Cross-validated share of the variance of the outcome's ranks that segment means explain.

    Each customer is predicted by the mean rank of the *other* folds' customers of the same segment (drawn towards that
    of all, as far as chance could explain the difference), and by the mean of all of them; the share is by how much the
    first errs less (squared). A segmentation that tells nothing has about 0 (a little below is possible), one that
    tells the outcome nearly 1. Ranks (ties share theirs) do not depend on the unit of money and are not ruled by a few
    large customers.

    Parameters
    ----------
    codes : array of int, shape (n,)
        Segment of each customer, 0 and up.
    outcome : array of float, shape (n,)
    draws : int
        Bootstrap samples for the interval.

    Examples
    --------
    >>> codes = np.repeat([0, 1], 100)
    >>> round(explained_next(codes, codes * 10.0).value, 2)
    1.0
    """
    from scipy.stats import rankdata

    n = len(codes)
    if n < 2 * FOLDS or np.ptp(outcome) == 0:
        return UNKNOWN
    ranks = rankdata(outcome) / n
    rng = np.random.default_rng(seed)
    ours, theirs = np.zeros(n), np.zeros(n)
    for _ in range(REPEATS):
        fold = _folds(n, rng)
        segment, everyone = _unseen_means(codes, ranks, fold)
        ours += (ranks - segment) ** 2
        theirs += (ranks - everyone) ** 2
    drawn = _drawn(n, draws, rng)
    shares = 1 - (drawn @ ours) / (drawn @ theirs)
    return Estimate(float(1 - ours.sum() / theirs.sum()), *(float(end) for end in np.quantile(shares, [0.025, 0.975])))


def tells_buyers(codes: Codes, bought: NDArray[np.bool_], *, draws: int = 200, seed: int = 0) -> Estimate:
    """Cross-validated AUC: chance that who bought again is in a segment with more such buyers than who did not.

    Compared within folds, since the left-out buyers of a fold lower the share that it is judged by; 0.5 tells nothing.

    Examples
    --------
    >>> codes = np.repeat([0, 1], 100)
    >>> tells_buyers(codes, codes == 1).value
    1.0
    """
    n = len(codes)
    if min(bought.sum(), (~bought).sum()) < 2 * FOLDS:
        return UNKNOWN
    rng = np.random.default_rng(seed)
    fold = np.empty(n, dtype=np.int64)
    for side in (bought, ~bought):
        fold[side] = _folds(int(side.sum()), rng)
    share, _ = _unseen_means(codes, bought.astype(float), fold)
    cells, place = np.unique(np.column_stack([fold, share.round(12)]), axis=0, return_inverse=True)
    place = place.reshape(-1)
    drawn = np.vstack([np.ones(n), _drawn(n, draws, rng)])
    sides = [
        np.vstack([np.bincount(place, row * side, len(cells)).astype(float) for row in drawn])
        for side in (bought, ~bought)
    ]
    values = _auc_within(cells[:, 0].astype(int), *sides)
    return Estimate(float(values[0]), *(float(end) for end in np.nanquantile(values[1:], [0.025, 0.975])))


def explained_now(codes: Codes, measure: Floats) -> float:
    """Eta squared of the ranks of a measure, corrected for the number of segments: (H - k + 1) / (n - k).

    References
    ----------
    H of Kruskal, Wallis (1952); Tomczak, Tomczak (2014), The need to report effect size estimates revisited.

    Examples
    --------
    >>> round(explained_now(np.repeat([0, 1], 50), np.repeat([1.0, 2.0], 50)), 2)
    1.0
    """
    from scipy.stats import rankdata

    n, k = len(codes), len(np.unique(codes))
    if n <= k or np.ptp(measure) == 0:
        return float("nan")
    ranks = rankdata(measure)
    sizes, sums = np.bincount(codes), np.bincount(codes, ranks - ranks.mean())
    between = (sums[sizes > 0] ** 2 / sizes[sizes > 0]).sum()
    h = (n - 1) * between / ((ranks - ranks.mean()) ** 2).sum()
    return float(max(0.0, (h - k + 1) / (n - k)))


def _folds(n: int, rng: np.random.Generator) -> Codes:
    return rng.permutation(np.arange(n) % FOLDS)


def _unseen_means(codes: Codes, values: Floats, fold: Codes) -> tuple[Floats, Floats]:
    """Mean of the customers of the other folds: of the same segment (drawn towards all), and of all."""
    groups = int(codes.max()) + 1
    shape, cell = (groups, FOLDS), codes * FOLDS + fold
    sums = np.bincount(cell, values, groups * FOLDS).reshape(shape)
    sizes = np.bincount(cell, minlength=groups * FOLDS).reshape(shape)
    everyone = (sums.sum() - sums.sum(axis=0)) / (sizes.sum() - sizes.sum(axis=0))
    others, n = sums.sum(axis=1, keepdims=True) - sums, sizes.sum(axis=1, keepdims=True) - sizes
    with np.errstate(divide="ignore", invalid="ignore"):
        apart = np.where(n > 0, others / n - everyone, 0.0)
    squares = np.bincount(fold, values**2, FOLDS)
    total = squares.sum() - squares - n.sum(axis=0) * everyone**2
    return (everyone + apart * _trust(apart, n, total))[codes, fold], everyone[fold]


def _trust(apart: Floats, n: Floats, total: Floats) -> Floats:
    """How far the mean of a segment is believed: not at all where segments differ no more than chance makes them.

    The one-way random effects model, by moments. Without it, noise in the other folds points the wrong way in the fold
    that is left out, and a segmentation that tells nothing seems to do harm.
    """
    between, used, people = (n * apart**2).sum(axis=0), (n > 0).sum(axis=0), n.sum(axis=0)
    within = np.maximum(total - between, 0.0) / np.maximum(people - used, 1)
    spare = np.maximum(people - (n**2).sum(axis=0) / people, 1e-12)
    spread = np.maximum(between - (used - 1) * within, 0.0) / spare
    return n * spread / np.maximum(n * spread + within, 1e-300)


def _drawn(n: int, draws: int, rng: np.random.Generator) -> Floats:
    return rng.multinomial(n, np.full(n, 1 / n), size=draws).astype(float)


def _auc_within(fold: Codes, buyers: Floats, others: Floats) -> Floats:
    """AUC of rows of counts by cell (cells sorted by fold and score), averaged over folds by their pairs."""
    won, pairs = np.zeros(len(buyers)), np.zeros(len(buyers))
    for one in range(FOLDS):
        here = fold == one
        a, b = buyers[:, here], others[:, here]
        won += (a * (np.cumsum(b, axis=1) - b / 2)).sum(axis=1)
        pairs += a.sum(axis=1) * b.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return won / pairs
