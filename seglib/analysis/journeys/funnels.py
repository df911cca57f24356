"""Funnels of events: who took an ordered list of steps, each later than the one before."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

import ibis
import pandas as pd

from seglib.errors import InputError, did_you_mean
from seglib.language import words
from seglib.language.messages import gettext as _
from seglib.language.messages import mark
from seglib.tables.intervals import with_shares
from seglib.tables.measures import EVENT_KINDS
from seglib.tables.shown import Shown
from seglib.tables.small_tables import empty, frame

if TYPE_CHECKING:
    from ibis.expr.types import BooleanValue, Table

__all__ = ["Funnel", "event_funnel", "usual_steps"]

USUAL = ("view", "cart", "checkout", "purchase")
PER = {"person": "customer_id", "session": "session_id"}
COLUMNS = "step count of share low_share high_share dropped total_share"


class Funnel(Shown):
    """The table of :func:`event_funnel`, which says itself; ``per`` is person or session."""

    def __init__(self, table: pd.DataFrame, per: str) -> None:
        self.table, self.per = table, per

    def sentence(self) -> str:
        """How many of those who took the first step took the last."""
        if self.table.empty:
            return _("There are no events.")
        first, last = self.table.iloc[0], self.table.iloc[-1]
        told = {
            "n": words.count(last["count"]),
            "all": words.count(first["count"]),
            "first": words.name(first["step"]),
            "last": words.name(last["step"]),
        }
        if self.per == "session":
            return _("{n} of {all} sessions went from {first} to {last}.", **told)
        return _("{n} of {all} persons went from {first} to {last}.", **told)

    def shown(self) -> pd.DataFrame:
        """The table."""
        return self.table


def usual_steps(events: Table | None) -> list[str]:
    """The kinds among view, cart, checkout and purchase that the events know.

    Examples
    --------
    >>> usual_steps(ibis.memtable({"kind": ["purchase", "view", "chat"], "event": ["b", "v", "c"]}))
    ['view', 'purchase']
    """
    if events is None:
        return []
    there = set(frame(events.select("kind").distinct())["kind"])
    return [kind for kind in USUAL if kind in there]


def event_funnel(
    events: Table | None, steps: Sequence[str] = (), *, per: str = "person", within_days: float | None = None
) -> Funnel:
    """How many people (or sessions) took the steps in this order, each step later in time than the one before.

    Parameters
    ----------
    events : Ibis table or None
        Events with ``customer_id``, ``at``, ``event``, ``kind``, and ``session_id`` for ``per="session"``.
    steps : sequence of str
        Kinds of events (``seglib.tables.measures.EVENT_KINDS``) or names as the shop calls them; a word that is both
        means the
        kind where any event has it. The usual steps that the events know when empty.
    per : {"person", "session"}
        Who takes the steps.
    within_days : float, optional
        The whole way must be gone within so many days of its first step; any first step will do.

    Returns
    -------
    Funnel, whose ``table`` has ``step``, ``count``, ``of`` (count of the step before), ``share`` of it with
    ``low_share`` and ``high_share`` (95% Wilson interval), ``dropped``, ``total_share`` (of the first step).

    Raises
    ------
    InputError
        A step that no event has, an unknown ``per``, or events without sessions.

    Examples
    --------
    >>> events = ibis.memtable(pd.DataFrame({"customer_id": ["a", "a", "b", "b"], "event": "e",
    ...     "kind": ["view", "cart", "cart", "view"],
    ...     "at": pd.to_datetime(["2024-01-01", "2024-01-02", "2024-01-01", "2024-01-02"])}))
    >>> event_funnel(events, ["view", "cart"])
    1 of 2 persons went from view to cart.
       step  count    of  share  low_share  high_share  dropped  total_share
    0  view      2  <NA>    NaN        NaN         NaN     <NA>          1.0
    1  cart      1     2    0.5     0.0945...   0.9054...        1          0.5
    """
    if per not in PER:
        raise InputError(f"event_funnel: per is {per!r}; expected 'person' or 'session'.")
    if events is None:
        return Funnel(empty(COLUMNS, "events"), per)
    if PER[per] not in events.columns:
        raise InputError("event_funnel: the events have no session_id. Count persons instead (per='person').")
    chosen = list(steps) or usual_steps(events)
    if not chosen:
        return Funnel(empty(COLUMNS, mark("events that view, cart, check out or purchase")), per)
    counts = _reached(_moments(events, _matches(events, chosen), PER[per]), len(chosen), within_days)
    table = pd.DataFrame({"step": chosen, "count": counts})
    table["of"] = table["count"].shift().astype("Int64")
    table["dropped"] = table["of"] - table["count"]
    table["total_share"] = table["count"] / max(1, counts[0])
    return Funnel(with_shares(table, "count", "of")[COLUMNS.split()], per)


def _matches(events: Table, steps: Sequence[str]) -> list[BooleanValue]:
    there = frame(events.select("kind", "event").distinct())
    kinds, names = set(there["kind"].dropna()), set(there["event"].dropna())
    unknown = [step for step in steps if step not in kinds | names | set(EVENT_KINDS)]
    if unknown:
        listed = sorted(kinds | names)
        raise InputError([f"event_funnel: no event is a {step!r}.{did_you_mean(step, listed)}" for step in unknown])
    as_kind = [step in kinds or step not in names for step in steps]
    return [events.kind == s if kind else events.event == s for s, kind in zip(steps, as_kind, strict=True)]


def _moments(events: Table, matches: list[BooleanValue], who: str) -> Table:
    """One row a person and moment with a flag for each step, so that rows before are strictly earlier."""
    flags = {f"is_{place}": match.fill_null(False) for place, match in enumerate(matches)}
    told = events.select(who=events[who], at=events.at, **flags)
    told = told.filter(told.who.notnull() & reduce(or_, [told[flag] for flag in flags]))
    return told.group_by(["who", "at"]).agg(**{flag: told[flag].any() for flag in flags})


def _reached(moments: Table, steps: int, within_days: float | None) -> list[int]:
    """Take the steps one by one, each with the latest first step that leads to it."""
    earlier = ibis.window(group_by="who", order_by="at", preceding=(None, 1))
    taken = moments.mutate(start_0=moments.is_0.ifelse(moments.at, None))
    for step in range(1, steps):
        taken = taken.mutate(start=taken[f"start_{step - 1}"].max().over(earlier))
        good = taken[f"is_{step}"] & taken.start.notnull()
        if within_days is not None:
            limit = ibis.interval(seconds=round(within_days * 86_400))
            good &= taken.at <= taken.start + limit
        taken = taken.mutate(**{f"start_{step}": good.ifelse(taken.start, None)}).drop("start")
    each = {f"n_{step}": taken.who.nunique(where=taken[f"start_{step}"].notnull()) for step in range(steps)}
    return [int(count) for count in frame(taken.agg(**each)).iloc[0]]
