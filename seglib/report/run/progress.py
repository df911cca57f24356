"""How far a run is: one status line where somebody looks on, silence where nobody does, everything in a log."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

from seglib.errors import InputError
from seglib.show.console import safe

__all__ = ["Listener", "Log", "Plain", "Progress", "Terminal", "listeners"]

READING, PAGES = "reading", "pages"
USUAL = {READING: 5.0, PAGES: 2.0}  # seconds, until a run has shown how many they are
USUAL_NOTEBOOK = 5.0
EARLY = 0.1  # share done below which the pace so far says little
LONGEST = 200  # of a line of status


class Listener:
    """Who is told; hears nothing unless it says how. Kinds of lines are note, step, warning, fault and end."""

    def line(self, text: str, kind: str) -> None:
        """Something that stays."""

    def status(self, text: str) -> None:
        """Something that the next status replaces; it goes when empty."""

    def close(self) -> None:
        """Nothing more is told."""


class Progress:
    """What a run tells of itself.

    Parameters
    ----------
    listeners : Listener
        Any number of them.
    clock : callable
        Seconds; for tests.

    Examples
    --------
    >>> seconds = iter(range(0, 100, 4))
    >>> tell = Progress(Plain(sys.stdout), clock=lambda: next(seconds))
    >>> tell.expect(["02_rfm"], {"reading": 4, "02_rfm": 12, "pages": 4})
    >>> tell.stage("reading", "reading the orders", 1)
    >>> tell.notebooks({"02_rfm": (6, 10)}, done=[], total=1)
    >>> tell.status
    '50%, about 8 s left · 02_rfm step 6 of 10'
    """

    def __init__(self, *listeners: Listener, clock: Callable[[], float] = time.perf_counter) -> None:
        self._listeners = listeners
        self._clock = clock
        self._begun = clock()
        self._known = 0.0
        self._weights: dict[str, float] = {READING: 1.0}
        self._parts: dict[str, float] = {}
        self.status = ""

    def expect(self, notebooks: Sequence[str], seconds: Mapping[str, float | None], workers: int = 1) -> None:
        """What will be done, and how long each part took last time, where that is known."""
        parts = [READING, *notebooks, PAGES]
        usual = {**dict.fromkeys(notebooks, USUAL_NOTEBOOK), **USUAL}
        shared = dict.fromkeys(notebooks, max(1, workers))  # so many of them go side by side
        self._weights = {part: float(seconds.get(part) or usual[part]) / shared.get(part, 1) for part in parts}
        self._known = sum(self._weights.values()) if all(seconds.get(part) for part in parts) else 0.0

    def line(self, text: str, kind: str = "note") -> None:
        """Tell something that stays: a note, a step, a warning or a fault."""
        for listener in self._listeners:
            listener.line(text, kind)

    def stage(self, part: str, text: str, share: float = 0.0) -> None:
        """A part that has no notebooks is so far."""
        self._parts[part] = share
        self._show(text)

    def notebooks(self, running: Mapping[str, tuple[int, int]], *, done: Sequence[str], total: int) -> None:
        """Which step of how many each running notebook is in, and which notebooks are done."""
        self._parts |= {READING: 1.0, **dict.fromkeys(done, 1.0)}
        self._parts |= {name: max(step - 1, 0) / max(steps, 1) for name, (step, steps) in running.items()}
        told = [f"{name} step {step} of {steps}" for name, (step, steps) in running.items() if step]
        before = f"{len(done)} of {total} notebooks done" if total > 1 else ""
        self._show(" · ".join(filter(None, [before, ", ".join(told)])))

    def _share(self) -> float:
        done = sum(weight * self._parts.get(part, 0.0) for part, weight in self._weights.items())
        return done / sum(self._weights.values())

    def _show(self, text: str) -> None:
        share = min(self._share(), 0.99)
        left = self._left(share, self._clock() - self._begun)
        about = f", about {_seconds(left)} left" if left is not None else ""
        self.status = safe(f"{share:.0%}{about} · {text}", LONGEST)
        for listener in self._listeners:
            listener.status(self.status)

    def _left(self, share: float, elapsed: float) -> float | None:
        """By the pace so far; by the earlier run while there is none yet."""
        if share < EARLY:
            return max(self._known - elapsed, 0.0) if self._known else None
        return elapsed * (1 - share) / share

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, kind: object, error: BaseException | None, *_: object) -> None:
        """Take the status away; note in the log why it ended early."""
        for listener in self._listeners:
            listener.status("")
        if isinstance(error, InputError):
            for fault in error.faults:
                self.line(fault, "fault")
        elif error is not None:
            self.line(f"{type(error).__name__}: {error}".rstrip(": "), "fault")
        for listener in self._listeners:
            listener.close()


def _seconds(seconds: float) -> str:
    """Rounded to what a person wants to know."""
    if seconds < 60:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / 60)} min"


class Terminal(Listener):
    """One line that is written over; notes above it."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._status = ""

    def line(self, text: str, kind: str) -> None:
        """Notes and warnings stay; steps are in the status."""
        if kind in ("note", "warning"):
            kept = self._status
            self.status("")
            print(safe(text), file=self._stream, flush=True)
            self.status(kept)

    def status(self, text: str) -> None:
        """Write over the line, as far as the window is wide."""
        shown = text[: shutil.get_terminal_size().columns - 1]
        gone = " " * (len(self._status) - len(shown))
        back = "\r" if not shown else ""
        self._stream.write(f"\r{shown}{gone}{back}")
        self._stream.flush()
        self._status = shown


class Plain(Listener):
    """For a file, a pipe or the mail of cron: warnings only."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def line(self, text: str, kind: str) -> None:
        """What somebody should know even if all goes well."""
        if kind == "warning":
            print(safe(text), file=self._stream, flush=True)


class _Notebook(Plain):
    """One output of a cell that is updated."""

    def __init__(self, stream: TextIO, display: Callable[..., Any]) -> None:
        super().__init__(stream)
        self._display = display
        self._handle: Any = None

    def status(self, text: str) -> None:
        """Update the output; it says so when nothing is left to do."""
        shown = {"text/plain": text or "Done."}
        if self._handle:
            self._handle.update(shown, raw=True)
        elif text:
            self._handle = self._display(shown, raw=True, display_id=True)


class Log(Listener):
    """Every line with the time at which it came, added to a file."""

    def __init__(self, path: str | Path) -> None:
        try:
            self._file = Path(path).open("a", encoding="utf-8")  # noqa: SIM115 - until close()
        except OSError as error:
            raise InputError(f"--log: {path} cannot be written ({error.strerror}). Name another file.") from None

    def line(self, text: str, kind: str) -> None:
        """Write it at once: whoever follows the file sees it."""
        stamp = dt.datetime.now(dt.UTC).astimezone().isoformat(timespec="seconds")
        self._file.write(f"{stamp} {kind:<7} {safe(text)}\n")
        self._file.flush()

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class _Called(Listener):
    """A function that is called with every line."""

    def __init__(self, function: Callable[[str], object]) -> None:
        self._function = function

    def line(self, text: str, kind: str) -> None:
        if kind not in ("fault", "end"):
            self._function(text)


def listeners(progress: Callable[[str], object] | None = None, log: str | Path = "") -> list[Listener]:
    """Who is told of a run.

    Parameters
    ----------
    progress : callable, optional
        Called with one line at a time. Where there is none, a terminal or a notebook shows a status, anything else
        shows warnings only.
    log : str or Path
        File that every line is added to.

    Raises
    ------
    InputError
        The log cannot be written.
    """
    found: list[Listener] = [_Called(progress) if progress else _looking_on(sys.stderr)]
    return [*found, Log(log)] if str(log) else found


def _looking_on(stream: TextIO) -> Listener:
    # IPython is loaded where there is a kernel; importing it to find out would take longer than most else here
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    if getattr(shell, "kernel", None) is not None:
        return _Notebook(stream, sys.modules["IPython.display"].display)
    dumb = os.environ.get("TERM") == "dumb"
    return Terminal(stream) if stream.isatty() and not dumb else Plain(stream)
