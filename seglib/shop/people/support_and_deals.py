"""Requests for support, deals and campaign messages of each person."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
import pandas as pd

from seglib.tables.canonical import NOT_SENT
from seglib.tables.period import Period
from seglib.tables.small_tables import by_customer

__all__ = ["campaign_measures", "deal_measures", "ticket_measures"]


def ticket_measures(tickets: ir.Table, period: Period) -> pd.DataFrame:
    """One row for everyone who asked for support.

    Parameters
    ----------
    tickets : ibis Table
        As known at the as-of date: ``customer_id``, ``opened_at``, and ``answered_at``, ``closed_at`` where told; where
        one of the two is not a column of the shop, the other ends a request.
    period : Period
        As-of date and window.

    Returns
    -------
    DataFrame indexed by customer_id: tickets (of the window), unanswered_tickets, open_tickets, waiting_days.
    """
    happened = {name: tickets[name].notnull() for name in ("answered_at", "closed_at") if name in tickets.columns}
    answered = happened.get("answered_at", tickets.opened_at.isnull())
    closed = happened.get("closed_at", answered)
    found = tickets.group_by("customer_id").agg(
        tickets=period.inside(tickets.opened_at).sum(),
        unanswered_tickets=(~answered & ~closed).sum(),
        open_tickets=(~closed).sum(),
        oldest=tickets.opened_at.min(where=~closed),
    )
    table = by_customer(found)
    table["waiting_days"] = period.days_since(table.pop("oldest"))
    return table.astype(dict.fromkeys(("tickets", "unanswered_tickets", "open_tickets"), "int64"))


def deal_measures(deals: ir.Table, _period: Period) -> pd.DataFrame:
    """One row for everyone with a deal.

    Parameters
    ----------
    deals : ibis Table
        As known at the as-of date: ``customer_id``, ``state`` (open, won, lost), ``stage``, and ``deal_id``,
        ``value``, ``opened_at`` where told.

    Returns
    -------
    DataFrame indexed by customer_id: open_deals, open_deal_value (where told), won_deals, deal_stage.
    """
    still = (deals.state == "open").fill_null(False)
    asked = {"open_deals": still.sum(), "won_deals": (deals.state == "won").fill_null(False).sum()}
    if "value" in deals.columns:
        asked["open_deal_value"] = deals["value"].sum(where=still).cast("float64").fill_null(0.0)
    counted = deals.group_by("customer_id").agg(**asked)
    table = by_customer(counted).join(_latest_stage(deals.filter(still)))
    return table.astype({"open_deals": "int64", "won_deals": "int64", "deal_stage": "str"})


def _latest_stage(deals: ir.Table) -> pd.DataFrame:
    """Stage of the deal opened last; the largest number, then the last stage by name of those opened together."""
    by = [deals[name].desc() for name in ("opened_at", "deal_id", "stage") if name in deals.columns]
    ranked = deals.mutate(place=ibis.row_number().over(group_by=deals.customer_id, order_by=by))
    return by_customer(ranked.filter(ranked.place == 0).select("customer_id", deal_stage="stage"))


def campaign_measures(campaigns: ir.Table, period: Period) -> pd.DataFrame:
    """One row for everyone in a campaign.

    Parameters
    ----------
    campaigns : ibis Table
        As known at the as-of date: ``customer_id``, and ``sent_at``, ``arm``, ``opened``, ``converted`` where told. A
        control arm was sent nothing; where no date is told at all, every message counts.
    period : Period
        As-of date and window.

    Returns
    -------
    DataFrame indexed by customer_id: campaigns_sent, and campaigns_opened, campaigns_converted where told.
    """
    sent = campaigns.customer_id.notnull()
    if "sent_at" in campaigns.columns:
        sent = period.inside(campaigns.sent_at).fill_null(False)
    if "arm" in campaigns.columns:
        sent = sent & ~campaigns.arm.strip().lower().isin(NOT_SENT).fill_null(False)
    asked = {"campaigns_sent": sent.cast("int64").sum()}
    for name in ("opened", "converted"):
        if name in campaigns.columns:
            asked[f"campaigns_{name}"] = (sent & campaigns[name].fill_null(False)).cast("int64").sum()
    return by_customer(campaigns.group_by("customer_id").agg(**asked)).astype("int64")
