"""What the words of a status mean, in the languages that are read."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

__all__ = ["UNKNOWN", "meanings_of", "state_of"]

UNKNOWN = "unknown"
WORDS = Path(__file__).with_name("states.toml")
LETTERS = str.maketrans("łŁøØđĐıß", "lLoOdDis")
PARTLY = re.compile(
    r"\bpartial\w*[ _-]*(?:refund|return)|\bteil\w*erstattet|\bpartielle\w* rembours|parzialmente rimbors"
)


@cache
def _stems() -> Mapping[str, re.Pattern[str]]:
    told = tomllib.loads(WORDS.read_text(encoding="utf-8"))
    return {state: re.compile("|".join(map(_pattern, words))) for state, words in told.items()}


def _pattern(word: str) -> str:
    return rf"\b{re.escape(word.removesuffix('$'))}" + (r"\b" if word.endswith("$") else "")


def state_of(value: str) -> str:
    """What a value of a status means, by the beginnings of its words; ``unknown`` where none is known.

    Examples
    --------
    >>> state_of("Cancelled by customer"), state_of("Shipped - Returned to Seller"), state_of("bezahlt"), state_of("B7")
    ('cancelled', 'refunded', 'sale', 'unknown')
    """
    if not value.strip():
        return "sale"  # an empty cell says nothing against it
    text = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", _bare(value.translate(LETTERS)))  # AwaitingPayment
    text = re.sub(r"[_\s]+", " ", text).lower()
    if PARTLY.search(text):
        return "sale"  # how much was given back is told elsewhere
    return next((state for state, stems in _stems().items() if stems.search(text)), UNKNOWN)


def _bare(value: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFKD", value) if not unicodedata.combining(sign))


def meanings_of(values: Iterable[str]) -> dict[str, list[str]]:
    """State -> the values that mean it, as the ``states`` of a format has it.

    Examples
    --------
    >>> meanings_of(["Paid", "void", "x1"])
    {'sale': ['Paid'], 'cancelled': ['void'], 'unknown': ['x1']}
    """
    found: dict[str, list[str]] = {}
    for value in values:
        found.setdefault(state_of(value), []).append(value)
    return found
