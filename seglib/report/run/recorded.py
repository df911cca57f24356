"""``run.json`` of an earlier run, read as what it is: a file that anybody may have written."""

from __future__ import annotations

import datetime as dt
import json
import os
import stat
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from seglib.errors import InputError

__all__ = ["RECORD", "SCHEMA", "NotOurs", "open_plain", "read_record", "read_run", "sound_text"]

RECORD = "run.json"
SCHEMA = 1
STATES = ("ok", "failed")
LARGEST = 16_000_000  # bytes of a run.json; one with a hundred sources has a hundredth of it
LARGEST_NUMBER = 1e18
LONGEST = 1_000  # letters of a name
NECESSARY = ("schema", "status", "versions", "tables")  # what makes a run.json one of ours, since the first version
ONLY_PLAIN = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


class NotOurs(InputError):  # noqa: N818 - no fault of anybody
    """A ``run.json`` that another program wrote."""


def open_plain(path: Path, largest: int) -> BinaryIO:
    """A file opened for reading, if it is one, no link, pipe or device, and not too large.

    Raises
    ------
    InputError
        It is none, or cannot be read.
    """
    try:
        handle = os.open(path, os.O_RDONLY | ONLY_PLAIN)
    except (OSError, ValueError) as error:
        raise InputError(f"{path.name} cannot be read ({getattr(error, 'strerror', None) or error})") from None
    told = os.fstat(handle)
    if stat.S_ISREG(told.st_mode) and told.st_size <= largest:
        return os.fdopen(handle, "rb")
    os.close(handle)
    raise InputError(f"{path.name} is no file" if not stat.S_ISREG(told.st_mode) else f"{path.name} is too large")


def read_record(folder: Path) -> dict[str, Any]:
    """What ``run.json`` of a run says.

    Parameters
    ----------
    folder : Path
        Of the run.

    Returns
    -------
    dict; what is used of it is of the right type and within bounds, the rest is as it stands there.

    Raises
    ------
    InputError
        There is none, or it is damaged, or not one of seglib: why, in a few words without a full stop.

    Examples
    --------
    >>> read_record(Path("no/such"))
    Traceback (most recent call last):
    seglib.errors.InputError: run.json cannot be read (No such file or directory)
    """
    with open_plain(folder / RECORD, LARGEST) as file:
        content = file.read(LARGEST)
    try:
        told = json.loads(content)
    except (ValueError, RecursionError):
        raise InputError(f"{RECORD} is damaged: no JSON") from None
    if not isinstance(told, dict) or any(key not in told for key in NECESSARY):
        raise NotOurs(f"{RECORD} is not one of seglib")
    wrong = [key for key, fits in CHECKS.items() if key in told and not fits(told[key])]
    if wrong:
        raise InputError(f"{RECORD} is damaged: {', '.join(wrong)}")
    return told


def read_run(folder: Path) -> dict[str, Any]:
    """The same; empty where there is none, or none that can be trusted."""
    with suppress(InputError):
        return read_record(folder)
    return {}


def sound_text(value: Any) -> bool:
    """Text of one line, not endless, that can be written in UTF-8."""
    if not isinstance(value, str) or len(value) > LONGEST or any(ord(letter) < 32 for letter in value):
        return False
    return not any(0xD800 <= ord(letter) <= 0xDFFF for letter in value)


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < LARGEST_NUMBER


def _days(value: Any) -> bool:
    return value is None or (isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**7)


def _path(value: Any) -> bool:
    """The name of a file within the folder."""
    if not sound_text(value) or "\\" in value or ":" in value:
        return False
    path = PurePosixPath(value)
    return bool(path.parts) and not path.is_absolute() and ".." not in path.parts


def _date(value: Any) -> bool:
    with suppress(ValueError, TypeError):
        return bool(dt.date.fromisoformat(value))
    return False


def _moment(value: Any) -> bool:
    with suppress(ValueError, TypeError, OverflowError):
        return 1970 <= dt.datetime.fromisoformat(value).year < 9999
    return False


def _each(fits: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, list) and all(map(fits, value))


def _named(fits: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, dict) and all(sound_text(key) and fits(one) for key, one in value.items())


def _notebook(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("parameters", {}), dict)


CHECKS: Mapping[str, Callable[[Any], bool]] = {
    "schema": lambda value: type(value) is int and value == SCHEMA,
    "status": lambda value: isinstance(value, str) and value in STATES,
    "shop": sound_text,
    "currency": sound_text,
    "key": sound_text,
    "origin": _each(sound_text),
    "as_of": _date,
    "window_days": _days,
    "new_since": lambda value: value is None or _date(value),
    "finished_at": _moment,
    "counts": _named(_number),
    "seconds": _named(lambda value: _number(value) and value >= 0),
    "versions": lambda value: _named(sound_text)(value) and "seglib" in value,
    "notebooks": _named(_notebook),
    "tables": _each(lambda value: _path(value) and "/" not in value),
    "files": _each(_path),
}
