"""From a customer table to named personas in one call: the steps of the notebook, in their order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from seglib.segments.personas.choosing import Recommendation, compare_k, recommend_k
from seglib.segments.personas.clustering import PersonaClusterer, group_stability
from seglib.segments.personas.features import Features, persona_features
from seglib.segments.personas.names import name_personas
from seglib.segments.personas.options import PersonaOptions
from seglib.tables.measures import by_construction

__all__ = ["PersonaStudy", "find_personas"]


@dataclass(frozen=True)
class PersonaStudy:
    """What led to the personas, and the personas.

    Attributes
    ----------
    features : Features
    candidates : DataFrame
        From :func:`seglib.compare_k`, one row a number of groups.
    decided : Recommendation
    clusterer : PersonaClusterer
        Fitted.
    names : DataFrame
        From :func:`seglib.name_personas`, one row a group.
    persona : Series of str, indexed by customer_id
    """

    features: Features
    candidates: pd.DataFrame
    decided: Recommendation
    clusterer: PersonaClusterer
    names: pd.DataFrame
    persona: pd.Series

    @property
    def made_from(self) -> frozenset[str]:
        """In what the personas differ by their making: the features, and what says the same or grows with them."""
        return by_construction(self.features.names)


def find_personas(
    customers: pd.DataFrame,
    options: PersonaOptions | None = None,
    *,
    labels: Mapping[str, str] | None = None,
    random_state: int = 0,
) -> PersonaStudy:
    """Choose the number of groups, group the customers, and name what is stable.

    Parameters
    ----------
    customers : DataFrame
        One row a customer, indexed by ``customer_id``.
    options : PersonaOptions, optional
        From :func:`persona_options`.
    labels : mapping of str to str, optional
        The shop's own names in place of the made ones (``[labels]`` in shop.toml).
    random_state : int

    Returns
    -------
    PersonaStudy

    Raises
    ------
    InputError
        Features that do not exist, options out of range.

    Examples
    --------
    >>> customers = pd.DataFrame({"recency_days": [2] * 40 + [300] * 40, "frequency": [*range(10, 50)] + [1] * 40})
    >>> find_personas(customers).persona.value_counts().to_dict()
    {'Recent frequent buyers': 40, 'Lapsed one-time buyers': 40}
    """
    options = options or PersonaOptions()
    shared: dict[str, Any] = {"method": options.method, "min_group": options.min_group, "random_state": random_state}
    features = persona_features(customers, options.features)
    candidates = compare_k(customers, options.ks, features=features, **shared)
    decided = recommend_k(candidates, options.k)
    clusterer = PersonaClusterer(decided.k, features=options.features, **shared).fit(customers)
    stability = group_stability(customers, clusterer)
    names = name_personas(
        customers, clusterer.labels_, features, stability=stability, min_group=options.min_group, kind=decided.kind
    )
    names["persona"] = names["persona"].replace(dict(labels or {}))
    persona = clusterer.labels_.map(names["persona"]).rename("persona")
    return PersonaStudy(features, candidates, decided, clusterer, names, persona)
