"""Tables joined to a table of rows, through shop.toml and the command that reads it."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pandas as pd
import pytest

from seglib.command.cli import main
from seglib.errors import InputError
from seglib.shop.shop import open_shop

ITEMS = {
    "order_id": ["a", "a", "b", "c", "z"],
    "order_item_id": [1, 2, 1, 1, 1],
    "product_id": ["tea", "cup", "tea", "tea", "cup"],
    "price": [4.0, 6.0, 4.5, 5.0, 99.0],
}
ORDERS = {
    "order_id": ["c", "b", "a"],
    "customer_id": ["x3", "x2", "x1"],
    "order_status": ["delivered"] * 3,
    "order_purchase_timestamp": ["2024-03-03 10:00:00", "2024-02-02 10:00:00", "2024-01-01 10:00:00"],
}
CUSTOMERS = {"customer_id": ["x1", "x2", "x3"], "customer_unique_id": ["ann", "bob", "ann"]}
PRODUCTS = {"product_id": ["tea", "cup"], "product_category_name": ["Food", "Kitchen"]}
JOINS = """
[tables.lines]
path = "items.csv"
[[tables.lines.join]]
path = "orders.csv"
on = "order_id"
[[tables.lines.join]]
path = "customers.csv"
on = {left = "customer_id", right = "customer_id"}
[[tables.lines.join]]
path = "products.csv"
on = "product_id"
"""


@pytest.fixture
def folder(tmp_path) -> Path:
    for name, table in {"items": ITEMS, "orders": ORDERS, "customers": CUSTOMERS, "products": PRODUCTS}.items():
        pd.DataFrame(table).to_csv(tmp_path / f"{name}.csv", index=False)
    return tmp_path


def shop(folder: Path, text: str) -> Path:
    (folder / "shop.toml").write_text(text)
    return folder / "shop.toml"


def checked(path: Path, capsys) -> dict:
    main(["check", str(path), "--json"])
    return json.loads(capsys.readouterr().out)


def test_items_orders_customers_and_products_are_one_table(folder, capsys):
    told = checked(shop(folder, JOINS), capsys)
    assert (told["usable"], told["orders"], told["customers"], told["amount"]) == (True, 3, 2, 19.5)
    lines = open_shop(folder / "shop.toml", doubtful=True).lines.to_pandas()
    assert lines.groupby("customer_id")["amount"].sum().to_dict() == {"ann": 15, "bob": 4.5}
    assert lines.groupby("category")["amount"].sum().to_dict() == {"Food": 13.5, "Kitchen": 6}


def test_rows_that_find_nothing_are_a_step_of_the_ledger(folder, capsys):
    told = checked(shop(folder, JOINS), capsys)
    step = next(row for row in told["ledger"] if "joined file" in row["meaning"])
    assert (step["rows_removed"], step["amount_removed"]) == (1, 99)
    doubt = next(one for one in told["doubts"] if one["name"] == "unrelated_rows")
    assert doubt["level"] == "ask"
    assert "4 of 5 rows find theirs by order_id" in doubt["message"]


def test_what_was_joined_is_told(folder, capsys):
    shop(folder, JOINS)
    assert main(["check", str(folder / "shop.toml")]) == 0
    assert "orders.csv: 4 of 5 rows find theirs by order_id." in capsys.readouterr().out


def test_a_key_that_repeats_is_refused_with_its_rows(folder):
    payments = {"order_id": ["a", "a", "b"], "paid": [5, 5, 4.5], "installment": [1, 2, 1]}
    pd.DataFrame(payments).to_csv(folder / "payments.csv", index=False)
    text = f'{JOINS}[[tables.lines.join]]\npath = "payments.csv"\non = "order_id"\n'
    with pytest.raises(InputError, match=r"payments.csv: order_id .* 1 of its values, .* several rows \(2 in all\)"):
        open_shop(shop(folder, text))


def test_copies_of_a_row_are_no_repetition(folder):
    pd.DataFrame(ORDERS | {key: [*each, each[-1]] for key, each in ORDERS.items()}).to_csv(
        folder / "orders.csv", index=False
    )
    assert open_shop(shop(folder, JOINS), doubtful=True).customers["frequency"].sum() == 3


def test_keys_that_hardly_meet_are_refused_with_the_share(folder):
    pd.DataFrame(ORDERS | {"order_id": ["1", "2", "3"]}).to_csv(folder / "orders.csv", index=False)
    with pytest.raises(InputError, match=r"orders.csv: 0 of 5 rows find theirs by order_id: these do not seem to be"):
        open_shop(shop(folder, JOINS))


@pytest.mark.parametrize(
    ("on", "said"),
    [
        ('"ordr_id"', "items.csv: no column 'ordr_id' to join on. Did you mean 'order_id'"),
        ('{left = "order_id", right = "number"}', "orders.csv: no column 'number' to join on. Found: 'order_id'"),
        ('{left = "order_id"}', "shop.toml: tables.lines.join.on is"),
        ("7", "tables.lines.join.on is 7"),
    ],
)
def test_a_key_that_is_not_there_is_told(folder, on, said):
    text = '[tables.lines]\npath = "items.csv"\n[[tables.lines.join]]\npath = "orders.csv"\non = ' + on
    with pytest.raises(InputError) as error:
        open_shop(shop(folder, text))
    assert said in str(error.value)


def test_one_join_may_be_a_table_of_its_own(folder):
    text = '[tables.lines]\npath = "items.csv"\ncolumns = {amount = "price"}\n'
    text += '[tables.lines.join]\npath = "orders.csv"\non = "order_id"\n'
    assert set(open_shop(shop(folder, text), doubtful=True).customers.index) == {"x1", "x2", "x3"}


def test_a_name_that_both_have_gets_that_of_its_file(folder):
    pd.DataFrame(ORDERS | {"price": [1, 2, 3]}).to_csv(folder / "orders.csv", index=False)
    lines = open_shop(shop(folder, JOINS), doubtful=True).lines.to_pandas()
    assert lines["amount"].sum() == 19.5
    text = JOINS + '[tables.lines.columns]\namount = "orders.price"\n'
    assert open_shop(shop(folder, text), doubtful=True).lines.to_pandas()["amount"].sum() == 9


def test_tables_of_a_database_are_joined(tmp_path, capsys):
    with sqlite3.connect(tmp_path / "shop.db") as link:
        for name, table in {"items": ITEMS, "orders": ORDERS}.items():
            pd.DataFrame(table).to_sql(name, link, index=False)
    link.close()
    text = '[database]\nurl = "sqlite:///shop.db"\n[tables.lines]\ntable = "items"\ncolumns = {amount = "price"}\n'
    text += '[[tables.lines.join]]\ntable = "orders"\non = "order_id"\n'
    told = checked(shop(tmp_path, text), capsys)
    assert (told["usable"], told["orders"], told["amount"]) == (True, 3, 19.5)


def test_a_file_outside_the_folder_is_not_joined(folder):
    text = '[tables.lines]\npath = "items.csv"\n[[tables.lines.join]]\npath = "../orders.csv"\non = "order_id"\n'
    with pytest.raises(InputError, match="lies outside the folder"):
        open_shop(shop(folder, text))


def test_rows_keep_their_order(folder):
    from seglib.intake.engines import connect
    from seglib.intake.files import read_raw
    from seglib.intake.relations import Join, related

    many = pd.DataFrame({"k": [str(n % 997) for n in range(50_000)], "n": range(50_000)})
    many.to_csv(folder / "many.csv", index=False)
    pd.DataFrame({"k": [str(n) for n in range(996, -1, -1)], "v": range(997)}).to_csv(folder / "few.csv", index=False)
    engine = connect()
    found, _ = related(read_raw(folder / "many.csv", engine), [Join(folder / "few.csv", "k", "k")], engine)
    assert found.table.to_pandas()["n"].astype(int).tolist() == list(range(50_000))


SHAPES = {
    "northwind_order_details": (
        {"orderID": [1, 1, 2], "productID": [11, 42, 11], "unitPrice": [14.0, 9.8, 14.0], "quantity": [12, 10, 5],
         "discount": [0, 0.05, 0]},
        {"orderID": [1, 2], "customerID": ["VINET", "TOMSP"], "employeeID": [5, 6], "orderDate": ["2024-07-04"] * 2,
         "shipVia": [3, 1], "freight": [32.38, 11.61], "shipCountry": ["France", "Germany"]},
        "orderID",
        {"VINET": 12 * 14 + 98 * 0.95, "TOMSP": 70},
    ),
    "adventureworks_sales": (
        {"SalesOrderID": [1, 1, 2, 3], "SalesOrderDetailID": [1, 2, 3, 4], "OrderQty": [2, 1, 1, 9],
         "ProductID": [7, 8, 7, 7], "UnitPrice": [20.25, 10, 20.25, 1], "UnitPriceDiscount": [0.1, 0, 0, 0],
         "LineTotal": [36.45, 10, 20.25, 9]},
        {"SalesOrderID": [1, 2, 3], "OrderDate": ["2024-05-31"] * 3, "Status": [5, 5, 6], "OnlineOrderFlag": [0, 1, 1],
         "CustomerID": [29825, 11000, 11000], "SubTotal": [46.45, 20.25, 9]},
        "SalesOrderID",
        {"29825": 46.45, "11000": 20.25},
    ),
    "contoso_orders": (
        {"OrderKey": [1, 1, 2], "LineNumber": [0, 1, 0], "ProductKey": [48, 460, 48], "Quantity": [1, 2, 3],
         "UnitPrice": [112.46, 749.75, 112.46], "NetPrice": [98.97, 659.78, 112.46], "UnitCost": [57.3, 382, 57.3]},
        {"OrderKey": [1, 2], "CustomerKey": [947009, 1772036], "StoreKey": [400, 430], "OrderDate": ["2024-05-18"] * 2,
         "DeliveryDate": ["2024-05-20"] * 2, "CurrencyCode": ["EUR"] * 2},
        "OrderKey",
        {"947009": 98.97 + 2 * 659.78, "1772036": 3 * 112.46},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SHAPES)
def test_orders_and_details_of_known_shapes(tmp_path, name):
    rows, orders, key, money = SHAPES[name]
    pd.DataFrame(rows).to_csv(tmp_path / "rows.csv", index=False)
    pd.DataFrame(orders).to_csv(tmp_path / "orders.csv", index=False)
    text = f'[tables.lines]\npath = "rows.csv"\n[[tables.lines.join]]\npath = "orders.csv"\non = "{key}"\n'
    opened = open_shop(shop(tmp_path, text))
    assert [one["format_name"] for one in opened.inputs] == [name]
    found = opened.customers["monetary_value"].astype(float).round(4).to_dict()
    assert found == {who: round(each, 4) for who, each in money.items()}
