"""What is not told of persons: groups smaller than ``[report] min_group``, what few said, cells that cannot be read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

from seglib.errors import InputError
from seglib.tables.small_tables import MIN_GROUP

__all__ = ["floor_of", "group_faults", "raised", "shape_of", "shared_values"]

LONGEST = 40  # signs of the shape of a value


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


def shared_values(values: pd.Series, people: pd.Series, least: int) -> list[str]:
    """Values that so many different people gave, by name; one of fewer may be free text that tells who they are.

    Examples
    --------
    >>> shared_values(pd.Series(["late", "late", "Ann took it"]), pd.Series(["a", "b", "c"]), 2)
    ['late']
    """
    sizes = people.groupby(values).nunique()
    return [str(value) for value in sizes.index[sizes >= least]]


def _too_small(name: str, asked: int, least: int) -> str:
    return (
        f"{name} is {asked}, below the {least} of [report] min_group. In a smaller group one could tell who somebody "
        f"is, so it may only be raised: give {least} or more, or change [report] min_group in shop.toml, which holds "
        "for every page."
    )


def shape_of(value: object) -> str:
    """What a value looks like, and not what it is: messages show it, since they end in mails and logs.

    Examples
    --------
    >>> print(shape_of("ann.smith@example.org"), shape_of("+49 170 1234567"), shape_of("31/13/2023"))
    'a...@...' '+00 000 0000000' '00/00/0000'
    """
    text = re.sub(r"[^\s@]+@[^\s@]+", "a...@...", str(value)[: 3 * LONGEST])
    text = re.sub(r"[^\W\d_]{4,}", "a...", re.sub(r"\d", "0", text))
    text = re.sub(r"[^\W\d_]", "a", text)
    return repr(text if len(text) <= LONGEST else f"{text[:LONGEST]}...")
