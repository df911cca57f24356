"""Tables that stand beside a table of rows and say more of each: orders beside items, customers beside orders."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir

from seglib.errors import InputError, did_you_mean
from seglib.intake.doubts import ASK, Doubt
from seglib.intake.files import Raw, read_raw
from seglib.intake.files.addresses import is_url, parse_address
from seglib.intake.formats import header_names, normalised
from seglib.intake.readings.text import as_text, holding
from seglib.language.messages import mark
from seglib.tables.privacy import shape_of

__all__ = ["MEETS", "NEARLY_ALL", "UNRELATED", "WHY_UNRELATED", "Join", "names_beside", "related"]

UNRELATED = "seglib_unrelated"  # marks rows that found nothing in a joined table
WHY_UNRELATED = mark("rows without a date, as the joined file has no row for them")
MEETS = 0.1  # share of keys that are found, below which they are not the same ones
NEARLY_ALL = 0.9  # from which on there is nothing to ask


@dataclass(frozen=True)
class Join:
    """A table whose row with the same key says more of each row: where it is, and the key on either side."""

    path: Path | str
    left: str
    right: str
    sheet: str = ""


def related(
    raw: Raw,
    joins: Sequence[Join],
    engine: ibis.BaseBackend,
    settle: Callable[[ir.Table], ir.Table] = lambda table: table.cache(),
) -> tuple[Raw, list[Doubt]]:
    """A raw table with the columns of other tables, and what is doubted of their keys.

    Parameters
    ----------
    raw : Raw
        Rows as their file has them.
    joins : sequence of Join
        In order: a key may come from an earlier one.
    engine : ibis backend
        Where they are read.
    settle : callable
        Stores a table that is read several times, and returns the stored one.

    Returns
    -------
    Raw with the same rows in the same order: each with the columns of the row that has its key. A name that was there
    before gets that of its file in front. Rows that find nothing are marked (:data:`UNRELATED`); facts tell ``joined``.

    Raises
    ------
    InputError
        No such column, a key that repeats, so that rows would be multiplied, keys that hardly meet.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> _ = (folder / "items.csv").write_text("order,sku\\n7,tea\\n7,cup\\n8,cup\\n")
    >>> _ = (folder / "orders.csv").write_text("id,day\\n7,2024-01-31\\n8,2024-02-01\\n")
    >>> engine = ibis.duckdb.connect()
    >>> found, _ = related(
    ...     read_raw(folder / "items.csv", engine), [Join(folder / "orders.csv", "order", "id")], engine
    ... )
    >>> found.table.select("sku", "day").to_pandas().values.tolist()
    [['tea', '2024-01-31'], ['cup', '2024-01-31'], ['cup', '2024-02-01']]
    """
    doubts: list[Doubt] = []
    table, joined, notes = raw.table, [], list(raw.facts.get("notes", ()))
    for join in joins:
        other = read_raw(join.path, engine, sheet=join.sheet)
        table, told = _joined(table, other, join, str(raw.facts["name"]), settle)
        joined.append(told)
        notes.append(f"{told['name']}: {told['found']:,} of {told['of']:,} rows find theirs by {told['key']}.")
        doubts += _hardly(told)
    files = [*raw.facts.get("files", ()), *(file for each in joined for file in each.pop("files"))]
    return Raw(table, {**raw.facts, "joined": joined, "notes": notes, "files": files}), doubts


def _joined(
    left: ir.Table, other: Raw, join: Join, where: str, settle: Callable[[ir.Table], ir.Table]
) -> tuple[ir.Table, dict[str, Any]]:
    name = str(other.facts["name"])
    key, its = _column(left, join.left, where), _column(other.table, join.right, name)
    right = _one_each(other.table, its, name)
    new = names_beside(left.columns, right.columns, its, _stem(join.path, name))
    right = right.select(**{shown: right[column] for column, shown in new.items()}, seglib_key=as_text(right[its]))
    rows = left.mutate(seglib_place=ibis.row_number(), seglib_key=as_text(left[key]))
    found = rows.left_join(right.mutate(seglib_found=True), "seglib_key").order_by("seglib_place")
    missed = found.seglib_found.isnull()
    before = (left[UNRELATED] == "yes") if UNRELATED in left.columns else ibis.literal(False)
    found = found.mutate(**{UNRELATED: ibis.ifelse(missed | before.fill_null(False), "yes", ibis.null("string"))})
    keyed = found.seglib_key.notnull()
    told = found.aggregate(of=holding(keyed), found=holding(keyed & ~missed)).to_pyarrow().to_pylist()[0]
    table = settle(found.drop("seglib_place", "seglib_key", "seglib_key_right", "seglib_found"))
    return table, {"name": name, "key": key, "files": other.facts.get("files", ()), **told}


def names_beside(known: Iterable[str], columns: Iterable[str], key: str, stem: str) -> dict[str, str]:
    """What the columns of a joined table are called: a name that was there before gets that of its table in front.

    The ``key`` is left out where its name was there, since the left one tells it.

    Examples
    --------
    >>> names_beside(["order_id", "price"], ["Order ID", "day", "Price"], "Order ID", "orders")
    {'day': 'day', 'Price': 'orders.Price'}
    """
    there = header_names(known)
    named = {column: f"{stem}.{column}" if normalised(column) in there else column for column in columns}
    return {column: name for column, name in named.items() if column == name or column != key}


def _stem(path: Path | str, name: str) -> str:
    """What columns are called after whose names were there before: the table of a database, else the file."""
    table = parse_address(path).table if isinstance(path, str) and is_url(path) else ""
    return table or Path(name).stem


def _column(table: ir.Table, name: str, where: str) -> str:
    headers = header_names(table.columns)
    if normalised(name) not in headers:
        raise InputError(f"{where}: no column {name!r} to join on.{did_you_mean(name, table.columns, word='Found')}")
    return headers[normalised(name)]


def _one_each(table: ir.Table, key: str, where: str) -> ir.Table:
    """Rows of a table by their key, copies once."""
    rows = table.filter(as_text(table[key]).notnull()).distinct()
    by = rows.group_by(seglib_key=as_text(rows[key])).agg(n=rows.count())
    twice = by.filter(by.n > 1)
    found = twice.aggregate(keys=twice.count(), rows=twice.n.sum(), example=twice.seglib_key.min())
    told = found.to_pyarrow().to_pylist()[0]
    if told["keys"]:
        raise InputError(
            f"{where}: {key} is to be joined on, and {told['keys']:,} of its values, such as "
            f"{shape_of(told['example'])}, stand on several rows ({told['rows']:,} in all), so that rows would be "
            "counted several times. Join a table with one row a key, or name the key that is its own."
        )
    return rows


def _hardly(told: Mapping[str, Any]) -> list[Doubt]:
    """Refused where keys are not the same ones, doubted where many rows find nothing."""
    share = told["found"] / told["of"] if told["of"] else 1.0
    what = f"{told['name']}: {told['found']:,} of {told['of']:,} rows find theirs by {told['key']}"
    if share < MEETS:
        raise InputError(
            f"{what}: these do not seem to be the same keys. Name others: on = {{left = ..., right = ...}}."
        )
    if share >= NEARLY_ALL:
        return []
    settle = "Complete the file, or name the columns that meet: on = {left = ..., right = ...}."
    return [Doubt("unrelated_rows", ASK, told["key"], f"{what}; the others lack what it tells.", settle)]
