"""What the figures of this notebook share: how ticks are written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, MonthLocator, num2date
from matplotlib.ticker import Formatter, FuncFormatter, NullFormatter

from seglib.language.words import count, money, month, percent
from seglib.show.plots.theme import direct_label

__all__ = ["counts", "money_axis", "moneys", "month_axis", "percents", "tell"]

AMOUNTS = (1, 2, 5)


def percents() -> FuncFormatter:
    """Ticks as percentages."""
    return FuncFormatter(lambda value, _: percent(value, 0))


def counts() -> FuncFormatter:
    """Ticks as whole numbers."""
    return FuncFormatter(lambda value, _: count(value))


def moneys(currency: str) -> FuncFormatter:
    """Ticks as money."""
    return FuncFormatter(lambda value, _: money(value, currency, None if 0 < abs(value) < 1 else 0))


class _Months(Formatter):
    """Years, months or days, as few letters as tell them apart: 2011, Feb, 15."""

    def format_ticks(self, values: Sequence[float]) -> list[str]:
        """Texts of all ticks."""
        moments = [num2date(value) for value in values]
        daily, monthly = (any(getattr(one, part) != 1 for one in moments) for part in ("day", "month"))
        return [self._told(one, daily=daily) if daily or monthly else str(one.year) for one in moments]

    def _told(self, moment: dt.datetime, *, daily: bool) -> str:
        if daily and moment.day != 1:
            return str(moment.day)
        return month(moment, "LLL") if daily or moment.month != 1 else str(moment.year)

    def __call__(self, x: float, pos: int | None = None) -> str:
        return self.format_ticks([x])[0]


def month_axis(axes: Axes) -> None:
    """Months along the bottom, as many as fit."""
    few = np.ptp(axes.get_xlim()) < 120
    places = MonthLocator() if few else AutoDateLocator(minticks=3, maxticks=8)
    axes.xaxis.set_major_locator(places)
    axes.xaxis.set_major_formatter(_Months())
    axes.grid(axis="x", visible=False)


def money_axis(axes: Axes, low: float, high: float, currency: str) -> None:
    """Money along the bottom on a logarithmic scale: 1, 2, 5, 10, or powers of ten where those would crowd."""
    powers = range(int(np.floor(np.log10(low))), int(np.ceil(np.log10(high))) + 1)
    steps = AMOUNTS if np.log10(high / low) <= 3 else AMOUNTS[:1]
    ticks = [step * 10.0**power for power in powers for step in steps if low <= step * 10.0**power <= high]
    axes.set_xticks(ticks, [money(tick, currency, 0 if tick >= 1 else 2) for tick in ticks])
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.grid(axis="x", visible=False)


def tell(axes: Axes, x: float, y: float, text: str, *, left: bool = False) -> None:
    """Label beside a mark, as large as the ticks."""
    if left:
        axes.annotate(f"{text} ", (x, y), ha="right", va="center", fontsize=11)
    else:
        direct_label(axes, float(x), float(y), text, fontsize=11)
