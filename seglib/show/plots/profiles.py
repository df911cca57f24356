"""Figures of the profiles notebook: a tidy table in, Axes out; None where there is nothing to draw."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from seglib.language import words
from seglib.language.cells import cell
from seglib.language.messages import gettext as _
from seglib.language.messages import mark
from seglib.show.plots.fitting import wrapped
from seglib.show.plots.marks import AROUND_USUAL, STEPS, dots, legible, percents
from seglib.show.plots.theme import ACCENT, GREY, INK, MUTED, PALETTE, canvas, segment_colours
from seglib.show.plots.theme import LINK as PALE

__all__ = ["cross_segments", "index_heatmap", "mean_positions", "people_behind", "sizes", "traits"]

ROW = 0.4  # inches a row
BELOW = PALETTE[1]
LONGEST = 30
CAP = 2.0  # doublings: an index of 400, or of 25, has the full colour
HIGHLIGHTED = 7
ROWS = 22
PARTS = {"customers": (MUTED, mark("{share} of customers")), "revenue": (ACCENT, mark("{share} of revenue"))}
UPRIGHT = 7  # columns whose names fit without slanting


def sizes(profile: pd.DataFrame) -> Axes | None:
    """Share of the customers beside share of the revenue, one row a segment.

    Parameters
    ----------
    profile : DataFrame
        From :func:`seglib.profile_segments`.

    Returns
    -------
    Axes, or None for an empty table.
    """
    if profile.empty:
        return None
    rows = np.arange(len(profile))
    axes = _rows_axes(dict(enumerate(profile["segment"].map(words.name))))
    shares = profile[["customers_share", "revenue_share"]].astype(float).fillna(0).to_numpy()
    widest = np.ptp(shares, axis=1).argmax()  # has room to say what the marks are
    axes.hlines(rows, shares.min(axis=1), shares.max(axis=1), color=PALE, linewidth=5, zorder=1)
    for column, (name, (colour, told)) in enumerate(PARTS.items()):
        axes.scatter(shares[:, column], rows, color=colour, s=70, zorder=2 + column)
        for row in rows[profile[f"{name}_share"].notna().to_numpy()]:
            right = shares[row, column] > shares[row, 1 - column] or (column == 1 and np.ptp(shares[row]) == 0)
            share = words.percent(shares[row, column])
            text = _(told, share=share) if row == widest else share
            _beside(axes, shares[row, column], row, text, right=right, color=colour)
    low, high = min(shares.min(), 0), max(shares.max(), 0.01)
    axes.set_xlim(low - 0.25 * (high - low), high + 0.3 * (high - low))
    axes.set_xlabel(_("Share of all customers and of all revenue"))
    axes.set_xticks([tick for tick in axes.get_xticks() if low <= tick <= high])
    axes.xaxis.set_major_formatter(percents())
    return axes


def index_heatmap(index: pd.DataFrame) -> Axes | None:
    """Index of each measure in each segment, coloured around 100; measures without an index are left out.

    Parameters
    ----------
    index : DataFrame
        From :func:`seglib.analysis.profiles.index_table`: segments x measures.

    Returns
    -------
    Axes, or None where nothing has an index.
    """
    shown = index.dropna(axis="columns", how="all")
    if shown.empty:
        return None
    colours = (shown.clip(lower=100 * 2**-CAP, upper=100 * 2**CAP) / 100).apply(np.log2)
    text = shown.map(lambda value: words.MISSING if value != value else ">999" if value > 999 else words.count(value))
    return _heatmap(colours.rename(index=words.name), text, cmap=AROUND_USUAL, vmin=-CAP - 0.5, vmax=CAP + 0.5)


def mean_positions(positions: pd.DataFrame) -> Axes | None:
    """Snake plot: mean position of each segment among all customers, measure by measure.

    Parameters
    ----------
    positions : DataFrame
        From :func:`seglib.analysis.profiles.mean_positions`: segments x measures, 0..100. The first seven segments are
        highlighted.

    Returns
    -------
    Axes, or None for fewer than two segments: one alone is the average.
    """
    if positions.empty or len(positions) < 2:
        return None
    _drawing, axes = canvas(8, 4.6)
    colours = segment_colours(list(positions.index))
    places = np.arange(positions.shape[1])
    axes.axhline(50, color=GREY, linewidth=1, linestyle=(0, (4, 3)))
    for row, (name, values) in enumerate(positions.iterrows()):
        top = row < HIGHLIGHTED
        axes.plot(
            places, values, color=colours[str(name)] if top else PALE, lw=2.4 if top else 1.2, zorder=3 - (not top)
        )
        axes.scatter(
            places, values, color=colours[str(name)] if top else PALE, s=34 if top else 8, zorder=4 - (not top)
        )
    _end_labels(axes, positions.iloc[:HIGHLIGHTED], colours)
    _column_names(axes, places, list(positions.columns))
    axes.set_xlim(-0.3, places[-1] + 0.3)
    axes.set_ylim(0, 100)
    axes.set_ylabel(_("Mean position (50 = middle customer)"))
    axes.grid(visible=False, axis="y")
    return axes


def traits(table: pd.DataFrame, *, each: int = 2, currency: str = "") -> Axes | None:
    """Effect size with its 95% interval for the clearest traits of each segment that have evidence.

    Parameters
    ----------
    table : DataFrame
        From :func:`seglib.segment_traits`.
    each : int
        Traits a segment; at most 22 rows are drawn, those of the first segments.
    currency : str
        ISO 4217 code for medians of money.

    Returns
    -------
    Axes, or None where no trait has evidence.
    """
    clear = table[table["evidence"].astype(bool)].groupby("segment", sort=False).head(each).head(ROWS)
    if clear.empty:
        return None
    starts = (clear["segment"] != clear["segment"].shift()).to_numpy()
    rows = np.arange(len(clear)) + starts.cumsum()  # a row above each segment's traits bears its name
    names = [words.trait(*row) for row in clear[["attribute", "value", "statistic"]].itertuples(index=False)]
    heads = dict(zip(rows[starts] - 1, clear.loc[starts, "segment"].map(words.name), strict=True))
    axes = _rows_axes(dict(zip(rows, names, strict=True)) | heads, height=0.33)
    for tick, row in zip(axes.get_yticklabels(), axes.get_yticks(), strict=True):
        tick.set_fontweight("bold" if row in heads else "normal")
    for over, colour in {True: ACCENT, False: BELOW}.items():
        side = (clear["effect"] > 0).to_numpy() == over
        axes.hlines(rows[side], clear["effect_low"][side], clear["effect_high"][side], color=colour, lw=2.5, alpha=0.45)
        axes.scatter(clear["effect"][side], rows[side], color=colour, s=60, zorder=3)
    axes.axvline(0, color=GREY, linewidth=1)
    for row, text in [(0, _("here vs elsewhere")), *zip(rows, _against(clear, currency), strict=True)]:
        axes.annotate(text, (1.03, row), xycoords=("axes fraction", "data"), va="center", color=MUTED, parse_math=False)
    axes.set_xlabel(_("Effect size with 95% interval (0 = as everybody else)"))
    return axes


def cross_segments(cross: pd.DataFrame) -> Axes | None:
    """Share of the customers of each first segment (row) who are in each second segment (column).

    Parameters
    ----------
    cross : DataFrame
        From :func:`seglib.analysis.profiles.cross_segments`.

    Returns
    -------
    Axes, or None for an empty table.
    """
    if cross.empty:
        return None
    order = {column: list(dict.fromkeys(cross[column])) for column in ("first", "second")}
    shares = cross.pivot(index="first", columns="second", values="row_share").loc[order["first"], order["second"]]
    sizes_of = cross.groupby("first")["customers"].sum()
    names = {name: f"{_short(words.name(name), 22)} ({words.count(sizes_of[name])})" for name in shares.index}
    shares.index = pd.Index([*names.values()])
    return _heatmap(shares.rename(columns=words.name), shares.map(words.percent), cmap=STEPS, vmin=0, vmax=1.2)


def people_behind(table: pd.DataFrame) -> Axes | None:
    """Share of the accounts at which so many people are known (grey), and at which so many ordered.

    Parameters
    ----------
    table : DataFrame
        From :func:`seglib.analysis.profiles.people_behind`.

    Returns
    -------
    Axes, or None for an empty table.
    """
    if table.empty:
        return None
    told = {"contacts": mark("{people} known"), "buyers": mark("{people} ordered")}
    rows = table[["what", "people"]].itertuples(index=False, name=None)
    names = [_(told[what], people=words.name(people)) for what, people in rows]
    texts = [f"{words.percent(row.share)} ({words.count(row.accounts)})" for row in table.itertuples()]
    strong = table["what"].eq("buyers").tolist()
    return dots(
        names, table["share"], table["low_share"], table["high_share"], texts, _("Share of accounts"), strong=strong
    )


def _rows_axes(names: Mapping[int, str], *, height: float = ROW) -> Axes:
    """Axes with a named row at each place, the first at the top."""
    _drawing, axes = canvas(8, height * len(names) + 0.9)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_yticks([*names], [_short(str(name)) for name in names.values()], parse_math=False)
    axes.grid(visible=False, axis="y")
    axes.spines["left"].set_visible(False)
    return axes


def _heatmap(colours: pd.DataFrame, text: pd.DataFrame, **scale: Any) -> Axes:
    """Cells with their numbers."""
    _drawing, axes = canvas(8, ROW * len(colours) + 1.1)
    values = colours.to_numpy(dtype=float)
    sns.heatmap(values, ax=axes, cbar=False, linewidths=1.5, linecolor="white", **scale)
    for (row, column), written in np.ndenumerate(text.to_numpy()):
        axes.text(column + 0.5, row + 0.5, written, ha="center", va="center")
    legible(axes)
    axes.xaxis.tick_top()
    _column_names(axes, np.arange(values.shape[1]) + 0.5, list(colours.columns), top=True)
    names = [_short(str(name)) for name in colours.index]
    axes.set_yticks(np.arange(len(names)) + 0.5, names, rotation=0, parse_math=False)
    axes.tick_params(left=False, top=False)
    axes.grid(visible=False)
    return axes


def _column_names(axes: Axes, places: Any, columns: list[str], *, top: bool = False) -> None:
    """Names of columns, on several lines where there is room, slanted where there is not."""
    upright = [wrapped(words.label(name), 64 // len(columns)) for name in columns]
    if len(columns) <= UPRIGHT and not any(name.endswith("…") for name in upright):
        axes.set_xticks(places, upright, rotation=0)
    else:
        names, side = [_short(words.label(name), 24) for name in columns], "left" if top else "right"
        axes.set_xticks(places, names, rotation=35, ha=side, rotation_mode="anchor")
    for tick in axes.get_xticklabels():
        tick.set(parse_math=False, fontsize=10)


def _end_labels(axes: Axes, ends: pd.DataFrame, colours: dict[str, str]) -> None:
    """Names at the right end of their lines, pushed apart where they would touch."""
    last = ends.apply(lambda values: values.dropna().iloc[-1] if values.notna().any() else np.nan, axis="columns")
    last = last.dropna().sort_values()
    heights = last.to_numpy(copy=True)
    gap = 6.5
    for place in range(1, len(heights)):
        heights[place] = max(heights[place], heights[place - 1] + gap)
    heights -= max(0, heights[-1] - 98) if len(heights) else 0
    for place in range(len(heights) - 2, -1, -1):
        heights[place] = min(heights[place], heights[place + 1] - gap)
    for name, height in zip(last.index, heights, strict=True):
        axes.annotate(
            _short(words.name(name), 26),
            (ends.shape[1] - 1, last[name]),
            xytext=(1.03, height),
            textcoords=("axes fraction", "data"),
            va="center",
            color=INK,
            arrowprops={"arrowstyle": "-", "color": colours[str(name)], "lw": 1.5, "relpos": (0, 0.5), "shrinkA": 0},
            parse_math=False,
        )


def _beside(axes: Axes, x: float, y: float, text: str, *, right: bool, color: str) -> None:
    axes.annotate(
        text,
        (x, y),
        xytext=(8 if right else -8, 0),
        textcoords="offset points",
        ha="left" if right else "right",
        va="center",
        color=color,
        annotation_clip=False,
        parse_math=False,
    )


def _against(traits: pd.DataFrame, currency: str) -> list[str]:
    median = traits["statistic"] == "median"
    columns = traits["attribute"].where(median, "_share")
    sides = [
        [cell(value, column, currency) for value, column in zip(traits[side], columns, strict=True)]
        for side in ("in_segment", "elsewhere")
    ]
    return [_("{here} vs {elsewhere}", here=here, elsewhere=there) for here, there in zip(*sides, strict=True)]


def _short(name: str, longest: int = LONGEST) -> str:
    """Long names lose their middle: beginnings are often alike, and ends tell them apart."""
    tail = longest // 3
    return name if len(name) <= longest else f"{name[: longest - tail - 1].rstrip()}…{name[-tail:].lstrip()}"
