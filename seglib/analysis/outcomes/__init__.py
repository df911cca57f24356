"""Outcomes: what became of the customers of a segment, beside everyone else."""

from seglib.analysis.outcomes.became import what_became

__all__ = ["what_became"]
