"""What they buy: orders as in the BG/NBD model, their lines, and what is sent back."""

from __future__ import annotations

import numpy as np
import pandas as pd

from demo_shop.buyers import CHANNELS, GROUPS, per_group
from demo_shop.days import (
    CATEGORY_SEASON,
    EXPORT_FROM,
    EXPORT_TO,
    GIFT_SEASON,
    OPENED,
    PRICE_RISE,
    SEASON,
    YEARS,
    pick,
    season_clock,
)
from demo_shop.goods import CATALOGUE

COUPONS = (("11-18", "11-30", "BLACK25"), ("06-15", "08-15", "SUMMER20"), ("01-02", "01-31", "WINTER15"))


def simulate_orders(rng: np.random.Generator, customers: pd.DataFrame) -> pd.DataFrame:
    """BG/NBD, a round an order: exponential gaps on the season's clock, after each order a chance of leaving.

    ``gone`` tells who has left for good, which no export can say.
    """
    clock, active, rounds = customers["starts"].to_numpy(), np.full(len(customers), True), []
    usual, gift = season_clock(SEASON), season_clock(GIFT_SEASON)
    gifts, calendar = per_group(customers["group"], "gifts").astype(bool), np.arange(len(usual))
    gone = (customers["ends"] < YEARS).to_numpy()
    while active.any():
        days = np.where(gifts, np.interp(clock, gift, calendar), np.interp(clock, usual, calendar))
        rounds.append(pd.DataFrame({"customer": customers.index, "day": days.astype(int)})[active])
        clock = clock + rng.exponential(1 / customers["rate"])
        leaves = (rng.random(len(clock)) < customers["dropout"]).to_numpy()
        gone = gone | (active & leaves)
        active &= ~leaves & (clock < customers["ends"])
    orders = pd.concat(rounds, ignore_index=True)
    orders["date"] = OPENED + orders.pop("day").to_numpy().astype("timedelta64[D]")
    orders["group"] = customers["group"].to_numpy()[orders["customer"]]
    orders["gone"] = np.asarray(gone)[orders["customer"]]
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
