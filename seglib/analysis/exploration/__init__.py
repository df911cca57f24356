"""Exploration: lines, orders and customers in, small tidy tables out (one row a month, a cohort, a check)."""

from seglib.analysis.exploration.activity import ACTIVITY_KINDS, activity, activity_by_source
from seglib.analysis.exploration.customer_base import (
    cohort_retention,
    interpurchase_times,
    key_numbers,
    one_time_share,
    ordered_once,
)
from seglib.analysis.exploration.months import discounts, revenue_by_month, seasonality
from seglib.analysis.exploration.readiness import readiness
from seglib.analysis.exploration.spread import concentration, gini, order_value_histogram, order_value_quantiles, pareto
from seglib.analysis.exploration.trade import mix, orders_of, weekday_by_hour

__all__ = [
    "ACTIVITY_KINDS",
    "activity",
    "activity_by_source",
    "cohort_retention",
    "concentration",
    "discounts",
    "gini",
    "interpurchase_times",
    "key_numbers",
    "mix",
    "one_time_share",
    "order_value_histogram",
    "order_value_quantiles",
    "ordered_once",
    "orders_of",
    "pareto",
    "readiness",
    "revenue_by_month",
    "seasonality",
    "weekday_by_hour",
]
