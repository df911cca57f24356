"""The tables that ``shop.toml`` names: where each of their sources is, and what is said of it."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from seglib.errors import did_you_mean
from seglib.intake.files.addresses import source_name
from seglib.intake.readings import date_form_faults
from seglib.intake.relations import Join
from seglib.intake.warehouses import Schema
from seglib.shop.places import Places
from seglib.tables.canonical import ALONE, TABLES

__all__ = ["TableSource", "tables_told"]


@dataclass(frozen=True)
class TableSource:
    """Where a table is (a file, a folder, a pattern or the URL of a database), its format, columns named by hand.

    ``currency`` is that of amounts that name none; ``ids`` is ``"own"`` where its customer ids mean nothing elsewhere;
    ``read`` says how columns are meant, ``states`` what values of the status mean;
    ``only`` says that contacts and customers keep no columns beside the canonical ones; ``sheet`` names one of a
    workbook, ``sheets`` is ``"all"`` where all of them are read; ``joins`` are tables that say more of each row;
    ``schema`` says that the path holds the tables of a loader.
    """

    path: Path | str
    format: str = ""
    date_format: str = ""
    columns: Mapping[str, Any] = field(default_factory=dict)
    name: str = ""
    currency: str = ""
    ids: str = "shared"
    read: Mapping[str, str] = field(default_factory=dict)
    states: Mapping[str, str] = field(default_factory=dict)
    only: bool = False
    sheet: str = ""
    sheets: str = ""
    joins: tuple[Join, ...] = ()
    schema: Schema | None = None


def tables_told(told: Mapping[str, Any], place: Places) -> dict[str, tuple[TableSource, ...]]:
    """The sources of each table; what is wrong with them goes to the faults of ``place``."""
    tables = {}
    for table, entries in told.get("tables", {}).items():
        if table not in TABLES:
            place.fault(f"unknown table {table!r}.{did_you_mean(table, TABLES)}")
            continue
        entries = entries if isinstance(entries, list) else [entries]
        found = [_source(entry, table, told.get("database", {}), place) for entry in entries]
        tables[table] = _named(found, table, place)
    if not any(tables.get(table) for table in ("lines", *ALONE)):
        place.fault(
            'no order lines. Add [tables.lines] with path = "<orders file>"; a shop without orders tells at least '
            f"one of {', '.join(ALONE)}."
        )
    if tables.get("lines") and tables.get("customers"):
        place.fault(
            "tables.customers beside tables.lines: what a customer bought would stand twice, and the orders tell it. "
            "Leave one of them out; what else is known of the customers goes under [tables.contacts]."
        )
    return tables


def _source(told: Mapping[str, Any], table: str, database: Mapping[str, Any], place: Places) -> TableSource:
    layout = told.get("format", "")
    named = re.fullmatch(r"\w[\w .-]*", layout) and not layout.endswith((".yaml", ".yml"))
    own = f"{layout}.yaml" if named else layout  # one's own, by its name or its file
    if layout and (own == layout or os.path.isfile(place.folder / own)):
        layout = str(place.find(own, f"tables.{table}.format"))
    schema = _schema(told, table, place)
    path = _path({**told, "table": ""} if schema else told, f"tables.{table}", database, place)
    wanted = told.get("join", [])
    wanted = wanted if isinstance(wanted, list) else [wanted]
    joins = tuple(_join(one, f"tables.{table}.join", database, place) for one in wanted)
    if told.get("only") and table not in ("contacts", "customers"):
        place.fault(
            f"tables.{table}.only goes with contacts and customers, which keep columns of their own. Leave it out."
        )
    for fault in date_form_faults(told.get("date_format", "")):
        place.fault(f"tables.{table}.date_format {fault}")
    for key in ("read", "states"):
        if told.get(key) and table != "lines":
            place.fault(f"tables.{table}.{key} goes with lines, the orders. Leave it out.")
    known = {
        key: told[key]
        for key in ("date_format", "columns", "name", "ids", "only", "sheet", "sheets", "read", "states")
        if key in told
    }
    return TableSource(path, layout, currency=told.get("currency", "").upper(), joins=joins, schema=schema, **known)


def _schema(told: Mapping[str, Any], table: str, place: Places) -> Schema | None:
    """What is said of the tables of a loader; none where the table is a file or a table of its own."""
    if not told.get("schema"):
        if told.get("dataset"):
            place.fault(f"tables.{table}.dataset goes with a schema. Leave it out, or name the table with it.")
        return None
    if beside := [key for key in ("format", "query", "sheet", "sheets", "join") if told.get(key)]:
        place.fault(f"tables.{table}: a schema tells the format and what belongs together. Leave {beside[0]} out.")
    return Schema(told["schema"], told.get("table", ""), told.get("dataset", ""))


def _path(told: Mapping[str, Any], key: str, database: Mapping[str, Any], place: Places) -> Path | str:
    """Where a table is: a file, or a table or query of the database."""
    if told.get("path"):
        return place.find(told["path"], f"{key}.path")
    if database.get("url") and (told.get("table") or told.get("query") or told.get("schema")):
        return place.address(database, told.get("table", ""), told.get("query", ""))
    place.fault(f'{key} has no path. Add path = "<file>"; or [database] with a url, and table = or query = here.')
    return ""


def _join(told: Mapping[str, Any], key: str, database: Mapping[str, Any], place: Places) -> Join:
    on = told.get("on", "")
    sides = {side: on if isinstance(on, str) else on.get(side, "") for side in ("left", "right")}
    whole = isinstance(on, str) or set(on) == set(sides)
    if not whole or not all(isinstance(one, str) and one for one in sides.values()):
        place.fault(
            f'{key}.on is {on!r}; expected the column that both tables have, such as on = "order_id", or on = {{left = '
            '"order_id", right = "id"}.'
        )
        sides = {"left": "", "right": ""}
    return Join(_path(told, key, database, place), sheet=told.get("sheet", ""), **sides)


def _named(sources: list[TableSource], table: str, place: Places) -> tuple[TableSource, ...]:
    """Sources with a name each: the file's where none is told."""
    named: dict[str, TableSource] = {}
    for source in sources:
        name = source.name or source_name(source.path) or table
        if source.name in named and source.name:
            place.fault(f"tables.{table}: two sources are called {name!r}. Give each a name of its own.")
        while name in named:
            name += "+"
        named[name] = replace(source, name=name)
    return tuple(named.values())
