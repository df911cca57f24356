"""What a run tells of itself: one line on a terminal, warnings elsewhere, everything in a log."""

from __future__ import annotations

import io
import re
import sys
from types import SimpleNamespace

import pytest

from seglib.errors import InputError
from seglib.report.run import progress
from seglib.report.run.progress import PAGES, READING, Log, Plain, Progress, Terminal, listeners


class Screen(io.StringIO):
    """A terminal: what is on it after everything that was written."""

    def isatty(self) -> bool:
        return True

    def shown(self) -> list[str]:
        lines = [""]
        for part in re.split(r"([\r\n])", self.getvalue()):
            if part == "\n":
                lines.append("")
            elif part != "\r":
                lines[-1] = part + lines[-1][len(part) :]
        return [line.rstrip() for line in lines]


class Clock:
    """Seconds that a test moves."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


SECONDS = {READING: 4.0, "01_a": 10.0, "02_b": 10.0, PAGES: 6.0}


def test_the_share_follows_the_seconds_of_the_run_before(clock):
    tell = Progress(clock=clock)
    tell.expect(["01_a", "02_b"], SECONDS, workers=2)  # 4 + 5 + 5 + 6
    tell.stage(READING, "reading")
    assert tell.status == "0%, about 20 s left · reading"
    clock.seconds = 4
    tell.notebooks({"01_a": (1, 5), "02_b": (0, 4)}, done=[], total=2)
    assert tell.status == "20%, about 16 s left · 0 of 2 notebooks done · 01_a step 1 of 5"
    clock.seconds = 12  # slower than before
    tell.notebooks({"02_b": (3, 4)}, done=["01_a"], total=2)
    assert tell.status == "57%, about 9 s left · 1 of 2 notebooks done · 02_b step 3 of 4"
    tell.notebooks({}, done=["01_a", "02_b"], total=2)
    tell.stage(PAGES, "writing the pages")
    assert tell.status.startswith("70%, about 5 s left · writing")


def test_nothing_is_said_of_the_time_left_before_it_can_be_known(clock):
    tell = Progress(clock=clock)
    tell.expect(["01_a"], {})
    tell.stage(READING, "reading")
    assert tell.status == "0% · reading"
    clock.seconds = 300
    tell.notebooks({"01_a": (1, 1)}, done=[], total=1)
    assert tell.status == "42%, about 7 min left · 01_a step 1 of 1"


def test_a_terminal_has_one_line_that_is_written_over_and_notes_above_it():
    screen = Screen()
    with Progress(Terminal(screen)) as tell:
        tell.stage(READING, "reading the orders of a shop")
        tell.line("A note.")
        tell.line("[1/2] a step", "step")
        tell.stage(PAGES, "writing")
        assert screen.shown()[0] == "A note."
        assert re.fullmatch(r"\d+%.* · writing", screen.shown()[1])
    assert screen.shown() == ["A note.", ""]


def test_the_line_is_never_wider_than_the_window(monkeypatch):
    monkeypatch.setenv("COLUMNS", "30")
    screen = Screen()
    Progress(Terminal(screen)).stage(READING, "x" * 100)
    assert len(screen.shown()[0]) == 29


def test_what_the_data_hold_cannot_steer_the_terminal():
    screen = Screen()
    tell = Progress(Terminal(screen))
    tell.line("a\x1b[2Jb")
    tell.stage(READING, "c\x1b[2Jd")
    assert "\x1b" not in screen.getvalue()


def test_where_nobody_looks_on_only_warnings_are_told():
    mail = io.StringIO()
    with Progress(Plain(mail)) as tell:
        tell.stage(READING, "reading")
        tell.line("a note")
        tell.line("a step", "step")
        tell.line("a warning", "warning")
    assert mail.getvalue() == "a warning\n"


def test_who_is_told_depends_on_who_looks_on(monkeypatch):
    monkeypatch.setattr(sys, "stderr", Screen())
    monkeypatch.setenv("TERM", "xterm")
    assert isinstance(listeners()[0], Terminal)
    monkeypatch.setenv("TERM", "dumb")
    assert type(listeners()[0]) is Plain
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    assert type(listeners()[0]) is Plain


def test_a_function_is_called_with_every_line_but_faults_which_are_raised():
    lines: list[str] = []
    tell = Progress(*listeners(lines.append))
    tell.line("a note")
    tell.line("a step", "step")
    tell.stage(READING, "reading")
    with pytest.raises(InputError), tell:
        raise InputError("wrong")
    assert lines == ["a note", "a step"]


def test_a_log_has_every_line_with_its_time_and_why_a_run_ended(tmp_path):
    for text in ("first", "second\nline"):
        with Progress(*listeners(lambda line: None, tmp_path / "log")) as tell:
            tell.line(text, "step")
            assert (tmp_path / "log").read_text().endswith(f"{text.split()[-1]}\n"), "written at once"
    with pytest.raises(InputError), Progress(*listeners(lambda line: None, tmp_path / "log")):
        raise InputError(["one", "two"])
    with pytest.raises(KeyboardInterrupt), Progress(Log(tmp_path / "log")):
        raise KeyboardInterrupt
    lines = (tmp_path / "log").read_text().splitlines()
    assert all(re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d ", line) for line in lines)
    told = [" ".join(line.split()[1:]) for line in lines]
    assert told == ["step first", "step second line", "fault one", "fault two", "fault KeyboardInterrupt"]


def test_a_log_that_cannot_be_written_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"--log: .*none/log cannot be written \(No such file or directory\)"):
        Log(tmp_path / "none" / "log")


def test_a_notebook_shows_one_output_that_is_updated(monkeypatch):
    seen: list[str] = []

    class Handle:
        def update(self, bundle, *, raw):
            seen.append(bundle["text/plain"])

    def display(bundle, *, raw, display_id):
        seen.append(bundle["text/plain"])
        return Handle()

    shell = SimpleNamespace(get_ipython=lambda: SimpleNamespace(kernel=object()))
    monkeypatch.setitem(sys.modules, "IPython", shell)
    monkeypatch.setitem(sys.modules, "IPython.display", SimpleNamespace(display=display))
    with Progress(*listeners()) as tell:
        tell.stage(READING, "reading")
        tell.stage(PAGES, "writing", 0.5)
    assert [text.rpartition("· ")[2] for text in seen] == ["reading", "writing", "Done."]


def test_seconds_are_rounded_to_what_one_wants_to_know():
    assert [progress._seconds(seconds) for seconds in (0.2, 59.4, 60, 150)] == ["1 s", "59 s", "1 min", "2 min"]
