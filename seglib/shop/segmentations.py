"""Segmentations that a shop has by default, computed from its customers and settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from seglib.segments.rules import Memberships
    from seglib.shop.settings import ShopSettings
    from seglib.shop.tables import Tables

__all__ = ["default_personas", "default_rfm", "default_rules"]


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
