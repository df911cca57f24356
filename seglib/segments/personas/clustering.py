"""PersonaClusterer: learns treatment and groups from one customer table, gives other customers their group."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, ClusterMixin

from seglib.errors import InputError, did_you_mean
from seglib.segments.personas.features import canonical_sample, persona_features
from seglib.segments.personas.fitting import CAPS, Groups, fit_groups
from seglib.segments.personas.options import METHODS
from seglib.segments.personas.stability import split_half
from seglib.tables.clusters import NOISE, distinct_rows
from seglib.tables.small_tables import MIN_GROUP

__all__ = ["PersonaClusterer", "group_stability"]


class PersonaClusterer(ClusterMixin, BaseEstimator):
    """Group customers by what they do; learned once, applied to any later customer table.

    The result does not depend on the order of the rows, the names of the customers or the unit of money. Groups are
    numbered by revenue, the largest first.

    Parameters
    ----------
    n_clusters : int
        Number of groups; ``"hdbscan"`` finds its own.
    features : sequence of str, optional
        See :func:`persona_features`, like ``skew``, ``missing`` and ``scale``.
    method : {"kmeans", "gaussian_mixture", "hdbscan"}
        HDBSCAN leaves customers in no group: label -1.
    sample : int
        Customers that groups are fitted to, at most 50,000 (``"kmeans"``) or 10,000; everyone gets a group.
    min_group : int
        Smallest group of HDBSCAN.
    random_state : int

    Attributes
    ----------
    features_ : list of str
        Features in use.
    treatment_ : DataFrame
        What was done to each feature.
    labels_ : Series of int, indexed by customer_id
    cluster_centers_ : DataFrame
        Groups x standardised columns.
    n_clusters_ : int

    Examples
    --------
    >>> customers = pd.DataFrame({"recency_days": [1, 2, 300, 310], "frequency": [20, 22, 1, 1]})
    >>> customers["monetary_value"] = [900.0, 800.0, 20.0, 25.0]
    >>> clusterer = PersonaClusterer(n_clusters=2).fit(customers)
    >>> clusterer.labels_.tolist(), clusterer.predict(customers.tail(1)).tolist()
    ([0, 0, 1, 1], [1])
    """

    def __init__(
        self,
        n_clusters: int = 4,
        *,
        features: Sequence[str] | None = None,
        method: str = "kmeans",
        skew: str = "log",
        missing: str = "median",
        scale: str = "standard",
        sample: int = 50_000,
        min_group: int = MIN_GROUP,
        random_state: int = 0,
    ) -> None:
        self.n_clusters = n_clusters
        self.features = features
        self.method = method
        self.skew = skew
        self.missing = missing
        self.scale = scale
        self.sample = sample
        self.min_group = min_group
        self.random_state = random_state

    def fit(self, customers: pd.DataFrame, y: Any = None) -> PersonaClusterer:
        """Learn the treatment of the features and the groups.

        Parameters
        ----------
        customers : DataFrame
            One row a customer, indexed by ``customer_id``.
        y : ignored

        Raises
        ------
        InputError
            No customers, none that differ, fewer different customers than groups, an unknown feature, option or method.
        """
        self._check(customers)
        treated = persona_features(customers, self.features, skew=self.skew, missing=self.missing, scale=self.scale)
        self.plan_ = treated
        self.features_, self.treatment_ = treated.names, treated.treatment
        rows = self._sampled(treated.matrix)
        self._check_different(rows)
        method = "kmeans" if self.n_clusters == 1 else self.method
        groups = fit_groups(rows, self.n_clusters, method, seed=self.random_state, min_group=self.min_group)
        said = self._number(groups, treated.matrix.to_numpy(), _money(customers))
        self.cluster_centers_ = pd.DataFrame(self._groups.centres, columns=treated.matrix.columns)
        self.n_clusters_ = len(self.cluster_centers_)
        self.labels_ = pd.Series(said, index=customers.index, name="cluster")
        return self

    def predict(self, customers: pd.DataFrame) -> pd.Series:
        """Give customers their group.

        Parameters
        ----------
        customers : DataFrame
            A table with the columns that were learned from.

        Returns
        -------
        Series of int, indexed as ``customers``; -1 for none.
        """
        if not hasattr(self, "plan_"):
            raise InputError("PersonaClusterer: predict was called before fit. Call fit(customers) first.")
        rows = self.plan_.apply(customers).to_numpy()
        return pd.Series(self._assign(rows), index=customers.index, name="cluster")

    def fit_predict(self, customers: pd.DataFrame, y: Any = None, **_: Any) -> pd.Series:
        """Learn the groups and give the same customers theirs."""
        return self.fit(customers).labels_

    def _check(self, customers: pd.DataFrame) -> None:
        faults = []
        if self.method not in METHODS:
            faults.append(f"PersonaClusterer: method is {self.method!r}.{did_you_mean(self.method, METHODS)}")
        if not self.n_clusters >= 1:
            faults.append(f"PersonaClusterer: n_clusters is {self.n_clusters!r}, expected 1 or more.")
        if len(customers) == 0:
            faults.append("PersonaClusterer: the customer table is empty. Widen the window or check the cleaning.")
        if faults:
            raise InputError(faults)

    def _sampled(self, matrix: pd.DataFrame) -> np.ndarray:
        size = min(self.sample, CAPS[self.method])
        return matrix.to_numpy()[canonical_sample(matrix, size, self.random_state)]

    def _check_different(self, rows: np.ndarray) -> None:
        different = distinct_rows(rows)
        if self.n_clusters > 1 and different < 2:
            raise InputError(
                "PersonaClusterer: the customers do not differ in any of the features, so there are no groups to find. "
                "Choose other features, or n_clusters=1."
            )
        if self.method != "hdbscan" and self.n_clusters > 1 and different < self.n_clusters:
            raise InputError(
                f"PersonaClusterer: {self.n_clusters} groups asked for, but only {different} different "
                f"customers in {self.features_}. Ask for fewer groups or choose other features."
            )

    def _number(self, groups: Groups, rows: np.ndarray, money: np.ndarray) -> np.ndarray:
        labels, k = groups.assign(rows), len(groups.centres)
        inside = labels != NOISE
        revenue = np.bincount(labels[inside], money[inside], minlength=k)
        size = np.bincount(labels[inside], minlength=k)
        order = np.lexsort((*groups.centres.T[::-1], -size, -np.round(revenue, 6)))
        self._numbering = np.append(np.argsort(order), NOISE)  # the last place is what -1 points to
        self._groups = Groups(groups.centres[order], groups.assign)
        return self._numbering[labels]

    def _assign(self, rows: np.ndarray) -> np.ndarray:
        return self._numbering[self._groups.assign(rows)]


def group_stability(customers: pd.DataFrame, clusterer: PersonaClusterer, *, splits: int = 10) -> pd.Series:
    """How well each group of a fitted clusterer comes back from random halves of its customers.

    Parameters
    ----------
    customers : DataFrame
        The customers that it was fitted to.
    clusterer : PersonaClusterer
    splits : int
        Random splits in two halves.

    Returns
    -------
    Series ``jaccard``, indexed by ``cluster``
        Mean Jaccard similarity with the group's like in each half, 0..1; 1 for one group, NaN for too few customers.

    References
    ----------
    Hennig (2007), Cluster-wise assessment of cluster stability.

    Examples
    --------
    >>> customers = pd.DataFrame({"recency_days": [*range(50), *range(300, 350)], "frequency": [9] * 50 + [1] * 50})
    >>> group_stability(customers, PersonaClusterer(2).fit(customers)).tolist()
    [1.0, 1.0]
    """
    clusters = pd.RangeIndex(clusterer.n_clusters_, name="cluster")
    if clusterer.n_clusters == 1 or (clusterer.n_clusters_ <= 1 and clusterer.method != "hdbscan"):
        return pd.Series(1.0, index=clusters, name="jaccard")
    rows = clusterer._sampled(clusterer.plan_.apply(customers))
    reference = Groups(clusterer._groups.centres, clusterer._assign)
    found = split_half(
        rows, reference, clusterer.n_clusters, clusterer.method,
        splits=splits, seed=clusterer.random_state, min_group=clusterer.min_group,
    ).found  # fmt: skip
    means = [float(np.nanmean(column)) if np.isfinite(column).any() else float("nan") for column in found.T]
    return pd.Series(means, index=clusters, name="jaccard", dtype="float64")


def _money(customers: pd.DataFrame) -> np.ndarray:
    if "monetary_value" not in customers:
        return np.zeros(len(customers))
    return customers["monetary_value"].fillna(0).to_numpy(dtype="float64")
