"""The first sheet of a workbook -> Parquet with text columns."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from seglib.errors import InputError
from seglib.intake.files.extents import check_extent
from seglib.intake.files.finding_files import Hints, Part, fresh
from seglib.intake.files.headers import LOOK, MAX_COLUMNS, column_names, find_header, is_footer
from seglib.intake.files.packing import check_archive
from seglib.intake.files.texts import write_rows

__all__ = ["cell_text", "read_sheet"]


def read_sheet(file: Path, name: str, hints: Hints, folder: Path) -> Part:
    """First sheet of a workbook: dates as ISO text, whole numbers without ``.0``, text as it stands.

    Raises
    ------
    InputError
        No workbook, no header, columns of the same name.
    """
    sheet, cells = _cells(file, name)
    rows = _texts(cells)
    header = find_header([_trimmed(row) for row in rows[:LOOK]], hints.header_has)
    if header < 0:
        raise InputError(f"{name}: no row with names of columns on sheet {sheet!r}. Put the table on the first sheet.")
    body = [row for row in rows[header + 1 :] if any(row)]
    width = max((len(_trimmed(row)) for row in body), default=0)
    names, changes = column_names(_padded(_trimmed(rows[header]), width), width, name)
    remarks = []
    while body and is_footer(body[-1], len(names), hints.footer):
        remarks.append(" ".join(filter(None, body.pop())))
    target = fresh(folder, ".parquet")
    facts = {
        "rows": write_rows((_padded(row, len(names))[: len(names)] for row in body), names, target),
        "preamble_rows": sum(any(row) for row in rows[:header]),
        "footer_rows": len(remarks),
        "footer": remarks[::-1],
        "sheet": sheet,
        "changes": changes,
    }
    return Part(target, facts)


def _cells(file: Path, name: str) -> tuple[str, list[list[Any]]]:
    from python_calamine import CalamineWorkbook

    try:
        if zipfile.is_zipfile(file):
            with zipfile.ZipFile(file) as archive:
                check_archive(archive, name)
                check_extent(archive, name)
        sheet = CalamineWorkbook.from_path(str(file)).get_sheet_by_index(0)
        cells = sheet.to_python(skip_empty_area=False) if sheet.total_width <= MAX_COLUMNS else []
    except InputError:
        raise
    except BaseException as error:  # the reader is written in Rust: its panics are no Exceptions
        if isinstance(error, KeyboardInterrupt | SystemExit | MemoryError):
            raise
        said = str(error).strip().splitlines() or [type(error).__name__]
        raise InputError(
            f"{name}: cannot be read as {file.suffix} ({said[0][:120]}). Save it again, or as CSV."
        ) from None
    if sheet.total_width > MAX_COLUMNS:
        raise InputError(
            f"{name}: {sheet.total_width:,} columns on sheet {sheet.name!r}, at most {MAX_COLUMNS:,} are read."
        )
    return sheet.name, cells


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
