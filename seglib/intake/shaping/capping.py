"""Refunds that stand as rows of their own, cut to what their order brought."""

from __future__ import annotations

from typing import Any

import ibis
import ibis.expr.types as ir

from seglib.language.messages import mark

__all__ = ["cap_refunds"]

BACK = ("refund", "disputed")
BEYOND = mark("refunds beyond what their order brought")
MONEY = "decimal(18, 4)"


def cap_refunds(lines: ir.Table) -> tuple[ir.Table, list[dict[str, Any]]]:
    """Refunds of one order take back no more than its sales brought, the earlier ones first.

    A refund is of the order that ``refund_of`` or its own number names, where that customer has a sale under it. A
    return of what was sold before the data begin stays as it is, and so does that of a product which the order did
    not sell: an exchange at the till.

    Parameters
    ----------
    lines : ibis Table
        Canonical lines with ``is_return`` and ``state``.

    Returns
    -------
    ibis Table, and what is beyond: why, rows (left out), found (rows cut or left out), amount; empty where nothing is.
    """
    order = lines.refund_of.fill_null(lines.order_id) if "refund_of" in lines.columns else lines.order_id
    keys = {"seglib_of": ibis.ifelse(lines.is_return, order, lines.order_id)}
    marked = lines.mutate(**keys, seglib_sold=_sold(lines), seglib_back=_back(lines))
    group = [name for name in ("seglib_of", "customer_id", "copy") if name in marked.columns]
    few = _beyond(marked, group).cache()
    if not few.count().to_pyarrow().as_py():
        return lines, []
    marked = marked.cache()
    cut = _cut(marked.semi_join(few, group), group).cache()
    beyond = cut.seglib_back - cut.seglib_kept
    gone = (beyond > 0) & (cut.seglib_kept == 0)
    told = cut.aggregate(rows=gone.cast("int64").sum(), found=(beyond > 0).cast("int64").sum(), amount=beyond.sum())
    (found,) = told.to_pyarrow().to_pylist()
    if not found["found"]:
        return lines, []
    others = marked.anti_join(few, group).select(*lines.columns)
    step = {"why": BEYOND, "rows": found["rows"], "found": found["found"], "amount": -float(found["amount"])}
    return others.union(cut.filter(~gone).select(*lines.columns)).cache(), [step]


def _sold(lines: ir.Table) -> ir.Value:
    return ibis.ifelse((lines.state == "sale") & (lines.amount > 0), lines.amount, 0).fill_null(0).cast(MONEY)


def _back(lines: ir.Table) -> ir.Value:
    taken = lines.is_return & lines.state.isin(BACK) & (lines.amount < 0) & lines.customer_id.notnull()
    return ibis.ifelse(taken, -lines.amount, 0).fill_null(0).cast(MONEY)


def _beyond(marked: ir.Table, group: list[str]) -> ir.Table:
    """Orders that give back more than they brought; few have a refund at all."""
    back = marked.filter(marked.seglib_back > 0).group_by(group).agg(back=lambda t: t.seglib_back.sum())
    sold = marked.filter(marked.seglib_sold > 0).group_by(group).agg(sold=lambda t: t.seglib_sold.sum())
    return back.join(sold, group).filter(lambda t: t.back > t.sold).select(group)


def _cut(marked: ir.Table, group: list[str]) -> ir.Table:
    """With ``seglib_kept``, what each refund takes back at most."""
    whole = ibis.window(group_by=group)
    marked = marked.mutate(seglib_back=ibis.ifelse(_of_another(marked, whole), 0, marked.seglib_back).cast(MONEY))
    upto = ibis.cumulative_window(group_by=group, order_by=["ordered_at", ibis.desc("seglib_back")])
    sold, before = marked.seglib_sold.sum().over(whole), marked.seglib_back.sum().over(upto) - marked.seglib_back
    left = ibis.ifelse(sold > 0, ibis.greatest(sold - before, 0), marked.seglib_back)
    kept = ibis.least(marked.seglib_back, left).cast(MONEY)
    amount = ibis.ifelse(marked.seglib_back > 0, -kept, marked.amount).cast(MONEY)
    return marked.mutate(seglib_kept=kept, amount=amount)


def _of_another(marked: ir.Table, whole: Any) -> ir.BooleanValue:
    """Returns of a product that the order did not sell."""
    name = next((name for name in ("product_id", "product_name") if name in marked.columns), "")
    if not name:
        return ibis.literal(False)
    told = ibis.ifelse(marked.seglib_sold > 0, marked[name], ibis.null(marked[name].type()))
    sold = told.collect().over(whole)
    return marked[name].notnull() & ~sold.contains(marked[name]).fill_null(False)
