"""Groups that are furthest apart."""

from __future__ import annotations

from typing import Any

import pandas as pd

__all__ = ["extremes", "furthest"]


def extremes(groups: pd.DataFrame, value: str) -> tuple[Any, Any] | None:
    """Groups with the highest and the lowest value; None unless one of the two differs from everybody else."""
    known = groups.dropna(subset=[value]).sort_values(value, kind="stable")
    if len(known) < 2 or known["group"].duplicated().any():
        return None
    least, most = known.iloc[0], known.iloc[-1]
    return (most, least) if most["differs"] or least["differs"] else None


def furthest(groups: pd.DataFrame) -> tuple[Any, Any] | None:
    """Two groups that differ most in one answer, the higher first; None where no group differs from everybody else."""
    found, widest = None, 0.0
    for _key, rows in groups.groupby(["question", "answer"], sort=False):
        pair = extremes(rows, "share")
        if pair and pair[0]["share"] - pair[1]["share"] > widest:
            found, widest = pair, pair[0]["share"] - pair[1]["share"]
    return found
