"""Workbooks as people keep them: several sheets, merged cells, groups above the names; files without a header."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest

from seglib.command.cli import main
from seglib.shop.shop import open_shop

openpyxl = pytest.importorskip("openpyxl", reason="only needed to write the test's files")

HEADER = ["Order ID", "Customer ID", "Order Date", "Amount"]


def month(number: int, first: int = 1) -> list[list[object]]:
    return [HEADER, *([f"{number}-{i}", f"c{i % 2}", f"2024-{number:02d}-0{i}", 10.0] for i in range(first, first + 3))]


def make_book(sheets: dict[str, list[list[object]]], merged: tuple[str, ...] = ()) -> None:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        for area in merged:
            sheet.merge_cells(area)
    book.save("orders.xlsx")


@pytest.fixture
def said(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def check(source: str = "orders.xlsx") -> tuple[int, str]:
        code = main(["check", source])
        told = capsys.readouterr()
        assert "a fault in seglib" not in told.err, told.err
        return code, " ".join(f"{told.out} {told.err}".split())

    return check


def shop_of(more: str = "") -> Path:
    Path("shop.toml").write_text(f'[tables.lines]\npath = "orders.xlsx"\n{more}\n')
    return Path("shop.toml")


def total(source: str | Path = "orders.xlsx") -> float:
    return open_shop(source).customers.monetary_value.sum()


def test_the_sheet_of_orders_is_read_where_the_first_is_a_summary(said):
    make_book({"Summary": [["Metric", "Value"], ["Sales", 30]], "Data": month(1)})
    code, told = said()
    assert (code, total(), "left aside: 'Summary' (no table that is known)" in told) == (0, 30, True)
    assert [(one["name"], one["rows"], one["read"]) for one in open_shop("orders.xlsx").inputs[0]["sheets"]] == [
        ("Summary", 1, False),
        ("Data", 3, True),
    ]


def test_months_on_sheets_of_their_own_are_all_read(said):
    make_book({"Jan": month(1), "Feb": month(2), "Copy of Feb": month(2), "Empty": []})
    code, told = said()
    assert (code, total(), "left aside: 'Copy of Feb'" in told) == (0, 60, True)


def test_returns_and_people_are_told_and_can_be_named(said):
    people = [["customer_id", "first_name", "city"], ["c0", "Ann", "Rome"]]
    make_book({"Orders": month(1), "Returns": month(3), "People": people})
    code, told = said()
    assert (code, total(), "'Returns' (returns), 'People' (contacts)" in told) == (0, 30, True)
    assert total(shop_of('sheet = "returns"')) == 30
    assert str(open_shop("shop.toml").customers.last_order_at.max())[:7] == "2024-03"
    code, told = said(str(shop_of('sheet = "Retruns"')))
    assert (code, "Did you mean 'Returns'?" in told) == (2, True)
    make_book({"Orders": month(1), "Returns": month(3)})
    assert total(shop_of('sheets = "all"')) == 60
    Path("my.yaml").write_text(
        "columns: {order_id: Order ID, customer_id: Customer ID, ordered_at: Order Date, amount: Amount}\n"
        "file: {sheet: Returns}\n"
    )
    assert total(shop_of('format = "my.yaml"')) == 30


def test_a_workbook_without_orders_is_told_its_sheets(said):
    make_book({"Notes": [["A", "B"], ["x", "y"]], "More": [["C", "D"], ["x", "y"]]})
    code, told = said()
    assert (code, "'Notes', 'More'" in told) == (2, True)


def test_a_workbook_without_a_sheet_is_refused(said):
    make_book({"Orders": month(1)})
    with zipfile.ZipFile("orders.xlsx") as whole:
        members = {name: whole.read(name) for name in whole.namelist()}
    members["xl/workbook.xml"] = re.sub(rb"<sheet .*?/>", b"", members["xl/workbook.xml"])
    with zipfile.ZipFile("orders.xlsx", "w") as damaged:
        for name, content in members.items():
            damaged.writestr(name, content)
    code, told = said()
    assert (code, "orders.xlsx: a workbook without a sheet" in told) == (2, True)


def test_merged_cells_are_filled_down_but_money_is_not_repeated(said):
    rows = [["Order ID", "Order Date", "Customer ID", "Product", "Amount", "Discount"]]
    for i in range(3):
        rows += [[f"o{i}", f"2024-01-0{i + 1}", f"c{i % 2}", "Mug", 10.0, 1.5], [None, None, None, "Pot", 20.0, None]]
    make_book({"Orders": rows}, tuple(f"{c}{r}:{c}{r + 1}" for c in "ABCF" for r in (2, 4, 6)))
    code, told = said()
    assert (code, "merged cells of 'Order ID', 'Order Date', 'Customer ID' are filled down" in told) == (0, True)
    shop = open_shop("orders.xlsx")
    assert shop.customers.monetary_value.to_dict() == {"c0": 60, "c1": 30}
    assert shop.lines.discount.sum().to_pyarrow().as_py() == 4.5


def test_a_row_of_groups_stands_above_the_header(said):
    groups = ["Order", None, "Money", None]
    make_book({"Orders": [groups, ["Order ID", "Customer ID", "Amount", "Order Date"], ["1", "a", 5.0, "2024-01-05"]]})
    code, told = said()
    assert (code, total(), "rows above the header of the file" in told) == (0, 5, True)


def test_quotes_near_the_header_are_told_with_their_line(said):
    cell = '"{"id": "s", "a": 1, "b": 2, "c": 3}"'
    rows = "".join(f'o{i},c0,2024-01-0{i + 1},10,"2026-01-16 13:14:42",{cell}\n' for i in range(4))
    Path("orders.csv").write_text(f"order_id,customer_id,order_date,amount,start,meta\n{rows}")
    code, told = said("orders.csv")
    assert (code, 'begins in line 2, a quote " stands inside a quoted cell' in told) == (2, True)


def test_a_file_without_a_header_is_told_what_is_seen(said):
    Path("orders.csv").write_text("1,k1,2024-01-05,10.50\n2,k2,2024-02-01,20.00\n3,k1,2024-03-01,5.00\n")
    code, told = said("orders.csv")
    assert (code, "the file has no header" in told, "0000-00-00" in told, "2024-01-05" in told) == (
        2,
        True,
        True,
        False,
    )
    assert "order_id,column_2,ordered_at,amount" in told
    Path("orders.csv").write_text("order_id,customer_id,ordered_at,amount\n" + Path("orders.csv").read_text())
    assert (said("orders.csv")[0], total("orders.csv")) == (0, 35.5)


def test_years_and_days_may_be_names_of_columns(said):
    Path("wide.csv").write_text("customer_id,2024-01-05,2024-01-06\na,5,6\nb,7,8\n")
    assert "has no header" not in said("wide.csv")[1]
