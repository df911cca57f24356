"""The one door for small files that a user writes: formats, settings, rules, lists, catalogues.

A file may merely lie beside the orders, so it is read as what a stranger sent: regular files only, up to a size, no
deeper and no longer than a person writes.
"""

from __future__ import annotations

import os
import re
import stat
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from seglib.errors import InputError

__all__ = ["DEEPEST", "LARGEST", "read_bytes", "read_text", "read_toml", "read_yaml", "without_nul"]

LARGEST = 1_000_000  # bytes
DEEPEST = 30  # lists and tables inside each other
MOST_NODES = 100_000  # of a YAML file, each alias counted with all that it stands for
NODES = ("ScalarEvent", "SequenceStartEvent", "MappingStartEvent")
# paths as Windows writes them: sure ones, which may be valid TOML and mean something else, and what else may be one
DRIVE = re.compile(r'^(?P<before>[^"\'\n]*)"(?P<path>(?:[A-Za-z]:|\.{1,2})\\(?!\\)[^"\n]+)"', re.MULTILINE)
BACKSLASH = re.compile(r'^(?P<before>[^"\'\n]*)"(?P<path>[^"\n]*\\[^"\n]*)"', re.MULTILINE)
# a key of many parts takes tomllib their square
LONG_KEY = re.compile(r"""(?:\.[ \t]*+(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+){30}""")


def read_bytes(path: str | Path, where: str = "", *, largest: int = LARGEST) -> bytes:
    """Content of a regular file.

    Parameters
    ----------
    path : path
        The file.
    where : str
        What messages call it; its path when empty.
    largest : int
        Bytes above which it is refused.

    Raises
    ------
    InputError
        No such file, one that cannot be read, no regular file (a folder, a pipe, a device), too large.

    Examples
    --------
    >>> read_bytes("no/such.toml")
    Traceback (most recent call last):
    seglib.errors.InputError: no/such.toml: no such file.
    """
    where = where or str(path)
    try:
        with open(path, "rb", opener=_without_waiting) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise InputError(f"{where}: is no regular file. Name a file with text.")
            content = file.read(largest + 1)
    except FileNotFoundError:
        raise InputError(f"{where}: no such file.") from None
    except (OSError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{where}: cannot be read ({getattr(error, 'strerror', None) or error}).") from None
    if len(content) > largest:
        raise InputError(f"{where}: larger than {largest:,} bytes, the most of such a file. Is it the right one?")
    return content


def _without_waiting(path: str, flags: int) -> int:
    """A pipe would not open before somebody writes to it."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def read_text(path: str | Path, where: str = "", *, largest: int = LARGEST) -> str:
    """Text of a regular file in UTF-8; raises as :func:`read_bytes`, and where it is no such text."""
    try:
        return read_bytes(path, where, largest=largest).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{where or path}: is not UTF-8 text (byte {error.start:,}). Save it as UTF-8.") from None


def read_toml(path: str | Path, where: str = "", *, largest: int = LARGEST, hint: str = "") -> dict[str, Any]:
    """What a TOML file says; raises as :func:`read_text`, and where it is no TOML or too deep.

    ``hint`` says at the end of a message what to do.
    """
    where, text = where or str(path), read_text(path, where, largest=largest)
    try:
        if fault := _windows_path(text, DRIVE):
            raise InputError(f"{where}: {fault}")
        if LONG_KEY.search(text):
            raise InputError(f"{where}: not valid TOML (a key of more than {DEEPEST} parts). Write shorter keys.{hint}")
        told = tomllib.loads(text)
    except InputError:
        raise
    except ValueError as error:  # TOMLDecodeError is one, and a number of more than 4,300 digits
        if "escape" in str(error).lower() or "hex" in str(error).lower():
            hint = f" In {fault}" if (fault := _windows_path(text, BACKSLASH)) else hint
        raise InputError(f"{where}: not valid TOML ({error}).{hint}") from None
    except RecursionError:
        raise InputError(f"{where}: lists too deep inside each other, at most {DEEPEST} are read.{hint}") from None
    if _deep(told):
        raise InputError(f"{where}: lists too deep inside each other, at most {DEEPEST} are read.{hint}")
    return told


def _windows_path(text: str, form: re.Pattern[str]) -> str:
    """What is wrong with a path that has single backslashes between double quotes; empty where there is none."""
    found = next((hit for hit in form.finditer(text) if "#" not in hit["before"]), None)
    if found is None:
        return ""
    path, line = found["path"], text.count("\n", 0, found.start("path")) + 1
    return (
        f"line {line}: {path} stands between double quotes, where a backslash begins an escape. Write it between "
        f"single quotes, '{path}', or with strokes, \"{path.replace(chr(92), '/')}\"."
    )


def _deep(told: Any) -> bool:
    level = [told]
    for _ in range(DEEPEST):
        level = [
            inner
            for one in level
            if isinstance(one, dict | list)
            for inner in (one.values() if isinstance(one, dict) else one)
        ]
    return any(isinstance(one, dict | list) for one in level)


def without_nul(told: Any, where: str) -> Any:
    """The same, refused where a text holds the character 0, at which a statement of SQL would end."""
    if isinstance(told, str) and "\0" in told:
        raise InputError(f"{where}: {told!r:.100} holds the character \\0, which no file has. Write plain text.")
    if isinstance(told, dict):
        for key, value in told.items():
            without_nul(value, f"{where}: {without_nul(key, where)}")
    elif isinstance(told, list):
        for value in told:
            without_nul(value, where)
    return told


def read_yaml(path: str | Path, where: str = "", *, hint: str = "") -> Any:
    """What a YAML file says, every value as text: NO is Norway, 01 a status, 12:30 no number.

    Raises as :func:`read_text`, and where it is no YAML, too deep, or grows too large by its aliases.
    """
    where, text = where or str(path), read_text(path, where)
    import yaml

    try:
        loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
        if fault := _yaml_fault(yaml.parse(text, Loader=loader)):
            raise InputError(f"{where}: {fault}{hint}")
        return without_nul(yaml.load(text, Loader=loader), where)
    except InputError:
        raise
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:  # a list as a key is a TypeError
        raise InputError(f"{where}: not valid YAML ({' '.join(str(error).split())}).{hint}") from None


def _yaml_fault(events: Iterable[Any]) -> str:
    """Why a stream of events is not to be composed, which recurses and copies; empty when it may be."""
    nodes = 0
    sizes: dict[str, int] = {}  # anchor -> values that it stands for
    opened: list[tuple[str | None, int]] = []  # lists and tables around: anchor, values before
    for event in events:
        kind, anchor = type(event).__name__, getattr(event, "anchor", None)
        if kind == "AliasEvent" and any(anchor == name for name, _ in opened):
            return f"*{anchor} stands inside of what it stands for."
        if kind in ("SequenceStartEvent", "MappingStartEvent"):
            opened.append((anchor, nodes))
        elif kind in ("SequenceEndEvent", "MappingEndEvent"):
            anchor, before = opened.pop()
            sizes[anchor or ""] = nodes - before
        nodes += sizes.get(anchor or "", 1) if kind == "AliasEvent" else kind in NODES
        if len(opened) > DEEPEST:
            return f"lists too deep inside each other, at most {DEEPEST} are read."
        if nodes > MOST_NODES:
            return f"more than {MOST_NODES:,} values, aliases counted with what they stand for."
    return ""
