"""Settings of a shop: ``shop.toml`` read, checked, every fault in one message."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from seglib.tables import TABLES, InputError, did_you_mean

__all__ = ["ShopSettings", "TableSource", "parse_date", "read_settings"]

# What shop.toml may say: a type, or a nested mapping; "*" stands for any key.
SCHEMA: dict[str, Any] = {
    "name": str,
    "currency": str,
    "as_of": (str, dt.date),
    "window_days": int,
    "notice": str,
    "tables": {
        "*": {"path": str, "format": str, "date_format": str, "columns": {"*": (str, list, dict)}},
    },
    "cleaning": {"duplicates": str, "zero_price": str, "cancelled": list},
    "rfm": {
        "preset": str,
        "bins": int,
        "recency_cuts": list,
        "frequency_cuts": list,
        "monetary_cuts": list,
        "weights": list,
    },
    "personas": {"features": list, "k": int, "method": str, "min_group": int},
    "labels": {"*": str},
    "actions": {"*": str},
    "readiness": {"decision": str, "owner": str, "channel": str, "measure": str},
}
CHOICES = {
    "cleaning.duplicates": ("auto", "drop", "keep"),
    "cleaning.zero_price": ("drop", "keep"),
    "personas.method": ("kmeans", "gaussian_mixture", "hdbscan"),
}


@dataclass(frozen=True)
class TableSource:
    """Where a table is: a path, a format by name or file, and columns named by hand."""

    path: Path
    format: str = ""
    date_format: str = ""
    columns: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ShopSettings:
    """What ``shop.toml`` says; see ``docs/architecture.md`` and ``data/README.md`` for each key."""

    name: str
    tables: Mapping[str, TableSource]
    currency: str = ""
    as_of: dt.date | None = None
    window_days: int | None = None
    notice: str = ""
    cleaning: Mapping[str, Any] = field(default_factory=dict)
    rfm: Mapping[str, Any] = field(default_factory=dict)
    personas: Mapping[str, Any] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    actions: Mapping[str, str] = field(default_factory=dict)
    readiness: Mapping[str, str] = field(default_factory=dict)


def parse_date(text: str | dt.date | None, where: str = "as_of") -> dt.date | None:
    """Calendar date from ISO text; empty means none.

    Raises
    ------
    InputError
        When the text is not a date written YYYY-MM-DD.

    Examples
    --------
    >>> parse_date("2011-12-09"), parse_date("")
    (datetime.date(2011, 12, 9), None)
    """
    if not text:
        return None
    if isinstance(text, dt.datetime):
        return text.date()
    if isinstance(text, dt.date):
        return text
    try:
        return dt.date.fromisoformat(text.strip())
    except ValueError:
        raise InputError(f"{where}: {text!r} is not a date. Write it as YYYY-MM-DD, for instance 2011-12-09.") from None


def read_settings(path: str | Path) -> ShopSettings:
    """Settings of a shop from its TOML file.

    Parameters
    ----------
    path : str or Path
        The file; paths inside it are relative to its folder, and ``package:name/file`` reads a file that an installed
        package carries.

    Returns
    -------
    ShopSettings

    Raises
    ------
    InputError
        Unknown or ill-typed keys, missing files, unreadable dates: all of them in one message.

    Examples
    --------
    >>> read_settings("no/shop.toml")
    Traceback (most recent call last):
    seglib.tables.InputError: no/shop.toml: no such file. Give the path of a shop.toml.
    """
    path = Path(path)
    if not path.is_file():
        raise InputError(f"{path}: no such file. Give the path of a shop.toml.")
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: not valid TOML ({error}). Compare it with data/demo/shop.toml.") from None
    faults = _faults(told, SCHEMA, "", path.name)
    if faults:
        raise InputError(faults)
    tables, faults = _tables(told.get("tables", {}), path)
    if window := told.get("window_days", 0):
        faults += [f"{path.name}: window_days is {window}; expected a positive number of days."] if window < 0 else []
    if faults:
        raise InputError(faults)
    if (path.parent / told.get("rfm", {}).get("preset", "")).is_file():  # a grid of one's own, beside shop.toml
        told["rfm"]["preset"] = str(path.parent / told["rfm"]["preset"])
    sections = {key: told.get(key, {}) for key in ("cleaning", "rfm", "personas", "labels", "actions", "readiness")}
    return ShopSettings(
        name=told.get("name") or path.resolve().parent.name,
        tables=tables,
        currency=told.get("currency", "").upper(),
        as_of=parse_date(told.get("as_of"), f"{path.name}: as_of"),
        window_days=told.get("window_days") or None,
        notice=told.get("notice", ""),
        **sections,
    )


def _faults(told: Any, schema: Any, place: str, where: str) -> list[str]:
    """Unknown keys, wrong types and unknown choices, each with what was expected."""
    if not isinstance(schema, Mapping):
        kinds = schema if isinstance(schema, tuple) else (schema,)
        if not isinstance(told, kinds) or (isinstance(told, bool) and bool not in kinds):
            wanted = " or ".join(kind.__name__ for kind in kinds)
            return [f"{where}: {place} is {told!r} ({type(told).__name__}); expected {wanted}."]
        if place in CHOICES and told not in CHOICES[place]:
            return [f"{where}: {place} is {told!r}.{did_you_mean(told, CHOICES[place])}"]
        return []
    if not isinstance(told, Mapping):
        return [f"{where}: {place} is {told!r}; expected a table of settings ([{place}])."]
    faults = []
    for key, value in told.items():
        inner = f"{place}.{key}" if place else key
        if key in schema or "*" in schema:
            faults += _faults(value, schema.get(key, schema.get("*")), inner, where)
        else:
            faults.append(f"{where}: unknown setting {inner!r}.{did_you_mean(key, schema)}")
    return faults


def _tables(told: Mapping[str, Any], path: Path) -> tuple[dict[str, TableSource], list[str]]:
    sources, faults = {}, []
    for table, source in told.items():
        if table not in TABLES:
            faults.append(f"{path.name}: unknown table {table!r}.{did_you_mean(table, TABLES)}")
        elif not source.get("path"):
            faults.append(f'{path.name}: tables.{table} has no path. Add path = "<file>".')
        else:
            file = resolve_path(source["path"], path.parent)
            if not file.exists():
                faults.append(f"{path.name}: tables.{table}.path {source['path']!r}: no such file.")
            layout = source.get("format", "")
            layout = str(path.parent / layout) if layout.endswith((".yaml", ".yml")) else layout
            sources[table] = TableSource(file, layout, source.get("date_format", ""), source.get("columns", {}))
    if "lines" not in told:
        faults.append(f'{path.name}: no order lines. Add [tables.lines] with path = "<orders file>".')
    return sources, faults


def resolve_path(text: str, folder: Path) -> Path:
    """A path relative to ``folder``; ``package:name/file`` is a file that an installed package carries."""
    if not text.startswith("package:"):
        return folder / text
    import importlib.util

    package, _, rest = text.removeprefix("package:").partition("/")
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        install = package.replace("_", "-")
        raise InputError(f"{text}: package {package!r} is not installed. Run make report, or pip install {install}.")
    return Path(next(iter(spec.submodule_search_locations))) / rest
