"""Which files lie in a folder: those that may hold tables, and those that do not or lead out of it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from seglib.errors import InputError
from seglib.intake.files.database_files import database_fault
from seglib.intake.files.finding_files import NEVER, kind_of
from seglib.intake.surveying.pieces import Aside

__all__ = ["MOST_FILES", "files_of"]

MOST_FILES = 2_000
DEEPEST = 4  # folders inside each other
OURS = ("shop.toml", "segments.toml", "run.json")
NOT_DATA = "not a kind of file that is read"
INSIDE = "a link to what is looked at where it is"
OUTSIDE = "a link that leads out of the folder: not followed"


def files_of(folder: Path) -> tuple[list[Path], list[Aside]]:
    """Files that may hold tables, in order of name, and what is left aside; links that lead outside are not followed.

    Raises
    ------
    InputError
        No such folder, or far too many files.
    """
    if not folder.is_dir():
        what = "a file, not a folder" if folder.is_file() else "no such folder"
        raise InputError(f"{folder}: {what}. Give the folder with the exports: seglib init exports")
    root, files, aside = folder.resolve(), [], []
    for path in _walked(folder):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            aside.append(Aside(name, INSIDE if path.resolve().is_relative_to(root) else OUTSIDE))
        elif path.is_file():
            why = _why_not(path)
            files += [] if why else [path]
            aside += [Aside(name, why)] if why and path.name not in OURS else []
    if len(files) > MOST_FILES:
        raise InputError(f"{folder}: {len(files):,} files, more than {MOST_FILES:,}. Give the folder of one shop.")
    return files, aside


def _walked(folder: Path) -> Iterator[Path]:
    """Files below a folder, and links to folders, which are not entered."""
    for place, folders, names in os.walk(folder):
        here = Path(place)
        deep = len(here.relative_to(folder).parts) >= DEEPEST
        links = [name for name in folders if (here / name).is_symlink()]
        folders[:] = sorted(n for n in folders if n not in links and not n.startswith((*NEVER, "_")) and not deep)
        yield from (here / name for name in sorted([*names, *links]) if not name.startswith(NEVER))


def _why_not(path: Path) -> str:
    """Why a file is not looked into; empty for tables and for databases, which are looked into."""
    try:
        if not path.stat().st_size:
            return "empty"
        if kind_of(path.name):
            return ""
        with path.open("rb") as opened:
            head = opened.read(16)
        if head.startswith(b"SQLite format 3") or head[8:12] == b"DUCK":
            return ""
        fault = database_fault(path)
    except OSError as error:
        return f"cannot be read ({error.strerror})"
    return fault.partition(": ")[2].partition(":")[0] + "; it is not run here" if fault else NOT_DATA
