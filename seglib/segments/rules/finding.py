"""Rules of a book run over the people: who is in which segment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from seglib.segments.rules.evaluating import Frame, evaluate
from seglib.segments.rules.kinds import kinds_of
from seglib.segments.rules.memberships import Memberships
from seglib.segments.rules.parts import parts_of
from seglib.segments.rules.rulebook import CALL_NEEDS, CheckedSegment, RuleBook, in_order

__all__ = ["find_members"]


def find_members(
    people: pd.DataFrame,
    book: RuleBook,
    *,
    measured: pd.DataFrame | None = None,
    as_of: dt.date,
    priority: Sequence[str] = (),
) -> Memberships:
    """Who is in which segment.

    Parameters
    ----------
    people : DataFrame
        A row a person, indexed by customer_id; columns of :data:`seglib.tables.measures.PEOPLE` and others.
    book : RuleBook
    measured : DataFrame
        What :meth:`RuleBook.calls` asks for: a column each :attr:`seglib.tables.measures.Call.column`, indexed as the
        people.
    as_of : date
        What ``as_of`` means in a rule.
    priority : sequence of str
        Segments that come first where one segment a customer is wanted.

    Returns
    -------
    Memberships

    Raises
    ------
    InputError
        Faults of rules against the columns there are; unknown names in priority.

    Examples
    --------
    >>> from seglib.segments.rules.rulebook import Segment
    >>> people = pd.DataFrame({"frequency": [1, 5, None]}, index=pd.Index(["ann", "bob", "eve"], name="customer_id"))
    >>> found = find_members(people, RuleBook((Segment("Regulars", rule="frequency > 2"),)), as_of=dt.date(2024, 1, 1))
    >>> found.table.values.tolist(), found.summary["unknown"].tolist()
    ([['bob', 'Regulars']], [1])
    """
    frame = Frame(people, measured)
    checked = [_with_calls(one, frame) for one in book.check(kinds_of(people), as_of=as_of)]
    asked = [one for one in checked if not one.missing and one.segment.kind == "dynamic"]
    found = evaluate(frame, [one.condition for one in asked])
    holds = {one.segment.name: _holds(found.column(f"e{i}")) for i, one in enumerate(asked)}
    parts = [part for one in checked for part in parts_of(one, holds.get(one.segment.name), people)]
    return Memberships(frame, parts, as_of=as_of, priority=priority)


def _holds(values: object) -> tuple[np.ndarray, int]:
    """For whom a rule holds, and of how many it is not known."""
    return values.fill_null(False).to_numpy().astype(bool), int(values.null_count)  # type: ignore[attr-defined]


def _with_calls(one: CheckedSegment, frame: Frame) -> CheckedSegment:
    """The segment, lacking what nobody measured for it."""
    lacking = {CALL_NEEDS[call.function] for call in one.calls if call.column not in frame.measured}
    return replace(one, missing=in_order({*one.missing, *lacking}))
