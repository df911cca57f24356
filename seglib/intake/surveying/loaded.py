"""Tables of a loader among those of a folder: whose they are, and which tables of a shop they make."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from seglib.intake.formats import load_format
from seglib.intake.surveying.pieces import Piece
from seglib.intake.warehouses import STAGING, Shape, loader_of, shapes_told
from seglib.intake.warehouses.assembling import words_of

__all__ = ["Loaded", "loaded_in"]

MET = 3  # columns that a format speaks of, from which on a table is of its source


@dataclass(frozen=True)
class Loaded:
    """Tables that a loader has filled from one source: where they are, the schema, and of each table of a shop that
    they make the outermost one. ``pieces`` are all of them."""

    path: str
    scheme: str
    dataset: str
    shapes: Mapping[str, tuple[Shape, Piece]]
    pieces: tuple[Piece, ...]

    @property
    def schema(self) -> str:
        """Loader and source."""
        return next(shape.schema for shape, _ in self.shapes.values())

    def keeps(self, piece: Piece) -> bool:
        """Whether a table is the loader's own: what it has done, or where it prepares what it loads."""
        dataset, _, table = piece.table.rpartition(".")
        beside = dataset in (self.dataset, self.dataset + STAGING)
        return piece.path == self.path and beside and (dataset != self.dataset or table.startswith("_"))


def loaded_in(pieces: Sequence[Piece]) -> tuple[list[Loaded], list[Piece]]:
    """What loaders have filled, and the tables that they have not."""
    found: list[Loaded] = []
    taken: set[Piece] = set()
    for (path, scheme, dataset), group in _groups(pieces).items():
        for shapes in _sources(group):
            if not {piece for _, piece in shapes.values()} & taken:
                found.append(Loaded(path, scheme, dataset, shapes, tuple(group.values())))
                taken |= {piece for _, piece in shapes.values()}
    theirs = taken | {piece for one in found for piece in one.pieces if loader_of(piece.columns)}
    return found, [piece for piece in pieces if piece not in theirs and not any(one.keeps(piece) for one in found)]


def _groups(pieces: Sequence[Piece]) -> dict[tuple[str, str, str], dict[str, Piece]]:
    """Path, kind of database and dataset -> name of a table -> the piece; a folder may hold a file or a folder each."""
    found: dict[tuple[str, str, str], dict[str, Piece]] = {}
    for piece in pieces:
        for key, name in _places(piece):
            found.setdefault(key, {}).setdefault(name.lower(), piece)
    return {key: group for key, group in found.items() if not key[2].endswith(STAGING)}


def _places(piece: Piece) -> Iterator[tuple[tuple[str, str, str], str]]:
    if piece.scheme:
        dataset, _, table = piece.table.rpartition(".")
        yield (piece.path, piece.scheme, dataset), table
        return
    parent, file = os.path.split(piece.path)
    above, folder = os.path.split(parent)
    if folder:
        yield (above or ".", "", ""), folder
    if len(piece.files) == 1:
        yield (parent or ".", "", ""), Path(file).name.partition(".")[0]


def _sources(group: Mapping[str, Piece]) -> list[dict[str, tuple[Shape, Piece]]]:
    """Of each source that has filled some of the tables: table of a shop -> its shape, and the outermost table."""
    found: dict[str, dict[str, tuple[Shape, Piece]]] = {}
    for shape in shapes_told():
        name = next((one for one in shape.root.tables if one in group), "")
        if not name or loader_of(group[name].columns) != shape.schema.partition("_")[0]:
            continue
        if _met(shape, group[name]) >= MET:
            found.setdefault(shape.schema, {}).setdefault(shape.table, (shape, group[name]))
    return sorted(found.values(), key=lambda shapes: -sum(_met(*one) for one in shapes.values()))


def _met(shape: Shape, piece: Piece) -> int:
    """How many columns of a table its format speaks of, or their ends, which follow an object."""
    words = words_of(load_format(shape.format, shape.table))
    starts = [start for start in shape.root.under.values() if start]
    names = {
        re.sub("^(" + "|".join(starts) + ")", "", name.lower()) if starts else name.lower() for name in piece.columns
    }
    return len(words & {step for name in names for step in (name, *name.split("__"))} - {"id"})
