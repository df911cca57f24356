"""How complete the columns of the lines are."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
import pandas as pd

from seglib.language.messages import mark

__all__ = ["column_quality"]

UNSHOWN = ("step", "copy", "source", "state", "amount_told")  # columns of the work, not of the file


def column_quality(lines: ir.Table) -> pd.DataFrame:
    """How complete each column of the raw lines is.

    Parameters
    ----------
    lines : ibis Table
        Canonical lines before cleaning, one row a line.

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
            told[f"example_{name}"],
        )
        for name in names
    ]
    return pd.DataFrame(table, columns=["column", "missing", "missing_share", "distinct", "example"])


def _facts(column: ir.Column) -> dict[str, ir.Scalar]:
    return {
        "missing": column.isnull().cast("int64").sum(),
        "distinct": column.nunique(),
        # shared pages show this table: no customer is named in it
        "example": column.cast("string").min()
        if column.get_name() != "customer_id"
        else ibis.literal(mark("(not shown)")),
    }
