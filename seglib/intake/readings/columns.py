"""One column of a raw table as a canonical type."""

from __future__ import annotations

from collections.abc import Sequence

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from seglib.errors import InputError
from seglib.intake.readings.moments import read_moment
from seglib.intake.readings.numbers import read_number
from seglib.intake.readings.text import as_text, counts, first

__all__ = ["read_column"]

MONEY = dt.Decimal(18, 4)
TRUE = ("true", "t", "yes", "y", "1", "si", "sì", "ja", "oui", "so", "subscribed")
FALSE = ("false", "f", "no", "n", "0", "nein", "non", "unsubscribed", "never_subscribed", "never subscribed")


def read_column(
    column: ir.Column,
    kind: str,
    where: str,
    *,
    date_format: str | Sequence[str] = "",
    zone: str = "",
    source_zone: str | ir.StringColumn = "",
    decimal: str = "",
) -> ir.Column:
    """Column of a raw table as a canonical type.

    Parameters
    ----------
    column : ibis Column
        Text or already typed, one value a row.
    kind : str
        string, decimal, float, integer, boolean or timestamp.
    where : str
        File, table and column, named in the message.
    date_format : str or sequence of str
        Form or forms of the dates, such as ``%d/%m/%Y``; found out from the values when empty.
    zone : str
        Time zone of the shop, such as ``Europe/Rome``: times are returned as its clocks show them. UTC when empty.
    source_zone : str or ibis Column
        Zone of times that name none: one for the column, or one a row; the shop's when empty.
    decimal : {"", ".", ","}
        Decimal sign of numbers; found out from the values when empty.

    Returns
    -------
    ibis Column; empty text and the words none, null, nan and n/a are missing. Dates without a time of day are not
    moved between zones.

    Raises
    ------
    InputError
        Values that cannot be read, or that two readings would fit, with an example and its row.

    Examples
    --------
    >>> raw = ibis.memtable({"paid": ["(1,234.50)", "7"], "at": ["2024-07-01T22:30:00Z", "2024-07-01 09:00:00"]})
    >>> read_column(raw.paid, "decimal", "a.csv: paid").to_pyarrow().to_pylist()
    [Decimal('-1234.5000'), Decimal('7.0000')]
    >>> read_column(raw["at"], "timestamp", "a.csv: at", zone="Europe/Rome").cast("string").to_pyarrow().to_pylist()
    ['2024-07-02 00:30:00', '2024-07-01 09:00:00']
    """
    if kind == "string":
        return as_text(column)
    if kind == "timestamp":
        forms = [date_format] if isinstance(date_format, str) else list(date_format)
        return read_moment(column, where, [form for form in forms if form], zone, source_zone)
    if kind == "boolean":
        return _boolean(column, where)
    number = read_number(column, where, decimal, money=kind == "decimal")
    return number.cast({"decimal": MONEY, "integer": "int64"}.get(kind, "float64"))


def _boolean(column: ir.Column, where: str) -> ir.Column:
    if column.type().is_boolean() or column.type().is_integer():
        return column.cast("boolean")
    text = as_text(column)
    low = text.lower()
    bad = text.notnull() & ~low.isin(TRUE + FALSE)
    if counts(text.as_table(), bad=bad)["bad"]:
        raise InputError(f"{where}: {first(text, bad)} is neither yes nor no. Correct the export.")
    return ibis.ifelse(text.isnull(), ibis.null("boolean"), low.isin(TRUE))
