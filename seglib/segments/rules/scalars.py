"""Kinds of values, and the functions of rules that are worked out from the values at hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

__all__ = ["COMPARE", "SCALARS", "Scalar", "kind_of", "kinds_told"]


@dataclass(frozen=True)
class Scalar:
    """A function of rules that is worked out from the values at hand."""

    arguments: tuple[str, ...]  # kinds; "same" for any kind, all alike
    kind: str  # of the result; "same" as the arguments
    meaning: str
    work_out: Callable[..., Any]
    least: int = 1  # how many arguments
    most: int = 1

    def written(self, name: str) -> str:
        """How it is called.

        Examples
        --------
        >>> SCALARS["round"].written("round"), SCALARS["least"].written("least")
        ('round(number, digits)', 'least(value, value, ...)')
        """
        asked = ["value" if kind == "same" else kind for kind in self.arguments]
        return f"{name}({', '.join(asked + ['...'] * (self.most > len(asked)))})"


def _rounded(value: Decimal, digits: Decimal = Decimal(0)) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-int(digits)), rounding=ROUND_HALF_UP)


SCALARS = {
    "abs": Scalar(("number",), "number", "size without sign", abs),
    "round": Scalar(("number", "digits"), "number", "rounded, to so many digits if told", _rounded, 1, 2),
    "coalesce": Scalar(("same", "same"), "same", "the first that is known", lambda *values: values[0], 2, 50),
    "lower": Scalar(("text",), "text", "in small letters", str.lower),
    "upper": Scalar(("text",), "text", "in capital letters", str.upper),
    "length": Scalar(("text",), "number", "how many characters", lambda text: Decimal(len(text))),
    "least": Scalar(("same", "same"), "same", "the smallest that is known", min, 2, 50),
    "greatest": Scalar(("same", "same"), "same", "the largest that is known", max, 2, 50),
    "year": Scalar(("date",), "number", "year of a date", lambda day: Decimal(day.year)),
    "month": Scalar(("date",), "number", "month of a date, 1 to 12", lambda day: Decimal(day.month)),
}
COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: a == b,
    "<>": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def kind_of(value: Any) -> str:
    """Kind of a setting: number, text, boolean, date, or "" where it is none of them.

    Examples
    --------
    >>> kind_of(0.1), kind_of("revenue"), kind_of(True), kind_of(dt.date(2024, 1, 1)), kind_of([1])
    ('number', 'text', 'boolean', 'date', '')
    """
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float | Decimal):
        return "number" if -(10**15) < value < 10**15 else ""  # as it is: a float cannot hold every whole number
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return "date"
    return "text" if isinstance(value, str) else ""


def kinds_told(kind: str) -> str:
    """A kind as a person says it."""
    return {"boolean": "yes/no"}.get(kind, kind)
