"""What follows of a doubt for the reading."""

from __future__ import annotations

from typing import NamedTuple

from seglib.intake.doubts.doubt import Doubt

__all__ = ["Verdict"]


class Verdict(NamedTuple):
    """A doubt, and the name of the correction that is made meanwhile; none where the reading stays."""

    doubt: Doubt
    correction: str = ""
