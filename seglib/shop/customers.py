"""Clean order lines in, one row a customer out."""

from __future__ import annotations

import datetime as dt
from typing import Any

import ibis.expr.types as ir
import pandas as pd

from seglib.language.messages import mark
from seglib.shop.orders import lines_from
from seglib.tables.canonical import CUSTOMERS
from seglib.tables.orders import build_orders, sales_and_returns
from seglib.tables.period import Period, day_number
from seglib.tables.small_tables import by_customer

__all__ = [
    "RFM",
    "build_customers",
    "buyers",
    "customers_of",
    "most_spent",
    "reaches_back",
    "shares_of_spend",
    "with_ages",
    "with_contacts",
]

RFM = ["recency_days", "frequency", "monetary_value"]
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
    >>> import ibis
    >>> lines = ibis.memtable({
    ...     "order_id": ["1", "2", "2"], "customer_id": ["a", "a", "a"],
    ...     "ordered_at": pd.to_datetime(["2024-01-01", "2024-01-11", "2024-01-11"]),
    ...     "amount": [5.0, 7.0, -2.0], "is_return": [False, False, True]})
    >>> build_customers(lines, as_of=dt.date(2024, 1, 12), measures="rfm")
                 recency_days  frequency  monetary_value
    customer_id
    a                       1          2            10.0
    """
    period = Period(as_of, window_days)
    lines = lines.filter(period.known(lines.ordered_at))
    orders = build_orders(lines) if measures == "all" else None  # of all measures two share them
    return customers_of(sales_and_returns(lines, orders), lines, period, measures=measures, contacts=contacts)


def customers_of(
    dated: ir.Table,
    lines: ir.Table,
    period: Period,
    *,
    measures: str = "all",
    contacts: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """As :func:`build_customers`, of lines up to the as-of date and the sales and returns that they make, dated."""
    if measures not in ("all", "rfm"):
        raise ValueError(f"measures is {measures!r}; expected 'all' or 'rfm'")
    found = buyers(dated, period)
    found = found.filter(found.frequency > 0)
    if measures == "rfm":
        table = by_customer(found.select("customer_id", "last_order_at", *RFM[1:]))
        return with_ages(table.sort_index(), period)[RFM].astype({"recency_days": "int64"})
    found = found.drop("orders_ever", "revenue_ever")
    orders = dated.filter(~dated.is_return)
    inside = lines_from(lines, orders, period.start())
    for part in (_gaps(orders.filter(period.inside(orders["at"]))), *_variety(inside), *_dimensions(inside)):
        found = found.left_join(part, "customer_id").drop("customer_id_right")
    table = with_ages(by_customer(found).sort_index(), period)
    if not reaches_back(lines, period):
        table["previous_orders"], table["previous_revenue"] = pd.NA, float("nan")
    return _finished(table, contacts)


def buyers(dated: ir.Table, period: Period) -> ir.Table:
    """One row for everyone who ever ordered: what their orders tell of the window, of the one before and of all time.

    An order with its sales is of the window in which it was begun, a return of its own. The engine computes only those
    columns that are taken.
    """
    sale, inside, before = ~dated.is_return, period.inside(dated["at"]), period.before(dated["at"])
    asked: dict[str, Any] = {
        "first_order_at": dated["at"].min(where=sale),
        "last_order_at": dated["at"].max(where=sale),
        "orders_ever": dated.count(where=sale),
        "frequency": dated.count(where=sale & inside),
        "previous_orders": dated.count(where=sale & before),
        # sums are exact, and rounded once
        "revenue_ever": dated.amount.sum().cast("float64"),
        "monetary_value": dated.amount.sum(where=inside).cast("float64"),
        "previous_revenue": dated.amount.sum(where=before).fill_null(0).cast("float64"),
        "returned": dated.amount.sum(where=dated.is_return & inside),
    }
    asked |= {name: dated[name].sum(where=inside) for name in ("items", "discount") if name in dated.columns}
    found = dated.group_by("customer_id").agg(**asked)
    return found.filter(found.orders_ever > 0)


def with_ages(table: pd.DataFrame, period: Period) -> pd.DataFrame:
    """The table with recency_days and tenure_days, from the last and the first order where it has them."""
    days = {"recency_days": "last_order_at", "tenure_days": "first_order_at"}
    return table.assign(**{name: period.days_since(table[at]) for name, at in days.items() if at in table})


def reaches_back(lines: ir.Table, period: Period) -> bool:
    """Whether the data begin early enough for the previous window to be whole."""
    earlier = period.start(windows=2)
    first = lines.ordered_at.min().to_pyarrow().as_py() if earlier else None
    return first is not None and first.date() <= earlier


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
    >>> import ibis
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


def _gaps(orders: ir.Table) -> ir.Table:
    """Median days from an order to the next."""
    last = orders["at"].lag().over(group_by=orders.customer_id, order_by=orders["at"])
    spaced = orders.select("customer_id", gap=day_number(orders["at"]) - day_number(last))
    return spaced.group_by("customer_id").agg(interpurchase_days=spaced.gap.median())


def _variety(lines: ir.Table) -> list[ir.Table]:
    """Distinct products bought (categories are counted where the top one is found)."""
    if "product_id" not in lines.columns:
        return []
    bought = lines.filter(~lines.is_return & lines.product_id.notnull()).select("customer_id", "product_id").distinct()
    return [bought.group_by("customer_id").agg(products=bought.count())]


def _dimensions(lines: ir.Table) -> list[ir.Table]:
    """Category, country and channel where most was spent."""
    return [most_spent(lines, column, name) for column, name in TOP.items() if column in lines.columns]


def most_spent(lines: ir.Table, column: str, name: str) -> ir.Table:
    """Where each customer spent most, the first by name of equals, as ``name``; ``categories`` counts those too."""
    sales = lines.filter(~lines.is_return & lines[column].notnull())
    spent = sales.group_by(["customer_id", column]).agg(spend=sales.amount.sum())
    asked = {name: spent[column].first(order_by=[spent.spend.desc(), spent[column]])}
    asked |= {"categories": spent.count()} if column == "category" else {}
    return spent.group_by("customer_id").agg(**asked)


def _finished(table: pd.DataFrame, contacts: pd.DataFrame | None) -> pd.DataFrame:
    """Ratios and the columns in their order; the contacts' attributes on the right."""
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
    kinds |= {name: "int64" for name in ("recency_days", "tenure_days", "products", "categories") if name in table}
    table = table.fillna({name: 0 for name in ("products", "categories") if name in table}).astype(kinds)
    order = [column.name for column in CUSTOMERS if column.name in table.columns]
    return with_contacts(table[order], contacts)


def with_contacts(table: pd.DataFrame, contacts: pd.DataFrame | None) -> pd.DataFrame:
    """The customers with the contacts' attributes on the right, ``contact_`` before a name that is there already."""
    if contacts is None:
        return table
    renamed = {name: f"contact_{name}" for name in contacts.columns if name in table.columns}
    return table.join(contacts.rename(columns=renamed), how="left")
