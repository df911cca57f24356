"""A table or a query of a database -> Parquet with its types. A password comes from the environment alone."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import ibis
import pyarrow as pa
import pyarrow.parquet as pq

from seglib.errors import InputError, did_you_mean
from seglib.intake.files.finding_files import Part, fresh, sha256
from seglib.intake.files.texts import identifier, literal

__all__ = ["is_url", "read_url"]

SCHEMES = {"sqlite": "", "duckdb": "", "postgresql": "postgres", "postgres": "postgres", "mysql": "mysql"}
FILES = ("sqlite", "duckdb")
PASSWORD = "SEGLIB_DB_PASSWORD"  # the variable, not the password
BATCH = 50_000  # rows
URL = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)


@dataclass(frozen=True)
class _Address:
    scheme: str
    user: str
    host: str
    port: int
    path: str
    table: str
    query: str
    password_env: str

    @property
    def shown(self) -> str:
        """The address as it may be told: no user, no password, no query."""
        place = self.host + (f":{self.port}" if self.port else "") if self.host else ""
        return f"{self.scheme}://{place}/{self.path.rsplit('/', 1)[-1]}" + (f" {self.table}" if self.table else "")

    @property
    def select(self) -> str:
        """SQL of what is wanted."""
        return self.query or "SELECT * FROM " + ".".join(identifier(piece) for piece in self.table.split("."))


def is_url(path: str | Path) -> bool:
    """Whether a path is an address of a database.

    Examples
    --------
    >>> is_url("sqlite:///shop.db?table=orders"), is_url("orders.csv")
    (True, False)
    """
    return isinstance(path, str) and bool(URL.match(path))


def read_url(url: str, engine: ibis.BaseBackend, folder: Path) -> Part:
    """Rows of a table (``?table=orders``) or a query (``?query=SELECT...``) as Parquet.

    Raises
    ------
    InputError
        No such database or table, no driver, no connection, or one that broke off; never with the password in it.
    """
    address = _address(url)
    target = fresh(folder, ".parquet")
    try:
        if address.scheme == "sqlite":
            rows = _write(_sqlite(address), target)
        elif address.scheme == "duckdb":
            rows = _duckdb(address, engine, target)
        else:
            rows = _write(_server(address), target)
    except InputError:
        raise
    except Exception as error:  # every driver fails in its own way; what it says may hold the password
        raise InputError(f"{address.shown}: {_scrubbed(error, address)}. {_advice(address)}") from None
    if not rows:
        raise InputError(f"{address.shown}: no rows. Check the table or the query.")
    file = Path(address.path)
    alone = address.scheme in FILES
    known = {"bytes": file.stat().st_size if alone else 0, "sha256": sha256(file if alone else target)}
    counted = {"rows": rows, "preamble_rows": 0, "footer_rows": 0, "encoding": "", "delimiter": "", "notes": []}
    return Part(target, {"name": address.shown, **known, **counted})


def _address(url: str) -> _Address:
    scheme = url.partition("://")[0].lower()
    if scheme not in SCHEMES:
        raise InputError(f"{scheme}://...: not a database that is read here.{did_you_mean(scheme, SCHEMES)}")
    try:
        parts = urlsplit(url, allow_fragments=False)
        query = parts.query.replace("+", "%2B")  # SQL adds, it has no blanks to save
        said = {key: values[-1] for key, values in parse_qs(query, strict_parsing=bool(query)).items()}
        port, password = parts.port or 0, parts.password
    except ValueError:
        form = f"{scheme}://user@host/database?table=orders"
        raise InputError(f"{scheme}://...: not a valid address. Write {form}.") from None
    _refuse(scheme, said, secret=password is not None)
    path = unquote(parts.path).removeprefix("/")
    if scheme in FILES:
        _check_file(scheme, parts.netloc, Path(path))
    return _Address(
        scheme, unquote(parts.username or ""), parts.hostname or "", port, path,
        said.get("table", ""), said.get("query", ""), said.get("password_env", PASSWORD),
    )  # fmt: skip


def _refuse(scheme: str, said: Mapping[str, str], *, secret: bool) -> None:
    if secret or {"password", "passwd", "pwd"} & set(said):
        raise InputError(
            f"{scheme}://...: a password stands in the address. Take it out (and change it: others may have seen it) "
            f"and put it into the environment variable {PASSWORD}."
        )
    unknown = set(said) - {"table", "query", "password_env"}
    if unknown or not said.get("table", "") + said.get("query", ""):
        found = f"unknown {sorted(unknown)[0]!r}" if unknown else "neither table nor query is told"
        raise InputError(f"{scheme}://...: {found}. Write ?table=orders or ?query=SELECT... after the address.")


def _check_file(scheme: str, host: str, path: Path) -> None:
    if host:
        raise InputError(f"{scheme}://...: a file takes three strokes: {scheme}:///folder/file.db?table=orders.")
    if not path.is_file():
        near = [p.name for p in path.parent.iterdir()] if path.parent.is_dir() else []
        raise InputError(f"{path}: no such file.{did_you_mean(path.name, sorted(near)[:50])}")


def _sqlite(address: _Address) -> Iterator[pa.RecordBatch]:
    """Batches of a query; SQLite gives each cell a type of its own, so a column's is what all its cells fit."""
    with sqlite3.connect(f"{Path(address.path).resolve().as_uri()}?mode=ro", uri=True) as link:
        try:
            names = [column[0] for column in link.execute(f"SELECT * FROM ({address.select}) LIMIT 0").description]
            kinds = ", ".join(
                f"max({test})" for name in names for test in (
                    f"typeof({identifier(name)}) IN ('text', 'blob')", f"typeof({identifier(name)}) = 'real'"
                )
            )  # fmt: skip
            found = link.execute(f"SELECT {kinds} FROM ({address.select})").fetchone()
            types = [pa.string() if text else pa.float64() if real else pa.int64() for text, real in _pairs(found)]
            cursor = link.execute(address.select)
            while rows := cursor.fetchmany(BATCH):
                cells = [
                    pa.array([_cell(value) if kind == pa.string() else value for value in column], kind)
                    for column, kind in zip(zip(*rows, strict=True), types, strict=True)
                ]
                yield pa.RecordBatch.from_arrays(cells, names=names)
        except sqlite3.OperationalError as error:
            raise InputError(f"{address.shown}: {error}.{_tables(link, address, error)}") from None


def _pairs(found: Sequence[Any]) -> Iterator[tuple[Any, Any]]:
    return zip(found[::2], found[1::2], strict=True)


def _cell(value: Any) -> str | None:
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    return None if value is None else str(value)


def _tables(link: sqlite3.Connection, address: _Address, error: Exception) -> str:
    if not address.table or "no such table" not in str(error):
        return " Check the table or the query."
    try:
        return did_you_mean(address.table, [row[0] for row in link.execute("SELECT name FROM sqlite_master")])
    except sqlite3.Error:
        return ""


def _duckdb(address: _Address, engine: ibis.BaseBackend, target: Path) -> int:
    """Copied by a connection of its own, so that the file stays as it is and the engine knows nothing of it."""
    import duckdb

    with Path(address.path).open("rb") as file:
        head = file.read(16)
    if head[8:12] != b"DUCK":
        sqlite = " It is an SQLite database: write sqlite:/// instead." if head.startswith(b"SQLite") else ""
        raise InputError(f"{address.shown}: not a DuckDB database.{sqlite}")
    settings: dict[str, Any] = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
    }  # nothing is fetched
    with duckdb.connect(address.path, read_only=True, config=settings) as link:
        try:
            done = link.execute(f"COPY ({address.select}) TO {literal(target)} (FORMAT parquet)").fetchone()
        except duckdb.CatalogException as error:
            known = [row[0] for row in link.execute("SELECT table_name FROM information_schema.tables").fetchall()]
            first = str(error).splitlines()[0]
            raise InputError(f"{address.shown}: {first}.{did_you_mean(address.table, known)}") from None
    return int(done[0]) if done else 0


def _server(address: _Address) -> Iterator[pa.RecordBatch]:
    link = _connected(address)
    schema, _, table = address.table.rpartition(".")
    try:
        wanted = link.sql(address.query) if address.query else link.table(table, database=schema or None)
        yield from wanted.to_pyarrow_batches(chunk_size=BATCH)
    except ibis.common.exceptions.TableNotFound:
        known = did_you_mean(table, link.list_tables(database=schema or None)[:50])
        raise InputError(f"{address.shown}: no such table.{known}") from None
    finally:
        link.disconnect()


def _connected(address: _Address) -> Any:
    backend = SCHEMES[address.scheme]
    told = {"host": address.host, "port": address.port, "user": address.user, "database": address.path}
    told["password"] = os.environ.get(address.password_env, "")
    try:
        return getattr(ibis, backend).connect(**{key: value for key, value in told.items() if value})
    except ImportError:
        wrong = f"{address.shown}: the driver is not installed. Say: pip install 'seglib[{backend}]'."
        raise InputError(wrong) from None


def _write(batches: Iterator[pa.RecordBatch], target: Path) -> int:
    first = next(batches, None)
    if first is None:
        return 0
    rows = first.num_rows
    with pq.ParquetWriter(target, first.schema) as writer:
        writer.write_batch(first)
        for batch in batches:
            writer.write_batch(batch)
            rows += batch.num_rows
    return rows


def _scrubbed(error: Exception, address: _Address) -> str:
    said = (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
    for secret in filter(None, (os.environ.get(address.password_env), address.user)):
        said = said.replace(secret, "***")
    return re.sub(r"(?i)(password|passwd|pwd)\s*[=:]\s*\S+", r"\1=***", said)


def _advice(address: _Address) -> str:
    if address.scheme in FILES:
        return "Check that it is a database of this kind."
    told = "is set" if os.environ.get(address.password_env) else "is not set"
    return f"Check the address, the network and the password ({address.password_env} {told})."
