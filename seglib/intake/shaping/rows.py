"""Rows of a raw table made ready to be read: continuations filled, other rows counted out, products unpacked."""

from __future__ import annotations

from typing import Any

import ibis
import ibis.expr.types as ir

from seglib.errors import InputError
from seglib.intake.formats import TOLD, Format
from seglib.intake.shaping.cells import ROW, Reader, match, text_of
from seglib.intake.shaping.lacking import OURS
from seglib.intake.shaping.resolving import resolve

__all__ = ["OURS", "ROW", "delivered", "fill_down", "number_rows", "skip_rows", "told_state"]

FULFILMENT = (
    *("fulfillmentstatus", "fulfilmentstatus", "shippingstatus", "deliverystatus", "shipmentstatus", "lieferstatus"),
)
SENT = r"^(fulfilled|partial|shipped|delivered|sent|complete|versendet|geliefert)"


def number_rows(raw: ir.Table) -> ir.Table:
    """With the place of each row in the file."""
    return raw if ROW in raw.columns else raw.mutate(**{ROW: ibis.row_number().cast("int64")})


def fill_down(raw: ir.Table, layout: Format, reader: Reader) -> ir.Table:
    """Empty cells of continuation rows filled from the first row of their order.

    Rows belong together by the value of ``by``; without it, an order begins where the first of the columns is filled.
    """
    names = [resolve(name, reader.headers, reader.where) for name in layout.fill_down.get("columns", ())]
    names = [name for name in names if name is not None]
    by = resolve(layout.fill_down.get("by", ()), reader.headers, reader.where)
    if not names or (layout.fill_down.get("by") and by is None):
        return raw
    if by is not None:
        group: Any = raw[by]
    else:
        raw = number_rows(raw)
        begins = (reader.read(raw, names[0], "string").fill_null("") != "").cast("int64")
        raw = raw.mutate(seglib_group=begins.sum().over(ibis.cumulative_window(order_by=ROW)))
        group = raw.seglib_group
    same = ibis.window(group_by=group)
    bare = {name: _filled(raw[name]) for name in names}
    filled = {name: value.fill_null(value.max().over(same)) for name, value in bare.items()}
    raw = raw.mutate(**filled)
    return raw.drop("seglib_group") if "seglib_group" in raw.columns else raw


def _filled(column: ir.Column) -> ir.Column:
    return column.strip().nullif("") if column.type().is_string() else column


def skip_rows(raw: ir.Table, layout: Format, reader: Reader, amount: Any) -> tuple[ir.Table, list[dict[str, Any]]]:
    """Rows that are lines, and what was left out: why, rows, amount."""
    asked = [(rule["why"], match(raw, rule, reader)) for rule in layout.skip]
    found = [(why, hit.fill_null(False)) for why, hit in asked if hit is not None]
    if not found:
        return raw, []
    raw = raw.mutate(
        seglib_why=ibis.cases(*[(hit, ibis.literal(why)) for why, hit in found], else_=ibis.null("string"))
    )
    out = raw.filter(raw.seglib_why.notnull())
    out = out.mutate(seglib_money=_worth(out, layout, amount, reader))
    told = out.group_by("seglib_why").agg(rows=out.count(), amount=out.seglib_money.sum())
    skipped = [
        {"why": row["seglib_why"], "rows": row["rows"], "amount": float(row["amount"] or 0)}
        for row in told.order_by("seglib_why").to_pyarrow().to_pylist()
    ]
    return raw.filter(raw.seglib_why.isnull()).drop("seglib_why"), skipped


def _worth(out: ir.Table, layout: Format, amount: Any, reader: Reader) -> ir.Value:
    """Money of rows left out: what their rule says they are worth, else the amount of a line."""
    own = [
        (rule["why"], resolve(rule["amount"], reader.headers, reader.where)) for rule in layout.skip if "amount" in rule
    ]
    told = [(out.seglib_why == why, _amount(out, spec, reader).cast("decimal(38, 8)")) for why, spec in own]
    usual = _amount(out, amount, reader).cast("decimal(38, 8)")
    return ibis.cases(*told, else_=usual) if told else usual


def _amount(out: ir.Table, spec: Any, reader: Reader) -> ir.Column:
    """Money of rows left out; those that tell none, such as a line of totals in words, count as 0."""
    try:
        return reader.read(out, spec, "decimal") if spec is not None else ibis.literal(0).cast("decimal(18, 4)")
    except InputError:
        return ibis.literal(0).cast("decimal(18, 4)")


def told_state(raw: ir.Table, layout: Format, reader: Reader) -> ir.StringColumn | None:
    """What became of each row, in our words; None where neither format nor file tells."""
    branches = [(match(raw, rule, reader), rule["state"]) for rule in layout.also]
    states = layout.states
    column = resolve(states["column"], reader.headers, reader.where) if "column" in states else None
    if column is not None:
        text = text_of(raw, column, reader)
        for state in TOLD:
            if values := states.get(state):
                branches.append((text.isin([str(value).strip().lower() for value in values]), state))
    known = [(hit.fill_null(False), ibis.literal(state)) for hit, state in branches if hit is not None]
    otherwise = states.get("otherwise", "sale") if column is not None else "sale"
    if not known:
        return ibis.literal(otherwise) if column is not None else None
    return ibis.cases(*known, else_=ibis.literal(otherwise))


def delivered(raw: ir.Table, reader: Reader) -> ir.BooleanColumn | None:
    """Which rows are of orders that were sent, whether paid or not; None where the file does not tell."""
    header = next((reader.headers[name] for name in FULFILMENT if name in reader.headers), None)
    return None if header is None else text_of(raw, header, reader).re_search(SENT)
