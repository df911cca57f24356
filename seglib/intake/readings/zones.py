"""Time zones: names, abbreviations and offsets, and moments moved between them."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo, available_timezones

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from seglib.errors import InputError, did_you_mean
from seglib.intake.readings.text import as_text, first

__all__ = ["OFFSETS", "check_zone", "offset_minutes", "shown_at", "to_utc"]

UTC = dt.Timestamp(timezone="UTC")
# Minutes east of Greenwich. What two regions use for different times (IST, AST) is not among them.
OFFSETS = {
    "Z": 0, "UTC": 0, "GMT": 0, "WET": 0, "WEST": 60, "BST": 60, "CET": 60, "CEST": 120, "MEZ": 60, "MESZ": 120,
    "EET": 120, "EEST": 180, "MSK": 180, "BRT": -180, "EST": -300, "EDT": -240, "CST": -360, "CDT": -300, "MST": -420,
    "MDT": -360, "PST": -480, "PDT": -420, "AKST": -540, "AKDT": -480, "HST": -600, "JST": 540, "KST": 540,
    "SGT": 480, "HKT": 480, "AWST": 480, "AEST": 600, "AEDT": 660, "NZST": 720, "NZDT": 780,
}  # fmt: skip
NUMERIC = r"^(?:UTC|GMT)?([-+])(\d{1,2}):?(\d{2})?$"


@ibis.udf.scalar.builtin(name="timezone")
def told_in(zone: str, moment: dt.timestamp) -> UTC:  # type: ignore[valid-type]
    """DuckDB's: the instant at which the clocks of a zone show a time; a time that they skip moves forward."""


@ibis.udf.scalar.builtin(name="timezone")
def shown_in(zone: str, moment: UTC) -> dt.timestamp:  # type: ignore[valid-type]
    """DuckDB's: what the clocks of a zone show at an instant."""


def check_zone(name: str, where: str) -> None:
    """Refuse a time zone that does not exist.

    Raises
    ------
    InputError
        With the nearest known names.

    Examples
    --------
    >>> check_zone("Europe/Rome", "shop.toml: timezone")
    >>> check_zone("Europe/Rom", "shop.toml: timezone")
    Traceback (most recent call last):
    seglib.errors.InputError: shop.toml: timezone 'Europe/Rom' is not known. Did you mean 'Europe/Rome'...
    """
    if not name or offset_minutes(name) is not None:
        return
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        cities = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc"))
        hint = did_you_mean(name, cities, otherwise=" Write it as Europe/Rome, UTC or +02:00.")
        raise InputError(f"{where} {name!r} is not known.{hint}") from None


def offset_minutes(text: str) -> int | None:
    """Minutes east of Greenwich that an abbreviation or an offset tells.

    Examples
    --------
    >>> offset_minutes("-0530"), offset_minutes("PDT"), offset_minutes("GMT+1"), offset_minutes("Europe/Rome")
    (-330, -420, 60, None)
    """
    if text.upper() in OFFSETS:
        return OFFSETS[text.upper()]
    found = re.match(NUMERIC, text)
    if not found:
        return None
    sign, hours, minutes = found.groups()
    return (-1 if sign == "-" else 1) * (60 * int(hours) + int(minutes or 0))


def to_utc(moment: ir.TimestampColumn, zone: str | ir.StringColumn, where: str) -> ir.TimestampColumn:
    """Instants in UTC of times told in a zone, or each row's in its own.

    Raises
    ------
    InputError
        A zone that is not known.
    """
    if isinstance(zone, str):
        return _told_at(moment, zone)
    zone = as_text(zone)
    names = zone.name("zone").as_table().distinct().zone.to_pyarrow().drop_null().to_pylist()
    for name in names:
        try:
            check_zone(name, "zone")
        except InputError:
            raise InputError(
                f"{where}: {first(zone, zone == name)} is no time zone that is known. Expected such as Europe/Rome."
            ) from None
    branches = [(zone == name, _told_at(moment, name)) for name in sorted(names)]
    return ibis.cases(*branches, else_=moment) if branches else moment


def _told_at(moment: ir.TimestampColumn, zone: str) -> ir.TimestampColumn:
    minutes = offset_minutes(zone)
    if minutes is not None:
        return moment - ibis.interval(minutes=minutes) if minutes else moment
    instant = shown_in("UTC", told_in(zone, moment))
    earlier = instant - ibis.interval(hours=1)  # of a time that the clocks show twice in autumn, the first
    return ibis.ifelse(shown_at(earlier, zone) == moment, earlier, instant)


def shown_at(instant: ir.TimestampColumn, zone: str) -> ir.TimestampColumn:
    """What the clocks of a zone show at instants given in UTC."""
    minutes = offset_minutes(zone) if zone else 0
    if minutes is not None:
        return instant + ibis.interval(minutes=minutes) if minutes else instant
    return shown_in(zone, told_in("UTC", instant))
