"""Those who did not order: leads, the curious, the undecided, and carts that were left."""

from __future__ import annotations

import datetime as dt
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

import ibis
import pandas as pd

from seglib.analysis.journeys.milestones import orders_or_purchases
from seglib.analysis.journeys.thresholds import USUAL, Thresholds
from seglib.language import words
from seglib.language.messages import gettext as _
from seglib.language.messages import mark
from seglib.tables.intervals import with_shares
from seglib.tables.period import Period
from seglib.tables.small_tables import empty, frame

if TYPE_CHECKING:
    from ibis.expr.types import Table

__all__ = ["abandoned_carts", "prospects"]

PROSPECT_COLUMNS = "prospect people of share low_share high_share"
CART_COLUMNS = "values carts abandoned share low_share high_share people value unpriced"
NOT_TOLD = mark("not told")
OFTEN = ("visits", "carts", "chats")


def prospects(people: pd.DataFrame, milestones: pd.DataFrame, *, limits: Thresholds = USUAL) -> pd.DataFrame:
    """How many people have not ordered yet, by how near they are to it; a person may be in several rows.

    Parameters
    ----------
    people : DataFrame
        One row a person, with ``visits``, ``carts``, ``chats``, ``last_visit_days``, ``visit_span_days`` where the shop
        has events.
    milestones : DataFrame
        From :func:`seglib.analysis.journeys.milestones`.
    limits : Thresholds
        Curious: the last visit is at most ``curious_days`` ago. Undecided: visits over ``undecided_span_days`` or more,
        the last at most ``undecided_recent_days`` ago, and visits, carts or chats at their number or more.

    Returns
    -------
    DataFrame ``prospect`` (``lead``: known contact; ``curious``; ``undecided``; ``cart``: has filled a cart),
    ``people``, ``of`` (all who never ordered), ``share``, ``low_share``, ``high_share``. Rows that the shop cannot tell
    are left out; empty where neither orders nor purchases tell who has ordered.

    Examples
    --------
    >>> people = pd.DataFrame({"last_visit_days": [3, 80], "visits": 1}, index=["a", "b"])
    >>> reached = pd.DataFrame({"visit_at": [1, 1], "first_order_at": pd.NaT}, index=["a", "b"])
    >>> prospects(people, reached)[["prospect", "people", "of"]].values.tolist()
    [['curious', 1, 2]]
    """
    if "first_order_at" not in milestones:
        return empty(PROSPECT_COLUMNS, "orders")
    known = milestones.reindex(milestones.index.union(people.index))
    never = known["first_order_at"].isna()
    told = people.reindex(known.index)
    tests: dict[str, Any] = {}
    if "is_contact" in known:
        tests["lead"] = known["is_contact"].eq(True)
    if "last_visit_days" in told:
        tests["curious"] = told["last_visit_days"].le(limits.curious_days)
        if "visit_span_days" in told:
            tests["undecided"] = _undecided(told, limits)
    if "cart_at" in known:
        tests["cart"] = known["cart_at"].notna()
    if not tests:
        return empty(PROSPECT_COLUMNS, "events")
    counts = [int((never & test.fillna(False).astype(bool)).sum()) for test in tests.values()]
    table = pd.DataFrame({"prospect": list(tests), "people": counts, "of": int(never.sum())})
    return with_shares(table, "people", "of")[PROSPECT_COLUMNS.split()]


def _undecided(people: pd.DataFrame, limits: Thresholds) -> pd.Series:
    lasting = people["visit_span_days"].ge(limits.undecided_span_days)
    recent = people["last_visit_days"].le(limits.undecided_recent_days)
    least = {name: getattr(limits, f"undecided_{name}") for name in OFTEN if name in people}
    many = [people[name].ge(number).fillna(False) for name, number in least.items()]
    return lasting & recent & reduce(or_, many, pd.Series(False, index=people.index))


def abandoned_carts(
    events: Table | None,
    lines: Table | None = None,
    *,
    as_of: dt.date,
    by: str = "category",
    limits: Thresholds = USUAL,
    top: int = 12,
    orders: Table | None = None,
) -> pd.DataFrame:
    """Carts that no order followed, by product or category.

    A cart is what one person put into it of one product in one session (one day where sessions are not told). It is
    abandoned when something was put into it and the person bought nothing within ``cart_hours`` hours; what is too
    young to tell is left out. Who left one is who the segment "Abandoned carts" holds.

    Parameters
    ----------
    events : Ibis table or None
        Events; those of the kind "cart" count.
    lines : Ibis table, optional
        Clean order lines: orders, beside the purchases among the events, and the price of products whose cart events
        tell no amount (the median paid).
    as_of : date
        Last day analysed.
    by : {"category", "product_id"}
        What to split by.
    limits : Thresholds
        How soon an order must follow (``cart_hours``); the days up to the as-of date looked at (``cart_days``).
    top : int
        Values with the most abandoned carts are listed, the others added up as "Other (n)".
    orders : Ibis table, optional
        The orders of these lines, where they are there already.

    Returns
    -------
    DataFrame ``<by>``, ``values`` (how many the row stands for), ``carts``, ``abandoned``, ``share`` with
    ``low_share``, ``high_share``, ``people`` (who left one), ``value`` (money in the abandoned carts whose price is
    known; NA where none is), ``unpriced`` (abandoned carts without a price). ``attrs["people"]``: who left any.

    Examples
    --------
    >>> at = pd.to_datetime(["2024-01-01 09:00", "2024-01-01 10:00", "2024-01-02 09:00"])
    >>> events = ibis.memtable(pd.DataFrame({"customer_id": ["a", "a", "b"], "kind": ["cart", "purchase", "cart"],
    ...     "event": "e", "category": "Tea", "at": at}))
    >>> abandoned_carts(events, as_of=dt.date(2024, 1, 9))[["category", "carts", "abandoned"]].values.tolist()
    [['Tea', 2, 1]]
    """
    if events is None or by not in events.columns:
        needs = "events" if events is None else _carts_with(by)
        return empty(f"{by} {CART_COLUMNS}", needs)
    carts = _carts(_judged(events, lines if orders is None else orders, as_of, limits), lines, by).cache()
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
        return empty(f"{by} {CART_COLUMNS}", _carts_of(limits))
    table = table.sort_values(["abandoned", "carts", "value"], ascending=[False, False, True], ignore_index=True)
    table = _listed(table.rename(columns={"value": by, "money": "value"}), by, top)
    table["values"] = table["values"].fillna(1).astype("int64")
    table = with_shares(table, "abandoned", "carts")[[by, *CART_COLUMNS.split()]]
    table.attrs["people"] = int(frame(carts.agg(people=carts.customer_id.nunique(where=left)))["people"].iloc[0])
    return table


def _carts_with(by: str) -> str:
    return _("cart events with a {column}", column=_(by.replace("_", " ")))


def _carts_of(limits: Thresholds) -> str:
    return _("carts in the {days} up to the as-of date", days=words.days(limits.cart_days))


def _carts(put: Table, lines: Table | None, by: str) -> Table:
    """One row a person, session and product (or what else there is to tell carts apart)."""
    session = put.at.truncate("D").cast("string")
    if "session_id" in put.columns:
        session = ibis.coalesce(put.session_id.cast("string"), session)
    item = put.product_id if "product_id" in put.columns else put[by]
    money = put.amount.cast("float64") if "amount" in put.columns else ibis.null("float64")
    quantity = put.quantity.cast("float64").fill_null(1.0) if "quantity" in put.columns else ibis.literal(1.0)
    value = put[by].cast("string").strip().nullif("").fill_null(NOT_TOLD)
    told = put.select(
        "customer_id", "left", session=session, item=item.cast("string"), value=value, money=money, quantity=quantity
    )
    carts = told.group_by(["customer_id", "session", "item", "value"]).agg(
        abandoned=told["left"].any(), money=told.money.max(), quantity=told.quantity.max()
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


def _judged(events: Table, orders: Table | None, as_of: dt.date, limits: Thresholds) -> Table:
    """What was put into carts long enough ago to be judged, and whether it was left."""
    period = Period(as_of, limits.cart_days)
    put = events.filter(events.kind == "cart", period.inside(events.at))
    put = put.filter(put.at < period.end - pd.Timedelta(hours=limits.cart_hours)).mutate(number=ibis.row_number())
    pairs = put.select("number", "customer_id", "at").join(_bought(events, orders), "customer_id")
    limit = pairs.at + ibis.interval(seconds=round(limits.cart_hours * 3600))
    followed = pairs.filter((pairs.bought_until >= pairs.at) & (pairs.bought_at <= limit)).select("number").distinct()
    judged = put.left_join(followed.mutate(followed=True), "number")
    return judged.mutate(left=judged.followed.isnull()).drop("followed", "number", "number_right")


def _bought(events: Table, orders: Table | None) -> Table:
    """Purchases among the events and orders: the earliest and the latest moment that each can have been."""
    sources = [orders_or_purchases(None, events), orders_or_purchases(orders, None)]
    told = [one.select("customer_id", bought_at=one.at, bought_until=one.latest) for one in sources if one is not None]
    return ibis.union(*told) if len(told) > 1 else told[0]


def _listed(table: pd.DataFrame, by: str, top: int) -> pd.DataFrame:
    if len(table) <= top + 1:
        return table.assign(values=1)
    rest = table.iloc[top:]
    sums = rest[["carts", "abandoned", "people", "unpriced"]].sum().to_dict()
    others = {by: f"Other ({len(rest):,})", "values": len(rest), "value": rest["value"].sum(min_count=1), **sums}
    return pd.concat([table.head(top), pd.DataFrame([others])], ignore_index=True)
