"""Functions of rules that measure order lines; each gives a Series by customer_id, or None where lines cannot tell.

Those of a category or product (``spent_on``, ``bought``) give one for each name, all in one pass over the lines.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import ibis
import ibis.expr.types as ir
import pandas as pd

from seglib.errors import InputError
from seglib.shop.orders import lines_from
from seglib.shop.people.records import Records, folded
from seglib.shop.people.replenish import product_key
from seglib.tables.orders import sales_and_returns
from seglib.tables.period import day_number, midnight
from seglib.tables.small_tables import by_customer

__all__ = ["bought", "launches_bought", "launches_share", "orders_since", "spent_on", "spent_since"]


def spent_on(records: Records, names: Sequence[str]) -> Mapping[str, pd.Series] | None:
    """Money spent in the window on each category or product, net of returns."""
    if records.lines is None or records.orders is None:
        return None
    named = _named(lines_from(records.lines, records.orders, records.period.start()), names)
    if named is None:
        return None
    spent = named.group_by(["customer_id", "asked"]).agg(spent=named.amount.sum().cast("float64"))
    return _apart(spent, "spent", names)


def bought(records: Records, names: Sequence[str]) -> Mapping[str, pd.Series] | None:
    """Whether each category or product was bought, ever."""
    named = None if records.lines is None else _named(records.lines.filter(~records.lines.is_return), names)
    if named is None:
        return None
    return _apart(named.select("customer_id", "asked").distinct().mutate(found=True), "found", names)


def orders_since(records: Records, day: str | dt.date) -> pd.Series | None:
    """Orders from that day on."""
    since = midnight(_date(day))
    return None if records.orders is None else _count(records.orders.filter(records.orders["at"] >= since))


def spent_since(records: Records, day: str | dt.date) -> pd.Series | None:
    """Money spent from that day on, net of returns."""
    since = midnight(_date(day))
    if records.lines is None or records.orders is None:
        return None
    dated = sales_and_returns(records.lines, records.orders)
    return _spent(dated.filter(dated["at"] >= since))


def launches_bought(records: Records, days: float) -> pd.Series | None:
    """Distinct products bought at most so many days from their launch, ever."""
    table = _launches(records, days)
    return None if table is None else table["early"]


def launches_share(records: Records, days: float) -> pd.Series | None:
    """Those as a share of the distinct products bought, ever; missing for who bought none."""
    table = _launches(records, days)
    return None if table is None else table["early"] / table["products"]


def _named(lines: ir.Table, names: Sequence[str]) -> ir.Table | None:
    """Lines of a category or product of these names, once for each name in ``asked``; None where lines tell none."""
    told = [folded(lines[name]) for name in ("category", "product_id", "product_name") if name in lines.columns]
    if not told:
        return None
    asked = ibis.memtable({"asked": [*dict.fromkeys(names)]}).mutate(key=folded(ibis._.asked))
    each = lines.select("customer_id", "amount", key=ibis.array(told).unique()).unnest("key")
    return each.inner_join(asked, "key")


def _apart(table: ir.Table, value: str, names: Sequence[str]) -> Mapping[str, pd.Series]:
    """A measure of each name, by customer_id."""
    found = by_customer(table)
    apart = {str(name): rows[value] for name, rows in found.groupby("asked")}
    return {name: apart.get(name, found[value].head(0)) for name in names}


def _spent(lines: ir.Table) -> pd.Series:
    return by_customer(lines.group_by("customer_id").agg(spent=lines.amount.sum().cast("float64")))["spent"]


def _count(orders: ir.Table) -> pd.Series:
    return by_customer(orders.group_by("customer_id").agg(orders=orders.count()))["orders"]


def _date(day: str | dt.date) -> dt.date:
    try:
        return day if isinstance(day, dt.date) else dt.date.fromisoformat(day)
    except (TypeError, ValueError):
        raise InputError(f"{day!r} is no date. Write it as YYYY-MM-DD.") from None


def _launches(records: Records, days: float) -> pd.DataFrame | None:
    """Distinct products of each person, and those bought near the launch that the products tell.

    A launch is not guessed from a first sale: in a shop whose data begin late every old product had one.
    """
    launched = _launched(records)
    if records.lines is None or launched is None:
        return None
    sales = records.lines.filter(~records.lines.is_return).mutate(product=product_key(records.lines))
    sold = sales.filter(sales["product"].notnull())
    sold = sold.select("customer_id", "product", day=day_number(sold.ordered_at))
    dated = sold.left_join(launched, "product")
    near = ((dated.day - dated.launch).abs() <= days).fill_null(False)
    each = dated.group_by(["customer_id", "product"]).agg(early=near.any())
    return by_customer(each.group_by("customer_id").agg(products=each.count(), early=each.early.sum()))


def _launched(records: Records) -> ir.Table | None:
    """Day of each product's launch; None where no product tells one, or lines tell no products."""
    products = records.products
    if records.lines is None or products is None or "launched_at" not in products.columns:
        return None
    key = "product_id" if "product_id" in records.lines.columns else "product_name"
    if key not in products.columns or key not in records.lines.columns:
        return None
    dated = products.filter(products.launched_at.notnull())
    if not dated.count().to_pyarrow().as_py():
        return None
    return dated.group_by(product=dated[key].cast("string")).agg(launch=day_number(dated.launched_at).min())
