"""What to do for segments, and how two segmentations go together, in sentences."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from seglib.language import words
from seglib.language.messages import gettext as _
from seglib.language.messages import mark
from seglib.show.findings.profiles.picking import largest, listed
from seglib.show.findings.profiles.sizes import NOBODY
from seglib.show.findings.profiles.traits import apart

__all__ = ["action_rows", "actions", "cross_segments"]

# Cramér's V from which two segmentations are said to go together so
STRENGTHS = (
    (0.5, mark("{first} and {second} go together closely (Cramér's V {strength} of 1)")),
    (0.3, mark("{first} and {second} go together in part (Cramér's V {strength} of 1)")),
    (0.1, mark("{first} and {second} go together a little (Cramér's V {strength} of 1)")),
    (0.0, mark("{first} and {second} have hardly anything to do with each other (Cramér's V {strength} of 1)")),
)
NAMED_SOURCES = {"shop settings": mark("shop settings"), "playbook": mark("playbook"), "none": mark("none")}
MEASURES = (
    *(mark("recency days"), mark("frequency"), mark("monetary value"), mark("items per order"), mark("categories")),
    *(mark("returns share"), mark("discount share")),
)  # that an action may be derived from


def actions(table: pd.DataFrame) -> str:
    """Read the actions for segments without one, for derived ones, and for where the money is."""
    if table.empty:
        return _(NOBODY)
    missing = [words.name(segment) for segment in table.loc[table["source"] == "none", "segment"]]
    derived, n = int(table["source"].eq("derived").sum()), words.plural(len(table), "segment")
    if missing:
        return _("Without an action yet: {segments}; add one under [actions] in shop.toml.", segments=listed(missing))
    if derived:
        return _(
            "The data alone suggest the action for {derived} of {segments}: check it with whoever knows the customers.",
            derived=words.count(derived),
            segments=n,
        )
    if "revenue_share" not in table or table["revenue_share"].isna().all():
        return _("There is an action for each of {segments}.", segments=n)
    top = largest(table, table["revenue_share"])
    return _(
        "There is an action for each of {segments}; most money is with {segment} ({share} of the revenue).",
        segments=n,
        segment=words.name(top["segment"]),
        share=words.percent(top["revenue_share"]),
    )


def action_rows(table: pd.DataFrame, traits: pd.DataFrame | None = None, currency: str = "") -> pd.DataFrame:
    """Write the actions as text: where a derived one comes from, and what sets the segment apart.

    Parameters
    ----------
    table : DataFrame
        From :func:`seglib.recommend_actions`.
    traits : DataFrame, optional
        From :func:`seglib.segment_traits`: the column ``apart`` tells up to three.
    currency : str
        ISO 4217 code for medians of money.

    Returns
    -------
    DataFrame with the columns of ``table``, and ``apart`` (empty where nothing holds up).

    Examples
    --------
    >>> table = pd.DataFrame({"segment": ["New"], "action": ["Call."], "source": ["derived"]})
    >>> action_rows(table.assign(measures=[("frequency", "items_per_order")]))["action"].tolist()
    ['Call. (derived from frequency and items per order)']
    """
    sources = [_source(*told) for told in zip(table["source"], table["measures"], strict=True)]
    told = zip(table["action"], table["source"], sources, strict=True)
    actions = [f"{action} ({written})" if source == "derived" else action for action, source, written in told]
    known = {} if traits is None else apart(traits, currency)
    return table.assign(source=sources, action=actions, apart=[known.get(str(name), "") for name in table["segment"]])


def _source(source: str, measures: Sequence[str]) -> str:
    if source != "derived":
        return _(NAMED_SOURCES.get(source, source))
    return _("derived from {measures}", measures=words.joined([_(one.replace("_", " ")) for one in measures]))


def cross_segments(cross: pd.DataFrame, association: pd.Series, first: str, second: str) -> str:
    """Read the crosstab for how closely two segmentations go together, and the pair that meets most above chance.

    Parameters
    ----------
    cross : DataFrame
        From :func:`seglib.analysis.profiles.cross_segments`.
    association : Series
        From :func:`seglib.analysis.profiles.association`.
    first, second : str
        Columns of the segmentations.
    """
    strength, names = float(association["cramers_v"]), {"first": words.label(first), "second": words.label(second)}
    if np.isnan(strength):
        return _("{first} and {second} cannot be compared: one of them has a single segment.", **names)
    told = next(text for least, text in STRENGTHS if strength >= least)
    expected = cross["overall_share"] * cross.groupby("first")["customers"].transform("sum")
    pair = largest(cross, cross["customers"] - expected)
    return _(
        "{relation}: {share} of {first} are {second}, against {overall} of all customers.",
        relation=_(told, **names, strength=words.number(strength, 2)),
        share=words.percent(pair["row_share"]),
        first=words.name(pair["first"]),
        second=words.name(pair["second"]),
        overall=words.percent(pair["overall_share"]),
    )
