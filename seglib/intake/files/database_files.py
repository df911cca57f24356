"""A database, or a dump of one, given as if it were a file of rows: which tables it has, and how to name one."""

from __future__ import annotations

import gzip
import json
import os
import re
import shlex
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import quote

from seglib.intake.files.addresses import file_address
from seglib.intake.files.databases import CONFINED
from seglib.intake.files.texts import literal

__all__ = ["database_fault", "database_tables"]

LOOK = 2**24  # bytes of a dump that are looked at
SHOWN = 12  # tables
LIKELY = re.compile(r"(?i)order|sale|invoice|purchase|transaction|vendit|ventas|bestell|commande|pedido")
MADE = re.compile(r'(?i)\b(?:CREATE TABLE(?: IF NOT EXISTS)?|INSERT INTO|COPY) +[`"\[]?(?:\w+[`"\]]?\.[`"\[]?)?(\w+)')
DUMPS = {  # by what stands in them: the system, how a dump is loaded, and the address of what comes of it
    "MySQL": (re.compile(r"(?i)mysql|mariadb|ENGINE="), "mysql shop < {file}", "mysql://user@localhost/shop"),
    "PostgreSQL": (re.compile(r"(?i)postgresql|pg_catalog|\bCOPY "), "psql shop < {file}", "postgresql://user@localhost/shop"),
    "SQLite": (re.compile(""), "sqlite3 shop.db < {file}", "sqlite:///shop.db"),
}  # fmt: skip


def database_fault(file: Path) -> str:
    """Why a file that is a database is not read as rows, and what to do; empty where it is none.

    Parameters
    ----------
    file : Path
        Of a kind that is not read.
    """
    with file.open("rb") as opened:
        head = opened.read(16)
    if head.startswith(b"SQLite format 3"):
        return _named(file, "sqlite", "an SQLite database", _listed(_sqlite_tables, file))
    if head[8:12] == b"DUCK":
        return _named(file, "duckdb", "a DuckDB database", _listed(_duckdb_tables, file))
    if head.startswith(b"PGDMP"):
        return _dumped(file, "PostgreSQL", [], "pg_restore -d shop {file}")
    return _dump(file) if file.name.lower().removesuffix(".gz").endswith(".sql") else ""


def database_tables(file: Path) -> tuple[str, list[str]]:
    """Scheme of the address of a database that is a file, and its tables; ``("", [])`` of a file that is none.

    Raises
    ------
    Exception
        It is damaged, locked or encrypted: each driver fails in its own way.
    """
    with file.open("rb") as opened:
        head = opened.read(16)
    if head.startswith(b"SQLite format 3"):
        return "sqlite", _sqlite_tables(file)
    return ("duckdb", _duckdb_tables(file)) if head[8:12] == b"DUCK" else ("", [])


def _named(file: Path, scheme: str, what: str, tables: Sequence[str]) -> str:
    inside = os.path.relpath(file)
    near = file if inside.startswith("..") else Path(inside)
    best = next(filter(LIKELY.search, tables), next(iter(tables), "orders"))
    command = f"seglib check {shlex.quote(f'{file_address(scheme, near)}?table={quote(best)}')}"
    lines = _settings(file_address(scheme, file.name), best)
    return (
        f"{file.name}: this is {what}{_with(tables)}, no file of rows. Name a table of it:\n    {command}\n"
        f"Or in a shop.toml in the same folder, with a table = for each of them:{lines}"
    )


def _dump(file: Path) -> str:
    packed = file.name.lower().endswith(".gz")
    try:
        with gzip.open(file, "rb") if packed else file.open("rb") as opened:
            text = opened.read(LOOK).decode("utf-8", "replace")
    except (OSError, EOFError):
        text = ""
    system = next(name for name, (signs, *_) in DUMPS.items() if signs.search(text))
    return _dumped(file, system, list(dict.fromkeys(MADE.findall(text))), DUMPS[system][1])


def _dumped(file: Path, system: str, tables: Sequence[str], load: str) -> str:
    best = next(filter(LIKELY.search, tables), next(iter(tables), "orders"))
    loaded = load.format(file=shlex.quote(file.name))
    return (
        f"{file.name}: this is a dump of a database, of {system} it seems{_with(tables)}: commands that make "
        f"tables, and no table. Export {best!r} as CSV, or load the dump ({loaded}) and name it in a shop.toml:"
        f"{_settings(DUMPS[system][2], best)}"
    )


def _settings(url: str, table: str) -> str:
    lines = ["[database]", f'url = "{url}"', "[tables.lines]", f"table = {json.dumps(table, ensure_ascii=False)}"]
    return "".join(f"\n    {line}" for line in lines)


def _with(tables: Sequence[str]) -> str:
    more = f" and {len(tables) - SHOWN:,} others" if len(tables) > SHOWN else ""
    return f" with the tables {', '.join(map(repr, tables[:SHOWN]))}{more}" if tables else ""


def _listed(ask: Callable[[Path], list[str]], file: Path) -> list[str]:
    """Names of its tables; none where it is damaged, locked or encrypted, which reading it would tell of."""
    try:
        return ask(file)
    except Exception:
        return []


def _sqlite_tables(file: Path) -> list[str]:
    link = sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)
    try:
        link.execute("PRAGMA trusted_schema = OFF")
        wanted = (
            "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%' ORDER BY name"
        )
        return [str(row[0]) for row in link.execute(wanted)]
    finally:
        link.close()


def _duckdb_tables(file: Path) -> list[str]:
    import duckdb

    with duckdb.connect(":memory:", config={**CONFINED}) as link:
        link.execute(f"ATTACH {literal(file)} AS given (READ_ONLY)")
        link.execute("SET enable_external_access = false")
        wanted = (
            "SELECT CASE table_schema WHEN 'main' THEN table_name ELSE table_schema || '.' || table_name END "
            "FROM information_schema.tables WHERE table_catalog = 'given' ORDER BY 1"
        )
        return [str(row[0]) for row in link.execute(wanted).fetchall()]
