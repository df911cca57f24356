"""When and where each group buys, in sentences."""

from __future__ import annotations

from typing import Any

import pandas as pd

from seglib.findings.missing import not_available
from seglib.words import count, number, percent, plural

__all__ = ["preferences", "preferred", "weekday_by_hour"]

EVERYONE = "Everyone"
FEW = 30
AT = {"weekday": "on", "hour": "at", "channel": "via"}
NOUNS = {"weekday": "weekday", "hour": "hour", "channel": "channel"}


def _value(value: Any, by: str) -> str:
    return f"{int(value)}:00" if by == "hour" else str(value)


def preferences(table: pd.DataFrame, by: str = "weekday") -> str:
    """Which group differs most clearly from everyone.

    Examples
    --------
    >>> table = pd.DataFrame({"group": [EVERYONE, "Owls"], "value": "Friday", "orders": [30, 20], "of": [100, 40],
    ...     "share": [0.3, 0.5], "index": [100.0, 166.7], "clear": [False, True]})
    >>> preferences(table)
    'Owls place 50% of their 40 orders on Friday, 1.7 times the share of everyone.'
    """
    if table.empty:
        return not_available(table)
    groups = table[table["group"] != EVERYONE]
    if groups.empty:
        top: Any = table.loc[table["orders"].idxmax()]
        if top["of"] < FEW:
            return f"{plural(int(top['of']), 'order')} {'is' if top['of'] == 1 else 'are'} too few to tell a favourite."
        told = f"{percent(top['share'])} of {plural(int(top['of']), 'order')} come {AT[by]} {_value(top['value'], by)}"
        return f"{told}; no group has enough orders to compare."
    clear = groups[groups["clear"].astype(bool) & (groups["index"] > 100)]
    if clear.empty:
        return f"No group differs from everyone in its {NOUNS[by]} by more than chance explains."
    surplus = clear["orders"] - clear["of"] * clear["share"] / (clear["index"] / 100)
    row: Any = clear.loc[surplus.idxmax()]
    what = f"{percent(row['share'])} of their {plural(int(row['of']), 'order')} {AT[by]} {_value(row['value'], by)}"
    return f"{row['group']} place {what}, {number(row['index'] / 100, 1)} times the share of everyone."


def preferred(by_weekday: pd.DataFrame, by_hour: pd.DataFrame, by_channel: pd.DataFrame) -> pd.DataFrame:
    """One row a group: its busiest weekday, hour and channel, with share of its orders and index against everyone.

    Examples
    --------
    >>> week = pd.DataFrame({"group": ["a"], "value": ["Friday"], "orders": [9], "of": [10], "share": [0.9],
    ...     "index": [150.0], "clear": [True]})
    >>> preferred(week, week.head(0), week.head(0)).values.tolist()
    [['a', 10, 'Friday (90%, index 150)']]
    """
    tables = {"weekday": by_weekday, "hour": by_hour, "channel": by_channel}
    names = list(dict.fromkeys(name for table in tables.values() if len(table) for name in table["group"]))
    rows = []
    for name in names:
        row: dict[str, Any] = {"group": name, "orders": 0}
        for by, table in tables.items():
            inside = table[table["group"] == name] if len(table) else table
            if len(inside):
                row["orders"] = max(row["orders"], int(inside["of"].iloc[0]))
                row[by] = _favourite(inside, by)
        rows.append(row)
    return pd.DataFrame(rows).fillna("") if rows else pd.DataFrame()


def _favourite(inside: pd.DataFrame, by: str) -> str:
    top: Any = inside.loc[inside["orders"].idxmax()]
    index = "" if top["group"] == EVERYONE else f", index {count(top['index'])}"
    return f"{_value(top['value'], by)} ({percent(top['share'])}{index})"


def weekday_by_hour(table: pd.DataFrame) -> str:
    """The busiest hour of the week of everyone, and of the group whose busiest hour is another.

    Examples
    --------
    >>> table = pd.DataFrame({"group": [EVERYONE] * 2, "weekday": [0, 4], "hour": [9, 20], "orders": [10, 30],
    ...     "share": [0.25, 0.75]})
    >>> weekday_by_hour(table)
    'The busiest hour of the week is Friday at 20:00, with 30 of 40 orders.'
    """
    if table.empty:
        return not_available(table)
    everyone = table[table["group"] == EVERYONE]
    total = int(everyone["orders"].sum())
    if total < FEW:
        return f"{plural(total, 'order')} {'is' if total == 1 else 'are'} too few to tell when customers buy."
    top: Any = everyone.loc[everyone["orders"].idxmax()]
    weekdays = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    when = f"{weekdays[int(top['weekday'])]} at {int(top['hour'])}:00"
    of = plural(total, "order")
    return f"The busiest hour of the week is {when}, with {count(top['orders'])} of {of}."
