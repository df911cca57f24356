"""Whether a file keeps what its format says must hold between its columns, row by row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ibis
import ibis.expr.types as ir

from seglib.errors import InputError
from seglib.intake.formats import CENT, Format, identity_text
from seglib.intake.shaping.cells import Reader, match
from seglib.intake.shaping.resolving import resolve

__all__ = ["check_identities"]

ROUNDING = 1e-6  # of floats, far below any coin
ROW = "seglib_place"


def check_identities(raw: ir.Table, layout: Format, reader: Reader) -> list[dict[str, Any]]:
    """Each identity of a format, in how many rows both sides are told, and in how many they differ; in one pass.

    Returns
    -------
    list of dict: ``name`` (the left side), ``text``, ``of`` (row or order), ``checked`` and ``failed`` (rows),
    ``example`` (the first row that fails, with both sides), ``tolerance`` and ``source``. ``checked`` is 0 where the
    file lacks a column, or one cannot be read.
    """
    sides = [_sides(raw, told, reader) for told in layout.holds]
    raw = raw.mutate(
        **{name: value for number, each in enumerate(sides) for name, value in _named(number, each).items()}
    )
    raw = raw.mutate(**{ROW: ibis.row_number()})
    asked = {name: value for number, each in enumerate(sides) if each for name, value in _counts(raw, number).items()}
    found = raw.aggregate(**asked).to_pyarrow().to_pylist()[0] if asked else {}
    return [_told(told, number, found) for number, told in enumerate(layout.holds)]


def _sides(raw: ir.Table, told: Mapping[str, Any], reader: Reader) -> tuple[ir.Value, ir.Value, ir.BooleanValue] | None:
    """Both sides, and where they differ by more than they may; None where the file does not tell them."""
    try:
        left, right = (_side(raw, told[side], reader) for side in ("left", "right"))
        asked = match(raw, told["where"], reader) if "where" in told else None
    except InputError:
        return None
    if left is None or right is None:
        return None
    known = left.notnull() & right.notnull() & (ibis.literal(True) if asked is None else asked.fill_null(False))
    return left, right, ibis.ifelse(known, (left - right).abs() > _tolerance(told) + ROUNDING, ibis.null("boolean"))


def _side(raw: ir.Table, spec: Any, reader: Reader) -> ir.Value | None:
    found = resolve(spec, reader.headers, reader.where)
    return None if found is None else reader.read(raw, found, "decimal").cast("float64")


def _tolerance(told: Mapping[str, Any]) -> float:
    return float(told.get("tolerance", CENT))


def _named(number: int, sides: tuple[ir.Value, ...] | None) -> dict[str, ir.Value]:
    names = [f"seglib_{name}_{number}" for name in ("left", "right", "off")]
    return dict(zip(names, sides, strict=True)) if sides else {}


def _counts(raw: ir.Table, number: int) -> dict[str, ir.Scalar]:
    left, right, off = (raw[f"seglib_{name}_{number}"] for name in ("left", "right", "off"))
    return {
        f"checked_{number}": off.count(),
        f"failed_{number}": ibis.coalesce(off.cast("int64").sum(), 0),
        f"row_{number}": raw[ROW].min(where=off),
        f"left_{number}": left.argmin(raw[ROW], where=off),
        f"right_{number}": right.argmin(raw[ROW], where=off),
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
