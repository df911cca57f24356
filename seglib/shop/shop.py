"""A shop in hand: its tables, people and segments, each computed once and when first asked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from seglib.errors import InputError, did_you_mean
from seglib.language import words
from seglib.language.messages import gettext as _
from seglib.language.messages import speak
from seglib.shop.customers import shares_of_spend
from seglib.shop.examples import examples, find_settings
from seglib.shop.outcomes import next_period
from seglib.shop.rules import find_memberships, read_book
from seglib.shop.saved import finish, keep_memberships, read_frame, read_note, save_shop
from seglib.shop.segmentations import DEFAULTS
from seglib.shop.settings import parse_date, speech
from seglib.shop.sides import size
from seglib.shop.tables import ShopTables

if TYPE_CHECKING:
    from seglib.segments.rules import Memberships, RuleBook
    from seglib.tables.measures import Call
    from seglib.tables.shown import Shown

__all__ = ["Shop", "examples", "finish", "open_shop"]

SIZES = {
    "events": lambda n: words.plural(n, "event"),
    "tickets": lambda n: words.plural(n, "ticket"),
    "responses": lambda n: words.plural(n, "answer"),
    "campaigns": lambda n: words.plural(n, "message"),
    "deals": lambda n: words.plural(n, "deal"),
}


def open_shop(
    source: str | Path = "demo",
    *,
    as_of: str | dt.date = "",
    window_days: int = 0,
    format: str = "",  # noqa: A002 - the word users know from the command line
    run: str | Path = "",
    language: str = "",
) -> Shop:
    """A shop from its order file, its ``shop.toml``, or the name of an example.

    Its files are read and their columns found; everything else is computed when first asked for.

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
    language : str
        Language of sentences and numbers, such as ``"it"``; the shop's setting, else English, when empty. It holds
        for the whole process (:func:`seglib.language.messages.speak`).

    Returns
    -------
    Shop

    Raises
    ------
    InputError
        Settings or files that cannot be used, all faults found together. What only the rows of all files show, such as
        no order left after cleaning, is told by what needs them.

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
    settings = replace(settings, report=_spoken(settings.report, run, language))
    speak(**speech(settings.report))
    days = window_days or settings.window_days
    shop = Shop(settings, as_of=day or settings.as_of, window_days=days, run=Path(run) if run else None)
    shop.read()
    return shop


def _spoken(report: Mapping[str, str], run: str | Path, language: str) -> dict[str, str]:
    """``[report]`` of the shop, as a run was asked for it, in the language asked for."""
    told = {**report, **(read_note(Path(run)).get("report", {}) if run else {})}
    if not language or language == told.get("language"):
        return told
    return {key: value for key, value in told.items() if key not in ("translation", "numbers")} | {"language": language}


def _tried(faults: list[str], step: Callable[..., Any], *given: Any) -> Any:
    """What a step returns; its faults are added to ``faults``, so that all are told together."""
    try:
        return step(*given)
    except InputError as error:
        faults += error.faults
        return None


class Shop(ShopTables):
    """What :func:`open_shop` returns; attributes are computed when first used.

    Attributes
    ----------
    name, currency : str
    settings : ShopSettings
    as_of : date
    window_days : int or None
        None: the whole history.
    lines, window_lines : ibis Table
        Clean lines up to the as-of date of everyone who ordered by then; those of the window.
    customers : DataFrame
        One row a customer (:func:`seglib.build_customers`).
    contacts : DataFrame or None
        Attributes indexed by customer_id.
    events, tickets, responses, campaigns, deals, products : ibis Table or None
        As known at the as-of date, with ids resolved; ``events`` have ``kind``, ``deals`` have ``state``.
    people : DataFrame
        One row a customer, contact or visitor (:func:`seglib.shop.people.build_people`).
    rules : RuleBook
        Segments of the shop's own rule file and of the catalogue.
    memberships : Memberships
        Who is in which of them.
    ledger, ledger_by_source, quality : DataFrame
        What cleaning did, in all and for each source and currency; how complete each column is.
    side_ledger : DataFrame
        table, step, rows: what was read of the tables beside the lines, left out and used.
    numbered, marked : ibis Table
        Every line read, with the number or the name of the cleaning step that took it, its source and state.
    inputs : list of dict
        source, name, table, rows, bytes and sha256 of each file, its format and why it was taken.
    """

    def __repr__(self) -> str:
        return f"<Shop {self.name!r}: {self.basis}>"

    @property
    def basis(self) -> str:
        """What there is, period and as-of date in one line, for captions."""
        told = [
            words.plural(len(self.customers), "customer"),
            words.plural(int(self.customers.frequency.sum()), "order"),
        ]
        counts = ", ".join(told if self.has("lines") else self._beside())
        if not self.window_days:
            return self._whole(counts)
        days = words.count(self.window_days)
        return _(
            "{counts}; as of {date}, the {days} days to it.", counts=counts, date=words.date(self.as_of), days=days
        )

    @cached_property
    def history(self) -> str:
        """As :attr:`basis`, of the whole history: for captions of what does not keep to the window."""
        if not self.window_days or not self.has("lines"):
            return self.basis
        orders = self.lines.filter(~self.lines.is_return).select("customer_id", "order_id").distinct()
        customers = int(orders.customer_id.nunique().to_pyarrow().as_py())
        told = [words.plural(customers, "customer"), words.plural(int(orders.count().to_pyarrow().as_py()), "order")]
        return self._whole(", ".join(told))

    def _whole(self, counts: str) -> str:
        return _("{counts}; as of {date}, the whole history.", counts=counts, date=words.date(self.as_of))

    def _beside(self) -> list[str]:
        """How many rows of what a shop without orders has."""
        told = [words.plural(len(self.contacts), "contact")] if self.contacts is not None else []
        sides = {name: getattr(self, name) for name in SIZES}
        return told + [SIZES[name](size(table)) for name, table in sides.items() if table is not None]

    @cached_property
    def people(self) -> pd.DataFrame:  # noqa: D102 - see the class
        from seglib.shop.people import build_people

        if self._saved and self.run and (kept := read_frame(self.run, "people")) is not None:
            return kept
        return build_people(
            self.lines if self.has("lines") else None,
            self.customers if self.has("lines") else None,
            as_of=self.as_of,
            window_days=self.window_days,
            contacts=self.contacts,
            events=self.events,
            tickets=self.tickets,
            deals=self.deals,
            campaigns=self.campaigns,
            responses=self.responses,
            products=self.products,
        )

    def measured(self, calls: Sequence[Call]) -> pd.DataFrame:
        """What functions of rules give for each person (:func:`seglib.shop.people.measure_calls`)."""
        from seglib.shop.people import measure_calls

        return measure_calls(
            calls,
            self.people.index,
            lines=self.lines if self.has("lines") else None,
            as_of=self.as_of,
            window_days=self.window_days,
            events=self.events,
            responses=self.responses,
            products=self.products,
        )

    @cached_property
    def rules(self) -> RuleBook:  # noqa: D102
        return read_book(self.settings)

    @cached_property
    def memberships(self) -> Memberships:  # noqa: D102
        found = find_memberships(self)
        if self.run:
            keep_memberships(self.run, found.table)
        return found

    def explain(self, customer_id: str) -> Shown:
        """Why a person is in each segment: the values that decide, the nearest boundary, the persona.

        Raises
        ------
        InputError
            There is no such person.
        """
        from seglib.shop.explaining import explain

        return explain(self, str(customer_id))

    def next_period(self, days: int) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Customers as they were so many days ago, with an equally long window, and what they did since.

        Parameters
        ----------
        days : int
            Length of the period that ends with the as-of date.

        Returns
        -------
        The customer table of the earlier day, and a frame indexed like it: next_orders (int64), next_revenue (float64,
        net of returns), bought_again (bool).
        """
        return next_period(
            self.lines, as_of=self.as_of, days=days, window_days=self.window_days, contacts=self.contacts
        )

    def earlier(self, days: int) -> Shop:
        """The shop as it was so many days ago: customers, people, memberships and segmentations of that day.

        Raises
        ------
        InputError
            ``days`` is not positive.
        """
        from seglib.shop.earlier import EarlierShop

        return EarlierShop(self, days)

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
