"""Findings of the rfm notebook: a tidy table in, one sentence out."""

from seglib.show.findings.rfm.fates import FATES, became, held, lead
from seglib.show.findings.rfm.moves import boundaries, rises
from seglib.show.findings.rfm.scores import (
    SEGMENTS,
    bands,
    cells,
    key_numbers,
    resolution,
    score_bands,
    segments,
)

__all__ = [
    "FATES",
    "SEGMENTS",
    "bands",
    "became",
    "boundaries",
    "cells",
    "held",
    "key_numbers",
    "lead",
    "resolution",
    "rises",
    "score_bands",
    "segments",
]
