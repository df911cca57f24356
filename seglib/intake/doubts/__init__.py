"""Doubts of a reading: what adds up may still be wrong, so the reading is checked, told, and settled by the user."""

from seglib.intake.doubts import statuses
from seglib.intake.doubts.doubt import (
    ASK,
    KINDS,
    NOTE,
    STOP,
    Doubt,
    check_settled,
    doubts_table,
    told,
    unsettled,
)
from seglib.intake.doubts.evidence import Evidence, look_at
from seglib.intake.doubts.looking import doubts_of
from seglib.intake.doubts.statuses import copies_told, goods_taken, negative_lines, refund_untold, unpaid
from seglib.intake.doubts.units import ITEMS, as_items, measured_in, other_units
from seglib.intake.doubts.verdict import Verdict

__all__ = [
    "ASK",
    "ITEMS",
    "KINDS",
    "NOTE",
    "STOP",
    "Doubt",
    "Evidence",
    "Verdict",
    "as_items",
    "check_settled",
    "copies_told",
    "doubts_of",
    "doubts_table",
    "goods_taken",
    "look_at",
    "measured_in",
    "negative_lines",
    "other_units",
    "refund_untold",
    "statuses",
    "told",
    "unpaid",
    "unsettled",
]
