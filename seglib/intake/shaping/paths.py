"""What is inside a cell: the value at a path of JSON, or of a nested type."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from seglib.intake.formats import header_names, normalised

__all__ = ["NUMBER", "PATH", "follow", "json_texts", "path_names", "steps_of", "with_paths"]

PATH = "seglib path "  # begins the name of a column that holds what is at a path
STEP = re.compile(r"([^.\[\]]+)|\[(\d+|\*)\]|\[([^=\]]+)=([^\]]*)\]")
NUMBER = "decimal(28, 8)"
NO_ITEMS = ibis.literal([], type="array<string>")
Steps = Sequence[tuple[str, str, str, str]]


@ibis.udf.scalar.builtin(name="json_extract_string")
def json_text(value: dt.JSON, path: str) -> str:  # type: ignore[empty-body]
    """DuckDB's: the text at a path of a JSON value."""


@ibis.udf.scalar.builtin(name="json_extract_string")
def json_texts(value: dt.JSON, path: str) -> list[str]:  # type: ignore[empty-body]
    """DuckDB's: the texts at a path that has several."""


def steps_of(path: str) -> Steps:
    """Steps of a path: of each a key, a place in a list (``*`` for all of it), or a key and its value.

    Examples
    --------
    >>> steps_of("refunds[*].lines[0]")
    [('refunds', '', '', ''), ('', '*', '', ''), ('lines', '', '', ''), ('', '0', '', '')]
    """
    return STEP.findall(path)


def follow(value: ir.Value, steps: Steps) -> ir.Value | None:
    """The value at a path inside a nested one, JSON kept as text too; None where a typed one has nothing of the kind.

    Behind ``[*]`` the numbers of all items are added, as text; where one of them is no number, that is the value.
    """
    for place, (name, index, key, wanted) in enumerate(steps):
        if not (value.type().is_nested() or value.type().is_string() or value.type().is_json()):
            return None  # such as a column without a value, whose type tells nothing
        if index == "*":
            return _added(_items(value), steps[place + 1 :])
        text = value.type().is_string()
        if key:
            value = _items(value).filter(lambda item, key=key, wanted=wanted: _inside(item, key) == wanted)[0]
        elif text:
            value = json_text(value.try_cast("json"), f"$[{index}]" if index else f'$."{name}"')
        elif index:
            value = value[int(index)]
        elif value.type().is_struct() and name not in value.type().names:
            return None
        else:
            value = value[name]
    return value


def _items(value: ir.Value) -> ir.ArrayValue:
    return json_texts(value.try_cast("json"), "$[*]") if value.type().is_string() else value


def _told_items(value: ir.Value) -> ir.ArrayValue:
    return ibis.coalesce(_items(value), NO_ITEMS) if value.type().is_string() else value


def _added(items: ir.ArrayValue, steps: Steps) -> ir.StringValue:
    """The sum of what is at a path in each of several items; ``price*quantity`` at its end are two keys multiplied."""
    for name, index, key, wanted in steps:
        if index or key:
            items = items.map(_told_items).flatten()
        if key:
            items = items.filter(lambda item, key=key, wanted=wanted: _inside(item, key) == wanted)
        elif "*" in name:
            items = items.map(lambda item, name=name: _product(item, name.split("*")))
        elif name:
            items = items.map(lambda item, name=name: _inside(item, name))
    told = items.map(lambda item: item.cast("string"))
    odd = told.filter(lambda item: item.notnull() & item.try_cast(NUMBER).isnull())
    return ibis.ifelse(odd.length() > 0, odd[0], told.map(lambda item: item.try_cast(NUMBER)).sums().cast("string"))


def _product(item: ir.Value, names: Sequence[str]) -> ir.StringValue:
    one, other = (_inside(item, name.strip()).try_cast(NUMBER) for name in names)
    return (one * other).cast("decimal(38, 8)").cast("string")


def with_paths(raw: ir.Table, specs: Any) -> ir.Table:
    """With a column for each path that the specs name, where the file has where it begins.

    Columns they must be, since the engine's own functions cannot be counted over before they have a name.
    """
    headers = header_names(raw.columns)
    made: dict[str, ir.Value] = {}
    for path in sorted(_paths(specs)):
        steps = steps_of(path)
        head = headers.get(normalised(steps[0][0])) if steps else None
        value = None if head is None else follow(raw[head], steps[1:])
        made |= {PATH + path: value} if value is not None else {}
    return raw.mutate(**made) if made else raw


def path_names(header: Sequence[str], specs: Any) -> list[str]:
    """Names of the columns that :func:`with_paths` makes of a header: of each path that begins in one of its columns.

    Examples
    --------
    >>> path_names(["id", "customer"], {"customer_id": {"path": "customer.id"}, "amount": {"path": "total.value"}})
    ['seglib path customer.id']
    """
    there = header_names(header)
    heads = {path: steps[0][0] for path in sorted(_paths(specs)) if (steps := steps_of(path))}
    return [PATH + path for path, head in heads.items() if normalised(head) in there]


def _paths(specs: Any) -> set[str]:
    if isinstance(specs, Mapping):
        own = {str(specs["path"])} if "path" in specs else set()
        return own.union(*(_paths(inner) for key, inner in specs.items() if key != "path"))
    if isinstance(specs, Sequence) and not isinstance(specs, str):
        return set().union(*(_paths(inner) for inner in specs))
    return set()


def _inside(item: ir.Value, key: str) -> ir.StringValue:
    if item.type().is_string():
        return json_text(item.try_cast("json"), f'$."{key}"').nullif("")  # an arrow alone would be read as the lambda's
    return item[key] if item[key].type().is_nested() else item[key].cast("string")
