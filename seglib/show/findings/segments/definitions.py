"""What the segments by rule mean."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Protocol

import pandas as pd

from seglib.language import words
from seglib.language.messages import gettext as _
from seglib.language.messages import mark

__all__ = ["Rule", "definition_rows", "definitions"]

LISTED = mark("a list of customers")
SPLIT = mark("{rule}; one for each {column}")
BANDS = mark("{rule}; one for each band of {column} cut at {at}")


class Rule(Protocol):
    """What the findings read of a segment's definition."""

    name: str
    description: str
    rule: str
    action: str
    does: Collection[str]
    avoids: Collection[str]
    settings: Mapping[str, object]


def definitions(rules: Iterable[Rule], hints: Iterable[str] = ()) -> str:
    """How many segments are defined, how many of them the shop wrote itself, and names that are nowhere in the data."""
    origins = [str(getattr(rule, "origin", "")) for rule in rules]
    if not origins:
        return _("No segment is defined.")
    own, segments = origins.count("own"), words.plural(len(origins), "segment")
    if own:
        told = _(
            "{segments}, {own} of them written by the shop; each threshold can be changed under [segments.settings].",
            segments=segments,
            own=words.count(own),
        )
    else:
        told = _(
            "{segments}, all of them as shipped; each threshold can be changed under [segments.settings].",
            segments=segments,
        )
    return " ".join([told, *hints])


def definition_rows(rules: Iterable[Rule], summary: pd.DataFrame | None = None) -> pd.DataFrame:
    """Definition of each segment: in words, as a rule with the thresholds it uses, and what it is for.

    Parameters
    ----------
    rules : iterable
        Segments of the rule book.
    summary : DataFrame, optional
        ``summary`` of the memberships: segments that are not available are left out.

    Returns
    -------
    DataFrame: ``segment, meaning, rule, thresholds, action``.
    """
    there = None if summary is None else set(summary.loc[summary["status"].eq("available"), "group"])
    asked = [rule for rule in rules if there is None or rule.name in there]
    rows = [(rule.name, rule.description, *_rule(rule), rule.action) for rule in asked]
    return pd.DataFrame(rows, columns=["segment", "meaning", "rule", "thresholds", "action"], dtype="str")


def _rule(rule: Rule) -> tuple[str, str]:
    """Rule as it is written and how it is split; the thresholds that either names."""
    if not rule.rule:
        return _(LISTED), ""
    split, text = getattr(rule, "split", None), " ".join(rule.rule.split())
    names = re.findall(r"[A-Za-z_]\w*", re.sub(r"'(?:[^']|'')*'", "", text))  # texts name none
    if split is not None:
        column = rule.settings.get(split.column, split.column)
        text = _(BANDS if split.at else SPLIT, rule=text, column=column, at=words.joined(split.at))
        names += [split.column, *map(str, split.at)]
    values = [f"{name} = {rule.settings[name]}" for name in dict.fromkeys(names) if name in rule.settings]
    return text, ", ".join(values)
