"""When each person reached each stage: the heavy step of journeys, done in the engine."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import ibis
import numpy as np
import pandas as pd

from seglib.tables.orders import orders_in
from seglib.tables.seen import SETTLED_DAYS, new_ones, order_gaps
from seglib.tables.small_tables import frame

if TYPE_CHECKING:
    from ibis.expr.types import Table

__all__ = ["first_told", "milestones", "orders_or_purchases", "with_products"]

MOMENTS = ("visit_at", "cart_at", "first_order_at", "repeat_at", "loyal_at")


def orders_or_purchases(orders: Table | None, events: Table | None) -> Table | None:
    """Orders of a shop (or of its lines), else the purchases among its events: ``customer_id, order_id, at, latest``.

    ``latest`` is the moment before which a visit can have led to the order: an order dated without a time of day may
    have been placed at any hour of its day. Purchases without an order number are one order a session, else a moment.
    ``channel`` where it is told.
    """
    if orders is not None:
        found = orders_in(orders)
    elif events is not None:
        found = _purchases(events.filter(events.kind == "purchase"))
    else:
        return None
    told = found.select("customer_id", "order_id", "at", *(["channel"] if "channel" in found.columns else []))
    return told.mutate(latest=(told.at == told.at.truncate("D")).ifelse(told.at + ibis.interval(days=1), told.at))


def _purchases(bought: Table) -> Table:
    named = [bought[name].cast("string") for name in ("order_id", "session_id") if name in bought.columns]
    asked = {"at": bought.at.min()}
    if "channel" in bought.columns:
        asked["channel"] = bought.channel.first(order_by=[bought.at, bought.channel])
    number = ibis.coalesce(*named, bought.at.cast("string"))
    return bought.group_by("customer_id", order_id=number).agg(**asked)


def with_products(events: Table | None, products: Table | None) -> Table | None:
    """Events with the category and name of their product, where only its number is told.

    Parameters
    ----------
    events, products : Ibis tables or None
        As a shop has them; without one of them, or without ``product_id``, the events are returned as they are.

    Examples
    --------
    >>> events = ibis.memtable({"customer_id": ["a"], "product_id": ["7"]})
    >>> with_products(events, ibis.memtable({"product_id": ["7"], "category": ["Tea"]})).to_pyarrow().to_pylist()
    [{'customer_id': 'a', 'product_id': '7', 'category': 'Tea'}]
    """
    if events is None or products is None or "product_id" not in events.columns:
        return events
    told = [name for name in ("category", "product_name") if name in products.columns]
    each = products.group_by("product_id").agg(**{f"of_{name}": products[name].min() for name in told})
    joined = events.left_join(each, "product_id").drop("product_id_right")
    own = {name: ibis.coalesce(joined[name], joined[f"of_{name}"]) for name in told if name in events.columns}
    known = joined.mutate(**own, **{name: joined[f"of_{name}"] for name in told if name not in events.columns})
    return known.drop(*(f"of_{name}" for name in told))


def milestones(
    orders: Table | None = None,
    events: Table | None = None,
    contacts: pd.DataFrame | None = None,
    *,
    as_of: dt.date,
    limits: Mapping[str, Any] | None = None,
    new_since: dt.date | None = None,
) -> pd.DataFrame:
    """When each person first visited, filled a cart, ordered, ordered again and became loyal.

    Parameters
    ----------
    orders, events : Ibis tables or None
        Orders (or the clean lines that they are made of) and events of the whole history, up to the as-of date.
    contacts : DataFrame or None
        Indexed by ``customer_id``.
    as_of : date
        Kept in every row as ``as_of``, so that later tables know how long each person was watched.
    limits : mapping, optional
        A person is loyal from the order that is at least their ``loyal_orders``-th and comes at least
        ``loyal_tenure_days`` days after the first. Without it nobody says what loyal is, and the stage is left out.
    new_since : date, optional
        From which day on a customer who is first seen is new (:mod:`seglib.tables.seen`); None: nobody can be called
        so.

    Returns
    -------
    DataFrame indexed by ``customer_id``, sorted; columns are absent where the shop cannot tell them: ``visit_at``,
    ``last_visit_at``, ``first_channel``, ``first_category`` (of the first event that tells one), ``cart_at`` (first
    cart or checkout; absent where the events know neither), ``first_order_at``, ``repeat_at`` (second order),
    ``loyal_at``, ``orders``, ``is_contact``, ``as_of``; where orders are known ``is_new`` (seen first, in a visit or an
    order, on that day or later), ``repeat_days`` and ``loyal_days``: how long ago somebody must have been first seen to
    have had the time for that step. It is 90 days for a second order; for loyalty what it takes, and one usual gap.

    Examples
    --------
    >>> events = ibis.memtable(pd.DataFrame({"customer_id": ["a", "a", "b"], "kind": ["view", "cart", "view"],
    ...     "at": pd.to_datetime(["2024-01-01", "2024-01-02", "2024-01-03"]), "event": "x"}))
    >>> limits = {"loyal_orders": 4, "loyal_tenure_days": 180}
    >>> reached = milestones(events=events, as_of=dt.date(2024, 2, 1), limits=limits)
    >>> reached[["visit_at", "cart_at"]].notna().values.tolist()
    [[True, True], [True, False]]
    """
    placed = orders_or_purchases(orders, events)
    parts = []
    if events is not None:
        parts += _visited(events)
    if placed is not None:
        bought = _bought(placed, limits)
        parts += [bought] if orders is not None or len(bought) else []
    if contacts is not None:
        parts.append(pd.DataFrame({"is_contact": True}, index=contacts.index.astype("str")))
    if not parts:
        return pd.DataFrame({"as_of": pd.to_datetime([])}, index=pd.Index([], name="customer_id", dtype="str"))
    table = pd.concat(parts, axis=1, join="outer").sort_index().rename_axis("customer_id")
    if "is_contact" in table:
        table["is_contact"] = table["is_contact"].notna()
    table = table.assign(as_of=pd.Timestamp(as_of))
    return table if placed is None or "first_order_at" not in table else _timed(table, placed, limits, new_since)


def _timed(
    table: pd.DataFrame, placed: Table, limits: Mapping[str, Any] | None, new_since: dt.date | None
) -> pd.DataFrame:
    """Who is new, and how long each step needs; nobody is judged by a step before an order could have made it."""
    first = table[[name for name in ("visit_at", "first_order_at") if name in table]].min(axis=1)
    table = table.assign(is_new=new_ones(first, new_since), repeat_days=SETTLED_DAYS)
    if limits is None:
        return table
    usual = order_gaps(placed, table["as_of"].iloc[0].date()).usual()
    return table.assign(loyal_days=int(limits["loyal_tenure_days"] + (0 if np.isnan(usual) else np.ceil(usual))))


def _visited(events: Table) -> list[pd.DataFrame]:
    seen = frame(
        events.group_by("customer_id").agg(
            visit_at=events.at.min(),
            last_visit_at=events.at.max(),
            cart_at=events.at.min(where=events.kind.isin(["cart", "checkout"])),
        )
    ).set_index("customer_id")
    seen = seen if seen["cart_at"].notna().any() else seen.drop(columns="cart_at")
    told = [name for name in ("channel", "category") if name in events.columns]
    return [seen, *(first_told(events, name).rename(f"first_{name}").to_frame() for name in told)]


def first_told(events: Table, column: str, *, last: bool = False) -> pd.Series:
    """What the first event (or last) of each person that tells ``column`` says; of equal times the first by name."""
    told = events.select("customer_id", "at", value=events[column].cast("string").strip().nullif(""))
    told = told.filter(told.value.notnull())
    ends = told.group_by("customer_id").agg(end=told.at.max() if last else told.at.min())
    joined = told.join(ends, "customer_id")
    joined = joined.filter(joined.at == joined.end)
    return frame(joined.group_by("customer_id").agg(value=joined.value.min())).set_index("customer_id")["value"]


def _bought(orders: Table, limits: Mapping[str, Any] | None) -> pd.DataFrame:
    person = ibis.window(group_by="customer_id", order_by=["at", "order_id"])
    counted = orders.mutate(
        number=ibis.row_number().over(person) + 1,
        first_at=orders.at.min().over(ibis.window(group_by="customer_id")),
    )
    measures: dict[str, Any] = {
        "first_order_at": counted.at.min(),
        "repeat_at": counted.at.min(where=counted.number == 2),
        "last_order_at": counted.at.max(),
        "orders": counted.count(),
    }
    if limits is not None:
        long_enough = counted.at >= counted.first_at + ibis.interval(days=limits["loyal_tenure_days"])
        measures["loyal_at"] = counted.at.min(where=(counted.number >= limits["loyal_orders"]) & long_enough)
    return frame(counted.group_by("customer_id").agg(**measures)).set_index("customer_id")
