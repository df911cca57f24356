"""What became of those who were told to slip or to rise, in sentences; what leads the page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from seglib.language import words
from seglib.language.messages import gettext as _
from seglib.language.messages import mark
from seglib.show.findings.leading import furthest, leading

__all__ = ["FATES", "FEWEST", "became", "held", "lead", "otherwise"]

STAYED = mark("Of the {told} told so {days} ago, {share} ({low} to {high}) did not order.")
ORDERED = mark(
    "Of the {did} told so {days} ago who ordered exactly once since, {share} ({low} to {high}) are in the segment told."
)
NO_HISTORY = mark("The history is too short to see what became of those told so before.")
FEWEST = 30  # of fewer no share is told
HALF = 0.5  # of those told so: it came true for most of them
# columns of the table of what became of them: heading, and role where the name does not tell
FATES = {
    "move": (mark("Told"), {"slips": mark("slips"), "rises": mark("rises")}),
    "told": mark("Customers told"),
    "did_share": mark("Did not order; ordered once"),
    "came_true_share": mark("Of these, in the segment told"),
}
LEADS = {
    "slips": mark(
        "Of the {told} customers told {days} ago that they would slip, {share} did not order since; of everyone else "
        "{others}."
    ),
    "rises": mark(
        "Of the {told} customers told {days} ago that one order would move them, {share} ordered exactly once since; "
        "of everyone else {others}."
    ),
}


def became(fate: pd.DataFrame) -> str:
    """What became of those who were told to slip, or to rise by one order, a while ago.

    Parameters
    ----------
    fate : DataFrame
        From :func:`seglib.segments.rfm.what_became`.
    """
    told = [_became(row) for row in fate.to_dict("records")]
    return " ".join(one for one in told if one) or _(NO_HISTORY)


def _became(row: Mapping[Any, Any]) -> str:
    slips = row["move"] == "slips"
    part, of = ("did", "told") if slips else ("came_true", "did")
    if row[of] < FEWEST:
        return ""
    ends = {end: words.percent(row[f"{part}_share_{end}"]) for end in ("low", "high")}
    told = {"told": words.count(row["told"]), "did": words.count(row["did"]), "days": words.days(row["within_days"])}
    return _(STAYED if slips else ORDERED, share=words.percent(row[f"{part}_share"]), **told, **ends)


def lead(fate: pd.DataFrame) -> str:
    """What leads the page: those told to slip or to rise who did most otherwise since than everyone else.

    That some segments bring more than others is how they are made, and leads no page.

    Parameters
    ----------
    fate : DataFrame
        From :func:`seglib.segments.rfm.what_became`.
    """
    judged = fate[fate["told"] >= FEWEST]
    return leading(furthest(judged, "differs", lambda row: otherwise(row.to_dict())), tested=len(judged) > 0)


def otherwise(row: Mapping[Any, Any]) -> str:
    """What those told to slip, or to rise by one order, did since, beside everyone else.

    Parameters
    ----------
    row : mapping
        Of :func:`seglib.segments.rfm.what_became`.
    """
    return _(
        LEADS[str(row["move"])],
        told=words.count(row["told"]),
        days=words.days(row["within_days"]),
        share=words.percent(row["did_share"]),
        others=words.percent(row["others_share"]),
    )


def held(row: Mapping[Any, Any]) -> tuple[str, bool]:
    """What became of those told so, and whether it came out well; nothing where they are few.

    Those told to slip must surely stay silent for the most part, and more often than everyone else; of those told to
    rise who ordered once, surely most must be in the segment told.

    Parameters
    ----------
    row : mapping
        Of :func:`seglib.segments.rfm.what_became`.

    Examples
    --------
    >>> row = {"move": "slips", "told": 90, "did": 60, "did_share": 2 / 3, "within_days": 30, "others_share": 0.2}
    >>> held(row | {"did_share_low": 0.56, "did_share_high": 0.76, "differs": True, "effect": 1.0})[1]
    True
    """
    if not (text := _became(row)):
        return "", False
    if row["move"] == "rises":
        return text, bool(row["came_true_share_low"] > HALF)
    return otherwise(row), bool(row["did_share_low"] > HALF and row["differs"] and row["effect"] > 0)
