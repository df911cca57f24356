"""Formats as data: read, checked, recognised by their header, listed, drafted."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from seglib.errors import InputError
from seglib.intake.formats import (
    draft_format,
    format_table,
    format_text,
    kind_of_table,
    known_formats,
    list_formats,
    load_format,
    recognise,
)
from seglib.intake.sources import read_table
from seglib.tables.canonical import TABLES

HEADERS = yaml.safe_load((Path(__file__).parent / "export_headers.yaml").read_text(encoding="utf-8"))
NO_SINGLE_FILE = {"olist_orders", "olist_order_items", "olist_payments", "razorpay_payments_settlement_recon"}


@pytest.mark.parametrize("name", [name for name in HEADERS if name not in NO_SINGLE_FILE])
def test_every_real_header_is_recognised_as_its_own_format(name):
    found = recognise(HEADERS[name])
    assert found.format is not None
    assert found.format.name == name
    assert "its header has" in found.why


@pytest.mark.parametrize("name", [name for name in known_formats() if name != "guess"])
def test_shipped_formats_are_sound_and_documented(name):
    layout = load_format(name)
    assert layout.recognise
    assert layout.notes
    assert layout.tested_on
    canonical = {column.name for column in TABLES[layout.table]}
    assert set(layout.lacks) <= canonical
    assert not set(layout.lacks) & set(layout.columns)


def test_older_and_reordered_headers_are_recognised_too():
    header = HEADERS["shopify_orders"]
    assert recognise(header[:47]).format.name == "shopify_orders"
    assert recognise([name.upper().replace(" ", "_") for name in reversed(header)]).format.name == "shopify_orders"
    assert recognise(["nr", "wer"]).format is None


def test_two_that_fit_equally_are_refused_by_name(tmp_path):
    for name in ("one", "two"):
        text = "recognise: [Beleg, Kunde]\ncolumns: {order_id: Beleg, customer_id: Kunde}\n"
        (tmp_path / f"{name}.yaml").write_text(text)
    with pytest.raises(InputError, match="the header fits one and two equally well"):
        recognise(["Beleg", "Kunde", "Summe"], folder=tmp_path)
    (tmp_path / "two.yaml").write_text(
        "recognise: [Beleg, Kunde]\ncolumns: {order_id: Beleg, customer_id: Kunde, amount: Summe}\n"
    )
    assert recognise(["Beleg", "Kunde", "Summe"], folder=tmp_path).format.name == "two"


def test_a_format_beside_the_file_works_like_ours(orders_csv, tmp_path):
    (tmp_path / "kasse.yaml").write_text(
        "title: Kasse\nrecognise: [Beleg, Wer]\n"
        "columns: {order_id: Beleg, customer_id: Wer, ordered_at: Wann, amount: Summe}\n"
    )
    path = orders_csv("Beleg,Wer,Wann,Summe\n1,a,2024-01-05,3\n")
    for layout in ("", "kasse", "kasse.yaml"):
        assert read_table(path, format=layout).facts["format"] == "Kasse"


def test_all_faults_are_told_at_once(tmp_path):
    path = tmp_path / "bad.yaml"
    path.write_text(
        "colums: {}\nlevel: row\nmoney: {decimal: x, minor_units: many}\ndates: {zone: Europe/Rom}\n"
        "columns: {oder_id: Nr, amount: {summ: [A, B]}, quantity: {times: A}, discount: {sum: [A], none: [x]}}\n"
        "states: {cancelled: void, otherwise: sold}\nalso: [{column: A, state: tested}]\nskip: [{column: A}]\n"
        "items: {column: P, separator: '(', pattern: '(?P<produkt>.*'}\nrefund_reference: {to: ordr}\n"
    )
    with pytest.raises(InputError) as caught:
        load_format(str(path))
    told = "\n".join(caught.value.faults)
    for part in (
        "unknown key 'colums'. Did you mean 'columns'",
        "unknown column 'oder_id'. Did you mean 'order_id'",
        "level is 'row'",
        "decimal is 'x'",
        "minor_units is 'many'",
        "'Europe/Rom' is not known. Did you mean 'Europe/Rome'",
        "{'summ': ['A', 'B']}; expected one of",
        "times is 'A'; expected a list",
        "'none' does not go with 'sum'",
        "states: no column",
        "cancelled is 'void'; expected a list",
        "otherwise is 'sold'",
        "unknown state 'tested'. Did you mean 'test'",
        "asks nothing",
        "expected column, one of values",
        "is no regular expression",
        "refund_reference: no column",
        "to is 'ordr'. Did you mean 'order_id'",
    ):
        assert part in told, part


def test_faults_of_forms_and_conditions_are_told(tmp_path):
    path = tmp_path / "bad.yaml"
    path.write_text(
        "columns: {order_id: Nr, amount: {divided: [A]}, quantity: {total: Q}"
        ", ordered_at: {later: D, minutes: M, days: T}, unit_price: {of: P, pattern: '(?=x)'}"
        ", discount: {total: Q, by: 3}}\n"
        "also: [{all: [], state: test}, {all: [{column: A, sign: minus}], column: B, state: test}]\n"
        "skip: [{column: A, repeats: [], why: x}, {column: A, filled: true, amount: {summ: [A]}, why: y}"
        ", {column: A, filled: true, latest: D, why: z}, {column: A, repeats: B, latest: [], why: z}]\n"
        "items: {column: P, fields: {product_id: sku}, none: x}\n"
        "holds: [{left: A, rigth: B, of: file, tolerance: some, where: {column: A}}, x]\n"
    )
    with pytest.raises(InputError) as caught:
        load_format(str(path))
    told = "\n".join(caught.value.faults)
    for part in (
        "amount: divided is ['A']; expected two columns",
        "quantity: total needs 'by'",
        "later needs one of seconds, minutes, hours, days",
        "unit_price: pattern '(?=x)' is no regular expression",
        "expected all: a list of conditions, and state",
        "'column' does not go with 'all'",
        "sign is 'minus'; expected negative or positive",
        "skip: repeats is []; expected a column",
        "skip: unknown key 'latest'",
        "skip: latest is []; expected a column",
        "skip: amount is {'summ': ['A']}; expected",
        "items: none is 'x'; expected a list of values",
        "holds: no right in",
        "holds: no source in",
        "holds: unknown key 'rigth'. Did you mean 'right'",
        "holds: of is 'file'; expected row or order",
        "holds: tolerance is 'some'; expected a number",
        "holds: where: {'column': 'A', 'why': ''} asks nothing",
        "holds: 'x'; expected left, right and source",
    ):
        assert part in told, part


def test_words_of_yaml_stay_words(tmp_path):
    path = tmp_path / "f.yaml"
    path.write_text("columns: {order_id: No, customer_id: On}\nstates: {column: S, pending: [no, 01, 12:30]}\n")
    layout = load_format(str(path))
    assert layout.columns["order_id"] == "No"
    assert layout.states["pending"] == ["no", "01", "12:30"]


def test_list_and_table_tell_the_same():
    listed = list_formats()
    assert [*listed.columns] == [
        "name",
        "title",
        "kind",
        "table",
        "level",
        "gives",
        "lacks",
        "notes",
        "holds",
        "tested_on",
    ]
    assert len(listed.name.unique()) >= 27
    table = format_table()
    assert all(f"`{name}`" in table for name in listed.name)
    assert len({line.count("|") for line in table.splitlines()}) == 1
    assert format_text("paypal_activity").startswith("title: PayPal activity")


def test_a_draft_marks_guesses_and_can_be_used(orders_csv, tmp_path):
    path = orders_csv(
        "Bestellnummer;Kunden-Nr;Bestelldatum;Artikel;Menge;Preis brutto;Status\n"
        "1;a;31.12.2024;Tee;2;10,50;bezahlt\n1;a;31.12.2024;Topf;1;4,00;bezahlt\n2;b;30.12.2024;Tee;1;1;storniert\n"
    )
    text = draft_format(path)
    assert 'order_id: "Bestellnummer"  # guess, e.g. "1"' in text
    assert "level: line  # guess" in text
    assert 'cancelled: ["storniert"]' in text
    assert "# amount: ...  # to be filled in" in text
    assert '#   "Preis brutto", e.g. "10,50"' in text
    form = tmp_path / "draft.yaml"
    form.write_text(text.replace("  # amount: ...", '  amount: "Preis brutto"'), encoding="utf-8")
    lines = read_table(path, format=str(form)).table.to_pandas()
    assert sorted(lines.state) == ["cancelled", "sale", "sale"]
    assert float(lines.amount.sum()) == 15.5


def test_a_draft_of_a_known_export_says_so(orders_csv):
    header = ",".join(f'"{name}"' for name in HEADERS["magento_sales_order_grid"])
    assert "recognised as Magento" in draft_format(orders_csv(header + "\n" + "," * 17 + "\n1" + "," * 17 + "\n"))


KINDS = {
    "tickets": ["Subject", "Assignee", "Created"],
    "deals": ["Account Name", "Stage", "Close Date"],
    "responses": ["Timestamp", "How satisfied are you?", "Would you come again?"],
    "products": ["id", "name", "price"],
    "contacts": ["Email Address", "First Name", "Last Name"],
    "": ["Order ID", "Email", "City", "Total"],
}


@pytest.mark.parametrize("table", KINDS)
def test_each_group_of_a_sign_counts(table):
    found = kind_of_table(KINDS[table])
    assert (found.table if found else "") == table
    assert kind_of_table(KINDS[table][:1]) is None
