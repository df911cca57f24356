"""Faults of a format file: unknown keys, unknown columns, ill-formed parts, all told together."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from seglib.errors import InputError, did_you_mean
from seglib.intake.readings import check_zone
from seglib.tables.canonical import STATES, TABLES

__all__ = ["CONDITIONS", "FORMS", "HOLDS_LINES", "KEYS", "faults_of", "form_faults"]

# How a canonical column may be made from columns of the file, and what may stand beside.
FORMS: Mapping[str, tuple[str, ...]] = {
    "first": (),
    "sum": (),
    "minus": (),
    "times": (),
    "negative": (),
    "join": ("with",),
    "of": ("none", "map"),
    "path": (),
    "constant": (),
    "row": (),
    "earliest": ("where",),
    "latest": ("where",),
    "optional": (),
    "needed": (),
}
LISTS = ("first", "sum", "minus", "times", "join")
CONDITIONS = ("values", "other_than", "filled", "matches")
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
    "lacks": list,
    "notes": str,
    "tested_on": str,
}
PARTS: Mapping[str, tuple[str, ...]] = {
    "file": ("delimiter", "encoding", "preamble", "footer"),
    "dates": ("format", "zone"),
    "money": ("decimal", "minor_units"),
    "fill_down": ("by", "columns"),
    "unpivot": ("columns", "name", "value"),
    "order_cells": ("discount", "refund", "refunded_at", "disputed", "disputed_at"),
    "states": ("column", "otherwise", "refunded", *STATES),
    "items": ("column", "separator", "pattern", "fields"),
    "refund_reference": ("column", "to", "customer"),
    "returns": ("order_id_starts_with",),
}
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
    known = [column.name for column in TABLES[table]]
    faults = [f"unknown key {key!r}.{did_you_mean(key, KEYS)}" for key in told if key not in KEYS]
    typed: dict[str, Any] = {key: value for key, value in told.items() if key in KEYS and isinstance(value, KEYS[key])}
    faults += [
        f"{key} is {value!r}; expected {NAMES[KEYS[key]]}."  # type: ignore[index]
        for key, value in told.items()
        if key in KEYS and key not in typed
    ]
    faults += [f"unknown column {name!r}.{did_you_mean(name, known)}" for name in typed["columns"] if name not in known]
    for name, spec in typed["columns"].items():
        faults += form_faults(spec, f"columns: {name}")
    for part, keys in PARTS.items():
        faults += [
            f"{part}: unknown key {key!r}.{did_you_mean(key, keys)}" for key in typed.get(part, ()) if key not in keys
        ]
    for part, check in CHECKS.items():
        if part in typed:
            place = "" if KEYS[part] is str else f"{part}: "  # the fault of a single value names it already
            faults += [f"{place}{fault}" for fault in check(typed[part], known)]
    return [f"{where}: {fault}" for fault in faults]


def form_faults(spec: Any, place: str) -> list[str]:
    """Faults of one column: a header, a list of headers of which the first there is taken, or a form."""
    if isinstance(spec, str):
        return [] if spec else [f"{place} is empty; expected the name of a column."]
    if isinstance(spec, list) and spec:
        return [fault for inner in spec for fault in form_faults(inner, place)]
    if not isinstance(spec, Mapping) or not spec:
        return [f"{place} is {spec!r}; expected a column, a list of columns, or one of {', '.join(FORMS)}."]
    how = [key for key in spec if key in FORMS]
    if len(how) != 1:
        found = next((key for key in spec if key not in FORMS), how[-1] if how else "")
        return [f"{place} is {dict(spec)}; expected one of {', '.join(FORMS)}.{did_you_mean(found, FORMS)}"]
    rest = [key for key in spec if key not in (how[0], *FORMS[how[0]])]
    faults = [f"{place}: {key!r} does not go with {how[0]!r}." for key in rest]
    if how[0] in LISTS and not isinstance(spec[how[0]], list):
        return [*faults, f"{place}: {how[0]} is {spec[how[0]]!r}; expected a list of columns."]
    if "where" in spec:
        faults += [f"{place}: where: {fault}" for fault in _where_faults(spec["where"])]
    return faults if how[0] in ("constant", "path", "row") else faults + form_faults(spec[how[0]], place)


def _where_faults(condition: Any) -> list[str]:
    return _condition_faults([{**condition, "why": ""}] if isinstance(condition, Mapping) else [condition], "why")


def _condition_faults(conditions: Iterable[Any], outcome: str) -> list[str]:
    faults = []
    for condition in conditions:
        if not isinstance(condition, Mapping) or "column" not in condition or outcome not in condition:
            faults.append(f"{condition!r}; expected column, one of {', '.join(CONDITIONS)}, and {outcome}.")
            continue
        asked = [key for key in condition if key in CONDITIONS]
        odd = [key for key in condition if key not in (*CONDITIONS, "column", outcome)]
        faults += [f"unknown key {key!r}.{did_you_mean(key, CONDITIONS)}" for key in odd]
        faults += [] if asked else [f"{dict(condition)} asks nothing; expected one of {', '.join(CONDITIONS)}."]
        faults += _pattern_faults(condition.get("matches", ""))
        faults += form_faults(condition["column"], "column")
    return faults


def _pattern_faults(pattern: Any) -> list[str]:
    try:
        re.compile(str(pattern))
    except re.error as error:
        return [f"pattern {pattern!r} is no regular expression ({error})."]
    return []


def _also(told: list[Any], _known: list[str]) -> list[str]:
    states = (*STATES, "refunded")
    named = [str(each.get("state")) for each in told if isinstance(each, Mapping) and "state" in each]
    return _condition_faults(told, "state") + [
        f"unknown state {name!r}.{did_you_mean(name, states)}" for name in named if name not in states
    ]


def _skip(told: list[Any], _known: list[str]) -> list[str]:
    return _condition_faults(told, "why")


def _states(told: Mapping[str, Any], _known: list[str]) -> list[str]:
    faults = [] if "column" in told else ["no column. Say which column tells the state of an order."]
    faults += [
        f"{key} is {values!r}; expected a list of values."
        for key, values in told.items()
        if key in (*STATES, "refunded") and not isinstance(values, list)
    ]
    otherwise = told.get("otherwise", "sale")
    if otherwise not in (*STATES, "refunded"):
        faults.append(f"otherwise is {otherwise!r}.{did_you_mean(str(otherwise), STATES)}")
    return faults + form_faults(told.get("column", "-"), "column")


def _items(told: Mapping[str, Any], known: list[str]) -> list[str]:
    faults = form_faults(told.get("column", ""), "column")
    if not {"separator", "fields"} & set(told):
        faults.append("expected a separator (products in one cell) or fields (a list of products in JSON).")
    broken = _pattern_faults(told.get("pattern", ""))
    names = [*told.get("fields", {}), *(re.compile(str(told.get("pattern", ""))).groupindex if not broken else ())]
    return (
        faults
        + broken
        + [f"unknown column {name!r}.{did_you_mean(name, known)}" for name in names if name not in known]
    )


def _fill_down(told: Mapping[str, Any], _known: list[str]) -> list[str]:
    return (
        [] if isinstance(told.get("columns"), list) else ["no columns. List the columns whose empty cells are filled."]
    )


def _unpivot(told: Mapping[str, Any], _known: list[str]) -> list[str]:
    columns = told.get("columns")
    faults = [f"no {key}. Say what the new column is called." for key in ("name", "value") if not told.get(key)]
    if isinstance(columns, Mapping) and set(columns) == {"matches"}:
        return faults + _pattern_faults(columns["matches"])
    listed = isinstance(columns, list) and bool(columns) and all(isinstance(name, str) for name in columns)
    return faults + ([] if listed else ["columns: expected a list of columns, or {matches: <regular expression>}."])


def _one_per(told: str, known: list[str]) -> list[str]:
    return ["one_per: orders have a row a line. Leave it out."] if "order_id" in known and "amount" in known else []


def _refund_reference(told: Mapping[str, Any], known: list[str]) -> list[str]:
    to = told.get("to", "order_id")
    faults = [] if "column" in told else ["no column. Say which column names the order that is taken back."]
    return faults + ([f"to is {to!r}.{did_you_mean(str(to), known)}"] if to not in known else [])


def _order_cells(told: Mapping[str, Any], _known: list[str]) -> list[str]:
    return [fault for name, spec in told.items() for fault in form_faults(spec, name)]


def _order_discount(told: str, _known: list[str]) -> list[str]:
    return [] if told in DISCOUNTS else [f"order_discount is {told!r}.{did_you_mean(told, DISCOUNTS)}"]


def _dates(told: Mapping[str, Any], _known: list[str]) -> list[str]:
    zone, form = told.get("zone", "shop"), told.get("format", [])
    faults = [] if isinstance(form, str | list) else [f"format is {form!r}; expected such as '%Y-%m-%d %H:%M'."]
    if isinstance(zone, Mapping):
        return faults + (
            [] if set(zone) == {"column"} else ["zone: expected UTC, shop, such as Europe/Rome, or column."]
        )
    try:
        check_zone("" if zone == "shop" else str(zone), "zone")
    except InputError as error:
        faults += error.faults
    return faults


def _money(told: Mapping[str, Any], _known: list[str]) -> list[str]:
    decimal, minor = told.get("decimal", "."), told.get("minor_units", 0)
    faults = [] if decimal in (".", ",") else [f"decimal is {decimal!r}; expected '.' or ','."]
    return faults + (
        [] if str(minor) in "01234" else [f"minor_units is {minor!r}; expected 2 where amounts are in cents."]
    )


def _level(told: str, _known: list[str]) -> list[str]:
    return [] if told in LEVELS else [f"level is {told!r}.{did_you_mean(told, LEVELS)}"]


def _table(told: str, _known: list[str]) -> list[str]:
    return [] if told in TABLES else [f"table is {told!r}.{did_you_mean(told, TABLES)}"]


CHECKS: Mapping[str, Callable[[Any, list[str]], list[str]]] = {
    "table": _table,
    "level": _level,
    "dates": _dates,
    "money": _money,
    "fill_down": _fill_down,
    "unpivot": _unpivot,
    "one_per": _one_per,
    "order_cells": _order_cells,
    "order_discount": _order_discount,
    "states": _states,
    "also": _also,
    "items": _items,
    "skip": _skip,
    "refund_reference": _refund_reference,
}
