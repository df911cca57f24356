"""Segments of one's own and those every shop asks for: rules read, checked, run, overlaid and explained."""

from __future__ import annotations

from seglib.segments.rules.explaining import Explanation
from seglib.segments.rules.files import read_rules
from seglib.segments.rules.finding import find_members
from seglib.segments.rules.kinds import kinds_of
from seglib.segments.rules.memberships import Memberships
from seglib.segments.rules.rulebook import RuleBook, Segment, Split, combine

__all__ = [
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
