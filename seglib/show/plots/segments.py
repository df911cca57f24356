"""Figures of the segments notebook: a tidy table in, Axes out; None where there is nothing to draw."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from seglib.language import words
from seglib.language.messages import gettext as _
from seglib.show.plots.theme import GREY, INK, MUTED, canvas, segment_colours
from seglib.show.plots.theme import LINK as PALE
from seglib.show.plots.theme import WASH as BAND

__all__ = ["overlaps", "sizes"]

ROW = 0.36  # inches a row
MOST = 20  # rows of bars that stay readable
LONGEST = 30


def sizes(sizes: pd.DataFrame) -> Axes | None:
    """People of each segment beside its share of the revenue, largest first.

    Parameters
    ----------
    sizes : DataFrame
        ``segment, people, revenue_share``; segments without anybody are left out, and of many the smallest.

    Returns
    -------
    Axes of the people (the revenue has its own beside it), or None where no segment has anybody.
    """
    known = sizes[sizes["people"].astype("float64").fillna(0) > 0]
    rows = known.sort_values("people", ascending=False, kind="stable").head(MOST)
    if rows.empty:
        return None
    _drawing, (people, revenue) = canvas(8, ROW * len(rows) + 0.8, columns=2)
    places, colours = np.arange(len(rows)), segment_colours(rows["segment"].tolist())
    counts, shares = rows["people"].astype("float64").to_numpy(), rows["revenue_share"].astype("float64").to_numpy()
    people.barh(places, counts, height=0.66, color=[colours[str(name)] for name in rows["segment"]])
    revenue.barh(places, np.nan_to_num(shares), height=0.66, color=PALE)
    for place, (count, share) in enumerate(zip(counts, shares, strict=True)):
        _at_end(people, count, place, words.count(count))
        _at_end(revenue, share if share > 0 else 0.0, place, words.percent(share))
    _bare(people, len(rows), _("People"), counts.max(), [_short(words.name(name)) for name in rows["segment"]])
    _bare(revenue, len(rows), _("Share of all revenue"), np.nanmax([0.01, *shares]), [])
    revenue.set_xlim(left=min(0.0, float(np.nanmin([0.0, *shares]))) * 1.1)
    if len(known) > MOST:
        told = _("and {n} smaller ones", n=words.count(len(known) - MOST))
        people.set_xlabel(told, loc="left", fontsize=11, color=MUTED)
    return people


def overlaps(combinations: pd.DataFrame, *, most: int = 12) -> Axes | None:
    """UpSet plot: the most frequent combinations of segments, a column each; dots say which segments, bars how many.

    Parameters
    ----------
    combinations : DataFrame
        Rows of ``overlaps()`` of the memberships: ``segments`` (names) and ``people`` who are in exactly these.
        Combinations of a single segment are left out.
    most : int
        Columns at most.

    Returns
    -------
    Axes of the bars (the dots have their own below them), or None where nobody is in several segments.

    References
    ----------
    Lex, Gehlenborg, Strobelt, Vuillemot, Pfister (2014), UpSet: visualization of intersecting sets.
    """
    several = combinations[(combinations["segments"].map(len) > 1) & (combinations["people"] > 0)]
    shown = _fitting(several.sort_values("people", ascending=False, kind="stable"), most)
    if shown.empty:
        return None
    names = _by_size(shown)
    _drawing, (bars, dots) = canvas(8, 2.3 + ROW * len(names), rows=2)
    bars.get_gridspec().set_height_ratios((2.0, ROW * len(names) + 0.2))
    _bars(bars, shown["people"].tolist(), most)
    _dots(dots, shown["segments"].tolist(), names, most)
    return bars


def _fitting(combinations: pd.DataFrame, most: int) -> pd.DataFrame:
    """The first combinations whose segments together are few enough for a row each."""
    kept, named = list[int](), set[str]()
    for place, names in enumerate(combinations["segments"]):
        if len(kept) < most and len(named | set(names)) <= MOST:
            kept, named = [*kept, place], named | set(names)
    return combinations.iloc[kept]


def _by_size(shown: pd.DataFrame) -> list[str]:
    """Segments of the combinations, from those that most of the people are in."""
    people = shown[["segments", "people"]].explode("segments").groupby("segments", sort=False)["people"].sum()
    return [str(name) for name in people.sort_values(ascending=False, kind="stable").index]


def _bars(axes: Axes, people: list[int], most: int) -> None:
    axes.bar(range(len(people)), people, width=0.62, color=INK)
    for place, n in enumerate(people):
        axes.annotate(words.count(n), (place, n), (0, 3), textcoords="offset points", ha="center", fontsize=11)
    axes.set(xlim=(-0.6, _columns(people, most) - 0.4), ylim=(0, max(people) * 1.15), xticks=[], yticks=[])
    axes.set_ylabel(_("People in exactly\nthese segments"), rotation=0, ha="right", va="center", fontsize=11)
    axes.grid(visible=False)
    sns.despine(ax=axes, left=True)


def _dots(axes: Axes, combinations: list[Any], names: list[str], most: int) -> None:
    colours, rows = segment_colours(names), {name: row for row, name in enumerate(names)}
    for row in range(0, len(names), 2):
        axes.axhspan(row - 0.5, row + 0.5, color=BAND, lw=0, zorder=0)
    for place, combination in enumerate(combinations):
        held = sorted(rows[str(name)] for name in combination)
        others = [row for row in range(len(names)) if row not in held]
        axes.scatter([place] * len(others), others, s=60, color=PALE, zorder=2)
        axes.vlines(place, held[0], held[-1], color=GREY, lw=2, zorder=3)
        axes.scatter([place] * len(held), held, s=110, color=[colours[names[row]] for row in held], zorder=4)
    axes.set(xlim=(-0.6, _columns(combinations, most) - 0.4), ylim=(len(names) - 0.4, -0.6), xticks=[])
    axes.set_yticks(range(len(names)), [_short(words.name(name)) for name in names], parse_math=False, fontsize=12)
    axes.grid(visible=False)
    sns.despine(ax=axes, left=True, bottom=True)


def _columns(shown: list[Any], most: int) -> int:
    return max(len(shown), min(6, most))  # few columns do not become wide ones


def _bare(axes: Axes, rows: int, title: str, reach: float, names: list[str]) -> None:
    axes.set_yticks(range(rows) if names else [], names, parse_math=False, fontsize=12)
    axes.set(xlim=(0, max(float(reach), 0.01) * 1.3), ylim=(rows - 0.4, -0.6), xticks=[])
    axes.set_title(title, loc="left", fontsize=11, color=MUTED)
    axes.grid(visible=False)
    sns.despine(ax=axes, bottom=True)


def _at_end(axes: Axes, x: float, y: float, text: str) -> None:
    axes.annotate(text, (x, y), (5, 0), textcoords="offset points", va="center", fontsize=11.5, color=INK)


def _short(name: str, longest: int = LONGEST) -> str:
    """Long names lose their middle: beginnings are often alike, and ends tell them apart."""
    tail = longest // 3
    return name if len(name) <= longest else f"{name[: longest - tail - 1].rstrip()}…{name[-tail:].lstrip()}"
