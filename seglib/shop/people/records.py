"""The tables that functions of rules measure, up to the as-of date."""

from __future__ import annotations

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from seglib.shop.people.period import Period

__all__ = ["Known", "same_text"]


@dataclass(frozen=True)
class Known:
    """Tables of a shop as they were known at the as-of date; None where the shop has none.

    Parameters
    ----------
    period : Period
        As-of date and window.
    lines, events, responses, products : ibis Table, optional
        As :func:`seglib.shop.people.measure_calls` takes them.
    """

    period: Period
    lines: ir.Table | None = None
    events: ir.Table | None = None
    responses: ir.Table | None = None
    products: ir.Table | None = None

    def __post_init__(self) -> None:
        if self.lines is not None:
            object.__setattr__(self, "lines", self.period.known(self.lines, "ordered_at"))
        if self.events is not None:
            object.__setattr__(self, "events", self.period.known(self.events, "at"))
        if self.responses is not None and "answered_at" in self.responses.columns:
            at = self.responses.answered_at
            object.__setattr__(self, "responses", self.responses.filter((at < self.period.end) | at.isnull()))


def same_text(column: ir.Value, text: str) -> ir.BooleanValue:
    """Whether a column says just that, in any case and with any spaces around."""
    return (column.cast("string").strip().lower() == ibis.literal(text).strip().lower()).fill_null(False)
