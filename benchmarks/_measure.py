"""Timing side by side: rounds in turn (a busy neighbour slows all alike), medians, peak memory of a process alone."""

from __future__ import annotations

import json
import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd


def time_in_turn(contenders: Mapping[str, Callable[[], Any]], rounds: int) -> pd.DataFrame:
    """Rows contender and round, columns seconds (clock) and cpu_seconds (all threads), after a warm-up round."""
    measured = []
    for turn in range(rounds + 1):
        for name, run in contenders.items():
            started, busy = time.perf_counter(), time.process_time()
            run()
            measured.append((name, turn, time.perf_counter() - started, time.process_time() - busy))
    table = pd.DataFrame(measured, columns=["contender", "round", "seconds", "cpu_seconds"])
    return table[table["round"] > 0].set_index(["contender", "round"])


def ratios(times: pd.DataFrame, name: str, reference: str) -> pd.Series:
    """Median of the ratios round by round, for seconds and cpu_seconds."""
    return (times.loc[name] / times.loc[reference]).median()


def peak_mb() -> float:
    """Peak resident memory of this process in MB.

    Linux carries ``ru_maxrss`` of the parent across exec, so that every child of a large process looks as large as it;
    VmHWM starts anew.
    """
    status = Path("/proc/self/status")
    if status.exists():
        return int(re.search(r"VmHWM:\s+(\d+) kB", status.read_text())[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024**2 if sys.platform == "darwin" else 1024)


def peak_mb_alone(script: str | Path, *arguments: str) -> float:
    """Peak memory that ``script`` prints on its last line when it runs in a process of its own."""
    done = subprocess.run([sys.executable, str(script), *arguments], check=True, capture_output=True, text=True)
    return float(json.loads(done.stdout.splitlines()[-1])["peak_mb"])


def assert_same(found: pd.DataFrame, expected: pd.DataFrame) -> None:
    """Same customers, same columns, same values (floats to nine digits); raises AssertionError otherwise."""
    assert list(found.columns) == list(expected.columns), (list(found.columns), list(expected.columns))
    assert found.index.equals(expected.index), "other customers, or in another order"
    for name in expected.columns:
        if pd.api.types.is_numeric_dtype(expected[name]):
            pairs = (table[name].to_numpy("float64", na_value=np.nan) for table in (found, expected))
            np.testing.assert_allclose(*pairs, rtol=1e-9, atol=1e-9, err_msg=name)
        else:
            assert (found[name].astype("object") == expected[name].astype("object")).all(), name
