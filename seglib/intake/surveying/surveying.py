"""A folder of exports looked at: which tables it holds, what each is, how they relate."""

from __future__ import annotations

import glob
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from seglib.errors import InputError
from seglib.intake.engines import connect
from seglib.intake.formats import normalised
from seglib.intake.scratch import private_folder
from seglib.intake.surveying.folder import files_of
from seglib.intake.surveying.kinds import Told, all_told
from seglib.intake.surveying.loaded import Loaded, loaded_in
from seglib.intake.surveying.meeting import Meeting
from seglib.intake.surveying.pieces import Aside, Piece
from seglib.intake.surveying.samples import pieces_of

__all__ = ["Survey", "survey"]

COMPARED = 500  # first rows of each file that are held against each other
COPIES = 0.5  # share of the rows of a file that stand in another, from which on one may be a copy of the other


@dataclass(frozen=True)
class Survey:
    """What a folder holds: tables and what each is, how they relate, what is left aside, what loaders filled."""

    folder: Path
    tables: Mapping[Piece, Told]
    meeting: Meeting
    aside: Sequence[Aside]
    loaded: Sequence[Loaded] = ()

    def of_kind(self, *kinds: str) -> list[Piece]:
        """Tables of some kinds, those with the most rows first."""
        found = [piece for piece, told in self.tables.items() if told.kind in kinds]
        return sorted(found, key=lambda piece: (-piece.rows, piece.name))


def survey(folder: str | Path) -> Survey:
    """What a folder holds, by the header and the first rows of each file; nothing outside of it is read.

    Raises
    ------
    InputError
        No such folder, or nothing in it that is a table.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "sales.csv").write_text("order_id,email,date,total\\n1,a@b.it,2024-01-05,9.50\\n")
    >>> [(piece.name, told.kind) for piece, told in survey(folder).tables.items()]
    [('sales.csv', 'orders')]
    """
    folder = Path(folder)
    files, aside = files_of(folder)
    engine, scratch = connect(), private_folder("survey")
    looked = [pieces_of(file, folder, engine, scratch) for file in files]
    pieces = _together(folder, [piece for found, _ in looked for piece in found])
    aside += [one for _, unread in looked for one in unread]
    if not pieces:
        shown = "".join(f"\n    {one.name}: {one.why}" for one in aside[:20])
        raise InputError(f"{folder}: no table in this folder.{shown or ' It is empty.'}")
    loaded, pieces = loaded_in(pieces)
    tables = all_told(pieces)
    return Survey(folder, tables, Meeting(tables, engine), sorted(aside, key=lambda one: one.name), loaded)


def _together(folder: Path, pieces: Sequence[Piece]) -> list[Piece]:
    """Files of one folder with the same columns as one table, where a pattern takes them and nothing else."""
    alike: dict[tuple[object, ...], list[Piece]] = {}
    for piece in pieces:
        columns = tuple(sorted(map(normalised, piece.columns)))
        single = piece.table or piece.sheet
        alike.setdefault((Path(piece.path).parent, columns, piece.name if single else ""), []).append(piece)
    found = []
    for group in alike.values():
        pattern = _pattern(folder, [piece.path for piece in group]) if len(group) > 1 and not _copies(group) else ""
        found += [_united(group, pattern)] if pattern else group
    return found


def _pattern(folder: Path, paths: Sequence[str]) -> str:
    """A pattern that some files of a folder match, and no other; empty where there is none."""
    parent = os.path.dirname(paths[0])
    names = [os.path.basename(path) for path in paths]
    if any(sign in name for name in names for sign in "*?["):
        return ""
    start = _shared(names)
    end = _shared([name[len(start) :][::-1] for name in names])[::-1]
    pattern = os.path.join(parent, f"{start}*{end}")
    matched = glob.glob(pattern, root_dir=folder)
    return pattern if start + end and sorted(matched) == sorted(paths) else ""


def _shared(names: Sequence[str]) -> str:
    """Signs that all names begin with."""
    return "".join(signs[0] for signs in takewhile(lambda one: len(set(one)) == 1, zip(*names, strict=False)))


def _copies(group: Sequence[Piece]) -> bool:
    """Whether the first rows of one file stand in another: they are no pieces of one table."""
    rows = [_rows(piece) for piece in group]
    return any(
        len(one & other) >= COPIES * min(len(one), len(other)) for i, one in enumerate(rows) for other in rows[:i]
    )


def _rows(piece: Piece) -> set[tuple[object, ...]]:
    rows: pa.Table = pq.read_table(piece.sample).slice(0, COMPARED)
    return set(zip(*(rows[name].to_pylist() for name in sorted(rows.column_names)), strict=True))


def _united(group: Sequence[Piece], pattern: str) -> Piece:
    first = group[0]
    values = {name: [v for one in group for v in one.examples.get(name, ())] for name in first.columns}
    return replace(
        first,
        name=pattern,
        path=pattern,
        files=tuple(file for one in group for file in one.files),
        rows=sum(one.rows for one in group),
        whole=False,
        examples=values,
    )
