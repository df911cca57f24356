"""Delimited text -> Parquet: DuckDB's reader, told the dialect; a strict reader of our own for odd files."""

from __future__ import annotations

import csv
import itertools
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import ibis
import pyarrow as pa
import pyarrow.parquet as pq

from seglib.errors import InputError
from seglib.intake.files.counting import count_rows
from seglib.intake.files.dialects import Dialect, find_end, sniff
from seglib.intake.files.encodings import as_utf8
from seglib.intake.files.finding_files import Hints, Part, fresh
from seglib.intake.files.limits import interrupted
from seglib.tables.privacy import shape_of

__all__ = ["MAX_CELL", "identifier", "literal", "pattern", "read_text", "write_rows"]

MAX_CELL = 16 * 2**20  # characters
BATCH = 20_000  # rows
SHOWN, COUNTED = 3, 1_000  # faulty rows that are told one by one, and at most counted
CHUNK = 2**22


def read_text(file: Path, name: str, hints: Hints, engine: ibis.BaseBackend, folder: Path) -> Part:
    """A text file as Parquet with text columns.

    Raises
    ------
    InputError
        Not text, no header, no rows, rows of another width, quotes that do not close.
    """
    text, encoding = as_utf8(file, folder, name, hints.encoding)
    dialect = sniff(text, name, hints)
    end, remarks = find_end(text, dialect, hints.footer)
    body, skip = _body(text, dialect, end, folder)
    target = fresh(folder, ".parquet")
    try:
        rows = _copy_fast(body, skip, dialect, engine, target)
        sure = rows == count_rows(body, dialect.start if skip else 0, dialect.quote)
    except Exception as error:  # DuckDB says what is wrong in many ways; our own reader says it in one
        if interrupted(error):
            raise KeyboardInterrupt from None
        sure = False
    if not sure:
        rows = _copy_strictly(body, skip, dialect, name, target)
    for copy in {text, body} - {file}:
        copy.unlink()
    facts = {
        "rows": rows,
        "preamble_rows": dialect.preamble,
        "footer_rows": len(remarks),
        "footer": remarks,
        "encoding": encoding,
        "delimiter": dialect.delimiter,
        "changes": list(dialect.changes),
    }
    return Part(target, facts)


def _body(text: Path, dialect: Dialect, end: int, folder: Path) -> tuple[Path, int]:
    """The file as DuckDB can take it, and lines to skip: a copy of the rows alone where skipping lines does not do."""
    if dialect.simple and end == text.stat().st_size:
        return text, dialect.skip
    target = fresh(folder, ".csv")
    with text.open("rb") as source, target.open("wb") as copy:
        source.seek(dialect.start)
        left = end - dialect.start
        while left > 0 and (chunk := source.read(min(left, CHUNK))):
            copy.write(chunk)
            left -= len(chunk)
    return target, 0


def _copy_fast(body: Path, skip: int, dialect: Dialect, engine: ibis.BaseBackend, target: Path) -> int:
    if not dialect.plain_ends:
        raise ValueError("DuckDB guesses how rows end and may guess wrong")
    columns = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(len(dialect.names)))
    named = ", ".join(f"c{i} AS {identifier(name)}" for i, name in enumerate(dialect.names))
    source = (
        f"read_csv({literal(pattern(body))}, auto_detect=false, header=false, strict_mode=true, skip={skip}, "
        f"delim={literal(dialect.delimiter)}, quote={literal(dialect.quote)}, escape={literal(dialect.escape)}, "
        f"columns={{{columns}}})"
    )
    filled = " WHERE c0 IS NOT NULL" if len(dialect.names) == 1 else ""  # a blank line is no row
    done = engine.raw_sql(f"COPY (SELECT {named} FROM {source}{filled}) TO {literal(target)} (FORMAT parquet)")
    return int(done.fetchone()[0])


def _copy_strictly(body: Path, skip: int, dialect: Dialect, name: str, target: Path) -> int:
    """What DuckDB refused, read row by row: either it is odd but clear, or the faults are told with their lines."""
    with _wide_cells(), body.open(encoding="utf-8", newline="") as opened:
        lines = _lines(opened, name)
        for _ in range(skip):
            next(lines, None)
        rows = _checked(csv.reader(map(dialect.doubled, lines), **dialect.reader_options), dialect, name)
        return write_rows(rows, dialect.names, target)


def _lines(opened: IO[str], name: str) -> Iterator[str]:
    while line := opened.readline(4 * MAX_CELL):
        if len(line) == 4 * MAX_CELL:
            raise InputError(f"{name}: a line longer than {len(line) // 2**20} MB. Is it a text file of rows?")
        yield line


@contextmanager
def _wide_cells() -> Iterator[None]:
    before = csv.field_size_limit(MAX_CELL)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _checked(reader: Any, dialect: Dialect, name: str) -> Iterator[list[str]]:
    """Rows of the usual width; all rows of another width are told together at the end."""
    width = len(dialect.names)
    faults: list[tuple[int, list[str]]] = []
    number, begin = 0, dialect.skip + 1
    while True:
        try:
            row = next(reader, None)
        except csv.Error as error:
            raise InputError(_quoting(error, begin, dialect, name)) from None
        if row is None:
            break
        if len(row) == width + 1 and not row[-1]:
            row.pop()
        if row and not (width == 1 and not row[0]):
            number += len(row) != width
            if len(row) == width and not number:
                yield row
            elif len(row) != width and len(faults) < SHOWN:
                faults.append((begin, row))
        begin = dialect.skip + reader.line_num + 1
        if number == COUNTED:
            break
    if faults:
        raise InputError([*_ragged(faults, number, dialect, name)])


def _ragged(faults: Sequence[tuple[int, list[str]]], number: int, dialect: Dialect, name: str) -> Iterator[str]:
    width, sign = len(dialect.names), repr(dialect.delimiter)
    for line, row in faults:
        cells = ", ".join(map(shape_of, row[:5]))
        wrong = f"has {len(row)} cells, the header has {width}: [{cells}{', ...' if len(row) > 5 else ''}]"
        yield f"{name}: line {line:,} {wrong}. Put cells that hold {sign} or a line break in quotes, or mend the line."
    if number > len(faults):
        many = f"{number:,} rows in all" if number < COUNTED else f"{number:,} rows and more"
        yield f"{name}: {many} do not have {width} cells when divided by {sign}. Is this the delimiter?"


def _quoting(error: csv.Error, begin: int, dialect: Dialect, name: str) -> str:
    quote = dialect.quote
    if "field larger" in str(error):
        what = f"a cell larger than {MAX_CELL // 2**20} MB begins; is its quote {quote} closed?"
    elif "end of data" in str(error):
        what = f"a quote {quote} opens that is never closed; the file may be cut off."
    else:
        what = f"a quote {quote} stands inside a quoted cell; write it twice ({quote * 2})."
    return f"{name}: in the row that begins in line {begin:,}, {what} Mend the line or export the file again."


def write_rows(rows: Iterable[Sequence[str | None]], names: Sequence[str], target: Path) -> int:
    """Rows of text as a Parquet file, in pieces, empty cells missing; returns how many."""
    rows, written = iter(rows), 0
    schema = pa.schema([(name, pa.string()) for name in names])
    with pq.ParquetWriter(target, schema) as writer:
        while batch := list(itertools.islice(rows, BATCH)):
            cells = [pa.array([cell or None for cell in column], pa.string()) for column in zip(*batch, strict=True)]
            writer.write_table(pa.Table.from_arrays(cells, schema=schema))
            written += len(batch)
    return written


def literal(text: str | Path) -> str:
    """Text as a literal of SQL."""
    return "'" + str(text).replace("'", "''") + "'"


def identifier(name: str) -> str:
    """Name as an identifier of SQL."""
    return '"' + name.replace('"', '""') + '"'


def pattern(path: Path) -> str:
    """Path of one file where the engine expects a pattern."""
    return "".join(f"[{sign}]" if sign in "*?[" else sign for sign in str(path))
