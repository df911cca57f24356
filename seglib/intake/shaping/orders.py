"""Money of whole orders brought to lines: discounts, refunds, and the customers of refunds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ibis
import ibis.expr.types as ir

from seglib.intake.shaping.packed import REST

__all__ = [
    *("refer_refunds", "return_lines", "spread_by_weight", "spread_discount", "spread_total", "undo_disputes"),
]

MONEY = "decimal(18, 4)"
PER_LINE = ("product_id", "product_name", "category", "quantity", "unit_price", "discount", "coupon_code")


def _order(lines: ir.Table) -> list[str]:
    """What makes an order: number, customer, and which copy of it where a file has it twice."""
    return [name for name in ("order_id", "customer_id", "copy") if name in lines.columns]


def _shares(lines: ir.Table, total: str, weight: str, group: Sequence[str], name: str, order: str) -> ir.Table:
    """``total`` of each group divided over its rows by ``weight`` (a decimal, not all of them 0), to 4 decimals.

    What falls on the rows up to each is rounded, and a share is the step from one to the next: shares add up to the
    total exactly, and none is more than its weight where the total is not more than all weights.
    """
    whole = lines[weight].sum().over(ibis.window(group_by=list(group))).cast("float64").nullif(0)
    upto = lines[weight].sum().over(ibis.cumulative_window(group_by=list(group), order_by=[ibis.desc(weight), order]))
    falls = [lines[total].cast("float64") * at.cast("float64") / whole for at in (upto, upto - lines[weight])]
    after, before = (ibis.coalesce(money.round(4), 0).cast(MONEY) for money in falls)
    return lines.mutate(**{name: (after - before).cast(MONEY)})


def spread_by_weight(lines: ir.Table, group: Sequence[str], money: Sequence[str] = ("amount", "discount")) -> ir.Table:
    """Money told of a group of lines (the products of a row, an order) divided over them, by price and quantity."""
    whole = ibis.window(group_by=list(group))
    pieces = lines.quantity.abs().fill_null(1) if "quantity" in lines.columns else ibis.literal(1.0)
    prices = lines.unit_price.cast("float64").abs().fill_null(0) if "unit_price" in lines.columns else ibis.literal(0.0)
    lines = _with_rest_priced(lines.mutate(seglib_priced=pieces * prices, seglib_pieces=pieces), whole)
    known = [(weight.sum().over(whole) > 0, weight) for weight in (lines.seglib_priced, lines.seglib_pieces)]
    weight = ibis.cases(*known, else_=1.0).cast("decimal(38, 8)")
    lines = lines.mutate(seglib_weight=weight, seglib_item=ibis.row_number().over(whole))
    for name in money:
        if name in lines.columns:
            lines = _shares(lines, name, "seglib_weight", group, name, "seglib_item")
    return lines.drop("seglib_weight", "seglib_item", "seglib_priced", "seglib_pieces")


def _with_rest_priced(lines: ir.Table, whole: Any) -> ir.Table:
    """What pieces that are no products weigh: the money that the prices of the products leave."""
    if not {REST, "amount"} <= set(lines.columns):
        return lines
    priced = lines.seglib_priced.sum().over(whole)
    left = ibis.greatest(lines.amount.cast("float64").abs() - priced, 0)
    rest = ibis.ifelse(lines[REST] & (priced > 0), left, lines.seglib_priced)
    return lines.mutate(seglib_priced=rest)


def spread_total(lines: ir.Table, told: str) -> ir.Table:
    """Amounts of lines of which the order's total is told, on one of its rows or on all of them.

    Parameters
    ----------
    lines : ibis Table
        Lines whose amounts are not told.
    told : str
        Column with the total of the order; below zero where it was given back.

    Returns
    -------
    ibis Table without ``told``: amounts by price and quantity, as far as they are told, that add up to it exactly.
    """
    whole = ibis.window(group_by=_order(lines))
    most, least = lines[told].max().over(whole), lines[told].min().over(whole)
    total = ibis.ifelse(most > 0, most, least)
    known = lines.order_id.notnull()
    lines = lines.mutate(amount=ibis.ifelse(known, total, lines[told]).cast(MONEY), seglib_known=known)
    spread = spread_by_weight(lines, _order(lines), ("amount",))
    amount = ibis.ifelse(spread.seglib_known, spread.amount, spread[told])
    return spread.mutate(amount=amount).drop("seglib_known", told)


def spread_discount(lines: ir.Table, told: str, *, holds_lines: bool = False) -> ir.Table:
    """The discount of a whole order taken off its lines, in proportion to their amounts.

    Parameters
    ----------
    lines : ibis Table
        Lines with amounts before that discount, and after their own.
    told : str
        Column with the discount of the order, on one of its rows or on all.
    holds_lines : bool
        Whether it holds the lines' own discounts: these stand, and the rest is spread. Where it is less than they are
        together, each is cut in proportion; where none is told, they stand.

    Returns
    -------
    ibis Table without ``told``: amounts after the discount, which ``discount`` holds.
    """
    lines = _with_rest(lines, told, holds_lines)
    lines = _shares(lines, "seglib_rest", "seglib_weight", _order(lines), "seglib_off", "seglib_base")
    own = lines.discount.fill_null(0) if "discount" in lines.columns else ibis.literal(0)
    off = ibis.ifelse(lines.order_id.notnull(), lines.seglib_off, 0)
    lines = lines.mutate(amount=(lines.amount - off).cast(MONEY), discount=(own + off).cast(MONEY))
    return lines.drop("seglib_base", "seglib_own", "seglib_rest", "seglib_weight", "seglib_off", told)


def _with_rest(lines: ir.Table, told: str, holds_lines: bool) -> ir.Table:
    """With what of the order's discount is still to be taken off its sales (below zero: given back), and by what."""
    whole = ibis.window(group_by=_order(lines))
    sold = ~(lines.is_return | (lines.amount < 0)).fill_null(True)
    own = lines.discount.fill_null(0) if "discount" in lines.columns else ibis.literal(0)
    base, own = (ibis.ifelse(sold, money, 0).cast(MONEY) for money in (lines.amount, own))
    lines = lines.mutate(seglib_base=base, seglib_own=own)
    rest = lines[told].abs().max().over(whole).fill_null(0)
    if holds_lines:
        rest = ibis.ifelse(rest > 0, rest - lines.seglib_own.sum().over(whole), 0)
    lines = lines.mutate(seglib_rest=ibis.least(rest, lines.seglib_base.sum().over(whole)).cast(MONEY))
    return lines.mutate(seglib_weight=ibis.ifelse(lines.seglib_rest < 0, lines.seglib_own, lines.seglib_base))


def return_lines(lines: ir.Table) -> ir.Table | None:
    """A return for each order of which money was given back or lost: told as a sum, or by the state of the order.

    Uses, where they are there, ``seglib_refund`` and ``seglib_disputed`` (money), ``seglib_refunded_at`` and
    ``seglib_disputed_at`` (dates), and ``seglib_told`` (the state as the file has it). More than the order brought is
    not given back: the rest is shipping or tax, which lines do not hold.
    """
    if not {"seglib_refund", "seglib_disputed", "seglib_told"} & set(lines.columns):
        return None
    sales = lines.filter((lines.state == "sale") & lines.order_id.notnull() & lines.amount.notnull())
    keep = [name for name in lines.columns if name not in (*_order(lines), *PER_LINE, "amount", "is_return", "state")]
    carried = {name: sales[name].max() for name in keep if not name.startswith("seglib_told")}
    told = sales.seglib_told if "seglib_told" in lines.columns else ibis.literal("sale")
    orders = sales.group_by(_order(lines)).agg(
        seglib_sum=ibis.greatest(sales.amount.sum(), 0),
        seglib_whole=ibis.coalesce(sales.amount.sum(where=told == "refunded"), 0),
        seglib_lost=ibis.coalesce(sales.amount.sum(where=told == "disputed"), 0),
        **carried,
    )
    orders = _with_already(orders, lines)
    return _lines_of(orders, lines)


def _with_already(orders: ir.Table, lines: ir.Table) -> ir.Table:
    """With the money that rows of their own give back already under the same order number."""
    back = lines.filter(lines.is_return & lines.order_id.notnull() & lines.amount.notnull())
    by_order = back.group_by("order_id").agg(seglib_already=back.amount.sum())
    return orders.left_join(by_order, "order_id").drop("order_id_right")


def _lines_of(orders: ir.Table, lines: ir.Table) -> ir.Table:
    left = ibis.greatest(orders.seglib_whole + orders.seglib_already.fill_null(0), 0)
    given = _money(orders, "seglib_refund")
    refund = ibis.ifelse(given > 0, ibis.least(given, orders.seglib_sum), left)
    orders = orders.mutate(seglib_back=refund)
    lost = _money(orders, "seglib_disputed")
    rest = orders.seglib_sum - orders.seglib_back
    gone = ibis.ifelse(lost > 0, lost, orders.seglib_lost)
    orders = orders.mutate(seglib_gone=ibis.ifelse(orders.seglib_lost > 0, ibis.least(gone, rest), 0))
    refunds = _as_lines(orders, lines, "seglib_back", "refund", "seglib_refunded_at")
    return refunds.union(_as_lines(orders, lines, "seglib_gone", "disputed", "seglib_disputed_at"))


def _money(orders: ir.Table, name: str) -> ir.Value:
    return orders[name].abs().fill_null(0) if name in orders.columns else ibis.literal(0).cast(MONEY)


def _as_lines(orders: ir.Table, lines: ir.Table, amount: str, state: str, at: str) -> ir.Table:
    orders = orders.filter(orders[amount] > 0)
    made: dict[str, Any] = {"amount": -orders[amount], "is_return": ibis.literal(True), "state": ibis.literal(state)}
    made["refund_of"] = orders.order_id
    if at in orders.columns:
        made["ordered_at"] = orders[at].fill_null(orders.ordered_at)
    kinds = {name: kind for name, kind in lines.schema().items() if not name.startswith("seglib_")}
    return orders.select(
        **{
            name: made.get(name, orders[name] if name in orders.columns else ibis.null(kind)).cast(kind)
            for name, kind in kinds.items()
        }
    )


def undo_disputes(lines: ir.Table) -> ir.Table:
    """Disputes that were won moved money and came to nothing: both rows are transfers.

    A row ``won`` gives back what a dispute of the same sale (``seglib_reference``) took, unless it gives less.
    """
    won, lost = lines.seglib_told == "won", lines.state == "disputed"
    same = ibis.window(group_by="seglib_reference")
    back, gone = (ibis.coalesce(ibis.ifelse(part, lines.amount.abs(), 0).sum().over(same), 0) for part in (won, lost))
    undone = lost & lines.seglib_reference.notnull() & (back >= gone)
    return lines.mutate(state=ibis.ifelse(undone, "transfer", lines.state))


def refer_refunds(lines: ir.Table, to: str) -> ir.Table:
    """Refund rows that name the sale they take back get its customer.

    Parameters
    ----------
    lines : ibis Table
        Lines with ``seglib_reference``, the number that a row refers to.
    to : str
        Canonical column that holds that number on the sale.

    Returns
    -------
    ibis Table with ``refund_of``; a refund whose sale is not in the file keeps the customer that the file tells.
    """
    sales = lines.filter(~lines.is_return & lines[to].notnull())
    carried = {
        f"seglib_{name}": sales[name].max() for name in ("order_id", "customer_id", "email") if name in lines.columns
    }
    sold = sales.group_by(seglib_to=sales[to]).agg(**carried)
    asked = ibis.ifelse(lines.is_return, lines.seglib_reference, ibis.null("string"))
    joined = lines.mutate(seglib_reference=asked).left_join(sold, [("seglib_reference", "seglib_to")])
    found = {
        name: joined[f"seglib_{name}"].fill_null(joined[name])
        for name in ("customer_id", "email")
        if name in lines.columns
    }
    told = ibis.coalesce(joined.seglib_order_id, joined.seglib_reference)
    return joined.mutate(**found, refund_of=told).drop(*carried, "seglib_to", "seglib_reference")
