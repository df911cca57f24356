"""Recency, frequency, monetary value: scores, named segments, and what would move a customer to another one."""

from seglib.segments.rfm.boundaries import BOUNDARY_COLUMNS, nearest_boundary, summarise_boundaries
from seglib.segments.rfm.fates import days_ahead, what_became
from seglib.segments.rfm.presets import Preset, list_presets, load_preset
from seglib.segments.rfm.scorer import RFMScorer, score_edges, scorer_from
from seglib.segments.rfm.segments import score_cells, summarise_segments

__all__ = [
    "BOUNDARY_COLUMNS",
    "Preset",
    "RFMScorer",
    "days_ahead",
    "list_presets",
    "load_preset",
    "nearest_boundary",
    "score_cells",
    "score_edges",
    "scorer_from",
    "summarise_boundaries",
    "summarise_segments",
    "what_became",
]
