"""Figures of the rfm notebook: a tidy table in, Axes out."""

from __future__ import annotations

import textwrap
from collections.abc import Hashable, Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from seglib.language import words
from seglib.language.messages import gettext as _
from seglib.language.messages import mark
from seglib.show.colours import PAPER, mixed, on
from seglib.show.plots.theme import ACCENT, GREY, INK, MUTED, PALE, canvas, segment_colours

__all__ = ["bands", "boundaries", "cells", "segments"]

MOST = 15  # rows of bars that stay readable; the rest become one
SLIPS = "#d55e00"
MEASURES = {
    "recency_days": mark("Recency\n(days)"),
    "frequency": mark("Orders"),
    "monetary_value": mark("Revenue"),
}
AXES = {
    "fm_score": mark("Frequency and money score (1 worst, {best} best)"),
    "f_score": mark("Frequency score (1 worst, {best} best)"),
}
PARTS = (mark("{share} of customers"), mark("{share} of revenue"))


def segments(summary: pd.DataFrame, currency: str = "") -> Axes | None:
    """Share of customers beside share of revenue, a pair of bars a segment, largest revenue first.

    Parameters
    ----------
    summary : DataFrame
        From :func:`seglib.summarise_segments`.
    currency : str
        ISO 4217 code.

    Returns
    -------
    Axes, or None where there is nobody.
    """
    if summary.empty:
        return None
    rows = _largest(summary.sort_values("revenue", ascending=False, kind="stable"))
    shares = rows[["customers_share", "revenue_share"]].fillna(0).to_numpy()
    _drawing, axes = canvas(8, 0.52 * len(rows) + 0.7)
    place, colours = np.arange(len(rows)), segment_colours(rows["segment"].tolist())
    axes.barh(place - 0.19, shares[:, 0], height=0.36, color=PALE)
    axes.barh(place + 0.19, shares[:, 1], height=0.36, color=[colours[str(name)] for name in rows["segment"]])
    for i, row in enumerate(rows.to_dict("records")):
        told = [words.percent(row[column]) for column in ("customers_share", "revenue_share")]
        told = [_(part, share=share) for part, share in zip(PARTS, told, strict=True)] if i == 0 else told
        _at_end(axes, shares[i, 0], i - 0.19, told[0], MUTED)
        _at_end(axes, shares[i, 1], i + 0.19, told[1], INK)
    axes.set_yticks(place, [_short(name) for name in rows["segment"]])
    axes.set_xlim(min(0, shares.min() * 1.1), max(shares.max(), 0.01) * 1.28)
    _bare(axes)
    axes.invert_yaxis()
    return axes


def cells(table: pd.DataFrame) -> Axes | None:
    """Map of the segments: recency score by the second score, with the share of customers in each cell.

    Parameters
    ----------
    table : DataFrame
        From :func:`seglib.segments.rfm.score_cells`.

    Returns
    -------
    Axes, or None where there is nobody.
    """
    if not table["customers"].sum():
        return None
    bins = int(table["r_score"].max())
    _drawing, axes = canvas(8, 5)
    colours = segment_colours(table["segment"].unique().tolist())
    for cell in table.to_dict("records"):
        x, y, colour = cell["score"], cell["r_score"], _shade(colours[cell["segment"]], cell["mixed"])
        line = 1.5 if bins <= 6 else 0.5
        axes.add_patch(Rectangle((x - 0.5, y - 0.5), 1, 1, facecolor=colour, edgecolor="white", linewidth=line))
        if bins <= 6:
            text = words.percent(cell["customers_share"])
            axes.text(x, y - 0.28, text, ha="center", va="center", color=on(colour), fontsize=11)
    for name, x, y, colour in _names(table, colours, bins > 6):
        lines = "\n".join(textwrap.wrap(words.name(name), 12, max_lines=2, placeholder="…"))
        style: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": 11.5, "fontweight": "bold"}
        axes.text(x, y + 0.14 * (bins <= 6), lines, color=on(colour), **style)
    ticks = range(1, bins + 1)
    axes.set(xlim=(0.5, bins + 0.5), ylim=(0.5, bins + 0.5), xticks=ticks, yticks=ticks)
    axes.set_xlabel(_(AXES[table["across"].iloc[0]], best=str(bins)))
    axes.set_ylabel(_("Recency score (1 longest ago, {best} most recent)", best=str(bins)))
    axes.grid(False)
    sns.despine(ax=axes, left=True, bottom=True)
    return axes


def bands(edges: pd.DataFrame, currency: str = "") -> Axes | None:
    """Which values get which score, as wide as their share of the customers.

    Parameters
    ----------
    edges : DataFrame
        From :func:`seglib.segments.rfm.score_edges`.
    currency : str
        ISO 4217 code.

    Returns
    -------
    Axes, or None where there is nobody.
    """
    if not edges["customers"].sum():
        return None
    _drawing, axes = canvas(8, 3.4)
    shades = sns.light_palette(ACCENT, n_colors=int(edges["score"].max()) + 2).as_hex()[1:]
    for place, measure in enumerate(MEASURES):
        own = edges[(edges["measure"] == measure) & (edges["customers"] > 0)].sort_values("score")
        start = 0.0
        for row in own.to_dict("records"):
            _band(axes, place, start, row, shades[row["score"]], currency)
            start += row["customers_share"]
    axes.set_yticks(range(len(MEASURES)), [_(name) for name in MEASURES.values()])
    axes.set(xlim=(0, 1), xticks=np.linspace(0, 1, 6), xlabel=_("Share of customers"))
    axes.set_xticklabels([words.percent(share) for share in np.linspace(0, 1, 6)])
    axes.grid(False)
    axes.invert_yaxis()
    sns.despine(ax=axes, left=True, bottom=True)
    return axes


def boundaries(moves: pd.DataFrame) -> Axes | None:
    """Customers who slip soon (left) and who are one order away (right), a row a segment.

    Parameters
    ----------
    moves : DataFrame
        From :func:`seglib.segments.rfm.summarise_boundaries`.

    Returns
    -------
    Axes, or None where nobody is near a boundary.
    """
    if moves.empty:
        return None
    names = list(dict.fromkeys(moves["segment"]))[:MOST]
    wide = moves.pivot_table(index="segment", columns="move", values="customers", aggfunc="sum", fill_value=0)
    wide = wide.reindex(index=names, columns=["slips", "rises"], fill_value=0)
    _drawing, axes = canvas(8, 0.42 * len(names) + 1.0)
    axes.barh(names, -wide["slips"], color=SLIPS, height=0.68)
    axes.barh(names, wide["rises"], color=ACCENT, height=0.68)
    for place, (slips, rises) in enumerate(wide.to_numpy()):
        for n, side, x in ((slips, "right", -slips), (rises, "left", rises)):
            offset = (-5 if side == "right" else 5, 0)
            axes.annotate(words.count(n), (x, place), offset, textcoords="offset points", ha=side, va="center")
    reach = wide.to_numpy().max() * 1.2
    axes.set(xlim=(-reach, reach), xticks=[], yticks=range(len(names)), yticklabels=[_short(name) for name in names])
    within = words.days(moves["within_days"].iloc[0])
    top = {"xycoords": ("data", "axes fraction"), "textcoords": "offset points", "va": "bottom", "weight": "bold"}
    axes.annotate(_("Slip within {days}", days=within), (0, 1), (-8, 4), ha="right", color=SLIPS, **top)
    axes.annotate(_("One order from another segment"), (0, 1), (8, 4), ha="left", color=ACCENT, **top)
    axes.axvline(0, color=GREY, lw=1)
    axes.grid(False)
    axes.invert_yaxis()
    sns.despine(ax=axes, left=True, bottom=True)
    return axes


def _largest(rows: pd.DataFrame) -> pd.DataFrame:
    """First rows, and one for all that do not fit."""
    if len(rows) <= MOST:
        return rows
    rest = rows.iloc[MOST - 1 :]
    shares = rest[["customers_share", "revenue_share"]].sum()
    more = pd.DataFrame([{"segment": _("{n} more", n=words.count(len(rest))), **shares}])
    return pd.concat([rows.iloc[: MOST - 1], more], ignore_index=True)


def _band(axes: Axes, place: int, start: float, row: Mapping[Hashable, Any], colour: str, currency: str) -> None:
    width, whole = row["customers_share"], row["measure"] != "monetary_value"
    axes.barh(place, width, left=start, height=0.72, color=colour, edgecolor="white", linewidth=2)
    style: dict[str, Any] = {"ha": "center", "va": "center", "color": on(colour)}
    axes.text(start + width / 2, place - 0.15, str(row["score"]), weight="bold", size=13, **style)
    text = words.band(row["lower"], row["upper"], closed=row["closed"], whole=whole, currency=currency)
    if width > 0.0115 * len(text):
        axes.text(start + width / 2, place + 0.17, text, size=10.5, **style)


def _short(name: object) -> str:
    return textwrap.shorten(words.name(name), 28, placeholder="…")


def _bare(axes: Axes) -> None:
    axes.set_xticks([])
    axes.grid(False)
    axes.tick_params(axis="y", labelsize=12)
    sns.despine(ax=axes, bottom=True)


def _at_end(axes: Axes, x: float, y: float, text: str, colour: str) -> None:
    axes.annotate(text, (max(x, 0), y), (5, 0), textcoords="offset points", va="center", color=colour, fontsize=11)


def _names(table: pd.DataFrame, colours: Mapping[str, str], fine: bool) -> Iterator[tuple[str, float, float, str]]:
    """Where names go: the first cell of each region, or the middle of a segment where cells are small."""
    if fine:
        for name, own in table.groupby("segment", sort=False):
            yield str(name), own["score"].mean(), own["r_score"].mean(), colours[str(name)]
        return
    names = {(cell["score"], cell["r_score"]): cell for cell in table.to_dict("records")}
    for (x, y), cell in names.items():
        beside = [names.get(place, {}).get("segment") for place in ((x - 1, y), (x, y + 1))]
        if cell["segment"] not in beside:
            yield str(cell["segment"]), x, y, _shade(colours[cell["segment"]], cell["mixed"])


def _shade(colour: str, pale: bool) -> str:
    return mixed(colour, PAPER, 0.45) if pale else colour
