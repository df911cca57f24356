"""Personas: which kinds of customers there are, found by clustering, and the evidence for each kind."""

from seglib.segments.personas.cards import persona_cards, persona_examples, persona_map
from seglib.segments.personas.choosing import Recommendation, compare_k, recommend_k
from seglib.segments.personas.clustering import PersonaClusterer, group_stability
from seglib.segments.personas.effects import persona_attributes, persona_traits
from seglib.segments.personas.features import DEFAULT_FEATURES, Features, persona_features
from seglib.segments.personas.names import name_personas
from seglib.segments.personas.options import CANDIDATE_LABELS, PersonaOptions, persona_options
from seglib.segments.personas.rules import persona_rules
from seglib.segments.personas.study import PersonaStudy, find_personas

__all__ = [
    "CANDIDATE_LABELS",
    "DEFAULT_FEATURES",
    "Features",
    "PersonaClusterer",
    "PersonaOptions",
    "PersonaStudy",
    "Recommendation",
    "compare_k",
    "find_personas",
    "group_stability",
    "name_personas",
    "persona_attributes",
    "persona_cards",
    "persona_examples",
    "persona_features",
    "persona_map",
    "persona_options",
    "persona_rules",
    "persona_traits",
    "recommend_k",
]
