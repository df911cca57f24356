"""The workbook that ``seglib report --also xlsx`` hands over, opened as Excel would."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import stat
import subprocess
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from seglib.command.cli import main
from seglib.report.handing import writing
from seglib.report.handing.finished import Finished
from seglib.report.handing.lists import customer_sheets
from seglib.report.run.record import RECORD
from seglib.report.run.recorded import read_record

pytestmark = pytest.mark.slow
HOSTILE = ["=cmd|' /C calc'!A0", "+SUM(1)", "<b>Tea</b>", "קפה שחור", "x" * 300, "Tea / [Pots]: *?"]
SHOP = """currency = "EUR"
[tables.lines]
path = "lines.csv"
[tables.contacts]
path = "contacts.csv"
"""


def lines(customers: int, orders: int = 4) -> pd.DataFrame:
    """Orders of customers who differ in all of recency, frequency and money."""
    rows = [
        (f"o{who}-{order}", f"{HOSTILE[who] if who < len(HOSTILE) else ''}c{who}", who, order)
        for who in range(customers)
        for order in range(1 + who % orders)
    ]
    table = pd.DataFrame(rows, columns=["order_id", "customer_id", "who", "order"])
    days = pd.to_timedelta((table["who"] * 7 + table["order"] * 31) % 600, unit="D")
    table["ordered_at"] = (pd.Timestamp("2024-12-31") - days).dt.date
    table["amount"] = 5 + table["who"] % 37 + table["order"] * 3.5
    table["category"] = [HOSTILE[who % len(HOSTILE)] for who in table["who"]]
    return table.drop(columns=["who", "order"])


def report(folder: Path, *more: str, source: str = "shop.toml") -> int:
    out = ["--out", str(folder / "out"), "--only", "02", "--quiet"]
    return main(["report", str(folder / source), *out, *more])


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A shop of 300 customers, some of whose ids a spreadsheet would take for formulas, and its report."""
    folder = tmp_path_factory.mktemp("shop")
    lines(300).to_csv(folder / "lines.csv", index=False)
    contacts = pd.DataFrame({"customer_id": [f"c{n}" for n in range(300)], "city": "Cork"})
    contacts.to_csv(folder / "contacts.csv", index=False)
    (folder / "shop.toml").write_text(SHOP + '[report]\nalso = ["xlsx"]\n', encoding="utf-8")
    assert report(folder) == 0
    return folder / "out"


@pytest.fixture
def book(made):
    return openpyxl.load_workbook(made / "report.xlsx")


def columns(sheet) -> dict[str, list]:
    heads, *rows = sheet.iter_rows(values_only=True)
    return {head: [row[place] for row in rows] for place, head in enumerate(heads)}


def test_sheets_of_segments_hold_every_customer_once_and_agree_with_the_table_of_segments(made, book):
    told = pd.read_csv(made / "tables" / "rfm_segments.csv").set_index("segment")["customers"]
    large = [name for name in told.index if told[name] >= 30]
    sizes = {name: book[name].max_row - 1 for name in large}
    rest = pd.Series(columns(book["Other segments"])["Segment"]).value_counts()
    assert large
    assert {**sizes, **rest} == told[told > 0].to_dict()
    ids = [who for name in [*large, "Other segments"] for who in columns(book[name])["Customer id"]]
    assert sorted(ids) == sorted(pd.read_parquet(made / "tables" / "customers.parquet")["customer_id"])


def test_a_list_tells_what_each_customer_bought_and_what_to_do(made, book):
    customers = pd.read_parquet(made / "tables" / "customers.parquet").set_index("customer_id")
    shown = columns(book["Champions"])
    assert [*shown] == [
        *("Customer id", "Last order", "Orders", "Revenue", "Slips without an order before", "Slips to"),
        *("Orders to rise", "Rises to", "What to do"),
    ]
    known = customers.loc[shown["Customer id"]]
    assert shown["Revenue"] == pytest.approx(known["monetary_value"].tolist())
    assert shown["Revenue"] == sorted(shown["Revenue"], reverse=True)
    assert shown["Orders"] == known["frequency"].tolist()
    assert [day.date() for day in shown["Last order"]] == known["last_order_at"].dt.date.tolist()
    until = known["slips_in_days"].dropna().iloc[0]
    who = shown["Customer id"].index(known["slips_in_days"].dropna().index[0])
    assert shown["Slips without an order before"][who] - dt.timedelta(days=int(until)) == dt.datetime(2025, 1, 1)
    assert set(shown["What to do"]) == {"Reward them, let them in first on new products and ask them to recommend you."}


def test_who_is_about_to_move_is_who_page_02_counts(made, book):
    moves = pd.read_csv(made / "tables" / "moves.csv").groupby("move")["customers"].sum()
    assert len(columns(book["About to slip"])["Customer id"]) == moves["slips"] > 0
    assert len(columns(book["One order away"])["Customer id"]) == moves["rises"] > 0


def test_every_sheet_is_a_table_with_filters_headings_that_stay_and_forms_of_numbers(book):
    for sheet in book.worksheets[1:]:
        (table,) = sheet.tables.values()
        assert table.ref == sheet.dimensions
        assert table.autoFilter is not None
        assert sheet.freeze_panes == "B2"
        assert [head.name for head in table.tableColumns] == [cell.value for cell in sheet[1]]
    forms = {
        head.value: cell.number_format for head, cell in zip(book["Champions"][1], book["Champions"][2], strict=True)
    }
    assert (forms["Last order"], forms["Orders"]) == ("yyyy-mm-dd", "#,##0")
    assert forms["Revenue"] == '"€"#,##0.00'
    assert book["RFM segments"]["C2"].number_format == "0.0%"


def test_no_cell_is_a_formula_and_nothing_leads_outside(made, book):
    texts = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type != "n"]
    assert {cell.data_type for cell in texts} == {"s", "d"}
    ids = {cell.value for cell in texts}
    assert {f"{name}c{n}" for n, name in enumerate(HOSTILE)} <= ids
    risky = [cell for cell in texts if str(cell.value)[:1] in ("=", "+")]
    assert risky
    assert all(cell.quotePrefix for cell in risky)
    with zipfile.ZipFile(made / "report.xlsx") as parts:
        names = parts.namelist()
        told = b"".join(parts.read(name) for name in names)
    assert not [name for name in names if "external" in name.lower()]
    assert b'TargetMode="External"' not in told
    assert b"<f>" not in told


def test_read_me_says_what_it_is_of_when_whom_it_names_and_how_far_to_trust_it(made, book):
    told = "\n".join(str(cell) for row in book["Read me"].iter_rows(values_only=True) for cell in row if cell)
    assert "This file names customers by their ids." in told
    assert "300 customers" in told
    assert "as of 1 January 2025" in told
    assert "Good: Rows" in told
    links = [cell.hyperlink.location for row in book["Read me"].iter_rows() for cell in row if cell.hyperlink]
    assert links == [f"'{name}'!A1" for name in book.sheetnames[1:]]
    assert "city" not in told.lower()


def test_it_belongs_to_the_run_and_stands_on_the_first_page(made):
    assert "report.xlsx" in read_record(made)["files"]
    assert re.search(r'<a href="report.xlsx" download>report.xlsx</a>', (made / "index.html").read_text("utf-8"))


def test_the_same_run_gives_the_same_bytes_and_contacts_are_for_the_owner_alone(made, capsys):
    before = (made / "report.xlsx").read_bytes()
    folder = made.parent
    assert report(folder, "--also", "xlsx") == 0  # said on the command line it is another question
    assert (made / "report.xlsx").read_bytes() == before
    assert stat.S_IMODE((made / "report.xlsx").stat().st_mode) & 0o044
    assert report(folder, "--contacts") == 0
    assert stat.S_IMODE((made / "report.xlsx").stat().st_mode) == 0o600
    shown = columns(openpyxl.load_workbook(made / "report.xlsx")["Champions"])
    assert set(shown["City"]) <= {"Cork", None}
    capsys.readouterr()
    assert report(folder, "--also", "") == 0
    assert not (made / "report.xlsx").exists()
    assert "report.xlsx" not in (made / RECORD).read_text("utf-8")
    assert report(folder) == 0  # as the shop says
    assert (made / "report.xlsx").read_bytes() == before


@pytest.mark.parametrize(("also", "told"), [("xslx", "Did you mean 'xlsx'?"), ("gif", "Known: 'xlsx'")])
def test_a_kind_that_nobody_makes_is_refused_before_anything_runs(made, capsys, also, told):
    assert report(made.parent, "--also", f"xlsx,{also}") == 2
    assert told in capsys.readouterr().err
    assert report(made.parent, "--also", "gif,eml2") == 2


def test_a_kind_that_nobody_makes_is_refused_in_the_settings(write_shop, capsys):
    folder = write_shop({"lines": lines(40)}, more='[report]\nalso = ["xslx"]\n')
    assert main(["check", str(folder / "shop.toml")]) == 2
    assert "shop.toml: report.also is 'xslx'. Did you mean 'xlsx'?" in capsys.readouterr().err


def test_names_of_segments_become_legal_names_of_sheets(write_shop):
    own = "".join(f'"{name}" = "{text}"\n' for name, text in LABELS.items())
    folder = write_shop({"lines": lines(330)}, more=f'[report]\nmin_group = 1\nlanguage = "it"\n[labels]\n{own}')
    assert report(folder, "--also", "xlsx") == 0
    book = openpyxl.load_workbook(folder / "out" / "report.xlsx")
    told = pd.read_csv(folder / "out" / "tables" / "rfm_segments.csv")
    assert sum(told["customers"] > 0) > 8
    assert all(len(name) <= 31 and not re.search(r"[][:*?/\\]", name) for name in book.sheetnames)
    assert len({name.casefold() for name in book.sheetnames}) == len(book.sheetnames)
    assert book.sheetnames[0] == "Leggimi"
    held = pd.read_parquet(folder / "out" / "tables" / "customers.parquet")
    lists = [sheet for sheet in book if sheet["A1"].value == "Codice cliente"]
    assert sum(sheet.max_row - 1 for sheet in lists) == len(held)


def test_a_thousand_segments_share_sheets(tmp_path):
    (tmp_path / "tables").mkdir()
    names = [f"Segment {n % 1000}" for n in range(3000)]
    customers = pd.DataFrame({"customer_id": range(3000), "monetary_value": 1.0, "rfm_segment": names})
    customers.to_parquet(tmp_path / "tables" / "customers.parquet")
    sheets = customer_sheets(Finished(tmp_path, {"min_group": 3, "as_of": "2025-01-01"}, [], {}))
    assert len(sheets) == 41
    assert sum(len(sheet.rows) for sheet in sheets) == 3000
    assert sheets[-1].rows["segment"].nunique() == 960


LABELS = {"Champions": "x" * 300, "Loyal Customers": "Tea / [Pots]: *?", "At Risk": "קפה שחור", "Lost": "=1+1"}


def runs(folder: Path) -> list[Path]:
    """Where the report is, whether or not a page could be made of so little."""
    return [file.parent for file in folder.glob("*/run.json")]


@pytest.mark.parametrize("orders", [lines(3), lines(40).assign(amount=0.0)], ids=["few customers", "no revenue"])
def test_a_shop_with_hardly_anything_has_a_workbook_too(write_shop, orders):
    folder = write_shop({"lines": orders}, more='[cleaning]\nzero_price = "keep"\n')
    report(folder, "--also", "xlsx")
    (found,) = runs(folder)
    book = openpyxl.load_workbook(found / "report.xlsx")
    assert book.sheetnames[0] == "Read me"
    assert "Ledger" in book.sheetnames


def test_limits_of_excel_are_kept_and_said(write_shop, monkeypatch):
    monkeypatch.setattr(writing, "MOST_ROWS", 50)
    monkeypatch.setattr(writing, "MOST_LETTERS", 30)
    folder = write_shop({"lines": lines(300)})
    assert report(folder, "--also", "xlsx") == 0
    book = openpyxl.load_workbook(folder / "out" / "report.xlsx")
    assert max(sheet.max_row for sheet in book.worksheets[1:]) == 51
    told = dict(list(book["Read me"].iter_rows(values_only=True, max_col=2)))
    assert re.search(r"more stand in tables/ only", told["Left out"])
    assert max(len(str(cell)) for row in book["Ledger"].iter_rows(values_only=True, min_row=2) for cell in row) == 30


def test_libreoffice_opens_it_without_a_word(made, tmp_path):
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if not office:
        pytest.skip("LibreOffice is not here: only openpyxl has opened the workbook")
    done = subprocess.run(
        [office, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(made / "report.xlsx")],
        capture_output=True, text=True, timeout=180, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "report.pdf").stat().st_size > 10_000
