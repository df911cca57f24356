"""How often one cloud is called groups, and how often planted groups are found: customers, and answers to a survey.

Every function returns a tidy DataFrame; ``honesty.py`` writes them down.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from _honest_tests import upper95
from sklearn.metrics import adjusted_rand_score

import seglib as sg
from seglib import personas, schemes

Draw = np.random.Generator
FEATURES = ["recency_days", "frequency", "monetary_value", "average_order_value"]
WORKERS = 2
FOUND = 0.8  # adjusted Rand index with what was planted


def stretched(draw: Draw, n: int, correlation: float = 0.6) -> pd.DataFrame:
    """One normal cloud."""
    spread = np.full((4, 4), correlation) + (1 - correlation) * np.eye(4)
    return pd.DataFrame(draw.multivariate_normal(np.zeros(4), spread, n), columns=FEATURES)


def round_cloud(draw: Draw, n: int) -> pd.DataFrame:
    """One normal cloud, as wide in all directions."""
    return stretched(draw, n, 0.0)


def log_normal(draw: Draw, n: int) -> pd.DataFrame:
    """Recency, orders and spend of customers who differ by degrees, with long tails."""
    days, often, basket = draw.multivariate_normal(np.zeros(3), [[1, -0.4, -0.3], [-0.4, 1, 0.6], [-0.3, 0.6, 1]], n).T
    orders, each = np.ceil(np.exp(0.8 + 0.9 * often)), np.exp(3.5 + 0.6 * basket)
    measures = (np.floor(np.exp(4 + days)), orders, orders * each, each)
    return pd.DataFrame(dict(zip(FEATURES, measures, strict=True)))


def pareto_nbd(draw: Draw, n: int) -> pd.DataFrame:
    """Customers who buy at random while they live (Schmittlein, Morrison, Colombo 1987), with gamma spend."""
    rate, ends, seen = draw.gamma(0.6, 1 / 20, n), draw.gamma(0.8, 1 / 80, n), draw.uniform(60, 365, n)
    life = np.minimum(draw.exponential(1 / ends), seen)
    again = draw.poisson(rate * life)
    last = np.where(again > 0, life * draw.beta(np.maximum(again, 1), 1), 0)
    each = draw.gamma(6, 10, n) * np.exp(draw.normal(0, 0.4, n))
    measures = (np.floor(seen - last), again + 1, (again + 1) * each, each)
    return pd.DataFrame(dict(zip(FEATURES, measures, strict=True)))


CLOUDS = {"stretched": stretched, "round": round_cloud, "log-normal": log_normal, "Pareto/NBD": pareto_nbd}


def clouds(runs: int = 200, seed: int = 0, sizes: tuple[int, ...] = (400,)) -> pd.DataFrame:
    """One cloud of customers, four kinds: how often it is called groups, slices, everyone."""
    return _told([(kind, n) for kind in CLOUDS for n in sizes], _one_cloud, runs, seed)


def shuffled_columns(shops: dict[str, str], runs: int = 200, seed: int = 0) -> pd.DataFrame:
    """Customers of real shops whose measures were dealt out anew, each for itself: no group is left."""
    tables = {}
    for name, source in shops.items():
        customers = sg.open_shop(source).customers
        tables[name] = customers[[feature for feature in personas.DEFAULT_FEATURES if feature in customers]]
    jobs = [(name, len(table)) for name, table in tables.items()]
    return _told(jobs, partial(_one_shuffled, tables), runs, seed)


def planted(runs: int = 200, seed: int = 0) -> pd.DataFrame:
    """3, 5 and 7 groups, 3, 4 and 6 standard deviations apart: how often told as groups, and found."""
    jobs = [(k, apart, 800 if k == 7 else 400) for k in (3, 5, 7) for apart in (3, 4, 6)]
    found = _everywhere(_one_planted, [(*job, seed + run) for job in jobs for run in range(runs)])
    table = pd.DataFrame(found, columns=["planted", "apart", "n", "kind", "k", "agreement"])
    each = table.assign(
        groups=table["kind"] == "groups",
        right=(table["kind"] == "groups") & (table["k"] == table["planted"]),
        found=table["agreement"] >= FOUND,
    ).groupby(["planted", "apart", "n"])
    return each[["groups", "right", "found"]].mean().assign(runs=runs).reset_index()


def surveys(runs: int = 200, seed: int = 0) -> pd.DataFrame:
    """People who differ by degrees in one, two and three things, and people of four kinds: how often called groups."""
    return _told(
        [(f"{things} by degrees", 400) for things in (1, 2, 3)] + [("four kinds", 400)], _one_survey, runs, seed
    )


def _told(jobs: list[tuple[str, int]], one: Callable[..., str], runs: int, seed: int) -> pd.DataFrame:
    kinds = _everywhere(one, [(*job, seed + run) for job in jobs for run in range(runs)])
    names = pd.DataFrame([job for job in jobs for _run in range(runs)], columns=["of", "n"])
    each = names.assign(kind=kinds).groupby(["of", "n"], sort=False)["kind"]
    table = pd.DataFrame({kind: each.agg(lambda told, kind=kind: (told == kind).mean())
                          for kind in ("groups", "slices", "everyone")})  # fmt: skip
    hits = (table["groups"] * runs).round().to_numpy()
    return table.assign(runs=runs, upper95=upper95(hits, runs)).reset_index()


def _everywhere(one: Callable[..., Any], arguments: list[tuple[Any, ...]]) -> list[Any]:
    os.environ["OMP_NUM_THREADS"] = "1"
    with ProcessPoolExecutor(WORKERS) as pool:
        return list(pool.map(one, *zip(*arguments, strict=True), chunksize=5))


def _kind(customers: pd.DataFrame, seed: int) -> personas.Recommendation:
    return personas.recommend_k(personas.compare_k(customers, features=list(customers.columns), random_state=seed))


def _one_cloud(kind: str, n: int, seed: int) -> str:
    return _kind(CLOUDS[kind](np.random.default_rng(seed), n), seed).kind


def _one_shuffled(tables: dict[str, pd.DataFrame], name: str, _n: int, seed: int) -> str:
    draw, customers = np.random.default_rng(seed), tables[name]
    dealt = {column: draw.permutation(customers[column].to_numpy()) for column in customers}
    return _kind(pd.DataFrame(dealt, index=customers.index), seed).kind


def _one_planted(k: int, apart: float, n: int, seed: int) -> tuple[int, float, int, str, int, float]:
    """Groups on corners of a cube, of which the nearest are ``apart``."""
    draw = np.random.default_rng(seed)
    corners = (np.arange(16)[:, None] >> np.arange(4)) & 1
    group = draw.integers(0, k, n)
    rows = apart * corners[draw.permutation(16)[:k]][group] + draw.normal(size=(n, 4))
    customers = pd.DataFrame(rows, columns=FEATURES)
    best = _kind(customers, seed)
    labels = personas.PersonaClusterer(best.k, features=FEATURES, random_state=seed).fit(customers).labels_
    return k, apart, n, best.kind, best.k, float(adjusted_rand_score(group, labels))


def _one_survey(kind: str, n: int, seed: int, items: int = 12) -> str:
    draw = np.random.default_rng(seed)
    if kind == "four kinds":
        profile = np.where(np.arange(items) // 3 == np.arange(4)[:, None], 1.5, -1.5)
        behind = profile[draw.integers(0, 4, n)] + 0.5 * draw.normal(size=(n, 1))
    else:
        things = int(kind[0])
        loading = (np.arange(items) % things == np.arange(things)[:, None]) * draw.uniform(0.7, 1.8, items)
        behind = draw.normal(-0.4, 0.7, items) + draw.normal(size=(n, things)) @ loading
    yes = behind + draw.logistic(size=(n, items)) > 0
    wide = pd.DataFrame(np.where(yes, "yes", "no"), columns=[f"item {place + 1}" for place in range(items)])
    wide.index = pd.Index([f"p{place:04d}" for place in range(n)], name="customer_id")
    long = wide.reset_index().melt("customer_id", var_name="question", value_name="answer")
    return schemes.needs_based(long, random_state=seed).kind
