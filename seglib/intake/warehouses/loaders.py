"""What each loader adds to the tables that it fills: marks of its own, rows that are gone, versions, keys of lists."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from seglib.intake.readings.text import as_text

__all__ = ["LOADERS", "Loader", "loader_of", "place_in_list"]

NO = ("false", "f", "0", "no", "n", "")
GONE = ("is_deleted", "deleted_at")  # of the source itself, whoever loads it
DEPTH = re.compile(r"_sdc_level_(\d+)_id$")
TYPES = "text|double|bigint|bool|timestamp|decimal|wei|json|date|time|binary"


@dataclass(frozen=True)
class Loader:
    """Conventions of a loader.

    ``mark`` begins the names of its own columns; ``gone`` are those that are true, or filled, where the source has
    deleted the row, ``live`` is false where the row is an earlier version, and ``ended`` filled; ``latest`` tells
    versions apart; ``apart`` parts the names of nested columns and of the tables of lists; ``variant`` ends the name
    of a column for values of another type; ``by_place`` says that rows of lists are named by the key of the outermost
    row and their places.
    """

    title: str
    mark: str
    gone: tuple[str, ...] = ()
    live: str = ""
    ended: str = ""
    latest: tuple[str, ...] = ()
    apart: str = ""
    variant: str = ""
    by_place: bool = False

    def own(self, name: str) -> bool:
        """Whether a column is the loader's."""
        return name.startswith((self.mark, "_ab_cdc_"))

    def gone_rows(self, table: ir.Table, more: Iterable[str] = ()) -> ir.BooleanValue:
        """Which rows were deleted in the source."""
        return _any(_told(table[name]) for name in (*self.gone, *GONE, *more) if name in table.columns)

    def old_rows(self, table: ir.Table) -> ir.BooleanValue:
        """Which rows are marked as an earlier version of another."""
        old = [~_told(table[self.live])] if self.live in table.columns else []
        old += [_told(table[self.ended])] if self.ended in table.columns else []
        return _any(old)

    def own_key(self, table: ir.Table, key: str, depth: int, keys: tuple[str, ...]) -> ir.StringValue | None:
        """By what the rows of lists inside name a row; None where nothing tells."""
        if "_dlt_id" in table.columns:
            return as_text(table["_dlt_id"])
        if self.by_place and (keys or depth):
            own = keys if depth == 0 else (*_source_keys(table), *(f"_sdc_level_{n}_id" for n in range(depth)))
            return _joined(table, own)
        return as_text(table[key]) if key in table.columns else None

    def parent_key(self, table: ir.Table, parent: str, depth: int) -> ir.StringValue | None:
        """By what a row of a list names the row that it is in."""
        if "_dlt_parent_id" in table.columns:
            return as_text(table["_dlt_parent_id"])
        if not parent and self.by_place:
            return _joined(table, (*_source_keys(table), *(f"_sdc_level_{n}_id" for n in range(depth - 1))))
        return as_text(table[parent]) if parent in table.columns else None

    def source_keys(self, table: ir.Table) -> tuple[str, ...]:
        """Columns of the outermost table that those of a list name it by."""
        return tuple(name.removeprefix("_sdc_source_key_") for name in _source_keys(table))


LOADERS = {
    "fivetran": Loader(
        "Fivetran", "_fivetran_", ("_fivetran_deleted",), live="_fivetran_active",
        latest=("_fivetran_start", "_fivetran_synced"),
    ),
    "airbyte": Loader(
        "Airbyte", "_airbyte_", ("_ab_cdc_deleted_at",), latest=("_airbyte_extracted_at", "_airbyte_emitted_at"),
    ),
    "dlt": Loader(
        "dlt", "_dlt_", ended="_dlt_valid_to", latest=("_dlt_valid_from", "_dlt_load_id"), apart="__",
        variant=rf"__v_(?:{TYPES})$",
    ),
    "stitch": Loader(
        "Stitch", "_sdc_", ("_sdc_deleted_at",), latest=("_sdc_sequence", "_sdc_batched_at"), apart="__",
        variant=r"__(?:st|bl|bo|it|bi|fl|de|do|ts|dt)$", by_place=True,
    ),
}  # fmt: skip


def loader_of(columns: Iterable[str]) -> str:
    """Name of the loader that has filled a table, by its marks; empty where there is none.

    Examples
    --------
    >>> loader_of(["id", "_fivetran_synced"]), loader_of(["id", "_dlt_id", "_dlt_load_id"]), loader_of(["id"])
    ('fivetran', 'dlt', '')
    """
    names = [name.lower() for name in columns]
    return next((key for key, one in LOADERS.items() if any(name.startswith(one.mark) for name in names)), "")


def place_in_list(table: ir.Table) -> list[ir.Value]:
    """What puts the rows of a list in order, as far as its table tells."""
    levels = sorted(name for name in table.columns if DEPTH.match(name))
    names = ["_dlt_list_idx", *levels, "index", "created_at", "id"]
    return [table[name] for name in names if name in table.columns]


def _source_keys(table: ir.Table) -> tuple[str, ...]:
    return tuple(name for name in table.columns if name.startswith("_sdc_source_key_"))


def _joined(table: ir.Table, names: Iterable[str]) -> ir.StringValue | None:
    parts = [as_text(table[name]) for name in names if name in table.columns]
    if not parts:
        return None
    joined = parts[0]
    for part in parts[1:]:
        joined = joined + "|" + part
    return joined


def _told(column: ir.Column) -> ir.BooleanValue:
    return ~as_text(column).lower().fill_null("").isin(NO)


def _any(told: Iterable[ir.BooleanValue]) -> ir.BooleanValue:
    found: ir.BooleanValue = ibis.literal(False)
    for one in told:
        found = found | one
    return found
