"""Segmentations that a shop has by default, computed from its customers and settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from seglib.shop.shop import Shop

__all__ = ["DEFAULTS"]


def _default_rfm(shop: Shop) -> pd.Series:
    from seglib.segments.rfm import scorer_from

    scorer = scorer_from(shop.settings.rfm, window_days=shop.window_days, labels=shop.settings.labels)
    return scorer.fit_transform(shop.customers)["rfm_segment"]


def _default_personas(shop: Shop) -> pd.Series:
    from seglib.segments.personas import find_personas, persona_options

    options = persona_options(shop.settings.personas)
    return find_personas(shop.customers, options, labels=shop.settings.labels).persona


def _default_rules(shop: Shop) -> pd.Series:
    first = shop.memberships.one_each(priority=tuple(shop.settings.segments.get("priority", ())))
    return first.reindex(shop.customers.index).rename("rule_segment")


DEFAULTS = {"rfm_segment": _default_rfm, "persona": _default_personas, "rule_segment": _default_rules}
