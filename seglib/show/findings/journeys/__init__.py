"""Findings of the journeys notebook: a tidy table in, one sentence out."""

from seglib.show.findings.journeys.basis import basis, counted, key_numbers, states
from seglib.show.findings.journeys.campaign_rows import UNTOLD, arm_columns, arm_rows, untold
from seglib.show.findings.journeys.campaigns import campaigns, campaigns_left_out
from seglib.show.findings.journeys.habits import preferences, preferred, weekday_by_hour
from seglib.show.findings.journeys.leading import lead
from seglib.show.findings.journeys.paths import first_product, funnel, paths, touch_channels, touch_counts
from seglib.show.findings.journeys.prospects import abandoned_carts, prospects
from seglib.show.findings.journeys.rows import (
    CARTS,
    PRODUCTS,
    PROSPECTS,
    THRESHOLDS,
    TOUCHES,
    WAITING,
    product_rows,
    thresholds,
)
from seglib.show.findings.journeys.stages import known_stages, stage_rows, stages, stages_by
from seglib.show.findings.journeys.support import answer_times, support_waiting
from seglib.show.findings.journeys.times import TIMES, time_rows, times_between

__all__ = [
    "CARTS",
    "PRODUCTS",
    "PROSPECTS",
    "THRESHOLDS",
    "TIMES",
    "TOUCHES",
    "UNTOLD",
    "WAITING",
    "abandoned_carts",
    "answer_times",
    "arm_columns",
    "arm_rows",
    "basis",
    "campaigns",
    "campaigns_left_out",
    "counted",
    "first_product",
    "funnel",
    "key_numbers",
    "known_stages",
    "lead",
    "paths",
    "preferences",
    "preferred",
    "product_rows",
    "prospects",
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
    "untold",
    "weekday_by_hour",
]
