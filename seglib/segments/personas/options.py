"""What a shop or a reader may choose about its personas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from seglib.errors import InputError, did_you_mean
from seglib.language import words
from seglib.language.messages import mark
from seglib.tables.privacy import raised
from seglib.tables.small_tables import MIN_GROUP

__all__ = ["CANDIDATE_LABELS", "METHODS", "PersonaOptions", "limit_text", "persona_options"]

CANDIDATE_LABELS = {
    "k": mark("Groups"),
    "stability": mark("Halves agree"),
    "worst_jaccard": mark("Weakest group"),
    "silhouette": mark("Separation"),
    "silhouette_reference": mark("Without groups"),
    "kind": (mark("Kind"), "label"),
    "subsamples": mark("Best in halves"),
    "reason": mark("Verdict"),
}
METHODS = ("kmeans", "gaussian_mixture", "hdbscan")


@dataclass(frozen=True)
class PersonaOptions:
    """Features, number of groups (0: recommended), method and smallest group described."""

    features: list[str] | None = None
    k: int = 0
    method: str = "kmeans"
    min_group: int = MIN_GROUP

    @property
    def ks(self) -> range:
        """Numbers of groups worth comparing: 2 to 8, further if more were asked for."""
        return range(2, max(8, self.k) + 1)


def limit_text(limit: float) -> str:
    """A limit with as many decimals as it was given with.

    Examples
    --------
    >>> limit_text(0.7), limit_text(0.65)
    ('0.7', '0.65')
    """
    return words.number(limit, len(f"{limit:g}".partition(".")[2]))


def persona_options(
    settings: Mapping[str, Any] | None = None,
    *,
    features: Sequence[str] = (),
    k: int = 0,
    method: str = "kmeans",
    min_group: int = 0,
    least: int = 0,
) -> PersonaOptions:
    """Put a shop's settings and a notebook's parameters together; a parameter left at its default gives way.

    Parameters
    ----------
    settings : mapping, optional
        The shop's ``[personas]`` settings: ``features``, ``k``, ``method``, ``min_group``.
    features, k, method, min_group
        A notebook's parameters.
    least : int
        The smallest group that the shop describes, which ``min_group`` may only raise.

    Raises
    ------
    InputError
        Every unknown key, unknown method, or number out of range.

    Examples
    --------
    >>> persona_options({"k": 5, "min_group": 50}, k=3)
    PersonaOptions(features=None, k=3, method='kmeans', min_group=50)
    """
    settings = dict(settings or {})
    known = [field.name for field in fields(PersonaOptions)]
    faults = [f"[personas]: unknown setting {key!r}.{did_you_mean(key, known)}" for key in settings if key not in known]
    merged: dict[str, Any] = {"features": list(features) or None, "k": k, "method": method}
    for name, given in merged.items():
        merged[name] = settings.get(name, given) if given == getattr(PersonaOptions, name) else given
    merged["features"] = list(merged["features"] or []) or None
    merged["min_group"] = min_group or settings.get("min_group", least or MIN_GROUP)
    faults += _out_of_range(merged)
    if faults:
        raise InputError(faults)
    return PersonaOptions(**{**merged, "min_group": raised(least, merged["min_group"])})


def _out_of_range(merged: Mapping[str, Any]) -> list[str]:
    method = str(merged["method"])
    faults = [] if method in METHODS else [f"[personas]: method is {method!r}.{did_you_mean(method, METHODS)}"]
    return faults + [
        f"[personas]: {name} is {merged[name]!r}, expected a whole number of at least {least}."
        for name, least in (("k", 0), ("min_group", 1))
        if isinstance(merged[name], bool) or not isinstance(merged[name], int) or merged[name] < least
    ]
