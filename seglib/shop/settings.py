"""Settings of a shop: ``shop.toml`` read, checked, every fault in one message."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from seglib.errors import InputError, did_you_mean
from seglib.intake.readings import check_zone
from seglib.language.messages import speaking
from seglib.language.small_files import read_toml, without_nul
from seglib.shop.named_tables import TableSource, tables_told
from seglib.shop.places import Places, url_fault
from seglib.shop.schema import SCHEMA, schema_faults, sound_part
from seglib.tables.period import LONGEST_DAYS
from seglib.tables.privacy import floor_of, group_faults, raised

__all__ = ["ShopSettings", "parse_date", "read_settings", "speech", "window_fault"]

SECTIONS = (
    *("identities", "same_sale", "doubts", "cleaning", "rfm", "personas", "events", "deals", "segments"),
    *("needs", "labels", "actions", "readiness", "report"),
)
SPEECH = ("language", "numbers", "translation")
LOGOS = (".svg", ".png", ".webp", ".jpg", ".jpeg")
YEARS = range(1900, 2201)  # of an as-of date
OWN_RULES = "segments.toml"  # read where it lies beside shop.toml


@dataclass(frozen=True)
class ShopSettings:
    """What ``shop.toml`` says; see ``docs/architecture.md`` and ``data/README.md`` for each key.

    ``tables`` holds the sources of each table, in the order in which they are told.
    """

    name: str
    tables: Mapping[str, tuple[TableSource, ...]]
    currency: str = ""
    timezone: str = ""
    as_of: dt.date | None = None
    opened: dt.date | None = None
    window_days: int | None = None
    notice: str = ""
    rates: Mapping[str, Any] = field(default_factory=dict)
    identities: Mapping[str, Any] = field(default_factory=dict)
    same_sale: Mapping[str, Any] = field(default_factory=dict)
    doubts: Mapping[str, Any] = field(default_factory=dict)
    cleaning: Mapping[str, Any] = field(default_factory=dict)
    rfm: Mapping[str, Any] = field(default_factory=dict)
    personas: Mapping[str, Any] = field(default_factory=dict)
    needs: Mapping[str, Any] = field(default_factory=dict)
    events: Mapping[str, Any] = field(default_factory=dict)
    deals: Mapping[str, Any] = field(default_factory=dict)
    segments: Mapping[str, Any] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    actions: Mapping[str, str] = field(default_factory=dict)
    readiness: Mapping[str, str] = field(default_factory=dict)
    report: Mapping[str, Any] = field(default_factory=dict)

    @property
    def settled(self) -> tuple[str, ...]:
        """Doubts of which the user says that the reading is right: ``[doubts] settled``, ``--settle``."""
        return tuple(self.doubts.get("settled", ()))

    @property
    def of_companies(self) -> bool:
        """Whether customers are companies, whose contacts order: ``[identities] unit = "company"``."""
        return self.identities.get("unit") == "company"

    @property
    def wishes(self) -> dict[str, Any]:
        """What is said of the reading of every source (:class:`seglib.intake.shaping.Wishes`)."""
        nobody, pending = self.identities.get("nobody"), self.cleaning.get("pending", "")
        return {"nobody": nobody, "pending": pending, "companies": self.of_companies}

    @property
    def min_group(self) -> int:
        """Persons of the smallest group that pages describe: ``[report] min_group``."""
        return floor_of(self.report)

    def smallest_group(self, asked: int = 0) -> int:
        """The smallest group described where a reader asks for one, who may only raise :attr:`min_group`; 0 for that.

        Raises
        ------
        InputError
            A smaller one is asked for.
        """
        return raised(self.min_group, asked)


def parse_date(text: str | dt.date | None, where: str = "as_of") -> dt.date | None:
    """Calendar date from ISO text; empty means none.

    Raises
    ------
    InputError
        When the text is not a date written YYYY-MM-DD.

    Examples
    --------
    >>> parse_date("2011-12-09"), parse_date("")
    (datetime.date(2011, 12, 9), None)
    """
    if text is None or text == "":
        return None
    day = text.date() if isinstance(text, dt.datetime) else text
    try:
        if isinstance(day, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", day.strip(), re.ASCII):
            day = dt.date.fromisoformat(day.strip())
        if isinstance(day, dt.date) and day.year in YEARS:
            return day
    except ValueError:
        pass  # 30 February
    raise InputError(
        f"{where}: {str(text)[:40]!r} is not a date from {YEARS[0]} to {YEARS[-1]}. Write it as YYYY-MM-DD, for "
        "instance 2011-12-09."
    )


def window_fault(days: object, where: str = "window_days") -> str:
    """Why a number is no window; empty where it is one, or 0 for none."""
    whole = isinstance(days, int) and not isinstance(days, bool)
    if whole and 0 <= days <= LONGEST_DAYS:  # type: ignore[operator]
        return ""
    return f"{where} is {str(days)[:40]}; expected a positive number of days, at most {LONGEST_DAYS:,}, or 0 for none."


def read_settings(path: str | Path) -> ShopSettings:
    """Settings of a shop from its TOML file.

    Parameters
    ----------
    path : str or Path
        The file; paths inside it are relative to its folder, and ``package:name/file`` reads a file that an installed
        package carries.

    Returns
    -------
    ShopSettings

    Raises
    ------
    InputError
        Unknown or ill-typed keys, missing files, unreadable dates: all of them in one message.

    Examples
    --------
    >>> read_settings("no/shop.toml")
    Traceback (most recent call last):
    seglib.errors.InputError: no/shop.toml: no such file. Give the path of a shop.toml.
    """
    path = Path(path)
    told = _parsed(path)
    faults = schema_faults(told, SCHEMA, "", path.name)
    told = sound_part(told, SCHEMA)  # what is wrong beside them is told with them
    place = Places(path, outside=told.get("outside", False))
    place.faults += faults
    tables = tables_told(told, place)
    rates, sections = _rates(told.get("rates", {}), place), {key: told.get(key, {}) for key in SECTIONS}
    if crosswalk := sections["identities"].get("file"):
        sections["identities"]["file"] = str(place.find(crosswalk, "identities.file"))
    if Path(preset := sections["rfm"].get("preset", "")).suffix in (".csv", ".toml"):  # a grid of one's own
        sections["rfm"]["preset"] = str(place.find(preset, "rfm.preset"))
    _check_preset(sections["rfm"].get("preset", ""), place)
    sections["segments"] = _segments(sections["segments"], place)
    sections["report"] = _report(sections["report"], place)
    as_of, opened = _checked_values(told, tables, place)
    if told.get("identities", {}).get("unit") == "company" and tables.get("customers"):
        place.fault(
            'identities.unit is "company" beside tables.customers: their measures stand once for each customer, and '
            "cannot be brought together. Leave unit out, and let each row be a company."
        )
    for fault in group_faults(sections["report"], sections["personas"]):
        place.fault(fault)
    if place.faults:
        raise InputError(place.faults)
    return ShopSettings(
        name=told.get("name") or path.resolve().parent.name,
        tables=tables,
        currency=told.get("currency", "").upper(),
        timezone=told.get("timezone", ""),
        as_of=as_of,
        opened=opened,
        window_days=told.get("window_days") or None,
        notice=told.get("notice", ""),
        rates=rates,
        **sections,
    )


def _check_preset(preset: str, place: Places) -> None:
    """A grid that nobody has is told before anything runs, not by a notebook in the middle of a report."""
    if not preset or any("rfm.preset" in fault for fault in place.faults):
        return
    from seglib.segments.rfm import load_preset  # takes scikit-learn with it

    try:
        load_preset(preset)
    except InputError as error:
        place.faults += [f"{place.where}: rfm: {fault}" for fault in error.faults]


def _parsed(path: Path) -> dict[str, Any]:
    if not path.exists():
        raise InputError(f"{path}: no such file. Give the path of a shop.toml.")
    return without_nul(read_toml(path, hint=" Compare it with data/demo/shop.toml."), str(path))


def _checked_values(
    told: Mapping[str, Any], tables: Mapping[str, Any], place: Places
) -> tuple[dt.date | None, dt.date | None]:
    """Values that have the right type and still make no sense; returns the as-of date and the day of opening."""
    if fault := window_fault(told.get("window_days", 0)):
        place.fault(fault)
    names = [source.name for source in tables.get("lines", ())]
    preferred = told.get("same_sale", {}).get("prefer", [])
    for name in [preferred] if isinstance(preferred, str) else preferred:
        if name not in names:
            place.fault(f"same_sale.prefer: no source {name!r}.{did_you_mean(name, names)}")
    if told.get("same_sale", {}).get("minutes", 0) < 0:
        place.fault("same_sale.minutes is below zero; expected a number of minutes.")
    dates: dict[str, dt.date | None] = dict.fromkeys(("as_of", "opened"))
    try:
        check_zone(told.get("timezone", ""), f"{place.where}: timezone")
    except InputError as error:
        place.faults += error.faults
    for name in dates:
        try:
            dates[name] = parse_date(told.get(name), f"{place.where}: {name}")
        except InputError as error:
            place.faults += error.faults
    return dates["as_of"], dates["opened"]


def _rates(told: Mapping[str, Any], place: Places) -> dict[str, Any]:
    """Rates by currency in capitals, and the file of rates by date."""
    rates: dict[str, Any] = {}
    for key, value in told.items():
        if key == "file":
            rates["file"] = str(place.find(value, "rates.file"))
        elif not re.fullmatch("[A-Za-z]{3}", key):
            place.fault(
                f'rates.{key}: expected a currency of three letters, such as USD = 0.92, or file = "rates.csv".'
            )
        elif not 0 < value < float("inf"):
            place.fault(f"rates.{key} is {value}; expected what one {key.upper()} is worth, above zero.")
        else:
            rates[key.upper()] = value
    return rates


def _report(told: Mapping[str, Any], place: Places) -> dict[str, Any]:
    """How the pages look and speak, with the files found and the language tried."""
    found = {
        **told,
        **{key: str(place.find(told[key], f"report.{key}")) for key in ("logo", "translation") if told.get(key)},
    }
    if not re.fullmatch("#[0-9A-Fa-f]{6}", found.get("accent", "#000000")):
        place.fault(f'report.accent is {found["accent"]!r}; expected a colour such as "#1f5fa8".')
    if Path(found.get("logo", "x.svg")).suffix.lower() not in LOGOS:
        place.fault(f"report.logo {told['logo']!r}: expected one of {', '.join(LOGOS)}.")
    if fault := url_fault(found.get("url", "")):
        place.fault(fault)
    try:
        with speaking(**speech(found)):  # whatever is wrong with the language shows here
            pass
    except InputError as error:
        place.faults += [f"{place.where}: report: {fault}" for fault in error.faults]
    return found


def speech(report: Mapping[str, str]) -> dict[str, str]:
    """What ``[report]`` says of language and numbers, as :func:`seglib.language.messages.speak` takes it."""
    return {key: report.get(key, "") for key in SPEECH}


def _segments(told: Mapping[str, Any], place: Places) -> dict[str, Any]:
    """Where the shop's own rules are, and which segments are wanted in which order."""
    if told.get("file"):
        return {**told, "file": str(place.find(told["file"], "segments.file"))}
    own = place.folder / OWN_RULES
    return {**told, "file": str(place.find(OWN_RULES, "segments.file"))} if own.is_file() else dict(told)
