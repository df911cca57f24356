"""A folder of exports -> what its tables are, how they relate, and the settings of a shop made of them."""

from seglib.intake.surveying.composing import compose
from seglib.intake.surveying.kinds import WHAT
from seglib.intake.surveying.plans import Entry, Question, likeliest
from seglib.intake.surveying.surveying import Survey, survey
from seglib.intake.surveying.writing import settings_text

__all__ = ["WHAT", "Entry", "Question", "Survey", "compose", "likeliest", "settings_text", "survey"]
