"""Campaigns: what each did, as told by customers who were left alone."""

from seglib.analysis.campaigns.arms import arm_effects, untold
from seglib.analysis.campaigns.reached import reached

__all__ = ["arm_effects", "reached", "untold"]
