"""When and where each group buys, in figures."""

from __future__ import annotations

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from seglib.language import words
from seglib.language.naming import EVERYONE, WEEKDAYS
from seglib.language.words import count, percent
from seglib.show.plots.marks import STEPS, heatmap, short, weekdays
from seglib.show.plots.theme import canvas

__all__ = ["preferences", "weekday_by_hour"]

GROUPS, VALUES = 14, 8
SPREAD = 100  # an index of 0 or 200 has the full colour


def preferences(table: pd.DataFrame, by: str = "") -> Axes | None:
    """Index of each group's share of orders against everyone; bold differs by more than chance.

    Parameters
    ----------
    table : DataFrame
        From ``journeys.preferences``.
    by : str
        What the values are; those of ``"hour"`` are times of day, numbers of anything else are names.

    Returns
    -------
    Axes or None: also where no group differs by more than chance

    Examples
    --------
    >>> preferences(pd.DataFrame()) is None
    True
    """
    groups = table[table["group"] != EVERYONE] if len(table) else table
    if groups.empty or table["value"].nunique() < 2 or not groups["differs"].any():
        return None
    everyone = table[table["group"] == EVERYONE].set_index("value")
    values = everyone["orders"].nlargest(VALUES).index
    kept = [value for value in everyone.index if value in values]
    rows = list(dict.fromkeys(groups["group"]))[:GROUPS]
    index, clear = (
        groups.pivot(index="group", columns="value", values=name).loc[rows, kept] for name in ("index", "differs")
    )
    sizes = groups.drop_duplicates("group").set_index("group")["of"]
    index.index = pd.Index([f"{short(words.name(name), 20)} ({count(sizes[name])})" for name in rows])
    index.columns = pd.Index([f"{_value(value, by)}\n{percent(everyone.loc[value, 'share'])}" for value in kept])
    return heatmap(index, count, middle=100, spread=SPREAD, strong=clear)


def _value(value: object, by: str) -> str:
    name = str(value)
    if name in WEEKDAYS:
        return weekdays()[WEEKDAYS.index(name)]
    return f"{name}:00" if by == "hour" else short(name, 14)


def weekday_by_hour(table: pd.DataFrame) -> Axes | None:
    """Orders by weekday and hour, a small picture for everyone and for each of the largest groups.

    Parameters
    ----------
    table : DataFrame
        From ``journeys.weekday_by_hour``.

    Returns
    -------
    Axes or None

    Examples
    --------
    >>> weekday_by_hour(pd.DataFrame()) is None
    True
    """
    names = list(dict.fromkeys(table["group"])) if len(table) else []
    if not names or not table["orders"].sum():
        return None
    columns = min(2, len(names))
    rows = -(-len(names) // columns)
    _, panels = canvas(height=0.8 + 2.1 * rows, columns=columns, rows=rows)
    flat = np.atleast_1d(panels).ravel()
    for axes, name in zip(flat, names, strict=False):
        _week(axes, table[table["group"] == name], name)
    for axes in flat[len(names) :]:
        axes.set_visible(False)
    return flat[0]


def _week(axes: Axes, rows: pd.DataFrame, name: str) -> None:
    grid = rows.pivot(index="weekday", columns="hour", values="share").astype("float64")
    sns.heatmap(grid, ax=axes, cmap=STEPS, vmin=0, cbar=False, linewidths=0.3, linecolor="white")
    axes.set_yticks(np.arange(7) + 0.5, weekdays(), rotation=0)
    axes.set_xticks(np.arange(0, 24, 6) + 0.5, [f"{hour}:00" for hour in range(0, 24, 6)], rotation=0)
    axes.set(ylabel="")
    text = f"{short(words.name(name), 24)} ({words.plural(rows['orders'].sum(), 'order')})"
    axes.set_xlabel(text, fontweight="bold", parse_math=False)
    axes.xaxis.set_label_position("top")
