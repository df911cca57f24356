"""Intervals of money: they hold the truth as often as they say, from 300 customers on."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from seglib.tables.money import mean_interval, mean_intervals, sum_share_interval, sum_share_intervals

RNG = np.random.default_rng(14)
SKEWED = {
    "log-normal 1.5": (lambda shape: np.exp(RNG.normal(0, 1.5, shape)), np.exp(1.125)),
    "log-normal 1": (lambda shape: np.exp(RNG.normal(0, 1, shape)), np.exp(0.5)),
    "gamma": (lambda shape: RNG.gamma(0.5, 1, shape), 0.5),
    "normal": (lambda shape: RNG.normal(5, 1, shape), 5.0),
}


@pytest.mark.parametrize("n", [300, 1000])
@pytest.mark.parametrize("kind", SKEWED)
def test_a_mean_is_held_92_to_97_times_in_100(kind: str, n: int):
    """Of log-normal money (1.5) the percentile bootstrap held 86 and 88 of 100."""
    draw, truth = SKEWED[kind]
    groups = 800
    low, high = mean_intervals(draw(groups * n), np.repeat(np.arange(groups), n), groups)
    assert 0.91 < ((low <= truth) & (truth <= high)).mean() < 0.98  # 92 to 97, and what 800 draws leave open


def test_of_even_values_the_interval_is_students():
    values = RNG.normal(10, 2, 400)
    values = np.concatenate([values, 20 - values])  # symmetric: no skewness
    low, high = mean_intervals(values, np.zeros(800, int), 1)
    expected = stats.t.interval(0.95, 799, values.mean(), stats.sem(values))
    assert (low[0], high[0]) == pytest.approx(expected, rel=1e-3)


def test_it_does_not_depend_on_order_or_unit():
    values, codes = np.exp(RNG.normal(size=400)), RNG.integers(0, 3, 400)
    order = RNG.permutation(400)
    found, again = mean_intervals(values, codes, 3), mean_intervals(7 * values[order] + 2, codes[order], 3)
    for ours, theirs in zip(found, again, strict=True):
        assert theirs == pytest.approx(7 * ours + 2)


def test_below_thirty_there_is_none():
    assert np.isnan(mean_interval([29, 0], 1.0, 1.0, 0.0)).all()
    assert not np.isnan(mean_interval(30, 1.0, 1.0, 0.0)).any()
    assert np.isnan(sum_share_interval(29, 10.0, 20.0, 100, 50.0, 90.0)).all()


def test_all_equal_values_leave_nothing_open():
    assert np.ravel(mean_intervals(np.full(40, 2.0), np.zeros(40, int), 1)).tolist() == [2, 2]


@pytest.mark.parametrize("n", [1000, 3000])
@pytest.mark.parametrize("chosen", ["at random", "by money"])
def test_a_share_of_revenue_is_held_92_to_97_times_in_100(chosen: str, n: int):
    cut = stats.norm.isf(0.1) * 1.5
    truth = 0.3 if chosen == "at random" else float(stats.norm.sf((cut - 2.25) / 1.5))
    held = 0
    for _run in range(600):
        logarithm = RNG.normal(0, 1.5, n)
        inside = RNG.random(n) < 0.3 if chosen == "at random" else logarithm > cut
        low, high = sum_share_intervals(np.exp(logarithm), inside.astype("int64"), 2)
        held += bool(low[1] <= truth <= high[1])
    assert 0.91 < held / 600 < 0.98


def test_what_is_no_share_has_no_interval():
    """A group that brought back more than it bought, one that brought all, and one of nobody."""
    low, high = sum_share_interval([40, 40, 0], [-5.0, 100.0, 0.0], [9.0, 99.0, 0.0], 80, 100.0, 200.0)
    assert np.isnan(low).all()
    assert np.isnan(high).all()


def test_shares_of_a_whole_lie_in_their_interval():
    values, codes = np.exp(RNG.normal(size=900)), np.repeat([0, 1, 2, -1], [100, 300, 400, 100])
    low, high = sum_share_intervals(values, codes, 3)
    share = np.array([values[codes == code].sum() for code in range(3)]) / values.sum()
    assert ((low < share) & (share < high)).all()
