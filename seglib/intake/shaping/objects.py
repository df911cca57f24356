"""Cells that hold JSON: an object is never an id nor an amount, but what is told inside of it may be."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import ibis.expr.types as ir

from seglib.errors import InputError
from seglib.intake.formats import Format, header_names
from seglib.intake.shaping.cells import resolve
from seglib.tables.canonical import TABLES

__all__ = ["check_objects", "unfolded"]

SAMPLE = 100  # rows looked at
NUMBERS = ("$oid", "id", "number", "code", "sku", "email")
MONEY = ("amount", "value", "total", "$numberDecimal", "$numberDouble", "$numberInt", "$numberLong")
# What a canonical column may be called inside of an object; the first that is there is taken.
KEYS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("order_id", "customer_id", "product_id", "visitor_id", "ticket_id", "deal_id"), NUMBERS),
    **dict.fromkeys(("amount", "unit_price", "discount", "value", "spend", "quantity"), MONEY),
    **dict.fromkeys(("ordered_at", "at", "opened_at", "closed_at", "answered_at", "signed_up_at"), ("$date", "date")),
    "email": ("email", "mail"),
    "currency": ("currency", "currency_code", "code"),
    "country": ("country", "country_code", "code"),
    "coupon_code": ("code",),
}
NAMES = ("name", "title", "code", "label")  # of all others


def unfolded(raw: ir.Table, layout: Format, file: str) -> tuple[Format, list[dict[str, str]]]:
    """Guessed columns of cells that hold JSON objects: the part that is meant; those without one are left out.

    Returns
    -------
    Format, and of each column left out ``column``, ``header`` and ``why``.
    """
    headers = header_names(raw.columns)
    where = {name: resolve(names, headers, "") for name, names in layout.columns.items()}
    held = _held(raw, [header for header in where.values() if isinstance(header, str)])
    columns, unread = dict(layout.columns), []
    for name, header in where.items():
        if header not in held:
            continue
        key = next((key for key in KEYS.get(name, NAMES) if key in held[header]), "")
        plain = [each for each in layout.columns[name] if headers.get(each) not in held]
        columns[name] = {"path": f"{header}.{key}"} if key else plain or ["-"]
        if not key and name not in _required(layout.table):
            unread.append({"column": name, "header": header, "why": "its cells hold JSON"})
        elif not key:
            raise InputError(_fault(header, name, held[header], where=file))
    money = where.get("amount")
    if where.get("currency") is None and "currency" in held.get(money or "", ()):
        columns["currency"] = {"path": f"{money}.currency"}
    return replace(layout, columns=columns), unread


def check_objects(raw: ir.Table, columns: Mapping[str, Any], where: str) -> None:
    """Refuse ids that a format, or shop.toml, takes from cells that hold JSON.

    Raises
    ------
    InputError
        With the path that is likely meant.
    """
    headers = header_names(raw.columns)
    ids = {name: resolve(spec, headers, where) for name, spec in columns.items() if name in KEYS and _plain(spec)}
    held = _held(raw, [header for header in ids.values() if isinstance(header, str)])
    if faults := [_fault(header, name, held[header], where) for name, header in ids.items() if header in held]:
        raise InputError(faults)


def _plain(spec: Any) -> bool:
    return isinstance(spec, str) or (isinstance(spec, list) and all(isinstance(each, str) for each in spec))


def _required(table: str) -> set[str]:
    return {column.name for column in TABLES[table] if column.required}


def _fault(header: str, name: str, keys: list[str], where: str) -> str:
    key = next((key for key in KEYS.get(name, NAMES) if key in keys), next(iter(keys), "id"))
    return (
        f"{where}: {name}: the cells of {header!r} hold JSON with {keys[:8]}. Take a part of them, "
        f'as in {name}: {{path: "{header}.{key}"}} of a format, or {name} = {{ path = "{header}.{key}" }} in shop.toml.'
    )


def _held(raw: ir.Table, headers: list[str]) -> dict[str, list[str]]:
    """Columns whose first filled cells are all JSON objects or lists -> keys of the objects, the commonest first."""
    texts = [name for name in dict.fromkeys(headers) if raw[name].type().is_string()]
    if not texts:
        return {}
    rows = raw.select(texts).limit(SAMPLE).to_pyarrow().to_pydict()
    found = {name: [_parsed(cell) for cell in cells if cell and cell.strip()] for name, cells in rows.items()}
    return {
        name: list(dict.fromkeys(key for cell in cells if isinstance(cell, dict) for key in cell))
        for name, cells in found.items()
        if cells and all(isinstance(cell, dict | list) for cell in cells)
    }


def _parsed(cell: str) -> Any:
    if cell.lstrip()[:1] not in ("{", "["):
        return None
    try:
        return json.loads(cell)
    except (ValueError, RecursionError):
        return None
