"""How a table was read: each canonical column with the file's column it came from, and what was not used."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import ibis
import ibis.expr.types as ir

from seglib.intake.formats import GUESS, Format, header_names, normalised
from seglib.intake.formats.layout import headers_of
from seglib.intake.shaping.paths import PATH
from seglib.tables.privacy import shape_of

__all__ = ["columns_of", "status_values", "unused_of", "with_examples"]

# Texts of lines and products of which an example says nothing of a person; of all others the shape is shown.
TOLD = ("product_name", "category", "country", "channel", "currency")
OF_A_PERSON = ("birth_year", "employees")
HEAD = re.compile(r"[.\[]")  # behind the column that a path begins with
LONGEST = 40
MOST_VALUES = 100  # of a status; more are none (guessing)


def source_text(spec: Any) -> str:
    """What the file calls a column, as a person would say it: its headers, joined where there are several."""
    names = list(dict.fromkeys(name.removeprefix(PATH) for name in headers_of(spec)))
    if not names and isinstance(spec, Mapping):
        return "(constant)" if "constant" in spec else "(row number)"
    return " + ".join(names)


def columns_of(mapping: Mapping[str, Any], layout: Format, by_hand: Iterable[str]) -> list[dict[str, Any]]:
    """Canonical column, the file's column, and why: named by hand, by the format, or guessed by its name."""
    hand = set(by_hand)
    other = "guess by name" if layout.name == GUESS else "format"
    return [
        {"column": name, "from": source_text(spec), "why": "shop.toml" if name in hand else other}
        for name, spec in mapping.items()
        if not (isinstance(spec, str) and spec.startswith("seglib_"))
    ] + [
        {"column": name, "from": "(items)", "why": other}
        for name, spec in mapping.items()
        if isinstance(spec, str) and spec.startswith("seglib_")
    ]


def unused_of(raw: Sequence[str], mapping: Mapping[str, Any], layout: Format) -> list[str]:
    """Columns of the file that nothing was read from, in their order."""
    used = {name for spec in mapping.values() for name in headers_of(spec)}
    if layout.name != GUESS:
        used |= layout.headers
    used = {normalised(part) for name in used for part in (name, HEAD.split(name.removeprefix(PATH))[0])}
    told = (layout.also, layout.skip, layout.states, layout.fill_down, layout.refund_reference, layout.unpivot)
    names = header_names(raw)
    guessed = {normalised(name) for part in told for name in headers_of(part) if normalised(name) in names}
    return [name for name in raw if normalised(name) not in used | guessed and not _ours(name)]


def _ours(name: str) -> bool:
    return name.startswith(("seglib_", PATH))


def with_examples(
    columns: Sequence[Mapping[str, Any]], table: ir.Table, *, of_lines: bool
) -> tuple[list[dict[str, Any]], int]:
    """Each column with how many rows tell it and an example, a shape only where it tells who a person is; all rows."""
    there = [one for one in columns if one["column"] in table.columns]
    asked: dict[str, ir.Scalar] = {"rows": table.count()}
    for one in there:
        name = one["column"]
        value = table[name]
        least = value.min(where=value > 0) if value.type().is_numeric() else value.min()
        asked |= {f"n_{name}": value.count(), f"e_{name}": least.cast("string")}
    found = table.aggregate(**asked).to_pyarrow().to_pylist()[0]
    told = []
    for one in there:
        name, value = one["column"], found[f"e_{one['column']}"]
        shown = (of_lines and name in TOLD) or not (table[name].type().is_string() or name in OF_A_PERSON)
        told.append({**one, "filled": found[f"n_{name}"], "example": _example(value, shown=shown)})
    return told, int(found["rows"])


def _example(value: Any, *, shown: bool) -> str:
    if value is None:
        return ""
    if not shown or "@" in str(value):
        return shape_of(value).strip("'")
    text = re.sub(r"(\.\d*?)0+$", r"\1", " ".join(str(value).split())).removesuffix(".").removesuffix(" 00:00:00")
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."


def status_values(table: ir.Table) -> list[dict[str, Any]]:
    """Each value of the status with its rows, money (before anything is left out) and what it was taken for."""
    if not {"status", "state"} <= set(table.columns):
        return []
    state = table.seglib_told if "seglib_told" in table.columns else table.state
    money = ibis.coalesce(table.amount.abs().sum(), 0).cast("float64")
    by = table.group_by(value=ibis.coalesce(table.status, "")).agg(rows=table.count(), amount=money, state=state.mode())
    rows = by.order_by([ibis.desc("rows"), "value"]).limit(MOST_VALUES).to_pyarrow().to_pylist()
    return [{**row, "value": row["value"][:LONGEST], "known": row["state"] != "unknown"} for row in rows]
