"""One sheet of the workbook: a table, what it is, and headings that Excel takes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pandas as pd

from seglib.language import words
from seglib.language.messages import gettext as _

__all__ = ["Sheet", "headings", "legal_names"]

LONGEST_NAME, LONGEST_HEADING = 31, 200
FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
RESERVED = "history"  # Excel keeps this name for itself


@dataclass(frozen=True)
class Sheet:
    """``rows`` as they were computed; ``heads`` tells headings in English where a column's own name does not do.

    ``table`` is the file that the rows are of, without its ending; it tells in what they are measured.
    """

    title: str
    what: str
    rows: pd.DataFrame
    heads: Mapping[str, str] = field(default_factory=dict)
    table: str = "customers"


def legal_names(titles: Iterable[str]) -> list[str]:
    """Names that Excel takes for sheets: of 31 letters, without ``[]:*?/\\``, no two alike.

    Examples
    --------
    >>> legal_names(["Tea / Coffee?", "tea coffee", "", "'History'"])
    ['Tea Coffee', 'tea coffee 2', '- 3', 'History 4']
    """
    taken, found = {"", RESERVED}, list[str]()
    for place, title in enumerate(titles, 1):
        plain = " ".join("".join(filter(str.isprintable, title.translate(FORBIDDEN))).split()).strip("'")
        name = _cut(plain, LONGEST_NAME)
        if name.casefold() in taken:
            ending = f" {place}"
            name = _cut(plain or "-", LONGEST_NAME - len(ending)) + ending
        taken.add(name.casefold())
        found.append(name)
    return found


def _cut(text: str, most: int) -> str:
    """Text of at most so many letters as Excel counts them, two for one beyond the basic plane."""
    text = text[:most]
    while len(text.encode("utf-16-le")) > 2 * most:
        text = text[:-1]
    return text.strip().strip("'")


def headings(sheet: Sheet) -> list[str]:
    """A heading for each column, in the language of the report, no two alike.

    Examples
    --------
    >>> table = pd.DataFrame(columns=["customers", "customers_share", "last_order_at"])
    >>> headings(Sheet("", "", table, {"last_order_at": "Last order"}))
    ['Customers', 'Customers (customers_share)', 'Last order']
    """
    found = list[str]()
    for column in map(str, sheet.rows):
        text = _(sheet.heads[column]) if column in sheet.heads else words.label(column)
        plain = " ".join("".join(c if c.isprintable() else " " for c in text).split()) or "-"
        same = plain.casefold() in {one.casefold() for one in found}
        found.append(f"{plain} ({column})"[:LONGEST_HEADING] if same else plain[:LONGEST_HEADING])
    return found
