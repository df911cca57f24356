"""How the files were read, in sentences and tables: what is doubted, from which column each column was taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from seglib.language import words
from seglib.language.messages import gettext as _
from seglib.language.messages import mark, ngettext

__all__ = ["DOUBTS", "READING", "STATUSES", "doubt_rows", "doubts", "reading_rows", "status_rows", "unused", "waiting"]

LEVELS = {"stop": mark("Stop"), "ask": mark("Check"), "note": mark("Note")}
SETTLED = mark("Settled")
WHY = {
    "guess by name": mark("guessed by its name"),
    "format": mark("the format says so"),
    "shop.toml": mark("the shop says so"),
}
STATES = {
    "sale": mark("a sale"),
    "refund": mark("money back"),
    "refunded": mark("sold and given back"),
    "cancelled": mark("cancelled"),
    "pending": mark("not paid yet"),
    "failed": mark("payment failed"),
    "disputed": mark("disputed"),
    "test": mark("a test"),
    "transfer": mark("money moved, not earned"),
    "unknown": mark("not understood: left out"),
}
DOUBTS = {
    "level": mark("What to do"),
    "source": mark("File"),
    "column": mark("Column"),
    "evidence": mark("What is seen"),
    "meanwhile": mark("What happens meanwhile"),
}
READING = {
    "source": mark("File"),
    "column": mark("Column"),
    "from": mark("Read from"),
    "why": mark("Why"),
    "filled_share": mark("Filled"),
    "example": mark("Example"),
}
STATUSES = {"value": mark("Status"), "rows": mark("Rows"), "amount": mark("Money"), "state": mark("Taken for")}


def waiting(told: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Doubts that wait for an answer: no mere notes, and not settled.

    Examples
    --------
    >>> waiting([{"level": "ask", "settled": True}, {"level": "note", "settled": False}])
    []
    """
    return [one for one in told if one["level"] != "note" and not one["settled"]]


def doubts(told: Sequence[Mapping[str, Any]]) -> str:
    """How many points of the reading wait for an answer.

    Examples
    --------
    >>> doubts([])
    'Nothing in how the files were read is doubted.'
    >>> doubts([{"level": "ask", "settled": False}, {"level": "note", "settled": False}])
    'How the files were read is doubted in 1 point: until it is answered, the numbers below may be wrong.'
    """
    n = len(waiting(told))
    if not n:
        return _("Nothing in how the files were read is doubted.")
    return ngettext(
        "How the files were read is doubted in {n} point: until it is answered, the numbers below may be wrong.",
        "How the files were read is doubted in {n} points: until they are answered, the numbers below may be wrong.",
        n,
        n=words.count(n),
    )


def doubt_rows(told: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Each doubt with what is seen and what happens meanwhile, those that wait first.

    Parameters
    ----------
    told : sequence of mapping
        :attr:`seglib.Shop.doubts`.

    Examples
    --------
    >>> doubt_rows([]).empty
    True
    """
    rows = [
        {
            "level": _(SETTLED if one["settled"] else LEVELS[one["level"]]),
            "source": one["source"],
            "column": one["column"],
            "evidence": _(one["evidence"]),
            "meanwhile": _(one["meanwhile"]),
        }
        for one in sorted(told, key=lambda one: (one["settled"], list(LEVELS).index(one["level"])))
    ]
    return pd.DataFrame(rows, columns=list(DOUBTS))


def reading_rows(reading: pd.DataFrame) -> pd.DataFrame:
    """From which column of its file each column was read.

    Examples
    --------
    >>> row = {"source": "a.csv", "table": "lines", "column": "amount", "from": "Total", "why": "guess by name",
    ...     "filled": 3, "rows": 4, "example": "9.00"}
    >>> reading_rows(pd.DataFrame([row]))[["why", "filled_share"]].values.tolist()
    [['guessed by its name', 0.75]]
    """
    why = [_(WHY.get(one, one)) for one in reading["why"]]
    column = [words.label(one) for one in reading["column"]]
    return reading.assign(why=why, column=column, filled_share=reading["filled"] / reading["rows"].clip(lower=1))


def status_rows(statuses: pd.DataFrame) -> pd.DataFrame:
    """What each value of a status was taken for.

    Examples
    --------
    >>> row = {"source": "a.csv", "value": "Paid", "rows": 3, "amount": 9.0, "state": "sale", "known": True}
    >>> status_rows(pd.DataFrame([row]))["state"].tolist()
    ['a sale']
    """
    return statuses.assign(state=[_(STATES.get(one, one)) for one in statuses["state"]])


def unused(inputs: Sequence[Mapping[str, Any]]) -> str:
    """Columns of the files that nothing was read from.

    Examples
    --------
    >>> unused([{"name": "a.csv", "unused": ["Note"]}])
    'Not used of a.csv: Note.'
    """
    told = [(one["name"], one["unused"]) for one in inputs if one.get("unused")]
    return " ".join(_("Not used of {file}: {columns}.", file=name, columns=", ".join(names)) for name, names in told)
