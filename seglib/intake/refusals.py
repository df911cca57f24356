"""What to do about a file that lacks columns: the next command, or the next lines, that work."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping
from pathlib import Path

import ibis.expr.types as ir

from seglib.errors import InputError
from seglib.intake.formats import Format, examples_of, guessed_columns, quoted
from seglib.intake.formats.layout import GUESS
from seglib.intake.shaping import LackingError

__all__ = ["explained"]

YOURS = "<your column>"


def explained(error: LackingError, raw: ir.Table, layout: Format, path: str | Path) -> InputError:
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
    """
    found = guessed_columns(examples_of(raw), error.table)
    likely = {name: found.get(name, YOURS) for name in error.missing}
    advice = _drafted(error.table, likely, path) if layout.name == GUESS else _completed(layout, likely)
    return InputError(f"{error.faults[0]} {advice}")


def _drafted(table: str, likely: Mapping[str, str], path: str | Path) -> str:
    """Where columns were guessed: a format drafted and completed, or two lines of shop.toml."""
    lines = [f"[tables.{table}.columns]", *(f"{name} = {quoted(column)}" for name, column in likely.items())]
    if "://" in str(path):
        return f"Name it in shop.toml:{_below(lines)}"
    them = "them" if len(likely) > 1 else "it"
    more = f"\nOr name {them} in shop.toml, below the path, where all else goes on being guessed:{_below(lines)}"
    return _draft(table, command_path(path), complete=YOURS not in likely.values()) + more


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
