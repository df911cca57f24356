"""Stages of a person, from the first visit to loyalty: how many reach each, how many leave, how long it takes."""

from __future__ import annotations

import itertools
import math
from statistics import NormalDist

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from seglib.analysis.journeys.groups import groups_of, stacked
from seglib.language import words
from seglib.language.messages import gettext as _
from seglib.language.messages import mark
from seglib.language.naming import EVERYONE
from seglib.tables.effects import share_difference
from seglib.tables.intervals import half_time, kaplan_meier, with_shares
from seglib.tables.period import DAY, Period
from seglib.tables.shown import Shown
from seglib.tables.small_tables import MIN_GROUP, empty

__all__ = ["STAGES", "Stages", "stages", "states", "times_between", "travellers"]

DORMANT = "Dormant"  # the segment by rule

# Each stage holds those of the next, in this order; lead and dormant are states beside them.
STAGES = {
    "visit": "visit_at",
    "cart": "cart_at",
    "first order": "first_order_at",
    "repeat": "repeat_at",
    "loyal": "loyal_at",
}
STAGE_COLUMNS = (
    "group stage people implied since_days of took share low_share high_share dropped "
    "total_of total_share total_low_share total_high_share"
)
FIRSTS = {"first_channel": mark("events with a channel"), "first_category": mark("events with a category")}
STATE_COLUMNS = "state people of share low_share high_share"
TIME_COLUMNS = "group from_stage to_stage people reached censored lower_days median_days upper_days half_days"


class Stages(Shown):
    """The table of :func:`stages`, which says itself."""

    def __init__(self, table: pd.DataFrame) -> None:
        self.table = table

    def sentence(self) -> str:
        """How many of those at the first stage reached the last."""
        rows = self.table[self.table["group"] == EVERYONE]
        if rows.empty:
            return _("No stages are known.")
        first, last = rows.iloc[0], rows.iloc[-1]
        return _(
            "{n} of {all} people who reached the stage {first} reached the stage {last}.",
            n=words.count(last["took"]),
            all=words.count(last["total_of"]),
            first=_(first["stage"]),
            last=_(last["stage"]),
        )

    def shown(self) -> pd.DataFrame:
        """The table."""
        return self.table


def travellers(milestones: pd.DataFrame) -> pd.DataFrame:
    """Those whose journey is in the records from its start.

    Parameters
    ----------
    milestones : DataFrame
        From :func:`seglib.analysis.journeys.milestones`.

    Returns
    -------
    Its rows of people seen in the events, without those whose first order came on an earlier day than their first
    visit: they were customers before the events began. Without events, everyone who ordered. Where ``is_new`` is told,
    only those who are new; where nobody is, all of them, as first seen.

    Examples
    --------
    >>> days = pd.to_datetime(["2024-01-01", "2024-03-01"])
    >>> people = pd.DataFrame({"visit_at": days[1], "first_order_at": days}, index=["before", "after"])
    >>> travellers(people).index.tolist()
    ['after']
    """
    seen = _followed(milestones)
    return milestones[seen if _only_first_seen(milestones) else seen & milestones.get("is_new", True)]


def _followed(milestones: pd.DataFrame) -> pd.Series:
    """Whose first visit, or without events first order, is in the records."""
    if "visit_at" not in milestones:
        none = pd.Series(False, index=milestones.index)
        return milestones["first_order_at"].notna() if "first_order_at" in milestones else none
    seen = milestones["visit_at"].notna()
    if "first_order_at" in milestones:
        seen &= ~(milestones["first_order_at"].dt.normalize() < milestones["visit_at"].dt.normalize())
    return seen


def _only_first_seen(milestones: pd.DataFrame) -> bool:
    """Whether nobody can be called new, so that all who are first seen are told as such."""
    return "is_new" in milestones and not milestones["is_new"].any()


def stages(milestones: pd.DataFrame, by: pd.Series | str | None = None, *, min_group: int = MIN_GROUP) -> Stages:
    """How many people reached each stage, and how many of the stage before did not.

    Visit, cart, first order, repeat and loyal nest: whoever reached a stage counts in the stages before, so an order
    implies a cart even where the events show none (``implied`` counts those). A stage that the shop's tables cannot
    tell is left out. Only people whose journey is in the records from its start count (:func:`travellers`), and of each
    step only those who had the time for it: first seen at least so many days ago as milestones say.

    Parameters
    ----------
    milestones : DataFrame
        From :func:`seglib.analysis.journeys.milestones`.
    by : Series or str, optional
        Group of each person, indexed by ``customer_id``, or a column of milestones such as ``first_channel``: then only
        people whose value is told count, as everyone too. In a group in which everyone ordered, such as a segment of
        customers, visit and cart say nothing and are left out.
    min_group : int
        Smaller groups are not described.

    Returns
    -------
    Stages, whose ``table`` has ``group`` (first "Everyone"), ``stage``, ``people``, ``implied``, ``since_days`` (the
    time that the step needs), ``of`` (people of the stage before who had it), ``took`` (those of them who took the
    step), ``share`` with ``low_share`` and ``high_share`` (95% Wilson interval), ``dropped`` (``of`` minus ``took``),
    ``total_of`` (people of the group's first stage who had the time), ``total_share`` (who reached this one) with
    ``total_low_share`` and ``total_high_share``.
    ``table.attrs["first_seen"]``: nobody can be called new, so all who are first seen count;
    ``table.attrs["small_groups"]``: groups not described; ``table.attrs["differ"]``: stages that the group with the
    highest ``total_share`` reaches more often than that with the lowest by more than chance explains (the interval of
    the difference, :func:`seglib.tables.effects.share_difference`, lies above zero at 95% for all pairs of groups).

    Examples
    --------
    >>> at = pd.Timestamp("2024-01-01")
    >>> people = pd.DataFrame({"visit_at": [at] * 4, "cart_at": [at, at, None, None]})
    >>> people["first_order_at"] = pd.to_datetime([at, None, None, None])
    >>> stages(people).table[["stage", "people", "dropped", "share"]].values.tolist()
    [['visit', 4, <NA>, nan], ['cart', 2, 2, 0.5], ['first order', 1, 1, 0.5]]
    """
    people = travellers(milestones)
    known = {stage: column for stage, column in STAGES.items() if column in milestones}
    if isinstance(by, str):
        if by not in people:
            needs = FIRSTS.get(by, by) if "visit_at" in people else "events"
            return Stages(empty(STAGE_COLUMNS, needs))
        people = people[people[by].notna()]
        by = people[by]
    if not known:
        return Stages(empty(STAGE_COLUMNS, mark("events or orders")))
    groups, small = groups_of(people, by, min_group)
    table = stacked([_stages(name, rows, known) for name, rows in groups], STAGE_COLUMNS, small)
    table.attrs["differ"] = [stage for stage in known if _differ(table, stage)]
    table.attrs["first_seen"] = _only_first_seen(milestones)
    return Stages(table)


def _differ(table: pd.DataFrame, stage: str) -> bool:
    """Whether more of one group than of another surely reached a stage; a group's first stage tells nothing."""
    at = (table["group"] != EVERYONE) & (table["stage"] == stage) & table["of"].notna() & (table["total_of"] > 0)
    ordered = table[at].sort_values("total_share", kind="stable")
    if len(ordered) < 2:
        return False
    low, high, pairs = ordered.iloc[0], ordered.iloc[-1], math.comb(len(ordered), 2)
    z = NormalDist().inv_cdf(1 - 0.025 / pairs)  # Bonferroni: of all pairs these are the furthest apart
    return bool(share_difference(high["took"], high["total_of"], low["took"], low["total_of"], z)[1] > 0)


def _stages(group: str, people: pd.DataFrame, known: dict[str, str]) -> pd.DataFrame:
    did = people[list(known.values())].notna().to_numpy()
    reached = np.logical_or.accumulate(did[:, ::-1], axis=1)[:, ::-1]
    table = pd.DataFrame({"group": group, "stage": list(known), "people": reached.sum(axis=0)})
    table["implied"] = (reached & ~did).sum(axis=0)
    table["since_days"] = [_needed(people, stage) for stage in known]
    watched = _watched_days(people)[:, None] >= table["since_days"].to_numpy()
    before = np.column_stack([np.zeros(len(people), bool), reached[:, :-1]])
    table["of"], table["took"] = (before & watched).sum(axis=0), (reached & watched).sum(axis=0)
    start = 0
    if group != EVERYONE and "first order" in known and reached[:, list(known).index("first order")].all():
        start = list(known).index("first order")
    table["total_of"] = (reached[:, [start]] & watched).sum(axis=0)
    table = table.iloc[start:].astype({"of": "Int64"})
    table.iloc[:1, table.columns.get_loc("of")] = pd.NA
    table["dropped"] = table["of"] - table["took"]
    return with_shares(with_shares(table, "took", "total_of", "total"), "took", "of")


def _needed(people: pd.DataFrame, stage: str) -> int:
    """Days since somebody was first seen in which the step could be taken."""
    days = people.get(f"{stage}_days")
    return 0 if days is None or days.empty else int(days.iloc[0])


def _watched_days(people: pd.DataFrame) -> NDArray[np.int64]:
    """Days from the first order to the as-of date; from the first visit of who did not order."""
    firsts = [people[name] for name in ("first_order_at", "visit_at") if name in people]
    if "as_of" not in people or people.empty or not firsts:
        return np.full(len(people), np.iinfo("int64").max)
    begun = firsts[0].fillna(firsts[-1])
    return Period(people["as_of"].iloc[0].date()).days_since(begun).to_numpy("int64", na_value=-1)


def states(
    milestones: pd.DataFrame,
    people: pd.DataFrame | None = None,
    members: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """States that stand beside the stages, since none of them holds the next.

    Parameters
    ----------
    milestones : DataFrame
        From :func:`seglib.analysis.journeys.milestones`.
    people : DataFrame, optional
        One row a person, with ``silence_ratio`` (how many of the usual gaps the silence lasts).
    members : DataFrame, optional
        Who is in which segment by rule, as for :func:`prospects`: the dormant are those of that segment.

    Returns
    -------
    DataFrame ``state``, ``people``, ``of``, ``share``, ``low_share``, ``high_share``: ``lead`` (contacts who never
    ordered, of all contacts), ``dormant`` (of the customers whose silence is known), ``unseen`` (ordered without ever
    being seen in the events, of all customers), ``earlier`` (first ordered before their first visit in the events),
    ``early`` (first seen too early to be called new, of all whose journey is in the records from its start).

    Examples
    --------
    >>> people = pd.DataFrame({"is_contact": True, "first_order_at": pd.to_datetime(["2024-01-01", None])})
    >>> states(people)[["state", "people", "of"]].values.tolist()
    [['lead', 1, 2]]
    """
    rows = []
    none = pd.Series(False, index=milestones.index)
    ordered = milestones["first_order_at"].notna() if "first_order_at" in milestones else none
    if "is_contact" in milestones and "first_order_at" in milestones:
        rows.append(("lead", (milestones["is_contact"] & ~ordered).sum(), milestones["is_contact"].sum()))
    if people is not None and "silence_ratio" in people and members is not None and DORMANT in members:
        rows.append(("dormant", members[DORMANT].sum(), people["silence_ratio"].notna().sum()))
    if ordered.any() and "visit_at" in milestones:
        seen = milestones["visit_at"].notna()
        earlier = milestones["first_order_at"].dt.normalize() < milestones["visit_at"].dt.normalize()
        rows += [("unseen", (ordered & ~seen).sum(), ordered.sum()), ("earlier", earlier.sum(), ordered.sum())]
    if "is_new" in milestones and not _only_first_seen(milestones):
        followed = _followed(milestones)
        rows.append(("early", (followed & ~milestones["is_new"]).sum(), followed.sum()))
    table = pd.DataFrame(rows, columns=["state", "people", "of"]).astype({"people": "int64", "of": "int64"})
    return with_shares(table, "people", "of")


def times_between(milestones: pd.DataFrame, by: pd.Series | None = None, *, min_group: int = MIN_GROUP) -> pd.DataFrame:
    """Days from each stage to the next, with those who have not got there yet.

    Parameters
    ----------
    milestones, by, min_group
        As for :func:`stages`.

    Returns
    -------
    DataFrame ``group``, ``from_stage``, ``to_stage``, ``people`` (who reached the first, at a known time no later than
    the second), ``reached``, ``censored`` (not yet), ``lower_days``, ``median_days``, ``upper_days`` (quartiles of
    those who got there, in days and parts of days), ``half_days`` (time after which half of all had got there by
    Kaplan-Meier, counting those still on their way; NaN where fewer than half ever do).

    Examples
    --------
    >>> at = pd.to_datetime(["2024-01-01", "2024-01-01"])
    >>> people = pd.DataFrame({"first_order_at": at, "repeat_at": [at[0] + 9 * DAY, None], "as_of": at + 30 * DAY})
    >>> times_between(people)[["to_stage", "people", "censored", "median_days"]].values.tolist()
    [['repeat', 2, 1, 9.0]]
    """
    people = travellers(milestones)
    known = [stage for stage, column in STAGES.items() if column in milestones]
    groups, small = groups_of(people, by, min_group)
    steps = list(itertools.pairwise(known))
    rows = [(name, *step, *_time(inside, *step)) for name, inside in groups for step in steps]
    return stacked([pd.DataFrame(rows, columns=TIME_COLUMNS.split())], TIME_COLUMNS, small)


def _time(people: pd.DataFrame, start: str, end: str) -> tuple[float, ...]:
    begun, got = people[STAGES[start]], people[STAGES[end]]
    timed = begun.notna() & ~(got < begun)
    begun, got, last = begun[timed], got[timed], people.loc[timed, "as_of"] + DAY
    days = ((got.fillna(last) - begun) / DAY).clip(lower=0)
    quartiles = days[got.notna()].quantile([0.25, 0.5, 0.75]).tolist()
    half = half_time(kaplan_meier(days, got.notna()))[0] if len(days) else np.nan
    return len(days), int(got.notna().sum()), int(got.isna().sum()), *quartiles, half
