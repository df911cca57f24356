"""How tables relate: columns that may be keys of each other, and how far their values meet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import ibis

from seglib.intake.formats import normalised
from seglib.intake.relations import MEETS
from seglib.intake.surveying.key_columns import KeyColumns
from seglib.intake.surveying.kinds import Told, named
from seglib.intake.surveying.pieces import Piece, entity

__all__ = ["Meeting", "Relation"]

GENERIC = ("id", "uuid", "key", "code", "number", "no", "nr", "rowguid", "pk")
KEYS = ("id", "key", "code", "number", "no", "nr", "uuid", "sku", "email", "guid", "ref")
_Pair = tuple[Piece, str, Piece, str]
SAME = ("customer_id", "order_id", "product_id", "email")  # canonical columns that may be keys of another table


@dataclass(frozen=True)
class Relation:
    """A column whose values are keys of another table.

    ``found`` of the ``of`` different values looked at are there. Of the right table's ``values``, ``repeated`` stand on
    several rows; ``exact`` where all of its rows were looked at.
    """

    left: Piece
    column: str
    right: Piece
    key: str
    found: int
    of: int
    values: int
    repeated: int
    exact: bool

    @property
    def share(self) -> float:
        """Of the values looked at, those that are found."""
        return self.found / self.of if self.of else 0.0

    @property
    def joins(self) -> bool:
        """Whether the right table can be joined without multiplying rows."""
        return self.share >= MEETS and not self.repeated

    def told(self) -> str:
        """In one sentence, with numbers."""
        names = f"{self.left.name} {self.column} = {self.right.name} {self.key}"
        meet = f"{self.found:,} of {self.of:,} values looked at are found ({self.share:.0%})"
        twice = f"; {self.repeated:,} of {self.values:,} keys stand on several rows" if self.repeated else ""
        return f"{names}: {meet}{twice}{'' if self.exact else ', by the first rows alone'}"


class Meeting:
    """Relations between tables, measured when first asked for.

    Parameters
    ----------
    tables : mapping
        Table -> what it is.
    engine : ibis backend
        Embedded DuckDB.
    """

    def __init__(self, tables: Mapping[Piece, Told], engine: ibis.BaseBackend) -> None:
        self.tables = tables
        self._usual = {piece: _usual(piece, told) for piece, told in tables.items()}
        self._candidates = list(_candidates(tables, self._usual))
        wanted = {piece: set(usual.values()) for piece, usual in self._usual.items()}
        for left, column, right, key in self._candidates:
            wanted[left].add(column)
            wanted[right].add(key)
        self._keys = KeyColumns(wanted, engine)
        self.measured = cache(self._measured)

    def between(self, left: Piece, right: Piece) -> Relation | None:
        """The relation of two tables whose keys meet best; None where no column of one may be a key of the other."""
        there = [(c, k) for one, c, other, k in self._candidates if one is left and other is right]
        found = [self.measured(left, column, right, key) for column, key in there]
        return max(found, key=lambda one: (one.joins, one.share), default=None)

    def all(self) -> list[Relation]:
        """Relations whose keys meet, each pair of tables once, to the table that the key is the number of.

        Large tables that nothing has asked for so far are not read for it.
        """
        known = (one for one in self._candidates if not one[2].large or self._keys.has_read(one[2]))
        likely = (one for one in known if not self._keys.repeats_at_once(one[2], one[3])[1])
        pairs = dict.fromkeys((left, right) for left, _, right, _ in likely)
        found = [one for left, right in pairs if (one := self.between(left, right)) and one.joins]
        back = {(one.right, one.left): one for one in found}
        weaker = {one for one in found if (other := back.get((one.left, one.right))) and _weight(one) < _weight(other)}
        kept = [one for one in found if one not in weaker]
        keys = {(one.left, one.column) for one in kept}  # what is a key of another table is not looked up here
        return [one for one in kept if (one.right, one.key) not in keys]

    def by(self, meaning: str, left: Piece, right: Piece) -> Relation | None:
        """The relation of two tables by the columns of one meaning, such as ``"order_id"``."""
        column, key = self._usual[left].get(meaning), self._usual[right].get(meaning)
        return self.measured(left, column, right, key) if column and key else None

    def repeats(self, piece: Piece, column: str) -> tuple[int, int]:
        """How many values a column has, and how many of them stand on several rows."""
        return self._keys.repeats(piece, column)[:2]

    def _measured(self, left: Piece, column: str, right: Piece, key: str) -> Relation:
        values, repeated, exact = self._keys.repeats(right, key)
        found, of = self._keys.found(left, column, right, key)
        return Relation(left, column, right, key, found, of, values, repeated, exact)


def _weight(relation: Relation) -> tuple[float, bool, int, str]:
    """Which way round a relation is told: the way that finds more, to the table that is called after the key."""
    called = normalised(relation.key).startswith(entity(relation.right.stem))
    return relation.share, called, relation.left.rows, relation.left.name


def _candidates(tables: Mapping[Piece, Told], usual: Mapping[Piece, Mapping[str, str]]) -> Iterator[_Pair]:
    """Columns that may be keys: of one name, called after the table (customer_id, id), or of one meaning."""
    by_name: dict[str, list[tuple[Piece, str]]] = {}
    for piece in tables:
        for column in piece.columns:
            if piece.examples[column]:
                by_name.setdefault(normalised(column), []).append((piece, column))
    for right in tables if len(tables) > 1 else ():
        for place, key in enumerate(right.columns):
            if right.examples[key] and (place == 0 or normalised(key).endswith(KEYS)):
                lefts = [one for name in _called(right, key) for one in by_name.get(name, ())]
                meant = [name for name, column in usual[right].items() if column == key]
                lefts += [(left, usual[left][name]) for name in meant for left in tables if name in usual[left]]
                yield from ((left, column, right, key) for left, column in dict.fromkeys(lefts) if left is not right)


def _called(right: Piece, key: str) -> tuple[str, ...]:
    """What another table may call a key of this one."""
    name, own = normalised(key), entity(right.stem)
    if name in GENERIC:
        return own + name, own + "id", own
    return (name,) if len(right.columns) > 1 else ()


def _usual(piece: Piece, told: Told) -> dict[str, str]:
    """Canonical key -> column: of orders, and of what the table is."""
    found = {**named(piece.columns, "lines"), **told.named}
    return {
        "email" if name == "customer_id" and "mail" in normalised(column) else name: column
        for name, column in found.items()
        if name in SAME
    }
