"""A format as data: what an export calls its columns, dates, money, states and refunds."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from seglib.errors import InputError, did_you_mean
from seglib.intake.formats.checking import faults_of
from seglib.language import small_files
from seglib.tables.canonical import STATES, TABLES

__all__ = ["GUESS", "Format", "headers_of", "is_shipped", "known_formats", "load_format", "read_yaml", "tables_of"]

HERE = Path(__file__).parent
GUESS = "guess"
HINT = " See data/README.md for an example."
ENDINGS = (".yaml", ".yml")


@dataclass(frozen=True)
class Format:
    """How an export becomes a canonical table; each field is a key of the YAML file (see ``data/README.md``)."""

    name: str
    title: str
    table: str = "lines"
    kind: str = "shop orders"
    level: str = "line"
    columns: Mapping[str, Any] = field(default_factory=dict)
    recognise: tuple[Any, ...] = ()
    unless: tuple[str, ...] = ()
    file: Mapping[str, Any] = field(default_factory=dict)
    dates: Mapping[str, Any] = field(default_factory=dict)
    money: Mapping[str, Any] = field(default_factory=dict)
    fill_down: Mapping[str, Any] = field(default_factory=dict)
    unpivot: Mapping[str, Any] = field(default_factory=dict)
    one_per: str = ""
    order_cells: Mapping[str, Any] = field(default_factory=dict)
    order_discount: str = ""
    states: Mapping[str, Any] = field(default_factory=dict)
    also: tuple[Mapping[str, Any], ...] = ()
    items: Mapping[str, Any] = field(default_factory=dict)
    skip: tuple[Mapping[str, Any], ...] = ()
    refund_reference: Mapping[str, Any] = field(default_factory=dict)
    returns: Mapping[str, str] = field(default_factory=dict)
    cancelled: tuple[str, ...] = ()
    holds: tuple[Mapping[str, Any], ...] = ()
    lacks: tuple[str, ...] = ()
    notes: str = ""
    tested_on: str = ""
    shipped: bool = False

    @property
    def date_formats(self) -> tuple[str, ...]:
        """Forms of its dates, the usual one first; empty where they are found out from the values."""
        told = self.dates.get("format", ())
        return (told,) if isinstance(told, str) else tuple(told)

    @property
    def headers(self) -> frozenset[str]:
        """Every header of the file that the format speaks of."""
        parts = (self.columns, self.order_cells, self.states.get("column"), self.items.get("column"), self.recognise)
        return frozenset(name for part in parts for name in headers_of(part))


def is_shipped(layout: Format) -> bool:
    """Whether it describes the export of a known system, and was held against real files of it."""
    return layout.name != GUESS and layout.shipped


def headers_of(spec: Any) -> Iterator[str]:
    """Headers that a column's spec, or a part of a format, speaks of."""
    if isinstance(spec, str):
        yield spec
    elif isinstance(spec, Mapping):
        for key, inner in spec.items():
            if key not in (
                "constant",
                "map",
                "none",
                "pattern",
                "with",
                "row",
                "values",
                "matches",
                "why",
                "state",
                *STATES,
            ):
                yield from headers_of(inner)
    elif isinstance(spec, Sequence):
        for inner in spec:
            yield from headers_of(inner)


def known_formats(folder: Path | None = None) -> dict[str, Path]:
    """Name -> file of the shipped formats, and of one's own in ``folder``, which go first.

    Examples
    --------
    >>> "shopify_orders" in known_formats()
    True
    """
    own = {path.stem: path for path in sorted(folder.glob("*.y*ml")) if _is_format(path)} if folder else {}
    shipped = {path.stem: path for path in sorted(HERE.glob("*.yaml"))}
    return own | {name: path for name, path in shipped.items() if name not in own}


def _is_format(path: Path) -> bool:
    """Whether a file that may merely lie there is a format; what cannot be read as one is none."""
    try:
        told = read_yaml(path)
    except InputError:
        return False
    return "columns" in told or any(_has_columns(told, table) for table in TABLES)


def _has_columns(told: Mapping[str, Any], table: str) -> bool:
    return isinstance(told.get(table), dict) and "columns" in told[table]


def load_format(name: str, table: str = "", *, folder: Path | None = None) -> Format:
    """Format by the name of a shipped one, or from a YAML file of one's own.

    Parameters
    ----------
    name : str
        ``shopify_orders``, the path of a YAML file, or the name of one in ``folder``.
    table : str
        The table wanted, where a file tells of several; the first it tells of when empty.
    folder : Path, optional
        Where one's own formats are.

    Returns
    -------
    Format

    Raises
    ------
    InputError
        Unknown name, unreadable file, and every fault in it, all told together.

    Examples
    --------
    >>> load_format("guess", "lines").columns["order_id"][0]
    'order_id'
    """
    known = known_formats(folder)
    path = known.get(name) or Path(name)
    if folder and not os.path.isfile(path):
        path = folder / name
    if not os.path.isfile(path) or path.suffix not in ENDINGS:
        raise InputError(f"format {name!r}: neither a shipped format nor a YAML file.{did_you_mean(name, known)}")
    told = read_yaml(path)
    wanted = table or next(iter(tables_of(told)), "lines")
    part = told[wanted] if _has_columns(told, wanted) else told
    if not isinstance(part.get("columns"), dict) or part.get("table", wanted) != wanted:
        hint = f" It tells of {', '.join(tables_of(told))}." if tables_of(told) else ""
        raise InputError(
            f"{path}: says nothing of {wanted}.{hint} Add 'columns:' with lines such as 'order_id: Order Number'."
        )
    common = {key: value for key, value in told.items() if key not in TABLES} if part is not told else {}
    faults = faults_of(common | dict(part), wanted, path.name)
    if faults:
        raise InputError(faults)
    return _format(common | dict(part), wanted, path)


def read_yaml(path: Path) -> dict[str, Any]:
    """What a YAML file says, as a mapping; read once for each state of the file."""
    try:
        return _read_yaml(path, path.stat().st_mtime_ns)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}).") from None


@cache
def _read_yaml(path: Path, _state: int) -> dict[str, Any]:
    told = small_files.read_yaml(path, hint=HINT)
    if not isinstance(told, dict):
        raise InputError(f"{path}: expected keys such as 'columns', found none.{HINT}")
    return told


def tables_of(told: Mapping[str, Any]) -> list[str]:
    """Tables that a format file tells of, its first first."""
    own = [str(told.get("table", "lines"))] if "columns" in told else []
    return own + [table for table in told if table in TABLES and _has_columns(told, table) and table not in own]


def _format(told: Mapping[str, Any], table: str, path: Path) -> Format:
    dates = dict(told.get("dates", {}))
    if told.get("date_format"):
        dates.setdefault("format", told["date_format"])
    listed = ("recognise", "unless", "also", "skip", "holds", "lacks")
    lists: dict[str, Any] = {key: tuple(told.get(key, ())) for key in listed}
    same = (
        *("level", "columns", "file", "money", "fill_down", "unpivot", "one_per", "order_cells", "states", "items"),
        *("refund_reference", "order_discount", "kind", "returns", "notes", "tested_on"),
    )
    given = {key: told[key] for key in same if key in told}
    return Format(
        name=path.stem,
        title=str(told.get("title", path.stem)),
        table=table,
        dates=dates,
        cancelled=tuple(str(status).lower() for status in told.get("cancelled", ())),
        shipped=path.parent == HERE,
        **lists,
        **given,
    )
