"""Sources of order lines one below the other, with one name for each person and one currency."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir
import pandas as pd

from seglib.intake.joining.currencies import in_one_currency
from seglib.intake.joining.identities import (
    People,
    are_told,
    check_shared_ids,
    clean_key,
    find_people,
    known_pairs,
    with_people,
)
from seglib.intake.joining.names import names_with_rows, spellings
from seglib.intake.joining.same_sale import BY, mark_same_sales

__all__ = ["Joined", "SourceLines", "join_lines", "who_is_who"]

LINKS = ("email", "payment_ref", "refund_of")  # serve the joining, and are gone afterwards
TEXTS = ("order_id", "customer_id", "currency", "state", "source", *LINKS)
SAME_LINE = (
    "order_id",
    "customer_id",
    "email",
    "ordered_at",
    "product_id",
    "product_name",
    "quantity",
    "amount",
    "is_return",
)


@dataclass(frozen=True)
class SourceLines:
    """Canonical lines of one source.

    ``kind`` is its format: two sources of one kind may overlap; ``payments`` tells that it repeats what a shop tells;
    ``currency`` is that of amounts that name none; ``ids`` is ``"own"`` where its customer ids mean nothing elsewhere.
    """

    name: str
    table: ir.Table
    kind: str = ""
    payments: bool = False
    currency: str = ""
    ids: str = "shared"


@dataclass(frozen=True)
class Joined:
    """Lines of all sources, their currency, who is who, and how many orders were told by two sources."""

    table: ir.Table
    currency: str
    people: People
    told_twice: int = 0


def join_lines(
    sources: Sequence[SourceLines],
    *,
    currency: str = "",
    rates: Mapping[str, Any] | None = None,
    rates_by_date: pd.DataFrame | None = None,
    by_email: bool = True,
    by_name: bool = True,
    crosswalk: pd.DataFrame | None = None,
    contacts: Sequence[pd.DataFrame] = (),
    same_sale: Mapping[str, Any] | None = None,
    settle: Callable[[ir.Table], ir.Table] = lambda table: table,
) -> Joined:
    """One table of lines out of several sources; no line is lost, those that repeat another are marked in ``state``.

    Parameters
    ----------
    sources : sequence of SourceLines
        The first listed gives persons their ids.
    currency : str
        Of the result; that of the lines when empty and there is but one.
    rates : mapping
        Currency -> what one unit is worth in ``currency``.
    rates_by_date : DataFrame, optional
        currency, since, rate (:func:`seglib.intake.joining.rates_by_date`); wins over ``rates``.
    by_email : bool
        Whether the same e-mail is one person.
    by_name : bool
        Whether names as ids that differ only in case or spaces are one person.
    crosswalk : DataFrame, optional
        id, customer_id of one person.
    contacts : sequence of DataFrame
        With customer_id and email, which tell more of who is who.
    same_sale : mapping, optional
        prefer, by, minutes: how a sale told by two sources is known. By default payments are held against shops.
    settle : callable
        Stores a table that is read several times, and returns the stored one.

    Returns
    -------
    Joined: ``table`` has ``source`` and ``state``; ``state`` is ``overlap`` for a line that an export of the same kind
    repeats, ``same_sale`` for one whose sale a preferred source tells. E-mails and references are gone.

    Raises
    ------
    InputError
        Currencies without rates; ids that stand for different people in two sources.

    Examples
    --------
    >>> row = {"order_id": ["1"], "customer_id": ["7"], "email": ["A@x.it"], "ordered_at": [pd.Timestamp("2024-01-01")],
    ...     "amount": [9.0], "is_return": [False]}
    >>> paid = row | {"order_id": ["ch_1"], "customer_id": [None]}
    >>> both = join_lines([SourceLines("cart", ibis.memtable(pd.DataFrame(row)), "cart"),
    ...     SourceLines("gateway", ibis.memtable(pd.DataFrame(paid)), "gateway", payments=True)])
    >>> both.table.order_by("source").select("source", "customer_id", "state").to_pandas().values.tolist()
    [['cart', '7', 'sale'], ['gateway', '7', 'same_sale']]
    """
    tables = [_prepared(source) for source in sources]
    lines, twice = tables[0], 0
    if len(sources) > 1:
        lines = settle(_stacked(tables))
        lines = _with_overlaps(lines, sources)
        preferred = _preferred(sources, same_sale)
        lines = settle(_refunds_elsewhere(lines, lines))
        if preferred:
            lines, twice = mark_same_sales(lines, preferred, **_rules(same_sale or {}))
    people = who_is_who(sources, tables, contacts, by_email, crosswalk, by_name)
    told = len(sources) == 1 and people.person.empty and not people.nobody and are_told(lines)
    lines = lines if told else with_people(lines, people)
    lines, currency = in_one_currency(lines, currency, rates or {}, rates_by_date)
    lines = lines.drop(*[name for name in LINKS if name in lines.columns])
    changed = not told or "amount_told" in lines.columns
    return Joined(settle(lines) if changed else lines, currency, people, twice)


def _prepared(source: SourceLines) -> ir.Table:
    lines = source.table
    missing = {"customer_id": ibis.null("string"), "state": ibis.ifelse(lines.is_return, "refund", "sale")}
    lines = lines.mutate(**{name: value for name, value in missing.items() if name not in lines.columns})
    lines = lines.mutate(**{name: lines[name].cast("string") for name in TEXTS if name in lines.columns})
    if source.ids == "own":
        mine = ibis.literal(f"{source.name}:").concat(lines.customer_id)
        lines = lines.mutate(customer_id=ibis.ifelse(lines.customer_id.contains("@"), lines.customer_id, mine))
    if source.currency:
        told = (
            lines.currency.fill_null(source.currency) if "currency" in lines.columns else ibis.literal(source.currency)
        )
        lines = lines.mutate(currency=told)
    if "currency" in lines.columns:
        lines = lines.mutate(currency=lines.currency.strip().upper().nullif(""))
    return lines.mutate(source=ibis.literal(source.name))


def _stacked(tables: Sequence[ir.Table]) -> ir.Table:
    """One below the other; a column that a source does not tell is missing there."""
    kinds: dict[str, Any] = dict.fromkeys(LINKS, "string")
    for table in tables:
        kinds |= {name: "string" if name in TEXTS else kind for name, kind in table.schema().items()}
    if "copy" in kinds:
        kinds["copy"] = "int64"
    parts = [
        table.select(
            **{
                name: table[name].cast(kind)
                if name in table.columns
                else ibis.literal(0 if name == "copy" else None, kind)
                for name, kind in kinds.items()
            }
        )
        for table in tables
    ]
    return ibis.union(*parts)


def _with_overlaps(lines: ir.Table, sources: Sequence[SourceLines]) -> ir.Table:
    """State ``overlap`` for lines that a later export of the same kind repeats; the later one knows better."""
    kinds = [source.kind for source in sources]
    alike = {source.name: source.kind for source in sources if source.kind and kinds.count(source.kind) > 1}
    if not alike:
        return lines
    last = (
        lines.group_by("source").agg(last=lines.ordered_at.max()).to_pyarrow().to_pandas().set_index("source")["last"]
    )
    listed = [source.name for source in sources]
    order = sorted(alike, key=lambda name: (last.get(name) or pd.Timestamp.min, listed.index(name)), reverse=True)
    kind = lines.source.cases(*alike.items(), else_=ibis.null("string"))
    place = lines.source.cases(*[(name, number) for number, name in enumerate(order)], else_=len(order))
    keys = [lines[name] for name in SAME_LINE if name in lines.columns]
    numbered = lines.mutate(
        seglib_kind=kind, seglib_place=place, seglib_nth=_nth([*keys, lines.source], lines.order_id)
    )
    keys = [numbered[name] for name in (*SAME_LINE, "seglib_kind", "seglib_nth") if name in numbered.columns]
    again = _nth(keys, numbered.seglib_place) > 0
    again = again & numbered.seglib_kind.notnull() & numbered.order_id.notnull()
    marked = numbered.mutate(state=ibis.ifelse(again, "overlap", numbered.state))
    return marked.drop("seglib_kind", "seglib_place", "seglib_nth")


def _nth(keys: Sequence[ir.Column], order: ir.Column) -> ir.IntegerColumn:
    return ibis.row_number().over(ibis.window(group_by=list(keys), order_by=order))


def _preferred(sources: Sequence[SourceLines], told: Mapping[str, Any] | None) -> list[str]:
    """Sources whose lines are kept where another tells the same sale; none where there is nothing to compare."""
    if told and told.get("prefer"):
        return [told["prefer"]] if isinstance(told["prefer"], str) else list(told["prefer"])
    shops = [source.name for source in sources if not source.payments]
    if told and len(shops) in (0, len(sources)):
        return [sources[0].name]
    return shops if len(shops) < len(sources) else []


def _rules(told: Mapping[str, Any]) -> dict[str, Any]:
    return {"by": told.get("by", BY), "minutes": told.get("minutes", 60)}


def _refunds_elsewhere(lines: ir.Table, sales: ir.Table) -> ir.Table:
    """Refunds whose sale is told by another source alone take its customer."""
    sales = sales.filter(~sales.is_return & sales.order_id.notnull())
    own = sales.select(of_source=sales.source, of_order=sales.order_id).distinct()
    found = sales.group_by(sold=sales.order_id).agg(sold_to=sales.customer_id.min(), sold_mail=sales.email.min())
    joined = lines.left_join(own, [lines.source == own.of_source, lines.refund_of == own.of_order])
    joined = joined.left_join(found, joined.refund_of == found.sold)
    elsewhere = joined.is_return & joined.sold.notnull() & joined.of_order.isnull()
    changed = {"customer_id": joined.sold_to, "email": joined.sold_mail}
    told = elsewhere & (joined.sold_to.notnull() | joined.sold_mail.notnull())
    return joined.mutate(**{name: ibis.ifelse(told, value, joined[name]) for name, value in changed.items()}).drop(
        "of_source", "of_order", "sold", "sold_to", "sold_mail"
    )


def who_is_who(
    sources: Sequence[SourceLines],
    tables: Sequence[ir.Table],
    contacts: Sequence[pd.DataFrame],
    by_email: bool,
    crosswalk: pd.DataFrame | None,
    by_name: bool = True,
) -> People:
    """Persons behind the ids of lines (of any number of sources), contacts and a crosswalk."""
    pairs = [known_pairs(table, place) for place, table in enumerate(tables)] if by_email else []
    if by_email and len(sources) > 1:
        first_of_kind = {
            source.kind or source.name: (source.name, found) for source, found in zip(sources, pairs, strict=True)
        }
        check_shared_ids(first_of_kind.values())
    for contact in contacts if by_email else ():
        if {"customer_id", "email"} <= set(contact.columns):
            told = contact.rename(columns={"customer_id": "id"})[["id", "email"]].dropna()
            pairs.append(told.assign(email=told["email"].str.strip().str.lower(), place=len(sources)))
    empty = pd.DataFrame({"id": [], "email": [], "place": []}).astype({"id": "str", "email": "str"})
    found = pd.concat([pair for pair in pairs if len(pair)] or [empty], ignore_index=True)
    spelled = spellings(_names(tables, contacts)) if by_name and tables else empty
    if found.empty and spelled.empty and crosswalk is None:
        return People()
    return find_people(found, crosswalk, spelled if len(spelled) else None)


def _names(tables: Sequence[ir.Table], contacts: Sequence[pd.DataFrame]) -> list[pd.Series]:
    """Names as ids of lines, with their rows, and of contacts, which have none: lines say how a name is spelled."""
    known = [one[["customer_id"]].dropna().astype("str") for one in contacts if "customer_id" in one]
    beside = [names_with_rows(ibis.memtable(one).customer_id) * 0 for one in known if len(one)]
    return [*(names_with_rows(clean_key(table.customer_id)) for table in tables), *beside]
