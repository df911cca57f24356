"""seglib: customer segmentation in notebooks. Names load when first used, so that the import is light."""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"

_PUBLIC = {
    "InputError": "errors",
    "open_shop": "shop.shop",
    "Shop": "shop.shop",
    "read_settings": "shop.settings",
    "read_table": "intake.sources",
    "clean_lines": "shop.cleaning",
    "build_customers": "shop.customers",
    "shares_of_spend": "shop.customers",
    "RFMScorer": "segments.rfm",
    "load_preset": "segments.rfm",
    "list_presets": "segments.rfm",
    "summarise_segments": "segments.rfm",
    "nearest_boundary": "segments.rfm",
    "PersonaClusterer": "segments.personas",
    "persona_features": "segments.personas",
    "compare_k": "segments.personas",
    "name_personas": "segments.personas",
    "persona_cards": "segments.personas",
    "profile_segments": "analysis.profiles",
    "segment_traits": "analysis.profiles",
    "recommend_actions": "actions",
    "build_people": "shop.people",
    "read_rules": "segments.rules",
    "find_members": "segments.rules",
    "explore": "command.explorer",
    "needs_based": "segments.schemes",
    "compare_schemes": "segments.schemes",
    "event_funnel": "analysis.journeys",
    "run_report": "report",
    "set_theme": "show.plots",
    "segment_colours": "show.plots",
}

# rooms that notebooks name, wherever they stand
_ROOMS = {
    **{name: f"show.{name}" for name in ("display", "findings", "plots")},
    **{name: f"segments.{name}" for name in ("rfm", "personas", "rules", "schemes")},
    **{
        name: f"analysis.{name}"
        for name in ("campaigns", "exploration", "profiles", "journeys", "feedback", "outcomes")
    },
}

__all__ = [*_PUBLIC]


def __getattr__(name: str) -> Any:
    if name in _PUBLIC:
        return getattr(importlib.import_module(f"seglib.{_PUBLIC[name]}"), name)
    if name in _ROOMS:
        return importlib.import_module(f"seglib.{_ROOMS[name]}")
    raise AttributeError(f"module 'seglib' has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__]
