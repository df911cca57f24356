"""A table or a query of a database -> Parquet with its types. A password comes from the environment alone."""

from __future__ import annotations

import os
import re
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.parquet as pq

from seglib.errors import InputError, did_you_mean
from seglib.intake.files.addresses import FILES, SCHEMES, Address, parse_address
from seglib.intake.files.finding_files import EmptyError, Part, fresh, sha256
from seglib.intake.files.limits import Limits, within
from seglib.intake.files.texts import identifier, literal
from seglib.intake.scratch import discard, private_folder

__all__ = ["copy_rows", "read_url", "server_tables"]

BATCH = 50_000  # rows
STEPS = 20_000  # of SQLite's machine, between two looks at whether it shall stop
READING = (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE)
# Told before a file is opened; once it is, nothing else can be, and none of it can be changed.
CONFINED = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "python_enable_replacements": "false",
    "memory_limit": "2GB",
}
OWN_CATALOGUES = ("main", "memory", "system", "temp")
OF_THE_SERVER = ("information_schema", "pg_catalog", "pg_toast", "mysql", "performance_schema", "sys")
READ_ONLY = {"postgres": "SET default_transaction_read_only = on", "mysql": "SET SESSION TRANSACTION READ ONLY"}


def read_url(url: str, folder: Path) -> Part:
    """Rows of a table (``?table=orders``) or a query (``?query=SELECT...``) as Parquet.

    A database is read and nothing else: no other file, no network but that of a server, one SELECT, within limits.

    Raises
    ------
    InputError
        No such database or table, no driver, no connection, one that broke off, or no end; never with the password in
        it.
    """
    address = parse_address(url)
    file = Path(address.path) if address.scheme in FILES else None
    target = fresh(folder, ".parquet")
    rows = copy_rows(address, target)
    if not rows:
        raise EmptyError(f"{address.shown}: no rows. Check the table or the query.")
    known = {"bytes": file.stat().st_size if file else 0, "sha256": sha256(file or target)}
    counted = {"rows": rows, "preamble_rows": 0, "footer_rows": 0, "encoding": "", "delimiter": "", "notes": []}
    return Part(target, {"name": address.told, **known, **counted})


def copy_rows(address: Address, target: Path) -> int:
    """Rows of a table or a query as a Parquet file; returns how many, and writes none where there are none.

    Raises
    ------
    InputError
        As :func:`read_url`.
    """
    file = Path(address.path) if address.scheme in FILES else None
    read = {"sqlite": _sqlite, "duckdb": _duckdb}.get(address.scheme, _server)
    try:
        return read(address, target, Limits.of(address.timeout_seconds, file))
    except InputError as error:
        raise InputError([f"{address.shown}: {fault}" for fault in error.faults]) from None
    except Exception as error:  # every driver fails in its own way; what it says may hold the password
        raise InputError(f"{address.shown}: {_scrubbed(error, address)}. {_advice(address)}") from None


def _sqlite(address: Address, target: Path, limits: Limits) -> int:
    stopped = threading.Event()
    uri = f"{Path(address.path).resolve().as_uri()}?mode=ro"
    link = sqlite3.connect(uri, uri=True, check_same_thread=False)
    try:
        link.text_factory = bytes  # decoded with the other cells: not all of it need be UTF-8
        link.execute("PRAGMA trusted_schema = OFF")
        link.set_authorizer(lambda action, *_: sqlite3.SQLITE_OK if action in READING else sqlite3.SQLITE_DENY)
        link.set_progress_handler(stopped.is_set, STEPS)
        return within(limits, lambda: _write(_sqlite_batches(link, address), target), stopped.set, target)
    finally:
        link.close()


def _sqlite_batches(link: sqlite3.Connection, address: Address) -> Iterator[pa.RecordBatch]:
    """Batches of a query; SQLite gives each cell a type of its own, so a column's is what all its cells fit."""
    inner = f"(\n{address.select}\n)"
    try:
        names = [column[0] for column in link.execute(f"SELECT * FROM {inner} LIMIT 0").description]
        kinds = ", ".join(
            f"max({test})" for name in names for test in (
                f"typeof({identifier(name)}) IN ('text', 'blob')", f"typeof({identifier(name)}) = 'real'"
            )
        )  # fmt: skip
        found = link.execute(f"SELECT {kinds} FROM {inner}").fetchone()
        types = [pa.string() if text else pa.float64() if real else pa.int64() for text, real in _pairs(found)]
        cursor = link.execute(address.select)
        while rows := cursor.fetchmany(BATCH):
            cells = [
                pa.array([_cell(value) if kind == pa.string() else value for value in column], kind)
                for column, kind in zip(zip(*rows, strict=True), types, strict=True)
            ]
            yield pa.RecordBatch.from_arrays(cells, names=names)
    except (sqlite3.Error, sqlite3.Warning) as error:
        if "file is" in str(error):  # not a database, damaged
            raise
        raise InputError(f"{error}.{_sqlite_tables(link, address, error)}") from None


def _pairs(found: Sequence[Any]) -> Iterator[tuple[Any, Any]]:
    return zip(found[::2], found[1::2], strict=True)


def _cell(value: Any) -> str | None:
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    return None if value is None else str(value)


def _sqlite_tables(link: sqlite3.Connection, address: Address, error: Exception) -> str:
    if not address.table or "no such table" not in str(error):
        return " Check the table or the query: one SELECT, of this database alone."
    try:
        known = [row[0].decode(errors="replace") for row in link.execute("SELECT name FROM sqlite_master")]
        return did_you_mean(address.table, known)
    except sqlite3.Error:
        return ""


def _duckdb(address: Address, target: Path, limits: Limits) -> int:
    """Copied by a connection of its own, which can open the file and the copy alone."""
    import duckdb

    _check_head(Path(address.path))
    spill = private_folder("spill")
    most = {"temp_directory": str(spill), "max_temp_directory_size": f"{limits.most_bytes // 2**20}MB"}
    try:
        with duckdb.connect(":memory:", config={**CONFINED, **most}) as link:
            stem = Path(address.path).stem
            name = identifier(f"{stem}_" if stem.lower() in OWN_CATALOGUES else stem)
            link.execute(f"ATTACH {literal(address.path)} AS {name} (READ_ONLY)")
            link.execute(f"USE {name}")
            link.execute(f"SET allowed_paths = [{literal(target)}]")
            link.execute("SET enable_external_access = false")
            link.execute("SET lock_configuration = true")
            _check_one_select(link, address)
            return within(limits, lambda: _copy(link, address, target), link.interrupt, target)
    finally:
        discard(spill)


def _check_head(file: Path) -> None:
    with file.open("rb") as opened:
        head = opened.read(16)
    if head[8:12] != b"DUCK":
        sqlite = " It is an SQLite database: write sqlite:/// instead." if head.startswith(b"SQLite") else ""
        raise InputError(f"not a DuckDB database.{sqlite}")


def _check_one_select(link: Any, address: Address) -> None:
    import duckdb

    try:
        kinds = [statement.type for statement in link.extract_statements(address.select)]
    except duckdb.Error as error:
        raise InputError(f"{_first_line(error)}. Check the query: one SELECT.") from None
    if kinds != [duckdb.StatementType.SELECT]:
        raise InputError("the query is not one SELECT, and nothing else is run.")


def _copy(link: Any, address: Address, target: Path) -> int:
    import duckdb

    try:
        done = link.execute(f"COPY (\n{address.select}\n) TO {literal(target)} (FORMAT parquet)").fetchone()
    except duckdb.CatalogException as error:
        known = [row[0] for row in link.execute("SELECT table_name FROM information_schema.tables").fetchall()]
        raise InputError(f"{_first_line(error)}.{did_you_mean(address.table, known)}") from None
    except duckdb.PermissionException as error:
        raise InputError(f"{_first_line(error)}. Views and queries of a database read this file alone.") from None
    return int(done[0]) if done else 0


def _server(address: Address, target: Path, limits: Limits) -> int:
    backend = SCHEMES[address.scheme]
    if address.query:
        _check_query(address.query, backend)
    link = _connected(address, backend)
    cancel: Callable[[], object] = getattr(getattr(link, "con", None), "cancel", lambda: None)
    try:
        return within(limits, lambda: _write(_server_batches(link, address, backend), target), cancel, target)
    finally:
        link.disconnect()


def server_tables(address: Address) -> list[str]:
    """Names of the tables of a server's database, each after its schema and a point.

    Raises
    ------
    InputError
        As :func:`read_url`.
    """
    try:
        link = _connected(address, SCHEMES[address.scheme])
        try:
            own = address.scheme == "mysql"  # where a schema is a database
            schemas = [address.path] if own else [one for one in link.list_databases() if one not in OF_THE_SERVER]
            return [f"{schema}.{table}" for schema in schemas for table in link.list_tables(database=schema)]
        finally:
            link.disconnect()
    except InputError as error:
        raise InputError([f"{address.shown}: {fault}" for fault in error.faults]) from None
    except Exception as error:  # what a driver says may hold the password
        raise InputError(f"{address.shown}: {_scrubbed(error, address)}. {_advice(address)}") from None


def _check_query(query: str, backend: str) -> None:
    """One statement that reads, with nothing in it that writes: PostgreSQL lets a WITH delete."""
    import sqlglot
    from sqlglot import exp

    try:
        parsed = sqlglot.parse(query, read=backend)
    except sqlglot.errors.SqlglotError as error:
        raise InputError(f"{_first_line(error)} Check the query: one SELECT.") from None
    writes = (exp.DML, exp.DDL, exp.Command, exp.Into, exp.Lock)
    if (
        len(parsed) != 1
        or not isinstance(parsed[0], exp.Query)
        or any(isinstance(part, writes) and not isinstance(part, exp.Query) for part in parsed[0].walk())
    ):
        raise InputError("the query is not one SELECT, and nothing else is run.")


def _server_batches(link: Any, address: Address, backend: str) -> Iterator[pa.RecordBatch]:
    schema, _, table = address.table.rpartition(".")
    try:
        wanted = link.sql(address.query) if address.query else link.table(table, database=schema or None)
        link.raw_sql(
            READ_ONLY[backend]
        ).close()  # Ibis has asked for the types by now, which takes a view in PostgreSQL
        yield from wanted.to_pyarrow_batches(chunk_size=BATCH)
    except ibis.common.exceptions.TableNotFound:
        known = did_you_mean(table, link.list_tables(database=schema or None)[:50])
        raise InputError(f"no such table.{known}") from None


def _connected(address: Address, backend: str) -> Any:
    told = {"host": address.host, "port": address.port, "user": address.user, "database": address.path}
    told["password"] = os.environ.get(address.password_env, "")
    try:
        return getattr(ibis, backend).connect(**{key: value for key, value in told.items() if value})
    except ImportError:
        raise InputError(f"the driver is not installed. Say: pip install 'seglib[{backend}]'.") from None


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


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200].rstrip(".")


def _scrubbed(error: Exception, address: Address) -> str:
    said = _first_line(error)
    for secret in filter(None, (os.environ.get(address.password_env), address.user)):
        said = said.replace(secret, "***")
    return re.sub(r"(?i)(password|passwd|pwd)\s*[=:]\s*\S+", r"\1=***", said)


def _advice(address: Address) -> str:
    if address.scheme in FILES:
        return "Check that it is a database of this kind."
    told = "is set" if os.environ.get(address.password_env) else "is not set"
    return f"Check the address, the network and the password ({address.password_env} {told})."
