"""Segments by recency, frequency and monetary value, in sentences."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from seglib.language import words
from seglib.language.messages import gettext as _
from seglib.language.messages import mark, ngettext
from seglib.show.findings.leading import constructed
from seglib.show.findings.rfm.fates import FEWEST
from seglib.show.findings.rfm.moves import NOBODY, within

__all__ = [
    "SEGMENTS",
    "TO_DO",
    "bands",
    "cells",
    "key_numbers",
    "resolution",
    "score_bands",
    "segments",
    "to_do",
]

# columns of the segments' table, with their headings where the usual ones do not fit
SEGMENTS = {
    "segment": "",
    "customers": "",
    "customers_share": mark("Share of customers"),
    "orders": "",
    "revenue": "",
    "revenue_share": mark("Share of revenue"),
    "median_recency_days": "",
    "median_orders": "",
    "median_revenue": "",
    "average_order_value": "",
}
TO_DO = {
    "segment": "",
    "customers": "",
    "revenue_share": mark("Share of revenue"),
    "median_recency_days": "",
    "median_orders": "",
    "action": mark("What to do"),
}
MADE_FROM = ("recency_days", "frequency", "monetary_value")
WHOLE = {"recency_days": True, "frequency": True, "monetary_value": False}
BANDS = (1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233, 377, 610, 987, 1597, 2584, 4181, 6765)
# where few scores occur: by fixed cut points, by ties that leave one score, by ties that leave several
FIXED = {
    "recency_days": mark("With the fixed cut points {scores} of {bins} recency scores occur."),
    "frequency": mark("With the fixed cut points {scores} of {bins} frequency scores occur."),
    "monetary_value": mark("With the fixed cut points {scores} of {bins} monetary scores occur."),
}
ALL_TIED = {
    "recency_days": mark(
        "All customers have the same recency ({value}), so it tells nobody apart and everyone gets the middle score."
    ),
    "frequency": mark(
        "All customers have the same number of orders ({value}), so it tells nobody apart and everyone gets the middle "
        "score."
    ),
    "monetary_value": mark(
        "All customers have the same revenue ({value}), so it tells nobody apart and everyone gets the middle score."
    ),
}
TIED = {
    "recency_days": mark(
        "{share} of the customers have the same recency ({value}), so only {scores} of {bins} recency scores occur."
    ),
    "frequency": mark(
        "{share} of the customers have the same number of orders ({value}), so only {scores} of {bins} frequency "
        "scores occur; fixed bands such as {setting} would tell repeat buyers further apart."
    ),
    "monetary_value": mark(
        "{share} of the customers have the same revenue ({value}), so only {scores} of {bins} monetary scores occur."
    ),
}


def segments(summary: pd.DataFrame, currency: str = "") -> str:
    """Which segment brings most, out of how many customers; it is made to, and that is said.

    Parameters
    ----------
    summary : DataFrame
        From :func:`seglib.summarise_segments`.
    currency : str
        ISO 4217 code.
    """
    if summary.empty:
        return _(NOBODY)
    total = words.count(summary["customers"].sum())
    top = summary.iloc[int(summary["revenue"].to_numpy().argmax())]
    name = words.name(top["segment"])
    if len(summary) == 1:
        return _("All customers ({n}) are in one segment: {segment}.", n=total, segment=name)
    told = {
        "segment": name,
        "share": words.percent(top["customers_share"]),
        "n": words.count(top["customers"]),
        "all": total,
        "revenue": words.money(top["revenue"], currency),
    }
    if not summary["revenue"].any():
        return _no_revenue(summary, total)
    if pd.isna(top["revenue_share"]):
        return _("{segment}, {share} of the customers ({n} of {all}), bring the most revenue ({revenue}).", **told)
    text = _(
        "{segment}, {share} of the customers ({n} of {all}), bring {revenue_share} of the revenue ({revenue}).",
        **told,
        revenue_share=words.percent(top["revenue_share"]),
    )
    return constructed(text, MADE_FROM)


def _no_revenue(summary: pd.DataFrame, total: str) -> str:
    top = summary.iloc[int(summary["customers"].to_numpy().argmax())]
    return _(
        "The largest segment is {segment} with {share} of the customers ({n} of {all}); there is no revenue to share.",
        segment=words.name(top["segment"]),
        share=words.percent(top["customers_share"]),
        n=words.count(top["customers"]),
        all=total,
    )


def cells(table: pd.DataFrame) -> str:
    """How many customers are strong on both axes of the map, and how many weak.

    Parameters
    ----------
    table : DataFrame
        From :func:`seglib.segments.rfm.score_cells`.
    """
    total = int(table["customers"].sum())
    if not total:
        return _(NOBODY)
    middle = (1 + table["r_score"].max()) / 2
    strong = table["customers"][(table["r_score"] > middle) & (table["score"] > middle)].sum()
    weak = table["customers"][(table["r_score"] < middle) & (table["score"] < middle)].sum()
    told = {
        "share": words.percent(strong / total),
        "n": words.count(strong),
        "all": words.count(total),
        "weak_share": words.percent(weak / total),
        "weak": words.count(weak),
    }
    if table["across"].iloc[0] == "fm_score":
        return _(
            "{share} of the customers ({n} of {all}) score above the middle both on recency and on orders and "
            "spending; {weak_share} ({weak}) score below it on both.",
            **told,
        )
    return _(
        "{share} of the customers ({n} of {all}) score above the middle both on recency and on orders; {weak_share} "
        "({weak}) score below it on both.",
        **told,
    )


def bands(edges: pd.DataFrame, currency: str = "") -> str:
    """What the best score of each measure takes.

    Parameters
    ----------
    edges : DataFrame
        From :func:`seglib.segments.rfm.score_edges`.
    currency : str
        ISO 4217 code.
    """
    best = edges["score"].max()
    telling = edges[edges["lower"].gt(-float("inf")) | edges["upper"].lt(float("inf"))]
    top = telling[telling["score"] == best].set_index("measure")
    if top.empty:
        return _("No measure tells these customers apart: they all score the same.")
    told = [_takes(top.loc[measure], measure, currency) for measure in WHOLE if measure in top.index]
    return _("The best score ({score}) takes {what}.", score=best, what=words.joined(told))


def _takes(row: pd.Series, measure: str, currency: str) -> str:
    band = _band(row, measure, currency)
    if measure == "frequency":
        return _("{band} orders", band=band)
    if measure == "monetary_value":
        return _("revenue of {band}", band=band)
    last = int(min(row["upper"], 9_999))
    return ngettext("a last order {band} day ago", "a last order {band} days ago", max(last, 1), band=band)


def score_bands(edges: pd.DataFrame, currency: str = "") -> pd.DataFrame:
    """Bands of each measure in words, a row a score, best first.

    Returns
    -------
    DataFrame: score, recency_days, frequency, monetary_value (str; missing where no customer can score so).
    """
    text = [_band(row, row["measure"], currency) for _place, row in edges.iterrows()]
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
    return " ".join(_short(row, currency) for _place, row in short.iterrows()) or _("Ties cost no scores.")


def _short(row: pd.Series, currency: str) -> str:
    measure, bins = row["measure"], int(row["bins"])
    told = {"scores": words.count(row["scores"]), "bins": words.count(bins)}
    if row["fixed"]:
        return _(FIXED[measure], **told)
    write = {"recency_days": words.days, "frequency": words.count, "monetary_value": lambda v: words.money(v, currency)}
    value = write[measure](row["largest_tie"])
    if row["scores"] == 1:
        return _(ALL_TIED[measure], value=value)
    share, cuts = words.percent(row["largest_tie_share"]), list(BANDS[: bins - 1])
    return _(TIED[measure], **told, share=share, value=value, setting=f"frequency_cuts = {cuts}")


def key_numbers(
    summary: pd.DataFrame, moves: pd.DataFrame, currency: str = "", fate: pd.DataFrame | None = None
) -> Mapping[str, str]:
    """Key numbers of the page, as text; a second line is small print: of those to slip, how many did not order before.

    Parameters
    ----------
    summary, moves, currency
        As for :func:`segments` and :func:`boundaries`.
    fate : DataFrame, optional
        From :func:`seglib.segments.rfm.what_became`.
    """
    if summary.empty:
        return {_("Customers"): words.count(0)}
    customers, top = int(summary["customers"].sum()), summary.iloc[int(summary["revenue"].to_numpy().argmax())]
    revenue, share = words.money(summary["revenue"].sum(), currency), words.percent(top["revenue_share"])
    titles = {
        "slips": _("Slip without an order in {days}", days=within(moves)),
        "rises": _("One order from another segment"),
    }
    moving = {move: int(moves["customers"][moves["move"] == move].sum()) for move in titles}
    usual = fate[(fate["move"] == "slips") & (fate["told"] >= FEWEST)] if fate is not None else summary.iloc[:0]
    silent = words.percent(usual["did_share"].iloc[0]) if len(usual) else ""
    small = {"slips": _("last time {share} did not order", share=silent)} if silent else {}
    return {
        _("Customers"): words.count(customers),
        _("Segments"): f"{words.count(len(summary))}\n{_('{amount} revenue', amount=revenue)}",
        words.name(top["segment"]): f"{words.count(top['customers'])}\n{_('{share} of revenue', share=share)}",
        **{
            titles[move]: f"{words.count(n)}\n{_small(n / customers, small.get(move, ''))}"
            for move, n in moving.items()
        },
    }


def _small(share: float, more: str) -> str:
    of_all = _("{share} of customers", share=words.percent(share))
    return f"{of_all}; {more}" if more else of_all


def to_do(summary: pd.DataFrame, actions: pd.DataFrame) -> pd.DataFrame:
    """The segments with what to do for each.

    Parameters
    ----------
    summary, actions : DataFrame
        From :func:`seglib.segments.rfm.summarise_segments` and :func:`seglib.recommend_actions`.

    Examples
    --------
    >>> to_do(pd.DataFrame({"segment": ["Lost"]}), pd.DataFrame({"segment": ["Lost"], "action": ["Leave."]}))
      segment  action
    0    Lost  Leave.
    """
    known = actions.set_index("segment")["action"]
    return summary.assign(action=summary["segment"].astype("str").map(known).fillna(""))
