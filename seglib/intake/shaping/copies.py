"""Rows that repeat another in every column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import ibis
import ibis.expr.types as ir

from seglib.intake.doubts import Doubt, copies_told
from seglib.intake.shaping.cells import ROW

__all__ = ["mark_copies"]

NONE = "\u2400"  # stands for a missing key where rows are compared


def mark_copies(raw: ir.Table, mapping: Mapping[str, Any], duplicates: str) -> tuple[ir.Table, list[Doubt]]:
    """With copies of rows marked, as asked, or where they can be nothing else; and what is doubted of that."""
    order, *product = (_keys(mapping.get(name)) for name in ("order_id", "product_id", "product_name"))
    keys = list(dict.fromkeys([*order, *(key for each in product for key in each)]))
    if duplicates == "drop" or (duplicates == "auto" and order and len(keys) > len(order)):
        return _with_copies(raw, keys), []
    return _numbered(raw, order[0]) if duplicates == "auto" and len(order) == 1 else (raw, [])


def _numbered(raw: ir.Table, number: str) -> tuple[ir.Table, list[Doubt]]:
    """With copies marked where each number then stands on one row; an order of several lines may have two alike."""
    asked = {"numbers": raw[number].nunique(), "numbered": raw[number].count()}
    n = raw.aggregate(**asked).to_pyarrow().to_pylist()[0]
    if n["numbered"] == n["numbers"]:
        return raw, []
    copied = _with_copies(raw, [number]).cache()
    again = int(copied.filter(copied["copy"] > 0).count().to_pyarrow().as_py())
    if not again or n["numbered"] - again != n["numbers"]:
        return raw, []
    return copied, [copies_told(again, number)]


def _keys(spec: Any) -> list[str]:
    """Columns of the file that hold an id."""
    if isinstance(spec, Mapping):
        return [part for part in spec.get("first", ()) if isinstance(part, str)]
    return [spec] if isinstance(spec, str) else []


def _with_copies(raw: ir.Table, keys: Sequence[str]) -> ir.Table:
    """Raw table with a column ``copy``: 0 for the first of equal rows, 1, 2, ... for its copies.

    Only rows that share ``keys`` are compared in full, since comparing every column of every row is slow.
    """
    some = raw.group_by(list(keys)).agg(seglib_n=ibis._.count())
    some = some.filter(some.seglib_n > 1).drop("seglib_n").cache()
    if not some.count().to_pyarrow().as_py():
        return raw.mutate(copy=ibis.literal(0, "int64"))
    same = [_known(raw[key]) == _known(some[key]) for key in keys]
    suspects = raw.semi_join(some, same)
    order = ibis.window(group_by=[name for name in raw.columns if name != ROW], order_by=list(keys))
    copies = suspects.mutate(copy=ibis.row_number().over(order).cast("int64"))
    return raw.anti_join(some, same).mutate(copy=ibis.literal(0, "int64")).union(copies)


def _known(key: ir.Column) -> ir.StringColumn:
    return key.cast("string").fill_null(NONE)
