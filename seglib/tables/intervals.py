"""How sure a number is: intervals of shares and means, waiting times that have not ended, many tests at once."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "Z95",
    "adjust_p_values",
    "differs_from_rest",
    "fisher_p",
    "half_time",
    "kaplan_meier",
    "rating_interval",
    "t_interval",
    "wilson_interval",
    "with_shares",
]

Z95 = 1.959963984540054
Floats = NDArray[np.float64]


def wilson_interval(hits: ArrayLike, of: ArrayLike, z: ArrayLike = Z95) -> tuple[Floats, Floats]:
    """Interval of a share, of 95% confidence unless ``z`` says another quantile of the normal distribution.

    Parameters
    ----------
    hits, of : array-like of float
        How many of how many.
    z : array-like of float

    Returns
    -------
    Lower and upper end, each in [0, 1]; NaN where ``of`` is 0.

    References
    ----------
    Wilson, E. B. (1927), Probable inference, the law of succession, and statistical inference, JASA 22(158).

    Examples
    --------
    >>> [round(float(end), 4) for end in wilson_interval(5, 10)]
    [0.2366, 0.7634]
    """
    k, n, z = (np.asarray(values, dtype="float64") for values in (hits, of, z))
    n = np.where(n > 0, n, np.nan)
    share, z2 = k / n, z**2
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = z / (1 + z2 / n) * np.sqrt(share * (1 - share) / n + z2 / (4 * n**2))
    return np.where(k == 0, 0 * n, centre - half), np.where(k == n, 1 + 0 * n, centre + half)


def with_shares(table: pd.DataFrame, hits: str, of: str, name: str = "") -> pd.DataFrame:
    """The table with ``share``, ``low_share`` and ``high_share`` of one of its columns in another.

    Parameters
    ----------
    table : DataFrame
        With the two columns of counts.
    hits, of : str
        Their names.
    name : str
        Put in front of the new columns: ``first`` gives ``first_share``, ``first_low_share``, ``first_high_share``.

    Examples
    --------
    >>> with_shares(pd.DataFrame({"hits": [5], "of": [10]}), "hits", "of").round(3).values.tolist()
    [[5.0, 10.0, 0.5, 0.237, 0.763]]
    """
    k, n = (table[column].to_numpy(dtype="float64", na_value=np.nan) for column in (hits, of))
    low, high = wilson_interval(k, n)
    start = f"{name}_" if name else ""
    share = np.divide(k, n, out=np.full(len(k), np.nan), where=n > 0)
    return table.assign(**{f"{start}share": share, f"{start}low_share": low, f"{start}high_share": high})


def t_interval(mean: ArrayLike, deviation: ArrayLike, n: ArrayLike) -> tuple[Floats, Floats]:
    """95% interval of a mean by Student's t; NaN for fewer than two values.

    Parameters
    ----------
    mean, deviation, n : array-like
        Mean, standard deviation (with n - 1) and number of values.

    References
    ----------
    Student (1908), The probable error of a mean, Biometrika 6(1).

    Examples
    --------
    >>> [round(float(end), 3) for end in t_interval(2.0, 1.0, 3)]
    [-0.484, 4.484]
    """
    from scipy.special import stdtrit

    m, s, k = (np.asarray(values, dtype="float64") for values in (mean, deviation, n))
    enough = np.where(k > 1, k, np.nan)
    half = stdtrit(enough - 1, 0.975) * s / np.sqrt(enough)
    return m - half, m + half


def rating_interval(
    mean: ArrayLike, deviation: ArrayLike, n: ArrayLike, lowest: ArrayLike, highest: ArrayLike
) -> tuple[Floats, Floats]:
    """95% interval of the mean of answers on a scale, within the scale; NaN for fewer than two values.

    Where nearly all give the highest answer, Student's holds the mean in 88 of 100 samples of thirty, this one in 92.

    Parameters
    ----------
    mean, deviation, n : array-like
        As for :func:`t_interval`.
    lowest, highest : array-like
        Ends of the scale.

    References
    ----------
    Wilson's interval of the mean as a share of the scale, of as many yes or no as vary as much (Korn and Graubard 1998,
    Survey Methodology 24(2)).

    Examples
    --------
    >>> [round(float(end), 2) for end in rating_interval(4.8, 0.5, 30, 1, 5)]
    [4.52, 4.92]
    """
    from scipy.special import stdtrit

    m, s, k, low, high = (np.asarray(values, dtype="float64") for values in (mean, deviation, n, lowest, highest))
    wide = np.where(high > low, high - low, np.nan)
    share, spread = (m - low) / wide, (s / wide) ** 2
    sure = np.where(spread > 0, k * share * (1 - share) / np.where(spread > 0, spread, 1), k)
    sure = np.where(k > 1, sure, np.nan)
    ends = wilson_interval(share * sure, sure, stdtrit(np.maximum(k - 1, 1), 0.975))
    return low + wide * ends[0], low + wide * ends[1]


def adjust_p_values(p_values: ArrayLike) -> Floats:
    """Adjust p-values for their number, so that at most 5% of those at or below 0.05 are false on average.

    Parameters
    ----------
    p_values : array-like of float
        NaN is left as it is and not counted.

    References
    ----------
    Benjamini, Y., Hochberg, Y. (1995), Controlling the false discovery rate, JRSS B 57(1).

    Examples
    --------
    >>> adjust_p_values([0.01, 0.04, 0.03, np.nan]).tolist()
    [0.03, 0.04, 0.04, nan]
    """
    from scipy.stats import false_discovery_control

    given = np.asarray(p_values, dtype="float64")
    adjusted, known = np.full(given.shape, np.nan), ~np.isnan(given)
    if known.any():
        adjusted[known] = false_discovery_control(given[known], method="bh")
    return adjusted


def differs_from_rest(hits: ArrayLike, of: ArrayLike, all_hits: ArrayLike, all_of: ArrayLike) -> Floats:
    """Adjusted p-values of groups whose shares are compared with everybody else's, all tests together.

    Parameters
    ----------
    hits, of : array-like of int
        How many of how many in each group.
    all_hits, all_of : array-like of int
        The same of everyone, the group included; NaN results where the group is everyone.

    References
    ----------
    Fisher, R. A. (1922), On the interpretation of chi-squared from contingency tables, JRSS 85(1), adjusted by
    :func:`adjust_p_values`.

    Examples
    --------
    >>> differs_from_rest([9, 5, 14], [10, 10, 20], 14, 20).round(3).tolist()
    [0.141, 0.141, nan]
    """
    return adjust_p_values(fisher_p(hits, of, all_hits, all_of))


def fisher_p(hits: ArrayLike, of: ArrayLike, all_hits: ArrayLike, all_of: ArrayLike) -> Floats:
    """The same before they are adjusted. What is counted must be customers: orders of one are not independent.

    Examples
    --------
    >>> fisher_p([9, 5], [10, 10], 14, 20).round(3).tolist()
    [0.141, 0.141]
    """
    from scipy.stats import fisher_exact

    columns = (np.asarray(values, dtype="float64") for values in np.broadcast_arrays(hits, of, all_hits, all_of))
    p_values = []
    for k, n, every, total in zip(*columns, strict=True):
        rest = (every - k, total - n - every + k)
        tested = n > 0 and total > n and min(rest) >= 0
        p_values.append(
            float(fisher_exact([(int(k), int(n - k)), (int(rest[0]), int(rest[1]))])[1]) if tested else np.nan
        )
    return np.array(p_values, dtype="float64")


def kaplan_meier(days: ArrayLike, happened: ArrayLike) -> pd.DataFrame:
    """Share to whom something has happened after so much time, when for some it has not happened yet.

    Parameters
    ----------
    days : array-like of float
        Time until it happened, or until the records end; NaN is left out.
    happened : array-like of bool
        Whether it happened.

    Returns
    -------
    DataFrame ``days``, ``at_risk``, ``happened``, ``share``, ``low_share``, ``high_share`` (95%, log-log); a row for
    each time at which it happened.

    References
    ----------
    Kaplan, E. L., Meier, P. (1958), Nonparametric estimation from incomplete observations, JASA 53(282); interval of
    Kalbfleisch and Prentice (1980).

    Examples
    --------
    >>> kaplan_meier([1, 2, 3, 3], [True, False, True, False])[["days", "at_risk", "share"]].values.tolist()
    [[1.0, 4.0, 0.25], [3.0, 2.0, 0.625]]
    """
    time, ended = np.asarray(days, dtype="float64"), np.asarray(happened, dtype=bool)
    time, ended = time[~np.isnan(time)], ended[~np.isnan(time)]
    moments, count = np.unique(time[ended], return_counts=True)
    at_risk = len(time) - np.searchsorted(np.sort(time), moments)
    stays = np.cumprod(1 - count / at_risk)
    low, high = _log_log(stays, count, at_risk)
    table = pd.DataFrame({"days": moments, "at_risk": at_risk, "happened": count})
    return table.assign(share=1 - stays, low_share=1 - high, high_share=1 - low)


def _log_log(stays: NDArray[Any], count: NDArray[np.int64], at_risk: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Ends of the interval of each share that has stayed; unknown once nobody stays."""
    some = stays > 0
    inner = np.where(some, stays, 0.5)
    left = np.where(some, at_risk - count, 1)
    error = np.sqrt(np.cumsum(np.where(some, count / (at_risk * left), 0.0)))
    width = Z95 * error / np.abs(np.log(inner))
    ends = [np.where(some, inner ** np.exp(sign * width), np.nan) for sign in (1, -1)]
    return ends[0], ends[1]


def half_time(curve: pd.DataFrame) -> tuple[float, float, float]:
    """Median of a curve of :func:`kaplan_meier` with its 95% interval; NaN where half was not reached.

    Parameters
    ----------
    curve : DataFrame
        From :func:`kaplan_meier`.

    Returns
    -------
    Days until half, lower and upper end.

    References
    ----------
    Brookmeyer, R., Crowley, J. (1982), A confidence interval for the median survival time, Biometrics 38(1).

    Examples
    --------
    >>> half_time(kaplan_meier([1, 2, 3, 4], [True, True, True, False]))[0]
    2.0
    """
    reached = [curve.loc[curve[end] >= 0.5 - 1e-12, "days"] for end in ("share", "high_share", "low_share")]
    middle, low, high = (float(days.iloc[0]) if len(days) else float("nan") for days in reached)
    return middle, low, high
