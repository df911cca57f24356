"""As-of date and window as bounds of time."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import pandas as pd

__all__ = ["DAY", "Period", "day_number", "fetched", "midnight"]

DAY = 86_400  # seconds


@dataclass(frozen=True)
class Period:
    """The window up to an as-of date, both ends included; all of time without ``window_days``."""

    as_of: dt.date
    window_days: int | None = None

    def __post_init__(self) -> None:
        if self.window_days is not None and self.window_days <= 0:
            raise ValueError(f"window_days is {self.window_days}; expected a positive number of days, or None for all")

    @property
    def today(self) -> pd.Timestamp:
        """The as-of date at midnight."""
        return pd.Timestamp(self.as_of)

    @property
    def end(self) -> ir.TimestampScalar:
        """The first moment after the as-of date."""
        return midnight(self.as_of + dt.timedelta(days=1))

    def start(self, windows: int = 1) -> dt.date | None:
        """First day of the window, or of so many windows."""
        return self.as_of - dt.timedelta(days=windows * self.window_days - 1) if self.window_days else None

    def known(self, table: ir.Table, at: str) -> ir.Table:
        """Rows up to the as-of date; those without a date stay out."""
        return table.filter(table[at] < self.end)

    def inside(self, moment: ir.TimestampColumn) -> ir.BooleanColumn:
        """Whether a moment up to the as-of date lies in the window."""
        start = self.start()
        return moment >= midnight(start) if start else moment.notnull()

    def before(self, moment: ir.TimestampColumn) -> ir.BooleanColumn:
        """Whether a moment lies in the previous window."""
        start, earlier = self.start(), self.start(windows=2)
        if start is None or earlier is None:
            return moment.isnull() & moment.notnull()
        return (moment >= midnight(earlier)) & (moment < midnight(start))

    def days_since(self, moments: pd.Series) -> pd.Series:
        """Whole days from each moment to the as-of date; missing where it is."""
        return (self.today - moments.dt.normalize()).dt.days.astype("Int64")


def midnight(day: dt.date) -> ir.TimestampScalar:
    """The day's first moment."""
    return ibis.timestamp(day.isoformat())


def day_number(moment: ir.TimestampColumn) -> ir.IntegerColumn:
    """Days since 1970, by which distinct days are counted."""
    return (moment.epoch_seconds() // DAY).cast("int32")


def fetched(table: ir.Table) -> pd.DataFrame:
    """The table in pandas, indexed by customer_id."""
    found = table.to_pyarrow().to_pandas().set_index("customer_id")
    found.index = found.index.astype("str")
    return found
