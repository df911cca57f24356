"""Findings about schemes compared: the table in, one sentence or rows of text out."""

from __future__ import annotations

from typing import Any

import pandas as pd

from seglib.language import words
from seglib.language.messages import gettext as _
from seglib.language.messages import mark, ngettext
from seglib.show.findings.clauses import closed, linked

__all__ = ["COMPARISON_HEADINGS", "comparison", "comparison_rows", "held"]

COMPARISON_HEADINGS = {
    "covered": mark("Customers covered"),
    "complete": mark("Data complete"),
    "smallest": mark("Smallest segment"),
    "explains": mark("Explains of the ranks of next revenue (95%)"),
    "money": mark("Of the money (95%)"),
    "buyers": mark("Tells who buys again (0.5 is chance)"),
    "lasts": mark("Lasts"),
}
SCHEMES = (
    *(mark("Firmographic"), mark("Demographic"), mark("Geographic"), mark("Needs"), mark("Opportunity")),
    *(mark("RFM"), mark("Segmentation by rule")),
)  # names of the schemes on the page, told by words.name
HALF = 0.5  # of what a scheme explains may be mere coverage before it is said


def comparison(table: pd.DataFrame) -> str:
    """Read the comparison for the scheme that explains most of what customers do next, and what it covers."""
    known = _judged(table)
    if known.empty:
        return _uncompared(table)
    top = known.iloc[0]
    if not top["explained_low"] > 0:
        return _("No scheme explains next period's revenue better than chance would.")
    covering = _("more than half of what {scheme} explains is only whether a customer is covered at all", **_named(top))
    mere = top["explained_by_cover"] > HALF * top["explained"]
    return closed(_beside(top, known, table), covering if mere else "", *_basis(top))


def held(table: pd.DataFrame) -> tuple[str, bool]:
    """The comparison, and whether the best scheme surely beats plain bands in ranks and money; else nothing.

    Parameters
    ----------
    table : DataFrame
        From :func:`seglib.segments.schemes.compare_schemes`.
    """
    known = _judged(table)
    if known.empty:
        return "", False
    top = known.iloc[0]
    return comparison(table), bool(top["ahead_low"] > 0 and top["money_ahead_low"] > 0)


def _judged(table: pd.DataFrame) -> pd.DataFrame:
    known = table.dropna(subset=["explained"])
    return known[known["kind"] == "scheme"] if "kind" in known else known


def _uncompared(table: pd.DataFrame) -> str:
    covered = table[table["covered"] > 0].sort_values("covered_share", ascending=False, kind="stable")
    if covered.empty:
        return _("No scheme covers any customer.")
    top = covered.iloc[0]
    return _(
        "{scheme} covers most customers ({share}); what the schemes explain of the next period cannot be told here.",
        scheme=words.name(top["scheme"]),
        share=words.percent(top["covered_share"]),
    )


def _beside(top: pd.Series, schemes: pd.DataFrame, table: pd.DataFrame) -> str:
    """The best scheme beside the plain bands that explain most."""
    plain = table[(table["scheme"] == top["rival"]) & bool(top["rival"])]
    if plain.empty:
        return _best(top, schemes)
    bands = plain.iloc[0]
    told = {**_named(top), "bands": words.name(bands["scheme"]), **_shares(top), **_shares(bands, "bands_")}
    if top["ahead_low"] > 0:
        rich = table[table["scheme"] == top["money_rival"]].iloc[0]
        told |= {"money_bands": words.name(rich["scheme"]), **_shares(rich, "money_bands_")}
        return linked(_best(top, schemes), _of_money(top, told))
    if top["ahead_high"] < 0:
        return _(
            "“{bands}” explains more of next period's revenue than any scheme: {bands_share} of its ranks and "
            "{bands_money} of the money; the best scheme, {scheme}, explains {share} and {money}",
            **told,
        )
    return _(
        "{scheme} explains no more of next period's revenue than “{bands}” does: {share} of its ranks and {money} of "
        "the money, against {bands_share} and {bands_money}",
        **told,
    )


def _of_money(top: pd.Series, told: dict[str, str]) -> str:
    """After the ranks, in which the scheme is ahead; the bands that explain most of the money may be others."""
    if top["money_ahead_low"] > 0:
        return _(
            "plain bands (“{bands}”) explain {bands_share}; of the money it is {money} against {money_bands_money} of "
            "“{money_bands}”",
            **told,
        )
    return _(
        "plain bands (“{bands}”) explain {bands_share}, but of the money “{money_bands}” explains no less than the "
        "scheme: {money_bands_money} against {money}",
        **told,
    )


def _basis(top: pd.Series) -> list[str]:
    """Over how many periods, and whether there are too few customers for a firm interval."""
    days = top["days"] if top["days"] == top["days"] else 1
    told = [ngettext("judged over {n} period", "judged over {n} periods together", int(days), n=words.count(days))]
    few = _("with {n} customers the intervals are rough", n=words.count(top["judged"]))
    return (told if days > 1 else []) + ([few] if top["rough"] else [])


def _named(top: pd.Series) -> dict[str, str]:
    return {"scheme": words.name(top["scheme"])}


def _shares(row: pd.Series, start: str = "") -> dict[str, str]:
    return {f"{start}share": words.percent(row["explained"]), f"{start}money": words.percent(row["money"])}


def _best(top: pd.Series, schemes: pd.DataFrame) -> str:
    near = (schemes.index != top.name) & (schemes["explained_high"] >= top["explained_low"])
    rivals = [words.name(name) for name in schemes.loc[near, "scheme"][:3]]
    told = {
        **_named(top),
        "share": words.percent(top["explained"]),
        "low": words.percent(top["explained_low"]),
        "high": words.percent(top["explained_high"]),
    }
    if not rivals:
        return _(
            "{scheme} explains most of the differences in the ranks of next period's revenue: {share} (95% interval "
            "{low} to {high})",
            **told,
        )
    return _(
        "{scheme} explains most of the differences in the ranks of next period's revenue: {share} (95% interval {low} "
        "to {high}), but {rivals} may explain as much",
        **told,
        rivals=words.joined(rivals),
    )


def comparison_rows(table: pd.DataFrame) -> pd.DataFrame:
    """Write the comparison as text.

    Returns
    -------
    DataFrame: scheme, segments, covered, complete, smallest, explains, money, buyers, lasts.
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
            "money": _interval(row, "money", words.percent),
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
