"""When: the period, the seasons, and draws that every part of the shop makes."""

from __future__ import annotations

import numpy as np
import pandas as pd

SEED = 20250101
OPENED, EXPORT_FROM, EXPORT_TO = (np.datetime64(day) for day in ("2022-01-01", "2023-01-01", "2025-01-03"))
YEARS, PRICE_RISE = 3, np.datetime64("2024-02-01")
SEASON = [0.85, 0.75, 0.85, 0.95, 1.05, 1.05, 1.0, 0.9, 0.85, 0.95, 1.45, 1.55]
GIFT_SEASON = [0.05, 0.3, 0.15, 0.1, 0.5, 0.1, 0.05, 0.05, 0.05, 0.3, 4.2, 6.0]
WEEKDAYS = [1.0, 0.93, 0.93, 0.97, 1.02, 1.12, 1.28]
CATEGORY_SEASON = {
    "Garden": [0.2, 0.4, 1.3, 2.2, 2.4, 1.9, 1.4, 1.0, 0.7, 0.4, 0.2, 0.2],
    "Camping": [0.2, 0.2, 0.4, 0.8, 1.5, 2.3, 2.6, 2.0, 0.8, 0.3, 0.2, 0.3],
    "Gifts": [0.5, 0.8, 0.6, 0.6, 0.8, 0.5, 0.5, 0.5, 0.7, 1.1, 2.4, 3.2],
    "Lighting": [1.2, 1.1, 0.8, 0.7, 0.6, 0.5, 0.5, 0.7, 1.1, 1.5, 1.5, 1.3],
}


def pick(rng: np.random.Generator, weights: np.ndarray) -> np.ndarray:
    """One column number for each row, drawn in proportion to the row's weights."""
    edges = weights.cumsum(axis=1)
    return (edges < rng.random((len(weights), 1)) * edges[:, -1:]).sum(axis=1)


def season_clock(month_weights: list[float]) -> np.ndarray:
    """Cumulated busyness since the opening, a year being 1 on average: buyers' clocks run faster in busy weeks."""
    days = pd.date_range(OPENED, EXPORT_TO)
    busyness = np.array(month_weights)[days.month - 1] * np.array(WEEKDAYS)[days.day_of_week]
    return np.concatenate([[0], YEARS * busyness.cumsum() / busyness.sum()])
