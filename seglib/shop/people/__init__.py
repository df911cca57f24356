"""Everyone a shop knows, one row a person, and what a rule's functions measure of them."""

from __future__ import annotations

from seglib.shop.people.building import build_people
from seglib.shop.people.functions import measure_calls
from seglib.shop.people.holidays import holiday_dates

__all__ = ["build_people", "holiday_dates", "measure_calls"]
