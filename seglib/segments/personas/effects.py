"""What sets each persona apart: effect sizes with intervals, and contact attributes with evidence."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from seglib.segments.personas.features import Features, numbers, persona_features
from seglib.tables.canonical import CUSTOMERS
from seglib.tables.intervals import wilson_interval

__all__ = [
    "cliffs_delta",
    "contact_attributes",
    "described",
    "persona_attributes",
    "persona_traits",
    "share_difference",
]

TRAITS = ["persona", "feature", "customers", "median", "median_others", "z", "delta", "low", "high"]
ATTRIBUTES = ["persona", "attribute", "value", "customers", "known", "share", "share_others", "low", "high"]
MOST_VALUES = 30  # a column with more different values is a name or an address, not an attribute
COUNTS = ["customers", "known", "others", "known_others"]
PLACES = ("top_category", "top_country", "top_channel")
CANONICAL = {column.name for column in CUSTOMERS}


def cliffs_delta(auc: np.ndarray, n: np.ndarray, n_others: np.ndarray, z: float = 1.96) -> tuple[np.ndarray, ...]:
    """Cliff's delta with its interval, from the share of pairs that one group wins.

    Parameters
    ----------
    auc : array
        Probability that one of the group has more than one of the others, ties half.
    n, n_others : array
        Customers in the group and outside.
    z : float
        Normal quantile, 1.96 for 95%.

    Returns
    -------
    delta, low, high : arrays in -1..1

    References
    ----------
    Cliff (1993), Dominance statistics. Standard error: Hanley, McNeil (1982), The meaning and use of the area under a
    ROC curve. Interval that stays within -1..1: Feng, Cliff (2004), Monte Carlo evaluation of ordinal d.

    Examples
    --------
    >>> [round(float(x[0]), 2) for x in cliffs_delta(np.array([0.9]), np.array([50]), np.array([60]))]
    [0.8, 0.64, 0.89]
    """
    wins = np.maximum(auc, 1 - auc)
    twice, again = wins / (2 - wins), 2 * wins**2 / (1 + wins)
    variance = wins * (1 - wins) + (n - 1) * (twice - wins**2) + (n_others - 1) * (again - wins**2)
    delta, spread = 2 * auc - 1, 4 * np.maximum(variance, 0) / (n * n_others) * z**2
    near_one = 1 - delta**2 + spread
    half = np.sqrt(spread * ((1 - delta**2) ** 2 + spread))
    few = np.minimum(n, n_others)
    edge = (few - z**2) / (few + z**2)  # where every pair is won there is no spread to measure
    with np.errstate(divide="ignore", invalid="ignore"):
        low, high = ((delta - delta**3 + side * half) / near_one for side in (-1, 1))
    low = np.where(delta == 1, edge, np.where(delta == -1, -1, low))
    high = np.where(delta == -1, -edge, np.where(delta == 1, 1, high))
    return delta, np.clip(low, -1, delta), np.clip(high, delta, 1)


def share_difference(
    count: np.ndarray, n: np.ndarray, count_others: np.ndarray, n_others: np.ndarray, z: float = 1.96
) -> tuple[np.ndarray, ...]:
    """Difference of two shares with Newcombe's interval (from Wilson's of each share).

    Returns
    -------
    difference, low, high : arrays in -1..1

    References
    ----------
    Newcombe (1998), Interval estimation for the difference between independent proportions, method 10.

    Examples
    --------
    >>> drawn = share_difference(np.array([56]), np.array([70]), np.array([48]), np.array([80]))
    >>> [round(float(x[0]), 4) for x in drawn]
    [0.2, 0.0524, 0.3339]
    """
    share, share_others = count / n, count_others / n_others
    (low, high), (low_others, high_others) = wilson_interval(count, n, z), wilson_interval(count_others, n_others, z)
    difference = share - share_others
    down = np.sqrt((share - low) ** 2 + (high_others - share_others) ** 2)
    up = np.sqrt((high - share) ** 2 + (share_others - low_others) ** 2)
    return difference, difference - down, difference + up


def persona_traits(
    customers: pd.DataFrame,
    persona: pd.Series,
    features: Sequence[str] | Features | None = None,
    *,
    min_group: int = 30,
) -> pd.DataFrame:
    """What each persona does differently from everyone else.

    The personas were made from these features, so that they differ is no discovery; how much they do is what counts.

    Parameters
    ----------
    customers : DataFrame
        One row a customer, indexed by ``customer_id``.
    persona : Series
        Name of each customer's persona, indexed by ``customer_id``.
    features : sequence of str or Features, optional
        As for :func:`persona_features`; only numbers are compared.
    min_group : int
        Smaller personas are not described.

    Returns
    -------
    DataFrame
        One row a persona and feature, the strongest of each persona first: ``persona``, ``feature``, ``customers``
        (with a known value), ``median``, ``median_others``, ``z`` (mean against that of all customers, in standard
        deviations after treatment), ``delta`` (Cliff's delta, -1..1: 0.147 small, 0.33 medium, 0.474 large), ``low``,
        ``high`` (its 95% interval).

    References
    ----------
    Romano et al. (2006), Appropriate statistics for ordinal level data (how large is large).

    Examples
    --------
    >>> customers = pd.DataFrame({"frequency": [1, 2, 8, 9]})
    >>> traits = persona_traits(customers, pd.Series(["few", "few", "many", "many"]), min_group=2)
    >>> traits[["persona", "median", "median_others", "delta"]].values.tolist()
    [['few', 1.5, 8.5, -1.0], ['many', 8.5, 1.5, 1.0]]
    """
    treated = features if isinstance(features, Features) else persona_features(customers, features)
    persona = persona.reindex(customers.index)
    names = described(customers, persona, min_group)
    matrix = treated.matrix
    tables = [
        _trait(numbers(customers[name]), matrix[name], persona, names) for name in treated.names if name in matrix
    ]
    if not tables or len(names) < 1:
        return pd.DataFrame(columns=TRAITS)
    table = pd.concat(tables, ignore_index=True)
    order = table["persona"].map({name: at for at, name in enumerate(names)})
    strength = -table["delta"].abs().fillna(0)
    return table.iloc[np.lexsort((strength, order))].reset_index(drop=True)[TRAITS]


def persona_attributes(
    customers: pd.DataFrame,
    persona: pd.Series,
    *,
    exclude: Sequence[str] = (),
    min_group: int = 30,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Contact attributes and top categories more common in a persona than among everyone else, beyond accident.

    Parameters
    ----------
    customers, persona, min_group
        As for :func:`persona_traits`.
    exclude : sequence of str
        Columns to leave out: attributes that the personas were made from.
    confidence : float
        For all comparisons together (Bonferroni).

    Returns
    -------
    DataFrame
        One row a persona, attribute and value with enough people and an interval above 0, the largest difference first:
        ``persona``, ``attribute``, ``value``, ``customers`` (with this value), ``known``, ``share`` (of those known),
        ``share_others``, ``low``, ``high`` (interval of the difference).

    Examples
    --------
    >>> customers = pd.DataFrame({"country": ["UK"] * 90 + ["FR"] * 110})
    >>> attributes = persona_attributes(customers, pd.Series(["home"] * 100 + ["abroad"] * 100))
    >>> attributes[["persona", "value", "share", "share_others"]].values.tolist()
    [['abroad', 'FR', 1.0, 0.1], ['home', 'UK', 0.9, 0.0]]
    """
    persona = persona.reindex(customers.index)
    names = described(customers, persona, min_group)
    places = _categories(customers, [name for name in PLACES if name in customers])
    columns = [name for name in [*contact_attributes(customers), *places] if name not in exclude]
    tables = [_compared(customers[name], persona, names, min_group) for name in columns]
    table = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=ATTRIBUTES)
    if table.empty:
        return pd.DataFrame(columns=ATTRIBUTES)
    z = _quantile(1 - (1 - confidence) / (2 * len(table)))
    count, known, others, known_others = table[COUNTS].to_numpy(dtype="float64").T
    difference, table["low"], table["high"] = share_difference(count, known, others, known_others, z)
    table = table.assign(share=count / known, share_others=others / known_others, difference=difference)
    table = table[(table["low"] > 0) & (table["customers"] >= min_group)]
    order = table["persona"].map({name: at for at, name in enumerate(names)})
    return table.iloc[np.lexsort((-table["difference"], order))].reset_index(drop=True)[ATTRIBUTES]


def contact_attributes(customers: pd.DataFrame) -> list[str]:
    """Columns that say who a customer is: few different values, no dates, no measures of behaviour."""
    return _categories(customers, [name for name in customers.columns if name not in CANONICAL])


def _categories(customers: pd.DataFrame, columns: Sequence[str]) -> list[str]:
    return [
        name
        for name in columns
        if not pd.api.types.is_datetime64_any_dtype(customers[name])
        and not pd.api.types.is_float_dtype(customers[name])
        and 1 < customers[name].nunique() <= MOST_VALUES
    ]


def described(customers: pd.DataFrame, persona: pd.Series, min_group: int) -> list[str]:
    """Personas large enough to be described, the largest revenue first."""
    money = customers["monetary_value"] if "monetary_value" in customers else pd.Series(0.0, index=customers.index)
    totals = money.groupby(persona).agg(["size", "sum"])
    totals = totals[totals["size"] >= min_group]
    return list(totals.sort_index().sort_values(["sum", "size"], ascending=False, kind="stable").index)


def _quantile(p: float) -> float:
    from statistics import NormalDist

    return NormalDist().inv_cdf(p)


def _trait(values: pd.Series, standardised: pd.Series, persona: pd.Series, names: list[str]) -> pd.DataFrame:
    known = values.notna() & persona.notna()
    values, groups = values[known], persona[known]
    ranks, n = values.rank(), groups.value_counts().reindex(names).fillna(0).to_numpy()
    others = len(values) - n
    rank_sums = ranks.groupby(groups).sum().reindex(names).fillna(0).to_numpy()
    table = pd.DataFrame({"persona": names, "feature": str(values.name), "customers": n.astype("int64")})
    table["median"] = values.groupby(groups).median().reindex(names).to_numpy()
    table["median_others"] = [
        values[groups != name].median() if other else np.nan for name, other in zip(names, others, strict=True)
    ]
    table["z"] = (standardised - standardised.mean()).groupby(persona).mean().reindex(names).to_numpy()
    with np.errstate(divide="ignore", invalid="ignore"):
        auc = (rank_sums - n * (n + 1) / 2) / (n * others)
        table["delta"], table["low"], table["high"] = cliffs_delta(auc, n, others)
    return table


def _compared(values: pd.Series, persona: pd.Series, names: list[str], min_group: int) -> pd.DataFrame:
    counted = pd.crosstab(persona, values.astype(object).map(str, na_action="ignore"))
    everyone, known = counted.sum(), counted.sum(axis=1)
    rows = [
        (name, str(values.name), value, counted.at[name, value], known[name], everyone[value] - counted.at[name, value],
         known.sum() - known[name])
        for name in names if name in counted.index
        for value in counted.columns
        if known[name] >= min_group and known.sum() - known[name] >= min_group
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["persona", "attribute", "value", *COUNTS])
