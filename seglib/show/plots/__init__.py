"""Figures: a tidy table in, matplotlib Axes out; the only room that knows matplotlib and seaborn."""

from seglib.show.plots import exploration, feedback, journeys, personas, profiles, rfm, schemes, segments
from seglib.show.plots.theme import segment_colours, set_theme

__all__ = [
    "exploration",
    "feedback",
    "journeys",
    "personas",
    "profiles",
    "rfm",
    "schemes",
    "segment_colours",
    "segments",
    "set_theme",
]
