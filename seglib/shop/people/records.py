"""The tables that functions of rules measure, up to the as-of date."""

from __future__ import annotations

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from seglib.shop.sides import known_at
from seglib.tables.orders import build_orders
from seglib.tables.period import Period

__all__ = ["Records", "folded", "same_text"]


@dataclass(frozen=True)
class Records:
    """Tables of a shop as they were known at the as-of date; None where the shop has none.

    Parameters
    ----------
    period : Period
        As-of date and window.
    lines, events, responses, products, orders : ibis Table, optional
        As :func:`seglib.shop.people.measure_calls` takes them.
    """

    period: Period
    lines: ir.Table | None = None
    events: ir.Table | None = None
    responses: ir.Table | None = None
    products: ir.Table | None = None
    orders: ir.Table | None = None

    def __post_init__(self) -> None:
        if self.lines is not None:
            object.__setattr__(self, "lines", self.lines.filter(self.period.known(self.lines.ordered_at)))
            object.__setattr__(self, "orders", build_orders(self.lines) if self.orders is None else self.orders)
        for name in ("events", "responses"):
            if (table := getattr(self, name)) is not None:
                object.__setattr__(self, name, known_at(name, table, self.period))


def same_text(column: ir.Value, text: str) -> ir.BooleanValue:
    """Whether a column says just that, in any case and with any spaces around."""
    return (folded(column) == folded(ibis.literal(text))).fill_null(False)


def folded(text: ir.Value) -> ir.StringValue:
    """Text in lower case without spaces around: as rules compare what they name."""
    return text.cast("string").strip().lower()
