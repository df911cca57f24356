"""Tables turned before they are read: columns that become rows, rows that become one, the number of a row as an id."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ibis.expr.types as ir

from seglib.errors import InputError, did_you_mean
from seglib.intake.formats import Format, matching
from seglib.intake.readings import read_column
from seglib.intake.shaping.cells import ROW, Reader
from seglib.intake.shaping.resolving import resolve
from seglib.intake.shaping.rows import number_rows
from seglib.language.messages import mark

__all__ = ["WIDE", "numbered_where_asked", "one_of_each", "unpivoted"]

KEY = "seglib_key"
WIDE = mark("columns of one row made rows of their own")


def numbered_where_asked(raw: ir.Table, specs: Any, *, always: bool = False) -> ir.Table:
    """With the place of each row in the file, where a column is made of it or rows become one in their order."""
    return number_rows(raw).cache() if always or _asks(specs) else raw


def _asks(specs: Any) -> bool:
    if isinstance(specs, Mapping):
        return "row" in specs or "repeats" in specs or any(map(_asks, specs.values()))
    return isinstance(specs, list | tuple) and any(map(_asks, specs))


def unpivoted(raw: ir.Table, layout: Format, headers: Mapping[str, str], where: str) -> tuple[ir.Table, int]:
    """A wide table with a row for each of some columns, their headers and cells in two new ones; how many rows more.

    Raises
    ------
    InputError
        Columns that are not there, or new ones that are.
    """
    told = layout.unpivot
    if not told:
        return raw, 0
    names = _columns(raw, told["columns"], headers, f"{where}: unpivot")
    name, value = str(told["name"]), str(told["value"])
    taken = [new for new in (name, value) if new in raw.columns and new not in names]
    if taken:
        raise InputError(f"{where}: unpivot: the file has a column {taken[0]!r} already. Choose another name.")
    if len({str(raw[column].type()) for column in names}) > 1:
        raw = raw.mutate(**{column: read_column(raw[column], "string", column) for column in names})
    before = int(raw.count().to_pyarrow().as_py())
    return raw.pivot_longer(names, names_to=name, values_to=value).cache(), before * (len(names) - 1)


def _columns(raw: ir.Table, told: Any, headers: Mapping[str, str], where: str) -> list[str]:
    if isinstance(told, Mapping):
        names = matching(str(told["matches"]), raw.columns)
        if not names:
            raise InputError(f"{where}: no column matches {told['matches']!r}. Found {list(raw.columns)[:30]}.")
        return names
    found = {column: resolve(column, headers, where) for column in told}
    missing = [column for column, header in found.items() if header is None]
    if missing:
        raise InputError(
            [f"{where}: no column {name!r}.{did_you_mean(name, headers.values(), word='Found')}" for name in missing]
        )
    return list(found.values())


def one_of_each(
    raw: ir.Table, typed: Mapping[str, ir.Column], mapping: Mapping[str, Any], layout: Format, reader: Reader
) -> ir.Table:
    """One row for all rows that share the key of ``one_per``: the first that is told, the earliest or the latest.

    Raises
    ------
    InputError
        The file has no such column.
    """
    key = resolve(layout.one_per, reader.headers, reader.where)
    if key is None:
        near = did_you_mean(layout.one_per, reader.headers.values(), word="Found")
        raise InputError(f"{reader.where}: one_per: no column {layout.one_per!r}.{near}")
    table = raw.select(**typed, **{KEY: reader.read(raw, key, "string"), ROW: raw[ROW]})
    cells = {name: _one(table, name, mapping.get(name)) for name in typed}
    return table.filter(table[KEY].notnull()).group_by(KEY).agg(**cells).drop(KEY)


def _one(table: ir.Table, name: str, spec: Any) -> ir.Value:
    if isinstance(spec, Mapping) and "earliest" in spec:
        return table[name].min()
    if isinstance(spec, Mapping) and "latest" in spec:
        return table[name].max()
    return table[name].first(order_by=table[ROW])
