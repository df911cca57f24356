"""Functions of rules that measure events and answers; each gives a Series by customer_id, or None without them."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
import pandas as pd

from seglib.shop.people.records import Known, same_text
from seglib.tables.period import midnight
from seglib.tables.small_tables import by_customer

__all__ = ["abandoned_carts", "answered", "days_since_event", "events_of", "rating"]


def events_of(known: Known, what: str) -> pd.Series | None:
    """Events of a kind or name in the window."""
    if known.events is None:
        return None
    found = known.events.filter(_called(known.events, what) & known.period.inside(known.events["at"]))
    return by_customer(found.group_by("customer_id").agg(n=found.count()))["n"]


def days_since_event(known: Known, what: str) -> pd.Series | None:
    """Days since the last event of a kind or name, ever; missing for who had none."""
    if known.events is None:
        return None
    found = known.events.filter(_called(known.events, what))
    return known.period.days_since(by_customer(found.group_by("customer_id").agg(last=found["at"].max()))["last"])


def abandoned_carts(known: Known, hours: float, days: float) -> pd.Series | None:
    """Things put into a cart in the last days and not followed by a purchase within the hours, which have passed.

    A purchase is an event or an order; one just at the limit of the hours still counts. An order that tells no time
    counts at any time of its day.
    """
    if known.events is None:
        return None
    period, limit = known.period, ibis.interval(seconds=round(hours * 3600))
    first = midnight(period.last(int(days)))
    carts = known.events.filter((known.events.kind == "cart") & (known.events["at"] >= first))
    carts = carts.select("customer_id", put="at", until=carts["at"] + limit)
    carts = carts.filter(carts.until < period.end)
    sales = _purchases(known)
    left = carts.anti_join(
        sales, [carts.customer_id == sales.buyer, sales.latest >= carts.put, sales.earliest <= carts.until]
    )
    return by_customer(left.group_by("customer_id").agg(n=left.count()))["n"]


def answered(known: Known, question: str, answer: str) -> pd.Series | None:
    """Whether a survey question was last answered so; missing for who did not answer it."""
    if known.responses is None:
        return None
    asked = known.responses.filter(same_text(known.responses.question, question) & known.responses.answer.notnull())
    if "answered_at" in asked.columns:
        asked = asked.mutate(last=asked.answered_at.max().over(group_by=asked.customer_id))
        asked = asked.filter((asked.answered_at == asked["last"]) | asked["last"].isnull())
    return by_customer(asked.group_by("customer_id").agg(so=same_text(asked.answer, answer).any()))["so"]


def rating(known: Known, question: str) -> pd.Series | None:
    """Mean of the numbers answered to a survey question, ever; missing for who gave none."""
    if known.responses is None:
        return None
    asked = known.responses.filter(same_text(known.responses.question, question))
    asked = asked.mutate(number=asked.answer.cast("string").strip().try_cast("float64"))
    asked = asked.filter(asked.number.notnull() & ~asked.number.isinf() & ~asked.number.isnan())
    return by_customer(asked.group_by("customer_id").agg(mean=asked.number.mean()))["mean"]


def _called(events: ir.Table, what: str) -> ir.BooleanValue:
    return same_text(events.kind, what) | same_text(events.event, what)


def _purchases(known: Known) -> ir.Table:
    """When each person bought: the earliest and the latest moment that it can have been."""
    assert known.events is not None
    events = known.events.filter(known.events.kind == "purchase")
    at = events["at"].cast("timestamp(6)")
    bought = events.select(buyer="customer_id", earliest=at, latest=at)
    if known.orders is None:
        return bought
    at = known.orders["at"].cast("timestamp(6)")
    end = at + ibis.interval(days=1) - ibis.interval(microseconds=1)
    latest = ibis.ifelse(at == at.truncate("D"), end, at)
    return bought.union(known.orders.select(buyer="customer_id", earliest=at, latest=latest).distinct())
