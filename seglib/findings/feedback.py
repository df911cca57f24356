"""What customers tell the shop, in sentences."""

from __future__ import annotations

from typing import Any

import pandas as pd

from seglib.findings.missing import not_available
from seglib.words import count, money, number, percent, plural

__all__ = [
    "answers",
    "over_time",
    "ratings",
    "ratings_over_time",
    "reason_rows",
    "reasons_over_time",
    "returns",
    "ticket_reasons",
]

EVERYONE = "Everyone"
FEW = 30


def _extremes(groups: pd.DataFrame, value: str) -> tuple[Any, Any] | None:
    """Groups with the highest and the lowest value; None unless one of the two differs from everybody else."""
    known = groups.dropna(subset=[value]).sort_values(value, kind="stable")
    if len(known) < 2 or known["group"].duplicated().any():
        return None
    least, most = known.iloc[0], known.iloc[-1]
    return (most, least) if most["differs"] or least["differs"] else None


def answers(table: pd.DataFrame) -> str:
    """The answer in which two groups are furthest apart, else the clearest answer of all.

    Examples
    --------
    >>> table = pd.DataFrame({"group": EVERYONE, "question": "Tasty", "answer": ["no", "yes"], "answers": [10, 30],
    ...     "people": 40, "share": [0.25, 0.75]})
    >>> answers(table)
    'Of 40 people asked "Tasty", 75% answered "yes".'
    """
    if table.empty:
        return not_available(table)
    apart = _furthest(table[table["group"] != EVERYONE])
    if apart is not None:
        most, least = apart
        asked = f'Asked "{most["question"]}", {percent(most["share"])} of {most["group"]} '
        told = f'({count(most["people"])} people) answered "{most["answer"]}"'
        return f"{asked}{told}, and {percent(least['share'])} of {least['group']} ({count(least['people'])})."
    rows = table[table["group"] == EVERYONE] if (table["group"] == EVERYONE).any() else table
    top: Any = rows.loc[rows["share"].idxmax()]
    who = plural(int(top["people"]), "person", "people")
    return f'Of {who} asked "{top["question"]}", {percent(top["share"])} answered "{top["answer"]}".'


def _furthest(groups: pd.DataFrame) -> tuple[Any, Any] | None:
    found, widest = None, 0.0
    for _, rows in groups.groupby(["question", "answer"], sort=False):
        pair = _extremes(rows, "share")
        if pair and pair[0]["share"] - pair[1]["share"] > widest:
            found, widest = pair, pair[0]["share"] - pair[1]["share"]
    return found


def ratings(table: pd.DataFrame) -> str:
    """The best and the worst rated question, and the question in which groups are furthest apart.

    Examples
    --------
    >>> table = pd.DataFrame({"group": EVERYONE, "question": ["Price", "Range"], "people": [50, 50], "mean": [3.1, 4.2],
    ...     "low": [2.9, 4.0], "high": [3.3, 4.4]})
    >>> ratings(table)
    'Of 2 questions answered with numbers, "Range" has the highest mean (4.20) and "Price" the lowest (3.10).'
    """
    if table.empty:
        return not_available(table)
    for _, rows in table[table["group"] != EVERYONE].groupby("question", sort=False):
        pair = _extremes(rows, "mean")
        if pair:
            most = pair[0]
            told = [f"{row['group']} {number(row['mean'], 2)} ({plural(int(row['people']), 'answer')})" for row in pair]
            return f'Asked "{most["question"]}", {told[0]} on average and {told[1]}.'
    rows = table[table["group"] == EVERYONE] if (table["group"] == EVERYONE).any() else table
    top, low = rows.loc[rows["mean"].idxmax()], rows.loc[rows["mean"].idxmin()]
    if len(rows) == 1 or top["mean"] == low["mean"]:
        who = plural(int(top["people"]), "answer")
        return f'"{top["question"]}" has a mean of {number(top["mean"], 2)} from {who}.'
    begin = f'Of {plural(len(rows), "question")} answered with numbers, "{top["question"]}" has the highest mean'
    return f'{begin} ({number(top["mean"], 2)}) and "{low["question"]}" the lowest ({number(low["mean"], 2)}).'


def returns(table: pd.DataFrame, currency: str = "") -> str:
    """How many customers send something back, and which group does most.

    Examples
    --------
    >>> table = pd.DataFrame({"group": [EVERYONE], "people": [80], "returners": [20], "share": [0.25]})
    >>> table = table.assign(returned=50.0, sales=1000.0, returned_share=0.05)
    >>> returns(table, "EUR")
    '20 of 80 customers (25%) sent something back, 5.0% of the sales (€50.00).'
    """
    if table.empty:
        return not_available(table)
    row: Any = table.iloc[0]
    who = f"{count(row['returners'])} of {plural(int(row['people']), 'customer')} ({percent(row['share'])})"
    part = f", {percent(row['returned_share'])} of the sales ({money(row['returned'], currency)})"
    begin = f"{who} sent something back{part if pd.notna(row['returned_share']) else ''}"
    groups = table[table["group"] != EVERYONE]
    pair = _extremes(groups, "share") if len(groups) else None
    if pair is None:
        return (
            f"{begin}; no group differs from the others by more than chance explains."
            if len(groups) > 1
            else f"{begin}."
        )
    told = [f"{one['group']} {percent(one['share'])}" for one in pair]
    return f"{begin}; most of all {told[0]}, least {told[1]}."


def ticket_reasons(table: pd.DataFrame) -> str:
    """What most requests are about, and the group that asks about something else.

    Examples
    --------
    >>> table = pd.DataFrame({"group": EVERYONE, "reason": ["size", "late"], "tickets": [30, 10], "of": 40,
    ...     "share": [0.75, 0.25]})
    >>> ticket_reasons(table)
    'Most of 40 requests are about size (75%).'
    """
    rows = table[table["group"] == EVERYONE] if len(table) else table
    if rows.empty:
        return not_available(table)
    top: Any = rows.iloc[0]
    most = "Most" if top["share"] > 0.5 else "The largest part"
    begin = (
        f"{most} of {plural(int(top['of']), 'request')} {'are' if top['share'] > 0.5 else 'is'} about {top['reason']}"
    )
    begin += f" ({percent(top['share'])})"
    apart = _furthest(table[table["group"] != EVERYONE].assign(question="", answer=table["reason"]))
    if apart is None:
        return f"{begin}."
    high, low = apart
    told = f"{high['reason']} is {percent(high['share'])} of the requests of {high['group']}"
    return f"{begin}; {told}, {percent(low['share'])} of those of {low['group']}."


def over_time(table: pd.DataFrame, value: str, low: str, high: str, what: str, *, shares: bool = True) -> str:
    """Whether something moved between the first and the last period, more than chance explains.

    Parameters
    ----------
    table : DataFrame
        With ``period`` and the three columns named; rows of one group.
    value, low, high : str
        Columns of the value and of its 95% interval.
    what : str
        What it is, such as "The share of customers who sent something back".
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
        return f"{what} cannot be followed over time: the records hold one period."
    first, last = rows.iloc[0], rows.iloc[-1]
    told = [percent(row[value]) if shares else number(row[value], 2) for row in (first, last)]
    when = [f"from {row['period']:%B %Y}" for row in (first, last)]
    if not (first[low] > last[high] or last[low] > first[high]):
        return f"{what} has not moved by more than chance explains: {told[0]} ({when[0]}), {told[1]} ({when[1]})."
    moved = "fell" if last[value] < first[value] else "rose"
    return f"{what} {moved} from {told[0]} ({when[0]}) to {told[1]} ({when[1]})."


def ratings_over_time(table: pd.DataFrame) -> str:
    """Whether the mean rating of a question moved.

    Examples
    --------
    >>> ratings_over_time(pd.DataFrame({"question": ["Stars"], "period": [pd.Timestamp("2024-01-01")], "mean": [4.0]}))
    'The mean answer to "Stars" cannot be followed over time: the records hold one period.'
    """
    name = f'The mean answer to "{table["question"].iloc[0]}"' if len(table) else ""
    return over_time(table, "mean", "low", "high", name, shares=False)


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
    return over_time(rows, "share", "low_share", "high_share", f"The share of requests about {first}")


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
    wide = pd.DataFrame({"reason": list(dict.fromkeys(rows["reason"]))})
    for period in sorted(rows["period"].unique())[-top:]:
        inside = rows[rows["period"] == period].set_index("reason")
        name = f"From {period:%b %Y} ({count(inside['of'].iloc[0])})"
        wide[name] = [percent(inside["share"].get(reason)) for reason in wide["reason"]]
    return wide
