"""Groups of people and periods of time, as every table of feedback tells them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from seglib.language.naming import EVERYONE
from seglib.tables.intervals import fisher_p
from seglib.tables.period import DAY
from seglib.tables.shuffling import told_together

__all__ = [
    "PERIODS",
    "chosen",
    "compared",
    "described",
    "full_periods",
    "grouped",
    "period_of",
]

COVERED = 0.9
PERIODS = ("month", "quarter")


def period_of(moments: pd.Series, period: str) -> pd.Series:
    """First day of the month or quarter.

    Examples
    --------
    >>> period_of(pd.Series(pd.to_datetime(["2024-05-17"])), "quarter").dt.strftime("%Y-%m-%d").tolist()
    ['2024-04-01']
    """
    if period not in PERIODS:
        raise ValueError(f"period is {period!r}; expected 'month' or 'quarter'")
    step = 3 if period == "quarter" else 1
    months = moments.dt.month - 1
    first = {"year": moments.dt.year, "month": months // step * step + 1, "day": 1}
    return pd.to_datetime(pd.DataFrame(first)).where(moments.notna())


def full_periods(rows: pd.DataFrame, period: str, moment: str) -> pd.DataFrame:
    """Rows in periods that the records cover for nine tenths or more: a count of two days is no count of a quarter."""
    if not period or rows.empty:
        return rows
    months = pd.DateOffset(months=3 if period == "quarter" else 1)
    start = period_of(rows[moment], period)
    first, last = rows[moment].min(), rows[moment].max() + DAY
    begin, end = start.clip(lower=first), (start + months).clip(upper=last)
    return rows[(end - begin) / (start + months - start) >= COVERED]


def grouped(rows: pd.DataFrame, by: pd.Series | None, period: str, moment: str) -> pd.DataFrame:
    """The rows with their ``group`` (each as everyone too) and, when asked, their ``period``."""
    told = rows
    if period:
        told = told.assign(period=period_of(told[moment], period))
        told = told[told["period"].notna()]
    everyone = told.assign(group=EVERYONE)
    if by is None:
        return everyone
    name = told["customer_id"].map(by.dropna().astype("str"))
    return pd.concat([everyone, told.assign(group=name)[name.notna()]], ignore_index=True)


def described(table: pd.DataFrame, min_group: int) -> pd.DataFrame:
    """Rows of groups with enough ``people``; ``attrs["small_groups"]`` says how many groups have none.

    Everyone stays first and the largest groups follow; a small period of a group falls out as a small group does.
    """
    large = table[table["people"] >= min_group]
    order = table.groupby("group")["people"].sum().sort_values(ascending=False, kind="stable").index.tolist()
    place = {name: rank for rank, name in enumerate([EVERYONE, *(name for name in order if name != EVERYONE)])}
    large = large.sort_values("group", key=lambda names: names.map(place), kind="stable", ignore_index=True)
    large.attrs["small_groups"] = table.loc[~table["group"].isin(large["group"]), "group"].nunique()
    return large


def compared(table: pd.DataFrame, hits: str, of: str, keys: list[str]) -> pd.DataFrame:
    """The table with ``p_value``, ``p_adjusted`` and ``differs``: the group's share is not that of everybody else.

    ``hits`` and ``of`` count people (:func:`seglib.tables.intervals.fisher_p`).
    """
    everyone = table[table["group"] == EVERYONE].set_index(keys) if keys else table[table["group"] == EVERYONE]
    if keys:
        place = pd.MultiIndex.from_frame(table[keys]) if len(keys) > 1 else pd.Index(table[keys[0]])
        every, total = (everyone[column].reindex(place).to_numpy("float64") for column in (hits, of))
    else:
        every, total = (everyone[column].sum() for column in (hits, of))
    p_values = fisher_p(table[hits], table[of], every, total)
    return told_together(table.assign(p_value=np.where(table["group"] == EVERYONE, np.nan, p_values)))[0]


def chosen(table: pd.DataFrame, columns: str) -> pd.DataFrame:
    """The columns and what chance says, with what the table says of itself."""
    shown = table[[*columns.split(), *(name for name in ("p_value", "p_adjusted") if name in table)]]
    shown.attrs |= table.attrs
    return shown
