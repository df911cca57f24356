"""What customers tell the shop, in sentences."""

from seglib.show.findings.feedback.answers import answers, ratings
from seglib.show.findings.feedback.following import over_time, ratings_over_time, reason_rows, reasons_over_time
from seglib.show.findings.feedback.requests import returns, ticket_reasons

__all__ = [
    "answers",
    "over_time",
    "ratings",
    "ratings_over_time",
    "reason_rows",
    "reasons_over_time",
    "returns",
    "ticket_reasons",
]
