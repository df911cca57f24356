"""Tables of a shop from its files: every source read, joined, cleaned and seen as at one day."""

from __future__ import annotations

import datetime as dt
import itertools
import weakref
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import ibis.expr.types as ir
import pandas as pd

from seglib.errors import InputError
from seglib.intake.engines import connect
from seglib.intake.scratch import discard, private_folder
from seglib.shop.cleaning import STEPS, Cleaned, NothingLeft, clean_lines, column_quality, ledger_by_source
from seglib.shop.customer_table import last_order, measured
from seglib.shop.gathering import Gathered, gather, read_sources
from seglib.shop.settings import ShopSettings
from seglib.shop.sides import SIDE_LEDGER, as_at, contacts_at, count_contacts, count_out, count_rows, last_date, size
from seglib.shop.tables import Tables, once
from seglib.tables.orders import build_orders

__all__ = ["ReadTables"]


HINTS = {
    "pending": 'To keep orders that are not paid: pending = "keep" (or "fulfilled", those that were delivered) under '
    "[cleaning] in shop.toml.",
    "unknown": 'Say what each status means: [tables.lines.states] "<value>" = "sale" in shop.toml.',
    "zero_price": 'To keep lines that cost nothing: zero_price = "keep" under [cleaning] in shop.toml.',
}
CHECK = "Check the columns (customer_id, ordered_at, amount, is_return, status), the as-of date and the window."


def _told(reasons: Mapping[str, int]) -> str:
    """How many lines each reason took, and what can be done about the largest."""
    meanings = {step.name: step.short or step.meaning for step in STEPS}
    parts = [f"{meanings[name]}: {n:,}" for name, n in reasons.items()]
    first = next(iter(reasons), "")
    return f"Left out: {'; '.join(parts)}. {HINTS.get(first, CHECK)}" if parts else CHECK


class ReadTables(Tables):
    """What the files of a shop tell: they are read at once, everything else is computed when first asked for.

    Parameters
    ----------
    settings : ShopSettings
        Where the files are, and how they are read, joined and cleaned.
    as_of : date, optional
        Last day analysed; the day after the last line when None.
    window_days : int, optional
        Days analysed up to then; the whole history when None.

    Raises
    ------
    InputError
        The faults of all files together.
    """

    def __init__(self, settings: ShopSettings, as_of: dt.date | None = None, window_days: int | None = None) -> None:
        if window_days and settings.tables.get("customers"):
            raise InputError(
                f"{settings.name}: window_days is {window_days}, and a customer table tells measures of its own time, "
                "not orders that could be counted again. Leave it out."
            )
        self.settings = settings
        self.window_days = window_days
        self._asked = as_of
        self._engine = connect()
        self._numbers = itertools.count()
        self._sources = read_sources(settings, self._engine, self._settle)

    as_of = once(lambda self: self._cleaned.as_of)
    opened = once(lambda self: self.settings.opened)
    currency = once(lambda self: self.settings.currency or self._gathered.currency)
    numbered = once(lambda self: self._cleaned.marked)
    orders = once(lambda self: self._settle(build_orders(self.lines)))
    ledger = once(lambda self: self._cleaned.ledger)
    ledger_by_source = once(lambda self: ledger_by_source(self.numbered, self._gathered.beyond))
    quality = once(lambda self: column_quality(self._gathered.lines, self.settings.min_group))
    contacts = once(lambda self: contacts_at(self._gathered.contacts, self.period))
    persons = once(lambda self: contacts_at(self._gathered.persons, self.period))
    customer_table = once(lambda self: self._measured[0] if self._gathered.customers is not None else None)
    products = once(lambda self: self._gathered.products)
    joined_doubts = once(lambda self: self._gathered.doubts)

    @once
    def _folder(self) -> Path:
        """Where typed tables are stored; goes with the engine, which they hold even when the shop is gone."""
        folder = private_folder("tables")
        weakref.finalize(self._engine, discard, folder)
        return folder

    def _settle(self, table: ir.Table) -> ir.Table:
        """The table, computed once and stored."""
        file = self._folder / f"table-{next(self._numbers)}.parquet"
        table.to_parquet(file)
        return self._engine.read_parquet(file)

    @once
    def _gathered(self) -> Gathered:
        """Canonical lines of every row of the files, written to Parquet: read many times, small in memory."""
        return gather(self.settings, self._sources, self._engine, self._settle)

    @once
    def _cleaned(self) -> Cleaned:
        gathered, told = self._gathered, self.settings.cleaning
        as_of = self._asked if self._asked or self.has("lines") else self._last_day()
        try:
            return clean_lines(
                gathered.lines,
                as_of=as_of,
                window_days=self.window_days,
                zero_price=told.get("zero_price", "drop"),
                cancelled=[str(status) for status in told.get("cancelled", ())],
                disputed=told.get("disputed", "keep"),
                beyond=gathered.beyond,
            )
        except NothingLeft as error:
            raise InputError(self._nothing_left(error.reasons)) from None

    def _last_day(self) -> dt.date:
        """The day after the last order of a customer table, else after the last dated row of any table."""
        if self._gathered.customers is not None:
            return last_order(self._gathered.customers, self._tellers("customers")) + dt.timedelta(days=1)
        last = last_date(self._gathered.sides, self._gathered.listed)
        if last is None:
            raise InputError(
                f"{self.settings.name}: no row of any table has a date. Say as of which day it is: "
                'as_of = "2024-12-31" in shop.toml, or --as-of.'
            )
        return last + dt.timedelta(days=1)

    @once
    def _measured(self) -> tuple[pd.DataFrame, dict[str, int]]:
        return measured(self._gathered.customers, self.period, self._tellers("customers"))

    def _tellers(self, table: str) -> str:
        return ", ".join(str(source.facts["name"]) for source in self._sources[table].values())

    def _nothing_left(self, reasons: Mapping[str, int] | None = None) -> str:
        names, rows = self._tellers("lines"), sum(source.facts["rows"] for source in self._sources["lines"].values())
        return (
            f"{names}: none of its {rows:,} rows is an order with a customer, a date and an amount "
            f"above zero that was not cancelled and lies in the window. {_told(reasons or {})}"
        )

    @once
    def inputs(self) -> list[dict[str, Any]]:  # noqa: D102
        read = [(name, one.facts) for sources in self._sources.values() for name, one in sources.items()]
        answered = ("last_date_apart",) if self._asked else ()  # whoever names the day says what a late one means
        doubts = {name: [one for one in facts["doubts"] if one["name"] not in answered] for name, facts in read}
        return [{**facts, "source": name, "doubts": doubts[name]} for name, facts in read]

    @once
    def customers(self) -> pd.DataFrame:  # noqa: D102
        table = super().customers
        if table.empty and self.has("lines"):
            raise InputError(self._nothing_left())
        if table.empty and self.has("customers"):
            told = "; ".join(f"{why}: {n:,}" for why, n in self._measured[1].items())
            raise InputError(f"{self._tellers('customers')}: no customer with an order is left. Left out: {told}.")
        return table

    @once
    def sides(self) -> dict[str, ir.Table]:  # noqa: D102
        found = {name: self._settle(kept) for name, (kept, _) in self._seen.items()}
        return {name: table for name, table in found.items() if size(table)}

    @once
    def _seen(self) -> dict[str, tuple[ir.Table, ir.Table]]:
        """Of each side table the rows known at the as-of date, and those left out."""
        return {name: as_at(name, table, self.period) for name, table in self._gathered.sides.items()}

    @once
    def side_ledger(self) -> pd.DataFrame:  # noqa: D102
        parts = []
        if self._gathered.customers is not None:
            parts += count_out("customers", len(self._gathered.customers), self._measured[1])
        if (listed := self._gathered.listed) is not None:
            parts += count_contacts(self._gathered.contacts_read, listed, contacts_at(listed, self.period))
        for name, (_, out) in self._seen.items():
            skipped = [one for source in self._sources[name].values() for one in source.facts.get("skipped") or ()]
            parts += count_rows(name, self._gathered.sides[name], out, skipped)
        return pd.DataFrame(parts, columns=SIDE_LEDGER)
