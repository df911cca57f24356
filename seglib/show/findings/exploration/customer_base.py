"""The customer base in sentences."""

from __future__ import annotations

from typing import Any

import pandas as pd

from seglib.language.messages import gettext as _
from seglib.language.messages import ngettext
from seglib.language.words import count, date, days, money, number, percent, plural
from seglib.show.findings.exploration.cohorts import NO_CUSTOMERS
from seglib.show.findings.exploration.trade import NO_ORDERS

__all__ = ["concentration", "interpurchase_times", "key_numbers", "order_values"]

ALIKE = 0.01  # a Gini coefficient below is called the same
FEW = 20


def key_numbers(table: pd.DataFrame, currency: str = "") -> dict[str, str]:
    """Key numbers as texts for :func:`seglib.show.display.key_numbers`.

    Examples
    --------
    >>> row = {"customers": 2, "orders": 3, "revenue": 90.0, "sales": 100.0, "returns_share": 0.1,
    ...     "average_order_value": 33.3, "median_order_value": 30.0, "orders_per_customer": 1.5,
    ...     "revenue_per_customer": 45.0, "one_time_customers": 1, "one_time_share": 0.5, "history_days": 31,
    ...     "new_customers": 0, "new_one_time": 0,
    ...     "first_order_at": pd.Timestamp("2024-01-01"), "last_order_at": pd.Timestamp("2024-01-31")}
    >>> key_numbers(pd.DataFrame([row]), "EUR")["Orders"]
    '3\\n1.50 per customer'
    """
    row: Any = table.iloc[0]
    median = money(row["median_order_value"], currency)
    tiles = {
        _("Customers"): (count(row["customers"]),),
        _("Orders"): (count(row["orders"]), _("{n} per customer", n=number(row["orders_per_customer"]))),
        _("Net revenue"): (
            money(row["revenue"], currency),
            _("{n} per customer", n=money(row["revenue_per_customer"], currency)),
        ),
        _("Sales before returns"): (
            money(row["sales"], currency),
            _("{share} went back", share=percent(row["returns_share"])),
        ),
        _("Average order value"): (
            money(row["average_order_value"], currency),
            _("half are below {amount}", amount=median),
        ),
        **_one_order(row),
        _("History"): (days(row["history_days"]), _period(row)),
    }
    return {what: "\n".join(texts) for what, texts in tiles.items()}


def _one_order(row: Any) -> dict[str, tuple[str, ...]]:
    """Of new customers, of whom it can be known; where nobody is new, what the records hold."""
    if row["new_customers"]:
        share = percent(row["new_one_time"] / row["new_customers"])
        return {_("One order so far"): (share, _("of {n}", n=plural(row["new_customers"], "new customer")))}
    some = _("{n}, who may have bought before the records", n=plural(row["one_time_customers"], "customer"))
    return {_("One order in the records"): (percent(row["one_time_share"]), some)}


def _period(row: Any) -> str:
    if not row["orders"]:
        return ""
    return _("{first} to {last}", first=date(row["first_order_at"]), last=date(row["last_order_at"]))


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
        return _(NO_ORDERS)
    rows: Any = quantiles.set_index("quantile")
    n, high, middle = int(rows["orders"].iloc[0]), rows.loc[0.9], money(rows.loc[0.5, "order_value"], currency)
    if n == 1:
        return _("There is one order, worth {amount}.", amount=middle)
    if rows["order_value"].iloc[0] == rows["order_value"].iloc[-1] and rows["orders_above"].iloc[-1] == 0:
        return _("Practically all of the {n} orders are worth {amount}.", n=count(n), amount=middle)
    if not high["orders_above"] or pd.isna(high["sales_above_share"]):
        return _("Half of the {n} orders are worth up to {amount}.", n=count(n), amount=middle)
    return _(
        "Half of the {n} orders are worth up to {amount}; the {orders_share} above {high} bring {sales_share} of the "
        "sales.",
        n=count(n),
        amount=middle,
        orders_share=percent(high["orders_above"] / n),
        high=money(high["order_value"], currency),
        sales_share=percent(high["sales_above_share"]),
    )


def concentration(table: pd.DataFrame, currency: str = "") -> str:
    """How few customers bring half of the revenue.

    Examples
    --------
    >>> row = {"customers": 2469, "revenue": 9.0, "gini": 0.61, "half_customers": 198, "negative_customers": 0}
    >>> concentration(pd.DataFrame([row]))
    'Half of the revenue comes from 8.0% of the customers (198 of 2,469).'
    """
    row: Any = table.iloc[0]
    n = int(row["customers"])
    if n == 0:
        return _(NO_CUSTOMERS)
    if not row["revenue"] > 0:
        return _("The net revenue of this period is not positive, so shares of it cannot be told.")
    if n == 1:
        return _("One customer brings all of the revenue, {amount}.", amount=money(row["revenue"], currency))
    return " ".join(filter(None, (_spread(row, n), _gave_back(row, currency))))


def _spread(row: Any, n: int) -> str:
    if row["gini"] < ALIKE:
        return _("All {n} customers bring about the same revenue: nobody stands out.", n=count(n))
    return _(
        "Half of the revenue comes from {share} of the customers ({few} of {n}).",
        share=percent(row["half_customers"] / n),
        few=count(row["half_customers"]),
        n=count(n),
    )


def _gave_back(row: Any, currency: str) -> str:
    negative = int(row["negative_customers"])
    if not negative:
        return ""
    return ngettext(
        "{n} customer returned more than they bought ({amount}).",
        "{n} customers returned more than they bought ({amount}).",
        negative,
        n=count(negative),
        amount=money(row["negative_revenue"], currency),
    )


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
        return _("Nobody has ordered twice, so the time between orders cannot be told.")
    if n < FEW:
        return ngettext(
            "{n} repeat order is too few to tell the time between orders.",
            "{n} repeat orders are too few to tell the time between orders.",
            n,
            n=count(n),
        )
    shares: Any = table["within_share"]
    half, most = (int(table.loc[shares >= share - 1e-9, "gap_days"].iloc[0]) for share in (0.5, 0.8))
    if not most:
        return _("Of {n} repeat orders, half came on the day of the order before and 80% on that day too.", n=count(n))
    if not half:
        return _(
            "Of {n} repeat orders, half came on the day of the order before and 80% within {most}.",
            n=count(n),
            most=days(most),
        )
    return _(
        "Of {n} repeat orders, half came within {half} of the order before and 80% within {most}.",
        n=count(n),
        half=days(half),
        most=days(most),
    )
