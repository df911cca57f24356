"""Groups of people as every table of this room tells them: everyone first, small groups not described."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from seglib.language.naming import EVERYONE
from seglib.tables.small_tables import empty

__all__ = ["groups_of", "stacked"]


def groups_of(people: pd.DataFrame, by: pd.Series | None, min_group: int) -> tuple[list[tuple[str, pd.DataFrame]], int]:
    """Everyone, then each group with at least ``min_group`` people, largest first; and how many were too small."""
    everyone = [(EVERYONE, people)]
    if by is None:
        return everyone, 0
    named = by.reindex(people.index)
    sizes = named.value_counts().sort_index().sort_values(ascending=False, kind="stable")
    sizes = sizes[sizes > 0]
    chosen = [
        (str(name), people[(named == name).to_numpy(dtype=bool, na_value=False)]) for name in _kept(sizes, min_group)
    ]
    return everyone + chosen, int((sizes < min_group).sum())


def _kept(sizes: pd.Series, min_group: int) -> Iterator[object]:
    return (name for name, size in sizes.items() if size >= min_group)


def stacked(tables: list[pd.DataFrame], columns: str, small_groups: int) -> pd.DataFrame:
    """Tables one below the other; ``attrs["small_groups"]`` says how many groups are not described."""
    filled = [table for table in tables if len(table)]
    table = pd.concat(filled, ignore_index=True)[columns.split()] if filled else empty(columns)
    table.attrs["small_groups"] = small_groups
    return table
