"""Which division of the customers to act on, in a sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from seglib.language import words
from seglib.language.messages import gettext as _
from seglib.language.messages import mark
from seglib.show.findings.digest import SCHEMES

__all__ = ["ahead", "none_ahead", "not_compared"]

ALONE = mark("Act on {scheme}: no other division of the customers is in this report.")
UNCOMPARED = mark(
    "Act on {scheme}, the best known here; which division tells most of what customers do next could not be compared."
)
NONE = mark(
    "Act on {scheme}, the best known here: of the divisions with lists of customers that could be compared, none "
    "surely tells more of what they do next than plain bands do."
)
AHEAD = mark(
    "Act on {scheme}: they surely tell more of what customers do next than plain bands do ({share} of the order of "
    "next period's revenue, against {bands_share} by “{bands}”)."
)


def not_compared(scheme: str, others: Sequence[str]) -> str:
    """Where the shop's past was not asked; ``others`` are the divisions beside it."""
    return _(UNCOMPARED if others else ALONE, scheme=_(SCHEMES[scheme]))


def none_ahead(scheme: str) -> str:
    """Where none of those that a run keeps surely beats plain bands; what else page 05 compares is not spoken of.

    Examples
    --------
    >>> none_ahead("rfm_segment")[:50]
    'Act on RFM segments, the best known here: of the d'
    """
    return _(NONE, scheme=_(SCHEMES[scheme]))


def ahead(scheme: str, row: Mapping[str, Any], bands: float) -> str:
    """Where one surely does.

    Parameters
    ----------
    scheme : str
        Column of the customers.
    row : mapping
        Of :func:`seglib.segments.schemes.compare_schemes`.
    bands : float
        What the best plain bands explain.
    """
    told = {"scheme": _(SCHEMES[scheme]), "share": words.percent(row["explained"])}
    return _(AHEAD, **told, bands=words.name(str(row["rival"])), bands_share=words.percent(bands))
