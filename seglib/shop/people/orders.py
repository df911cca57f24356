"""What the order lines tell of each person who ever ordered, beside the measures of the customer table."""

from __future__ import annotations

from typing import Any

import ibis
import ibis.expr.types as ir
import pandas as pd

from seglib.language.naming import WEEKDAYS
from seglib.shop.people.period import Period, day_number, fetched
from seglib.shop.people.replenish import due, regular_purchases

__all__ = ["order_measures"]

CLEAR = 3  # orders needed before a weekday or an hour is somebody's preference
OWN_GAP = 3  # order days needed before a gap is somebody's own
KINDS = {
    "is_new": "bool",
    "orders_ever": "int64",
    "recency_days": "Int64",
    "tenure_days": "Int64",
    "previous_orders": "Int64",
}


def order_measures(lines: ir.Table, period: Period) -> pd.DataFrame:
    """One row for everyone who ordered up to the as-of date: measures ever, and those the customer table lacks.

    Parameters
    ----------
    lines : ibis Table
        Clean order lines.
    period : Period
        As-of date and window.

    Returns
    -------
    DataFrame indexed by customer_id: is_new, orders_ever, revenue_ever, recency_days, tenure_days, first_order_at,
    last_order_at, usual_gap_days, silence_ratio, coupon_share (where lines tell), largest_order_share,
    previous_orders and previous_revenue (where the data reach back), preferred_weekday, preferred_hour,
    country_of_orders (where lines tell), and the product bought again most regularly (where lines tell products).
    """
    lines = period.known(lines, "ordered_at")
    orders = _orders(lines, period).cache()
    joined = _per_person(orders)
    for part in (*_habits(orders), _usual_gaps(orders), *_countries(lines), *regular_purchases(lines)):
        joined = joined.left_join(part, "customer_id").drop("customer_id_right")
    table = _named_habits(_window_shares(fetched(joined)))
    table["recency_days"] = period.days_since(table["last_order_at"])
    table["tenure_days"] = period.days_since(table["first_order_at"])
    start = period.start()
    table["is_new"] = (table["first_order_at"] >= pd.Timestamp(start)) if start else True
    table["usual_gap_days"] = table["usual_gap_days"].astype("float64").fillna(_shop_gap(orders))
    table["silence_ratio"] = table["recency_days"].astype("float64") / table["usual_gap_days"]
    table = due(table, period) if "replenish_product" in table else table
    if not _reaches(lines, period):
        table = table.drop(columns=["previous_orders", "previous_revenue"], errors="ignore")
    return table.astype({name: kind for name, kind in KINDS.items() if name in table})


def _countries(lines: ir.Table) -> list[ir.Table]:
    """Country of most spending ever, the first by name of equals."""
    if "country" not in lines.columns:
        return []
    sales = lines.filter(~lines.is_return & lines.country.notnull())
    spent = sales.group_by(["customer_id", "country"]).agg(spend=sales.amount.sum())
    most = spent.country.first(order_by=[spent.spend.desc(), spent.country])
    return [spent.group_by("customer_id").agg(country_of_orders=most)]


def _orders(lines: ir.Table, period: Period) -> ir.Table:
    """One row an order; finding them is most of the work, so it is done once. Only returns: no time, no order."""
    sale, inside = ~lines.is_return, period.inside(lines.ordered_at)
    asked: dict[str, Any] = {
        "at": lines.ordered_at.min(where=sale),
        "last_at": lines.ordered_at.max(where=sale),
        "amount": lines.amount.sum(),
        "sales": lines.amount.sum(where=sale & inside),
    }
    carries = _carries(lines)
    if carries is not None:
        asked["carried"] = carries.cast("int8").max(where=sale & inside)
    if period.window_days:
        before = period.before(lines.ordered_at)
        asked["was_before"] = lines.ordered_at.max(where=sale & before)
        asked["amount_before"] = lines.amount.sum(where=before)
    return lines.group_by(["customer_id", "order_id"]).agg(**asked)


def _carries(lines: ir.Table) -> ir.BooleanValue | None:
    """Whether a line has a coupon or a discount."""
    signs = []
    if "coupon_code" in lines.columns:
        signs.append(lines.coupon_code.strip().length().fill_null(0) > 0)
    if "discount" in lines.columns:
        signs.append((lines.discount > 0).fill_null(False))
    return ibis.or_(*signs) if signs else None


def _per_person(orders: ir.Table) -> ir.Table:
    asked: dict[str, Any] = {
        "orders_ever": orders["at"].count(),
        "revenue_ever": orders.amount.sum().cast("float64"),
        "first_order_at": orders["at"].min(),
        "last_order_at": orders.last_at.max(),
        "window_orders": orders.sales.count(),
        "window_sales": orders.sales.sum().cast("float64"),
        "largest": orders.sales.max().cast("float64"),
    }
    if "carried" in orders.columns:
        asked["carried"] = orders.carried.sum()
    if "was_before" in orders.columns:
        asked["previous_orders"] = orders.was_before.count()
        asked["previous_revenue"] = orders.amount_before.sum().cast("float64").fill_null(0.0)
    found = orders.group_by("customer_id").agg(**asked)
    return found.filter(found.orders_ever > 0)


def _window_shares(table: pd.DataFrame) -> pd.DataFrame:
    """Shares of the orders of the window; missing for who has none."""
    sales = table.pop("window_sales").astype("float64")
    table["largest_order_share"] = table.pop("largest").astype("float64") / sales.where(sales > 0)
    orders = table.pop("window_orders").astype("float64")
    if "carried" in table:
        table["coupon_share"] = table.pop("carried").astype("float64") / orders.where(orders > 0)
    return table


def _gaps(orders: ir.Table) -> ir.Table:
    """Days from each order day to the next of the same person."""
    dated = orders.filter(orders["at"].notnull())
    days = dated.select("customer_id", day=day_number(dated["at"])).distinct()
    gaps = days.mutate(gap=days.day - days.day.lag().over(group_by=days.customer_id, order_by=days.day))
    return gaps.filter(gaps.gap.notnull())


def _usual_gaps(orders: ir.Table) -> ir.Table:
    gaps = _gaps(orders)
    own = gaps.group_by("customer_id").agg(usual_gap_days=gaps.gap.median(), gaps=gaps.count())
    return own.filter(own.gaps >= OWN_GAP - 1).drop("gaps")


def _shop_gap(orders: ir.Table) -> float:
    """Median gap between order days over everyone; missing where nobody came back on another day."""
    found = _gaps(orders).gap.median().to_pyarrow().as_py()
    return float("nan") if found is None else float(found)


def _habits(orders: ir.Table) -> list[ir.Table]:
    """Hour and weekday of most orders, each as a code from which a tie can be told."""
    dated = orders.filter(orders["at"].notnull())
    dated = dated.select("customer_id", weekday=(day_number(dated["at"]) + 3) % 7, hour=dated["at"].hour())
    parts = []
    for name in ("weekday", "hour"):
        counted = dated.group_by(["customer_id", name]).agg(n=dated.count())
        # the count first, the value second: the largest code is the most frequent value
        high, low = counted.n * 64 + counted[name], counted.n * 64 + 63 - counted[name]
        parts.append(counted.group_by("customer_id").agg(**{f"{name}_last": high.max(), f"{name}_first": low.max()}))
    return parts


def _named_habits(table: pd.DataFrame) -> pd.DataFrame:
    """Weekday and hour where one alone has the most orders, of three or more."""
    clear = table["orders_ever"] >= CLEAR
    found = {}
    for name in ("weekday", "hour"):
        last, first = table.pop(f"{name}_last") % 64, 63 - table.pop(f"{name}_first") % 64
        found[name] = last.astype("Int64").where(clear & (last == first))
    names = dict(enumerate(WEEKDAYS))
    table["preferred_weekday"] = found["weekday"].map(names, na_action="ignore").astype("str")
    timed = (table["first_order_at"] != table["first_order_at"].dt.normalize()).any()
    table["preferred_hour"] = (
        found["hour"] if timed else found["hour"].where(found["hour"].isna())
    )  # dates alone tell no hour
    return table


def _reaches(lines: ir.Table, period: Period) -> bool:
    """Whether the data begin early enough for the previous window to be whole."""
    earlier = period.start(windows=2)
    first = lines.ordered_at.min().to_pyarrow().as_py() if earlier else None
    return first is not None and first.date() <= earlier
