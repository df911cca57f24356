"""How complete the columns of the lines are."""

from __future__ import annotations

import ibis.expr.types as ir
import pandas as pd

from seglib.language.messages import mark
from seglib.tables.privacy import shape_of
from seglib.tables.small_tables import MIN_GROUP

__all__ = ["column_quality"]

UNTOLD = mark("(not shown)")
# columns of the work, not of the file
UNSHOWN = ("step", "copy", "source", "state", "amount_told", "items", "contact_id")


def column_quality(lines: ir.Table, min_group: int = MIN_GROUP) -> pd.DataFrame:
    """How complete each column of the raw lines is.

    Parameters
    ----------
    lines : ibis Table
        Canonical lines before cleaning, one row a line.
    min_group : int
        Of text that fewer customers share, the shape is the example.

    Returns
    -------
    DataFrame: column, missing (rows), missing_share, distinct (values), example.
    """
    names = [name for name in lines.columns if name not in UNSHOWN]
    asked = {f"{kind}_{name}": value for name in names for kind, value in _facts(lines[name]).items()}
    told = lines.aggregate(rows=lines.count(), **asked).to_pyarrow().to_pylist()[0]
    total = max(told["rows"], 1)
    table = [
        (
            name,
            told[f"missing_{name}"] or 0,
            (told[f"missing_{name}"] or 0) / total,
            told[f"distinct_{name}"],
            _example(lines, name, told[f"example_{name}"], min_group),
        )
        for name in names
    ]
    return pd.DataFrame(table, columns=["column", "missing", "missing_share", "distinct", "example"])


def _facts(column: ir.Column) -> dict[str, ir.Scalar]:
    return {
        "missing": column.isnull().cast("int64").sum(),
        "distinct": column.nunique(),
        "example": column.cast("string").min(),
    }


def _example(lines: ir.Table, name: str, least: str | None, min_group: int) -> str | None:
    """The least value that can be shown, since pages are shared: of text one of many customers, else its shape."""
    if name == "customer_id":
        return UNTOLD
    if least is None or not lines[name].type().is_string():
        return least
    if name == "order_id":  # of one customer, each
        return shape_of(least)
    if lines.filter(lines[name] == least).customer_id.nunique().to_pyarrow().as_py() >= min_group:
        return least
    people = lines.group_by(value=lines[name]).agg(people=lines.customer_id.nunique())
    shared = people.filter(people.people >= min_group)["value"].min().to_pyarrow().as_py()
    return shape_of(least) if shared is None else shared
