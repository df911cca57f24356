"""Functions of rules that measure events and answers; each gives a Series by customer_id, or None without them."""

from __future__ import annotations

import ibis.expr.types as ir
import pandas as pd

from seglib.analysis.journeys.prospects import judged_carts
from seglib.shop.people.records import Records, same_text
from seglib.tables.small_tables import by_customer

__all__ = ["abandoned_carts", "answered", "days_since_event", "events_of", "rating"]


def events_of(records: Records, what: str) -> pd.Series | None:
    """Events of a kind or name in the window."""
    if records.events is None:
        return None
    found = records.events.filter(_called(records.events, what) & records.period.inside(records.events["at"]))
    return by_customer(found.group_by("customer_id").agg(n=found.count()))["n"]


def days_since_event(records: Records, what: str) -> pd.Series | None:
    """Days since the last event of a kind or name, ever; missing for who had none."""
    if records.events is None:
        return None
    found = records.events.filter(_called(records.events, what))
    return records.period.days_since(by_customer(found.group_by("customer_id").agg(last=found["at"].max()))["last"])


def abandoned_carts(records: Records, hours: float, days: float) -> pd.Series | None:
    """Things put into a cart in the last days and not followed by a purchase within the hours, which have passed.

    A purchase is an event or an order; one just at the limit of the hours still counts. An order that tells no time
    counts at any time of its day.
    """
    if records.events is None:
        return None
    judged = judged_carts(records.events, records.orders, records.period.as_of, hours=hours, days=days)
    left = judged.filter(judged.left)
    return by_customer(left.group_by("customer_id").agg(n=left.count()))["n"]


def answered(records: Records, question: str, answer: str) -> pd.Series | None:
    """Whether a survey question was last answered so; missing for who did not answer it."""
    if records.responses is None:
        return None
    asked = records.responses.filter(
        same_text(records.responses.question, question) & records.responses.answer.notnull()
    )
    if "answered_at" in asked.columns:
        asked = asked.mutate(last=asked.answered_at.max().over(group_by=asked.customer_id))
        asked = asked.filter((asked.answered_at == asked["last"]) | asked["last"].isnull())
    return by_customer(asked.group_by("customer_id").agg(so=same_text(asked.answer, answer).any()))["so"]


def rating(records: Records, question: str) -> pd.Series | None:
    """Mean of the numbers answered to a survey question, ever; missing for who gave none."""
    if records.responses is None:
        return None
    asked = records.responses.filter(same_text(records.responses.question, question))
    asked = asked.mutate(number=asked.answer.cast("string").strip().try_cast("float64"))
    asked = asked.filter(asked.number.notnull() & ~asked.number.isinf() & ~asked.number.isnan())
    return by_customer(asked.group_by("customer_id").agg(mean=asked.number.mean()))["mean"]


def _called(events: ir.Table, what: str) -> ir.BooleanValue:
    return same_text(events.kind, what) | same_text(events.event, what)
