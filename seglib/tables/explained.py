"""How much of what customers do next a segmentation explains, beside plain bands of what is known of everyone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from seglib.language.messages import mark
from seglib.tables.intervals import Z95

__all__ = [
    *("BASELINES", "LEAST", "RANDOM", "ROUGH", "UNKNOWN", "Codes", "Estimate", "Explained"),
    *("band", "baselines", "explained_now"),
]

BANDS = 11  # as many as the usual names of RFM
# what is known of everyone at the start of the period (columns of the outcome) -> its bands, which any scheme must beat
BASELINES = {
    "spent_before": mark("Spend so far, in bands"),
    "spent_last": mark("Spend of the last period, in bands"),
    "recency_days": mark("Days since the last order, in bands"),
}
RANDOM = mark("Random groups")
LEAST, ROUGH = 30, 300  # customers below whom nothing is told, and below whom an interval is rough
DRAWS, AT_ONCE = 300, 50
FOLDS, REPEATS = 5, 8  # how often all customers are dealt out into folds
Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


class Estimate(NamedTuple):
    """A value with its 95% interval."""

    value: float
    low: float
    high: float


UNKNOWN = Estimate(float("nan"), float("nan"), float("nan"))


def band(values: pd.Series, bands: int = BANDS) -> pd.Series:
    """Number of the band of each value, of about equally many; equal values share a band, missing ones have their own.

    Examples
    --------
    >>> band(pd.Series([0.0, 0.0, 0.0, 5.0, 7.0, 9.0]), 3).tolist()
    [0, 0, 0, 1, 2, 2]
    """
    known = values.dropna().astype("float64")
    edges = np.unique(known.quantile(np.arange(1, bands) / bands)) if len(known) else np.zeros(0)
    place = np.searchsorted(edges, values.astype("float64"), side="left")
    return pd.Series(np.where(values.notna(), place, -1), index=values.index)


def baselines(outcome: pd.DataFrame, *, seed: int = 0) -> dict[str, pd.Series]:
    """Plain bands of what the outcome tells of the time before it, and groups made by chance, each by name.

    Parameters
    ----------
    outcome : DataFrame, one row a customer
        ``spent_before``, ``spent_last``, ``recency_days`` as far as they are told.
    """
    told = {name: band(outcome[column]) for column, name in BASELINES.items() if column in outcome}
    chance = np.random.default_rng(seed).integers(0, BANDS, len(outcome))
    return told | {RANDOM: pd.Series(chance, index=outcome.index)}


class Explained:
    """What segmentations of the same customers explain of an outcome, at one day or several, pooled.

    The *share explained* is one minus the variance inside the segments over that of all, each an unbiased estimate
    (n - 1), so that groups made by chance explain 0 however many they are; at each day apart, sums over days. It is
    told of ``ranks`` (ties share theirs: not ruled by a few large customers) and of ``money``; ``again`` is the chance
    that who bought again is in a segment with more such buyers than who did not (AUC, by the buyers of other folds).

    Intervals draw *customers*, with all their days, and do everything again for each draw, ranks too; their ends are
    reflected (of the logarithm of what is not explained; AUC: two standard deviations of the draws). All segmentations
    are judged on the same draws, so differences are paired.

    Parameters
    ----------
    segmentations : mapping of name to array of int, shape (n,)
        Segment of each row, 0 and up.
    revenue : array of float, shape (n,)
    again : array of bool, shape (n,), optional
    person, day : array of int, shape (n,), optional
        Which customer, and which of the days, a row is of; by default each is a customer of its own, all of one day.
    draws : int
        0: no intervals.

    References
    ----------
    Davison, A. C., Hinkley, D. V. (1997), Bootstrap Methods and their Application, 2.4 and 5.2 (basic intervals,
    transformed); Field, C. A., Welsh, A. H. (2007), Bootstrapping clustered data, JRSS B 69(3).

    Examples
    --------
    >>> codes = np.repeat([0, 1], 100)
    >>> found = Explained({"kind": codes}, codes * 10.0, codes == 1)
    >>> round(found.of("kind").value, 2), found.of("kind", "again").value
    (1.0, 1.0)
    """

    def __init__(
        self,
        segmentations: Mapping[str, Codes],
        revenue: Floats,
        again: NDArray[np.bool_] | None = None,
        *,
        person: Codes | None = None,
        day: Codes | None = None,
        draws: int = DRAWS,
        seed: int = 0,
    ) -> None:
        self.names = list(segmentations)
        n = len(revenue)
        self._revenue, self._again = np.asarray(revenue, dtype="float64"), again
        self._person = np.arange(n) if person is None else np.unique(person, return_inverse=True)[1]
        self._days = [np.flatnonzero(day == one) for one in np.unique(day)] if day is not None else [np.arange(n)]
        self.customers = int(self._person.max()) + 1 if n else 0
        self._codes = [np.asarray(codes) for codes in segmentations.values()]
        self._rng = np.random.default_rng(seed)
        self._found = self._all(draws) if self.customers >= LEAST and self._codes else {}

    def of(self, name: str, measure: str = "ranks") -> Estimate:
        """What a segmentation explains of ``ranks`` or ``money``, or how well it tells who buys ``again``."""
        if measure not in self._found:
            return UNKNOWN
        fair, plain = (part[:, self.names.index(name)] for part in self._found[measure])
        if measure == "again":
            return _around(fair)
        value, *ends = _reflected(np.log1p(-np.minimum(fair, 1 - 1e-9)), np.log1p(-np.minimum(plain, 1 - 1e-9)))
        return Estimate(*(float(-np.expm1(end)) for end in (value, *ends[::-1])))

    def difference(self, name: str, other: str, measure: str = "ranks") -> Estimate:
        """By how much one explains more than another, of the same customers drawn."""
        if measure not in self._found:
            return UNKNOWN
        one, two = self.names.index(name), self.names.index(other)
        return _reflected(*(part[:, one] - part[:, two] for part in self._found[measure]))

    def _all(self, draws: int) -> dict[str, tuple[Floats, Floats]]:
        """By measure: shares, the first row of all customers, further ones of draws; fair, and flattered by the fit."""
        cells = [_cells([codes[rows] for codes in self._codes]) for rows in self._days]
        whole = [self._drawn(np.ones((1, self.customers)), cells, self._folds()) for _ in range(REPEATS)]
        parts = [{measure: np.mean([one[measure] for one in whole], axis=0) for measure in whole[0]}]
        parts += [self._drawn(weights, cells, self._folds()) for weights in self._weights(draws)]
        found = {}
        for measure in parts[0]:
            fair, plain = (np.vstack([part[measure][which] for part in parts]) for which in (0, 1))
            if not np.isnan(fair[0]).all():
                found[measure] = fair, plain
        return found

    def _weights(self, draws: int) -> Iterator[Floats]:
        """How often each customer is drawn, some draws at a time."""
        k = self.customers
        for start in range(0, draws, AT_ONCE):
            drawn = self._rng.multinomial(k, np.full(k, 1 / k), size=min(AT_ONCE, draws - start))
            yield drawn.astype("float64")

    def _folds(self) -> Codes:
        """Fold of each customer, buyers and others dealt out evenly."""
        fold = np.empty(self.customers, dtype="int64")
        if self._again is None:
            return fold
        bought = np.bincount(self._person, self._again, self.customers) > 0
        for side in (bought, ~bought):
            fold[side] = self._rng.permutation(np.arange(side.sum()) % FOLDS)
        return fold

    def _drawn(self, people: Floats, cells: Sequence[Any], folds: Codes) -> dict[str, tuple[Floats, Floats]]:
        kinds = ("ranks", "money")
        sums = {kind: np.zeros((3, len(people), len(self._codes))) for kind in kinds}
        wins = np.zeros((2, len(people), len(self._codes)))
        for rows, (dummies, starts) in zip(self._days, cells, strict=True):
            who, revenue = self._person[rows], self._revenue[rows]
            weights = people[:, who]
            for kind, values in zip(kinds, (_ranks(revenue, weights), revenue), strict=True):
                sums[kind] += _variances(weights, values, dummies, starts)
            if self._again is not None:
                wins += _pairs(weights, self._again[rows], folds[who], dummies, starts)
        with np.errstate(divide="ignore", invalid="ignore"):
            found = {kind: (1 - fair / all_, 1 - plain / all_) for kind, (fair, plain, all_) in sums.items()}
            if self._again is not None:
                found["again"] = (wins[0] / wins[1],) * 2
        return found


def _reflected(fair: Floats, plain: Floats) -> Estimate:
    """The first of the fair values; how far those of draws lie from the first plain one, from which they were drawn."""
    if len(fair) < 2:
        return Estimate(float(fair[0]), float("nan"), float("nan"))
    away = np.nanquantile(fair[1:] - plain[0], [0.975, 0.025])
    return Estimate(float(fair[0]), *(float(fair[0] - end) for end in away))


def _around(values: Floats) -> Estimate:
    """The first value and two standard deviations of the others: what is seen in other folds is not reflected."""
    half = Z95 * float(np.nanstd(values[1:])) if len(values) > 1 else float("nan")
    return Estimate(float(values[0]), max(0.0, values[0] - half), min(1.0, values[0] + half))


def _cells(columns: Sequence[Codes]) -> tuple[Any, Codes]:
    """Dummies of all segments of all segmentations side by side, and where each begins."""
    from scipy.sparse import csr_array

    each = [np.unique(codes, return_inverse=True)[1] for codes in columns]
    widths = [int(codes.max()) + 1 for codes in each]
    starts = np.concatenate([[0], np.cumsum(widths)])
    n, m = len(columns[0]), len(columns)
    places = np.column_stack([codes + start for codes, start in zip(each, starts, strict=False)]).ravel()
    rows = np.repeat(np.arange(n), m)
    return csr_array((np.ones(n * m), (rows, places)), shape=(n, int(starts[-1]))), starts[:-1]


def _ranks(values: Floats, weights: Floats) -> Floats:
    """Rank of each value among those drawn, 0 to 1; ties share theirs."""
    order = np.argsort(values, kind="stable")
    new = np.r_[True, np.diff(values[order]) != 0]
    drawn = np.add.reduceat(weights[:, order], np.flatnonzero(new), axis=1)
    ranks = np.empty_like(weights)
    ranks[:, order] = (np.cumsum(drawn, axis=1) - drawn / 2)[:, np.cumsum(new) - 1]
    return ranks / weights.sum(axis=1, keepdims=True)


def _variances(weights: Floats, values: Floats, dummies: Any, starts: Codes) -> Floats:
    """Sums of squares by draw and segmentation: inside segments with n - 1, as they are, and of all with n - 1."""
    people = weights.sum(axis=1, keepdims=True)
    middle = (weights * values).sum(axis=1, keepdims=True) / people  # taken off for precision
    apart = weights * (values - middle)
    n, sums, squares = weights @ dummies, apart @ dummies, (apart * (values - middle)) @ dummies
    everyone = (apart * (values - middle)).sum(axis=1, keepdims=True) * people / np.maximum(people - 1, 1)
    inside = np.maximum(squares - np.divide(sums**2, n, out=np.zeros_like(n), where=n > 0), 0.0)
    alone = n * everyone / people  # of one customer the spread is not known: as that of all
    fair = np.where(n > 1, inside * n / np.maximum(n - 1, 1), alone)
    by_scheme = [np.add.reduceat(part, starts, axis=1) for part in (fair, inside)]
    return np.stack([*by_scheme, np.broadcast_to(everyone, by_scheme[0].shape)])


def _pairs(weights: Floats, bought: NDArray[np.bool_], fold: Codes, dummies: Any, starts: Codes) -> Floats:
    """Pairs of a buyer and another won, and all of them, by draw and segmentation, within folds."""
    sides = [
        np.stack([(weights * (side & (fold == one))) @ dummies for one in range(FOLDS)]) for side in (bought, ~bought)
    ]
    ends = [*starts[1:], dummies.shape[1]]
    told = []
    for start, end in zip(starts, ends, strict=True):
        buyers, others = (side[:, :, start:end] for side in sides)
        unseen = buyers.sum(axis=0) - buyers, others.sum(axis=0) - others
        told.append(_won(buyers, others, *unseen).sum(axis=1))
    return np.stack(told, axis=2)


def _won(buyers: Floats, others: Floats, seen_buyers: Floats, seen_others: Floats) -> Floats:
    """Pairs won and pairs, by fold and draw, of segments put in the order of the share of buyers seen."""
    seen = seen_buyers + seen_others
    everyone = seen_buyers.sum(axis=2, keepdims=True) / np.maximum(seen.sum(axis=2, keepdims=True), 1)
    share = np.where(seen > 0, seen_buyers / np.maximum(seen, 1), everyone).round(12)
    won = np.zeros(share.shape[:2])
    for one in range(share.shape[2]):
        mine = share[..., one, None]
        won += buyers[..., one] * (others * ((mine > share) + (mine == share) / 2)).sum(axis=2)
    return np.stack([won, buyers.sum(axis=2) * others.sum(axis=2)])


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
