"""Tables of campaigns: each arm with its differences, and what it would take where nobody was left alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pandas as pd

from seglib.language.cells import Role
from seglib.language.messages import gettext as _
from seglib.language.messages import mark
from seglib.language.naming import MESSAGE
from seglib.language.words import money, points

__all__ = ["UNTOLD", "arm_columns", "arm_rows", "untold"]

CENTS = 10  # money of which ends of an interval are told without them
LATEST = 12  # campaigns of a table
VERDICTS = {
    "more": mark("surely more"),
    "less": mark("surely fewer"),
    "dearer": mark("surely more money"),
    "cheaper": mark("surely less money"),
    "unclear": mark("not clear"),
    "before": mark("not alike before"),
    "also": mark("other campaigns too"),
    "control": mark("left alone"),
}
HEADS: dict[str, tuple[str, Role]] = {
    "sent": (mark("What they got"), ""),
    "people": (mark("People"), ""),
    "share": (mark("Ordered"), ""),
    "more": (mark("Points more"), ""),
    "verdict": (mark("Sure?"), VERDICTS),
    "revenue": (mark("Revenue a person"), "money"),
    "more_money": (mark("Money more"), ""),
    "cost_each": (mark("Cost each"), "money"),
    "cost_per": (mark("Cost of one more"), "money"),
}
UNTOLD: Mapping[str, str] = {
    "campaign": mark("Campaign"),
    "sent_at": mark("Sent"),
    "people": mark("People"),
    "alone": mark("Left alone"),
    "points": mark("Points more that would have been seen, had one in five been left alone"),
}
POINTS, ROUGH_ENDS = mark("{value} ({low} to {high})"), mark("{value} (roughly {low} to {high})")


def arm_rows(table: pd.DataFrame, currency: str = "") -> pd.DataFrame:
    """The arms of the latest campaigns as page 06 shows them, and whether chance explains their differences.

    Examples
    --------
    >>> arm_rows(pd.DataFrame()).empty
    True
    """
    if table.empty:
        return table
    table = table[table["campaign"].isin(table["campaign"].drop_duplicates().tail(LATEST))]
    verdict = ["control" if row["control"] else _verdict(row) for row in table.to_dict("records")]
    widest = table[["more_revenue_low", "more_revenue_high"]].abs().to_numpy("float64")
    tell = partial(money, currency=currency, digits=0 if (widest >= CENTS).any() else None)
    more, paid = (
        [_between(row, column, how) for row in table.to_dict("records")]
        for column, how in (("more_share", points), ("more_revenue", tell))
    )
    arm = table["arm"].where(table["arm"] != MESSAGE, _(MESSAGE))
    shown = table.assign(sent=table["campaign"] + ": " + arm, verdict=verdict, more=more, more_money=paid)
    return shown.drop(columns=["low_share", "high_share", "rough"])  # the difference is what is sure, or rough


def _verdict(row: Any) -> str:
    if row["doubt"]:
        return str(row["doubt"])
    if row["differs"]:
        return "more" if row["more_share"] > 0 else "less"
    if row["revenue_differs"]:
        return "dearer" if row["more_revenue"] > 0 else "cheaper"
    return "unclear"


def _between(row: Any, column: str, tell: Callable[[float], str]) -> str | None:
    """A difference with its interval."""
    ends = ("low_{}", "high_{}") if column == "more_share" else ("{}_low", "{}_high")
    low, high = (row[end.format(column)] for end in ends)
    if pd.isna(row[column]):
        return None
    value = f"{'+' if row[column] > 0 else ''}{tell(row[column])}"
    if pd.isna(low):
        return value
    rough = column == "more_revenue" and row["rough"]
    return _(ROUGH_ENDS if rough else POINTS, value=value, low=tell(low), high=tell(high))


def arm_columns(rows: pd.DataFrame) -> dict[str, tuple[str, Role]]:
    """Columns of the table that these campaigns tell: no cost where none is known, no money without orders."""
    told = {name: head for name, head in HEADS.items() if name in rows and rows[name].notna().any()}
    if rows.attrs.get("came") == "converted":
        told["share"] = (mark("Did what it asked for"), "")
    return told


def untold(table: pd.DataFrame) -> pd.DataFrame:
    """The latest campaigns of which nothing tells what they did, and what would have.

    Examples
    --------
    >>> untold(pd.DataFrame({"campaign": ["May"], "seen_from": [0.051]}))["points"].tolist()
    ['5.1']
    """
    latest = table.head(LATEST)
    return latest.assign(points=[points(share) for share in latest["seen_from"]]) if len(latest) else latest
