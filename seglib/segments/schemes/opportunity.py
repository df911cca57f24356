"""Opportunity scheme: open deals, lines not bought yet, likeness to the best customers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from seglib.language.messages import mark
from seglib.language.naming import EVERYONE
from seglib.segments.schemes.deals import open_deals, read_deals, spend_from_deals, win_rates
from seglib.segments.schemes.lookalikes import Lookalikes, find_lookalikes
from seglib.segments.schemes.scheme import ATTRIBUTE_COLUMNS, Scheme, frame_of, not_available, without_visitors
from seglib.segments.schemes.white_space import white_space, white_space_map

__all__ = ["OPPORTUNITIES", "OpportunityStudy", "opportunity"]

# the first that holds is a customer's segment
OPPORTUNITIES = (*(mark("Open deal"), mark("White space"), mark("Lookalike of the best"), mark("No opportunity seen")),)
PEERS_BUY = 0.5  # share of the peers that makes a line not bought an opportunity
LIKE = 2.0  # times the average chance to be one of the best


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class OpportunityStudy(Scheme):
    """Where business can be won.

    Attributes
    ----------
    stages : DataFrame
        Open deals by stage, as of :func:`seglib.segments.schemes.open_deals`.
    win_rates : DataFrame
        By segment, as of :func:`seglib.segments.schemes.win_rates`.
    white_space, white_space_map : DataFrame
        As of the functions of these names.
    lookalikes : Lookalikes
    """

    stages: pd.DataFrame
    win_rates: pd.DataFrame
    white_space: pd.DataFrame
    white_space_map: pd.DataFrame
    lookalikes: Lookalikes


def opportunity(
    people: pd.DataFrame | None,
    deals: Any = None,
    *,
    spend: pd.DataFrame | None = None,
    segments: pd.Series | Scheme | None = None,
    best: pd.Series | None = None,
    attributes: Sequence[str] | None = None,
    as_of: dt.date | None = None,
    random_state: int = 0,
) -> OpportunityStudy:
    """Look for open deals, lines that peers buy, and likeness to the best customers.

    Parameters
    ----------
    people : DataFrame, one row a person or company, indexed by ``customer_id``, or None
    deals : DataFrame or Ibis table, or None
    spend : DataFrame, customers x product lines, optional
        Money spent; by default that of the deals won.
    segments : Series of names or Scheme, optional
        Who is whose peer, such as the firmographic scheme; by default all are peers.
    best : Series of bool, optional
        As for :func:`find_lookalikes`, like ``attributes``.
    as_of : date, optional
        For the age of the deals.
    random_state : int

    Returns
    -------
    OpportunityStudy
        A person's segment is the first of :data:`OPPORTUNITIES` that holds: an open deal; a line not bought that half
        of the peers buy; twice the average likeness to the best customers (where that can be told). NA where the shop
        has neither deals nor lines bought, nor could lookalikes be told.

    Examples
    --------
    >>> people = pd.DataFrame({"industry": ["hotel", "cafe"]}, index=["a", "b"])
    >>> deals = pd.DataFrame({"customer_id": ["a", "b"], "stage": ["Offer", "lost"], "value": [100.0, None]})
    >>> opportunity(people, deals).segments.to_dict()
    {'a': 'Open deal', 'b': 'No opportunity seen'}
    """
    table = frame_of(deals)
    peers = segments.segments if isinstance(segments, Scheme) else segments
    people = without_visitors(people)
    index = people.index if people is not None else pd.Index([], name="customer_id", dtype="str")
    groups = peers if peers is not None else pd.Series(EVERYONE, index=index, dtype="str")
    bought = spend if spend is not None or table is None else spend_from_deals(table)
    gaps = white_space(bought, groups)
    alike = find_lookalikes(_with_money(people, bought), best, attributes=attributes, random_state=random_state)
    names, known = _segments(index, table, gaps, bought, alike)
    return OpportunityStudy(
        name="opportunity",
        segments=names,
        attributes=pd.DataFrame(known, columns=ATTRIBUTE_COLUMNS),
        fixed=False,
        known=names.notna().astype("float64"),
        note="" if names.notna().any() else not_available(mark("deals, lines bought or attributes of people")),
        stages=open_deals(table, segments=peers, as_of=as_of),
        win_rates=win_rates(table, segments=peers),
        white_space=gaps,
        white_space_map=white_space_map(bought, groups),
        lookalikes=alike,
    )


def _segments(
    index: pd.Index, deals: pd.DataFrame | None, gaps: pd.DataFrame, bought: pd.DataFrame | None, alike: Lookalikes
) -> tuple[pd.Series, list[tuple[Any, ...]]]:
    told = read_deals(deals)
    seen = {
        "Open deal": set(told.loc[told["state"] == "open", "who"].dropna()),
        "White space": set(gaps.loc[gaps["peers_share"] >= PEERS_BUY, "customer_id"]),
        "Lookalike of the best": set(alike.table.loc[alike.table["lift"] >= LIKE, "customer_id"]),
    }
    there: dict[str, set[Any]] = {
        "deals": set(told["who"].dropna()),
        "lines bought": set(bought.index) if bought is not None and bought.size else set(),
        "likeness": set(index) if alike.told else set(),
    }
    otherwise = OPPORTUNITIES[-1] if any(there.values()) else pd.NA
    names = pd.Series(otherwise, index=index, name="opportunity", dtype="str")
    for name in reversed(OPPORTUNITIES[:-1]):
        names = names.mask(index.isin(seen[name]), name)
    return names, [_told_of(index, name, who) for name, who in there.items()]


def _with_money(people: pd.DataFrame | None, bought: pd.DataFrame | None) -> pd.DataFrame | None:
    """A shop that only has deals has no orders that tell who its best customers are."""
    if people is None or bought is None or "monetary_value" in people.columns:
        return people
    return people.assign(monetary_value=bought.sum(axis="columns").reindex(people.index))


def _told_of(index: pd.Index, name: str, who: set[Any]) -> tuple[Any, ...]:
    known = int(index.isin(who).sum())
    return name, name, known, known / max(len(index), 1), 0, bool(who), "" if who else "not available"
