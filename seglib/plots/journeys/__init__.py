"""Figures of the journeys notebook: a tidy table in, Axes out; None where there is nothing to draw."""

from seglib.plots.journeys.habits import preferences, weekday_by_hour
from seglib.plots.journeys.stages import funnel, stages, stages_by
from seglib.plots.journeys.ways import (
    abandoned_carts,
    answer_curve,
    first_product,
    paths,
    touch_channels,
)

__all__ = [
    "abandoned_carts",
    "answer_curve",
    "first_product",
    "funnel",
    "paths",
    "preferences",
    "stages",
    "stages_by",
    "touch_channels",
    "weekday_by_hour",
]
