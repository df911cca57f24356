"""Findings: a tidy table in, one sentence that reads it out."""

from seglib.show.findings import exploration, feedback, journeys, personas, profiles, rfm, schemes, segments

__all__ = ["exploration", "feedback", "journeys", "personas", "profiles", "rfm", "schemes", "segments"]
