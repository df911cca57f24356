"""What customers send back and ask about, in sentences."""

from __future__ import annotations

from typing import Any

import pandas as pd

from seglib.language.messages import gettext as _
from seglib.language.naming import EVERYONE
from seglib.language.words import count, money, name, percent, plural
from seglib.show.findings.clauses import closed
from seglib.show.findings.feedback.groups import extremes, furthest
from seglib.show.findings.missing import not_available

__all__ = ["returns", "ticket_reasons"]


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
    begin, groups = _sent_back(table.iloc[0], currency), table[table["group"] != EVERYONE]
    pair = extremes(groups, "share") if len(groups) else None
    if pair is None:
        alike = _("no group differs from the others by more than chance explains")
        return closed(begin, alike if len(groups) > 1 else "")
    most, least = pair
    apart = _(
        "most of all {most} {most_share}, least {least} {least_share}",
        most=name(most["group"]),
        most_share=percent(most["share"]),
        least=name(least["group"]),
        least_share=percent(least["share"]),
    )
    return closed(begin, apart)


def _sent_back(row: Any, currency: str) -> str:
    told = {
        "n": count(row["returners"]),
        "customers": plural(int(row["people"]), "customer"),
        "share": percent(row["share"]),
    }
    if pd.isna(row["returned_share"]):
        return _("{n} of {customers} ({share}) sent something back", **told)
    return _(
        "{n} of {customers} ({share}) sent something back, {sales_share} of the sales ({amount})",
        **told,
        sales_share=percent(row["returned_share"]),
        amount=money(row["returned"], currency),
    )


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
    told = {
        "requests": plural(int(top["of"]), "request"),
        "reason": name(top["reason"]),
        "share": percent(top["share"]),
    }
    if top["share"] > 0.5:
        begin = _("Most of {requests} are about {reason} ({share})", **told)
    else:
        begin = _("The largest part of {requests} is about {reason} ({share})", **told)
    apart = furthest(table[table["group"] != EVERYONE].assign(question="", answer=table["reason"]))
    return closed(begin, _asked_most(*apart) if apart else "")


def _asked_most(most: Any, least: Any) -> str:
    return _(
        "{reason} is {most_share} of the requests of {most}, {least_share} of those of {least}",
        reason=name(most["reason"]),
        most_share=percent(most["share"]),
        most=name(most["group"]),
        least_share=percent(least["share"]),
        least=name(least["group"]),
    )
