"""How far the cells of a workbook reach, before a reader makes room for all that lies between them."""

from __future__ import annotations

import re
import zipfile
from posixpath import join, normpath

from seglib.errors import InputError

__all__ = ["check_extent"]

PIECE = 2**20  # bytes looked at at a time
ROOMY = 20_000_000  # cells that are made room for whatever is in them
SPARSE = 20  # cells of room for each cell that is there
SHEET = re.compile(rb"<(?:\w+:)?sheet\s[^>]*?\w+:id=[\"']([^\"']+)[\"']")
CELL = re.compile(rb"<(?:\w+:)?c\s[^>]*?\br=[\"']([A-Z]{1,3})(\d{1,7})[\"']")


def check_extent(archive: zipfile.ZipFile, name: str) -> None:
    """Refuse a workbook whose first sheet asks for room out of all proportion: one cell at XFD1048576 is 550 GB.

    Raises
    ------
    InputError
        The used range is too large for the cells that are in it.
    """
    sheet = _first_sheet(archive)
    if sheet not in archive.namelist():
        return  # no xlsx, or one that the reader will say more of
    columns, rows, cells = 0, 0, 0
    with archive.open(sheet) as opened:
        rest = b""
        while piece := opened.read(PIECE):
            text = rest + piece
            cut = text.rfind(b"<") if len(piece) == PIECE else len(text)
            rest = text[cut:]
            for letters, row in CELL.findall(text[:cut]):
                columns, rows, cells = max(columns, _number(letters)), max(rows, int(row)), cells + 1
    if rows * columns > max(ROOMY, SPARSE * cells):
        raise InputError(
            f"{name}: too large a sheet: its cells reach to row {rows:,} and column {columns:,}, {cells:,} are filled. "
            "Delete what stands far from the table (Ctrl+End in Excel shows it), or save as CSV."
        )


def _first_sheet(archive: zipfile.ZipFile) -> str:
    """Path of the first sheet inside an xlsx; empty where it cannot be found."""
    try:
        book, links = archive.read("xl/workbook.xml"), archive.read("xl/_rels/workbook.xml.rels")
    except KeyError:
        return ""
    if not (first := SHEET.search(book)):
        return ""
    for link in re.findall(rb"<(?:\w+:)?Relationship\s[^>]*>", links):
        if re.search(rb"\bId=[\"']" + re.escape(first[1]) + rb"[\"']", link):
            target = re.search(rb"\bTarget=[\"']([^\"']+)[\"']", link)
            return normpath(join("/xl", target[1].decode("utf-8", "replace"))).lstrip("/") if target else ""
    return ""


def _number(letters: bytes) -> int:
    found = 0
    for letter in letters:
        found = 26 * found + letter - 64
    return found
