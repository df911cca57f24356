"""The one entrance of tables: a file and a format in, a canonical Ibis table out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir

from seglib.errors import InputError
from seglib.intake.doubts import Doubt, statuses
from seglib.intake.engines import connect
from seglib.intake.files import Raw, read_raw
from seglib.intake.formats import GUESS, Format, footers, header_names, kind_of_table, load_format, recognise
from seglib.intake.refusals import explained, given_as
from seglib.intake.relations import Join, related
from seglib.intake.shaping import LackingError, Shaped, Wishes, check_objects, shape, unfolded, with_examples
from seglib.intake.shaping.paths import path_names
from seglib.intake.shaping.resolving import told_by
from seglib.intake.shaping.table import INSTEAD
from seglib.intake.shaping.too_large import amounts_within
from seglib.intake.warehouses import Schema, assembled
from seglib.tables.canonical import TABLES, missing_columns

__all__ = ["Format", "Source", "connect", "load_format", "read_table"]


@dataclass(frozen=True)
class Source:
    """A table as read: canonical Ibis table, its format, and facts on the file.

    Facts are name, table, rows, bytes, sha256 and what else the reader tells; format (its title), format_name and
    format_why; skipped and added (rows of the file that are no lines, lines that are no rows of it: why, rows, amount
    each); lacking (canonical columns of the format that the file does not have); holds (what must hold between columns
    of the file: name, text, of, checked, failed, example, tolerance, source each); unread (guessed columns that could
    not be read and were left out: column, header, why each). How it was read: read_rows (of the table), columns
    (column, from, why, filled, example of each), unused (headers that nothing was read from), statuses (value, rows,
    amount, state, known) and doubts (name, level, column, message, settle).
    """

    table: ir.Table
    format: Format
    facts: Mapping[str, Any]


def read_table(
    path: str | Path,
    table: str = "lines",
    *,
    format: str = "",  # noqa: A002 - the word users know from the command line
    date_format: str = "",
    columns: Mapping[str, Any] | None = None,
    only: bool = False,
    sheet: str = "",
    sheets: str = "",
    duplicates: str = "auto",
    zone: str = "",
    engine: ibis.BaseBackend | None = None,
    where: str = "",
    wishes: Wishes = Wishes(),  # noqa: B008 - frozen
    joins: Sequence[Join] = (),
    schema: Schema | None = None,
    settle: Callable[[ir.Table], ir.Table] = lambda table: table.cache(),
) -> Source:
    """A file as a canonical table.

    Parameters
    ----------
    path : str or Path
        CSV (gzip and zip too), Excel, Parquet, JSON lines; a folder or a pattern of them; the URL of a database.
    table : str
        A key of :data:`seglib.tables.canonical.TABLES`, such as ``"lines"`` or ``"events"``.
    format : str
        Name of a shipped format or a YAML file; when empty, recognised by the header, else guessed from common names.
    date_format : str
        Form of the dates, such as ``%d/%m/%Y``, where it is not clear from the values.
    columns : mapping
        Canonical name -> column of the file; wins over the format.
    only : bool
        Whether contacts or customers come without the columns that are not canonical.
    sheet, sheets : str
        Of a workbook: the sheet that is read, or ``"all"``; when empty, those that are of the table.
    duplicates : {"auto", "drop", "keep"}
        Whether order lines that repeat another in every column of the file are marked (column ``copy`` above 0). Auto
        does so where lines tell order and product; without them, equal rows may well be two sales.
    zone : str
        Time zone of the shop, such as ``Europe/Rome``, by whose clocks times are told; UTC when empty.
    engine : ibis backend
        Where to read it; an embedded DuckDB of its own when None.
    where : str
        Place that names the path, such as ``shop.toml: tables.lines``, for messages.
    wishes : Wishes
        What the user says of how it is to be read.
    joins : sequence of Join
        Tables that say more of each row, in order.
    schema : Schema, optional
        The path holds the tables of a loader, of which a record is put together.
    settle : callable
        Stores a table that is read several times, and returns the stored one.

    Returns
    -------
    Source

    Raises
    ------
    InputError
        No such file, unknown ending, empty, missing columns, values that cannot be read.
    """
    engine = engine or connect()
    layout = load_format(format, table, folder=_folder(path)) if format else None
    by_hand = columns or {}
    chosen: dict[str, Any] = {name: value for name, value in (("sheet", sheet), ("sheets", sheets)) if value}
    chosen |= {"table": table, "where": where}
    if not joins:  # else no sheet tells all columns
        chosen["table_of"] = lambda header: _table_of(header, table, layout, by_hand)

    def read(layout: Format | None) -> tuple[Raw, list[Doubt]]:
        return related(read_raw(path, engine, **{**_hints(layout), **chosen}), joins, engine, settle)

    if schema is not None:
        raw, layout, before = assembled(path, schema, table, engine, settle)
        why = f"the schema {schema.name} has such tables"
    else:
        raw, layout, before, why = _read_as(layout, read, path, table, by_hand)
    name = str(raw.facts["name"])
    try:
        check_objects(raw.table, {**(layout.columns if layout.name != GUESS else {}), **by_hand}, name)
        layout, packed = (layout, []) if layout.name != GUESS else unfolded(raw.table, layout, name)
        with amounts_within(raw.table, {**layout.columns, **layout.order_cells, **by_hand}, name):
            shaped = shape(
                raw.table, layout, where=name, columns=columns, date_format=date_format, zone=zone,
                duplicates=duplicates, wishes=wishes, settle=settle, doubled=raw.facts.get("doubled", ()),
            )  # fmt: skip
            rows = settle(_without_attributes(shaped.table, table) if only else shaped.table)
            doubts = [*before, *statuses.more_pages(raw.facts["more"])]
            told = _account(shaped, table, rows, [*packed, *shaped.unread], doubts)
    except LackingError as error:
        raise explained(error, raw.table, layout, path, raw.facts.get("sheets", ())) from None
    told |= {"format": layout.title, "format_name": layout.name, "format_why": why, "why": why}
    told["notes"] = [*raw.facts.get("notes", ()), *shaped.notes]
    return Source(rows, layout, {**raw.facts, **told})


def _read_as(
    layout: Format | None,
    read: Callable[[Format | None], tuple[Raw, list[Doubt]]],
    path: str | Path,
    table: str,
    by_hand: Mapping[str, Any],
) -> tuple[Raw, Format, list[Doubt], str]:
    """The raw table, read as its format knows its files; the format, what is doubted, and why it is that format."""
    raw, doubts = read(layout)
    if layout is not None:
        return raw, layout, doubts, "it was asked for"
    found, why = _recognised(raw, table, path, by_hand)
    if set(_hints(found)) - {"footer"}:
        raw, doubts = read(found)
    return raw, found, doubts, why


def _without_attributes(lines: ir.Table, table: str) -> ir.Table:
    known = {column.name for column in TABLES[table]}
    return lines.select(*(name for name in lines.columns if name in known))


def _account(
    shaped: Shaped, table: str, lines: ir.Table, unread: Sequence[Mapping[str, str]], before: Sequence[Doubt]
) -> dict[str, Any]:
    """How the table was read, what was left out, and what is doubted of it."""
    columns, rows = with_examples(shaped.columns, lines, of_lines=table in ("lines", "products"))
    header = next((one["from"] for one in columns if one["column"] == "status"), "")
    doubts: list[Doubt] = [
        *before,
        *shaped.doubts,
        *statuses.status_unknown(shaped.statuses, header),
        *statuses.identity(shaped.holds),
        *statuses.unread(unread),
    ]
    told = [one.told() for one in doubts]
    return {
        "read_rows": rows,
        "columns": columns,
        "unused": [*shaped.unused, *(name for name in shaped.table.columns if name not in lines.columns)],
        "statuses": list(shaped.statuses),
        "doubts": told,
        "skipped": list(shaped.skipped),
        "added": list(shaped.added),
        "lacking": list(shaped.lacking),
        "holds": list(shaped.holds),
        "unread": list(unread),
    }


def _folder(path: str | Path) -> Path | None:
    """Where formats of one's own may lie: beside the file."""
    if "://" in str(path):
        return None
    near = Path(path)
    near = near if near.is_dir() else near.parent
    return near if near.is_dir() else None


def _hints(layout: Format | None) -> dict[str, Any]:
    """What a format knows of its files, for the reader."""
    if layout is None:
        return {"footer": footers()}
    told = layout.file
    hints = {name: told[name] for name in ("delimiter", "encoding", "footer", "sheet", "sheets") if told.get(name)}
    if str(told.get("preamble", "")).lower() == "true":
        hints["header_has"] = [entry if isinstance(entry, str) else entry[0] for entry in layout.recognise]
    return hints


def _table_of(header: Sequence[str], table: str, layout: Format | None, by_hand: Mapping[str, Any]) -> str:
    """Which table a header is of: the wanted one where it tells its columns, else what else it looks like."""
    found = layout or recognise(header, table).format or load_format(GUESS, table)
    if found.table != table:
        return found.table
    told = {**found.columns, **by_hand}
    there = header_names([*header, *path_names(header, told)])
    given = set(told_by(there, told))
    given |= {"customer_id"} if given & set(INSTEAD.get(table, ())) else set()
    given |= {"amount"} if {"quantity", "unit_price"} <= given or found.items else set()
    if not missing_columns(given, table):
        return table
    kind = kind_of_table(header)
    return kind.table if kind else ""


def _recognised(raw: Raw, table: str, path: str | Path, columns: Mapping[str, Any]) -> tuple[Format, str]:
    """The format of a file by its header, else the dictionary of common names."""
    found = recognise(raw.table.columns, table, folder=_folder(path))
    if found.format and found.format.table == table:
        return found.format, found.why
    guess = load_format(GUESS, table)
    known_too = found.format and table == "customers" and found.format.table == "contacts"  # with measures of each
    if found.format and not columns and not known_too:
        raise InputError(
            f"{raw.facts['name']}: this is a file of {found.format.title}, since {found.why}, and tells of "
            f"{found.format.table}, not of {table}. {given_as(found.format.table, path)}\nOr say which --format it has."
        )
    return guess, found.why
