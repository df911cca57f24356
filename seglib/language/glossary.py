"""The terms of the pages and what they mean, in the language of the report."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from seglib.language import words
from seglib.language.messages import Language, spoken
from seglib.language.messages import gettext as _

__all__ = ["definition", "entries", "sources"]

FILE = Path(__file__).with_name("glossary.toml")


@cache
def _told() -> list[Mapping[str, Any]]:
    return list(tomllib.loads(FILE.read_text(encoding="utf-8"))["entry"])


@lru_cache(maxsize=8)
def _explained(_language: Language) -> dict[str, str]:
    """Every column and label that has a definition, as pages of this language show it."""
    told = [(name, _(entry["definition"])) for entry in _told() for name in (entry["term"], *entry.get("explains", []))]
    found: dict[str, str] = {}
    for form in (str, _, words.label):  # two columns may share a heading: a heading that is told itself goes first
        for name, meaning in told:
            found.setdefault(form(name).casefold(), meaning)
    return found


def definition(column_or_label: str) -> str:
    """What a column, a heading or the name of a number means.

    Parameters
    ----------
    column_or_label : str
        A column such as ``"recency_days"``, or its heading as a page shows it.

    Returns
    -------
    str: one or two sentences, empty when the glossary has none.

    Examples
    --------
    >>> definition("tenure_days")
    'Whole days from the first order ever seen to the as-of date.'
    >>> definition("Days between orders") == definition("interpurchase_days"), definition("no such term")
    (True, '')
    """
    return _explained(spoken()).get(str(column_or_label).casefold(), "")


def entries() -> list[tuple[str, str]]:
    """All terms with their definitions, by the alphabet.

    Examples
    --------
    >>> entries()[0][0], len(entries()) > 40
    ('95% interval', True)
    """
    return sorted(
        ((_(entry["term"]), _(entry["definition"])) for entry in _told()), key=lambda told: told[0].casefold()
    )


def sources() -> dict[str, str]:
    """Who defined a term, where somebody did.

    Examples
    --------
    >>> sources()["Silhouette"]
    'Rousseeuw 1987, Journal of Computational and Applied Mathematics 20'
    """
    return {_(entry["term"]): entry["source"] for entry in _told() if "source" in entry}
