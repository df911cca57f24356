"""Text without what means nothing, and where in a column something stands."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from seglib.errors import InputError
from seglib.tables.privacy import shape_of

__all__ = ["AmbiguousError", "as_text", "counts", "first", "holding"]

NOTHING = ("", "null", "NULL", "none", "None", "NONE", "nan", "NaN", "NAN", "n/a", "N/A", "#N/A", r"\N", "-")


class AmbiguousError(InputError):
    """Values that two readings fit: day and month, or thousands and decimals, cannot be told apart."""


def as_text(column: ir.Column) -> ir.Column:
    """Text without surrounding space; ids that a tool has turned into 17850.0 lose the ``.0``."""
    if column.type().is_integer():
        return column.cast("string")
    if column.type().is_floating():
        whole = column.try_cast("int64")
        text = ibis.ifelse(column == whole, whole.cast("string"), column.cast("string"))
        return ibis.ifelse(column.isnan(), ibis.null("string"), text)
    text = column.cast("string").strip()
    return ibis.ifelse(ibis.array(NOTHING).contains(text), ibis.null("string"), text)  # isin: a join for each column


def holding(condition: ir.BooleanValue) -> ir.IntegerScalar:
    """In how many rows a condition holds; 0 of none."""
    return ibis.coalesce(condition.cast("int64").sum(), 0)


def counts(table: ir.Table, **shapes: ir.BooleanColumn) -> dict[str, int]:
    """In how many rows each condition holds, in one pass."""
    found = table.aggregate(**{name: holding(shape) for name, shape in shapes.items()})
    return dict(found.to_pyarrow().to_pylist()[0])


def first(text: ir.Column, bad: ir.BooleanColumn) -> str:
    """Where the first value that meets a condition stands, and what it looks like."""
    rows = ibis.row_number().name("row")
    table = text.name("value").as_table().mutate(rows, bad=bad).filter(lambda t: t.bad).order_by("row").limit(1)
    found = table.to_pyarrow().to_pylist()[0]
    return f"row {found['row'] + 1} of the data: {shape_of(found['value'])}"
