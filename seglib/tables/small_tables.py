"""What small tables of several rooms share: rows fetched, one that cannot be made, the smallest group described."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from ibis.expr.types import Table

__all__ = ["LIKELY", "MIN_COMPANIES", "MIN_GROUP", "by_customer", "empty", "frame", "stacked"]

LIKELY = 0.025  # adjusted p-values at or below it are told as a difference: half of the 5% promised, so that it holds
# Persons of the smallest group that is described: of fewer, one could tell who they are, and chance decides. A shop may
# say another number ([report] min_group).
MIN_GROUP = 30
MIN_COMPANIES = 5  # companies are few, and no persons whose privacy a larger group would keep


def frame(table: Table) -> pd.DataFrame:
    """Rows of an Ibis table; through Arrow, since Ibis' own way warns on pandas 3.1."""
    return table.to_pyarrow().to_pandas()


def by_customer(table: Table) -> pd.DataFrame:
    """Rows of an Ibis table, indexed by ``customer_id``."""
    found = frame(table).set_index("customer_id")
    found.index = found.index.astype("str")
    return found


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


def stacked(tables: Mapping[str, pd.DataFrame], column: str) -> pd.DataFrame:
    """Tables below each other, their names in a leading column; those without a name or without rows are left out.

    Examples
    --------
    >>> stacked({"rfm": pd.DataFrame({"segment": ["Best"]}), "": pd.DataFrame({"segment": ["?"]})}, "segmentation")
      segmentation segment
    0          rfm    Best
    """
    named = [table.assign(**{column: name}) for name, table in tables.items() if name and len(table)]
    found = pd.concat(named, ignore_index=True) if named else pd.DataFrame(columns=[column])
    return found[[column, *(name for name in found if name != column)]]
