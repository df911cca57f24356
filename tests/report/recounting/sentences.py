"""A sentence of a page as a pattern, and the function that says what its words and numbers should be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from recounting.sums import Shop

N = r"([−€£$]*\d[\d,]*(?:\.\d+)?%?)"
WORDS = r"([^\s.;:()][^.;:()]*?)"
DATE = r"(\d{1,2} [A-Z][a-z]+ \d{4})"
ALL = ("demo", "complete-journey", "online-retail")
REAL = ALL[1:]
RETURNS = ("demo", "online-retail")  # where goods came back, and somebody bought as a guest
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True)
class Sentence:
    """A sentence of a page: ``values(shop, run)`` gives a value for each group of ``pattern``.

    ``run`` is the folder of the report, for what only the run can know, as whose persona is whose.
    """

    page: str
    pattern: str
    only: tuple[str, ...]
    values: Callable[[Shop, Path], list[Any]]


class Sentences(list[Sentence]):
    """Sentences in the order of their pages; called as a decorator of the function that recounts one."""

    def __call__(self, page: str, pattern: str, only: tuple[str, ...] = ALL) -> Callable[[Any], Any]:
        def keep(values: Any) -> Any:
            self.append(Sentence(page, pattern, only, values))
            return values

        return keep
