"""How the shop trades, in figures."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from seglib.language import words
from seglib.language.messages import gettext as _
from seglib.language.messages import ngettext
from seglib.language.words import count, money, percent
from seglib.show.plots.exploration.axis import counts, moneys, month_axis, percents, tell
from seglib.show.plots.marks import STEPS, weekdays
from seglib.show.plots.theme import ACCENT, GREY, INK, MUTED, PALE, canvas

__all__ = ["discounts", "mix", "returns", "returns_by", "revenue_by_month", "seasonality", "weekday_by_hour"]

LONGEST_NAME = 28
YEAR = 12
NOT_TOLD = "not told"  # as the table names it


def revenue_by_month(by_month: pd.DataFrame, currency: str = "") -> Axes | None:
    """Net revenue of each month as bars; months that the records cover in part are pale.

    Parameters
    ----------
    by_month : DataFrame
        From ``exploration.revenue_by_month``.
    currency : str
        ISO 4217 code.

    Returns
    -------
    Axes or None

    Examples
    --------
    >>> revenue_by_month(pd.DataFrame({"month": []})) is None
    True
    """
    if by_month.empty:
        return None
    _drawing, axes = canvas()
    complete = by_month["complete"].astype(bool)
    axes.bar(by_month["month"], by_month["revenue"], width=24, color=np.where(complete, ACCENT, PALE))
    for at in by_month.index[~complete]:
        row = by_month.loc[at]
        place = row["month"], max(row["revenue"], 0)
        turned = 90 if len(by_month) > YEAR else 0  # over the bars beside it otherwise
        axes.annotate(_("part"), place, (0, 3), textcoords="offset points", ha="center", va="bottom", color=MUTED,
                      rotation=turned)  # fmt: skip
    axes.yaxis.set_major_formatter(moneys(currency))
    axes.set(ylabel=_("Net revenue a month"), ylim=(min(0, by_month["revenue"].min() * 1.1), None))
    axes.margins(y=0.1)
    month_axis(axes)
    return axes


def seasonality(season: pd.DataFrame) -> Axes | None:
    """Revenue of each month of the year against the average month; the line spans the years.

    Parameters
    ----------
    season : DataFrame
        From ``exploration.seasonality``.

    Returns
    -------
    Axes or None

    Examples
    --------
    >>> seasonality(pd.DataFrame()) is None
    True
    """
    if season.empty:
        return None
    _drawing, axes = canvas(height=3.6)
    places = season["month_of_year"].to_numpy()
    axes.bar(places, season["season_index"], color=ACCENT, width=0.7)
    axes.vlines(places, season["lowest"], season["highest"], color=INK, linewidth=2)
    axes.axhline(1, color=GREY, linewidth=1)
    axes.set_xticks(range(1, 13), [words.month(dt.date(2024, month, 1), "LLL") for month in range(1, 13)])
    axes.grid(axis="x", visible=False)
    axes.set(ylabel=_("Revenue, average month = 1"))
    return axes


def weekday_by_hour(table: pd.DataFrame) -> Axes | None:
    """Orders by weekday and hour as a heatmap; by weekday as bars where hours are not known.

    Parameters
    ----------
    table : DataFrame
        From ``exploration.weekday_by_hour``.

    Returns
    -------
    Axes or None

    Examples
    --------
    >>> weekday_by_hour(pd.DataFrame()) is None
    True
    """
    if table.empty:
        return None
    _drawing, axes = canvas(height=3.6)
    if table["hour"].isna().all():
        axes.bar(weekdays(), table["orders"], color=ACCENT)
        axes.yaxis.set_major_formatter(counts())
        axes.set(ylabel=_("Orders"))
        axes.grid(axis="x", visible=False)
        return axes
    grid = table.pivot(index="weekday", columns="hour", values="orders").astype("float64")
    bar = {"format": counts(), "label": _("Orders")}
    sns.heatmap(grid, ax=axes, cmap=STEPS, vmin=0, linewidths=0.5, linecolor="white", cbar_kws=bar)
    axes.set_yticks(np.arange(7) + 0.5, weekdays(), rotation=0)
    axes.set_xticks(np.arange(0, 24, 3) + 0.5, [f"{hour}:00" for hour in range(0, 24, 3)], rotation=0)
    axes.set(xlabel=_("Hour of the day"), ylabel="")
    return axes


def mix(table: pd.DataFrame, currency: str = "") -> Axes | None:
    """Share of net revenue of each value as sorted bars; the others in grey.

    Parameters
    ----------
    table : DataFrame
        From ``exploration.mix``.
    currency : str
        ISO 4217 code.

    Returns
    -------
    Axes or None: also with one value only

    Examples
    --------
    >>> mix(pd.DataFrame({"country": []})) is None
    True
    """
    if len(table) < 2 or table["revenue_share"].isna().all():
        return None
    rows = table.itertuples(index=False)
    texts = [f"{percent(row.revenue_share)}  {money(row.revenue, currency)}" for row in rows]
    plain = [values == 1 and name != NOT_TOLD for name, values in zip(table.iloc[:, 0], table["values"], strict=True)]
    return _bars(
        [_short(name) for name in table.iloc[:, 0]], table["revenue_share"], texts, plain, _("Share of net revenue")
    )


def returns_by(table: pd.DataFrame) -> Axes | None:
    """Share of sales that went back of each value, in the order of its revenue.

    Parameters
    ----------
    table : DataFrame
        From ``exploration.mix``.

    Returns
    -------
    Axes or None

    Examples
    --------
    >>> returns_by(pd.DataFrame({"country": []})) is None
    True
    """
    shown = table[table["returns_share"].notna()].sort_values("returns_share", ascending=False) if len(table) else table
    if len(shown) < 2 or not shown["returned"].sum() > 0:
        return None
    texts = [_of_orders(row.returns_share, row.orders) for row in shown.itertuples()]
    plain = [values == 1 for values in shown["values"]]
    names = [_short(name) for name in shown.iloc[:, 0]]
    return _bars(names, shown["returns_share"], texts, plain, _("Share of sales that went back"))


def _of_orders(share: Any, orders: Any) -> str:
    told = {"share": percent(share), "n": count(orders)}
    return ngettext("{share}  ({n} order)", "{share}  ({n} orders)", int(orders), **told)


def _short(name: object) -> str:
    text = _(NOT_TOLD) if name == NOT_TOLD else str(name)
    return text if len(text) <= LONGEST_NAME else text[: LONGEST_NAME - 1].rstrip() + "…"


def _bars(names: list[str], values: pd.Series, texts: list[str], plain: list[bool], what: str) -> Axes:
    _drawing, axes = canvas(height=1.0 + 0.34 * len(names))
    places = np.arange(len(names))[::-1]
    axes.barh(places, values, color=[ACCENT if colour else PALE for colour in plain], height=0.72)
    for place, value, text in zip(places, values, texts, strict=True):
        tell(axes, max(value, 0), place, text)
    axes.set_yticks(places, names)
    axes.xaxis.set_major_formatter(percents())
    axes.set(xlabel=what, xlim=(min(0, values.min() * 1.15), max(values.max() * 1.3, 0.01)))
    axes.set_ylim(-0.6, len(names) - 0.4)
    axes.grid(axis="y", visible=False)
    return axes


def returns(by_month: pd.DataFrame) -> Axes | None:
    """Share of sales that went back, by month.

    Parameters
    ----------
    by_month : DataFrame
        From ``exploration.revenue_by_month``; months covered in part are left out.

    Returns
    -------
    Axes or None: also where nothing went back

    Examples
    --------
    >>> returns(pd.DataFrame()) is None
    True
    """
    full = by_month[by_month["complete"].astype(bool)] if len(by_month) else by_month
    return _share_by_month(full, "returns_share", _("Returned, share of sales"))


def discounts(by_month: pd.DataFrame) -> Axes | None:
    """Share of sales before discount that was given away, by month.

    Parameters
    ----------
    by_month : DataFrame
        From ``exploration.discounts``; months covered in part are left out.

    Returns
    -------
    Axes or None: also where no discount was given

    Examples
    --------
    >>> discounts(pd.DataFrame()) is None
    True
    """
    full = by_month[by_month["complete"].astype(bool)] if len(by_month) else by_month
    return _share_by_month(full, "discount_share", _("Discount, share of sales before it"))


def _share_by_month(table: pd.DataFrame, column: str, what: str) -> Axes | None:
    shown = table[table[column].notna()] if column in table else table.head(0)
    if len(shown) < 2 or not shown[column].max() > 0:
        return None
    _drawing, axes = canvas(height=3.4)
    axes.plot(shown["month"], shown[column].astype("float64"), "o-", color=ACCENT, linewidth=2.5)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _place: percent(value)))
    axes.set(ylabel=what, ylim=(0, shown[column].max() * 1.15))
    month_axis(axes)
    return axes
