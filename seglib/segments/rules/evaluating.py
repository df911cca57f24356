"""Checked rules run over the people, in a database that can do nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa

from seglib.segments.rules.expressions import Expression, to_sql, walk

__all__ = ["Frame", "evaluate", "quartile_spreads"]

TYPES = {"number": pa.float64(), "text": pa.string(), "boolean": pa.bool_(), "date": pa.date32()}
CHUNK = 50_000  # rows; one chunk alone would keep one core busy
# Told once and locked: no files, no network, no extensions, no look at the variables of Python.
LOCKS = {
    "python_enable_replacements": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "enable_external_access": "false",
    "lock_configuration": "true",
}


class Frame:
    """People and what was measured of them, side by side; columns go to the database when a rule names them."""

    def __init__(self, people: pd.DataFrame, measured: pd.DataFrame | None = None) -> None:
        beside = None if measured is None else measured.reindex(people.index)
        self.people = people
        self.measured = pd.DataFrame(index=people.index) if beside is None else beside

    def at(self, row: int) -> Frame:
        """The person in a row alone."""
        return Frame(self.people.iloc[[row]], self.measured.iloc[[row]])

    def column(self, part: Expression) -> pa.Array:
        """The values that a column or a measured call stands for, missing where not known."""
        found = self.measured[part.value.column] if part.op == "measured" else self.people[part.value]
        return arrow_column(found, part.kind)


def arrow_column(column: pd.Series, kind: str) -> pa.Array:
    """Values of a kind; not a number and infinite are not known."""
    if kind == "number":
        values = column.to_numpy("float64", na_value=np.nan)
        return pa.array(values, mask=~np.isfinite(values))
    if kind == "date":
        return pa.array(pd.to_datetime(column).dt.tz_localize(None).astype("datetime64[s]")).cast(pa.date32())
    if kind == "text" and isinstance(column.dtype, pd.StringDtype):
        return pa.array(column, from_pandas=True).cast(pa.string())
    if kind == "boolean" and pd.api.types.is_bool_dtype(column.dtype):
        unknown = column.isna().to_numpy(dtype=bool)
        return pa.array(column.to_numpy(dtype=bool, na_value=False), mask=unknown)
    values = column.astype("object").where(column.notna(), None)
    return pa.array([None if v is None else str(v) if kind == "text" else bool(v) for v in values], TYPES[kind])


@contextmanager
def _locked(table: pa.Table) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(":memory:", config={}) as connection:
        connection.register("people", table)
        for name, value in LOCKS.items():
            connection.execute(f"SET {name} = {value}")
        yield connection


def _table(frame: Frame, expressions: Sequence[Expression]) -> tuple[pa.Table, Mapping[str, str]]:
    used: dict[str, Expression] = {}
    for part in (part for one in expressions for part in walk(one)):
        if part.op in ("column", "measured"):
            used.setdefault(part.value.column if part.op == "measured" else part.value, part)
    names = {name: f"c{i}" for i, name in enumerate(used)}
    arrays = [frame.column(part) for part in used.values()]
    present = pa.array(np.ones(len(frame.people), dtype=bool))
    whole = pa.Table.from_arrays([present, *arrays], ["present", *names.values()])
    return pa.Table.from_batches(whole.to_batches(max_chunksize=CHUNK), whole.schema), names


def evaluate(frame: Frame, expressions: Sequence[Expression]) -> pa.Table:
    """Each expression for everyone, in the order of the people: columns e0, e1, ...; null where not known.

    Parameters
    ----------
    frame : Frame
    expressions : sequence of Expression
        Only columns that the frame has.

    Returns
    -------
    pyarrow Table, a row a person.
    """
    if not expressions:
        return pa.table({"present": np.ones(len(frame.people), dtype=bool)})
    table, names = _table(frame, expressions)
    asked = ", ".join(f"{to_sql(one, names)} AS e{i}" for i, one in enumerate(expressions))
    with _locked(table) as connection:
        return connection.execute(f"SELECT {asked} FROM people").to_arrow_table()


def quartile_spreads(frame: Frame, expressions: Sequence[Expression]) -> list[float]:
    """Distance between the quartiles of each number among the people, then of all values where it is 0; 0 for none."""
    if not expressions:
        return []
    table, names = _table(frame, expressions)
    asked = [to_sql(one, names) for one in expressions]
    middle = ", ".join(
        f"quantile_cont({one}, 0.75) - quantile_cont({one}, 0.25), max({one}) - min({one})" for one in asked
    )
    with _locked(table) as connection:
        found = connection.execute(f"SELECT {middle} FROM people").fetchone() or ()
    return [float(found[2 * i] or found[2 * i + 1] or 0) for i in range(len(asked))]
