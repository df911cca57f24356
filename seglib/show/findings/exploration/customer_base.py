"""The customer base in sentences."""

from __future__ import annotations

from typing import Any

import pandas as pd

from seglib.language.messages import gettext as _
from seglib.language.messages import mark, ngettext
from seglib.language.words import count, date, days, joined, money, number, percent, plural
from seglib.show.findings.exploration.trade import NO_ORDERS, month

__all__ = ["cohort_retention", "concentration", "interpurchase_times", "key_numbers", "one_time_share", "order_values"]

NO_CUSTOMERS = mark("There are no customers in this period.")
ALIKE = 0.01  # a Gini coefficient below is called the same
FEW = 20
LATER = 6  # months


def key_numbers(table: pd.DataFrame, currency: str = "") -> dict[str, str]:
    """Key numbers as texts for :func:`seglib.show.display.key_numbers`.

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
    customers, median = plural(row["one_time_customers"], "customer"), money(row["median_order_value"], currency)
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
        _("One order so far"): (percent(row["one_time_share"]), customers),
        _("History"): (days(row["history_days"]), _period(row)),
    }
    return {what: "\n".join(texts) for what, texts in tiles.items()}


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
    >>> concentration(pd.DataFrame([row]))[:74]
    'Half of the revenue comes from 8.0% of the customers (198 of 2,469); the G'
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
        "Half of the revenue comes from {share} of the customers ({few} of {n}); the Gini coefficient is {gini} "
        "(0: all bring the same, 1: one brings all).",
        share=percent(row["half_customers"] / n),
        few=count(row["half_customers"]),
        n=count(n),
        gini=number(row["gini"], 2),
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
        return _(NO_CUSTOMERS)
    kinds: Any = table.set_index("kind")
    row = kinds.loc["settled"] if "settled" in kinds.index else kinds.loc["all"]
    told = {
        "customers": plural(row["customers"], "customer"),
        "share": percent(row["one_time_share"]),
        "low": percent(row["low_share"]),
        "high": percent(row["high_share"]),
    }
    if "settled" in kinds.index:
        return _(
            "Of {customers} who first bought more than {days} ago, {share} have not ordered again (95% interval {low} "
            "to {high}).",
            **told,
            days=days(int(row["from_days"]) - 1),
        )
    return _(
        "Of {customers}, {share} have not ordered again (95% interval {low} to {high}), but all of them are too new to "
        "judge.",
        **told,
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
        return _("The records cover no new customers for a full calendar month, so cohorts cannot be told.")
    new = table[~table["censored"].astype(bool)]
    later: Any = new[new["months_since"] > 0].groupby("months_since")[["active", "customers"]].sum()
    return " ".join(filter(None, (_came_back(later), _left_out(table))))


def _left_out(table: pd.DataFrame) -> str:
    old = [month(moment) for moment in table.loc[table["censored"].astype(bool), "cohort"].unique()]
    if not old:
        return ""
    return _("{months} is left out: it holds customers from before the records.", months=joined(old))


def _came_back(later: Any) -> str:
    if later.empty:
        return _("It is too early to see how many new customers come back.")
    share, first = later["active"] / later["customers"], later.iloc[0]
    told = {"share": percent(share.iloc[0]), "n": count(first["active"]), "all": count(first["customers"])}
    if LATER not in later.index:
        return _("One month after their first order, {share} of new customers ordered again ({n} of {all}).", **told)
    return _(
        "One month after their first order, {share} of new customers ordered again ({n} of {all}); six months after, "
        "{later} did.",
        **told,
        later=percent(share.loc[LATER]),
    )
