"""Findings of the profiles notebook: a tidy table in, one sentence out."""

from seglib.language.messages import mark
from seglib.show.findings.profiles.actions import action_rows, actions, cross_segments
from seglib.show.findings.profiles.sizes import coverage, key_numbers, revenue_per_customer, sizes
from seglib.show.findings.profiles.traits import (
    index_caption,
    index_heatmap,
    mean_positions,
    positions_caption,
    trait_rows,
    traits,
    usable_attributes,
)

__all__ = [
    "ACTION_COLUMNS",
    "HEADINGS",
    "SIZE_COLUMNS",
    "action_rows",
    "actions",
    "coverage",
    "cross_segments",
    "index_caption",
    "index_heatmap",
    "key_numbers",
    "mean_positions",
    "positions_caption",
    "revenue_per_customer",
    "sizes",
    "trait_rows",
    "traits",
    "usable_attributes",
]

SIZE_COLUMNS = (
    *("segment", "customers", "customers_share", "revenue", "revenue_share", "revenue_per_customer"),
    *("revenue_per_customer_low", "revenue_per_customer_high", "index", "median_recency_days", "median_frequency"),
)
ACTION_COLUMNS = ("segment", "customers", "revenue_share", "action", "source")
HEADINGS = {
    "customers_share": mark("Share of customers"),
    "revenue_share": mark("Share of revenue"),
    "revenue_per_customer_low": mark("95% from"),
    "revenue_per_customer_high": mark("to"),
    "median_recency_days": mark("Median recency (days)"),
    "median_frequency": mark("Median orders"),
    "in_segment": mark("In the segment"),
    "effect": mark("Effect (95% interval)"),
    "source": mark("From"),
}
