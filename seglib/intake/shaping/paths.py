"""What is inside a cell: the value at a path of JSON, or of a nested type."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from seglib.intake.formats import header_names, normalised

__all__ = ["PATH", "follow", "json_texts", "with_paths"]

PATH = "seglib path "  # begins the name of a column that holds what is at a path
STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]|\[([^=\]]+)=([^\]]*)\]")


@ibis.udf.scalar.builtin(name="json_extract_string")
def json_text(value: dt.JSON, path: str) -> str:  # type: ignore[empty-body]
    """DuckDB's: the text at a path of a JSON value."""


@ibis.udf.scalar.builtin(name="json_extract_string")
def json_texts(value: dt.JSON, path: str) -> list[str]:  # type: ignore[empty-body]
    """DuckDB's: the texts at a path that has several."""


def follow(value: ir.Value, steps: Sequence[tuple[str, str, str, str]]) -> ir.Value | None:
    """The value at a path inside a nested one, JSON kept as text too; None where a typed one has no such field."""
    for name, index, key, wanted in steps:
        text = value.type().is_string()
        if key:
            items = json_texts(value.try_cast("json"), "$[*]") if text else value
            value = items.filter(lambda item, key=key, wanted=wanted: _inside(item, key) == wanted)[0]
        elif text:
            value = json_text(value.try_cast("json"), f"$[{index}]" if index else f'$."{name}"')
        elif index:
            value = value[int(index)]
        elif value.type().is_struct() and name not in value.type().names:
            return None
        else:
            value = value[name]
    return value


def with_paths(raw: ir.Table, specs: Any) -> ir.Table:
    """With a column for each path that the specs name, where the file has where it begins.

    Columns they must be, since the engine's own functions cannot be counted over before they have a name.
    """
    headers = header_names(raw.columns)
    made: dict[str, ir.Value] = {}
    for path in sorted(_paths(specs)):
        steps = STEP.findall(path)
        head = headers.get(normalised(steps[0][0])) if steps else None
        value = None if head is None else follow(raw[head], steps[1:])
        made |= {PATH + path: value} if value is not None else {}
    return raw.mutate(**made) if made else raw


def _paths(specs: Any) -> set[str]:
    if isinstance(specs, Mapping):
        own = {str(specs["path"])} if "path" in specs else set()
        return own.union(*(_paths(inner) for key, inner in specs.items() if key != "path"))
    if isinstance(specs, Sequence) and not isinstance(specs, str):
        return set().union(*(_paths(inner) for inner in specs))
    return set()


def _inside(item: ir.Value, key: str) -> ir.StringValue:
    return json_text(item.try_cast("json"), f'$."{key}"') if item.type().is_string() else item[key].cast("string")
