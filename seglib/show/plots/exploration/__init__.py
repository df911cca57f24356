"""Figures of the exploration notebook: a tidy table in, Axes out; None where there is nothing to draw."""

from seglib.show.plots.exploration.activity import activity
from seglib.show.plots.exploration.customer_base import (
    cohort_retention,
    interpurchase_times,
    one_time_share,
    order_values,
    pareto,
)
from seglib.show.plots.exploration.trade import (
    discounts,
    mix,
    returns,
    returns_by,
    revenue_by_month,
    seasonality,
    weekday_by_hour,
)

__all__ = [
    "activity",
    "cohort_retention",
    "discounts",
    "interpurchase_times",
    "mix",
    "one_time_share",
    "order_values",
    "pareto",
    "returns",
    "returns_by",
    "revenue_by_month",
    "seasonality",
    "weekday_by_hour",
]
