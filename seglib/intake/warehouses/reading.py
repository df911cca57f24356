"""Tables of a loader as they are: names in lower case, a column for each value, rows that do not count marked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir

from seglib.intake.files import EmptyError, Raw, read_raw
from seglib.intake.readings.text import as_text
from seglib.intake.warehouses.loaders import Loader
from seglib.intake.warehouses.shapes import Branch
from seglib.language.messages import mark

__all__ = ["GONE", "LEFT_OUT", "OLD", "WHY", "Tables"]

LEFT_OUT = "seglib_left_out"  # marks rows that are gone, or an earlier version of another
GONE = "gone"
OLD = "old"
WHY = {
    GONE: mark("rows that were deleted in the source"),
    OLD: mark("earlier versions of a row that was loaded again"),
}


class Tables:
    """Reads the tables of a loader, each by its name; ``files`` are the facts of those that were read."""

    def __init__(self, loader: Loader, there: Mapping[str, Path | str], engine: ibis.BaseBackend) -> None:
        self.files: list[Any] = []
        self._loader, self._there, self._engine = loader, there, engine
        self._known: dict[str, Raw] = {}

    def name_of(self, branch: Branch) -> str:
        """The first of the names of a branch's table that is there; empty where none is."""
        return next((one for one in branch.tables if one in self._there), "")

    def read(self, name: str) -> Raw:
        """A table with its names in lower case, and facts on it."""
        if name not in self._known:
            raw = read_raw(self._there[name], self._engine)
            self.files += raw.facts["files"]
            table = raw.table.rename({column.lower(): column for column in raw.table.columns})
            told = {column: table[column].cast("string") for column in table.columns if table[column].type().is_json()}
            self._known[name] = Raw(self._one_type(table.mutate(**told)), raw.facts)
        return self._known[name]

    def inner(self, name: str) -> ir.Table | None:
        """A table that belongs into another; None where it has no rows."""
        try:
            return self.read(name).table
        except EmptyError:
            return None

    def _one_type(self, table: ir.Table) -> ir.Table:
        """Columns that a loader has parted by the types of their values as one, as text."""
        parted: dict[str, list[str]] = {}
        for column in table.columns if self._loader.variant else ():
            base = re.sub(self._loader.variant, "", column)
            if base != column:
                parted.setdefault(base, [base] if base in table.columns else []).append(column)
        told = {base: ibis.coalesce(*(as_text(table[one]) for one in parts)) for base, parts in parted.items()}
        return table.mutate(**told).drop(*(one for base, parts in parted.items() for one in parts if one != base))

    def gone(self, branch: Branch, table: ir.Table) -> ir.BooleanValue:
        """Which rows were deleted in the source."""
        return self._loader.gone_rows(table, branch.gone)

    def _old(self, branch: Branch, table: ir.Table) -> ir.BooleanValue:
        """Which rows are an earlier version of another."""
        old, latest = self._loader.old_rows(table), [one for one in self._loader.latest if one in table.columns]
        if branch.key not in table.columns or not latest:
            return old
        same = ibis.window(group_by=as_text(table[branch.key]), order_by=[table[one].desc() for one in latest])
        return old | (ibis.row_number().over(same) > 0)

    def marked(self, branch: Branch, table: ir.Table) -> ir.Table:
        """Rows with why they are to be left out, and their place."""
        why = ibis.cases((self._old(branch, table), OLD), (self.gone(branch, table), GONE), else_=ibis.null("string"))
        return table.mutate(**{LEFT_OUT: why, "seglib_row": ibis.row_number()})

    def current(self, branch: Branch, table: ir.Table) -> ir.Table:
        """The rows that count, one a key."""
        left = table.mutate(seglib_left=self.gone(branch, table) | self._old(branch, table))
        return left.filter(~left.seglib_left).drop("seglib_left").distinct(on=branch.key)
