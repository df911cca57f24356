"""Findings of the personas notebook: a tidy table in, one sentence out."""

from seglib.show.findings.personas.cards import cards
from seglib.show.findings.personas.groups import TREATMENT, compare_k, decided, names, structure, treatment
from seglib.show.findings.personas.overview import (
    ATTRIBUTES,
    attributes,
    contrast,
    examples,
    key_numbers,
    lead,
    persona_map,
    rules,
    sizes,
    traits,
)

__all__ = [
    "ATTRIBUTES",
    "TREATMENT",
    "attributes",
    "cards",
    "compare_k",
    "contrast",
    "decided",
    "examples",
    "key_numbers",
    "lead",
    "names",
    "persona_map",
    "rules",
    "sizes",
    "structure",
    "traits",
    "treatment",
]
