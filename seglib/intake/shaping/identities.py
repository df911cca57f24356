"""Whether a file keeps what its format says must hold between its columns, row by row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ibis
import ibis.expr.types as ir

from seglib.errors import InputError
from seglib.intake.formats import CENT, Format, identity_text
from seglib.intake.readings.text import as_text, counts
from seglib.intake.shaping.cells import Reader, match
from seglib.intake.shaping.resolving import resolve

__all__ = ["check_identities"]

ROUNDING = 1e-6  # of floats, far below any coin
ROW = "seglib_place"


class _Quick(Reader):
    """Reads plain numbers as floats: exact ones of every column would take a fifth of the time of a whole reading."""

    def _typed(self, column: ir.Column, kind: str, header: str, raw: ir.Table) -> ir.Column:
        if kind == "float" and column.type().is_string() and self.decimal != ",":
            text = as_text(column)
            number = text.try_cast("float64")
            told = counts(raw, known=text.notnull(), plain=number.notnull())
            if told["known"] == told["plain"]:
                return number
        return super()._typed(column, kind, header, raw)


def check_identities(raw: ir.Table, layout: Format, reader: Reader) -> list[dict[str, Any]]:
    """Each identity of a format, in how many rows both sides are told, and in how many they differ; in one pass.

    Returns
    -------
    list of dict: ``name`` (the left side), ``text``, ``of`` (row or order), ``checked`` and ``failed`` (rows),
    ``example`` (the first row that fails, with both sides), ``tolerance`` and ``source``. ``checked`` is 0 where the
    file lacks a column, or one cannot be read.
    """
    reader = _Quick(**vars(reader))
    cells = [_cells(raw, told, reader, number) for number, told in enumerate(layout.holds)]
    told = {name: value for each in cells for name, value in each.items()}
    if not told:
        return [_told(each, number, {}) for number, each in enumerate(layout.holds)]
    table = raw.select(**told, **{ROW: ibis.row_number()}).cache()  # each cell is read once, whatever is asked of it
    asked = {
        name: value
        for number, each in enumerate(cells)
        if each
        for name, value in _counts(table, number, _tolerance(layout.holds[number])).items()
    }
    (found,) = table.aggregate(**asked).to_pyarrow().to_pylist()
    return [_told(each, number, found) for number, each in enumerate(layout.holds)]


def _cells(raw: ir.Table, told: Mapping[str, Any], reader: Reader, number: int) -> dict[str, ir.Value]:
    """Both sides, and in which rows they are compared; empty where the file does not tell them."""
    try:
        left, right = (_side(raw, told[side], reader) for side in ("left", "right"))
        asked = match(raw, told["where"], reader) if "where" in told else None
    except InputError:
        return {}
    if left is None or right is None:
        return {}
    where = ibis.literal(True) if asked is None else asked.fill_null(False)
    return {f"left_{number}": left, f"right_{number}": right, f"where_{number}": where}


def _side(raw: ir.Table, spec: Any, reader: Reader) -> ir.Value | None:
    found = resolve(spec, reader.headers, reader.where)
    return None if found is None else reader.read(raw, found, "float")


def _tolerance(told: Mapping[str, Any]) -> float:
    return float(told.get("tolerance", CENT))


def _counts(table: ir.Table, number: int, tolerance: float) -> dict[str, ir.Scalar]:
    left, right, where = (table[f"{name}_{number}"] for name in ("left", "right", "where"))
    known = where & left.notnull() & right.notnull()
    off = known & ((left - right).abs() > tolerance + ROUNDING)
    return {
        f"checked_{number}": ibis.coalesce(known.cast("int64").sum(), 0),
        f"failed_{number}": ibis.coalesce(off.cast("int64").sum(), 0),
        f"row_{number}": table[ROW].min(where=off),
        f"left_{number}": left.argmin(table[ROW], where=off),
        f"right_{number}": right.argmin(table[ROW], where=off),
    }


def _told(told: Mapping[str, Any], number: int, found: Mapping[str, Any]) -> dict[str, Any]:
    text = identity_text(told)
    row, left, right = (found.get(f"{name}_{number}") for name in ("row", "left", "right"))
    return {
        "name": text.partition(" = ")[0],
        "text": text,
        "of": str(told.get("of", "row")),
        "checked": int(found.get(f"checked_{number}") or 0),
        "failed": int(found.get(f"failed_{number}") or 0),
        "example": "" if row is None else f"row {row + 1} of the data: {left:,.2f} is not {right:,.2f}",
        "tolerance": _tolerance(told),
        "source": str(told["source"]),
    }
