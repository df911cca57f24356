"""What each arm of a campaign did against those left alone; where nobody was, what it would take to know."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from seglib.tables.effects import share_difference, share_effect
from seglib.tables.intervals import adjust_p_values, fisher_p, with_shares
from seglib.tables.money import ROUGH, mean_difference
from seglib.tables.shuffling import shuffled_p
from seglib.tables.small_tables import LIKELY, MIN_GROUP

__all__ = ["arm_effects", "untold"]

COLUMNS = [
    *("campaign", "arm", "control", "sent_at", "people", "came", "share", "low_share", "high_share", "revenue"),
    *("cost_each", "seen_from", "more_share", "low_more_share", "high_more_share"),
    *("more_revenue", "more_revenue_low", "more_revenue_high", "rough", "p_share", "p_revenue", "p_before", "p_also"),
    *("differs", "revenue_differs", "doubt", "effect", "cost_per", "cost_per_low", "cost_per_high"),
]
TESTS = ["p_share", "p_revenue", "p_before", "p_also"]
LEFT = 0.2  # of the people, left alone, for what it would take to know
POWER = 0.8


def arm_effects(people: pd.DataFrame, *, min_group: int = MIN_GROUP) -> pd.DataFrame:
    """Each arm of the campaigns that left some alone, these first: who ordered, for how much, and how much more.

    Parameters
    ----------
    people : DataFrame
        From :func:`seglib.analysis.campaigns.reached`; those left out there are left out.
    min_group : int
        Arms of fewer people are not described, nor is a campaign that left fewer alone.

    Returns
    -------
    DataFrame ``campaign, arm, control, sent_at`` (of the first), ``people, came, share`` (who ordered; with 95% Wilson
    interval), ``revenue, cost_each`` (a person); against those left alone ``seen_from`` (the smallest difference of
    shares that four of five such campaigns would have shown), ``more_share`` (Newcombe), ``more_revenue``
    (:func:`~seglib.tables.money.mean_difference`; ``rough``: of fewer than 300), p-values of both and of ``before`` and
    ``also`` (by chance?), ``doubt`` ("before": the arms were not alike before; "also": other campaigns reached
    one of them more), ``differs, revenue_differs`` (beyond chance, and without doubt), ``effect`` (Cohen's h),
    ``cost_per`` (cost of one more who ordered, where surely more did).

    All comparisons are adjusted as one, at :data:`~seglib.tables.small_tables.LIKELY`: where no campaign does anything,
    at most one page in twenty says that one did.

    References
    ----------
    Shares: Fisher's exact test. Money: :func:`~seglib.tables.shuffling.shuffled_p`, arms shuffled among people.

    Examples
    --------
    >>> people = pd.DataFrame({"campaign": "May", "arm": ["letter", "control"] * 50, "control": [False, True] * 50})
    >>> people = people.assign(came=~people["control"], revenue=9.0, before=0.0, also=False, cost=0.5, left_out="")
    >>> arm_effects(people.assign(sent_at=pd.Timestamp("2024-05-02")))[["arm", "share", "differs"]].values.tolist()
    [['control', 0.0, False], ['letter', 1.0, True]]
    """
    rows: list[dict[str, Any]] = []
    small = 0
    for _name, one in _counted(people).groupby("campaign", sort=False):
        alone = one[one["control"]]
        if len(alone) >= min_group:
            arms = list(one[~one["control"]].groupby("arm", sort=True))
            small += sum(len(arm) < min_group for _, arm in arms)
            rows += [_told(alone), *(_against(arm, alone) for _, arm in arms if len(arm) >= min_group)]
    table = pd.DataFrame(rows, columns=[*COLUMNS, "cost_more"]) if rows else pd.DataFrame(columns=COLUMNS)
    if rows:
        table = _decided(with_shares(table, "came", "people"))
    table.attrs |= {**people.attrs, "small_groups": small}
    return table


def _counted(people: pd.DataFrame) -> pd.DataFrame:
    return people[people["left_out"] == ""]


def _told(arm: pd.DataFrame) -> dict[str, Any]:
    first = arm.iloc[0]
    told = {"campaign": first["campaign"], "arm": first["arm"], "control": bool(first["control"])}
    told |= {"sent_at": arm["sent_at"].min(), "people": len(arm), "came": int(arm["came"].sum())}
    return told | {"revenue": arm["revenue"].mean(), "cost_each": arm["cost"].mean()}


def _against(arm: pd.DataFrame, alone: pd.DataFrame) -> dict[str, Any]:
    n, rest = len(arm), len(alone)
    hits, others = (int(part["came"].sum()) for part in (arm, alone))
    more, low, high = (float(end) for end in share_difference(hits, n, others, rest))
    ours, theirs = (part["revenue"].to_numpy("float64") for part in (arm, alone))
    money, money_low, money_high = mean_difference(ours, theirs)
    both, codes = pd.concat([arm, alone]), np.repeat([0, 1], [n, rest])
    ranked = both["before"].rank().to_numpy("float64")
    also, too = (int(part["also"].sum()) for part in (arm, alone))
    return _told(arm) | {
        "seen_from": seen_from(n, rest, others / rest), "more_share": more, "low_more_share": low,
        "high_more_share": high, "more_revenue": money, "more_revenue_low": money_low, "more_revenue_high": money_high,
        "rough": min(n, rest) < ROUGH, "p_share": _fisher(hits, n, others, rest),
        "p_revenue": _shuffled(both["revenue"].to_numpy("float64"), codes), "p_before": _shuffled(ranked, codes),
        "p_also": _fisher(also, n, too, rest), "effect": float(share_effect(hits / n, others / rest)),
        "cost_more": arm["cost"].mean() - alone["cost"].fillna(0).mean(),
    }  # fmt: skip


def _fisher(hits: int, n: int, others: int, rest: int) -> float:
    """NaN where all or none did."""
    return np.nan if hits + others in (0, n + rest) else float(fisher_p([hits], [n], hits + others, n + rest)[0])


def _shuffled(scores: np.ndarray, codes: np.ndarray) -> float:
    """NaN where nothing is told."""
    return float(shuffled_p(scores, codes, 2)[0]) if not np.isnan(scores).any() else np.nan


def seen_from(n: int, rest: int, share: float) -> float:
    """Smallest difference of shares that four of five comparisons of these sizes would tell.

    Examples
    --------
    >>> round(seen_from(500, 500, 0.2), 3)
    0.078
    """
    from scipy.special import ndtri

    sure = ndtri(1 - LIKELY / 2) + ndtri(POWER)
    return float(sure * np.sqrt(share * (1 - share) * (1 / n + 1 / rest)))


def _decided(table: pd.DataFrame) -> pd.DataFrame:
    """What is beyond chance, all comparisons of the page taken together, and not in doubt."""
    p = adjust_p_values(table[TESTS].to_numpy("float64").ravel()).reshape(-1, len(TESTS))
    likely = dict(zip(TESTS, (p <= LIKELY).T, strict=True))
    doubt = np.select([likely["p_before"], likely["p_also"]], ["before", "also"], "")
    clear = (table["low_more_share"] > 0) | (table["high_more_share"] < 0)
    paid = (table["more_revenue_low"] > 0) | (table["more_revenue_high"] < 0)
    table = table.assign(doubt=doubt, differs=likely["p_share"] & clear & (doubt == ""))
    table["revenue_differs"] = likely["p_revenue"] & paid & (doubt == "")
    cost = (table["cost_more"]).where(table["differs"] & (table["more_share"] > 0) & (table["cost_more"] > 0))
    ends = {"cost_per": "more_share", "cost_per_low": "high_more_share", "cost_per_high": "low_more_share"}
    return table.assign(**{name: cost / table[end] for name, end in ends.items()})[COLUMNS]


def untold(people: pd.DataFrame, *, min_group: int = MIN_GROUP) -> pd.DataFrame:
    """Campaigns that left nobody alone, or too few: nothing tells what they did.

    Parameters
    ----------
    people, min_group
        As for :func:`arm_effects`.

    Returns
    -------
    DataFrame, a row a campaign, the latest first: ``campaign, sent_at, people, alone`` (left alone), ``seen_from``: the
    difference of shares from which on four of five such campaigns would show it, were one in five left alone.

    Examples
    --------
    >>> people = pd.DataFrame({"campaign": ["May"] * 500, "control": False, "came": [True] * 50 + [False] * 450})
    >>> people = people.assign(sent_at=pd.Timestamp("2024-05-02"), left_out="")
    >>> untold(people)[["people", "alone", "seen_from"]].round(3).values.tolist()
    [[500.0, 0.0, 0.105]]
    """
    by = _counted(people).groupby("campaign", sort=False)
    table = by.agg(sent_at=("sent_at", "min"), people=("came", "size"), alone=("control", "sum"), came=("came", "sum"))
    table = table[(table["alone"] < min_group) & (table["people"] >= min_group)].reset_index()
    usual = (table["came"] + 2) / (table["people"] + 4)  # Agresti and Coull: nobody, or all, of a few is no certainty
    told = zip(table["people"], usual, strict=True)
    table["seen_from"] = [seen_from(n - round(n * LEFT), max(round(n * LEFT), 1), share) for n, share in told]
    return table.drop(columns="came").sort_values("sent_at", ascending=False, kind="stable", ignore_index=True)
