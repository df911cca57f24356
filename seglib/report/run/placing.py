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

from seglib.errors import InputError, MachineFault
from seglib.intake.scratch import discard, owned_folder, release, sweep
from seglib.report.run.folder import failed_folder
from seglib.report.run.recorded import RECORD, read_run

try:
    import fcntl
except ImportError:  # Windows, where what a killed run leaves is for the user to remove
    fcntl = None  # type: ignore[assignment]

__all__ = ["RunFolder", "clean_up"]

OLD = ".old"
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
        self._made = [folder for folder in self._target.parents if not folder.exists()]
        try:
            self._target.parent.mkdir(parents=True, exist_ok=True)
            clean_up(self._target)
            self._folder = owned_folder(self._target.parent, f".{self._target.name}-")
        except OSError as error:
            place = os.path.relpath(self._target.parent)
            raise MachineFault(f"{place} cannot be written to ({error.strerror}). Name another --out.") from error
        return self._folder

    def __exit__(self, kind: object, *_: object) -> None:
        try:
            if kind is None:
                self._place()
        finally:
            discard(self._folder)
            for parent in self._made:
                if parent.is_dir() and not any(parent.iterdir()):
                    parent.rmdir()

    def _place(self) -> None:
        self._folder.chmod(_usual_mode(self._folder))  # private until now
        failed = read_run(self._folder).get("status") == "failed"
        with _alone(self._target.parent):
            if faults := self._faults():
                raise InputError(list(faults))
            if failed and read_run(self._target).get("status") == "ok":
                self.final = failed_folder(self.final)
                _replace(self._folder, self.final)
                release(self._folder, self.final)
            else:
                _replace(self._folder, self._target)
                release(self._folder, self._target)
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
    old = Path(tempfile.mkdtemp(OLD, f".{final.name}-", final.parent))  # no lock: it may hold the last good report
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
    sweep(target.parent, f".{target.name}-")
    if left := list(target.parent.glob(f".{_literal(target.name)}-*{OLD}")):
        with _alone(target.parent):  # nobody else is replacing
            for old in filter(Path.is_dir, left):
                _put_back_or_remove(old, target)


def _put_back_or_remove(old: Path, target: Path) -> None:
    if read_run(old) and not target.exists():
        old.rename(target)
    elif read_run(old) or not any(old.iterdir()):
        shutil.rmtree(old, ignore_errors=True)


def _literal(name: str) -> str:
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in name)


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
    """No other run puts a folder in place here meanwhile, or looks at what another is about to replace."""
    limit = time.monotonic() + PATIENCE_SECONDS
    while (lock := _hold(parent)) is None and fcntl is not None and time.monotonic() < limit:
        time.sleep(0.02)
    try:
        yield
    finally:
        if lock is not None:
            os.close(lock)
