"""Any segmentation: how large its segments are, what they are like, what to do, and how two of them relate.

A segmentation is a Series of names indexed by ``customer_id``; customers without a name are not covered.
"""

from seglib.analysis.profiles.accounts import buying_roles, people_behind, single_buyers
from seglib.analysis.profiles.alignment import MEASURES, align_segments, top_segments
from seglib.analysis.profiles.crossing import association, cross_segments
from seglib.analysis.profiles.sizes import index_table, mean_positions, profile_segments, stack_profiles
from seglib.analysis.profiles.traits import pick_attribute, segment_traits, usable_attributes
from seglib.language.naming import NOT_COVERED
from seglib.tables.shuffling import told_together

__all__ = [
    "MEASURES",
    "NOT_COVERED",
    "align_segments",
    "association",
    "buying_roles",
    "cross_segments",
    "index_table",
    "mean_positions",
    "people_behind",
    "pick_attribute",
    "profile_segments",
    "segment_traits",
    "single_buyers",
    "stack_profiles",
    "told_together",
    "top_segments",
    "usable_attributes",
]
