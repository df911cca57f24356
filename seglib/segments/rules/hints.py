"""What messages about names and kinds say beside the fault itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from seglib.errors import did_you_mean
from seglib.segments.rules.scalars import SCALARS
from seglib.tables.measures import FUNCTIONS

__all__ = ["MEASURED", "as_called", "as_seen", "hint", "unlike"]

MEASURED = {function.name: function for function in FUNCTIONS}


def as_called(name: str) -> str:
    """How a function is called.

    Examples
    --------
    >>> as_called("spent_on"), as_called("coalesce")
    ('spent_on(text)', 'coalesce(value, value, ...)')
    """
    if name in MEASURED:
        return f"{name}({', '.join(MEASURED[name].arguments)})"
    return SCALARS[name.lower()].written(name.lower())


def hint(name: str, known: Iterable[str]) -> str:
    """Near names, or where all of them are listed."""
    return did_you_mean(name, known, otherwise=" docs/rules.md lists what rules may speak of.")


def as_seen(name: str) -> str:
    """A name, and which of its letters only look like those of another.

    Examples
    --------
    >>> print(as_seen("r\u0435gion"))
    'r\\u0435gion' (with 'е', a letter of another alphabet)
    """
    odd = sorted({letter for letter in name if ord(letter) > 126})
    letters = ", ".join(repr(letter) for letter in odd[:5])
    return ascii(name[:60]) + (f" (with {letters}, a letter of another alphabet)" if odd else "")


def unlike(kinds: Sequence[str]) -> str:
    """What to do where two kinds do not go together."""
    quotes = " Texts take single quotes, numbers none." if set(kinds) == {"number", "text"} else ""
    return f" Compare like with like.{quotes}"
