"""Findings of the journeys notebook: a tidy table in, one sentence out."""

from seglib.show.findings.journeys.basis import basis, key_numbers, states
from seglib.show.findings.journeys.habits import preferences, preferred, weekday_by_hour
from seglib.show.findings.journeys.paths import first_product, funnel, paths, touch_channels, touch_counts
from seglib.show.findings.journeys.prospects import abandoned_carts, prospects
from seglib.show.findings.journeys.rows import (
    cart_rows,
    product_rows,
    prospect_rows,
    thresholds,
    touch_rows,
    waiting_rows,
)
from seglib.show.findings.journeys.stages import known_stages, stage_rows, stages, stages_by
from seglib.show.findings.journeys.support import answer_times, support_waiting
from seglib.show.findings.journeys.times import span, time_rows, times_between
from seglib.show.findings.missing import not_described

__all__ = [
    "abandoned_carts",
    "answer_times",
    "basis",
    "cart_rows",
    "first_product",
    "funnel",
    "key_numbers",
    "known_stages",
    "not_described",
    "paths",
    "preferences",
    "preferred",
    "product_rows",
    "prospect_rows",
    "prospects",
    "span",
    "stage_rows",
    "stages",
    "stages_by",
    "states",
    "support_waiting",
    "thresholds",
    "time_rows",
    "times_between",
    "touch_channels",
    "touch_counts",
    "touch_rows",
    "waiting_rows",
    "weekday_by_hour",
]
