"""A raw table and a format in, a canonical table out, and an account of the rows left out and added."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import ibis
import ibis.expr.types as ir
from ibis.common.exceptions import IbisError

from seglib.errors import InputError
from seglib.intake.formats import HOLDS_LINES, Format, group_names, header_names
from seglib.intake.formats.forms import shown
from seglib.intake.readings import AmbiguousError
from seglib.intake.shaping import orders, packed, reshaping, rows
from seglib.intake.shaping.account import columns_of, status_values, unused_of
from seglib.intake.shaping.attributes import attribute_name, attributes
from seglib.intake.shaping.capping import cap_refunds
from seglib.intake.shaping.cells import Reader
from seglib.intake.shaping.copies import mark_copies
from seglib.intake.shaping.corrected import check_wishes, pending_of, reconsidered
from seglib.intake.shaping.deciding import decided
from seglib.intake.shaping.glancing import glance_at
from seglib.intake.shaping.guessing import with_closing, with_meanings
from seglib.intake.shaping.identities import check_identities
from seglib.intake.shaping.lacking import check_columns, optional_columns
from seglib.intake.shaping.mapping import mapped, without_relation
from seglib.intake.shaping.partly import PARTLY, marked_partly, partly_told, untold_of
from seglib.intake.shaping.paths import with_paths
from seglib.intake.shaping.resolving import refuse_doubled, resolve
from seglib.intake.shaping.shaped import Shaped, Wishes
from seglib.intake.shaping.signs import complete_lines
from seglib.intake.shaping.units import bare_ids, minor_units
from seglib.language.messages import mark
from seglib.tables.canonical import TABLES

__all__ = ["INSTEAD", "shape"]

CELLS = dict.fromkeys(("total", "discount", "refund", "disputed"), "decimal")
CELLS |= dict.fromkeys(("refunded_at", "disputed_at"), "timestamp")
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
    told = [
        layout.columns,
        by_hand,
        layout.order_cells,
        layout.states,
        layout.also,
        layout.skip,
        layout.refund_reference,
        layout.holds,
        layout.items.get("column", ()),
    ]
    raw = reshaping.numbered_where_asked(raw, told, always=bool(layout.one_per))
    raw, more = reshaping.unpivoted(raw, layout, header_names(raw.columns), where)
    raw = with_paths(raw, told)
    reader = _reader(raw, layout, where, date_format, zone, by_hand, wishes.read.get("decimal", ""))
    refuse_doubled(doubled, layout, by_hand, reader.headers, reader.where)
    holds = check_identities(raw, layout, reader)
    mapping = mapped(reader, {**layout.columns, **by_hand}, layout, where, must=set(by_hand))
    instead = [name for name in INSTEAD.get(layout.table, ()) if name in mapping]
    if instead and "customer_id" not in mapping:
        mapping["customer_id"] = mapping[instead[0]]  # who bought is told by the address alone
    lacking = [name for name in layout.columns if name not in mapping]
    if layout.table != "lines":
        check_columns(mapping, layout.table, raw.columns, where)
        layout, mapping = with_closing(raw, layout, mapping, reader)
        raw, skipped = rows.skip_rows(rows.fill_down(raw, layout, reader), layout, reader, None)
        columns_read = columns_of(mapping, layout, by_hand)
        table = _plain(raw, mapping, layout, reader)
        unused = [n for n in unused_of(raw.columns, mapping, layout) if attribute_name(n) not in table.columns]
        return Shaped(table, skipped, (), lacking, columns_read, unused, holds=holds, unread=reader.unread)
    given = _check_lines(raw, layout, reader, mapping, where)
    raw, mapping, skip, glanced = glance_at(raw, layout, mapping, reader, by_hand=by_hand)
    layout = replace(layout, skip=(*layout.skip, *skip, *without_relation(raw, mapping)))
    layout, mapping = with_meanings(raw, layout, mapping, reader, wishes.states)
    check_wishes(wishes.read, wishes.states, layout, given, where)
    columns_read, unused = columns_of(mapping, layout, by_hand), unused_of(raw.columns, mapping, layout)
    asked = (mapping, duplicates, lacking, more, wishes, columns_read, settle)
    try:
        shaped = _shape_lines(raw, layout, reader, *asked)
    except AmbiguousError:
        sign, told_by = decided(raw, mapping, reader)
        if not sign:
            raise
        glanced = (*glanced, *told_by)
        shaped = _shape_lines(raw, layout, reader.with_decimal(sign), *asked)
    return replace(
        shaped,
        columns=columns_read,
        unused=unused,
        holds=holds,
        unread=reader.unread,
        doubts=(*glanced, *shaped.doubts),
    )


def _reader(
    raw: ir.Table,
    layout: Format,
    where: str,
    date_format: str,
    zone: str,
    by_hand: Mapping[str, Any],
    decimal: str = "",
) -> Reader:
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
    typed = _typed(raw, mapping, layout, reader)
    if layout.table in ("contacts", "customers") and not layout.one_per:
        typed |= attributes(raw, mapping)
    table = reshaping.one_of_each(raw, typed, mapping, layout, reader) if layout.one_per else raw.select(**typed)
    return bare_ids(minor_units(table, layout))


def _typed(raw: ir.Table, mapping: Mapping[str, Any], layout: Format, reader: Reader) -> dict[str, ir.Column]:
    """Canonical columns as typed values; every column that cannot be read is told of."""
    kinds = {column.name: column.kind for column in TABLES[layout.table]}
    typed, faults, ambiguous = {}, [], False
    optional = reader.optional - (set() if "amount" in mapping else {"quantity", "unit_price", "discount"})
    for name, spec in mapping.items():
        try:
            typed[name] = reader.read(raw, spec, kinds[name])
        except InputError as error:
            if name in optional:
                header = spec if isinstance(spec, str) else shown(spec)
                why = error.faults[0].removeprefix(f"{reader.where}: {header}: ")
                reader.unread.append({"column": name, "header": header, "why": why})
            else:
                faults += error.faults
                ambiguous |= isinstance(error, AmbiguousError)
        except (IbisError, TypeError, ValueError, AttributeError):  # of Ibis: a form that has no such kind of value
            faults.append(f"{reader.where}: {name} is told as {shown(spec)}, which makes no {kinds[name]} of it.")
    if faults:
        raise (AmbiguousError if ambiguous else InputError)(list(dict.fromkeys(faults)))
    return typed


def _check_lines(raw: ir.Table, layout: Format, reader: Reader, mapping: Mapping[str, Any], where: str) -> set[str]:
    """The canonical columns that the file tells, in columns or packed in a cell; those that it must tell are there."""
    packed = {*layout.items.get("fields", {}), *group_names(layout.items.get("pattern", ""))}
    has_items = bool(layout.items) and resolve(layout.items["column"], reader.headers, reader.where) is not None
    whole = resolve(layout.order_cells.get("total", ()), reader.headers, reader.where) is not None
    given = set(mapping) | (packed if has_items else set()) | ({"amount"} if whole else set())
    check_columns(given, layout.table, raw.columns, where)
    return given


def _shape_lines(
    raw: ir.Table,
    layout: Format,
    reader: Reader,
    mapping: dict[str, Any],
    duplicates: str,
    lacking: list[str],
    unpivoted: int,
    wishes: Wishes,
    columns: Sequence[Mapping[str, Any]],
    settle: Callable[[ir.Table], ir.Table],
) -> Shaped:
    every, rows_read = list(raw.columns), _rows(raw)
    raw = rows.fill_down(raw, layout, reader)
    raw, copies = mark_copies(raw, mapping, duplicates)
    priced = [mapping[name] for name in ("quantity", "unit_price") if name in mapping]
    money = mapping.get("amount", {"times": priced} if len(priced) == 2 else None)
    raw, skipped = rows.skip_rows(raw, layout, reader, money)
    raw = raw.cache() if layout.fill_down or layout.skip else raw
    partly = partly_told(raw, layout, reader, wishes.states)
    unpacked = packed.unpack_items(raw, layout, reader)
    raw, products = unpacked.table, unpacked.products
    added = [*unpacked.added, {"why": reshaping.WIDE, "rows": unpivoted, "amount": 0.0}]
    mapping |= products
    typed = _typed(raw, mapping, layout, reader) | _told(raw, layout, reader) | marked_partly(raw, partly, reader)
    for name in ("copy", rows.ROW, packed.REST):
        typed |= {name: raw[name]} if name in raw.columns else {}
    lines = raw.select(**typed)
    lines = settle(bare_ids(minor_units(lines, layout)))  # else every later step would repeat the reading
    if products and "amount" in lines.columns and "amount" not in products:
        lines = orders.spread_by_weight(lines.cache(), [rows.ROW])
    if packed.REST in lines.columns:
        lines, more = packed.settle_rest(lines)
        added += more
    if "seglib_total" in lines.columns:
        lines = orders.spread_total(lines, "seglib_total").cache()
    headers = {one["column"]: one["from"] for one in columns}
    asked: dict[str, Any] = {
        "headers": headers,
        "every": every,
        "rows": rows_read,
        "read": wishes.read,
        "nobody": wishes.nobody,
    }
    lines, doubts, aside = reconsidered(lines, layout, **asked)
    doubts = [*copies, *doubts]
    lines = complete_lines(lines, layout, pending=wishes.pending)
    doubts += [*pending_of(lines, headers, wishes.pending), *untold_of(lines, partly)]
    lines = lines.drop(PARTLY) if PARTLY in lines.columns else lines
    statuses = status_values(lines)
    lines, more = _whole_orders(lines, layout)
    lines, beyond = cap_refunds(lines)
    added = [each for each in [*added, *more] if each["rows"]]
    out = [*skipped, *unpacked.skipped, *aside, *beyond]
    return Shaped(lines, out, added, lacking, doubts=doubts, statuses=statuses)


def _rows(table: ir.Table) -> int:
    return int(table.count().to_pyarrow().as_py())


def _told(raw: ir.Table, layout: Format, reader: Reader) -> dict[str, ir.Column]:
    """What the format tells beside the canonical columns: state, money of the whole order, reference of refunds."""
    asked: dict[str, tuple[Any, str]] = {
        f"seglib_{name}": (spec, CELLS[name]) for name, spec in layout.order_cells.items()
    }
    if layout.refund_reference:
        asked["seglib_reference"] = (layout.refund_reference["column"], "string")
        asked["seglib_customer"] = (layout.refund_reference.get("customer", ()), "string")
    found = {name: (resolve(spec, reader.headers, reader.where), kind) for name, (spec, kind) in asked.items()}
    told = {name: reader.read(raw, spec, kind) for name, (spec, kind) in found.items() if spec is not None}
    state = rows.told_state(raw, layout, reader)
    if state is None:
        return told
    delivered = rows.delivered(raw, reader)
    return told | {"seglib_told": state} | ({"seglib_fulfilled": delivered} if delivered is not None else {})


def _whole_orders(lines: ir.Table, layout: Format) -> tuple[ir.Table, list[dict[str, Any]]]:
    """What is told of whole orders brought to lines: discounts, customers of refunds, refunds as lines."""
    helpers = [name for name in lines.columns if name.startswith("seglib_")]
    if not set(helpers) - {rows.ROW}:
        return lines.drop(*helpers), []
    lines = lines.cache()
    if "seglib_discount" in lines.columns:
        holds = layout.order_discount == HOLDS_LINES
        lines = orders.spread_discount(lines, "seglib_discount", holds_lines=holds)
    if "seglib_customer" in lines.columns:
        customer = ibis.ifelse(lines.is_return, lines.seglib_customer.lower(), ibis.null("string"))
        lines = lines.mutate(customer_id=customer.fill_null(lines.customer_id))
    if "seglib_reference" in lines.columns and "seglib_told" in lines.columns:
        lines = orders.undo_disputes(lines)
    if "seglib_reference" in lines.columns:
        lines = orders.refer_refunds(lines, str(layout.refund_reference.get("to", "order_id")))
    elif "refund_of" not in lines.columns:
        lines = lines.mutate(refund_of=ibis.null("string"))
    lines = lines.cache()
    more = orders.return_lines(lines)
    lines = lines.drop(*[name for name in lines.columns if name.startswith("seglib_")])
    if more is None:
        return lines, []
    more = more.cache()
    money = float(more.amount.sum().to_pyarrow().as_py() or 0)
    added = {"why": mark("refunds told on the order made lines"), "rows": _rows(more), "amount": money}
    return (lines.union(more) if added["rows"] else lines), [added]
