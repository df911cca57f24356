"""How far a report can be trusted: one line a check. *Good* stands only where the check could have failed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from seglib.language.messages import gettext as _
from seglib.language.messages import mark
from seglib.language.naming import OUTSIDE
from seglib.report.pages.digest import read_csv
from seglib.show.findings import overview as findings
from seglib.show.findings import rfm, schemes, segments
from seglib.show.findings.exploration import of_lines, readiness

__all__ = ["trust"]

MARKS = {"good": mark("Good"), "look": mark("Check"), "note": mark("Note")}  # note: neither good nor a fault
LEFT_OUT = 0.05  # more than one row in twenty left out is worth a look
TOLD = {"slips": mark("Told to slip"), "rises": mark("Told to rise")}
Line = tuple[str, str, str]  # state, what is checked, the sentence; without one there is no line


def trust(
    tables: Path,
    ledger: pd.DataFrame,
    sentence: str,
    missing: int,
    doubts: Sequence[Mapping[str, Any]] = (),
) -> list[dict[str, str]]:
    """How far the page can be relied on: one line a check, good, worth a look, or neither.

    Parameters
    ----------
    tables : path
        Folder of the run's tables.
    ledger : DataFrame
        Cleaning ledger.
    sentence : str
        What it says.
    missing : int
        Questions of the pages that the data cannot answer.
    doubts : sequence of mapping
        What may be wrong with the reading: name, level, settled of each.
    """
    rfm_segments = read_csv(tables / "rfm_segments.csv")
    named = {"segment", "customers"} <= set(rfm_segments)
    lines = [
        *_reading(ledger, sentence, doubts),
        _side(read_csv(tables / "side_ledger.csv")),
        _ready(read_csv(tables / "readiness.csv")),
        _personas(read_csv(tables / "personas.csv")),
        *_backtests(tables),
        ("look", _("Small segments"), findings.small_segments(rfm_segments, "segment") if named else ""),
        ("look", _("Open questions"), findings.unanswered(missing)),
    ]
    return [
        {"state": state, "mark": _(MARKS[state]), "what": what, "text": text} for state, what, text in lines if text
    ]


def _judged(good: bool) -> str:
    return "good" if good else "look"


def _reading(ledger: pd.DataFrame, sentence: str, doubts: Sequence[Mapping[str, Any]]) -> list[Line]:
    """Doubts that wait, the share of the rows that can be used, and doubts that somebody settled: unchecked."""
    ledger = of_lines(ledger)
    lost = ledger.loc[~ledger["step"].isin(OUTSIDE), "rows_removed"].sum()
    enough = bool(lost <= LEFT_OUT * ledger["rows"].iloc[0])
    open_, kept = findings.doubts(doubts)
    rows = _judged(enough and not open_), _("Rows"), sentence
    return [("look", _("Reading"), open_), rows, ("note", _("Reading"), kept)]


def _side(side: pd.DataFrame) -> Line:
    if side.empty:
        return "note", "", ""
    wide = side.pivot_table(index="table", columns="step", values="rows").reindex(columns=["read", "used"]).fillna(0)
    mostly = bool((wide["used"] >= (1 - LEFT_OUT) * wide["read"]).all())
    return _judged(mostly), _("Other tables"), findings.side_rows(side)


def _ready(checks: pd.DataFrame) -> Line:
    if checks.empty or not {"check", "value", "answer", "verdict"} <= set(checks):
        return "note", "", ""
    text = checks.assign(answer=checks["answer"].astype("object").fillna(""))
    return _judged(bool((checks["verdict"] == "yes").all())), _("Readiness"), readiness(text)


def _personas(cards: pd.DataFrame) -> Line:
    if not {"described", "jaccard", "kind"} <= set(cards):
        return "note", "", ""
    text, state = findings.personas(cards)
    return state, _("Personas"), text


def _backtests(tables: Path) -> list[Line]:
    """What became of what earlier pages of this shop would have told: by the shop's own past, which may say no."""
    moves, became = read_csv(tables / "moves_before.csv"), read_csv(tables / "became.csv")
    compared = read_csv(tables / "schemes.csv")
    lines: list[Line] = []
    for row in moves.to_dict("records") if {"move", "told", "did", "came_true", "differs"} <= set(moves) else []:
        text, good = rfm.held(row)
        lines.append((_judged(good), _(TOLD[str(row["move"])]), text))
    if {"segment", "verdict", "again_share"} <= set(became):
        text, good = segments.held(became)
        lines.append((_judged(good), _("Segments by rule"), text))
    if {"scheme", "kind", "explained", "ahead_low", "money_ahead_low"} <= set(compared):
        text, good = schemes.held(compared)
        lines.append((_judged(good), _("Schemes"), text))
    return lines
