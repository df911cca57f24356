"""Findings of the segments notebook: a tidy table in, one sentence out."""

from seglib.findings.segments.definitions import definition_rows, definitions
from seglib.findings.segments.overlaps import contradiction_rows, contradictions, overlaps, pair_rows, pairs
from seglib.findings.segments.sizes import (
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
    "people": "People",
    "customers": "Customers",
    "customers_share": "Share of customers",
    "revenue_share": "Share of revenue",
    "average_revenue": "Revenue a customer",
    "unknown": "Not known",
    "needs": "What it needs",
    "meaning": "Who is in it",
    "thresholds": "Thresholds",
    "action": "What to do",
    "a": "Segment",
    "b": "and segment",
    "both": "People in both",
    "first_share": "Of the first",
    "second_share": "Of the second",
    "lift": "Times chance",
    "in_both": "People",
    "conflict": "Conflict",
}
