"""Findings about schemes: a tidy table or a study in, one sentence out."""

from seglib.show.findings.schemes.answers import answers, candidates, needs, needs_map
from seglib.show.findings.schemes.comparing import COMPARISON_HEADINGS, comparison, comparison_rows, held
from seglib.show.findings.schemes.single import (
    HEADINGS,
    SIZE_HEADINGS,
    coverage,
    lookalikes,
    open_deals,
    white_space,
    white_space_map,
    win_rates,
)

__all__ = [
    "COMPARISON_HEADINGS",
    "HEADINGS",
    "SIZE_HEADINGS",
    "answers",
    "candidates",
    "comparison",
    "comparison_rows",
    "coverage",
    "held",
    "lookalikes",
    "needs",
    "needs_map",
    "open_deals",
    "white_space",
    "white_space_map",
    "win_rates",
]
