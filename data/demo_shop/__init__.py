"""Harbour & Pine, the demo shop: everything in it is drawn from seeded generators, one for each part of the shop."""

from __future__ import annotations

import numpy as np
import pandas as pd

from demo_shop.business import make_deals
from demo_shop.buyers import describe_contacts, make_contacts, make_customers
from demo_shop.days import SEED
from demo_shop.details import detail_contacts, planted_contacts
from demo_shop.edges import edge_contacts, edge_events, edge_lines, edge_tickets
from demo_shop.goods import make_pantry, make_products
from demo_shop.leavers import make_leavers
from demo_shop.mailings import make_campaigns
from demo_shop.planted import planted_lines
from demo_shop.tasters import make_tasters
from demo_shop.trade import (
    add_channel_and_time,
    add_coupons,
    make_lines,
    make_returns,
    simulate_orders,
)
from demo_shop.truth import plant_truth
from demo_shop.visits import make_events, make_visits
from demo_shop.voices import make_responses, make_tickets, needs_of

__all__ = ["make_shop"]

DUPLICATES = 14


def make_base(seed: int) -> dict[str, pd.DataFrame]:
    """The shop without planted people: seven groups, guests, people who signed up, and some dirt."""
    rng = np.random.default_rng(seed)
    products, customers = make_products(rng), make_customers(rng)
    orders = add_coupons(rng, add_channel_and_time(rng, simulate_orders(rng, customers)))
    sold = make_lines(rng, orders, products)
    contacts = describe_contacts(rng, make_contacts(rng, customers, orders))
    lines = pd.concat([sold, make_returns(rng, sold), sold.sample(DUPLICATES, random_state=rng)])
    lines = lines.merge(contacts[["customer", "customer_id", "country"]], on="customer", how="left")
    lines["country"] = lines["country"].fillna("Ireland")
    contacts["rate"] = contacts["customer"].map(customers["rate"])
    contacts["gone"] = contacts["customer"].map(orders.groupby("customer")["gone"].first())
    contacts["listed"] = rng.random(len(contacts)) < 0.99
    return {"lines": lines, "contacts": contacts, "products": products}


def add_planted(rng: np.random.Generator, shop: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The same with the planted people and the pantry behind what was there."""
    products = pd.concat([shop["products"], make_pantry()], ignore_index=True)
    lines = planted_lines(rng, products)
    contacts = planted_contacts(rng, lines).assign(listed=True)
    lines = lines.merge(contacts[["customer", "customer_id", "country"]], on="customer")
    return {
        "lines": pd.concat([shop["lines"], lines], ignore_index=True),
        "contacts": pd.concat([shop["contacts"], contacts], ignore_index=True),
        "products": products,
    }


def make_shop(seed: int = SEED) -> dict[str, pd.DataFrame]:
    """All tables of the shop, and truth: what was planted, and who belongs to which segment."""
    rngs = [np.random.default_rng([seed, part]) for part in range(8)]
    shop = add_planted(rngs[0], make_base(seed))
    contacts = detail_contacts(rngs[1], shop["contacts"])
    contacts["need"] = needs_of(rngs[2], contacts["group"])
    lines, products = (
        shop["lines"].sort_values(["ordered_at", "order_id", "product_id"], ignore_index=True),
        shop["products"],
    )
    sold = lines[(lines["quantity"] > 0) & lines["customer_id"].notna()].drop_duplicates(["order_id", "product_id"])
    orders = sold.drop_duplicates("order_id")[["order_id", "customer_id", "ordered_at", "channel"]].reset_index(
        drop=True
    )
    listed = contacts[contacts["listed"]].reset_index(drop=True)
    goods = products[products["price"] > 0].reset_index(drop=True)
    tables = {
        "orders": lines,
        "contacts": listed,
        "products": products.sort_values("product_id"),
        "events": make_events(rngs[3], make_visits(rngs[4], orders, contacts), sold, goods),
        "tickets": make_tickets(rngs[5], lines, listed),
        "responses": make_responses(rngs[6], contacts, orders),
        "campaigns": make_campaigns(rngs[7], listed, orders),
        "deals": make_deals(np.random.default_rng([seed, 8]), listed),
    }
    tasters = make_tasters(np.random.default_rng([seed, 9]), products)
    leavers = make_leavers(np.random.default_rng([seed, 10]), goods)
    tables |= put_behind(tables, {**tasters, "events": leavers})
    tables |= put_behind(tables, edge_rows(tables["products"]))
    everyone = pd.concat([contacts, tasters["contacts"], edge_contacts()], ignore_index=True)
    return tables | {"truth": plant_truth(tables, everyone)}


def edge_rows(products: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """What belongs to the people placed by hand."""
    contacts, events, tickets = edge_contacts(), edge_events(), edge_tickets()
    return {"orders": edge_lines(products), "contacts": contacts, "events": events, "tickets": tickets}


def put_behind(tables: dict[str, pd.DataFrame], more: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The tables with rows of people on whom nothing else depends, so that all other rows stay as they are."""
    order = {"orders": ["ordered_at", "order_id", "product_id"], "contacts": ["signed_up_at", "customer_id"]}
    order |= {"events": ["start", "session_id", "at"], "tickets": ["opened_at", "customer_id"]}
    both = {name: pd.concat([tables[name], rows], ignore_index=True) for name, rows in more.items()}
    return {name: rows.sort_values(order[name], kind="stable", ignore_index=True) for name, rows in both.items()}
