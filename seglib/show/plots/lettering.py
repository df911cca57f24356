"""Room for text in whichever font a reader's system has: the widest and tallest of three families.

DejaVu Sans, which matplotlib brings, is the widest of them but for some letters; those are in wider.toml, written by
tests/browser/widths.py. For letters that it lacks, such as Chinese ones, matplotlib measures a box that is wider still.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

from matplotlib.font_manager import FontProperties

__all__ = ["ASCENT", "DESCENT", "beyond", "is_bold"]

ASCENT = 0.76  # of the size: the top of "l", at most
DESCENT = 0.24  # and the end of "p"


def beyond(text: str, *, bold: bool = False) -> float:
    """By how much of the size a text may be wider than in DejaVu Sans, whose letters are the widest but for a few.

    Examples
    --------
    >>> beyond("once"), beyond("JM"), beyond("JM", bold=True)
    (0.0, 0.26, 0.19)
    """
    wider = _wider()["bold" if bold else "normal"]
    return round(sum(wider.get(letter, 0.0) for letter in text), 2)


def is_bold(font: FontProperties) -> bool:
    """Whether a page writes this font bold.

    Examples
    --------
    >>> is_bold(FontProperties(weight="bold")), is_bold(FontProperties(weight=400))
    (True, False)
    """
    weight = font.get_weight()
    named = weight in ("bold", "heavy", "semibold", "demibold", "black")
    return named or (isinstance(weight, int) and weight > 550)


@cache
def _wider() -> dict[str, dict[str, float]]:
    """Weight -> letter -> how much wider than in DejaVu Sans, of the size."""
    told = tomllib.loads(resources.files("seglib.show.plots").joinpath("wider.toml").read_text(encoding="utf-8"))
    return {
        weight: {letter: int(much) / 100 for much, letters in own.items() for letter in letters}
        for weight, own in told.items()
    }
