"""Which files a path, a pattern or a folder stands for, and of which kind they are."""

from __future__ import annotations

import glob
import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from seglib.errors import InputError, did_you_mean

__all__ = ["ENDINGS", "EmptyError", "Hints", "Part", "find_files", "fresh", "kind_of", "sha256"]

KINDS = {
    "text": (".csv", ".tsv", ".tab", ".txt"),
    "parquet": (".parquet", ".pq"),
    "sheet": (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"),
    "json": (".jsonl", ".ndjson", ".json"),
    "zip": (".zip",),
}
ENDINGS = tuple(ending for endings in KINDS.values() for ending in endings)
MAX_FILES = 10_000
NEVER = ("~$", ".", "Thumbs.db", "desktop.ini")  # what offices and systems leave in folders


class EmptyError(InputError):
    """A table without rows, which is a fault where it is asked for by itself."""


@dataclass(frozen=True)
class Hints:
    """What is told of a file beforehand; empty where it is to be found out."""

    delimiter: str = ""
    encoding: str = ""
    header_has: tuple[str, ...] = ()
    footer: tuple[str, ...] = ()
    sheet: str = ""
    sheets: str = ""
    table: str = "lines"
    table_of: Callable[[Sequence[str]], str] = lambda header: (
        ""
    )  # which table a header is of; empty where nothing tells


@dataclass(frozen=True)
class Part:
    """One file as read: the Parquet file that holds its rows, and facts on it."""

    parquet: Path
    facts: Mapping[str, Any]


def find_files(path: str | Path) -> tuple[list[Path], list[str]]:
    """Files that a path stands for, in order of name, and names in a folder that are of no kind read here.

    Parameters
    ----------
    path : str or Path
        A file, a folder (its own files, not those of folders in it) or a pattern such as ``orders-*.csv``.

    Returns
    -------
    tuple of list of Path and list of str

    Raises
    ------
    InputError
        Nothing there, nothing readable, or files of several kinds.
    """
    path = Path(path)
    try:
        if path.is_dir():
            return _in_folder(path)
        if not path.exists() and any(sign in str(path) for sign in "*?["):
            return _matching(path)
        if not path.exists():
            near = [p.name for p in path.parent.iterdir()] if path.parent.is_dir() else []
            raise InputError(f"{path}: no such file.{did_you_mean(path.name, sorted(near), otherwise='')}")
    except InputError:
        raise
    except (OSError, ValueError) as error:  # no permission, a name too long, a NUL in it
        raise InputError(f"{path}: cannot be opened ({_reason(error)}). Check the path and who may read it.") from None
    if not path.is_file():
        raise InputError(f"{path}: neither a file nor a folder. Give the path of a file.")
    return [path], []


def _in_folder(folder: Path) -> tuple[list[Path], list[str]]:
    listed = sorted(p for p in folder.iterdir() if p.is_file() and not p.name.startswith(NEVER))
    files = [p for p in listed if kind_of(p.name)]
    if not files:
        found = f"found only {[p.name for p in listed][:5]}" if listed else "it is empty"
        raise InputError(f"{folder}: no file in this folder can be read; {found}. Expected {', '.join(ENDINGS)}.")
    return _one_kind(files, str(folder)), [p.name for p in listed if p not in files]


def _matching(pattern: Path) -> tuple[list[Path], list[str]]:
    listed = sorted(Path(p) for p in glob.glob(str(pattern), recursive=True))  # Path.glob takes no absolute pattern
    files = [p for p in listed if p.is_file() and not p.name.startswith(NEVER)]
    if not files:
        raise InputError(f"{pattern}: no file matches. Check the folder and the pattern.")
    return _one_kind(files, str(pattern)), []


def _one_kind(files: list[Path], where: str) -> list[Path]:
    first = {kind_of(p.name) or p.suffix: p.name for p in reversed(files)}
    kinds = set(first) - {"zip"}
    if len(kinds) > 1:
        raise InputError(
            f"{where}: files of several kinds, such as {' and '.join(sorted(first[k] for k in kinds))}. "
            "Give a pattern that takes one kind, such as orders-*.csv."
        )
    if len(files) > MAX_FILES:
        raise InputError(f"{where}: {len(files):,} files, more than the {MAX_FILES:,} that are read together.")
    return files


def kind_of(name: str) -> str:
    """Kind of a file by its ending, without ``.gz``; empty for an unknown one.

    Examples
    --------
    >>> kind_of("Orders.CSV.gz"), kind_of("orders.xlsx"), kind_of("orders.pdf")
    ('text', 'sheet', '')
    """
    ending = Path(name.lower().removesuffix(".gz")).suffix
    if not ending and name.lower().endswith(".gz"):
        return "text"
    return next((kind for kind, endings in KINDS.items() if ending in endings), "")


def fresh(folder: Path, ending: str) -> Path:
    """A path in ``folder`` that nothing has yet; never named after what a user's archive says."""
    return folder / f"{uuid4().hex}{ending}"


def sha256(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _reason(error: Exception) -> str:
    return os.strerror(error.errno).lower() if isinstance(error, OSError) and error.errno else str(error)
