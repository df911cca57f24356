"""What to do about a file that lacks columns: the next command, or the next lines, that work."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import ibis.expr.types as ir

from seglib.errors import InputError
from seglib.intake.formats import Format, examples_of, guessed_columns, kind_of_table, load_format, quoted
from seglib.intake.formats.layout import GUESS
from seglib.intake.readings.text import counts
from seglib.intake.shaping import LackingError, shape
from seglib.tables.canonical import ALONE

__all__ = ["explained", "given_as"]

YOURS = "<your column>"


def explained(
    error: LackingError,
    raw: ir.Table,
    layout: Format,
    path: str | Path,
    sheets: Sequence[Mapping[str, Any]] = (),
) -> InputError:
    """The refusal of a file that lacks columns, with what to do.

    Parameters
    ----------
    error : LackingError
    raw : ibis Table
        What the file has.
    layout : Format
        What it was read as.
    path : str or Path
        Where it is, as a command can name it.
    sheets : sequence of mapping
        Sheets of a workbook: name, and whether it was read.
    """
    if layout.name == GUESS and (other := _another_table(error, raw, path)):
        return InputError(other)
    found = guessed_columns(examples_of(raw), error.table)
    likely = {name: found.get(name, YOURS) for name in error.missing}
    advice = _drafted(error.table, likely, path) if layout.name == GUESS else _completed(layout, likely)
    return InputError(f"{error.faults[0]} {_on_sheets(sheets)}{_nobody(error.table, likely)}{advice}")


def _on_sheets(sheets: Sequence[Mapping[str, Any]]) -> str:
    """Which sheets there are, where the one that was read lacks columns."""
    if len(sheets) < 2:
        return ""
    names = ", ".join(repr(one["name"]) for one in sheets)
    return f'The workbook has the sheets {names}; sheet = "<name>" in shop.toml says which is meant. '


def _nobody(table: str, likely: Mapping[str, str]) -> str:
    """What is said where nothing tells who bought."""
    if table != "lines" or likely.get("customer_id") != YOURS:
        return ""
    return (
        "Nothing in it seems to tell who bought, and segments are made of customers: where that is so, export it again "
        "with a customer number or an e-mail. "
    )


def _another_table(error: LackingError, raw: ir.Table, path: str | Path) -> str:
    """What a file is told to be that is no table of orders, or is one and was given as another; else empty."""
    where = error.where
    if error.table != "lines":
        told = f"{where}: this is a table of orders, not of {error.table}. Give it under [tables.lines] in shop.toml."
        return told if _readable(raw, "lines") else ""
    kind = kind_of_table(raw.columns)
    if kind is None or (kind.table == "customers" and not _one_each(raw[kind.signs[0]])):
        return ""
    signs = " and ".join(map(repr, kind.signs))
    told = f"this is a file of {kind.what}, since it has {signs}, and tells of {kind.table}, not of lines"
    return f"{where}: {told}. {given_as(kind.table, path, raw)}"


def _one_each(ids: ir.Column) -> bool:
    n = counts(ids.as_table(), told=ids.notnull())["told"]
    return n == int(ids.nunique().to_pyarrow().as_py())


def _readable(raw: ir.Table, table: str) -> bool:
    try:
        shape(raw, load_format(GUESS, table), where="")
    except InputError:
        return False
    return True


def given_as(table: str, path: str | Path, raw: ir.Table | None = None) -> str:
    """How a file is given that is another table than it was taken for.

    Parameters
    ----------
    table : str
        What it is.
    path : str or Path
        Where it is.
    raw : ibis Table, optional
        What it has, where its format is not known.
    """
    if "://" in str(path):
        return f"Give it under [tables.{table}] in shop.toml."
    lines = [*_counted_to(table, raw), f"[tables.{table}]", f"path = {quoted(Path(path).name)}"]
    first = ""
    if raw is not None and not _readable(raw, table):
        lines.append(f'format = "{table}.yaml"')
        first = "Draft a format and fill in what it leaves open:" + _below(
            [f"seglib formats draft {command_path(path)} --table {table} > {table}.yaml"]
        )
        first += "\n"
    beside = "alone or beside [tables.lines]" if table in ALONE else "beside [tables.lines] with the orders"
    beside = (
        "instead of [tables.lines], where the orders themselves are not at hand" if table == "customers" else beside
    )
    return (
        f"{first}It goes into a shop.toml in the same folder, {beside}; then run seglib check shop.toml:{_below(lines)}"
    )


def _counted_to(table: str, raw: ir.Table | None) -> list[str]:
    """The as-of date, where customers come with days since their last order and no date of it."""
    found = guessed_columns(examples_of(raw), table) if table == "customers" and raw is not None else {}
    alone = "recency_days" in found and "last_order_at" not in found
    return ['as_of = "<the day that recency is counted to, such as 2024-12-31>"'] if alone else []


def _drafted(table: str, likely: Mapping[str, str], path: str | Path) -> str:
    """Where columns were guessed: a format drafted and completed, or two lines of shop.toml."""
    lines = [f"[tables.{table}.columns]", *(f"{name} = {quoted(column)}" for name, column in likely.items())]
    if "://" in str(path):
        return f"Name it in shop.toml:{_below(lines)}"
    them = "them" if len(likely) > 1 else "it"
    more = f"\nOr name {them} in shop.toml, below the path, where all else goes on being guessed:{_below(lines)}"
    more += _beside(table, likely)
    return _draft(table, command_path(path), complete=YOURS not in likely.values()) + more


def _beside(table: str, likely: Mapping[str, str]) -> str:
    """Where an order number is there, and not whose the order is or of when: another file may tell it."""
    if table != "lines" or not likely or not set(likely) <= {"customer_id", "ordered_at"}:
        return ""
    lines = ["[[tables.lines.join]]", 'path = "<file of the orders>"', 'on = "<the number that both have>"']
    return f"\nOr, where another file tells it of each order, join that below the path in shop.toml:{_below(lines)}"


def _draft(table: str, file: str, *, complete: bool) -> str:
    if table != "lines":
        drafted = [f"seglib formats draft {file} --table {table} > my.yaml"]
        return f'Draft a format, and write format = "my.yaml" below the path in shop.toml:{_below(drafted)}'
    commands = [f"seglib formats draft {file} > my.yaml", f"seglib check {file} --format my.yaml"]
    return f"Draft a format{'' if complete else ', fill in what it leaves open,'} and try it:{_below(commands)}"


def _completed(layout: Format, likely: Mapping[str, str]) -> str:
    """Where a format was given: it switches guessing off."""
    lines = [f"{name}: {column if column == YOURS else quoted(column)}" for name, column in likely.items()]
    rule = "and a format switches guessing off. Add below its columns:"
    return f"The format {layout.name} names none, {rule}{_below(lines)}"


def _below(lines: list[str]) -> str:
    return "".join(f"\n    {line}" for line in lines)


def command_path(path: str | Path) -> str:
    """A path as it can be typed in this folder."""
    text = str(path)
    inside = os.path.relpath(text) if os.path.isabs(text) else text
    return shlex.quote(text if inside.startswith("..") else inside)
