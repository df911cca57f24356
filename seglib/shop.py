"""A shop in hand: its settings, lines and customers, each computed once and when first asked for."""

from __future__ import annotations

import datetime as dt
import itertools
import shutil
import tempfile
import weakref
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir
import pandas as pd

from seglib import words
from seglib.cleaning import ANALYSED, STEPS, Cleaned, clean_lines, column_quality, ledger_by_source
from seglib.customers import build_customers, shares_of_spend
from seglib.examples import examples, find_settings
from seglib.gathering import Gathered, gather, read_sources
from seglib.run_folder import finish, read_note, read_tables, save_shop
from seglib.segmentations import DEFAULTS
from seglib.settings import ShopSettings, parse_date
from seglib.sources import Source, connect
from seglib.tables import InputError, did_you_mean

__all__ = ["Shop", "examples", "finish", "open_shop"]


def open_shop(
    source: str | Path = "demo",
    *,
    as_of: str | dt.date = "",
    window_days: int = 0,
    format: str = "",  # noqa: A002 - the word users know from the command line
    run: str | Path = "",
) -> Shop:
    """A shop from its order file, its ``shop.toml``, or the name of an example.

    Parameters
    ----------
    source : str or Path
        Order lines (a file, folder, pattern or database); a ``shop.toml`` or its folder; ``"demo"`` or another example.
    as_of : str or date
        Last day analysed, YYYY-MM-DD; the shop's setting, else the day after the last order, when empty.
    window_days : int
        Days analysed up to the as-of date; the shop's setting, else the whole history, when 0.
    format : str
        Format of an order file, by name or as a YAML file; guessed from its column names when empty.
    run : str or Path
        Folder of a run that has saved this shop (:meth:`Shop.save`): read back rather than computed again.

    Returns
    -------
    Shop

    Raises
    ------
    InputError
        Anything about the input that cannot be used, all faults found together.

    Examples
    --------
    >>> shop = open_shop("demo")
    >>> shop.name, shop.customers.index.name
    ('Harbour & Pine', 'customer_id')
    """
    faults: list[str] = []
    settings = _tried(faults, find_settings, source, format)
    day = _tried(faults, parse_date, as_of)
    if window_days < 0:
        faults.append(f"window_days is {window_days}; expected a number of days, or 0 for the shop's setting.")
    if faults:
        raise InputError(faults)
    days = window_days or settings.window_days
    return Shop(settings, as_of=day or settings.as_of, window_days=days, run=Path(run) if run else None)


def _tried(faults: list[str], step: Callable[..., Any], *given: Any) -> Any:
    """What a step returns; its faults are added to ``faults``, so that all are told together."""
    try:
        return step(*given)
    except InputError as error:
        faults += error.faults
        return None


class Shop:
    """What :func:`open_shop` returns; attributes are computed when first used.

    Attributes
    ----------
    name, currency : str
    settings : ShopSettings
    as_of : date
    window_days : int or None
        None: the whole history.
    lines, window_lines : ibis Table
        Clean lines up to the as-of date; those of the window.
    customers : DataFrame
        One row a customer (:func:`seglib.build_customers`).
    ledger, ledger_by_source, quality : DataFrame
        What cleaning did, in all and for each source and currency; how complete each column is.
    numbered, marked : ibis Table
        Every line read, with the number or the name of the cleaning step that took it, its source and state.
    inputs : list of dict
        source, name, table, rows, bytes and sha256 of each file, its format and why it was taken.
    """

    def __init__(
        self, settings: ShopSettings, *, as_of: dt.date | None, window_days: int | None, run: Path | None
    ) -> None:
        self.settings = settings
        self.name = settings.name
        self.run = run
        self._asked = (as_of, window_days)
        self._kept: dict[str, pd.Series] = {}

    def __repr__(self) -> str:
        return f"<Shop {self.name!r}: {self.basis}>"

    @cached_property
    def _engine(self) -> ibis.BaseBackend:
        return connect()

    @cached_property
    def _saved(self) -> dict[str, Any]:
        return read_note(self.run)

    @cached_property
    def _work(self) -> Path:
        """Folder for the typed lines; goes with the shop."""
        folder = Path(tempfile.mkdtemp(prefix="seglib-"))
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        return folder

    @cached_property
    def _sources(self) -> dict[str, dict[str, Source]]:
        return read_sources(self.settings, self._engine)

    @cached_property
    def _gathered(self) -> Gathered:
        """Canonical lines of every row of the files, written to Parquet: read many times, small in memory."""
        numbers = itertools.count()

        def settle(table: ir.Table) -> ir.Table:
            file = self._work / f"lines-{next(numbers)}.parquet"
            table.to_parquet(file)
            return self._engine.read_parquet(file)

        return gather(self.settings, self._sources, self._engine, settle)

    @cached_property
    def _cleaned(self) -> Cleaned:
        as_of, window_days = self._asked
        gathered = self._gathered
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
        """Every line of every source, with the number of the step that took it (:data:`seglib.cleaning.STEPS`)."""
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
        return Cleaned(self.numbered, self.ledger, self.as_of, self.window_days).lines

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
        if table.empty:
            raise InputError(self._nothing_left())
        return table

    @property
    def basis(self) -> str:
        """Sample size, period and as-of date in one line, for captions."""
        period = f"the {self.window_days:,} days to it" if self.window_days else "the whole history"
        customers, orders = len(self.customers), int(self.customers.frequency.sum())
        return (
            f"{words.plural(customers, 'customer')}, {words.plural(orders, 'order')}; "
            f"as of {words.date(self.as_of)}, {period}."
        )

    def shares_of_spend(self, column: str, *, top: int = 12) -> pd.DataFrame:
        """What share of each customer's spending went to each value of ``column`` (:func:`seglib.shares_of_spend`)."""
        return shares_of_spend(self.window_lines, column, top=top)

    def save(self, folder: str | Path) -> None:
        """Write what the notebooks of a run share: ``tables/`` to keep, ``work/`` for the run only."""
        save_shop(self, folder)

    def keep(self, name: str, table: pd.DataFrame) -> None:
        """Keep a table of the run as ``tables/<name>.csv``; nothing when working alone."""
        if self.run:
            table.to_csv(self.run / "tables" / f"{name}.csv", index=table.index.name is not None)

    def keep_columns(self, columns: pd.DataFrame) -> None:
        """Keep per-customer columns (scores, names) for later notebooks and the run's customers.parquet."""
        self._kept |= {str(name): columns[name] for name in columns}
        if self.run:
            folder = self.run / "work" / "columns"
            folder.mkdir(exist_ok=True)
            for name in columns:
                columns[[name]].to_parquet(folder / f"{name}.parquet")

    def segmentation(self, name: str) -> pd.Series:
        """A segmentation: a column kept in this run, a column of the customers, or one computed by default.

        Raises
        ------
        InputError
            No such column.
        """
        if name in self._kept:
            return self._kept[name]
        kept = self.run / "work" / "columns" / f"{name}.parquet" if self.run else None
        if kept and kept.is_file():
            return pd.read_parquet(kept)[name]
        if name in self.customers:
            return self.customers[name]
        if name not in DEFAULTS:
            known = [*DEFAULTS, *self.customers.columns]
            raise InputError(f"segmentation {name!r}: no such column of the customers.{did_you_mean(name, known)}")
        self._kept[name] = DEFAULTS[name](self)
        return self._kept[name]
