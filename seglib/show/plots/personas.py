"""Figures of the personas notebook: a tidy table in, Axes out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from seglib.language import words
from seglib.language.messages import gettext as _
from seglib.language.messages import mark
from seglib.show.plots.fitting import wrapped
from seglib.show.plots.marks import AROUND_USUAL, apart, legible, reach
from seglib.show.plots.theme import ACCENT, GREY, INK, MUTED, PALE, PALETTE, canvas, segment_colours

__all__ = ["card_colours", "compare_k", "heatmap", "persona_map", "sizes", "snake"]

MOST = 12  # personas a figure shows
UPRIGHT = 5  # features whose names fit without slanting
EDGE = 0.25  # of an axis, where a label in the middle would stick out
LABELLED = 7  # personas with a line or a label of their own
LIMIT = 2.0  # standard deviations at which the heatmap's colour is full
BEST = PALETTE[1]
PARTS = {"customers_share": mark("{share} of customers"), "revenue_share": mark("{share} of revenue")}
NEEDED = 0.7  # agreement that compare_k asks for


def card_colours(cards: pd.DataFrame) -> list[str]:
    """Colour of each persona's card, as in the figures."""
    names = cards["persona"].astype("str").tolist()
    return [segment_colours(names)[name] for name in names]


def compare_k(candidates: pd.DataFrame, needed: float = NEEDED) -> Figure | None:
    """Agreement of two halves, and separation, by the number of groups; the recommended one is marked.

    Parameters
    ----------
    candidates : DataFrame
        From :func:`seglib.compare_k`.
    needed : float
        Agreement that was asked for.

    Returns
    -------
    Figure with two Axes, or None where no division was possible.
    """
    rows = candidates[candidates["k"] > 1]
    if rows.empty:
        return None
    drawing, (left, right) = canvas(8, 3.9, columns=2)
    left.vlines(rows["k"], rows["stability_low"], rows["stability"], color=ACCENT, alpha=0.3, linewidth=3, zorder=1)
    _by_k(left, rows, "stability", _("Two halves agree (1: fully)"))
    _mark(left, rows)
    left.axhline(needed, color=GREY, linestyle="--", linewidth=1)
    left.annotate(_("needed"), (1, needed), xycoords=("axes fraction", "data"), xytext=(-2, 3),
                  textcoords="offset points", ha="right", color=MUTED, fontsize=10)  # fmt: skip
    _by_k(right, rows, "silhouette", _("Separation (silhouette)"))
    _reference(right, rows)
    left.set_ylim(_lowest(rows["stability_low"]), 1.12)
    right.set_ylim(_lowest(rows["silhouette"]), _highest(rows[["silhouette", "silhouette_reference"]]))
    return drawing


def sizes(cards: pd.DataFrame) -> Axes | None:
    """Share of customers against share of revenue, a pair of bars a persona, the largest revenue first.

    Parameters
    ----------
    cards : DataFrame
        From :func:`seglib.persona_cards`.

    Returns
    -------
    Axes, or None for no persona.
    """
    if cards.empty:
        return None
    rows = cards.head(MOST)
    _drawing, axes = canvas(8, 1.2 + 0.72 * len(rows))
    colours = segment_colours(rows["persona"].tolist())
    at = np.arange(len(rows))
    for offset, (column, what) in zip((-0.19, 0.19), PARTS.items(), strict=True):
        shares = rows[column].fillna(0).to_numpy()
        fill = [PALE] * len(rows) if column == "customers_share" else [colours[name] for name in rows["persona"]]
        axes.barh(at + offset, shares, height=0.36, color=fill)
        for place, share in zip(at, shares, strict=True):
            told = _(what, share=words.percent(rows[column].iloc[place]))
            axes.annotate(told, (max(share, 0), place + offset), xytext=(5, 0), textcoords="offset points",
                          va="center", fontsize=10.5, color=INK)  # fmt: skip
    axes.set_yticks(at, _wrapped(rows["persona"].map(words.name)))
    axes.invert_yaxis()
    axes.grid(visible=False)
    axes.set_xlim(min(0.0, float(rows["revenue_share"].fillna(0).min()) * 1.1), _widest(rows) * 1.3)
    axes.xaxis.set_visible(False)
    axes.spines["bottom"].set_visible(False)
    return axes


def heatmap(traits: pd.DataFrame) -> Axes | None:
    """Mean of each persona against that of all customers, in standard deviations, personas by features.

    Parameters
    ----------
    traits : DataFrame
        From :func:`seglib.persona_traits`.

    Returns
    -------
    Axes, or None where there is nothing to show.
    """
    table = _table(traits)
    if table.empty:
        return None
    _drawing, axes = canvas(max(6.0, 2.6 + 0.95 * table.shape[1]), 1.6 + 0.62 * len(table))
    labels = table.map(lambda value: words.number(value, 1).replace("−0.0", "0.0"))
    sns.heatmap(table, ax=axes, cmap=AROUND_USUAL, vmin=-LIMIT, vmax=LIMIT, annot=labels, fmt="", cbar=False,
                linewidths=2, linecolor="white", annot_kws={"fontsize": 11})  # fmt: skip
    headings = _wrapped(table.columns.map(words.label), 10)
    axes.set_xticks(np.arange(table.shape[1]) + 0.5, headings, rotation=0, fontsize=10)
    axes.set_yticks(np.arange(len(table)) + 0.5, _wrapped(table.index.map(words.name)), rotation=0)
    legible(axes)
    axes.xaxis.tick_top()
    axes.set(xlabel="", ylabel="")
    axes.tick_params(length=0)
    return axes


def snake(traits: pd.DataFrame) -> Axes | None:
    """The same means as lines from feature to feature, each line labelled at its end.

    Parameters
    ----------
    traits : DataFrame
        From :func:`seglib.persona_traits`.

    Returns
    -------
    Axes, or None where there is nothing to show.
    """
    table = _table(traits).iloc[:LABELLED]
    if table.empty or table.shape[1] < 2:
        return None
    _drawing, axes = canvas(8, 4.4)
    colours = segment_colours(table.index.tolist())
    places = np.arange(table.shape[1])
    for name, line in table.iterrows():
        axes.plot(places, line, color=colours[str(name)], marker="o", linewidth=2.2, markersize=5)
    _end_labels(axes, table, colours)
    axes.axhline(0, color=GREY, linewidth=1)
    slant: dict[str, Any] = {"rotation": 35, "ha": "right", "rotation_mode": "anchor"} if len(places) > UPRIGHT else {}
    names = [words.label(name) for name in table.columns] if slant else _wrapped(table.columns.map(words.label), 10)
    axes.set_xticks(places, names, fontsize=10, **slant)
    axes.set_xlim(-0.2, len(places) - 0.8)
    axes.set_ylabel(_("Mean against all customers\n(standard deviations)"))
    return axes


def persona_map(points: pd.DataFrame) -> Axes | None:
    """Customers on the plane in which they differ most, a colour a persona, the name at its middle.

    Parameters
    ----------
    points : DataFrame
        From :func:`seglib.segments.personas.persona_map`.

    Returns
    -------
    Axes, or None where there is nobody to show or nobody differs.
    """
    if points.empty or not points["shown_share"].iloc[0] > 0:
        return None
    _drawing, axes = canvas(8, 5)
    colours = segment_colours(points["persona"].unique().tolist())
    shuffled = points.sample(frac=1, random_state=0)  # no persona is painted over by the next
    axes.scatter(shuffled["x"], shuffled["y"], c=shuffled["persona"].map(colours), s=14, alpha=0.65, linewidths=0)
    middles = points.groupby("persona", sort=False)[["x", "y"]].median().head(LABELLED)
    names = _wrapped(middles.index.map(words.name), 24)
    room = _heights(names, 0.06, 0.035) * float(np.ptp(points["y"]) or 1.0)
    spread = apart(middles["y"].to_numpy(), room)
    for (name, middle), told, height in zip(middles.iterrows(), names, spread, strict=True):
        box = {"facecolor": "white", "alpha": 0.85, "edgecolor": colours[str(name)], "boxstyle": "round,pad=0.3"}
        axes.text(middle["x"], height, told, ha="center", va="center", fontsize=10.5, bbox=box)
    reach(axes, spread, room / 2)
    axes.set(xlabel=_("First principal component"), ylabel=_("Second principal component"))
    return axes


def _by_k(axes: Axes, rows: pd.DataFrame, column: str, label: str) -> None:
    axes.plot(rows["k"], rows[column], color=ACCENT, marker="o", linewidth=2)
    best = rows[rows["recommended"]]
    axes.plot(best["k"], best[column], color=BEST, marker="o", markersize=11, linestyle="")
    axes.set(xlabel=_("Groups"), ylabel=label)
    axes.set_xlim(rows["k"].min() - 0.6, rows["k"].max() + 0.6)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))


def _mark(axes: Axes, rows: pd.DataFrame) -> None:
    first, last = axes.get_xlim()
    for row in rows[rows["recommended"]].to_dict("records"):
        told, along = _("{n} groups\nrecommended", n=str(row["k"])), (row["k"] - first) / (last - first)
        side = "left" if along < EDGE else "right" if along > 1 - EDGE else "center"  # away from the ticks
        axes.annotate(told, (row["k"], row["stability"]), xytext=(0, 12), ha=side,
                      textcoords="offset points", color=BEST, fontsize=10.5)  # fmt: skip


def _reference(axes: Axes, rows: pd.DataFrame) -> None:
    known = rows.dropna(subset=["silhouette_reference"])
    axes.plot(known["k"], known["silhouette_reference"], color=GREY, linestyle="--", linewidth=1.5)
    if len(known):
        place = (known["k"].iloc[len(known) // 2], known["silhouette_reference"].min())
        axes.annotate(_("if there were no groups"), place, xytext=(0, -8), textcoords="offset points", ha="center",
                      va="top", fontsize=10, color=MUTED)  # fmt: skip


def _table(traits: pd.DataFrame) -> pd.DataFrame:
    known = traits.dropna(subset=["z"])
    if known.empty:
        return pd.DataFrame()
    table = known.pivot(index="persona", columns="feature", values="z").astype("float64")
    ordered = table.abs().max().sort_values(ascending=False, kind="stable").index[:MOST]
    return table.loc[known["persona"].unique()[:MOST], ordered].fillna(0.0)


def _end_labels(axes: Axes, table: pd.DataFrame, colours: dict[str, str]) -> None:
    ends, names = table.iloc[:, -1].to_numpy(), _wrapped(table.index.map(words.name), 24)
    room = _heights(names, 0.06, 0.015) * float(np.ptp(table.to_numpy()) or 1.0)
    heights = apart(ends, room)
    reach(axes, heights, room / 2)
    for name, told, height in zip(table.index, names, heights, strict=True):
        axes.annotate(told, (table.shape[1] - 1, height), xytext=(10, 0), textcoords="offset points", va="center",
                      linespacing=1.0, color=colours[str(name)], fontsize=10.5, fontweight="bold",
                      annotation_clip=False)  # fmt: skip


def _heights(names: Sequence[str], line: float, between: float) -> np.ndarray:
    """Of labels, by their lines."""
    return np.array([line * (1 + name.count("\n")) + between for name in names])


def _lowest(values: pd.Series) -> float:
    return 1.1 * min(0.0, float(values.fillna(0).min()))


def _highest(values: pd.DataFrame) -> float:
    return 1.2 * max(0.1, float(values.fillna(0).max().max()))


def _widest(rows: pd.DataFrame) -> float:
    return max(0.05, float(rows[["customers_share", "revenue_share"]].fillna(0).max().max()))


def _wrapped(names: Iterable[Any], width: int = 18) -> list[str]:
    return [wrapped(name, width) for name in names]
