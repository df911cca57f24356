"""Could chance make it? Groups against everybody else, when names of groups are shuffled among customers.

Orders of one customer are alike, and spend on most things is zero for most customers. So customers are what is counted
here: each has a score, and the sum of a group's scores is held against what the same customers would give if the names
of the groups had been dealt out among them at random. Mean, variance and skewness of that sum are known exactly; its
tails are taken from the gamma distribution with the same three (Pearson's type III).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from seglib.language.naming import EVERYONE
from seglib.tables.intervals import adjust_p_values, wilson_interval
from seglib.tables.small_tables import LIKELY, MIN_GROUP

__all__ = ["ClusteredShares", "shares_of_orders", "shuffled_p", "shuffled_sums_p", "told_together"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
LEAST_ALIKE = 0.01  # correlation of one customer's orders below which no customer weighs more than a hundred orders
FEW_MEMBERS = 5  # members who did it, of whom a "more often" is told: of fewer, one alone decides
SHORT_TAIL = 0.5  # skewness above which a short tail is not believed
SYMMETRIC = 1e-3  # skewness below which the gamma distribution is the normal one


def shuffled_p(scores: Floats, codes: Codes, groups: int) -> Floats:
    """Chance that a group's mean score is as far from everyone's, when names of groups are shuffled.

    Parameters
    ----------
    scores : array of shape (n,)
        One number a customer, known for all; without far outliers (ranks, shares).
    codes : array of shape (n,)
        Group of each customer, 0..groups-1, or -1 for none.
    groups : int

    Returns
    -------
    array of shape (groups,): two-sided p-values; NaN where a group is empty or everybody, or all scores are equal.

    References
    ----------
    Pitman, E. J. G. (1937), Significance tests which may be applied to samples from any populations, Supplement to the
    JRSS 4(1): moments of the permutation distribution, and its tails by a Pearson curve.

    Examples
    --------
    >>> shuffled_p(np.arange(40.0), np.repeat([0, 1], 20), 2).round(6).tolist()
    [0.0, 0.0]
    """
    named = codes >= 0
    sizes = np.bincount(codes[named], minlength=groups).astype(float)
    apart = scores - scores.mean() if len(scores) else scores
    sums = _sums(codes[named], apart[named], groups)
    return shuffled_sums_p(sums, sizes, len(scores), (apart**2).sum(), (apart**3).sum())


def shuffled_sums_p(sums: Floats, sizes: Floats, n: int, second: Floats | float, third: Floats | float) -> Floats:
    """The same of sums of scores whose mean over all ``n`` customers is zero.

    Parameters
    ----------
    sums : array
        Sum of the scores of each group.
    sizes : array
        Customers of each group.
    n : int
        Customers in all.
    second, third : array or float
        Sum of the squares and of the cubes of all ``n`` scores; they broadcast with ``sums``.
    """
    from scipy.stats import norm

    with np.errstate(divide="ignore", invalid="ignore"):
        both = sizes * (n - sizes) / (n * (n - 1.0))
        deviation = np.sqrt(both * np.where(np.asarray(second) > 0, second, np.nan))
        skewness = both * (n - 2 * sizes) / (n - 2.0) * third / deviation**3
        z = np.where(deviation > 0, sums / deviation, np.nan)
    skewness = np.where(np.isfinite(skewness), skewness, 0.0)
    curved = np.abs(skewness) > SYMMETRIC
    return np.where(curved, _pearson_p(z, np.where(curved, skewness, 1.0)), 2 * norm.sf(np.abs(z)))


def _sums(codes: Codes, each: Floats, n: int) -> Floats:
    return np.bincount(codes, each, n).astype("float64")


def _pearson_p(z: Floats, skewness: Floats) -> Floats:
    """Twice the smaller tail of a gamma distribution of mean 0, variance 1 and this skewness.

    The short tail is taken as that of a skewness of 0.5 at most: one far outlier would end it before the middle.
    """
    from scipy.special import gammainc, gammaincc

    long = z * np.sign(skewness) > 0
    bent = np.where(long, np.abs(skewness), np.minimum(np.abs(skewness), SHORT_TAIL))
    shape = 4 / bent**2
    at = np.maximum(shape + np.sqrt(shape) * z * np.sign(skewness), 0)
    return np.minimum(2 * np.where(long, gammaincc(shape, at), gammainc(shape, at)), 1)


class ClusteredShares:
    """Shares of the orders (tickets, ...) of each group, where those of one customer are alike.

    A customer weighs as much as their orders tell: ``n / (1 + r (n - 1))`` of n orders whose correlation is r, as
    estimated from all. With r = 1 each customer counts once, with r = 0 each order.

    Parameters
    ----------
    customer, value, hits : arrays of shape (rows,)
        How often each customer (0..n-1, each at least once) did what; a pair may stand in several rows.
    group : array of shape (n,)
        Group of each customer, -1 for none.
    values, groups : int
        How many there are.

    References
    ----------
    Interval: ratio estimator linearised over customers (Cochran 1977, Sampling Techniques, 6.4), its effective sample
    size in Wilson's interval (Korn and Graubard 1998, Survey Methodology 24(2)). Test: :func:`shuffled_p`.

    Examples
    --------
    >>> each = np.arange(40)
    >>> told = ClusteredShares(each, each // 20, np.full(40, 9.0), each // 20, values=2, groups=2)
    >>> told.share.tolist(), told.p_value.max() < 1e-6
    ([[1.0, 0.0], [0.0, 1.0]], np.True_)
    """

    def __init__(self, customer: Codes, value: Codes, hits: Floats, group: Codes, *, values: int, groups: int) -> None:
        self.group, self.values, self.groups = group, values, groups
        self.orders = _sums(customer, hits, len(group))
        pairs, place = np.unique(customer * values + value, return_inverse=True)
        self.customer, self.value, self.hits = pairs // values, pairs % values, _sums(place, hits, len(pairs))

    @cached_property
    def counts(self) -> Floats:
        """Orders by value (rows) and group (columns)."""
        return self._by_both(self.hits)

    @cached_property
    def of(self) -> Floats:
        """Orders of each group, as a row of the same shape."""
        return np.broadcast_to(self._by_group(self.orders), self.counts.shape)

    @cached_property
    def share(self) -> Floats:
        """Share of each value in the orders of each group; NaN where there are none."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return self.counts / self.of

    @cached_property
    def interval(self) -> tuple[Floats, Floats]:
        """Ends of the 95% interval of each share: customers are drawn, not orders; NaN for a single customer."""
        from scipy.special import stdtrit

        squares, members = self._by_group(self.orders**2), self._by_group(np.ones(len(self.group)))
        with np.errstate(divide="ignore", invalid="ignore"):
            customers = self.of**2 / squares  # as many who order alike tell as much
            mixed = self._by_both(self.hits * self.orders[self.customer])
            spread = self._by_both(self.hits**2) - 2 * self.share * mixed + self.share**2 * squares
            variance = members / (members - 1) * spread / self.of**2
            own = np.where(spread > 1e-9 * self.of, self.share * (1 - self.share) / variance, self.of)
            usual = self.of / (1 + self.alike * np.maximum(squares / self.of - 1, 0))  # few tell of a rare value
            sure = np.where(customers > 1, np.minimum(own, usual), np.nan)
            low, high = wilson_interval(self.share * sure, sure, stdtrit(np.maximum(customers - 1, 1), 0.975))
        return low, high

    @cached_property
    def p_value(self) -> Floats:
        """Two-sided, of each share against everybody else's; 1 where orders and customers say opposite things."""
        weight = self.orders / (1 + self.alike * (self.orders - 1))
        whole = weight[self.customer]
        part = whole * self.hits / self.orders[self.customer]

        def total(a: int, b: int) -> Floats:
            return _sums(self.value, part**a * whole**b, self.values)

        usual = total(1, 0) / weight.sum()
        second = total(2, 0) - 2 * usual * total(1, 1) + usual**2 * (weight**2).sum()
        third = total(3, 0) - 3 * usual * total(2, 1) + 3 * usual**2 * total(1, 2) - usual**3 * (weight**3).sum()
        sums = self._by_both(part) - usual[:, None] * self._by_group(weight)
        sizes = self._by_group(np.ones(len(self.group)))
        p = shuffled_sums_p(sums, sizes, len(self.group), second[:, None], third[:, None])
        return np.where(self._agree(sums), p, np.where(np.isnan(p), np.nan, 1.0))

    @cached_property
    def alike(self) -> float:
        """Correlation of the orders of one customer, all values together."""
        n, share = self.orders, self._usual
        apart = (self.hits**2).sum() - 2 * (share[self.value] * self.orders[self.customer] * self.hits).sum()
        apart += (share**2).sum() * (n**2).sum()
        by_chance, more = n.sum() * (1 - (share**2).sum()), (n**2).sum() / n.sum() - 1
        return float(np.clip((apart / by_chance - 1) / more, LEAST_ALIKE, 1)) if by_chance > 0 and more > 0 else 1.0

    @cached_property
    def _usual(self) -> Floats:
        return _sums(self.value, self.hits, self.values) / self.orders.sum()

    def _agree(self, sums: Floats) -> NDArray[np.bool_]:
        """Whether more orders are more customers too, of whom there are enough."""
        members = self._by_both(np.ones(len(self.hits)))
        return ((self.share - self._usual[:, None]) * sums >= 0) & ((sums <= 0) | (members >= FEW_MEMBERS))

    def _by_both(self, each: Floats) -> Floats:
        """Sum by value and group of something of each pair of customer and value."""
        named = self.group[self.customer] >= 0
        place = self.value[named] * self.groups + self.group[self.customer[named]]
        return _sums(place, each[named], self.values * self.groups).reshape(self.values, self.groups)

    def _by_group(self, each: Floats) -> Floats:
        return _sums(self.group[self.group >= 0], each[self.group >= 0], self.groups)


def shares_of_orders(
    rows: pd.DataFrame,
    value: str,
    *,
    values: Sequence[Any] | None = None,
    hits: str = "orders",
    tested: bool = True,
    min_group: int = MIN_GROUP,
) -> pd.DataFrame:
    """Share of each value in what everyone and each group did, with intervals and tests over customers.

    Parameters
    ----------
    rows : DataFrame
        ``customer_id`` (without it each row is of another customer), ``group`` (NA: none), and the columns named.
    value : str
        Column of what they did (which weekday, channel, reason).
    values : sequence, optional
        Those to tell, in order; by default all there are, sorted.
    hits : str
        Column of how often.
    tested : bool
        Whether groups are held against chance; not those that were made from it.
    min_group : int
        Customers of whom a value must be told to be held against chance.

    Returns
    -------
    DataFrame ``group`` (first "Everyone"), ``value`` (in order), ``hits``, ``of``, ``share``, ``low_share``,
    ``high_share``, ``p_value`` (NaN: not tested), ``people`` (customers of the group).

    Examples
    --------
    >>> rows = pd.DataFrame({"customer_id": ["a", "b"], "group": ["x", "y"], "day": [0, 1], "orders": [3, 1]})
    >>> shares_of_orders(rows, "day")[["group", "value", "hits", "of", "share", "people"]].head(3).values.tolist()
    [['Everyone', 0, 3, 4, 0.75, 2], ['Everyone', 1, 1, 4, 0.25, 2], ['x', 0, 3, 3, 1.0, 1]]
    """
    ids = rows["customer_id"] if "customer_id" in rows else pd.Series(range(len(rows)))
    customer, people = pd.factorize(ids)
    known = pd.Index(sorted(rows[value].unique()) if values is None else values)
    groups, names = pd.factorize(rows["group"].astype("object"), sort=True)
    own = np.zeros(len(people), dtype="int64")
    own[customer] = groups
    did = customer, known.get_indexer(rows[value]), rows[hits].to_numpy("float64")
    parts = [(np.zeros_like(own), [EVERYONE], False), *([(own, list(names), tested)] if len(names) else [])]
    return pd.concat([_told(did, *part, known, min_group) for part in parts], ignore_index=True)


def _told(
    did: tuple[Codes, Codes, Floats], own: Codes, names: list[str], tested: bool, values: pd.Index, min_group: int
) -> pd.DataFrame:
    found = ClusteredShares(*did, own, values=len(values), groups=len(names))
    people = np.bincount(own[own >= 0], minlength=len(names))
    columns = {"hits": found.counts, "of": found.of, "share": found.share}
    columns |= {"low_share": found.interval[0], "high_share": found.interval[1]}
    enough = np.bincount(found.value, minlength=len(values))[:, None] >= min_group
    columns["p_value"] = np.where(enough, found.p_value, np.nan) if tested else np.full(found.share.shape, np.nan)
    table = pd.DataFrame({name: cells.T.ravel() for name, cells in columns.items()})
    table.insert(0, "value", np.tile(np.asarray(values, dtype=object), len(names)))
    table.insert(0, "group", np.repeat(np.asarray(names, dtype=object), len(values)))
    return table.assign(people=np.repeat(people, len(values))).astype({"hits": "int64", "of": "int64", "group": "str"})


def told_together(*tables: pd.DataFrame) -> list[pd.DataFrame]:
    """Adjust all comparisons of a page for their number, whichever table they stand in.

    Parameters
    ----------
    *tables : DataFrame
        With ``p_value`` (NaN: not tested) and what it decides: ``differs``, or ``evidence`` of those that ``matter``.

    Returns
    -------
    The tables, with that column (and ``p_adjusted``) decided by :func:`~seglib.tables.intervals.adjust_p_values` over
    all of them: where nothing differs, at most a page in forty claims anything.

    Examples
    --------
    >>> one, other = pd.DataFrame({"p_value": [0.01]}), pd.DataFrame({"p_value": [0.5, 0.9]})
    >>> [table["differs"].tolist() for table in told_together(one, other)], LIKELY
    ([[False], [False, False]], 0.025)
    """
    p_values = [table["p_value"].to_numpy("float64") if "p_value" in table else np.empty(0) for table in tables]
    ends = np.cumsum([len(values) for values in p_values])[:-1]
    adjusted = np.split(adjust_p_values(np.concatenate([*p_values, np.empty(0)])), ends)
    return [_decided(table, values) for table, values in zip(tables, adjusted, strict=True)]


def _decided(table: pd.DataFrame, adjusted: Floats) -> pd.DataFrame:
    if "p_value" not in table:
        return table
    likely = adjusted <= LIKELY
    told = {"evidence": likely & table["matters"]} if "matters" in table else {"differs": likely}
    decided = table.assign(p_adjusted=adjusted, **told)
    decided.attrs |= table.attrs
    return decided
