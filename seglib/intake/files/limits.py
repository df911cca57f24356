"""Reading within limits: what a database computes may have no end."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from seglib.errors import InputError

__all__ = ["Limits", "interrupted", "within"]

LOOK_SECONDS = 0.2
PATIENCE_SECONDS = 5.0  # for what was told to stop
FILE_SECONDS, SECONDS_A_MB = 15, 1  # a file: so many, and more the larger it is
SERVER_SECONDS = 600
BYTES, BYTES_A_BYTE = 2**30, 100  # read from a file: so many, and more the larger it is
Done = TypeVar("Done")


@dataclass(frozen=True)
class Limits:
    """How long may be read, and how much (0: as much as there is)."""

    seconds: int
    most_bytes: int = 0

    @classmethod
    def of(cls, asked_seconds: int, file: Path | None) -> Limits:
        """Those of a database that is a file, or of a server; the time as asked for, if it was."""
        if file is None:
            return cls(asked_seconds or SERVER_SECONDS)
        size = file.stat().st_size
        return cls(asked_seconds or FILE_SECONDS + size * SECONDS_A_MB // 2**20, BYTES + BYTES_A_BYTE * size)


def interrupted(error: BaseException) -> bool:
    """Whether an error is how DuckDB tells of Ctrl-C or SIGTERM: it takes the exception and raises its own."""
    return type(error) is RuntimeError and "interrupted" in str(error).lower()


def within(limits: Limits, work: Callable[[], Done], stop: Callable[[], object], target: Path) -> Done:
    """Result of ``work``, done in a thread of its own: this one hears Ctrl-C and SIGTERM, and keeps the limits.

    Parameters
    ----------
    limits : Limits
    work : callable
        Reads into ``target``.
    stop : callable
        Makes ``work`` end soon; called until it does.
    target : Path

    Raises
    ------
    InputError
        It took too long, or became too much.
    """
    done: Future[Done] = Future()
    thread = threading.Thread(target=_fulfil, args=(done, work), daemon=True)
    thread.start()
    try:
        _wait(done, limits, target)
    except BaseException:
        for _ in range(math.ceil(PATIENCE_SECONDS / LOOK_SECONDS)):
            if thread.is_alive():
                stop()
                thread.join(LOOK_SECONDS)
        raise
    return done.result()


def _fulfil(done: Future[Done], work: Callable[[], Done]) -> None:
    try:
        done.set_result(work())
    except BaseException as error:  # told to who waits
        done.set_exception(error)


def _wait(done: Future[Done], limits: Limits, target: Path) -> None:
    more = "Or give it longer: timeout_seconds under [database], or &timeout_seconds= in the address."
    for _ in range(math.ceil(limits.seconds / LOOK_SECONDS)):
        if wait([done], LOOK_SECONDS).done:
            return
        size = target.stat().st_size if target.exists() else 0
        if limits.most_bytes and size > limits.most_bytes:
            raise InputError(f"more than {limits.most_bytes // 2**20:,} MB. Is it a view or a query without end?")
    raise InputError(f"not read within {limits.seconds:,} s. Is it a view or a query without end? {more}")
