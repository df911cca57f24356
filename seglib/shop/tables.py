"""The tables of a shop: every source read, joined, cleaned and seen as at one day, each when first used."""

from __future__ import annotations

import datetime as dt
import itertools
import shutil
import tempfile
import weakref
from functools import cached_property
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir
import pandas as pd

from seglib.errors import InputError, did_you_mean
from seglib.intake.sources import Source, connect
from seglib.shop.cleaning import ANALYSED, STEPS, Cleaned, clean_lines, column_quality, ledger_by_source
from seglib.shop.customers import build_customers
from seglib.shop.gathering import Gathered, gather, read_sources
from seglib.shop.saved import read_frame, read_note, read_tables
from seglib.shop.settings import ShopSettings
from seglib.shop.sides import SIDES, as_at, contacts_at, count_contacts, count_rows, last_date, size

__all__ = ["ShopTables"]

SIDE_LEDGER = ["table", "step", "rows"]
HELD = ("lines", "contacts", "products", *SIDES)  # tables that a shop can have


class ShopTables:
    """What :class:`seglib.Shop` knows before anything is segmented; its attributes are told there."""

    def __init__(
        self, settings: ShopSettings, *, as_of: dt.date | None, window_days: int | None, run: Path | None
    ) -> None:
        self.settings = settings
        self.name = settings.name
        self.run = run
        self._asked = (as_of, window_days)
        self._kept: dict[str, pd.Series] = {}
        self._numbers = itertools.count()

    @cached_property
    def _engine(self) -> ibis.BaseBackend:
        return connect()

    @cached_property
    def _saved(self) -> dict[str, Any]:
        return read_note(self.run)

    @cached_property
    def _work(self) -> Path:
        """Folder for the typed lines; goes with the engine, which its tables keep when the shop is gone."""
        folder = Path(tempfile.mkdtemp(prefix="seglib-"))
        weakref.finalize(self._engine, shutil.rmtree, folder, ignore_errors=True)
        return folder

    @cached_property
    def _sources(self) -> dict[str, dict[str, Source]]:
        return read_sources(self.settings, self._engine)

    def read(self) -> None:
        """Read every file, unless a run has saved the shop: what cannot be read is told here, not when it is used.

        Raises
        ------
        InputError
            The faults of all files together.
        """
        if not self._saved:
            self._sources  # noqa: B018 - kept for whatever is asked first

    @cached_property
    def _gathered(self) -> Gathered:
        """Canonical lines of every row of the files, written to Parquet: read many times, small in memory."""
        return gather(self.settings, self._sources, self._engine, self._settle)

    def _settle(self, table: ir.Table) -> ir.Table:
        """The table, computed once and stored."""
        file = self._work / f"table-{next(self._numbers)}.parquet"
        table.to_parquet(file)
        return self._engine.read_parquet(file)

    @cached_property
    def _cleaned(self) -> Cleaned:
        as_of, window_days = self._asked
        gathered = self._gathered
        if not self.has("lines"):
            as_of = as_of or self._last_day()
        try:
            return clean_lines(
                gathered.lines,
                as_of=as_of,
                window_days=window_days,
                zero_price=self.settings.cleaning.get("zero_price", "drop"),
                cancelled=[str(status) for status in self.settings.cleaning.get("cancelled", ())],
                disputed=self.settings.cleaning.get("disputed", "keep"),
                beyond=gathered.beyond,
            )
        except ValueError:
            raise InputError(self._nothing_left()) from None

    def _last_day(self) -> dt.date:
        """The day after the last dated row of any table, for a shop without orders."""
        last = last_date(self._gathered.sides, self._gathered.contacts)
        if last is None:
            raise InputError(
                f'{self.name}: no row of any table has a date. Say as of which day it is: as_of = "2024-12-31" in '
                "shop.toml, or --as-of."
            )
        return last + dt.timedelta(days=1)

    def _nothing_left(self) -> str:
        facts = [source.facts for source in self._sources["lines"].values()]
        names, rows = ", ".join(str(one["name"]) for one in facts), sum(one["rows"] for one in facts)
        return (
            f"{names}: none of its {rows:,} rows is an order with a customer, a date and an amount "
            "above zero that was not cancelled and lies in the window. Check the columns (customer_id, ordered_at, "
            "amount, is_return, status), the as-of date and the window."
        )

    @cached_property
    def numbered(self) -> ir.Table:
        """Every line of every source, with the number of the step that took it (:data:`seglib.shop.cleaning.STEPS`)."""
        if self._saved and self.run:
            return self._engine.read_parquet(self.run / "work" / "lines.parquet")
        return self._cleaned.marked

    @property
    def marked(self) -> ir.Table:
        """Every line of every source, with the name of the cleaning step that took it in ``step``."""
        names = [(number, step.name) for number, step in enumerate(STEPS)]
        return self.numbered.mutate(step=self.numbered.step.cases(*names, else_="analysed"))

    @property
    def lines(self) -> ir.Table:  # noqa: D102 - see the class
        lines = Cleaned(self.numbered, self.ledger, self.as_of, self.window_days).lines
        buyers = lines.filter(~lines.is_return).select("customer_id").distinct()
        return lines.semi_join(buyers, "customer_id")  # the ledger leaves out returns of who never ordered

    @property
    def window_lines(self) -> ir.Table:  # noqa: D102
        return self.numbered.filter(self.numbered.step == ANALYSED).drop("step")

    @cached_property
    def currency(self) -> str:  # noqa: D102
        if self.settings.currency or self._saved:
            return self.settings.currency or str(self._saved["currency"])
        return self._gathered.currency

    @property
    def as_of(self) -> dt.date:  # noqa: D102
        return dt.date.fromisoformat(self._saved["as_of"]) if self._saved else self._cleaned.as_of

    @property
    def window_days(self) -> int | None:  # noqa: D102
        return self._saved["window_days"] if self._saved else self._asked[1]

    @property
    def inputs(self) -> list[dict[str, Any]]:  # noqa: D102
        if self._saved:
            return list(self._saved["inputs"])
        read = [(name, one.facts) for sources in self._sources.values() for name, one in sources.items()]
        return [{**facts, "source": name} for name, facts in read]

    @cached_property
    def ledger(self) -> pd.DataFrame:  # noqa: D102
        return read_tables(self.run, "ledger") if self._saved and self.run else self._cleaned.ledger

    @cached_property
    def ledger_by_source(self) -> pd.DataFrame:  # noqa: D102
        if self._saved and self.run:
            return read_tables(self.run, "ledger_by_source")
        return ledger_by_source(self.numbered, self._gathered.beyond)

    @cached_property
    def quality(self) -> pd.DataFrame:  # noqa: D102
        if self._saved and self.run:
            return read_tables(self.run, "quality")
        return column_quality(self._gathered.lines)

    @cached_property
    def customers(self) -> pd.DataFrame:  # noqa: D102
        if self._saved and self.run:
            return read_tables(self.run, "customers")
        contacts = self._gathered.contacts
        table = build_customers(self.lines, as_of=self.as_of, window_days=self.window_days, contacts=contacts)
        if table.empty and self.has("lines"):
            raise InputError(self._nothing_left())
        return table

    def has(self, table: str) -> bool:
        """Whether the shop has a table: order lines, contacts, products, or one of those beside them with a usable row.

        Raises
        ------
        InputError
            There is no such table.
        """
        if table not in HELD:
            raise InputError(f"table {table!r}: no such table.{did_you_mean(table, HELD)}")
        if table == "lines":
            return "lines" in self.settings.tables
        return getattr(self, table) is not None

    @cached_property
    def _sides(self) -> dict[str, ir.Table | None]:
        """Side tables as they were known at the as-of date, those without a usable row left away."""
        if self._saved and self.run:
            files = {name: self.run / "work" / f"{name}.parquet" for name in (*SIDES, "products")}
            return {name: self._engine.read_parquet(file) for name, file in files.items() if file.is_file()}
        found = {name: self._settle(kept) for name, (kept, _) in self._seen.items()}
        return {name: table for name, table in found.items() if size(table)}

    @cached_property
    def _seen(self) -> dict[str, tuple[ir.Table, ir.Table]]:
        """Of each side table the rows known at the as-of date, and those left out."""
        return {name: as_at(name, table, self.as_of) for name, table in self._gathered.sides.items()}

    @property
    def events(self) -> ir.Table | None:  # noqa: D102 - see the class
        return self._sides.get("events")

    @property
    def tickets(self) -> ir.Table | None:  # noqa: D102
        return self._sides.get("tickets")

    @property
    def responses(self) -> ir.Table | None:  # noqa: D102
        return self._sides.get("responses")

    @property
    def campaigns(self) -> ir.Table | None:  # noqa: D102
        return self._sides.get("campaigns")

    @property
    def deals(self) -> ir.Table | None:  # noqa: D102
        return self._sides.get("deals")

    @property
    def products(self) -> ir.Table | None:  # noqa: D102
        return self._sides.get("products") if self._saved else self._gathered.products

    @cached_property
    def contacts(self) -> pd.DataFrame | None:  # noqa: D102
        if self._saved and self.run:
            return read_frame(self.run, "contacts")
        return contacts_at(self._gathered.contacts, self.as_of)

    @cached_property
    def side_ledger(self) -> pd.DataFrame:  # noqa: D102
        if self._saved and self.run:
            there = (self.run / "tables" / "side_ledger.csv").is_file()
            return read_tables(self.run, "side_ledger") if there else pd.DataFrame(columns=SIDE_LEDGER)
        parts = []
        if self._gathered.contacts is not None:
            parts += count_contacts(self._gathered.contacts_read, self._gathered.contacts, self.contacts)
        for name, (_, out) in self._seen.items():
            skipped = [one for source in self._sources[name].values() for one in source.facts.get("skipped") or ()]
            parts += count_rows(name, self._gathered.sides[name], out, skipped)
        return pd.DataFrame(parts, columns=SIDE_LEDGER)
