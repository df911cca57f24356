"""Findings of the rfm notebook: a tidy table in, one sentence out."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from seglib import words

__all__ = ["bands", "boundaries", "cells", "key_numbers", "resolution", "rises", "score_bands", "segments"]

NOBODY = "There are no customers to name."
NOBODY_MOVES = "Nobody is a single order, or {days} of waiting, away from another segment."
WHOLE = {"recency_days": True, "frequency": True, "monetary_value": False}
BANDS = (1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233, 377, 610, 987, 1597, 2584, 4181, 6765)
TIED = {
    "recency_days": "the same recency ({value})",
    "frequency": "the same number of orders ({value})",
    "monetary_value": "the same revenue ({value})",
}
SCORES = {"recency_days": "recency", "frequency": "frequency", "monetary_value": "monetary"}


def segments(summary: pd.DataFrame, currency: str = "") -> str:
    """Which segment brings most, out of how many customers.

    Parameters
    ----------
    summary : DataFrame
        From :func:`seglib.summarise_segments`.
    currency : str
        ISO 4217 code.
    """
    if summary.empty:
        return NOBODY
    total = words.count(summary["customers"].sum())
    top = summary.iloc[int(summary["revenue"].to_numpy().argmax())]
    if len(summary) == 1:
        return f"All customers ({total}) are in one segment: {top['segment']}."
    share, money = words.percent(top["revenue_share"]), words.money(top["revenue"], currency)
    brought = f"{share} of the revenue ({money})" if share != words.MISSING else f"the most revenue ({money})"
    who = f"{words.percent(top['customers_share'])} of the customers ({words.count(top['customers'])} of {total})"
    return f"{top['segment']}, {who}, bring {brought}."


def cells(table: pd.DataFrame) -> str:
    """How many customers are strong on both axes of the map, and how many weak.

    Parameters
    ----------
    table : DataFrame
        From :func:`seglib.rfm.score_cells`.
    """
    total = int(table["customers"].sum())
    if not total:
        return NOBODY
    middle = (1 + table["r_score"].max()) / 2
    strong = table["customers"][(table["r_score"] > middle) & (table["score"] > middle)].sum()
    weak = table["customers"][(table["r_score"] < middle) & (table["score"] < middle)].sum()
    second = "orders and spending" if table["across"].iloc[0] == "fm_score" else "orders"
    who = f"{words.percent(strong / total)} of the customers ({words.count(strong)} of {words.count(total)})"
    others = f"{words.percent(weak / total)} ({words.count(weak)})"
    return f"{who} score above the middle both on recency and on {second}; {others} score below it on both."


def bands(edges: pd.DataFrame, currency: str = "") -> str:
    """What the best score of each measure takes.

    Parameters
    ----------
    edges : DataFrame
        From :func:`seglib.rfm.score_edges`.
    currency : str
        ISO 4217 code.
    """
    best = edges["score"].max()
    telling = edges[edges["lower"].gt(-float("inf")) | edges["upper"].lt(float("inf"))]
    top = telling[telling["score"] == best].set_index("measure")
    if top.empty:
        return "No measure tells these customers apart: they all score the same."
    text = {measure: _band(top.loc[measure], measure, currency) for measure in top.index}
    day = "day" if "recency_days" in top.index and top.loc["recency_days", "upper"] < 2 else "days"
    told = [TAKES[measure].format(band=text[measure], days=day) for measure in TAKES if measure in text]
    return f"The best score ({best}) takes {words.joined(told)}."


TAKES = {
    "recency_days": "a last order {band} {days} ago",
    "frequency": "{band} orders",
    "monetary_value": "revenue of {band}",
}


def score_bands(edges: pd.DataFrame, currency: str = "") -> pd.DataFrame:
    """Bands of each measure in words, a row a score, best first.

    Returns
    -------
    DataFrame: score, recency_days, frequency, monetary_value (str; missing where no customer can score so).
    """
    text = [_band(row, row["measure"], currency) for _, row in edges.iterrows()]
    wide = edges.assign(text=text).pivot(index="score", columns="measure", values="text")
    wide = wide.reindex(columns=list(WHOLE)).sort_index(ascending=False).fillna(words.MISSING)
    return wide.rename_axis(columns=None).reset_index()


def _band(row: pd.Series, measure: str, currency: str) -> str:
    return words.band(row["lower"], row["upper"], closed=row["closed"], whole=WHOLE[measure], currency=currency)


def resolution(table: pd.DataFrame, currency: str = "") -> str:
    """Where ties leave fewer scores than asked for, and what to do.

    Parameters
    ----------
    table : DataFrame
        ``resolution_`` of a fitted :class:`seglib.RFMScorer`.
    currency : str
        ISO 4217 code.
    """
    short = table[table["scores"] < table["bins"]]
    return " ".join(_short(row, currency) for _, row in short.iterrows()) or "Ties cost no scores."


def _short(row: pd.Series, currency: str) -> str:
    measure, bins = row["measure"], int(row["bins"])
    if row["fixed"]:
        return f"With the fixed cut points {row['scores']} of {bins} {SCORES[measure]} scores occur."
    write = {"recency_days": words.days, "frequency": words.count, "monetary_value": lambda v: words.money(v, currency)}
    value = write[measure](row["largest_tie"])
    share, tied = words.percent(row["largest_tie_share"]), TIED[measure].format(value=value)
    if row["scores"] == 1:
        return f"All customers have {tied}, so it tells nobody apart and everyone gets the middle score."
    text = f"{share} of the customers have {tied}, so only {row['scores']} of {bins} {SCORES[measure]} scores occur"
    if measure != "frequency":
        return f"{text}."
    cuts = list(BANDS[: bins - 1])
    return f"{text}; fixed bands such as frequency_cuts = {cuts} would tell repeat buyers further apart."


def boundaries(moves: pd.DataFrame, customers: int, currency: str = "") -> str:
    """How many customers are about to slip, and what they brought.

    Parameters
    ----------
    moves : DataFrame
        From :func:`seglib.rfm.summarise_boundaries`.
    customers : int
        How many there are in all.
    currency : str
        ISO 4217 code.
    """
    if not customers:
        return NOBODY
    slips = moves[moves["move"] == "slips"]
    n, days = int(slips["customers"].sum()), _within(moves)
    if not n:
        return f"Nobody slips to another segment within {days}."
    who = f"{words.plural(n, 'customer')} of {words.count(customers)} ({words.percent(n / customers)})"
    verb = "slips" if n == 1 else "slip"
    worth = words.money(slips["revenue"].sum(), currency)
    return f"Without an order, {who} {verb} to another segment within {days}; revenue so far: {worth}."


def rises(moves: pd.DataFrame, customers: int) -> str:
    """How many customers a single order would move, and where to.

    Parameters
    ----------
    moves : DataFrame
        From :func:`seglib.rfm.summarise_boundaries`.
    customers : int
        How many there are in all.
    """
    if not customers:
        return NOBODY
    ups = moves[moves["move"] == "rises"]
    n = int(ups["customers"].sum())
    if not n:
        return "A single order would move nobody to another segment."
    to = ups.groupby("next_segment", sort=False)["customers"].sum()
    share = f"{words.plural(n, 'customer')} of {words.count(customers)} ({words.percent(n / customers)})"
    return (
        f"One more order now would move {share} to another segment, most often {to.idxmax()} ({words.count(to.max())})."
    )


def key_numbers(summary: pd.DataFrame, moves: pd.DataFrame, currency: str = "") -> Mapping[str, str]:
    """Key numbers of the page, as text; a second line is small print."""
    if summary.empty:
        return {"Customers": "0"}
    customers, top = int(summary["customers"].sum()), summary.iloc[int(summary["revenue"].to_numpy().argmax())]
    numbers = {
        "Customers": words.count(customers),
        "Segments": f"{len(summary)}\n{words.money(summary['revenue'].sum(), currency)} revenue",
        str(top["segment"]): f"{words.count(top['customers'])}\n{words.percent(top['revenue_share'])} of revenue",
    }
    for move, title in (("slips", f"Slip within {_within(moves)}"), ("rises", "One order from another segment")):
        n = int(moves["customers"][moves["move"] == move].sum())
        numbers[title] = f"{words.count(n)}\n{words.percent(n / customers)} of customers"
    return numbers


def _within(moves: pd.DataFrame) -> str:
    return words.days(moves["within_days"].iloc[0]) if len(moves) else "30 days"
