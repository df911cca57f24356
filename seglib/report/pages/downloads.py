"""Files of a run as its first page lists them: name, size, what they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from seglib.language import words
from seglib.language.messages import gettext as _
from seglib.language.messages import mark

__all__ = ["MEANINGS", "meaning_of", "size_of", "tables_listed"]

# of the tables that every run keeps; others say it where they are kept: data.keep(name, table, meaning="...")
MEANINGS = {
    "customers.parquet": mark("One row a customer: behaviour, attributes, scores, segment and persona."),
    "side_ledger.csv": mark("Rows of the tables beside the orders: read, left out and why, used."),
    "ledger.csv": mark("Each cleaning step with rows, orders, customers and money before and after."),
    "quality.csv": mark("How complete each column of the order lines is."),
    "memberships.parquet": mark("One row a customer and segment: who is in which of the segments by rule."),
    "ledger_by_source.csv": mark("What each cleaning step took of each source and currency."),
}


def meaning_of(name: str, kept: Mapping[str, str]) -> str:
    """What a table is, in English; empty where nobody said it.

    Parameters
    ----------
    name : str
        Of the file.
    kept : mapping
        ``meanings`` of the run: what its notebooks said of the tables that they kept.
    """
    return MEANINGS.get(name) or kept.get(name, "")


def size_of(files: Iterable[Path]) -> str:
    """How much room files take, as a person writes it.

    Examples
    --------
    >>> size_of([])
    '1 kB'
    """
    size = sum(file.stat().st_size for file in files)
    return f"{words.count(max(1, size / 1000))} kB" if size < 1_000_000 else f"{words.number(size / 1e6, 1)} MB"


def tables_listed(tables: Path, kept: Mapping[str, str]) -> list[dict[str, str]]:
    """Every table of a run: ``href``, ``name``, ``size``, ``meaning``."""
    return [
        {
            "href": f"tables/{file.name}",
            "name": file.name,
            "size": size_of([file]),
            "meaning": _(meaning_of(file.name, kept)) or f"{words.label(file.stem)}.",
        }
        for file in sorted(tables.iterdir())
    ]
