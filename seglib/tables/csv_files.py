"""Tables as CSV that people open in a spreadsheet: no text of the data is taken for a formula."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import IO, Any

import pandas as pd

__all__ = ["as_text", "read_csv", "write_csv"]

# what a spreadsheet begins to reckon at, full-width too
STARTS = re.compile(r"'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")


def as_text(cell: Any) -> Any:
    """A cell with an apostrophe in front where a spreadsheet would take it for a formula; numbers stay.

    A text that begins with apostrophes and such a sign gets one more, so that :func:`read_csv` can take one off.

    Examples
    --------
    >>> [as_text(cell) for cell in ("=1+1", "+49 170 5", "-3.5", "Tea", -3.5)]
    ["'=1+1", "'+49 170 5", '-3.5', 'Tea', -3.5]
    """
    if not isinstance(cell, str) or not STARTS.match(cell) or NUMBER.fullmatch(cell):
        return cell
    return f"'{cell}"


def _as_told(cell: Any) -> Any:
    return cell[1:] if isinstance(cell, str) and cell[:1] == "'" and STARTS.match(cell) else cell


def write_csv(table: pd.DataFrame, file: Path, *, index: bool = False, marked: bool = False) -> None:
    """Write a table, its headings and texts as a spreadsheet shall show them; Parquet needs none of this.

    ``marked`` puts the sign of UTF-8 in front, without which Excel takes letters beyond ASCII for others.
    """
    flat = table.reset_index() if index else table
    texts = {name: flat[name].map(as_text) for name in flat if not pd.api.types.is_numeric_dtype(flat[name])}
    told = flat.assign(**texts).rename(columns=as_text)
    cells = [*told.columns, *(cell for column in texts.values() for cell in column)]
    returns = any(isinstance(cell, str) and "\r" in cell for cell in cells)
    # a return alone is not quoted by itself, and would end the row
    quoting = csv.QUOTE_NONNUMERIC if returns else csv.QUOTE_MINIMAL
    told.to_csv(file, index=False, quoting=quoting, encoding="utf-8-sig" if marked else "utf-8")


def read_csv(file: Path | IO[bytes], **options: Any) -> pd.DataFrame:
    """What :func:`write_csv` wrote, as it was; ``options`` are those of pandas.

    Examples
    --------
    >>> import tempfile
    >>> table = pd.DataFrame({"product": ["=1+1", "'Tea", "'=2"], "share": [-0.5, 1.0, 2.0]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_csv(table, Path(folder, "a.csv"))
    ...     read_csv(Path(folder, "a.csv")).equals(table)
    True
    """
    table = pd.read_csv(file, **options)
    texts = {name: table[name].map(_as_told) for name in table if not pd.api.types.is_numeric_dtype(table[name])}
    return table.assign(**texts).rename(columns=_as_told)
