"""A file or a database -> the tables that it holds, each with a sample of its rows; little of a large file is read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import ibis
import pyarrow.parquet as pq

from seglib.errors import InputError
from seglib.intake.files import read_raw
from seglib.intake.files.addresses import file_address, parse_address
from seglib.intake.files.database_files import database_tables
from seglib.intake.files.databases import copy_rows
from seglib.intake.files.finding_files import Hints, fresh, kind_of
from seglib.intake.files.sheets import read_sheets, sheet_names
from seglib.intake.files.texts import identifier, literal, pattern
from seglib.intake.formats import footers
from seglib.intake.surveying.heads import heads_of
from seglib.intake.surveying.pieces import Aside, Piece

__all__ = ["SAMPLE", "pieces_of"]

SAMPLE = 5_000  # rows of a table that has no lines of text
EXAMPLES = 2_000  # rows whose values are held against what they may be
LARGEST_BOOK = 30 * 2**20  # bytes of a workbook, which can only be read as a whole
SECONDS = 5  # for a look at one table of a database


def pieces_of(file: Path, folder: Path, engine: ibis.BaseBackend, scratch: Path) -> tuple[list[Piece], list[Aside]]:
    """Tables that a file holds, and what of it cannot be used.

    Parameters
    ----------
    file : Path
        A table, an archive, a workbook or a database.
    folder : Path
        The folder that is surveyed; paths are relative to it.
    engine : ibis backend
        Embedded DuckDB.
    scratch : Path
        Where samples are written.
    """
    name = file.relative_to(folder).as_posix()
    look = {"": _of_database, "parquet": _of_parquet, "sheet": _of_workbook}.get(kind_of(file.name), _of_text)
    found, aside = [], []
    try:
        for one in look(file, name, engine, scratch):
            if isinstance(one, Aside):
                aside.append(one)
            else:
                found.append(replace(one, examples=_examples(one.sample)))
    except InputError as error:
        aside.append(Aside(name, f"cannot be read: {error.faults[0].removeprefix(f'{file.name}: ')}"))
    return found, aside


def _of_text(file: Path, name: str, engine: ibis.BaseBackend, scratch: Path) -> Iterator[Piece | Aside]:
    """CSV, JSON and archives of them: read by their first rows."""
    heads = heads_of(file, scratch)
    read = [_read(head, file.name, engine, scratch) for head, _ in heads]
    columns, sample, facts = read[0]
    if any(set(other) != set(columns) for other, *_ in read):
        yield Aside(name, "an archive of several kinds of table: unpack it")
        return
    whole = all(complete for _, complete in heads)
    looked = sum(head.stat().st_size for head, _ in heads)
    rows = sum(int(one["rows"]) for *_, one in read)
    packed = file.suffix.lower() in (".gz", ".zip")
    if not whole and not packed:
        rows = round(rows * file.stat().st_size / max(looked, 1))
    if len(columns) == 1:
        yield Aside(name, "a text of one column, no table")
        return
    whole = whole and len(read) == 1
    yield Piece(name, name, (file,), columns, sample, 0 if packed and not whole else rows, whole, facts=facts)


def _read(
    head: Path, name: str, engine: ibis.BaseBackend, scratch: Path
) -> tuple[tuple[str, ...], Path, dict[str, Any]]:
    try:
        raw = read_raw(head, engine, footer=footers())
    except InputError as error:
        raise InputError([fault.replace(head.name, name) for fault in error.faults]) from None
    return raw.table.columns, _kept(raw.table, engine, scratch), dict(raw.facts)


def _kept(table: Any, engine: ibis.BaseBackend, scratch: Path) -> Path:
    target = fresh(scratch, ".parquet")
    engine.to_parquet(table, target)
    return target


def _of_parquet(file: Path, name: str, engine: ibis.BaseBackend, scratch: Path) -> Iterator[Piece | Aside]:
    target = fresh(scratch, ".parquet")
    try:
        rows = pq.ParquetFile(file).metadata.num_rows
        scan = f"SELECT * FROM read_parquet({literal(pattern(file))}) LIMIT {SAMPLE}"
        engine.raw_sql(f"COPY ({scan}) TO {literal(target)} (FORMAT parquet)")
    except Exception as error:  # pyarrow and DuckDB each fail in their own way
        raise InputError(f"{file.name}: {(str(error).splitlines() or [''])[0][:120]}") from None
    if not rows:
        raise InputError(f"{file.name}: no rows")
    yield Piece(name, name, (file,), _columns(target), target, rows, rows <= SAMPLE)


def _of_workbook(file: Path, name: str, engine: ibis.BaseBackend, scratch: Path) -> Iterator[Piece | Aside]:
    if file.stat().st_size > LARGEST_BOOK:
        yield Aside(name, f"a workbook of more than {LARGEST_BOOK // 2**20} MB: save its sheets as CSV")
        return
    sheets, aside = [], []
    for sheet in sheet_names(file, name):
        try:
            (part,) = read_sheets(file, name, Hints(sheet=sheet), scratch)
        except InputError:
            aside.append(Aside(f"{name}: {sheet}", "a sheet without a table"))
            continue
        rows = int(part.facts["rows"])
        if rows:
            sheets.append(Piece(f"{name}: {sheet}", name, (file,), _columns(part.parquet), part.parquet, rows, True,
                                sheet=sheet))  # fmt: skip
    if len(sheets) == 1:
        yield replace(sheets[0], name=name, sheet="")
    else:
        yield from sheets
    yield from aside


def _of_database(file: Path, name: str, engine: ibis.BaseBackend, scratch: Path) -> Iterator[Piece | Aside]:
    try:
        scheme, tables = database_tables(file)
    except Exception:  # each driver fails in its own way
        yield Aside(name, "a database that cannot be opened: damaged, locked or encrypted")
        return
    if not tables:
        yield Aside(name, "a database without tables")
    for table in tables:
        target = fresh(scratch, ".parquet")
        try:
            rows = copy_rows(_query(scheme, file, f"SELECT * FROM {_named(table)} LIMIT {SAMPLE}"), target)
            if rows == SAMPLE:
                rows = _count(_query(scheme, file, f"SELECT count(*) AS n FROM {_named(table)}"), scratch)
        except InputError:
            yield Aside(f"{name}: {table}", f"a table that cannot be read within {SECONDS} s")
            continue
        if not rows:
            yield Aside(f"{name}: {table}", "a table without rows")
            continue
        yield Piece(f"{name}: {table}", name, (file,), _columns(target), target, rows, rows < SAMPLE,
                    table=table, scheme=scheme)  # fmt: skip


def _named(table: str) -> str:
    """A table, after its schema where it has one, as SQL names it."""
    return ".".join(identifier(part) for part in table.split("."))


def _query(scheme: str, file: Path, query: str) -> Any:
    return parse_address(f"{file_address(scheme, file)}?query={quote(query, safe='')}&timeout_seconds={SECONDS}")


def _count(address: Any, scratch: Path) -> int:
    target = fresh(scratch, ".parquet")
    copy_rows(address, target)
    return int(pq.read_table(target)["n"][0].as_py())


def _columns(sample: Path) -> tuple[str, ...]:
    return tuple(pq.read_schema(sample).names)


def _examples(sample: Path) -> dict[str, Sequence[str]]:
    """Column -> values of the first rows, missing ones left out."""
    rows = pq.read_table(sample).slice(0, EXAMPLES)
    return {
        name: [str(value) for value in rows[name].to_pylist() if value not in (None, "")] for name in rows.column_names
    }
