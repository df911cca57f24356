"""From values to the bands between cut points, and from positions to names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

__all__ = ["bands", "take_names"]


def bands(values: np.ndarray, edges: np.ndarray, closed: str) -> np.ndarray:
    """Which band between the edges each value is in: 0 below the first edge.

    Parameters
    ----------
    values : array, shape (n,)
    edges : array of rising cut points
    closed : str
        ``"right"``: an edge is the upper end of its band; ``"left"``: the lower end of the next.

    Examples
    --------
    >>> bands(np.array([1, 2, 3]), np.array([2]), "right"), bands(np.array([1, 2, 3]), np.array([2]), "left")
    (array([0, 0, 1]), array([0, 1, 1]))
    """
    return np.searchsorted(edges, values, side="left" if closed == "right" else "right")


def take_names(names: Sequence[str], codes: np.ndarray) -> Any:
    """Array of names by position, fast for millions; -1 is missing.

    Examples
    --------
    >>> list(take_names(["a", "b"], np.array([1, 0, -1])))
    ['b', 'a', nan]
    """
    return pd.array(list(names), dtype="str").take(codes, allow_fill=True)
