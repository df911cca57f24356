"""Findings about schemes compared: the table in, one sentence or rows of text out."""

from __future__ import annotations

from typing import Any

import pandas as pd

from seglib.language import words
from seglib.language.messages import gettext as _
from seglib.language.messages import mark
from seglib.show.findings.clauses import closed

__all__ = ["COMPARISON_HEADINGS", "comparison", "comparison_rows"]

COMPARISON_HEADINGS = {
    "covered": mark("Customers covered"),
    "complete": mark("Data complete"),
    "smallest": mark("Smallest segment"),
    "explains": mark("Explains of next revenue (95%)"),
    "buyers": mark("Tells who buys again (AUC)"),
    "lasts": mark("Lasts"),
}
SCHEMES = (
    *(mark("Firmographic"), mark("Demographic"), mark("Geographic"), mark("Needs"), mark("Opportunity")),
    *(mark("RFM"), mark("Segmentation by rule")),
)  # names of the schemes on the page, told by words.name
HALF = 0.5  # of what a scheme explains may be mere coverage before it is said


def comparison(table: pd.DataFrame) -> str:
    """Read the comparison for the scheme that explains most of what customers do next, and what it covers."""
    known = table.dropna(subset=["explained"])
    if known.empty:
        covered = table[table["covered"] > 0].sort_values("covered_share", ascending=False, kind="stable")
        if covered.empty:
            return _("No scheme covers any customer.")
        top = covered.iloc[0]
        return _(
            "{scheme} covers most customers ({share}); what the schemes explain of the next period cannot be told "
            "here.",
            scheme=words.name(top["scheme"]),
            share=words.percent(top["covered_share"]),
        )
    top = known.iloc[0]
    if not top["explained_low"] > 0:
        return _("No scheme explains next period's revenue better than chance would.")
    rivals = known[(known.index != top.name) & (known["explained_high"] >= top["explained_low"])]["scheme"].tolist()
    covering = _("more than half of that is only whether a customer is covered at all")
    mere = top["explained_by_cover"] > HALF * top["explained"]
    return closed(_best(top, [words.name(name) for name in rivals[:3]]), covering if mere else "")


def _best(top: Any, rivals: list[str]) -> str:
    told = {
        "scheme": words.name(top["scheme"]),
        "share": words.percent(top["explained"]),
        "low": words.percent(top["explained_low"]),
        "high": words.percent(top["explained_high"]),
    }
    if not rivals:
        return _(
            "{scheme} explains most of the differences in next period's revenue: {share} (95% interval {low} to "
            "{high})",
            **told,
        )
    return _(
        "{scheme} explains most of the differences in next period's revenue: {share} (95% interval {low} to {high}), "
        "but {rivals} may explain as much",
        **told,
        rivals=words.joined(rivals),
    )


def comparison_rows(table: pd.DataFrame) -> pd.DataFrame:
    """Write the comparison as text.

    Returns
    -------
    DataFrame: scheme, segments, covered, complete, smallest, explains, buyers, lasts.
    """
    rows = [
        {
            "scheme": words.name(row["scheme"]),
            "segments": int(row["segments"]),
            "covered": f"{words.percent(row['covered_share'])} ({words.count(row['covered'])})",
            "complete": words.percent(row["completeness_share"]),
            "smallest": _smallest(row),
            "explains": _interval(row, "explained", words.percent)
            if row["judged"]
            else _(row["note"]) or words.MISSING,
            "buyers": _interval(row, "auc", lambda value: words.number(value, 2)),
            "lasts": _lasts(row),
        }
        for _place, row in table.iterrows()
    ]
    return pd.DataFrame(rows, columns=["scheme", "segments", *COMPARISON_HEADINGS])


def _smallest(row: pd.Series) -> str:
    if not row["segments"]:
        return words.MISSING
    return f"{words.name(row['smallest_segment'])} ({words.count(row['smallest_customers'])})"


def _interval(row: pd.Series, name: str, write: Any) -> str:
    if row[name] != row[name]:
        return words.MISSING
    low, high = write(row[f"{name}_low"]), write(row[f"{name}_high"])
    return _("{value} ({low} to {high})", value=write(row[name]), low=low, high=high)


def _lasts(row: pd.Series) -> str:
    kind = row["stability_of"]
    if kind == "customers keep their segment":
        return _("{share} keep their segment", share=words.percent(row["stability"]))
    if kind == "resamples agree":
        return _("resamples agree {agreement} of 1", agreement=words.number(row["stability"], 2))
    return _("fixed attributes") if kind == "fixed attributes" else kind or _("not measured")
