"""Stages and the time between them, in sentences."""

from __future__ import annotations

from typing import Any

import pandas as pd

from seglib.language.messages import gettext as _
from seglib.language.messages import mark, ngettext
from seglib.language.naming import EVERYONE
from seglib.language.words import count, joined, name, percent, plural
from seglib.show.findings.clauses import closed
from seglib.show.findings.missing import FEW, not_available

__all__ = ["known_stages", "stage_rows", "stages", "stages_by"]

# a stage -> what it takes
STAGES = {
    mark("visit"): mark("events"),
    mark("cart"): mark("events of carts"),
    mark("first order"): mark("orders"),
    mark("repeat"): mark("orders"),
    mark("loyal"): mark("orders"),
}
HEADINGS = (mark("Visit"), mark("Cart"), mark("First order"), mark("Repeat"), mark("Loyal"), mark("Group"))
GROUPED = (mark("channel of the first visit"), mark("category looked at first"), mark("segment"))  # as the page asks


def known_stages(table: pd.DataFrame) -> str:
    """Which stages the shop's tables tell, and what the others take.

    Examples
    --------
    >>> known_stages(pd.DataFrame({"stage": ["first order", "repeat", "loyal"]}))
    'The stages visit and cart are left out: they take events.'
    """
    there = set(table["stage"]) if len(table) else set()
    gone = [stage for stage in STAGES if stage not in there]
    if not gone:
        return _("All five stages are known.")
    needs = list(dict.fromkeys(STAGES[stage] for stage in gone))
    needs = [need for need in needs if need != "events of carts" or "events" not in needs]
    if len(gone) == 1:
        return _("The stage {stage} is left out: it takes {needs}.", stage=_(gone[0]), needs=_(needs[0]))
    return _(
        "The stages {stages} are left out: they take {needs}.",
        stages=joined([_(stage) for stage in gone]),
        needs=joined([_(need) for need in needs]),
    )


def stages(table: pd.DataFrame) -> str:
    """Where most people leave, and how many reach the end.

    Examples
    --------
    >>> table = pd.DataFrame({"group": EVERYONE, "stage": ["visit", "cart", "first order"], "people": [400, 100, 60],
    ...     "of": [None, 400, 100], "share": [None, 0.25, 0.6], "low_share": [None, 0.21, 0.5],
    ...     "high_share": [None, 0.29, 0.69], "dropped": [None, 300, 40], "total_share": [1, 0.25, 0.15]})
    >>> stages(table)
    'The largest step down is from visit to cart: 300 of 400 people (75%) do not take it; 15% reach first order.'
    """
    rows = table[table["group"] == EVERYONE].reset_index(drop=True) if len(table) else table
    if rows.empty:
        return not_available(table)
    first, last = rows.iloc[0], rows.iloc[-1]
    if not first["people"]:
        return _("Nobody's journey is in the records from its start.")
    if len(rows) == 1:
        return _(
            "{people} reached the only stage that is known, {stage}.",
            people=plural(first["people"], "person", "people"),
            stage=_(first["stage"]),
        )
    steps = rows.iloc[1:].dropna(subset=["share"])
    at = int(steps["share"].astype("float64").idxmin())
    if not rows.loc[at, "dropped"]:
        return _("Everyone ({n}) reached every stage.", n=count(first["people"]))
    end = _("{share} reach {stage}", share=percent(last["total_share"]), stage=_(last["stage"]))
    return closed(_largest_step(rows.loc[at], rows.loc[at - 1, "stage"]), end if len(rows) > 2 else "")


def _largest_step(row: Any, before: str) -> str:
    told = {
        "before": _(before),
        "stage": _(row["stage"]),
        "n": count(row["dropped"]),
        "people": plural(int(row["of"]), "person", "people"),
        "share": percent(1 - row["share"]),
    }
    n = int(row["dropped"])
    if row["of"] >= FEW:
        return ngettext(
            "The largest step down is from {before} to {stage}: {n} of {people} ({share}) does not take it",
            "The largest step down is from {before} to {stage}: {n} of {people} ({share}) do not take it",
            n,
            **told,
        )
    return ngettext(
        "The largest step down is from {before} to {stage}: {n} of {people} ({share}) does not take it (few people: "
        "{low} to {high} take it)",
        "The largest step down is from {before} to {stage}: {n} of {people} ({share}) do not take it (few people: "
        "{low} to {high} take it)",
        n,
        **told,
        low=percent(row["low_share"]),
        high=percent(row["high_share"]),
    )


def stages_by(table: pd.DataFrame, what: str, stage: str = "first order") -> str:
    """Which group reaches a stage most, and which least, and whether chance could explain it.

    Parameters
    ----------
    table : DataFrame
        From ``journeys.stages``, which says in ``attrs["differ"]`` at which stages groups do.
    what : str
        What the groups are, such as "channel of the first visit".
    stage : str
        Compared is the share of the group's people at its first stage who reached this one.

    Examples
    --------
    >>> table = pd.DataFrame({"group": ["a", "a", "b", "b"], "stage": ["visit", "first order"] * 2,
    ...     "people": [100, 30, 100, 5], "total_share": [1, 0.3, 1, 0.05]})
    >>> table.attrs["differ"] = ["first order"]
    >>> stages_by(table, "channel")
    'By channel, a leads most often to first order (30% of 100) and b least (5.0% of 100).'
    """
    if table.empty:
        return not_available(table)
    groups = table[table["group"] != EVERYONE]
    ends, starts = groups[groups["stage"] == stage], groups.drop_duplicates("group").set_index("group")
    ends = ends[[starts.loc[group, "stage"] != stage for group in ends["group"]]]
    told = {"grouping": _(what), "stage": _(stage)}
    if len(ends) < 2:
        return _("Fewer than two groups by {grouping} are large enough to compare how many reach {stage}.", **told)
    ordered = ends.sort_values("total_share", kind="stable")
    low, high = ordered.iloc[0], ordered.iloc[-1]
    least, most = (int(starts.loc[row["group"], "people"]) for row in (low, high))
    if high["total_share"] == low["total_share"]:
        share = percent(high["total_share"])
        return _("By {grouping}, each group reaches {stage} equally often ({share}).", **told, share=share)
    ends_told = _(
        "By {grouping}, {most} leads most often to {stage} ({most_share} of {most_people}) and {least} least "
        "({least_share} of {least_people})",
        **told,
        most=name(high["group"]),
        most_share=percent(high["total_share"]),
        most_people=count(most),
        least=name(low["group"]),
        least_share=percent(low["total_share"]),
        least_people=count(least),
    )
    return closed(ends_told, "" if stage in table.attrs.get("differ", ()) else _("chance could explain that"))


def stage_rows(table: pd.DataFrame) -> pd.DataFrame:
    """One row a group, one column a stage: people and their share of the group's first stage.

    Examples
    --------
    >>> table = pd.DataFrame({"group": "a", "stage": ["visit", "cart"], "people": [4, 1], "total_share": [1, 0.25]})
    >>> stage_rows(table).values.tolist()
    [['a', '4', '1 (25%)']]
    """
    if table.empty:
        return pd.DataFrame()
    share = [percent(value) for value in table["total_share"]]
    first = ~table.duplicated("group")
    people = [count(value) for value in table["people"]]
    told = [n if start else f"{n} ({part})" for n, part, start in zip(people, share, first, strict=True)]
    wide = table.assign(told=told).pivot(index="group", columns="stage", values="told")
    wide = wide.loc[list(dict.fromkeys(table["group"])), list(dict.fromkeys(table["stage"]))].fillna("")
    return wide.rename_axis(columns=None).reset_index()
