"""Which rows a sentence tells."""

from __future__ import annotations

import numpy as np
import pandas as pd

from seglib.language import words
from seglib.language.messages import gettext as _
from seglib.language.naming import NOT_COVERED, PUT_TOGETHER

__all__ = ["largest", "listed", "named_segments"]


def named_segments(profile: pd.DataFrame) -> pd.DataFrame:
    """Segments that have a name: neither those not covered nor others put together."""
    names = profile["segment"].astype("str")
    return profile[(names != NOT_COVERED) & ~names.str.fullmatch(PUT_TOGETHER)]


def largest(table: pd.DataFrame, values: pd.Series) -> pd.Series:
    """Row with the largest value."""
    return table.iloc[int(np.nanargmax(values.to_numpy(dtype=float)))]


def listed(names: list[str], most: int = 4) -> str:
    """Names in a sentence, the first few of many."""
    if len(names) <= most + 1:
        return words.joined(names)
    return words.joined([*names[:most], _("{n} more", n=words.count(len(names) - most))])
