"""Temporary folders: private to the process that made them, gone with it, or with the next one where it was killed.

Each holds a locked file for as long as its process lives. The system drops the lock however the process ends, and a
process number that is used again takes none over: a folder whose lock can be had has no owner.
"""

from __future__ import annotations

import atexit
import functools
import os
import shutil
import tempfile
import threading
from contextlib import suppress
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows: folders go with their process, and what a killed one left stays
    fcntl = None  # type: ignore[assignment]

__all__ = [
    *("LOCK", "discard", "large", "owned_folder", "private_folder", "release", "short_folder", "sweep", "used_bytes"),
]

LOCK = ".seglib-owner"
PREFIX = "seglib-"
SOCKET_PATH = 80  # bytes; the name of a socket of 20 more still fits into the 104 that macOS takes
LARGE = 2**30  # bytes
_owned: dict[Path, int] = {}  # folders of this process: the descriptor of the lock
_roots: dict[str, Path] = {}  # temporary folder of the system: ours in it
_guard = threading.RLock()


def private_folder(purpose: str) -> Path:
    """A new folder that only this user can open (mode 0700, a random name), in the one folder of this process.

    Parameters
    ----------
    purpose : str
        What it is for, such as ``"spill"``; the beginning of its name.

    Returns
    -------
    Path. It goes with :func:`discard`, else at the end of the process.

    Examples
    --------
    >>> folder = private_folder("orders")
    >>> oct(folder.stat().st_mode)[-3:], folder.name.startswith("orders-")
    ('700', True)
    >>> discard(folder)
    >>> folder.exists()
    False
    """
    with _guard:
        while True:
            base = tempfile.gettempdir()
            if _roots.get(base) not in _owned or not _roots[base].is_dir():
                sweep()
                _roots[base] = owned_folder(base)
            with suppress(FileNotFoundError):  # the last of its folders was collected just now, and took it along
                return Path(tempfile.mkdtemp(prefix=f"{purpose}-", dir=_roots[base]))


def owned_folder(parent: str | Path, prefix: str = PREFIX) -> Path:
    """A new folder in ``parent`` that lives as long as this process; ``sweep(parent, prefix)`` removes it later.

    Parameters
    ----------
    parent : str or Path
        A folder that is there.
    prefix : str
        Beginning of the name.

    Returns
    -------
    Path. :func:`discard` removes it, :func:`release` keeps it.
    """
    with _guard:
        _prepare()
        folder = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
        begun = folder / f"{LOCK}-begun"  # named when it is locked: nobody finds it free
        descriptor = os.open(begun, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
        _locked(descriptor)
        if fcntl:
            begun.rename(folder / LOCK)
        _owned[folder] = descriptor
        return folder


def short_folder() -> Path:
    """A folder of this process whose path leaves room for the name of a socket, wherever temporary files go."""
    base = tempfile.gettempdir()
    if len(os.fsencode(base)) + len(PREFIX) + 9 > SOCKET_PATH and os.access("/tmp", os.W_OK):
        base = "/tmp"
    sweep(base)
    return owned_folder(base)


def release(folder: Path, now: Path | None = None) -> None:
    """Keep a folder of :func:`owned_folder`, which may have another name ``now``: it is no longer temporary."""
    with _guard:
        with suppress(OSError):
            ((now or folder) / LOCK).unlink()  # before the lock ends: nobody finds it free
        _unlock(folder)


def discard(folder: Path) -> None:
    """Remove a folder that this process made, now; a child of the process removes nothing of its parent."""
    with _guard:
        if folder in _owned:
            _unlock(folder)
            _clear(folder)
        elif folder.parent in _owned:
            shutil.rmtree(folder, ignore_errors=True)
            if folder.parent in _roots.values() and not [one for one in folder.parent.glob("*") if one.name != LOCK]:
                discard(folder.parent)


def sweep(parent: str | Path = "", prefix: str = PREFIX) -> list[Path]:
    """Remove folders whose process is gone: ours, of this user, below ``parent``; the temporary folder when empty.

    Returns
    -------
    list of Path: what was removed.
    """
    with suppress(OSError):
        there = Path(parent or tempfile.gettempdir()).iterdir()
        dead = [one for one in there if one.name.startswith(prefix) and one not in _owned and _without_owner(one)]
        for folder in dead:
            _clear(folder)
        return dead
    return []


def used_bytes() -> int:
    """Bytes that lie in the folders of this process."""
    files = (entry for folder in list(_owned) for entry in folder.rglob("*"))
    total = 0
    for entry in files:
        with suppress(OSError):  # gone meanwhile
            total += entry.lstat().st_size
    return total


def large() -> str:
    """A sentence on what lies there, for who wonders where the disk went; empty while it is little."""
    used = used_bytes()
    where = f"in {tempfile.gettempdir()} until the end; the variable TMPDIR names another place."
    return f"{used / 2**30:.1f} GB of temporary files lie {where}" if used > LARGE else ""


def _without_owner(folder: Path) -> bool:
    lock = folder / LOCK
    try:
        if folder.is_symlink() or (hasattr(os, "geteuid") and folder.lstat().st_uid != os.geteuid()):
            return False
        descriptor = os.open(lock, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0))
    except OSError:  # no lock: no folder of ours
        return False
    try:
        return _locked(descriptor) and os.path.samestat(os.fstat(descriptor), lock.lstat())
    except OSError:  # released meanwhile
        return False
    finally:
        os.close(descriptor)


def _locked(descriptor: int) -> bool:
    """Whether the lock is ours now."""
    if fcntl is None:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _clear(folder: Path) -> None:
    """Remove a folder, the lock last: what is interrupted here is found again."""
    with suppress(OSError):
        for entry in list(folder.iterdir()):
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry, ignore_errors=True)
            elif entry.name != LOCK:
                entry.unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)


def _unlock(folder: Path) -> None:
    with suppress(OSError):
        os.close(_owned.pop(folder, -1))


@functools.cache
def _prepare() -> None:
    atexit.register(_end)
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=_forget)


def _forget() -> None:
    """In a forked child: what it was born with belongs to its parent."""
    global _guard
    _guard = threading.RLock()
    for folder in list(_owned):
        _unlock(folder)
    _roots.clear()


def _end() -> None:
    for folder in list(_owned):
        discard(folder)
    sweep()
