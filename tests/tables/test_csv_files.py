"""Tables that people open in a spreadsheet."""

from __future__ import annotations

import csv
import io

import pandas as pd
import pytest

from seglib.command.cli import main
from seglib.shop.saved import SavedTables
from seglib.shop.shop import open_shop
from seglib.tables.csv_files import read_csv, write_csv

FORMULAS = ["=cmd|' /C calc'!A0", "+49 170 1234567", "-tea", "@sum(A1)", "\t=1+1", "\r=1", "＝1+1", "-3.5x", "=-3.5"]


@pytest.mark.parametrize("text", FORMULAS)
def test_what_a_spreadsheet_takes_for_a_formula_is_text_and_read_back_as_it_was(tmp_path, text):
    table = pd.DataFrame({text: [text, "'" + text, "''=1", "'Tea", "-3.5", "+7", None], "share": [-3.5] * 7})
    write_csv(table, tmp_path / "a.csv")
    rows = cells_of(tmp_path / "a.csv")
    assert [rows[0][0], rows[1][0], rows[1][1]] == [f"'{text}", f"'{text}", "-3.5"]
    assert [row[0] for row in rows[5:8]] == ["-3.5", "+7", ""]
    back = read_csv(tmp_path / "a.csv", dtype={f"'{text}": "object"})
    assert back.fillna("none").to_numpy().tolist() == table.fillna("none").to_numpy().tolist()
    assert list(back) == list(table)


def cells_of(file):
    return list(csv.reader(io.StringIO(file.read_bytes().decode(), newline="")))


def test_tables_of_a_report_hold_no_formula_and_the_next_report_reads_them(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lines = [
        f"{i},c{i % 200},2024-{1 + i % 9:02}-11,{5 + i % 7},{FORMULAS[i % 4]},{FORMULAS[(i + 1) % 4]},=EUR"
        for i in range(400)
    ]
    text = "order_id,customer_id,ordered_at,amount,category,product_name,channel\n" + "\n".join(lines)
    (tmp_path / "orders.csv").write_text(text, encoding="utf-8")
    for out in ("first", "second"):
        since = ["--since", "first"] if out == "second" else []
        assert main(["report", "orders.csv", "--only", "01", "--out", out, "--quiet", *since]) == 0
    found = set()
    for file in sorted((tmp_path / "second" / "tables").glob("*.csv")):
        for row in cells_of(file):
            for cell in row:
                found |= {cell} & {f"'{text}" for text in FORMULAS}
                assert cell[:1] not in "=+-@\t\r" or not cell or is_number(cell), (file.name, cell)
    assert found


def is_number(cell):
    try:
        return bool(float(cell)) or True
    except ValueError:
        return False


def test_what_a_run_saves_is_read_back_as_it_was(orders_csv, tmp_path):
    rows = "".join(f"{i},c{i},2024-01-05,10.50,=1+1\n" for i in range(30))
    path = orders_csv(f"Order ID,Customer,Order Date,Total,Category\n{rows}99,b,2024-01-06,3,@x\n")
    shop = open_shop(path)
    shop.save(tmp_path / "run")
    saved = SavedTables(tmp_path / "run").quality
    assert "'=1+1" in (tmp_path / "run" / "tables" / "quality.csv").read_text()
    assert saved.set_index("column").loc["category", "example"] == "=1+1"
