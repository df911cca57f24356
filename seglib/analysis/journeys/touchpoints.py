"""What led to the first order: how many contacts, over which channels."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import ibis
import pandas as pd

from seglib.analysis.journeys.groups import groups_of, stacked
from seglib.analysis.journeys.milestones import first_told, orders_or_purchases
from seglib.language.messages import mark
from seglib.tables.intervals import with_shares
from seglib.tables.period import midnight
from seglib.tables.small_tables import MIN_GROUP, empty, frame

if TYPE_CHECKING:
    from ibis.expr.types import Table

__all__ = ["touch_channels", "touch_counts", "touchpoints"]

EACH_COLUMNS = "touches channels days first_channel last_channel"
COUNT_COLUMNS = (
    "group people lower_touches median_touches upper_touches one_touch share low_share high_share median_days"
)
CHANNEL_COLUMNS = (
    "group channel people first first_share first_low_share first_high_share last last_share last_low_share "
    "last_high_share"
)


def touchpoints(events: Table | None, orders: Table | None = None, *, new_since: dt.date | None = None) -> pd.DataFrame:
    """What the events show of each new customer up to the first order.

    Parameters
    ----------
    events : Ibis table or None
        Events of the whole history.
    orders : Ibis table, optional
        Orders of the whole history, or the clean lines that they are made of; without them purchases among the events
        are the orders.
    new_since : date, optional
        From which day on a customer who is first seen is new (:mod:`seglib.tables.seen`); of everyone when None.

    Returns
    -------
    DataFrame indexed by ``customer_id``, one row for each customer who was seen up to the first order: ``touches``
    (sessions, days where sessions are not told; that of the order included), ``days`` (from the first of them to the
    order), and where channels are told ``channels`` (how many different), ``first_channel``, ``last_channel``.

    Examples
    --------
    >>> events = ibis.memtable(pd.DataFrame({"customer_id": "a", "event": "e", "channel": ["ad", "mail", "web"],
    ...     "kind": ["view", "purchase", "view"], "at": pd.to_datetime(["2024-01-01", "2024-01-04", "2024-01-09"])}))
    >>> touchpoints(events)[["touches", "days", "first_channel", "last_channel"]].values.tolist()
    [[2, 3.0, 'ad', 'mail']]
    """
    placed = orders_or_purchases(orders, events)
    if events is None or placed is None:
        return empty(EACH_COLUMNS, "events").rename_axis("customer_id")
    before = _before(events, placed)
    before = before if new_since is None else before.filter(before.first_at >= midnight(new_since))
    measures: dict[str, Any] = {"touches": before.touch.nunique(), "seconds": _seconds(before)}
    if "channel" in events.columns:
        measures["channels"] = before.channel.nunique()
    table = frame(before.group_by("customer_id").agg(**measures)).set_index("customer_id").sort_index()
    table["days"] = table.pop("seconds") / 86_400
    if "channel" in events.columns:
        table["first_channel"] = first_told(before, "channel")
        table["last_channel"] = first_told(before, "channel", last=True)
    return table


def _seconds(before: Table) -> Any:
    """Time from the first touch to the order; none where the order is dated without a time of day and the same day."""
    wait = before.first_at.max().epoch_seconds() - before.at.min().epoch_seconds()
    return ibis.greatest(wait, 0)


def _before(events: Table, orders: Table) -> Table:
    firsts = orders.group_by("customer_id").agg(first_at=orders.at.min(), latest=orders.latest.min())
    touch = events.at.truncate("D").cast("string")
    if "session_id" in events.columns:
        touch = ibis.coalesce(events.session_id.cast("string"), touch)
    joined = events.mutate(touch=touch).join(firsts, "customer_id")
    return joined.filter(joined.at <= joined.latest)


def touch_counts(touches: pd.DataFrame, by: pd.Series | None = None, *, min_group: int = MIN_GROUP) -> pd.DataFrame:
    """How many touchpoints it took, for everyone and each group.

    Parameters
    ----------
    touches : DataFrame
        From :func:`touchpoints`.
    by : Series, optional
        Group of each person, indexed by ``customer_id``.
    min_group : int
        Smaller groups are not described.

    Returns
    -------
    DataFrame ``group``, ``people``, ``lower_touches``, ``median_touches``, ``upper_touches`` (quartiles),
    ``one_touch`` (who ordered on the first), ``share`` of them with ``low_share`` and ``high_share``, ``median_days``.

    Examples
    --------
    >>> touches = pd.DataFrame({"touches": [1, 3], "days": [0.0, 4.0]}, index=["a", "b"])
    >>> touch_counts(touches)[["group", "people", "median_touches", "one_touch", "share"]].values.tolist()
    [['Everyone', 2, 2.0, 1, 0.5]]
    """
    if touches.empty:
        return empty(COUNT_COLUMNS, touches.attrs.get("needs", mark("events of customers before their first order")))
    groups, small = groups_of(touches, by, min_group)
    rows = []
    for name, inside in groups:
        quartiles = inside["touches"].quantile([0.25, 0.5, 0.75]).tolist()
        rows.append((name, len(inside), *quartiles, int((inside["touches"] == 1).sum()), inside["days"].median()))
    columns = "group people lower_touches median_touches upper_touches one_touch median_days"
    table = pd.DataFrame(rows, columns=columns.split())
    return stacked([with_shares(table, "one_touch", "people")], COUNT_COLUMNS, small)


def touch_channels(touches: pd.DataFrame, by: pd.Series | None = None, *, min_group: int = MIN_GROUP) -> pd.DataFrame:
    """Which channels begin the way to the first order, and which end it.

    Parameters
    ----------
    touches, by, min_group
        As for :func:`touch_counts`.

    Returns
    -------
    DataFrame ``group``, ``channel``, ``people`` (whose channels are told), ``first`` and ``last`` (how many of them had
    this as their first and last touch), each with its ``_share``, ``_low_share`` and ``_high_share``.

    Examples
    --------
    >>> touches = pd.DataFrame({"first_channel": ["ad", "ad"], "last_channel": ["ad", "web"]}, index=["a", "b"])
    >>> touch_channels(touches)[["channel", "first", "last", "last_share"]].values.tolist()
    [['ad', 2, 1, 0.5], ['web', 0, 1, 0.5]]
    """
    if "first_channel" not in touches or not touches["first_channel"].notna().any():
        return empty(CHANNEL_COLUMNS, touches.attrs.get("needs", mark("events with channels")))
    told = touches[touches["first_channel"].notna()]
    groups, small = groups_of(told, by, min_group)
    return stacked([_channels(name, inside) for name, inside in groups], CHANNEL_COLUMNS, small)


def _channels(group: str, touches: pd.DataFrame) -> pd.DataFrame:
    ends = {end: touches[f"{end}_channel"].value_counts() for end in ("first", "last")}
    table = pd.DataFrame(ends).fillna(0).astype("int64").rename_axis("channel").reset_index()
    table = table.sort_values(["first", "last", "channel"], ascending=[False, False, True], ignore_index=True)
    table = table.assign(group=group, people=len(touches))
    return with_shares(with_shares(table, "first", "people", "first"), "last", "people", "last")
