"""The customer base, in figures."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from seglib.language.messages import gettext as _
from seglib.language.messages import mark
from seglib.language.words import count, money, number, percent
from seglib.show.plots.exploration.axis import counts, money_axis, percents, tell
from seglib.show.plots.marks import STEPS, legible
from seglib.show.plots.theme import ACCENT, GREY, MUTED, PALE, canvas

__all__ = ["cohort_retention", "interpurchase_times", "one_time_share", "order_values", "pareto"]

COHORTS, MONTHS_ON = 13, 12
QUANTILES = {0.5: mark("half below {amount}"), 0.9: mark("90% below {amount}")}


def order_values(histogram: pd.DataFrame, quantiles: pd.DataFrame, currency: str = "") -> Axes | None:
    """Orders by value on a logarithmic scale, with the median and the ninth decile.

    Parameters
    ----------
    histogram, quantiles : DataFrame
        From ``exploration.order_value_histogram`` and ``exploration.order_value_quantiles``.
    currency : str
        ISO 4217 code.

    Returns
    -------
    Axes or None: also when all orders are worth the same, or nothing

    Examples
    --------
    >>> order_values(pd.DataFrame(), pd.DataFrame()) is None
    True
    """
    paid = histogram[histogram["from_order_value"] > 0] if len(histogram) else histogram
    if len(paid) < 2:
        return None
    _drawing, axes = canvas()
    low, high = paid["from_order_value"], paid["to_order_value"]
    axes.bar(low, paid["orders"], width=high - low, align="edge", color=ACCENT, edgecolor="white", linewidth=0.5)
    axes.set_xscale("log")
    axes.set_ylim(0, paid["orders"].max() * 1.3)
    amounts = quantiles.set_index("quantile")["order_value"]
    for value, text in QUANTILES.items():
        if amounts[value] > 0:
            axes.axvline(amounts[value], ymax=0.95, color=GREY, linewidth=1)
            height = 0.95 * axes.get_ylim()[1]
            tell(axes, amounts[value], height, _(text, amount=money(amounts[value], currency)), left=value == 0.5)
    money_axis(axes, float(low.min()), float(high.max()), currency)
    axes.yaxis.set_major_formatter(counts())
    axes.set(xlabel=_("Order value before returns (logarithmic)"), ylabel=_("Orders"))
    return axes


def pareto(curve: pd.DataFrame, concentration: pd.DataFrame) -> Axes | None:
    """Cumulative share of revenue of the best customers; the straight line is an equal spread.

    Parameters
    ----------
    curve, concentration : DataFrame
        From ``exploration.pareto`` and ``exploration.concentration``.

    Returns
    -------
    Axes or None

    Examples
    --------
    >>> pareto(pd.DataFrame(), pd.DataFrame()) is None
    True
    """
    if len(curve) < 3:
        return None
    _drawing, axes = canvas()
    axes.plot([0, 1], [0, 1], color=PALE, linewidth=1.5)
    axes.plot(curve["customers_share"], curve["revenue_share"], color=ACCENT, linewidth=2.5)
    row = concentration.iloc[0]
    for name, reached in (("half_customers", 0.5), ("most_customers", 0.8)):
        share = row[name] / row["customers"]
        axes.plot([share], [reached], "o", color=ACCENT, markersize=7)
        tell(
            axes,
            share,
            reached - 0.04,
            _held(share, reached),
        )
    axes.annotate(_("if all brought the same"), (0.72, 0.68), color=MUTED, va="top")
    axes.xaxis.set_major_formatter(percents())
    axes.yaxis.set_major_formatter(percents())
    axes.set(xlabel=_("Customers, the best first"), ylabel=_("Share of net revenue"), xlim=(0, 1.01), ylim=(0, None))
    return axes


def _held(customers: float, revenue: float) -> str:
    told = {"customers": percent(customers), "revenue": percent(revenue)}
    return _("{customers} of customers: {revenue} of revenue", **told)


def one_time_share(table: pd.DataFrame) -> Axes | None:
    """Share of one-time buyers by the age of their first order, with 95% intervals.

    Parameters
    ----------
    table : DataFrame
        From ``exploration.one_time_share``.

    Returns
    -------
    Axes or None

    Examples
    --------
    >>> one_time_share(pd.DataFrame()) is None
    True
    """
    bands = table[table["kind"] == "band"].iloc[::-1] if len(table) else table
    if bands.empty:
        return None
    _drawing, axes = canvas(height=0.9 + 0.6 * len(bands))
    places = range(len(bands))
    axes.hlines(places, bands["low_share"], bands["high_share"], color=ACCENT, linewidth=3, alpha=0.4)
    axes.plot(bands["one_time_share"], places, "o", color=ACCENT, markersize=9)
    for place, row in zip(places, bands.to_dict("records"), strict=True):
        tell(axes, row["high_share"], place, _of(row["one_time_share"], row["customers"]))
    axes.set_yticks(places, [_band(row["from_days"], row["to_days"]) for row in bands.to_dict("records")])
    axes.xaxis.set_major_formatter(percents())
    axes.set(xlim=(0, 1.2), ylim=(-0.6, len(bands) - 0.4))
    axes.set(xlabel=_("Customers with one order in the records"), ylabel=_("First order"))
    axes.set_xticks(np.linspace(0, 1, 5))
    axes.grid(axis="y", visible=False)
    return axes


def _band(low: int, high: Any) -> str:
    if pd.isna(high):
        return _("over {n} days ago", n=count(low - 1))
    return _("{first} to {last} days ago", first=count(low), last=count(high))


def _of(share: float, customers: int) -> str:
    return _("{share} of {n}", share=percent(share), n=count(customers))


def interpurchase_times(table: pd.DataFrame) -> Axes | None:
    """Share of repeat orders that came within so many days of the order before.

    Parameters
    ----------
    table : DataFrame
        From ``exploration.interpurchase_times``.

    Returns
    -------
    Axes or None

    Examples
    --------
    >>> interpurchase_times(pd.DataFrame()) is None
    True
    """
    if len(table) < 2:
        return None
    _drawing, axes = canvas()
    axes.step(table["gap_days"], table["within_share"], where="post", color=ACCENT, linewidth=2.5)
    for share in (0.5, 0.8, 0.95):
        gap = int(table.loc[table["within_share"] >= share - 1e-9, "gap_days"].iloc[0])
        axes.plot([gap], [share], "o", color=ACCENT, markersize=7)
        tell(axes, gap, share - 0.04, _("{share} within {n} days", share=percent(share), n=number(gap)))
    end = int(table.loc[table["within_share"] >= 0.98, "gap_days"].iloc[0])
    axes.yaxis.set_major_formatter(percents())
    axes.set(xlabel=_("Days since the order before"), ylabel=_("Share of repeat orders"), ylim=(0, 1.02))
    axes.set_xlim(0, max(7, end))
    return axes


def cohort_retention(table: pd.DataFrame) -> Axes | None:
    """Share of each month's new customers who order again, as a heatmap; the latest 13 cohorts, 12 months on.

    Parameters
    ----------
    table : DataFrame
        From ``exploration.cohort_retention``.

    Returns
    -------
    Axes or None

    Examples
    --------
    >>> cohort_retention(pd.DataFrame()) is None
    True
    """
    shown = table[table["months_since"].between(1, MONTHS_ON)] if len(table) else table
    if shown.empty:
        return None
    grid = shown.pivot(index="cohort", columns="months_since", values="retention_share").iloc[-COHORTS:]
    grid = grid.dropna(axis="columns", how="all").astype("float64")
    sizes = table.drop_duplicates("cohort").set_index("cohort").loc[grid.index]
    _drawing, axes = canvas(height=1.2 + 0.36 * len(grid))
    texts = grid.map(lambda share: percent(share, 0) if share == share else "")
    sns.heatmap(grid, ax=axes, annot=texts, fmt="", cmap=STEPS, vmin=0, cbar=False, linewidths=1, linecolor="white")
    names = [_cohort(moment, row["customers"], row["censored"]) for moment, row in sizes.iterrows()]
    legible(axes)
    axes.grid(visible=False)
    axes.set_yticks(np.arange(len(grid)) + 0.5, names, rotation=0)
    axes.tick_params(axis="x", rotation=0)
    axes.set(xlabel=_("Months after the first order"), ylabel=_("First order (customers)"))
    return axes


def _cohort(moment: object, customers: int, censored: bool) -> str:
    return f"{pd.Timestamp(str(moment)):%Y-%m}{'*' if censored else ''}  ({count(customers)})"
