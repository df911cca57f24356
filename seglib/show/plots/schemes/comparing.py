"""Figure of the comparison of schemes."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from seglib.language import words
from seglib.language.messages import gettext as _
from seglib.show.plots.fitting import wrapped
from seglib.show.plots.marks import LARGER, LARGER_ROWS, beside, dots_on, percents
from seglib.show.plots.theme import GREY, MUTED, PALE, canvas

__all__ = ["comparison"]


def comparison(table: pd.DataFrame) -> Figure | None:
    """Schemes side by side: customers covered, what they explain of next period's revenue, how they last.

    Parameters
    ----------
    table : DataFrame
        From :func:`seglib.segments.schemes.compare_schemes`; at most sixteen schemes.

    Returns
    -------
    Figure of three Axes, or None for an empty table.
    """
    if table.empty:
        return None
    shown = table.head(LARGER_ROWS)
    drawing, panels = canvas(8, 0.5 * len(shown) + 1.3, 3)
    rows = np.arange(len(shown))
    panels[0].barh(rows, shown["covered_share"], color=PALE, height=0.6)
    for row, share in enumerate(shown["covered_share"].astype(float).fillna(0)):
        beside(panels[0], 0, row, words.percent(share), **LARGER)
    panels[1].axvline(0, color=GREY, lw=1)
    for axes, name in zip(panels[1:], ("explained", "stability"), strict=True):
        dots_on(axes, shown, name)
    for row, kind in enumerate(shown["stability_of"]):
        if np.isnan(shown["stability"].iloc[row]):
            text = _("fixed") if kind == "fixed attributes" else _("not measured")
            beside(panels[2], 0, row, text, color=MUTED, **LARGER)
    heads = (
        _("Customers covered"),
        _("Explains of next\nperiod's revenue"),
        _("Keeps its customers /\ncomes back"),
    )
    highest = np.nanmax([0.1, *shown["explained_high"].astype(float)])
    lowest = np.nanmin([0.0, *shown["explained_low"].astype(float)])
    for axes, head, ends in zip(
        panels, heads, ((0, 1), (min(1.1 * lowest, -0.08 * highest), 1.75 * highest), (0, 1.5)), strict=True
    ):
        axes.set_xlim(*ends)
        axes.set_ylim(len(rows) - 0.4, -0.6)
        names = [wrapped(words.name(name), 18, 2) for name in shown["scheme"]]
        axes.set_yticks(rows, names if axes is panels[0] else [], parse_math=False)
        axes.set_xlabel(head)
        axes.xaxis.set_major_locator(MaxNLocator(3))
        axes.set_xticks([tick for tick in axes.get_xticks() if min(0, lowest) <= tick <= min(ends[1], 1)])
        axes.xaxis.set_major_formatter(percents())
        axes.grid(visible=False, axis="y")
        axes.spines["left"].set_visible(False)
    return drawing
