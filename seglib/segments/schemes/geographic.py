"""Geographic scheme: where the customer is."""

from __future__ import annotations

from functools import partial

import pandas as pd

from seglib.errors import InputError, did_you_mean
from seglib.language.messages import mark
from seglib.segments.schemes.scheme import Attribute, Scheme, as_text, combine, scheme_of
from seglib.tables.small_tables import MIN_GROUP

__all__ = ["LEVELS", "geographic"]

LEVELS = (mark("country"), mark("region"), mark("city"))


def geographic(
    people: pd.DataFrame | None, level: str = "", *, min_group: int = MIN_GROUP, min_known: float = 0.5
) -> Scheme:
    """Segment customers by country, region or city; small places are put together.

    Parameters
    ----------
    people : DataFrame, one row a person, indexed by ``customer_id``
        With some of ``country, region, city`` (``top_country``, that of the orders, where there is no ``country``).
    level : {"", "country", "region", "city"}
        By default the finest that is known for ``min_known`` of those of whom any is, and tells at least two places
        with ``min_group`` customers apart.
    min_group : int
        Smaller places become "Ireland, other", then "Other".
    min_known : float

    Returns
    -------
    Scheme

    Raises
    ------
    InputError
        No such level, or no column for it.

    Examples
    --------
    >>> people = pd.DataFrame({"country": ["IE", "IE", "IE", "FR"], "city": ["Cork", "Cork", "Sligo", "Brest"]})
    >>> geographic(people, "city", min_group=2).segments.tolist()
    ['IE, Cork', 'IE, Cork', 'Other', 'Other']
    """
    if level and level not in LEVELS:
        raise InputError(f"geographic: level is {level!r}.{did_you_mean(level, LEVELS)}")
    if people is not None and "country" not in people.columns and "top_country" in people.columns:
        people = people.assign(country=people["top_country"])
    known = [Attribute(name, name, partial(_place, level=name)) for name in LEVELS]
    wanted = [*(["country"] if people is not None and "country" in people.columns else []), level] if level else None
    wanted = [*dict.fromkeys(wanted)] if wanted else _finest(people, min_group, min_known)
    return scheme_of(
        "geographic", people, known, wanted, most=1, min_group=min_group, min_known=min_known,
        absent=mark("the country, region or city of contacts or orders"),
    )  # fmt: skip


def _place(people: pd.DataFrame, *, level: str) -> pd.Series:
    return as_text(people[level])


def _finest(people: pd.DataFrame | None, min_group: int, min_known: float) -> list[str] | None:
    if people is None or people.empty:
        return None
    there = [level for level in LEVELS if level in people.columns]
    places = pd.DataFrame({level: as_text(people[level]) for level in there}, index=people.index)
    base = max(int(places.notna().any(axis="columns").sum()), 1)
    for level in reversed(there):
        levels = [*dict.fromkeys([*(["country"] if "country" in there else []), level])]
        names = combine(places[levels], min_group)
        told = names.value_counts()
        if names.notna().sum() / base >= min_known and (told[told.index != "Other"] >= min_group).sum() >= 2:
            return levels
    return ["country"] if "country" in there and places["country"].notna().any() else None
