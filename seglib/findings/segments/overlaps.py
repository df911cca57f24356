"""Who is in several segments by rule, and what follows."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from seglib import words
from seglib.findings.segments.definitions import Rule

__all__ = ["contradiction_rows", "contradictions", "overlaps", "pair_rows", "pairs"]

ALONE = "Nobody is in several segments."
LIFT = 1.5  # pairs that meet less often than this many times chance are not told
# what the segment that must be spared asks for -> what to do where another wants the opposite
FIRST = {
    "help": "Answer first, sell later.",
    "ask": "Ask first, offer later.",
    "wait": "Leave them alone for now.",
}
SPARED = {"discount": "Give no discount.", "promote": "Promote nothing for now."}
CONFLICTS = {
    "promote": "Promote, or leave in peace",
    "discount": "Discount, or none",
    "contact": "Write, or do not",
}
NEITHER = "Do one of the two: that of the segment with priority."


def overlaps(combinations: pd.DataFrame) -> str:
    """How many people are in several segments, and which combination is the most frequent."""
    several = combinations[(combinations["segments"].map(len) > 1) & (combinations["people"] > 0)]
    if several.empty:
        return ALONE
    n, total = int(several["people"].sum()), int(combinations["people"].sum())
    top = several.iloc[int(several["people"].to_numpy().argmax())]
    share = f"{words.percent(n / total)} of the people in a segment ({words.count(n)} of {words.count(total)})"
    most = f"{words.joined(list(top['segments']))} ({words.count(top['people'])})"
    return f"{share} {'is' if n == 1 else 'are'} in several; most often exactly {most}."


def pairs(table: pd.DataFrame, *, min_group: int = 0) -> str:
    """Which two segments meet furthest above chance."""
    rows = pair_rows(table, min_group=min_group)
    if rows.empty:
        return "No two segments share clearly more people than chance would bring together."
    top = rows.iloc[0]
    both = words.plural(int(top["both"]), "person is", "people are")
    return (
        f"{both} both in {top['a']} and in {top['b']}, {words.number(top['lift'], 1)} times as many as chance "
        f"would bring together."
    )


def pair_rows(table: pd.DataFrame, *, min_group: int = 0, most: int = 10) -> pd.DataFrame:
    """Pairs of segments that share clearly more people than chance would bring together, the furthest above it first.

    Parameters
    ----------
    table : DataFrame
        From ``pairs()`` of the memberships.
    min_group : int
        Smallest number of people in both.
    most : int
        Pairs at most.

    Returns
    -------
    DataFrame: ``a, b, both, first_share, second_share, lift``.
    """
    told = table[(table["both"] >= max(min_group, 1)) & (table["lift"] >= LIFT)]
    rows = told.sort_values("lift", ascending=False, kind="stable").head(most).reset_index(drop=True)
    named = rows.rename(columns={"share_of_a": "first_share", "share_of_b": "second_share"})
    return named[["a", "b", "both", "first_share", "second_share", "lift"]]


def contradictions(table: pd.DataFrame) -> str:
    """How many pairs of segments ask for opposite things, and which concerns most people."""
    if table.empty:
        return "Nobody is in two segments that ask for opposite things."
    top = table.iloc[int(table["customers"].astype("float64").to_numpy().argmax())]
    who = f"{top['a']} and {top['b']}, for {words.plural(int(top['customers']), 'person', 'people')}"
    if len(table) == 1:
        return f"1 pair of segments asks for opposite things: {who}."
    return f"{words.count(len(table))} pairs of segments ask for opposite things, most often {who}."


def contradiction_rows(table: pd.DataFrame, rules: Iterable[Rule]) -> pd.DataFrame:
    """Contradictions with what to do first, most people first.

    Parameters
    ----------
    table : DataFrame
        From ``contradictions()`` of the memberships.
    rules : iterable
        Segments of the rule book.

    Returns
    -------
    DataFrame: ``a, b, in_both, conflict, action``.
    """
    known = {rule.name: rule for rule in rules}
    rows = table.sort_values("customers", ascending=False, kind="stable").reset_index(drop=True)
    told = [_conflict(known.get(a), known.get(b)) for a, b in zip(rows["a"], rows["b"], strict=True)]
    advice = pd.DataFrame(told, columns=["conflict", "action"], dtype="str")
    return rows[["a", "b"]].assign(in_both=rows["customers"]).join(advice)


def _conflict(first: Rule | None, second: Rule | None) -> tuple[str, str]:
    """What two segments disagree on, and what goes first: what the one that must be spared asks for."""
    if first is None or second is None:
        return words.MISSING, NEITHER
    for doing, spared in ((first, second), (second, first)):
        for act in (act for act in doing.does if act in spared.avoids):
            wish = next((wish for wish in FIRST if wish in spared.does and "promote" in spared.avoids), "")
            return CONFLICTS.get(act, act), FIRST.get(wish) or SPARED.get(act, NEITHER)
    return words.MISSING, NEITHER
