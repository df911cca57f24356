"""What leads the page of journeys: a habit, a first purchase or a campaign that chance would seldom make."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from seglib.language.messages import gettext as _
from seglib.language.words import days, name, percent
from seglib.show.findings.clauses import closed
from seglib.show.findings.journeys.campaigns import campaign_leads
from seglib.show.findings.journeys.habits import favourite
from seglib.show.findings.leading import Candidate, furthest, leading

__all__ = ["lead"]


def lead(
    habits: Mapping[str, pd.DataFrame],
    first: pd.DataFrame,
    within_days: int = 90,
    *,
    arms: pd.DataFrame | None = None,
    currency: str = "",
) -> str:
    """The habit of a group, the first purchase or the campaign that lies furthest from all others beyond chance.

    Parameters
    ----------
    habits : mapping of "weekday", "hour", "channel" to DataFrame
        From :func:`seglib.analysis.journeys.habits`, adjusted together.
    first : DataFrame
        From :func:`seglib.analysis.journeys.first_product`.
    within_days : int
        Days within which customers came back or did not.
    arms : DataFrame, optional
        From :func:`seglib.analysis.campaigns.arm_effects`.
    currency : str
        ISO 4217 code.
    """
    sent = pd.DataFrame() if arms is None else arms
    found = campaign_leads(sent, currency)
    found += [one for by, table in habits.items() for one in _habit(table, by)]
    found += furthest(first, "differs", lambda row: _first(row, first.iloc[0], within_days))
    tested = (
        any(len(table) and table["p_value"].notna().any() for table in habits.values()) or len(first) > 2 or len(sent)
    )
    return leading(found, tested=bool(tested))


def _habit(table: pd.DataFrame, by: str) -> list[Candidate]:
    more = table[table["index"] > 100] if len(table) else table
    return furthest(more, "differs", lambda row: favourite(row, by))


def _first(row: pd.Series, everyone: pd.Series, within_days: int) -> str:
    told = _(
        "Of those who began with {first}, {share} came back within {days}, of everyone {usual}",
        first=name(row.iloc[0]),
        share=percent(row["share"]),
        days=days(within_days),
        usual=percent(everyone["share"]),
    )
    return closed(told)
