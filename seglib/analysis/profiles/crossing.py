"""How two segmentations of the same customers relate."""

from __future__ import annotations

import numpy as np
import pandas as pd

from seglib.errors import InputError

__all__ = ["association", "cross_segments"]


def cross_segments(first: pd.Series, second: pd.Series) -> pd.DataFrame:
    """Count the customers in each pair of segments of two segmentations.

    Parameters
    ----------
    first, second : Series of names indexed by ``customer_id``
        Customers missing from either are left out. Ordered categories keep their order; others go by size.

    Returns
    -------
    DataFrame, one row a pair, those without customers too: ``first, second, customers, row_share`` (of the first
    segment), ``overall_share`` (of the second segment among all), ``index`` (100 = as among all).

    Raises
    ------
    InputError
        Where no customer is in both, though both have some.

    Examples
    --------
    >>> both = cross_segments(pd.Series({"a": "Best", "b": "Rest"}), pd.Series({"a": "Cats", "b": "Cats"}))
    >>> both[["first", "second", "customers", "row_share"]]
      first second  customers  row_share
    0  Best   Cats          1        1.0
    1  Rest   Cats          1        1.0
    """
    known = [segments.dropna() for segments in (first, second)]
    shared = known[0].index.intersection(known[1].index)
    if not len(shared) and all(len(segments) for segments in known):
        raise InputError(
            f"cross_segments: no customer is in both {first.name!r} (such as {known[0].index[0]!r}) and "
            f"{second.name!r} (such as {known[1].index[0]!r}). Index both by customer_id."
        )
    rows, columns = (_ordered(segments.loc[shared]) for segments in known)
    counts = pd.crosstab(rows.astype("str").to_numpy(), columns.astype("str").to_numpy())
    counts = counts.reindex(index=rows.cat.categories, columns=columns.cat.categories, fill_value=0)
    grid = pd.MultiIndex.from_product([counts.index.astype("str"), counts.columns.astype("str")])
    table = pd.DataFrame({"customers": counts.to_numpy().ravel()}, index=grid.set_names(["first", "second"]))
    table["row_share"] = table["customers"] / table.groupby("first")["customers"].transform("sum")
    table["overall_share"] = table.groupby("second")["customers"].transform("sum") / max(len(shared), 1)
    table["index"] = 100 * table["row_share"] / table["overall_share"]
    return table.astype({"customers": "int64"}).reset_index()


def association(cross: pd.DataFrame) -> pd.Series:
    """Measure how far one segmentation tells the other: 0 not at all, 1 entirely.

    Parameters
    ----------
    cross : DataFrame
        From :func:`cross_segments`.

    Returns
    -------
    Series: ``customers``, ``cramers_v`` (corrected for bias), ``adjusted_mutual_information``; missing where either
    has fewer than two segments.

    References
    ----------
    Bergsma 2013, doi 10.1016/j.jkss.2012.10.002; Vinh, Epps and Bailey 2010, JMLR 11:2837-2854.

    Examples
    --------
    >>> halves = pd.Series(["A", "B"] * 50)
    >>> association(cross_segments(halves, halves)).round(3).to_dict()
    {'customers': 100.0, 'cramers_v': 1.0, 'adjusted_mutual_information': 1.0}
    """
    counts = cross.pivot_table(index="first", columns="second", values="customers", aggfunc="sum").to_numpy()
    told = {"customers": counts.sum(), "cramers_v": np.nan, "adjusted_mutual_information": np.nan}
    if min(counts.shape) >= 2:
        told["cramers_v"] = _cramers_v(counts)
        told["adjusted_mutual_information"] = _mutual_information(counts)
    return pd.Series(told, dtype="float64")


def _cramers_v(counts: np.ndarray) -> float:
    n = counts.sum()
    expected = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / n
    rows, columns = counts.shape
    spread = ((counts - expected) ** 2 / expected).sum() / n
    corrected = max(0.0, spread - (rows - 1) * (columns - 1) / (n - 1))
    smaller = min(rows - (rows - 1) ** 2 / (n - 1), columns - (columns - 1) ** 2 / (n - 1))
    return min(1.0, (corrected / (smaller - 1)) ** 0.5) if smaller > 1 else np.nan


def _mutual_information(counts: np.ndarray) -> float:
    from sklearn.metrics import adjusted_mutual_info_score

    first, second = np.indices(counts.shape)
    labels = [np.repeat(part.ravel(), counts.ravel()) for part in (first, second)]
    return float(adjusted_mutual_info_score(*labels))


def _ordered(segments: pd.Series) -> pd.Series:
    dtype = segments.dtype
    if isinstance(dtype, pd.CategoricalDtype) and dtype.ordered:
        return segments.cat.remove_unused_categories()
    text = segments.astype("str")
    sizes = text.value_counts().sort_index().sort_values(ascending=False, kind="stable")
    return text.astype(pd.CategoricalDtype(sizes.index, ordered=True))
