"""How long it takes to compare 2 to 8 groups, with stability, among a million made-up customers.

Run: python benchmarks/personas_million.py --customers 1000000
"""

from __future__ import annotations

import argparse
import time

import numpy as np
import pandas as pd

import seglib as sg
from seglib import personas

KINDS = pd.DataFrame(
    {
        "share": [0.10, 0.25, 0.30, 0.35],
        "frequency": [14, 5, 2, 0.3],
        "order": [90, 35, 120, 30],
        "recency": [15, 60, 120, 260],
    }
)


def made_up(customers: int, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    kind = KINDS.iloc[rng.choice(len(KINDS), customers, p=KINDS["share"])]
    frequency = 1 + rng.poisson(kind["frequency"])
    average = kind["order"].to_numpy() * rng.lognormal(0, 0.3, customers)
    gap = np.where(frequency > 1, 365 / frequency * rng.lognormal(0, 0.3, customers), np.nan)
    columns = {
        "recency_days": np.minimum(365, 1 + rng.exponential(kind["recency"])).astype("int64"),
        "frequency": frequency.astype("int64"),
        "monetary_value": frequency * average * rng.uniform(0.9, 1.0, customers),
        "average_order_value": average,
        "items_per_order": average / 12 * rng.lognormal(0, 0.4, customers),
        "interpurchase_days": gap,
        "returns_share": np.where(rng.random(customers) < 0.2, rng.beta(1, 9, customers), 0),
        "discount_share": rng.beta(2, 8, customers),
    }
    return pd.DataFrame(columns, index=pd.RangeIndex(customers, name="customer_id"))


def timed(what: str, since: float) -> float:
    now = time.perf_counter()
    print(f"{what:<45} {now - since:6.1f} s", flush=True)
    return now


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    customers = made_up(asked.customers, asked.seed)
    print(f"{len(customers):,} customers, {customers.shape[1]} features, kinds planted: {len(KINDS)}")
    start = at = time.perf_counter()
    features = sg.persona_features(customers)
    at = timed("features", at)
    candidates = sg.compare_k(customers, features=features)
    timed("2 to 8 groups compared, with stability", at)
    at = timed("features and comparison together", start)
    best = personas.recommend_k(candidates)
    clusterer = sg.PersonaClusterer(max(2, best.k)).fit(customers)
    at = timed(f"{clusterer.n_clusters_} groups fitted, everyone given a group", at)
    stability = personas.group_stability(customers, clusterer)
    names = sg.name_personas(customers, clusterer.labels_, features, stability=stability)
    persona = clusterer.labels_.map(names["persona"])
    at = timed("stability of each group, names", at)
    sg.persona_cards(customers, persona, features, names=names)
    timed("cards with rules and typical customers", at)
    print(candidates.drop(columns="reason").round(3).to_string(index=False))
    print(best.reason)


if __name__ == "__main__":
    main()
