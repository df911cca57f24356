"""Intervals: published figures, scipy as oracle, how often they hold what they should."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from seglib.tables import intervals

values = st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=40)


# --- shares


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_interval_against_newcombe_1998(hits, of, low, high):
    """Newcombe (1998), Statistics in Medicine 17, table I, method 3."""
    assert intervals.wilson_interval(hits, of) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


@given(st.integers(1, 10_000), st.floats(0, 1))
def test_wilson_interval_against_scipy(of, part):
    hits = round(of * part)
    oracle = stats.binomtest(hits, of).proportion_ci(method="wilson")
    assert intervals.wilson_interval(hits, of) == (pytest.approx(oracle.low, abs=1e-12), pytest.approx(oracle.high))


def test_wilson_interval_of_none_is_not_known():
    low, high = intervals.wilson_interval([0, 3], [0, 3])
    assert np.isnan([low[0], high[0]]).all()
    assert high[1] == 1


@pytest.mark.parametrize(("share", "of"), [(0.05, 60), (0.3, 30), (0.5, 200)])
def test_wilson_interval_covers_about_95_times_in_100(share, of):
    hits = np.random.default_rng(1).binomial(of, share, 4000)
    low, high = intervals.wilson_interval(hits, of)
    assert 0.93 <= np.mean((low <= share) & (high >= share)) <= 0.98


def test_shares_of_columns_of_counts():
    table = intervals.with_shares(pd.DataFrame({"won": [3, 0, 0], "of": [4, 5, 0]}), "won", "of", "deal")
    assert table["deal_share"].tolist() == pytest.approx([0.75, 0.0, np.nan], nan_ok=True)
    assert table.columns.tolist() == ["won", "of", "deal_share", "deal_low_share", "deal_high_share"]
    assert (table["deal_low_share"] <= table["deal_share"]).tolist() == [True, True, False]


# --- means


@given(values)
def test_t_interval_against_scipy(drawn):
    one = np.array(drawn)
    found = intervals.t_interval(one.mean(), one.std(ddof=1), len(one))
    oracle = stats.t.interval(0.95, len(one) - 1, one.mean(), max(stats.sem(one), 1e-300))
    assert found == (pytest.approx(oracle[0]), pytest.approx(oracle[1]))


def test_t_interval_of_one_value_is_not_known():
    assert np.isnan(intervals.t_interval([3.0, 3.0], [np.nan, 0.0], [1, 0])).all()


def test_t_interval_covers_a_mean_about_95_times_in_100():
    rng = np.random.default_rng(2)
    drawn = rng.normal(5, 2, (500, 30))
    low, high = intervals.t_interval(drawn.mean(axis=1), drawn.std(axis=1, ddof=1), 30)
    assert 0.93 <= ((low <= 5) & (high >= 5)).mean() <= 0.975


# --- many tests at once


def test_adjusted_p_values_against_benjamini_hochberg_1995():
    """Their 15 comparisons on thrombolysis: the procedure rejects four at 0.05 (Bonferroni three)."""
    published = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344]
    published += [0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.000]
    adjusted = intervals.adjust_p_values(np.array(published))
    assert (adjusted <= 0.05).sum() == 4
    assert adjusted[0] == pytest.approx(0.0015)
    assert intervals.adjust_p_values(np.array([np.nan])).tolist() == pytest.approx([np.nan], nan_ok=True)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_adjusting_raises_p_values_and_keeps_their_order(p_values):
    adjusted, given_ = intervals.adjust_p_values(p_values), np.array(p_values)
    assert (adjusted >= given_ - 1e-12).all()
    assert (np.diff(adjusted[np.argsort(given_)]) >= -1e-12).all()


def test_shares_against_the_rest_by_scipy_fisher_exact():
    found = intervals.differs_from_rest([9, 5, 3], [10, 12, 30], 17, 52)
    alone = [stats.fisher_exact([[k, n - k], [17 - k, 35 - n + k]]).pvalue for k, n in ((9, 10), (5, 12), (3, 30))]
    assert found == pytest.approx(stats.false_discovery_control(alone))


# --- waiting


def test_kaplan_meier_against_freireich_1963():
    """6-MP arm of the leukaemia trial, the textbook case: median 23 weeks, survival at 10 weeks 0.753."""
    weeks = [6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    curve = intervals.kaplan_meier(weeks, [True] * 9 + [False] * 12)
    assert 1 - curve.set_index("days").loc[10, "share"] == pytest.approx(0.7529, abs=5e-5)
    assert intervals.half_time(curve)[0] == 23


@given(st.lists(st.integers(0, 30), min_size=1, max_size=40))
def test_where_all_has_happened_the_curve_is_the_share_so_far(days):
    curve = intervals.kaplan_meier(days, [True] * len(days))
    assert curve["share"].to_numpy() == pytest.approx([np.mean(np.array(days) <= day) for day in curve["days"]])
    assert intervals.half_time(curve)[0] == np.sort(days)[(len(days) - 1) // 2]


@given(st.lists(st.tuples(st.integers(0, 30), st.booleans()), min_size=1, max_size=40))
def test_the_curve_against_scipy_with_some_still_waiting(rows):
    days, happened = (np.array(column) for column in zip(*rows, strict=True))
    curve = intervals.kaplan_meier(days, happened)
    oracle = stats.ecdf(stats.CensoredData(days[happened], right=days[~happened])).cdf
    assert curve["share"].to_numpy() == pytest.approx(oracle.evaluate(curve["days"]) if len(curve) else [])
    known = curve.dropna()
    assert (known["low_share"] <= known["share"] + 1e-9).all()
    assert (known["share"] <= known["high_share"] + 1e-9).all()


def test_everything_censored_reaches_no_half():
    curve = intervals.kaplan_meier([1, 2, 3], [False] * 3)
    assert curve.empty
    assert np.isnan(intervals.half_time(curve)).all()
