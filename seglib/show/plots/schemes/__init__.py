"""Figures of schemes: a tidy table in, Axes out; None where there is nothing to draw."""

from seglib.show.plots.schemes.business import open_deals, white_space, win_rates
from seglib.show.plots.schemes.comparing import comparison
from seglib.show.plots.schemes.needs import answers, candidates, needs_map

__all__ = ["answers", "candidates", "comparison", "needs_map", "open_deals", "white_space", "win_rates"]
