"""The season at a date where somebody lives."""

from __future__ import annotations

import csv
import datetime as dt
from functools import cache
from pathlib import Path

import pandas as pd

from seglib.language.messages import mark

__all__ = ["season"]

NORTH = {12: "winter", 1: "winter", 2: "winter", 3: "spring", 4: "spring", 5: "spring", 6: "summer", 7: "summer"}
NORTH |= {8: "summer", 9: "autumn", 10: "autumn", 11: "autumn"}
TURNED = {
    mark("winter"): mark("summer"),
    mark("spring"): mark("autumn"),
    "summer": "winter",
    "autumn": "spring",
}


def season(countries: pd.Series, as_of: dt.date) -> pd.Series:
    """Meteorological season in each country; missing where the country is tropical or not known.

    Parameters
    ----------
    countries : Series of str
        Names or ISO 3166 codes (two or three letters), in any case.
    as_of : date
        Day asked about.

    Returns
    -------
    Series of str: winter (December to February in the north), spring, summer, autumn.

    Examples
    --------
    >>> season(pd.Series(["Ireland", "AU", "Kenya"]), dt.date(2024, 1, 31)).tolist()
    ['winter', 'summer', nan]
    """
    north = NORTH[as_of.month]
    told = {name: north if half == "north" else TURNED[north] for name, half in _halves().items()}
    found = {value: told.get(str(value).strip().casefold()) for value in countries.dropna().unique()}
    return countries.map(found, na_action="ignore").astype("str")


@cache
def _halves() -> dict[str, str]:
    """Every name and code of a country whose middle lies outside the tropics -> its half of the earth."""
    with (Path(__file__).parent / "hemispheres.csv").open(encoding="utf-8", newline="") as file:
        return {name.casefold(): row["half"] for row in csv.DictReader(file) for name in _names(row)}


def _names(row: dict[str, str]) -> list[str]:
    return [name for name in (row["iso2"], row["iso3"], row["name"], *row["also"].split("|")) if name]
