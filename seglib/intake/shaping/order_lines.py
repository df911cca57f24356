"""Rows of a raw table as order lines: read cell by cell, then doubted, corrected and brought to their orders."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import ibis
import ibis.expr.types as ir

from seglib.intake.doubts import Doubt
from seglib.intake.formats import HOLDS_LINES, ORDER_CELLS, Format, group_names
from seglib.intake.shaping import orders, packed, reshaping, rows
from seglib.intake.shaping.account import status_values
from seglib.intake.shaping.capping import cap_refunds
from seglib.intake.shaping.cells import Reader
from seglib.intake.shaping.copies import mark_copies
from seglib.intake.shaping.corrected import pending_of, reconsidered
from seglib.intake.shaping.lacking import check_columns
from seglib.intake.shaping.mapping import typed_columns
from seglib.intake.shaping.partly import PARTLY, marked_partly, partly_told, untold_of
from seglib.intake.shaping.resolving import resolve
from seglib.intake.shaping.shaped import Shaped, Wishes
from seglib.intake.shaping.signs import complete_lines
from seglib.intake.shaping.units import bare_ids, minor_units
from seglib.language.messages import mark

__all__ = ["Told", "check_lines", "doubted_lines", "size", "told_lines"]


def check_lines(raw: ir.Table, layout: Format, reader: Reader, mapping: Mapping[str, Any], where: str) -> set[str]:
    """The canonical columns that the file tells, in columns or packed in a cell; those that it must tell are there."""
    packed = {*layout.items.get("fields", {}), *group_names(layout.items.get("pattern", ""))}
    has_items = bool(layout.items) and resolve(layout.items["column"], reader.headers, reader.where) is not None
    whole = resolve(layout.order_cells.get("total", ()), reader.headers, reader.where) is not None
    given = set(mapping) | (packed if has_items else set()) | ({"amount"} if whole else set())
    check_columns(given, layout.table, raw.columns, where)
    return given


class Told(NamedTuple):
    """Order lines as their cells tell them, rows left out, lines added, copies, and what says that a part came back."""

    lines: ir.Table
    skipped: Sequence[Mapping[str, Any]]
    added: Sequence[Mapping[str, Any]]
    copies: Sequence[Doubt]
    partly: Any


def told_lines(
    raw: ir.Table,
    layout: Format,
    reader: Reader,
    mapping: dict[str, Any],
    *,
    duplicates: str,
    wishes: Wishes,
    settle: Callable[[ir.Table], ir.Table],
) -> Told:
    """Typed lines of a raw table: rows that are none left out, products unpacked, money of orders on their lines."""
    raw = rows.fill_down(raw, layout, reader)
    raw, copies = mark_copies(raw, mapping, duplicates)
    priced = [mapping[name] for name in ("quantity", "unit_price") if name in mapping]
    money = mapping.get("amount", {"times": priced} if len(priced) == 2 else None)
    raw, skipped = rows.skip_rows(raw, layout, reader, money)
    raw = raw.cache() if layout.fill_down or layout.skip else raw
    partly = partly_told(raw, layout, reader, wishes.states)
    unpacked = packed.unpack_items(raw, layout, reader)
    raw, products = unpacked.table, unpacked.products
    typed = typed_columns(raw, {**mapping, **products}, layout.table, reader)
    typed |= _beside(raw, layout, reader) | marked_partly(raw, partly, reader)
    typed |= {name: raw[name] for name in ("copy", rows.ROW, packed.REST) if name in raw.columns}
    lines = raw.select(**typed)
    lines = settle(bare_ids(minor_units(lines, layout)))  # else every later step would repeat the reading
    if products and "amount" in lines.columns and "amount" not in products:
        lines = orders.spread_by_weight(lines.cache(), [rows.ROW])
    more: Sequence[Mapping[str, Any]] = ()
    if packed.REST in lines.columns:
        lines, more = packed.settle_rest(lines)
    if "seglib_total" in lines.columns:
        lines = orders.spread_total(lines, "seglib_total").cache()
    return Told(lines, [*skipped, *unpacked.skipped], [*unpacked.added, *more], copies, partly)


def doubted_lines(
    told: Told,
    layout: Format,
    *,
    headers: Mapping[str, str],
    every: Sequence[str],
    rows_read: int,
    unpivoted: int,
    wishes: Wishes,
) -> Shaped:
    """Lines with what is doubted and corrected of them, their signs and states, and what is told of whole orders."""
    lines, doubts, aside = reconsidered(
        told.lines, layout, headers=headers, every=every, rows=rows_read, read=wishes.read, nobody=wishes.nobody
    )
    lines = complete_lines(lines, layout, pending=wishes.pending)
    doubts = [*told.copies, *doubts, *pending_of(lines, headers, wishes.pending), *untold_of(lines, told.partly)]
    lines = lines.drop(PARTLY) if PARTLY in lines.columns else lines
    statuses = status_values(lines)
    lines, more = _whole_orders(lines, layout)
    lines, beyond = cap_refunds(lines)
    wide = {"why": reshaping.WIDE, "rows": unpivoted, "amount": 0.0}
    added = [each for each in (*told.added, wide, *more) if each["rows"]]
    return Shaped(lines, [*told.skipped, *aside, *beyond], added, doubts=doubts, statuses=statuses)


def size(table: ir.Table) -> int:
    """Rows of a table."""
    return int(table.count().to_pyarrow().as_py())


def _beside(raw: ir.Table, layout: Format, reader: Reader) -> dict[str, ir.Column]:
    """What the format tells beside the canonical columns: state, money of the whole order, reference of refunds."""
    asked: dict[str, tuple[Any, str]] = {
        f"seglib_{name}": (spec, ORDER_CELLS[name]) for name, spec in layout.order_cells.items()
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
    added = {"why": mark("refunds told on the order made lines"), "rows": size(more), "amount": money}
    return (lines.union(more) if added["rows"] else lines), [added]
