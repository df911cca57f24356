"""Text read as numbers, dates and yes/no: one reading for a whole column, and none where two would fit."""

from seglib.intake.readings.columns import read_column
from seglib.intake.readings.date_forms import date_form_faults
from seglib.intake.readings.text import AmbiguousError
from seglib.intake.readings.zones import check_zone

__all__ = ["AmbiguousError", "check_zone", "date_form_faults", "read_column"]
