"""Workbooks whose cells reach far, as other programs than Excel write them: no room is made for what is not there."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

import pytest

from seglib.command.cli import main

HEADER = ["order_id", "customer_id", "ordered_at", "amount"]
ROWS = [HEADER, *([str(i), f"c{i % 7}", f"2024-01-{1 + i % 28:02}", "5.5"] for i in range(60))]
OASIS = "urn:oasis:names:tc:opendocument:xmlns:"
SPACES = " ".join(f'xmlns:{name}="{OASIS}{name}:1.0"' for name in ("office", "table", "text"))
FILLED = '<table:table-cell{} office:value-type="string"><text:p>{}</text:p></table:table-cell>'
LINK = '<Relationships><Relationship Id="rId1" Type="{}" Target="worksheets/sheet1.bin"/></Relationships>'
WORKSHEET = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"


def repeated(way: str, times: int) -> str:
    return f' table:number-{way}-repeated="{times}"'


def row(cells: str, times: int = 1) -> str:
    return f"<table:table-row{repeated('rows', times)}>{cells}</table:table-row>"


def gap(times: int) -> str:
    return f"<table:table-cell{repeated('columns', times)}/>"


def write_ods(path: Path, more: str) -> None:
    rows = "".join(row("".join(FILLED.format("", cell) for cell in cells)) for cells in ROWS)
    sheets = f'<office:spreadsheet><table:table table:name="S">{rows}{more}</table:table></office:spreadsheet>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        book.writestr("META-INF/manifest.xml", "<manifest:manifest></manifest:manifest>")
        content = f"<office:document-content {SPACES}><office:body>{sheets}</office:body></office:document-content>"
        book.writestr("content.xml", content)


def record(number: int, content: bytes = b"") -> bytes:
    head = bytes([number]) if number < 128 else bytes([number & 127 | 128, number >> 7])
    return head + bytes([len(content)]) + content


def text(value: str) -> bytes:
    return struct.pack("<I", len(value)) + value.encode("utf-16-le")


def write_xlsb(path: Path, more: dict[int, dict[int, str]]) -> None:
    sheet = {**{at: dict(enumerate(cells)) for at, cells in enumerate(ROWS)}, **more}
    body = b"".join(
        record(0, struct.pack("<II", at, 0) + bytes(9))
        + b"".join(record(6, struct.pack("<II", column, 0) + text(cell)) for column, cell in cells.items())
        for at, cells in sheet.items()
    )
    bundle = record(156, struct.pack("<II", 0, 1) + text("rId1") + text("S"))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/workbook.bin", record(131) + record(143) + bundle + record(144) + record(132))
        book.writestr("xl/_rels/workbook.bin.rels", LINK.format(WORKSHEET))
        size = record(148, struct.pack("<IIII", 0, 60, 0, 3))
        book.writestr("xl/worksheets/sheet1.bin", record(129) + size + record(145) + body + record(146) + record(130))


BOOKS = {
    "near.ods": (write_ods, "", ""),
    "tail.ods": (write_ods, row(gap(16_384), 1_048_515), ""),  # as LibreOffice ends a sheet
    "far.ods": (write_ods, row(gap(16_384), 1_048_514) + row(gap(16_383) + FILLED.format("", "x")), "row 1,048,576"),
    "many.ods": (write_ods, row(FILLED.format(repeated("columns", 16_384), "x"), 1_048_515), "row 1,048,576"),
    "wide.ods": (write_ods, row(FILLED.format(repeated("columns", 2_000_000_000), "x")), "column 2,000,000,000"),
    "hidden.ods": (
        write_ods,
        row(FILLED.format(' table:number-columns-repeated="&#50;00000000"', "x")),
        "column 200,000",
    ),
    "broken.ods": (
        write_ods,
        row(gap(9**9)) + "<table:table-row>&#48;",
        "cannot be read as .ods (content.xml: mismatched",
    ),
    "near.xlsb": (write_xlsb, {}, ""),
    "far.xlsb": (write_xlsb, {1_048_575: {16_383: "x"}}, "row 1,048,576 and column 16,384"),
}


@pytest.mark.parametrize("name", BOOKS)
def test_far_cells_ask_for_no_room(tmp_path, capsys, name):
    write, more, fault = BOOKS[name]
    write(tmp_path / name, more)
    assert main(["check", str(tmp_path / name)]) == (2 if fault else 0)
    said = capsys.readouterr()
    assert ("too large a sheet" in said.err) == (fault[:3] in ("row", "col"))
    assert ("60 orders" in said.out) == (not fault)
    assert fault in said.err
