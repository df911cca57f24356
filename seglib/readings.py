"""Text read as numbers, dates and yes/no: one reading for a whole column, and none where two would fit."""

from __future__ import annotations

from datetime import datetime

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from seglib.tables import InputError

__all__ = ["read_column"]

MONEY = dt.Decimal(18, 4)
YEARS = (1900, 2100)  # a date outside is a misreading, such as year 24
SAMPLE = 100
# Shapes of a number, once spaces and signs of currencies are off.
PLAIN = r"^[-+]?\d*\.?\d+([eE][-+]?\d+)?$|^[-+]?\d+\.$"
COMMA_THOUSANDS = r"^[-+]?\d{1,3}(,\d{3})+(\.\d+)?$"
COMMA_DECIMAL = r"^[-+]?\d+,\d+$|^[-+]?\d{1,3}(\.\d{3})+(,\d+)?$"
NOT_NUMBER = r"[\s\x{00A0}\x{202F}'$€£¥₹₴]|R\$|^[A-Z]{3}\b|\b[A-Z]{3}$"
DAYS = (
    "%Y/%m/%d",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d.%m.%Y",
    "%d-%m-%Y",
    "%m-%d-%Y",
    "%Y%m%d",
    "%d/%m/%y",
    "%m/%d/%y",
    "%d.%m.%y",
)
NAMED_DAYS = ("%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%d-%b-%Y", "%b-%d-%y")
TIMES = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")
DATE_FORMATS = tuple(day + time for day in DAYS + NAMED_DAYS for time in TIMES)
NOTHING = ("", "null", "NULL", "none", "None", "NONE", "nan", "NaN", "NAN", "n/a", "N/A", "#N/A")
TRUE = ("true", "t", "yes", "y", "1", "si", "sì", "ja", "oui", "so", "subscribed")
FALSE = ("false", "f", "no", "n", "0", "nein", "non", "unsubscribed", "never_subscribed", "never subscribed")


@ibis.udf.scalar.builtin(name="try_strptime")
def try_strptime(text: str, form: str) -> dt.timestamp:
    """DuckDB's: missing where the text does not have the form."""


def read_column(column: ir.Column, kind: str, where: str, *, date_format: str = "") -> ir.Column:
    """Column of a raw table as a canonical type.

    Parameters
    ----------
    column : ibis Column
        Text or already typed, one value a row.
    kind : str
        string, decimal, float, integer, boolean or timestamp.
    where : str
        File, table and column, named in the message.
    date_format : str
        Form of the dates, such as ``%d/%m/%Y``; found out from the values when empty.

    Returns
    -------
    ibis Column; empty text and the words none, null, nan and n/a are missing.

    Raises
    ------
    InputError
        Values that cannot be read, or that two readings would fit, with an example and its row.
    """
    if kind == "string":
        return _text(column)
    if kind == "timestamp":
        return _timestamp(column, where, date_format)
    if kind == "boolean":
        return column.cast("boolean") if not column.type().is_string() else _boolean(_text(column), where)
    number = column if not column.type().is_string() else _number(_text(column), where)
    if kind == "decimal":
        return number.cast(MONEY)
    return number.cast("int64") if kind == "integer" else number.cast("float64")


def _text(column: ir.Column) -> ir.Column:
    """Text without surrounding space; ids that a tool has turned into 17850.0 lose the ``.0``."""
    if column.type().is_integer():
        return column.cast("string")
    if column.type().is_floating():
        whole = column.cast("int64")
        text = ibis.ifelse(column == whole, whole.cast("string"), column.cast("string"))
        return ibis.ifelse(column.isnan(), ibis.null("string"), text)
    text = column.cast("string").strip()
    return ibis.ifelse(text.isin(NOTHING), ibis.null("string"), text)


def _counts(table: ir.Table, **shapes: ir.BooleanColumn) -> dict[str, int]:
    found = table.aggregate(**{name: ibis.coalesce(shape.cast("int64").sum(), 0) for name, shape in shapes.items()})
    return found.to_pyarrow().to_pylist()[0]


def _first(text: ir.Column, bad: ir.BooleanColumn) -> str:
    """Where the first unreadable value stands, and what it is."""
    rows = ibis.row_number().name("row")
    table = text.as_table().mutate(rows, bad=bad).filter(lambda t: t.bad).order_by("row").limit(1)
    found = table.to_pyarrow().to_pylist()[0]
    return f"row {found['row'] + 1} of the data: {found[text.get_name()]!r}"


def _number(text: ir.Column, where: str) -> ir.Column:
    bare = text.re_replace(NOT_NUMBER, "")
    plain, thousands, decimal = (bare.re_search(shape) for shape in (PLAIN, COMMA_THOUSANDS, COMMA_DECIMAL))
    n = _counts(
        text.as_table(),
        known=text.notnull(),
        plain=plain,
        thousands=plain | thousands,
        decimal=decimal | bare.re_search(r"^[-+]?\d+$"),
    )
    if n["plain"] == n["known"]:
        return bare.cast("decimal(38, 10)") if n["known"] else bare.try_cast("float64")
    english, continental = n["thousands"] == n["known"], n["decimal"] == n["known"]
    if english and continental:
        example = _first(text, ~plain)
        raise InputError(
            f"{where}: {example} reads as a thousand with a separator and as a decimal comma. "
            "Write the numbers with a decimal point in the export."
        )
    if english:
        return bare.replace(",", "").cast("decimal(38, 10)")
    if continental:
        return bare.replace(".", "").replace(",", ".").cast("decimal(38, 10)")
    bad = ~(thousands | plain) if n["thousands"] >= n["decimal"] else ~(decimal | plain)
    raise InputError(
        f"{where}: {_first(text, bad)} is not a number. Expected numbers such as 1234.50. Correct the export."
    )


def _boolean(text: ir.Column, where: str) -> ir.Column:
    low = text.lower()
    if _counts(text.as_table(), bad=text.notnull() & ~low.isin(TRUE + FALSE))["bad"]:
        raise InputError(f"{where}: {_first(text, text.notnull() & ~low.isin(TRUE + FALSE))} is neither yes nor no.")
    return ibis.ifelse(text.isnull(), ibis.null("boolean"), low.isin(TRUE))


def _plausible(moment: ir.Column) -> ir.BooleanColumn:
    return moment.notnull() & moment.year().between(*YEARS)


def _timestamp(column: ir.Column, where: str, date_format: str) -> ir.Column:
    if column.type().is_timestamp() or column.type().is_date():
        return column.cast("timestamp")
    text = _text(column)
    iso = text.try_cast("timestamp")
    n = _counts(text.as_table(), known=text.notnull(), iso=_plausible(iso))
    if n["iso"] == n["known"] and not date_format:
        return iso
    readings = {date_format: try_strptime(text, date_format)} if date_format else {"": iso} | _fitting(text)
    known = n["known"]
    n = _counts(text.as_table(), **{f"r{i}": _plausible(moment) for i, moment in enumerate(readings.values())})
    fit = {form: moment for (form, moment), hits in zip(readings.items(), n.values(), strict=True) if hits == known}
    if not fit:
        form, hits = max(zip(readings, n.values(), strict=True), key=lambda pair: pair[1])
        bad = text.notnull() & ~_plausible(readings[form]).fill_null(False)
        raise InputError(
            f"{where}: {_first(text, bad)} is not a date like the others ({hits:,} of {known:,} read as "
            f"{form or 'ISO dates'}). Expected one form in the whole column, such as 2011-12-09 or 2011-12-09 12:50. "
            "Correct the export, or say date_format in the format file or shop.toml."
        )
    return _only(text, fit, where)


def _fitting(text: ir.Column) -> dict[str, ir.Column]:
    """Readings under which at least half of the first values are dates."""
    values = text.as_table().filter(text.notnull()).limit(SAMPLE).to_pyarrow().column(0).to_pylist()
    return {
        form: try_strptime(text, form) for form in DATE_FORMATS if 2 * sum(_has(v, form) for v in values) >= len(values)
    }


def _has(value: str, form: str) -> bool:
    try:
        return bool(datetime.strptime(value, form))  # noqa: DTZ007 - only whether it has the form
    except ValueError:
        return False


def _only(text: ir.Column, fit: dict[str, ir.Column], where: str) -> ir.Column:
    """The reading that fits, refused where another one fits too and says other dates."""
    form, chosen = next(iter(fit.items()))
    for other, moment in list(fit.items())[1:]:
        differs = _counts(text.as_table(), n=(chosen != moment).fill_null(False))["n"]
        if differs:
            example = _first(text, (chosen != moment).fill_null(False))
            raise InputError(
                f"{where}: {example} reads as {form or 'ISO'} and as {other}: day and month cannot be told apart. "
                f'Say which: date_format: "{form}" or "{other}" in the format file, or in shop.toml.'
            )
    return chosen
