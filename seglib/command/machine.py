"""What the machine gives or lacks: where output goes, and what is no fault of input or program, as a full disk."""

from __future__ import annotations

import errno
import io
import os
import sys
from contextlib import suppress

__all__ = ["lacking_in", "open_streams", "usable_zone"]

FULL = "Make room, or name other places: --out for the report, the variable TMPDIR for what is temporary."
LACKING = {
    errno.ENOSPC: f"The disk is full ({os.strerror(errno.ENOSPC)}). {FULL}",
    errno.EDQUOT: f"The disk is full ({os.strerror(errno.EDQUOT)}). {FULL}",
    errno.EROFS: "A folder can only be read. Name another one: --out for the report, TMPDIR for what is temporary.",
    errno.EMFILE: "Too many files are open. Raise the limit (ulimit -n), or read fewer files at once.",
    errno.EIO: "The disk cannot be read or written (Input/output error). Look at its state.",
}
NO_ROOM = (
    "Out of Memory Error",
    "Failed to launch worker thread",
    "can't start new thread",
)  # in words of DuckDB, Python
NO_MEMORY = "There is not enough memory. Close other programs, or analyse a shorter time (--window-days)."


def lacking_in(error: BaseException | None) -> str:
    """What the machine had not enough of, and what to do; empty where that is not why.

    Examples
    --------
    >>> lacking_in(OSError(errno.EROFS, "no"))
    'A folder can only be read. Name another one: --out for the report, TMPDIR for what is temporary.'
    >>> lacking_in(KeyError("x"))
    ''
    """
    while error is not None:
        number = error.errno if isinstance(error, OSError) else None
        # DuckDB tells it in words only
        found = [todo for one, todo in LACKING.items() if number == one or os.strerror(one) in str(error)]
        if found or isinstance(error, MemoryError) or any(words in str(error) for words in NO_ROOM):
            return found[0] if found else NO_MEMORY
        error = error.__cause__ or error.__context__
    return ""


def usable_zone() -> None:
    """A variable TZ that names a file which holds no time zone is as none: the names of days come from elsewhere."""
    file = os.environ.get("TZ", "").removeprefix(":")
    if os.path.isabs(file):
        from zoneinfo import ZoneInfo

        try:
            with open(file, "rb") as opened:
                ZoneInfo.from_file(opened)
        except (OSError, ValueError):
            del os.environ["TZ"]


def open_streams() -> None:
    """What is closed goes nowhere, and what is no terminal gets UTF-8: a file may hold names of any script."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            with suppress(OSError):
                os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)  # takes the free number, which is that one
            setattr(sys, name, open(os.devnull, "w" if number else "r", encoding="utf-8"))  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            code_page = stream.encoding if stream.isatty() else "utf-8"
            stream.reconfigure(encoding=code_page, errors="backslashreplace")
