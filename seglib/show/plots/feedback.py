"""What customers tell the shop, in figures: a tidy table in, Axes out; None where there is nothing to draw."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from seglib.language import words
from seglib.language.messages import gettext as _
from seglib.language.messages import mark
from seglib.language.naming import EVERYONE
from seglib.language.words import count, number, percent
from seglib.show.plots.marks import ROWS, band, beside, dots, heatmap, percents, short
from seglib.show.plots.theme import canvas

__all__ = [
    "answers",
    "answers_by",
    "over_time",
    "ratings",
    "ratings_by",
    "returns",
    "ticket_reasons",
]

GROUPS, QUESTIONS = 14, 12
AXES = (mark("Mean answer"), mark("Customers who sent back"))  # names of the axis of over_time in the notebooks


def answers(table: pd.DataFrame) -> Axes | None:
    """Share of each answer with its 95% interval; of two answers only one is drawn, the other is the rest.

    Parameters
    ----------
    table : DataFrame
        From ``feedback.answers``; the rows of everyone are drawn.

    Returns
    -------
    Axes or None

    Examples
    --------
    >>> answers(pd.DataFrame()) is None
    True
    """
    rows = _told(table)
    if rows.empty:
        return None
    rows = rows.sort_values("share", ascending=False, kind="stable").head(ROWS)
    texts = [_("{share} of {n}", share=percent(row.share), n=count(row.people)) for row in rows.itertuples()]
    names = _asked(rows)
    return dots(names, rows["share"], rows["low_share"], rows["high_share"], texts, _("Share of those who answered"))


def _told(table: pd.DataFrame, group: bool = False) -> pd.DataFrame:
    """Rows of everyone, or of the groups, without the first by name of two answers."""
    if table.empty:
        return table
    choices = table.groupby("question")["answer"].transform("nunique")
    first = table.groupby("question")["answer"].transform("min")
    rows = table[(choices != 2) | (table["answer"] != first)]
    return rows[rows["group"] != EVERYONE] if group else rows[rows["group"] == EVERYONE]


def _asked(rows: pd.DataFrame) -> list[str]:
    same = rows["answer"].nunique() == 1
    told = zip(rows["question"], rows["answer"], strict=True)
    return [str(question) if same else f"{short(question, 40)}: {short(answer, 18)}" for question, answer in told]


def answers_by(table: pd.DataFrame) -> Axes | None:
    """Share of each answer in each group; bold differs from everybody else by more than chance.

    Parameters
    ----------
    table : DataFrame
        From ``feedback.answers``.

    Returns
    -------
    Axes or None: also where no group differs by more than chance

    Examples
    --------
    >>> answers_by(pd.DataFrame()) is None
    True
    """
    rows = _told(table, group=True)
    if rows.empty:
        return None
    return _grid(rows.assign(column=_asked(rows)), "share", lambda value: percent(value, 0))


def _grid(rows: pd.DataFrame, value: str, text: Callable[[Any], str], *, apart: bool = False) -> Axes | None:
    """Heatmap of columns by group, the largest groups and the columns with the widest differences.

    With ``apart`` each row is coloured around its own mean, for questions on different scales.
    """
    cells = rows.drop_duplicates(["group", "column"])
    groups = list(dict.fromkeys(cells["group"]))[:GROUPS]
    if len(groups) < 2 or not cells["differs"].any():
        return None
    grid = cells.pivot(index="column", columns="group", values=value)[groups].astype("float64")
    strong = cells.pivot(index="column", columns="group", values="differs")[groups]
    widest = (grid.max(axis=1) - grid.min(axis=1)).sort_values(ascending=False, kind="stable").index[:QUESTIONS]
    kept = [column for column in dict.fromkeys(cells["column"]) if column in widest]
    scale = 0.2 * grid.mean(axis=1).abs().clip(lower=1e-9)  # so that small differences stay pale
    away = grid.sub(grid.mean(axis=1), axis=0)
    strong, away = strong.rename(columns=words.name), away.rename(columns=words.name)
    grid = grid.rename(columns=words.name)
    colours = away.div(away.abs().max(axis=1).clip(lower=scale), axis=0) if apart else None
    return heatmap(grid.loc[kept], text, middle=0 if apart else None, spread=1.8, strong=strong.loc[kept].eq(True),
                   colours=None if colours is None else colours.loc[kept])  # fmt: skip


def ratings(table: pd.DataFrame) -> Axes | None:
    """Mean of each question with its 95% interval.

    Parameters
    ----------
    table : DataFrame
        From ``feedback.ratings``; the rows of everyone are drawn.

    Returns
    -------
    Axes or None

    Examples
    --------
    >>> ratings(pd.DataFrame()) is None
    True
    """
    rows = table[table["group"] == EVERYONE] if len(table) else table
    if rows.empty:
        return None
    several = "highest" in rows and len(rows[["lowest", "highest"]].drop_duplicates()) > 1
    by = ["highest", "lowest", "mean"] if several else ["mean"]
    rows = rows.sort_values(by, ascending=[*[True] * (len(by) - 1), False], kind="stable").head(ROWS)
    texts = [f"{number(row.mean, 2)} ({count(row.people)})" for row in rows[["mean", "people"]].itertuples()]
    names = [_scaled(row) if several else row["question"] for row in rows.to_dict("records")]
    return dots(names, rows["mean"], rows["low"], rows["high"], texts, _("Mean answer (people)"), share=False)


def _scaled(row: dict[Any, Any]) -> str:
    """The question with its scale, where not all have the same."""
    ends = {"low": number(row["lowest"], 0), "high": number(row["highest"], 0)}
    return _("{question} ({low} to {high})", question=row["question"], **ends)


def ratings_by(table: pd.DataFrame) -> Axes | None:
    """Mean of each question in each group; bold differs from everybody else by more than chance.

    Parameters
    ----------
    table : DataFrame
        From ``feedback.ratings``.

    Returns
    -------
    Axes or None: also where no group differs by more than chance

    Examples
    --------
    >>> ratings_by(pd.DataFrame()) is None
    True
    """
    rows = table[table["group"] != EVERYONE] if len(table) else table
    if rows.empty:
        return None
    return _grid(rows.assign(column=rows["question"]), "mean", lambda value: number(value, 1), apart=True)


def returns(table: pd.DataFrame) -> Axes | None:
    """Share of the customers of each group who sent something back, with 95% intervals.

    Parameters
    ----------
    table : DataFrame
        From ``feedback.returns``.

    Returns
    -------
    Axes or None

    Examples
    --------
    >>> returns(pd.DataFrame()) is None
    True
    """
    if table.empty:
        return None
    rows = pd.concat([table.head(1), table.iloc[1:].sort_values("share", ascending=False, kind="stable")]).head(ROWS)
    texts = [_("{share} of {n}", share=percent(row.share), n=count(row.people)) for row in rows.itertuples()]
    strong = (rows["differs"] | (rows["group"] == EVERYONE)).tolist()
    names = [words.name(name) for name in rows["group"]]
    return dots(names, rows["share"], rows["low_share"], rows["high_share"], texts,
                _("Customers who sent something back"), strong=strong, usual=float(table["share"].iloc[0]))  # fmt: skip


def ticket_reasons(table: pd.DataFrame) -> Axes | None:
    """Share of each reason in each group, bold differs by more than chance; where no group differs, of everyone.

    Parameters
    ----------
    table : DataFrame
        From ``feedback.ticket_reasons``.

    Returns
    -------
    Axes or None

    Examples
    --------
    >>> ticket_reasons(pd.DataFrame()) is None
    True
    """
    if table.empty:
        return None
    rows = table.assign(column=table["reason"])
    if rows["differs"].any():
        return _grid(rows, "share", lambda value: percent(value, 0))
    rows = rows[rows["group"] == EVERYONE] if (rows["group"] == EVERYONE).any() else rows
    texts = [f"{percent(row.share)} ({count(row.tickets)})" for row in rows.itertuples()]
    return dots(
        rows["reason"].tolist(), rows["share"], rows["low_share"], rows["high_share"], texts, _("Share of requests")
    )


def over_time(
    table: pd.DataFrame, value: str, low: str, high: str, what: str, *, n: str = "people", shares: bool = True
) -> Axes | None:
    """A value period by period with its 95% band and the number of people.

    Parameters
    ----------
    table : DataFrame
        With ``period``, the three columns named and ``n``.
    value, low, high, n : str
        Columns.
    what : str
        Name of the axis.
    shares : bool
        Whether the value is a share.

    Returns
    -------
    Axes or None: also with fewer than two periods

    Examples
    --------
    >>> over_time(pd.DataFrame(), "mean", "low", "high", "Mean") is None
    True
    """
    rows = table.dropna(subset=[value]).sort_values("period", kind="stable") if len(table) else table
    if len(rows) < 2 or rows["period"].nunique() < len(rows):
        return None
    _drawing, axes = canvas(height=3.6)
    places = np.arange(len(rows))
    band(axes, places, rows[value].astype("float64"), rows[low].astype("float64"), rows[high].astype("float64"))
    step = max(1, len(rows) // 8)
    ticks = [f"{words.month(moment)}\nn = {count(size)}" for moment, size in zip(rows["period"], rows[n], strict=True)]
    axes.set_xticks(places[::step], ticks[::step])
    beside(axes, places[-1], float(rows[value].iloc[-1]), percent(rows[value].iloc[-1]) if shares else
           number(rows[value].iloc[-1], 2))  # fmt: skip
    axes.set(ylabel=_(what), xlim=(-0.3, len(rows) - 0.4))
    if shares:
        axes.set_ylim(0, float(rows[high].max()) * 1.15)
        axes.yaxis.set_major_formatter(percents())
    axes.grid(axis="x", visible=False)
    return axes
