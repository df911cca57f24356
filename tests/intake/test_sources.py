"""Files and formats into canonical tables."""

from decimal import Decimal

import pandas as pd
import pytest

from seglib.errors import InputError
from seglib.intake.sources import load_format, read_table

ROWS = {
    "InvoiceNo": ["1", "2"],
    "Customer ID": ["a", "b"],
    "InvoiceDate": ["2024-01-05", "2024-01-06"],
    "Amount": ["5", "-2.5"],
}


@pytest.mark.parametrize("ending", ["csv", "tsv", "csv.gz", "parquet", "xlsx"])
def test_the_same_table_from_every_kind_of_file(tmp_path, ending):
    path = tmp_path / f"orders.{ending}"
    frame = pd.DataFrame(ROWS)
    if ending == "parquet":
        frame.to_parquet(path)
    elif ending == "xlsx":
        pytest.importorskip("openpyxl", reason="only needed to write the test's file").Workbook()
        frame.to_excel(path, index=False)
    else:
        frame.to_csv(path, index=False, sep="\t" if ending == "tsv" else ",")
    source = read_table(path)
    table = source.table.order_by("order_id").to_pandas()
    assert table.order_id.tolist() == ["1", "2"]
    assert table.amount.tolist() == [Decimal("5"), Decimal("-2.5")]
    assert table.is_return.tolist() == [False, True]
    assert source.facts["rows"] == 2
    assert len(source.facts["sha256"]) == 64


def test_amount_from_quantity_price_and_discount(orders_csv):
    path = orders_csv(
        "order_id,customer_id,order_date,qty,price,discount\n1,a,2024-01-01,3,2.55,0.65\n2,a,2024-01-02,-1,2.55,\n"
    )
    table = read_table(path).table.order_by("order_id").to_pandas()
    assert table.amount.tolist() == [Decimal("7.00"), Decimal("-2.55")]
    assert table.quantity.tolist() == [3, -1]


def test_a_format_of_ones_own(orders_csv, tmp_path):
    path = orders_csv("Nr;Wer;Wann;Summe;Rabatt 1;Rabatt 2\nC1;a;31.12.2024;10,50;1;0,5\n2;a;01.01.2025;4;;1\n")
    form = tmp_path / "mein.yaml"
    form.write_text(
        "columns:\n  order_id: Nr\n  customer_id: [Kunde, Wer]\n  ordered_at: Wann\n  amount: Summe\n"
        "  discount: {sum: [Rabatt 1, Rabatt 2]}\n  currency: {constant: EUR}\nreturns:\n  order_id_starts_with: C\n"
    )
    table = read_table(path, format=str(form)).table.order_by("order_id").to_pandas()
    assert table.discount.tolist() == [Decimal("1"), Decimal("1.5")]
    assert table.amount.tolist() == [Decimal("4"), Decimal("-10.5")]
    assert table.is_return.tolist() == [False, True]
    assert table.currency.tolist() == ["EUR", "EUR"]


def test_order_numbers_joined_from_two_columns(orders_csv):
    path = orders_csv("customer_id,date,amount\na,2024-01-01,3\nb,2024-01-01,4\n")
    table = read_table(path, columns={"order_id": {"join": ["customer_id", "date"]}}).table.to_pandas()
    assert sorted(table.order_id) == ["a-2024-01-01", "b-2024-01-01"]


def test_all_missing_columns_are_told_at_once_with_what_was_found(orders_csv):
    with pytest.raises(InputError) as caught:
        read_table(orders_csv("Foo,Bar\n1,2\n"))
    assert len(caught.value.faults) == 1
    told = "'order_id', 'customer_id', 'ordered_at' and 'amount' (or 'quantity' and 'unit_price'). Found ['Foo', 'Bar']"
    assert f"no column for {told}" in caught.value.faults[0]


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("empty.csv", b"", "is empty"),
        ("header.csv", b"order_id,customer_id,date,amount\n", "no rows under the header"),
        ("orders.pdf", b"%PDF", "not a kind of file"),
        ("broken.parquet", b"PAR1 not really", "cannot be read as .parquet"),
        ("broken.xlsx", b"not a sheet", "cannot be read as .xlsx"),
    ],
)
def test_refuses_files(tmp_path, name, content, fault):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError, match=fault):
        read_table(path)


def test_refuses_a_missing_file_and_offers_the_near_one(orders_csv):
    path = orders_csv()
    with pytest.raises(InputError, match=r"no such file. Did you mean 'orders.csv'"):
        read_table(path.with_name("order.csv"))


def test_refuses_bad_formats(tmp_path):
    with pytest.raises(InputError, match=r"Did you mean 'guess'"):
        load_format("gues")
    for text, fault in (("- a", "expected keys"), ("x: 1", "says nothing of lines"), ("a: b: c", "not valid YAML")):
        path = tmp_path / "f.yaml"
        path.write_text(text)
        with pytest.raises(InputError, match=fault):
            load_format(str(path))
    path.write_text("columns: {oder_id: x}\nreturn: {}\n")
    with pytest.raises(InputError, match=r"unknown column 'oder_id'. Did you mean 'order_id'") as caught:
        load_format(str(path))
    assert "unknown key 'return'" in str(caught.value)


def test_named_columns_must_be_there(orders_csv):
    with pytest.raises(InputError, match=r"no column 'Ordr ID' for order_id. Did you mean 'Order ID'"):
        read_table(orders_csv(), columns={"order_id": "Ordr ID"})


def test_copies_are_marked_only_where_lines_tell_what_was_bought(orders_csv):
    twice = "1,a,2024-01-01,tea,3\n"
    path = orders_csv(
        f"order_id,customer_id,date,product,amount\n{twice * 3}2,a,2024-01-01,tea,3\n1,a,2024-01-01,pot,3\n"
    )
    assert sorted(read_table(path).table.to_pandas()["copy"]) == [0, 0, 0, 1, 2]
    assert "copy" not in read_table(path, duplicates="keep").table.columns
    plain = orders_csv("order_id,customer_id,date,amount\n1,a,2024-01-01,3\n1,a,2024-01-01,3\n", "plain.csv")
    assert sorted(read_table(plain).table.to_pandas()["copy"]) == [0, 1]  # then each number stands on one row
    two = orders_csv(
        "order_id,customer_id,date,amount\n1,a,2024-01-01,3\n1,a,2024-01-01,3\n1,a,2024-01-01,4\n", "2.csv"
    )
    assert "copy" not in read_table(two).table.columns
    assert sorted(read_table(plain, duplicates="drop").table.to_pandas()["copy"]) == [0, 1]


def test_contacts_bring_their_attributes_but_not_who_they_are(orders_csv):
    path = orders_csv(
        "customer_id,First Name,E-mail,Age Band,Kids Count,Zip Code\na,Ann,a@b.c,30-39,2,123\n", "contacts.csv"
    )
    assert read_table(path, "contacts").table.columns == ("customer_id", "age_band", "email", "kids_count")
