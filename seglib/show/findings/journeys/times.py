"""The time between stages, in sentences."""

from __future__ import annotations

from typing import Any

import pandas as pd

from seglib.language.messages import gettext as _
from seglib.language.messages import mark, ngettext
from seglib.language.naming import EVERYONE
from seglib.language.words import count, days, plural
from seglib.show.findings.clauses import closed
from seglib.show.findings.missing import FEW

__all__ = ["span", "time_rows", "times_between"]

HOUR = 1 / 24
HEADINGS = (
    *(mark("Step"), mark("People"), mark("Took it"), mark("Not yet"), mark("A quarter within"), mark("Median")),
    *(mark("Three quarters within"), mark("Half of all")),
)  # told by words.label


def span(value: Any) -> str:
    """Length of time, in minutes and hours below a day.

    Examples
    --------
    >>> span(0.0003), span(0.01), span(0.5), span(1.0), span(45.2), span(None)
    ('under a minute', '14 minutes', '12 hours', '1 day', '45 days', '–')
    """
    if pd.isna(value) or value >= 1:
        return days(value)
    if value < HOUR:
        minutes = round(value * 1440)
        return plural(minutes, "minute") if minutes else _("under a minute")
    return plural(round(value * 24), "hour")


def time_rows(table: pd.DataFrame) -> pd.DataFrame:
    """Times of each step in words; the last column counts those still on their way.

    Examples
    --------
    >>> table = pd.DataFrame({"from_stage": ["cart"], "to_stage": ["first order"], "people": [9]})
    >>> table = table.assign(reached=3, censored=6, lower_days=0.5, median_days=1.0, upper_days=3.0, half_days=None)
    >>> time_rows(table)[["step", "median", "half_of_all"]].values.tolist()
    [['cart to first order', '1 day', 'not reached']]
    """
    rows = [
        {
            "step": _("{before} to {stage}", before=_(row["from_stage"]), stage=_(row["to_stage"])),
            "people": row["people"],
            "took_it": row["reached"],
            "not_yet": row["censored"],
            "a_quarter_within": span(row["lower_days"]),
            "median": span(row["median_days"]),
            "three_quarters_within": span(row["upper_days"]),
            "half_of_all": _("not reached") if pd.isna(row["half_days"]) else span(row["half_days"]),
        }
        for row in table.to_dict("records")
    ]
    return pd.DataFrame(rows)


def times_between(table: pd.DataFrame) -> str:
    """How long the step to the second order takes, or the slowest step, with those still on their way.

    Examples
    --------
    >>> table = pd.DataFrame({"group": [EVERYONE], "from_stage": ["first order"], "to_stage": ["repeat"]})
    >>> table = table.assign(people=80, reached=60, censored=20, lower_days=20.0, median_days=49.0, upper_days=90.0)
    >>> times_between(table)
    'From first order to repeat half take 49 days or less (60 people); 20 of 80 have not got there yet.'
    """
    rows = table[(table["group"] == EVERYONE) & (table["reached"] > 0)] if len(table) else table
    if rows.empty:
        return _("No step from one stage to the next is in the records, so no time can be told.")
    repeat = rows[rows["to_stage"] == "repeat"]
    row: Any = (repeat if len(repeat) else rows.sort_values("median_days", ascending=False)).iloc[0]
    way = {"before": _(row["from_stage"]), "stage": _(row["to_stage"])}
    n = int(row["reached"])
    late = _("{n} of {all} have not got there yet", n=count(row["censored"]), all=count(row["people"]))
    if n < FEW:
        few = ngettext(
            "From {before} to {stage} only {n} person is known, too few to tell a time",
            "From {before} to {stage} only {n} people are known, too few to tell a time",
            n,
            **way,
            n=count(n),
        )
        return closed(few, late)
    half = ngettext(
        "From {before} to {stage} half take {time} or less ({n} person)",
        "From {before} to {stage} half take {time} or less ({n} people)",
        n,
        **way,
        time=span(row["median_days"]),
        n=count(n),
    )
    return closed(half, late)
