"""What the orders tell of each person who ever ordered, beside the measures of the customer table."""

from __future__ import annotations

from typing import Any

import ibis.expr.types as ir
import pandas as pd

from seglib.language.naming import WEEKDAYS
from seglib.shop.customers import buyers, most_spent, reaches_back, with_ages
from seglib.shop.people.replenish import due, regular_purchases
from seglib.tables.orders import sales_and_returns
from seglib.tables.period import Period, day_number, midnight
from seglib.tables.seen import order_gaps
from seglib.tables.small_tables import by_customer

__all__ = ["order_measures"]

CLEAR = 3  # orders needed before a weekday or an hour is somebody's preference
OWN_GAP = 3  # order days needed before a gap is somebody's own
EVER = ("orders_ever", "revenue_ever", "first_order_at", "last_order_at")
PREVIOUS = ("previous_orders", "previous_revenue")
KINDS = {"is_new": "bool", "orders_ever": "int64", "previous_orders": "Int64"}


def order_measures(orders: ir.Table, lines: ir.Table, period: Period) -> pd.DataFrame:
    """One row for everyone who ever ordered: measures ever, and those that the customer table lacks.

    Parameters
    ----------
    orders, lines : ibis Table
        Orders, and the clean lines up to the as-of date of which they are made.
    period : Period
        As-of date and window.

    Returns
    -------
    DataFrame indexed by customer_id: is_new, orders_ever, revenue_ever, recency_days, tenure_days, first_order_at,
    last_order_at, usual_gap_days, silence_ratio, coupon_share, discounted_share (where told), largest_order_share,
    previous_orders and previous_revenue (where the data reach back), preferred_weekday, preferred_hour,
    country_of_orders (where lines tell), and the product bought again most regularly (where lines tell products).
    """
    joined = buyers(sales_and_returns(lines, orders), period).select("customer_id", *EVER, *PREVIOUS)
    parts = [_of_the_window(orders.filter(period.inside(orders["at"]))), *_habits(orders), _usual_gaps(orders)]
    parts += [most_spent(lines, "country", "country_of_orders")] if "country" in lines.columns else []
    for part in (*parts, *regular_purchases(lines)):
        joined = joined.left_join(part, "customer_id").drop("customer_id_right")
    table = _named_habits(_window_shares(with_ages(by_customer(joined), period)))
    start = period.start()
    table["is_new"] = (table["first_order_at"] >= midnight(start)) if start else True
    table["usual_gap_days"] = table["usual_gap_days"].astype("float64").fillna(order_gaps(orders, period.as_of).usual())
    table["silence_ratio"] = table["recency_days"].astype("float64") / table["usual_gap_days"]
    table = due(table, period) if "replenish_product" in table else table
    table = table if reaches_back(lines, period) else table.drop(columns=[*PREVIOUS])
    return table.astype({name: kind for name, kind in KINDS.items() if name in table})


def _of_the_window(orders: ir.Table) -> ir.Table:
    """Orders of the window: how many, with a coupon code, with a discount alone; sales and the largest."""
    asked: dict[str, Any] = {"orders": orders.count(), "sales": orders.sales.sum(), "largest": orders.sales.max()}
    coded = orders.coupon_code.notnull() if "coupon_code" in orders.columns else None
    asked |= {"coupon": coded.cast("int64").sum()} if coded is not None else {}
    if "discount" in orders.columns:
        cheaper = (orders.discount > 0).fill_null(False)
        asked["discounted"] = (cheaper if coded is None else cheaper & ~coded).cast("int64").sum()
    return orders.group_by("customer_id").agg(**asked)


def _window_shares(table: pd.DataFrame) -> pd.DataFrame:
    """Shares of the orders of the window; missing for who has none."""
    sales = table.pop("sales").astype("float64")
    table["largest_order_share"] = table.pop("largest").astype("float64") / sales.where(sales > 0)
    orders = table.pop("orders").astype("float64")
    for name in {"coupon", "discounted"} & set(table):
        table[f"{name}_share"] = table.pop(name).astype("float64") / orders
    return table


def _gaps(orders: ir.Table) -> ir.Table:
    """Days from each order day to the next of the same person."""
    days = orders.select("customer_id", day=day_number(orders["at"])).distinct()
    gaps = days.mutate(gap=days.day - days.day.lag().over(group_by=days.customer_id, order_by=days.day))
    return gaps.filter(gaps.gap.notnull())


def _usual_gaps(orders: ir.Table) -> ir.Table:
    gaps = _gaps(orders)
    own = gaps.group_by("customer_id").agg(usual_gap_days=gaps.gap.median(), gaps=gaps.count())
    return own.filter(own.gaps >= OWN_GAP - 1).drop("gaps")


def _habits(orders: ir.Table) -> list[ir.Table]:
    """Hour and weekday of most orders, each as a code from which a tie can be told."""
    dated = orders.select("customer_id", weekday=(day_number(orders["at"]) + 3) % 7, hour=orders["at"].hour())
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
