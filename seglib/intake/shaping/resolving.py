"""Which columns of a file a spec speaks of: the headers that are there, and what is wrong where they are not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from seglib.errors import InputError, did_you_mean
from seglib.intake.formats import Format, normalised
from seglib.intake.formats.forms import UNITS
from seglib.intake.shaping.paths import PATH

__all__ = ["BESIDE", "asked_for", "refuse_doubled", "resolve", "told_by"]

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
# Keys with words in them, and those with several columns of which all are taken.
WORDS = ("none", "map", "pattern", "with", "values", "other_than", "matches", "sign", "why", "state")
SEVERAL = ("first", "sum", "minus", "times", "divided", "join", "all", "repeats")


def told_by(headers: Mapping[str, str], specs: Mapping[str, Any]) -> dict[str, Any]:
    """Canonical column -> its spec with the names of a header, of those that the header tells.

    Examples
    --------
    >>> told_by({"email": "Email"}, {"customer_id": ["ID", "E-mail"], "amount": "Total"})
    {'customer_id': 'Email'}
    """
    found = {}
    for name, spec in specs.items():
        with suppress(InputError):  # part of a form is missing
            found[name] = resolve(spec, headers, "")
    return {name: spec for name, spec in found.items() if spec is not None}


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
    may_lack = how == "join"  # where the cells of a part may be empty, not only its column missing
    there = [
        {"optional": found} if may_lack and _is_optional(part) else found for part, found in parts if found is not None
    ]
    missing = [part for part, found in parts if found is None and not _is_optional(part)]
    if how == "first" or not missing:
        return {**spec, how: there} if there else None
    shown = _name(missing[0])
    raise InputError(f"{where}: no column {shown!r}.{did_you_mean(shown, headers.values(), word='Found')}")


def _name(spec: Any) -> str:
    while not isinstance(spec, str):
        spec = next(iter(spec.values())) if isinstance(spec, Mapping) else spec[0]
    return spec


def _is_optional(part: Any) -> bool:
    return isinstance(part, Mapping) and "optional" in part


def asked_for(spec: Any, headers: Mapping[str, str]) -> set[str]:
    """Columns of the file that a spec, or a rule with specs in it, takes.

    Examples
    --------
    >>> headers = {"gross": "Gross", "tax": "Tax"}
    >>> sorted(asked_for({"sum": [["Net", "Gross"], {"of": "Tax", "none": ["Gross"]}]}, headers))
    ['Gross', 'Tax']
    """
    if isinstance(spec, str):
        return {headers[normalised(spec)]} if normalised(spec) in headers else set()
    if isinstance(spec, Mapping):
        return set().union(*(_asked(how, inner, headers) for how, inner in spec.items() if how not in WORDS))
    return next((found for each in spec if (found := asked_for(each, headers))), set())


def _asked(how: str, inner: Any, headers: Mapping[str, str]) -> set[str]:
    if how in ("path", "constant", "row"):
        return asked_for(str(inner).partition(".")[0].partition("[")[0], headers) if how == "path" else set()
    if isinstance(inner, Sequence) and not isinstance(inner, str) and how in SEVERAL:
        return set().union(*(asked_for(each, headers) for each in inner))
    return asked_for(inner, headers)


def refuse_doubled(
    doubled: Sequence[str], layout: Format, by_hand: Mapping[str, Any], headers: Mapping[str, str], where: str
) -> None:
    """Refuse a column that is asked for and whose name stands twice in the header."""
    rules = [*layout.also, *layout.skip]
    rules += [{"column": part.get("column", ())} for part in (layout.states, layout.items, layout.refund_reference)]
    specs = [*{**layout.columns, **by_hand}.values(), *layout.order_cells.values(), *rules]
    asked = set().union(*(asked_for(spec, headers) for spec in specs)) if doubled else set()
    if twice := sorted(asked & set(doubled)):
        raise InputError(
            f"{where}: {twice[0]!r} stands twice in the header, and is asked for. Rename one of them in the file, so "
            f"that it is clear which is meant; the second goes by {twice[0] + '_2'!r} where a column is named."
        )
