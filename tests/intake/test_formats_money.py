"""Shops, invoices, tills, donations: small exports by hand, and the orders, customers and cents that they tell."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pytest
import yaml

from seglib.intake.formats import recognise
from seglib.intake.sources import connect, read_table

HEADERS = yaml.safe_load((Path(__file__).parent / "export_headers.yaml").read_text(encoding="utf-8"))
COUNTED = ("sale", "refund", "disputed")


class Read(NamedTuple):
    """An export as it was read: lines, facts, and of each customer the orders and what is left after returns."""

    lines: pd.DataFrame
    facts: dict
    customers: dict[str, tuple[int, Decimal]]

    @property
    def states(self) -> dict[str, Decimal]:
        return self.lines.groupby("state").amount.sum().to_dict()

    @property
    def products(self) -> dict[str, Decimal]:
        sold = self.lines[self.lines.state == "sale"]
        return sold.groupby("product_name").amount.sum().to_dict()


@pytest.fixture(scope="module")
def engine():
    return connect()


@pytest.fixture
def read(engine, tmp_path):
    """Rows as mappings, written under the header of a format and read; what must hold does, nothing is doubted."""

    def once(name: str, rows: list[dict], *, more: tuple[str, ...] = (), **csv) -> Read:
        header = [*HEADERS[name], *more]
        assert {key for row in rows for key in row} <= set(header)
        path = tmp_path / f"{name}.csv"
        pd.DataFrame(rows).reindex(columns=header).to_csv(path, index=False, **csv)
        source = read_table(path, engine=engine)
        assert source.facts["format_name"] == name
        assert [each["text"] for each in source.facts["holds"] if each["failed"]] == []
        doubts = {each["name"] for each in source.facts["doubts"] if each["level"] != "note"}
        assert doubts <= {"pending"}  # of a handful of orders, one that is not paid is many
        lines = source.table.to_pandas()
        return Read(lines, source.facts, _customers(lines))

    return once


def _customers(lines: pd.DataFrame) -> dict[str, tuple[int, Decimal]]:
    counted = lines[lines.state.isin(COUNTED) & lines.customer_id.notna()].groupby("customer_id")
    orders = counted.apply(lambda own: own[~own.is_return].order_id.nunique())
    return {name: (orders[name], Decimal(str(round(amount, 2)))) for name, amount in counted.amount.sum().items()}


def checked(told: Read) -> list[int]:
    """In how many rows each of what must hold was looked at."""
    return [each["checked"] for each in told.facts["holds"]]


def wc(number: int, status: str = "completed", email: str = "ann@x.y", **more) -> dict:
    """What WooCommerce's plugins call the cells of an order: 30.00 of goods less 3.00, shipping 5.00, tax 6.40."""
    row = {"order_id": number, "order_number": number, "status": status, "billing_email": email, "customer_id": 0}
    row |= {"order_total": "38.40", "shipping_total": "5.00", "fee_total": "0.00", "tax_total": "6.40"}
    return row | {"discount_total": "3.00", "order_currency": "EUR", "billing_country": "IE"} | more


def test_webtoffee_has_a_column_for_each_item(read):
    items = {"line_item_1": "name:Mug, large|product_id:7|sku:M1|quantity:2|total:18.00|sub_total:20.00|tax:4.00"}
    items |= {"line_item_2": "name:Pot|product_id:8|sku:|quantity:1|total:9.00|sub_total:10.00|meta:_x:1"}
    items |= {"order_subtotal": "30.00", "coupon_items": "code:ten|amount:3.00"}
    part = {"line_item_1": items["line_item_1"] + "|refunded:9.00", "order_date": "2024-01-07 10:00:00"}
    part |= {"refund_items": "amount:11.00|reason:broken|date:2024-01-20 08:00:00"}
    amount = {
        "refund_items": "amount:2.00|reason:|date:2024-02-01 08:00:00;amount:1.00|reason:|date:2024-02-03 08:00:00"
    }
    told = read(
        "woocommerce_webtoffee_orders",
        [
            wc(1) | items | {"order_date": "2024-01-05 10:00:00"},
            wc(2) | items | part,
            wc(3, email="bob@x.y") | items | amount | {"order_date": "2024-01-08 10:00:00"},
            wc(4, "on-hold", "cyd@x.y") | items | {"order_date": "2024-01-09 10:00:00"},
            wc(5, "refunded", "dan@x.y") | items | {"order_date": "2024-01-09 10:00:00"},
        ],
    )
    assert told.customers == {
        "ann@x.y": (2, Decimal("45.00")),
        "bob@x.y": (1, Decimal("24.00")),
        "dan@x.y": (1, Decimal(0)),
    }
    assert told.states["pending"] == 27
    assert told.products == {"Mug, large": Decimal(72), "Pot": Decimal(36)}
    assert set(told.lines.product_id.dropna()) == {"M1", "8"}
    assert told.lines[told.lines.state == "sale"].discount.sum() == 12
    assert told.lines[told.lines.is_return].ordered_at.dt.strftime("%m-%d").tolist() == ["01-20", "02-01", "01-09"]
    assert all(checked(told))


def test_woocommerce_with_a_row_an_item(read):
    def items(number: int, *back: str, **more) -> list[dict]:
        order = wc(number, **more) | {"date": "2024-01-05 10:00:00"}
        mug = {"item_name": "Mug", "item_sku": "M1", "item_quantity": 2, "item_subtotal": "20", "item_total": "18.00"}
        pot = {
            "item_name": "Pot",
            "item_product_id": "8",
            "item_quantity": 1,
            "item_subtotal": "10",
            "item_total": "9.00",
        }
        return [order | mug | {"item_refunded": back[0]}, order | pot | {"item_refunded": back[1]}]

    told = read(
        "woocommerce_order_items",
        [
            *items(1, "0.00", "0.00", refunded_total="0.00"),
            *items(2, "9.00", "4.50", refunded_total="20.00", refunds="id:9|date:2024-02-01 10:00:00|amount:20.00"),
            *items(3, "0.00", "0.00", refunded_total="5.00", email="bob@x.y"),
            *items(4, "0.00", "0.00", refunded_total="0.00", status="failed"),
        ],
    )
    assert told.customers == {"ann@x.y": (2, Decimal("40.50")), "bob@x.y": (1, Decimal("22.00"))}
    assert told.states["failed"] == 27
    assert set(told.lines.product_id.dropna()) == {"M1", "8"}
    assert told.lines[told.lines.is_return].ordered_at.dt.month.tolist() == [2, 1]
    assert all(checked(told))


def test_skyverge_packs_items_into_a_cell(read):
    old = "name:Mug; large|sku:M1|quantity:2|total:18.00|refunded:0.00|tax:4.00;name:Pot|sku:|quantity:1|total:9.00"
    new = "id:1|name:Mug|product_id:7|sku:M1|quantity:2|subtotal:20.00|subtotal_tax:4.00|total:18.00|total_tax:3.60"
    new += ";id:2|name:Pot|product_id:8|sku:|quantity:1|subtotal:10.00|subtotal_tax:2.00|total:9.00|total_tax:1.80"
    told = read(
        "woocommerce_skyverge_orders",
        [
            wc(1) | {"date": "2024-01-05 10:00:00", "line_items": old, "refunded_total": "0.00"},
            wc(2) | {"date": "2024-01-06 10:00:00", "line_items": new, "refunded_total": "6.00"},
            wc(3, "cancelled") | {"date": "2024-01-06 10:00:00", "line_items": new, "refunded_total": "0.00"},
        ],
    )
    assert told.customers == {"ann@x.y": (2, Decimal("48.00"))}
    assert told.products == {"Mug; large": Decimal(18), "Mug": Decimal(18), "Pot": Decimal(18)}
    assert set(told.lines.product_id.dropna()) == {"M1", "8"}


@pytest.mark.parametrize("every", [True, False])
def test_advanced_order_export_tells_the_order_on_all_rows_or_the_first(read, every):
    def order(number: int, status: str, email: str, back: str, *quantities: int) -> list[dict]:
        head = {"Order Number": number, "Order Status": status, "Order Date": "2024-01-15 10:08"}
        head |= {"Email (Billing)": email, "Order Subtotal Amount": "30.00", "Cart Discount Amount": "3.00"}
        head |= {"Order Total Amount": "38.40", "Order Shipping Amount": "5.00", "Order Total Tax Amount": "6.40"}
        head |= {"Order Refund Amount": back}
        names = (("Mug", "9.00"), ("Pot", "9.00"))
        items = [
            {"Item Name": name, "Item Cost": cost, "Quantity (- Refund)": quantity}
            for (name, cost), quantity in zip(names, quantities, strict=True)
        ]
        return [(head if every or not n else {}) | item for n, item in enumerate(items)]

    told = read(
        "woocommerce_advanced_orders",
        [
            *order(1, "Completed", "ann@x.y", "0", 2, 1),
            *order(2, "Completed", "bob@x.y", "10.80", 1, 1),  # a mug came back: 9.00, and 1.80 of tax
            *order(3, "Cancelled", "ann@x.y", "0", 2, 1),
            *order(4, "In attesa di pagamento", "ann@x.y", "0", 2, 1),
        ],
        more=("Order Total Fee",),
    )
    assert told.customers == {"ann@x.y": (1, Decimal("27.00")), "bob@x.y": (1, Decimal("16.20"))}
    assert told.states == {"sale": 54, "refund": Decimal("-10.8"), "cancelled": 27, "pending": 27}


def test_xero_sells_by_invoices_that_stand(read):
    def line(number: str, quantity: str, price: str, off: str, amount: str, total: str, tax: str, **more) -> dict:
        row = {"ContactName": "Acme", "EmailAddress": "Pay@acme.example", "InvoiceNumber": number, "Status": "Paid"}
        row |= {"InvoiceDate": "11/06/2024", "DueDate": "30/06/2024", "Type": "Sales invoice", "Currency": "ZAR"}
        row |= {"Quantity": quantity, "UnitAmount": price, "Discount": off, "LineAmount": amount, "Total": total}
        return row | {"TaxTotal": tax, "Description": f"Lamb at {price}", "AccountCode": "200"} | more

    open_one = {"InvoiceDate": "27/06/2024", "Status": "Awaiting Payment", "ContactName": "Bo", "EmailAddress": ""}
    told = read(
        "xero_invoices",
        [
            line("INV-1", "16", "28.64", "", "458.24", "630.48", "82.24"),
            line("INV-1", "10", "10.00", "10", "90.00", "630.48", "82.24"),
            line("INV-2", "2", "60.00", "", "120.00", "120.00", "20.00", **open_one),  # with tax in the amount
            line("CN-1", "1", "28.64", "", "28.64", "32.94", "4.30", Type="Sales credit note"),
            line("INV-3", "1", "5.00", "", "5.00", "5.75", "0.75", Status="Voided"),
            line("INV-4", "1", "6.00", "", "6.00", "6.90", "0.90", Status="Deleted"),
            line("INV-5", "1", "7.00", "", "7.00", "8.05", "1.05", Status="Draft"),
            line("CN-2", "1", "9.00", "", "9.00", "10.35", "1.35", Type="Sales credit note", Status="Voided"),
            line("B-1", "1", "99.00", "", "99.00", "99.00", "0.00", Type="Bill"),
            line("", "1", "50.00", "", "50.00", "50.00", "0.00", Type="Sales overpayment"),
        ],
    )
    assert told.customers == {"pay@acme.example": (1, Decimal("519.60")), "Bo": (1, Decimal("100.00"))}
    assert told.states["cancelled"] == 20
    assert told.states["pending"] == 7
    assert {each["why"]: each["rows"] for each in told.facts["skipped"]} == {
        "bill of a supplier, no sale": 1,
        "payment without an invoice": 1,
    }
    assert all(checked(told))


def test_the_template_of_xero_for_imports_is_known_by_its_names_with_stars():
    names = "*ContactName,EmailAddress,*InvoiceNumber,Reference,*InvoiceDate,*DueDate,Total,InventoryItemCode,"
    header = f"{names}*Description,*Quantity,*UnitAmount,Discount,*AccountCode,*TaxType,TaxAmount,Currency".split(",")
    assert recognise(header).format.name == "xero_invoices"


def test_tiendanube_in_spanish(read):
    def first(number: int, email: str, state: str, *product: str, **more) -> dict:
        row = {
            "Número de orden": number,
            "Email": email,
            "Fecha": "20/12/2023 10:00:00",
            "Estado de la orden": "Abierta",
        }
        row |= {"Estado del pago": state, "Moneda": "ARS", "Subtotal de productos": "1250,00", "Descuento": "250,00"}
        return row | {"Costo de envío": "500,00", "Total": "1500,00"} | of(*product) | more

    def of(name: str, price: str, quantity: str) -> dict:
        return {"Nombre del producto": name, "Precio del producto": price, "Cantidad del producto": quantity}

    below = {"Número de orden": 1, "Email": "ann@x.y"} | of("Mate", "250,00", "1")
    whole = of("Bombilla", "1250,00", "1")
    told = read(
        "tiendanube_orders",
        [
            first(1, "ann@x.y", "Recibido", "Bombilla", "500,00", "2"),
            below,
            first(2, "bob@x.y", "Pendiente", *whole.values()),
            first(3, "bob@x.y", "Recibido", *whole.values(), **{"Estado de la orden": "Cancelada"}),
            first(4, "cyd@x.y", "Reembolsado", *whole.values()),
        ],
        sep=";",
        encoding="cp1252",
    )
    assert told.customers == {"ann@x.y": (1, Decimal("1000.00")), "cyd@x.y": (1, Decimal(0))}
    assert told.products == {"Bombilla": Decimal(1800), "Mate": Decimal(200)}
    assert told.states == {"sale": 2000, "refund": -1000, "pending": 1000, "cancelled": 1000}
    assert all(checked(told))


def test_nuvemshop_in_portuguese(engine, tmp_path):
    header = "Número do Pedido;E-mail;Data;Status do Pedido;Status do Pagamento;Status do Envio;Subtotal;Desconto;"
    header += "Valor do Frete;Total;Nome do comprador;Cupom de Desconto;Nome do Produto;Valor do Produto;"
    rows = [
        header + "Quantidade Comprada;SKU",
        "1001;a@x.y;10/01/2024 09:30:00;Aberto;Confirmado;Entregue;179.80;0.00;15.00;194.80;Ana;;Kit;99.90;1;K1",
        "1001;a@x.y;;;;;;;;;;;Óleo;79.90;1;O1",
        "1002;a@x.y;20/02/2024 18:00:00;Aberto;Confirmado;Enviado;79.90;7.99;0.00;71.91;Ana;volta10;Óleo;79.90;1;O1",
        "1003;b@x.y;05/03/2024 08:00:00;Aberto;Recusado;;99.90;0;0;99.90;Bia;;Kit;99.90;1;K1",
    ]
    (tmp_path / "vendas.csv").write_text("\n".join(rows), encoding="latin-1")
    source = read_table(tmp_path / "vendas.csv", engine=engine)
    assert source.facts["format_name"] == "tiendanube_orders"
    lines = source.table.to_pandas()
    assert lines.groupby("state").amount.sum().to_dict() == {"sale": Decimal("251.71"), "failed": Decimal("99.9")}
    assert [each["failed"] for each in source.facts["holds"]] == [0, 0]


QUICKBOOKS = """Acme Co,,,,,,,,,
Sales by Customer Detail,,,,,,,,,
"January 1-December 31, 2024",,,,,,,,,

,Transaction date,Transaction type,Num,Product/Service full name,Description,Quantity,Sales price,Amount,Balance
Aaron Christ,,,,,,,,,
,04/29/2024,Invoice,2462,Styling:Coat,Burgundy,1.00,"1,549.00","1,549.00","1,549.00"
,04/29/2024,Invoice,2462,Styling:Shirt,White,1.00,199.00,199.00,"1,748.00"
,04/29/2024,Invoice,2462,Discount,,,,-48.00,"1,700.00"
,04/29/2024,Invoice,2462,Shipping,,1.00,20.00,20.00,"1,720.00"
,05/02/2024,Credit Memo,2470,Styling:Shirt,,-1.00,199.00,-199.00,"1,521.00"
Total for Aaron Christ,,,,,,2.00,,"$1,521.00",
Bo Lee,,,,,,,,,
,11/13/2024,Sales Receipt,2294,Styling:Trouser,,4.00,100.00,400.00,400.00
,11/14/2024,Estimate,77,Styling:Trouser,,4.00,100.00,400.00,800.00
Total for Bo Lee,,,,,,8.00,,$800.00,
TOTAL,,,,,,10.00,,"$2,321.00",

"Accrual Basis Tuesday, December 31, 2024 10:10 AM GMT-05:00",,,,,,,,,
"""


def test_quickbooks_groups_sales_by_customer(engine, tmp_path):
    (tmp_path / "sales.csv").write_text(QUICKBOOKS)
    source = read_table(tmp_path / "sales.csv", engine=engine)
    assert source.facts["format_name"] == "quickbooks_sales_by_customer"
    lines = source.table.to_pandas()
    assert _customers(lines) == {"Aaron Christ": (1, Decimal("1501.00")), "Bo Lee": (1, Decimal("400.00"))}
    assert lines[lines.is_return].amount.tolist() == [-199]
    skipped = {each["why"]: (each["rows"], each["amount"]) for each in source.facts["skipped"]}
    assert skipped["no sale, such as an estimate, a payment or a bill"] == (1, 400)
    assert skipped["shipping of an order"] == (1, 20)


def test_quickbooks_groups_sales_by_product(read):
    def line(product: str, **more) -> dict:
        return {"column_1": product} | more

    def sold(day: str, kind: str, number: str, customer: str, quantity: str, price: str, amount: str) -> dict:
        row = {"Transaction date": day, "Transaction type": kind, "Num": number, "Customer full name": customer}
        return row | {"Quantity": quantity, "Sales price": price, "Amount": amount}

    told = read(
        "quickbooks_sales_by_product",
        [
            line("Web"),
            sold("01/30/2024", "Invoice", "5001", "Acme Corp", "1.00", "1,000.00", "1,000.00"),
            sold("02/20/2024", "Invoice", "5002", "Bo Inc", "2.00", "100.00", "200.00"),
            line("Total for Web", Amount="$1,200.00"),
            line("Domain"),
            sold("02/20/2024", "Invoice", "5002", "Bo Inc", "", "", "25.00"),
            sold("02/21/2024", "Refund", "5003", "Bo Inc", "-1.00", "25.00", "-25.00"),
            line("TOTAL", Amount="$1,200.00"),
        ],
    )
    assert told.customers == {"Acme Corp": (1, Decimal("1000.00")), "Bo Inc": (1, Decimal("200.00"))}
    assert told.products == {"Web": 1200, "Domain": 25}


def test_a_list_of_quickbooks_holds_more_than_sales(read):
    kinds = ["Invoice", "Sales Receipt", "Credit Memo", "Payment", "Estimate", "Bill", "Invoice"]
    rows = [
        {"Date": f"01/{20 + n}/2024", "Transaction type": kind, "Num": 100 + n, "Customer": "Acme", "Status": "Paid"}
        | {"Memo/Description": "Work", "Amount": "-30.00" if kind == "Credit Memo" else "1,100.00"}
        for n, kind in enumerate(kinds)
    ]
    rows[-1]["Status"] = "Voided"
    told = read("quickbooks_transactions", rows)
    assert told.customers == {"Acme": (2, Decimal("2170.00"))}
    assert told.states["cancelled"] == 1100
    assert told.facts["skipped"][0]["rows"] == 3


def test_invoices_written_for_quickbooks(read):
    first = {"InvoiceNo": "Q-1", "Customer": "Ann Poe", "InvoiceDate": "16/04/2024", "DueDate": "16/05/2024"}
    first |= {"Item(Product/Service)": "Stone", "ItemQuantity": 4.5, "ItemRate": "185.00", "ItemAmount": "832.50"}
    below = {"InvoiceNo": "Q-1", "Item(Product/Service)": "Traffic", "ItemQuantity": 1, "ItemRate": 4, "ItemAmount": 4}
    told = read("quickbooks_invoices", [first, below])
    assert told.customers == {"Ann Poe": (1, Decimal("836.50"))}
    assert all(checked(told))


def test_sage_50_sells_by_si_and_takes_back_by_sc(read):
    def row(kind: str, customer: str, number: str, net: str, tax: str, gross: str) -> dict:
        row = {"Type": kind, "Account Reference": customer, "Nominal A/C Ref": 4000, "Date": "03/04/2024"}
        return row | {
            "Reference": number,
            "Details": "Goods",
            "Net Amount": net,
            "Tax Amount": tax,
            "Gross Amount": gross,
        }

    told = read(
        "sage50_transactions",
        [
            row("SI", "ACM001", "1001", "100.00", "20.00", "120.00"),
            row("SI", "ACM001", "1001", "50.00", "10.00", "60.00"),
            row("SC", "ACM001", "C12", "30.00", "6.00", "36.00"),
            row("SI", "BOB001", "1002", "10.00", "2.00", "12.00"),
            row("PI", "SUP001", "P9", "500.00", "100.00", "600.00"),
            row("SR", "ACM001", "R1", "120.00", "0.00", "120.00"),
        ],
    )
    assert told.customers == {"ACM001": (1, Decimal("120.00")), "BOB001": (1, Decimal("10.00"))}
    assert told.lines.ordered_at.dt.strftime("%Y-%m-%d").unique().tolist() == ["2024-04-03"]
    assert told.facts["skipped"][0]["rows"] == 2
    assert all(checked(told))


def test_amazon_business_is_what_people_of_a_company_bought(read):
    def item(order: str, user: str, price: str, quantity: int, *money: str, state: str = "Closed") -> dict:
        row = {"Order Date": "11/21/2023", "Order ID": order, "Account Group": "Acme LLC", "Order Status": state}
        row |= {"Account User": user, "Account User Email": f"{user}@acme.example", "Title": "Desk", "Currency": "USD"}
        names = ("Item Subtotal", "Item Shipping & Handling", "Item Promotion", "Item Tax", "Item Net Total")
        return row | {"Purchase PPU": price, "Item Quantity": quantity} | dict(zip(names, money, strict=True))

    told = read(
        "amazon_business_orders",
        [
            item("112-1", "dan", "48.59", 1, "48.59", "8.31", "-8.31", "4.01", "52.60"),  # the shipping was a gift
            item("112-2", "dan", "10.00", 2, "20.00", "0.00", "-5.00", "1.50", "16.50"),
            item("112-3", "eve", "10.00", 1, "10.00", "2.00", "0.00", "1.00", "13.00"),
            item("112-4", "eve", "10.00", 1, "10.00", "2.00", "0.00", "1.00", "13.00", state="Cancelled"),
        ],
    )
    assert told.customers == {"dan@acme.example": (2, Decimal("63.59")), "eve@acme.example": (1, Decimal("10.00"))}
    assert all(checked(told))


def test_eventbrite_attendees_belong_to_their_order(read):
    def row(number: int, email: str, paid: str, state: str = "Attending") -> dict:
        row = {"Order no.": number, "Order Date": "2024-05-01 10:00:00", "Email": email, "Quantity": 1}
        return row | {"Ticket Type": "Early bird", "Total Paid": paid, "Attendee Status": state, "Currency": "GBP"}

    told = read(
        "eventbrite_attendees",
        [
            row(1, "guest@x.y", "25.00") | {"Buyer Email": "ann@x.y"},
            row(1, "ann@x.y", "25.00", "Checked In") | {"Buyer Email": "ann@x.y"},
            row(2, "bob@x.y", "25.00"),
            row(3, "bob@x.y", "25.00", "Not Attending"),
        ],
        more=("Buyer Email",),
    )
    assert told.customers == {"ann@x.y": (1, Decimal("50.00")), "bob@x.y": (1, Decimal("25.00"))}
    assert told.states["cancelled"] == 25


def test_newer_files_of_eventbrite_tell_the_price_of_a_ticket(engine, tmp_path):
    text = (
        "Order ID,Order Date,Attendee Status,Name,Email,Event Name,Ticket Quantity,Ticket Type,Ticket Price,Buyer Email"
    )
    text += "\n7,2024-05-01 10:00:00,Attending,Ann,ann@x.y,Fair,2,Adult,12.50,ann@x.y\n"
    (tmp_path / "attendees.csv").write_text(text)
    source = read_table(tmp_path / "attendees.csv", engine=engine)
    assert source.facts["format_name"] == "eventbrite_attendees"
    (line,) = source.table.to_pandas().to_dict("records")
    assert (line["amount"], line["product_name"]) == (25, "Adult")


def test_eventbrite_orders_without_fees_and_taxes(read):
    def row(number: int, email: str, tickets: str, more: str, state: str = "Completed") -> dict:
        row = {"Order ID": number, "Order date": "2024-05-01 10:00:00", "Buyer email": email, "Event name": "Fair"}
        row |= {"Event ID": 9, "Ticket quantity": 2, "Currency": "EUR", "Payment status": state, "Gross sales": "40.00"}
        row |= {"Ticket revenue": tickets, "Add-ons revenue": more, "Net sales": "30.00"}
        return row | {"Ticket + add-ons revenue": f"{float(tickets) + float(more):.2f}"}

    told = read(
        "eventbrite_orders",
        [
            row(1, "Ann@x.y", "30.00", "5.00"),
            row(2, "bob@x.y", "30.00", "0", "Refunded"),
            row(3, "b@x.y", "1", "0", "Deleted"),
        ],
    )
    assert told.customers == {"ann@x.y": (1, Decimal("35.00")), "bob@x.y": (1, Decimal(0))}
    assert all(checked(told))


def test_gifts_by_actblue_are_orders(read):
    def gift(receipt: str, payment: int, day: str, amount: str, line: int, **more) -> dict:
        row = {"Receipt ID": receipt, "Payment ID": payment, "Lineitem ID": line, "Date": f"{day} 17:33:08"}
        return row | {"Amount": amount, "Donor Email": "ann@x.y", "Recipient": "Fund", "Recurrence Number": 1} | more

    told = read(
        "actblue_contributions",
        [
            gift("AB1", 1, "2024-01-09", "25.00", 1),
            gift("AB1", 2, "2024-02-09", "25.00", 2, **{"Recurrence Number": 2}),
            gift("AB2", 3, "2024-03-01", "10.00", 3),
            gift("AB2", 3, "2024-03-01", "5.00", 4, Recipient="Friends"),
            gift("AB3", 4, "2024-03-05", "100.00", 5, **{"Refund ID": 8, "Refund Date": "2024-04-01 09:00:00"}),
        ],
    )
    assert told.customers == {"ann@x.y": (4, Decimal("65.00"))}
    assert told.lines[told.lines.is_return].ordered_at.dt.month.tolist() == [4]


def test_gifts_by_givewp_are_orders(read):
    states = ("Complete", "Renewal", "Refunded", "Pending", "Complete")
    rows = [
        {"Donation ID": 10 + n, "Email Address": "ann@x.y", "Donation Total": "1,050.00", "Donation Status": state}
        | {"Donation Date": "October 5, 2024", "Donation Time": f"1{n}:30", "Form Title": "Roof", "Form ID": 3}
        | {"Payment Mode": "live" if n < 4 else "test", "Currency Code": "USD"}
        for n, state in enumerate(states)
    ]
    told = read("givewp_donations", rows)
    assert told.customers == {"ann@x.y": (3, Decimal("2100.00"))}
    assert (told.states["pending"], told.states["test"]) == (1050, 1050)
    assert told.lines.ordered_at.min().isoformat() == "2024-10-05T10:30:00"


def test_a_date_joined_with_a_time_that_a_file_lacks_is_the_date(engine, tmp_path):
    text = "Donation ID,Email Address,Donation Total,Donation Status,Donation Date,Form Title\n"
    (tmp_path / "gifts.csv").write_text(text + '1,ann@x.y,25.00,Complete,"October 5, 2024",Roof\n')
    lines = read_table(tmp_path / "gifts.csv", engine=engine).table.to_pandas()
    assert lines.ordered_at.dt.strftime("%Y-%m-%d %H:%M").tolist() == ["2024-10-05 00:00"]


def test_recurly_invoices_and_credits(engine, tmp_path):
    def invoice(number: int, state: str = "paid", kind: str = "charge", sign: int = 1, **more) -> dict:
        line = {"object": "line_item", "plan_code": "pro", "description": "Pro", "quantity": 1, "unit_amount": 100.0}
        row = {"id": f"i{number}", "object": "invoice", "type": kind, "origin": "renewal", "state": state}
        row |= {"number": str(number), "collection_method": "automatic", "currency": "USD"}
        row |= {
            "account": {"id": "a1", "code": "acme", "email": "Ann@x.y"},
            "created_at": f"2024-0{number}-05T10:00:00Z",
        }
        row |= {"subtotal": 100.0 * sign, "discount": 10.0 * sign, "tax": 18.0 * sign, "total": 108.0 * sign}
        return row | {"line_items": [line, line | {"plan_code": "seat", "unit_amount": 25.0}]} | more

    rows = [invoice(1), invoice(2), invoice(3, kind="credit", state="closed", sign=-1), invoice(4, "past_due")]
    rows += [invoice(5, "failed"), invoice(6, "voided"), invoice(7, "voided", kind="credit", sign=-1)]
    (tmp_path / "invoices.json").write_text(json.dumps({"object": "list", "has_more": False, "data": rows}))
    source = read_table(tmp_path / "invoices.json", engine=engine)
    assert source.facts["format_name"] == "recurly_invoices_api"
    assert [each["failed"] for each in source.facts["holds"]] == [0]
    lines = source.table.to_pandas()
    assert _customers(lines) == {"ann@x.y": (2, Decimal("90.00"))}
    assert lines[lines.order_id == "1"].set_index("product_id").amount.to_dict() == {"pro": 72, "seat": 18}
    assert set(lines.state) == {"sale", "refund", "pending", "failed", "cancelled"}


def test_recharge_charges(engine, tmp_path):
    def charge(number: int, status: str, back: str = "0.00") -> dict:
        tea = {"sku": "TEA", "title": "Tea", "quantity": 2, "unit_price": "10.00", "total_price": "20.00"}
        mug = {
            "sku": "",
            "external_product_id": {"ecommerce": "77"},
            "title": "Mug",
            "quantity": 1,
            "unit_price": "10.00",
        }
        row = {"id": number, "address_id": 5, "customer": {"id": 9, "email": "ann@x.y"}, "line_items": [tea, mug]}
        row |= {"scheduled_at": f"2024-01-{10 + number}", "status": status, "currency": "USD", "type": "recurring"}
        row |= {"processed_at": None if status == "queued" else f"2024-01-{10 + number}T08:00:00", "discounts": []}
        row |= {"subtotal_price": "27.00", "total_line_items_price": "30.00", "total_discounts": "3.00"}
        return row | {"total_price": "34.00", "total_refunds": back, "external_order_id": {"ecommerce": f"45{number}"}}

    rows = [charge(1, "success"), charge(2, "partially_refunded", "9.00"), charge(3, "refunded", "34.00")]
    rows += [charge(4, "queued"), charge(5, "skipped"), charge(6, "error")]
    (tmp_path / "charges.json").write_text(json.dumps({"charges": rows, "next_cursor": None}))
    source = read_table(tmp_path / "charges.json", engine=engine)
    assert source.facts["format_name"] == "recharge_charges_api"
    assert [each["failed"] for each in source.facts["holds"]] == [0]
    lines = source.table.to_pandas()
    assert _customers(lines) == {"ann@x.y": (3, Decimal("45.00"))}
    assert lines[lines.order_id == "1"].set_index("product_id").amount.to_dict() == {"TEA": 18, "77": 9}
    assert set(lines.state) == {"sale", "refund", "pending", "cancelled", "failed"}


SQUARE = "Customer ID,Customer Name,Customer Reference ID,Unit,Count,Itemization Type,Fulfillment Note,Channel,Token"


def test_newer_headers_of_squares_till_are_known():
    items = [*HEADERS["square_items"][:-3], *SQUARE.split(","), "Card Brand", "PAN Suffix"]
    assert recognise(items).format.name == "square_items"
    more = (
        "Service Charges,Tender Note,Discount Name,Transaction Status,Refund Reason,Cash App,Order Reference ID,Channel"
    )
    assert recognise([*HEADERS["square_transactions"], *more.split(",")]).format.name == "square_transactions"
