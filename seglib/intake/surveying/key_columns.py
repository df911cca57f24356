"""Columns that may be keys, read alone from whole files: how often a value stands there, which values are found."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import ibis

from seglib.errors import InputError
from seglib.intake.files.addresses import file_address, parse_address
from seglib.intake.files.databases import copy_rows
from seglib.intake.files.dialects import sniff
from seglib.intake.files.finding_files import Hints, fresh, kind_of
from seglib.intake.files.limits import interrupted
from seglib.intake.files.packing import unpack
from seglib.intake.files.texts import identifier, literal, pattern
from seglib.intake.scratch import private_folder
from seglib.intake.surveying.heads import heads_of
from seglib.intake.surveying.pieces import Piece

__all__ = ["KeyColumns", "key_text", "whole_source"]

LOOKED_AT = 2_000  # different values of a column that are looked for in another table
SECONDS = 20  # for the keys of one table of a database
PLAIN = ("utf-8", "utf-8-sig", "ascii")


class KeyColumns:
    """Keys of tables in an embedded DuckDB, each table read once, when first asked for.

    Parameters
    ----------
    wanted : mapping
        Table -> its columns that may be keys.
    engine : ibis backend
        Embedded DuckDB.
    """

    def __init__(self, wanted: Mapping[Piece, set[str]], engine: ibis.BaseBackend) -> None:
        self._wanted = {piece: sorted(columns) for piece, columns in wanted.items()}
        self._engine = engine
        self._read: dict[Piece, tuple[str, bool]] = {}
        self._counted: dict[tuple[Piece, str], tuple[int, int]] = {}

    def has_read(self, piece: Piece) -> bool:
        """Whether the keys of a table are there already."""
        return piece in self._read

    def repeats(self, piece: Piece, column: str) -> tuple[int, int, bool]:
        """Different values of a column, how many of them stand on several rows, and whether all rows were read."""
        repeated = self.repeats_at_once(piece, column)
        if repeated[1]:  # no need to read on to know that it does
            return *repeated, piece.whole
        table, exact = self._keys(piece)
        if (piece, column) not in self._counted:
            key = identifier(column)
            self._counted[piece, column] = self._row(
                f"SELECT count(*), count(*) FILTER (n > 1) FROM "
                f"(SELECT count(*) AS n FROM {table} WHERE {key} IS NOT NULL GROUP BY {key})"
            )
        return *self._counted[piece, column], exact

    def found(self, left: Piece, column: str, right: Piece, key: str) -> tuple[int, int]:
        """Of the different values of a sample of ``left``, how many stand in all of ``right``; of how many."""
        table, _ = self._keys(right)
        values = (
            f"SELECT DISTINCT {key_text(column)} AS v FROM read_parquet({literal(left.sample)}) WHERE v IS NOT NULL"
        )
        met = f"v IN (SELECT {identifier(key)} FROM {table})"
        some = f"SELECT v FROM ({values}) ORDER BY hash(v) LIMIT {LOOKED_AT}"
        return self._row(f"SELECT count(*) FILTER ({met}), count(*) FROM ({some})")

    @cache  # noqa: B019 - lives as long as the survey
    def repeats_at_once(self, piece: Piece, column: str) -> tuple[int, int]:
        """Different values of a column in the first rows, and how many of them stand on several."""
        rows = f"SELECT {key_text(column)} AS v FROM read_parquet({literal(piece.sample)}) WHERE v IS NOT NULL"
        return self._row(
            f"SELECT count(*), count(*) FILTER (n > 1) FROM (SELECT count(*) AS n FROM ({rows}) GROUP BY v)"
        )

    def _row(self, query: str) -> tuple[int, int]:
        first, second = self._engine.raw_sql(query).fetchone()
        return int(first), int(second)

    def _keys(self, piece: Piece) -> tuple[str, bool]:
        """Name of the table with the keys of a piece, and whether it has those of all rows."""
        if piece not in self._read:
            self._read[piece] = self._taken(piece)
        return self._read[piece]

    def _taken(self, piece: Piece) -> tuple[str, bool]:
        name = identifier(ibis.util.gen_name("keys"))
        columns = ", ".join(f"{key_text(column)} AS {identifier(column)}" for column in self._wanted[piece])
        sample = f"read_parquet({literal(piece.sample)})"
        try:
            source = sample if piece.whole else whole_source(piece, self._wanted[piece])
            self._engine.raw_sql(f"CREATE TEMP TABLE {name} AS SELECT {columns} FROM {source}")
            return name, True
        except Exception as error:  # odd rows, another dialect, a limit: the first rows tell something too
            if interrupted(error):
                raise KeyboardInterrupt from None
            self._engine.raw_sql(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT {columns} FROM {sample}")
            return name, False


def key_text(column: str) -> str:
    """A key as text: space around it and the ``.0`` of a whole number that was a float mean nothing."""
    text = f"trim(CAST({identifier(column)} AS VARCHAR))"
    return f"nullif(CASE WHEN suffix({text}, '.0') THEN {text}[:-3] ELSE {text} END, '')"


def whole_source(piece: Piece, columns: list[str]) -> str:
    """What DuckDB reads the whole table from."""
    if piece.scheme:
        return _from_database(piece, columns)
    kind = kind_of(piece.files[0].name)
    if kind == "parquet":
        return f"read_parquet([{', '.join(literal(pattern(file)) for file in piece.files)}], union_by_name=true)"
    if kind not in ("text", "zip") or piece.facts.get("encoding") not in PLAIN:
        raise InputError("only its first rows are looked at")
    return f"({' UNION ALL BY NAME '.join(f'SELECT * FROM {_from_text(file)}' for file in piece.files)})"


def _from_database(piece: Piece, columns: list[str]) -> str:
    target = fresh(private_folder("keys"), ".parquet")
    chosen = ", ".join(map(identifier, columns))
    query = quote(f"SELECT {chosen} FROM {identifier(piece.table)}", safe="")
    copy_rows(
        parse_address(f"{file_address(piece.scheme, piece.files[0])}?query={query}&timeout_seconds={SECONDS}"), target
    )
    return f"read_parquet({literal(target)})"


def _from_text(file: Path) -> str:
    folder = private_folder("keys")
    head, _ = heads_of(file, folder)[0]
    dialect: Any = sniff(head, file.name, Hints())
    if not dialect.simple:
        raise InputError("its rows begin in an odd place")
    paths = [inner for _, inner in unpack(file, folder)] if file.suffix.lower() == ".zip" else [file]
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in dialect.names)
    return (
        f"read_csv([{', '.join(literal(pattern(path)) for path in paths)}], auto_detect=false, header=false, "
        f"strict_mode=true, skip={dialect.skip}, delim={literal(dialect.delimiter)}, quote={literal(dialect.quote)}, "
        f"escape={literal(dialect.escape)}, columns={{{columns}}})"
    )
