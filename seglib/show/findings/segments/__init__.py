"""Findings of the segments notebook: a tidy table in, one sentence out."""

from seglib.language.messages import mark
from seglib.show.findings.segments.became import BECAME, became, held, since
from seglib.show.findings.segments.definitions import definition_rows, definitions
from seglib.show.findings.segments.leading import lead
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
    "BECAME",
    "CONTRADICTIONS",
    "MEANINGS",
    "PAIRS",
    "SIZES",
    "UNAVAILABLE",
    "became",
    "contradiction_rows",
    "contradictions",
    "definition_rows",
    "definitions",
    "held",
    "key_numbers",
    "lead",
    "overlaps",
    "pair_rows",
    "pairs",
    "priority",
    "since",
    "size_rows",
    "sizes",
    "unavailable",
    "unavailable_rows",
    "whole_rows",
]

# columns of the page's tables, with their headings
SIZES = {
    "segment": mark("Segment"),
    "people": mark("People"),
    "customers": mark("Customers"),
    "customers_share": mark("Share of customers"),
    "revenue": mark("Revenue"),
    "revenue_share": mark("Share of revenue"),
    "average_revenue": mark("Revenue a customer"),
    "unknown": mark("Not known"),
    "remark": mark("Remark"),
}
UNAVAILABLE = {"segment": mark("Segment"), "needs": mark("What it needs"), "action": mark("What to do")}
MEANINGS = {"segment": mark("Segment"), "meaning": mark("Who is in it"), "action": mark("What to do")}
PAIRS = {
    "a": mark("Segment"),
    "b": mark("and segment"),
    "both": mark("People in both"),
    "share_of_a": mark("Of the first"),
    "share_of_b": mark("Of the second"),
    "lift": mark("Times chance"),
}
CONTRADICTIONS = {
    "a": mark("Segment"),
    "b": mark("and segment"),
    "customers": mark("People"),
    "conflict": mark("Conflict"),
    "action": mark("What to do"),
}
