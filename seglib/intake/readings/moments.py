"""Text as dates and times of the shop's clocks, whatever form and time zone they are told in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from seglib.errors import InputError
from seglib.intake.readings.date_forms import bare_form
from seglib.intake.readings.text import AmbiguousError, as_text, counts, first
from seglib.intake.readings.zones import offset_minutes, shown_at, to_utc

__all__ = ["read_moment"]

YEARS = (1900, 2100)  # a date outside is a misreading, such as year 24
SAMPLE = 100
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
    "%d-%m-%y",
    "%m-%d-%y",
    "%y-%m-%d",
)
NAMED_DAYS = ("%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%b %d %Y", "%d-%b-%Y", "%d-%b-%y", "%b-%d-%y")
TIMES = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")
DATE_FORMATS = tuple(day + time for day in DAYS + NAMED_DAYS for time in TIMES)
EPOCH = r"^\d{10}(\.\d{1,6})?$|^\d{13}$|^\d{16}$"  # seconds, milliseconds, microseconds
ZERO_DATE = r"^0{2,4}[-/.]00[-/.]0{2,4}"  # what some databases write for none
WEEKDAY = r"^(?i:mon|tue|wed|thu|fri|sat|sun)[a-zA-Z]*\.?,? +"
BEFORE_TIME = r",? +(?:at )?(\d{1,2}:\d{2})"
ZONE = (
    r"(:\d{2}(?:[.,]\d+)?(?: ?[AaPp][Mm])?) ?((?:UTC|GMT)?[-+]\d{1,2}(?::?\d{2})?|\(?[A-Z]{3,4}\)?|Z)(?: \([\w ]+\))?$"
)


@ibis.udf.scalar.builtin(name="try_strptime")
def try_strptime(text: str, form: str) -> dt.timestamp:
    """DuckDB's: missing where the text does not have the form."""


@ibis.udf.scalar.builtin(name="make_timestamp")
def make_timestamp(microseconds: dt.int64) -> dt.timestamp:
    """DuckDB's: the time so long after the beginning of 1970."""


def read_moment(
    column: ir.Column, where: str, forms: list[str], zone: str, source_zone: str | ir.StringColumn
) -> ir.TimestampColumn:
    """Times of a column as the shop's clocks show them.

    Raises
    ------
    InputError
        Text that is no date; :class:`AmbiguousError` where day and month cannot be told apart.
    """
    kind = column.type()
    if kind.is_timestamp() or kind.is_date():
        return _typed(column, where, zone, source_zone)
    if not (kind.is_string() or kind.is_numeric() or kind.is_null()):
        raise InputError(f"{where}: holds {kind} values, expected dates. Name another column for it.")
    text = as_text(column)
    iso = text.try_cast("timestamp")
    n = counts(text.as_table(), known=text.notnull(), iso=_plausible(iso), aware=text.re_search(ZONE))
    if n["iso"] == n["known"] and not n["aware"] and not forms:
        return _moved(iso, text, where, zone, source_zone)
    return _in_some_form(text, where, forms, zone, source_zone)


def _typed(column: ir.Column, where: str, zone: str, source_zone: str | ir.StringColumn) -> ir.TimestampColumn:
    kind = column.type()
    if kind.is_timestamp() and kind.timezone:
        return shown_at(to_utc(column.cast(dt.Timestamp(timezone="UTC")).cast("timestamp"), "UTC", where), zone)
    moment = column.cast("timestamp")
    return moment if kind.is_date() else _moved(moment, column, where, zone, source_zone)


def _moved(
    moment: ir.TimestampColumn, told: ir.Column, where: str, zone: str, source_zone: str | ir.StringColumn
) -> ir.TimestampColumn:
    """Times of another zone, by the shop's clocks; days without a time of day stay as they are."""
    if isinstance(source_zone, str) and source_zone in ("", zone or "UTC"):
        return moment
    if not counts(told.as_table(), timed=moment != moment.truncate("D"))["timed"]:
        return moment
    return shown_at(to_utc(moment, source_zone, where), zone)


def _in_some_form(
    text: ir.Column, where: str, forms: list[str], zone: str, source_zone: str | ir.StringColumn
) -> ir.TimestampColumn:
    text = text.re_replace(r"[\s\x{00A0}\x{202F}]+", " ")
    text = ibis.ifelse(text.re_search(ZERO_DATE), ibis.null("string"), text).name("value")
    n = counts(text.as_table(), known=text.notnull(), epoch=text.re_search(EPOCH))
    if n["epoch"] == n["known"] and n["known"] and not forms:
        return shown_at(_since_1970(text), zone)
    told = _told_zones(text, where)
    bare = text.re_replace(ZONE, r"\1").re_replace(WEEKDAY, "").re_replace(BEFORE_TIME, r" \1")
    moment = _read(bare, text, where, [bare_form(form) for form in forms])
    if not told:
        return _moved(moment, text, where, zone, source_zone)
    if len(told) == 1 and None not in told:
        return shown_at(moment - ibis.interval(minutes=next(iter(told))), zone)
    branches = [
        (tail, moment - ibis.interval(minutes=minutes)) for minutes, tail in told.items() if minutes is not None
    ]
    aware = ibis.cases(*branches, else_=ibis.null("timestamp"))
    if None not in told:
        return shown_at(aware, zone)
    return ibis.ifelse(told[None], _moved(moment, text, where, zone, source_zone), shown_at(aware, zone))


def _told_zones(text: ir.Column, where: str) -> dict[int | None, ir.BooleanColumn]:
    """Minutes east of Greenwich -> which values tell that behind their time; None -> those that tell none.

    Asked of the values first, since most columns tell one or two, and an expression for every zone takes the engine
    many times as long as all the rest.
    """
    tail = text.re_extract(ZONE, 2).re_replace("[()]", "").name("tail")
    found = tail.as_table().distinct().tail.to_pyarrow().drop_null().to_pylist()
    minutes = {name: offset_minutes(name) for name in found if name}
    if strange := sorted(name for name, told in minutes.items() if told is None):
        raise InputError(
            f"{where}: {first(text, tail.isin(strange).fill_null(False))} names a time zone, {strange[0]}, that is not "
            "known, or that two regions use for different times. Export the times in UTC, or with an offset: +05:30."
        )
    told: dict[int | None, ir.BooleanColumn] = {
        each: tail.isin(sorted(name for name in minutes if minutes[name] == each))
        for each in sorted({each for each in minutes.values() if each is not None})
    }
    return told | ({None: tail == ""} if told and "" in found else {})


def _since_1970(text: ir.Column) -> ir.TimestampColumn:
    number = text.try_cast("decimal(22, 6)")
    scale = ibis.cases((number >= 10**15, 1), (number >= 10**12, 1_000), else_=1_000_000)
    return make_timestamp((number * scale).cast("int64"))


def _plausible(moment: ir.Column) -> ir.BooleanColumn:
    return (moment.notnull() & moment.year().between(*YEARS)).fill_null(False)


def _read(text: ir.Column, shown: ir.Column, where: str, forms: list[str]) -> ir.TimestampColumn:
    """The one reading under which every value is a date."""
    readings = {form: try_strptime(text, form) for form in forms}
    readings |= {"": text.try_cast("timestamp")} | ({} if forms else _fitting(text))
    known, n = _hits(text, readings)
    fit = {form: moment for form, moment in readings.items() if n[form] == known}
    fit = {form: moment for form, moment in fit.items() if form} or fit if forms else fit
    if fit:
        return _only(shown, fit, where)
    if len(forms) > 1:  # a format that knows several forms; each value has one of them
        _only(shown, {form: readings[form] for form in forms}, where)
        joined = ibis.coalesce(*(ibis.ifelse(_plausible(m), m, ibis.null("timestamp")) for m in readings.values()))
        if _hits(text, {"": joined})[1][""] == known:
            return joined
    raise _unreadable(shown, readings, n, known, where)


def _hits(text: ir.Column, readings: Mapping[str, ir.Column]) -> tuple[int, dict[str, int]]:
    asked = {f"r{i}": _plausible(moment) for i, moment in enumerate(readings.values())}
    n = counts(text.name("value").as_table(), known=text.notnull(), **asked)
    return n["known"], {form: n[f"r{i}"] for i, form in enumerate(readings)}


def _unreadable(
    shown: ir.Column, readings: Mapping[str, ir.Column], n: Mapping[str, int], known: int, where: str
) -> InputError:
    form = max(readings, key=lambda name: n[name])
    bad = shown.notnull() & ~_plausible(readings[form])
    return InputError(
        f"{where}: {first(shown, bad)} is not a date like the others ({n[form]:,} of {known:,} read as "
        f"{form or 'ISO dates'}). Expected one form in the whole column, such as 2011-12-09 or 2011-12-09 12:50. "
        "Correct the export, or say date_format in the format file or shop.toml."
    )


def _fitting(text: ir.Column) -> dict[str, Any]:
    """Readings under which at least half of the first values are dates."""
    values = text.name("value").as_table().filter(text.notnull()).limit(SAMPLE).to_pyarrow().column(0).to_pylist()
    return {
        form: try_strptime(text, form) for form in DATE_FORMATS if 2 * sum(_has(v, form) for v in values) >= len(values)
    }


def _has(value: str, form: str) -> bool:
    try:
        return bool(datetime.strptime(value, form))  # noqa: DTZ007 - only whether it has the form
    except ValueError:
        return False


def _only(shown: ir.Column, fit: Mapping[str, ir.Column], where: str) -> ir.TimestampColumn:
    """The reading that fits, refused where another one fits too and says other dates."""
    form, chosen = next(iter(fit.items()))
    for other, moment in list(fit.items())[1:]:
        differs = (_plausible(chosen) & _plausible(moment) & (chosen != moment)).fill_null(False)
        if counts(shown.name("value").as_table(), n=differs)["n"]:
            raise AmbiguousError(
                f"{where}: {first(shown, differs)} reads as {form or 'ISO'} and as {other}: day and month cannot be "
                f'told apart. Say which: date_format: "{form}" or "{other}" in the format file, or in shop.toml.'
            )
    return chosen
