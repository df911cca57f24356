"""Findings of the personas notebook: a tidy table in, one sentence out."""

from seglib.findings.personas.cards import cards
from seglib.findings.personas.overview import (
    attributes,
    compare_k,
    contrast,
    examples,
    key_numbers,
    names,
    persona_map,
    rules,
    sizes,
    structure,
    traits,
    treatment,
    treatment_rows,
)

__all__ = [
    "attributes",
    "cards",
    "compare_k",
    "contrast",
    "examples",
    "key_numbers",
    "names",
    "persona_map",
    "rules",
    "sizes",
    "structure",
    "traits",
    "treatment",
    "treatment_rows",
]
