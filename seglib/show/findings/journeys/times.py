"""The time between stages, in sentences."""

from __future__ import annotations

from typing import Any

import pandas as pd

from seglib.language.messages import gettext as _
from seglib.language.messages import mark, ngettext
from seglib.language.naming import EVERYONE
from seglib.language.words import count, time
from seglib.show.findings.clauses import closed
from seglib.show.findings.missing import FEW

__all__ = ["TIMES", "time_rows", "times_between"]

TIMES = {
    "step": mark("Step"),
    "people": mark("People"),
    "reached": mark("Took it"),
    "censored": mark("Not yet"),
    "lower_days": (mark("A quarter within"), "time"),
    "median_days": (mark("Median"), "time"),
    "upper_days": (mark("Three quarters within"), "time"),
    "half_of_all": (mark("Half of all"), "time"),
}


def time_rows(table: pd.DataFrame) -> pd.DataFrame:
    """The table with ``step`` in words and ``half_of_all``, which counts those still on their way.

    Examples
    --------
    >>> table = pd.DataFrame({"from_stage": ["cart"], "to_stage": ["first order"], "half_days": [None]})
    >>> time_rows(table)[["step", "half_of_all"]].values.tolist()
    [['cart to first order', 'not reached']]
    """
    if table.empty:
        return table
    ends = zip(table["from_stage"], table["to_stage"], strict=True)
    half = table["half_days"].astype(object).where(table["half_days"].notna(), _("not reached"))
    return table.assign(step=[_("{before} to {stage}", before=_(a), stage=_(b)) for a, b in ends], half_of_all=half)


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
        time=time(row["median_days"]),
        n=count(n),
    )
    return closed(half, late)
