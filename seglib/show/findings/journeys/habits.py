"""When and where each group buys, in sentences."""

from __future__ import annotations

from typing import Any

import pandas as pd

from seglib.language.messages import gettext as _
from seglib.language.messages import mark, ngettext
from seglib.language.naming import EVERYONE, WEEKDAYS
from seglib.language.words import count, name, number, percent, plural
from seglib.show.findings.missing import FEW, not_available

__all__ = ["favourite", "preferences", "preferred", "weekday_by_hour"]

MOST = {
    "weekday": mark("{group} place {share} of their {orders} on {value}, {times} times the share of everyone."),
    "hour": mark("{group} place {share} of their {orders} at {value}, {times} times the share of everyone."),
    "channel": mark("{group} place {share} of their {orders} via {value}, {times} times the share of everyone."),
}
ALONE = {
    "weekday": mark("{share} of {orders} come on {value}; no group has enough orders to compare."),
    "hour": mark("{share} of {orders} come at {value}; no group has enough orders to compare."),
    "channel": mark("{share} of {orders} come via {value}; no group has enough orders to compare."),
}
ALIKE = {
    "weekday": mark("No group differs from everyone in its weekday by more than chance explains."),
    "hour": mark("No group differs from everyone in its hour by more than chance explains."),
    "channel": mark("No group differs from everyone in its channel by more than chance explains."),
}
HEADINGS = (mark("Weekday"), mark("Hour"), mark("Channel"), mark("Orders"))


def _value(value: Any, by: str) -> str:
    return _hour(value) if by == "hour" else name(value)


def _hour(value: Any) -> str:
    return f"{int(value)}:00"


def preferences(table: pd.DataFrame, by: str = "weekday") -> str:
    """Which group differs most clearly from everyone.

    Examples
    --------
    >>> table = pd.DataFrame({"group": [EVERYONE, "Owls"], "value": "Friday", "orders": [30, 20], "of": [100, 40],
    ...     "share": [0.3, 0.5], "index": [100.0, 166.7], "differs": [False, True]})
    >>> preferences(table)
    'Owls place 50% of their 40 orders on Friday, 1.7 times the share of everyone.'
    """
    if table.empty:
        return not_available(table)
    groups = table[table["group"] != EVERYONE]
    if groups.empty:
        top: Any = table.loc[table["orders"].idxmax()]
        if top["of"] < FEW:
            return ngettext(
                "{n} order is too few to tell a favourite.",
                "{n} orders are too few to tell a favourite.",
                int(top["of"]),
                n=count(top["of"]),
            )
        return _(ALONE[by], **_told(top, by))
    clear = groups[groups["differs"].astype(bool) & (groups["index"] > 100)]
    if clear.empty:
        return _(ALIKE[by])
    surplus = clear["orders"] - clear["of"] * clear["share"] / (clear["index"] / 100)
    row: Any = clear.loc[surplus.idxmax()]
    return favourite(row, by)


def favourite(row: Any, by: str) -> str:
    """What a group does more often than everyone: one row of the table in words."""
    return _(MOST[by], **_told(row, by), group=name(row["group"]), times=number(row["index"] / 100, 1))


def _told(row: Any, by: str) -> dict[str, str]:
    return {
        "share": percent(row["share"]),
        "orders": plural(int(row["of"]), "order"),
        "value": _value(row["value"], by),
    }


def preferred(by_weekday: pd.DataFrame, by_hour: pd.DataFrame, by_channel: pd.DataFrame) -> pd.DataFrame:
    """One row a group: its busiest weekday, hour and channel, with share of its orders and index against everyone.

    Examples
    --------
    >>> week = pd.DataFrame({"group": ["a"], "value": ["Friday"], "orders": [9], "of": [10], "share": [0.9],
    ...     "index": [150.0], "differs": [True]})
    >>> preferred(week, week.head(0), week.head(0)).values.tolist()
    [['a', 10, 'Friday (90%, index 150)']]
    """
    tables = {"weekday": by_weekday, "hour": by_hour, "channel": by_channel}
    groups = list(dict.fromkeys(group for table in tables.values() if len(table) for group in table["group"]))
    rows = []
    for group in groups:
        row: dict[str, Any] = {"group": name(group), "orders": 0}
        for by, table in tables.items():
            inside = table[table["group"] == group] if len(table) else table
            if len(inside):
                row["orders"] = max(row["orders"], int(inside["of"].iloc[0]))
                row[by] = _favourite(inside, by)
        rows.append(row)
    return pd.DataFrame(rows).fillna("") if rows else pd.DataFrame()


def _favourite(inside: pd.DataFrame, by: str) -> str:
    top: Any = inside.loc[inside["orders"].idxmax()]
    value, share = _value(top["value"], by), percent(top["share"])
    if top["group"] == EVERYONE:
        return f"{value} ({share})"
    return _("{value} ({share}, index {index})", value=value, share=share, index=count(top["index"]))


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
        return ngettext(
            "{n} order is too few to tell when customers buy.",
            "{n} orders are too few to tell when customers buy.",
            total,
            n=count(total),
        )
    top: Any = everyone.loc[everyone["orders"].idxmax()]
    return _(
        "The busiest hour of the week is {weekday} at {hour}, with {n} of {orders}.",
        weekday=_(WEEKDAYS[int(top["weekday"])]),
        hour=_hour(top["hour"]),
        n=count(top["orders"]),
        orders=plural(total, "order"),
    )
