"""Figures: a tidy table in, matplotlib Axes out; the only room that knows matplotlib and seaborn."""

from seglib.plots import exploration, personas, profiles, rfm
from seglib.plots.theme import segment_colours, set_theme

__all__ = ["exploration", "personas", "profiles", "rfm", "segment_colours", "set_theme"]
