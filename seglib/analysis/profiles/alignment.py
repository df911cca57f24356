"""Lay a segmentation beside a customer table: names as text, order of display, a few large segments and the rest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from seglib.errors import InputError
from seglib.language.messages import mark
from seglib.tables.canonical import check_table

__all__ = [
    "MEASURES",
    "align_segments",
    "is_boolean",
    "measures_of",
    "top_segments",
    "yes_no",
]

TOP = 12  # more segments than this do not fit a figure, and nobody acts on them one by one
YES_NO = {True: mark("yes"), False: mark("no")}
MEASURES = (
    "recency_days",
    "frequency",
    "monetary_value",
    "average_order_value",
    "items_per_order",
    "interpurchase_days",
    "tenure_days",
    "products",
    "categories",
    "returns_share",
    "discount_share",
    "previous_orders",
    "previous_revenue",
)


def align_segments(customers: pd.DataFrame, segments: pd.Series, *, order: Sequence[str] | None = None) -> pd.Series:
    """Give the segment of each customer of a table, as ordered categories.

    Parameters
    ----------
    customers : DataFrame, one row a customer, indexed by ``customer_id``
    segments : Series of names indexed by ``customer_id``
        Customers without a name, or with an empty one, are not covered; names of unknown customers are left out.
    order : sequence of str, optional
        Segments in the order of display. By default the order of an ordered categorical, else by revenue.

    Returns
    -------
    Series of ordered categories, one a row of ``customers``, missing where not covered.

    Raises
    ------
    InputError
        Where ``segments`` is no Series, names a customer twice, or shares no customer with the table.

    Examples
    --------
    >>> money = pd.DataFrame({"recency_days": 1, "frequency": 1, "monetary_value": [1.0, 5.0, 2.0]}, index=list("abc"))
    >>> align_segments(money, pd.Series({"a": "Small", "b": "Big"}))
    a    Small
    b      Big
    c      NaN
    Name: segment, dtype: category
    Categories (2, str): ['Big' < 'Small']
    """
    check_table(["customer_id", *customers.columns], "customers", where="the customer table")
    _check_segments(customers, segments)
    known = _text(segments)
    names = known.reindex(customers.index)
    wanted = [str(name) for name in (order if order is not None else _categories(segments))]
    revenue = customers["monetary_value"].groupby(names).sum().sort_index().sort_values(ascending=False, kind="stable")
    found = [name for name in dict.fromkeys([*wanted, *revenue.index]) if name in revenue.index]
    return pd.Series(
        pd.Categorical(names, categories=pd.Index(found, dtype="str"), ordered=True),
        index=customers.index,
        name=segments.name or "segment",
    )


def top_segments(
    customers: pd.DataFrame, segments: pd.Series, *, top: int = TOP, order: Sequence[str] | None = None
) -> pd.Series:
    """Keep the segments with the most revenue and put the rest together as ``Other (n)``, for n segments.

    Parameters
    ----------
    customers, segments, order
        As for :func:`align_segments`.
    top : int
        How many segments to keep.

    Returns
    -------
    Series of ordered categories, one a row of ``customers``; ``Other (n)`` comes last.

    Examples
    --------
    >>> money = pd.DataFrame({"recency_days": 1, "frequency": 1, "monetary_value": [1.0, 5.0, 2.0]}, index=list("abc"))
    >>> top_segments(money, pd.Series({"a": "A", "b": "B", "c": "C"}), top=1).tolist()
    ['Other (2)', 'B', 'Other (2)']
    """
    names = align_segments(customers, segments, order=order)
    found = list(names.cat.categories)
    if len(found) <= top:
        return names
    revenue = customers["monetary_value"].groupby(names, observed=True).sum().sort_values(ascending=False)
    kept = [name for name in found if name in set(revenue.index[:top])]
    other = f"Other ({len(found) - top})"
    text = names.astype("str").where(names.isin(kept) | names.isna(), other)
    return pd.Series(pd.Categorical(text, [*kept, other], ordered=True), index=names.index, name=names.name)


def measures_of(customers: pd.DataFrame, measures: Sequence[str] | None = None) -> pd.DataFrame:
    """Give the measures of a customer table as float64: the given ones, or all that are known for anybody."""
    names = [name for name in (MEASURES if measures is None else measures) if name in customers.columns]
    table = customers[names].astype("float64")
    return table.replace([np.inf, -np.inf], np.nan).dropna(axis="columns", how="all")


def is_boolean(column: pd.Series) -> bool:
    """Whether all known values are true or false, whatever the type of the column."""
    return pd.api.types.infer_dtype(column, skipna=True) == "boolean"


def yes_no(column: pd.Series) -> pd.Series:
    """Give true and false as words; missing stays missing."""
    return column.astype("object").map(YES_NO).astype("str")


def _check_segments(customers: pd.DataFrame, segments: Any) -> None:
    if not isinstance(segments, pd.Series):
        raise InputError(
            f"segments: found {type(segments).__name__}, expected a Series of names indexed by customer_id. "
            "Take one column, for instance table['rfm_segment']."
        )
    if not segments.index.is_unique:
        twice = segments.index[segments.index.duplicated()][0]
        raise InputError(f"segments: customer {twice!r} has more than one segment, expected one. Keep one row each.")
    if len(customers) and len(segments) and not segments.index.isin(customers.index).any():
        raise InputError(
            f"segments: none of the {len(segments)} customers (such as {segments.index[0]!r}) is in the customer table "
            f"(such as {customers.index[0]!r}). Index the segments by customer_id, as text."
        )


def _text(segments: pd.Series) -> pd.Series:
    known = segments.dropna()
    text = (yes_no(known) if is_boolean(known) else known).astype("str").str.strip()
    return text[text != ""]


def _categories(segments: pd.Series) -> list[Any]:
    ordered = isinstance(segments.dtype, pd.CategoricalDtype) and segments.dtype.ordered
    return list(segments.cat.categories) if ordered else []
