"""What goes into the shaping of a table beside its rows, and what comes out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import ibis.expr.types as ir

from seglib.intake.doubts import Doubt

__all__ = ["Shaped", "Wishes"]


@dataclass(frozen=True)
class Shaped:
    """A canonical table; rows left out and lines added (each why, rows, amount); columns that the file lacks.

    ``columns`` says from what each column was read and why, ``unused`` what nothing was read from, ``statuses`` what
    the values of a status were taken for, ``doubts`` what may be wrong with all that; ``holds`` what must hold between
    columns of the file, and in how many rows it does; ``unread`` are guessed columns that could not be read (column,
    header, why each).
    """

    table: ir.Table
    skipped: Sequence[Mapping[str, Any]] = ()
    added: Sequence[Mapping[str, Any]] = ()
    lacking: Sequence[str] = ()
    columns: Sequence[Mapping[str, Any]] = ()
    unused: Sequence[str] = ()
    doubts: Sequence[Doubt] = ()
    statuses: Sequence[Mapping[str, Any]] = ()
    holds: Sequence[Mapping[str, Any]] = ()
    unread: Sequence[Mapping[str, str]] = ()

    @property
    def notes(self) -> list[str]:
        """What was decided about rows that did not fit, with an example."""
        return [
            f"{one['why']}: {one['rows']:,}, such as {one['example']!r}." for one in self.skipped if "example" in one
        ]


@dataclass(frozen=True)
class Wishes:
    """What the user says of one source: how its columns are meant (:data:`READ`), what values of its status mean.

    ``nobody`` are ids that stand for no customer, None where nothing is said of that; ``pending`` is what becomes of
    orders that are not paid: keep, fulfilled (only those that were delivered) or drop, as where it is empty;
    ``companies`` that customers are companies, so that lines are looked at for the one that bought.
    """

    read: Mapping[str, str] = field(default_factory=dict)
    states: Mapping[str, str] = field(default_factory=dict)
    nobody: Sequence[str] | None = None
    pending: str = ""
    companies: bool = False
