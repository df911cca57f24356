"""Findings about schemes compared: the table in, one sentence or rows of text out."""

from __future__ import annotations

from typing import Any

import pandas as pd

from seglib import words

__all__ = ["COMPARISON_HEADINGS", "comparison", "comparison_rows"]

COMPARISON_HEADINGS = {
    "covered": "Customers covered",
    "complete": "Data complete",
    "smallest": "Smallest segment",
    "explains": "Explains of next revenue (95%)",
    "buyers": "Tells who buys again (AUC)",
    "lasts": "Lasts",
}
HALF = 0.5  # of what a scheme explains may be mere coverage before it is said


def comparison(table: pd.DataFrame) -> str:
    """Read the comparison for the scheme that explains most of what customers do next, and what it covers."""
    known = table.dropna(subset=["explained"])
    if known.empty:
        covered = table[table["covered"] > 0].sort_values("covered_share", ascending=False, kind="stable")
        if covered.empty:
            return "No scheme covers any customer."
        top = covered.iloc[0]
        share = words.percent(top["covered_share"])
        told = f"{top['scheme']} covers most customers ({share})"
        return f"{told}; what the schemes explain of the next period cannot be told here."
    top = known.iloc[0]
    if not top["explained_low"] > 0:
        return "No scheme explains next period's revenue better than chance would."
    told = (
        f"{top['scheme']} explains most of the differences in next period's revenue: {words.percent(top['explained'])} "
        f"(95% interval {words.percent(top['explained_low'])} to {words.percent(top['explained_high'])})"
    )
    rivals = known[(known.index != top.name) & (known["explained_high"] >= top["explained_low"])]["scheme"].tolist()
    if rivals:
        told += f", but {words.joined(rivals[:3])} may explain as much"
    if top["explained_by_cover"] > HALF * top["explained"]:
        told += "; more than half of that is only whether a customer is covered at all"
    return f"{told}."


def comparison_rows(table: pd.DataFrame) -> pd.DataFrame:
    """Write the comparison as text.

    Returns
    -------
    DataFrame: scheme, segments, covered, complete, smallest, explains, buyers, lasts.
    """
    rows = [
        {
            "scheme": row["scheme"],
            "segments": int(row["segments"]),
            "covered": f"{words.percent(row['covered_share'])} ({words.count(row['covered'])})",
            "complete": words.percent(row["completeness_share"]),
            "smallest": _smallest(row),
            "explains": _interval(row, "explained", words.percent) if row["judged"] else row["note"] or words.MISSING,
            "buyers": _interval(row, "auc", lambda value: words.number(value, 2)),
            "lasts": _lasts(row),
        }
        for _, row in table.iterrows()
    ]
    return pd.DataFrame(rows, columns=["scheme", "segments", *COMPARISON_HEADINGS])


def _smallest(row: pd.Series) -> str:
    if not row["segments"]:
        return words.MISSING
    return f"{row['smallest_segment']} ({words.count(row['smallest_customers'])})"


def _interval(row: pd.Series, name: str, write: Any) -> str:
    if row[name] != row[name]:
        return words.MISSING
    return f"{write(row[name])} ({write(row[f'{name}_low'])} to {write(row[f'{name}_high'])})"


def _lasts(row: pd.Series) -> str:
    kind = row["stability_of"]
    if kind == "customers keep their segment":
        return f"{words.percent(row['stability'])} keep their segment"
    if kind == "resamples agree":
        return f"resamples agree {words.number(row['stability'], 2)} of 1"
    return kind or "not measured"
