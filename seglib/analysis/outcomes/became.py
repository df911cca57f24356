"""What customers did after a rule had found them, beside all others of that day."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from seglib.tables.effects import share_effect
from seglib.tables.intervals import adjust_p_values, wilson_interval
from seglib.tables.small_tables import LIKELY, MIN_GROUP

__all__ = ["what_became"]

COLUMNS = [
    *("segment", "customers", "days", "again_share", "again_low_share", "again_high_share", "others_again_share"),
    *(
        "revenue",
        "revenue_low",
        "revenue_high",
        "others_revenue",
        "p_again",
        "p_revenue",
        "verdict",
        "effect",
        "differs",
    ),
]
DRAWS, SAMPLE = 300, 10_000
Floats = NDArray[np.float64]


class Mean(NamedTuple):
    """A mean by segment, its standard error between customers, and how much each customer weighs in it."""

    value: Floats
    error: Floats
    pull: Floats


def what_became(
    members: Sequence[pd.DataFrame],
    outcomes: Sequence[pd.DataFrame],
    *,
    min_group: int = MIN_GROUP,
    random_state: int = 0,
) -> pd.DataFrame:
    """Who was in each segment on one day or several, what they did in the period after it, and what everyone else did.

    Parameters
    ----------
    members : sequence of DataFrame of bool, people x segments
        Who was in which segment, a table a day (:attr:`seglib.segments.rules.Memberships.whole`).
    outcomes : sequence of DataFrame, indexed by customer_id
        Customers of the same days: ``next_revenue`` (float), ``bought_again`` (bool).
    min_group : int
        Customers found, and others, that a segment needs to be judged; others are left out.
    random_state : int

    Returns
    -------
    DataFrame, a row a segment, the furthest from everyone else first: ``segment, customers`` (different ones found),
    ``days``, ``again_share`` (who bought again; with 95% interval), ``others_again_share``, ``revenue`` (a customer,
    with 95% interval), ``others_revenue``, ``p_again, p_revenue`` (of the difference, that of revenue by ranks within
    the day; all adjusted together), ``verdict`` ("more", "less", "mixed" or "alike"), ``effect`` (Cohen's h between the
    two shares who bought again), ``differs`` (of these, surely enough to lead a page).

    A customer found on several days counts once for what is sure: errors are those between customers.

    References
    ----------
    Efron, Tibshirani (1993), An Introduction to the Bootstrap, 12.5 (bootstrap-t, for skewed money); Benjamini,
    Hochberg (1995), Controlling the false discovery rate, JRSS B 57(1).

    Examples
    --------
    >>> people = pd.Index([f"c{i}" for i in range(200)], name="customer_id")
    >>> after = pd.DataFrame({"next_revenue": [9.0, 0.0] * 100, "bought_again": [True, False] * 100}, index=people)
    >>> found = what_became([pd.DataFrame({"Regulars": [True, False] * 100}, index=people)], [after])
    >>> found[["segment", "customers", "again_share", "others_again_share", "verdict"]].values.tolist()
    [['Regulars', 100, 1.0, 0.0, 'more']]
    """
    named = list(dict.fromkeys(name for one in members for name in one))
    if not named or not sum(map(len, outcomes)):
        return pd.DataFrame(columns=COLUMNS)
    after = pd.concat(
        [one.assign(rank=one["next_revenue"].rank(pct=True), day=day) for day, one in enumerate(outcomes)]
    )
    inside = pd.concat(
        [one.reindex(after.index, fill_value=False) for one, after in zip(members, outcomes, strict=True)]
    )
    inside = inside.reindex(columns=named).fillna(False).astype("bool")
    people = pd.factorize(after.index, sort=True)[0]
    there, apart = inside.to_numpy(), ~inside.to_numpy()
    counts = [_people(part, people) for part in (there, apart)]
    judged = np.flatnonzero(np.minimum(*counts) >= max(min_group, 2))
    if not len(judged):
        return pd.DataFrame(columns=COLUMNS)
    table = _judged(after, there[:, judged], people, random_state)
    table = table.assign(segment=[named[i] for i in judged], customers=counts[0][judged], days=len(outcomes))
    effect = share_effect(table["again_share"], table["others_again_share"])
    table = table.assign(verdict=_verdicts(table), effect=effect, differs=table["p_again"] <= LIKELY)
    apart_by = (table["again_share"] - table["others_again_share"]).abs()
    return table.loc[apart_by.sort_values(ascending=False, kind="stable").index, COLUMNS].reset_index(drop=True)


def _people(part: NDArray[np.bool_], people: NDArray[np.int64]) -> NDArray[np.int64]:
    """Different customers in each segment."""
    return np.array([len(np.unique(people[column])) for column in part.T], dtype="int64")


def _judged(after: pd.DataFrame, there: NDArray[np.bool_], people: NDArray[np.int64], seed: int) -> pd.DataFrame:
    again, revenue, rank = (after[name].to_numpy("float64") for name in ("bought_again", "next_revenue", "rank"))
    bought, others = _mean(again, there, people), _mean(again, ~there, people)
    spent, rest = _mean(revenue, there, people), _mean(revenue, ~there, people)
    low, high = _share_interval(bought, there, people)
    money_low, money_high = _money_interval(revenue, there, people, spent, seed)
    p_values = [_p(bought, others), _p(_mean(rank, there, people), _mean(rank, ~there, people))]
    adjusted = adjust_p_values(np.concatenate(p_values)).reshape(2, -1)
    return pd.DataFrame(
        {
            "again_share": bought.value, "again_low_share": low, "again_high_share": high,
            "others_again_share": others.value, "revenue": spent.value, "revenue_low": money_low,
            "revenue_high": money_high, "others_revenue": rest.value, "p_again": adjusted[0], "p_revenue": adjusted[1],
        }
    )  # fmt: skip


def _mean(values: Floats, there: NDArray[np.bool_], people: NDArray[np.int64]) -> Mean:
    """Means of the rows of each segment, with errors between customers."""
    n, sums = (_by_person(part, people) for part in (there, there * values[:, None]))
    rows = n.sum(axis=0)
    value = sums.sum(axis=0) / rows
    pull = (sums - value * n) / rows
    many = (n > 0).sum(axis=0)
    return Mean(value, np.sqrt((pull**2).sum(axis=0) * many / np.maximum(many - 1, 1)), pull)


def _by_person(part: NDArray[np.generic], people: NDArray[np.int64]) -> Floats:
    return np.column_stack([np.bincount(people, column) for column in part.T.astype("float64")])


def _p(one: Mean, other: Mean) -> Floats:
    """Of the difference; a customer may be in both on different days."""
    from scipy.special import ndtr

    error = np.sqrt(((one.pull - other.pull) ** 2).sum(axis=0))
    apart = np.abs(one.value - other.value)
    score = np.divide(apart, error, out=np.where(apart > 0, np.inf, 0.0), where=error > 0)
    p_values: Floats = 2 * ndtr(-score)
    return p_values


def _share_interval(share: Mean, there: NDArray[np.bool_], people: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Wilson's, for as many independent customers as the errors between customers tell."""
    many = _people(there, people).astype("float64")
    spread = share.value * (1 - share.value)
    alike = np.divide(spread, share.error**2, out=many.copy(), where=(share.error > 0) & (spread > 0))
    return wilson_interval(share.value * alike, alike)


def _money_interval(
    revenue: Floats, there: NDArray[np.bool_], people: NDArray[np.int64], mean: Mean, seed: int
) -> tuple[Floats, Floats]:
    """Bootstrap-t of the mean, of customers drawn with all their days; of a sample of them where there are many."""
    n, sums = (_by_person(part, people) for part in (there, there * revenue[:, None]))
    rng = np.random.default_rng(seed)
    kept = rng.permutation(len(n))[:SAMPLE]
    n, sums = n[kept], sums[kept]
    drawn = rng.multinomial(len(n), np.full(len(n), 1 / len(n)), size=DRAWS).astype("float64")
    rows, total = drawn @ n, drawn @ sums
    centre = sums.sum(axis=0) / np.maximum(n.sum(axis=0), 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = total / rows
        squares = drawn @ sums**2 - 2 * value * (drawn @ (sums * n)) + value**2 * (drawn @ n**2)
        score = (value - centre) / (np.sqrt(np.maximum(squares, 0)) / rows)
    low, high = np.quantile(np.where(np.isfinite(score), score, 0.0), [0.025, 0.975], axis=0)
    return mean.value - high * mean.error, mean.value - low * mean.error


def _verdicts(table: pd.DataFrame) -> list[str]:
    """More, less, alike; mixed where more came and spent less, or the other way round."""
    signs = []
    for p_value, own, rest in (
        ("p_again", "again_share", "others_again_share"),
        ("p_revenue", "revenue", "others_revenue"),
    ):
        signs.append(np.where(table[p_value] <= LIKELY, np.sign(table[own] - table[rest]), 0))
    both = [{*pair} - {0} for pair in zip(*signs, strict=True)]
    return ["mixed" if len(one) > 1 else {1.0: "more", -1.0: "less"}.get(next(iter(one), 0.0), "alike") for one in both]
