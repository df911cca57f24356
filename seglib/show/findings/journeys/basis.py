"""Who is counted: key numbers, sample sizes, and those who stand beside the stages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from seglib.language.messages import gettext as _
from seglib.language.messages import mark, ngettext
from seglib.language.naming import EVERYONE
from seglib.language.words import count, date, joined, label, percent, plural
from seglib.language.words import days as in_days

__all__ = ["basis", "counted", "key_numbers", "states"]

SIZES: dict[str, Callable[[int], str]] = {
    "first order": lambda n: plural(n, "first order"),
    "person": lambda n: plural(n, "person", "people"),
    "customer": lambda n: plural(n, "customer"),
    "session": lambda n: plural(n, "session"),
    "request": lambda n: plural(n, "request"),
    "answer": lambda n: plural(n, "answer"),
    "product put into a cart": lambda n: plural(n, "product put into a cart", "products put into carts"),
}
# a state beside the stages: its name, and its share
STATES = {
    "lead": (mark("Leads"), mark("{share} of the contacts")),
    "dormant": (mark("Dormant"), mark("{share} of the customers")),
}


def key_numbers(stages: pd.DataFrame, states: pd.DataFrame) -> dict[str, str]:
    """People at each stage, then at each state beside them.

    Examples
    --------
    >>> table = pd.DataFrame({"group": EVERYONE, "stage": ["visit", "cart"], "people": [4, 1], "share": [None, 0.25]})
    >>> key_numbers(table, pd.DataFrame({"state": ["lead"], "people": [3], "share": [0.3]}))
    {'Visit': '4', 'Cart': '1\\n25% of the stage before', 'Leads': '3\\n30% of the contacts'}
    """
    rows = stages[stages["group"] == EVERYONE] if len(stages) else stages
    told = {}
    for row in rows.to_dict("records"):
        below = _below(row)
        told[label(row["stage"])] = "\n".join(filter(None, (count(row["people"]), below)))
    for row in states.to_dict("records"):
        if row["state"] in STATES and pd.notna(row["share"]):
            title, share = STATES[row["state"]]
            told[_(title)] = f"{count(row['people'])}\n{_(share, share=percent(row['share']))}"
    return told


def _below(row: dict[Any, Any]) -> str:
    if pd.isna(row["share"]):
        return ""
    if not row.get("since_days"):
        return _("{share} of the stage before", share=percent(row["share"]))
    return _(
        "{share} of the stage before first seen {days} ago or longer",
        share=percent(row["share"]),
        days=in_days(int(row["since_days"])),
    )


def basis(n: Any, noun: str, as_of: Any, *, days: float = 0) -> str:
    """Sample size and period of a figure.

    Parameters
    ----------
    n : int
        How many; missing is none.
    noun : str
        Of what, as one of them is called.
    as_of : date
        Last day analysed.
    days : float
        Length of the period; 0 is the whole history.

    Examples
    --------
    >>> basis(2, "person", pd.Timestamp("2025-01-01")), basis(1200, "request", pd.Timestamp("2025-01-01"), days=30)
    ('2 people; the whole history up to 1 January 2025.', '1,200 requests; the 30 days up to 1 January 2025.')
    """
    how_many = 0 if pd.isna(n) else int(n)
    size = SIZES[noun](how_many) if noun in SIZES else plural(how_many, noun)
    if not days:
        return _("{size}; the whole history up to {date}.", size=size, date=date(as_of))
    return ngettext(
        "{size}; the {n} day up to {date}.",
        "{size}; the {n} days up to {date}.",
        round(days),
        size=size,
        n=count(days),
        date=date(as_of),
    )


def counted(table: pd.DataFrame, noun: str, as_of: Any, column: str = "people") -> pd.DataFrame:
    """The table with its basis in ``attrs["basis"]``, where ``display.figure(..., of=table)`` finds it.

    Parameters
    ----------
    table : DataFrame
        Small table; it is not changed.
    noun, as_of
        As for :func:`basis`.
    column : str
        Its largest value is how many there are.

    Examples
    --------
    >>> counted(pd.DataFrame({"people": [9, 4]}), "person", pd.Timestamp("2025-01-01")).attrs["basis"]
    '9 people; the whole history up to 1 January 2025.'
    """
    told = table.copy(deep=False)
    told.attrs = {**table.attrs, "basis": basis(table[column].max() if len(table) else 0, noun, as_of)}
    return told


def states(table: pd.DataFrame) -> str:
    """Leads and dormant customers, and whom the stages leave out.

    Examples
    --------
    >>> states(pd.DataFrame({"state": ["lead"], "people": [3], "of": [30], "share": [0.1]}))
    'Beside the stages stand 3 contacts who have never ordered (10% of the contacts).'
    """
    told = [_state(row) for row in table.to_dict("records") if row["people"]]
    if not told:
        return _("Nobody stands beside the stages.")
    return _("Beside the stages stand {states}.", states=joined(told))


def _state(row: Any) -> str:
    n, told = int(row["people"]), {"n": count(row["people"]), "share": percent(row["share"])}
    match row["state"]:
        case "lead":
            return ngettext(
                "{n} contact who has never ordered ({share} of the contacts)",
                "{n} contacts who have never ordered ({share} of the contacts)",
                n,
                **told,
            )
        case "dormant":
            return ngettext(
                "{n} customer silent for much longer than usual ({share} of the customers)",
                "{n} customers silent for much longer than usual ({share} of the customers)",
                n,
                **told,
            )
        case "early":
            return ngettext(
                "{n} person first seen too early to be called new ({share} of those first seen)",
                "{n} people first seen too early to be called new ({share} of those first seen)",
                n,
                **told,
            )
        case "unseen":
            return ngettext(
                "{n} customer whom the events do not show ({share} of the customers)",
                "{n} customers whom the events do not show ({share} of the customers)",
                n,
                **told,
            )
    return ngettext(
        "{n} customer who had ordered before the events first show them ({share} of the customers)",
        "{n} customers who had ordered before the events first show them ({share} of the customers)",
        n,
        **told,
    )
