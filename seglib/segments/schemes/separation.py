"""How well a score tells two groups apart, and how sure that is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["auc_interval"]

Z = 1.959964  # 95%
Floats = NDArray[np.float64]


def auc_interval(scores: Floats, positive: NDArray[np.bool_]) -> tuple[float, float, float]:
    """Chance that a positive scores above a negative, with its 95% interval; a tie counts half.

    References
    ----------
    DeLong, DeLong, Clarke-Pearson (1988), Comparing the areas under two or more correlated ROC curves.

    Examples
    --------
    >>> [round(value, 2) for value in auc_interval(np.array([1.0, 2, 3, 4]), np.array([False, True, False, True]))]
    [0.75, 0.06, 1.0]
    """
    from scipy.stats import rankdata

    ours, theirs = scores[positive], scores[~positive]
    if not len(ours) or not len(theirs):
        return float("nan"), float("nan"), float("nan")
    ranks = rankdata(scores)
    won = (ranks[positive] - rankdata(ours)) / len(theirs)
    lost = 1 - (ranks[~positive] - rankdata(theirs)) / len(ours)
    spread = [part.var(ddof=1) / len(part) if len(part) > 1 else 0.25 for part in (won, lost)]
    middle, width = float(won.mean()), Z * float(np.sqrt(sum(spread)))
    return middle, max(middle - width, 0.0), min(middle + width, 1.0)
