"""Days, windows and what is known at a day, by hand at their boundaries and by invariant."""

from __future__ import annotations

import datetime as dt

import ibis
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seglib.tables.period import DAY, Period, day_number, midnight

JANUARY = Period(dt.date(2024, 1, 31), 31)
MOMENTS = pd.Series(
    pd.to_datetime(["2023-11-30 23:59", "2023-12-01", "2023-12-31 23:59:59", "2024-01-01", "2024-01-31 23:59:59",
                    "2024-02-01", None], format="ISO8601")
)  # fmt: skip


def asked(question) -> list[list]:
    """What a question on moments answers in pandas and in the engine; unknown is no."""
    lazy = ibis.memtable(pd.DataFrame({"n": range(len(MOMENTS)), "at": MOMENTS}))
    rows = lazy.mutate(yes=question(lazy["at"])).order_by("n").to_pyarrow()["yes"].to_pylist()
    return [question(MOMENTS).fillna(False).tolist(), [bool(row) for row in rows]]


@pytest.mark.parametrize(
    ("question", "yes"),
    [
        (JANUARY.known, [1, 1, 1, 1, 1, 0, 0]),
        (lambda at: JANUARY.known(at, undated=True), [1, 1, 1, 1, 1, 0, 1]),
        (JANUARY.inside, [0, 0, 0, 1, 1, 1, 0]),
        (JANUARY.before, [0, 1, 1, 0, 0, 0, 0]),
        (Period(dt.date(2024, 1, 31)).inside, [1, 1, 1, 1, 1, 1, 0]),
        (Period(dt.date(2024, 1, 31)).before, [0] * 7),
    ],
)
def test_moments_at_the_bounds_in_pandas_and_in_the_engine(question, yes):
    assert asked(question) == [list(map(bool, yes))] * 2


def test_days_by_hand():
    assert (JANUARY.today, JANUARY.end) == (pd.Timestamp("2024-01-31"), pd.Timestamp("2024-02-01"))
    assert (JANUARY.start(), JANUARY.start(windows=2)) == (dt.date(2024, 1, 1), dt.date(2023, 12, 1))
    assert JANUARY.last(1) == JANUARY.as_of
    assert Period(JANUARY.as_of).start() is None
    assert JANUARY.earlier(31) == Period(dt.date(2023, 12, 31), 31)
    assert JANUARY.days_since(MOMENTS).fillna(-9).tolist() == [62, 61, 31, 30, 0, -1, -9]


@pytest.mark.parametrize("days", [0, -1])
def test_a_window_has_days(days):
    with pytest.raises(ValueError, match=f"window_days is {days}; expected a positive number"):
        Period(dt.date(2024, 1, 31), days)


DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2060, 1, 1))


@given(DAYS, st.integers(1, 3000), st.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2060, 1, 1)))
def test_the_window_and_the_one_before_it_meet_and_are_equally_long(as_of, days, moment):
    period, at = Period(as_of, days), pd.Series([pd.Timestamp(moment)])
    now, before = period.inside(at) & period.known(at), period.before(at)
    assert not (now & before).any()
    age = int(period.days_since(at).iloc[0])
    assert now.item() == (0 <= age < days)
    assert before.item() == (days <= age < 2 * days)
    assert before.equals(period.earlier(days).inside(at) & period.earlier(days).known(at))


@given(DAYS)
def test_a_day_is_from_midnight_to_midnight(day):
    first, last = midnight(day), midnight(day) + DAY - pd.Timedelta(microseconds=1)
    moments = ibis.memtable(pd.DataFrame({"at": [first, last, last + pd.Timedelta(microseconds=1)]}))
    number = (day - dt.date(1970, 1, 1)).days
    assert sorted(day_number(moments["at"]).to_pyarrow().to_pylist()) == [number, number, number + 1]
