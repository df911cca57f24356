"""Personas: which kinds of customers there are, found by clustering, and the evidence for each kind."""

from seglib.personas.cards import persona_cards, persona_examples, persona_map
from seglib.personas.choosing import Recommendation, compare_k, recommend_k
from seglib.personas.clustering import PersonaClusterer, group_stability
from seglib.personas.effects import persona_attributes, persona_traits
from seglib.personas.features import DEFAULT_FEATURES, Features, persona_features
from seglib.personas.names import name_personas
from seglib.personas.options import CANDIDATE_LABELS, PersonaOptions, persona_options
from seglib.personas.rules import persona_rules
from seglib.personas.stability import adjusted_rand, hopkins, jaccards
from seglib.personas.study import PersonaStudy, find_personas

__all__ = [
    "CANDIDATE_LABELS",
    "DEFAULT_FEATURES",
    "Features",
    "PersonaClusterer",
    "PersonaOptions",
    "PersonaStudy",
    "Recommendation",
    "adjusted_rand",
    "compare_k",
    "find_personas",
    "group_stability",
    "hopkins",
    "jaccards",
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
