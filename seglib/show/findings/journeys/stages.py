"""Stages and the time between them, in sentences."""

from __future__ import annotations

from typing import Any

import pandas as pd

from seglib.language.messages import gettext as _
from seglib.language.messages import mark, ngettext
from seglib.language.naming import EVERYONE
from seglib.language.words import MISSING, count, days, joined, name, percent, plural
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
    """Where most people leave, of those who had the time to go on, and how many reach the end.

    Examples
    --------
    >>> table = pd.DataFrame({"group": EVERYONE, "stage": ["visit", "cart", "first order"], "people": [400, 100, 60],
    ...     "of": [None, 400, 100], "share": [None, 0.25, 0.6], "low_share": [None, 0.21, 0.5], "since_days": 0,
    ...     "high_share": [None, 0.29, 0.69], "dropped": [None, 300, 40], "total_share": [1, 0.25, 0.15]})
    >>> stages(table)
    'The largest step down is from visit to cart: 300 of 400 people (75%) do not take it; 15% reach first order.'
    """
    rows = table[table["group"] == EVERYONE].reset_index(drop=True) if len(table) else table
    if rows.empty:
        return not_available(table)
    first = rows.iloc[0]
    if not first["people"]:
        return _("Nobody's journey is in the records from its start.")
    if len(rows) == 1:
        return _(
            "{people} reached the only stage that is known, {stage}.",
            people=plural(first["people"], "person", "people"),
            stage=_(first["stage"]),
        )
    return " ".join(filter(None, (_steps(rows), _who(table))))


def _steps(rows: pd.DataFrame) -> str:
    steps, last = rows.iloc[1:].dropna(subset=["share"]), rows.iloc[-1]
    early = pd.isna(last["total_share"])
    end = _("how many reach {stage} is too early to tell", stage=_(last["stage"])) if early else ""
    if steps.empty:
        return _("It is too early to tell who goes from one stage to the next.")
    at = int(steps["share"].astype("float64").idxmin())
    if not rows.loc[at, "dropped"]:
        n = count(steps["of"].max())
        if not rows["since_days"].any():
            return _("Everyone ({n}) reached every stage.", n=n)
        return closed(_("Everyone who had the time ({n}) reached every stage", n=n), end)
    if not early and len(rows) > 2:
        end = _("{share} reach {stage}", share=percent(last["total_share"]), stage=_(last["stage"]))
    return closed(_largest_step(rows.loc[at], rows.loc[at - 1, "stage"]), end)


def _who(table: pd.DataFrame) -> str:
    if not table.attrs.get("first_seen"):
        return ""
    return _("Nobody can be called new, so everyone first seen counts, old customers among them.")


def _largest_step(row: Any, before: str) -> str:
    n, told = int(row["dropped"]), {"before": _(before), "stage": _(row["stage"]), "n": count(row["dropped"])}
    told |= {"people": plural(int(row["of"]), "person", "people"), "share": percent(1 - row["share"])}
    if row["since_days"]:
        step = ngettext(
            "The largest step down is from {before} to {stage}: of {people} first seen {days} ago or longer, {n} "
            "({share}) has not taken it",
            "The largest step down is from {before} to {stage}: of {people} first seen {days} ago or longer, {n} "
            "({share}) have not taken it",
            n,
            **told,
            days=days(int(row["since_days"])),
        )
    else:
        step = ngettext(
            "The largest step down is from {before} to {stage}: {n} of {people} ({share}) does not take it",
            "The largest step down is from {before} to {stage}: {n} of {people} ({share}) do not take it",
            n,
            **told,
        )
    if row["of"] >= FEW:
        return step
    ends = {"low": percent(row["low_share"]), "high": percent(row["high_share"])}
    return _("{step} (few people: {low} to {high} take it)", step=step, **ends)


def stages_by(table: pd.DataFrame, what: str, stage: str = "first order") -> str:
    """Which groups reached a stage most, and which least, and whether chance could explain it.

    Parameters
    ----------
    table : DataFrame
        From ``journeys.stages``, which says in ``attrs["differ"]`` at which stages groups do.
    what : str
        What the groups are, such as "channel of the first visit".
    stage : str
        Compared is the share of the group's people at its first stage who reached this one, of those who had the time.

    Examples
    --------
    >>> table = pd.DataFrame({"group": ["a", "a", "b", "b"], "stage": ["visit", "first order"] * 2,
    ...     "people": [100, 30, 100, 5], "total_share": [1, 0.3, 1, 0.05]})
    >>> table.attrs["differ"] = ["first order"]
    >>> stages_by(table, "channel")
    'By channel, first order was reached most often by a (30% of 100) and least by b (5.0% of 100).'
    """
    if table.empty:
        return not_available(table)
    groups = table[table["group"] != EVERYONE]
    ends, starts = groups[groups["stage"] == stage], groups.drop_duplicates("group").set_index("group")
    ends = ends[ends["group"].map(starts["stage"]) != stage]
    people = ends["total_of"] if "total_of" in ends else ends["group"].map(starts["people"])
    ends = ends.assign(total_of=people).dropna(subset=["total_share"])
    told = {"grouping": _(what), "stage": _(stage)}
    if len(ends) < 2:
        return _("Fewer than two groups by {grouping} are large enough to compare how many reach {stage}.", **told)
    lowest, highest = ends["total_share"].min(), ends["total_share"].max()
    if lowest == highest:
        return _("By {grouping}, each group reaches {stage} equally often ({share}).", **told, share=percent(highest))
    most, least = (_groups_at(ends, share) for share in (highest, lowest))
    apart = _(
        "By {grouping}, {stage} was reached most often by {most} and least by {least}", **told, most=most, least=least
    )
    return closed(apart, "" if stage in table.attrs.get("differ", ()) else _("chance could explain that"))


def _groups_at(ends: pd.DataFrame, share: float) -> str:
    """The groups with this share, all of them where several tie, and of how many people it is."""
    level = ends[ends["total_share"] == share]
    return _(
        "{groups} ({share} of {people})",
        groups=joined([name(group) for group in level["group"]]),
        share=percent(share),
        people=count(level["total_of"].sum()),
    )


def _reached(row: dict[Any, Any]) -> str:
    if row["first"]:
        return count(row["people"])
    if pd.isna(row["total_share"]):
        return MISSING
    told = {"n": count(row["people"]), "share": percent(row["total_share"])}
    if not row.get("since_days"):
        return _("{n} ({share})", **told)
    return _("{n} of {all} ({share})", **told | {"n": count(row["took"])}, all=count(row["total_of"]))


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
    wide = table.assign(
        told=[_reached(row) for row in table.assign(first=~table.duplicated("group")).to_dict("records")]
    )
    wide = wide.pivot(index="group", columns="stage", values="told")
    wide = wide.loc[list(dict.fromkeys(table["group"])), list(dict.fromkeys(table["stage"]))].fillna("")
    return wide.rename_axis(columns=None).reset_index()
