"""Support: who is waiting, for how long, and how long an answer takes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from seglib.language.messages import mark
from seglib.language.naming import EVERYONE
from seglib.tables.intervals import half_time, kaplan_meier, with_shares
from seglib.tables.period import DAY, Period
from seglib.tables.small_tables import MIN_GROUP, empty, frame

if TYPE_CHECKING:
    from ibis.expr.types import Table

__all__ = ["answer_curve", "answer_times", "support_waiting", "ticket_times"]

EACH_COLUMNS = "customer_id opened_at answered closed open waiting_days answer_days"
WAITING_COLUMNS = (
    "group tickets open people unanswered share low_share high_share median_waiting_days longest_waiting_days"
)
TIMES_COLUMNS = "group tickets answered censored half_days low_days high_days day_share"


def ticket_times(tickets: Table | None, *, as_of: dt.date) -> pd.DataFrame:
    """How long each request has been waiting, and how long its first answer took.

    Parameters
    ----------
    tickets : Ibis table or None
        Requests with ``opened_at``; ``answered_at``, ``closed_at``, ``reason``, ``channel`` where told; where closing
        is not told, an answer ends a request.
    as_of : date
        Last day analysed; what is not answered by its end is waiting.

    Returns
    -------
    DataFrame, one row a request: ``customer_id``, ``opened_at``, ``answered``, ``closed``, ``open`` (bool),
    ``waiting_days`` (of open ones, whole days), ``answer_days`` (until the first answer, else until the request was
    closed or the records end), ``reason``, ``channel`` where told. ``answered`` and ``answer_days`` are absent where no
    ticket tells when it was answered.

    Examples
    --------
    >>> import ibis
    >>> opened = pd.to_datetime(["2024-01-01", "2024-01-05"])
    >>> tickets = ibis.memtable(pd.DataFrame({"customer_id": ["a", "b"], "opened_at": opened,
    ...     "answered_at": pd.to_datetime(["2024-01-02", None])}))
    >>> ticket_times(tickets, as_of=dt.date(2024, 1, 9))[["answered", "waiting_days", "answer_days"]].values.tolist()
    [[True, nan, 1.0], [False, 4.0, 5.0]]
    """
    if tickets is None:
        return empty(EACH_COLUMNS, "tickets")
    chosen = [
        name for name in ("ticket_id", "reason", "channel", "answered_at", "closed_at") if name in tickets.columns
    ]
    table = frame(tickets.select("customer_id", "opened_at", *chosen))
    opened, period = table["opened_at"], Period(as_of)
    ends = [name for name in ("closed_at", "answered_at") if name in table]  # without closing, an answer ends it
    closed_at = table[ends[0]] if ends else pd.Series(pd.NaT, index=table.index)
    closed_at = closed_at.where(period.known(closed_at))
    table = table.assign(closed=closed_at.notna(), open=closed_at.isna())
    table["waiting_days"] = period.days_since(opened).clip(lower=0).astype("float64").where(table["open"])
    if "answered_at" in table and table["answered_at"].notna().any():
        answered_at = table["answered_at"].where(period.known(table["answered_at"]))
        stop = answered_at.fillna(closed_at).fillna(period.end)
        table = table.assign(answered=answered_at.notna(), answer_days=((stop - opened) / DAY).clip(lower=0))
    return table


def support_waiting(
    times: pd.DataFrame, by: str = "reason", *, limits: Mapping[str, Any], min_group: int = MIN_GROUP
) -> pd.DataFrame:
    """Open and unanswered requests by reason or channel.

    Parameters
    ----------
    times : DataFrame
        From :func:`ticket_times`.
    by : str
        A column of it.
    limits : mapping
        What has waited fewer than ``support_days`` days is not counted as open.
    min_group : int
        Values that fewer people gave are not described.

    Returns
    -------
    DataFrame ``group`` (first "Everyone"), ``tickets``, ``open``, ``people`` (whose they are), ``unanswered`` (open and
    never answered; NA where answers are not told), ``share`` open with ``low_share`` and ``high_share`` (95% Wilson
    interval), ``median_waiting_days``, ``longest_waiting_days`` of the open ones.

    Examples
    --------
    >>> times = pd.DataFrame({"reason": ["size", "size"], "open": [True, False], "answered": [False, True],
    ...     "customer_id": "a", "waiting_days": [4.0, None]})
    >>> table = support_waiting(times, limits={"support_days": 0}, min_group=1)
    >>> table[["group", "tickets", "open", "unanswered"]].values.tolist()
    [['Everyone', 2, 1, 1], ['size', 2, 1, 1]]
    """
    if times.empty:
        return empty(WAITING_COLUMNS, times.attrs.get("needs", "tickets"))
    late = times.assign(open=times["open"] & (times["waiting_days"] >= limits["support_days"]))
    groups, small = _groups(late, by, min_group)
    rows = [_waiting(name, inside) for name, inside in groups]
    table = pd.DataFrame(rows, columns=[name for name in WAITING_COLUMNS.split() if "share" not in name])
    table = with_shares(table.astype({"unanswered": "Int64"}), "open", "tickets")[WAITING_COLUMNS.split()]
    table.attrs["small_groups"] = small
    return table


def _groups(times: pd.DataFrame, by: str, min_group: int) -> tuple[list[tuple[str, pd.DataFrame]], int]:
    if by not in times:
        return [(EVERYONE, times)], 0
    people = times.groupby(by, observed=True)["customer_id"].nunique()
    sizes = times[by].value_counts().sort_index().sort_values(ascending=False, kind="stable")
    named = [(str(name), times[times[by] == name]) for name in sizes.index if people[name] >= min_group]
    return [(EVERYONE, times), *named], int((people < min_group).sum())


def _waiting(group: str, times: pd.DataFrame) -> tuple[object, ...]:
    unanswered = int((times["open"] & ~times["answered"]).sum()) if "answered" in times else pd.NA
    waits = times[times["open"]]
    waiting = waits["waiting_days"].astype("float64")
    middle, longest = (waiting.median(), waiting.max()) if len(waiting) else (np.nan, np.nan)
    return group, len(times), len(waits), waits["customer_id"].nunique(), unanswered, middle, longest


def answer_times(times: pd.DataFrame, by: str = "channel", *, min_group: int = MIN_GROUP) -> pd.DataFrame:
    """Time to the first answer, counting requests that still wait for one.

    Parameters
    ----------
    times, by, min_group
        As for :func:`support_waiting`.

    Returns
    -------
    DataFrame ``group``, ``tickets``, ``answered``, ``censored`` (no answer yet, or closed without one), ``half_days``
    (after which half are answered, by Kaplan-Meier) with ``low_days`` and ``high_days`` (95%; NaN where not reached),
    ``day_share`` (answered within a day).

    Examples
    --------
    >>> times = pd.DataFrame({"answered": [True, True, False], "answer_days": [0.5, 2.0, 9.0]})
    >>> answer_times(times)[["group", "answered", "censored", "half_days"]].values.tolist()
    [['Everyone', 2, 1, 2.0]]
    """
    if times.empty or "answered" not in times:
        needs = mark("tickets that tell when they were answered") if len(times) else times.attrs.get("needs", "tickets")
        return empty(TIMES_COLUMNS, needs)
    groups, small = _groups(times, by, min_group)
    rows = []
    for name, inside in groups:
        curve = kaplan_meier(inside["answer_days"], inside["answered"])
        soon = curve.loc[curve["days"] <= 1, "share"]
        answered = int(inside["answered"].sum())
        counts = (len(inside), answered, len(inside) - answered)
        rows.append((name, *counts, *half_time(curve), float(soon.iloc[-1]) if len(soon) else 0.0))
    table = pd.DataFrame(rows, columns=TIMES_COLUMNS.split())
    table.attrs["small_groups"] = small
    return table


def answer_curve(times: pd.DataFrame) -> pd.DataFrame:
    """Share of requests answered after so many days, by Kaplan-Meier (:func:`seglib.tables.intervals.kaplan_meier`).

    Parameters
    ----------
    times : DataFrame
        From :func:`ticket_times`.

    Returns
    -------
    DataFrame ``days``, ``at_risk``, ``happened``, ``share``, ``low_share``, ``high_share``; empty where answers are not
    told.

    Examples
    --------
    >>> answer_curve(pd.DataFrame({"answered": [True, False], "answer_days": [0.5, 9.0]}))["share"].tolist()
    [0.5]
    """
    if times.empty or "answered" not in times:
        return kaplan_meier([], [])
    return kaplan_meier(times["answer_days"], times["answered"])
