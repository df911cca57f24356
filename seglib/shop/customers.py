"""Clean order lines in, one row a customer out."""

from __future__ import annotations

import datetime as dt
from typing import Any

import ibis
import ibis.expr.types as ir
import pandas as pd

from seglib.language.messages import mark
from seglib.tables.canonical import CUSTOMERS

__all__ = ["build_customers", "shares_of_spend"]

DAY = 86_400  # seconds
OTHER = mark("Other")
TOP = {"category": "top_category", "country": "top_country", "channel": "top_channel"}


def build_customers(
    lines: ir.Table,
    *,
    as_of: dt.date,
    window_days: int | None = None,
    measures: str = "all",
    contacts: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """One row a customer with at least one order in the window.

    Parameters
    ----------
    lines : ibis Table
        Clean order lines up to the as-of date, one row a line (``docs/architecture.md`` lists the columns).
    as_of : date
        Day the customers are looked at from; later lines are ignored.
    window_days : int, optional
        Days of history measured, the as-of date included; the whole history when None.
    measures : {"all", "rfm"}
        Every measure, or only recency_days, frequency and monetary_value.
    contacts : DataFrame, optional
        Attributes indexed by customer_id, joined on the right.

    Returns
    -------
    DataFrame indexed by customer_id and sorted by it; the columns are those of ``seglib.tables.canonical.CUSTOMERS``.
    Money is in
    the currency of the lines, times are in days.

    Raises
    ------
    ValueError
        ``window_days`` is not positive, or ``measures`` is unknown.

    Examples
    --------
    >>> lines = ibis.memtable({
    ...     "order_id": ["1", "2", "2"], "customer_id": ["a", "a", "a"],
    ...     "ordered_at": pd.to_datetime(["2024-01-01", "2024-01-11", "2024-01-11"]),
    ...     "amount": [5.0, 7.0, -2.0], "is_return": [False, False, True]})
    >>> build_customers(lines, as_of=dt.date(2024, 1, 12), measures="rfm")
                 recency_days  frequency  monetary_value
    customer_id
    a                       1          2            10.0
    """
    if window_days is not None and window_days <= 0:
        raise ValueError(f"window_days is {window_days}; expected a positive number of days, or None for all of them")
    if measures not in ("all", "rfm"):
        raise ValueError(f"measures is {measures!r}; expected 'all' or 'rfm'")
    lines = lines.filter(lines.ordered_at < _midnight(as_of, 1))
    inside = lines.filter(lines.ordered_at >= _midnight(as_of, 1 - window_days)) if window_days else lines
    orders = _orders(inside, measures)
    customers = _per_customer(orders, measures)
    if measures == "rfm":
        return _shaped(customers.to_pyarrow().to_pandas(), as_of)[["recency_days", "frequency", "monetary_value"]]
    parts = [customers, *_variety(inside), *_dimensions(inside)]
    if window_days:
        parts.append(lines.group_by("customer_id").agg(first_order_at=lines.ordered_at.min(where=~lines.is_return)))
        parts.append(_previous(lines, as_of, window_days))
    joined = parts[0]
    for part in parts[1:]:
        joined = joined.left_join(part, "customer_id").drop("customer_id_right")
    table = _shaped(joined.to_pyarrow().to_pandas(), as_of)
    if window_days and _reaches(lines, as_of, 2 * window_days):
        table = table.fillna({"previous_orders": 0, "previous_revenue": 0})
    else:
        table["previous_orders"], table["previous_revenue"] = pd.NA, float("nan")
    return _finished(table, contacts)


def shares_of_spend(lines: ir.Table, column: str, *, top: int = 12) -> pd.DataFrame:
    """What share of a customer's spending went to each category, country or channel.

    Parameters
    ----------
    lines : ibis Table
        Clean order lines of the window.
    column : str
        Column of the lines, such as ``"category"``.
    top : int
        Values with the largest sales that are kept apart; the rest is ``"Other"``.

    Returns
    -------
    DataFrame indexed by customer_id, one column a value (largest first), rows sum to 1; without columns when the lines
    do not tell.

    Examples
    --------
    >>> lines = ibis.memtable({"customer_id": ["a", "a"], "category": ["tea", "pots"], "amount": [1.0, 3.0],
    ...                        "is_return": [False, False]})
    >>> shares_of_spend(lines, "category").round(2)
    category     pots   tea
    customer_id
    a            0.75  0.25
    """
    if column not in lines.columns:
        return pd.DataFrame(index=pd.Index([], name="customer_id", dtype="str"))
    sales = lines.filter(~lines.is_return & lines[column].notnull() & (lines.amount > 0))
    long = (
        sales.group_by(["customer_id", column]).agg(spend=sales.amount.sum().cast("float64")).to_pyarrow().to_pandas()
    )
    order = long.groupby(column).spend.sum().sort_values(ascending=False, kind="stable").index
    long[column] = long[column].where(long[column].isin(order[:top]), OTHER)
    wide = long.pivot_table(index="customer_id", columns=column, values="spend", aggfunc="sum", fill_value=0.0)
    names = [*order[:top], *([OTHER] if len(order) > top else [])]
    return wide[names].div(wide.sum(axis=1), axis=0).sort_index()


def _midnight(day: dt.date, shift: int) -> ir.TimestampScalar:
    return ibis.timestamp((day + dt.timedelta(days=shift)).isoformat())


def _orders(lines: ir.Table, measures: str) -> ir.Table:
    """One row an order: finding distinct orders is most of the work, so it is done once."""
    sale = ~lines.is_return
    asked: dict[str, Any] = {"ordered_at": lines.ordered_at.max(where=sale), "amount": lines.amount.sum()}
    if measures == "all":
        asked |= {"first_at": lines.ordered_at.min(where=sale), "returned": lines.amount.sum(where=lines.is_return)}
        asked |= {"items": lines.quantity.sum(where=sale)} if "quantity" in lines.columns else {}
        asked |= {"discount": lines.discount.sum(where=sale)} if "discount" in lines.columns else {}
    return lines.group_by(["customer_id", "order_id"]).agg(**asked)


def _per_customer(orders: ir.Table, measures: str) -> ir.Table:
    """Measures of the orders; an order without a time has only returns and counts as none."""
    asked: dict[str, Any] = {
        "last_order_at": orders.ordered_at.max(),
        "frequency": orders.ordered_at.count(),
        "monetary_value": orders.amount.sum().cast("float64"),
    }
    if measures == "all":
        orders = orders.mutate(day=orders.first_at.epoch_seconds() // DAY)
        gap = orders.day - orders.day.lag().over(group_by=orders.customer_id, order_by=orders.day)
        orders = orders.mutate(gap=ibis.ifelse(orders.day.notnull(), gap, ibis.null("int64")))
        asked |= {"first_order_at": orders.first_at.min(), "interpurchase_days": orders.gap.median()}
        asked |= {"returned": orders.returned.sum().cast("float64")}
        asked |= {name: orders[name].sum().cast("float64") for name in ("items", "discount") if name in orders.columns}
    per_customer = orders.group_by("customer_id").agg(**asked)
    return per_customer.filter(per_customer.frequency > 0)


def _variety(lines: ir.Table) -> list[ir.Table]:
    """Distinct products bought (categories are counted where the top one is found)."""
    if "product_id" not in lines.columns:
        return []
    bought = lines.filter(~lines.is_return & lines.product_id.notnull()).select("customer_id", "product_id").distinct()
    return [bought.group_by("customer_id").agg(products=bought.count())]


def _dimensions(lines: ir.Table) -> list[ir.Table]:
    """Category, country and channel where most was spent; the first by name where two are equal."""
    found = []
    for column, name in TOP.items():
        if column in lines.columns:
            sales = lines.filter(~lines.is_return & lines[column].notnull())
            spent = sales.group_by(["customer_id", column]).agg(spend=sales.amount.sum())
            asked = {name: spent[column].first(order_by=[spent.spend.desc(), spent[column]])}
            asked |= {"categories": spent.count()} if column == "category" else {}
            found.append(spent.group_by("customer_id").agg(**asked))
    return found


def _previous(lines: ir.Table, as_of: dt.date, window_days: int) -> ir.Table:
    start, end = _midnight(as_of, 1 - 2 * window_days), _midnight(as_of, 1 - window_days)
    before = lines.filter((lines.ordered_at >= start) & (lines.ordered_at < end))
    orders = before.group_by(["customer_id", "order_id"]).agg(
        amount=before.amount.sum(), sales=(~before.is_return).cast("int64").sum()
    )
    return orders.group_by("customer_id").agg(
        previous_orders=(orders.sales > 0).cast("int64").sum(), previous_revenue=orders.amount.sum().cast("float64")
    )


def _reaches(lines: ir.Table, as_of: dt.date, days: int) -> bool:
    """Whether the data begin early enough for the previous window to be whole."""
    first = lines.ordered_at.min().to_pyarrow().as_py()
    return first is not None and (as_of - first.date()).days + 1 >= days


def _shaped(table: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    table = table.set_index("customer_id").sort_index()
    table.index = table.index.astype("str")
    if "first_order_at_right" in table:  # of the whole history, not of the window
        table["first_order_at"] = table.pop("first_order_at_right")
    today = pd.Timestamp(as_of)
    table["recency_days"] = (today - table["last_order_at"].dt.normalize()).dt.days.astype("int64")
    table["frequency"] = table["frequency"].astype("int64")
    table["monetary_value"] = table["monetary_value"].astype("float64")
    return table


def _finished(table: pd.DataFrame, contacts: pd.DataFrame | None) -> pd.DataFrame:
    """Ratios and the columns in their order; the contacts' attributes on the right."""
    today = table["last_order_at"].dt.normalize() + pd.to_timedelta(table["recency_days"], unit="D")
    table["tenure_days"] = (today - table["first_order_at"].dt.normalize()).dt.days.astype("int64")
    returned = table.pop("returned").astype("float64").fillna(0.0).abs()
    sales = table["monetary_value"] + returned
    table["average_order_value"] = sales / table["frequency"]
    table["returns_share"] = (returned / sales.where(sales != 0)).fillna(0.0)
    if "items" in table:
        table["items_per_order"] = table.pop("items").astype("float64") / table["frequency"]
    if "discount" in table:
        given = table.pop("discount").astype("float64").fillna(0.0)
        table["discount_share"] = (given / (sales + given).where(sales + given != 0)).fillna(0.0)
    kinds = {"previous_orders": "Int64", "previous_revenue": "float64", "interpurchase_days": "float64"}
    kinds |= {name: "int64" for name in ("products", "categories") if name in table}
    table = table.fillna({name: 0 for name in ("products", "categories") if name in table}).astype(kinds)
    order = [column.name for column in CUSTOMERS if column.name in table.columns]
    return table[order] if contacts is None else _with_contacts(table[order], contacts)


def _with_contacts(table: pd.DataFrame, contacts: pd.DataFrame) -> pd.DataFrame:
    renamed = {name: f"contact_{name}" for name in contacts.columns if name in table.columns}
    return table.join(contacts.rename(columns=renamed), how="left")
