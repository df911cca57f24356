"""A raw table and a format in, a canonical table out, and an account of the rows left out and added."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import ibis.expr.types as ir

from seglib.errors import InputError
from seglib.intake.formats import Format, header_names
from seglib.intake.readings import AmbiguousError, date_form_faults
from seglib.intake.shaping import reshaping, rows
from seglib.intake.shaping.account import columns_of, unused_of
from seglib.intake.shaping.attributes import attribute_name, attributes
from seglib.intake.shaping.cells import Reader
from seglib.intake.shaping.corrected import check_wishes
from seglib.intake.shaping.deciding import decided
from seglib.intake.shaping.glancing import glance_at
from seglib.intake.shaping.guessing import with_closing, with_meanings
from seglib.intake.shaping.identities import check_identities
from seglib.intake.shaping.lacking import check_columns, check_names, optional_columns
from seglib.intake.shaping.mapping import mapped, typed_columns, without_relation
from seglib.intake.shaping.order_lines import check_lines, doubted_lines, size, told_lines
from seglib.intake.shaping.paths import with_paths
from seglib.intake.shaping.resolving import refuse_doubled
from seglib.intake.shaping.shaped import Shaped, Wishes
from seglib.intake.shaping.units import bare_ids, minor_units

__all__ = ["INSTEAD", "shape"]

# Of lines whose customers are companies, in any format.
COMPANY = {
    "company": [
        *("company", "company_name", "billing_company", "customer_company", "organization", "organisation"),
        *("firma", "firmenname", "unternehmen", "societe", "entreprise", "empresa", "azienda", "ragione_sociale"),
        *("companie", "компанія", "компания", "sirket", "bedrijf", "bedrijfsnaam", "account_name", "shipping_company"),
    ]
}
# Whose rows something else than a number can tell the person of, the first that is there.
INSTEAD = dict.fromkeys(("lines", "contacts", "customers", "responses"), ("email",)) | {
    "tickets": ("email", "company", "domain")
}


def shape(
    raw: ir.Table,
    layout: Format,
    *,
    where: str,
    columns: Mapping[str, Any] | None = None,
    date_format: str = "",
    zone: str = "",
    duplicates: str = "auto",
    doubled: Sequence[str] = (),
    wishes: Wishes = Wishes(),  # noqa: B008 - frozen
    settle: Callable[[ir.Table], ir.Table] = lambda table: table.cache(),
) -> Shaped:
    """A raw table as the canonical table of its format.

    Parameters
    ----------
    raw : ibis Table
        What the file has, text or typed.
    layout : Format
        What its columns mean.
    where : str
        File, named in messages.
    columns : mapping, optional
        Canonical name -> column of the file; wins over the format, and must be there.
    date_format : str
        Form of the dates, such as ``%d/%m/%Y``; wins over the format.
    zone : str
        Time zone of the shop; times are returned as its clocks show them.
    duplicates : {"auto", "drop", "keep"}
        Whether lines that repeat another in every column are marked (column ``copy`` above 0).
    doubled : sequence of str
        Names that stand twice in the header; refused where one is asked for.
    wishes : Wishes
        What the user says of the source.
    settle : callable
        Stores a table that is read several times, and returns the stored one.

    Returns
    -------
    Shaped

    Raises
    ------
    InputError
        Columns that are missing, values that cannot be read.
    """
    by_hand = columns or {}
    check_names(by_hand, layout.table, where)
    told = [*_specs(layout), by_hand]
    raw = reshaping.numbered_where_asked(raw, told, always=bool(layout.one_per))
    raw, more = reshaping.unpivoted(raw, layout, header_names(raw.columns), where)
    raw = with_paths(raw, told)
    reader = _reader(raw, layout, where, date_format, zone, by_hand, wishes.read.get("decimal", ""))
    refuse_doubled(doubled, layout, by_hand, reader.headers, reader.where)
    holds = check_identities(raw, layout, reader)
    wanted = {**(COMPANY if wishes.companies and layout.table == "lines" else {}), **layout.columns, **by_hand}
    mapping = mapped(reader, wanted, layout, where, must=set(by_hand))
    instead = (*INSTEAD.get(layout.table, ()), *(COMPANY if wishes.companies else ()))
    if "customer_id" not in mapping and (there := next((name for name in instead if name in mapping), "")):
        mapping["customer_id"] = mapping[there]  # who bought is told by the address alone
    lacking = [name for name in layout.columns if name not in mapping]
    if layout.table == "lines":
        shaped = _shape_lines(
            raw, layout, reader, mapping, by_hand, where,
            duplicates=duplicates, unpivoted=more, wishes=wishes, settle=settle,
        )  # fmt: skip
    else:
        shaped = _shape_beside(raw, layout, reader, mapping, by_hand, where)
    return replace(shaped, lacking=lacking, holds=holds, unread=reader.unread)


def _specs(layout: Format) -> list[Any]:
    """Everything in a format that names columns of the file."""
    told = [layout.columns, layout.order_cells, layout.states, layout.also, layout.skip, layout.refund_reference]
    return [*told, layout.holds, layout.items.get("column", ())]


def _shape_beside(
    raw: ir.Table, layout: Format, reader: Reader, mapping: dict[str, Any], by_hand: Mapping[str, Any], where: str
) -> Shaped:
    check_columns(mapping, layout.table, raw.columns, where)
    layout, mapping = with_closing(raw, layout, mapping, reader)
    raw, skipped = rows.skip_rows(rows.fill_down(raw, layout, reader), layout, reader, None)
    columns_read = columns_of(mapping, layout, by_hand)
    table = _plain(raw, mapping, layout, reader)
    unused = [n for n in unused_of(raw.columns, mapping, layout) if attribute_name(n) not in table.columns]
    return Shaped(table, skipped, columns=columns_read, unused=unused)


def _shape_lines(
    raw: ir.Table,
    layout: Format,
    reader: Reader,
    mapping: dict[str, Any],
    by_hand: Mapping[str, Any],
    where: str,
    *,
    duplicates: str,
    unpivoted: int,
    wishes: Wishes,
    settle: Callable[[ir.Table], ir.Table],
) -> Shaped:
    given = check_lines(raw, layout, reader, mapping, where)
    raw, mapping, skip, glanced = glance_at(raw, layout, mapping, reader, by_hand=by_hand)
    layout = replace(layout, skip=(*layout.skip, *skip, *without_relation(raw, mapping)))
    layout, mapping = with_meanings(raw, layout, mapping, reader, wishes.states)
    check_wishes(wishes.read, wishes.states, layout, given, where)
    columns, unused = columns_of(mapping, layout, by_hand), unused_of(raw.columns, mapping, layout)
    read = partial(told_lines, raw, layout, mapping=mapping, duplicates=duplicates, wishes=wishes, settle=settle)
    try:
        told = read(reader)
    except AmbiguousError:
        sign, why = decided(raw, mapping, reader)
        if not sign:
            raise
        glanced = (*glanced, *why)
        told = read(reader.with_decimal(sign))
    headers = {one["column"]: one["from"] for one in columns}
    shaped = doubted_lines(
        told, layout, headers=headers, every=raw.columns, rows_read=size(raw), unpivoted=unpivoted, wishes=wishes
    )
    return replace(shaped, columns=columns, unused=unused, doubts=(*glanced, *shaped.doubts))


def _reader(
    raw: ir.Table,
    layout: Format,
    where: str,
    date_format: str,
    zone: str,
    by_hand: Mapping[str, Any],
    decimal: str = "",
) -> Reader:
    if faults := date_form_faults(date_format):  # of a call; those of files were told when they were read
        raise InputError([f"{where}: date_format {fault}" for fault in faults])
    source = layout.dates.get("zone", "shop")
    return Reader(
        where=f"{where}: {layout.table}",
        headers=header_names(raw.columns),
        date_formats=(date_format,) if date_format else layout.date_formats,
        decimal=decimal or layout.money.get("decimal", ""),
        zone=zone,
        source_zone="" if source == "shop" else source,
        optional=optional_columns(layout, by_hand),
    )


def _plain(raw: ir.Table, mapping: Mapping[str, Any], layout: Format, reader: Reader) -> ir.Table:
    typed = typed_columns(raw, mapping, layout.table, reader)
    if layout.table in ("contacts", "customers") and not layout.one_per:
        typed |= attributes(raw, mapping)
    table = reshaping.one_of_each(raw, typed, mapping, layout, reader) if layout.one_per else raw.select(**typed)
    return bare_ids(minor_units(table, layout))
