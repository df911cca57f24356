"""Signs and states of lines: which take money back, and what became of them."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from seglib.intake.formats import Format

__all__ = ["complete_lines"]

MONEY = "decimal(18, 4)"
PRODUCT = "decimal(38, 8)"  # what the engine makes of two; told, as a cast to the type that Ibis supposes is left out
GONE = ("cancelled", "pending", "failed", "test", "transfer", "unknown")


def complete_lines(lines: ir.Table, layout: Format, *, pending: str = "") -> ir.Table:
    """Amount where only quantity and price are given; returns told apart, their amounts and quantities negative."""
    if "amount" not in lines.columns:
        amount = (lines.quantity.cast(MONEY).cast(PRODUCT) * lines.unit_price).cast(PRODUCT)
        if "discount" in lines.columns:
            told, most = lines.discount.abs(), amount.abs()
            lines = lines.mutate(discount=ibis.ifelse(told > most, most, told))  # a missing one stays so
            off = lines.discount.fill_null(0)
            amount = ibis.ifelse(amount < 0, amount + off, amount - off)
        lines = lines.mutate(amount=amount)
    back = _is_return(lines, layout)
    signed = {
        name: ibis.ifelse(back, -lines[name].abs(), lines[name])
        for name in ("amount", "quantity")
        if name in lines.columns
    }
    kinds = {"amount": MONEY, "quantity": "float64"}
    lines = lines.mutate(is_return=back, **{name: value.cast(kinds[name]) for name, value in signed.items()})
    lines = lines.mutate(discount=lines.discount.abs().cast(MONEY)) if "discount" in lines.columns else lines
    return lines.mutate(state=_state(lines, layout, pending))


def _is_return(lines: ir.Table, layout: Format) -> ir.BooleanValue:
    told = lines.seglib_told == "refund" if "seglib_told" in lines.columns else ibis.literal(False)
    if "is_return" in lines.columns:
        return lines.is_return.fill_null(False) | told
    if prefix := layout.returns.get("order_id_starts_with"):
        return lines.order_id.startswith(prefix).fill_null(False) | told
    back = lines.amount < 0
    back = back | (lines.quantity < 0) if "quantity" in lines.columns else back
    back = (back & ~(lines.unit_price < 0).fill_null(False) if "unit_price" in lines.columns else back).fill_null(False)
    return back | told


def _state(lines: ir.Table, layout: Format, pending: str) -> ir.StringValue:
    told = lines.seglib_told if "seglib_told" in lines.columns else None
    if told is not None and pending in ("keep", "fulfilled"):
        delivered = lines.seglib_fulfilled if "seglib_fulfilled" in lines.columns else ibis.literal(False)
        told = ibis.ifelse((told == "pending") & (delivered | ibis.literal(pending == "keep")), "sale", told)
    branches = (
        []
        if told is None
        else [
            (told == "won", "transfer"),
            (told.isin(GONE), told),
            ((told == "disputed") & lines.is_return, "disputed"),
        ]
    )
    if layout.cancelled and "status" in lines.columns:
        branches.append((lines.status.lower().isin(layout.cancelled).fill_null(False), "cancelled"))
    return ibis.cases(*branches, (lines.is_return, "refund"), else_="sale")
