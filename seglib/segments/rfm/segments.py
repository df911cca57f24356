"""What the named RFM segments hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from seglib.language.naming import NOT_NAMED
from seglib.segments.rfm.bands import take_names
from seglib.tables.money import ROUGH, sum_share_intervals

if TYPE_CHECKING:
    from seglib.segments.rfm.scorer import RFMScorer

__all__ = ["score_cells", "summarise_segments"]


def score_cells(scores: pd.DataFrame, scorer: RFMScorer) -> pd.DataFrame:
    """Customers in every cell of recency by the score that the preset names with (``fm_score``, else ``f_score``).

    Parameters
    ----------
    scores : DataFrame
        What ``scorer.transform`` returned.
    scorer : RFMScorer
        Fitted.

    Returns
    -------
    DataFrame, every cell once: r_score, across (name of the second score), score, segment (the most common one where
    another score decides too), mixed (whether several names share the cell), customers, customers_share.
    """
    across = "fm_score" if "fm" in scorer.preset_.scores else "f_score"
    r, f, m = np.indices(scorer.cells_.shape).reshape(3, -1) + 1
    place = np.ravel_multi_index(scores[["r_score", "f_score", "m_score"]].to_numpy().T - 1, scorer.cells_.shape)
    every = pd.DataFrame(
        {
            "r_score": r,
            "score": (f + m + 1) // 2 if across == "fm_score" else f,
            "segment": take_names(scorer.segments_, scorer.cells_.ravel()),
            "customers": np.bincount(place, minlength=scorer.cells_.size),
            "cells": 1,
        }
    )
    keys = ["r_score", "score"]
    named = every.groupby([*keys, "segment"]).sum().reset_index().sort_values([*keys, "customers", "cells"])
    by = named.groupby(keys)
    cells = by.agg(segment=("segment", "last"), names=("segment", "size"), customers=("customers", "sum")).reset_index()
    share = cells["customers"] / max(len(scores), 1)
    cells = cells.assign(across=across, mixed=cells["names"] > 1, customers_share=share)
    return cells[["r_score", "across", "score", "segment", "mixed", "customers", "customers_share"]]


def summarise_segments(
    customers: pd.DataFrame, segments: pd.Series | pd.DataFrame, *, order: Sequence[str] = ()
) -> pd.DataFrame:
    """One row a segment: how many customers, how many orders, how much revenue.

    Parameters
    ----------
    customers : DataFrame
        Customers table, indexed by ``customer_id``.
    segments : Series of str or DataFrame with ``rfm_segment``
        Name of each customer by ``customer_id``; customers without one are "Not named".
    order : sequence of str
        Segments in the order wanted (``scorer.segments_``); by default by revenue.

    Returns
    -------
    DataFrame of segments that have customers: segment, customers, customers_share, orders, revenue, revenue_share (NaN
    unless the total is positive) with revenue_share_low and revenue_share_high (95%, NaN below 30 customers), rough (of
    fewer than 300 customers: that interval is), median_recency_days, median_orders, median_revenue,
    average_order_value (sales per order). Customers, orders and revenue add up to those of the table.

    Examples
    --------
    >>> customers = pd.DataFrame(
    ...     {"recency_days": [3, 40, 200], "frequency": [9, 2, 1], "monetary_value": [900.0, 80.0, 20.0]},
    ...     index=pd.Index(["a", "b", "c"], name="customer_id"))
    >>> named = pd.Series(["Best", "Rest", "Rest"], index=customers.index)
    >>> summarise_segments(customers, named)[["segment", "customers", "orders", "revenue", "revenue_share"]]
      segment  customers  orders  revenue  revenue_share
    0    Best          1       9    900.0            0.9
    1    Rest          2       3    100.0            0.1
    """
    names = segments["rfm_segment"] if isinstance(segments, pd.DataFrame) else segments
    names = names if names.index.equals(customers.index) else names.reindex(customers.index)
    frequency, revenue = customers["frequency"], customers["monetary_value"]
    sales = customers["average_order_value"] * frequency if "average_order_value" in customers else revenue
    grouped_by = names.astype(object).where(names.notna(), NOT_NAMED).astype("str").to_numpy()
    rows = customers[["recency_days", "frequency", "monetary_value"]].assign(sales=sales).groupby(grouped_by)
    summary = rows.agg(
        customers=("frequency", "size"), orders=("frequency", "sum"), revenue=("monetary_value", "sum"),
        median_recency_days=("recency_days", "median"), median_orders=("frequency", "median"),
        median_revenue=("monetary_value", "median"), sales=("sales", "sum"),
    )  # fmt: skip
    total = revenue.sum()
    summary.insert(1, "customers_share", summary["customers"] / max(len(customers), 1))
    summary.insert(4, "revenue_share", summary["revenue"] / total if total > 0 else np.nan)
    summary["average_order_value"] = summary.pop("sales") / summary["orders"]
    low, high = sum_share_intervals(revenue.to_numpy("float64"), summary.index.get_indexer(grouped_by), len(summary))
    summary = summary.assign(revenue_share_low=low, revenue_share_high=high, rough=summary["customers"] < ROUGH)
    rank = {name: place for place, name in enumerate(order)}
    ranked = summary.sort_values("revenue", ascending=False, kind="stable").rename_axis("segment").reset_index()
    last = ranked["segment"].map(lambda name: rank.get(name, len(rank)))
    return ranked.iloc[np.argsort(last, kind="stable")].reset_index(drop=True)
