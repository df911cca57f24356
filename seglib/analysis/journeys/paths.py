"""Paths: the most frequent sequences of events, and how many of them ended in an order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
import pandas as pd

from seglib.language.messages import mark
from seglib.tables.intervals import with_shares
from seglib.tables.measures import EVENT_KINDS
from seglib.tables.small_tables import empty, frame

if TYPE_CHECKING:
    from ibis.expr.types import Table

__all__ = ["paths"]

LETTERS = {kind: letter for kind, letter in zip(EVENT_KINDS, "abcdefgh", strict=False) if kind != "other"}
STEP, MORE, AT_ONCE = " → ", "…", mark("purchase at once")
COLUMNS = "path values journeys journeys_share ordered ordered_share ordered_low_share ordered_high_share"


def paths(events: Table | None, *, per: str = "session", longest: int = 5, top: int = 10) -> pd.DataFrame:
    """Most frequent ways through the shop up to the first purchase of the way.

    A journey is a session, or all that a person did. Repeats of the same kind in a row count once, events after the
    first purchase and events of the kind "other" are left out, and what comes after the first ``longest`` steps is
    written as "…". Of events at the same moment the one that comes earlier in a usual visit is put first.

    Parameters
    ----------
    events : Ibis table or None
        Events with ``customer_id``, ``at``, ``event``, ``kind`` and, for sessions, ``session_id``; without it a day of
        a person is a session.
    per : {"session", "person"}
        What a journey is.
    longest, top : int
        Steps told of a path, and paths listed; the others are added up as "Other (n)".

    Returns
    -------
    DataFrame ``path``, ``values`` (paths the row stands for), ``journeys``, ``journeys_share``, ``ordered`` (that ended
    in a purchase), ``ordered_share`` with ``ordered_low_share`` and ``ordered_high_share`` (95% Wilson interval; NA
    where the events know no purchase).

    Examples
    --------
    >>> events = ibis.memtable(pd.DataFrame({"customer_id": "a", "session_id": ["1"] * 4 + ["2"], "event": "e",
    ...     "kind": ["view", "view", "cart", "purchase", "view"], "at": pd.date_range("2024-01-01", periods=5)}))
    >>> paths(events)[["path", "journeys", "ordered"]].values.tolist()
    [['view', 1, 0], ['view → cart', 1, 1]]
    """
    if events is None:
        return empty(COLUMNS, "events")
    counts = _counted(_trails(events, per), longest)
    if counts.empty:
        return empty(COLUMNS, mark("events of a known kind"))
    table = _shortened(counts, top)
    table["journeys_share"] = table["journeys"] / table["journeys"].sum()
    if not table["ordered"].sum() and frame(events.filter(events.kind == "purchase").limit(1)).empty:
        table["ordered"] = pd.array([pd.NA] * len(table), dtype="Int64")
    return with_shares(table, "ordered", "journeys", "ordered")[COLUMNS.split()]


def _trails(events: Table, per: str) -> Table:
    """One row a journey: its kinds in order of time as one letter each, so that the engine sorts short texts only."""
    day = events.customer_id.cast("string") + " " + events.at.truncate("D").cast("string")
    session = ibis.coalesce(events.session_id.cast("string"), day) if "session_id" in events.columns else day
    letter = events.kind.cases(*((kind, letter) for kind, letter in LETTERS.items()), else_=None)
    known = events.select(
        journey=events.customer_id.cast("string") if per == "person" else session, at=events.at, letter=letter
    )
    known = known.filter(known.letter.notnull())
    return known.group_by("journey").agg(trail=known.letter.group_concat("", order_by=[known.at, known.letter]))


def _counted(trails: Table, longest: int) -> pd.DataFrame:
    """Journeys of each path; the letters of a path are told as kinds at the end, when few are left."""
    bought = LETTERS["purchase"]
    way = trails.trail.re_replace(f"{bought}.*", "")
    for letter in LETTERS.values():
        way = way.re_replace(f"{letter}+", letter)
    told = trails.mutate(way=way.left(longest + 1), ordered=trails.trail.contains(bought))
    counts = frame(told.group_by("way").agg(journeys=told.count(), ordered=told.ordered.sum()))
    names = {letter: kind for kind, letter in LETTERS.items()}
    steps = [[names[letter] for letter in way[:longest]] + [MORE] * (len(way) > longest) for way in counts["way"]]
    counts["path"] = [STEP.join(kinds) or AT_ONCE for kinds in steps]
    totals = counts.groupby("path", as_index=False)[["journeys", "ordered"]].sum()
    return totals.sort_values(["journeys", "path"], ascending=[False, True], ignore_index=True)


def _shortened(counts: pd.DataFrame, top: int) -> pd.DataFrame:
    kept, rest = (counts, counts.head(0)) if len(counts) <= top + 1 else (counts.head(top), counts.iloc[top:])
    table = kept.assign(values=1)
    if len(rest):
        others = {"path": f"Other ({len(rest):,})", "values": len(rest)}
        table = pd.concat(
            [table, pd.DataFrame([others | rest[["journeys", "ordered"]].sum().to_dict()])], ignore_index=True
        )
    return table.astype({"journeys": "int64", "ordered": "Int64"})
