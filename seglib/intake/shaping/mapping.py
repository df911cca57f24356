"""Which columns of a file a format, or the user, means by each canonical one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ibis.expr.types as ir

from seglib.errors import InputError, did_you_mean
from seglib.intake.formats import Format
from seglib.intake.formats.forms import form_faults
from seglib.intake.relations import UNRELATED, WHY_UNRELATED
from seglib.intake.shaping.cells import Reader
from seglib.intake.shaping.resolving import resolve
from seglib.tables.canonical import TABLES

__all__ = ["mapped", "without_relation"]


def mapped(reader: Reader, wanted: Mapping[str, Any], layout: Format, where: str, *, must: set[str]) -> dict[str, Any]:
    """Canonical column -> column(s) of the file, for those it has; what was named by hand must be there."""
    required = must | {column.name for column in TABLES[layout.table] if column.required}
    mapping: dict[str, Any] = {}
    faults = []
    for name, spec in wanted.items():
        try:
            found = resolve(_checked(spec, where, name), reader.headers, f"{where}: {name}")
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


def _checked(spec: Any, where: str, name: str) -> Any:
    """A spec of shop.toml has not been through the check of the format files."""
    if faults := form_faults(spec, f"{where}: {name}"):
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
