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
import tempfile
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
    "import functools, sys, seglib.report as r; from seglib.command.cli import main;"
    "r.run_report = functools.partial(r.run_report, notebooks='pages');"
    "sys.exit(main(['report', 'orders.csv', '--out', 'out', *sys.argv[1:]]))"
)
KNOWN = ["log", "orders.csv", "out", "pages", "tmp"]
MANY = [0.05 + 0.0525 * n for n in range(20)]  # shares of the time that a report takes; all is done at the last one
FEW = [0.25, 0.6, 0.9]
LATER = [0.0, 0.5, 1.0, 1.5, 2.0]  # seconds after a kernel or the server was first seen
PATIENCE_SECONDS = 300.0  # for a report, on a machine with other work to do
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


@pytest.fixture(autouse=True)
def heeded() -> Iterator[None]:
    """What the tests start hears both signals: in the background, or under nohup, they are ignored."""
    usual = {signal.SIGINT: signal.default_int_handler, signal.SIGHUP: signal.SIG_DFL}
    before = {number: signal.signal(number, handler) for number, handler in usual.items()}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


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
    assert ended.wait(PATIENCE_SECONDS) == 0, (place / "log").read_text()
    assert set(os.listdir(place)) <= {*KNOWN, "out.failed"}
    assert os.listdir(place / "tmp") == []
    assert json.loads((place / "out" / "run.json").read_text())["status"] == "ok"
    check_nothing_is_left(place)


def seconds_of_a_report(place: Path) -> float:
    began = time.monotonic()
    assert start(place).wait(PATIENCE_SECONDS) == 0, (place / "log").read_text()
    shutil.rmtree(place / "out")
    return time.monotonic() - began


def end_at(place: Path, moment: float, number: int) -> int:
    """The report told to end ``moment`` seconds after its start; its exit code."""
    report = start(place)
    wait_until(lambda: report.poll() is not None, moment)
    report.send_signal(number)
    return report.wait(ENDS_SECONDS)


def end_part(place: Path, whom: str, number: int, seconds: float) -> int:
    """The exit code of a report whose kernel or server ends so many seconds after it was there."""
    report = start(place)
    assert wait_until(lambda: whom in running(place).values() or report.poll() is not None, PATIENCE_SECONDS)
    wait_until(lambda: report.poll() is not None, seconds)
    for pid in [pid for pid, kind in running(place).items() if kind == whom]:
        os.kill(pid, number)
    return report.wait(PATIENCE_SECONDS)


def check_all_moments(place: Path, shares: list[float], number: int) -> None:
    whole = seconds_of_a_report(place)
    for moment in (share * whole for share in shares):
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
    assert start(place).wait(PATIENCE_SECONDS) == 0
    good = (place / "out" / "run.json").read_text()
    for seconds in LATER:
        code = end_part(place, whom, getattr(signal, name), seconds)
        check_nothing_is_left(place)
        assert code in (0, 1), (place / "log").read_text()
        if code == 1:
            assert (place / "out" / "run.json").read_text() == good
            assert json.loads((place / "out.failed" / "run.json").read_text())["status"] == "failed"
        good = (place / "out" / "run.json").read_text()
    check_the_next_run_cleans(place)
    assert not (place / "out.failed").exists()


@fault
def test_two_runs_at_once_leave_one_whole_report(place):
    runs = [start(place) for _ in range(2)]
    assert [run.wait(PATIENCE_SECONDS) for run in runs] == [0, 0]
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
    report.wait(PATIENCE_SECONDS)
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
    report.wait(PATIENCE_SECONDS)
    said = (place / "log").read_text()
    assert report.returncode == 1, said
    assert "Name another --out" in said
    check_nothing_is_left(place)


@fault
@root
def test_two_users_do_not_get_in_each_others_way(place):
    another = {"user": 65534, "group": 65534, "extra_groups": []}
    try:
        subprocess.run([sys.executable, "-c", "import seglib"], cwd="/", capture_output=True, check=True, **another)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("another user cannot run this Python: take one outside root's own folder")
    with tempfile.TemporaryDirectory() as both:  # what pytest gives is closed to others
        mine, other = (shutil.copytree(place, Path(both, name)) for name in ("mine", "other"))
        for folder, mode in ((Path(both), 0o755), (mine, 0o755), (mine / "tmp", 0o1777)):
            folder.chmod(mode)
        for file in (other, *other.rglob("*")):
            os.chown(file, another["user"], another["group"])
        first = start(mine)
        own = {**os.environ, "TMPDIR": str(mine / "tmp"), "HOME": str(other)}
        second = subprocess.Popen([sys.executable, "-c", CODE], cwd=other, env=own, **another)
        assert (first.wait(PATIENCE_SECONDS), second.wait(PATIENCE_SECONDS)) == (0, 0)
        assert os.listdir(mine / "tmp") == []
        assert (other / "out" / "index.html").is_file()
