"""Figures of a needs-based scheme: what segments answer, how many there are, where they lie."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from seglib.language import words
from seglib.language.messages import gettext as _
from seglib.language.messages import mark
from seglib.show.plots.marks import apart, percents, shortened
from seglib.show.plots.theme import ACCENT, GREY, INK, MUTED, PALE, PALETTE, canvas, segment_colours

__all__ = ["answers", "candidates", "needs_map"]

PANELS = 6
BARS = 12
DOTS = 1500
SHORT = 24  # letters on a line beside a bar
ARROWS = 6
LINE = 0.09  # of the axis that a label takes
BEHIND: Any = {"fc": "white", "ec": "none", "alpha": 0.7, "pad": 1}


def answers(table: pd.DataFrame) -> Figure | None:
    """Profile of each segment: a bar for each answer, blue where far from everyone (the mark).

    Parameters
    ----------
    table : DataFrame
        ``NeedsStudy.answers``. The first six segments and the twelve answers that differ most are drawn.

    Returns
    -------
    Figure, one Axes a segment, or None for an empty table.

    References
    ----------
    Segment profile plot: Dolnicar, Gruen, Leisch (2018), Market Segmentation Analysis, chapter 8.
    """
    if table.empty:
        return None
    shown = _profile(table)
    segments, names = list(dict.fromkeys(shown["segment"])), list(dict.fromkeys(shown["name"]))
    across = min(len(segments), 2)
    down = -(-len(segments) // across)
    height = 0.27 if max(map(len, names)) <= SHORT else 0.42
    drawing, panels = canvas(8, down * (height * len(names) + 0.85) + 0.4, across, down)
    flat = np.atleast_1d(panels).ravel()
    for axes in flat[len(segments) :]:
        axes.set_visible(False)
    for place, (axes, segment) in enumerate(zip(flat, segments, strict=False)):
        _profile_panel(axes, shown[shown["segment"] == segment], names, left=place % across == 0)
        people = words.count(shown.loc[shown["segment"] == segment, "n"].max())
        axes.annotate(
            _wrapped(f"{words.name(segment)} ({people})", 30), (0, 1.02), xycoords="axes fraction",
            fontweight="bold", va="bottom", parse_math=False,
        )  # fmt: skip
    return drawing


def candidates(table: pd.DataFrame) -> Axes | None:
    """Agreement of resamples for each number of segments, and the weakest segment of each.

    Parameters
    ----------
    table : DataFrame
        ``NeedsStudy.candidates``.

    Returns
    -------
    Axes, or None where no division was tried.
    """
    if table.empty:
        return None
    _drawing, axes = canvas(8, 3.6)
    k = table["k"].to_numpy(dtype=float)
    axes.vlines(k, table["stability_low"], table["stability_high"], color=ACCENT, lw=5, alpha=0.25)
    axes.plot(k, table["stability"], color=ACCENT, lw=2, marker="o", ms=7)
    axes.plot(k, table["weakest_segment"], color=PALETTE[1], lw=1.5, marker="o", ms=5)
    axes.plot(k, table["stability_by_degrees"], color=GREY, lw=1.5, ls="--")
    ends = [(mark("by degrees"), "stability_by_degrees", MUTED), (mark("all segments"), "stability", ACCENT)]
    ends += [(mark("weakest segment"), "weakest_segment", PALETTE[1])]
    ends = [(name, table[column].dropna().to_numpy(), colour) for name, column, colour in ends]
    ends = [(name, known[-1], colour) for name, known, colour in ends if len(known)]
    heights = apart(np.array([height for _name, height, _colour in ends], dtype=float), np.full(len(ends), LINE))
    for (name, _height, colour), height in zip(ends, heights, strict=True):
        axes.annotate(_(name), (k[-1], height), (10, 0), textcoords="offset points", va="center", color=colour)
    for x in k[table["recommended"].to_numpy(dtype=bool)]:
        axes.axvline(x, color=GREY, lw=1, ls=(0, (4, 3)), zorder=0)
    axes.set_xticks(k, [words.count(x) for x in k])
    axes.set_xlim(k[0] - 0.4, k[-1] + max(0.3 * (k[-1] - k[0]), 0.8))
    axes.set_ylim(0, 1.05)
    axes.set_xlabel(_("Number of segments"))
    axes.set_ylabel(_("Agreement of resamples (1 = same)"))
    return axes


def needs_map(scores: pd.DataFrame, loadings: pd.DataFrame) -> Axes | None:
    """Everyone who answered on the first two principal components, segments by colour, answers as arrows.

    Parameters
    ----------
    scores, loadings : DataFrame
        Of a ``NeedsStudy``. At most 1,500 people are drawn, slightly moved apart.

    Returns
    -------
    Axes, or None where answers do not vary in two directions.
    """
    if len(scores) < 3 or "PC2" not in loadings or np.ptp(scores["PC2"].to_numpy(dtype=float)) == 0:
        return None
    _drawing, axes = canvas(8, 5.4)
    names = list(scores["segment"].value_counts().index)
    colours = segment_colours(names)
    few = scores.iloc[:: -(-len(scores) // DOTS)]
    places = few[["PC1", "PC2"]].to_numpy(dtype=float)
    places = places + np.random.default_rng(0).normal(0, 0.02 * np.ptp(places, axis=0), places.shape)
    axes.scatter(*places.T, s=9, alpha=0.35, linewidths=0, color=[colours[str(name)] for name in few["segment"]])
    _arrows(axes, loadings, scores)
    middles = scores.groupby("segment")[["PC1", "PC2"]].mean()
    for name in names[:7]:
        x, y = middles.loc[name]
        axes.scatter(x, y, s=130, color=colours[str(name)], edgecolor="white", linewidth=1.5, zorder=5)
        axes.annotate(
            shortened(words.name(name), 34), (x, y), xytext=(0, 15 if y > 0 else -15), textcoords="offset points",
            ha="center", va="center", fontweight="bold", color=colours[str(name)], zorder=6,
            bbox=BEHIND, parse_math=False,
        )  # fmt: skip
    axes.set_xlabel(_("First principal component"))
    axes.set_ylabel(_("Second principal component"))
    axes.margins(0.12)
    return axes


def _profile(table: pd.DataFrame) -> pd.DataFrame:
    segments = list(dict.fromkeys(table["segment"]))[:PANELS]
    kept = table[table["segment"].isin(segments)]
    told = kept["answer"].where(~kept["answer"].isin(["yes", "mean"]), "")
    kept = kept.assign(name=kept["question"].astype("str") + told.map(lambda text: f": {text}" if text else ""))
    scale = kept["highest"] - kept["lowest"]
    for column in ("value", "low", "high", "everyone"):
        kept[column] = ((kept[column] - kept["lowest"]) / scale).astype("float64")
    order = (
        kept.groupby("name")["difference"]
        .agg(lambda part: part.abs().max())
        .sort_values(ascending=False, kind="stable")
    )
    kept = kept[kept["name"].isin(order.index[:BARS])]
    return kept.sort_values("everyone", ascending=False, kind="stable").sort_values(
        "segment", key=lambda column: column.map({name: place for place, name in enumerate(segments)}), kind="stable"
    )


def _profile_panel(axes: Axes, rows: pd.DataFrame, names: Sequence[str], *, left: bool) -> None:
    one = rows.set_index("name").reindex(names)
    places = np.arange(len(names))
    colours = np.where(one["evidence"].fillna(False).astype(bool), ACCENT, PALE)
    axes.barh(places, one["value"].astype(float), color=colours, height=0.68)
    axes.scatter(one["everyone"].astype(float), places, color=INK, s=22, zorder=3)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_xlim(0, 1.12)
    axes.set_yticks(places, [_wrapped(name, SHORT) for name in names] if left else [], parse_math=False)
    axes.set_xticks([0, 0.5, 1])
    axes.xaxis.set_major_formatter(percents())
    axes.grid(visible=False, axis="y")


def _arrows(axes: Axes, loadings: pd.DataFrame, scores: pd.DataFrame) -> None:
    ends = loadings[["PC1", "PC2"]].to_numpy(dtype=float)
    reach = 0.52 * np.ptp(scores[["PC1", "PC2"]].to_numpy(dtype=float), axis=0).min() / np.abs(ends).max()
    longest = np.argsort(-np.hypot(*ends.T), kind="stable")[:ARROWS]
    gap = 0.1 * np.ptp(scores["PC2"].to_numpy(dtype=float))
    for right in (True, False):
        side = [place for place in longest if (ends[place, 0] > 0) == right]
        heights = apart(1.07 * reach * ends[side, 1], np.full(len(side), gap))
        for place, height in zip(side, heights, strict=True):
            row, (x, y) = loadings.iloc[place], ends[place] * reach
            axes.scatter(1.07 * x, height, s=0)  # makes room for the name
            axes.annotate("", (x, y), (0, 0), arrowprops={"arrowstyle": "->", "color": INK, "lw": 1.2}, zorder=4)
            name = row["question"] if row["answer"] in ("yes", "mean") else f"{row['question']}: {row['answer']}"
            axes.annotate(
                _wrapped(str(name), 18), (1.07 * x, height), ha="left" if right else "right", va="center",
                color=INK, zorder=6,
            bbox=BEHIND, parse_math=False,
            )  # fmt: skip


def _wrapped(name: str, width: int) -> str:
    return "\n".join(textwrap.wrap(name, width, max_lines=2, placeholder="…"))
