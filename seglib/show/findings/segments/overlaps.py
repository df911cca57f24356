"""Who is in several segments by rule, and what follows."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from seglib.language import words
from seglib.language.messages import gettext as _
from seglib.language.messages import mark, ngettext
from seglib.show.findings.segments.definitions import Rule

__all__ = ["contradiction_rows", "contradictions", "meeting", "overlaps", "pair_rows", "pairs"]

ALONE = mark("Nobody is in several segments.")
LIFT = 1.5  # pairs that meet less often than this many times chance are not told
# what the segment that must be spared asks for -> what to do where another wants the opposite
FIRST = {
    "help": mark("Answer first, sell later."),
    "ask": mark("Ask first, offer later."),
    "wait": mark("Leave them alone for now."),
}
SPARED = {"discount": mark("Give no discount."), "promote": mark("Promote nothing for now.")}
CONFLICTS = {
    "promote": mark("Promote, or leave in peace"),
    "discount": mark("Discount, or none"),
    "contact": mark("Write, or do not"),
}
NEITHER = mark("Do one of the two: that of the segment with priority.")


def overlaps(combinations: pd.DataFrame) -> str:
    """How many people are in several segments, and which combination is the most frequent."""
    several = combinations[(combinations["segments"].map(len) > 1) & (combinations["people"] > 0)]
    if several.empty:
        return _(ALONE)
    n, total = int(several["people"].sum()), int(combinations["people"].sum())
    top = several.iloc[int(several["people"].to_numpy().argmax())]
    return ngettext(
        "{share} of the people in a segment ({n} of {all}) is in several; most often exactly {segments} ({most}).",
        "{share} of the people in a segment ({n} of {all}) are in several; most often exactly {segments} ({most}).",
        n,
        share=words.percent(n / total),
        n=words.count(n),
        all=words.count(total),
        segments=words.joined([words.name(one) for one in top["segments"]]),
        most=words.count(top["people"]),
    )


def pairs(table: pd.DataFrame, *, min_group: int) -> str:
    """Which two segments meet furthest above chance."""
    rows = pair_rows(table, min_group=min_group)
    if rows.empty:
        return _("No two segments share clearly more people than chance would bring together.")
    return meeting(rows.iloc[0])


def meeting(top: pd.Series) -> str:
    """How many people two segments share, and how many times chance that is."""
    return ngettext(
        "{n} person is both in {first} and in {second}, {times} times as many as chance would bring together.",
        "{n} people are both in {first} and in {second}, {times} times as many as chance would bring together.",
        int(top["both"]),
        n=words.count(top["both"]),
        first=words.name(top["a"]),
        second=words.name(top["b"]),
        times=words.number(top["lift"], 1),
    )


def pair_rows(table: pd.DataFrame, *, min_group: int, most: int = 10) -> pd.DataFrame:
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
    DataFrame with the columns of the table.
    """
    told = table[(table["both"] >= max(min_group, 1)) & (table["lift"] >= LIFT)]
    return told.sort_values("lift", ascending=False, kind="stable").head(most).reset_index(drop=True)


def contradictions(table: pd.DataFrame) -> str:
    """How many pairs of segments ask for opposite things, and which concerns most people."""
    if table.empty:
        return _("Nobody is in two segments that ask for opposite things.")
    top = table.iloc[int(table["customers"].astype("float64").to_numpy().argmax())]
    return ngettext(
        "{n} pair of segments asks for opposite things: {first} and {second}, for {people}.",
        "{n} pairs of segments ask for opposite things, most often {first} and {second}, for {people}.",
        len(table),
        n=words.count(len(table)),
        first=words.name(top["a"]),
        second=words.name(top["b"]),
        people=words.plural(int(top["customers"]), "person", "people"),
    )


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
    DataFrame: ``a, b, customers, conflict, action``.
    """
    known = {rule.name: rule for rule in rules}
    rows = table.sort_values("customers", ascending=False, kind="stable").reset_index(drop=True)
    told = [_conflict(known.get(a), known.get(b)) for a, b in zip(rows["a"], rows["b"], strict=True)]
    advice = pd.DataFrame(told, columns=["conflict", "action"], dtype="str")
    return rows[["a", "b", "customers"]].join(advice)


def _conflict(first: Rule | None, second: Rule | None) -> tuple[str, str]:
    """What two segments disagree on, and what goes first: what the one that must be spared asks for."""
    if first is None or second is None:
        return words.MISSING, _(NEITHER)
    for doing, spared in ((first, second), (second, first)):
        for act in (act for act in doing.does if act in spared.avoids):
            wish = next((wish for wish in FIRST if wish in spared.does and "promote" in spared.avoids), "")
            return _(CONFLICTS.get(act, act)), _(FIRST.get(wish) or SPARED.get(act, NEITHER))
    return words.MISSING, _(NEITHER)
