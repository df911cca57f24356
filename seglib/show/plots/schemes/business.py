"""Figures of opportunities: open deals, win rates, lines not bought."""

from __future__ import annotations

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from seglib.language import words
from seglib.language.messages import gettext as _
from seglib.language.naming import NOT_KNOWN
from seglib.show.plots.marks import LARGER_ROWS, ROW, STEPS, dots_on, legible, percents, rows_axes, shortened
from seglib.show.plots.theme import ACCENT, GREY, MUTED, canvas

__all__ = ["open_deals", "white_space", "win_rates"]


def open_deals(stages: pd.DataFrame, currency: str = "") -> Axes | None:
    """Open deals by stage, and what they can be expected to bring.

    Parameters
    ----------
    stages : DataFrame
        From :func:`seglib.segments.schemes.open_deals`, one row a stage.
    currency : str
        ISO 4217 code.

    Returns
    -------
    Axes, or None where no deal is open.
    """
    if stages.empty:
        return None
    shown = stages.head(LARGER_ROWS)
    axes = rows_axes([str(name) for name in shown["stage"]])
    axes.barh(range(len(shown)), shown["deals"], color=ACCENT, height=0.62)
    for row, (deals, expected) in enumerate(zip(shown["deals"], shown["expected_value"], strict=True)):
        told = {"n": words.count(deals), "amount": words.money(expected, currency, 0)}
        text = told["n"] if np.isnan(expected) else _("{n}, about {amount}", **told)
        axes.annotate(text, (deals, row), (6, 0), textcoords="offset points", va="center", parse_math=False)
    axes.set_xlim(0, 1.45 * shown["deals"].max())
    axes.set_xlabel(_("Open deals, and their expected value"))
    axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    axes.xaxis.set_major_formatter(lambda value, _place: words.number(value))
    return axes


def win_rates(rates: pd.DataFrame) -> Axes | None:
    """Share of the closed deals that were won, by group, with 95% intervals.

    Parameters
    ----------
    rates : DataFrame
        From :func:`seglib.segments.schemes.win_rates`; the sixteen groups with the most deals are drawn.

    Returns
    -------
    Axes, or None where nothing was won or lost.
    """
    known = rates[rates["win_rate"].notna() & (rates["group"] != NOT_KNOWN)].head(LARGER_ROWS)
    if known.empty:
        return None
    known = known.sort_values("win_rate", ascending=False, kind="stable")
    closed = known["won"] + known["lost"]
    axes = rows_axes(
        [f"{shortened(words.name(name))} ({words.count(n)})" for name, n in zip(known["group"], closed, strict=True)]
    )
    overall = rates["won"].sum() / (rates["won"] + rates["lost"]).sum()
    axes.axvline(overall, color=GREY, lw=1, ls=(0, (4, 3)))
    dots_on(axes, known, "win_rate")
    axes.annotate(
        _("all: {share}", share=words.percent(overall)),
        (overall, -0.6),
        xytext=(4, 0),
        textcoords="offset points",
        color=MUTED,
        va="bottom",
    )
    axes.set_xlim(max(0, known["win_rate_low"].min() - 0.05), min(1.02, known["win_rate_high"].max() + 0.12))
    axes.set_xlabel(_("Share of the closed deals that were won, with 95% interval"))
    axes.xaxis.set_major_formatter(percents())
    return axes


def white_space(cells: pd.DataFrame, *, min_group: int) -> Axes | None:
    """Share of the customers of each segment (row) that buy each line (column).

    Parameters
    ----------
    cells : DataFrame
        From :func:`seglib.segments.schemes.white_space_map`; the sixteen largest segments and ten lines most bought are
        drawn.
    min_group : int
        Smaller segments are not drawn.

    Returns
    -------
    Axes, or None where no segment is large enough.
    """
    known = cells[cells["customers"] >= min_group]
    if known.empty:
        return None
    rows = list(dict.fromkeys(known["segment"]))[:LARGER_ROWS]
    columns = list(dict.fromkeys(known["product"]))[:10]
    shares = known.pivot(index="segment", columns="product", values="share").loc[rows, columns]
    sizes = known.drop_duplicates("segment").set_index("segment")["customers"]
    _drawing, axes = canvas(8, ROW * len(rows) + 1.5)
    values = shares.to_numpy(dtype=float)
    sns.heatmap(values, ax=axes, cbar=False, cmap=STEPS, vmin=0, vmax=1.2, linewidths=1.5, linecolor="white")
    for (row, column), share in np.ndenumerate(values):
        axes.text(column + 0.5, row + 0.5, words.percent(share, 0), ha="center", va="center", fontsize=10)
    legible(axes)
    axes.xaxis.tick_top()
    slant = {"rotation": 35, "ha": "left", "rotation_mode": "anchor"} if len(columns) > 5 else {"rotation": 0}
    axes.set_xticks(np.arange(len(columns)) + 0.5, [shortened(str(name), 22) for name in columns], fontsize=10, **slant)
    names = [f"{shortened(words.name(name), 26)} ({words.count(sizes[name])})" for name in rows]
    axes.set_yticks(np.arange(len(rows)) + 0.5, names, rotation=0)
    for tick in (*axes.get_xticklabels(), *axes.get_yticklabels()):
        tick.set_parse_math(False)
    axes.tick_params(left=False, top=False)
    axes.set(xlabel="", ylabel="")
    axes.grid(visible=False)
    return axes
