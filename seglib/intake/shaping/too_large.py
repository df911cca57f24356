"""Sums and products of columns that no amount holds: told with the column that is most likely no number at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import ibis.expr.types as ir

from seglib.errors import InputError
from seglib.intake.files.engine_errors import is_too_large
from seglib.intake.formats import header_names
from seglib.intake.formats.forms import NUMBERS
from seglib.intake.readings import read_column
from seglib.intake.readings.numbers import LARGEST
from seglib.intake.shaping.resolving import asked_for, told_by
from seglib.tables.canonical import TABLES

__all__ = ["amounts_within"]

KINDS = {column.name: column.kind for table in TABLES.values() for column in table}


@contextmanager
def amounts_within(raw: ir.Table, specs: Mapping[str, Any], where: str) -> Iterator[None]:
    """Tables of the columns of a raw one, refused where a number of theirs is too large for the engine.

    Parameters
    ----------
    raw : ibis Table
        What the file has.
    specs : mapping
        Canonical column -> column or form of the file.
    where : str
        File, named in the message.

    Raises
    ------
    InputError
        A product of a quantity and a price, say, is beyond what money holds; names the column of the largest numbers.
    """
    try:
        yield
    except Exception as error:
        if not is_too_large(error):
            raise
        header, name, digits = max(_digits(raw, specs), key=lambda one: one[2], default=("", "", 0))
        raise InputError(
            f"{where}: an amount that is made of its columns is above {LARGEST - 1:,}. The largest numbers, of "
            f"{digits} digits, are those of {header!r}, read for {name}. Are they codes? Name another column for it in "
            "a format or in shop.toml, or correct the export."
        ) from None


def _digits(raw: ir.Table, specs: Mapping[str, Any]) -> Iterator[tuple[str, str, int]]:
    """Each column that is read as numbers, what for, and how many digits its largest has before the point."""
    headers = header_names(raw.columns)
    for name, spec in told_by(headers, specs).items():
        if KINDS.get(name, "decimal") not in NUMBERS:
            continue  # an id may be long
        for header in sorted(asked_for(spec, headers)):
            try:
                largest = read_column(raw[header], "float", header).abs().max().to_pyarrow().as_py()
            except InputError:
                continue
            yield header, name, len(f"{largest or 0:.0f}")
