"""Ordinary people who begin with the pantry, so that not only those buy there who come for the same every month.

They are put behind everyone else, from a generator of their own; none agreed to be counted on the shop's pages.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from demo_shop.details import describe_people, sign_up
from demo_shop.planted import PERIOD, Lines, lines_of, priced, some, timed
from demo_shop.voices import needs_of

TASTERS, COMES_AGAIN, FIRST_CUSTOMER, FIRST_ORDER, FIRST_CONTACT = 150, 0.46, 21_000, 95_001, 11_001


def make_tasters(rng: np.random.Generator, products: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Their lines and contacts."""
    customers = range(FIRST_CUSTOMER, FIRST_CUSTOMER + TASTERS)
    lines = pd.concat([tastes(rng, customer, products) for customer in customers]).assign(group="tasters")
    lines = priced(rng, timed(rng, lines, FIRST_ORDER), products)
    contacts = describe_people(rng, sign_up(rng, lines, FIRST_CONTACT))
    contacts = contacts.assign(listed=True, company=None, industry=None, employees=pd.NA)
    contacts["need"] = needs_of(rng, contacts["group"])
    lines = lines.merge(contacts[["customer", "customer_id", "country"]], on="customer")
    return {"orders": lines, "contacts": contacts}


def tastes(rng: np.random.Generator, customer: int, products: pd.DataFrame) -> Lines:
    """Something of the pantry, mostly beside other things; after each order many do not come again."""
    first, times = int(PERIOD * rng.random() ** 0.87), rng.geometric(1 - COMES_AGAIN)
    days = first + np.cumsum(np.r_[0, 5 + rng.exponential(38, times - 1).astype(int)])
    pantry = products.loc[products["category"] == "Pantry", "product_id"].to_numpy()
    again = days[(np.arange(times) == 0) | (rng.random(times) < 0.4)]
    beside = days.repeat(np.maximum(rng.poisson(1.1, times), ~np.isin(days, again)))
    return pd.concat(
        [
            lines_of(customer, again, rng.choice(pantry, len(again)), rng.integers(1, 3, len(again))),
            lines_of(customer, beside, some(rng, products, len(beside)), 1),
        ]
    ).drop_duplicates(["customer", "day", "product_id"])
