"""A notebook of one's own: a copy with its parameters filled in, to go on from in JupyterLab."""

from __future__ import annotations

import ast
import itertools
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from seglib.errors import InputError, did_you_mean
from seglib.report.run.parameters import Notebook, check_parameters, find_notebooks, notebooks_path, select_notebooks

__all__ = ["copy_notebook", "filled"]


def copy_notebook(
    name: str,
    *,
    parameters: Mapping[str, Any] | None = None,
    shop: str | Path = "",
    as_of: str = "",
    window_days: int = 0,
    out: str | Path = "",
    again: bool = False,
) -> Path:
    """Copy a notebook of seglib with its parameters filled in.

    Parameters
    ----------
    name : str
        Number or name: ``"02"``, ``"rfm"``.
    parameters : mapping
        Name -> value, as :func:`seglib.run_report` takes them.
    shop : str or Path
        Order lines, a ``shop.toml`` or an example; the notebook's default, the demo shop, when empty.
    as_of : str
        Last day analysed, YYYY-MM-DD.
    window_days : int
        Days analysed up to then.
    out : str or Path
        Folder of the copy; the current one by default.
    again : bool
        Write over a copy that is there, rather than beside it under another name.

    Returns
    -------
    Path of the copy.

    Raises
    ------
    InputError
        No such notebook or parameter, a value of another type, a folder that holds the notebooks of reports.
    """
    folder = Path(out or ".")
    faults: list[str] = []
    notebook, values = None, {}
    try:
        notebook = _the_one(name)
        values = check_parameters([notebook], parameters or {})[notebook.name]
    except InputError as error:
        faults += error.faults
    if folder.resolve().is_relative_to(notebooks_path().resolve()) or (folder.exists() and not folder.is_dir()):
        faults.append(f"--out: {os.path.relpath(folder)} holds the notebooks of reports, or is a file. Name a folder.")
    if faults or notebook is None:
        raise InputError(faults)
    common = {"shop": _seen_from(folder, shop), "as_of": as_of, "window_days": window_days}
    values |= {key: value for key, value in common.items() if value and key in notebook.parameters}
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{notebook.name}.ipynb" if again else _free(folder, notebook.name)
    target.write_text(_copy(notebook, values), encoding="utf-8")
    return target


def _the_one(name: str) -> Notebook:
    there_are = find_notebooks()
    try:
        found = select_notebooks(there_are, name)
    except InputError:
        found = []
    if len(found) != 1 or not name.strip():
        known = [notebook.name for notebook in there_are]
        words = [notebook.name.partition("_")[2] for notebook in there_are]
        raise InputError(f"no notebook {name!r}.{did_you_mean(name, words)} There are {', '.join(known)}.")
    return found[0]


def _seen_from(folder: Path, shop: str | Path) -> str:
    """The shop as the notebook finds it: its kernel runs in the notebook's folder."""
    return os.path.relpath(shop, folder) if str(shop) and os.path.exists(shop) else str(shop)


def _free(folder: Path, name: str) -> Path:
    """A name that nothing has yet: 02_rfm.ipynb, 02_rfm-2.ipynb, ..."""
    names = itertools.chain([name], (f"{name}-{number}" for number in itertools.count(2)))
    return next(path for each in names if not (path := folder / f"{each}.ipynb").exists())


def _copy(notebook: Notebook, values: Mapping[str, Any]) -> str:
    content = json.loads(notebook.path.read_text(encoding="utf-8"))
    for cell in content["cells"]:
        if "parameters" in cell["metadata"].get("tags", []):
            source = "".join(cell["source"])
            cell["source"] = filled(source, values).splitlines(keepends=True)
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def filled(source: str, values: Mapping[str, Any]) -> str:
    """Code of a parameters cell with other values; types and comments stay.

    Examples
    --------
    >>> filled("k: int = 3  # personas\\nnames: list[str] = []", {"k": 5, "names": ["é", "b"]})
    "k: int = 5  # personas\\nnames: list[str] = ['é', 'b']"
    """
    lines = source.encode().splitlines(keepends=True)  # Python tells columns in bytes
    for line in reversed(ast.parse(source).body):
        target = line.targets[0] if isinstance(line, ast.Assign) else getattr(line, "target", None)
        value = getattr(line, "value", None)
        if isinstance(target, ast.Name) and target.id in values and value is not None:
            first, last = value.lineno - 1, value.end_lineno - 1
            before, after = lines[first][: value.col_offset], lines[last][value.end_col_offset :]
            lines[first : last + 1] = [before + repr(values[target.id]).encode() + after]
    return b"".join(lines).decode()
