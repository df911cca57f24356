"""Which columns of a file a spec speaks of: the headers that are there, and what is wrong where they are not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from seglib.errors import InputError, did_you_mean
from seglib.intake.formats import normalised
from seglib.intake.formats.forms import UNITS
from seglib.intake.shaping.paths import PATH

__all__ = ["BESIDE", "resolve"]

BESIDE = ("none", "map", "pattern", "with", "where", "by", *UNITS)  # keys that go with a form
SINGLE = (
    "of",
    "negative",
    "size",
    "at_least_zero",
    "needed",
    "earliest",
    "latest",
    "total",
    "filled",
    "later",
)  # forms of one column


def resolve(spec: Any, headers: Mapping[str, str], where: str) -> Any:
    """A column's spec with the names that the file has, None where it has none of them.

    Parameters
    ----------
    spec : str, list or mapping
        Header, headers of which the first there is taken, or a form.
    headers : mapping
        Normalised name -> name in the file.
    where : str
        File and canonical column, named in the message.

    Raises
    ------
    InputError
        Part of a form is missing.

    Examples
    --------
    >>> resolve(["Customer", "E-mail"], {"email": "Email"}, "a.csv")
    'Email'
    """
    if isinstance(spec, str):
        return headers.get(normalised(spec))
    if isinstance(spec, Sequence):
        found = (resolve(each, headers, where) for each in spec)
        return next((each for each in found if each is not None), None)
    how = next(key for key in spec if key not in BESIDE)
    if how in ("constant", "row"):
        return spec
    if how == "optional":
        return _resolve_optional(spec[how], headers, where)
    if how == "path":
        return headers.get(normalised(PATH + str(spec[how])))
    if how in SINGLE:
        beside = {key: resolve(spec[key], headers, where) for key in ("by", *UNITS) if key in spec}
        inner = resolve(spec[how], headers, where)
        return None if inner is None or None in beside.values() else {**spec, **beside, how: inner}
    return _resolve_parts(spec, how, headers, where)


def _resolve_optional(spec: Any, headers: Mapping[str, str], where: str) -> Any:
    """What may be missing as a whole, whatever part of it is."""
    try:
        return resolve(spec, headers, where)
    except InputError:
        return None


def _resolve_parts(spec: Mapping[str, Any], how: str, headers: Mapping[str, str], where: str) -> Any:
    parts = [(part, resolve(part, headers, where)) for part in spec[how]]
    there = [found for _, found in parts if found is not None]
    missing = [part for part, found in parts if found is None and not _is_optional(part)]
    if how == "first" or not missing:
        return {**spec, how: there} if there else None
    shown = _name(missing[0])
    raise InputError(f"{where}: no column {shown!r}.{did_you_mean(shown, headers.values())}")


def _name(spec: Any) -> str:
    while not isinstance(spec, str):
        spec = next(iter(spec.values())) if isinstance(spec, Mapping) else spec[0]
    return spec


def _is_optional(part: Any) -> bool:
    return isinstance(part, Mapping) and "optional" in part
