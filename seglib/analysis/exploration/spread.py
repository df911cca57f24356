"""How money is spread over orders and customers: quantiles, Pareto curve, Gini coefficient."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

__all__ = ["concentration", "gini", "order_value_histogram", "order_value_quantiles", "pareto"]

QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9, 0.99)
CURVE_POINTS = 500


def order_value_quantiles(orders: pd.DataFrame) -> pd.DataFrame:
    """Quantiles of the order value, and what the orders above each bring.

    Parameters
    ----------
    orders : DataFrame
        From :func:`seglib.analysis.exploration.orders_of`; ``sales`` is the value of an order before returns.

    Returns
    -------
    DataFrame ``quantile``, ``order_value`` (money), ``orders`` (all), ``orders_above`` (worth more than that),
    ``sales_above_share`` (their share of all sales); empty without orders.

    Examples
    --------
    >>> orders = pd.DataFrame({"sales": [10.0, 20.0, 30.0, 40.0, 100.0]})
    >>> order_value_quantiles(orders).query("quantile == 0.5").values.tolist()
    [[0.5, 30.0, 5.0, 2.0, 0.7]]
    """
    sales = orders["sales"].to_numpy(dtype="float64")
    if not len(sales):
        return pd.DataFrame(columns=["quantile", "order_value", "orders", "orders_above", "sales_above_share"])
    cuts, total = np.quantile(sales, QUANTILES), sales.sum()
    above = [sales > cut for cut in cuts]
    return pd.DataFrame(
        {
            "quantile": QUANTILES,
            "order_value": cuts,
            "orders": len(sales),
            "orders_above": [int(rows.sum()) for rows in above],
            "sales_above_share": [sales[rows].sum() / total if total > 0 else np.nan for rows in above],
        }
    )


def order_value_histogram(orders: pd.DataFrame, *, bins: int = 30) -> pd.DataFrame:
    """Orders by value, in bins of equal width on a logarithmic scale.

    Parameters
    ----------
    orders : DataFrame
        From :func:`seglib.analysis.exploration.orders_of`.
    bins : int
        Number of bins.

    Returns
    -------
    DataFrame ``from_order_value``, ``to_order_value``, ``orders``. Orders worth nothing or less have no logarithm: they
    come first, as a row from minus infinity to zero. Values within a factor of 1.01 share one bin.

    Examples
    --------
    >>> order_value_histogram(pd.DataFrame({"sales": [1.0, 5.0, 50.0, 100.0]}), bins=2).round(2).values.tolist()
    [[1.0, 10.0, 2.0], [10.0, 100.0, 2.0]]
    """
    sales = orders["sales"].to_numpy(dtype="float64")
    paid = sales[sales > 0]
    rows = [(-np.inf, 0.0, len(sales) - len(paid))] if len(paid) < len(sales) else []
    if len(paid):
        low, high = paid.min(), paid.max()
        edges = np.geomspace(low, high, bins + 1) if high > 1.01 * low else np.array([low, high])
        place = np.clip(np.searchsorted(edges, paid, side="right") - 1, 0, len(edges) - 2)
        rows += zip(edges[:-1], edges[1:], np.bincount(place, minlength=len(edges) - 1), strict=True)
    return pd.DataFrame(rows, columns=["from_order_value", "to_order_value", "orders"]).astype({"orders": "int64"})


def gini(values: ArrayLike) -> float:
    """Gini coefficient: 0 when all have the same, towards 1 when one has all.

    Parameters
    ----------
    values : array-like of shape (n,)
        Money of each customer; negative values count as zero, since shares of a negative sum mean nothing.

    Returns
    -------
    float in [0, 1), or NaN when nobody has anything.

    References
    ----------
    Gini, C. (1912), Variabilità e mutabilità; computed from ranks as in Dixon et al. (1987), Ecology 68(5).

    Examples
    --------
    >>> gini([1, 1, 1]), gini([0, 0, 0, 12])
    (0.0, 0.75)
    """
    held = np.sort(np.clip(np.nan_to_num(np.asarray(values, dtype="float64")), 0, None))
    if not held.sum() > 0:
        return float("nan")
    n = len(held)
    ranks = np.arange(1, n + 1)
    return max(0.0, float(((2 * ranks - n - 1) * held).sum() / (n * held.sum())))


def pareto(customers: pd.DataFrame) -> pd.DataFrame:
    """Cumulative share of revenue of the customers, the best first.

    Parameters
    ----------
    customers : DataFrame
        Customer table with ``monetary_value``.

    Returns
    -------
    DataFrame ``customers`` (the best so many), ``customers_share``, ``revenue`` (theirs), ``revenue_share``; at most
    501 points, from 0 to all. Customers who returned more than they bought pull the end of the curve down from
    above 1. Empty when the revenue is not positive.

    References
    ----------
    Lorenz, M. O. (1905), Methods of measuring the concentration of wealth.

    Examples
    --------
    >>> pareto(pd.DataFrame({"monetary_value": [10.0, 80.0, 10.0]}))["revenue_share"].tolist()
    [0.0, 0.8, 0.9, 1.0]
    """
    money = np.sort(customers["monetary_value"].to_numpy(dtype="float64"))[::-1]
    total = money.sum()
    if not total > 0:
        return pd.DataFrame(columns=["customers", "customers_share", "revenue", "revenue_share"])
    points = np.unique(np.linspace(0, len(money), min(CURVE_POINTS, len(money)) + 1).round().astype("int64"))
    revenue = np.concatenate([[0.0], money.cumsum()])[points]
    return pd.DataFrame(
        {
            "customers": points,
            "customers_share": points / len(money),
            "revenue": revenue,
            "revenue_share": revenue / total,
        }
    )


def concentration(customers: pd.DataFrame) -> pd.DataFrame:
    """How much of the revenue few customers bring.

    Parameters
    ----------
    customers : DataFrame
        Customer table with ``monetary_value``.

    Returns
    -------
    DataFrame of one row: ``customers``, ``revenue``, ``gini`` (see :func:`gini`), ``top_decile_customers``,
    ``top_decile_share`` (their share of revenue), ``half_customers`` and ``most_customers`` (the fewest who bring 50%
    and 80% of it), ``negative_customers`` and ``negative_revenue`` (who returned more than they bought). Shares and
    fewest customers are NA when the revenue is not positive.

    Examples
    --------
    >>> row = concentration(pd.DataFrame({"monetary_value": [10.0, 80.0, 10.0]})).iloc[0]
    >>> round(float(row["gini"]), 2), int(row["half_customers"]), float(row["top_decile_share"])
    (0.47, 1, 0.8)
    """
    money = np.sort(customers["monetary_value"].to_numpy(dtype="float64"))[::-1]
    total, sums = money.sum(), money.cumsum()
    decile = max(1, round(len(money) / 10)) if len(money) else 0
    positive = bool(total > 0)
    reach = [int(np.argmax(sums >= share * total * (1 - 1e-12))) + 1 if positive else pd.NA for share in (0.5, 0.8)]
    row = {
        "customers": len(money),
        "revenue": float(total),
        "gini": gini(money),
        "top_decile_customers": decile,
        "top_decile_share": float(sums[decile - 1] / total) if positive else np.nan,
        "half_customers": reach[0],
        "most_customers": reach[1],
        "negative_customers": int((money < 0).sum()),
        "negative_revenue": float(money[money < 0].sum()),
    }
    return pd.DataFrame([row]).astype({"half_customers": "Int64", "most_customers": "Int64"})
