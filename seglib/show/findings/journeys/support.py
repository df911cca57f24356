"""Who is waiting for support, in sentences."""

from __future__ import annotations

from typing import Any

import pandas as pd

from seglib.language.messages import gettext as _
from seglib.language.messages import ngettext
from seglib.language.words import count, days, percent, plural, time
from seglib.show.findings.clauses import closed
from seglib.show.findings.missing import FEW, not_available

__all__ = ["answer_times", "support_waiting"]


def support_waiting(table: pd.DataFrame) -> str:
    """How many requests are open and for how long, and which kind stays open most.

    Examples
    --------
    >>> table = pd.DataFrame({"group": ["Everyone", "size"], "tickets": [100, 60], "open": [8, 7], "people": [7, 6],
    ...     "unanswered": [3, 3], "share": [0.08, 0.117], "median_waiting_days": [6.0, 5.0],
    ...     "longest_waiting_days": [40.0, 40.0]})
    >>> support_waiting(table)
    '8 of 100 requests, of 7 people, are open, 3 never answered; half of them wait 6 days or longer, one 40 days.'
    """
    if table.empty:
        return not_available(table)
    row: Any = table.iloc[0]
    requests = plural(int(row["tickets"]), "request")
    if not row["open"]:
        return _("None of {requests} is open.", requests=requests)
    longest = days(row["longest_waiting_days"])
    if row["open"] == 1:
        return _("{n} of {requests} is open, for {longest}.", n=count(1), requests=requests, longest=longest)
    half = days(row["median_waiting_days"])
    wait = _("half of them wait {half} or longer, one {longest}", half=half, longest=longest)
    return closed(_open(row, requests), wait)


def _open(row: Any, requests: str) -> str:
    told = {"n": count(row["open"]), "requests": requests, "people": plural(int(row["people"]), "person", "people")}
    if pd.isna(row["unanswered"]):
        return _("{n} of {requests}, of {people}, are open", **told)
    never = count(row["unanswered"])
    return _("{n} of {requests}, of {people}, are open, {unanswered} never answered", **told, unanswered=never)


def answer_times(table: pd.DataFrame) -> str:
    """How long the first answer takes, those still waiting counted.

    Examples
    --------
    >>> table = pd.DataFrame({"group": ["Everyone"], "tickets": [100], "answered": [90], "censored": [10],
    ...     "half_days": [0.5], "low_days": [0.4], "high_days": [0.6], "day_share": [0.8]})
    >>> answer_times(table)
    'Half of 100 requests are answered within 12 hours (95% interval 10 hours to 14 hours); 80% within a day.'
    """
    if table.empty:
        return not_available(table)
    row: Any = table.iloc[0]
    if row["tickets"] < FEW:
        return ngettext(
            "{n} request is too few to tell how long an answer takes.",
            "{n} requests are too few to tell how long an answer takes.",
            int(row["tickets"]),
            n=count(row["tickets"]),
        )
    told = {"requests": plural(int(row["tickets"]), "request"), "share": percent(row["day_share"])}
    if pd.isna(row["half_days"]):
        return _("Fewer than half of {requests} have been answered, {share} within a day.", **told)
    told["half"] = time(row["half_days"])
    if pd.isna(row["low_days"]) or pd.isna(row["high_days"]):
        return _("Half of {requests} are answered within {half}; {share} within a day.", **told)
    return _(
        "Half of {requests} are answered within {half} (95% interval {low} to {high}); {share} within a day.",
        **told,
        low=time(row["low_days"]),
        high=time(row["high_days"]),
    )
