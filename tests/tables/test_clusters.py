"""Groups of points: figures worked by hand, scipy and scikit-learn as oracles, what must not change them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import cdist
from sklearn.metrics import jaccard_score, silhouette_score
from threadpoolctl import threadpool_info

from seglib.tables import clusters

LABELS = st.lists(st.tuples(st.integers(-1, 3), st.integers(-1, 3)), min_size=1, max_size=40)


def heaps_of(size: int, columns: int = 3, seed: int = 3) -> np.ndarray:
    draw = np.random.default_rng(seed)
    return np.repeat(np.eye(4)[:, :columns] * 50, size // 4, axis=0) + draw.normal(size=(size, columns))


# --- gaps between groups


def test_separation_tells_groups_from_one_cloud():
    draw = np.random.default_rng(0)
    stretched = draw.normal(size=(800, 3)) @ np.array([[1, 0.6, 0.6], [0, 0.8, 0.3], [0, 0, 0.7]])
    assert clusters.separation(stretched) < clusters.GAPS
    assert clusters.separation(heaps_of(800)) > 0.3


def test_separation_does_not_depend_on_the_order_of_the_rows():
    rows = heaps_of(200, 2)
    assert clusters.separation(rows, [2, 4]) == pytest.approx(clusters.separation(rows[::-1], [2, 4]))


@pytest.mark.parametrize(
    "points", [np.zeros((5, 2)), np.ones((50, 2)), np.empty((50, 0)), np.empty((0, 2)), np.eye(19)]
)
def test_separation_of_too_few_different_points_is_not_known(points):
    assert np.isnan(clusters.separation(points))


def test_silhouette_against_scikit_learn():
    """Oracle: sklearn.metrics.silhouette_score."""
    rows, labels = heaps_of(200), np.repeat([0, 1], 100)
    assert clusters.silhouette(rows, labels) == pytest.approx(silhouette_score(rows, labels))
    assert np.isnan(clusters.silhouette(rows, labels * 0))


# --- groups found again


def test_jaccards_by_hand():
    # group 0 = {a, b, c}: best match {a, b} -> 2/3; group 1 = {d, e, f}: best match {c, d, e, f} -> 3/4
    reference, other = np.array([0, 0, 0, 1, 1, 1]), np.array([7, 7, 8, 8, 8, 8])
    assert clusters.jaccards(reference, other, 2) == pytest.approx([2 / 3, 3 / 4])


def test_noise_is_no_group():
    reference = np.array([-1, -1, 0, 0])
    assert clusters.jaccards(reference, np.array([-1, -1, -1, -1]), 1).tolist() == [0.0]
    assert clusters.jaccards(reference, np.array([0, 0, 1, 1]), 1).tolist() == [1.0]
    assert np.isnan(clusters.jaccards(reference, np.array([0, 0, 1, 1]), 2)[1])


@given(LABELS)
@settings(max_examples=80, deadline=None)
def test_jaccards_against_scikit_learn(rows):
    reference, other = np.array(rows).T
    found = clusters.jaccards(reference, other, 4)
    for group in range(4):
        inside = reference == group
        similar = [jaccard_score(inside, other == name) for name in set(other) - {clusters.NOISE}]
        expected = max(similar, default=0.0) if inside.any() else np.nan
        assert found[group] == pytest.approx(expected, nan_ok=True)


@given(LABELS, st.permutations(range(4)))
@settings(max_examples=40, deadline=None)
def test_jaccards_do_not_depend_on_what_groups_are_called(rows, names):
    reference, other = np.array(rows).T
    renamed = np.where(other == clusters.NOISE, clusters.NOISE, np.array([*names, 0])[other] + 10)
    assert clusters.jaccards(reference, renamed, 4) == pytest.approx(
        clusters.jaccards(reference, other, 4), nan_ok=True
    )


@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50))
def test_jaccard_is_a_share_and_the_same_from_either_side(both, ours, theirs):
    found = clusters.jaccard(both, both + ours, both + theirs)
    assert found == pytest.approx(clusters.jaccard(both, both + theirs, both + ours), nan_ok=True)
    assert np.isnan(found) == (both + ours + theirs == 0)
    assert not found > 1
    assert not found < 0


# --- centres and fits


@given(st.integers(1, 6), st.integers(1, 4), st.integers(0, 99))
@settings(max_examples=40, deadline=None)
def test_the_nearest_centre_against_all_distances(k, columns, seed):
    draw = np.random.default_rng(seed)
    centres, rows = draw.normal(size=(k, columns)), draw.normal(size=(30, columns))
    assert clusters.nearest(centres, rows).tolist() == cdist(rows, centres).argmin(axis=1).tolist()


def test_different_rows():
    assert clusters.distinct_rows(np.array([[0.0, 1.0], [0.0, 1.0], [1.0, 0.0]])) == 2
    assert [clusters.distinct_rows(np.empty((n, 0))) for n in (0, 1, 9)] == [0, 1, 1]


def test_one_thread_inside_and_as_many_as_before_afterwards():
    with clusters.one_thread():
        pass  # loads what it limits
    before = [pool["num_threads"] for pool in threadpool_info()]
    with clusters.one_thread():
        assert {pool["num_threads"] for pool in threadpool_info()} == {1}
    assert [pool["num_threads"] for pool in threadpool_info()] == before
