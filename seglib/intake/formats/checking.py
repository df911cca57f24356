"""Faults of a format file: unknown keys, unknown columns, ill-formed parts, all told together."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from seglib.errors import InputError, did_you_mean
from seglib.intake.files.dialects import NAMED as DELIMITERS
from seglib.intake.formats.forms import (
    COLUMN,
    EITHER,
    OWN,
    TEXT,
    TEXTS,
    condition_faults,
    form_faults,
    shown,
    text_faults,
)
from seglib.intake.formats.identities import identity_faults
from seglib.intake.formats.patterns import group_names, pattern_faults
from seglib.intake.readings import check_zone, date_form_faults
from seglib.tables.canonical import STATES, TABLES

__all__ = ["AHEAD", "HOLDS_LINES", "KEYS", "ORDER_CELLS", "TOLD", "faults_of"]

TOLD = (*STATES, "refunded", "won")  # what a format may say of a row
KEYS: Mapping[str, type | tuple[type, ...]] = {
    "title": str,
    "kind": str,
    "table": str,
    "level": str,
    "recognise": list,
    "unless": list,
    "file": dict,
    "columns": dict,
    "dates": dict,
    "money": dict,
    "fill_down": dict,
    "unpivot": dict,
    "one_per": str,
    "order_cells": dict,
    "order_discount": str,
    "states": dict,
    "also": list,
    "items": dict,
    "skip": list,
    "refund_reference": dict,
    "returns": dict,
    "cancelled": list,
    "date_format": str,
    "holds": list,
    "lacks": list,
    "notes": str,
    "tested_on": str,
}
ORDER_CELLS = dict.fromkeys(("total", "discount", "refund", "disputed"), "decimal")
ORDER_CELLS |= dict.fromkeys(("refunded_at", "disputed_at"), "timestamp")
PARTS: Mapping[str, Mapping[str, str]] = {
    "file": {"delimiter": OWN, "encoding": OWN, "preamble": OWN, "footer": TEXTS, "sheet": TEXT, "sheets": TEXT},
    "dates": {"format": EITHER, "zone": OWN},
    "money": {"decimal": OWN, "minor_units": OWN},
    "fill_down": {"by": EITHER, "columns": OWN},
    "unpivot": {"columns": OWN, "name": TEXT, "value": TEXT},
    "order_cells": dict.fromkeys(ORDER_CELLS, COLUMN),
    "states": {"column": COLUMN, "otherwise": OWN, **dict.fromkeys(TOLD, TEXTS)},
    "items": {"column": COLUMN, "separator": OWN, "pattern": OWN, "fields": OWN, "none": TEXTS},
    "refund_reference": {"column": COLUMN, "to": OWN, "customer": COLUMN},
    "returns": {"order_id_starts_with": TEXT},
}
AHEAD = re.compile(r"^(.*)\(\?=(.*)\)$", re.DOTALL)  # a separator and what comes next, which stays
HOLDS_LINES = "holds_lines"
DISCOUNTS = (HOLDS_LINES, "beside_lines")
LEVELS = ("order", "payment", *(table.removesuffix("s") for table in TABLES))
NAMES = {str: "text", list: "a list", dict: "keys with values"}


def faults_of(told: Mapping[str, Any], table: str, where: str) -> list[str]:
    """One sentence for each fault of a format, none when it is sound.

    Examples
    --------
    >>> faults_of({"columns": {"order_id": "Nr"}, "titel": "Till"}, "lines", "my.yaml")
    ["my.yaml: unknown key 'titel'. Did you mean 'title'..."]
    """
    if table not in TABLES:
        return [f"{where}: {fault}" for fault in _table(table, [])]
    kinds = {column.name: column.kind for column in TABLES[table]}
    known = list(kinds)
    faults = [f"unknown key {key!r}.{did_you_mean(key, KEYS)}" for key in told if key not in KEYS]
    typed: dict[str, Any] = {key: value for key, value in told.items() if key in KEYS and isinstance(value, KEYS[key])}
    faults += [
        f"{key} is {shown(value)}; expected {NAMES[KEYS[key]]}."  # type: ignore[index]
        for key, value in told.items()
        if key in KEYS and key not in typed
    ]
    faults += [f"unknown column {name!r}.{did_you_mean(name, known)}" for name in typed["columns"] if name not in known]
    for name, spec in typed["columns"].items():
        faults += form_faults(spec, f"columns: {name}", kinds[name]) if name in kinds else []
    for part, keys in PARTS.items():
        faults += [
            fault for key, value in typed.get(part, {}).items() for fault in _part_faults(part, key, value, keys)
        ]
    for part, check in CHECKS.items():
        if part in typed:
            place = "" if KEYS[part] is str else f"{part}: "  # the fault of a single value names it already
            faults += [f"{place}{fault}" for fault in check(typed[part], known)]
    return [f"{where}: {fault}" for fault in faults]


def _part_faults(part: str, key: str, value: Any, keys: Mapping[str, str]) -> list[str]:
    place = f"{part}: {key}"
    if key not in keys:
        return [f"{part}: unknown key {key!r}.{did_you_mean(key, keys)}"]
    kind = ORDER_CELLS[key] if part == "order_cells" else "string"
    return form_faults(value, place, kind) if keys[key] == COLUMN else text_faults(value, keys[key], place)


def _also(told: list[Any], _known: list[str]) -> list[str]:
    named = [str(each.get("state")) for each in told if isinstance(each, Mapping) and "state" in each]
    return condition_faults(told, "state") + [
        f"unknown state {name!r}.{did_you_mean(name, TOLD)}" for name in named if name not in TOLD
    ]


def _skip(told: list[Any], _known: list[str]) -> list[str]:
    worth = [each["amount"] for each in told if isinstance(each, Mapping) and "amount" in each]
    rules = [{k: v for k, v in each.items() if k != "amount"} if isinstance(each, Mapping) else each for each in told]
    faults = [fault for spec in worth for fault in form_faults(spec, "amount", "decimal")]
    return condition_faults(rules, "why") + faults


def _states(told: Mapping[str, Any], _known: list[str]) -> list[str]:
    faults = [] if "column" in told else ["no column. Say which column tells the state of an order."]
    otherwise = told.get("otherwise", "sale")
    if otherwise not in TOLD:
        faults.append(f"otherwise is {shown(otherwise)}.{did_you_mean(str(otherwise), TOLD)}")
    return faults


def _items(told: Mapping[str, Any], known: list[str]) -> list[str]:
    faults = [] if "column" in told else ["no column. Say which column holds the products."]
    if not {"separator", "fields"} & set(told):
        faults.append("expected a separator (products in one cell) or fields (a list of products in JSON).")
    if not isinstance(separator := told.get("separator", "-"), str) or not separator:
        faults.append(f"separator is {shown(separator)}; expected what stands between two products, such as '; '.")
    elif ahead := AHEAD.match(separator):  # the one look-ahead there is: made of two patterns
        faults += pattern_faults(f"{ahead[1]}({ahead[2]})")
    broken = pattern_faults(told.get("pattern", ""))
    fields = told.get("fields", {})
    if not isinstance(fields, Mapping):
        faults.append(f"fields is {shown(fields)}; expected names with a text each.")
    else:
        faults += [fault for name, spec in fields.items() for fault in text_faults(spec, EITHER, f"fields: {name}")]
    names = [
        *(fields if isinstance(fields, Mapping) else ()),
        *({} if broken else group_names(told.get("pattern", ""))),
    ]
    return (
        faults
        + broken
        + [f"unknown column {name!r}.{did_you_mean(name, known)}" for name in names if name not in known]
    )


def _recognise(told: list[Any], _known: list[str]) -> list[str]:
    return [fault for entry in told for fault in text_faults(entry or {}, EITHER, f"entry {shown(entry)}")]


def _fill_down(told: Mapping[str, Any], _known: list[str]) -> list[str]:
    columns = told.get("columns")
    if not isinstance(columns, list) or not columns:
        return ["no columns. List the columns whose empty cells are filled."]
    return [fault for name in columns for fault in text_faults(name, EITHER, "columns: an entry")]


def _unpivot(told: Mapping[str, Any], _known: list[str]) -> list[str]:
    columns = told.get("columns")
    faults = [f"no {key}. Say what the new column is called." for key in ("name", "value") if not told.get(key)]
    if isinstance(columns, Mapping) and set(columns) == {"matches"}:
        return faults + pattern_faults(columns["matches"])
    listed = isinstance(columns, list) and bool(columns) and all(isinstance(name, str) for name in columns)
    return faults + ([] if listed else ["columns: expected a list of columns, or {matches: <regular expression>}."])


def _one_per(told: str, known: list[str]) -> list[str]:
    return ["one_per: orders have a row a line. Leave it out."] if "order_id" in known and "amount" in known else []


def _refund_reference(told: Mapping[str, Any], known: list[str]) -> list[str]:
    to = told.get("to", "order_id")
    faults = [] if "column" in told else ["no column. Say which column names the order that is taken back."]
    return faults + ([f"to is {shown(to)}.{did_you_mean(str(to), known)}"] if to not in known else [])


def _file(told: Mapping[str, Any], _known: list[str]) -> list[str]:
    faults, delimiter, encoding = [], told.get("delimiter", ","), told.get("encoding", "utf-8")
    named = isinstance(delimiter, str) and (len(delimiter) == 1 or delimiter.lower() in DELIMITERS)
    if not named or delimiter in ("\r", "\n", "\0", '"'):
        faults.append(f"delimiter is {shown(delimiter)}; expected one character, such as ';'.")
    try:
        "".encode(str(encoding))
    except (LookupError, ValueError):
        faults.append(f"encoding is {shown(encoding)}; expected such as utf-8, utf-16 or cp1252.")
    if str(told.get("preamble", "true")).lower() not in ("true", "false"):
        faults.append(f"preamble is {shown(told['preamble'])}; expected true or false.")
    return faults


def _order_discount(told: str, _known: list[str]) -> list[str]:
    return [] if told in DISCOUNTS else [f"order_discount is {told!r}.{did_you_mean(told, DISCOUNTS)}"]


def _dates(told: Mapping[str, Any], _known: list[str]) -> list[str]:
    form, zone = told.get("format", ""), told.get("zone", "shop")
    faults = [] if text_faults(form, EITHER, "") else [f"format {fault}" for fault in date_form_faults(form)]
    if isinstance(zone, Mapping):
        expected = ["zone: expected UTC, shop, such as Europe/Rome, or column."]
        return faults + (form_faults(zone["column"], "zone: column") if set(zone) == {"column"} else expected)
    try:
        check_zone("" if zone == "shop" else str(zone), "zone")
    except InputError as error:
        return faults + error.faults
    return faults


def _date_format(told: str, _known: list[str]) -> list[str]:
    return [f"date_format {fault}" for fault in date_form_faults(told)]


def _money(told: Mapping[str, Any], _known: list[str]) -> list[str]:
    decimal, minor = told.get("decimal", "."), told.get("minor_units", "0")
    faults = [] if decimal in (".", ",") else [f"decimal is {shown(decimal)}; expected '.' or ','."]
    sound = isinstance(minor, str) and len(minor) == 1 and minor in "01234"
    return faults + ([] if sound else [f"minor_units is {shown(minor)}; expected 2 where amounts are in cents."])


def _level(told: str, _known: list[str]) -> list[str]:
    return [] if told in LEVELS else [f"level is {told!r}.{did_you_mean(told, LEVELS)}"]


def _table(told: str, _known: list[str]) -> list[str]:
    return [] if told in TABLES else [f"table is {told!r}.{did_you_mean(told, TABLES)}"]


CHECKS: Mapping[str, Callable[[Any, list[str]], list[str]]] = {
    "table": _table,
    "file": _file,
    "recognise": _recognise,
    **dict.fromkeys(("unless", "cancelled", "lacks"), lambda told, _: text_faults(told, TEXTS, "it")),
    "level": _level,
    "dates": _dates,
    "date_format": _date_format,
    "money": _money,
    "fill_down": _fill_down,
    "unpivot": _unpivot,
    "one_per": _one_per,
    "order_discount": _order_discount,
    "states": _states,
    "also": _also,
    "items": _items,
    "skip": _skip,
    "refund_reference": _refund_reference,
    "holds": identity_faults,
}
