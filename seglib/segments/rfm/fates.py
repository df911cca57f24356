"""What became of those who were told that they would slip, or rise by one order, a while ago."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from sklearn.base import clone

from seglib.segments.rfm.boundaries import RISES, SLIPS, nearest_boundary
from seglib.tables.effects import share_effect
from seglib.tables.intervals import differs_from_rest, wilson_interval
from seglib.tables.small_tables import LIKELY

if TYPE_CHECKING:
    from seglib.segments.rfm.scorer import RFMScorer

__all__ = ["FATE_COLUMNS", "days_ahead", "what_became"]

LEAST, MOST, NOT_KNOWN = 7, 90, 30  # days that count as soon
FATE_COLUMNS = ["move", "told", "did", "did_share", "did_share_low", "did_share_high"]
FATE_COLUMNS += ["came_true", "came_true_share", "came_true_share_low", "came_true_share_high", "within_days"]
FATE_COLUMNS += ["others", "others_share", "effect", "p_adjusted", "differs"]


def days_ahead(asked: int, usual_gap_days: float) -> int:
    """Days without an order that count as soon: as asked, else the shop's usual gap, from 7 to 90 days.

    With a fixed 30 days everybody slips soon in a shop where people order every other day.

    Examples
    --------
    >>> days_ahead(0, 2.0), days_ahead(0, 41.4), days_ahead(0, float("nan")), days_ahead(14, 41.0)
    (7, 41, 30, 14)
    """
    usual = NOT_KNOWN if np.isnan(usual_gap_days) else round(usual_gap_days)
    return asked or min(max(usual, LEAST), MOST)


def what_became(
    scorer: RFMScorer,
    before: pd.DataFrame | None,
    since: pd.DataFrame | None,
    now: pd.Series,
    *,
    within_days: int,
) -> pd.DataFrame:
    """Of those told to slip within so many days without an order, or to rise by one order: who did, and where they are.

    The scorer is fitted again to the customers as they were, as it would have been then.

    Parameters
    ----------
    scorer : RFMScorer
    before, since : DataFrame
        Customers as they were ``within_days`` ago and what they did since (``next_orders``), of ``Shop.next_period``;
        None or empty where the history is too short.
    now : Series of str
        Segment of each customer by the scorer of today, indexed by ``customer_id``.
    within_days : int

    Returns
    -------
    DataFrame, a row a move ("slips", "rises"): ``told`` (customers), ``did`` (of them: who did not order; who ordered
    exactly once) and ``came_true`` (of these: who are now in the segment that was told), each with ``_share`` and its
    95% Wilson interval, ``within_days``; ``others`` (everyone who was not told so), ``others_share`` (of them: who did
    the same), ``effect`` (Cohen's h between the two shares), ``p_adjusted`` (Fisher's exact test, both rows together),
    ``differs``. Empty without a history.

    Examples
    --------
    >>> from seglib.segments.rfm import RFMScorer
    >>> before = pd.DataFrame({"recency_days": [1, 70], "frequency": [3, 1], "monetary_value": [9.0, 3.0]})
    >>> since, now = pd.DataFrame({"next_orders": [0, 1]}), pd.Series(["Recent", "Loyal"])
    >>> fate = what_became(RFMScorer(preset="terciles").fit(before), before, since, now, within_days=90)
    >>> fate[["move", "told", "did"]].values.tolist()
    [['slips', 0, 0], ['rises', 1, 1]]
    """
    if before is None or since is None or before.empty:
        return pd.DataFrame(columns=FATE_COLUMNS)
    told = nearest_boundary(before, clone(scorer).fit(before))
    orders, here = since["next_orders"].reindex(before.index).fillna(0), now.reindex(before.index)
    moves = {
        SLIPS: (told["slips_in_days"].le(within_days), orders == 0, here == told["slips_to"]),
        RISES: (told["orders_needed"].eq(1), orders == 1, here == told["rises_to"]),
    }
    rows = []
    for move, parts in moves.items():
        asked, did, there = (part.fillna(False).to_numpy(bool) for part in parts)
        counts = asked, asked & did, asked & did & there, ~asked, did
        rows.append((move, *(int(part.sum()) for part in counts)))
    table = pd.DataFrame(rows, columns=["move", "told", "did", "came_true", "others", "all_did"])
    for part, of in (("did", "told"), ("came_true", "did")):
        low, high = wilson_interval(table[part], table[of])
        share = table[part] / table[of].where(table[of] > 0)
        table = table.assign(**{f"{part}_share": share, f"{part}_share_low": low, f"{part}_share_high": high})
    return _beside_others(table).assign(within_days=within_days)[FATE_COLUMNS]


def _beside_others(table: pd.DataFrame) -> pd.DataFrame:
    """What those did who were not told, and whether chance could make the difference."""
    others = (table["all_did"] - table["did"]) / table["others"].where(table["others"] > 0)
    adjusted = differs_from_rest(table["did"], table["told"], table["all_did"], table["told"] + table["others"])
    effect = share_effect(table["did_share"], others)
    return table.assign(others_share=others, effect=effect, p_adjusted=adjusted, differs=adjusted <= LIKELY)
