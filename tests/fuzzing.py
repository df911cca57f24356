"""The loop of the fuzzers: input n is the same on every run, outcomes are counted, what is wrong is printed."""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Callable, Container, Iterable

__all__ = ["count", "options", "report"]


def count(outcomes: Iterable[str], fine: Container[str], *, first: int = 0, stop: int = 10, what: str = "input"):
    """How many outcomes are fine, by name, and how many wrong; ends after so many that are."""
    found: Counter[str] = Counter()
    for number, outcome in enumerate(outcomes, first):
        found[outcome if outcome in fine else "wrong"] += 1
        if outcome not in fine:
            print(f"{what} {number}: {outcome}", flush=True)
            if found["wrong"] >= stop:
                break
    return found


def options(about: str | None, inputs: int) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--inputs", type=int, default=inputs)
    parser.add_argument("--first", type=int, default=0, help="number of the first input, to see one again")
    return parser


def report(run: Callable[[], Counter[str]], what: str = "") -> int:
    """Run, tell the outcomes and the seconds; how many were wrong."""
    started = time.perf_counter()
    outcomes = run()
    print(f"{what}{outcomes.total():,} inputs in {time.perf_counter() - started:.0f} s: {dict(outcomes)}")
    return outcomes["wrong"]
