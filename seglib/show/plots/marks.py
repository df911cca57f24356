"""Marks that several figures share: bars, dots with intervals, heatmaps, a line with its band."""

from __future__ import annotations

import datetime as dt
import textwrap
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap, to_hex
from matplotlib.ticker import Formatter

from seglib.language.words import month, percent
from seglib.show.colours import AROUND, RAMP, on_step
from seglib.show.plots.theme import ACCENT, GREY, INK, PALE, canvas, direct_label

__all__ = [
    *("AROUND_USUAL", "LARGER", "LARGER_ROWS", "ROW", "ROWS", "STEPS", "apart", "band", "bars", "beside", "dots"),
    *("dots_on", "heatmap", "legible", "percents", "reach", "rows_axes", "short", "shortened", "weekdays"),
]

STEPS, AROUND_USUAL = ListedColormap(RAMP), ListedColormap(AROUND)  # of heatmaps, in fixed steps
DECIMALS = 3  # of a tick, at most
ROW = 0.36  # inches a row
ROWS = 20  # as many as fit a page
LONGEST = 30
LARGER: dict[str, Any] = {"fontsize": 11, "away": 7}  # labels where fewer rows stand
LARGER_ROWS = 16
UPRIGHT = 6  # columns whose names fit without slanting


class _Percents(Formatter):
    def __call__(self, x: Any, pos: Any = None) -> str:
        return self.format_ticks([x])[0]

    def format_ticks(self, values: Any) -> list[str]:
        """With as many decimals as tell all ticks apart."""
        told = 100 * np.asarray(values, dtype="float64")
        exact = (digits for digits in range(DECIMALS) if np.allclose(told, told.round(digits), rtol=0, atol=1e-6))
        digits = next(exact, DECIMALS)
        return [percent(value, digits) for value in values]


def percents() -> Formatter:
    """Ticks as percentages.

    Examples
    --------
    >>> percents().format_ticks([0.0, 0.25]), percents().format_ticks([0.0005, 0.001])
    (['0%', '25%'], ['0.05%', '0.10%'])
    """
    return _Percents()


def weekdays() -> list[str]:
    """Short names of the days, Monday first, in the language of the report.

    Examples
    --------
    >>> weekdays()[0]
    'Mon'
    """
    return [month(dt.date(2024, 1, day), "ccc") for day in range(1, 8)]


def legible(axes: Axes) -> None:
    """Numbers in the cells of a heatmap in white or dark, whichever reads better on their cell."""
    mesh: Any = axes.collections[0]
    mesh.update_scalarmappable()
    faces, columns = mesh.get_facecolor().reshape((-1, 4)), mesh.get_coordinates().shape[1] - 1
    for text in axes.texts:
        column, row = (int(place) for place in text.get_position())
        face = faces[row * columns + column]
        text.set_color(on_step(to_hex(face[:3])) if face[3] else INK)  # a missing value has no colour


def short(name: object, longest: int = LONGEST) -> str:
    """Name cut to fit beside a bar."""
    text = str(name)
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def shortened(name: str, longest: int = LONGEST) -> str:
    """Long names lose their middle: beginnings are often alike, and ends tell them apart."""
    tail = longest // 3
    return name if len(name) <= longest else f"{name[: longest - tail - 1].rstrip()}…{name[-tail:].lstrip()}"


def beside(axes: Axes, x: float, y: float, text: str, **style: Any) -> None:
    """Label beside a mark, as large as the ticks."""
    direct_label(axes, float(x), float(y), text, **{"fontsize": 10.5, **style})


def _rows(names: Sequence[str], height: float) -> tuple[Axes, np.ndarray]:
    _, axes = canvas(height=1.0 + height * len(names))
    places = np.arange(len(names))[::-1]
    axes.set_yticks(places, [textwrap.fill(name, LONGEST + 8) for name in names], parse_math=False)
    axes.set_ylim(-0.6, len(names) - 0.4)
    axes.grid(axis="y", visible=False)
    return axes, places


def bars(
    names: Sequence[object], values: pd.Series, texts: Sequence[str], what: str, *, plain: Sequence[bool] | None = None,
    room: float = 0.45, longest: int = LONGEST, height: float = 0.4,
) -> Axes:  # fmt: skip
    """Horizontal bars in the order given, each with its label; those not ``plain`` are pale."""
    axes, places = _rows([short(name, longest) for name in names], height)
    colours = [ACCENT if plain is None or plain[row] else PALE for row in range(len(names))]
    axes.barh(places, values.astype("float64"), color=colours, height=0.66)
    for place, value, text in zip(places, values, texts, strict=True):
        beside(axes, max(float(value), 0), place, text)
    axes.set(xlabel=what, xlim=(0, max(float(values.max()) * (1 + room), 1e-9)))
    return axes


def dots(
    names: Sequence[object], values: pd.Series, low: pd.Series, high: pd.Series, texts: Sequence[str], what: str, *,
    strong: Sequence[bool] | None = None, usual: float | None = None, share: bool = True,
) -> Axes:  # fmt: skip
    """Dots with 95% intervals, one row a name; those not ``strong`` are grey, a line stands at the usual value."""
    axes, places = _rows([short(name, 2 * LONGEST) for name in names], 0.46)
    colours = [ACCENT if strong is None or strong[row] else GREY for row in range(len(names))]
    if usual is not None:
        axes.axvline(usual, color=PALE, linewidth=2, zorder=1)
    axes.hlines(places, low.astype("float64"), high.astype("float64"), color=colours, linewidth=3, alpha=0.4)
    axes.scatter(values.astype("float64"), places, color=colours, s=70, zorder=3)
    ends = high.fillna(values).astype("float64")
    for place, end, text in zip(places, ends, texts, strict=True):
        beside(axes, end, place, text)
    least = min(0.0, float(low.min())) if share else float(low.fillna(values).min())
    span = max(float(ends.max()) - least, 1e-9)
    axes.set(xlabel=what, xlim=(least if share else least - 0.08 * span, float(ends.max()) + 0.5 * span))
    if share:
        axes.xaxis.set_major_formatter(percents())
        axes.set_xticks(
            [tick for tick in axes.get_xticks() if least <= tick <= min(1.0001, float(ends.max()) + span / 4)]
        )
    return axes


def rows_axes(names: Sequence[str]) -> Axes:
    """Axes with a named row at each place, the first at the top."""
    _, axes = canvas(8, ROW * len(names) + 1.0)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_yticks(range(len(names)), [shortened(name, 36) for name in names], parse_math=False)
    axes.grid(visible=False, axis="y")
    axes.spines["left"].set_visible(False)
    return axes


def dots_on(axes: Axes, table: pd.DataFrame, name: str) -> None:
    """The column ``name`` with its ``_low`` and ``_high`` on axes of which each row has a place."""
    values, low, high = (table[f"{name}{end}"].astype(float).to_numpy() for end in ("", "_low", "_high"))
    rows = np.arange(len(table))
    axes.hlines(rows, low, high, color=ACCENT, lw=3, alpha=0.4)
    axes.scatter(values, rows, color=ACCENT, s=55, zorder=3)
    for row in rows[~np.isnan(values)]:
        beside(axes, np.nanmax([values[row], high[row]]), row, percent(values[row]), **LARGER)


def heatmap(
    values: pd.DataFrame, text: Callable[[Any], str], *, middle: float | None = None, spread: float = 0.0,
    strong: pd.DataFrame | None = None, colours: pd.DataFrame | None = None,
) -> Axes:  # fmt: skip
    """Cells coloured by value (or ``colours``) from zero, or around ``middle``; ``strong`` ones bold, missing blank."""
    shown = values.astype("float64")
    names = [name if "\n" in name else short(name, 34) for name in map(str, shown.columns)]
    upright = len(names) <= UPRIGHT or all("\n" in name for name in names)
    _, axes = canvas(height=(1.4 if upright else 2.0) + 0.42 * len(shown))
    if middle is None:
        colour: dict[str, Any] = {"cmap": STEPS, "vmin": 0, "vmax": float(np.nanmax(shown.to_numpy())) * 1.4 or 1}
    else:
        colour = {"cmap": AROUND_USUAL, "vmin": middle - spread, "vmax": middle + spread}
    told = shown.map(lambda value: "" if value != value else text(value))
    sns.heatmap(
        shown if colours is None else colours,
        ax=axes,
        annot=told,
        fmt="",
        cbar=False,
        linewidths=1,
        linecolor="white",
        **colour,
    )
    legible(axes)
    axes.grid(visible=False)  # lines would show where a value is missing
    for cell in axes.texts:  # a missing value has none
        column, row = (int(place) for place in cell.get_position())
        cell.set_fontweight("bold" if strong is not None and bool(strong.iat[row, column]) else "normal")
    told_names = [name if "\n" in name else textwrap.fill(name, 14) for name in names] if upright else names
    style: dict[str, Any] = {"rotation": 0} if upright else {"rotation": 35, "ha": "right", "rotation_mode": "anchor"}
    axes.set_xticks(np.arange(len(names)) + 0.5, told_names, parse_math=False, **style)
    rows = [textwrap.fill(short(name, 2 * LONGEST), LONGEST + 6) for name in shown.index]
    axes.set_yticks(np.arange(len(shown)) + 0.5, rows, rotation=0, parse_math=False)
    axes.set(xlabel="", ylabel="")
    return axes


def band(axes: Axes, x: Any, value: Any, low: Any, high: Any) -> None:
    """Line with the band of its interval."""
    axes.fill_between(x, low, high, color=ACCENT, alpha=0.18, linewidth=0)
    axes.plot(x, value, "o-", color=ACCENT, linewidth=2.5, markersize=6)


def reach(axes: Axes, heights: np.ndarray, half: np.ndarray) -> None:
    """Let the axis reach as far as its labels."""
    low, high = axes.get_ylim()
    axes.set_ylim(min(low, (heights - half).min()), max(high, (heights + half).max()))


def apart(heights: np.ndarray, room: np.ndarray) -> np.ndarray:
    """Heights moved apart so that labels do not cover each other."""
    order, placed = np.argsort(heights, kind="stable"), np.array(heights, dtype="float64")
    for below, above in pairwise(order):
        placed[above] = max(placed[above], placed[below] + (room[below] + room[above]) / 2)
    return placed - (placed - heights).mean() if len(placed) else placed
