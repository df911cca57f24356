"""As-of date and window as bounds of time: the one place that knows where a day, a window or the future begins."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from ibis.expr.types import IntegerColumn, TimestampColumn

__all__ = ["DAY", "LONGEST_DAYS", "Period", "day_number", "midnight"]

DAY = pd.Timedelta(days=1)
DAY_SECONDS = 86_400
LONGEST_DAYS = 36_525  # a hundred years: no window or rule looks further


@dataclass(frozen=True)
class Period:
    """The window up to an as-of date, both ends included; all of time without ``window_days``.

    Moments are columns of Ibis or Series of pandas; what is asked of them comes back as such, unknown where they are
    missing.

    Parameters
    ----------
    as_of : date
        Day that is looked from; of what came later nothing is known.
    window_days : int, optional
        Days of the window, the as-of date included; the whole history when None.

    Raises
    ------
    ValueError
        ``window_days`` is not positive.

    Examples
    --------
    >>> january = Period(dt.date(2024, 1, 31), window_days=31)
    >>> moments = pd.Series(pd.to_datetime(["2023-12-31 23:59", "2024-01-01 00:00", "2024-01-31 23:59",
    ...                                     "2024-02-01 00:00"]))
    >>> (january.inside(moments) & january.known(moments)).tolist()
    [False, True, True, False]
    >>> january.before(moments).tolist()
    [True, False, False, False]
    """

    as_of: dt.date
    window_days: int | None = None

    def __post_init__(self) -> None:
        if self.window_days is not None and self.window_days <= 0:
            raise ValueError(
                f"window_days is {self.window_days}; expected a positive number of days, or None for all of them"
            )

    @property
    def today(self) -> pd.Timestamp:
        """The as-of date's first moment."""
        return midnight(self.as_of)

    @property
    def end(self) -> pd.Timestamp:
        """The first moment after the as-of date."""
        return self.today + DAY

    def start(self, windows: int = 1) -> dt.date | None:
        """First day of the window, or of so many windows; None where the window is the whole history."""
        return None if self.window_days is None else self.last(windows * self.window_days)

    def last(self, days: int) -> dt.date:
        """First of the last so many days, the as-of date included."""
        return self.as_of - dt.timedelta(days=days - 1)

    def earlier(self, days: int) -> Period:
        """The equally long window so many days ago."""
        return Period(self.as_of - dt.timedelta(days=days), self.window_days)

    def known(self, moment: Any, *, undated: bool = False) -> Any:
        """Whether a moment is up to the as-of date; ``undated``: or not told."""
        return (moment < self.end) | moment.isnull() if undated else moment < self.end

    def inside(self, moment: Any) -> Any:
        """Whether a moment up to the as-of date lies in the window."""
        start = self.start()
        return moment.notnull() if start is None else moment >= midnight(start)

    def before(self, moment: Any) -> Any:
        """Whether a moment lies in the previous, equally long window; none does where there is no window."""
        start, earlier = self.start(), self.start(windows=2)
        if start is None or earlier is None:
            return moment.isnull() & moment.notnull()
        return (moment >= midnight(earlier)) & (moment < midnight(start))

    def days_since(self, moments: pd.Series) -> pd.Series:
        """Whole days from each moment to the as-of date; missing where it is."""
        return (self.today - moments.dt.normalize()).dt.days.astype("Int64")


def midnight(day: dt.date) -> pd.Timestamp:
    """The day's first moment.

    Examples
    --------
    >>> midnight(dt.date(2024, 1, 31))
    Timestamp('2024-01-31 00:00:00')
    """
    return pd.Timestamp(day).normalize()


def day_number(moment: TimestampColumn) -> IntegerColumn:
    """Days since 1970, by which distinct days are counted."""
    return (moment.epoch_seconds() // DAY_SECONDS).cast("int32")
