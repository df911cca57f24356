"""Common names of columns: found in twelve languages, and none taken from the column that it stands for."""

from __future__ import annotations

from pathlib import Path

import pytest

from seglib.intake.formats import header_names, known_formats, load_format, normalised
from seglib.intake.formats.layout import headers_of, read_yaml, tables_of
from seglib.intake.shaping.cells import resolve
from seglib.shop.shop import open_shop
from seglib.tables.canonical import TABLES

# Order number, customer, date, amount, as systems and people of twelve countries write them.
HEADERS = [
    "order_id,customer_id,order_date,total_amount",
    "Transaction No.,Account ID,date_created,Amt",
    "donation_id,donor_id,Donation date,Donation amount",
    "order ref,contact_id,Placed at,Order amount",
    "Bestellnr.,Kundennummer,Auftragsdatum,Gesamtbetrag",
    "Rechnungs-Nr,Kunden-Nr.,Rechnungsdatum,Nettobetrag",
    "numero_commande,Code client,Date de commande,Montant total",
    "N° commande,E-mail client,Date d'achat,Montant TTC",
    "Nº pedido,Código de cliente,Fecha del pedido,Importe",
    "numero de orden,Correo electrónico,Fecha,Monto total",
    "Número do pedido,Código do cliente,Data da compra,Valor total",
    "N. ordine,Codice cliente,Data ordine,Totale",
    "Numero scontrino,Numero tessera,Data,Importo totale",
    "Nr. comandă,Cod client,Data comenzii,Valoare totală",
    "Номер замовлення,Код клієнта,Дата замовлення,Сума",
    "№ замовлення,Клієнт,Дата,Всього",
    "Numer zamówienia,Nr klienta,Data zamówienia,Wartość brutto",
    "Sipariş Numarası,Müşteri No,Sipariş Tarihi,Toplam Tutar",
    "Номер заказа,Покупатель,Дата заказа,Сумма заказа",
    "Bestelnummer,Klantnummer,Besteldatum,Totaalbedrag",
]


@pytest.mark.parametrize("header", HEADERS)
def test_orders_of_every_language_are_read(orders_csv, header):
    rows = "A-1,k1,2024-01-05,10.50\nA-2,k2,2024-02-01,20\nA-3,k1,2024-03-01,5\n"
    shop = open_shop(orders_csv(f"{header}\n{rows}"))
    assert shop.customers.monetary_value.to_dict() == {"k1": 15.5, "k2": 20}
    assert shop.customers.frequency.to_dict() == {"k1": 2, "k2": 1}


def test_an_id_goes_before_an_address_and_a_name_comes_last(orders_csv):
    def customers(header: str) -> list[str]:
        path = orders_csv(f"Kundenname,E-Mail,{header},Bestellnr,Datum,Betrag\nAnn,a@b.c,K7,1,2024-01-05,5\n")
        return open_shop(path).customers.index.tolist()

    assert customers("Kundennummer") == ["K7"]
    assert customers("Notiz") == ["a@b.c"]


@pytest.mark.parametrize("table", TABLES)
def test_a_name_stands_for_one_column(table):
    whose: dict[str, str] = {}
    shared = ({"customer_id", "email"}, {"customer_id", "visitor_id"})
    for column, names in load_format("guess", table).columns.items():
        assert len({*map(normalised, names)}) == len(names), column
        for name in names:
            other = whose.setdefault(normalised(name), column)
            assert other == column or {other, column} in shared, name


# Where a guess from the header of a known format differs from the format, which knows better: why.
KNOWN = {
    ("amazon_consumer_order_history", "customer_id"),  # the buyer's name: every order is one's own
    ("ebay_orders_report", "customer_id"),  # the e-mail goes before the name of the user
    ("ebay_orders_report", "amount"),
    ("ecwid_orders_api", "coupon_code"),  # inside an object
    ("edd_payments", "order_id"),
    ("edd_payments", "payment_ref"),
    ("etsy_sold_order_items", "amount"),
    ("etsy_sold_orders", "amount"),
    ("magento_sales_order_grid", "amount"),
    ("medusa_orders", "amount"),
    ("medusa_orders", "status"),
    ("paypal_activity", "order_id"),  # the invoice is the shop's number
    ("razorpay_payments", "order_id"),
    ("shopify_orders", "order_id"),  # "Name", which nobody would guess
    ("shopify_orders", "discount"),
    ("shopify_orders", "channel"),
    ("stripe_payments", "order_id"),
}


def test_no_name_takes_the_column_of_another(shared):
    import yaml

    told = yaml.safe_load(Path(shared("export_formats.yaml")).read_text(encoding="utf-8"))["sources"]
    wrong = set()
    for name, path in known_formats().items():
        for table in tables_of(read_yaml(path)) if name in told else ():
            there = header_names(_flat(told[name]["columns"]))
            known, guess = load_format(name, table).columns, load_format("guess", table).columns
            for column in known.keys() & guess.keys():
                found = resolve(guess[column], there, "")
                meant = {there.get(normalised(header)) for header in headers_of(known[column])}
                wrong |= {(name, column)} if found and found not in meant else set()
    assert wrong <= KNOWN


def _flat(columns: object) -> list[str]:
    lists = columns.values() if isinstance(columns, dict) else [columns]
    return [str(name) for each in lists for name in each]
