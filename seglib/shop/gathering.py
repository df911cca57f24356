"""Every source that a shop's settings name, read and joined into its lines and contacts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir
import pandas as pd

from seglib.errors import InputError
from seglib.intake.files import read_raw
from seglib.intake.joining import Joined, People, SourceLines, join_lines, rates_by_date, who_is_who
from seglib.intake.shaping import Wishes
from seglib.intake.sources import Source, read_table
from seglib.shop.accounts import Accounts, of_customers
from seglib.shop.cleaning import Beyond, beyond_of
from seglib.shop.companies import find_accounts
from seglib.shop.contacts import one_row_each, read_crosswalk
from seglib.shop.customer_table import attributes_of, read_customers
from seglib.shop.meeting import customers_of, met, renamed, same_files, spelled, told_of
from seglib.shop.named_tables import TableSource
from seglib.shop.pieces import in_pieces
from seglib.shop.relating import Known, whom
from seglib.shop.settings import ShopSettings
from seglib.shop.sides import KINDS, SIDES, distinct_products, mails_of, prepare_side, stack_sides
from seglib.tables.canonical import TABLES

__all__ = ["Gathered", "gather", "read_sources"]

Sources = Mapping[str, Mapping[str, Source]]


@dataclass(frozen=True)
class Gathered:
    """Canonical lines of all sources, with ``source`` and ``state``; their currency; rows that are no lines.

    ``sides`` are the tables beside them, with the reason for which a row cannot be used in ``seglib_why``;
    ``contacts_read`` is how many rows the contacts are made of; ``doubts`` are those of tables held beside each other.
    ``customers`` are the rows of a customer table, whose attributes are among the ``contacts``; ``listed`` are those of
    the contacts that a table of contacts tells; ``persons`` are the contacts of companies, where these are customers.
    """

    lines: ir.Table
    currency: str
    contacts: pd.DataFrame | None
    beyond: tuple[Beyond, ...]
    people: People
    told_twice: int
    sides: Mapping[str, ir.Table] = field(default_factory=dict)
    products: ir.Table | None = None
    contacts_read: int = 0
    customers: pd.DataFrame | None = None
    listed: pd.DataFrame | None = None
    persons: pd.DataFrame | None = None
    doubts: tuple[dict[str, Any], ...] = ()


def read_sources(
    settings: ShopSettings,
    engine: ibis.BaseBackend,
    settle: Callable[[ir.Table], ir.Table] = lambda table: table.cache(),
) -> dict[str, dict[str, Source]]:
    """Table -> name of the source -> what was read.

    Raises
    ------
    InputError
        The faults of all sources together.
    """
    found: dict[str, dict[str, Source]] = {}
    faults: list[str] = []
    for table, sources in settings.tables.items():
        for number, told in enumerate(sources):
            try:
                read = _read(told, table, settings, engine, settle, several=len(sources) > 1)
                found.setdefault(table, {})[told.name or f"{table} {number + 1}"] = read
            except InputError as error:
                faults += error.faults
    if faults:
        raise InputError(faults)
    return found


def _read(
    told: TableSource,
    table: str,
    settings: ShopSettings,
    engine: ibis.BaseBackend,
    settle: Callable[[ir.Table], ir.Table],
    *,
    several: bool,
) -> Source:
    return read_table(
        told.path,
        table,
        format=told.format,
        date_format=told.date_format,
        columns=told.columns,
        only=told.only,
        sheet=told.sheet,
        sheets=told.sheets,
        duplicates=settings.cleaning.get("duplicates", "auto"),
        zone=settings.timezone,
        engine=engine,
        where=f"source {told.name!r}" if several else "",
        wishes=Wishes(told.read, told.states, **settings.wishes),
        joins=told.joins,
        schema=told.schema,
        settle=settle,
    )


def gather(
    settings: ShopSettings, sources: Sources, engine: ibis.BaseBackend, settle: Callable[[ir.Table], ir.Table]
) -> Gathered:
    """Lines of all sources in one table.

    Parameters
    ----------
    settings : ShopSettings
        What joins them: identities, rates, how a sale told twice is known.
    sources : mapping
        From :func:`read_sources`.
    engine : ibis backend
        Where they were read.
    settle : callable
        Stores a table, so that it is computed once, and returns the stored one.

    Returns
    -------
    Gathered

    Raises
    ------
    InputError
        Files of rates or of a crosswalk that cannot be used; sources that cannot be joined.
    """
    products, contacts = ([s.table for s in sources.get(name, {}).values()] for name in ("products", "contacts"))
    known = [table.to_pyarrow().to_pandas() for table in contacts]
    sides = {name: settle(_stacked(name, settings, sources[name])) for name in SIDES if name in sources}
    known, sides, doubts = _met(settings, sources, known, sides)
    tables = {name: _named(one.table, products, settle) for name, one in sources.get("lines", {}).items()}
    bought = {name: one.table for name, one in sources.get("customers", {}).items()}
    own = _own(settings, "customers", bought)
    attributes = attributes_of(bought, own)
    tables, units = in_pieces(settings, sources.get("lines", {}), tables, settle)
    joined = _joined(settings, sources, engine, settle, tables, known + attributes, list(sides.values()))
    listed = one_row_each(known, joined.people) if known else None
    people = one_row_each(known + attributes, joined.people) if attributes else listed
    accounts, whose = _accounts(settings, joined, people), _known(settings, joined, people, sides)
    whose = accounts.known(whose) if accounts else whose
    sides = {
        name: prepare_side(name, table, joined.people, meanings=_meanings(settings, name), known=whose)
        for name, table in sides.items()
    }
    lines, sides = of_customers(joined.table, sides, accounts, settle)
    people = None if people is None else people.drop(columns="domain", errors="ignore")
    doubts = [*told_of(sides, doubts), *([accounts.told()] if accounts else [])]
    return Gathered(
        lines=lines,
        currency=joined.currency,
        contacts=accounts.contacts_of(people) if accounts else people,
        beyond=tuple(one for name, source in sources.get("lines", {}).items() for one in beyond_of(name, source.facts)),
        people=joined.people,
        told_twice=joined.told_twice,
        sides=sides,
        products=None if (one_each := distinct_products(products)) is None else settle(one_each),
        contacts_read=sum(map(len, known)),
        customers=read_customers(bought, joined.people, own) if bought else None,
        listed=listed,
        persons=accounts.persons_of(people) if accounts else None,
        doubts=(*same_files(sources.get("lines", {})), *spelled(joined.people), *units, *doubts),
    )


def _met(
    settings: ShopSettings, sources: Sources, contacts: list[pd.DataFrame], sides: dict[str, ir.Table]
) -> tuple[list[pd.DataFrame], dict[str, ir.Table], list[dict[str, Any]]]:
    """Contacts and side tables whose customers are those of the orders, as far as their ids differ in form alone."""
    told = settings.tables
    shared = [one for one in (*sides, "contacts") if all(each.ids == "shared" for each in told.get(one, ()))]
    if "lines" not in sources or any(one.ids == "own" for one in told["lines"]):
        return contacts, sides, []
    known = pd.concat([customers_of(source.table) for source in sources["lines"].values()]).drop_duplicates()
    doubts = []
    for name in shared:
        tables = [sides[name]] if name in sides else []
        ids = [customers_of(one) for one in tables] if tables else [one["customer_id"].dropna() for one in contacts]
        ids = [one for one in ids if not one.astype("str").str.contains("@").all()]
        if not ids:
            continue
        changed, doubt = met(pd.concat(ids).astype("str").drop_duplicates(), known, name)
        doubts += [{"source": name, **doubt.told()}] if doubt else []
        if changed and name in sides:
            sides[name] = renamed(sides[name], changed)
        elif changed:
            contacts = [one.assign(customer_id=one["customer_id"].replace(changed)) for one in contacts]
    return contacts, sides, doubts


def _known(
    settings: ShopSettings, joined: Joined, contacts: pd.DataFrame | None, sides: Mapping[str, ir.Table]
) -> Known:
    """Whom orders and contacts know, where a table beside them asks."""
    if not set(sides) - {"events"}:
        return Known()
    by_email, by_name = (settings.identities.get(name, True) for name in ("by_email", "by_name"))
    return whom(customers_of(joined.table), joined.people, contacts, by_domain=by_email, by_name=by_name)


def _accounts(settings: ShopSettings, joined: Joined, contacts: pd.DataFrame | None) -> Accounts | None:
    if not settings.of_companies:
        return None
    by_email = settings.identities.get("by_email", True)
    return find_accounts(joined.table, contacts, joined.people, by_email=by_email)


def _joined(
    settings: ShopSettings,
    sources: Sources,
    engine: ibis.BaseBackend,
    settle: Callable[[ir.Table], ir.Table],
    tables: Mapping[str, ir.Table],
    known: list[pd.DataFrame],
    sides: list[ir.Table],
) -> Joined:
    """Lines of all sources, none where the shop has none, and who is who in all its tables."""
    rates, crosswalk = settings.rates.get("file"), settings.identities.get("file")
    by_email = settings.identities.get("by_email", True)
    told = read_crosswalk(crosswalk, engine) if crosswalk else None
    mails = [*known, *(mails_of(table) for table in sides)]
    if "lines" not in sources:
        return Joined(settle(_no_lines()), settings.currency, who_is_who([], [], mails, by_email, told))
    return join_lines(
        [_source_lines(told, sources["lines"], tables) for told in settings.tables["lines"]],
        currency=settings.currency,
        rates=settings.rates,
        rates_by_date=rates_by_date(read_raw(rates, engine).table, Path(rates).name) if rates else None,
        by_email=by_email,
        by_name=settings.identities.get("by_name", True),
        crosswalk=told,
        contacts=mails,
        same_sale=settings.same_sale,
        settle=settle,
    )


def _named(lines: ir.Table, products: list[ir.Table], settle: Callable[[ir.Table], ir.Table]) -> ir.Table:
    """Lines with what the products tell of them; stored again where that is anything."""
    told = with_products(lines, products)
    return lines if told is lines else settle(told)


def _no_lines() -> ir.Table:
    """Lines of a shop that tells of no order, with the columns that every analysis relies on."""
    kinds = {column.name: KINDS[column.kind] for column in TABLES["lines"] if column.required}
    kinds |= {"is_return": "boolean", "state": "string", "source": "string"}
    return ibis.memtable([], schema=kinds)


def _stacked(name: str, settings: ShopSettings, sources: Mapping[str, Source]) -> ir.Table:
    return stack_sides(name, {source: read.table for source, read in sources.items()}, _own(settings, name, sources))


def _own(settings: ShopSettings, name: str, sources: Mapping[str, Any]) -> list[str]:
    """Sources of a table whose customer ids mean nothing elsewhere."""
    return [told.name or next(iter(sources)) for told in settings.tables.get(name, ()) if told.ids == "own"]


def _meanings(settings: ShopSettings, name: str) -> Mapping[str, Any]:
    return {"events": settings.events, "deals": settings.deals}.get(name, {})


def _source_lines(told: TableSource, sources: Mapping[str, Source], tables: Mapping[str, ir.Table]) -> SourceLines:
    name = told.name or next(iter(sources))
    layout = sources[name].format
    return SourceLines(
        name,
        tables[name],
        kind=layout.name,
        payments=layout.kind == "payments",
        currency=told.currency,
        ids=told.ids,
    )


def with_products(lines: ir.Table, products: list[ir.Table]) -> ir.Table:
    """Category and name from the products, where the lines lack them."""
    for table in products:
        wanted = [name for name in ("product_name", "category") if name in table.columns and name not in lines.columns]
        if wanted and "product_id" in lines.columns:
            told = table.filter(table.product_id.notnull())
            one_each = told.group_by("product_id").agg(**{name: told[name].min() for name in wanted})
            lines = lines.left_join(one_each, "product_id").drop("product_id_right")
    return lines
