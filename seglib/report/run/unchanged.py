"""Whether anything that the pages depend on has changed since the run that is there."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from seglib.errors import InputError
from seglib.intake.files.finding_files import find_files, sha256
from seglib.language.small_files import read_toml
from seglib.report.run.asked import Asked
from seglib.report.run.folder import final_folder
from seglib.report.run.parameters import Notebook, check_parameters, find_notebooks, select_notebooks
from seglib.report.run.recorded import read_record, read_run
from seglib.report.run.since import LAST
from seglib.shop.settings import ShopSettings

__all__ = ["Key", "find_unchanged", "key_of"]

CODE = Path(__file__).parents[2]
NOT_CODE = {"__pycache__", "data", "notebooks"}  # the last two are there in a wheel, and hashed where they are used
FORMATS = "*.y*ml"  # a format of one's own may lie beside the orders
OF_DATABASES = "Tables of a database may change unseen, so that this report is made anew each time."


@dataclass(frozen=True)
class Key:
    """A hash of everything that the pages depend on; no ``text`` where that cannot be told, and ``why``.

    ``final`` and ``notebooks``: where the run goes and what it runs, as far as settings and folder tell.
    """

    text: str = ""
    why: str = ""
    final: Path = Path()
    notebooks: tuple[str, ...] = ()
    prints: frozenset[str] = field(default_factory=frozenset, repr=False)

    def covers(self, inputs: Sequence[Mapping[str, Any]]) -> bool:
        """Whether the files were read as they were hashed: an export may be written anew in between."""
        return {file.get("sha256") for item in inputs for file in item.get("files", ())} <= self.prints


def key_of(asked: Asked) -> Key:
    """Hash of orders, settings, parameters, notebooks, code and packages; no shop is opened and no row read.

    Parameters
    ----------
    asked : Asked
        What the run is asked for.

    Returns
    -------
    Key
        Without ``text`` where a database is read, or where what is asked for has faults: the run itself tells them.

    Examples
    --------
    >>> key = key_of(Asked(source="demo"))
    >>> len(key.text), key == key_of(Asked(source="demo")), key.text == key_of(Asked(source="demo", only="02")).text
    (64, True, False)
    >>> key_of(Asked(source="sqlite:///shop.db?table=orders")).why
    'Tables of a database may change unseen, so that this report is made anew each time.'
    """
    from seglib.shop.examples import find_settings

    known = Key()
    try:
        notebooks = select_notebooks(find_notebooks(asked.notebooks), asked.only)
        settings = find_settings(asked.source, asked.format, asked.settle)
        known = Key(final=final_folder(asked.out, settings.name), notebooks=tuple(one.name for one in notebooks))
        contents = _Contents()
        told = json.dumps(_everything(asked, settings, notebooks, known, contents), sort_keys=True, default=str)
    except _OutOfSight:
        return replace(known, why=OF_DATABASES)
    except (InputError, OSError):
        return known
    return replace(known, text=hashlib.sha256(told.encode()).hexdigest(), prints=frozenset(contents.prints))


def find_unchanged(key: Key) -> dict[str, Any]:
    """Record of a complete run with the same key that is in its place; empty where there is none."""
    record = read_run(key.final) if key.text else {}
    same = record.get("key") == key.text and record.get("status") == "ok"
    return record if same and all((key.final / file).is_file() for file in record.get("files", ())) else {}


def _everything(
    asked: Asked, settings: ShopSettings, notebooks: Sequence[Notebook], known: Key, contents: _Contents
) -> dict[str, Any]:
    earlier = Path(asked.since) if str(asked.since) not in ("", LAST) else None
    if any("://" in str(place) for place in _places(settings)):
        raise _OutOfSight
    return {
        "source": Path(asked.source).name,
        "asked": [asked.as_of, asked.window_days, asked.language, asked.also, asked.contacts],
        "settings": contents.of(asdict(settings)),
        "beside": [contents.of(path) for path in _formats_beside(settings)],
        "notebooks": [[notebook.name, contents.of(notebook.path)] for notebook in notebooks],
        "parameters": contents.of(check_parameters(notebooks, asked.parameters)),
        "since": read_record(earlier).get("finished_at") if earlier else "",
        "code": _code(),
        "packages": _packages(),
    }


def _places(settings: ShopSettings) -> Iterator[Path | str]:
    """Where rows come from."""
    yield from (one.path for told in settings.tables.values() for one in told)
    yield from (section.get("file", "") for section in (settings.rates, settings.identities))


def _formats_beside(settings: ShopSettings) -> list[Path]:
    sources = [Path(one.path) for told in settings.tables.values() for one in told if "://" not in str(one.path)]
    folders = {path if path.is_dir() else path.parent for path in sources}
    return sorted(file for folder in folders for file in folder.glob(FORMATS))


class _OutOfSight(Exception):  # noqa: N818 - no error, an answer
    """What is read cannot be hashed beforehand."""


class _Contents:
    """Settings with every file that they name replaced by the hash of what is in it."""

    def __init__(self) -> None:
        self.prints: set[str] = set()

    def of(self, told: Any) -> Any:
        """The same, as far as it decides what the pages say: a path counts by name and content."""
        if isinstance(told, Mapping):
            return {str(key): self.of(value) for key, value in told.items()}
        if isinstance(told, list | tuple):
            return [self.of(value) for value in told]
        if isinstance(told, Path):
            return [self._file(file) for file in find_files(told)[0]]
        return self._file(Path(told)) if isinstance(told, str) and os.path.isfile(told) else told

    def _file(self, path: Path) -> list[Any]:
        content = sha256(path)
        known = content in self.prints  # files may name each other
        self.prints.add(content)
        return [path.name, content, [] if known else [self._file(file) for file in _named_in(path)]]


def _named_in(path: Path) -> list[Path]:
    """Files that a TOML file names: customers of a segment, the grid of a preset."""
    if path.suffix != ".toml":
        return []
    texts = _texts(read_toml(path))
    return [path.parent / text for text in texts if os.path.isfile(path.parent / text) and text != path.name]


def _texts(told: Any) -> Iterator[str]:
    if isinstance(told, str):
        yield told
    elif isinstance(told, Mapping | list):
        for value in told.values() if isinstance(told, Mapping) else told:
            yield from _texts(value)


def _code() -> str:
    """Hash of every file of seglib: modules, templates, formats, rules, presets, catalogues."""
    found = hashlib.sha256()
    for path in sorted(CODE.rglob("*")):
        inside = path.relative_to(CODE)
        if not NOT_CODE & set(inside.parts) and path.is_file():
            found.update(f"{inside.as_posix()} {sha256(path)}\n".encode())
    return found.hexdigest()


@cache
def _packages() -> list[str]:
    """Python and every installed package with its version."""
    places = [Path(place) for place in sys.path if Path(place).is_dir()]
    installed = {entry.name for place in places for entry in place.glob("*.dist-info")}
    return [platform.python_version(), platform.machine(), *sorted(installed)]
