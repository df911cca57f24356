"""Faults made in real invoices are read right, against pandas; and what chance makes of them is not doubted."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from seglib.shop.shop import open_shop

ORDERS = 2_500


@pytest.fixture(scope="module")
def invoices(shared) -> pd.DataFrame:
    lines = pd.read_parquet(shared("uci_online_retail/online_retail.parquet"))
    chosen = lines["InvoiceNo"].drop_duplicates().sample(ORDERS, random_state=1)
    return lines[lines["InvoiceNo"].isin(chosen)]


@pytest.fixture(scope="module")
def sales(invoices) -> pd.DataFrame:
    return invoices[~returned(invoices)]


@pytest.fixture
def read(tmp_path):
    """Orders, money and doubts of lines, with more lines of a shop.toml."""

    def run(lines: pd.DataFrame, more: str = "") -> tuple[int, float, list[str]]:
        lines.to_csv(tmp_path / "orders.csv", index=False)
        (tmp_path / "shop.toml").write_text(f'[tables.lines]\npath = "orders.csv"\n{more}')
        shop = open_shop(tmp_path / "shop.toml", doubtful=True)
        doubts = [f"{one['name']} {one['level']}" for one in shop.doubts]
        return int(shop.customers["frequency"].sum()), round(float(shop.ledger["amount"].iloc[-1]), 2), doubts

    return run


def returned(lines: pd.DataFrame) -> pd.Series:
    return lines["InvoiceNo"].astype(str).str.startswith("C") | (lines["Quantity"] < 0)


def right(lines: pd.DataFrame, money: pd.Series) -> tuple[int, float]:
    """Orders and net money of customers with a sale; a line that repeats another in every column counts once."""
    kept = ~lines.duplicated() & lines["CustomerID"].notna() & (lines["UnitPrice"] > 0)
    buyers = lines.loc[kept & ~returned(lines), "CustomerID"].unique()
    kept &= lines["CustomerID"].isin(buyers)
    return lines.loc[kept & ~returned(lines), "InvoiceNo"].nunique(), round(float(money[kept].sum()), 2)


def test_as_they_are_nothing_is_doubted(invoices, read):
    assert read(invoices) == (*right(invoices, invoices["Quantity"] * invoices["UnitPrice"]), [])


def test_a_discount_that_is_a_share(invoices, read):
    rates = np.random.default_rng(5).choice([0, 0.05, 0.1, 0.25], invoices["InvoiceNo"].nunique())
    share = invoices["InvoiceNo"].map(dict(zip(invoices["InvoiceNo"].unique(), rates, strict=True)))
    lines = invoices.assign(Discount=share)
    orders, money = right(lines, lines["Quantity"] * lines["UnitPrice"] * (1 - share))
    found = read(lines)
    assert (found[0], found[2]) == (orders, ["discount_rate ask"])
    assert found[1] == pytest.approx(money, abs=0.02)  # of 4 decimals a line


def test_a_price_of_the_line(sales, read):
    lines = sales.assign(UnitPrice=(sales["UnitPrice"] * sales["Quantity"]).round(2))
    assert read(lines) == (*right(lines, lines["UnitPrice"]), ["price_of_line ask"])


def test_receipts_that_begin_again_each_day(sales, read):
    first = sales.drop_duplicates("InvoiceNo").sort_values("InvoiceDate")
    numbers = first.groupby(first["InvoiceDate"].dt.date).cumcount() + 1
    of_day = dict(zip(first["InvoiceNo"], numbers, strict=True))
    orders, _ = right(sales, sales["UnitPrice"])
    found = read(sales.assign(InvoiceNo=sales["InvoiceNo"].map(of_day)))
    assert (found[0], found[2]) == (orders, ["order_number_repeats ask"])


def test_a_total_on_each_line(invoices, read):
    worth = invoices["Quantity"] * invoices["UnitPrice"]
    lines = invoices.assign(Total=worth.groupby(invoices["InvoiceNo"]).transform("sum").round(2))
    assert read(lines) == (*right(invoices, worth), ["amount_repeats note"])
    bare = lines.drop(columns="UnitPrice")
    assert read(bare)[2] == ["amount_repeats stop"]
    whole = lines[lines["CustomerID"].notna()].drop_duplicates("InvoiceNo")
    buyers = whole.loc[~returned(whole) & (whole["Total"] > 0), "CustomerID"]
    told = whole.loc[whole["CustomerID"].isin(buyers), "Total"].sum()
    _, money, doubts = read(bare, 'read = {amount = "order"}\n')
    assert (money, doubts) == (round(float(told), 2), [])


@pytest.mark.parametrize("column", ["UnitPrice", "Quantity", "StockCode"])
def test_what_chance_makes_of_a_column_is_not_doubted(sales, read, column):
    lines = sales.assign(**{column: np.random.default_rng(3).permutation(sales[column].to_numpy())})
    assert read(lines)[2] == []
