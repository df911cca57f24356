"""Findings of the profiles notebook: a tidy table in, one sentence out."""

from seglib.language.messages import mark
from seglib.show.findings.profiles.accounts import buying_roles, people_behind, single_buyers
from seglib.show.findings.profiles.actions import action_rows, actions, cross_segments
from seglib.show.findings.profiles.sizes import coverage, key_numbers, revenue_per_customer, sizes
from seglib.show.findings.profiles.traits import (
    index_caption,
    index_heatmap,
    lead,
    mean_positions,
    positions_caption,
    trait_rows,
    traits,
    usable_attributes,
)

__all__ = [
    "ACCOUNTS",
    "ACTIONS",
    "ROLES",
    "SIZES",
    "TRAITS",
    "action_rows",
    "actions",
    "buying_roles",
    "coverage",
    "cross_segments",
    "index_caption",
    "index_heatmap",
    "key_numbers",
    "lead",
    "mean_positions",
    "people_behind",
    "positions_caption",
    "revenue_per_customer",
    "single_buyers",
    "sizes",
    "trait_rows",
    "traits",
    "usable_attributes",
]

# columns of the page's tables, with their headings
SIZES = {
    "segment": mark("Segment"),
    "customers": mark("Customers"),
    "customers_share": mark("Share of customers"),
    "revenue": mark("Revenue"),
    "revenue_share": mark("Share of revenue"),
    "revenue_per_customer": mark("Revenue per customer"),
    "index": mark("Index"),
    "median_recency_days": mark("Median recency (days)"),
    "median_frequency": mark("Median orders"),
}
TRAITS = {
    "segment": mark("Segment"),
    "trait": mark("Trait"),
    "in_segment": mark("In the segment"),
    "elsewhere": mark("Elsewhere"),
    "effect": (mark("Effect (95% interval)"), "signed"),
    "customers": mark("Customers"),
}
ACTIONS = {
    "segment": mark("Segment"),
    "customers": mark("Customers"),
    "revenue_share": mark("Share of revenue"),
    "action": mark("What to do"),
    "apart": mark("What sets them apart"),
}
ACCOUNTS = {
    "group": mark("Segment"),
    "accounts": mark("Accounts"),
    "contacts": mark("Median contacts"),
    "buyers": mark("Median buyers"),
    "judged": mark("With two orders or more"),
    "share": mark("Share with one buyer"),
    "revenue_share": mark("Their share of the revenue"),
}
ROLES = {
    "role": mark("Role"),
    "people": mark("People"),
    "buyers": mark("Of them ordered"),
    "share": mark("Share who ordered"),
    "orders": mark("Orders"),
    "orders_share": mark("Share of orders"),
}
