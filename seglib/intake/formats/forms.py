"""Faults of the parts that formats are made of: texts, columns and how they are made, conditions."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from typing import Any

from seglib.errors import did_you_mean
from seglib.intake.formats.patterns import pattern_faults

__all__ = [
    *("COLUMN", "CONDITIONS", "EITHER", "FORMS", "LATEST", "NAMED", "NUMBERS", "OWN", "TEXT", "TEXTS", "UNITS"),
    *("condition_faults", "form_faults", "shown", "text_faults"),
]

# How a canonical column may be made from columns of the file, and what may stand beside.
FORMS: Mapping[str, tuple[str, ...]] = {
    "first": (),
    "sum": (),
    "minus": (),
    "times": (),
    "negative": (),
    "size": (),
    "at_least_zero": (),
    "join": ("with",),
    "divided": (),
    "total": ("by", "where"),
    "of": ("none", "pattern", "map"),
    "filled": (),
    "later": ("seconds", "minutes", "hours", "days"),
    "path": (),
    "constant": (),
    "row": (),
    "earliest": ("where",),
    "latest": ("where",),
    "optional": (),
    "needed": (),
}
NUMBERS = ("decimal", "float", "integer")
ARITHMETIC = ("sum", "minus", "times", "divided", "total", "negative", "size", "at_least_zero")
# What some forms make, whatever their columns hold, and the kinds of columns that take it.
MAKES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    **dict.fromkeys(ARITHMETIC, ("a number", NUMBERS)),
    "later": ("a date", ("timestamp",)),
    "row": ("text", ("string",)),
    "filled": ("yes or no", ("string", "boolean")),
}
INSIDE = {"join": "string", "of": "string", "filled": "string"}  # kind of the columns that a form takes, if another
CONSTANTS = {  # how a value is written that stands for every row
    **dict.fromkeys(NUMBERS, re.compile(r"[+-]?[0-9]{1,14}(\.[0-9]{1,10})?")),
    "integer": re.compile("[+-]?[0-9]{1,14}"),
    "boolean": re.compile("(?i)true|false|yes|no|1|0"),
    "timestamp": re.compile("(19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2}(:[0-9]{2})?)?"),
}
SUCH = {**dict.fromkeys(NUMBERS, "1"), "boolean": "true", "timestamp": "2024-01-31"}
HOLDS = {"string": "text", "timestamp": "a date", "boolean": "yes or no"}
LISTS = ("first", "sum", "minus", "times", "divided", "join")
UNITS = FORMS["later"]
CONDITIONS = ("values", "other_than", "filled", "matches", "sign", "repeats")
LATEST = "latest"  # beside repeats: by which date the last of such rows stays, not the first
SIGNS = ("negative", "positive")
# What a key holds: a text, a list of texts, either, a column (a header or a form), names with texts; others have a
# check of their own.
TEXT, TEXTS, EITHER, COLUMN, NAMED, OWN = "text", "a list of texts", "text or a list of texts", "column", "named", ""
VALUE = "text or a number"  # a shop.toml has numbers too
BESIDE = {"with": TEXT, "none": TEXTS, "map": NAMED, "constant": VALUE, "path": TEXT, "row": TEXT}  # in forms
ASKED = {"values": EITHER, "other_than": EITHER, "why": TEXT, "state": TEXT}  # in conditions


def shown(value: Any) -> str:
    """A value as a message shows it, no longer than a line."""
    text = repr(value)
    return text if len(text) <= 100 else f"{text[:100]}..."


def text_faults(value: Any, wanted: str, place: str) -> list[str]:
    """Faults of what holds texts: one, a list, either, or names with a text each."""
    texts = isinstance(value, list) and all(isinstance(one, str) for one in value)
    named = isinstance(value, Mapping) and all(isinstance(one, str) for one in value.values())
    sound = {
        TEXT: isinstance(value, str),
        VALUE: isinstance(value, str | int | float | dt.date),
        TEXTS: texts,
        EITHER: isinstance(value, str) or texts,
        NAMED: named,
        OWN: True,
    }
    expected = "names with a text each" if wanted == NAMED else wanted.replace("texts", "values")
    return [] if sound[wanted] else [f"{place} is {shown(value)}; expected {expected}."]


def form_faults(spec: Any, place: str, kind: str = "string") -> list[str]:
    """Faults of one column of a kind: a header, a list of headers of which the first there is taken, or a form."""
    if isinstance(spec, str):
        return [] if spec else [f"{place} is empty; expected the name of a column."]
    if isinstance(spec, list) and spec:
        return [fault for inner in spec for fault in form_faults(inner, place, kind)]
    if not isinstance(spec, Mapping) or not spec:
        return [f"{place} is {shown(spec)}; expected a column, a list of columns, or one of {', '.join(FORMS)}."]
    how = [key for key in spec if key in FORMS]
    if len(how) != 1:
        found = next((key for key in spec if key not in FORMS), how[-1] if how else "")
        return [f"{place} is {shown(dict(spec))}; expected one of {', '.join(FORMS)}.{did_you_mean(found, FORMS)}"]
    rest = [key for key in spec if key not in (how[0], *FORMS[how[0]])]
    faults = [f"{place}: {key!r} does not go with {how[0]!r}." for key in rest]
    makes, kinds = MAKES.get(how[0], ("", (kind,)))
    if kind not in kinds:
        faults.append(
            f"{place}: {how[0]!r} makes {makes}; expected {HOLDS.get(kind, 'a number')}. Name a column of the file, or "
            f"another form than {shown(dict(spec))}."
        )
    if how[0] in LISTS and not (isinstance(spec[how[0]], list) and spec[how[0]]):
        return [*faults, f"{place}: {how[0]} is {shown(spec[how[0]])}; expected a list of columns."]
    if "where" in spec:
        faults += [f"{place}: where: {fault}" for fault in _where_faults(spec["where"])]
    for key, wanted in BESIDE.items():
        faults += text_faults(spec[key], wanted, f"{place}: {key}") if key in spec else []
    faults += _beside_faults(spec, how[0], place) + _constant_faults(spec, kind, place)
    if how[0] in ("constant", "path", "row") or kind not in kinds:
        return faults
    return faults + form_faults(spec[how[0]], place, INSIDE.get(how[0], kind))


def _beside_faults(spec: Mapping[str, Any], how: str, place: str) -> list[str]:
    """Faults of what some forms need beside them: a pattern, the order that rows are of, a time to add."""
    if how == "of":
        return [f"{place}: {fault}" for fault in pattern_faults(spec.get("pattern", ""))]
    if how == "divided" and isinstance(spec[how], list) and len(spec[how]) != 2:
        return [f"{place}: divided is {shown(spec[how])}; expected two columns."]
    if how == "total":
        missing = [] if "by" in spec else [f"{place}: total needs 'by', the column that tells which rows go together."]
        return missing or form_faults(spec["by"], f"{place}: by")
    if how == "later":
        told = [unit for unit in UNITS if unit in spec]
        if len(told) != 1:
            return [f"{place}: later needs one of {', '.join(UNITS)}, and the column that tells how many."]
        return form_faults(spec[told[0]], f"{place}: {told[0]}", "float")
    return []


def _constant_faults(spec: Mapping[str, Any], kind: str, place: str) -> list[str]:
    """Whether a value that stands for every row is one of the kind of the column."""
    told = str(spec.get("constant", ""))
    if "constant" not in spec or kind == "string" or (CONSTANTS[kind].fullmatch(told) and _is_day(told, kind)):
        return []
    return [f"{place}: constant is {shown(told)}; expected {HOLDS.get(kind, 'a number')}, such as {SUCH[kind]}."]


def _is_day(told: str, kind: str) -> bool:
    try:
        return kind != "timestamp" or bool(dt.datetime.fromisoformat(told))
    except ValueError:
        return False


def _where_faults(condition: Any) -> list[str]:
    return condition_faults([{**condition, "why": ""}] if isinstance(condition, Mapping) else [condition], "why")


def condition_faults(conditions: Iterable[Any], outcome: str) -> list[str]:
    """Faults of rules that ask for rows: a column, what is asked of it, and under ``outcome`` what follows.

    Several such questions under ``all`` must all hold.
    """
    faults = []
    for condition in conditions:
        if isinstance(condition, Mapping) and "all" in condition:
            faults += _all_faults(condition, outcome)
            continue
        if not isinstance(condition, Mapping) or "column" not in condition or outcome not in condition:
            faults.append(f"{shown(condition)}; expected column, one of {', '.join(CONDITIONS)}, and {outcome}.")
            continue
        asked = [key for key in condition if key in CONDITIONS]
        beside = (LATEST,) if "repeats" in condition else ()
        odd = [key for key in condition if key not in (*CONDITIONS, *beside, "column", outcome)]
        faults += [f"unknown key {key!r}.{did_you_mean(key, CONDITIONS)}" for key in odd]
        faults += [] if asked else [f"{shown(dict(condition))} asks nothing; expected one of {', '.join(CONDITIONS)}."]
        faults += pattern_faults(condition.get("matches", ""))
        faults += [
            f for key, wanted in ASKED.items() if key in condition for f in text_faults(condition[key], wanted, key)
        ]
        if str(condition.get("filled", "true")).lower() not in ("true", "false"):
            faults.append(f"filled is {shown(condition['filled'])}; expected true or false.")
        if "sign" in condition and condition["sign"] not in SIGNS:
            faults.append(f"sign is {shown(condition['sign'])}; expected {' or '.join(SIGNS)}.")
        for key, kind in {"repeats": "string", **dict.fromkeys(beside, "timestamp")}.items():
            faults += form_faults(condition[key], key, kind) if key in condition else []
        faults += form_faults(condition["column"], "column")
    return faults


def _all_faults(condition: Mapping[str, Any], outcome: str) -> list[str]:
    """Faults of a rule with several questions, each of which must hold."""
    told = condition["all"]
    if not isinstance(told, list) or not told or outcome not in condition:
        return [f"{shown(dict(condition))}; expected all: a list of conditions, and {outcome}."]
    odd = [key for key in condition if key not in ("all", outcome)]
    faults = [f"{key!r} does not go with 'all': put it into its conditions." for key in odd]
    faults += [f for key, wanted in ASKED.items() if key in condition for f in text_faults(condition[key], wanted, key)]
    return faults + [fault for each in told for fault in _where_faults(each)]
