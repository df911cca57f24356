"""Findings of the journeys notebook: a tidy table in, one sentence out."""

from seglib.findings.journeys.counted import basis, key_numbers, states
from seglib.findings.journeys.habits import preferences, preferred, weekday_by_hour
from seglib.findings.journeys.prospects import abandoned_carts, prospects
from seglib.findings.journeys.rows import cart_rows, product_rows, prospect_rows, thresholds, touch_rows, waiting_rows
from seglib.findings.journeys.stages import known_stages, stage_rows, stages, stages_by
from seglib.findings.journeys.support import answer_times, support_waiting
from seglib.findings.journeys.times import span, time_rows, times_between
from seglib.findings.journeys.ways import first_product, funnel, paths, touch_channels, touch_counts
from seglib.findings.missing import not_described

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
