"""Lines read once more: what is doubted of them, what the user says of them, and what is corrected."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import ibis
import ibis.expr.types as ir

from seglib.errors import InputError
from seglib.intake.doubts import Doubt, Evidence, doubts_of, look_at, negative_lines, unpaid
from seglib.intake.doubts.evidence import PLACEHOLDER
from seglib.intake.formats import Format
from seglib.intake.formats.layout import is_shipped
from seglib.intake.readings.text import holding
from seglib.intake.shaping.orders import spread_total
from seglib.language.messages import mark

__all__ = ["READ", "check_wishes", "pending_of", "reconsidered"]

MONEY = "decimal(18, 4)"
DISCOUNTS = r"discount|rabatt|nachlass|coupon|promo|remise|r[eé]duction|sconto|descuento|desconto|reducere|"
DISCOUNTS += r"zni[zż]ka|rabat|indirim|korting|знижк|скидк"
# What shop.toml may say of a source (read = {...}): key -> value -> the correction that it asks for.
READ: Mapping[str, Mapping[str, str]] = {
    "amount": {"line": "", "order": "order_total", "piece": "piece_amount"},
    "price": {"piece": "", "line": "line_price"},
    "discount": {"money": "", "rate": "rate", "percent": "percent", "order": "order_discount"},
    "money": {"units": "", "cents": "cents"},
    "order_id": {"number": "", "day": "day_in_number"},
    "quantity": {"pieces": ""},  # heard where products are joined
    "decimal": {".": "", ",": ""},  # heard where numbers are read
}


# What each of them asks for, canonical columns of which all must be told.
NEEDS: Mapping[str, tuple[str, ...]] = {
    "order_total": ("amount",),
    "piece_amount": ("amount", "quantity"),
    "line_price": ("unit_price", "quantity"),
    "rate": ("discount",),
    "percent": ("discount",),
    "order_discount": ("discount",),
}


def check_wishes(
    read: Mapping[str, str], states: Mapping[str, str], layout: Format, given: Collection[str], where: str
) -> None:
    """Refuse what the user says of columns that the file does not tell, which would be heard by nobody.

    Parameters
    ----------
    read, states : mapping
        What shop.toml says: how columns are meant, what values of the status mean.
    layout : Format
        With the states that are known.
    given : collection of str
        Canonical columns that the file tells.
    where : str
        File, named in the message.

    Raises
    ------
    InputError
        All of it together.
    """
    faults = []
    for key, way in read.items():
        missing = [name for name in NEEDS.get(READ[key][way], ()) if name not in given]
        if missing:
            faults.append(
                f'{where}: read = {{{key} = "{way}"}} asks for {" and ".join(missing)}, which no column tells. '
                "Name the column under [tables.lines.columns], or leave it out."
            )
    if states and "column" not in layout.states:
        faults.append(
            f"{where}: states are told, and no column tells a status. Name it: [tables.lines.columns] status = "
            '"<your column>", or leave them out.'
        )
    if faults:
        raise InputError(faults)


def reconsidered(
    lines: ir.Table,
    layout: Format,
    *,
    headers: Mapping[str, str],
    every: Sequence[str],
    rows: int,
    read: Mapping[str, str],
    nobody: Sequence[str] | None,
) -> tuple[ir.Table, list[Doubt], list[dict[str, Any]]]:
    """Typed lines with what the user and the doubts correct, the doubts, and the rows that are lines no more.

    Parameters
    ----------
    lines : ibis Table
        Canonical lines as read, stored, before signs are set.
    layout : Format
        That they were read with.
    headers : mapping
        Canonical column -> what the file calls it.
    every : sequence of str
        All headers of the file.
    rows : int
        Of the file.
    read : mapping
        What shop.toml says of the source (:data:`READ`).
    nobody : sequence of str, optional
        Ids that stand for no customer; an empty one keeps every id.
    """
    lines = _without_nobody(lines, nobody or ())
    for key, way in read.items():
        lines = _correct(lines, READ[key][way])
    first = lines.filter(lines["copy"] == 0) if "copy" in lines.columns else lines
    counts = look_at(first) | {"rows": rows}
    if counts.get("apart") or counts.get("mixed"):
        counts |= _joined(lines)
    seen = Evidence(headers, counts, tuple(every), read, is_shipped(layout))
    verdicts = doubts_of(seen)
    if nobody is not None and not len(nobody):
        verdicts = [one for one in verdicts if one.correction != "placeholder"]
    for one in verdicts:
        lines = _correct(lines, one.correction)
    lines, more, aside = _negative_in_sale(lines, counts, headers)
    return lines, [one.doubt for one in verdicts] + more, aside


def pending_of(lines: ir.Table, headers: Mapping[str, str], pending: str) -> list[Doubt]:
    """What is doubted of orders that are not paid."""
    if "seglib_told" not in lines.columns or pending:
        return []
    amount, wait = lines.amount.abs().cast("float64"), lines.seglib_told == "pending"
    there = lines.seglib_fulfilled if "seglib_fulfilled" in lines.columns else ibis.literal(False)
    asked = {
        "rows": holding(wait),
        "money": amount.sum(where=wait),
        "all": amount.sum(),
        "delivered": holding(wait & there),
    }
    found = lines.aggregate(**asked).to_pyarrow().to_pylist()[0]
    return list(unpaid(found, headers.get("status", "status")))


def _negative_in_sale(
    lines: ir.Table, counts: Mapping[str, Any], headers: Mapping[str, str]
) -> tuple[ir.Table, list[Doubt], list[dict[str, Any]]]:
    """Lines below zero within a sale: discounts by their name are taken off the other lines, the rest is payment."""
    if not counts.get("credits") or "amount" not in lines.columns:
        return lines, [], []
    sold = lines.filter(lines.amount > 0).select("order_id").distinct()
    credit = (lines.amount < 0) & (lines.quantity > 0) & lines.order_id.isin(sold.order_id)
    name = ibis.coalesce(
        *[lines[one] for one in ("product_name", "product_id", "category") if one in lines.columns], ""
    )
    lines = lines.mutate(seglib_credit=credit.fill_null(False), seglib_off=name.lower().re_search(DISCOUNTS)).cache()
    kinds = lines.filter(lines.seglib_credit).group_by("seglib_off").agg(n=ibis._.count(), money=ibis._.amount.sum())
    found = {row["seglib_off"]: row for row in kinds.to_pyarrow().to_pylist()}
    doubts = list(negative_lines(found.get(False), found.get(True), headers.get("amount", "amount")))
    if told := found.get(False):
        paid = lines.seglib_credit & ~lines.seglib_off
        was = lines.seglib_told if "seglib_told" in lines.columns else ibis.literal("sale")
        lines = lines.mutate(seglib_told=ibis.ifelse(paid, "transfer", was))
    aside = []
    if told := found.get(True):
        lines = _with_discounts(lines)
        aside = [{"why": mark("discounts told as lines: taken off the others"), "rows": told["n"], "amount": 0.0}]
    return lines.drop("seglib_credit", "seglib_off"), doubts, aside


def _with_discounts(lines: ir.Table) -> ir.Table:
    off = lines.filter(lines.seglib_credit & lines.seglib_off)
    by = off.group_by("order_id").agg(seglib_lines_off=-off.amount.sum())
    rest = lines.filter(~(lines.seglib_credit & lines.seglib_off)).left_join(by, "order_id")
    rest = rest.drop("order_id_right")
    own = rest.seglib_discount.fill_null(0) if "seglib_discount" in rest.columns else 0
    money = (rest.seglib_lines_off.fill_null(0) + own).cast(MONEY)
    return rest.mutate(seglib_discount=money).drop("seglib_lines_off")


def _correct(lines: ir.Table, name: str) -> ir.Table:
    return CORRECTIONS[name](lines) if name else lines


def _without_nobody(lines: ir.Table, nobody: Sequence[str]) -> ir.Table:
    if not nobody or "customer_id" not in lines.columns:
        return lines
    low = [str(one).strip().lower() for one in nobody]
    stands = lines.customer_id.lower().isin(low)
    return lines.mutate(customer_id=ibis.ifelse(stands, ibis.null("string"), lines.customer_id))


def _joined(lines: ir.Table) -> dict[str, Any]:
    """Orders where number and day are taken together, and how many of them are of several customers."""
    sales = lines.filter(lines.order_id.notnull())
    keys: dict[str, Any] = {"number": sales.order_id, "day": sales.ordered_at.truncate("D")}
    who = sales.customer_id if "customer_id" in lines.columns else ibis.null("string")
    by = sales.mutate(who=who).group_by(**keys).agg(one=ibis._.who.min(), other=ibis._.who.max())
    mixed = holding(by.one != by.other)
    return dict(by.aggregate(joined=by.count(), joined_mixed=mixed).to_pyarrow().to_pylist()[0])


def _quantity_price(lines: ir.Table) -> ir.Table:
    return lines.drop("amount")


def _order_total(lines: ir.Table) -> ir.Table:
    if "amount" not in lines.columns:
        return lines
    back = (lines.amount < 0).fill_null(False)  # a return under the number of its sale has a total of its own
    parts = [lines.filter(part).rename(seglib_total="amount") for part in (~back, back)]
    return ibis.union(*[spread_total(part, "seglib_total").select(lines.columns) for part in parts])


def _line_price(lines: ir.Table) -> ir.Table:
    if not {"unit_price", "quantity"} <= set(lines.columns):
        return lines
    pieces = lines.quantity.abs().nullif(0)
    each = (lines.unit_price.cast("float64") / pieces).cast(MONEY)
    return lines.mutate(amount=lines.unit_price.cast(MONEY), unit_price=each)


def _piece_amount(lines: ir.Table) -> ir.Table:
    return lines.mutate(unit_price=lines.amount).drop("amount")


def _share(lines: ir.Table, parts: int) -> ir.Table:
    """A discount told as a share becomes money: of quantity x price, or of the amount before it."""
    if "discount" not in lines.columns:
        return lines
    share = lines.discount.cast("float64").abs() / parts
    if {"quantity", "unit_price"} <= set(lines.columns):
        whole = (lines.quantity * lines.unit_price.cast("float64")).abs()
        off = whole * share
    else:
        off = ibis.ifelse(share < 1, lines.amount.cast("float64").abs() * share / (1 - share), ibis.null("float64"))
    return lines.mutate(discount=off.round(4).cast(MONEY))


def _order_discount(lines: ir.Table) -> ir.Table:
    return lines.rename(seglib_discount="discount") if "discount" in lines.columns else lines


def _cents(lines: ir.Table) -> ir.Table:
    money = [name for name, kind in lines.schema().items() if kind.is_decimal()]
    return lines.mutate(**{name: (lines[name] / 100).cast(MONEY) for name in money})


def _placeholder(lines: ir.Table) -> ir.Table:
    stands = lines.customer_id.re_search(PLACEHOLDER).fill_null(False)
    return lines.mutate(customer_id=ibis.ifelse(stands, ibis.null("string"), lines.customer_id))


def _day_in_number(lines: ir.Table) -> ir.Table:
    day = lines.ordered_at.cast("date").cast("string")
    return lines.mutate(order_id=(lines.order_id + " " + day).fill_null(lines.order_id))


CORRECTIONS: Mapping[str, Callable[[ir.Table], ir.Table]] = {
    "quantity_price": _quantity_price,
    "order_total": _order_total,
    "line_price": _line_price,
    "piece_amount": _piece_amount,
    "rate": lambda lines: _share(lines, 1),
    "percent": lambda lines: _share(lines, 100),
    "order_discount": _order_discount,
    "cents": _cents,
    "placeholder": _placeholder,
    "day_in_number": _day_in_number,
}
