"""Findings of the segments notebook: a tidy table in, one sentence out."""

from seglib.language.messages import mark
from seglib.show.findings.segments.definitions import definition_rows, definitions
from seglib.show.findings.segments.overlaps import contradiction_rows, contradictions, overlaps, pair_rows, pairs
from seglib.show.findings.segments.sizes import (
    key_numbers,
    priority,
    size_rows,
    sizes,
    unavailable,
    unavailable_rows,
    whole_rows,
)

__all__ = [
    "HEADINGS",
    "SIZE_COLUMNS",
    "contradiction_rows",
    "contradictions",
    "definition_rows",
    "definitions",
    "key_numbers",
    "overlaps",
    "pair_rows",
    "pairs",
    "priority",
    "size_rows",
    "sizes",
    "unavailable",
    "unavailable_rows",
    "whole_rows",
]

SIZE_COLUMNS = (
    *("segment", "people", "customers", "customers_share", "revenue", "revenue_share", "average_revenue", "unknown"),
)
HEADINGS = {
    "people": mark("People"),
    "customers": mark("Customers"),
    "customers_share": mark("Share of customers"),
    "revenue_share": mark("Share of revenue"),
    "average_revenue": mark("Revenue a customer"),
    "unknown": mark("Not known"),
    "needs": mark("What it needs"),
    "meaning": mark("Who is in it"),
    "thresholds": mark("Thresholds"),
    "action": mark("What to do"),
    "a": mark("Segment"),
    "b": mark("and segment"),
    "both": mark("People in both"),
    "first_share": mark("Of the first"),
    "second_share": mark("Of the second"),
    "lift": mark("Times chance"),
    "in_both": mark("People"),
    "conflict": mark("Conflict"),
}
