"""Journeys: how people travel from the first visit to loyalty, where they leave, and who is waiting on the way."""

from seglib.analysis.journeys.comebacks import first_product
from seglib.analysis.journeys.funnels import Funnel, event_funnel, usual_steps
from seglib.analysis.journeys.habits import habits, occasions, preferences, stack_habits, weekday_by_hour
from seglib.analysis.journeys.milestones import milestones, with_products
from seglib.analysis.journeys.paths import paths
from seglib.analysis.journeys.prospects import abandoned_carts, prospects
from seglib.analysis.journeys.stages import STAGES, Stages, stages, states, times_between, travellers
from seglib.analysis.journeys.thresholds import thresholds
from seglib.analysis.journeys.touchpoints import touch_channels, touch_counts, touchpoints
from seglib.analysis.journeys.waiting import answer_curve, answer_times, support_waiting, ticket_times

__all__ = [
    "STAGES",
    "Funnel",
    "Stages",
    "abandoned_carts",
    "answer_curve",
    "answer_times",
    "event_funnel",
    "first_product",
    "habits",
    "milestones",
    "occasions",
    "paths",
    "preferences",
    "prospects",
    "stack_habits",
    "stages",
    "states",
    "support_waiting",
    "thresholds",
    "ticket_times",
    "times_between",
    "touch_channels",
    "touch_counts",
    "touchpoints",
    "travellers",
    "usual_steps",
    "weekday_by_hour",
    "with_products",
]
