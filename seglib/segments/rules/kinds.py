"""Kinds of the columns of a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from seglib.tables.measures import PEOPLE

__all__ = ["kinds_of"]

KINDS = {measure.name: measure.kind for measure in PEOPLE}


def kinds_of(columns: pd.DataFrame | Mapping[str, str] | Iterable[str]) -> dict[str, str]:
    """Kind of each column, from its type; a column without any value has the kind that its name has.

    Parameters
    ----------
    columns : DataFrame, mapping of str to str, or names
        People; or kinds, which stay as they are; or names alone, of which those of
        :data:`seglib.tables.measures.PEOPLE` have a kind and others may be of any, ``""``.

    Returns
    -------
    dict of column to number, text, boolean or date.

    Examples
    --------
    >>> kinds_of(pd.DataFrame({"age": [30], "city": ["Rome"], "member": [True]}))
    {'age': 'number', 'city': 'text', 'member': 'boolean'}
    >>> kinds_of(["age", "shoe_size"])
    {'age': 'number', 'shoe_size': ''}
    """
    if isinstance(columns, pd.DataFrame):
        return {str(name): _kind(str(name), columns[name]) for name in columns.columns}
    return dict(columns) if isinstance(columns, Mapping) else {name: KINDS.get(name, "") for name in columns}


def _kind(name: str, column: pd.Series) -> str:
    if name in KINDS and bool(column.isna().all()):
        return KINDS[name]
    if pd.api.types.is_bool_dtype(column.dtype):
        return "boolean"
    if pd.api.types.is_numeric_dtype(column.dtype):
        return "number"
    return "date" if pd.api.types.is_datetime64_any_dtype(column.dtype) else "text"
