"""Orders of which a part was given back: how much is told by a column, or by rows, or by nobody."""

from __future__ import annotations

from collections.abc import Collection
from functools import reduce
from operator import or_

import ibis
import ibis.expr.types as ir

from seglib.intake.doubts import Doubt, refund_untold
from seglib.intake.formats import GUESS, Format
from seglib.intake.formats.layout import is_shipped
from seglib.intake.formats.states import is_partly_refunded
from seglib.intake.readings.text import holding
from seglib.intake.shaping.cells import Reader, match, resolve
from seglib.intake.shaping.guessing import payment_header, values_of

__all__ = ["PARTLY", "marked_partly", "partly_told", "untold_of"]

PARTLY = "seglib_partly"


def partly_told(raw: ir.Table, layout: Format, reader: Reader, told: Collection[str]) -> dict[str, list[str]]:
    """Headers of a status -> their values that say that a part was given back.

    Shipped formats say how their exports tell refunds, and of ``told`` values the user has said what they mean.
    """
    if is_shipped(layout):
        return {}
    guessed, found = layout.name == GUESS, {}
    if status := resolve(layout.states["column"], reader.headers, reader.where) if "column" in layout.states else None:
        found[status] = layout.states.get("sale", ()) if guessed else values_of(raw, status, reader)
    if guessed and (payment := payment_header(reader)) and payment not in found:
        found[payment] = values_of(raw, payment, reader)
    own = {value.strip().lower() for value in told}
    partly = {
        header: [one for one in values if is_partly_refunded(one) and one.strip().lower() not in own]
        for header, values in found.items()
    }
    return {header: values for header, values in partly.items() if values}


def marked_partly(raw: ir.Table, partly: dict[str, list[str]], reader: Reader) -> dict[str, ir.BooleanColumn]:
    """A column that says which rows are of such orders; none where no value says so."""
    hits = [match(raw, {"column": header, "values": values}, reader) for header, values in partly.items()]
    hits = [hit for hit in hits if hit is not None]
    return {PARTLY: reduce(or_, hits)} if hits else {}


def untold_of(lines: ir.Table, partly: dict[str, list[str]]) -> list[Doubt]:
    """What is doubted of them: nothing where a column tells money given back, or rows take back."""
    if PARTLY not in lines.columns:
        return []
    given = lines.seglib_refund > 0 if "seglib_refund" in lines.columns else ibis.literal(False)
    hit, amount = lines[PARTLY] & (lines.state == "sale"), lines.amount.abs().cast("float64")
    asked = {
        "back": holding(lines.is_return | given.fill_null(False)),
        "rows": holding(hit),
        "money": amount.sum(where=hit),
        "all": amount.sum(),
    }
    found = lines.aggregate(**asked).to_pyarrow().to_pylist()[0]
    header, values = next(iter(partly.items()))
    return [] if found["back"] else list(refund_untold(found, header, values))
