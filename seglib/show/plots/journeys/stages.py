"""Stages, funnels and the time between them, in figures."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from seglib.language import words
from seglib.language.messages import gettext as _
from seglib.language.naming import EVERYONE
from seglib.language.words import count, label, percent
from seglib.show.plots.marks import beside, percents, short
from seglib.show.plots.theme import ACCENT, MUTED, PALE, canvas

__all__ = ["funnel", "stages", "stages_by"]

PANELS, GROUPS = 3, 14


def stages(table: pd.DataFrame, names: str = "stage", size: str = "people") -> Axes | None:
    """Bars of the people at each stage, with the share of the stage before and who left in between.

    Parameters
    ----------
    table : DataFrame
        From ``journeys.stages``; the rows of everyone are drawn.
    names, size : str
        Columns of the names and of the counts.

    Returns
    -------
    Axes or None

    Examples
    --------
    >>> stages(pd.DataFrame()) is None
    True
    """
    rows = table[table["group"] == EVERYONE] if "group" in table else table
    if rows.empty or not rows[size].max() > 0:
        return None
    rows = rows.reset_index(drop=True)
    _drawing, axes = canvas(height=0.9 + 0.85 * len(rows))
    places, widest = [-float(row) for row in range(len(rows))], float(rows[size].max())
    axes.barh(places, rows[size].astype("float64"), color=ACCENT, height=0.5)
    for place, row in zip(places, rows.to_dict("records"), strict=True):
        beside(axes, row[size], place, _kept(row, size))
        if pd.notna(row["dropped"]):
            beside(axes, 0, place + 0.5, _left(row), color=MUTED, fontsize=10)
    axes.set_yticks(places, [short(label(name)) for name in rows[names]], parse_math=False)
    axes.set(xlim=(0, widest * 1.45), ylim=(places[-1] - 0.5, 0.5), xlabel=label(size))
    axes.xaxis.set_major_formatter(lambda value, _place: count(value))
    axes.set_xticks([tick for tick in axes.get_xticks() if tick <= widest * 1.05])
    axes.grid(axis="y", visible=False)
    return axes


def _left(row: dict[Any, Any]) -> str:
    if not row["of"]:
        return _("too early to tell") if row.get("since_days") else _("nobody left")
    return _("↓ {n} go no further so far ({share})", n=count(row["dropped"]), share=percent(1 - row["share"]))


def _kept(row: dict[Any, Any], size: str) -> str:
    if pd.isna(row["share"]):
        return count(row[size])
    told = {"share": percent(row["share"]), "low": percent(row["low_share"]), "high": percent(row["high_share"])}
    if not row.get("since_days"):
        return _("{n}: {share} ({low} to {high})", n=count(row[size]), **told)
    of = {"took": count(row["took"]), "of": count(row["of"])}
    return _("{n}: {share} ({low} to {high}), {took} of {of} who had the time", n=count(row[size]), **told, **of)


def funnel(table: pd.DataFrame) -> Axes | None:
    """Bars of those who took each step, as :func:`stages`.

    Parameters
    ----------
    table : DataFrame
        The table of ``journeys.event_funnel``.

    Returns
    -------
    Axes or None

    Examples
    --------
    >>> funnel(pd.DataFrame()) is None
    True
    """
    if table.empty:
        return None
    axes = stages(table, "step", "count")
    if axes is not None:
        axes.set_xlabel(_("Who took the step"))
    return axes


def stages_by(table: pd.DataFrame) -> Axes | None:
    """Share of the stage before in each group with its 95% interval, a panel for each of the first three steps.

    Parameters
    ----------
    table : DataFrame
        From ``journeys.stages``.

    Returns
    -------
    Axes or None: also with fewer than two groups

    Examples
    --------
    >>> stages_by(pd.DataFrame()) is None
    True
    """
    shown = table[table["share"].notna()] if len(table) else table
    groups = [name for name in dict.fromkeys(shown["group"]) if name != EVERYONE][:GROUPS] if len(shown) else []
    if len(groups) < 2:
        return None
    steps = list(dict.fromkeys(shown.loc[shown["group"].isin(groups), "stage"]))[:PANELS]
    whole, panels = canvas(height=1.3 + 0.36 * len(groups), columns=len(steps))
    panels = np.atleast_1d(panels)
    for axes, step in zip(panels, steps, strict=True):
        told = _("take the step to\n{step}", step=words.name(step))
        _panel(axes, shown[shown["stage"] == step].set_index("group"), groups, told)
    panels[0].set_yticks(range(len(groups)), [short(words.name(name), 22) for name in groups], parse_math=False)
    for axes in panels[1:]:
        axes.set_yticks(range(len(groups)), [""] * len(groups))
    del whole
    return panels[0]


def _panel(axes: Axes, rows: pd.DataFrame, groups: list[str], what: str) -> None:
    if EVERYONE in rows.index:
        axes.axvline(rows.loc[EVERYONE, "share"], color=PALE, linewidth=2, zorder=1)
    ends = []
    for place, name in enumerate(groups):
        if name not in rows.index:
            continue
        row = rows.loc[name]
        axes.hlines(place, row["low_share"], row["high_share"], color=ACCENT, linewidth=3, alpha=0.4)
        axes.scatter([row["share"]], [place], color=ACCENT, s=45, zorder=3)
        beside(axes, row["high_share"], place, percent(row["share"]), fontsize=10)
        ends.append(row["high_share"])
    axes.set(xlim=(0, max([*ends, 0.01]) * 1.4), ylim=(len(groups) - 0.4, -0.6), xlabel=what)
    axes.xaxis.set_major_formatter(percents())
    axes.xaxis.set_major_locator(_few_ticks())
    axes.grid(axis="y", visible=False)


def _few_ticks() -> Any:
    from matplotlib.ticker import MaxNLocator

    return MaxNLocator(nbins=3, steps=[1, 2, 2.5, 5, 10])
