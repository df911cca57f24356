"""What small tables of several rooms share: rows fetched, one that cannot be made, the smallest group described."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from ibis.expr.types import Table

__all__ = ["LIKELY", "MIN_GROUP", "empty", "frame"]

LIKELY = 0.05  # p-values at or below it are told as a difference
MIN_GROUP = 10  # a group of fewer could give its members away


def frame(table: Table) -> pd.DataFrame:
    """Rows of an Ibis table; through Arrow, since Ibis' own way warns on pandas 3.1."""
    return table.to_pyarrow().to_pandas()


def empty(columns: str, needs: str = "") -> pd.DataFrame:
    """Table that cannot be made; ``attrs["needs"]`` says what it would take: a table, or what is to be told.

    Examples
    --------
    >>> empty("group share", "events").attrs["needs"]
    'events'
    """
    table = pd.DataFrame(columns=columns.split())
    table.attrs["needs"] = needs
    return table
