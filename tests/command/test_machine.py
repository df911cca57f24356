"""What the machine gives or lacks: closed streams, narrow code pages, full disks, odd variables; no fault of seglib."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from seglib.command.machine import lacking_in

ORDERS = "order_id,customer_id,ordered_at,amount,category\n1,A,2024-01-01,10,お茶\n2,B,2024-02-01,12,Cești\n"
unix = pytest.mark.skipif(sys.platform == "win32", reason="a shell of Unix says what is closed")


@pytest.fixture
def shell(tmp_path):
    """Runs a line of shell in the folder of ``orders.csv``; ``seglib`` there is this one."""
    (tmp_path / "orders.csv").write_text(ORDERS, encoding="utf-8")

    def run(line: str, **variables: str) -> subprocess.CompletedProcess[str]:
        told = f'seglib() {{ "{sys.executable}" -m seglib "$@"; }}\n{line}'
        known = {**os.environ, **variables}
        return subprocess.run(["sh", "-c", told], cwd=tmp_path, env=known, capture_output=True, text=True, timeout=120)

    return run


@unix
@pytest.mark.parametrize("line", ["check orders.csv", "formats draft orders.csv", "language it"])
def test_output_that_goes_to_a_file_is_utf_8_whatever_the_code_page(shell, tmp_path, line):
    ended = shell(f"seglib {line} > out.txt", PYTHONIOENCODING="cp1252")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert len((tmp_path / "out.txt").read_text(encoding="utf-8")) > 100


@unix
@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", ">&- 2>&- <&-"])
def test_closed_streams_are_no_fault(shell, closed):
    ended = shell(f"seglib check orders.csv {closed}")
    assert ended.returncode == 0
    assert "Traceback" not in ended.stderr + ended.stdout


@unix
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_told_as_one(shell):
    ended = shell("seglib check orders.csv > /dev/full")
    assert ended.returncode == 1
    assert ended.stderr.startswith(
        "seglib: The disk is full (No space left on device). Make room, or name other places"
    )


@unix
@pytest.mark.parametrize("zone", ["Foo/Bar", ":::", "<x", "../../etc/passwd", ":/etc/passwd"])
def test_a_time_zone_that_is_none_is_no_fault(shell, zone):
    assert shell("seglib check orders.csv", TZ=zone).returncode == 0
    assert shell("seglib formats", TZ=zone).returncode == 0


@unix
def test_a_folder_that_nothing_can_be_written_to_is_told_as_one(shell):
    ended = shell("seglib report orders.csv --only 02 --out /proc/reports/out")
    assert ended.returncode == 1, ended.stderr
    assert "/proc/reports" in ended.stderr.replace("../", "/")
    assert "Name another --out" in ended.stderr


def test_what_duckdb_tells_in_words_is_recognised():
    error = ValueError("no table")
    error.__cause__ = RuntimeError("IO Error: Could not write: No space left on device")
    assert lacking_in(error).startswith("The disk is full")
    assert "not enough memory" in lacking_in(MemoryError())
    assert lacking_in(ValueError("x")) == ""


VALUES = {
    "as_of": ("20241231", "as_of: '20241231' is not a date"),
    "window_days": ("True", "window_days is True; expected a positive number of days"),
    "shop": ("None", "shop: None is no file"),
}


@pytest.mark.slow
@pytest.mark.parametrize(("name", "value", "said"), [(name, *told) for name, told in VALUES.items()], ids=VALUES)
def test_odd_values_that_papermill_makes_of_text_are_refused_by_name(shell, name, value, said):
    notebook = Path(__file__).parents[2] / "notebooks" / "02_rfm.ipynb"
    told = "-p shop orders.csv " if name != "shop" else ""
    ended = shell(f'"{sys.executable}" -m papermill "{notebook}" out.ipynb {told}-p {name} {value}')
    assert f"InputError: {said}" in ended.stderr
