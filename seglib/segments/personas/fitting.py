"""One way to fit groups to rows, whatever the method, on one thread."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from seglib.tables.clusters import kmeans_centres, nearest, one_thread
from seglib.tables.small_tables import MIN_GROUP

__all__ = ["CAPS", "Groups", "fit_groups"]

# rows a fit looks at: more starts on a sample beat more rows
CAPS = {"kmeans": 50_000, "gaussian_mixture": 10_000, "hdbscan": 10_000}


@dataclass(frozen=True)
class Groups:
    """Fitted groups: their centres (k x columns), and the function that gives rows their group."""

    centres: np.ndarray
    assign: Callable[[np.ndarray], np.ndarray]


def fit_groups(
    rows: np.ndarray, k: int, method: str = "kmeans", *, seed: int = 0, starts: int = 10, min_group: int = MIN_GROUP
) -> Groups:
    """Fit ``k`` groups to rows (HDBSCAN finds its own number, and noise is -1)."""
    if method != "hdbscan" and (k <= 1 or rows.shape[1] == 0):
        return Groups(rows.mean(axis=0, keepdims=True), partial(nearest, rows.mean(axis=0, keepdims=True)))
    with one_thread(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what a fit that did not converge means is measured by its stability
        return FITS[method](rows, k, seed, starts, min_group)


def _kmeans(rows: np.ndarray, k: int, seed: int, starts: int, _min_group: int) -> Groups:
    centres = kmeans_centres(rows, k, seed=seed, starts=starts)
    return Groups(centres, partial(nearest, centres))


def _gaussian_mixture(rows: np.ndarray, k: int, seed: int, starts: int, _min_group: int) -> Groups:
    from sklearn.mixture import GaussianMixture

    model = GaussianMixture(k, reg_covar=1e-3, n_init=max(1, starts // 3), random_state=seed).fit(rows)
    return Groups(model.means_, model.predict)


def _hdbscan(rows: np.ndarray, _k: int, _seed: int, _starts: int, min_group: int) -> Groups:
    from scipy.spatial import KDTree
    from sklearn.cluster import HDBSCAN

    size = max(2, min(min_group, len(rows)))
    labels = HDBSCAN(min_cluster_size=size, min_samples=min(5, len(rows)), copy=True).fit(rows).labels_
    found = [rows[labels == label].mean(axis=0) for label in range(labels.max() + 1)]
    return Groups(np.array(found).reshape(-1, rows.shape[1]), partial(_as_neighbour, KDTree(rows), labels))


def _as_neighbour(tree: Any, labels: np.ndarray, rows: np.ndarray) -> np.ndarray:
    return labels[tree.query(rows)[1]]


FITS = {"kmeans": _kmeans, "gaussian_mixture": _gaussian_mixture, "hdbscan": _hdbscan}
