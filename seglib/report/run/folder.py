"""Where a run goes, and whether what is there may be replaced: an earlier report of the same shop, and nothing else."""

from __future__ import annotations

import hashlib
import os
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from seglib.errors import InputError
from seglib.intake.scratch import LOCK
from seglib.report.run.recorded import RECORD, NotOurs, read_record

__all__ = ["check_folder", "failed_folder", "final_folder", "origin_of", "slug", "unfit"]

DESKTOP = {".DS_Store", "Thumbs.db", "desktop.ini", ".directory", "Icon\r"}  # of file managers; "._" names too
CHECKPOINTS = ".ipynb_checkpoints"  # JupyterLab's copies of notebooks that are there
BEFORE_FILES = ("*.html", "tables/*.csv", "tables/*.parquet", "notebooks/*.ipynb")  # of runs that do not name theirs
FOLDERS = ("tables", "notebooks")
HOW = "Name a new or an empty folder."


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


def failed_folder(final: Path) -> Path:
    """Where a run that failed stands beside the last good one."""
    return final.with_name(f"{final.name}.failed")


def origin_of(source: str | Path, name: str) -> list[str]:
    """Marks by which two runs are known to be of one shop: hashes of where its settings or orders are, and of its name.

    A name counts where ``shop.toml`` gives it; one that is taken from a file or folder may be that of any shop.

    Examples
    --------
    >>> len(origin_of("a/orders.csv", "orders")), origin_of("a/orders.csv", "x") == origin_of("b/orders.csv", "x")
    (1, False)
    """
    from seglib.shop.examples import examples

    if "://" in str(source):
        address = urlsplit(str(source))
        return [_mark(f"{address.scheme}://{address.hostname}{address.path}?{address.query}")]
    path = Path(examples().get(str(source)) or source)
    path = path / "shop.toml" if (path / "shop.toml").is_file() else path
    named = path.suffix == ".toml" and path.is_file() and "name" in tomllib.loads(path.read_text("utf-8-sig"))
    return [_mark(os.path.realpath(path)), *([_mark(f"name {name}")] if named else [])]


def _mark(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:16]


def check_folder(
    folder: Path, source: str | Path, name: str = "", *, origin: Sequence[str] = (), replace: bool = False
) -> list[str]:
    """Faults that make a folder unfit to be replaced by a run.

    Parameters
    ----------
    folder : Path
        Where the run will go.
    source : str or Path
        Where the orders are.
    name : str
        Of the shop.
    origin : sequence of str
        Marks of the shop (:func:`origin_of`).
    replace : bool
        Whether the report of another shop may be replaced.

    Returns
    -------
    list of str, one sentence a fault.
    """
    shown = os.path.relpath(folder)
    if os.path.islink(os.path.realpath(folder)):
        return [f"--out: {shown} is a link that leads to itself. Name a folder."]
    if folder.exists() and not folder.is_dir():
        return [f"--out: {shown} is a file. Name a folder."]
    if Path.cwd().is_relative_to(folder.resolve()):
        return [f"--out: {shown} is the folder that you are in, or above it. Name one below it."]
    if folder.is_dir() and Path(source).exists() and Path(source).resolve().is_relative_to(folder.resolve()):
        return [f"--out: {shown} holds {Path(source).name} itself and would be replaced. Name another folder."]
    places = (folder, failed_folder(folder))
    return list(filter(None, (unfit(place, name=name, origin=origin, replace=replace) for place in places)))


def unfit(folder: Path, *, name: str = "", origin: Sequence[str] = (), replace: bool = False) -> str:
    """Why a folder must stay as it is: it holds what no report has written, or the report of another shop.

    Empty where it is an earlier report of this shop, holds nothing, or is not there.
    """
    shown = os.path.relpath(folder)
    there = _entries(folder) if folder.exists() else set()
    if not there:
        return ""
    if RECORD not in there:
        return f"--out: {shown} holds other files, and no earlier report. {HOW}"
    try:
        record = read_record(folder)
    except InputError as error:
        found = "that of another program" if isinstance(error, NotOurs) else "damaged"
        return f"--out: {shown} holds other files, and no earlier report: its {RECORD} is {found}. {HOW}"
    if strange := next(_strangers(folder, record), ""):
        return f"--out: {shown} holds {strange}, which no report has written. Move it, or name another folder."
    if replace or _same_shop(record, name, origin):
        return ""
    return (
        f"--out: {shown} is the report of another shop, {str(record.get('shop', ''))!r}. Name another folder, or add "
        "--replace to have it replaced."
    )


def _entries(folder: Path) -> set[str]:
    """Names in a folder but for those that file managers leave."""
    return {entry.name for entry in folder.iterdir() if not _of_a_desktop(entry.name)} if folder.is_dir() else {"."}


def _of_a_desktop(name: str) -> bool:
    return name in DESKTOP or name == LOCK or name.startswith("._")  # the lock of a run killed at its very end


def _strangers(folder: Path, record: Mapping[str, Any]) -> Iterator[str]:
    """Files, links and folders that the record does not name."""
    named = {PurePosixPath(file) for file in record.get("files", ())}
    folders = {parent for file in named for parent in file.parents} | set(map(PurePosixPath, FOLDERS))
    for root, below, files in os.walk(folder):
        here = PurePosixPath(Path(root).relative_to(folder).as_posix())
        links = {name for name in below if os.path.islink(os.path.join(root, name))}
        below[:] = sorted(name for name in below if name != CHECKPOINTS or name in links)
        for name in below:
            if name in links or here / name not in folders:
                yield f"{here / name}/"
        for name in sorted(files):
            path = here / name
            known = path in named or ("files" not in record and _of_a_run(path))
            if os.path.islink(os.path.join(root, name)) or not (known or _of_a_desktop(name) or str(path) == RECORD):
                yield str(path)


def _of_a_run(path: PurePosixPath) -> bool:
    return any(len(path.parts) == pattern.count("/") + 1 and path.match(pattern) for pattern in BEFORE_FILES)


def _same_shop(record: Mapping[str, Any], name: str, origin: Sequence[str]) -> bool:
    """Runs of 0.1 tell no origin, but the name."""
    return bool(set(record["origin"]) & set(origin)) if "origin" in record else record.get("shop") == name
