"""Which columns of a file a format, or the user, means by each canonical one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ibis.expr.types as ir
from ibis.common.exceptions import IbisError

from seglib.errors import InputError, did_you_mean
from seglib.intake.formats import Format
from seglib.intake.formats.forms import form_faults, shown
from seglib.intake.readings import AmbiguousError
from seglib.intake.relations import UNRELATED, WHY_UNRELATED
from seglib.intake.shaping.cells import Reader
from seglib.intake.shaping.resolving import resolve
from seglib.tables.canonical import TABLES

__all__ = ["mapped", "typed_columns", "without_relation"]


def mapped(reader: Reader, wanted: Mapping[str, Any], layout: Format, where: str, *, must: set[str]) -> dict[str, Any]:
    """Canonical column -> column(s) of the file, for those it has; what was named by hand must be there."""
    kinds = {column.name: column.kind for column in TABLES[layout.table]}
    required = must | {column.name for column in TABLES[layout.table] if column.required}
    mapping: dict[str, Any] = {}
    faults = []
    for name, spec in wanted.items():
        try:
            found = resolve(_checked(spec, f"{where}: {name}", kinds[name]), reader.headers, f"{where}: {name}")
        except InputError as error:
            faults += error.faults if name in required or layout.tested_on == "" else []
            continue
        if found is not None:
            mapping[name] = found
        elif name in must:
            first = spec if isinstance(spec, str) else next(iter(spec))
            faults.append(
                f"{where}: no column {first!r} for {name}.{did_you_mean(first, reader.headers.values(), word='Found')}"
            )
    if faults:
        raise InputError(faults)
    return mapping


def _checked(spec: Any, where: str, kind: str) -> Any:
    """A spec of shop.toml has not been through the check of the format files."""
    if faults := form_faults(spec, where, kind):
        raise InputError(faults)
    return spec


def without_relation(raw: ir.Table, mapping: Mapping[str, Any]) -> tuple[dict[str, Any], ...]:
    """The rule for rows that found nothing in a joined table, where that table tells when they were."""
    if UNRELATED not in raw.columns or not isinstance(mapping.get("ordered_at"), str):
        return ()
    asked = {UNRELATED: "true", mapping["ordered_at"]: "false"} if isinstance(mapping["ordered_at"], str) else {}
    return ({"all": [{"column": one, "filled": told} for one, told in asked.items()], "why": WHY_UNRELATED},) * bool(
        asked
    )


def typed_columns(raw: ir.Table, mapping: Mapping[str, Any], table: str, reader: Reader) -> dict[str, ir.Column]:
    """Canonical columns as typed values; every column that cannot be read is told of."""
    kinds = {column.name: column.kind for column in TABLES[table]}
    typed, faults, ambiguous = {}, [], False
    optional = reader.optional - (set() if "amount" in mapping else {"quantity", "unit_price", "discount"})
    for name, spec in mapping.items():
        try:
            typed[name] = reader.read(raw, spec, kinds[name])
        except InputError as error:
            if name in optional:
                header = spec if isinstance(spec, str) else shown(spec)
                why = error.faults[0].removeprefix(f"{reader.where}: {header}: ")
                reader.unread.append({"column": name, "header": header, "why": why})
            else:
                faults += error.faults
                ambiguous |= isinstance(error, AmbiguousError)
        except (IbisError, TypeError, ValueError, AttributeError):  # of Ibis: a form that has no such kind of value
            faults.append(f"{reader.where}: {name} is told as {shown(spec)}, which makes no {kinds[name]} of it.")
    if faults:
        raise (AmbiguousError if ambiguous else InputError)(list(dict.fromkeys(faults)))
    return typed
