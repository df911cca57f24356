"""A run folder is written beside its final name, and put in place only when it is whole."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from seglib.errors import InputError
from seglib.report.run.folder import failed_folder
from seglib.report.run.recorded import RECORD, read_run

try:
    import fcntl
except ImportError:  # Windows, where what a killed run leaves is for the user to remove
    fcntl = None  # type: ignore[assignment]

__all__ = ["RunFolder", "clean_up"]

PARTIAL, OLD = ".partial", ".old"
PARTS = {"tables", "work", "notebooks", RECORD}  # and pages: what there can be in a folder that is not whole
PATIENCE_SECONDS = 10.0  # for another run to put its folder in place


class RunFolder:
    """Folder to write to; takes the final name when all went well, and is removed when not.

    An earlier run of that name stays until then; a good one stays where this run failed, which then stands beside it.

    Parameters
    ----------
    final : Path
        Where the run shall be; a link stays a link. Says where it is when all is done.
    faults : callable
        Asked again at the end whether what is there may be replaced.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as reports:
    ...     with RunFolder(Path(reports, "tea")) as folder:
    ...         written = (folder / "index.html").write_text("")
    ...     os.listdir(reports)
    ['tea']
    """

    def __init__(self, final: Path, faults: Callable[[], Sequence[str]] = lambda: ()) -> None:
        self.final = final
        self._target = Path(os.path.realpath(final))
        self._faults = faults

    def __enter__(self) -> Path:
        parent = self._target.parent
        self._made = [folder for folder in self._target.parents if not folder.exists()]
        parent.mkdir(parents=True, exist_ok=True)
        with _alone(parent):
            _sweep(self._target)
            self._folder = Path(tempfile.mkdtemp(PARTIAL, f".{self._target.name}-", parent))
            self._lock = _hold(self._folder)
        return self._folder

    def __exit__(self, kind: object, *_: object) -> None:
        try:
            if kind is None:
                self._place()
        finally:
            shutil.rmtree(self._folder, ignore_errors=True)
            for parent in self._made:
                if parent.is_dir() and not any(parent.iterdir()):
                    parent.rmdir()
            if self._lock is not None:
                os.close(self._lock)

    def _place(self) -> None:
        self._folder.chmod(_usual_mode(self._folder))  # private until now
        failed = read_run(self._folder).get("status") == "failed"
        with _alone(self._target.parent):
            if faults := self._faults():
                raise InputError(list(faults))
            if failed and read_run(self._target).get("status") == "ok":
                self.final = failed_folder(self.final)
                _replace(self._folder, self.final)
            else:
                _replace(self._folder, self._target)
        if not failed and (beside := failed_folder(self.final)).joinpath(RECORD).is_file():
            shutil.rmtree(beside, ignore_errors=True)


def _usual_mode(folder: Path) -> int:
    """Who may read a new folder, as the user has set it."""
    new = folder / ".mode"
    new.mkdir()
    mode = stat.S_IMODE(new.stat().st_mode)
    new.rmdir()
    return mode


def _replace(folder: Path, final: Path) -> None:
    old = Path(tempfile.mkdtemp(OLD, f".{final.name}-", final.parent))
    try:
        if final.exists():
            final.rename(old)
        try:
            shutil.move(folder, final)
        except OSError:
            if (old / RECORD).exists():
                old.rename(final)
            raise
    finally:
        shutil.rmtree(old, ignore_errors=True)


def clean_up(final: Path) -> None:
    """Remove what killed processes have left beside a run; put back a report that one was about to replace."""
    target = Path(os.path.realpath(final))
    if any(target.parent.glob(f".{_literal(target.name)}-*")):
        with _alone(target.parent):
            _sweep(target)


def _literal(name: str) -> str:
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in name)


def _sweep(target: Path) -> None:
    for old in target.parent.glob(f".{_literal(target.name)}-*{OLD}"):  # nobody replaces while we are alone
        if not target.exists() and read_run(old):
            old.rename(target)
        elif read_run(old) or not any(old.iterdir()):
            shutil.rmtree(old, ignore_errors=True)
    for left in target.parent.glob(f".{_literal(target.name)}-*{PARTIAL}"):
        lock = _hold(left) if _unfinished(left) else None
        if lock is not None:
            shutil.rmtree(left, ignore_errors=True)
            os.close(lock)


def _unfinished(folder: Path) -> bool:
    """Whether all that a folder holds is what a run writes."""
    with suppress(OSError):
        return all(name in PARTS or name.endswith(".html") for name in os.listdir(folder))
    return False


def _hold(folder: Path) -> int | None:
    """A lock on a folder, which ends with this process whatever ends it; None where another process holds it."""
    if fcntl is None:
        return None
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(handle)
            raise
        return handle
    return None


@contextmanager
def _alone(parent: Path) -> Iterator[None]:
    """No other run puts a folder in place here meanwhile, or takes one that has just been made for a leftover."""
    limit = time.monotonic() + PATIENCE_SECONDS
    while (lock := _hold(parent)) is None and fcntl is not None and time.monotonic() < limit:
        time.sleep(0.02)
    try:
        yield
    finally:
        if lock is not None:
            os.close(lock)
