"""Effect sizes: published figures, brute force and scipy as oracles, what must not change them, how often they hold."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from sklearn.metrics import roc_auc_score

from seglib.tables.effects import (
    auc_interval,
    compare_means,
    compare_measures,
    compare_shares,
    share_difference,
)

few = st.lists(st.integers(0, 6), min_size=1, max_size=15)
some = st.lists(st.integers(-9, 9), min_size=3, max_size=25)
counts = st.tuples(st.integers(1, 300), st.floats(0, 1)).map(lambda drawn: (round(drawn[0] * drawn[1]), drawn[0]))
# Hanley and McNeil (1982), table I: 109 tomograms rated 1 to 5, of normal and of abnormal patients
NORMAL, ABNORMAL = np.repeat(range(1, 6), [33, 6, 6, 11, 2]), np.repeat(range(1, 6), [3, 2, 2, 11, 33])


def both(measure, ours, theirs) -> dict[str, np.ndarray]:
    values = np.array([*ours, *theirs], dtype=float)
    return measure(values, np.repeat([0, 1], [len(ours), len(theirs)]), 2)


def compare(measure, ours, theirs) -> dict[str, float]:
    return {name: float(array[0]) for name, array in both(measure, ours, theirs).items()}


def area(ours, theirs) -> tuple[float, float, float]:
    return auc_interval(np.array([*ours, *theirs], dtype=float), np.repeat([True, False], [len(ours), len(theirs)]))


def delong_error(ours, theirs) -> float:
    """Standard error of the area, each pair looked at: the structural components of DeLong et al. (1988)."""
    won = np.array([[(a > b) + (a == b) / 2 for b in theirs] for a in ours])
    return float(np.sqrt(won.mean(axis=1).var(ddof=1) / len(ours) + won.mean(axis=0).var(ddof=1) / len(theirs)))


# --- Cliff's delta


@given(few, few)
@settings(max_examples=80, deadline=None)
def test_cliffs_delta_against_brute_force(ours, theirs):
    found = compare(compare_measures, ours, theirs)
    expected = np.mean([np.sign(a - b) for a, b in product(ours, theirs)])
    assert found["effect"] == pytest.approx(expected)
    assert (found["in_segment"], found["elsewhere"]) == (np.median(ours), np.median(theirs))
    if min(len(ours), len(theirs)) > 4:
        assert -1 <= found["effect_low"] <= found["effect"] + 1e-9
        assert found["effect"] - 1e-9 <= found["effect_high"] <= 1


def test_cliffs_delta_against_the_effsize_package():
    """The example of R's cliff.delta: -0.25."""
    treated, control = [10, 10, 20, 20, 20, 30, 30, 30, 40, 50], [10, 20, 30, 40, 40, 50]
    assert compare(compare_measures, treated, control)["effect"] == pytest.approx(-0.25)


@given(some, some)
@settings(max_examples=60, deadline=None)
def test_delta_of_two_groups_is_antisymmetric(ours, theirs):
    """What one group wins the other loses, interval and all, whichever is told first."""
    found, turned = both(compare_measures, ours, theirs), both(compare_measures, theirs, ours)
    assert found["effect"][0] == pytest.approx(-found["effect"][1])
    assert found["effect_low"][0] == pytest.approx(-found["effect_high"][1])
    assert found["effect_low"] == pytest.approx(turned["effect_low"][::-1])
    assert found["p_value"][0] == pytest.approx(found["p_value"][1])


@given(some, some, st.sampled_from([np.exp, lambda x: 3 * x + 7, lambda x: x**3]))
@settings(max_examples=60, deadline=None)
def test_delta_does_not_change_where_the_order_does_not(ours, theirs, rising):
    found = both(compare_measures, ours, theirs)
    again = both(compare_measures, rising(np.array(ours, dtype=float)), rising(np.array(theirs, dtype=float)))
    for name in ("effect", "effect_low", "effect_high", "p_value"):
        assert again[name] == pytest.approx(found[name])


def test_delta_does_not_depend_on_the_order_of_rows_or_on_missing_values():
    draw = np.random.default_rng(5)
    values, codes = draw.poisson(3, 90).astype(float), draw.integers(0, 3, 90)
    mixed = draw.permutation(90)
    found = compare_measures(values, codes, 3)
    more = compare_measures(np.append(values[mixed], np.nan), np.append(codes[mixed], 0), 3)
    assert all(np.array_equal(found[name], more[name]) for name in found)


def test_each_group_is_compared_with_all_the_others_together():
    values, codes = np.array([1.0, 2, 3, 4, 5, 6]), np.array([0, 0, 1, 1, 2, 2])
    found = compare_measures(values, codes, 3)
    assert found["effect"].tolist() == [-1, 0, 1]
    assert found["n_elsewhere"].tolist() == [4, 4, 4]
    assert found["elsewhere"].tolist() == [4.5, 3.5, 2.5]


def test_interval_of_delta_is_feng_and_cliff_with_the_error_of_delong():
    draw = np.random.default_rng(8)
    ours, theirs = draw.poisson(4, 35), draw.poisson(3, 60)
    found, error = compare(compare_measures, ours, theirs), 2 * delong_error(ours, theirs)
    delta, wide = found["effect"], stats.norm.ppf(0.975) * error
    ends = [delta - delta**3 + side * wide * np.sqrt((1 - delta**2) ** 2 + wide**2) for side in (-1, 1)]
    assert [found["effect_low"], found["effect_high"]] == pytest.approx(
        [end / (1 - delta**2 + wide**2) for end in ends]
    )


def test_groups_without_any_overlap_or_any_difference():
    apart = compare(compare_measures, [5] * 30, [1] * 30)
    assert apart["effect"] == apart["effect_high"] == 1
    assert 0.5 < apart["effect_low"] < 1
    same = compare(compare_measures, [5] * 30, [5] * 30)
    assert (same["effect"], same["p_value"]) == (0, 1)
    assert np.isnan(compare(compare_means, [5] * 30, [5] * 30)["effect"])
    assert np.isnan(compare(compare_means, [5] * 30, [1] * 30)["p_value"])


def test_rank_test_against_scipy_mann_whitney():
    rng = np.random.default_rng(1)
    ours, theirs = rng.poisson(2, 40), rng.poisson(3, 70)
    expected = stats.mannwhitneyu(ours, theirs, method="asymptotic", use_continuity=False).pvalue
    assert compare(compare_measures, ours, theirs)["p_value"] == pytest.approx(expected)


@pytest.mark.parametrize("measure", [compare_measures, compare_means])
def test_interval_of_an_effect_covers_it_about_95_times_in_100(measure):
    rng = np.random.default_rng(3)
    # normal values half a standard deviation apart: d is 0.5, delta is 2 * Phi(0.5 / sqrt(2)) - 1
    truth = 0.5 if measure is compare_means else 2 * stats.norm.cdf(0.5 / np.sqrt(2)) - 1
    found = [compare(measure, rng.normal(0.5, 1, 50), rng.normal(0, 1, 90)) for _ in range(400)]
    covered = np.mean([one["effect_low"] <= truth <= one["effect_high"] for one in found])
    assert 0.92 <= covered <= 0.98


# --- the same as an area


def test_area_against_hanley_and_mcneil_1982():
    """They publish an area of 0.893; its error by DeLong's method is 0.0307."""
    assert area(ABNORMAL, NORMAL)[0] == pytest.approx(0.893, abs=5e-4)
    assert delong_error(ABNORMAL, NORMAL) == pytest.approx(0.0307, abs=5e-5)


@given(some, some)
@settings(max_examples=60, deadline=None)
def test_area_against_scikit_learn_and_as_delta(ours, theirs):
    found, delta = area(ours, theirs), compare(compare_measures, ours, theirs)
    assert found[0] == pytest.approx(roc_auc_score([1] * len(ours) + [0] * len(theirs), [*ours, *theirs]))
    assert found == pytest.approx([(delta[name] + 1) / 2 for name in ("effect", "effect_low", "effect_high")])


@pytest.mark.parametrize(("ours", "theirs"), [([], [1, 2]), ([1, 2], [])])
def test_area_against_nobody_is_not_known(ours, theirs):
    assert np.isnan(area(ours, theirs)).all()


def test_interval_of_an_area_covers_it_about_95_times_in_100():
    rng, truth = np.random.default_rng(4), stats.norm.cdf(1.5 / np.sqrt(2))
    found = [area(rng.normal(1.5, 1, 30), rng.normal(0, 1, 120)) for _ in range(400)]
    assert 0.92 <= np.mean([low <= truth <= high for _, low, high in found]) <= 0.98


# --- means


def test_means_against_scipy_welch():
    rng = np.random.default_rng(2)
    ours, theirs = rng.gamma(1, 2, 35), rng.gamma(3, 1, 80)
    found = compare(compare_means, ours, theirs)
    drawn = stats.permutation_test((ours, theirs), lambda a, b: a.mean() - b.mean(), n_resamples=20_000, rng=rng)
    assert found["p_value"] == pytest.approx(drawn.pvalue, abs=5e-4)
    spread = np.sqrt((ours.var(ddof=1) + theirs.var(ddof=1)) / 2)
    assert found["effect"] == pytest.approx((ours.mean() - theirs.mean()) / spread)
    assert found["effect_low"] < found["effect"] < found["effect_high"]


@given(some, some, st.floats(0.1, 100), st.floats(-50, 50))
@settings(max_examples=60, deadline=None)
def test_difference_of_means_does_not_depend_on_the_unit(ours, theirs, unit, start):
    found = both(compare_means, ours, theirs)
    again = both(compare_means, unit * np.array(ours) + start, unit * np.array(theirs) + start)
    assert again["effect"] == pytest.approx(found["effect"], rel=1e-6, abs=1e-9, nan_ok=True)
    assert found["effect"][0] == pytest.approx(-found["effect"][1], nan_ok=True)


# --- shares


def test_cohens_h_against_cohen_1988_table_6_2_2():
    """phi(.50) = 1.571 and phi(.25) = 1.047, so h = .524."""
    found = compare_shares(np.array([[50.0, 25.0], [50.0, 75.0]]))
    assert found["effect"][0, 0] == pytest.approx(1.571 - 1.047, abs=5e-4)


def test_shares_against_scipy_fisher_exact():
    table = np.array([[9.0, 30.0], [31.0, 40.0]])
    expected = 2 * min(stats.fisher_exact(table, side).pvalue for side in ("less", "greater"))
    assert compare_shares(table)["p_value"] == pytest.approx(np.full((2, 2), expected))


def test_difference_of_shares_against_newcombe_1998():
    """Table II, method 10."""
    _, low, high = share_difference([56, 9, 10], [70, 10, 10], [48, 3, 0], [80, 10, 10])
    assert low == pytest.approx([0.0524, 0.1705, 0.6075], abs=5e-5)
    assert high == pytest.approx([0.3339, 0.8090, 1.0], abs=5e-5)


@given(counts, counts)
def test_difference_of_shares_holds_its_interval_and_is_antisymmetric(ours, theirs):
    found, turned = share_difference(*ours, *theirs), share_difference(*theirs, *ours)
    assert -1 - 1e-9 <= found[1] <= found[0] + 1e-9
    assert found[0] - 1e-9 <= found[2] <= 1 + 1e-9
    assert list(found) == pytest.approx([-turned[0], -turned[2], -turned[1]])


def test_difference_from_nobody_is_not_known():
    assert np.isnan(share_difference(1, 2, 0, 0)).all()


def test_interval_of_a_difference_of_shares_covers_it_about_95_times_in_100():
    rng = np.random.default_rng(6)
    _, low, high = share_difference(rng.binomial(60, 0.3, 2000), 60, rng.binomial(90, 0.1, 2000), 90)
    assert 0.935 <= np.mean((low <= 0.2) & (high >= 0.2)) <= 0.975
