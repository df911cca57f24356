"""Findings of the personas notebook: a tidy table in, one sentence out."""

from seglib.show.findings.personas.cards import cards
from seglib.show.findings.personas.groups import compare_k, decided, names, structure, treatment, treatment_rows
from seglib.show.findings.personas.overview import (
    attributes,
    contrast,
    examples,
    key_numbers,
    persona_map,
    rules,
    sizes,
    traits,
)

__all__ = [
    "attributes",
    "cards",
    "compare_k",
    "contrast",
    "decided",
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
