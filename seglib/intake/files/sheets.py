"""Sheets of a workbook -> Parquet with text columns."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from seglib.errors import InputError, did_you_mean
from seglib.intake.files.extents import check_extent
from seglib.intake.files.finding_files import Hints, Part, fresh
from seglib.intake.files.headers import LOOK, MAX_COLUMNS, check_headed, column_names, find_header, is_footer
from seglib.intake.files.packing import check_archive
from seglib.intake.files.texts import write_rows

__all__ = ["cell_text", "read_sheets", "sheet_names"]

CHOICE = 'sheet = "<name>" in shop.toml names another, sheets = "all" takes all'
# Names of sheets whose rows take back what others tell.
RETURNS = re.compile(
    r"(?i)return|refund|retour|reso\b|resi\b|rimbors|remboursement|devoluc|devoluç|reembols|rückgabe|rücksend|storn|ramburs|"
    r"zwrot|iade|поверн|возврат|terugbetal"
)
MONEY = re.compile(r"-?\d+\.\d+")


def read_sheets(file: Path, name: str, hints: Hints, folder: Path) -> list[Part]:
    """Sheets of a workbook that are wanted: dates as ISO text, whole numbers without ``.0``, text as it stands.

    The sheet or the sheets asked for; else all that are of the wanted table; else the first with anything on it.

    Raises
    ------
    InputError
        No workbook, no such sheet, no header, columns of the same name.
    """
    looked = [_look(sheet, file, name, hints) for sheet in _sheets(file, name, hints)]
    filled = [one for one in looked if one.rows] or looked[:1]
    wanted = _wanted(filled, name, hints)
    told = [one.told(one in wanted) for one in filled]
    aside = [f"{one['name']!r} ({one['what']})" for one in told if not one["read"]]
    parts = [_part(one, name if len(wanted) == 1 else f"{name}: {one.sheet}", hints, folder) for one in wanted]
    changes = [f"read: sheet {', '.join(repr(one.sheet) for one in wanted)}; left aside: {', '.join(aside)}; {CHOICE}"]
    first = dict(parts[0].facts)
    first |= {"sheets": told, "changes": [*first["changes"], *(changes if aside else [])]}
    return [replace(parts[0], facts=first), *parts[1:]]


@dataclass(frozen=True)
class _Looked:
    """A sheet, its rows as text, where the header is, which table it is of, and how many cells were filled down."""

    sheet: str
    rows: list[list[str]]
    header: int
    table: str
    merged: list[str]

    @property
    def names(self) -> list[str]:
        return _trimmed(self.rows[self.header]) if self.header >= 0 else []

    def told(self, read: bool) -> dict[str, Any]:
        """What facts say of it."""
        below = sum(any(row) for row in self.rows[self.header + 1 :])
        what = "returns" if _of_returns(self.sheet) and self.table else self.table or "no table that is known"
        return {"name": self.sheet, "rows": below, "what": what, "read": read}


def _of_returns(sheet: str) -> bool:
    return bool(RETURNS.search(sheet))


def _wanted(filled: list[_Looked], name: str, hints: Hints) -> list[_Looked]:
    if hints.sheet:
        found = [one for one in filled if one.sheet.strip().lower() == hints.sheet.strip().lower()]
        if not found:
            near = did_you_mean(hints.sheet, [one.sheet for one in filled], word="Found")
            raise InputError(f"{name}: no sheet {hints.sheet!r} with anything on it.{near}")
        return found
    if hints.sheets == "all":
        return filled
    fits = [one for one in filled if one.table == hints.table]
    alike = [one for one in fits if len({*one.names} & {*fits[0].names}) * 2 > len(fits[0].names)]
    sold = [one for one in alike if not _of_returns(one.sheet)]
    return _different(sold or alike) or filled[:1]


def _different(sheets: list[_Looked]) -> list[_Looked]:
    """Without those that hold the same rows as one before."""
    return [one for i, one in enumerate(sheets) if all(one.rows != other.rows for other in sheets[:i])]


def _part(looked: _Looked, name: str, hints: Hints, folder: Path) -> Part:
    rows, header = looked.rows, looked.header
    if header < 0:
        raise InputError(f"{name}: no row with names of columns on sheet {looked.sheet!r}. {CHOICE.capitalize()}.")
    check_headed([_trimmed(row) for row in rows[:LOOK]], header, name)
    body = [row for row in rows[header + 1 :] if any(row)]
    width = max((len(_trimmed(row)) for row in body), default=0)
    names, changes = column_names(_padded(_trimmed(rows[header]), width), width, name)
    remarks = []
    while body and is_footer(body[-1], len(names), hints.footer):
        remarks.append(" ".join(filter(None, body.pop())))
    target = fresh(folder, ".parquet")
    filled = [f"merged cells of {', '.join(map(repr, looked.merged))} are filled down"] if looked.merged else []
    facts = {
        "name": name,
        "rows": write_rows((_padded(row, len(names))[: len(names)] for row in body), names, target),
        "preamble_rows": sum(any(row) for row in rows[:header]),
        "footer_rows": len(remarks),
        "footer": remarks[::-1],
        "sheet": looked.sheet,
        "changes": [*changes, *filled],
    }
    return Part(target, facts)


def _look(sheet: Any, file: Path, name: str, hints: Hints) -> _Looked:
    if sheet.total_width > MAX_COLUMNS:
        if hints.sheet or hints.sheets:
            raise InputError(_too_wide(sheet, name))
        return _Looked(sheet.name, [["too wide"]], -1, "", [])
    rows = _texts(_guarded(lambda: sheet.to_python(skip_empty_area=False), file, name))
    header = find_header([_trimmed(row) for row in rows[:LOOK]], hints.header_has)
    merged = _fill_merged(rows, header, sheet.merged_cell_ranges or []) if header >= 0 else []
    table = hints.table_of(_trimmed(rows[header])) if header >= 0 else ""
    return _Looked(sheet.name, rows if any(map(any, rows)) else [], header, table, merged)


def _too_wide(sheet: Any, name: str) -> str:
    return f"{name}: {sheet.total_width:,} columns on sheet {sheet.name!r}, at most {MAX_COLUMNS:,} are read."


def _fill_merged(rows: list[list[str]], header: int, ranges: Sequence[Any]) -> list[str]:
    """Cells merged over several rows filled with their value, but money, which is told once; the columns filled."""
    tall = [(top, bottom, left) for (top, left), (bottom, _) in ranges if header < top < bottom < len(rows)]
    money = {left for top, _, left in tall if MONEY.fullmatch(rows[top][left])}
    for top, bottom, left in tall:
        for row in rows[top + 1 : bottom + 1] if left not in money else []:
            row[left] = rows[top][left]
    return [rows[header][left] or f"column_{left + 1}" for left in sorted({left for *_, left in tall} - money)]


def sheet_names(file: Path, name: str) -> list[str]:
    """Names of the sheets of a workbook that are not hidden.

    Raises
    ------
    InputError
        No workbook.
    """
    return [sheet.name for sheet in _sheets(file, name, Hints())]


def _sheets(file: Path, name: str, hints: Hints) -> list[Any]:
    """Sheets with cells, hidden ones only where one is asked for by its name."""
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    _guarded(lambda: _check_size(file, name), file, name)
    book = _guarded(lambda: CalamineWorkbook.from_path(str(file)), file, name)
    told = [one for one in book.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
    seen = [one.name for one in told if hints.sheet or one.visible == SheetVisibleEnum.Visible]
    names = seen or book.sheet_names[:1]
    if not names:
        raise InputError(f"{name}: a workbook without a sheet. Save it again, or as CSV.")
    return [_guarded(partial(book.get_sheet_by_name, each), file, name) for each in names]


def _check_size(file: Path, name: str) -> None:
    if zipfile.is_zipfile(file):
        with zipfile.ZipFile(file) as archive:
            check_archive(archive, name)
            check_extent(archive, name)


def _guarded(read: Callable[[], Any], file: Path, name: str) -> Any:
    try:
        return read()
    except InputError:
        raise
    except BaseException as error:  # the reader is written in Rust: its panics are no Exceptions
        if isinstance(error, KeyboardInterrupt | SystemExit | MemoryError):
            raise
        said = str(error).strip().splitlines() or [type(error).__name__]
        raise InputError(
            f"{name}: cannot be read as {file.suffix} ({said[0][:120]}). Save it again, or as CSV."
        ) from None


def _texts(cells: Sequence[Sequence[Any]]) -> list[list[str]]:
    timed = {i for row in cells for i, cell in enumerate(row) if isinstance(cell, dt.datetime)}
    return [[cell_text(cell, timed=i in timed) for i, cell in enumerate(row)] for row in cells]


def cell_text(cell: Any, *, timed: bool = False) -> str:
    """What a cell shows, as text; empty for an empty one.

    Parameters
    ----------
    cell : object
        Value of the cell.
    timed : bool
        Whether its column holds times too, so that all its dates are told with one.

    Examples
    --------
    >>> import datetime as dt
    >>> [cell_text(cell) for cell in (12.0, 0.1 + 0.2, "007", True, dt.date(2024, 1, 5))]
    ['12', '0.3', '007', 'true', '2024-01-05']
    """
    if cell is None or cell != cell:
        return ""
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float):  # fifteen digits are what the sheet itself keeps and shows
        return str(int(cell)) if cell.is_integer() else f"{Decimal(f'{cell:.15g}'):f}"
    if isinstance(cell, dt.datetime):
        return (cell + dt.timedelta(microseconds=500_000)).replace(microsecond=0).isoformat(" ")
    return f"{cell} 00:00:00" if timed and isinstance(cell, dt.date) else str(cell)


def _trimmed(row: Sequence[str]) -> list[str]:
    filled = [i for i, cell in enumerate(row) if cell]
    return list(row[: filled[-1] + 1]) if filled else []


def _padded(row: Sequence[str], width: int) -> list[str]:
    return [*row, *[""] * (width - len(row))]
