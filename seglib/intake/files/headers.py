"""Where the header of a table stands, what its columns are called, and which rows at the end are none."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Sequence

from seglib.errors import InputError

__all__ = ["MAX_COLUMNS", "column_names", "doubled", "find_header", "is_footer", "plain"]

MAX_COLUMNS = 5_000
MAX_NAME = 300  # characters of a column's name that are kept
LOOK = 100  # rows in which the header must stand
# a number, a date, money: no name of a column
VALUE = re.compile(r"[\d.,:/' +()€$£%-]*\d[\d.,:/' +()€$£%-]*|\d{4}-\d\d-\d\d[T ].*")
TWICE = "stands twice in the header and "
DOUBLED = re.compile(rf"column \d+ (.+) {TWICE}")
LONG = 200  # characters beyond which a cell is neither a value nor a remark
FOOTER = re.compile(
    r"(?i)\d[\d,.]* (record|row|line|order|transaction|result)s?\b|\(s\)|"
    r"^(seller|account|report|exported|generated|end of)\b.*[: ]"
)


def plain(name: str) -> str:
    """Name without case, space and punctuation.

    Examples
    --------
    >>> plain("Order-ID ")
    'orderid'
    """
    return re.sub(r"[\W_]+", "", name).lower()


def find_header(rows: Sequence[Sequence[str]], header_has: Sequence[str] = ()) -> int:
    """Index of the row that names the columns; -1 where there is no row at all.

    The first row that holds every name of ``header_has``; where none does, the first that looks like names: as wide as
    most rows, at least half filled, no numbers or dates, none twice.

    Examples
    --------
    >>> find_header([["Report of June"], [], ["Order", "Amount"], ["1", "9.50"], ["2", "3.00"]])
    2
    """
    wanted = {plain(name) for name in header_has}
    rows = rows[:LOOK]
    if wanted:
        for i, row in enumerate(rows):
            if wanted <= {plain(cell) for cell in row}:
                return i
    width = usual_width(rows)
    named = (i for i, row in enumerate(rows) if _like_names(row, width))
    wide = (i for i, row in enumerate(rows) if len(row) == width and any(cell.strip() for cell in row))
    return next(named, next(wide, -1))


def usual_width(rows: Sequence[Sequence[str]]) -> int:
    """Number of cells that most rows have, lone cells apart; of equally common ones the larger.

    Examples
    --------
    >>> usual_width([["Report"], ["by"], ["me"], ["Order", "Sum"], ["1", "2"]])
    2
    """
    widths = Counter(len(row) for row in rows if len(row) > 1) or Counter(len(row) for row in rows if row)
    return max(widths, key=lambda width: (widths[width], width), default=0)


def _like_names(row: Sequence[str], width: int) -> bool:
    filled = [cell.strip() for cell in row if cell.strip()]
    enough = len(row) >= width - 1 and len(filled) >= max(1, min(width, 2), (width + 1) // 2)
    values = any(len(cell) < LONG and VALUE.fullmatch(cell) for cell in filled)
    return enough and len(set(filled)) == len(filled) and not values


def column_names(row: Sequence[str], width: int, where: str) -> tuple[tuple[str, ...], list[str]]:
    """Names of the columns, and what was changed in them.

    Unnamed columns become ``column_7``. Names that stand twice, or differ in case alone, are numbered, since the engine
    does not tell them apart. Names beyond the usual width that are empty are no columns.

    Raises
    ------
    InputError
        More columns than any export has.
    """
    if len(row) > MAX_COLUMNS:
        raise InputError(f"{where}: {len(row):,} columns, more than {MAX_COLUMNS:,}. Is the delimiter right?")
    cells = [" ".join(cell.replace("\ufeff", "").split())[:MAX_NAME] for cell in row]
    while len(cells) > max(width, 1) and not cells[-1]:
        cells.pop()
    return _told_apart(cells)


def doubled(changes: Sequence[str]) -> list[str]:
    """Names that stand twice in a header, of what was changed in it.

    Examples
    --------
    >>> doubled(column_names(["State", "State", "state"], 3, "a.csv")[1])
    ['State']
    """
    found = (DOUBLED.match(change) for change in changes)
    return list(dict.fromkeys(ast.literal_eval(hit[1]) for hit in found if hit))


def _told_apart(cells: Sequence[str]) -> tuple[tuple[str, ...], list[str]]:
    names: list[str] = []
    changes = []
    taken = {cell.lower() for cell in cells}
    seen: set[str] = set()
    for i, cell in enumerate(cells):
        name, n = cell or f"column_{i + 1}", 2
        while name.lower() in seen or (name != cell and name.lower() in taken):
            name, n = f"{cell or f'column_{i + 1}'}_{n}", n + 1
        if name != cell:
            again = TWICE if cell and cell in cells[:i] else ""
            changes.append(f"column {i + 1} {cell!r} {again}is called {name!r}")
        names.append(name)
        seen.add(name.lower())
    return tuple(names), changes


def is_footer(row: Sequence[str], width: int, footer: Sequence[str] = ()) -> bool:
    """Whether a row at the end of a table is a remark rather than a row: it holds one of ``footer``.

    Without ``footer``, a lone cell such as "3 record(s) downloaded" or "Seller ID: x" in a table of three columns and
    more; a lone cell that says nothing of the kind is a row cut off, and no footer.

    Examples
    --------
    >>> is_footer(["3 record(s) downloaded"], 12), is_footer(["10007"], 12), is_footer(["Sum", "12.50"], 2, ["Sum"])
    (True, False, True)
    """
    if any(text.lower() in cell.lower() for text in footer for cell in row):
        return True
    filled = [cell for cell in row if cell.strip()]
    alone = width > 2 and len(filled) == 1 and row[0] == filled[0] and len(row[0]) < LONG
    return alone and bool(FOOTER.search(filled[0]))
