"""Requests for support, deals and campaign messages of each person."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
import pandas as pd

from seglib.shop.people.period import Period, fetched

__all__ = ["campaign_measures", "deal_measures", "ticket_measures"]

NOT_SENT = ("control", "control group", "holdout", "no e-mail", "no email", "none")


def ticket_measures(tickets: ir.Table, period: Period) -> pd.DataFrame:
    """One row for everyone who asked for support up to the as-of date.

    Parameters
    ----------
    tickets : ibis Table
        ``customer_id``, ``opened_at``, and ``answered_at``, ``closed_at`` where told: where one of the two is not a
        column of the shop, the other ends a request. An answer or a closing after the as-of date has not happened yet.
    period : Period
        As-of date and window.

    Returns
    -------
    DataFrame indexed by customer_id: tickets (of the window), unanswered_tickets, open_tickets, waiting_days.
    """
    tickets = period.known(tickets, "opened_at")
    ends = [name for name in ("answered_at", "closed_at") if name in tickets.columns]
    happened = {name: (tickets[name] < period.end).fill_null(False) for name in ends}
    answered = happened.get("answered_at", tickets.opened_at.isnull())
    closed = happened.get("closed_at", answered)
    found = tickets.group_by("customer_id").agg(
        tickets=period.inside(tickets.opened_at).sum(),
        unanswered_tickets=(~answered & ~closed).sum(),
        open_tickets=(~closed).sum(),
        oldest=tickets.opened_at.min(where=~closed),
    )
    table = fetched(found)
    table["waiting_days"] = period.days_since(table.pop("oldest"))
    return table.astype(dict.fromkeys(("tickets", "unanswered_tickets", "open_tickets"), "int64"))


def deal_measures(deals: ir.Table, period: Period) -> pd.DataFrame:
    """One row for everyone with a deal up to the as-of date.

    Parameters
    ----------
    deals : ibis Table
        ``customer_id``, ``state`` (open, won, lost), ``stage``, and ``deal_id``, ``value``, ``opened_at``,
        ``closed_at`` where told. A deal closed after the as-of date is still open, at a stage not known.
    period : Period
        As-of date and window.

    Returns
    -------
    DataFrame indexed by customer_id: open_deals, open_deal_value (where told), won_deals, deal_stage.
    """
    if "opened_at" in deals.columns:
        deals = deals.filter((deals.opened_at < period.end) | deals.opened_at.isnull())
    later = (deals.closed_at >= period.end).fill_null(False) if "closed_at" in deals.columns else ibis.literal(False)
    deals = deals.mutate(
        state=ibis.ifelse(later, "open", deals.state), stage=ibis.ifelse(later, ibis.null("string"), deals.stage)
    )
    still = (deals.state == "open").fill_null(False)
    asked = {"open_deals": still.sum(), "won_deals": (deals.state == "won").fill_null(False).sum()}
    if "value" in deals.columns:
        asked["open_deal_value"] = deals["value"].sum(where=still).cast("float64").fill_null(0.0)
    counted = deals.group_by("customer_id").agg(**asked)
    table = fetched(counted).join(_latest_stage(deals.filter(still)))
    return table.astype({"open_deals": "int64", "won_deals": "int64", "deal_stage": "str"})


def _latest_stage(deals: ir.Table) -> pd.DataFrame:
    """Stage of the deal opened last; the largest number, then the last stage by name of those opened together."""
    by = [deals[name].desc() for name in ("opened_at", "deal_id", "stage") if name in deals.columns]
    ranked = deals.mutate(place=ibis.row_number().over(group_by=deals.customer_id, order_by=by))
    return fetched(ranked.filter(ranked.place == 0).select("customer_id", deal_stage="stage"))


def campaign_measures(campaigns: ir.Table, period: Period) -> pd.DataFrame:
    """One row for everyone in a campaign up to the as-of date.

    Parameters
    ----------
    campaigns : ibis Table
        ``customer_id``, and ``sent_at``, ``arm``, ``opened``, ``converted`` where told. A control arm was sent nothing;
        where no date is told at all, every message counts.
    period : Period
        As-of date and window.

    Returns
    -------
    DataFrame indexed by customer_id: campaigns_sent, and campaigns_opened, campaigns_converted where told.
    """
    sent = campaigns.customer_id.notnull()
    if "sent_at" in campaigns.columns:
        campaigns = campaigns.filter((campaigns.sent_at < period.end) | campaigns.sent_at.isnull())
        sent = period.inside(campaigns.sent_at).fill_null(False)
    if "arm" in campaigns.columns:
        sent = sent & ~campaigns.arm.strip().lower().isin(NOT_SENT).fill_null(False)
    asked = {"campaigns_sent": sent.cast("int64").sum()}
    for name in ("opened", "converted"):
        if name in campaigns.columns:
            asked[f"campaigns_{name}"] = (sent & campaigns[name].fill_null(False)).cast("int64").sum()
    return fetched(campaigns.group_by("customer_id").agg(**asked)).astype("int64")
