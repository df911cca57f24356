"""Days of named holidays, from ``holidays.toml``."""

from __future__ import annotations

import datetime as dt
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from seglib.errors import InputError, did_you_mean

__all__ = ["easter", "holiday_dates"]


def holiday_dates(name: str, first: dt.date, last: dt.date) -> list[dt.date]:
    """Days of a holiday from one day to another, both included.

    Parameters
    ----------
    name : str
        A holiday of ``holidays.toml``, in any case and with or without apostrophes, or ``"any"`` for all of them.
    first, last : date
        Bounds.

    Returns
    -------
    list of date, sorted, each day once.

    Raises
    ------
    InputError
        The holiday is not known.

    Examples
    --------
    >>> holiday_dates("Black Friday", dt.date(2023, 1, 1), dt.date(2024, 12, 31))
    [datetime.date(2023, 11, 24), datetime.date(2024, 11, 29)]
    """
    known = _holidays()
    if _plain(name) != "any" and _plain(name) not in known:
        names = ["any", *dict.fromkeys(holiday["name"] for holiday in known.values())]
        raise InputError(f"{name!r} is no holiday that is known.{did_you_mean(name, names)}")
    asked = known.values() if _plain(name) == "any" else [known[_plain(name)]]
    years = range(first.year - 1, last.year + 2)
    days = {_day(holiday, year) for holiday in asked for year in years if 1 <= year < dt.MAXYEAR}
    return sorted(day for day in days if first <= day <= last)


def easter(year: int) -> dt.date:
    """Easter Sunday of the western churches.

    Parameters
    ----------
    year : int
        A year of the Gregorian calendar.

    Returns
    -------
    date

    References
    ----------
    The anonymous Gregorian algorithm: J. Meeus, Astronomical Algorithms, 1991, chapter 8.

    Examples
    --------
    >>> easter(2024)
    datetime.date(2024, 3, 31)
    """
    century, golden = year // 100, year % 19
    skipped, leaps = century - century // 4, (8 * century + 13) // 25
    epact = (skipped - leaps + 19 * golden + 15) % 30
    moon = epact - (epact == 29 or (epact == 28 and golden > 10))
    weekday = (year + year // 4 + moon + 2 - skipped) % 7
    return dt.date(year, 3, 28) + dt.timedelta(days=moon - weekday)


@cache
def _holidays() -> dict[str, dict[str, Any]]:
    """Every name of a holiday, made plain -> how its day is told."""
    told = tomllib.loads((Path(__file__).parent / "holidays.toml").read_text(encoding="utf-8"))["holidays"]
    return {_plain(name): holiday for holiday in told for name in (holiday["name"], *holiday.get("also", ()))}


def _plain(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def _day(holiday: dict[str, Any], year: int) -> dt.date:
    if "after_easter" in holiday:
        return easter(year) + dt.timedelta(days=holiday["after_easter"])
    day = dt.date(year, holiday["month"], holiday.get("day", 1))
    if "weekday" in holiday:
        ahead = (holiday["weekday"] - day.weekday()) % 7
        day += dt.timedelta(days=ahead + 7 * (holiday["which"] - 1))
    return day + dt.timedelta(days=holiday.get("plus", 0))
