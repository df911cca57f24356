"""Those who did not order: leads, the curious, the undecided, and carts that were left."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

import ibis
import pandas as pd

from seglib.intervals import with_shares
from seglib.journeys.groups import empty
from seglib.journeys.milestones import frame, orders_of

if TYPE_CHECKING:
    from ibis.expr.types import Table

__all__ = ["abandoned_carts", "prospects"]

PROSPECT_COLUMNS = "prospect people of share low_share high_share"
CART_COLUMNS = "values carts abandoned share low_share high_share people value unpriced"
NOT_TOLD = "not told"
OFTEN = {"visits": 4, "carts": 2, "chats": 1}


def prospects(
    people: pd.DataFrame,
    milestones: pd.DataFrame,
    *,
    curious_days: int = 30,
    undecided_days: int = 90,
    span_days: int = 14,
    often: Mapping[str, int] = OFTEN,
) -> pd.DataFrame:
    """How many people have not ordered yet, by how near they are to it; a person may be in several rows.

    Parameters
    ----------
    people : DataFrame
        One row a person, with ``visits``, ``carts``, ``chats``, ``last_visit_days``, ``visit_span_days`` where the shop
        has events.
    milestones : DataFrame
        From :func:`seglib.journeys.milestones`.
    curious_days : int
        Curious: their last visit is at most so many days ago.
    undecided_days, span_days, often : int, int, mapping
        Undecided: visits over ``span_days`` or more, the last at most ``undecided_days`` ago, and any of the columns in
        ``often`` at its number or more. The defaults are those of the segments as shipped.

    Returns
    -------
    DataFrame ``prospect`` (``lead``: known contact; ``curious``; ``undecided``; ``cart``: has filled a cart),
    ``people``, ``of`` (all who never ordered), ``share``, ``low_share``, ``high_share``. Rows that the shop cannot tell
    are left out.

    Examples
    --------
    >>> people = pd.DataFrame({"last_visit_days": [3, 80], "visits": 1}, index=["a", "b"])
    >>> reached = pd.DataFrame({"visit_at": [1, 1]}, index=["a", "b"])
    >>> prospects(people, reached)[["prospect", "people", "of"]].values.tolist()
    [['curious', 1, 2]]
    """
    known = milestones.reindex(milestones.index.union(people.index))
    never = known["first_order_at"].isna() if "first_order_at" in known else pd.Series(True, index=known.index)
    told = people.reindex(known.index)
    tests: dict[str, Any] = {}
    if "is_contact" in known:
        tests["lead"] = known["is_contact"].eq(True)
    if "last_visit_days" in told:
        tests["curious"] = told["last_visit_days"].le(curious_days)
        if "visit_span_days" in told:
            many = reduce(or_, (told[name].ge(least).fillna(False) for name, least in often.items() if name in told))
            tests["undecided"] = (
                told["visit_span_days"].ge(span_days) & told["last_visit_days"].le(undecided_days) & many
            )
    if "cart_at" in known:
        tests["cart"] = known["cart_at"].notna()
    if not tests:
        return empty(PROSPECT_COLUMNS, "events")
    counts = [int((never & test.fillna(False).astype(bool)).sum()) for test in tests.values()]
    table = pd.DataFrame({"prospect": list(tests), "people": counts, "of": int(never.sum())})
    return with_shares(table, "people", "of")[PROSPECT_COLUMNS.split()]


def abandoned_carts(
    events: Table | None,
    lines: Table | None = None,
    *,
    as_of: dt.date,
    by: str = "category",
    within_hours: int = 24,
    days: int = 30,
    top: int = 12,
) -> pd.DataFrame:
    """Carts that no order followed, by product or category.

    A cart is what one person put into it of one product in one session (one day where sessions are not told). It is
    abandoned when the person placed no order within ``within_hours`` hours after it; carts too young to tell are left
    out.

    Parameters
    ----------
    events : Ibis table or None
        Events; those of the kind "cart" count.
    lines : Ibis table, optional
        Clean order lines: the orders, and the price of products whose cart events tell no amount (the median paid).
        Without them purchases among the events are the orders.
    as_of : date
        Last day analysed.
    by : {"category", "product_id"}
        What to split by.
    within_hours, days : int
        How soon an order must follow; how many days up to the as-of date are looked at.
    top : int
        Values with the most abandoned carts are listed, the others added up as "Other (n)".

    Returns
    -------
    DataFrame ``<by>``, ``values`` (how many the row stands for), ``carts``, ``abandoned``, ``share`` with
    ``low_share``, ``high_share``, ``people`` (who left one), ``value`` (money in the abandoned carts whose price is
    known; NA where none is), ``unpriced`` (abandoned carts without a price).

    Examples
    --------
    >>> at = pd.to_datetime(["2024-01-01 09:00", "2024-01-01 10:00", "2024-01-02 09:00"])
    >>> events = ibis.memtable(pd.DataFrame({"customer_id": ["a", "a", "b"], "kind": ["cart", "purchase", "cart"],
    ...     "event": "e", "category": "Tea", "at": at}))
    >>> abandoned_carts(events, as_of=dt.date(2024, 1, 9))[["category", "carts", "abandoned"]].values.tolist()
    [['Tea', 2, 1]]
    """
    if events is None or by not in events.columns:
        needs = "events" if events is None else f"cart events with a {by.replace('_', ' ')}"
        return empty(f"{by} {CART_COLUMNS}", needs)
    carts = _judged(_carts(events, lines, by), orders_of(lines, events), as_of, within_hours, days)
    left = carts.abandoned
    each = carts.group_by("value").agg(
        carts=carts.count(),
        abandoned=left.cast("int64").sum(),
        people=carts.customer_id.nunique(where=left),
        money=carts.money.sum(where=left),
        unpriced=(left & carts.money.isnull()).cast("int64").sum(),
    )
    table = frame(each)
    if table.empty:
        return empty(f"{by} {CART_COLUMNS}", f"carts in the {days} days up to the as-of date")
    table = table.sort_values(["abandoned", "carts", "value"], ascending=[False, False, True], ignore_index=True)
    table = _listed(table.rename(columns={"value": by, "money": "value"}), by, top)
    table["values"] = table["values"].fillna(1).astype("int64")
    return with_shares(table, "abandoned", "carts")[[by, *CART_COLUMNS.split()]]


def _carts(events: Table, lines: Table | None, by: str) -> Table:
    """One row a person, session and product (or what else there is to tell carts apart), with its last moment."""
    put = events.filter(events.kind == "cart")
    session = put.at.truncate("D").cast("string")
    if "session_id" in put.columns:
        session = ibis.coalesce(put.session_id.cast("string"), session)
    item = put.product_id if "product_id" in put.columns else put[by]
    money = put.amount.cast("float64") if "amount" in put.columns else ibis.null("float64")
    quantity = put.quantity.cast("float64").fill_null(1.0) if "quantity" in put.columns else ibis.literal(1.0)
    value = put[by].cast("string").strip().nullif("").fill_null(NOT_TOLD)
    told = put.select(
        "customer_id", at=put.at, session=session, item=item.cast("string"), value=value, money=money, quantity=quantity
    )
    carts = told.group_by(["customer_id", "session", "item", "value"]).agg(
        at=told.at.max(), money=told.money.max(), quantity=told.quantity.max()
    )
    return _priced(carts, lines) if "product_id" in put.columns else carts


def _priced(carts: Table, lines: Table | None) -> Table:
    if lines is None or not {"product_id", "quantity"} <= set(lines.columns):
        return carts
    sold = lines.filter(~lines.is_return & (lines.quantity > 0) & lines.product_id.notnull())
    paid = sold.amount.cast("float64") / sold.quantity
    prices = sold.group_by(item=sold.product_id.cast("string")).agg(price=paid.median())
    joined = carts.left_join(prices, "item")
    return joined.mutate(money=ibis.coalesce(joined.money, joined.price * joined.quantity)).drop("price", "item_right")


def _judged(carts: Table, orders: Table | None, as_of: dt.date, within_hours: int, days: int) -> Table:
    """Carts old enough to be judged, with whether an order followed in time."""
    end = pd.Timestamp(as_of) + pd.Timedelta(days=1)
    start, ripe = end - pd.Timedelta(days=days), end - pd.Timedelta(hours=within_hours)
    assert orders is not None  # there are events
    recent = carts.filter((carts.at >= ibis.timestamp(str(start))) & (carts.at <= ibis.timestamp(str(ripe))))
    numbered = recent.mutate(
        cart=ibis.row_number().over(ibis.window(order_by=["customer_id", "session", "item", "value"]))
    )
    placed = orders.select("customer_id", placed_at=orders.at, placed_until=orders.until)
    pairs = numbered.join(placed, "customer_id")
    limit = pairs.at + ibis.interval(hours=within_hours)
    kept = pairs.filter((pairs.placed_until >= pairs.at) & (pairs.placed_at <= limit)).select("cart").distinct()
    followed = numbered.left_join(kept.mutate(followed=True), "cart")
    return followed.mutate(abandoned=followed.followed.isnull())


def _listed(table: pd.DataFrame, by: str, top: int) -> pd.DataFrame:
    if len(table) <= top + 1:
        return table.assign(values=1)
    rest = table.iloc[top:]
    sums = rest[["carts", "abandoned", "people", "unpriced"]].sum().to_dict()
    others = {by: f"Other ({len(rest):,})", "values": len(rest), "value": rest["value"].sum(min_count=1), **sums}
    return pd.concat([table.head(top), pd.DataFrame([others])], ignore_index=True)
