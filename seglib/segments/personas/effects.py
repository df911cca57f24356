"""What sets each persona apart: effect sizes with intervals, and contact attributes with evidence."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import NormalDist

import numpy as np
import pandas as pd

from seglib.segments.personas.features import Features, numbers, persona_features
from seglib.tables.canonical import CUSTOMERS
from seglib.tables.effects import compare_measures, share_difference, share_effect
from seglib.tables.measures import by_construction
from seglib.tables.small_tables import LIKELY, MIN_GROUP

__all__ = ["contact_attributes", "described", "persona_attributes", "persona_traits"]

TRAITS = ["persona", "feature", "customers", "median", "median_others", "z", "delta"]
ATTRIBUTES = ["persona", "attribute", "value", "customers", "known", "share", "share_others", "low", "high", "effect"]
MOST_VALUES = 30  # a column with more different values is a name or an address, not an attribute
COMPARED = {"customers": "n", "median": "in_segment", "median_others": "elsewhere"}
COMPARED |= {"delta": "effect"}
COUNTS = ["customers", "known", "others", "known_others"]
PLACES = ("top_category", "top_country", "top_channel")
CANONICAL = {column.name for column in CUSTOMERS}


def persona_traits(
    customers: pd.DataFrame,
    persona: pd.Series,
    features: Sequence[str] | Features | None = None,
    *,
    min_group: int = MIN_GROUP,
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
        deviations after treatment), ``delta`` (Cliff's delta, -1..1: 0.147 small, 0.33 medium, 0.474 large). It
        describes and has no interval, for the groups were cut so that it is large.

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
    min_group: int = MIN_GROUP,
    confidence: float = 1 - LIKELY,
) -> pd.DataFrame:
    """Contact attributes and top categories more common in a persona than among everyone else, beyond accident.

    Parameters
    ----------
    customers, persona, min_group
        As for :func:`persona_traits`.
    exclude : sequence of str
        What the personas were made from: it is left out, with what says the same in other words.
    confidence : float
        For all comparisons together (Bonferroni): half of the 5% promised, so that it holds.

    Returns
    -------
    DataFrame
        One row a persona, attribute and value with enough people and an interval above 0, the largest difference first:
        ``persona``, ``attribute``, ``value``, ``customers`` (with this value), ``known``, ``share`` (of those known),
        ``share_others``, ``low``, ``high`` (interval of the difference), ``effect`` (Cohen's h).

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
    columns = [name for name in [*contact_attributes(customers), *places] if name not in by_construction(exclude)]
    tables = [_compared(customers[name], persona, names, min_group) for name in columns]
    table = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=ATTRIBUTES)
    if table.empty:
        return pd.DataFrame(columns=ATTRIBUTES)
    z = NormalDist().inv_cdf(1 - (1 - confidence) / (2 * len(table)))
    count, known, others, known_others = table[COUNTS].to_numpy(dtype="float64").T
    difference, table["low"], table["high"] = share_difference(count, known, others, known_others, z)
    table = table.assign(share=count / known, share_others=others / known_others, difference=difference)
    table["effect"] = share_effect(table["share"], table["share_others"])
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


def _trait(values: pd.Series, standardised: pd.Series, persona: pd.Series, names: list[str]) -> pd.DataFrame:
    known = persona.notna()
    places = pd.Index(names).get_indexer(persona[known])  # -1: of a persona too small to be described
    found = compare_measures(values[known].to_numpy(dtype="float64"), places % (len(names) + 1), len(names) + 1)
    table = pd.DataFrame({column: found[key][:-1] for column, key in COMPARED.items()})
    z = (standardised - standardised.mean()).groupby(persona).mean().reindex(names).to_numpy()
    return table.assign(persona=names, feature=str(values.name), z=z).astype({"customers": "int64"})


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
