"""The run folder: written beside its final name, and put in place only when it is whole."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

__all__ = ["RECORD", "check_folder", "final_folder", "read_run", "run_folder", "slug", "write_run"]

RECORD = "run.json"


def slug(name: str) -> str:
    """Name as a folder is called.

    Examples
    --------
    >>> slug("Complete Journey"), slug("Café & Söhne, Ltd."), slug("../..")
    ('complete-journey', 'café-söhne-ltd', 'report')
    """
    return re.sub(r"[\W_]+", "-", name.casefold()).strip("-")[:60].rstrip("-") or "report"


def final_folder(out: str | Path, shop_name: str) -> Path:
    """Where the run ends up: ``out``, else ``reports/<shop>`` under the current folder."""
    return (Path(out) if out else Path("reports", slug(shop_name))).absolute()


def check_folder(folder: Path, source: str | Path) -> list[str]:
    """Faults that make a folder unfit to be replaced by a run: it holds something else, or the orders themselves."""
    shown = os.path.relpath(folder)
    if folder.exists() and not folder.is_dir():
        return [f"--out: {shown} is a file. Name a folder."]
    if Path.cwd().is_relative_to(folder):
        return [f"--out: {shown} is the folder that you are in, or above it. Name one below it."]
    if folder.is_dir() and any(folder.iterdir()) and not (folder / RECORD).is_file():
        return [f"--out: {shown} holds other files, and no earlier run. Name a new or an empty folder."]
    if folder.is_dir() and Path(source).exists() and Path(source).resolve().is_relative_to(folder.resolve()):
        return [f"--out: {shown} holds {Path(source).name} itself and would be replaced. Name another folder."]
    return []


@contextmanager
def run_folder(final: Path) -> Iterator[Path]:
    """Folder to write to; takes the final name when all went well, and is removed when not.

    An earlier run of that name stays until then.
    """
    made = _missing_parents(final)
    building = final.with_name(f".{final.name}-{os.getpid()}")
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir(parents=True)
    try:
        yield building
        _replace(building, final)
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        for parent in made:
            if parent.is_dir() and not any(parent.iterdir()):
                parent.rmdir()
        raise


def _missing_parents(folder: Path) -> list[Path]:
    return [parent for parent in folder.parents if not parent.exists()]


def _replace(building: Path, final: Path) -> None:
    old = final.with_name(f".{final.name}-{os.getpid()}-old")
    if final.exists():
        final.rename(old)
    try:
        building.rename(final)
    except OSError:
        if old.exists():
            old.rename(final)
        raise
    shutil.rmtree(old, ignore_errors=True)


def write_run(folder: Path, record: dict[str, Any]) -> None:
    """Write ``run.json``."""
    text = json.dumps(record, indent=2, ensure_ascii=False, default=str)
    (folder / RECORD).write_text(text + "\n", encoding="utf-8")


def read_run(folder: Path) -> dict[str, Any]:
    """What ``run.json`` says; empty where there is none, or none that can be read."""
    try:
        told = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}
