"""A customer table that another system made: measures as its rows tell them, and which rows are left out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

import ibis.expr.types as ir
import pandas as pd

from seglib.errors import InputError
from seglib.intake.joining import People, with_people
from seglib.shop.customers import RFM, with_ages
from seglib.shop.sides import AFTER, LACKING, stack_sides
from seglib.tables.canonical import CUSTOMERS, MONEY
from seglib.tables.period import Period

__all__ = ["attributes_of", "last_order", "measured", "read_customers", "tells_rfm"]

MEASURES = [column.name for column in CUSTOMERS]
WHOLE = [column.name for column in CUSTOMERS if column.kind == "integer"]
NO_ORDER = "without an order: frequency 0"
BELOW = "recency or frequency below zero"
ASIDE_DAYS = 1  # days that recency may differ from the date of the last order: hours and time zones


def attributes_of(tables: Mapping[str, ir.Table], own: Iterable[str] = ()) -> list[pd.DataFrame]:
    """What customer tables tell beside the measures, as contacts are told: customer_id, email and the rest.

    Parameters
    ----------
    tables : mapping
        Name of the source -> its table.
    own : iterable of str
        Sources whose customer ids mean nothing elsewhere.
    """
    found = []
    for source, table in tables.items():
        told = table.drop(*(name for name in MEASURES[1:] if name in table.columns)).to_pyarrow().to_pandas()
        told = told.assign(customer_id=f"{source}:" + told["customer_id"]) if source in own else told
        found += [told] if len(told.columns) > 1 else []
    return found


def read_customers(tables: Mapping[str, ir.Table], people: People, own: Iterable[str] = ()) -> pd.DataFrame:
    """One row a customer of all sources: customer_id, missing where none is told, and the measures that are told.

    Raises
    ------
    InputError
        Customers that stand in several rows, before or after e-mails tell who is who.
    """
    stacked, where = stack_sides("customers", tables, own), ", ".join(tables)
    _check_one_each(
        stacked.select("customer_id").to_pyarrow().to_pandas()["customer_id"],
        f"{where}: {{n:,}} of {{all:,}} customers stand in more than one row ({{rows:,}} rows in all). A customer "
        "table has one row a customer, whose measures stand once. Where a row is an order, give it under "
        "[tables.lines]; else export it again, one row a customer.",
    )
    resolved = with_people(stacked, people)
    told = {name: resolved[name] for name in MEASURES if name in resolved.columns}
    money = {name: told[name].cast("float64") for name in MONEY if name in told}
    rows = resolved.select(**{**told, **money}).to_pyarrow().to_pandas()
    _check_one_each(
        rows["customer_id"],
        f"{where}: {{n:,}} of {{all:,}} customers go by several numbers, in {{rows:,}} rows, since these share an "
        "e-mail or the crosswalk says so. Join their rows, or say by_email = false under [identities] in shop.toml.",
    )
    return rows


def _check_one_each(ids: pd.Series, text: str) -> None:
    rows = ids.dropna().value_counts()
    several = rows[rows > 1]
    if len(several):
        raise InputError(text.format(n=len(several), all=len(rows), rows=int(several.sum())))


def last_order(rows: pd.DataFrame, where: str) -> dt.date:
    """Day of the latest order of anybody.

    Raises
    ------
    InputError
        The table tells none.
    """
    last = rows["last_order_at"].max() if "last_order_at" in rows else None
    if last is None or pd.isna(last):
        days = (
            "recency_days counts back from a day that it does not tell" if "recency_days" in rows else "no date in it"
        )
        raise InputError(f'{where}: {days}. Say as of which day it is: as_of = "2024-12-31" in shop.toml, or --as-of.')
    return pd.Timestamp(last).date()


def measured(rows: pd.DataFrame, period: Period, where: str) -> tuple[pd.DataFrame, dict[str, int]]:
    """Measures of the customers as at a day, and how many rows are left out for which reason.

    Parameters
    ----------
    rows : DataFrame
        From :func:`read_customers`.
    period : Period
        As-of date.
    where : str
        File, named in messages.

    Returns
    -------
    DataFrame indexed by customer_id and sorted by it, with the columns of ``seglib.tables.canonical.CUSTOMERS`` that
    are told: recency_days counts from last_order_at where that is told, average_order_value is revenue per order where
    it is not; reason -> rows.

    Raises
    ------
    InputError
        recency_days counts to another day than the as-of date.

    Examples
    --------
    >>> rows = pd.DataFrame({"customer_id": ["a", "b"], "recency_days": [3, 9], "frequency": [2, 0],
    ...                      "monetary_value": [10.0, 0.0]})
    >>> table, out = measured(rows, Period(dt.date(2024, 1, 31)), "crm.csv")
    >>> table.loc["a", "average_order_value"], out
    (np.float64(5.0), {'without an order: frequency 0': 1})
    """
    table = _aged(rows, period, where)
    why = pd.Series(pd.NA, index=table.index, dtype="object")
    for reason, wrong in _reasons(table, period).items():
        why = why.mask(wrong & why.isna(), reason)
    kept = table[why.isna()].set_index("customer_id").sort_index()
    kept.index = kept.index.astype("str")
    return _typed(kept), {str(reason): int(n) for reason, n in why.value_counts(sort=False).items()}


def _aged(rows: pd.DataFrame, period: Period, where: str) -> pd.DataFrame:
    """Recency and tenure from the dates where they are told, as they are told where not."""
    dated = with_ages(rows, period)
    if {"recency_days", "last_order_at"} <= set(rows):
        _check_recency(rows["recency_days"], dated["recency_days"], period, where)
    both = [name for name in ("recency_days", "tenure_days") if name in rows]
    return dated.assign(**{name: dated[name].astype("Float64").fillna(rows[name].astype("Float64")) for name in both})


def _check_recency(told: pd.Series, counted: pd.Series, period: Period, where: str) -> None:
    apart = (told.astype("Float64") - counted.astype("Float64")).dropna()
    far = int((apart.abs() > ASIDE_DAYS).sum())
    if 2 * far > len(apart):
        day = period.as_of + dt.timedelta(days=int(apart.median()))
        raise InputError(
            f"{where}: recency_days and last_order_at differ in {far:,} of {len(apart):,} rows as of {period.as_of}. "
            f'Most of them count to {day}: as_of = "{day}" in shop.toml, or --as-of {day}; or leave one of the two '
            "columns out."
        )


def _reasons(table: pd.DataFrame, period: Period) -> dict[str, Any]:
    """Why rows are left out, the first that holds."""
    told = [name for name in RFM if name in table]
    numbers = table[told].astype("Float64")
    found = {f"{LACKING}customer_id": table["customer_id"].isna()}
    if "frequency" in told:
        found[NO_ORDER] = numbers["frequency"].eq(0).fillna(False)
    if "last_order_at" in table:
        late = table["last_order_at"].notna() & ~period.known(table["last_order_at"])
        found[AFTER] = late
    found |= {f"{LACKING}{name}": numbers[name].isna() for name in told}
    below = [numbers[name].lt(0).fillna(False) for name in ("recency_days", "frequency") if name in told]
    return found | ({BELOW: pd.concat(below, axis=1).any(axis=1)} if below else {})


def _typed(table: pd.DataFrame) -> pd.DataFrame:
    if tells_rfm(table):
        each = table["monetary_value"].astype("float64") / table["frequency"].astype("float64")
        told = table.get("average_order_value", each)
        table = table.assign(average_order_value=told.astype("float64").fillna(each))
    kinds = {name: "float64" if table[name].isna().any() else "int64" for name in WHOLE if name in table}
    return table[[name for name in MEASURES if name in table]].astype(kinds)


def tells_rfm(table: pd.DataFrame | None) -> bool:
    """Whether a customer table has recency, frequency and monetary value."""
    return table is not None and set(RFM) <= set(table)
