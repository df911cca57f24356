"""Who buys: seven planted groups, guests, and people who signed up and never bought."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from demo_shop.days import EXPORT_FROM, YEARS, pick

CHANNELS = {"web": 0.52, "app": 0.2, "marketplace": 0.16, "store": 0.12}
AGES = ("18-24", "25-34", "35-44", "45-54", "55-64", "65+")
CITIES = {
    "Ireland": (0.55, "Dublin Cork Galway Limerick Waterford Sligo"),
    "Germany": (0.14, "Hamburg Berlin Bremen Munich"),
    "France": (0.10, "Nantes Paris Brest Lyon"),
    "Netherlands": (0.08, "Rotterdam Utrecht Groningen"),
    "Belgium": (0.05, "Ghent Antwerp"),
    "Austria": (0.03, "Vienna Graz"),
    "Spain": (0.03, "Bilbao Vigo"),
    "Finland": (0.02, "Turku Helsinki"),
}
COMPANIES = ("Guest house", "Interior design", "Restaurant", "Coworking", "Property letting")
LEADS = 260


@dataclass(frozen=True)
class Group:
    """A planted group; ``taste`` > 0 prefers dear goods, ``ages`` are weights of the age bands."""

    customers: int
    orders_a_year: float
    dropout: float
    extra_lines: float = 1.1
    coupon: float = 0.05
    returns: float = 0.03
    taste: float = 0.0
    likes: dict[str, float] = field(default_factory=dict)
    channels: dict[str, float] = field(default_factory=lambda: CHANNELS)
    ages: tuple[float, ...] = (1, 2, 2.5, 2, 1.5, 1)
    gifts: bool = False
    lapses: bool = False


HOME, APP, THRIFTY = {"Bed and bath": 2.5}, {"app": 0.75, "web": 0.25}, {"marketplace": 0.6, "web": 0.4}
# fmt: off
GROUPS = {
    "casual": Group(1750, 2.3, 0.43),
    "small_baskets": Group(300, 15, 0.06, 0.4, taste=-0.9, likes={"Kitchen": 2, "Tableware": 2}, channels=APP),
    "big_baskets": Group(340, 1.6, 0.12, 3.8, taste=0.7, likes={"Furniture": 3}, ages=(0, 1, 4, 4, 2, 1)),
    "bargain_hunters": Group(430, 4.5, 0.2, 1.6, coupon=0.85, likes=HOME, channels=THRIFTY, ages=(4, 4, 2, 1, 1, 1)),
    "return_prone": Group(240, 5, 0.12, 1.8, returns=0.45, taste=0.3, likes=HOME | {"Lighting": 2}),
    "gift_buyers": Group(540, 1.1, 0.4, 1.5, likes={"Gifts": 5}, ages=(0.5, 1, 1.5, 2, 3, 3), gifts=True),
    "lapsed_loyal": Group(130, 8, 0.0, 1.4, taste=0.2, likes={"Garden": 2, "Camping": 2}, lapses=True),
    "guest": Group(280, 1, 1.0),
}
# fmt: on
NAMES = np.array([*GROUPS])


def per_group(group: pd.Series, attribute: str) -> np.ndarray:
    return group.map({name: getattr(planted, attribute) for name, planted in GROUPS.items()}).to_numpy()


def make_customers(rng: np.random.Generator) -> pd.DataFrame:
    sizes = [group.customers for group in GROUPS.values()]
    customers = pd.DataFrame({"group": np.repeat(NAMES, sizes)})
    eagerness = rng.gamma(1.6, 1 / 1.6, len(customers)).clip(0.1)
    customers["rate"] = per_group(customers["group"], "orders_a_year") * eagerness
    dropout = per_group(customers["group"], "dropout")
    customers["dropout"] = np.where(dropout % 1 > 0, rng.beta(dropout * 5 + 1e-9, (1 - dropout) * 5 + 1e-9), dropout)
    lapses = per_group(customers["group"], "lapses")
    joined = rng.random(len(customers)) ** 0.87
    customers["starts"] = np.where(lapses, 0.2 + joined, YEARS * joined)
    customers["ends"] = np.where(lapses, rng.uniform(2.08, 2.5, len(customers)), YEARS)
    return customers.sort_values("starts", kind="stable", ignore_index=True)


def make_contacts(rng: np.random.Generator, customers: pd.DataFrame, orders: pd.DataFrame) -> pd.DataFrame:
    """Buyers, and subscribers who never bought; one buyer in a hundred asked to be forgotten."""
    first = (orders["ordered_at"] - (orders["date"] - orders["since"])).groupby(orders["customer"]).min()
    known = first.rename("signed_up_at").reset_index().merge(customers[["group"]], left_on="customer", right_index=True)
    known = known[known["group"] != "guest"]
    waited_days = rng.exponential(20, len(known)) * (rng.random(len(known)) < 0.35)
    known["signed_up_at"] -= pd.to_timedelta(waited_days, unit="D").round("s")
    leads = pd.DataFrame({"customer": np.arange(9000, 9000 + LEADS), "group": "lead"})
    leads["signed_up_at"] = EXPORT_FROM + rng.integers(0, 730 * 86400, LEADS).astype("timedelta64[s]")
    contacts = pd.concat([known, leads]).sort_values(["signed_up_at", "customer"], ignore_index=True)
    contacts["customer_id"] = [f"C{number:05d}" for number in range(1, len(contacts) + 1)]
    return contacts


def describe_contacts(rng: np.random.Generator, contacts: pd.DataFrame) -> pd.DataFrame:
    """Where they live, what they told (mostly nothing on gender), and the few who buy for a business."""
    n = len(contacts)
    country = pick(rng, np.tile([share for share, _ in CITIES.values()], (n, 1)))
    cities = [text.split() for _, text in CITIES.values()]
    city = [cities[row][int(len(cities[row]) * u**1.8)] for row, u in zip(country, rng.random(n), strict=True)]
    ages = pd.DataFrame({**{name: group.ages for name, group in GROUPS.items()}, "lead": GROUPS["casual"].ages}).T
    age = np.array(AGES)[pick(rng, ages.loc[contacts["group"]].to_numpy())]
    gender = rng.choice(["female", "male", "other"], n, p=[0.62, 0.36, 0.02])
    business = rng.random(n) < np.where(contacts["group"] == "big_baskets", 0.14, 0.02)
    contacts = contacts.assign(country=np.array([*CITIES])[country], city=city)
    contacts["age_band"] = np.where(rng.random(n) < 0.64, age, None)
    contacts["gender"] = np.where(rng.random(n) < 0.18, gender, None)
    contacts["email_consent"] = rng.random(n) < np.where(contacts["group"] == "lead", 1, 0.57)
    contacts["company"] = np.where(business, [f"Company {number}" for number in rng.permutation(n)], None)
    contacts["industry"] = np.where(business, rng.choice(COMPANIES, n), None)
    contacts["employees"] = pd.array(np.ceil(rng.lognormal(2, 0.9, n)), "Int64")
    return contacts.assign(employees=contacts["employees"].where(business))
