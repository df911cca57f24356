"""What lines show of how they were read: a few counts, each taken in one pass over lines, orders or products."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import ibis
import ibis.expr.types as ir

from seglib.intake.joining.identities import ERASED, GUESTS
from seglib.intake.readings.text import holding

__all__ = ["CUT", "FAR_DAYS", "Evidence", "look_at"]

CUT = r"^\d(\.\d+)?[eE]\+?\d+$"  # what a spreadsheet makes of a long number
FAR_DAYS = 14  # lines of one order are not further apart
CENT = 0.011
PRODUCT = ("product_id", "product_name")  # the first that is there tells products apart
IDS = ("order_id", "customer_id", "product_id")
PLACEHOLDER = r"^(0+|9{3,}|x+)$"  # stands for nobody where it holds a share that no person has


@dataclass(frozen=True)
class Evidence:
    """Counts of lines as read, before signs are set; ``headers`` names the file's column of each canonical one."""

    headers: Mapping[str, str]
    counts: Mapping[str, Any]
    every: tuple[str, ...] = ()
    read: Mapping[str, str] = field(default_factory=dict)
    shipped: bool = False

    def __getitem__(self, name: str) -> Any:
        return self.counts.get(name) or 0

    def share(self, part: str, whole: str) -> float:
        """One count as a share of another, 0 of none."""
        return self[part] / self[whole] if self[whole] else 0.0


def look_at(lines: ir.Table) -> dict[str, Any]:
    """Counts of typed lines.

    Parameters
    ----------
    lines : ibis Table
        Canonical lines as read, stored: they are passed over a few times.

    Returns
    -------
    dict of counts, by the names that the doubts ask for.
    """
    found = _one(lines.aggregate(**_of_lines(lines)))
    orders = _orders(lines).cache()
    found |= _one(orders.aggregate(**_of_orders(orders)))
    found |= _customers(orders)
    product = next((name for name in PRODUCT if name in lines.columns), "")
    if product and "quantity" in lines.columns and {"unit_price", "amount"} & set(lines.columns):
        found |= _products(lines, product)
    if found["several"] and found["same"] >= 0.9 * found["several"]:
        found |= {"chance": _chance(lines)}
    return found | _days(lines)


def _one(table: ir.Table) -> dict[str, Any]:
    return dict(table.to_pyarrow().to_pylist()[0])


def _float(lines: ir.Table, name: str) -> ir.Value:
    return lines[name].cast("float64")


def _of_lines(lines: ir.Table) -> dict[str, ir.Scalar]:
    has = set(lines.columns)
    asked: dict[str, ir.Scalar] = {"lines": lines.count()}
    for name in IDS:
        if name in has:
            asked |= {f"cut_{name}": holding(lines[name].re_search(CUT)), f"filled_{name}": lines[name].count()}
    both = _float(lines, "quantity") * _float(lines, "unit_price") if {"quantity", "unit_price"} <= has else None
    if money := next((name for name in ("amount", "unit_price") if name in has), ""):
        told = _float(lines, money)
        whole = (told == told.round(0)) & (told != 0)
        asked |= {"amounts": holding(told != 0), "whole": holding(whole), "median": told.abs().median(),
                  "not_round": holding(whole & (told % 10 != 0))}  # fmt: skip
    if "currency" in has:
        asked |= {"currency": lines.currency.upper().max(), "other_currency": lines.currency.upper().min()}
    if "amount" in has:
        amount = _float(lines, "amount")
        if "quantity" in has:
            asked["credits"] = holding((amount < 0) & (_float(lines, "quantity") > 0))
        if both is not None:
            several = (_float(lines, "quantity").abs() > 1) & amount.notnull() & both.notnull()
            asked |= {"priced": holding(several), "fits": holding(several & ((both.abs() - amount.abs()).abs() < CENT))}
    if "discount" in has:
        asked |= _of_discounts(lines, both)
    return asked


def _of_discounts(lines: ir.Table, both: ir.Value | None) -> dict[str, ir.Scalar]:
    off = _float(lines, "discount").abs()
    asked = {"discounted": holding(off > 0), "fractions": holding((off > 0) & (off < 1)), "over_one": holding(off > 1),
             "over_hundred": holding(off > 100), "rates": lines.discount.nunique(),
             "largest_discount": off.max()}  # fmt: skip
    if both is not None:
        both = both.abs()
        known = (off > 0) & (both > 0)
        asked |= {"above": holding(known & (off > both + CENT)), "known_discount": holding(known)}
        asked |= {"median_price": both.median()}
        if "amount" in lines.columns:
            amount = _float(lines, "amount").abs()
            near = {"money": both - off, "rate": both * (1 - off), "percent": both * (1 - off / 100)}
            asked |= {f"off_{way}": holding(known & ((value - amount).abs() < CENT)) for way, value in near.items()}
    return asked


def _orders(lines: ir.Table) -> ir.Table:
    """One row an order number with a sale: lines, whether all cost the same, whose they are, days they span."""
    has = set(lines.columns)
    sales = _sales(lines).filter(lines.order_id.notnull())
    asked: dict[str, Any] = {"n": sales.count(), "first": sales.ordered_at.min(), "last": sales.ordered_at.max()}
    if product := next((name for name in PRODUCT if name in has), ""):
        asked["alike"] = (sales[product].count() == sales.count()) & (sales[product].nunique() == 1)
    if "customer_id" in has:
        asked |= {"who": sales.customer_id.min(), "other": sales.customer_id.max()}
    if "amount" in has:
        asked |= {"least": sales.amount.min(), "most": sales.amount.max()}
    if {"discount", "quantity", "unit_price"} <= has:
        off, worth = _float(sales, "discount").abs().fill_null(0), _float(sales, "quantity") * sales.unit_price
        asked |= {"least_off": off.min(), "most_off": off.max(), "uneven": worth.max() > worth.min()}
    return sales.group_by("order_id").agg(**asked)


def _sales(lines: ir.Table) -> ir.Table:
    """Lines without those that take back, whichever way they say so."""
    back = ibis.literal(False)
    for name in {"amount", "quantity"} & set(lines.columns):
        back = back | (lines[name] < 0).fill_null(False)
    if "is_return" in lines.columns:
        back = back | lines.is_return.fill_null(False)
    if "seglib_told" in lines.columns:
        back = back | (lines.seglib_told == "refund").fill_null(False)
    return lines.filter(~back)


def _of_orders(orders: ir.Table) -> dict[str, ir.Scalar]:
    several = orders.n > 1
    if "alike" in orders.columns:  # a row for each piece of one product: these may well cost the same
        several = several & ~orders.alike
    apart = orders.last > orders.first + ibis.interval(days=FAR_DAYS)
    asked = {"orders": orders.count(), "several": holding(several), "apart": holding(apart), "same": ibis.literal(0)}
    if "least" in orders.columns:
        asked["same"] = holding(several & (orders.least == orders.most))
    if "most_off" in orders.columns:  # lines of one price may well have one discount
        off = several & orders.uneven & (orders.most_off > 0)
        asked |= {"off_several": holding(off), "off_same": holding(off & (orders.least_off == orders.most_off))}
    if "who" in orders.columns:
        asked["mixed"] = holding(orders.who != orders.other)
    return asked


def _customers(orders: ir.Table) -> dict[str, Any]:
    """How many customers there are, and the orders of the two that have most."""
    if "who" not in orders.columns:
        return {}
    known = orders.filter(orders.who.notnull())  # without those that are nobody by their name
    known = known.filter(~known.who.strip().lower().isin(GUESTS), ~known.who.lower().re_search(ERASED))
    by = known.group_by("who").agg(n=known.count())
    top = by.order_by([ibis.desc("n"), "who"]).limit(2).to_pyarrow().to_pylist()
    told = {"customers": int(by.count().to_pyarrow().as_py()), "first_orders": top[0]["n"] if top else 0}
    told |= {"second_orders": top[1]["n"] if len(top) > 1 else 0, "first_customer": top[0]["who"] if top else ""}
    return told


def _products(lines: ir.Table, product: str) -> dict[str, Any]:
    """Of products sold in several quantities: of how many the price, or the amount, is of the piece or of the line.

    What is of the piece varies with the months, what is divided by the quantity then varies with that too: a product is
    counted where the one varies less than half as much as the other, as logarithms.
    """
    quantity = _float(lines, "quantity")
    sold = lines.filter((quantity > 0) & lines[product].notnull())
    names = sorted({"unit_price", "amount"} & set(lines.columns))
    asked: dict[str, Any] = {"fewest": sold.quantity.min(), "most": sold.quantity.max()}
    for name in names:
        value = _float(sold, name)
        each = value / _float(sold, "quantity")
        for what, money in ((name, value), (f"{name}_each", each)):
            asked |= {f"{what}_low": money.min(where=value > 0), f"{what}_high": money.max(where=value > 0)}
    by = sold.group_by(product).agg(**asked)
    by = by.filter(by.most > by.fewest)
    told: dict[str, Any] = {"varied": by.count()}
    for name in names:
        as_told, divided = ((by[f"{what}_high"] / by[f"{what}_low"]).ln() for what in (name, f"{name}_each"))
        told |= {f"{name}_of_piece": holding(as_told < divided / 2), f"{name}_of_line": holding(divided < as_told / 2)}
    return _one(by.aggregate(**told))


def _chance(lines: ir.Table) -> float:
    """How probable it is that two lines taken by chance have the same amount."""
    by = lines.filter(lines.amount.notnull()).group_by("amount").agg(n=ibis._.count())
    told = _one(by.aggregate(pairs=(by.n.cast("float64") ** 2).sum(), n=by.n.sum()))
    return float(told["pairs"] or 0) / float(told["n"] or 1) ** 2


def _days(lines: ir.Table) -> dict[str, Any]:
    """The last day with a sale, the one before it, the usual distance of days with sales, and what the last one has."""
    dated = lines.filter(lines.ordered_at.notnull())
    if "amount" in lines.columns:
        dated = dated.filter(dated.amount > 0)
    by = (
        dated.group_by(day=dated.ordered_at.truncate("D")).agg(n=dated.count()).order_by("day").to_pyarrow().to_pandas()
    )
    if len(by) < 3:
        return {}
    gaps = by["day"].diff().dt.days.dropna()
    return {"last_gap": int(gaps.iloc[-1]), "longest_gap": int(gaps.iloc[:-1].max()),
            "mean_gap": float(gaps.iloc[:-1].mean()), "last_lines": int(by["n"].iloc[-1]),
            "last_day": by["day"].iloc[-1].date(), "day_before": by["day"].iloc[-2].date()}  # fmt: skip
