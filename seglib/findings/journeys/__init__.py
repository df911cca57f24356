"""Findings of the journeys notebook: a tidy table in, one sentence out."""

from seglib.findings.journeys.habits import preferences, preferred, weekday_by_hour
from seglib.findings.journeys.stages import (
    key_numbers,
    known_stages,
    span,
    stage_rows,
    stages,
    stages_by,
    states,
    time_rows,
    times_between,
    whole_history,
)
from seglib.findings.journeys.support import answer_times, support_waiting
from seglib.findings.journeys.ways import (
    abandoned_carts,
    first_product,
    funnel,
    paths,
    prospects,
    touch_channels,
    touch_counts,
)
from seglib.findings.missing import not_described

__all__ = [
    "abandoned_carts",
    "answer_times",
    "first_product",
    "funnel",
    "key_numbers",
    "known_stages",
    "not_described",
    "paths",
    "preferences",
    "preferred",
    "prospects",
    "span",
    "stage_rows",
    "stages",
    "stages_by",
    "states",
    "support_waiting",
    "time_rows",
    "times_between",
    "touch_channels",
    "touch_counts",
    "weekday_by_hour",
    "whole_history",
]
