"""Text as numbers, in any country's writing."""

from __future__ import annotations

import ibis.expr.types as ir

from seglib.errors import InputError
from seglib.intake.readings.text import AmbiguousError, as_text, counts, first

__all__ = ["read_number"]

EXACT = "decimal(38, 10)"
LARGEST = 10**14  # more does not fit the money column, and is no amount
# Shapes of a number, once spaces and signs of currencies are off. Groups of two are Indian.
PLAIN = r"^[-+]?\d*\.?\d+([eE][-+]?\d{1,2})?$|^[-+]?\d+\.$"
COMMA_THOUSANDS = r"^[-+]?\d{1,3}(,\d{2,3})*,\d{3}(\.\d+)?$"
COMMA_DECIMAL = r"^[-+]?\d+,\d+$|^[-+]?\d{1,3}(\.\d{3})+(,\d+)?$"
WHOLE = r"^[-+]?\d+$"
POINT_THOUSANDS = r"^[-+]?[1-9]\d{0,2}\.\d{3}$"
TWO_READINGS = (
    "{where}: {example} reads as a thousand with a separator and as a number with decimals. Say which sign is the "
    'decimal one: read = {{decimal = ","}} (or ".") under [tables.lines] in shop.toml, or money: {{decimal: ","}} '
    "in a format file."
)
NOT_NUMBER = (
    r"[\s\x{00A0}\x{202F}\x{2009}\x{200E}\x{200F}'\x{2019}€£¥₹₴₽₺₩₪฿]|(?:US|A|C|R|NZ|HK|S)?\$"
    r"|kr\.?|zł|Kč|Rs\.?|^[A-Z]{3}|[A-Z]{3}$"
)
BRACKETED, TRAILING_MINUS, MINUSES = r"^[-+]?\((.*)\)$", r"^([^-]*)-$", r"[\x{2212}\x{2013}\x{FE63}\x{FF0D}]"


def read_number(column: ir.Column, where: str, decimal: str = "", *, money: bool = False) -> ir.Column:
    """Numbers of a column: exact where they are text, as typed otherwise.

    Money of which every point stands before three digits is refused: thousands of a continental writing look so.

    Raises
    ------
    InputError
        Text that is no number, or that is too large; :class:`AmbiguousError` where two readings fit.
    """
    if not column.type().is_string():
        return _typed(column, where)
    text = as_text(column)
    exact = text.try_cast(EXACT)
    if not decimal:
        grouped, pointed = text.re_search(POINT_THOUSANDS), text.contains(".")
        asked = {"pointed": pointed, "grouped": grouped} if money else {}
        n = counts(text.as_table(), known=text.notnull(), plain=exact.abs() < LARGEST, **asked)
        if money and n["pointed"] and n["pointed"] == n["grouped"]:
            raise AmbiguousError(TWO_READINGS.format(where=where, example=first(text, grouped)))
        if n["plain"] == n["known"]:
            return exact
    bare = _bare(text)
    reading = bare.replace(",", "") if _english(text, bare, where, decimal) else _pointed(bare)
    number = reading.try_cast(EXACT)
    _check_size(text, text.notnull() & ~(number.abs() < LARGEST).fill_null(False), where)
    return number


def _typed(column: ir.Column, where: str) -> ir.Column:
    kind = column.type()
    if not (kind.is_numeric() or kind.is_boolean() or kind.is_null()):
        raise InputError(f"{where}: holds {kind} values, expected numbers. Name another column for it.")
    if kind.is_floating():
        number = column.nullif(float("nan"))
        _check_size(column, number.notnull() & ~(number.abs() < LARGEST), where)
        return number
    if kind.is_decimal() or (kind.is_integer() and kind.nbytes > 4):
        _check_size(column, (column >= LARGEST) | (column <= -LARGEST), where)  # abs() of the smallest is out of range
    return column


def _check_size(column: ir.Column, bad: ir.BooleanColumn, where: str) -> None:
    if counts(column.name("value").as_table(), bad=bad)["bad"]:
        raise InputError(f"{where}: {first(column, bad)} is too large for an amount. Correct the export.")


def _bare(text: ir.Column) -> ir.Column:
    """Digits and their signs: no currency, no space; brackets and a minus behind the number come in front."""
    bare = text.re_replace(MINUSES, "-").re_replace(NOT_NUMBER, "")
    return bare.re_replace(BRACKETED, r"-\1").re_replace(TRAILING_MINUS, r"-\1")


def _pointed(bare: ir.Column) -> ir.Column:
    return bare.replace(".", "").replace(",", ".")


def _english(text: ir.Column, bare: ir.Column, where: str, decimal: str) -> bool:
    """Whether the point is the decimal sign of the column; the comma is otherwise."""
    plain, thousands, continental, whole = (
        bare.re_search(shape) for shape in (PLAIN, COMMA_THOUSANDS, COMMA_DECIMAL, WHOLE)
    )
    english, other = plain | thousands, continental | whole
    table = text.as_table()
    n = counts(table, known=text.notnull(), plain=plain, english=english, other=other)
    fits = {".": n["english"] == n["known"], ",": n["other"] == n["known"]}
    if n["plain"] == n["known"] and not decimal:
        return True
    if all(fits.values()) and not decimal:
        raise AmbiguousError(TWO_READINGS.format(where=where, example=first(text, ~plain)))
    if any(fit for sign, fit in fits.items() if decimal in ("", sign)):
        return fits["."] if not decimal else decimal == "."
    shape = english if decimal == "." or (not decimal and n["english"] >= n["other"]) else other
    raise InputError(
        f"{where}: {first(text, ~shape & text.notnull())} is not a number. Expected numbers such as 1234.50. "
        "Correct the export."
    )
