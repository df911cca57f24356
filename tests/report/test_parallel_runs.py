"""Two hundred notebooks, many at once: none fails, none sees another, nothing of them stays behind."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import threading
import time
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from seglib.report.run import forking
from seglib.report.run.parameters import find_notebooks
from seglib.report.run.running import Job, Outcome, run_notebooks, warm_up

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc tells what is left")
CELLS = (
    "import json, os\nseen = [name for name in globals() if name.startswith('mine')]",
    "globals()[f'mine{number}'] = number",
    "print(json.dumps({'number': number, 'pid': os.getpid(), 'seen': seen, 'sum': sum(range(number))}))",
)


@pytest.fixture
def scratch(monkeypatch):
    """Where sockets and the like are made; short, as the path of a socket must be."""
    with tempfile.TemporaryDirectory(prefix="par-") as folder:
        monkeypatch.setattr(tempfile, "tempdir", folder)
        monkeypatch.setenv("TMPDIR", folder)
        yield Path(folder)


def make_jobs(folder: Path, count: int) -> list[Job]:
    cells = [new_code_cell(source) for source in CELLS]
    for number in range(1, count + 1):
        tagged = new_code_cell("number: int = 0  # which", metadata={"tags": ["parameters"]})
        title = new_markdown_cell(f"# Who is number {number}?")
        nbformat.write(new_notebook(cells=[title, tagged, *cells]), folder / f"{number:03d}_one.ipynb")
    return [Job(notebook, {"number": int(notebook.number)}) for notebook in find_notebooks(folder)]


def told(outcome: Outcome) -> dict:
    outputs = [output for cell in outcome.document.cells for output in cell.get("outputs", [])]
    return json.loads("".join(output.get("text", "") for output in outputs))


def check(outcomes: list[Outcome]) -> set[int]:
    """Every notebook ended well and said its own; returns the processes they ran in."""
    assert [outcome.failure for outcome in outcomes if outcome.failure] == []
    answers = [told(outcome) for outcome in outcomes]
    assert [answer["number"] for answer in answers] == list(range(1, len(outcomes) + 1))
    assert [answer["sum"] for answer in answers] == [sum(range(number)) for number in range(1, len(outcomes) + 1)]
    assert [answer["seen"] for answer in answers] == [[]] * len(outcomes)
    processes = {answer["pid"] for answer in answers}
    assert len(processes) == len(outcomes), "a process each"
    return processes


def still_there(processes: set[int], seconds: float = 10) -> set[int]:
    end = time.monotonic() + seconds
    while (left := {one for one in processes if Path("/proc", str(one)).exists()}) and time.monotonic() < end:
        time.sleep(0.05)
    return left


@linux
@pytest.mark.slow
def test_two_hundred_notebooks_in_forks_without_one_failure(tmp_path, scratch):
    jobs = make_jobs(tmp_path, 200)
    threads, files = threading.active_count(), len(os.listdir("/proc/self/fd"))
    with warm_up() as warm:
        outcomes = run_notebooks(jobs, workers=16, warm=warm)
        forked = {kernel.pid for kernel in warm._kernels}
    processes = check(outcomes)
    assert processes == forked, "each of them was forked"
    assert still_there(processes) == set()
    assert list(scratch.iterdir()) == []
    assert threading.active_count() <= threads + 1  # the garbage collector of sockets stays, one for all
    assert len(os.listdir("/proc/self/fd")) <= files + 8


@linux
@pytest.mark.slow
def test_ordinary_kernels_do_it_where_none_can_be_forked(tmp_path, scratch, monkeypatch):
    monkeypatch.setattr(forking, "ABLE", False)
    with warm_up() as warm:
        outcomes = run_notebooks(make_jobs(tmp_path, 6), workers=3, warm=warm)
    assert still_there(check(outcomes)) == set()
    assert list(scratch.iterdir()) == []
