"""Several products in one cell: a row for each, and an account of the pieces that are none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

import ibis
import ibis.expr.types as ir

from seglib.intake.formats import AHEAD, Format, group_names
from seglib.intake.shaping.cells import ROW, Reader
from seglib.intake.shaping.paths import NUMBER, follow, json_texts, steps_of
from seglib.intake.shaping.resolving import resolve
from seglib.intake.shaping.rows import number_rows
from seglib.language.messages import mark

__all__ = ["REST", "Unpacked", "settle_rest", "unpack_items"]

ITEM = "seglib_item"
LIST = "seglib_items"
REST = "seglib_rest"  # marks the line of what a cell holds beside its products
CUT = "\u241e"  # between two products, once it is clear where one ends
PRODUCTS = mark("products of one row made lines of their own")
ODD = mark("pieces among the products of a row that do not fit the pattern")
MONEY = mark("money of pieces that are no products, on a line without one")


@dataclass(frozen=True)
class Unpacked:
    """A row a product; canonical column -> the new column that tells it; lines added, and pieces left out."""

    table: ir.Table
    products: Mapping[str, str] = field(default_factory=dict)
    added: Sequence[Mapping[str, Any]] = ()
    skipped: Sequence[Mapping[str, Any]] = ()


def unpack_items(raw: ir.Table, layout: Format, reader: Reader) -> Unpacked:
    """One row a product where a cell holds several; pieces that are none are one line without a product."""
    column = resolve(layout.items.get("column", ()), reader.headers, reader.where)
    if column is None:
        return Unpacked(raw)
    if not isinstance(column, str):  # of the columns that may hold them the first that is filled
        raw, column = raw.mutate(**{LIST: reader.read(raw, column, "string")}), LIST
    if layout.items.get("fields"):
        after, products = _unpack_list(number_rows(raw), column, layout.items)
    else:
        after, products = _unpack_text(number_rows(raw), column, layout.items, reader)
    after = after.cache()
    before = int(raw.count().to_pyarrow().as_py())
    after, rows, odd = _without_odd(after) if REST in after.columns else (after, _rows(after), [])
    return Unpacked(after, products, [{"why": PRODUCTS, "rows": rows - before, "amount": 0.0}], odd)


def _rows(table: ir.Table) -> int:
    return int(table.count().to_pyarrow().as_py())


def _without_odd(after: ir.Table) -> tuple[ir.Table, int, list[dict[str, Any]]]:
    """With one line for all pieces of a row that are no products; how many pieces there were, and how many are none."""
    piece = ibis.ifelse(after[REST], after[ITEM].strip(), ibis.null("string"))
    told = after.aggregate(rows=after.count(), odd=piece.count(), example=piece.min()).to_pyarrow().to_pylist()[0]
    if not told["odd"]:
        return after.drop(ITEM, REST), told["rows"], []
    nth = ibis.row_number().over(ibis.window(group_by=[ROW, REST]))
    odd = {"why": ODD, "rows": told["odd"], "amount": 0.0, "example": told["example"]}
    return after.filter(~after[REST] | (nth == 0)).drop(ITEM).cache(), told["rows"], [odd]


def settle_rest(lines: ir.Table) -> tuple[ir.Table, list[dict[str, Any]]]:
    """Without the lines of odd pieces that no money is left for; what lines are added by the others."""
    whole = ibis.window(group_by=ROW)
    amount = ibis.coalesce(lines.amount, 0) if "amount" in lines.columns else ibis.literal(0)
    empty = lines[REST] & (amount == 0) & (~lines[REST]).any().over(whole)
    kept = lines.mutate(seglib_empty=empty).filter(lambda t: ~t.seglib_empty).drop("seglib_empty").cache()
    rows = int(kept[REST].cast("int64").sum().to_pyarrow().as_py() or 0)
    return kept.drop(REST), [{"why": MONEY, "rows": rows, "amount": 0.0}]


def _unpack_text(
    raw: ir.Table, column: str, items: Mapping[str, Any], reader: Reader
) -> tuple[ir.Table, dict[str, str]]:
    separator, pattern = str(items["separator"]), str(items.get("pattern", "(?P<product_name>.+)"))
    text = reader.read(raw, column, "string").fill_null("")
    ahead = AHEAD.match(separator)
    cut = (
        text.re_replace(f"{ahead[1]}({ahead[2]})", CUT + r"\1") if ahead else text.replace(separator, CUT)
    )  # a name may hold the separator, so what follows it may have to look like a product
    raw = raw.mutate(**{ITEM: cut.split(CUT)})
    raw = raw.mutate(**{ITEM: raw[ITEM].unnest()})
    item = raw[ITEM].strip()
    fits = item.re_search(pattern)
    nothing = ibis.null("string")
    taken = {
        name: ibis.ifelse(fits, item.re_extract(pattern, number), nothing).nullif("")
        for name, number in group_names(pattern).items()
    }
    raw = raw.mutate(**{f"seglib_{name}": value for name, value in taken.items()}, **{REST: ~fits & (item != "")})
    return raw, {name: f"seglib_{name}" for name in taken}


def _told(value: ir.Value, nothing: Sequence[str]) -> ir.Value:
    """What a product tells, missing where it is one of the texts that mean nothing."""
    if not nothing or not value.type().is_string():
        return value
    return ibis.ifelse(value.isin(list(nothing)), ibis.null("string"), value)


def _at(item: ir.Value, path: str) -> ir.Value | None:
    """What is at a path of a product; of several with a minus between them, the first less the others."""
    parts = path.split(" - ")
    found = [follow(item, steps_of(part)) for part in parts]
    if len(parts) == 1 or found[0] is None:
        return found[0]
    first, *less = [each.cast("string").try_cast(NUMBER) for each in found if each is not None]
    return reduce(lambda a, b: a - b, (each.fill_null(0) for each in less), first)


def _first(values: Sequence[ir.Value]) -> ir.Value:
    """The first that is filled, of several places where one thing may be told."""
    if len(values) == 1:
        return values[0]
    return ibis.coalesce(*(value.cast("string").nullif("") for value in values))


def _unpack_list(raw: ir.Table, column: str, items: Mapping[str, Any]) -> tuple[ir.Table, dict[str, str]]:
    several = raw[column]
    if several.type().is_string():
        several = json_texts(several.try_cast("json"), "$[*]")
    several = ibis.ifelse(several.length().fill_null(0) > 0, several, ibis.null(several.type()))
    raw = raw.mutate(**{ITEM: several})
    raw = raw.unnest(ITEM, keep_empty=True)
    taken = {}
    for name, told in items["fields"].items():
        paths = [told] if isinstance(told, str) else told
        found = [value for path in paths if (value := _at(raw[ITEM], path)) is not None]
        if found:
            taken[name] = _told(_first(found), items.get("none", ()))
    raw = raw.mutate(**{f"seglib_{name}": value for name, value in taken.items()}).drop(ITEM)
    return raw, {name: f"seglib_{name}" for name in taken}
