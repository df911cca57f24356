"""Shops, invoices, tills, donations: small exports by hand, and the orders, customers and cents that they tell."""

from __future__ import annotations

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
