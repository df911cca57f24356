"""Where each customer stands among the customers of the window."""

from __future__ import annotations

import pandas as pd

__all__ = ["RANKS", "share_below"]

RANKS = {
    "revenue_rank": "monetary_value",
    "orders_rank": "frequency",
    "order_value_rank": "average_order_value",
    "items_rank": "items_per_order",
}


def share_below(values: pd.Series) -> pd.Series:
    """Share of the known values that are strictly smaller; equal values rank equally, missing ones not at all.

    Parameters
    ----------
    values : Series of float
        One value a customer.

    Returns
    -------
    Series of float from 0 to below 1.

    Examples
    --------
    >>> share_below(pd.Series([5.0, 1.0, 5.0, None])).round(2).tolist()
    [0.33, 0.0, 0.33, nan]
    """
    exact = values.astype("float64").round(6)  # ratios of equal amounts may differ in the last bit
    return (exact.rank(method="min") - 1) / max(int(exact.notna().sum()), 1)
