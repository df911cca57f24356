"""A raw table and a format become a canonical table: one reading for each form that a format may take."""

from seglib.intake.shaping.account import with_examples
from seglib.intake.shaping.corrected import READ
from seglib.intake.shaping.lacking import LackingError
from seglib.intake.shaping.objects import check_objects, unfolded
from seglib.intake.shaping.shaped import Shaped, Wishes
from seglib.intake.shaping.table import shape

__all__ = ["READ", "LackingError", "Shaped", "Wishes", "check_objects", "shape", "unfolded", "with_examples"]
