"""Money of several currencies in one, at rates that the user gives."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import ibis
import ibis.expr.types as ir
import pandas as pd
import pyarrow as pa

from seglib.errors import InputError, did_you_mean
from seglib.intake.readings import read_column

__all__ = ["in_one_currency", "rates_by_date"]

MONEY, RATE = "decimal(18, 4)", "decimal(18, 10)"
PRICES = ("amount", "unit_price", "discount")
COLUMNS = ("date", "currency", "rate")
ALWAYS = pd.Timestamp("1677-09-22")


def rates_by_date(raw: ir.Table, where: str) -> pd.DataFrame:
    """Rates from a table of them.

    Parameters
    ----------
    raw : ibis Table
        Columns date, currency and rate, as a file has them.
    where : str
        File, named in messages.

    Returns
    -------
    DataFrame currency, since (datetime64), rate (Decimal: what one unit is worth), sorted.

    Raises
    ------
    InputError
        Missing columns, values that cannot be read, rates that are not above zero.
    """
    named = {name.strip().lower(): name for name in reversed(raw.columns)}
    if missing := [name for name in COLUMNS if name not in named]:
        raise InputError([f"{where}: no column {name!r}.{did_you_mean(name, raw.columns)}" for name in missing])
    kinds = {"since": ("date", "timestamp"), "currency": ("currency", "string"), "rate": ("rate", "float")}
    told = raw.select(
        **{name: read_column(raw[named[old]], kind, f"{where}: {old}") for name, (old, kind) in kinds.items()},
        text=read_column(raw[named["rate"]], "string", where),
    )
    rates = told.to_pyarrow().to_pandas()
    bad = rates[rates[list(kinds)].isna().any(axis=1) | ~(rates["rate"] > 0)]
    if len(bad):
        raise InputError(
            f"{where}: row {bad.index[0] + 1} of the data: expected a date, a currency, a rate above zero."
        )
    rates["rate"] = [Decimal(repr(rate)) for rate in rates["rate"]]
    rates["currency"] = rates["currency"].str.upper()
    rates["since"] = rates["since"].astype("datetime64[us]")
    rates = rates.drop_duplicates(["currency", "since"], keep="last")
    return rates[["currency", "since", "rate"]].sort_values(["currency", "since"], ignore_index=True)


def in_one_currency(
    lines: ir.Table, currency: str, rates: Mapping[str, Any], by_date: pd.DataFrame | None
) -> tuple[ir.Table, str]:
    """Lines with amounts in one currency, and which one.

    Returns
    -------
    Lines whose ``amount``, ``unit_price`` and ``discount`` are converted, rounded to 4 decimals; ``amount_told`` is the
    amount before, of ``currency``. Lines as they are where they tell but one currency.

    Raises
    ------
    InputError
        Several currencies and no rates; a currency or a day without a rate.
    """
    if "currency" not in lines.columns:
        return lines, currency
    found = sorted(lines.select("currency").distinct().currency.to_pyarrow().drop_null().to_pylist())
    if not found or found == [currency or found[0]]:
        return lines, currency or (found[0] if found else "")
    table = _table(rates, by_date)
    if not currency or table.empty:
        raise InputError(_advice(found, currency))
    return _converted(lines, currency, table), currency


def _advice(found: list[str], currency: str) -> str:
    if len(found) == 1:
        return (
            f"lines: amounts are in {found[0]}, and the report is to be in {currency}. Give a rate ([rates] in "
            f'shop.toml: {found[0]} = ...), or say currency = "{found[0]}".'
        )
    missing = "" if currency else f'Say currency = "{found[0]}" or another in shop.toml, and give'
    return (
        f"lines: {len(found)} currencies ({', '.join(found[:5])}), whose amounts cannot be added. "
        f"{missing or 'Give'} what one unit of each other is worth under [rates], or a file of rates by date."
    )


def _table(rates: Mapping[str, Any], by_date: pd.DataFrame | None) -> pd.DataFrame:
    constant = {name: rate for name, rate in rates.items() if name != "file"}
    table = pd.DataFrame(
        {
            "currency": list(constant),
            "since": pd.Series([ALWAYS] * len(constant), dtype="datetime64[us]"),
            "rate": [Decimal(repr(rate)) for rate in constant.values()],
        }
    )
    if by_date is None:
        return table
    return pd.concat([table[~table["currency"].isin(by_date["currency"])], by_date], ignore_index=True)


def _converted(lines: ir.Table, currency: str, table: pd.DataFrame) -> ir.Table:
    """Each line at the last rate known on its day; one without a date at the last of all."""
    foreign = lines.currency.notnull() & (lines.currency != currency)
    told = lines.filter(foreign)
    days = told.group_by(paid_in=told.currency, day=told.ordered_at.date()).agg(rows=told.count())
    rated = _rated(days.to_pyarrow().to_pandas(), table)
    _check_complete(rated[rated["rate"].isna()], currency)
    known = rated.assign(day=rated["day"].dt.strftime("%Y-%m-%d").fillna(""), rate=rated["rate"].astype("str"))
    rates = ibis.memtable(pa.Table.from_pandas(known[["paid_in", "day", "rate"]].astype("str"), preserve_index=False))
    rates = rates.mutate(rate=rates.rate.cast(RATE))
    day = lines.ordered_at.date().cast("string").fill_null("")
    joined = lines.left_join(rates, [lines.currency == rates.paid_in, day == rates.day])
    money = {
        name: ibis.ifelse(
            joined.rate.isnull(),
            joined[name].cast(MONEY),
            (joined[name].cast(MONEY) * joined.rate).round(4).cast(MONEY),
        )
        for name in PRICES
        if name in joined.columns
    }
    return joined.mutate(amount_told=joined.amount.cast(MONEY), **money).drop("paid_in", "day", "rate")


def _rated(days: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """Days on which a currency was paid, with its rate; missing where none was known by then."""
    days = days.assign(day=pd.to_datetime(days["day"]).astype("datetime64[us]"))
    rates = []
    for name, day in zip(days["paid_in"], days["day"], strict=True):
        known = table[table["currency"] == name]
        place = len(known) if pd.isna(day) else int(known["since"].searchsorted(day, side="right"))
        rates.append(known["rate"].iloc[place - 1] if place else None)
    return days.assign(rate=pd.Series(rates, index=days.index, dtype="object"))


def _check_complete(without: pd.DataFrame, currency: str) -> None:
    faults = []
    for name, gap in without.groupby("paid_in"):
        first, last = gap["day"].min(), gap["day"].max()
        days = "" if pd.isna(first) else f" from {first:%Y-%m-%d} to {last:%Y-%m-%d}"
        faults.append(
            f"rates: {gap['rows'].sum():,} lines in {name}{days} have no rate into {currency}. "
            f"Add {name} = ... under [rates] in shop.toml, or earlier dates to the file of rates."
        )
    if faults:
        raise InputError(faults)
