"""Touchpoints, paths, first products, carts and answers, in figures."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from seglib.language.messages import gettext as _
from seglib.language.messages import mark, ngettext
from seglib.language.naming import EVERYONE
from seglib.language.words import count, money, percent
from seglib.show.plots.marks import ROWS, bars, beside, dots, percents, short
from seglib.show.plots.theme import ACCENT, MUTED, PALETTE, canvas

__all__ = [
    "abandoned_carts",
    "answer_curve",
    "first_product",
    "paths",
    "touch_channels",
]

LAST = PALETTE[1]
TOUCHES = {"first": mark("{share} first touch"), "last": mark("{share} last touch")}


def touch_channels(table: pd.DataFrame) -> Axes | None:
    """Share of customers whose way began, and ended, at each channel, with 95% intervals.

    Parameters
    ----------
    table : DataFrame
        From ``journeys.touch_channels``; the rows of everyone are drawn.

    Returns
    -------
    Axes or None

    Examples
    --------
    >>> touch_channels(pd.DataFrame()) is None
    True
    """
    rows = table[table["group"] == EVERYONE].head(ROWS // 2) if len(table) else table
    if rows.empty:
        return None
    _drawing, axes = canvas(height=1.2 + 0.62 * len(rows))
    places = np.arange(len(rows))[::-1]
    for end, colour, shift in (("first", ACCENT, 0.17), ("last", LAST, -0.17)):
        share, high = rows[f"{end}_share"], rows[f"{end}_high_share"]
        axes.hlines(places + shift, rows[f"{end}_low_share"], high, color=colour, linewidth=3, alpha=0.4)
        axes.scatter(share, places + shift, color=colour, s=60, zorder=3)
        for row, (place, value, edge) in enumerate(zip(places, share, high, strict=True)):
            told = _(TOUCHES[end], share=percent(value)) if row == 0 else percent(value)
            beside(axes, edge, place + shift, told, color=colour, fontsize=10)
    axes.set_yticks(places, [short(name) for name in rows["channel"]], parse_math=False)
    widest = float(rows[["first_high_share", "last_high_share"]].to_numpy().max())
    axes.set(xlabel=_("Share of customers"), xlim=(0, widest * 1.3), ylim=(-0.6, len(rows) - 0.4))
    axes.xaxis.set_major_formatter(percents())
    axes.grid(axis="y", visible=False)
    return axes


def paths(table: pd.DataFrame) -> Axes | None:
    """Most frequent ways as bars, with the share that ended in an order.

    Parameters
    ----------
    table : DataFrame
        From ``journeys.paths``.

    Returns
    -------
    Axes or None

    Examples
    --------
    >>> paths(pd.DataFrame()) is None
    True
    """
    if table.empty:
        return None
    texts = []
    for row in table.to_dict("records"):
        told = {"share": percent(row["journeys_share"]), "part": percent(row["ordered_share"])}
        texts.append(told["share"] if pd.isna(row["ordered_share"]) else _("{share}; {part} of them order", **told))
    names = table["path"].tolist()
    axes = bars(names, table["journeys_share"], texts, _("Share of journeys"), plain=(table["values"] == 1).tolist(),
                longest=48, room=0.7)  # fmt: skip
    axes.xaxis.set_major_formatter(percents())
    axes.set_xticks([tick for tick in axes.get_xticks() if tick <= 1.0])
    axes.set_xlim(0, float(table["journeys_share"].max()) * 1.7)
    return axes


def first_product(table: pd.DataFrame, *, top: int = 16) -> Axes | None:
    """Share who came back by first product, with 95% intervals; the line is everyone, grey does not differ from it.

    Parameters
    ----------
    table : DataFrame
        From ``journeys.first_product``.
    top : int
        Values with the most customers are drawn, sorted by their share.

    Returns
    -------
    Axes or None: also with fewer than two values

    Examples
    --------
    >>> first_product(pd.DataFrame()) is None
    True
    """
    if len(table) < 3:
        return None
    known = table.iloc[1:].sort_values("differs", ascending=False, kind="stable")  # those that differ are always drawn
    rows = known.head(top).sort_values("share", ascending=False, kind="stable")
    texts = [_("{share} of {n}", share=percent(row.share), n=count(row.customers)) for row in rows.itertuples()]
    usual = float(table["share"].iloc[0])
    axes = dots(rows.iloc[:, 0].tolist(), rows["share"], rows["low_share"], rows["high_share"], texts,
                _("Share who came back"), strong=rows["differs"].tolist(), usual=usual)  # fmt: skip
    told = _("everyone {share}", share=percent(usual))
    axes.annotate(told, (usual, len(rows) - 0.5), ha="center", va="bottom", fontsize=10,
                  annotation_clip=False, color=MUTED)  # fmt: skip
    return axes


def abandoned_carts(table: pd.DataFrame, currency: str = "") -> Axes | None:
    """Carts left, of all carts, with the money in them.

    Parameters
    ----------
    table : DataFrame
        From ``journeys.abandoned_carts``.
    currency : str
        ISO 4217 code.

    Returns
    -------
    Axes or None

    Examples
    --------
    >>> abandoned_carts(pd.DataFrame()) is None
    True
    """
    table = table[table["values"] == 1] if len(table) else table  # "Other" would dwarf the rest
    if table.empty or not table["abandoned"].sum():
        return None
    texts = []
    for row in table.to_dict("records"):
        told = {"n": count(row["abandoned"]), "all": count(row["carts"]), "share": percent(row["share"])}
        worth = pd.notna(row["value"]) and row["value"] > 0
        told["amount"] = money(row["value"], currency)
        texts.append(_("{n} of {all} ({share}), {amount}" if worth else "{n} of {all} ({share})", **told))
    names = table.iloc[:, 0].astype("str").tolist()
    axes, places = None, np.arange(len(table))[::-1]
    axes = bars(names, table["carts"], texts, _("Products put into carts; coloured: left"),
                plain=[False] * len(table), room=0.75)  # fmt: skip
    axes.barh(places, table["abandoned"].astype("float64"), color=ACCENT, height=0.66)
    axes.xaxis.set_major_formatter(lambda value, _place: count(value))
    return axes


def answer_curve(curve: pd.DataFrame) -> Axes | None:
    """Share of requests answered after so many days, with its 95% band.

    Parameters
    ----------
    curve : DataFrame
        From ``journeys.answer_curve``.

    Returns
    -------
    Axes or None

    Examples
    --------
    >>> answer_curve(pd.DataFrame()) is None
    True
    """
    if len(curve) < 2:
        return None
    most = curve.loc[curve["share"] >= 0.97 * curve["share"].max(), "days"].iloc[0]
    end = max(1.0, float(most))
    _drawing, axes = canvas(height=3.6)
    axes.fill_between(curve["days"], curve["low_share"], curve["high_share"], step="post", color=ACCENT, alpha=0.18)
    axes.step(curve["days"], curve["share"], where="post", color=ACCENT, linewidth=2.5)
    for day in (1, 3, 7):
        before = curve[curve["days"] <= day]
        if day < end * 0.8 and len(before):
            reached = float(before["share"].iloc[-1])
            axes.plot([day], [reached], "o", color=ACCENT, markersize=7)
            numbers = {"share": percent(reached), "n": count(day)}
            told = ngettext("{share} within {n} day", "{share} within {n} days", day, **numbers)
            beside(axes, day, reached - 0.06, told)
    axes.yaxis.set_major_formatter(percents())
    axes.set(xlim=(0, end), ylim=(0, 1.02), xlabel=_("Days since the request"), ylabel=_("Requests answered"))
    return axes
