"""What ``shop.toml`` may say: keys, types and choices, and the faults of one that says something else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from seglib.errors import did_you_mean
from seglib.intake.doubts import KINDS
from seglib.intake.shaping import READ
from seglib.intake.warehouses import SCHEMAS
from seglib.language.naming import HANDED
from seglib.tables.canonical import STATES, TABLES
from seglib.tables.measures import EVENT_KINDS

__all__ = ["SCHEMA", "schema_faults", "sound_part"]

JOIN: dict[str, Any] = {"path": str, "table": str, "query": str, "sheet": str, "on": (str, dict)}
SOURCE: dict[str, Any] = {
    "name": str,
    "path": str,
    "table": str,
    "query": str,
    "format": str,
    "date_format": str,
    "currency": str,
    "ids": str,
    "only": bool,
    "sheet": str,
    "sheets": str,
    "schema": str,
    "dataset": str,
    "columns": {"*": (str, list, dict)},
    "read": dict.fromkeys(READ, str),
    "states": {"*": str},
    "join": JOIN,
}
SEVERAL = (SOURCE, JOIN)  # one [table], or one [[table]] each
LISTS = ("recency_cuts", "frequency_cuts", "monetary_cuts", "weights")
# What shop.toml may say: a type, or a nested mapping; "*" stands for any key.
SCHEMA: dict[str, Any] = {
    "name": str,
    "currency": str,
    "timezone": str,
    "as_of": (str, dt.date),
    "window_days": int,
    "opened": (str, dt.date),
    "notice": str,
    "outside": bool,
    "tables": {"*": SOURCE},
    "rates": {"file": str, "*": (int, float)},
    "identities": {"unit": str, "file": str, "by_email": bool, "by_name": bool, "nobody": list},
    "same_sale": {"prefer": (str, list), "by": list, "minutes": (int, float)},
    "database": {"url": str, "password_env": str, "timeout_seconds": int},
    "doubts": {"settled": list},
    "cleaning": {"duplicates": str, "zero_price": str, "cancelled": list, "disputed": str, "pending": str},
    "rfm": {"preset": str, "bins": int, **dict.fromkeys(LISTS, list)},
    "personas": {"features": list, "k": int, "method": str, "min_group": int},
    "needs": {"k": int, "survey": str, "questions": list},
    "events": dict.fromkeys(EVENT_KINDS, list),
    "deals": {"won": list, "lost": list},
    "segments": {
        "file": str,
        "catalogue": bool,
        "use": list,
        "priority": list,
        "settings": {"*": (str, int, float, bool, list, dt.date)},
    },
    "labels": {"*": str},
    "actions": {"*": str},
    "report": {
        **dict.fromkeys(("language", "numbers", "translation", "logo", "accent", "url"), str),
        "min_group": int,
        "also": list,
        "pages": list,
        "contacts": bool,
    },
    "readiness": {"decision": str, "owner": str, "channel": str, "measure": str},
}
CHOICES = {
    "identities.unit": ("person", "company"),
    "cleaning.duplicates": ("auto", "drop", "keep"),
    "cleaning.zero_price": ("drop", "keep"),
    "cleaning.disputed": ("keep", "drop"),
    "personas.method": ("kmeans", "gaussian_mixture", "hdbscan"),
    "same_sale.by": ("order_id", "email_amount_time"),
    "cleaning.pending": ("drop", "fulfilled", "keep"),
    "doubts.settled": tuple(KINDS),
    "report.also": HANDED,
    **{f"tables.{table}.read.{key}": tuple(ways) for table in TABLES for key, ways in READ.items()},
    **{f"tables.{table}.states.*": (*STATES, "refunded") for table in TABLES},
    **{f"tables.{table}.ids": ("shared", "own") for table in TABLES},
    **{f"tables.{table}.sheets": ("all",) for table in TABLES},
    **{f"tables.{table}.schema": SCHEMAS for table in TABLES},
}


def schema_faults(told: Any, schema: Any, place: str, where: str) -> list[str]:
    """Unknown keys, wrong types and unknown choices, each with what was expected."""
    if any(schema is one for one in SEVERAL) and isinstance(told, list):  # [[tables.lines]]
        return [fault for entry in told for fault in schema_faults(entry, {**schema}, place, where)]
    if not isinstance(schema, Mapping):
        kinds = schema if isinstance(schema, tuple) else (schema,)
        if not isinstance(told, kinds) or (isinstance(told, bool) and bool not in kinds):
            wanted = " or ".join(kind.__name__ for kind in kinds)
            return [f"{where}: {place} is {_shown(told)} ({type(told).__name__}); expected {wanted}."]
        choices = CHOICES.get(place) or CHOICES.get(f"{place.rpartition('.')[0]}.*", ())
        wrong = [one for one in (told if isinstance(told, list) else [told]) if choices and one not in choices]
        return [f"{where}: {place} is {_shown(one)}.{did_you_mean(str(one), choices)}" for one in wrong]
    if not isinstance(told, Mapping):
        return [f"{where}: {place} is {_shown(told)}; expected a table of settings ([{place}])."]
    faults = []
    for key, value in told.items():
        inner = f"{place}.{key}" if place else key
        if key in schema or "*" in schema:
            faults += schema_faults(value, schema.get(key, schema.get("*")), inner, where)
        else:
            faults.append(f"{where}: unknown setting {inner!r}.{did_you_mean(key, schema)}")
    return faults


def sound_part(told: Any, schema: Any, place: str = "") -> Any:
    """What is left without the parts that have faults, so that the rest can be looked at too; None where nothing is."""
    if any(schema is one for one in SEVERAL) and isinstance(told, list):
        return [sound_part(entry, {**schema}, place) for entry in told if isinstance(entry, Mapping)]
    if not isinstance(schema, Mapping) or not isinstance(told, Mapping):
        return None if schema_faults(told, schema, place, "") else told
    inner = {key: schema.get(key, schema.get("*")) for key in told}
    parts = {
        key: sound_part(value, inner[key], f"{place}.{key}" if place else key)
        for key, value in told.items()
        if inner[key] is not None
    }
    return {key: part for key, part in parts.items() if part is not None}


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 200 else f"{text[:200]}..."
