"""The tables of a loader read, and put together to the records that a format of the source reads."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir

from seglib.errors import InputError, did_you_mean
from seglib.intake.doubts import ASK, Doubt
from seglib.intake.files import EmptyError, Raw, read_raw
from seglib.intake.formats import Format, load_format
from seglib.intake.readings.text import as_text, counts
from seglib.intake.relations import MEETS, NEARLY_ALL
from seglib.intake.shaping.paths import follow, steps_of
from seglib.intake.warehouses.loaders import place_in_list
from seglib.intake.warehouses.nesting import columns_of, list_of
from seglib.intake.warehouses.places import datasets_at
from seglib.intake.warehouses.shapes import Branch, Schema, Shape, shape_of, shapes_told
from seglib.language.messages import mark

__all__ = ["assembled"]

LEFT_OUT = "seglib_left_out"  # marks rows that are gone, or an earlier version of another
GONE, OLD, MISSED, KEPT = "gone", "old", "missed", "kept"
WHY = {
    GONE: mark("rows that were deleted in the source"),
    OLD: mark("earlier versions of a row that was loaded again"),
}
Settle = Callable[[ir.Table], ir.Table]
Path_ = tuple[str, ...]


def assembled(
    path: Path | str,
    schema: Schema,
    table: str,
    engine: ibis.BaseBackend,
    settle: Settle = lambda table: table.cache(),
) -> tuple[Raw, Format, list[Doubt]]:
    """A table of a shop out of the tables that a loader keeps it in.

    Parameters
    ----------
    path : Path or str
        A folder with a file or a folder for each table, a database that is a file, or the address of one.
    schema : Schema
        The loader and the source.
    table : str
        A key of :data:`seglib.tables.canonical.TABLES`.
    engine : ibis backend
        Where they are read.
    settle : callable
        Stores a table that is read several times, and returns the stored one.

    Returns
    -------
    Raw, Format, list of Doubt
        One row a record, lists and objects inside as JSON, rows that are not to be counted marked; the format that
        reads it, which leaves these out; what is doubted.

    Raises
    ------
    InputError
        No such tables, or rows of lists that hardly meet the rows that they belong to.
    """
    there = _dataset(datasets_at(path), schema, table, str(path))
    shape = shape_of(schema.name, table, sorted(there), schema.table)
    layout = load_format(shape.format, table)
    work = _Assembly(shape, there, engine, settle, _words(layout))
    if "column" in layout.items:
        work.needed = str(layout.items["column"]["path"] if isinstance(layout.items["column"], dict) else layout.items["column"])
    raw = work.whole()
    skip = tuple({"column": LEFT_OUT, "values": [kind], "why": why} for kind, why in WHY.items())
    zone = {"zone": "UTC", **layout.dates}  # loaders keep moments, and write those without a zone in UTC
    return raw, replace(layout, skip=(*layout.skip, *skip), dates=zone), work.doubts


def _dataset(
    found: Mapping[str, Mapping[str, Path | str]], schema: Schema, table: str, where: str
) -> Mapping[str, Path | str]:
    """The tables of the dataset that has the outermost one, by their names without what stands before all of them."""
    roots = [n for shape in shapes_told() if (shape.schema, shape.table) == (schema.name, table) for n in shape.root.tables]
    if schema.dataset and schema.dataset not in found:
        raise InputError(f"{where}: no dataset {schema.dataset!r}.{did_you_mean(schema.dataset, found)}")
    known = {schema.dataset: found[schema.dataset]} if schema.dataset else found
    fit = {name: stripped for name, tables in known.items() if (stripped := _stripped(tables, roots))}
    if len(fit) > 1:
        raise InputError(
            f"{where}: several datasets have such tables: {', '.join(sorted(fit))}. Say which: dataset = "
            f'"{sorted(fit)[0]}".'
        )
    return next(iter(fit.values())) if fit else {name: at for tables in known.values() for name, at in tables.items()}


def _stripped(tables: Mapping[str, Path | str], roots: list[str]) -> Mapping[str, Path | str]:
    """Tables by their names, or by what follows the one prefix with which the outermost table is there."""
    if set(roots) & set(tables):
        return tables
    before = {name.removesuffix(root) for root in roots for name in tables if name.endswith(f"_{root}")}
    if len(before) != 1:
        return {}
    start = next(iter(before))
    return {name.removeprefix(start): at for name, at in tables.items() if name.startswith(start)}


def _words(layout: Format) -> set[str]:
    """Names that a format speaks of: of what stands inside of a record, nothing else is kept."""
    parts = (layout.columns, layout.items, layout.order_cells, layout.states, layout.also, layout.holds, layout.skip)
    return set(re.findall(r"\w+", repr((parts, layout.unpivot, layout.refund_reference))))


@dataclass
class _Assembly:
    """What is at hand while a record is put together."""

    shape: Shape
    there: Mapping[str, Path | str]
    engine: ibis.BaseBackend
    settle: Settle
    words: set[str]
    needed: str = ""
    notes: list[str] = field(default_factory=list)
    files: list[Any] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    newest: ir.Table | None = None  # of Stitch: the version of each outermost row

    def whole(self) -> Raw:
        """The outermost table with all that belongs into it."""
        root = self.shape.root
        name = next(one for one in root.tables if one in self.there)
        raw = self._read(name)
        assert raw is not None  # _read leaves out inner tables alone
        table = self.settle(self._marked(raw.table))
        filled, cells = self._filled(root, name, table, 0)
        cells = {path: one for path, one in cells.items() if len(path) == 1 or path[-1] in self.words}
        columns = columns_of({path: _value(filled, one, nested=len(path) > 1) for path, one in cells.items()})
        record = self.settle(filled.order_by("seglib_row").select(**columns, **{LEFT_OUT: filled[LEFT_OUT]}))
        facts = {**raw.facts, "files": self.files, "notes": [*raw.facts.get("notes", ()), *self.notes]}
        return Raw(record, facts)

    def _read(self, name: str, *, inner: bool = False) -> Raw | None:
        """A table with its names in lower case; None where an inner one has no rows."""
        try:
            raw = read_raw(self.there[name], self.engine)
        except EmptyError:
            if inner:
                return None
            raise
        self.files += raw.facts["files"]
        table = raw.table.rename({column.lower(): column for column in raw.table.columns})
        told = {column: table[column].cast("string") for column in table.columns if table[column].type().is_json()}
        return Raw(self._one_type(table.mutate(**told)), raw.facts)

    def _one_type(self, table: ir.Table) -> ir.Table:
        """Columns that a loader has parted by the types of their values as one, as text."""
        parted: dict[str, list[str]] = {}
        for column in table.columns if self.shape.loader.variant else ():
            base = re.sub(self.shape.loader.variant, "", column)
            if base != column:
                parted.setdefault(base, [base] if base in table.columns else []).append(column)
        told = {base: ibis.coalesce(*(as_text(table[one]) for one in parts)) for base, parts in parted.items()}
        return table.mutate(**told).drop(*(one for base, parts in parted.items() for one in parts if one != base))

    def _marked(self, table: ir.Table) -> ir.Table:
        """Outermost rows with what is to be left out, and their place."""
        gone, old = self._gone(self.shape.root, table), self.shape.loader.old_rows(table)
        key, latest = self.shape.root.key, [one for one in self.shape.loader.latest if one in table.columns]
        if key in table.columns and latest:
            same = ibis.window(group_by=as_text(table[key]), order_by=[table[one].desc() for one in latest])
            old = old | (ibis.row_number().over(same) > 0)
        why = ibis.cases((old, OLD), (gone, GONE), else_=ibis.null("string"))
        return table.mutate(**{LEFT_OUT: why, "seglib_row": ibis.row_number()})

    def _gone(self, branch: Branch, table: ir.Table) -> ir.BooleanValue:
        return self.shape.loader.gone_rows(table, branch.gone)

    def _filled(
        self, branch: Branch, name: str, table: ir.Table, depth: int
    ) -> tuple[ir.Table, dict[Path_, tuple[str, bool]]]:
        """A table with its lists and objects as columns; path of each column in the record, and whether it is JSON."""
        cells: dict[Path_, tuple[str, bool]] = {
            path: (column, False) for column in table.columns for path in self._paths(branch, column)
        }
        lists = self._lists(branch, name)
        keys = self._source_keys(lists) if depth == 0 else ()
        own = self.shape.loader.own_key(table, branch.key, depth, keys)
        for number, (path, inner) in enumerate(lists.items()):
            made = None if own is None else self._list(inner, table.mutate(seglib_own=own), ".".join(path), depth + 1)
            if made is None:
                continue
            column = f"seglib_list_{depth}_{number}"
            made = made.rename({column: "seglib_list", "seglib_of": "seglib_parent"})
            table = table.mutate(seglib_own=own).left_join(made, [("seglib_own", "seglib_of")])
            table = table.drop("seglib_own", "seglib_of")
            own = self.shape.loader.own_key(table, branch.key, depth, keys)
            cells[path] = (column, True)
        for number, (step, inner) in enumerate(branch.objects.items()):
            column = f"seglib_object_{depth}_{number}"
            if (joined := self._object(inner, table, column, step)) is not None:
                table, cells[(step,)] = joined, (column, True)
        return table, cells

    def _paths(self, branch: Branch, column: str) -> list[Path_]:
        """Where in the record a column stands."""
        if self.shape.loader.own(column) or column.startswith("seglib_"):
            return []
        named = [tuple(path.split(".")) for path, its in branch.names.items() if its == column]
        if named:
            return named
        bare = column.removesuffix(branch.tail) if branch.tail else column
        under = [(step, bare.removeprefix(start)) for step, start in branch.under.items() if bare.startswith(start)]
        if under and "" not in branch.under.values():
            return under
        apart = self.shape.loader.apart
        return [*under, tuple(filter(None, bare.split(apart))) if apart else (bare,)]

    def _lists(self, branch: Branch, name: str) -> dict[Path_, Branch]:
        """Tables whose rows belong into a row of this one: those that are told, else those named after it."""
        found = {tuple(path.split(".")): inner for path, inner in branch.lists.items()}
        if apart := self.shape.loader.apart:
            longest = {one: max((p for p in self.there if one.startswith(f"{p}{apart}")), key=len, default="")
                       for one in self.there}  # fmt: skip
            for one in sorted(one for one, parent in longest.items() if parent == name):
                inner = replace(branch, tables=(one,), lists={}, objects={}, names={}, under={}, gone=())
                found[tuple(one.removeprefix(f"{name}{apart}").split(apart))] = inner
        return {path: inner for path, inner in found.items() if path[-1] in self.words}

    def _source_keys(self, lists: Mapping[Path_, Branch]) -> tuple[str, ...]:
        """Of Stitch: columns by which the rows of lists name their outermost row."""
        for inner in lists.values():
            name = next((one for one in inner.tables if one in self.there), "")
            raw = self._read(name, inner=True) if name and self.shape.loader.mark == "_sdc_" else None
            if raw is not None:
                return self.shape.loader.source_keys(raw.table)
        return ()

    def _list(self, branch: Branch, parents: ir.Table, path: str, depth: int) -> ir.Table | None:
        """Key of a row -> the rows of a list that belong to it, as JSON; None where it has no table or no rows."""
        name = next((one for one in branch.tables if one in self.there), "")
        raw = self._read(name, inner=True) if name else None
        if raw is None:
            self._missing(branch, path, there=bool(name))
            return None
        table, parent = raw.table, self.shape.loader.parent_key(raw.table, branch.parent, depth)
        if parent is None:
            raise InputError(f"{name}: no column {branch.parent!r}, which names the row of a list's.{did_you_mean(branch.parent, table.columns)}")
        table = self.settle(self._of_parents(table.mutate(seglib_parent=parent), parents, branch, name))
        table, cells = self._filled(branch, name, table, depth)
        rows = {path: _value(table, one, nested=True) for path, one in cells.items() if path[-1] in self.words}
        if not rows:
            return None
        return table.group_by("seglib_parent").agg(seglib_list=list_of(rows, place_in_list(table)))

    def _of_parents(self, table: ir.Table, parents: ir.Table, branch: Branch, name: str) -> ir.Table:
        """Rows of a list that count and belong to a row; the others are told."""
        version = ["_sdc_sequence"] if {"_sdc_sequence"} <= set(table.columns) & set(parents.columns) else []
        known = parents.filter(parents.seglib_own.notnull()).group_by(seglib_parent="seglib_own")
        newest = known.agg(seglib_found=ibis.literal(True), **{f"{v}_newest": parents[v].max() for v in version})
        found = table.left_join(newest, "seglib_parent")
        gone, old = self._gone(branch, found), self.shape.loader.old_rows(found)
        for one in version:
            old = old | (found[one] < found[f"{one}_newest"]).fill_null(False)
        why = ibis.cases((gone, GONE), (old, OLD), (found.seglib_found.isnull(), MISSED), else_=KEPT)
        found = found.mutate(seglib_why=why)
        told = counts(found, **{kind: found.seglib_why == kind for kind in (GONE, OLD, MISSED, KEPT)})
        self._account(name, told, branch)
        return found.filter(found.seglib_why == KEPT).select(*table.columns)

    def _account(self, name: str, told: Mapping[str, int], branch: Branch) -> None:
        for kind, why in WHY.items():
            if told[kind]:
                self.notes.append(f"{name}: {told[kind]:,} {why} are left out.")
        if not told[MISSED]:
            return
        share = told[KEPT] / (told[KEPT] + told[MISSED])
        what = f"{name}: {told[KEPT]:,} of {told[KEPT] + told[MISSED]:,} rows belong to a row of the table that they are a list of"
        if share < MEETS:
            raise InputError(f"{what}: these do not seem to be tables of one source, or one of them is cut.")
        self.notes.append(f"{what}; the others are left out.")
        if share < NEARLY_ALL:
            settle = "Load both tables again, up to the same day."
            self.doubts.append(Doubt("unrelated_rows", ASK, branch.parent, f"{what}; the others are left out.", settle))

    def _missing(self, branch: Branch, path: str, *, there: bool) -> None:
        names = " or ".join(map(repr, branch.tables))
        if path == self.needed:
            raise InputError(
                f"schema {self.shape.schema!r}: {'no rows in' if there else 'no table'} {names}, which holds what was "
                f"bought. Found {', '.join(sorted(self.there)[:20])}."
            )
        if not there:
            self.notes.append(f"No table {names}: {path} are not told.")

    def _object(self, branch: Branch, table: ir.Table, column: str, step: str) -> ir.Table | None:
        """A table with the row of another that a column names, as JSON; None where either is not there."""
        steps = steps_of(branch.by)
        name = next((one for one in branch.tables if one in self.there), "")
        if not name or steps[0][0] not in table.columns:
            return None
        raw, key = self._read(name, inner=True), follow(table[steps[0][0]], steps[1:])
        if raw is None or key is None or branch.key not in raw.table.columns:
            return None
        other = raw.table.filter(~self._gone(branch, raw.table) & ~self.shape.loader.old_rows(raw.table))
        cells = {path: (c, False) for c in other.columns for path in self._paths(branch, c) if path[-1] in self.words}
        latest = [other[one].desc() for one in self.shape.loader.latest if one in other.columns]
        same = ibis.window(group_by=as_text(other[branch.key]), order_by=latest or None)
        other = other.mutate(seglib_number=ibis.row_number().over(same)).filter(lambda t: t.seglib_number == 0)
        if not cells:
            return None
        packed = columns_of({(column, *path): _value(other, one, nested=True) for path, one in cells.items()})
        other = other.select(seglib_named=as_text(other[branch.key]), **packed)
        joined = table.mutate(seglib_by=as_text(key)).left_join(other, [("seglib_by", "seglib_named")])
        return joined.drop("seglib_by", "seglib_named")


def _value(table: ir.Table, told: tuple[str, bool], *, nested: bool) -> ir.Value:
    column, is_json = told
    return table[column].cast("json") if is_json and nested else table[column]
