"""Deals with companies: a product line each, from the first talk to won or lost."""

from __future__ import annotations

import numpy as np
import pandas as pd

from demo_shop.days import EXPORT_FROM, EXPORT_TO

LINES = {
    "Guest house": {"Bed and bath": 4, "Tableware": 2, "Lighting": 1, "Pantry": 2},
    "Restaurant": {"Tableware": 5, "Kitchen": 3, "Lighting": 1, "Pantry": 2},
    "Coworking": {"Furniture": 4, "Lighting": 3, "Pantry": 3},
    "Interior design": {"Furniture": 4, "Lighting": 4, "Bed and bath": 1},
    "Property letting": {"Furniture": 3, "Bed and bath": 3, "Kitchen": 2},
}
SIZES = {"Furniture": 3200, "Lighting": 1500, "Bed and bath": 1300, "Tableware": 900, "Kitchen": 800, "Pantry": 450}
STAGES, OWNERS = ("prospecting", "proposal", "negotiation"), ("Desk 1", "Desk 2", "Desk 3")
STRANGERS, SHARE_WITH_DEALS = 32, 0.6


def talks(rng: np.random.Generator, contacts: pd.DataFrame) -> pd.DataFrame:
    """One row a deal: most companies of the contacts (one to three product lines), and some that are no contact yet."""
    known = contacts[contacts["company"].notna()]
    known = known[rng.random(len(known)) < SHARE_WITH_DEALS]
    columns = ["customer_id", "company", "industry", "employees"]
    strangers = pd.DataFrame({"company": [f"Company {number}" for number in range(5001, 5001 + STRANGERS)]})
    strangers["industry"] = rng.choice([*LINES], STRANGERS)
    strangers["employees"] = np.ceil(rng.lognormal(2.3, 0.8, STRANGERS))
    both = pd.concat([known[columns].astype({"employees": "float64"}), strangers], ignore_index=True)
    both = both.loc[both.index.repeat(rng.choice([1, 2, 3], len(both), p=[0.5, 0.33, 0.17]))].reset_index(drop=True)
    both["product_id"] = [rng.choice([*LINES[trade]], p=weights(trade)) for trade in both["industry"]]
    return both.drop_duplicates(["company", "product_id"], ignore_index=True)


def weights(trade: str) -> np.ndarray:
    likes = np.array([*LINES[trade].values()], dtype=float)
    return likes / likes.sum()


def make_deals(rng: np.random.Generator, contacts: pd.DataFrame) -> pd.DataFrame:
    """Deals opened over two years; a third won, the younger ones still open. Larger firms, larger values."""
    deals = talks(rng, contacts)
    n, days = len(deals), int((EXPORT_TO - EXPORT_FROM) / np.timedelta64(1, "D"))
    seconds = (rng.random(n) ** 0.6 * (days - 20) * 86_400).astype(int)
    deals["opened_at"] = (EXPORT_FROM + seconds.astype("timedelta64[s]")).astype("datetime64[D]")
    size = deals["product_id"].map(SIZES) * np.sqrt(deals["employees"] / 8) * rng.lognormal(0, 0.45, n)
    deals["value"] = (size / 10).round() * 10
    closed = deals["opened_at"] + pd.to_timedelta(np.ceil(rng.gamma(2.2, 52, n)), unit="D")
    over = closed < EXPORT_TO - np.timedelta64(2, "D")
    chance = np.where(deals["customer_id"].notna(), 0.62, 0.22)
    stage = rng.choice(STAGES, n, p=[0.45, 0.35, 0.2])
    deals["stage"] = np.where(over, np.where(rng.random(n) < chance, "won", "lost"), stage)
    deals["closed_at"] = closed.where(over)
    deals["owner"] = rng.choice(OWNERS, n)
    deals = deals.sort_values(["opened_at", "company", "product_id"], ignore_index=True)
    return deals.assign(deal_id=[f"D{number}" for number in range(101, 101 + n)])
