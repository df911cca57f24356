"""Campaigns: a spring catalogue and a voucher, each with an arm that got nothing.

What the customers ordered is fixed before; so the arm is drawn given what they did, which is the same as if the
message had made so many more of them buy.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

CONTROL = "control"


@dataclass(frozen=True)
class Campaign:
    """``arms``: what was sent -> (share of the people, cost of a message, odds of buying compared with control)."""

    name: str
    sent_on: str
    days: int
    channel: str
    arms: dict[str, tuple[float, float, float]]
    share: float


CAMPAIGNS = (
    Campaign(
        "Spring catalogue 2024",
        "2024-03-05",
        45,
        "print",
        {"control": (0.2, 0, 1), "catalogue": (0.8, 1.35, 1.45)},
        0.5,
    ),
    Campaign(
        "Autumn voucher 2024",
        "2024-09-17",
        30,
        "email",
        {"control": (0.25, 0, 1), "letter": (0.35, 0.02, 1.15), "voucher": (0.4, 0.02, 1.8)},
        0.9,
    ),
)


def make_campaigns(rng: np.random.Generator, contacts: pd.DataFrame, orders: pd.DataFrame) -> pd.DataFrame:
    """One row a person and campaign; ``converted``: ordered within the campaign's days."""
    return pd.concat([sent(rng, one, contacts, orders) for one in CAMPAIGNS], ignore_index=True)


def sent(rng: np.random.Generator, one: Campaign, contacts: pd.DataFrame, orders: pd.DataFrame) -> pd.DataFrame:
    day = np.datetime64(one.sent_on)
    before = orders.loc[orders["ordered_at"].between(day - np.timedelta64(400, "D"), day), "customer_id"].unique()
    agreed = contacts["email_consent"] if one.channel == "email" else True
    people = contacts.loc[contacts["customer_id"].isin(before) & agreed, ["customer_id"]]
    people = people[rng.random(len(people)) < one.share].sort_values("customer_id", ignore_index=True)
    after = orders["ordered_at"].between(day, day + np.timedelta64(one.days, "D"))
    people["converted"] = people["customer_id"].isin(orders.loc[after, "customer_id"])
    people["arm"] = drawn_arms(rng, one, people["converted"].to_numpy())
    return reactions(rng, one, people).assign(campaign=one.name, channel=one.channel)


def drawn_arms(rng: np.random.Generator, one: Campaign, converted: np.ndarray) -> np.ndarray:
    """Arms in their exact proportions among the buyers, and among the others."""
    shares, _, odds = (np.array(column) for column in zip(*one.arms.values(), strict=True))
    arm = np.empty(len(converted), dtype=int)
    for bought, weights in ((True, shares * odds), (False, shares)):
        people = rng.permutation(np.flatnonzero(converted == bought))
        edges = (weights.cumsum() / weights.sum() * len(people)).round()
        arm[people] = np.searchsorted(edges, np.arange(len(people)), side="right")
    return np.array([*one.arms])[arm]


def reactions(rng: np.random.Generator, one: Campaign, people: pd.DataFrame) -> pd.DataFrame:
    """Opened and clicked, for messages by e-mail: buyers more often. Nobody opens what was not sent."""
    got = (people["arm"] != CONTROL).to_numpy()
    opened = got & (rng.random(len(people)) < np.where(people["converted"], 0.62, 0.33))
    clicked = opened & (rng.random(len(people)) < np.where(people["converted"], 0.5, 0.13))
    by_mail = one.channel == "email"
    people["opened"] = pd.array(opened, "boolean") if by_mail else pd.array([None] * len(people), "boolean")
    people["clicked"] = pd.array(clicked, "boolean") if by_mail else pd.array([None] * len(people), "boolean")
    cost = {arm: each for arm, (_, each, _) in one.arms.items()}
    return people.assign(spend=people["arm"].map(cost), sent_at=np.datetime64(one.sent_on) + np.timedelta64(9, "h"))
