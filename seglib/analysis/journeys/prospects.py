"""Those who did not order: leads, the curious, the undecided, and carts that were left."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import ibis
import pandas as pd

from seglib.analysis.journeys.milestones import orders_or_purchases
from seglib.language import words
from seglib.language.messages import gettext as _
from seglib.language.messages import mark
from seglib.tables.intervals import with_shares
from seglib.tables.period import Period
from seglib.tables.small_tables import empty, frame

if TYPE_CHECKING:
    from ibis.expr.types import Table

__all__ = ["abandoned_carts", "judged_carts", "prospects"]

PROSPECT_COLUMNS = "prospect people of share low_share high_share"
CART_COLUMNS = "values carts abandoned share low_share high_share people value unpriced"
NOT_TOLD = mark("not told")
SEGMENTS = {"lead": "Leads", "curious": "Curious prospects", "undecided": "Undecided prospects"}


def prospects(milestones: pd.DataFrame, members: pd.DataFrame) -> pd.DataFrame:
    """How many people have not ordered yet, by how near they are to it; a person may be in several rows.

    Parameters
    ----------
    milestones : DataFrame
        From :func:`seglib.analysis.journeys.milestones`.
    members : DataFrame
        Who is in which segment by rule: one row a person, one bool column a segment that the shop has and can find
        (``shop.memberships.whole``). Leads, curious and undecided prospects are those of it.

    Returns
    -------
    DataFrame ``prospect`` (``lead``: known contact; ``curious``; ``undecided``; ``cart``: has filled a cart),
    ``people``, ``of`` (all who never ordered), ``share``, ``low_share``, ``high_share``. Rows that the shop cannot tell
    are left out; empty where neither orders nor purchases tell who has ordered.

    Examples
    --------
    >>> members = pd.DataFrame({"Curious prospects": [True, False]}, index=["a", "b"])
    >>> reached = pd.DataFrame({"visit_at": [1, 1], "first_order_at": pd.NaT}, index=["a", "b"])
    >>> prospects(reached, members)[["prospect", "people", "of"]].values.tolist()
    [['curious', 1, 2]]
    """
    if "first_order_at" not in milestones:
        return empty(PROSPECT_COLUMNS, "orders")
    known = milestones.reindex(milestones.index.union(members.index))
    never = known["first_order_at"].isna()
    there = members.reindex(known.index, fill_value=False)
    tests = {name: there[segment] for name, segment in SEGMENTS.items() if segment in there}
    if "cart_at" in known:
        tests["cart"] = known["cart_at"].notna()
    if not tests:
        return empty(PROSPECT_COLUMNS, "events")
    counts = [int((never & test).sum()) for test in tests.values()]
    table = pd.DataFrame({"prospect": list(tests), "people": counts, "of": int(never.sum())})
    return with_shares(table, "people", "of")[PROSPECT_COLUMNS.split()]


def abandoned_carts(
    events: Table | None,
    lines: Table | None = None,
    *,
    as_of: dt.date,
    by: str = "category",
    limits: Mapping[str, Any],
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
    limits : mapping
        From :func:`thresholds`: how soon an order must follow (``cart_hours``); the days up to the as-of date looked
        at (``cart_days``).
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
    >>> limits = {"cart_hours": 24, "cart_days": 30}
    >>> table = abandoned_carts(events, as_of=dt.date(2024, 1, 9), limits=limits)
    >>> table[["category", "carts", "abandoned"]].values.tolist()
    [['Tea', 2, 1]]
    """
    if events is None or by not in events.columns:
        needs = "events" if events is None else _carts_with(by)
        return empty(f"{by} {CART_COLUMNS}", needs)
    judged = judged_carts(
        events, lines if orders is None else orders, as_of, hours=limits["cart_hours"], days=limits["cart_days"]
    )
    carts = _carts(judged, lines, by).cache()
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


def _carts_of(limits: Mapping[str, Any]) -> str:
    return _("carts in the {days} up to the as-of date", days=words.days(limits["cart_days"]))


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


def judged_carts(events: Table, orders: Table | None, as_of: dt.date, *, hours: float, days: float) -> Table:
    """What was put into carts long enough ago to be judged, and whether it was left.

    The one definition of an abandoned cart, of page 06 and of the rules' function of that name.

    Parameters
    ----------
    events : Ibis table
        Events; those of the kind "cart" count, and purchases.
    orders : Ibis table or None
        Orders; one that tells no time of the day counts at any time of it.
    as_of : date
        Last day analysed.
    hours, days : float
        How soon a purchase must follow, the last moment counted; the days up to the as-of date that are looked at.

    Returns
    -------
    Ibis table: the cart events of those days whose hours have passed, with ``left`` (bool).
    """
    period = Period(as_of, int(days))
    put = events.filter(events.kind == "cart", period.inside(events.at))
    put = put.filter(put.at < period.end - pd.Timedelta(hours=hours)).mutate(number=ibis.row_number())
    pairs = put.select("number", "customer_id", "at").join(_bought(events, orders), "customer_id")
    limit = pairs.at + ibis.interval(seconds=round(hours * 3600))
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
