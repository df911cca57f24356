"""What the figures of schemes share: rows with names, dots with intervals, short names."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from seglib.language import words
from seglib.show.plots.theme import ACCENT, INK, canvas

__all__ = ["ROW", "ROWS", "beside", "dots", "rows_axes", "shortened"]

ROW = 0.36  # inches a row
ROWS = 16
LONGEST = 30


def dots(axes: Axes, table: pd.DataFrame, name: str, *, write: bool = True) -> None:
    """Values with their 95% intervals, one row each."""
    values, low, high = (table[f"{name}{end}"].astype(float).to_numpy() for end in ("", "_low", "_high"))
    rows = np.arange(len(table))
    axes.hlines(rows, low, high, color=ACCENT, lw=3, alpha=0.4)
    axes.scatter(values, rows, color=ACCENT, s=55, zorder=3)
    for row in rows[~np.isnan(values)] if write else ():
        beside(axes, np.nanmax([values[row], high[row]]), int(row), words.percent(values[row]))


def beside(axes: Axes, x: float, y: float, text: str, *, colour: str = INK) -> None:
    """Text to the right of a mark."""
    axes.annotate(text, (x, y), xytext=(7, 0), textcoords="offset points", va="center", color=colour, parse_math=False)


def rows_axes(names: Sequence[str]) -> Axes:
    """Axes with a named row at each place, the first at the top."""
    _, axes = canvas(8, ROW * len(names) + 1.0)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_yticks(range(len(names)), [shortened(name, 36) for name in names], parse_math=False)
    axes.grid(visible=False, axis="y")
    axes.spines["left"].set_visible(False)
    return axes


def shortened(name: str, longest: int = LONGEST) -> str:
    """Long names lose their middle: beginnings are often alike, and ends tell them apart."""
    tail = longest // 3
    return name if len(name) <= longest else f"{name[: longest - tail - 1].rstrip()}…{name[-tail:].lstrip()}"
