"""What moved from period to period, in sentences."""

from __future__ import annotations

import pandas as pd

from seglib.language.messages import gettext as _
from seglib.language.messages import mark
from seglib.language.naming import EVERYONE
from seglib.language.words import count, month, name, number, percent
from seglib.show.findings.missing import not_available

__all__ = ["over_time", "ratings_over_time", "reason_rows", "reasons_over_time"]


SENT_BACK = mark("The share of customers who sent something back")  # as the page asks for it
HEADINGS = (mark("Reason"),)


def over_time(table: pd.DataFrame, value: str, low: str, high: str, what: str, *, shares: bool = True) -> str:
    """Whether something moved between the first and the last period, more than chance explains.

    Parameters
    ----------
    table : DataFrame
        With ``period`` and the three columns named; rows of one group.
    value, low, high : str
        Columns of the value and of its 95% interval.
    what : str
        What it is, such as "The share of customers who sent something back"; told in the language of the report.
    shares : bool
        Whether the value is a share.

    Examples
    --------
    >>> table = pd.DataFrame({"group": EVERYONE, "period": pd.to_datetime(["2024-01-01", "2024-04-01"]),
    ...     "mean": [4.0, 3.2], "low": [3.8, 3.0], "high": [4.2, 3.4]})
    >>> over_time(table, "mean", "low", "high", "The mean rating", shares=False)
    'The mean rating fell from 4.00 (from January 2024) to 3.20 (from April 2024).'
    """
    if table.empty:
        return not_available(table)
    rows = table.dropna(subset=[value]).sort_values("period", kind="stable")
    if rows["period"].nunique() < 2:
        return _("{what} cannot be followed over time: the records hold one period.", what=_(what))
    first, last = rows.iloc[0], rows.iloc[-1]
    before, after = (percent(row[value]) if shares else number(row[value], 2) for row in (first, last))
    told = {"what": _(what), "before": before, "after": after}
    told |= {"first": month(first["period"], "MMMM y"), "last": month(last["period"], "MMMM y")}
    if not (first[low] > last[high] or last[low] > first[high]):
        return _(
            "{what} has not moved by more than chance explains: {before} (from {first}), {after} (from {last}).", **told
        )
    if last[value] < first[value]:
        return _("{what} fell from {before} (from {first}) to {after} (from {last}).", **told)
    return _("{what} rose from {before} (from {first}) to {after} (from {last}).", **told)


def ratings_over_time(table: pd.DataFrame) -> str:
    """Whether the mean rating of a question moved.

    Examples
    --------
    >>> ratings_over_time(pd.DataFrame({"question": ["Stars"], "period": [pd.Timestamp("2024-01-01")], "mean": [4.0]}))
    'The mean answer to "Stars" cannot be followed over time: the records hold one period.'
    """
    what = _('The mean answer to "{question}"', question=table["question"].iloc[0]) if len(table) else ""
    return over_time(table, "mean", "low", "high", what, shares=False)


def reasons_over_time(table: pd.DataFrame) -> str:
    """Whether the share of the most frequent reason moved.

    Examples
    --------
    >>> reasons_over_time(pd.DataFrame({"reason": ["Size"], "period": [pd.Timestamp("2024-01-01")], "share": [0.4]}))
    'The share of requests about Size cannot be followed over time: the records hold one period.'
    """
    if table.empty:
        return not_available(table)
    first = table["reason"].iloc[0]
    rows = table[table["reason"] == first]
    what = _("The share of requests about {reason}", reason=name(first))
    return over_time(rows, "share", "low_share", "high_share", what)


def reason_rows(table: pd.DataFrame, top: int = 8) -> pd.DataFrame:
    """One row a reason, one column a period, the last ones: its share of the requests.

    Examples
    --------
    >>> table = pd.DataFrame({"group": EVERYONE, "reason": ["Size", "Late"], "period": pd.Timestamp("2024-04-01")})
    >>> reason_rows(table.assign(share=[0.75, 0.25], of=40))
      reason From Apr 2024 (40)
    0   Size                75%
    1   Late                25%
    """
    rows = table[table["group"] == EVERYONE] if len(table) else table
    if rows.empty:
        return pd.DataFrame()
    reasons = list(dict.fromkeys(rows["reason"]))
    wide = pd.DataFrame({"reason": [name(reason) for reason in reasons]})
    for period in sorted(rows["period"].unique())[-top:]:
        inside = rows[rows["period"] == period].set_index("reason")
        heading = _("From {month} ({n})", month=month(period), n=count(inside["of"].iloc[0]))
        wide[heading] = [percent(inside["share"].get(reason)) for reason in reasons]
    return wide
