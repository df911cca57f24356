"""What each column of the tables that a run keeps means, and in what it is measured (``columns.toml``)."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from seglib.language.cells import kind_of
from seglib.language.glossary import definition
from seglib.tables.canonical import CUSTOMERS, TABLES

__all__ = ["meaning_of_column", "unit_of"]

FILE = Path(__file__).with_name("columns.toml")
LIKE = {"rule_profiles": "profiles", "segments_of_people": "segments"}  # tables of the same columns


def meaning_of_column(table: str, column: str) -> str:
    """What a column of a kept table means, in the English of the file; empty for what the data or a notebook brought.

    Examples
    --------
    >>> meaning_of_column("moves", "move"), meaning_of_column("customers", "frequency")
    ('slips, by waiting, or rises, by one order', 'orders in the window')
    """
    told = _told()
    found = told["tables"].get(LIKE.get(table, table), {}).get(column, "")
    measures = {one.name: one.meaning for one in (*TABLES["contacts"], *CUSTOMERS)} if table == "customers" else {}
    return str(found or measures.get(column) or told["columns"].get(column) or definition(column))


def unit_of(table: str, column: str) -> str:
    """What the numbers of a column are: money, share, days, or empty.

    Examples
    --------
    >>> unit_of("rfm_segments", "revenue"), unit_of("schemes", "money"), unit_of("abandoned_carts", "value")
    ('money', 'share', 'money')
    """
    return str(_told()["units"].get(f"{table}.{column}", kind_of(column)))


@cache
def _told() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))
