"""The customer base in sentences."""

from __future__ import annotations

from typing import Any

import pandas as pd

from seglib.findings.exploration.trade import NO_ORDERS, month
from seglib.words import count, date, days, joined, money, number, percent, plural

__all__ = ["cohort_retention", "concentration", "interpurchase_times", "key_numbers", "one_time_share", "order_values"]

NO_CUSTOMERS = "There are no customers in this period."
ALIKE = 0.01  # a Gini coefficient below is called the same
FEW = 20
LATER = 6  # months


def key_numbers(table: pd.DataFrame, currency: str = "") -> dict[str, str]:
    """Key numbers as texts for :func:`seglib.display.key_numbers`.

    Examples
    --------
    >>> row = {"customers": 2, "orders": 3, "revenue": 90.0, "sales": 100.0, "returns_share": 0.1,
    ...     "average_order_value": 33.3, "median_order_value": 30.0, "orders_per_customer": 1.5,
    ...     "revenue_per_customer": 45.0, "one_time_customers": 1, "one_time_share": 0.5, "history_days": 31,
    ...     "first_order_at": pd.Timestamp("2024-01-01"), "last_order_at": pd.Timestamp("2024-01-31")}
    >>> key_numbers(pd.DataFrame([row]), "EUR")["Orders"]
    '3\\n1.50 per customer'
    """
    row: Any = table.iloc[0]
    per_customer = f"{money(row['revenue_per_customer'], currency)} per customer"
    period = f"{date(row['first_order_at'])} to {date(row['last_order_at'])}" if row["orders"] else ""
    return {
        "Customers": count(row["customers"]),
        "Orders": f"{count(row['orders'])}\n{number(row['orders_per_customer'])} per customer",
        "Net revenue": f"{money(row['revenue'], currency)}\n{per_customer}",
        "Sales before returns": f"{money(row['sales'], currency)}\n{percent(row['returns_share'])} went back",
        "Average order value": f"{money(row['average_order_value'], currency)}\n"
        f"half are below {money(row['median_order_value'], currency)}",
        "One order so far": f"{percent(row['one_time_share'])}\n{plural(row['one_time_customers'], 'customer')}",
        "History": f"{days(row['history_days'])}\n{period}",
    }


def order_values(quantiles: pd.DataFrame, currency: str = "") -> str:
    """What an order is worth.

    Examples
    --------
    >>> table = pd.DataFrame({"quantile": [0.1, 0.5, 0.9], "order_value": [5.0, 20.0, 80.0], "orders": 100,
    ...     "orders_above": [90, 50, 10], "sales_above_share": [1.0, 0.9, 0.4]})
    >>> order_values(table, "EUR")
    'Half of the 100 orders are worth up to €20.00; the 10% above €80.00 bring 40% of the sales.'
    """
    if quantiles.empty:
        return NO_ORDERS
    rows: Any = quantiles.set_index("quantile")
    n, middle, high = int(rows["orders"].iloc[0]), rows.loc[0.5], rows.loc[0.9]
    if n == 1:
        return f"There is one order, worth {money(middle['order_value'], currency)}."
    if rows["order_value"].iloc[0] == rows["order_value"].iloc[-1] and rows["orders_above"].iloc[-1] == 0:
        return f"Practically all of the {count(n)} orders are worth {money(middle['order_value'], currency)}."
    half = f"Half of the {count(n)} orders are worth up to {money(middle['order_value'], currency)}"
    if not high["orders_above"] or pd.isna(high["sales_above_share"]):
        return f"{half}."
    above = f"the {percent(high['orders_above'] / n)} above {money(high['order_value'], currency)}"
    return f"{half}; {above} bring {percent(high['sales_above_share'])} of the sales."


def concentration(table: pd.DataFrame, currency: str = "") -> str:
    """How few customers bring half of the revenue.

    Examples
    --------
    >>> row = {"customers": 2469, "revenue": 9.0, "gini": 0.61, "half_customers": 198, "negative_customers": 0}
    >>> concentration(pd.DataFrame([row]))[:74]
    'Half of the revenue comes from 8.0% of the customers (198 of 2,469); the G'
    """
    row: Any = table.iloc[0]
    n = int(row["customers"])
    if n == 0:
        return NO_CUSTOMERS
    if not row["revenue"] > 0:
        return "The net revenue of this period is not positive, so shares of it cannot be told."
    if n == 1:
        return f"One customer brings all of the revenue, {money(row['revenue'], currency)}."
    negative = int(row["negative_customers"])
    gave_back = (
        f" {plural(negative, 'customer')} returned more than they bought ({money(row['negative_revenue'], currency)})."
        if negative
        else ""
    )
    if row["gini"] < ALIKE:
        return f"All {count(n)} customers bring about the same revenue: nobody stands out.{gave_back}"
    half = f"{percent(row['half_customers'] / n)} of the customers ({count(row['half_customers'])} of {count(n)})"
    spread = f"the Gini coefficient is {number(row['gini'], 2)} (0: all bring the same, 1: one brings all)"
    return f"Half of the revenue comes from {half}; {spread}.{gave_back}"


def one_time_share(table: pd.DataFrame) -> str:
    """How many never came back, of those who had time to.

    Examples
    --------
    >>> row = {"kind": "settled", "from_days": 91, "customers": 400, "one_time": 100, "one_time_share": 0.25,
    ...     "low_share": 0.21, "high_share": 0.29}
    >>> one_time_share(pd.DataFrame([row]))
    'Of 400 customers who first bought more than 90 days ago, 25% have not ordered again (95% interval 21% to 29%).'
    """
    if table.empty:
        return NO_CUSTOMERS
    kinds: Any = table.set_index("kind")
    row = kinds.loc["settled"] if "settled" in kinds.index else kinds.loc["all"]
    interval = f"95% interval {percent(row['low_share'])} to {percent(row['high_share'])}"
    share = f"{percent(row['one_time_share'])} have not ordered again ({interval})"
    n = plural(row["customers"], "customer")
    if "settled" in kinds.index:
        return f"Of {n} who first bought more than {int(row['from_days']) - 1} days ago, {share}."
    return f"Of {n}, {share}, but all of them are too new to judge."


def interpurchase_times(table: pd.DataFrame) -> str:
    """Within how many days repeat orders come.

    Examples
    --------
    >>> table = pd.DataFrame({"gap_days": [7, 30], "repeat_orders": [60, 40], "within_share": [0.6, 1.0]})
    >>> interpurchase_times(table)
    'Of 100 repeat orders, half came within 7 days of the order before and 80% within 30 days.'
    """
    n = int(table["repeat_orders"].sum())
    if not n:
        return "Nobody has ordered twice, so the time between orders cannot be told."
    if n < FEW:
        return f"{plural(n, 'repeat order')} {'is' if n == 1 else 'are'} too few to tell the time between orders."
    shares: Any = table["within_share"]
    half, most = (int(table.loc[shares >= share - 1e-9, "gap_days"].iloc[0]) for share in (0.5, 0.8))
    soon = f"within {days(half)} of the order before" if half else "on the day of the order before"
    later = f"within {days(most)}" if most else "on that day too"
    return f"Of {count(n)} repeat orders, half came {soon} and 80% {later}."


def cohort_retention(table: pd.DataFrame) -> str:
    """How many new customers order again, one and six months on.

    Examples
    --------
    >>> table = pd.DataFrame({"cohort": pd.Timestamp("2024-01-01"), "months_since": [0, 1], "customers": 200,
    ...     "active": [200, 50], "retention_share": [1.0, 0.25], "censored": False})
    >>> cohort_retention(table)
    'One month after their first order, 25% of new customers ordered again (50 of 200).'
    """
    if table.empty:
        return "The records cover no new customers for a full calendar month, so cohorts cannot be told."
    new = table[~table["censored"].astype(bool)]
    old = [month(moment) for moment in table.loc[table["censored"].astype(bool), "cohort"].unique()]
    left_out = f" {joined(old)} is left out: it holds customers from before the records." if old else ""
    later: Any = new[new["months_since"] > 0].groupby("months_since")[["active", "customers"]].sum()
    if later.empty:
        return f"It is too early to see how many new customers come back.{left_out}"
    first = later.iloc[0]
    text = (
        f"One month after their first order, {percent(first['active'] / first['customers'])} of new customers "
        f"ordered again ({count(first['active'])} of {count(first['customers'])})"
    )
    if LATER in later.index:
        text += f"; six months after, {percent(later.loc[LATER, 'active'] / later.loc[LATER, 'customers'])} did"
    return f"{text}.{left_out}"
