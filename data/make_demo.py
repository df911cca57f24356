"""Make the demo shop: ``python data/make_demo.py [folder]`` writes the same four tables on every run.

Harbour & Pine is invented. Customers buy as in the BG/NBD model: each at a rate of their own, each leaving for good
after any purchase with a chance of their own. Seven groups with different habits are planted, and some dirt.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

SEED = 20250101
OPENED, EXPORT_FROM, EXPORT_TO = (np.datetime64(day) for day in ("2022-01-01", "2023-01-01", "2025-01-03"))
YEARS, PRICE_RISE = 3, np.datetime64("2024-02-01")
CHANNELS = {"web": 0.52, "app": 0.2, "marketplace": 0.16, "store": 0.12}
COUPONS = (("11-18", "11-30", "BLACK25"), ("06-15", "08-15", "SUMMER20"), ("01-02", "01-31", "WINTER15"))
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
CATALOGUE = {
    "Kitchen": "Larch chopping board 34, Cast-iron skillet 59, Copper kettle 79, Paring knife 19, Enamel saucepan 45, "
    "Pepper mill 29, Linen tea towel 12, Bread crock 49, Coffee dripper 24, Salt cellar 16",
    "Tableware": "Stoneware plate 18, Porridge bowl 14, Harbour mug 13, Tumbler set 26, Glass carafe 32, "
    "Serving platter 44, Egg cup pair 11, Cutlery set 89, Cake stand 39, Napkin set 17",
    "Bed and bath": "Linen duvet cover 129, Pillowcase pair 39, Waffle towel 22, Bath mat 28, Wool blanket 99, "
    "Flannel sheet 69, Cotton robe 75, Soap bar 7, Laundry basket 42, Down pillow 59, Fabric sample card 0",
    "Lighting": "Desk lamp 69, Pendant lamp 119, Storm lantern 36, Reading light 49, Fairy lights 18, Floor lamp 179, "
    "Candle holder 15, Night light 21, Paper lampshade 35, Wall sconce 84",
    "Furniture": "Oak bench 249, Pine bookcase 329, Step stool 65, Rattan chair 189, Side table 119, Coat rack 89, "
    "Bedside cabinet 159, Writing desk 399, Shoe bench 129, Wall shelf 45",
    "Garden": "Watering can 32, Secateurs 27, Terracotta pot 14, Bird feeder 23, Garden kneeler 19, Trug basket 38, "
    "Hammock 95, Fire bowl 149, Herb seeds 5, Folding chair 59",
    "Camping": "Two-person tent 229, Sleeping bag 119, Enamel camp mug 11, Camp stove 64, Head torch 29, Dry bag 22, "
    "Picnic blanket 45, Water bottle 19, Cool box 79, Pocket knife 35",
    "Gifts": "Beeswax candle 14, Scented candle 24, Tin of fudge 9, Advent calendar 29, Jigsaw puzzle 25, Notebook 12, "
    "Room diffuser 32, Wool socks 18, Wrapping paper 6, Hamper 85",
}
SEASON = [0.85, 0.75, 0.85, 0.95, 1.05, 1.05, 1.0, 0.9, 0.85, 0.95, 1.45, 1.55]
GIFT_SEASON = [0.05, 0.3, 0.15, 0.1, 0.5, 0.1, 0.05, 0.05, 0.05, 0.3, 4.2, 6.0]
WEEKDAYS = [1.0, 0.93, 0.93, 0.97, 1.02, 1.12, 1.28]
CATEGORY_SEASON = {
    "Garden": [0.2, 0.4, 1.3, 2.2, 2.4, 1.9, 1.4, 1.0, 0.7, 0.4, 0.2, 0.2],
    "Camping": [0.2, 0.2, 0.4, 0.8, 1.5, 2.3, 2.6, 2.0, 0.8, 0.3, 0.2, 0.3],
    "Gifts": [0.5, 0.8, 0.6, 0.6, 0.8, 0.5, 0.5, 0.5, 0.7, 1.1, 2.4, 3.2],
    "Lighting": [1.2, 1.1, 0.8, 0.7, 0.6, 0.5, 0.5, 0.7, 1.1, 1.5, 1.5, 1.3],
}


LEADS, DUPLICATES = 260, 14
PARQUET = {"compression": "zstd", "compression_level": 12, "version": "2.6"}
COLUMNS = {
    "orders": "order_id customer_id ordered_at product_id quantity unit_price discount coupon_code channel country "
    "status",
    "contacts": "customer_id signed_up_at country city age_band gender email_consent company industry employees",
    "products": "product_id product_name category launched_at",
    "truth": "customer_id group",
}
KINDS = {
    **dict.fromkeys(("ordered_at", "signed_up_at", "launched_at"), pa.timestamp("us")),
    **dict.fromkeys(("unit_price", "discount"), pa.decimal128(10, 2)),
    **dict.fromkeys(("quantity", "employees"), pa.int32()),
    "email_consent": pa.bool_(),
}


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


def pick(rng: np.random.Generator, weights: np.ndarray) -> np.ndarray:
    """One column number for each row, drawn in proportion to the row's weights."""
    edges = weights.cumsum(axis=1)
    return (edges < rng.random((len(weights), 1)) * edges[:, -1:]).sum(axis=1)


def make_products(rng: np.random.Generator) -> pd.DataFrame:
    goods = [(category, *good.rsplit(" ", 1)) for category, text in CATALOGUE.items() for good in text.split(", ")]
    products = pd.DataFrame(goods, columns=["category", "product_name", "price"]).astype({"price": float})
    number = (products.groupby("category").cumcount() + 1).astype(str).str.zfill(2)
    products["product_id"] = products["category"].str[:3].str.upper() + "-" + number
    new = (np.arange(len(products)) % 7 == 5) & (products["price"] > 0)
    days = np.where(new, rng.integers(400, 1000, len(new)), -rng.integers(0, 900, len(new)))
    products["launched_at"] = OPENED + days.astype("timedelta64[D]")
    products["popularity"] = rng.gamma(1.3, size=len(products)) * np.where(products["price"] > 0, 1, 0.08)
    return products


def season_clock(month_weights: list[float]) -> np.ndarray:
    """Cumulated busyness since the opening, a year being 1 on average: buyers' clocks run faster in busy weeks."""
    days = pd.date_range(OPENED, EXPORT_TO)
    busyness = np.array(month_weights)[days.month - 1] * np.array(WEEKDAYS)[days.day_of_week]
    return np.concatenate([[0], YEARS * busyness.cumsum() / busyness.sum()])


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


def simulate_orders(rng: np.random.Generator, customers: pd.DataFrame) -> pd.DataFrame:
    """BG/NBD, a round an order: exponential gaps on the season's clock, after each order a chance of leaving."""
    clock, active, rounds = customers["starts"].to_numpy(), np.full(len(customers), True), []
    usual, gift = season_clock(SEASON), season_clock(GIFT_SEASON)
    gifts, calendar = per_group(customers["group"], "gifts").astype(bool), np.arange(len(usual))
    while active.any():
        days = np.where(gifts, np.interp(clock, gift, calendar), np.interp(clock, usual, calendar))
        rounds.append(pd.DataFrame({"customer": customers.index, "day": days.astype(int)})[active])
        clock = clock + rng.exponential(1 / customers["rate"])
        active &= (rng.random(len(clock)) >= customers["dropout"]) & (clock < customers["ends"])
    orders = pd.concat(rounds, ignore_index=True)
    orders["date"] = OPENED + orders.pop("day").to_numpy().astype("timedelta64[D]")
    orders["group"] = customers["group"].to_numpy()[orders["customer"]]
    orders["since"] = orders.groupby("customer")["date"].transform("min")
    return orders[orders["date"].between(EXPORT_FROM, EXPORT_TO, inclusive="left")]


def add_channel_and_time(rng: np.random.Generator, orders: pd.DataFrame) -> pd.DataFrame:
    weights = pd.DataFrame({name: group.channels for name, group in GROUPS.items()}).reindex([*CHANNELS]).fillna(0.02).T
    drawn = pd.Series(pick(rng, weights.loc[orders["group"]].to_numpy()), orders.index)
    usual = drawn.groupby(orders["customer"]).transform("first")
    any_channel = pick(rng, np.tile([*CHANNELS.values()], (len(orders), 1)))
    channel = np.array([*CHANNELS])[np.where(rng.random(len(orders)) < 0.8, usual, any_channel)]
    closed = (channel == "store") & (orders["date"].dt.day_of_week == 6)
    orders = orders.assign(channel=np.where(closed, "web", channel))
    evening = rng.random(len(orders)) < 0.6
    online = np.where(evening, rng.normal(20.2, 1.6, len(orders)), rng.normal(12.4, 2.6, len(orders))).clip(6, 23.9)
    hours = np.where(orders["channel"] == "store", rng.normal(14.2, 2.1, len(orders)).clip(9, 18.4), online)
    orders["ordered_at"] = orders["date"] + pd.to_timedelta((hours * 3600).astype(int), unit="s")
    orders = orders.sort_values(["ordered_at", "customer"], ignore_index=True)
    return orders.assign(order_id=[f"HP{number}" for number in range(10001, 10001 + len(orders))])


def add_coupons(rng: np.random.Generator, orders: pd.DataFrame) -> pd.DataFrame:
    day = orders["date"].dt.strftime("%m-%d")
    code = np.select([day.between(first, last) for first, last, _ in COUPONS], [name for *_, name in COUPONS], "PINE10")
    chance = per_group(orders["group"], "coupon") + np.where(code == "BLACK25", 0.2, 0)
    welcome = (orders["date"] == orders["since"]) & (rng.random(len(orders)) < 0.12)
    code = np.where(welcome, "WELCOME10", np.where(rng.random(len(orders)) < chance, code, None))
    status = np.where(rng.random(len(orders)) < 0.014, "cancelled", "completed")
    return orders.assign(coupon_code=code, status=status)


def choose_products(rng: np.random.Generator, lines: pd.DataFrame, products: pd.DataFrame) -> np.ndarray:
    """Product of each line: popularity x liking of the group x season x price taste x on sale yet x own favourite."""
    categories = products["category"]
    likes = pd.DataFrame({name: categories.map(group.likes).fillna(1) for name, group in GROUPS.items()}).T
    season = pd.DataFrame({name: CATEGORY_SEASON.get(name, [1.0] * 12) for name in CATALOGUE})[categories].to_numpy()
    taste = (products["price"].clip(lower=5).to_numpy() / 35) ** (per_group(lines["group"], "taste")[:, None] - 0.5)
    weights = products["popularity"].to_numpy() * likes.loc[lines["group"]].to_numpy() * taste
    launched = lines["date"].to_numpy()[:, None] >= products["launched_at"].to_numpy()
    weights *= season[lines["date"].dt.month - 1] * launched
    favourite = np.array([*CATALOGUE])[lines["customer"] * 7 % len(CATALOGUE)]
    return pick(rng, weights * np.where(categories.to_numpy() == favourite[:, None], 2.5, 1))


def make_lines(rng: np.random.Generator, orders: pd.DataFrame, products: pd.DataFrame) -> pd.DataFrame:
    sizes = 1 + rng.poisson(per_group(orders["group"], "extra_lines"))
    lines = orders.loc[orders.index.repeat(sizes)].reset_index(drop=True)
    chosen = products.iloc[choose_products(rng, lines, products)].reset_index(drop=True)
    lines = lines.assign(product_id=chosen["product_id"], price=chosen["price"])
    lines["price"] = (lines["price"] * np.where(lines["date"] >= PRICE_RISE, 1.05, 1)).round(1)
    lines["quantity"] = np.where(lines["price"] > 0, 1 + rng.poisson(7 / lines["price"].clip(lower=5)), 1)
    share = lines["coupon_code"].str[-2:].astype(float).fillna(0) / 100
    clearance = (rng.random(len(lines)) < 0.035) & (share == 0)
    lines["discount"] = (lines["price"] * lines["quantity"] * np.where(clearance, 0.3, share)).round(2)
    return lines.rename(columns={"price": "unit_price"}).drop_duplicates(["order_id", "product_id"])


def make_returns(rng: np.random.Generator, lines: pd.DataFrame) -> pd.DataFrame:
    """Lines sent back one to five weeks later, at the price paid, under the order's number with an R."""
    chance = per_group(lines["group"], "returns")
    paid = lines[(rng.random(len(lines)) < chance) & (lines["unit_price"] > 0) & (lines["status"] == "completed")]
    back = rng.integers(1, paid["quantity"] + 1)
    later = pd.to_timedelta(rng.integers(6, 35, len(paid)), unit="D")
    price = (paid["unit_price"] - paid["discount"] / paid["quantity"]).round(2)
    returns = paid.assign(order_id=paid["order_id"] + "-R", ordered_at=paid["ordered_at"] + later, quantity=-back)
    returns = returns.assign(unit_price=price, discount=0.0, coupon_code=None)
    return returns[returns["ordered_at"] < EXPORT_TO]


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


def make_shop(seed: int = SEED) -> dict[str, pd.DataFrame]:
    """The four tables: orders (lines), contacts, products, and truth (the planted group of each contact)."""
    rng = np.random.default_rng(seed)
    products, customers = make_products(rng), make_customers(rng)
    orders = add_coupons(rng, add_channel_and_time(rng, simulate_orders(rng, customers)))
    sold = make_lines(rng, orders, products)
    contacts = describe_contacts(rng, make_contacts(rng, customers, orders))
    lines = pd.concat([sold, make_returns(rng, sold), sold.sample(DUPLICATES, random_state=rng)])
    lines = lines.merge(contacts[["customer", "customer_id", "country"]], on="customer", how="left")
    lines["country"] = lines["country"].fillna("Ireland")
    return {
        "orders": lines.sort_values(["ordered_at", "order_id", "product_id"], ignore_index=True),
        "contacts": contacts[rng.random(len(contacts)) < 0.99],
        "products": products.sort_values("product_id"),
        "truth": contacts,
    }


def write_shop(folder: Path) -> None:
    """Parquet with fixed writing options, so that the same packages write the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in make_shop().items():
        kinds = {column: KINDS.get(column, pa.string()) for column in COLUMNS[name].split()}
        columns = {column: pa.array(table[column], from_pandas=True).cast(kind) for column, kind in kinds.items()}
        pq.write_table(pa.table(columns), folder / f"{name}.parquet", **PARQUET)


if __name__ == "__main__":
    write_shop(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "demo")
