"""The tables of a warehouse: of a database, or of a folder with a file or a folder a table."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote

from seglib.errors import InputError
from seglib.intake.files.addresses import FILES, file_address, is_url, parse_address
from seglib.intake.files.database_files import database_tables
from seglib.intake.files.databases import server_tables
from seglib.intake.files.finding_files import NEVER, kind_of

__all__ = ["STAGING", "datasets_at"]

STAGING = "_staging"  # where dlt prepares what it loads


def datasets_at(path: Path | str) -> dict[str, dict[str, Path | str]]:
    """Dataset -> name of a table in lower case -> where it is read; a folder is one dataset without a name.

    Raises
    ------
    InputError
        Neither a folder nor a database, or nothing in it.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "orders.csv").write_text("id\\n7\\n")
    >>> (folder / "orders__line_items").mkdir()
    >>> sorted(datasets_at(folder)[""])
    ['orders', 'orders__line_items']
    """
    if not is_url(path) and os.path.isdir(path):
        return {"": _in_folder(Path(path))}
    address, names = _of_url(str(path)) if is_url(path) else _of_file(Path(path))
    found: dict[str, dict[str, Path | str]] = {}
    for name in names:
        dataset, _, table = name.rpartition(".")
        mark = "&" if "?" in address else "?"
        found.setdefault(dataset, {})[table.lower()] = f"{address}{mark}table={quote(name, safe='')}"
    return {name: tables for name, tables in found.items() if name.removesuffix(STAGING) not in set(found) - {name}}


def _in_folder(folder: Path) -> dict[str, Path | str]:
    """A file or a folder a table, by its name without endings."""
    found: dict[str, Path | str] = {}
    for entry in sorted(folder.iterdir()):
        if entry.name.startswith(NEVER) or not (entry.is_dir() or kind_of(entry.name)):
            continue
        found.setdefault(entry.name.partition(".")[0].lower(), entry)
    if not found:
        raise InputError(
            f"{folder}: no table in this folder. Expected a file or a folder for each, such as orders.parquet."
        )
    return found


def _of_url(url: str) -> tuple[str, list[str]]:
    told = parse_address(f"{url}{'&' if '?' in url else '?'}table=-")
    return _of_file(Path(told.path)) if told.scheme in FILES else (url, server_tables(told))


def _of_file(file: Path) -> tuple[str, list[str]]:
    """Address of a database that is a file, and its tables."""
    try:
        scheme, names = database_tables(file)
    except OSError as error:
        raise InputError(f"{file}: cannot be read ({error.strerror}). Check the path.") from None
    except Exception as error:  # each driver fails in its own way
        said = (str(error).splitlines() or [""])[0][:120].replace(str(file), file.name)
        raise InputError(f"{file.name}: cannot be opened ({said}). Is another program writing to it?") from None
    if not scheme:
        raise InputError(f"{file.name}: neither a folder of tables nor a database. A schema needs one of them.")
    return file_address(scheme, file), names
