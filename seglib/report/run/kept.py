"""Tables of a run that another is compared with, read as what they are: files that anybody may have written."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from seglib.errors import InputError
from seglib.report.run.recorded import open_plain, read_record, sound_text
from seglib.tables.csv_files import read_csv

__all__ = ["CUSTOMERS", "MOVED", "ORDERED", "SCHEMES", "Kept", "read_kept"]

# tables of segments, the column of their names, and the notebook whose parameters make them
SCHEMES = {
    "rfm_segment": ("rfm_segments.csv", "segment", "02_rfm"),
    "persona": ("personas.csv", "persona", "03_personas"),
    "rule_segment": ("segments.csv", "segment", "05_segments"),
}
ORDERED = ("frequency", "recency_days")  # by which a customer is known again whose id has changed
FIRST = "first_order_at"  # by which who is new is told from who came back
MOVED = ("rfm_segment", "rule_segment")  # names that mean the same in both runs; those of personas need not
CUSTOMERS = "customers.parquet"
LARGEST = 64_000_000  # bytes of a small table
LARGEST_CUSTOMERS = 8_000_000_000
ROWS_A_BYTE = 16  # customers have different numbers, so that more rows in a byte are a trick
OPENED = 40  # times that a column may be larger than its file


@dataclass(frozen=True)
class Kept:
    """What a run has kept for a comparison.

    ``record`` is its ``run.json``. ``customers`` (indexed by ``customer_id``: ``monetary_value``, what they ordered
    and first when, the segments that they can move between), ``sizes`` by scheme (``segment``, ``customers``,
    ``revenue``) and ``quality`` (``column``, ``missing_share``) are empty where the run has none.
    """

    folder: Path
    record: Mapping[str, Any]
    customers: pd.DataFrame
    sizes: Mapping[str, pd.DataFrame]
    quality: pd.DataFrame


def read_kept(folder: Path, record: Mapping[str, Any] | None = None, faults: list[str] | None = None) -> Kept:
    """Record and tables of a run.

    Parameters
    ----------
    folder : Path
        Of the run.
    record : mapping
        What ``run.json`` will hold, where it is not written yet.
    faults : list of str
        Takes what is damaged, which then counts as not there.

    Raises
    ------
    InputError
        No run is there, or a table is damaged and ``faults`` are not asked for.

    Examples
    --------
    >>> read_kept(Path("no/such"))
    Traceback (most recent call last):
    seglib.errors.InputError: run.json cannot be read (No such file or directory)
    """
    told = dict(record) if record is not None else read_record(folder)
    tables, wrong = folder / "tables", list[str]()
    if tables.is_symlink():
        raise InputError("tables is a link")
    customers = _tried(wrong, _customers, tables / CUSTOMERS)
    sizes = {scheme: _tried(wrong, _sizes, tables / file, column) for scheme, (file, column, _) in SCHEMES.items()}
    quality = _tried(wrong, _quality, tables / "quality.csv")
    if wrong and faults is None:
        raise InputError(wrong)
    (faults if faults is not None else []).extend(wrong)
    return Kept(folder, told, customers, sizes, quality)


def _tried(faults: list[str], read: Callable[..., pd.DataFrame], file: Path, *more: str) -> pd.DataFrame:
    """A table; empty where there is none, and where it is damaged, which is noted."""
    try:
        return read(file, *more) if file.is_symlink() or file.exists() else pd.DataFrame()
    except InputError as error:
        faults += error.faults
    except (ValueError, TypeError, KeyError, ArithmeticError, OSError, MemoryError, NotImplementedError):
        faults.append(f"{file.name} is damaged")  # pyarrow and pandas raise all of them on bytes that they cannot read
    return pd.DataFrame()


def _csv(file: Path) -> pd.DataFrame:
    """Names as they are written: a segment may be called NA."""
    with open_plain(file, LARGEST) as opened:
        content = opened.read(LARGEST)
    return read_csv(io.BytesIO(content), keep_default_na=False, na_values=[""]) if content else pd.DataFrame()


def _sizes(file: Path, column: str) -> pd.DataFrame:
    table = _csv(file)
    if not {column, "customers", "revenue"} <= set(table):
        return pd.DataFrame()
    return _checked(table[[column, "customers", "revenue"]].rename(columns={column: "segment"}), file, "segment")


def _quality(file: Path) -> pd.DataFrame:
    table = _csv(file)
    return _checked(table[["column", "missing_share"]], file, "column") if len(table) else table


def _customers(file: Path) -> pd.DataFrame:
    from pyarrow import parquet

    with open_plain(file, LARGEST_CUSTOMERS) as opened:
        found = parquet.ParquetFile(opened)
        size, told = file.stat().st_size, found.metadata
        groups = [told.row_group(n) for n in range(told.num_row_groups)]
        if told.num_rows > ROWS_A_BYTE * size or sum(group.total_byte_size for group in groups) > OPENED * size:
            raise InputError(f"{file.name} is damaged: more rows than it has room for")
        asked = ("customer_id", "monetary_value", FIRST, *ORDERED, *MOVED)
        wanted = [name for name in asked if name in found.schema_arrow.names]
        table = found.read(columns=wanted, use_threads=False).to_pandas()
    if not {"customer_id", "monetary_value"} <= set(table):
        return pd.DataFrame()
    if FIRST in table and table[FIRST].dtype.kind != "M":
        raise InputError(f"{file.name} is damaged: {FIRST} is no time")
    checked = _checked(table, file, "customer_id", apart=(*MOVED, FIRST))
    return checked.set_index("customer_id")


def _checked(table: pd.DataFrame, file: Path, key: str, apart: tuple[str, ...] = ()) -> pd.DataFrame:
    """One row a name; all else numbers within bounds, but for what stands apart: texts and times."""
    names = {key, *apart} & set(table)
    table = table.astype({name: "float64" for name in table if name not in names} | {key: "str"})
    numbers = table[[name for name in table if name not in names]]
    sound = table[key].notna().all() and table[key].is_unique and not (numbers.abs() >= 1e18).any(axis=None)
    sound = sound and all(sound_text(value) for name in names - {FIRST} for value in table[name].dropna().unique())
    if not sound:
        raise InputError(f"{file.name} is damaged: a name that is missing or there twice, or a number beyond bounds")
    return table
