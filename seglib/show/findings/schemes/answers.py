"""Findings about segments of answers: a study in, one sentence out."""

from __future__ import annotations

from typing import Any

import pandas as pd

from seglib.language import words
from seglib.language.messages import gettext as _
from seglib.language.messages import mark, ngettext
from seglib.language.unanswered import Unanswered
from seglib.show.findings.clauses import closed

__all__ = ["answers", "candidates", "needs", "needs_map"]

BEYOND_DEGREES = mark(
    "{k} segments are the finest division that comes back when the people are drawn again: agreement {agreement} of 1, "
    "where people who differ only in how readily they agree would reach {degrees}; the weakest segment {weakest}."
)
BY_DEGREES = mark(
    "People differ by degrees: resamples agree on {k} segments by {agreement} of 1, but {degrees} would be reached by "
    "people who differ only in how readily they agree."
)


def needs(study: Any) -> str:
    """Read a study of answers for its segments, the largest, and who is left out.

    Parameters
    ----------
    study : seglib.segments.schemes.NeedsStudy
    """
    sizes = study.sizes
    if sizes.empty:
        return study.note
    people, top = int(sizes["customers"].sum()), sizes.iloc[0]
    if len(sizes) == 1:
        return ngettext(
            "The {n} person who answered are best seen as one group: {why}",
            "The {n} people who answered are best seen as one group: {why}",
            people,
            n=words.count(people),
            why=study.note,
        )
    told = _(
        "Answers divide {people} into {segments} segments; the largest is “{segment}” with {share} ({n})",
        people=words.plural(people, "person", "people"),
        segments=words.count(len(sizes)),
        segment=words.name(top["segment"]),
        share=words.percent(top["customers_share"]),
        n=words.count(top["customers"]),
    )
    degrees = _("people differ by degrees, so these are slices and no kinds") if study.kind == "slices" else ""
    return closed(told, degrees, _left_out(study.left_out))


def _left_out(n: int) -> str:
    if not n:
        return ""
    return ngettext(
        "{n} person answered too little and are left out",
        "{n} people answered too little and are left out",
        n,
        n=words.count(n),
    )


def candidates(study: Any) -> str:
    """Read the candidates for the number of segments that comes back, and how well the others do.

    Parameters
    ----------
    study : seglib.segments.schemes.NeedsStudy
    """
    table = study.candidates
    if isinstance(study.note, Unanswered):  # there is no survey
        return study.note
    if table.empty:
        return _("There are too few people or too few different answers to try any division.")
    chosen = table[table["recommended"].astype(bool)]
    if chosen.empty:
        best = table.loc[table["stability"].fillna(-1).idxmax()]
        return _(
            "No division comes back: resamples agree best on {k} segments, {agreement} of 1.",
            k=words.count(best["k"]),
            agreement=words.number(best["stability"], 2),
        )
    row = chosen.iloc[0]
    return _(
        BEYOND_DEGREES if row["stability"] > row["stability_by_degrees"] else BY_DEGREES,
        k=words.count(row["k"]),
        agreement=words.number(row["stability"], 2),
        degrees=words.number(row["stability_by_degrees"], 2),
        weakest=words.number(row["weakest_segment"], 2),
    )


def answers(table: pd.DataFrame) -> str:
    """Read the answers for the one that sets a segment furthest apart from everyone."""
    clear = table[table["evidence"].astype(bool)]
    if clear.empty:
        return _("No answer of any segment is far from what everyone answers.")
    row = clear.loc[clear["difference"].abs().idxmax()]
    mean = row["statistic"] == "mean"
    ours, all_ = (words.number(row[side]) if mean else words.percent(row[side]) for side in ("value", "everyone"))
    told = {
        "question": row["question"] if row["answer"] in ("yes", "mean") else f"{row['question']}: {row['answer']}",
        "ours": ours,
        "everyone": all_,
        "segment": words.name(row["segment"]),
        "people": words.plural(int(row["n"]), "person", "people"),
    }
    if mean:
        return _(
            "“{question}” sets the segments furthest apart: on average {ours} in “{segment}” ({people}) against "
            "{everyone} of everyone.",
            **told,
        )
    return _(
        "“{question}” sets the segments furthest apart: {ours} in “{segment}” ({people}) against {everyone} of "
        "everyone.",
        **told,
    )


def needs_map(components: pd.DataFrame) -> str:
    """Read the principal components for how much of the answers a flat map can show."""
    if len(components) < 2 or not components["variance_share"].sum() > 0:
        return _("The answers do not vary in two directions, so there is no map to draw.")
    share = words.percent(components["variance_share"].iloc[:2].sum())
    return _("The map shows {share} of the variation in the answers.", share=share)
