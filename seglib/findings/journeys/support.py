"""Who is waiting for support, in sentences."""

from __future__ import annotations

from typing import Any

import pandas as pd

from seglib.findings.journeys.stages import span
from seglib.findings.missing import not_available
from seglib.words import count, days, percent, plural

__all__ = ["answer_times", "support_waiting"]

FEW = 30


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
        return f"None of {requests} is open."
    never = "" if pd.isna(row["unanswered"]) else f", {count(row['unanswered'])} never answered"
    longest = days(row["longest_waiting_days"])
    if row["open"] == 1:
        return f"1 of {requests} is open, for {longest}."
    wait = f"half of them wait {days(row['median_waiting_days'])} or longer, one {longest}"
    who = plural(int(row["people"]), "person", "people")
    return f"{count(row['open'])} of {requests}, of {who}, are open{never}; {wait}."


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
    requests, soon = plural(int(row["tickets"]), "request"), f"{percent(row['day_share'])} within a day"
    if row["tickets"] < FEW:
        return f"{requests} {'is' if row['tickets'] == 1 else 'are'} too few to tell how long an answer takes."
    if pd.isna(row["half_days"]):
        return f"Fewer than half of {requests} have been answered, {soon}."
    known = pd.notna(row["low_days"]) and pd.notna(row["high_days"])
    sure = f" (95% interval {span(row['low_days'])} to {span(row['high_days'])})" if known else ""
    return f"Half of {requests} are answered within {span(row['half_days'])}{sure}; {soon}."
