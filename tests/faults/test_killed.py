"""Reports ended at any moment, or on machines that lack something: no half a report, nothing left, nothing running.

``make test-faults`` runs all of it; the ordinary tests take three moments of TERM and of KILL.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc tells what runs")
ORDERS = "order_id,customer_id,ordered_at,amount\n" + "".join(
    f"o{n},c{n % 7},2024-{1 + n % 9:02d}-15,{10 + n}\n" for n in range(40)
)
PARAMETERS = 'shop: str = "demo"  # shop\nas_of: str = ""\nwindow_days: int = 0\nrun: str = ""\n'
PAGE = (
    "import time\nimport seglib as sg\ndata = sg.open_shop(shop, as_of=as_of, run=run)\n"
    'data.keep("one", data.customers.head(1))\ntime.sleep(1)'
)
CODE = (
    "import functools, signal, sys, seglib.report as r; from seglib.command.cli import main;"
    "signal.signal(signal.SIGINT, signal.default_int_handler);"  # ignored where the tests run in the background
    "r.run_report = functools.partial(r.run_report, notebooks='pages');"
    "sys.exit(main(['report', 'orders.csv', '--out', 'out', *sys.argv[1:]]))"
)
KNOWN = ["log", "orders.csv", "out", "pages", "tmp"]
MANY = [0.3 + 0.35 * n for n in range(20)]  # seconds after the start, the last ones when all is done
FEW = [1.5, 3.5, 5.0]
ENDS_SECONDS = 20.0  # for a run that was told to end; what was killed is looked for after one second
fault = pytest.mark.faults


@pytest.fixture
def place(tmp_path) -> Path:
    """A tiny shop of one page; temporary files go to ``tmp``."""
    (tmp_path / "orders.csv").write_text(ORDERS)
    for name in ("pages", "tmp"):
        (tmp_path / name).mkdir()
    cells = [new_markdown_cell("# Who?"), new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]})]
    kernel = {"name": "python3", "language": "python", "display_name": "Python 3"}
    page = new_notebook(cells=[*cells, new_code_cell(PAGE)], metadata={"kernelspec": kernel})
    nbformat.write(page, tmp_path / "pages" / "01_one.ipynb")
    return tmp_path


def start(place: Path, *more: str, **options) -> subprocess.Popen[bytes]:
    """A report that is made, in a group of processes of its own, known by a mark in its environment."""
    environment = {**os.environ, "TMPDIR": str(place / "tmp"), "SEGLIB_FAULTS": str(place)}
    command = [sys.executable, "-c", CODE, "--again", *more]
    with (place / "log").open("w") as log:
        return subprocess.Popen(command, cwd=place, env=environment, stdout=log, stderr=log, **options)


def running(place: Path) -> dict[int, str]:
    """Processes of a place that live, and what they are: parent, server or kernel."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            mark = f"SEGLIB_FAULTS={place}".encode()
            if mark not in (folder / "environ").read_bytes().split(b"\0"):
                continue
            state = (folder / "stat").read_text().rpartition(")")[2].split()
            command = (folder / "cmdline").read_bytes()
        except OSError:
            continue
        if state[0] != "Z":
            kind = "parent" if b"-c" in command.split(b"\0") else "server"
            found[int(folder.name)] = kind
    parents = {pid: int((Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[1]) for pid in found}
    return {pid: "kernel" if found.get(parents[pid]) == "server" else kind for pid, kind in found.items()}


def wait_until(condition, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while not (met := condition()) and time.monotonic() < end:
        time.sleep(0.02)
    return met


def check_nothing_is_left(place: Path) -> None:
    assert wait_until(lambda: not running(place), 3), running(place)
    out = place / "out"
    if out.exists():
        record = json.loads((out / "run.json").read_text())
        assert record["status"] in ("ok", "failed")
        assert all((out / file).is_file() for file in record["files"])


def check_the_next_run_cleans(place: Path) -> None:
    ended = start(place)
    assert ended.wait(120) == 0, (place / "log").read_text()
    assert set(os.listdir(place)) <= {*KNOWN, "out.failed"}
    assert os.listdir(place / "tmp") == []
    assert json.loads((place / "out" / "run.json").read_text())["status"] == "ok"
    check_nothing_is_left(place)


def end_at(place: Path, moment: float, number: int) -> int:
    """The report told to end ``moment`` seconds after its start; its exit code."""
    report = start(place)
    wait_until(lambda: report.poll() is not None, moment)
    report.send_signal(number)
    return report.wait(ENDS_SECONDS)


def check_all_moments(place: Path, moments: list[float], number: int) -> None:
    for moment in moments:
        code = end_at(place, moment, number)
        check_nothing_is_left(place)
        if code == 130:
            assert set(os.listdir(place)) <= set(KNOWN), f"told to end after {moment} s"
            assert os.listdir(place / "tmp") == [], f"told to end after {moment} s"
        for left in (*(place / "tmp").iterdir(), *place.glob(".out-*")):
            assert left.stat().st_mode & 0o077 == 0, f"{left} can be read by others"
    check_the_next_run_cleans(place)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["SIGTERM", "SIGKILL"])
def test_a_report_ended_at_three_moments_leaves_nothing(place, name):
    check_all_moments(place, FEW, getattr(signal, name))


@fault
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGINT", "SIGKILL"])
def test_a_report_ended_at_twenty_moments_leaves_nothing(place, name):
    check_all_moments(place, MANY, getattr(signal, name))


@fault
@pytest.mark.parametrize("whom", ["kernel", "server"])
@pytest.mark.parametrize("name", ["SIGTERM", "SIGKILL"])
def test_a_kernel_or_server_that_is_killed_leaves_the_last_good_report(place, whom, name):
    assert start(place).wait(120) == 0
    good = (place / "out" / "run.json").read_text()
    report = start(place)
    assert wait_until(lambda: whom in running(place).values() or report.poll() is not None, 60)
    for pid in [pid for pid, kind in running(place).items() if kind == whom]:
        os.kill(pid, getattr(signal, name))
    code = report.wait(120)
    check_nothing_is_left(place)
    if code == 1:
        assert (place / "out" / "run.json").read_text() == good
        assert json.loads((place / "out.failed" / "run.json").read_text())["status"] == "failed"
    check_the_next_run_cleans(place)
    assert not (place / "out.failed").exists()


@fault
def test_two_runs_at_once_leave_one_whole_report(place):
    runs = [start(place) for _ in range(2)]
    assert [run.wait(180) for run in runs] == [0, 0]
    assert sorted(os.listdir(place)) == KNOWN
    check_the_next_run_cleans(place)


@fault
@pytest.mark.parametrize("limit", [300_000_000, 700_000_000, 900_000_000])
def test_too_little_memory_leaves_nothing(place, limit):
    """The engine itself may crash or stand still where it gets no thread: then it is killed, as a user would."""
    import resource

    report = start(place, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)))
    if not wait_until(lambda: report.poll() is not None, 60):
        report.kill()
    assert report.wait(10) != 0
    check_nothing_is_left(place)
    assert not (place / "out").exists()
    check_the_next_run_cleans(place)


# what needs root ------------------------------------------------------------------------------------------------------

root = pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs root: mounts, another user")


@pytest.fixture
def mounted(place) -> Iterator:
    """Mounts a file system of memory, if the machine lets root do it."""
    there: list[Path] = []

    def mount(folder: Path, options: str) -> Path:
        folder.mkdir(exist_ok=True)
        if subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], capture_output=True).returncode:
            pytest.skip("root may not mount here")
        there.append(folder)
        return folder

    yield mount
    for folder in there:
        subprocess.run(["umount", "-l", folder], check=True)


@fault
@root
@pytest.mark.parametrize("which", ["tmp", "out"])
def test_a_full_disk_is_told_and_leaves_nothing(place, mounted, which):
    disk = mounted(place / ("tmp" if which == "tmp" else "disk"), "size=64k,nr_inodes=4")
    more = () if which == "tmp" else ("--out", "disk/out")
    report = start(place, *more)
    report.wait(120)
    said = (place / "log").read_text()
    assert report.returncode == 1, said
    assert "disk is full" in said or "No space left" in said
    assert "a fault in seglib" not in said
    check_nothing_is_left(place)
    assert os.listdir(disk) == []


@fault
@root
def test_a_folder_that_can_only_be_read_is_told(place, mounted):
    mounted(place / "disk", "ro")
    report = start(place, "--out", "disk/out")
    report.wait(120)
    said = (place / "log").read_text()
    assert report.returncode == 1, said
    assert "Name another --out" in said
    check_nothing_is_left(place)


@fault
@root
def test_two_users_do_not_get_in_each_others_way(place):
    nobody = 65534
    try:
        subprocess.run([sys.executable, "-c", "import seglib"], user=nobody, cwd="/", capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("another user cannot run this Python")
    shutil.copytree(place, other := place.parent / "other")
    os.chmod(place / "tmp", 0o1777)
    for folder in (other, *other.rglob("*")):
        os.chown(folder, nobody, nobody)
    first = start(place)
    own = {**os.environ, "TMPDIR": str(place / "tmp"), "HOME": "/"}
    second = subprocess.Popen([sys.executable, "-c", CODE], cwd=other, user=nobody, env=own)
    assert (first.wait(180), second.wait(180)) == (0, 0)
    assert os.listdir(place / "tmp") == []
