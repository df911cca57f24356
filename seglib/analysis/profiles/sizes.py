"""How large segments are, what they bring, and how they differ from the average customer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from seglib.analysis.profiles.alignment import align_segments, measures_of
from seglib.language.naming import NOT_COVERED
from seglib.tables.intervals import adjust_p_values
from seglib.tables.money import ROUGH, mean_intervals, sum_share_intervals
from seglib.tables.shuffling import shuffled_p
from seglib.tables.small_tables import LIKELY, MIN_GROUP, stacked

__all__ = ["index_table", "mean_positions", "profile_segments", "stack_profiles"]

CENTS = 10_000  # money has four decimals: summed as whole numbers, segments add up to the total exactly


def profile_segments(
    customers: pd.DataFrame, segments: pd.Series, *, order: Sequence[str] | None = None
) -> pd.DataFrame:
    """Size, money and medians of each segment; customers, orders and revenue add up to those of all customers.

    Parameters
    ----------
    customers : DataFrame, one row a customer, indexed by ``customer_id``
    segments : Series of names indexed by ``customer_id``
        Customers without a name become the row ``Not covered``, which comes last.
    order : sequence of str, optional
        Segments in the order of display; by default by revenue.

    Returns
    -------
    DataFrame, one row a segment: ``segment, customers, customers_share, revenue, revenue_share, orders, orders_share,
    revenue_per_customer``, ``index`` (revenue per customer, 100 = average of all customers), ``median_<measure>`` for
    each measure that is known, ``revenue_per_customer_low, revenue_per_customer_high, revenue_share_low,
    revenue_share_high`` (95%, missing below 30 customers), ``rough`` (of fewer than 300: intervals of money are too
    short), ``differs`` (its customers bring more or less than all others by more than chance explains: by ranks, when
    segments are shuffled, adjusted). Shares and index are missing where the total is zero or negative.

    Raises
    ------
    InputError
        As for :func:`align_segments`.

    Examples
    --------
    >>> customers = pd.DataFrame(
    ...     {"recency_days": [1, 9, 5], "frequency": [4, 1, 1], "monetary_value": [60.0, 20.0, 20.0]},
    ...     index=list("abc"))
    >>> profile_segments(customers, pd.Series({"a": "Best", "b": "Rest", "c": "Rest"}))[
    ...     ["segment", "customers", "revenue", "revenue_share", "index", "median_recency_days"]]
      segment  customers  revenue  revenue_share  index  median_recency_days
    0    Best          1     60.0            0.6  180.0                  1.0
    1    Rest          2     40.0            0.4   60.0                  7.0
    """
    names = align_segments(customers, segments, order=order)
    rows = [*names.cat.categories, *([NOT_COVERED] if names.isna().any() else [])]
    groups = names.astype("str").fillna(NOT_COVERED)
    cents = (customers["monetary_value"].astype("float64") * CENTS).round().astype("int64")
    sums = pd.DataFrame({"customers": 1, "revenue": cents, "orders": customers["frequency"]}, index=customers.index)
    sums = sums.groupby(groups).sum().reindex(rows).astype("int64")
    profile = sums.assign(revenue=sums["revenue"] / CENTS)
    for place, column in enumerate(sums.columns):
        profile.insert(2 * place + 1, f"{column}_share", _ratio(sums[column], sums[column].sum()))
    profile["revenue_per_customer"] = profile["revenue"] / profile["customers"]
    average = profile["revenue"].sum() / max(len(customers), 1)
    profile["index"] = 100 * _ratio(profile["revenue_per_customer"], average)
    medians = measures_of(customers).groupby(groups).median().reindex(rows).add_prefix("median_")
    sureness = _sureness(cents / CENTS, pd.Index(rows).get_indexer(groups), rows)
    return profile.join(medians).join(sureness).rename_axis("segment").reset_index()


def _sureness(money: pd.Series, codes: np.ndarray, rows: list[str]) -> pd.DataFrame:
    values, groups = money.to_numpy(dtype="float64"), len(rows)
    ends = (mean_intervals(values, codes, groups), sum_share_intervals(values, codes, groups))
    table = pd.DataFrame(index=pd.Index(rows, dtype="str"))
    for name, (low, high) in zip(("revenue_per_customer", "revenue_share"), ends, strict=True):
        table[f"{name}_low"], table[f"{name}_high"] = low, high
    p_values = adjust_p_values(shuffled_p(money.rank().to_numpy(), codes, groups))
    return table.assign(rough=np.bincount(codes, minlength=groups) < ROUGH, differs=p_values <= LIKELY)


def index_table(
    customers: pd.DataFrame, segments: pd.Series, measures: Sequence[str] | None = None, *, min_group: int = MIN_GROUP
) -> pd.DataFrame:
    """Relative importance: mean of each measure in each segment, 100 = mean of all customers.

    Parameters
    ----------
    customers : DataFrame, one row a customer, indexed by ``customer_id``
    segments : Series of names indexed by ``customer_id``
    measures : sequence of str, optional
        Columns to compare; by default every measure that is known.
    min_group : int
        Smaller segments are left out.

    Returns
    -------
    DataFrame, segments x measures; missing where the mean of all customers is zero or negative, since a ratio to it
    would mislead.

    Examples
    --------
    >>> customers = pd.DataFrame(
    ...     {"recency_days": [1, 9, 5], "frequency": [4, 1, 1], "monetary_value": [60.0, 20.0, 20.0]},
    ...     index=list("abc"))
    >>> index_table(customers, pd.Series({"a": "Best", "b": "Rest", "c": "Rest"}), min_group=1)
             recency_days  frequency  monetary_value
    segment
    Best             20.0      200.0           180.0
    Rest            140.0       50.0            60.0
    """
    names = align_segments(customers, segments)
    table = measures_of(customers, measures)
    overall = table.mean()
    index = 100 * table.groupby(names, observed=True).mean() / overall.where(overall > 0)
    return _shown(index, names, min_group)


def mean_positions(
    customers: pd.DataFrame, segments: pd.Series, measures: Sequence[str] | None = None, *, min_group: int = MIN_GROUP
) -> pd.DataFrame:
    """Mean position of each segment among all customers in each measure: 0 lowest, 50 the middle, 100 highest.

    Measures are standardised by rank, so that a few very large customers do not decide the picture.

    Parameters
    ----------
    customers, segments, measures, min_group
        As for :func:`index_table`.

    Returns
    -------
    DataFrame, segments x measures, 0..100; a measure that is the same for everybody is left out.

    Examples
    --------
    >>> customers = pd.DataFrame(
    ...     {"recency_days": [1, 9], "frequency": [4, 1], "monetary_value": [60.0, 60.0]}, index=list("ab"))
    >>> mean_positions(customers, pd.Series({"a": "Best", "b": "Rest"}), min_group=1)
             recency_days  frequency
    segment
    Best             25.0       75.0
    Rest             75.0       25.0
    """
    names = align_segments(customers, segments)
    table = measures_of(customers, measures)
    table = table.loc[:, table.nunique() > 1]
    positions = 100 * (table.rank() - 0.5) / table.notna().sum()
    return _shown(positions.groupby(names, observed=True).mean(), names, min_group)


def stack_profiles(profiles: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Put the profiles, or the traits, of several segmentations below each other.

    Parameters
    ----------
    profiles : mapping of str to DataFrame
        Name of the segmentation -> its table; those without a name or without rows are left out.

    Returns
    -------
    DataFrame with their columns and ``segmentation`` in front.

    Examples
    --------
    >>> stack_profiles({"rfm": pd.DataFrame({"segment": ["Best"]}), "": pd.DataFrame({"segment": ["?"]})})
      segmentation segment
    0          rfm    Best
    """
    found = stacked(profiles, "segmentation")
    return found if len(found) else found.assign(segment=[])


def _ratio(part: pd.Series, whole: float) -> pd.Series:
    return part / whole if whole > 0 else pd.Series(np.nan, index=part.index)


def _shown(table: pd.DataFrame, names: pd.Series, min_group: int) -> pd.DataFrame:
    plain = table.set_axis(pd.Index([str(name) for name in table.index], dtype="str", name="segment"))
    return plain[(names.value_counts().reindex(table.index) >= min_group).to_numpy()]
