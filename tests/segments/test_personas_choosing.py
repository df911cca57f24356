"""Choosing the number of groups: measures against hand-worked values and oracles, and when nothing is recommended."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn import metrics

from seglib import findings, personas
from seglib.errors import InputError
from seglib.segments.personas.judging import pick
from seglib.tables.clusters import principal_axes

WHOLESALE = Path(__file__).parents[3] / "shared" / "data" / "wholesale_customers_b2b" / "wholesale_customers.parquet"


def blobs(size: int = 100, kinds: int = 4, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    middles = np.array([[0, 0], [9, 0], [0, 9], [9, 9], [4.5, 20]])[:kinds]
    rows = np.repeat(middles, size, axis=0) + rng.normal(size=(size * kinds, 2))
    return pd.DataFrame(rows, columns=["recency_days", "frequency"])


def noise(size: int, columns: int, seed: int) -> pd.DataFrame:
    rows = np.random.default_rng(1000 + seed).uniform(size=(size, columns))
    return pd.DataFrame(rows, columns=[f"feature_{i}" for i in range(columns)])


class TestMeasures:
    def test_separation_against_scikit_learn(self) -> None:
        """Oracle: sklearn.metrics on the labels of the clusterer."""
        customers = blobs(60)
        treated = personas.persona_features(customers)
        row = personas.compare_k(customers, [3], features=treated, splits=2).iloc[1]
        labels, rows = personas.PersonaClusterer(3).fit_predict(customers), treated.matrix
        assert row["silhouette"] == pytest.approx(metrics.silhouette_score(rows, labels))
        assert row["davies_bouldin"] == pytest.approx(metrics.davies_bouldin_score(rows, labels))
        assert row["calinski_harabasz"] == pytest.approx(metrics.calinski_harabasz_score(rows, labels))
        assert row["smallest_group"] == labels.value_counts().min()

    def test_principal_axes_against_scikit_learn(self) -> None:
        """Oracle: sklearn.decomposition.PCA."""
        from sklearn.decomposition import PCA

        rows = np.random.default_rng(0).normal(size=(60, 4)) @ np.diag([4, 2, 1, 0.5])
        scores, shares = principal_axes(rows)
        oracle = PCA().fit(rows)
        np.testing.assert_allclose(shares, oracle.explained_variance_ratio_)
        np.testing.assert_allclose(np.abs(scores), np.abs(oracle.transform(rows)))


class TestRule:
    """Candidates of 1 to 4 groups; halves agree on all of them, and each is large enough."""

    def picked(self, jaccard: list[float], gap: list[float]) -> tuple[int, list[bool]]:
        limits = {"stability": 0.7, "jaccard": 0.6, "gap": 0.1, "group": 30}
        found = pick([np.nan, 0.9, 0.9, 0.9], [np.nan, *jaccard], [np.nan, 90, 60, 40], [np.nan, *gap], limits)
        return found.place, found.groups.tolist()

    def test_the_finest_of_which_each_group_surely_comes_back(self) -> None:
        assert self.picked([0.9, 0.8, 0.65], [0.4, 0.3, 0.3]) == (2, [False, True, True, True])

    def test_groups_with_gaps_are_groups_though_none_is_sure(self) -> None:
        assert self.picked([0.7, 0.65, 0.62], [0.4, 0.39, 0.2]) == (2, [False, True, True, True])

    def test_without_gaps_the_finest_slices_that_stand_out_as_far(self) -> None:
        assert self.picked([0.9, 0.9, 0.9], [0.05, 0.04, 0.01]) == (2, [False] * 4)

    def test_what_dissolves_is_nothing(self) -> None:
        assert self.picked([0.5, 0.4, 0.3], [0.4, 0.3, 0.3]) == (0, [False] * 4)


class TestCompare:
    @pytest.mark.parametrize("kinds", [2, 3, 4, 5])
    def test_planted_number_is_recommended(self, kinds: int) -> None:
        candidates = personas.compare_k(blobs(kinds=kinds), range(2, 7), splits=4)
        assert personas.recommend_k(candidates).k == kinds
        row = candidates.set_index("k").loc[kinds]
        assert row["stability"] > 0.9
        assert row["worst_jaccard"] > 0.9
        assert row["silhouette"] > row["silhouette_reference"] + 0.1

    @pytest.mark.parametrize("columns", [2, 3, 6])
    def test_uniform_noise_is_at_most_cut_into_slices(self, columns: int) -> None:
        for seed in range(2):
            customers = noise(600, columns, seed)
            candidates = personas.compare_k(customers, range(2, 6), features=list(customers.columns), splits=4)
            best = personas.recommend_k(candidates)
            assert best.kind in ("slices", "everyone"), best
            assert "no division" in best.reason or "without gaps between them" in best.reason

    def test_a_round_cloud_is_refused(self) -> None:
        rows = np.random.default_rng(5).normal(size=(600, 5))
        customers = pd.DataFrame(rows, columns=list("abcde"))
        assert personas.recommend_k(personas.compare_k(customers, features=list("abcde"), splits=4)).k == 1

    @pytest.mark.parametrize("size", [400, 2_000])
    def test_one_cloud_has_slices_and_no_kinds(self, size: int) -> None:
        """A correlated Gaussian cloud (rho 0.6), in which 59 of 63 draws became personas."""
        spread = np.full((4, 4), 0.6) + 0.4 * np.eye(4)
        for seed in range(3):
            rows = np.random.default_rng(1000 + seed).multivariate_normal(np.zeros(4), spread, size)
            customers = pd.DataFrame(rows, columns=["recency_days", "frequency", "monetary_value", "returns_share"])
            candidates = personas.compare_k(customers, [2, 3, 4], random_state=seed)
            assert personas.recommend_k(candidates).kind != "groups"
            assert "groups" not in candidates["kind"].tolist()
            assert candidates["subsamples"].sum() == 20

    def test_kinds_and_halves_of_planted_groups(self) -> None:
        candidates = personas.compare_k(blobs(kinds=4), range(2, 6)).set_index("k")
        assert candidates.loc[1, "kind"] == "everyone"
        assert candidates.loc[4, "kind"] == "groups"
        assert candidates.loc[4, "subsamples"] >= 18
        assert personas.recommend_k(candidates.reset_index()).kind == "groups"

    def test_a_group_under_the_floor_is_told(self) -> None:
        middles = np.repeat([[0, 0], [9, 0], [0, 9]], [150, 150, 25], axis=0)
        rows = middles + np.random.default_rng(0).normal(size=middles.shape)
        customers = pd.DataFrame(rows, columns=["recency_days", "frequency"])
        as_it_is = personas.persona_features(customers, skew="none")
        candidates = personas.compare_k(customers, range(2, 4), features=as_it_is)
        assert candidates.set_index("k")["too_small"].to_dict() == {1: False, 2: False, 3: True}
        assert "3 groups would come back too, but the smallest has 25" in findings.personas.compare_k(candidates)

    def test_columns_and_first_row(self) -> None:
        candidates = personas.compare_k(blobs(40), [3, 2, 2], splits=2)
        assert candidates["k"].tolist() == [1, 2, 3]
        assert candidates["recommended"].sum() == 1
        assert candidates["reason"].str.len().gt(10).all()
        for column in ("silhouette", "stability", "stability_low", "worst_jaccard", "smallest_share"):
            assert candidates[column].iloc[1:].between(-1, 1).all(), column

    def test_too_few_customers(self) -> None:
        for size in (1, 2, 5, 59):
            customers = blobs(30, kinds=2).head(size)
            best = personas.recommend_k(personas.compare_k(customers, splits=2))
            assert best.k == 1
            assert best.reason == f"too few customers ({size}) for two groups of at least 30"

    def test_nobody_differs(self) -> None:
        customers = pd.DataFrame({"frequency": [1] * 100, "monetary_value": [5.0] * 100})
        best = personas.recommend_k(personas.compare_k(customers))
        assert best == (1, "the customers do not differ in these features", "everyone")

    @pytest.mark.parametrize("method", ["kmeans", "gaussian_mixture", "hdbscan"])
    def test_nobody_differs_whatever_the_method(self, method: str) -> None:
        customers = pd.DataFrame({"frequency": [1] * 100, "monetary_value": [5.0] * 100})
        with pytest.raises(InputError, match="do not differ in any of the features"):
            personas.PersonaClusterer(method=method).fit(customers)
        study = personas.find_personas(customers, personas.persona_options(method=method))
        assert study.persona.unique().tolist() == ["Everyone"]

    def test_small_groups_are_not_recommended(self) -> None:
        customers = pd.concat([blobs(100, 2), blobs(1, 5).tail(1).loc[[4] * 8]], ignore_index=True)
        candidates = personas.compare_k(customers, range(2, 4), splits=4, min_group=30)
        assert personas.recommend_k(candidates).k == 2

    def test_a_number_asked_for(self) -> None:
        candidates = personas.compare_k(blobs(50), range(2, 6), splits=2)
        assert personas.recommend_k(candidates, 3).k == 3
        assert personas.recommend_k(candidates, 3).reason.startswith("3 groups were asked for")
        assert personas.recommend_k(candidates, 50).k == 4

    def test_order_of_customers_does_not_matter(self) -> None:
        customers = blobs(50)
        first, second = (
            personas.compare_k(table, [2, 4], splits=2)
            for table in (customers, customers.sample(frac=1, random_state=1))
        )
        pd.testing.assert_frame_equal(first, second)

    def test_hdbscan_finds_its_own_number(self) -> None:
        candidates = personas.compare_k(blobs(80), [2, 3], method="hdbscan", splits=2)
        assert candidates["k"].tolist() == [1, 4]
        assert personas.recommend_k(candidates).k == 4

    def test_gaussian_mixture(self) -> None:
        candidates = personas.compare_k(blobs(60, 3), [2, 3], method="gaussian_mixture", splits=2)
        assert personas.recommend_k(candidates).k == 3

    def test_unknown_method(self) -> None:
        with pytest.raises(InputError, match="Did you mean 'hdbscan'"):
            personas.compare_k(blobs(9), method="dbscan")

    def test_a_sample_stands_for_everyone(self) -> None:
        candidates = personas.compare_k(blobs(500), [4], sample=400, splits=2)
        assert candidates["smallest_group"].iloc[1] == pytest.approx(500, abs=100)

    @pytest.mark.skipif(not WHOLESALE.exists(), reason="shared data are not here")
    def test_two_groups_of_wholesale_clients(self) -> None:
        clients = pd.read_parquet(WHOLESALE).drop(columns=["Channel", "Region"])
        candidates = personas.compare_k(clients, range(2, 5), features=list(clients.columns), splits=5)
        assert personas.recommend_k(candidates).k == 2
