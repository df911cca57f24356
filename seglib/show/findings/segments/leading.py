"""What leads the page of segments by rule: a pair far above chance, or customers who did most otherwise since."""

from __future__ import annotations

import pandas as pd

from seglib.show.findings.clauses import closed
from seglib.show.findings.leading import furthest, leading
from seglib.show.findings.segments.became import otherwise
from seglib.show.findings.segments.overlaps import meeting, pair_rows

__all__ = ["lead"]


def lead(pairs: pd.DataFrame, became: pd.DataFrame, *, min_group: int) -> str:
    """The pair furthest above chance whose rules do not speak of the same, or who did most otherwise since.

    Parameters
    ----------
    pairs : DataFrame
        From ``pairs()`` of the memberships.
    became : DataFrame
        From :func:`seglib.analysis.outcomes.what_became`.
    min_group : int
        Smallest number of people in both segments.
    """
    told = pair_rows(pairs[~pairs["same"].astype(bool)], min_group=min_group, most=len(pairs))
    found = [*furthest(told, "differs", meeting), *furthest(became, "differs", lambda row: closed(otherwise(row)))]
    return leading(found, tested=bool(len(pairs) + len(became)))
