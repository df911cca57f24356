"""Rows of several tables as records: columns under their objects, lists inside of the row that they belong to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

__all__ = ["columns_of", "json_of"]

Path = tuple[str, ...]


@ibis.udf.scalar.builtin(name="to_json")
def to_json(value) -> dt.JSON:  # type: ignore[no-untyped-def]
    """DuckDB's: a value as JSON."""


def columns_of(cells: Mapping[Path, ir.Value]) -> dict[str, ir.Value]:
    """Values by their paths as columns: those at a path of one step as they are, all others as JSON.

    Examples
    --------
    >>> table = ibis.memtable({"a": [1], "b": ["x"]})
    >>> row = table.select(**columns_of({("id",): table.a, ("who", "mail"): table.b}))
    >>> ibis.duckdb.connect().to_pyarrow(row).to_pylist()
    [{'id': 1, 'who': '{"mail":"x"}'}]
    """
    return {name: json_of(inner) if isinstance(inner, dict) else inner for name, inner in _tree(cells).items()}


def json_of(tree: Mapping[str, Any]) -> ir.StringValue:
    """Nested values as the text of a JSON object."""
    found: ir.StringValue = to_json(_struct(tree)).cast("string")
    return found


def _tree(cells: Mapping[Path, ir.Value]) -> dict[str, Any]:
    """Paths as nested mappings; where one is both a value and an object, the object stands."""
    tree: dict[str, Any] = {}
    for path, value in sorted(cells.items(), key=lambda item: len(item[0])):
        inner = tree
        for step in path[:-1]:
            if not isinstance(inner.get(step), dict):
                inner[step] = {}
            inner = inner[step]
        inner[path[-1]] = value
    return tree


def _struct(tree: Mapping[str, Any]) -> ir.StructValue:
    return ibis.struct({name: _struct(one) if isinstance(one, dict) else one for name, one in tree.items()})


def list_of(rows: Mapping[Path, ir.Value], order: Sequence[ir.Value]) -> ir.StringValue:
    """The values of all rows of a group as the text of a JSON list of objects, in order."""
    found: ir.StringValue = to_json(_struct(_tree(rows)).collect(order_by=list(order) or None)).cast("string")
    return found
