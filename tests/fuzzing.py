"""The loop of the fuzzers: input n is the same on every run, outcomes are counted, what is wrong is printed.

An input has ``SECONDS`` of the processor and may reserve ``MEMORY``, all of them may not fill more than that, and
nothing may be written beside the folder that they work in.
"""

from __future__ import annotations

import argparse
import resource
import signal
import time
from collections import Counter
from collections.abc import Callable, Container, Iterator
from pathlib import Path
from typing import Any

__all__ = ["beside", "count", "options", "report"]

SECONDS, MEMORY = 10, 4 * 2**30
BUSY = 10  # times that a machine with other work to do may take longer


def count(outcomes: Iterator[str], fine: Container[str], *, first: int = 0, stop: int = 10, what: str = "input"):
    """How many outcomes are fine, by name, and how many wrong; ends after so many that are."""
    found: Counter[str] = Counter()
    for number, outcome in enumerate(_timed(outcomes), first):
        found[outcome if outcome in fine else "wrong"] += 1
        if outcome not in fine:
            print(f"{what} {number}: {outcome}", flush=True)
            if found["wrong"] >= stop:
                break
    return found


def _timed(outcomes: Iterator[str]) -> Iterator[str]:
    """Each outcome, and that it took too long where it did; what hangs is ended."""
    before, limits = signal.signal(signal.SIGALRM, _late), resource.getrlimit(resource.RLIMIT_AS)
    try:
        while True:
            begun, worked = time.perf_counter(), time.process_time()
            signal.alarm(BUSY * SECONDS)
            _may_reserve(MEMORY)
            outcome = next(outcomes, None)
            signal.alarm(0)
            if outcome is None:
                break
            took = max(time.process_time() - worked, (time.perf_counter() - begun) / BUSY)
            yield outcome if took < SECONDS else f"{took:.0f} s: {outcome[:300]}"
    finally:
        signal.signal(signal.SIGALRM, before)
        resource.setrlimit(resource.RLIMIT_AS, limits)


def _may_reserve(more: int) -> None:
    """So much address space beyond what is reserved: the engine and its threads hold gigabytes that nothing fills."""
    reserved = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (reserved + more, resource.getrlimit(resource.RLIMIT_AS)[1]))


def _late(_number: int, _frame: Any) -> None:
    raise TimeoutError


def beside(folder: Path) -> dict[str, bytes]:
    """What lies beside the folders that inputs may write to: as before, or something wrote elsewhere."""
    return {path.name: b"" if path.is_dir() else path.read_bytes() for path in folder.iterdir()}


def options(about: str | None, inputs: int) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--inputs", type=int, default=inputs)
    parser.add_argument("--first", type=int, default=0, help="number of the first input, to see one again")
    return parser


def report(run: Callable[[], Counter[str]], what: str = "") -> int:
    """Run, tell the outcomes, the seconds and the peak of the memory; how many were wrong, the memory among them."""
    started = time.perf_counter()
    outcomes = run()
    took, peak = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(f"{what}{outcomes.total():,} inputs in {took:.0f} s, at most {peak / 2**20:.0f} MB: {dict(outcomes)}")
    return outcomes["wrong"] + (peak > MEMORY)
