"""A raw table and a format become a canonical table: one reading for each form that a format may take."""

from seglib.intake.shaping.table import Shaped, shape

__all__ = ["Shaped", "shape"]
