"""Doubts about quantities: what is sold by the gram or the hundred beside what is sold by the piece."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import ibis
import ibis.expr.types as ir

from seglib.intake.doubts.doubt import ASK, Doubt
from seglib.intake.readings.text import holding

__all__ = ["ITEMS", "Measured", "as_items", "measured_in", "other_units"]

ITEMS = "items"  # what a line counts as, where that is not its quantity
PRODUCT = ("product_name", "product_id")  # the first that is there tells what is sold
LARGE, HUNDREDS = 50, 100  # pieces of a line: nearly all lines have the one, most have the other
ONES, TENS = 2, 10  # what the same customers buy of everything else: most lines, nearly all lines
NEARLY_ALL, REST = 0.8, 0.9
FEWEST, BUYERS = 6, 5  # lines, and customers, of which something is concluded
SHOWN = 4


class Measured(NamedTuple):
    """Values of ``key`` that are sold in another unit: value, lines and usual (quantity) of each, most pieces first.

    ``share`` of all pieces is theirs; ``ones`` is the usual quantity of what else the same customers buy.
    """

    key: str
    values: Sequence[dict[str, Any]]
    share: float
    ones: float


def measured_in(lines: ir.Table) -> list[Measured]:
    """What is sold in another unit than pieces, by category, then by product.

    Large quantities alone say little: a shop may sell in bulk, or to some who buy in bulk. It is another unit where the
    same customers buy all else by ones.

    Parameters
    ----------
    lines : ibis Table
        Canonical lines of one source, stored.
    """
    if "quantity" not in lines.columns:
        return []
    sold = lines.filter(~lines.is_return & (lines.quantity > 0) & lines.customer_id.notnull())
    told = sold.aggregate(n=holding(sold.quantity >= HUNDREDS), pieces=sold.quantity.sum()).to_pyarrow().to_pylist()[0]
    found: list[Measured] = []
    products = [name for name in PRODUCT if name in lines.columns][:1]
    for key in ["category", *products] if "category" in lines.columns else products:
        if (told["n"] or 0) >= FEWEST and (one := _measured(sold, key, told["pieces"])):
            found.append(one)
            sold = sold.filter(~_of(sold, one))
    return found


def _measured(sold: ir.Table, key: str, pieces: float) -> Measured | None:
    asked = {"lines": sold.count(), "usual": sold.quantity.median(), "pieces": sold.quantity.sum()}
    asked |= {"large": holding(sold.quantity >= LARGE), "hundreds": holding(sold.quantity >= HUNDREDS)}
    by = sold.group_by(value=key).agg(**asked, who=sold.customer_id.nunique())
    by = by.filter(by.value.notnull() & (by.lines >= FEWEST) & (by.who >= BUYERS) & (2 * by.hundreds >= by.lines))
    by = by.filter(by.large >= NEARLY_ALL * by.lines).order_by([ibis.desc("pieces"), "value"])
    if not (values := by.to_pyarrow().to_pylist()):
        return None
    found = Measured(key, values, sum(one["pieces"] for one in values) / pieces, 0.0)
    inside = _of(sold, found)
    rest = sold.filter(~inside).semi_join(sold.filter(inside), "customer_id")
    few, tens = holding(rest.quantity <= ONES), holding(rest.quantity <= TENS)
    asked = {"n": rest.count(), "few": few, "tens": tens, "ones": rest.quantity.median()}
    told = rest.aggregate(**asked).to_pyarrow().to_pylist()[0]
    by_ones = told["n"] >= FEWEST and 2 * told["few"] >= told["n"] and told["tens"] >= REST * told["n"]
    return found._replace(ones=told["ones"]) if by_ones else None


def _of(lines: ir.Table, one: Measured) -> ir.BooleanValue:
    return lines[one.key].isin([row["value"] for row in one.values]).fill_null(False)


def as_items(lines: ir.Table, found: Sequence[Measured]) -> ir.Table:
    """Lines with ``items``: 1 for each line in another unit, missing where the quantity counts."""
    hits = [(_of(lines, one), ibis.literal(1.0)) for one in found]
    return lines.mutate(**{ITEMS: ibis.cases(*hits, else_=ibis.null("float64"))}) if hits else lines


def other_units(found: Sequence[Measured], header: str) -> Iterator[Doubt]:
    """What is sold in hundreds a line, by customers who buy all else in ones.

    Examples
    --------
    >>> found = Measured("category", [{"value": "Spice", "lines": 40, "usual": 250.0}], 0.97, 1.0)
    >>> next(other_units([found], "qty")).message[:71]
    "qty looks like another unit than pieces, such as grams, for 'Spice' (40"
    """
    if not found:
        return
    rows = [row for one in found for row in one.values]
    each = [f"{row['value']!r} ({row['lines']:,} lines, {row['usual']:,g} in the middle)" for row in rows[:SHOWN]]
    shown = ", ".join(each)
    more = f" and {len(rows) - SHOWN} more" if len(rows) > SHOWN else ""
    share, ones = sum(one.share for one in found), found[0].ones
    told = (
        f"{header} looks like another unit than pieces, such as grams, for {shown}{more}: the same customers buy "
        f"{ones:,g} in the middle of everything else. These are {share:.0%} of all pieces; each of their lines counts "
        "as one item."
    )
    settle = 'read = {quantity = "pieces"} under [tables.lines] in shop.toml counts every piece.'
    yield Doubt("other_units", ASK, header, told, settle)
