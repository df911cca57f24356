"""seglib: customer segmentation in notebooks. Names load when first used, so that the import is light."""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"

_PUBLIC = {
    "InputError": "tables",
    "open_shop": "shop",
    "Shop": "shop",
    "read_settings": "settings",
    "read_table": "sources",
    "clean_lines": "cleaning",
    "build_customers": "customers",
    "shares_of_spend": "customers",
    "RFMScorer": "rfm",
    "load_preset": "rfm",
    "list_presets": "rfm",
    "summarise_segments": "rfm",
    "nearest_boundary": "rfm",
    "PersonaClusterer": "personas",
    "persona_features": "personas",
    "compare_k": "personas",
    "name_personas": "personas",
    "persona_cards": "personas",
    "profile_segments": "profiles",
    "segment_traits": "profiles",
    "recommend_actions": "profiles",
    "build_people": "people",
    "read_rules": "segments",
    "find_members": "segments",
    "explore": "explorer",
    "needs_based": "schemes",
    "compare_schemes": "schemes",
    "event_funnel": "journeys",
    "run_report": "report",
    "set_theme": "plots",
    "segment_colours": "plots",
}

__all__ = [*_PUBLIC]


def __getattr__(name: str) -> Any:
    if name in _PUBLIC:
        return getattr(importlib.import_module(f"seglib.{_PUBLIC[name]}"), name)
    raise AttributeError(f"module 'seglib' has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__]
