"""Files that cannot be used: each is refused with what, where and what to do."""

import gzip
import json
import re
import zipfile

import pandas as pd
import pytest

from seglib.errors import InputError
from seglib.intake.files import finding_files as places
from seglib.intake.files import headers, packing, read_raw
from seglib.intake.sources import connect

GOOD = "order,customer,sum\n1,a,2\n2,b,3\n"


@pytest.fixture(scope="module")
def engine():
    return connect()


WRONG = [
    ("empty.csv", b"", "the file is empty"),
    ("blank.csv", b" \n\n", "no row with names"),
    ("header.csv", b"a,b,c\n", "no rows under the header"),
    ("orders.pdf", b"%PDF", "not a kind of file"),
    ("pdf.csv", b"%PDF-1.4", "this is a PDF document"),
    ("book.csv", b"PK\x03\x04abc", "this is a zip archive or an Excel workbook"),
    ("binary.csv", bytes(range(256)) * 20, "line 1 holds a NUL byte"),
    ("nul.csv", b"a,b\n1,2\n3,\x004\n", "line 3 holds a NUL byte"),
    ("short.csv", b"a,b,c\n1,2,3\n\n4,5\n", r"line 4 has 2 cells, the header has 3: \['0', '0'\]"),
    ("long.csv", b"a,b,c\n1,2,3\n4,5,6,7\n", r"line 3 has 4 cells, the header has 3"),
    ("later.csv", b'a,b\n1,"x\ny"\n2\n', r"line 4 has 1 cells"),
    ("open.csv", b'a,b\n1,2\n3,"4\n5,6\n', 'begins in line 3, a quote " opens that is never closed'),
    ("inside.csv", b'a,b\n1,"5" pipe"\n', 'begins in line 2, a quote " stands inside a quoted cell'),
    ("columns.csv", ",".join(map(str, range(1_000_000))).encode(), "5,000 are read"),
    ("half.csv", b"a,b\n\xc3\xa9,1\n\xe9,2\n", r"line 3 is not UTF-8 .* although lines before it are"),
    ("seven.csv", "name,sum\nJosé,1\nMüller,2\n".encode("utf-7"), "this is text in UTF-7"),
    ("cyrillic.csv", "ім'я,сума\nОлена,1\n".encode("utf-7"), "this is text in UTF-7"),
    ("mark.csv", b"+/v8-a,b\n1,2\n", "this is text in UTF-7"),
    ("surrogate.csv", b"a,b\n1,2\n\xed\xa0\x80,3\n", "line 3 holds half of a letter"),
    ("cesu.csv", b"a,b\n\xc3\xa9,2\n\xed\xa0\xbd\xed\xb8\x80,3\n", "line 3 holds half of a letter"),
    ("cell.csv", b'a,b\n1,"' + b"x" * 17_000_000 + b'"\n', "line 2, a cell larger than 16 MB"),
    ("cut.csv.gz", gzip.compress(GOOD.encode(), mtime=0)[:-9], "damaged or cut off"),
    ("not.csv.gz", b"order,sum\n1,2\n", "damaged or cut off"),
    ("not.zip", b"order,sum\n1,2\n", "damaged or cut off"),
    ("broken.parquet", b"PAR1 not really", "cannot be read as .parquet"),
    ("broken.xlsx", b"not a sheet", "cannot be read as .xlsx"),
    ("broken.json", b'[{"a": 1},', "not valid JSON .* cut off"),
    ("broken.jsonl", b'{"a": 1}\n{"a": \n', "line 2 is no JSON"),
    ("numbers.json", b"[1, 2]", "expected a list of JSON objects"),
    ("deep.json", b"[" * 200_000, "nested too deeply"),
    ("keys.json", json.dumps([{str(i): 1} for i in range(6_000)]).encode(), "different keys"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content", "fault"), WRONG, ids=[name for name, *_ in WRONG])
def test_refuses(tmp_path, engine, name, content, fault):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError, match=fault) as caught:
        read_raw(path, engine)
    assert all(name in message and len(message) < 500 for message in caught.value.faults)


def test_many_ragged_rows_are_counted_and_three_are_shown(tmp_path, engine):
    path = tmp_path / "orders.csv"
    path.write_text("a,b,c\n1,2,3\n" + "1,2\n" * 50)
    with pytest.raises(InputError, match="50 rows in all do not have 3 cells") as caught:
        read_raw(path, engine)
    assert len(caught.value.faults) == 4


def test_the_wrong_delimiter_is_told(tmp_path, engine):
    path = tmp_path / "orders.csv"
    path.write_text(GOOD)
    with pytest.raises(InputError, match=r"one column only when divided by ';'; .*as if divided by ','"):
        read_raw(path, engine, delimiter=";")
    path.write_text("order:customer:sum\n1:a:2\n")
    with pytest.raises(InputError, match=r"one column only.*without \['Order'\]"):
        read_raw(path, engine, header_has=["Order"])
    with pytest.raises(InputError, match="has 2 signs"):
        read_raw(path, engine, delimiter="::")


@pytest.mark.parametrize(("encoding", "fault"), [("utf8x", "Did you mean 'utf-8'"), ("zip", "unknown encoding")])
def test_unknown_encodings(tmp_path, engine, encoding, fault):
    path = tmp_path / "orders.csv"
    path.write_text(GOOD)
    with pytest.raises(InputError, match=fault):
        read_raw(path, engine, encoding=encoding)


@pytest.mark.parametrize(
    "cell", ["SEO+API-2024", "+12025550-123", "a+b", "C++", "google+ads-x", "=A1+B2", "+49 170 1234567"]
)
def test_a_plus_is_no_utf7(tmp_path, engine, cell):
    path = tmp_path / "orders.csv"
    path.write_text(f"a,b\n{cell},1\n{cell},2\n")
    assert read_raw(path, engine).table.a.to_pyarrow().to_pylist() == [cell, cell]


def test_utf7_is_read_where_it_is_named(tmp_path, engine):
    path = tmp_path / "orders.csv"
    path.write_bytes("a,b\nJosé,1\nMüller,2\n".encode("utf-7"))
    assert read_raw(path, engine, encoding="utf-7").table.a.to_pyarrow().to_pylist() == ["José", "Müller"]
    path.write_bytes(b"a,b\n\xed\xa0\x80,1\n")
    with pytest.raises(InputError, match="half of a letter"):
        read_raw(path, engine, encoding="utf-8")


def test_a_line_that_is_no_utf8_is_told_by_its_shape(tmp_path, engine):
    path = tmp_path / "orders.csv"
    path.write_bytes("a,b\né,1\n".encode() + b"ann.smith@secret.example \xe9,2\n")
    with pytest.raises(InputError) as caught:
        read_raw(path, engine)
    assert "secret" not in str(caught.value)
    assert "example" not in str(caught.value)


def test_an_encoding_that_does_not_fit_names_the_line(tmp_path, engine):
    path = tmp_path / "orders.csv"
    path.write_bytes("a,b\n1,x\n2,é\n".encode("cp1252"))
    with pytest.raises(InputError, match="line 3 is not utf-8"):
        read_raw(path, engine, encoding="utf-8")
    path.write_bytes(b"a,b\n1,x\n2,\x81\n")
    with pytest.raises(InputError, match="line 3 is not shift_jis"):
        read_raw(path, engine, encoding="shift_jis")


def test_bombs_are_refused_before_they_fill_the_disk(tmp_path, engine, monkeypatch):
    monkeypatch.setattr(packing, "SMALL", 2**20)
    (tmp_path / "bomb.csv.gz").write_bytes(gzip.compress(b"0" * 20_000_000))
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("orders.csv", b"0" * 20_000_000)
    with zipfile.ZipFile(tmp_path / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 20_000_000)
    for name in ("bomb.csv.gz", "bomb.zip", "bomb.xlsx"):
        with pytest.raises(InputError, match="zip bomb"):
            read_raw(tmp_path / name, engine)


def test_zips_that_hold_nothing_of_use(tmp_path, engine):
    path = tmp_path / "export.zip"
    for inner, fault in (("a.pdf", "nothing in this zip"), ("a.csv.gz", "an archive in an archive")):
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(inner, "x")
        with pytest.raises(InputError, match=fault):
            read_raw(path, engine)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", GOOD)
    locked = bytearray(path.read_bytes())
    for mark, flag in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.index(mark) + flag] |= 1
    path.write_bytes(locked)
    with pytest.raises(InputError, match="locked with a password"):
        read_raw(path, engine)


def test_places(tmp_path, engine):
    (tmp_path / "orders.csv").write_text(GOOD)
    (tmp_path / "none").mkdir()
    with pytest.raises(InputError, match=r"no such file. Did you mean 'orders.csv'"):
        read_raw(tmp_path / "order.csv", engine)
    with pytest.raises(InputError, match="it is empty"):
        read_raw(tmp_path / "none", engine)
    with pytest.raises(InputError, match="no file matches"):
        read_raw(tmp_path / "x*.csv", engine)
    with pytest.raises(InputError, match="cannot be opened"):
        read_raw(tmp_path / ("x" * 5_000), engine)
    pd.DataFrame({"a": [1]}).to_parquet(tmp_path / "orders.parquet")
    with pytest.raises(InputError, match=r"several kinds, such as orders.csv and orders.parquet"):
        read_raw(tmp_path, engine)
    (tmp_path / "products.csv").write_text("sku,title\n1,x\n")
    with pytest.raises(InputError, match=r"orders.csv and products.csv share 0 of 3 columns: two kinds of table"):
        read_raw(tmp_path / "*.csv", engine)


def test_no_permission(tmp_path, engine, monkeypatch):
    path = tmp_path / "orders.csv"
    path.write_text(GOOD)

    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("seglib.intake.files.reading.sha256", refuse)
    with pytest.raises(InputError, match=r"orders.csv: cannot be read \(Permission denied\)"):
        read_raw(path, engine)
    monkeypatch.setattr(places.Path, "iterdir", refuse)
    with pytest.raises(InputError, match=r"cannot be opened \(permission denied\)"):
        read_raw(tmp_path, engine)


def test_limits_are_kept_quickly():
    with pytest.raises(InputError, match=re.escape("6,000 columns, more than 5,000")):
        headers.column_names(["x"] * 6_000, 6_000, "orders.csv")
