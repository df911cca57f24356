"""Files of every kind into one raw table: nothing lost, nothing changed."""

import csv
import datetime as dt
import gzip
import io
import json
import runpy
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from seglib.errors import InputError
from seglib.intake.files import read_raw
from seglib.intake.files.dialects import DELIMITERS
from seglib.intake.files.headers import column_names, find_header, is_footer
from seglib.intake.sources import connect

TEXT = 'Order;Name;Sum\n0071;"Tea; ""green""";2,50\n0072;Käse 🎁;10\n'
CELLS = [["0071", 'Tea; "green"', "2,50"], ["0072", "Käse 🎁", "10"]]


@pytest.fixture(scope="module")
def engine():
    return connect()


def cells(raw):
    return [list(row.values()) for row in raw.table.to_pyarrow().to_pylist()]


@pytest.mark.parametrize(
    ("name", "pack"),
    [
        ("orders.csv", lambda text: text.encode()),
        ("orders.txt", lambda text: text.encode("utf-8-sig")),
        ("orders.CSV", lambda text: text.encode("utf-16")),
        ("utf16.csv", lambda text: text.encode("utf-16-le")),
        ("utf16be.csv", lambda text: text.encode("utf-16-be")),
        ("crlf.csv", lambda text: text.replace("\n", "\r\n").encode()),
        ("mac.csv", lambda text: text.replace("\n", "\r").encode()),
        ("mixed.csv", lambda text: text.replace("\n", "\r\n", 1).encode()),
        ("hint.csv", lambda text: b"sep=;\n" + text.encode()),
        ("tabs.tsv", lambda text: text.replace("; ", "#").replace(";", "\t").replace("#", "; ").encode()),
        ("pipes.csv", lambda text: text.replace("; ", "#").replace(";", "|").replace("#", "; ").encode()),
        ("orders.csv.gz", lambda text: gzip.compress(text.encode())),
        ("orders.gz", lambda text: gzip.compress(text.encode())),
        ("orders[1]*.csv", lambda text: text.encode()),
        ("slashes.csv", lambda text: text.replace('""', '\\"').encode()),
    ],
)
def test_the_same_cells_from_every_form_of_text(tmp_path, engine, name, pack):
    path = tmp_path / name
    path.write_bytes(pack(TEXT))
    raw = read_raw(path, engine)
    assert raw.table.columns == ("Order", "Name", "Sum")
    assert cells(raw) == CELLS
    assert raw.facts["rows"] == 2
    assert raw.facts["name"] == name
    assert raw.facts["bytes"] == path.stat().st_size


@pytest.mark.parametrize(
    ("encoding", "text", "taken"),
    [
        ("utf-8", "é", "utf-8"),
        ("utf-8-sig", "é", "utf-8-sig"),
        ("cp1252", "é 5 €", "cp1252"),
        ("latin-1", "é\x81", "latin-1"),
        ("utf-16", "é", "utf-16"),
    ],
)
def test_the_encoding_is_found_and_told(tmp_path, engine, encoding, text, taken):
    path = tmp_path / "orders.csv"
    path.write_bytes(f"a,b\n1,{text}\n".encode(encoding))
    raw = read_raw(path, engine)
    assert cells(raw) == [["1", text]]
    assert raw.facts["encoding"] == taken
    assert bool(raw.facts["notes"]) == (taken in ("cp1252", "latin-1"))


def test_an_encoding_given_wins(tmp_path, engine):
    path = tmp_path / "orders.csv"
    path.write_bytes("名前,値\n茶,1\n".encode("shift_jis"))
    raw = read_raw(path, engine, encoding="shift_jis")
    assert raw.table.columns == ("名前", "値")
    assert cells(raw) == [["茶", "1"]]


def test_preamble_and_footer_are_counted_and_line_numbers_stay_those_of_the_file(tmp_path, engine):
    path = tmp_path / "ebay.csv"
    head = '\nReport of June\n"Sales Record Number","Order Number","Total"\n'
    foot = '\n2 record(s) downloaded\n"Seller ID: tea_shop"\n'
    path.write_text(f"{head}1,7,$1.00\n2,8,$2.00\n{foot}")
    raw = read_raw(path, engine, header_has=["order number"], footer=["record(s) downloaded", "Seller ID"])
    assert cells(raw) == [["1", "7", "$1.00"], ["2", "8", "$2.00"]]
    counted = {key: raw.facts[key] for key in ("rows", "preamble_rows", "footer_rows")}
    assert counted == {"rows": 2, "preamble_rows": 1, "footer_rows": 2}
    assert raw.facts["files"][0]["footer"] == ["2 record(s) downloaded", "Seller ID: tea_shop"]
    path.write_text(f"{head}1,7,$1.00\n2,8\n{foot}")
    with pytest.raises(InputError, match=r"line 5 has 2 cells, the header has 3: \['0', '0'\]"):
        read_raw(path, engine)


def test_a_row_cut_off_is_no_footer(tmp_path, engine):
    path = tmp_path / "orders.csv"
    path.write_text("a,b,c\n1,2,3\n4")
    with pytest.raises(InputError, match="line 3 has 1 cells, the header has 3"):
        read_raw(path, engine)


def test_header_is_the_first_row_that_looks_like_names():
    rows = [["Report", "", "", ""], [], ["Order", "Date", "Sum", ""], ["1", "2024-01-05", "2,50", ""]]
    assert find_header(rows) == 2
    assert find_header([["1", "2"], ["3", "4"]]) == 0
    assert find_header([[], []]) == -1
    assert find_header([["Export of", "Orders"], ["Name", "Email"]], ["E-Mail"]) == 1


def test_names_of_columns(tmp_path, engine):
    names, changes = column_names(["\ufeffEmail", "email", "", " Lineitem \n sku ", ""], 5, "x.csv")
    assert names == ("Email", "email_2", "column_3", "Lineitem sku", "column_5")
    assert len(changes) == 3
    path = tmp_path / "orders.csv"
    path.write_text('a"b,,c;d\n1,2,3\n')
    assert read_raw(path, engine).table.columns == ('a"b', "column_2", "c;d")


def test_footers():
    assert is_footer(["Seller ID: tea_shop", "", ""], 3)
    assert not is_footer(["Seller ID: tea_shop", "x", ""], 3)
    assert not is_footer(["9" * 100_000], 3)
    assert is_footer(["", "Grand TOTAL", "5"], 3, ["grand total"])


def test_odd_text_stays_as_it_is(tmp_path, engine):
    odd = [
        "=cmd|' /C calc'!A0",
        "שלום 🎁",
        'two\r\n"lines"',
        "<script>alert(1)</script>",
        "O'Brien",
        "NULL",
        "  x ",
        "\\N",
    ]
    path = tmp_path / "orders.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["id", "text"], *([str(i), cell] for i, cell in enumerate(odd))])
    assert [row[1] for row in cells(read_raw(path, engine))] == odd


def test_large_cells_up_to_the_limit(tmp_path, engine):
    path = tmp_path / "orders.csv"
    path.write_text(f'id,note\n1,"{"x" * 10_000_000}"\n2,y\n')
    table = read_raw(path, engine).table
    assert table.note.length().to_pyarrow().to_pylist() == [10_000_000, 1]


def test_sheets_show_what_a_person_sees(tmp_path, engine):
    book = pytest.importorskip("openpyxl", reason="only needed to write the test's file").Workbook()
    sheet = book.active
    sheet.append(["Orders of June"])
    sheet.append([])
    sheet.append(["Order", "Paid", "Date", "At", "Sum", "Count"])
    sheet.append(["0071", True, dt.date(2024, 1, 5), dt.datetime(2024, 1, 5, 9, 30), 0.1 + 0.2, 3])
    sheet.append(["0072", None, dt.date(2024, 1, 6), dt.datetime(2024, 1, 6), 1e16, -2.5])
    sheet.append(["2 record(s) downloaded"])
    path = tmp_path / "orders.xlsx"
    book.save(path)
    raw = read_raw(path, engine)
    assert raw.table.columns == ("Order", "Paid", "Date", "At", "Sum", "Count")
    assert cells(raw) == [
        ["0071", "true", "2024-01-05", "2024-01-05 09:30:00", "0.3", "3"],
        ["0072", None, "2024-01-06", "2024-01-06 00:00:00", "10000000000000000", "-2.5"],
    ]
    assert (raw.facts["preamble_rows"], raw.facts["footer_rows"], raw.facts["sheet"]) == (1, 1, "Sheet")


def test_parquet_keeps_its_types(tmp_path, engine):
    pd.DataFrame({"id": ["007"], "at": [pd.Timestamp("2024-01-05")], "sum": [2.5]}).to_parquet(tmp_path / "o.parquet")
    table = read_raw(tmp_path / "o.parquet", engine).table
    assert [str(kind) for kind in table.schema().types] == ["string", "timestamp(6)", "float64"]


@pytest.mark.parametrize("form", ["lines", "list", "answer", "pretty"])
def test_json_keeps_numbers_exact_and_nesting_as_json(tmp_path, engine, form):
    first = '{"id": 12345678901234567890, "total": 1.10, "items": [{"sku": "a", "n": 2}], "paid": true}'
    records = [first, '{"id": 2, "note": "Käse", "total": null}']
    whole = f"[{', '.join(records)}]"
    text = {
        "lines": "\n".join(records) + "\n\n",
        "list": whole,
        "answer": f'{{"orders": {whole}, "next": null}}',
        "pretty": json.dumps(json.loads(whole), indent=2).replace("1.1", "1.10"),
    }[form]
    path = tmp_path / ("orders.jsonl" if form == "lines" else "orders.json")
    path.write_text(text)
    raw = read_raw(path, engine)
    assert raw.table.columns == ("id", "total", "items", "paid", "note")
    assert cells(raw)[0][:2] == ["12345678901234567890", "1.10"]
    assert json.loads(cells(raw)[0][2]) == [{"sku": "a", "n": "2"}]
    assert cells(raw)[1] == ["2", None, None, None, "Käse"]


def test_folders_and_patterns_are_put_together_by_name(tmp_path, engine):
    (tmp_path / "2024-01.csv").write_text("id,sum\n1,2\n")
    (tmp_path / "2024-02.csv").write_text("sum;id;note\n3;2;x\n")
    (tmp_path / "readme.md").write_text("hello")
    (tmp_path / ".DS_Store").write_text("x")
    raw = read_raw(tmp_path, engine)
    assert cells(raw) == [["1", "2", None], ["2", "3", "x"]]
    assert raw.facts["rows"] == 2
    assert raw.facts["delimiter"] == "several"
    assert raw.facts["notes"] == [
        "2024-02.csv has more than the first file: note.",
        "readme.md is left aside: of no kind that is read.",
    ]
    assert len(cells(read_raw(tmp_path / "2024-*.csv", engine))) == 2


def test_a_zip_is_read_under_names_of_our_own(tmp_path, engine):
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../../evil.csv", "id,sum\n1,2\n")
        archive.writestr("sub/orders.csv", "id,sum\n3,4\n")
        archive.writestr("__MACOSX/._orders.csv", "junk")
        archive.writestr("sub/readme.pdf", "junk")
    raw = read_raw(path, engine)
    assert cells(raw) == [["1", "2"], ["3", "4"]]
    assert [one["name"] for one in raw.facts["files"]] == ["export.zip/evil.csv", "export.zip/orders.csv"]
    assert raw.facts["bytes"] == path.stat().st_size
    assert not list(tmp_path.parent.glob("**/evil.csv"))


def test_nothing_is_left_behind_when_reading_fails(tmp_path, engine, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    path = tmp_path / "orders.csv"
    path.write_text("a,b\n1,2\n3\n")
    with pytest.raises(InputError):
        read_raw(path, engine)
    assert [p.name for p in tmp_path.iterdir()] == ["orders.csv"]


def test_faults_tell_the_place_that_named_the_file(tmp_path, engine):
    with pytest.raises(InputError, match=r"^shop.toml: tables.lines: .*no such file"):
        read_raw(tmp_path / "x.csv", engine, where="shop.toml: tables.lines")


NAMES = st.lists(st.text("abcdefgäßé_", min_size=1, max_size=8), min_size=2, max_size=6)
SIGNS = st.characters(codec="cp1252", categories=("L", "N", "P", "S", "Zs"))
PIECES = st.sampled_from(['"', "\n", "\r\n", ",", ";", "\t", " ", "\\", '\\"'])
CELL = st.lists(SIGNS | PIECES, max_size=10).map("".join)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    names=NAMES,
    rows=st.data(),
    delimiter=st.sampled_from([*DELIMITERS, "§"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_random_tables_come_back_equal(tmp_path, engine, names, rows, delimiter, encoding, end, quoting):
    names = [f"{name} {i}x" for i, name in enumerate(names)]
    assume(len({name.casefold() for name in names}) == len(names))
    table = rows.draw(st.lists(st.lists(CELL, min_size=len(names), max_size=len(names)), min_size=1, max_size=6))
    out = io.StringIO(newline="")
    quoting = csv.QUOTE_ALL if end == "\r" else quoting  # Python's writer leaves a line feed bare in such a file
    csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows([names, *table])
    path = Path(tmp_path, "orders.csv")
    path.write_bytes(out.getvalue().encode(encoding))
    told = "cp1252" if encoding == "cp1252" else ""
    raw = read_raw(path, engine, delimiter=delimiter, encoding=told, header_has=names)
    assert list(raw.table.columns) == names
    assert cells(raw) == [[cell or None for cell in row] for row in table]


def test_damaged_files_are_read_or_refused_but_never_fail():
    fuzz = runpy.run_path(str(Path(__file__).with_name("fuzz_readers.py")))
    assert fuzz["run"](0, 200)["wrong"] == 0
