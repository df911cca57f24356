"""Findings: a tidy table in, one sentence that reads it out."""

from seglib.findings import exploration, personas, profiles, rfm

__all__ = ["exploration", "personas", "profiles", "rfm"]
