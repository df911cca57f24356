"""The tables of a loader read, and put together to the records that a format of the source reads."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import ibis
import ibis.expr.types as ir

from seglib.errors import InputError, did_you_mean
from seglib.intake.doubts import ASK, Doubt
from seglib.intake.files import Raw
from seglib.intake.formats import Format, load_format
from seglib.intake.readings.text import as_text, counts
from seglib.intake.relations import MEETS, NEARLY_ALL
from seglib.intake.shaping.paths import follow, steps_of
from seglib.intake.warehouses.loaders import place_in_list
from seglib.intake.warehouses.nesting import columns_of, list_of
from seglib.intake.warehouses.places import datasets_at
from seglib.intake.warehouses.reading import GONE, LEFT_OUT, OLD, WHY, Tables
from seglib.intake.warehouses.shapes import Branch, Schema, Shape, shape_of, shapes_told

__all__ = ["assembled", "words_of"]

MISSED, KEPT = "missed", "kept"
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
    items = layout.items.get("column", "")
    needed = str(items["path"] if isinstance(items, Mapping) else items).partition(".")[0]
    work = _Assembly(
        shape, there, Tables(shape.loader, there, engine), settle, words_of(layout), _lists_of(layout), needed
    )
    raw = work.whole()
    skip = tuple({"column": LEFT_OUT, "values": [kind], "why": why} for kind, why in WHY.items())
    zone = {"zone": "UTC", **layout.dates}  # loaders keep moments, and write those without a zone in UTC
    return raw, replace(layout, skip=(*layout.skip, *skip), dates=zone), work.doubts


def _dataset(
    found: Mapping[str, Mapping[str, Path | str]], schema: Schema, table: str, where: str
) -> Mapping[str, Path | str]:
    """The tables of the dataset that has the outermost one, by their names without what stands before all of them."""
    roots = [
        n for shape in shapes_told() if (shape.schema, shape.table) == (schema.name, table) for n in shape.root.tables
    ]
    if schema.dataset and schema.dataset not in found:
        raise InputError(f"{where}: no dataset {schema.dataset!r}.{did_you_mean(schema.dataset, found)}")
    asked = {schema.dataset: found[schema.dataset]} if schema.dataset else found
    fit = {name: stripped for name, tables in asked.items() if (stripped := _stripped(tables, roots))}
    if len(fit) > 1:
        raise InputError(
            f"{where}: several datasets have such tables: {', '.join(sorted(fit))}. Say which: dataset = "
            f'"{sorted(fit)[0]}".'
        )
    return next(iter(fit.values())) if fit else {name: at for tables in asked.values() for name, at in tables.items()}


def _stripped(tables: Mapping[str, Path | str], roots: list[str]) -> Mapping[str, Path | str]:
    """Tables by their names, or by what follows the one prefix with which the outermost table is there."""
    if set(roots) & set(tables):
        return tables
    before = {name.removesuffix(root) for root in roots for name in tables if name.endswith(f"_{root}")}
    if len(before) != 1:
        return {}
    start = next(iter(before))
    return {name.removeprefix(start): at for name, at in tables.items() if name.startswith(start)}


def words_of(layout: Format) -> set[str]:
    """Names that a format speaks of: of what stands inside of a record, nothing else is kept."""
    return set(re.findall(r"\w+", _told(layout)))


def _lists_of(layout: Format) -> set[str]:
    """Lists of a record that a format reads."""
    outside = replace(layout, items={})  # what its fields name stands inside of an item
    return set(re.findall(r"(?<![\w.\]])(\w+)\[", _told(outside)))


def _told(layout: Format) -> str:
    parts = (layout.columns, layout.items, layout.order_cells, layout.states, layout.also, layout.holds, layout.skip)
    return repr((parts, layout.unpivot, layout.refund_reference))


@dataclass
class _Assembly:
    """What is at hand while a record is put together."""

    shape: Shape
    there: Mapping[str, Path | str]
    tables: Tables
    settle: Settle
    words: set[str]
    heads: set[str]
    needed: str = ""
    notes: list[str] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)

    def whole(self) -> Raw:
        """The outermost table with all that belongs into it."""
        root = self.shape.root
        name = self.tables.name_of(root)
        raw = self.tables.read(name)
        table = self.settle(self.tables.marked(root, raw.table))
        filled, cells = self._filled(root, name, table, 0)
        cells = {path: one for path, one in cells.items() if len(path) == 1 or path[-1] in self.words}
        values = {path: _value(filled, one, nested=len(path) > 1) for path, one in cells.items()}
        columns = columns_of({**self._empty({path[0] for path in cells}), **values})
        record = self.settle(filled.order_by("seglib_row").select(**columns, **{LEFT_OUT: filled[LEFT_OUT]}))
        facts = {**raw.facts, "files": self.tables.files, "notes": [*raw.facts.get("notes", ()), *self.notes]}
        return Raw(record, facts)

    def _empty(self, there: set[str]) -> dict[Path_, ir.Value]:
        """Lists that the format reads and no table tells: loaders make none before there is a row."""
        absent = sorted(self.heads - there)
        if self.needed and self.needed not in there:
            raise InputError(
                f"schema {self.shape.schema!r}: no rows of {self.needed}, which tell what was bought, beside "
                f"{self.shape.root.tables[0]!r}. Found {', '.join(sorted(self.there)[:20])}. Load them too."
            )
        self.notes += [f"No table or column tells {one}." for one in absent]
        return {(one,): ibis.literal("[]") for one in absent}

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
        under: list[Path_] = [
            (step, bare.removeprefix(start)) for step, start in branch.under.items() if bare.startswith(start)
        ]
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
            name = self.tables.name_of(inner)
            if name and self.shape.loader.by_place and (table := self.tables.inner(name)) is not None:
                return self.shape.loader.source_keys(table)
        return ()

    def _list(self, branch: Branch, parents: ir.Table, path: str, depth: int) -> ir.Table | None:
        """Key of a row -> the rows of a list that belong to it, as JSON; None where it has no table or no rows."""
        name = self.tables.name_of(branch)
        table = self.tables.inner(name) if name else None
        if table is None:
            self.notes += [] if name else [f"No table {' or '.join(map(repr, branch.tables))}: {path} are not told."]
            return None
        parent = self.shape.loader.parent_key(table, branch.parent, depth)
        if parent is None:
            near = did_you_mean(branch.parent, table.columns)
            raise InputError(f"{name}: no column {branch.parent!r}, which names the row that its rows are of.{near}")
        table = self.settle(self._of_parents(table.mutate(seglib_parent=parent), parents, branch, name))
        table, cells = self._filled(branch, name, table, depth)
        rows = {path: _value(table, one, nested=True) for path, one in cells.items() if path[-1] in self.words}
        if not rows:
            return None
        return table.group_by("seglib_parent").agg(seglib_list=list_of(rows, place_in_list(table)))

    def _of_parents(self, table: ir.Table, parents: ir.Table, branch: Branch, name: str) -> ir.Table:
        """Rows of a list that count and belong to a row; the others are told."""
        loader, both = self.shape.loader, set(table.columns) & set(parents.columns)
        version = [one for one in loader.latest[:1] if loader.by_place and one in both]
        known = parents.filter(parents.seglib_own.notnull()).group_by(seglib_parent="seglib_own")
        newest = known.agg(seglib_found=ibis.literal(True), **{f"{v}_newest": parents[v].max() for v in version})
        found = table.left_join(newest, "seglib_parent")
        gone, old = self.tables.gone(branch, found), loader.old_rows(found)
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
        rows = told[KEPT] + told[MISSED]
        share, what = told[KEPT] / rows, f"{name}: {told[KEPT]:,} of {rows:,} rows belong to a row that is there"
        if share < MEETS:
            raise InputError(f"{what}: these do not seem to be tables of one source, or one of them is cut.")
        self.notes.append(f"{what}; the others are left out.")
        if share < NEARLY_ALL:
            settle = "Load both tables again, up to the same day."
            self.doubts.append(Doubt("unrelated_rows", ASK, branch.parent, f"{what}; the others are left out.", settle))

    def _object(self, branch: Branch, table: ir.Table, column: str, step: str) -> ir.Table | None:
        """A table with the row of another that a column names, as JSON; None where either is not there."""
        steps = steps_of(branch.by)
        name = self.tables.name_of(branch)
        if not name or steps[0][0] not in table.columns:
            return None
        other, key = self.tables.inner(name), follow(table[steps[0][0]], steps[1:])
        if other is None or key is None or branch.key not in other.columns:
            return None
        other = self.tables.current(branch, other)
        cells = {path: (c, False) for c in other.columns for path in self._paths(branch, c) if path[-1] in self.words}
        if not cells:
            return None
        packed = columns_of({(column, *path): _value(other, one, nested=True) for path, one in cells.items()})
        other = other.select(seglib_named=as_text(other[branch.key]), **packed)
        joined = table.mutate(seglib_by=as_text(key)).left_join(other, [("seglib_by", "seglib_named")])
        return joined.drop("seglib_by", "seglib_named")


def _value(table: ir.Table, told: tuple[str, bool], *, nested: bool) -> ir.Value:
    column, is_json = told
    return table[column].cast("json") if is_json and nested else table[column]
