"""Visitors who fill a cart as buyers do and leave all the same, many of them at the checkout. None of them ever orders.

They are put behind everyone else, from a generator of their own.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from demo_shop.days import EXPORT_FROM, EXPORT_TO, pick
from demo_shop.visits import SOURCES, at_home, drawn, first_days, in_order, single

LEAVERS, VIEWED, TO_CHECKOUT, FIRST_VISITOR, FIRST_VISIT = 330, 0.6, 0.72, 80_001, 800_001


def make_leavers(rng: np.random.Generator, goods: pd.DataFrame) -> pd.DataFrame:
    """Their events: in each visit up to five products, put into the cart after a look or straight from a list."""
    visits = leaving_visits(rng)
    wanted = wishes(rng, visits, goods)
    seconds = 20 + 80 * wanted.groupby("session_id").cumcount().to_numpy() + rng.integers(0, 40, len(wanted))
    viewed = rng.random(len(wanted)) < VIEWED
    views = single(wanted[viewed], "view", seconds[viewed], product_id=wanted.loc[viewed, "product_id"])
    carts = single(wanted, "cart", seconds + 30, **wanted[["product_id", "quantity", "amount"]])
    total = wanted.groupby("session_id")["amount"].sum().round(2)
    far = visits[rng.random(len(visits)) < TO_CHECKOUT]
    checkouts = single(far, "checkout", 600, amount=far["session_id"].map(total))
    return in_order([single(visits, "visit", 0), views, carts, checkouts])


def wishes(rng: np.random.Generator, visits: pd.DataFrame, goods: pd.DataFrame) -> pd.DataFrame:
    """A row for each thing wanted in a visit: product, quantity and amount, by popularity of what is on sale."""
    wanted = visits.loc[visits.index.repeat(rng.choice([1, 2, 3, 5], len(visits), p=[0.3, 0.36, 0.22, 0.12]))]
    weights = goods["popularity"].to_numpy() * (goods["launched_at"].to_numpy() <= wanted["start"].to_numpy()[:, None])
    chosen = goods.iloc[pick(rng, weights)].set_index(wanted.index)
    quantity = rng.choice([1, 2, 4], len(wanted), p=[0.78, 0.17, 0.05])
    worth = (chosen["price"] * quantity).round(2)
    return wanted.assign(product_id=chosen["product_id"], quantity=quantity, amount=worth)


def leaving_visits(rng: np.random.Generator) -> pd.DataFrame:
    """Three or four visits each, mostly within a fortnight."""
    times = np.minimum(rng.geometric(0.27, LEAVERS), 9)
    visitor = np.arange(LEAVERS).repeat(times)
    again = np.r_[False, visitor[1:] == visitor[:-1]]
    wait = np.where(again, rng.exponential(6, len(visitor)), 0)
    start = at_home(rng, first_days(rng, LEAVERS)[visitor] + wait.astype(int).astype("timedelta64[D]"))
    visits = pd.DataFrame({"start": start, "customer_id": None, "known": False})
    visits["visitor_id"] = [f"V{number}" for number in FIRST_VISITOR + visitor]
    visits["source"] = drawn(rng, SOURCES, len(visits))
    visits = visits[visits["start"].between(EXPORT_FROM, EXPORT_TO - np.timedelta64(1, "h"))]
    visits = visits.sort_values("start", kind="stable", ignore_index=True)
    return visits.assign(session_id=[f"S{number}" for number in range(FIRST_VISIT, FIRST_VISIT + len(visits))])
