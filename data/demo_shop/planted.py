"""People planted beside the seven groups, so that every segment of the catalogue has members that a test knows.

They draw from a generator of their own: whoever was in the shop before them stays as they were, row by row.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from demo_shop.days import EXPORT_FROM, EXPORT_TO, PRICE_RISE
from demo_shop.goods import CONSUMABLES

FIRST_CUSTOMER, FIRST_ORDER, FIRST_CONTACT = 20_000, 80_001, 10_001
PERIOD = int((EXPORT_TO - EXPORT_FROM) / np.timedelta64(1, "D"))
IN_BULK = ["Stoneware plate", "Porridge bowl", "Tumbler set", "Waffle towel", "Linen tea towel", "Beeswax candle"]
FEASTS = ("2023-12-24", "2024-02-14", "2024-03-10", "2024-03-31", "2024-06-16", "2024-10-31", "2024-12-24")
Lines = pd.DataFrame


def lines_of(customer: int, days: np.ndarray, product: np.ndarray | str, quantity: np.ndarray | int) -> Lines:
    """Lines of one customer, a day of the export each."""
    kept = (days >= 0) & (days < PERIOD)
    lines = pd.DataFrame({"customer": customer, "day": days, "product_id": product, "quantity": quantity})
    return lines[kept]


def replenishes(rng: np.random.Generator, customer: int, products: pd.DataFrame) -> Lines:
    """The same thing every 30 (a few: 45 or 60) days, two days more or less; a quarter of them have stopped."""
    gap = int(rng.choice([30, 45, 60], p=[0.7, 0.18, 0.12]))
    start, stops = int(rng.integers(0, 500)), PERIOD if rng.random() < 0.75 else int(rng.integers(420, 640))
    days = start + np.cumsum(np.r_[0, gap + rng.integers(-2, 3, 40)])
    bought = lines_of(customer, days[days < stops], rng.choice(CONSUMABLES), int(rng.integers(1, 4))).assign(gap=gap)
    beside = bought[rng.random(len(bought)) < 0.22]
    return pd.concat([bought, beside.assign(product_id=some(rng, products, len(beside)), quantity=1)])


def stocks_up(rng: np.random.Generator, customer: int, products: pd.DataFrame) -> Lines:
    """Two to four orders of dozens of the same small things, at least one of them in 2024."""
    days = np.sort(np.r_[rng.integers(370, PERIOD - 3), rng.integers(0, PERIOD - 3, rng.integers(1, 4))])
    goods = products.loc[products["product_name"].isin(IN_BULK), "product_id"].to_numpy()
    return pd.concat(
        [
            lines_of(
                customer, np.full(kinds, day), rng.choice(goods, kinds, replace=False), 6 * rng.integers(2, 6, kinds)
            )
            for day, kinds in zip(days, rng.integers(1, 4, len(days)), strict=True)
        ]
    )


def follows_trends(rng: np.random.Generator, customer: int, products: pd.DataFrame) -> Lines:
    """Most launches bought within three weeks of the announcement, little else."""
    launches = products[products["launched_at"].between(EXPORT_FROM, EXPORT_TO - np.timedelta64(30, "D"))]
    taken = launches[rng.random(len(launches)) < 0.7]
    since = ((taken["launched_at"] - EXPORT_FROM) / np.timedelta64(1, "D")).to_numpy().astype(int)
    days = since + np.minimum(rng.geometric(0.22, len(taken)), 20)
    beside = rng.integers(0, PERIOD, int(rng.integers(0, 2)))
    return pd.concat(
        [
            lines_of(customer, days, taken["product_id"].to_numpy(), 1),
            lines_of(customer, beside, some(rng, products, len(beside)), 1),
        ]
    )


def comes_regularly(rng: np.random.Generator, customer: int, products: pd.DataFrame) -> Lines:
    """An order every six weeks or so since 2023, two or three things each."""
    days = int(rng.integers(0, 120)) + np.cumsum(np.r_[0, rng.integers(26, 56, 30)])
    days = np.repeat(days, rng.integers(2, 4, len(days)))
    return lines_of(customer, days, some(rng, products, len(days)), 1)


def keeps_feasts(rng: np.random.Generator, customer: int, products: pd.DataFrame) -> Lines:
    """Presents in the ten days before feasts: the last Christmas always, the others mostly."""
    feasts = [day for day in FEASTS if day == FEASTS[-1] or rng.random() < 0.62]
    days = np.array([int((np.datetime64(day) - EXPORT_FROM) / np.timedelta64(1, "D")) for day in feasts])
    gifts = products[products["category"] == "Gifts"]
    return lines_of(customer, days - rng.integers(2, 10, len(days)), some(rng, gifts, len(days)), 1)


HABITS: dict[str, tuple[int, Callable[[np.random.Generator, int, pd.DataFrame], Lines]]] = {
    "replenishers": (72, replenishes),
    "bulk_buyers": (30, stocks_up),
    "trend_followers": (52, follows_trends),
    "regulars": (36, comes_regularly),
    "feast_keepers": (48, keeps_feasts),
}


def some(rng: np.random.Generator, products: pd.DataFrame, how_many: int) -> np.ndarray:
    """Products sold since before the export, by popularity."""
    known = products[(products["launched_at"] < EXPORT_FROM) & (products["price"] > 0)]
    return rng.choice(known["product_id"], how_many, p=known["popularity"] / known["popularity"].sum())


def planted_lines(rng: np.random.Generator, products: pd.DataFrame) -> Lines:
    """Lines of all planted people, priced as the shop's own."""
    names = np.repeat([*HABITS], [how_many for how_many, _ in HABITS.values()])
    numbers = range(FIRST_CUSTOMER, FIRST_CUSTOMER + len(names))
    parts = [
        HABITS[name][1](rng, number, products).assign(group=name) for number, name in zip(numbers, names, strict=True)
    ]
    lines = pd.concat(parts).drop_duplicates(["customer", "day", "product_id"])
    return priced(rng, timed(rng, lines, FIRST_ORDER), products)


def timed(rng: np.random.Generator, lines: Lines, first_order: int) -> Lines:
    """Hour, channel and number of each order; planted people buy at home."""
    lines = lines.assign(date=EXPORT_FROM + lines["day"].to_numpy().astype("timedelta64[D]")).drop(columns="day")
    orders = lines[["customer", "date"]].drop_duplicates().sort_values(["date", "customer"], ignore_index=True)
    seconds = (rng.normal(19.4, 2.4, len(orders)).clip(7, 23.5) * 3600).astype(int)
    orders["ordered_at"] = orders["date"] + pd.to_timedelta(seconds, unit="s")
    orders["channel"] = np.where((orders["customer"] * 7 + rng.integers(0, 3, len(orders))) % 10 < 6, "web", "app")
    orders["order_id"] = [f"HP{number}" for number in range(first_order, first_order + len(orders))]
    return lines.merge(orders, on=["customer", "date"])


def priced(rng: np.random.Generator, lines: Lines, products: pd.DataFrame) -> Lines:
    price = lines["product_id"].map(products.set_index("product_id")["price"])
    lines["unit_price"] = (price * np.where(lines["date"] >= PRICE_RISE, 1.05, 1)).round(1)
    order = pd.factorize(lines["order_id"])[0]
    uses = rng.random(order.max() + 1)[order] < 0.05
    lines["coupon_code"] = np.where(uses, "PINE10", None)
    lines["discount"] = (lines["unit_price"] * lines["quantity"] * np.where(uses, 0.1, 0)).round(2)
    return lines.assign(status="completed")
