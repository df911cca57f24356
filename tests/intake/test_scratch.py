"""Temporary folders: whose they are, when they go, what a killed process leaves."""

import multiprocessing
import os
import signal
import stat
import subprocess
import sys
import tempfile

import pytest

from seglib.intake import scratch

posix = pytest.mark.skipif(os.name != "posix", reason="locks and forks as POSIX has them")
HOLDS = """
import sys
from seglib.intake.scratch import private_folder
folder = private_folder("orders")
(folder / "rows.csv").write_text("ann@example.org")
print(folder, flush=True)
sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def temporary(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return tmp_path


def holder():
    """A process that has a folder, and the folder."""
    process = subprocess.Popen([sys.executable, "-c", HOLDS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    return process, process.stdout.readline().strip()


def test_a_folder_is_private_and_its_name_cannot_be_guessed(temporary):
    one, other = scratch.private_folder("orders"), scratch.private_folder("orders")
    assert one != other
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in (one, one.parent, other)} == {0o700}
    assert [stat.S_IMODE(file.stat().st_mode) for file in one.parent.iterdir() if file.is_file()] == [0o600]
    scratch.discard(one)
    assert other.exists()
    scratch.discard(other)
    assert list(temporary.iterdir()) == []


@posix
def test_what_a_killed_process_left_goes_with_the_next_one_and_what_a_living_one_has_stays(temporary):
    (killed, left), (living, kept) = holder(), holder()
    with killed, living:
        killed.kill()
        killed.wait()
        assert os.path.exists(left)
        mine = scratch.private_folder("spill")
        assert not os.path.exists(left)
        assert os.path.exists(kept)
        living.stdin.close()
    scratch.discard(mine)
    assert list(temporary.iterdir()) == []


@posix
def test_folders_of_others_are_left_alone(temporary):
    (temporary / "seglib-notes").mkdir()
    (temporary / "seglib-notes" / "mine.txt").write_text("no folder of ours")
    (temporary / "elsewhere").mkdir()
    (temporary / "elsewhere" / scratch.LOCK).touch()
    (temporary / "seglib-link").symlink_to(temporary / "elsewhere")
    assert scratch.sweep() == []
    assert sorted(one.name for one in temporary.iterdir()) == ["elsewhere", "seglib-link", "seglib-notes"]


@posix
@pytest.mark.filterwarnings("ignore:This process.*is multi-threaded:DeprecationWarning")
def test_a_forked_child_takes_nothing_from_its_parent(temporary):
    folder = scratch.private_folder("orders")
    told, tell = multiprocessing.Pipe(duplex=False)
    child = os.fork()
    if child == 0:
        scratch.discard(folder)
        tell.send(str(scratch.private_folder("orders").parent))
        scratch._end()
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    assert told.recv() != str(folder.parent)
    assert [one.name for one in temporary.iterdir()] == [folder.parent.name]
    scratch.discard(folder)


@posix
def test_a_folder_that_is_kept_is_nobodys(temporary):
    folder = scratch.owned_folder(temporary, ".report-")
    assert scratch.sweep(temporary, ".report-") == []
    final = folder.rename(temporary / "report")
    scratch.release(folder, final)
    assert list(final.iterdir()) == []


@posix
def test_terminating_or_ending_leaves_nothing(temporary):
    ends = "import signal, sys\nsignal.signal(signal.SIGTERM, lambda *_: sys.exit(0))\n"
    code = ends + HOLDS.replace("sys.stdin.read()", "signal.pause()")
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    with process:
        process.stdout.readline()
        process.send_signal(signal.SIGTERM)
    assert list(temporary.iterdir()) == []


@posix
def test_sockets_have_a_short_path_wherever_temporary_files_go(temporary, monkeypatch):
    deep = temporary / ("d" * 90)
    deep.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(deep))
    folder = scratch.short_folder()
    assert len(str(folder)) <= scratch.SOCKET_PATH
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    scratch.discard(folder)
    assert not folder.exists()


def test_much_is_told(temporary, monkeypatch):
    folder = scratch.private_folder("orders")
    (folder / "rows").write_bytes(b"1" * 2000)
    assert scratch.used_bytes() >= 2000
    assert scratch.large() == ""
    monkeypatch.setattr(scratch, "LARGE", 1000)
    assert "TMPDIR" in scratch.large()
    scratch.discard(folder)


def test_the_last_folder_may_be_collected_while_another_is_made(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    last, make = scratch.private_folder("read"), tempfile.mkdtemp

    def collected_meanwhile(**asked):
        monkeypatch.setattr(tempfile, "mkdtemp", make)
        scratch.discard(last)  # as the collector of garbage does, in the middle of anything
        return make(**asked)

    monkeypatch.setattr(tempfile, "mkdtemp", collected_meanwhile)
    folder = scratch.private_folder("spill")
    assert folder.is_dir()
    scratch.discard(folder)
