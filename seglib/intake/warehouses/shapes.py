"""Which tables a loader makes of a source: data in YAML files, one a source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from seglib.errors import InputError, did_you_mean
from seglib.intake.formats.layout import read_yaml
from seglib.intake.warehouses.loaders import LOADERS, Loader
from seglib.tables.canonical import TABLES

__all__ = ["SCHEMAS", "Branch", "Schema", "Shape", "shape_of", "shapes_told"]

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Schema:
    """What a user says of the tables of a loader: one of :data:`SCHEMAS`, and where it is not the only or first one,
    the outermost ``table`` and the ``dataset`` (schema of the database) that they are in."""

    name: str
    table: str = ""
    dataset: str = ""


@dataclass(frozen=True)
class Branch:
    """A table, and what belongs into each of its rows.

    ``tables`` are names that it may have; ``names`` (path in the record -> column) and ``under`` (object -> what the
    names of its columns begin with) put columns where the API tells them, ``tail`` ends names for nothing; ``lists``
    name their row in the column ``parent``, of ``objects`` the row with the ``key`` that stands at the path ``by`` is
    taken; ``gone`` are more columns that tell that a row was deleted.
    """

    tables: tuple[str, ...]
    key: str = "id"
    parent: str = ""
    by: str = ""
    tail: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    under: Mapping[str, str] = field(default_factory=dict)
    gone: tuple[str, ...] = ()
    lists: Mapping[str, Branch] = field(default_factory=dict)
    objects: Mapping[str, Branch] = field(default_factory=dict)


@dataclass(frozen=True)
class Shape:
    """A table of a shop as a loader keeps it: the format that reads its records, and the tables that make one."""

    schema: str
    title: str
    table: str
    format: str
    loader: Loader
    root: Branch


def shapes_told() -> Iterator[Shape]:
    """Every shape that is known, in order.

    Examples
    --------
    >>> sorted({shape.schema for shape in shapes_told()})[:3]
    ['airbyte_hubspot', 'airbyte_shopify', 'airbyte_stripe']
    """
    for path in sorted(HERE.glob("*.yaml")):
        yield from _shapes(path)


@cache
def _shapes(path: Path) -> tuple[Shape, ...]:
    told = read_yaml(path)
    return tuple(
        Shape(f"{name}_{path.stem}", f"{told['title']} as {loader.title} loads it", table, one["format"], loader,
              _branch(one[name]))
        for table in TABLES
        for one in told.get(table, ())
        for name, loader in LOADERS.items()
        if name in one
    )  # fmt: skip


def _branch(told: Mapping[str, Any]) -> Branch:
    tables = [told["table"]] if isinstance(told["table"], str) else told["table"]
    known: dict[str, Any] = {key: told[key] for key in ("key", "parent", "by", "tail", "names", "under") if key in told}
    for key in ("lists", "objects"):
        known[key] = {name: _branch(one) for name, one in told.get(key, {}).items()}
    return Branch(tuple(tables), gone=tuple(told.get("gone", ())), **known)


SCHEMAS = tuple(f"{loader}_{source}" for loader in LOADERS for source in ("shopify", "stripe", "hubspot", "zendesk"))


def shape_of(schema: str, table: str, there: Sequence[str], wanted: str = "") -> Shape:
    """The shape of a table of a shop in a schema: the first whose outermost table is there.

    Parameters
    ----------
    schema : str
        One of :data:`SCHEMAS`.
    table : str
        A key of :data:`seglib.tables.canonical.TABLES`.
    there : sequence of str
        Names of the tables that are there, in lower case.
    wanted : str
        Name of the outermost table, where the schema knows several.

    Raises
    ------
    InputError
        The schema tells nothing of the table, or none of its tables is there.

    Examples
    --------
    >>> shape_of("fivetran_stripe", "lines", ["invoice", "charge"]).root.tables
    ('charge',)
    """
    known = [shape for shape in shapes_told() if shape.schema == schema]
    fit = [shape for shape in known if shape.table == table]
    if not fit:
        told = ", ".join(sorted({shape.table for shape in known}))
        raise InputError(f"schema {schema!r} tells nothing of {table}: it tells of {told}. Leave {table} out.")
    names = [name for shape in fit for name in shape.root.tables]
    if wanted and wanted.lower() not in names:
        raise InputError(f"schema {schema!r}: no table {wanted!r}.{did_you_mean(wanted, names)}")
    taken = [wanted.lower()] if wanted else [name for name in names if name in there]
    if not taken or taken[0] not in there:
        shown = ", ".join(sorted(there)[:20]) or "none"
        raise InputError(
            f"schema {schema!r} keeps {table} in a table {' or '.join(map(repr, names))}, which is not there. "
            f"Found {shown}. Check the path, the dataset and the schema."
        )
    return next(shape for shape in fit if taken[0] in shape.root.tables)
