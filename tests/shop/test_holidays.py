"""Days of holidays against published calendars."""

import datetime as dt

import pytest

from seglib.errors import InputError
from seglib.shop.people import holiday_dates
from seglib.shop.people.holidays import easter


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("New Year", "2024-01-01"),
        ("Valentine's Day", "2024-02-14"),
        ("Mothering Sunday", "2024-03-10"),
        ("Easter", "2024-03-31"),
        ("Mother's Day", "2024-05-12"),
        ("Father's Day", "2024-06-16"),
        ("Back to school", "2024-09-01"),
        ("Halloween", "2024-10-31"),
        ("Singles' Day", "2024-11-11"),
        ("Thanksgiving", "2024-11-28"),
        ("Black Friday", "2024-11-29"),
        ("Cyber Monday", "2024-12-02"),
        ("Christmas", "2024-12-25"),
    ],
)
def test_the_calendar_of_2024(name, day):
    assert holiday_dates(name, dt.date(2024, 1, 1), dt.date(2024, 12, 31)) == [dt.date.fromisoformat(day)]


def test_weekdays_where_the_month_begins_with_them():
    sunday = dt.date(2022, 5, 8)  # 1 May 2022 was a Sunday, so the second is the 8th
    assert holiday_dates("Mother's Day", dt.date(2022, 1, 1), dt.date(2022, 12, 31)) == [sunday]
    assert holiday_dates("Black Friday", dt.date(2013, 11, 1), dt.date(2013, 12, 31)) == [dt.date(2013, 11, 29)]
    assert holiday_dates("Cyber Monday", dt.date(2013, 11, 1), dt.date(2013, 12, 31)) == [dt.date(2013, 12, 2)]
    # November 2019 began on a Friday: its fourth Friday is not the one after the fourth Thursday
    assert holiday_dates("Black Friday", dt.date(2019, 11, 1), dt.date(2019, 12, 31)) == [dt.date(2019, 11, 29)]


def test_easter_agrees_with_dateutil_for_five_centuries():
    oracle = pytest.importorskip("dateutil.easter").easter
    assert [year for year in range(1583, 2100) if easter(year) != oracle(year)] == []
    assert (easter(1818), easter(2038)) == (dt.date(1818, 3, 22), dt.date(2038, 4, 25))  # the earliest, the latest


def test_both_bounds_are_included():
    christmas = dt.date(2023, 12, 25)
    assert holiday_dates("Christmas", christmas, christmas) == [christmas]
    assert holiday_dates("Christmas", dt.date(2023, 12, 26), dt.date(2024, 12, 24)) == []
    assert len(holiday_dates("Christmas", christmas, dt.date(2025, 12, 25))) == 3
    assert holiday_dates("Christmas", dt.date(2024, 1, 1), dt.date(2023, 1, 1)) == []


def test_names_are_read_as_people_write_them():
    first, last = dt.date(2024, 1, 1), dt.date(2024, 12, 31)
    same = [holiday_dates(name, first, last) for name in ("Valentine's Day", "valentines day", "VALENTINE’S DAY")]
    assert same[0] == same[1] == same[2]
    assert holiday_dates("xmas", first, last) == holiday_dates("Christmas", first, last)


def test_any_is_all_of_them_once_and_in_order():
    days = holiday_dates("any", dt.date(2024, 1, 1), dt.date(2024, 12, 31))
    assert days == sorted(set(days))
    assert len(days) == 13


def test_an_unknown_one_is_told_with_the_nearest():
    with pytest.raises(InputError, match=r"'Christmass' is no holiday .* Did you mean 'Christmas'"):
        holiday_dates("Christmass", dt.date(2024, 1, 1), dt.date(2024, 12, 31))
