"""Functions of rules that measure order lines; each gives a Series by customer_id, or None where lines cannot tell."""

from __future__ import annotations

import datetime as dt

import ibis
import ibis.expr.types as ir
import pandas as pd

from seglib.errors import InputError
from seglib.shop.orders import lines_from
from seglib.shop.people.holidays import holiday_dates
from seglib.shop.people.records import Known, same_text
from seglib.shop.people.replenish import product_key
from seglib.tables.orders import sales_and_returns
from seglib.tables.period import day_number, midnight
from seglib.tables.small_tables import by_customer

__all__ = ["bought", "launches_bought", "launches_share", "orders_around", "orders_since", "spent_on", "spent_since"]

EPOCH = dt.date(1970, 1, 1)
LAUNCH = 90  # days after the shop's first line from which a first sale is a launch


def spent_on(known: Known, what: str) -> pd.Series | None:
    """Money spent in the window on a category or product, net of returns."""
    if known.lines is None or known.orders is None:
        return None
    inside = lines_from(known.lines, known.orders, known.period.start())
    named = _named(inside, what)
    return None if named is None else _spent(inside.filter(named))


def bought(known: Known, what: str) -> pd.Series | None:
    """Whether a category or product was bought, ever."""
    named = _named(known.lines, what)
    if known.lines is None or named is None:
        return None
    buyers = known.lines.filter(named & ~known.lines.is_return).select("customer_id").distinct()
    return by_customer(buyers.mutate(found=True))["found"]


def orders_since(known: Known, day: str | dt.date) -> pd.Series | None:
    """Orders from that day on."""
    since = midnight(_date(day))
    return None if known.orders is None else _count(known.orders.filter(known.orders["at"] >= since))


def spent_since(known: Known, day: str | dt.date) -> pd.Series | None:
    """Money spent from that day on, net of returns."""
    since = midnight(_date(day))
    if known.lines is None or known.orders is None:
        return None
    dated = sales_and_returns(known.lines, known.orders)
    return _spent(dated.filter(dated["at"] >= since))


def orders_around(known: Known, holiday: str, days: float) -> pd.Series | None:
    """Orders of the window on a holiday or at most so many days before it; the next holiday may lie ahead."""
    period, orders = known.period, known.orders
    holiday_dates(holiday, period.as_of, period.as_of)  # an unknown one is told without orders too
    first = period.start() or (None if orders is None else orders["at"].min().to_pyarrow().as_py())
    if orders is None or first is None:
        return None if orders is None else _count(orders)
    first = first.date() if isinstance(first, dt.datetime) else first
    dates = holiday_dates(holiday, first, period.as_of + dt.timedelta(days=days))
    near = {(date - EPOCH).days - before for date in dates for before in range(int(days) + 1)}
    return _count(orders.filter(period.inside(orders["at"]) & day_number(orders["at"]).isin(sorted(near))))


def launches_bought(known: Known, days: float) -> pd.Series | None:
    """Distinct products bought at most so many days from their launch, ever."""
    table = _launches(known, days)
    return None if table is None else table["early"]


def launches_share(known: Known, days: float) -> pd.Series | None:
    """Those as a share of the distinct products bought, ever; missing for who bought none."""
    table = _launches(known, days)
    return None if table is None else table["early"] / table["products"]


def _named(lines: ir.Table | None, what: str) -> ir.BooleanValue | None:
    columns = [] if lines is None else [n for n in ("category", "product_id", "product_name") if n in lines.columns]
    return ibis.or_(*(same_text(lines[name], what) for name in columns)) if lines is not None and columns else None


def _spent(lines: ir.Table) -> pd.Series:
    return by_customer(lines.group_by("customer_id").agg(spent=lines.amount.sum().cast("float64")))["spent"]


def _count(orders: ir.Table) -> pd.Series:
    return by_customer(orders.group_by("customer_id").agg(orders=orders.count()))["orders"]


def _date(day: str | dt.date) -> dt.date:
    try:
        return day if isinstance(day, dt.date) else dt.date.fromisoformat(day)
    except (TypeError, ValueError):
        raise InputError(f"{day!r} is no date. Write it as YYYY-MM-DD.") from None


def _launches(known: Known, days: float) -> pd.DataFrame | None:
    """Distinct products of each person, and those bought near their launch."""
    key = None if known.lines is None else product_key(known.lines)
    if known.lines is None or key is None:
        return None
    sales = known.lines.filter(~known.lines.is_return & key.notnull())
    sold = sales.select("customer_id", product=product_key(sales), day=day_number(sales.ordered_at))
    dated = sold.left_join(_launched(sold, known), "product")
    near = ((dated.day - dated.launch).abs() <= days).fill_null(False)
    each = dated.group_by(["customer_id", "product"]).agg(early=near.any())
    return by_customer(each.group_by("customer_id").agg(products=each.count(), early=each.early.sum()))


def _launched(sold: ir.Table, known: Known) -> ir.Table:
    """Day of each product's launch: told, else the first sale of a product that was not there from the beginning."""
    assert known.lines is not None
    began = day_number(known.lines.ordered_at).min().to_pyarrow().as_py() or 0
    first = sold.group_by("product").agg(first=sold.day.min())
    launch = first.select("product", launch=ibis.ifelse(first["first"] - began >= LAUNCH, first["first"], ibis.null()))
    told = _told_launches(known)
    if told is None:
        return launch
    joined = launch.left_join(told, "product")
    return joined.select("product", launch=ibis.coalesce(joined.told, joined.launch))


def _told_launches(known: Known) -> ir.Table | None:
    products = known.products
    if products is None or "launched_at" not in products.columns:
        return None
    key = "product_id" if known.lines is not None and "product_id" in known.lines.columns else "product_name"
    if key not in products.columns:
        return None
    dated = products.filter(products.launched_at.notnull())
    return dated.group_by(product=dated[key].cast("string")).agg(told=day_number(dated.launched_at).min())
