"""Segmentations that a shop has by default, computed from its customers and settings."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pandas as pd

from seglib.tables.measures import by_construction

if TYPE_CHECKING:
    from seglib.segments.rules import Memberships
    from seglib.shop.settings import ShopSettings
    from seglib.shop.tables import Tables

__all__ = ["default_personas", "default_rfm", "default_rules", "made_from"]


def default_rfm(tables: Tables, settings: ShopSettings) -> pd.Series:
    """RFM segment of each customer, as the settings ask."""
    from seglib.segments.rfm import scorer_from

    scorer = scorer_from(settings.rfm, window_days=tables.window_days, labels=settings.labels)
    return scorer.fit_transform(tables.customers)["rfm_segment"]


def default_personas(tables: Tables, settings: ShopSettings) -> pd.Series:
    """Persona of each customer, as the settings ask."""
    from seglib.segments.personas import find_personas, persona_options

    options = persona_options(settings.personas, least=settings.min_group)
    return find_personas(tables.customers, options, labels=settings.labels).persona


def default_rules(tables: Tables, settings: ShopSettings, memberships: Memberships) -> pd.Series:
    """The first segment by rule that each customer is in, in the settings' order of priority."""
    first = memberships.one_each(priority=tuple(settings.segments.get("priority", ())))
    return first.reindex(tables.customers.index).rename("rule_segment")


def made_from(name: str, settings: ShopSettings, memberships: Callable[[], Memberships]) -> frozenset[str]:
    """In what the groups of a segmentation differ by their making: what they were made from, and what says the same."""
    from seglib.segments.personas import DEFAULT_FEATURES

    if name == "rfm_segment":
        return by_construction(("recency_days", "frequency", "monetary_value"))
    if name == "persona":
        return by_construction([*DEFAULT_FEATURES, *settings.personas.get("features", ())])
    return by_construction(memberships().speaks_of if name == "rule_segment" else (name,))
