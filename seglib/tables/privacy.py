"""How small a group of persons may be that pages describe: ``[report] min_group`` of the shop, or more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from seglib.errors import InputError
from seglib.tables.small_tables import MIN_GROUP

__all__ = ["floor_of", "group_faults", "raised"]


def floor_of(report: Mapping[str, Any]) -> int:
    """What ``[report]`` says, 30 where it says nothing."""
    return int(report.get("min_group", MIN_GROUP))


def raised(least: int, asked: int) -> int:
    """The size asked for, which may be above the least of a shop but not below; 0 for the least.

    Raises
    ------
    InputError
        A smaller one is asked for.

    Examples
    --------
    >>> raised(30, 0), raised(30, 80)
    (30, 80)
    >>> raised(30, 5)
    Traceback (most recent call last):
    seglib.errors.InputError: min_group is 5, below the 30 of [report] min_group. ...
    """
    if asked and asked < least:
        raise InputError(_too_small("min_group", asked, least))
    return asked or least


def group_faults(report: Mapping[str, Any], personas: Mapping[str, Any]) -> list[str]:
    """What is wrong with the ``min_group`` of ``[report]``, and of ``[personas]`` beside it."""
    least = floor_of(report)
    if least < 1:
        return [f"report.min_group is {least}; expected a number of persons, at least 1."]
    asked = personas.get("min_group", least)
    return [_too_small("personas.min_group", asked, least)] if asked < least else []


def _too_small(name: str, asked: int, least: int) -> str:
    return (
        f"{name} is {asked}, below the {least} of [report] min_group. In a smaller group one could tell who somebody "
        f"is, so it may only be raised: give {least} or more, or change [report] min_group in shop.toml, which holds "
        "for every page."
    )
