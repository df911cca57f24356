"""What must hold between the columns of an export: said in a format, told in words, checked for faults."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from seglib.errors import did_you_mean
from seglib.intake.formats.forms import TEXT, condition_faults, form_faults, shown, text_faults

__all__ = ["CENT", "identity_faults", "identity_text"]

CENT = "0.01"  # what both sides may differ by, where a format does not say
NEEDED = ("left", "right", "source")
MORE = ("of", "where", "tolerance")
SIGNS = {"sum": " + ", "minus": " − ", "times": " × ", "divided": " / "}


def identity_faults(told: list[Any], _known: list[str]) -> list[str]:
    """Faults of ``holds``: two sides that must be equal, and where that is from."""
    return [fault for each in told for fault in _faults(each)]


def _faults(told: Any) -> list[str]:
    if not isinstance(told, Mapping):
        return [f"{shown(told)}; expected left, right and source."]
    faults = [f"no {key} in {shown(dict(told))}." for key in NEEDED if key not in told]
    faults += [f"unknown key {key!r}.{did_you_mean(key, (*NEEDED, *MORE))}" for key in told if key not in NEEDED + MORE]
    faults += [fault for side in ("left", "right") if side in told for fault in form_faults(told[side], side, "float")]
    faults += text_faults(told.get("source", ""), TEXT, "source")
    if told.get("of", "row") not in ("row", "order"):
        faults.append(f"of is {shown(told['of'])}; expected row or order.")
    if "where" in told:
        where = {**told["where"], "why": ""} if isinstance(told["where"], Mapping) else told["where"]
        faults += [f"where: {fault}" for fault in condition_faults([where], "why")]
    try:
        float(told.get("tolerance", CENT))
    except (TypeError, ValueError):
        faults.append(f"tolerance is {shown(told['tolerance'])}; expected a number such as {CENT}.")
    return faults


def identity_text(told: Mapping[str, Any]) -> str:
    """An identity as a person writes it.

    Examples
    --------
    >>> identity_text({"left": "Subtotal", "right": {"minus": [
    ...     {"total": {"times": ["Price", "Qty"]}, "by": "Name"}, {"optional": "Discount"}]}})
    'Subtotal = Σ (Price × Qty) − Discount'
    """
    return f"{_words(told['left'])} = {_words(told['right'])}"


def _words(spec: Any, *, inside: bool = False) -> str:
    if isinstance(spec, str):
        return spec
    if isinstance(spec, list):
        return _words(spec[0], inside=inside)
    how = next(iter(spec))
    if how in SIGNS:
        text = SIGNS[how].join(_words(part, inside=how != "sum") for part in spec[how])
        return f"({text})" if inside and len(spec[how]) > 1 else text
    if how == "total":
        return f"Σ {_words(spec[how], inside=True)}"
    if how == "negative":
        return f"−{_words(spec[how], inside=True)}"
    return _words(spec[how], inside=inside)
