"""Figures of the journeys notebook: a tidy table in, Axes out; None where there is nothing to draw."""

from seglib.show.plots.journeys.campaigns import campaigns
from seglib.show.plots.journeys.habits import preferences, weekday_by_hour
from seglib.show.plots.journeys.paths import abandoned_carts, answer_curve, first_product, paths, touch_channels
from seglib.show.plots.journeys.stages import funnel, stages, stages_by

__all__ = [
    "abandoned_carts",
    "answer_curve",
    "campaigns",
    "first_product",
    "funnel",
    "paths",
    "preferences",
    "stages",
    "stages_by",
    "touch_channels",
    "weekday_by_hour",
]
