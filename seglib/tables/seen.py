"""When somebody is new rather than first seen: records begin in the middle of a shop's life.

Whoever ordered before the records begin, and comes back, looks like a new customer. Of the orders placed on a day, the
share ``S(t) - S(longest)`` is followed by the customer's next order between ``t`` and ``longest`` days later; ``S`` is
the share that has not come back by then (Kaplan-Meier: gaps that have not ended count). A shop that traded before the
records as it does in them therefore sees, on day ``t`` of the records, that share of a day's orders come back from
before them. Customers are called new from the first day from which on those are at most one in ten of all first seen.

A quantile of the gaps does not do: where half the orders come within three days, 90% of the gaps have ended after a
fortnight, and most of those first seen later are old customers nevertheless.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ibis
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from seglib.tables.period import day_number, midnight
from seglib.tables.small_tables import frame

if TYPE_CHECKING:
    from ibis.expr.types import Table

__all__ = ["SETTLED_DAYS", "Gaps", "new_ones", "order_gaps"]

MOST_OLD = 0.1  # of those called new: who may have bought before the records
SETTLED_DAYS = 90  # who first ordered later than this had little time to come back
EPOCH = dt.date(1970, 1, 1)
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Gaps:
    """Days from each order day of a customer to the next, or to the as-of date where none has followed yet.

    ``counts`` has ``first_day`` (days since 1970 of a customer's first order; NA for later ones), ``days``, ``ended``
    (an order followed), ``gaps`` (how many such). :func:`order_gaps` makes it.
    """

    counts: pd.DataFrame
    as_of: dt.date

    def staying_away(self) -> Floats:
        """Share of the gaps that last longer than so many days, from 0 to the longest (Kaplan-Meier)."""
        days, ended = self.counts["days"].to_numpy("int64"), self.counts["ended"].to_numpy(bool)
        n = self.counts["gaps"].to_numpy("float64")
        size = int(days.max()) + 1 if len(days) else 1
        every = np.bincount(days, n, size)
        at_risk = np.cumsum(every[::-1])[::-1]
        back = np.bincount(days[ended], n[ended], size)
        return np.cumprod(1 - np.divide(back, at_risk, out=np.zeros(size), where=at_risk > 0))

    def usual(self) -> float:
        """Days after which half of the orders were followed by another; NaN where fewer than half ever are.

        Examples
        --------
        >>> counts = pd.DataFrame({"first_day": [0, None], "days": [9, 30], "ended": [True, False], "gaps": 1})
        >>> Gaps(counts, dt.date(2024, 1, 31)).usual()
        9.0
        """
        reached = np.flatnonzero(self.staying_away() <= 0.5 + 1e-12)
        return float(reached[0]) if len(reached) and len(self.counts) else float("nan")

    def new_since(self, opened: dt.date | None = None) -> dt.date | None:
        """First day on which a customer first seen is called new; None where the records are too short for that.

        Parameters
        ----------
        opened : date, optional
            When the shop opened, before which nobody can have bought. Unknown, gaps of up to twice the length of the
            records are reckoned with, of which as many end in the second half of that time as in the one before.

        Examples
        --------
        >>> counts = pd.DataFrame({"first_day": [19723, None], "days": [10, 20], "ended": [True, False], "gaps": 1})
        >>> Gaps(counts, dt.date(2024, 1, 31)).new_since(opened=dt.date(2024, 1, 1))
        datetime.date(2024, 1, 1)
        """
        firsts = self.counts[self.counts["first_day"].notna()]
        if firsts.empty:
            return None
        begin = int(firsts["first_day"].min())
        span = (self.as_of - EPOCH).days - begin
        days = firsts["first_day"].to_numpy("int64") - begin
        seen = np.bincount(days, firsts["gaps"], span + 1).astype("float64")
        before = None if opened is None else max(0, begin - (opened - EPOCH).days)
        old = float(self.counts["gaps"].sum()) / max(span, 1) * _coming_back(self.staying_away(), span, before)
        share = _to_the_end(old) / np.maximum(_to_the_end(seen), 1)
        enough = np.flatnonzero(share <= MOST_OLD)
        return EPOCH + dt.timedelta(days=begin + int(enough[0])) if len(enough) else None


def _to_the_end(values: Floats) -> Floats:
    return np.cumsum(values[::-1])[::-1]


def _coming_back(away: Floats, span: int, before: int | None) -> Floats:
    """Share of a day's orders that are followed by the next so many days later or more, for each day of the records."""
    known = np.concatenate([away, np.full(max(0, span + 1 - len(away)), away[-1])])[: span + 1]
    half = known[span // 2]
    ratio = known[-1] / half if half > 0 else 0.0
    day = np.arange(span + 1)
    until = np.full(span + 1, 2 * span) if before is None else np.minimum(day + before, 2 * span)
    doublings = np.log2(np.maximum(until, max(span, 1)) / max(span, 1))
    return known - np.where(until <= span, known[np.minimum(until, span)], known[-1] * ratio**doublings)


def order_gaps(orders: Table, as_of: dt.date) -> Gaps:
    """Gaps between the order days of each customer, the last one open, counted by the engine.

    Parameters
    ----------
    orders : Ibis table
        ``customer_id``, ``at``; of the whole history.
    as_of : date
        The day up to which open gaps have lasted.

    Examples
    --------
    >>> orders = ibis.memtable({"customer_id": ["a", "a"], "at": pd.to_datetime(["2024-01-01", "2024-01-11"])})
    >>> order_gaps(orders, dt.date(2024, 1, 31)).counts[["days", "ended", "gaps"]].values.tolist()
    [[10, True, 1], [20, False, 1]]
    """
    days = orders.select("customer_id", day=day_number(orders["at"])).distinct()
    of_one: Any = ibis.window(group_by="customer_id", order_by="day")
    later, earlier = days.day.lead().over(of_one), days.day.lag().over(of_one)
    gaps = days.select(
        first_day=earlier.isnull().ifelse(days.day, ibis.null("int32")),
        days=later.fill_null(ibis.literal((as_of - EPOCH).days)) - days.day,
        ended=later.notnull(),
    )
    counted = gaps.group_by("first_day", "days", "ended").agg(gaps=gaps.count())
    return Gaps(frame(counted.order_by("days", "first_day", "ended")), as_of)


def new_ones(first_at: pd.Series, new_since: dt.date | None) -> pd.Series:
    """Whose first order in the records is truly the first, as far as can be told.

    Parameters
    ----------
    first_at : Series of datetime64
        First order in the records.
    new_since : date or None
        From :meth:`Gaps.new_since`.

    Examples
    --------
    >>> new_ones(pd.Series(pd.to_datetime(["2024-01-01", "2024-06-01"])), dt.date(2024, 3, 1)).tolist()
    [False, True]
    """
    return first_at.notna() & (False if new_since is None else first_at >= midnight(new_since))
