"""Kernels forked from a warm process: they start, their end is seen, and where they cannot be, ordinary ones do it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from seglib.report.run import forking
from seglib.report.run.forking import Warm
from seglib.report.run.parameters import find_notebooks
from seglib.report.run.progress import Progress
from seglib.report.run.running import Job, run_notebooks, warm_up

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="kernels are forked on Linux only")
NOTEBOOK = """{"cells": [
 {"cell_type": "markdown", "id": "a", "metadata": {}, "source": "# Who is it?"},
 {"cell_type": "code", "id": "b", "metadata": {"tags": ["parameters"]}, "source": "step: str = ''  # which",
  "execution_count": null, "outputs": []},
 {"cell_type": "code", "id": "c", "metadata": {}, "execution_count": null, "outputs": [], "source": "%s"}],
 "metadata": {}, "nbformat": 4, "nbformat_minor": 5}"""


@pytest.fixture
def warm() -> Iterator[Warm]:
    with Warm(os.environ) as process:
        yield process


def printed(folder: Path, source: str) -> tuple[str, object]:
    (folder / "01_one.ipynb").write_text(NOTEBOOK % source, encoding="utf-8")
    jobs = [Job(notebook, {}) for notebook in find_notebooks(folder)]
    with warm_up() as warm:
        (outcome,) = run_notebooks(jobs, warm=warm)
    texts = [output.get("text", "") for cell in outcome.document.cells for output in cell.get("outputs", [])]
    return "".join(texts).strip(), outcome.failure


@linux
def test_a_fork_lives_until_told_and_its_end_is_seen(warm, tmp_path):
    kernel = warm.fork(["-f", str(tmp_path / "connection.json")], str(tmp_path), os.environ)
    assert kernel is not None
    assert kernel.poll() is None
    assert alive(kernel.pid)
    kernel.kill()
    assert kernel.wait(10) == 0
    assert gone(kernel.pid)


def alive(pid: int) -> bool:
    try:  # one that nobody has asked for its end yet is dead too, and may be there for a while
        return Path("/proc", str(pid), "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def gone(pid: int, seconds: float = 20) -> bool:
    limit = time.monotonic() + seconds
    while alive(pid) and time.monotonic() < limit:
        time.sleep(0.02)
    return not alive(pid)


@linux
def test_notebooks_run_in_forks_that_have_imported_pandas(tmp_path):
    text, failure = printed(tmp_path, "import os, sys; print('pandas' in sys.modules, os.getcwd())")
    assert failure is None
    assert text == f"True {os.getcwd()}"


def test_without_forks_an_ordinary_kernel_runs_the_notebook(tmp_path, monkeypatch):
    monkeypatch.setattr(forking, "ABLE", False)
    assert printed(tmp_path, "import sys; print('pandas' in sys.modules)") == ("False", None)


@linux
def test_a_warm_process_that_died_is_replaced_by_ordinary_kernels(tmp_path, monkeypatch):
    started = subprocess.Popen

    def broken(command: list[str], **options: object) -> subprocess.Popen[bytes]:
        return started([sys.executable, "-c", "raise SystemExit(3)"] if "-P" in command else command, **options)

    monkeypatch.setattr(forking.subprocess, "Popen", broken)
    assert printed(tmp_path, "print(1 + 1)") == ("2", None)


@linux
def test_the_warm_process_ends_with_its_parent():
    code = (
        "import os, time\nfrom seglib.report.run.forking import Warm\n"
        "warm = Warm(os.environ)\nprint(warm._process.pid, flush=True)\ntime.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    assert gone(pid, 5)  # the system ends it, in the middle of an import too


@linux
def test_a_kernel_killed_in_the_middle_is_told_as_a_failure(tmp_path):
    text, failure = printed(tmp_path, "import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    assert text == ""
    assert failure is not None
    assert failure.kind == "DeadKernelError"


class Impatient(Progress):
    """Presses Ctrl-C as soon as notebooks run."""

    def notebooks(self, *_: object, **__: object) -> None:
        raise KeyboardInterrupt


@linux
def test_ctrl_c_does_not_wait_for_a_process_that_still_imports(tmp_path, monkeypatch):
    (tmp_path / "warm.py").write_text("import time; time.sleep(600)")
    (tmp_path / "01_one.ipynb").write_text(NOTEBOOK % "print(1)", encoding="utf-8")
    monkeypatch.setattr(forking, "WARM", tmp_path / "warm.py")
    monkeypatch.setattr(forking, "PATIENCE_SECONDS", 300.0)
    jobs, begun = [Job(notebook, {}) for notebook in find_notebooks(tmp_path)], time.monotonic()
    with warm_up() as warm, pytest.raises(KeyboardInterrupt):
        run_notebooks(jobs, tell=Impatient(), warm=warm)
    assert time.monotonic() - begun < 60


@linux
def test_kernels_start_where_temporary_files_have_a_path_longer_than_that_of_a_socket(tmp_path, monkeypatch):
    deep = tmp_path / ("d" * 120)
    deep.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(deep))
    monkeypatch.setenv("TMPDIR", str(deep))
    assert printed(tmp_path, "print('here')") == ("here", None)
    assert list(deep.iterdir()) == []
