"""Feedback: what customers answer, how they rate, what they send back and what they ask support about."""

from seglib.analysis.feedback.goods import returns
from seglib.analysis.feedback.reasons import ticket_reasons
from seglib.analysis.feedback.survey import answers, latest_answers, longest_asked, ratings
from seglib.tables.shuffling import told_together

__all__ = ["answers", "latest_answers", "longest_asked", "ratings", "returns", "ticket_reasons", "told_together"]
