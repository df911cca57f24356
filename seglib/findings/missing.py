"""What a page says where a shop cannot tell, and about groups too small to be described."""

from __future__ import annotations

import pandas as pd

from seglib.words import plural

__all__ = ["not_available", "not_described"]

# What is missing -> the table of shop.toml that would bring it.
TABLES = {"events": "events", "orders": "lines", "tickets": "tickets", "responses": "responses"}
NAMES = {"responses": "survey responses"}


def not_available(table: pd.DataFrame) -> str:
    """Why a table is empty.

    Examples
    --------
    >>> table = pd.DataFrame()
    >>> table.attrs["needs"] = "events"
    >>> not_available(table)
    'Not available: this shop has no events; add [tables.events] to shop.toml.'
    >>> table.attrs["needs"] = "events with channels"
    >>> not_available(table)
    'Not available: this takes events with channels.'
    """
    needs = str(table.attrs.get("needs", ""))
    if needs in TABLES:
        return f"Not available: this shop has no {NAMES.get(needs, needs)}; add [tables.{TABLES[needs]}] to shop.toml."
    return f"Not available: this takes {needs}." if needs else "Not available: there is nothing to tell of."


def not_described(table: pd.DataFrame) -> str:
    """How many groups are too small to be described, as the end of a caption; empty where there is none.

    Examples
    --------
    >>> table = pd.DataFrame()
    >>> table.attrs["small_groups"] = 2
    >>> not_described(table)
    ' 2 groups are too small to be described.'
    """
    small = int(table.attrs.get("small_groups", 0))
    return f" {plural(small, 'group')} {'is' if small == 1 else 'are'} too small to be described." if small else ""
