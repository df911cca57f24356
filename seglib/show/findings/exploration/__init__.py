"""Findings of the exploration notebook: a tidy table in, one sentence out."""

from seglib.show.findings.exploration.activity import ACTIVITY, activity, activity_rows
from seglib.show.findings.exploration.cohorts import cohort_retention, new_since, one_time_share
from seglib.show.findings.exploration.customer_base import (
    concentration,
    interpurchase_times,
    key_numbers,
    order_values,
)
from seglib.show.findings.exploration.offer import discounts, mix, returns, returns_by
from seglib.show.findings.exploration.readiness import (
    ledger,
    ledger_caption,
    of_lines,
    quality,
    readiness,
    readiness_rows,
)
from seglib.show.findings.exploration.reading import (
    DOUBTS,
    READING,
    STATUSES,
    doubt_rows,
    doubts,
    reading_rows,
    status_rows,
    unused,
)
from seglib.show.findings.exploration.trade import revenue_by_month, seasonality, weekday_by_hour

__all__ = [
    "ACTIVITY",
    "DOUBTS",
    "READING",
    "STATUSES",
    "activity",
    "activity_rows",
    "cohort_retention",
    "concentration",
    "discounts",
    "doubt_rows",
    "doubts",
    "interpurchase_times",
    "key_numbers",
    "ledger",
    "ledger_caption",
    "mix",
    "new_since",
    "of_lines",
    "one_time_share",
    "order_values",
    "quality",
    "readiness",
    "readiness_rows",
    "reading_rows",
    "returns",
    "returns_by",
    "revenue_by_month",
    "seasonality",
    "status_rows",
    "unused",
    "weekday_by_hour",
]
