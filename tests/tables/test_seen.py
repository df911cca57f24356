"""Who is new: gaps counted with those still open, and the days in which nobody can be called so."""

from __future__ import annotations

import datetime as dt

import ibis
import numpy as np
import pandas as pd
import pytest

from seglib.tables.intervals import half_time, kaplan_meier
from seglib.tables.seen import Gaps, new_ones, order_gaps

AS_OF = dt.date(2024, 12, 31)
BEGIN = pd.Timestamp("2024-01-01")


def orders_of(days: dict[str, list[float]]) -> ibis.Table:
    rows = [(name, (BEGIN + pd.Timedelta(days=day)).floor("s")) for name, seen in days.items() for day in seen]
    return ibis.memtable(pd.DataFrame(rows, columns=["customer_id", "at"]))


def gaps_of(days: dict[str, list[float]]) -> Gaps:
    return order_gaps(orders_of(days), AS_OF)


def steady(customers: int, every: int, days: int = 366) -> dict[str, list[float]]:
    """Customers of before the records, who order every so many days for ever."""
    return {f"old{n}": [float(day) for day in range(n % every, days, every)] for n in range(customers)}


def test_two_orders_of_one_day_are_one_and_the_last_gap_is_open() -> None:
    counts = gaps_of({"a": [0, 0.5, 10], "b": [365]}).counts
    told = counts[["days", "ended", "gaps"]].to_numpy().tolist()
    assert sorted(map(tuple, told)) == [(0, False, 1), (10, True, 1), (355, False, 1)]
    assert counts["first_day"].notna().sum() == 2


def test_the_usual_gap_is_the_median_by_kaplan_meier() -> None:
    rng = np.random.default_rng(3)
    days = {str(n): sorted(rng.uniform(0, 366, rng.integers(1, 6))) for n in range(200)}
    lengths, ended = [], []
    for seen in days.values():
        whole = sorted({int(day) for day in seen})
        lengths += [*np.diff(whole), 365 - whole[-1]]
        ended += [True] * (len(whole) - 1) + [False]
    assert gaps_of(days).usual() == half_time(kaplan_meier(lengths, ended))[0]


def test_where_most_never_come_back_no_gap_is_usual() -> None:
    once = {f"once{n}": [n] for n in range(60)}
    assert np.isnan(gaps_of(once | {"a": [0, 3], "b": [0, 5]}).usual())
    assert np.isnan(gaps_of(once).usual())


def test_whoever_comes_back_at_latest_after_thirty_days_is_known_by_then() -> None:
    """Old customers are all seen in the first 30 days; each day later brings a new one, who never comes back."""
    new = {f"new{day}": [day] for day in range(30, 366)}
    days = steady(60, 30) | new
    since = gaps_of(days).new_since()
    assert since is not None
    late = [name for name, seen in days.items() if seen[0] >= (since - BEGIN.date()).days]
    assert sum(name.startswith("old") for name in late) <= 0.1 * len(late)
    assert since > dt.date(2024, 1, 10)


def test_old_customers_alone_leave_nobody_to_be_new_in_the_time_of_their_gaps() -> None:
    since = gaps_of(steady(90, 90)).new_since()
    assert since is not None
    assert since >= dt.date(2024, 3, 15)


def test_who_comes_every_few_days_does_not_make_the_others_new() -> None:
    """Six in seven gaps end within three days, yet those first seen after a month are old: they come twice a year."""
    often = steady(20, 3)
    seldom = {f"seldom{n}": [n, n + 180] for n in range(180)}
    gaps = gaps_of(often | seldom)
    assert gaps.staying_away()[3] < 1 / 7
    since = gaps.new_since()
    assert since is None or since > dt.date(2024, 6, 1)


@pytest.mark.parametrize("opened", [dt.date(2024, 1, 1), dt.date(2024, 6, 1)])
def test_in_a_shop_that_opened_with_its_records_everyone_is_new(opened: dt.date) -> None:
    assert gaps_of(steady(60, 30)).new_since(opened) == dt.date(2024, 1, 1)


def test_a_shop_that_opened_lately_has_fewer_old_customers() -> None:
    rng = np.random.default_rng(1)
    ends = [np.cumsum(rng.exponential(40, 12)) + rng.uniform(0, 300) for _ in range(300)]
    days = {str(n): [day for day in seen[:4] if day < 366] for n, seen in enumerate(ends)}
    months = [dt.date(2022, 1, 1), dt.date(2023, 11, 1), dt.date(2023, 12, 15), dt.date(2024, 1, 1)]
    since = [gaps_of(days).new_since(opened) or AS_OF for opened in (None, *months)]
    assert since == sorted(since, reverse=True)
    assert since[0] > since[3] > since[4]


def test_no_orders_no_new_customers() -> None:
    nothing = gaps_of({"a": [0]})
    empty = Gaps(nothing.counts.head(0), AS_OF)
    assert empty.new_since() is None
    assert np.isnan(empty.usual())
    assert not new_ones(pd.Series(pd.to_datetime(["2024-05-01", None])), None).any()
