"""Folders of exports in the shapes that shops have them: Olist's nine files, Northwind's CSV, Chinook's database."""

from __future__ import annotations

import csv
import datetime as dt
import random
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path

FIRST = dt.datetime(2023, 1, 1, 10)


def write(file: Path, header: str, rows: Iterable[Sequence[object]]) -> Path:
    """A CSV file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", newline="", encoding="utf-8") as opened:
        out = csv.writer(opened)
        out.writerow(header.split(","))
        out.writerows(rows)
    return file


def day(chance: random.Random) -> dt.datetime:
    return FIRST + dt.timedelta(hours=chance.randrange(24 * 600))


def olist(folder: Path, orders: int = 300) -> Path:
    """Nine files; a customer_id is another one in each order, a person is a customer_unique_id."""
    chance = random.Random(5)

    def key() -> str:
        return f"{chance.getrandbits(128):032x}"

    people, goods, sellers = ([key() for _ in range(n)] for n in (80, 40, 9))
    groups = ["beleza_saude", "esporte_lazer", "automotivo"]
    sales, items, customers, paid, reviews = [], [], [], [], []
    for _ in range(orders):
        order, customer, at = key(), key(), day(chance)
        state = "canceled" if chance.random() < 0.05 else "delivered"
        sales.append([order, customer, state, at, at, at, at, at.date()])
        customers.append([customer, chance.choice(people), 1046, "sao paulo", "SP"])
        prices = [round(chance.uniform(5, 300), 2) for _ in range(chance.choice([1, 1, 1, 2, 3]))]
        items += [[order, i + 1, chance.choice(goods), chance.choice(sellers), at, price, 9.9]
                  for i, price in enumerate(prices)]  # fmt: skip
        paid += [[order, i + 1, "credit_card", 1, price] for i, price in enumerate(prices)]
        reviews += (
            [[key(), order, chance.randint(1, 5), "", "muito bom", at.date(), at]] if chance.random() < 0.9 else []
        )
    stamps = (
        "order_approved_at,order_delivered_carrier_date,order_delivered_customer_date,order_estimated_delivery_date"
    )
    goods_sold = "product_id,seller_id,shipping_limit_date,price,freight_value"
    home = "customer_zip_code_prefix,customer_city,customer_state"
    sizes = "product_name_lenght,product_description_lenght,product_photos_qty,product_weight_g"
    sides = "product_length_cm,product_height_cm,product_width_cm"
    place = "geolocation_zip_code_prefix,geolocation_lat,geolocation_lng,geolocation_city,geolocation_state"
    text = "review_comment_title,review_comment_message,review_creation_date,review_answer_timestamp"
    for name, header, rows in (
        ("orders_dataset", f"order_id,customer_id,order_status,order_purchase_timestamp,{stamps}", sales),
        ("order_items_dataset", f"order_id,order_item_id,{goods_sold}", items),
        ("customers_dataset", f"customer_id,customer_unique_id,{home}", customers),
        ("products_dataset", f"product_id,product_category_name,{sizes},{sides}",
         [[one, chance.choice(groups), 40, 300, 1, 500, 20, 10, 15] for one in goods]),
        ("sellers_dataset", "seller_id,seller_zip_code_prefix,seller_city,seller_state",
         [[one, 13023, "campinas", "SP"] for one in sellers]),
        ("order_payments_dataset", "order_id,payment_sequential,payment_type,payment_installments,payment_value", paid),
        ("order_reviews_dataset", f"review_id,order_id,review_score,{text}", reviews),
        ("geolocation_dataset", place, [[1000 + i, -23.5, -46.6, "sao paulo", "SP"] for i in range(50)]),
    ):  # fmt: skip
        write(folder / f"olist_{name}.csv", header, rows)
    write(folder / "product_category_name_translation.csv", "product_category_name,product_category_name_english",
          [[name, f"en_{name}"] for name in groups])  # fmt: skip
    return folder


def northwind(folder: Path) -> Path:
    """Orders and order_details with a discount that is a rate, products in categories; no column tells a currency."""
    chance = random.Random(6)
    codes = [f"{chance.getrandbits(24):06X}"[:5] + str(i % 10) for i in range(40)]
    address = "Address,City,Region,PostalCode,Country,Phone,Fax"
    home = ["St 1", "Berlin", "", "12209", "Germany", "030", "030"]
    write(folder / "customers.csv", f"CustomerID,CompanyName,ContactName,ContactTitle,{address}",
          [[code, f"Co {code}", "Ann", "Owner", *home] for code in codes])  # fmt: skip
    orders, details = [], []
    for order in range(10248, 10548):
        at = day(chance).date()
        orders.append([order, chance.choice(codes), chance.randint(1, 9), at, at, at, 1, 32.38, "Ship", *home[:5]])
        for product in chance.sample(range(1, 78), chance.choice([1, 2, 3])):
            price, rate = round(5 + product * 1.25, 2), chance.choice([0, 0, 0.05, 0.1, 0.2])
            details.append([order, product, price, chance.randint(1, 40), rate])
    dates = "OrderDate,RequiredDate,ShippedDate,ShipVia,Freight"
    ship = "ShipName,ShipAddress,ShipCity,ShipRegion,ShipPostalCode,ShipCountry"
    write(folder / "orders.csv", f"OrderID,CustomerID,EmployeeID,{dates},{ship}", orders)
    write(folder / "order_details.csv", "OrderID,ProductID,UnitPrice,Quantity,Discount", details)
    stock = "QuantityPerUnit,UnitPrice,UnitsInStock,UnitsOnOrder,ReorderLevel,Discontinued"
    write(folder / "products.csv", f"ProductID,ProductName,SupplierID,CategoryID,{stock}",
          [[i, f"Product {i}", 1 + i % 29, 1 + i % 8, "box", 9.5, 39, 0, 10, 0] for i in range(1, 78)])  # fmt: skip
    write(folder / "categories.csv", "CategoryID,CategoryName,Description,Picture",
          [[i, f"Category {i}", "Drinks", ""] for i in range(1, 9)])  # fmt: skip
    write(folder / "employees.csv", f"EmployeeID,LastName,FirstName,Title,{address}",
          [[i, "Davolio", "Nancy", "Rep", *home] for i in range(1, 10)])  # fmt: skip
    write(folder / "suppliers.csv", f"SupplierID,CompanyName,ContactName,ContactTitle,{address}",
          [[i, f"Sup {i}", "n", "t", *home] for i in range(1, 30)])  # fmt: skip
    write(folder / "shippers.csv", "ShipperID,CompanyName,Phone", [[1, "Speedy", "1"], [2, "United", "2"]])
    return folder


def chinook(folder: Path) -> Path:
    """A database: the total of an invoice stands beside its lines, employees have the columns of customers."""
    chance = random.Random(7)
    folder.mkdir(parents=True, exist_ok=True)
    link = sqlite3.connect(folder / "chinook.db")
    person = "Address TEXT, City TEXT, State TEXT, Country TEXT, PostalCode TEXT, Phone TEXT, Fax TEXT, Email TEXT"
    link.executescript(
        "CREATE TABLE Artist(ArtistId INTEGER PRIMARY KEY, Name TEXT);"
        "CREATE TABLE Album(AlbumId INTEGER PRIMARY KEY, Title TEXT, ArtistId INTEGER);"
        "CREATE TABLE Genre(GenreId INTEGER PRIMARY KEY, Name TEXT);"
        "CREATE TABLE Track(TrackId INTEGER PRIMARY KEY, Name TEXT, AlbumId INTEGER, GenreId INTEGER, "
        "UnitPrice NUMERIC);"
        "CREATE TABLE Customer(CustomerId INTEGER PRIMARY KEY, FirstName TEXT, LastName TEXT, Company TEXT, "
        f"{person}, SupportRepId INTEGER);"
        "CREATE TABLE Employee(EmployeeId INTEGER PRIMARY KEY, LastName TEXT, FirstName TEXT, Title TEXT, "
        f"ReportsTo INTEGER, BirthDate DATETIME, HireDate DATETIME, {person});"
        "CREATE TABLE Invoice(InvoiceId INTEGER PRIMARY KEY, CustomerId INTEGER, InvoiceDate DATETIME, "
        "BillingCity TEXT, BillingCountry TEXT, Total NUMERIC);"
        "CREATE TABLE InvoiceLine(InvoiceLineId INTEGER PRIMARY KEY, InvoiceId INTEGER, TrackId INTEGER, "
        "UnitPrice NUMERIC, Quantity INTEGER);"
    )
    home = ["x", "Rome", "", "Italy", "1", "1", "1"]

    def fill(table: str, rows: list[Sequence[object]]) -> None:
        link.executemany(f"INSERT INTO {table} VALUES ({','.join('?' * len(rows[0]))})", rows)

    fill("Artist", [[i, f"Artist {i}"] for i in range(1, 20)])
    fill("Album", [[i, f"Album {i}", i] for i in range(1, 20)])
    fill("Genre", [[i, f"Genre {i}"] for i in range(1, 6)])
    fill("Track", [[i, f"Song {i}", 1 + i % 19, 1 + i % 5, 0.99] for i in range(1, 200)])
    fill("Customer", [[i, "A", "B", "", *home, f"c{i}@example.org", 1] for i in range(1, 50)])
    fill(
        "Employee", [[i, "A", "B", "t", 1, "1962-02-18", "2002-08-14", *home, f"e{i}@example.com"] for i in range(1, 9)]
    )
    number = 0
    for invoice in range(1, 301):
        lines = [(chance.randint(1, 199), chance.choice([0.99, 1.99]), 1) for _ in range(chance.choice([1, 2, 4, 6]))]
        total = round(sum(price for _, price, _ in lines), 2)
        fill("Invoice", [[invoice, chance.randint(1, 49), day(chance).isoformat(" "), "Rome", "Italy", total]])
        fill("InvoiceLine", [[number + i, invoice, *line] for i, line in enumerate(lines, start=1)])
        number += len(lines)
    link.commit()
    link.close()
    return folder
