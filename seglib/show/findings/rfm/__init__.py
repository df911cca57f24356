"""Findings of the rfm notebook: a tidy table in, one sentence out."""

from seglib.show.findings.rfm.fates import FATES, became, held, lead
from seglib.show.findings.rfm.moves import boundaries, rises
from seglib.show.findings.rfm.scores import (
    SEGMENTS,
    TO_DO,
    bands,
    cells,
    key_numbers,
    resolution,
    score_bands,
    segments,
    to_do,
)

__all__ = [
    "FATES",
    "SEGMENTS",
    "TO_DO",
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
    "to_do",
]
