"""Segments of one's own and those every shop asks for: rules read, checked, run, overlaid and explained."""

from __future__ import annotations

from seglib.segments.book import NO_SEGMENT, RuleBook, Segment, Split, combine
from seglib.segments.explaining import Explanation
from seglib.segments.files import read_rules
from seglib.segments.finding import find_members
from seglib.segments.kinds import kinds_of
from seglib.segments.memberships import Memberships

__all__ = [
    "NO_SEGMENT",
    "Explanation",
    "Memberships",
    "RuleBook",
    "Segment",
    "Split",
    "combine",
    "find_members",
    "kinds_of",
    "read_rules",
]
