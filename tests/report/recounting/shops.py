"""The raw files of three shops as rows of one form, by pandas alone; what their columns mean is told beside."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from recounting.sums import SIDES, Shop


def demo(folder: Path) -> Shop:
    """Harbour & Pine: guests, copies, free samples, cancelled orders; a return is a line with a negative quantity."""
    raw = pd.read_parquet(folder / "orders.parquet")
    sides = {name: pd.read_parquet(folder / f"{name}.parquet") for name in SIDES}
    raw = raw.assign(copy=raw.duplicated()).merge(sides["products"], on="product_id", how="left")
    money = raw[["unit_price", "discount"]].astype("float64")
    raw = raw.assign(
        at=raw["ordered_at"],
        price=money["unit_price"],
        discount=money["discount"],
        amount=(raw["quantity"] * money["unit_price"] - money["discount"]).round(4),
        back=raw["quantity"] < 0,
        coupon=raw["coupon_code"],
    )
    days = {"as_of": pd.Timestamp("2025-01-01"), "opened": pd.Timestamp("2022-01-01")}  # as its shop.toml says
    sides["campaigns"] = pd.read_parquet(folder / "campaigns.parquet")
    return Shop("demo", raw, **days, window=365, bulk_items=12, sides=sides)


def complete_journey(folder: Path) -> Shop:
    """A year of baskets; the money of a line is what was paid; fuel is sold by volume, so a line of it is one item."""
    raw = pd.read_parquet(folder / "transactions.parquet")
    products = pd.read_parquet(folder / "products.parquet")
    names = {"department": "category", "product_type": "product_name"}
    raw = raw.merge(products[["product_id", *names]].rename(columns=names), on="product_id", how="left")
    fuel = raw["category"].eq("FUEL") | raw["product_name"].eq("GASOLINE-REG UNLEADED")
    raw = raw.assign(
        copy=False,
        order_id=raw["basket_id"],
        customer_id=raw["household_id"],
        at=raw["transaction_timestamp"],
        amount=raw["sales_value"].round(4),  # the file holds noise of 5e-17 where nothing was paid
        discount=raw[["retail_disc", "coupon_disc", "coupon_match_disc"]].sum(axis=1),
        quantity=raw["quantity"].where(~fuel, 1),
        channel=raw["store_id"].astype("str"),
        back=False,
    )
    return Shop("complete-journey", raw, raw["at"].max().normalize() + pd.Timedelta(days=1))


def online_retail(file: Path) -> Shop:
    """Invoice lines of a gift wholesaler; an invoice that begins with C takes goods back."""
    raw = pd.read_parquet(file)
    raw = raw.assign(
        copy=raw.duplicated(),
        order_id=raw["InvoiceNo"].astype("str"),
        customer_id=raw["CustomerID"],
        at=raw["InvoiceDate"],
        price=raw["UnitPrice"],
        amount=(raw["Quantity"] * raw["UnitPrice"]).round(4),
        quantity=raw["Quantity"],
        back=raw["InvoiceNo"].astype("str").str.startswith("C"),
        country=raw["Country"],
        product_name=raw["Description"],
    )
    return Shop("online-retail", raw, pd.Timestamp("2011-12-09"))
