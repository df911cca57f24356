"""Visits, views and carts of each person."""

from __future__ import annotations

import ibis.expr.types as ir
import pandas as pd

from seglib.tables.period import Period
from seglib.tables.small_tables import by_customer

__all__ = ["event_measures"]

# kind of event -> measure that counts it
COUNTED = {
    "view": "views",
    "cart": "carts",
    "checkout": "checkouts",
    "chat": "chats",
    "newsletter": "newsletter_visits",
}


def event_measures(events: ir.Table, period: Period) -> pd.DataFrame:
    """One row for everyone seen in the events.

    Parameters
    ----------
    events : ibis Table
        ``customer_id``, ``at``, ``kind`` (one of ``seglib.tables.measures.EVENT_KINDS``), and ``session_id`` where
        told; as known at the as-of date.
    period : Period
        As-of date and window.

    Returns
    -------
    DataFrame indexed by customer_id: visits, views, carts, checkouts, chats, newsletter_visits (of the window),
    last_visit_days (ever), visit_span_days (of the window; missing without an event in it).
    """
    inside = period.inside(events["at"])
    counts = {name: ((events.kind == kind) & inside).fill_null(False).sum() for kind, name in COUNTED.items()}
    # a row a visit first: much faster than distinct visits among everything
    visits = events.group_by("customer_id", visit=_visit(events)).agg(
        first=events["at"].min(where=inside), last=events["at"].max(where=inside), ever=events["at"].max(), **counts
    )
    found = visits.group_by("customer_id").agg(
        visits=visits["last"].count(),
        first=visits["first"].min(),
        last=visits["last"].max(),
        ever=visits.ever.max(),
        **{name: visits[name].sum() for name in counts},
    )
    table = by_customer(found)
    table["last_visit_days"] = period.days_since(table.pop("ever"))
    table["visit_span_days"] = period.days_since(table.pop("first")) - period.days_since(table.pop("last"))
    return table.astype(dict.fromkeys(["visits", *COUNTED.values()], "int64"))


def _visit(events: ir.Table) -> ir.StringValue:
    """The session, else the day."""
    day = events["at"].date().cast("string")
    if "session_id" not in events.columns:
        return day
    return ("session " + events.session_id.cast("string")).fill_null(day)
