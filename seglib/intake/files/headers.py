"""Where the header of a table stands, what its columns are called, and which rows at the end are none."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Sequence

from seglib.errors import InputError
from seglib.tables.privacy import shape_of

__all__ = ["MAX_COLUMNS", "check_headed", "column_names", "doubled", "find_header", "is_footer", "plain"]

MAX_COLUMNS = 5_000
MAX_NAME = 300  # characters of a column's name that are kept
NARROW = 2  # cells up to which a row may as well be a remark
GROUPS = 0.7  # share of the columns below which cells above them name groups
# What no column is called, and what it is likely to be.
SIGNS = {
    "ordered_at": re.compile(r"\d{4}[-/.]\d\d?[-/.]\d\d?([T ].*)?|\d\d?[-/.]\d\d?[-/.]\d{4}( .*)?"),
    "email": re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]{2,}"),
    "amount": re.compile(r"[-+]?\D{0,3}\d[\d,. ]*[.,]\d\d"),
}
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
    named = next((i for i, row in enumerate(rows) if _like_names(row, width)), None)
    if named is not None:
        return named + _is_above(rows[named : named + 2], width)
    first = next((i for i, row in enumerate(rows) if any(cell.strip() for cell in row)), -1)
    if first >= 0 and len(rows[first]) > NARROW and _full(rows[first]) and _like_names(rows[first], len(rows[first])):
        return first  # the rows below it are wider: what is wrong with them is told
    wide = (i for i, row in enumerate(rows) if len(row) == width and any(cell.strip() for cell in row))
    return next(wide, -1)


def _is_above(rows: Sequence[Sequence[str]], width: int) -> bool:
    """Whether the first of two rows names groups of columns, each above several, and the second the columns."""
    if len(rows) < 2:
        return False
    groups = sum(bool(cell.strip()) for cell in rows[0])
    return groups < width * GROUPS and len(rows[1]) == width and _full(rows[1]) and _like_names(rows[1], width)


def _full(row: Sequence[str]) -> bool:
    return all(cell.strip() for cell in row)


def check_headed(rows: Sequence[Sequence[str]], header: int, where: str) -> None:
    """Refuse a table whose first row holds dates, amounts or addresses as the rows below it do: it has no header.

    Raises
    ------
    InputError
        With what is seen, and the line to put above it.
    """
    first, body = rows[header], [row for row in rows[header + 1 : LOOK] if len(row) == len(rows[header])]
    seen = {i: kind for i in range(len(first)) if (kind := _kind(i, first, body))}
    if not seen:
        return
    names = [seen.get(i, "order_id" if i == 0 else f"column_{i + 1}") for i in range(len(first))]
    cells = ", ".join(shape_of(cell) for cell in first[:6])
    raise InputError(
        f"{where}: the file has no header: its first row holds values like those below it ({cells}). Put a line "
        f"with the names of the columns above it, such as {','.join(names[:12])}; say which column is the customer."
    )


def _kind(i: int, first: Sequence[str], body: Sequence[Sequence[str]]) -> str:
    """What the first row and nearly all others hold in a column; empty where that is no sure sign."""
    below = [row[i].strip() for row in body if row[i].strip()]
    for kind, form in SIGNS.items():
        if form.fullmatch(first[i].strip()) and below and sum(map(bool, map(form.fullmatch, below))) > 0.8 * len(below):
            return kind
    return ""


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
