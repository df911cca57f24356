"""A shop in hand: its tables, people and segments, each computed once and when first asked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from functools import cached_property, partial
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ibis.expr.types as ir
import pandas as pd

from seglib.errors import InputError, did_you_mean
from seglib.intake.doubts import KINDS, unsettled
from seglib.language.messages import speak
from seglib.shop.basis import basis_of, history_of
from seglib.shop.customers import shares_of_spend
from seglib.shop.earlier import EarlierTables
from seglib.shop.examples import find_settings
from seglib.shop.explaining import explain
from seglib.shop.origins import Origins
from seglib.shop.outcomes import next_period, outcome_of
from seglib.shop.persons import PersonTables
from seglib.shop.reading import ReadTables
from seglib.shop.rules import find_memberships, read_book, settings_of
from seglib.shop.saved import keep_columns, keep_meaning, keep_memberships, kept_column, save_tables, saved_tables
from seglib.shop.segmentations import default_personas, default_rfm, default_rules, made_from
from seglib.shop.settings import ShopSettings, parse_date, speech, window_fault
from seglib.shop.tables import Tables
from seglib.tables.csv_files import write_csv
from seglib.tables.seen import order_gaps

if TYPE_CHECKING:
    from seglib.segments.rules import Memberships, RuleBook
    from seglib.tables.measures import Call
    from seglib.tables.shown import Shown

__all__ = ["Shop", "open_shop"]

ORIGINS = 2  # days from which schemes are judged, at most


def open_shop(
    source: str | Path = "demo",
    *,
    as_of: str | dt.date = "",
    window_days: int = 0,
    format: str = "",  # noqa: A002 - the word users know from the command line
    run: str | Path = "",
    language: str = "",
    settle: Sequence[str] = (),
    doubtful: bool = False,
) -> Shop:
    """A shop from its order file, its ``shop.toml``, or the name of an example.

    Its files are read and their columns found; everything else is computed when first asked for.

    Parameters
    ----------
    source : str or Path
        Order lines (a file, folder, pattern or database); a ``shop.toml`` or its folder; ``"demo"`` or another example.
    as_of : str or date
        Last day analysed, YYYY-MM-DD; the shop's setting, else the day after the last line, when empty.
    window_days : int
        Days analysed up to the as-of date; the shop's setting, else the whole history, when 0.
    format : str
        Format of an order file, by name or as a YAML file; guessed from its column names when empty.
    run : str or Path
        Folder of a run that has saved this shop (:meth:`Shop.save`): read back rather than computed again.
    language : str
        Language of sentences and numbers, such as ``"it"``; the shop's setting, else English, when empty. It holds
        for the whole process (:func:`seglib.language.messages.speak`).
    settle : sequence of str
        Doubts of which you know that the reading is right (``docs/doubts.md``).
    doubtful : bool
        Open it even where a doubt would stop it, to look at the reading.

    Returns
    -------
    Shop

    Raises
    ------
    InputError
        Settings or files that cannot be used, all faults found together. What only the rows of all files show, such as
        no order left after cleaning, is told by what needs them. Doubts that stop (``docs/doubts.md``).

    Examples
    --------
    >>> shop = open_shop("demo")
    >>> shop.name, shop.customers.index.name
    ('Harbour & Pine', 'customer_id')
    """
    faults: list[str] = []
    if not isinstance(source, str | Path):
        raise InputError(f"shop: {source!r} is no file, folder or example. Write its name as text.")
    settings = _tried(faults, find_settings, source, format, settle)
    day = _tried(faults, parse_date, as_of)
    if fault := window_fault(window_days):
        faults.append(fault)
    if faults:
        raise InputError(faults)
    folder = Path(run) if run else None
    saved = saved_tables(folder)
    settings = replace(settings, report=_spoken({**settings.report, **(saved.report if saved else {})}, language))
    speak(**speech(settings.report))
    tables = saved or ReadTables(settings, day or settings.as_of, window_days or settings.window_days)
    if not doubtful and (stops := unsettled(tables.read_doubts, settings.settled)):
        raise InputError(stops)
    return Shop(tables, settings, folder)


def _spoken(report: dict[str, str], language: str) -> dict[str, str]:
    """``[report]`` of the shop in the language asked for."""
    if not language or language == report.get("language"):
        return report
    return {key: told for key, told in report.items() if key not in ("translation", "numbers")} | {"language": language}


def _tried(faults: list[str], step: Callable[..., Any], *given: Any) -> Any:
    """What a step returns; its faults are added to ``faults``, so that all are told together."""
    try:
        return step(*given)
    except InputError as error:
        faults += error.faults
        return None


def _told(name: str) -> Any:
    """An attribute that the tables of the shop tell."""
    return property(attrgetter(f"tables.{name}"))


def _side(name: str) -> Any:
    """One of the tables beside the orders, None where there is none."""
    return property(lambda shop: shop.tables.sides.get(name))


class Shop:
    """What :func:`open_shop` returns; attributes are computed when first used.

    Attributes
    ----------
    name, currency : str
    settings, tables : ShopSettings, Tables
    as_of : date
    window_days : int or None
        None: the whole history.
    new_since : date or None
        From which day on a customer who is first seen is new (:mod:`seglib.tables.seen`); None: nobody can be.
    lines, window_lines : ibis Table
        Clean lines up to the as-of date of everyone who ordered by then; those of the window.
    orders, window_orders : ibis Table
        Orders of these lines (:data:`seglib.tables.canonical.ORDERS`); those of the window.
    customers : DataFrame
        One row a customer (:func:`seglib.build_customers`).
    contacts : DataFrame or None
        Attributes indexed by customer_id.
    events, tickets, responses, campaigns, deals, products : ibis Table or None
        As known at the as-of date, with ids resolved; ``events`` have ``kind``, ``deals`` have ``state``.
    accounts : DataFrame or None
        One row a company, where customers are companies: contacts, buyers, told_orders.
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
    reading, doubts : DataFrame, list of dict
        From which column of its file each column was read, and why; what may be wrong with that, settled or not.
    inputs : list of dict
        source, name, table, rows, bytes and sha256 of each file, its format and why it was taken.
    """

    as_of: dt.date = _told("as_of")
    window_days: int | None = _told("window_days")
    new_since: dt.date | None = _told("new_since")
    currency: str = _told("currency")
    inputs: list[dict[str, Any]] = _told("inputs")
    reading: pd.DataFrame = _told("reading")
    statuses: pd.DataFrame = _told("statuses")
    numbered: ir.Table = _told("numbered")
    marked: ir.Table = _told("marked")
    lines: ir.Table = _told("lines")
    window_lines: ir.Table = _told("window_lines")
    orders: ir.Table = _told("orders")
    window_orders: ir.Table = _told("window_orders")
    ledger: pd.DataFrame = _told("ledger")
    ledger_by_source: pd.DataFrame = _told("ledger_by_source")
    quality: pd.DataFrame = _told("quality")
    customers: pd.DataFrame = _told("customers")
    people: pd.DataFrame = _told("people")
    contacts: pd.DataFrame | None = _told("contacts")
    products: ir.Table | None = _told("products")
    events: ir.Table | None = _side("events")
    tickets: ir.Table | None = _side("tickets")
    responses: ir.Table | None = _side("responses")
    campaigns: ir.Table | None = _side("campaigns")
    deals: ir.Table | None = _side("deals")
    side_ledger: pd.DataFrame = _told("side_ledger")
    accounts: pd.DataFrame | None = _told("accounts")

    def __init__(self, tables: Tables, settings: ShopSettings, run: Path | None = None) -> None:
        self.tables = tables
        self.settings = settings
        self.name = settings.name
        self.run = run
        self._kept: dict[str, pd.Series] = {}

    def __repr__(self) -> str:
        return f"<Shop {self.name!r}: {self.basis}>"

    @property
    def basis(self) -> str:
        """What there is, period and as-of date in one line, for captions."""
        return basis_of(self.tables)

    @property
    def doubts(self) -> list[dict[str, Any]]:
        """What may be wrong with the reading: source, name, level, column, message, settle, settled of each.

        ``evidence`` and ``meanwhile`` say what the kind of doubt asks for, and what happens to the rows.
        """
        known = set(self.settings.settled)
        kinds = {one["name"]: KINDS[one["name"]] for one in self.tables.doubts}
        told = {name: {"evidence": kind.evidence, "meanwhile": kind.meanwhile} for name, kind in kinds.items()}
        return [{**one, **told[one["name"]], "settled": one["name"] in known} for one in self.tables.doubts]

    @cached_property
    def history(self) -> str:
        """As :attr:`basis`, of the whole history: for captions of what does not keep to the window."""
        return history_of(self.tables)

    @cached_property
    def persons(self) -> Shop:
        """The same shop with each person as a customer, where customers are companies; itself where they are persons.

        What segments companies here (``customers``, ``segmentation``, ``memberships``, ``explain``) segments their
        contacts there.
        """
        return self if self.tables.persons is None else Shop(PersonTables(self.tables), self.settings)

    def has(self, table: str) -> bool:
        """Whether the shop has a table, such as ``"lines"`` or ``"events"`` (:meth:`seglib.shop.tables.Tables.has`)."""
        return self.tables.has(table)

    def measured(self, calls: Sequence[Call]) -> pd.DataFrame:
        """What functions of rules give for each person (:func:`seglib.shop.people.measure_calls`)."""
        return self.tables.measured(calls)

    @cached_property
    def rules(self) -> RuleBook:  # noqa: D102
        return read_book(self.settings)

    @cached_property
    def rule_settings(self) -> dict[str, Any]:
        """Settings of the segments by rule: those of the catalogue, whether it is used or not, and the shop's own."""
        return settings_of(self.rules)

    @cached_property
    def memberships(self) -> Memberships:  # noqa: D102
        found = find_memberships(self.tables, self.rules, self.settings.segments.get("priority", ()))
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
        persona = partial(self.segmentation, "persona")
        return explain(self.tables, self.settings, self.memberships, persona, str(customer_id))

    @property
    def usual_gap_days(self) -> float:
        """Days after which half of the orders were followed by another, open gaps counted; NaN where fewer ever are."""
        return order_gaps(self.orders, self.as_of).usual() if self.has("lines") else float("nan")

    def next_period(self, days: int) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Customers as they were so many days ago, with an equally long window, and what they did since.

        Returns
        -------
        The customer table of the earlier day, and a frame indexed like it (:func:`seglib.shop.outcomes.next_period`).
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
        if days <= 0:
            raise InputError(f"days is {days}; expected how many days ago, above zero.")
        return Shop(EarlierTables(self.tables, self.as_of - dt.timedelta(days=days)), self.settings)

    def origins(self, days: int, *, most: int = ORIGINS) -> Origins:
        """The shop at the starts of its last periods of so many days, and what its customers did in each.

        At most ``most`` days; further than one period back only with as much history before. None without order lines.
        """
        began = self.orders["at"].min().to_pyarrow().as_py() if self.has("lines") else None
        length = (self.as_of - began.date()).days if began else 0
        pairs = []
        for n in range(1, most + 1):
            if n == 1 or length >= days * (n + 1):
                then, end = self.earlier(days * n), self.as_of - dt.timedelta(days=days * (n - 1))
                known = len(then.customers) if began else 0
                pairs += [(then, outcome_of(self.lines, then.customers, as_of=end, days=days))] if known else []
        return Origins([then for then, _ in pairs], [outcome for _, outcome in pairs])

    def shares_of_spend(self, column: str, *, top: int = 12) -> pd.DataFrame:
        """What share of each customer's spending went to each value of ``column`` (:func:`seglib.shares_of_spend`)."""
        return shares_of_spend(self.window_lines, column, top=top)

    def save(self, folder: str | Path) -> None:
        """Write what the notebooks of a run share: ``tables/`` to keep, ``work/`` for the run only."""
        save_tables(self.tables, folder, self.settings.report)

    def keep(self, name: str, table: pd.DataFrame, *, meaning: str = "") -> None:
        """Keep a table of the run as ``tables/<name>.csv``, and what it is, in English, for the list of the first page.

        Nothing happens when working alone.
        """
        if self.run:
            write_csv(table, self.run / "tables" / f"{name}.csv", index=table.index.name is not None)
            keep_meaning(self.run, name, meaning)

    def keep_columns(self, columns: pd.DataFrame, *, made_from: Collection[str] = ()) -> None:
        """Keep per-customer columns (scores, names) for later notebooks and the run's customers.parquet.

        ``made_from`` is in what their groups differ by their making, where the settings do not tell it.
        """
        columns = columns.copy(deep=False)
        columns.attrs["made_from"] = sorted(made_from)
        self._kept |= {str(name): columns[name] for name in columns}
        if self.run:
            keep_columns(self.run, columns)

    def segmentation(self, name: str) -> pd.Series:
        """A segmentation: a column kept in this run, a column of the customers, or one computed by default.

        Raises
        ------
        InputError
            No such column.
        """
        if (kept := self._kept_column(name)) is not None:
            return kept
        if name in self.customers:
            return self.customers[name]
        if name not in DEFAULTS:
            near = did_you_mean(name, [*DEFAULTS, *self.customers.columns])
            raise InputError(f"segmentation {name!r}: no such column of the customers.{near}")
        self._kept[name] = DEFAULTS[name](self)
        return self._kept[name]

    def made_from(self, name: str) -> frozenset[str]:
        """In what the groups of a segmentation differ by their making: it is described, and never tested."""
        kept = self._kept_column(name)
        if kept is not None and kept.attrs.get("made_from"):
            return frozenset(kept.attrs["made_from"])
        return made_from(name, self.settings, lambda: self.memberships)

    def _kept_column(self, name: str) -> pd.Series | None:
        return self._kept[name] if name in self._kept else kept_column(self.run, name) if self.run else None


DEFAULTS: dict[str, Callable[[Shop], pd.Series]] = {
    "rfm_segment": lambda shop: default_rfm(shop.tables, shop.settings),
    "persona": lambda shop: default_personas(shop.tables, shop.settings),
    "rule_segment": lambda shop: default_rules(shop.tables, shop.settings, shop.memberships),
}
