"""How far the cells of a workbook reach, before a reader makes room for all that lies between them."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from posixpath import join, normpath
from typing import IO
from xml.parsers import expat

from seglib.errors import InputError

__all__ = ["check_extent"]

PIECE = 2**20  # bytes looked at at a time
ROOMY = 20_000_000  # cells that are made room for whatever is in them
SPARSE = 20  # cells of room for each cell that is there
SHEET = re.compile(rb"<(?:\w+:)?sheet\s[^>]*?\w+:id=[\"']([^\"']+)[\"']")
CELL = re.compile(rb"<(?:\w+:)?c\s[^>]*?\br=[\"']([A-Z]{1,3})(\d{1,7})[\"']")
# of an ods: an empty end of a row, as LibreOffice writes it, and how often a row or a cell is repeated
GAP = re.compile(rb'<table:table-cell(?: (?!office:)[\w:-]+="[^"<>]*")*/></table:table-row>')
ROWS = re.compile(rb"number-rows-repeated\s*=\s*[\"']\+?(\d+)")
COLUMNS = re.compile(rb"number-columns-repeated\s*=\s*[\"']\+?(\d+)")
# records of an xlsb: a sheet of the book, a row, the cells of one ([MS-XLSB] 2.3)
BUNDLE, ROW, CELLS = 156, 0, {*range(1, 12), 62}


@dataclass
class Reach:
    """How far the cells of a sheet reach, and how many the file holds."""

    rows: int = 0
    columns: int = 0
    cells: int = 0

    def add(self, row: int, column: int) -> None:
        """A cell, both from 1."""
        self.rows, self.columns, self.cells = max(self.rows, row), max(self.columns, column), self.cells + 1


def check_extent(archive: zipfile.ZipFile, name: str) -> None:
    """Refuse a workbook of which a sheet asks for room out of all proportion: one cell at XFD1048576 is 550 GB.

    Raises
    ------
    InputError
        The used range is too large for the cells that are in it, or the content of an ods is no XML.
    """
    for reach in _reaches(archive, name):
        if reach.rows * reach.columns > max(ROOMY, SPARSE * reach.cells):
            raise InputError(
                f"{name}: too large a sheet: its cells reach to row {reach.rows:,} and column {reach.columns:,}, "
                f"{reach.cells:,} are filled. Delete what stands far from the table (Ctrl+End in Excel shows it), or "
                "save as CSV."
            )


def _reaches(archive: zipfile.ZipFile, name: str) -> Iterator[Reach]:
    """Of every sheet; none where the reader will say more."""
    held = archive.namelist()
    if "content.xml" in held:
        with archive.open("content.xml") as opened:
            most = _at_most(opened)
        if most > ROOMY:
            with archive.open("content.xml") as opened:
                yield from _of_ods(opened, name)
    for kind, of_sheet in {"xml": _of_xlsx, "bin": _of_xlsb}.items():
        for sheet in _sheets(archive, kind):
            if sheet in held:
                with archive.open(sheet) as opened:
                    yield of_sheet(opened)


def _of_xlsx(opened: IO[bytes]) -> Reach:
    reach, rest = Reach(), b""
    while piece := opened.read(PIECE):
        text = rest + piece
        cut = text.rfind(b"<") if len(piece) == PIECE else len(text)
        rest = text[cut:]
        for letters, row in CELL.findall(text[:cut]):
            reach.add(int(row), _number(letters))
    return reach


def _of_xlsb(opened: IO[bytes]) -> Reach:
    reach, row = Reach(), 0
    for kind, content in _records(opened):
        place = int.from_bytes(content[:4], "little") + 1
        if kind == ROW:
            row = place
        elif kind in CELLS:
            reach.add(row, place)
    return reach


def _at_most(opened: IO[bytes]) -> float:
    """Cells that all sheets of an ods can ask for, by counting tags, which is much faster than reading them."""
    rows, last, columns, rest, piece = 0, 0, 0, b"", b"?"
    while piece:
        piece = opened.read(PIECE)
        text = rest + piece
        if b"\0" in text[:100] or b"&#" in text:
            return float("inf")  # tags and numbers may be written in other ways
        *parts, rest = text.split(b"<table:table-row")
        for part in parts if piece else [*parts, rest]:
            held = GAP.sub(b"", part)
            cells = held.count(b"<table:table-cell") + held.count(b"<table:covered-table-cell")
            columns = max(columns, cells + sum(int(times[:10]) for times in COLUMNS.findall(held)))
            rows += sum(int(times[:10]) for times in ROWS.findall(part)) or 1
            last = rows if cells else last
    return last * columns


def _of_ods(opened: IO[bytes], name: str) -> list[Reach]:
    """Of every sheet, since the reader reads them all; a cell or row that is repeated is held once."""
    seen = Seen([Reach()])
    parser = expat.ParserCreate()
    parser.StartElementHandler = seen.begin
    try:
        parser.ParseFile(opened)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise InputError(f"{name}: cannot be read as .ods (content.xml: {error}). Save it again, or as CSV.") from None
    return seen.sheets


@dataclass
class Seen:
    """Where the reading of an ods is: the last sheet, its row and column, and whether the cell has been found empty."""

    sheets: list[Reach]
    row: int = 0
    column: int = 0
    empty: bool = False

    def begin(self, tag: str, told: dict[str, str]) -> None:
        """An element begins."""
        if tag == "table:table":
            self.sheets.append(Reach())
            self.row, self.empty = 0, False
        elif tag == "table:table-row":
            self.row, self.column, self.empty = self.row + _times(told, "rows"), 0, False
        elif tag in ("table:table-cell", "table:covered-table-cell"):
            self.column, self.empty = self.column + _times(told, "columns"), True
        if self.empty and (tag == "text:p" or "office:value-type" in told):
            self.sheets[-1].add(self.row, self.column)
            self.empty = False


def _times(told: dict[str, str], way: str) -> int:
    times = told.get(f"table:number-{way}-repeated", "1").removeprefix("+")
    return int(times[:10]) if times.isdecimal() else 1


def _sheets(archive: zipfile.ZipFile, kind: str) -> list[str]:
    """Paths of the sheets inside an xlsx (``xml``) or xlsb (``bin``); none where they cannot be found."""
    try:
        book, links = archive.read(f"xl/workbook.{kind}"), archive.read(f"xl/_rels/workbook.{kind}.rels")
    except KeyError:
        return []
    wanted, paths = _ids(archive, book, kind), []
    for link in re.findall(rb"<(?:\w+:)?Relationship\s[^>]*>", links):
        named = re.search(rb"\bId=[\"']([^\"']+)[\"']", link)
        target = re.search(rb"\bTarget=[\"']([^\"']+)[\"']", link)
        if named and target and named[1] in wanted:
            paths.append(normpath(join("/xl", target[1].decode("utf-8", "replace"))).lstrip("/"))
    return paths


def _ids(archive: zipfile.ZipFile, book: bytes, kind: str) -> set[bytes]:
    if kind == "xml":
        return set(SHEET.findall(book))
    with archive.open("xl/workbook.bin") as opened:
        sheets = [content for number, content in _records(opened) if number == BUNDLE]
    sizes = [2 * int.from_bytes(one[8:12], "little") for one in sheets]
    return {
        one[12 : 12 + size].decode("utf-16-le", "replace").encode() for one, size in zip(sheets, sizes, strict=True)
    }


def _records(opened: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """Number and content of each record of an xlsb; the rest of a damaged one is left out."""
    while head := opened.read(1):
        number = head[0]
        if number & 0x80:
            number = (number & 0x7F) | (int.from_bytes(opened.read(1), "little") << 7)
        size = 0
        for place in range(4):
            byte = int.from_bytes(opened.read(1), "little")
            size |= (byte & 0x7F) << 7 * place
            if byte < 0x80:
                break
        yield number, opened.read(size)


def _number(letters: bytes) -> int:
    found = 0
    for letter in letters:
        found = 26 * found + letter - 64
    return found
