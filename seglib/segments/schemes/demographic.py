"""Demographic scheme: who the customer is as a person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import partial
from itertools import pairwise

import numpy as np
import pandas as pd

from seglib.language.messages import gettext as _
from seglib.language.messages import mark
from seglib.segments.schemes.scheme import Attribute, Scheme, as_text, scheme_of
from seglib.tables.small_tables import MIN_GROUP

__all__ = ["AGES", "age_band", "demographic"]

AGES = (18, 25, 35, 45, 55, 65)
OLDEST = 120


def demographic(
    people: pd.DataFrame | None,
    attributes: Sequence[str] | None = None,
    *,
    as_of: dt.date | None = None,
    ages: Sequence[int] = AGES,
    min_group: int = MIN_GROUP,
    min_known: float = 0.5,
) -> Scheme:
    """Segment persons by age band and gender, or by further attributes given by name.

    Parameters
    ----------
    people : DataFrame, one row a person, indexed by ``customer_id``
        Age comes from ``birth_year`` (with ``as_of``), else ``age``, else ``age_band``. None where there is none.
    attributes : sequence of str, optional
        ``age``, ``gender`` or any other column (such as ``income``, ``education``); by default age and gender, where
        they are known for ``min_known`` of those of whom either is. Many numbers are cut into four equally large bands.
    as_of : date, optional
        Day at which they are so old: in the year of it, since only the year of birth is told.
    ages : sequence of int
        Lowest ages of the bands above the first.
    min_group : int
        Rarer combinations are put together.
    min_known : float

    Returns
    -------
    Scheme

    Raises
    ------
    InputError
        An attribute that does not exist.

    Examples
    --------
    >>> people = pd.DataFrame({"birth_year": [1990, 1960, 1880], "gender": ["f", "m", "f"]})
    >>> demographic(people, as_of=dt.date(2020, 6, 1), min_group=1).segments.tolist()
    ['25–34, f', '55–64, m', nan]
    """
    others = [] if people is None else [name for name in people.columns if name not in ("age", "gender")]
    known = [
        Attribute(mark("age"), _age_column(people, as_of), partial(_age_of, as_of=as_of, ages=ages)),
        Attribute(mark("gender"), "gender", lambda table: as_text(table["gender"])),
        *(
            Attribute(str(name), str(name), partial(_column, name=name))
            for name in others
            if name in (attributes or ())
        ),
    ]
    return scheme_of(
        "demographic", people, known, attributes, most=2, min_group=min_group, min_known=min_known,
        absent=mark("contacts with the year of birth or the gender of persons"),
    )  # fmt: skip


def age_band(ages_of: pd.Series, ages: Sequence[int] = AGES) -> pd.Series:
    """Band of each age; who is not 0 to 120 years old is not known.

    Examples
    --------
    >>> age_band(pd.Series([17, 18, 65, 200])).tolist()
    ['under 18', '18–24', '65 or more', nan]
    """
    years = pd.to_numeric(ages_of, errors="coerce").astype("float64")
    inner = [f"{low}–{high - 1}" for low, high in pairwise(ages)]
    names = np.array([_("under {last}", last=ages[0]), *inner, _("{first} or more", first=ages[-1])])
    band = np.searchsorted([*ages], years.fillna(0), side="right")
    return pd.Series(names[band], index=ages_of.index).where(years.between(0, OLDEST)).astype("str")


def _age_column(people: pd.DataFrame | None, as_of: dt.date | None) -> str:
    wanted = [*(["birth_year"] if as_of is not None else []), "age", "age_band"]
    there = [name for name in wanted if people is not None and name in people.columns and people[name].notna().any()]
    return there[0] if there else wanted[0]


def _age_of(people: pd.DataFrame, *, as_of: dt.date | None, ages: Sequence[int]) -> pd.Series:
    column = _age_column(people, as_of)
    if column == "birth_year" and as_of is not None:
        return age_band(as_of.year - pd.to_numeric(people["birth_year"], errors="coerce").astype("float64"), ages)
    numbers = pd.api.types.is_numeric_dtype(people[column])
    return age_band(people[column], ages) if numbers else as_text(people[column])


def _column(people: pd.DataFrame, *, name: str) -> pd.Series:
    return as_text(people[name])
