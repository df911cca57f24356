"""A compact k-means, and whether its groups come back when the people are drawn again."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from seglib.tables.clusters import jaccards, nearest, one_thread

__all__ = ["Stability", "by_degrees", "fit_centres", "resampled"]

STARTS = 10  # with fewer, it is the fit that does not come back, not the segments
LOOKED_AT = 20_000  # different rows a fit looks at
NOT_ALL = 0.95  # of what varies in an answer may be common to all answers


class Stability(NamedTuple):
    """Agreement of pairs of resamples (draws,), and how well each segment comes back (2 * draws, segments)."""

    agreement: np.ndarray
    jaccard: np.ndarray


def fit_centres(rows: np.ndarray, k: int, *, weights: np.ndarray | None = None, seed: int = 0) -> np.ndarray:
    """Fit k-means; centres by falling size of their groups. Neither the order of the rows nor their names matter.

    Examples
    --------
    >>> fit_centres(np.array([[0.0], [0.0], [0.1], [9.0]]), 2).round(2).tolist()
    [[0.03], [9.0]]
    """
    from sklearn.cluster import KMeans

    places, counts = _different(rows, weights)
    kept = counts > 0
    with one_thread():
        fit = KMeans(k, n_init=STARTS, random_state=seed).fit(places[kept], sample_weight=counts[kept])
    centres = fit.cluster_centers_
    size = np.bincount(fit.labels_, counts[kept], minlength=k)
    return centres[np.lexsort((*centres.round(9).T[::-1], -size))]


def resampled(rows: np.ndarray, centres: np.ndarray, *, draws: int, seed: int) -> Stability:
    """Fit pairs of bootstrap samples, let both say where everyone belongs, and compare.

    References
    ----------
    Dolnicar, Leisch (2010), Evaluation of structure and reproducibility of cluster solutions using the bootstrap.
    Hennig (2007), Cluster-wise assessment of cluster stability.
    """
    from sklearn.metrics import adjusted_rand_score

    places, counts = _different(rows, None)
    rng, n, k = np.random.default_rng(seed), int(counts.sum()), len(centres)
    everyone = np.repeat(np.arange(len(places)), counts.astype(int))
    ours, agreement, found = nearest(centres, places)[everyone], [], []
    for draw in range(draws):
        pair = [rng.multinomial(n, counts / n).astype(float) for _ in range(2)]
        if min(np.count_nonzero(weights) for weights in pair) < k:
            continue
        fits = [fit_centres(places, k, weights=weights, seed=seed + draw) for weights in pair]
        said = [nearest(centres_drawn, places)[everyone] for centres_drawn in fits]
        agreement.append(adjusted_rand_score(*said))
        found += [jaccards(ours, other, k) for other in said]
    return Stability(np.array(agreement), np.array(found).reshape(-1, k))


def by_degrees(rows: np.ndarray, *, one: bool = False, seed: int = 0) -> np.ndarray:
    """The same answers, each as often and related as they are, of people without segments: they differ by degrees.

    What lies behind the answers is drawn from one normal cloud, and each column gets its own values in the order of
    what was drawn. With ``one`` the cloud has one direction only (a factor, by principal axes): how readily people
    agree.

    References
    ----------
    Greiner (1909), Über das Fehlersystem der Kollektivmaßlehre (what lies behind two answers, by their correlation).

    Examples
    --------
    >>> rows = np.array([[0.0, 1.0], [1.0, 0.0], [1.0, 1.0], [0.0, 0.0]])
    >>> by_degrees(rows).sum(axis=0).tolist()
    [2.0, 2.0]
    """
    drawn, rng, varied = rows.copy(), np.random.default_rng(seed), np.ptp(rows, axis=0) > 0
    if varied.sum() < 2 or len(rows) < 3:
        return rng.permuted(rows, axis=0)
    related = np.sin(np.pi / 2 * np.corrcoef(rows[:, varied].T).clip(-1, 1))
    loading = _one_factor(related) if one else _factors(related)
    own = np.sqrt(1 - (loading**2).sum(axis=1).clip(0, 1))
    behind = rng.normal(size=(len(rows), loading.shape[1])) @ loading.T + rng.normal(size=(len(rows), len(own))) * own
    order = behind.argsort(axis=0).argsort(axis=0)
    drawn[:, varied] = np.take_along_axis(np.sort(rows[:, varied], axis=0), order, axis=0)
    return drawn


def _one_factor(related: np.ndarray) -> np.ndarray:
    related = related.copy()
    common = np.abs(related - np.diag(np.diag(related))).max(axis=0).clip(0, NOT_ALL)
    for _round in range(20):
        np.fill_diagonal(related, common)
        width, axes = np.linalg.eigh(related)
        common = (axes[:, -1] ** 2 * max(width[-1], 0.0)).clip(0, NOT_ALL)
    return (np.sqrt(common) * np.sign(axes[:, -1]))[:, None]


def _factors(related: np.ndarray) -> np.ndarray:
    """Loadings that give these correlations (the nearest that can be, where they are estimated apart)."""
    width, axes = np.linalg.eigh(related)
    loading = axes * np.sqrt(width.clip(0))
    return loading / np.sqrt((loading**2).sum(axis=1, keepdims=True))


def _different(rows: np.ndarray, weights: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    """Different rows, sorted, and how often each occurs: surveys have few different sheets of answers."""
    if weights is not None:
        return rows, weights
    places, counts = np.unique(rows.round(12) + 0.0, axis=0, return_counts=True)
    if len(places) > LOOKED_AT:
        picked = np.sort(np.random.default_rng(0).choice(len(places), LOOKED_AT, replace=False))
        places, counts = places[picked], counts[picked]
    return places, counts.astype(float)
