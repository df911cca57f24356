"""Persona cards: size, revenue, evidence, a typical customer, a rule, stability; one row a persona."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
import pandas as pd

from seglib.segments.personas.effects import contact_attributes, described
from seglib.segments.personas.features import Features, canonical_sample, persona_features
from seglib.segments.personas.rules import persona_rules, rule_text
from seglib.tables.clusters import principal_axes
from seglib.tables.small_tables import MIN_GROUP

__all__ = ["persona_cards", "persona_examples", "persona_map"]

CARDS = [
    "persona",
    "customers",
    "customers_share",
    "revenue",
    "revenue_share",
    "described",
    "kind",
    "jaccard",
    "set_apart",
    "typical_customer",
    "rule",
    "rule_precision",
    "rule_recall",
    "rule_f1",
    "attributes_known_share",
    "attributes",
]
LOOKED_AT = 2_000  # customers of a persona among whom the most typical one is looked for


def persona_cards(
    customers: pd.DataFrame,
    persona: pd.Series,
    features: Sequence[str] | Features | None = None,
    *,
    names: pd.DataFrame | None = None,
    rules: pd.DataFrame | None = None,
    min_group: int = MIN_GROUP,
    random_state: int = 0,
) -> pd.DataFrame:
    """Put together what is known of each persona; personas smaller than ``min_group`` get their size only.

    Parameters
    ----------
    customers : DataFrame
        One row a customer, indexed by ``customer_id``.
    persona : Series
        Name of each customer's persona, indexed by ``customer_id``.
    features : sequence of str or Features, optional
        As for :func:`persona_features`.
    names : DataFrame, optional
        From :func:`name_personas`: ``persona``, ``kind``, ``jaccard`` and ``why`` are taken over.
    rules : DataFrame, optional
        From :func:`persona_rules`, computed where not given.
    min_group : int
    random_state : int

    Returns
    -------
    DataFrame
        One row a persona, the largest revenue first: ``persona``, ``customers``, ``customers_share``, ``revenue`` (net,
        in the shop's currency), ``revenue_share``, ``described`` (bool), ``kind`` (of the division: "groups",
        "slices", "everyone"), ``jaccard`` (0..1), ``set_apart``,
        ``typical_customer`` (a token, not the id), ``rule``, ``rule_precision``, ``rule_recall``, ``rule_f1`` (0..1),
        ``attributes_known_share`` (customers of whom any contact attribute is known), ``attributes`` (which there are).

    Examples
    --------
    >>> customers = pd.DataFrame({"frequency": [*range(1, 41), *range(61, 101)]})
    >>> customers["monetary_value"] = [1.0] * 40 + [4.0] * 40
    >>> cards = persona_cards(customers, pd.Series(["rare"] * 40 + ["often"] * 40))
    >>> cards[["persona", "customers", "revenue_share", "rule_f1"]].values.tolist()
    [['often', 40, 0.8, 1.0], ['rare', 40, 0.2, 1.0]]
    """
    treated = features if isinstance(features, Features) else persona_features(customers, features)
    persona = persona.reindex(customers.index).rename("persona")
    cards = _sizes(customers, persona)
    cards["described"] = cards.index.isin(described(customers, persona, min_group))
    about = pd.DataFrame(columns=["persona", "kind", "jaccard", "why"]) if names is None else names
    about = about.drop_duplicates("persona").set_index("persona").reindex(cards.index)
    cards["kind"] = about["kind"]
    cards["jaccard"], cards["set_apart"] = about["jaccard"].astype("float64"), about["why"]
    if rules is None:
        rules = persona_rules(customers, persona, treated, min_group=min_group, random_state=random_state)
    cards = cards.join(_fidelity(rules))
    medoids = _medoids(customers, treated.matrix, persona, min_group)
    cards["typical_customer"] = _tokens(medoids, treated.matrix).reindex(cards.index)
    attributes = contact_attributes(customers)
    known = customers[attributes].notna().any(axis=1).groupby(persona).mean().reindex(cards.index)
    cards["attributes_known_share"] = known.where(cards["described"] & bool(attributes))
    cards["attributes"] = ", ".join(attributes)
    return cards.reset_index()[CARDS]


def persona_examples(
    customers: pd.DataFrame,
    persona: pd.Series,
    features: Sequence[str] | Features | None = None,
    *,
    min_group: int = MIN_GROUP,
) -> pd.DataFrame:
    """A typical real customer of each persona: the one nearest to all others of it (its medoid), without the id.

    Parameters
    ----------
    customers, persona, features, min_group
        As for :func:`persona_cards`.

    Returns
    -------
    DataFrame
        One row a persona of at least ``min_group``: ``persona``, ``typical_customer`` (token), then the features.

    References
    ----------
    Kaufman, Rousseeuw (1990), Finding Groups in Data (medoids).

    Examples
    --------
    >>> customers = pd.DataFrame({"frequency": [1, 2, 3, 40]})
    >>> persona_examples(customers, pd.Series(["all"] * 4), min_group=1)[["persona", "frequency"]].values.tolist()
    [['all', 2]]
    """
    treated = features if isinstance(features, Features) else persona_features(customers, features)
    medoids = _medoids(customers, treated.matrix, persona.reindex(customers.index), min_group)
    table = customers.iloc[medoids.to_numpy(dtype="int64")][treated.names].reset_index(drop=True)
    table.insert(0, "typical_customer", _tokens(medoids, treated.matrix).to_numpy())
    table.insert(0, "persona", medoids.index)
    return table


def persona_map(
    customers: pd.DataFrame,
    persona: pd.Series,
    features: Sequence[str] | Features | None = None,
    *,
    min_group: int = MIN_GROUP,
    sample: int = 1_500,
    random_state: int = 0,
) -> pd.DataFrame:
    """Customers on the plane in which they differ most.

    Parameters
    ----------
    customers, persona, features
        As for :func:`persona_cards`.
    min_group : int
        Customers of smaller personas are not shown.
    sample : int
        Customers shown.
    random_state : int

    Returns
    -------
    DataFrame
        One row a customer shown, without the id: ``persona``, ``x``, ``y`` (principal components, standardised units),
        ``shown_share`` (of all differences between customers, 0..1, the same in every row).

    References
    ----------
    Jolliffe (2002), Principal Component Analysis.

    Examples
    --------
    >>> customers = pd.DataFrame({"frequency": [1, 2, 3, 40], "recency_days": [40, 30, 20, 10]})
    >>> points = persona_map(customers, pd.Series(["all"] * 4), min_group=1)
    >>> len(points), float(points["shown_share"].iloc[0].round(6))
    (4, 1.0)
    """
    treated = features if isinstance(features, Features) else persona_features(customers, features)
    rows = treated.matrix.to_numpy()
    scores, shares = principal_axes(rows)
    plane = np.zeros((len(rows), 2))
    plane[:, : min(2, scores.shape[1])] = scores[:, :2]
    persona = persona.reindex(customers.index)
    points = pd.DataFrame({"persona": persona.to_numpy(), "x": plane[:, 0], "y": plane[:, 1]})
    points["shown_share"] = float(shares[:2].sum())
    points = points.iloc[canonical_sample(rows, sample, random_state)]
    parts = [points[points["persona"] == name] for name in described(customers, persona, min_group)]
    return pd.concat([points.iloc[:0], *parts], ignore_index=True)


def _sizes(customers: pd.DataFrame, persona: pd.Series) -> pd.DataFrame:
    money = customers["monetary_value"] if "monetary_value" in customers else pd.Series(np.nan, index=customers.index)
    groups = money.groupby(persona)
    sizes = pd.DataFrame({"customers": groups.size(), "revenue": groups.sum(min_count=1)})
    total = sizes["revenue"].sum()
    sizes["customers_share"] = sizes["customers"] / max(1, sizes["customers"].sum())
    sizes["revenue_share"] = sizes["revenue"] / total if total > 0 else np.nan
    return sizes.sort_values(by=["revenue", "customers"], ascending=False)


def _fidelity(rules: pd.DataFrame) -> pd.DataFrame:
    """Text and measures of each persona's rule."""
    told = {str(name): rule_text(part) for name, part in rules.groupby("persona")}
    measures = rules.groupby("persona")[["precision", "recall", "f1"]].first().astype("float64").add_prefix("rule_")
    return measures.assign(rule=pd.Series(told, dtype=object))


def _medoids(customers: pd.DataFrame, matrix: pd.DataFrame, persona: pd.Series, min_group: int) -> pd.Series:
    """Row position of the medoid of each persona."""
    from scipy.spatial.distance import cdist

    places = {}
    for name in described(customers, persona, min_group):
        members = np.flatnonzero((persona == name).to_numpy())
        rows = matrix.to_numpy()[members]
        looked_at = canonical_sample(rows, LOOKED_AT, 0)
        among = rows[looked_at]
        places[name] = members[looked_at[np.argmin(cdist(among, among).sum(axis=1)) if among.shape[1] else 0]]
    return pd.Series(places, dtype="int64").rename_axis("persona")


def _tokens(medoids: pd.Series, matrix: pd.DataFrame) -> pd.Series:
    """Short names for customers, keyed by the whole table so that ids cannot be guessed from them."""
    key = hashlib.sha256(matrix.to_numpy().tobytes()).digest()
    ids = [str(matrix.index[place]) for place in medoids]
    tokens = [hashlib.blake2b(name.encode(), key=key, digest_size=3).hexdigest() for name in ids]
    return pd.Series(tokens, index=medoids.index, dtype=object)
