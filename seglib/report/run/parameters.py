"""The notebooks there are, and what each of them can be told: read from the cell tagged ``parameters``."""

from __future__ import annotations

import ast
import io
import json
import re
import tokenize
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from seglib.errors import InputError, did_you_mean

__all__ = [
    "Notebook",
    "Parameter",
    "check_parameters",
    "find_notebooks",
    "names_asked",
    "notebooks_path",
    "select_notebooks",
]

# every notebook has these; a run sets them from its own options
COMMON = {"shop": "SOURCE", "as_of": "--as-of", "window_days": "--window-days", "run": "nothing: the run sets it"}
KINDS: dict[str, tuple[type, ...]] = {
    "str": (str,),
    "int": (int,),
    "float": (float, int),
    "bool": (bool,),
    "list": (list, tuple),
    "dict": (dict,),
}
WORDS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


@dataclass(frozen=True)
class Parameter:
    """One line of a notebook's parameters cell: ``name: kind = default  # meaning``."""

    name: str
    kind: str
    default: Any
    meaning: str = ""


@dataclass(frozen=True)
class Notebook:
    """A notebook that can become a page.

    ``after`` names the notebooks whose results it reads, where they are part of the same run; ``needs`` the tables of
    the shop without which it says nothing (:meth:`seglib.Shop.has`).
    """

    name: str
    path: Path
    title: str
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    after: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()

    @property
    def number(self) -> str:
        """Number in front of the name, such as ``02``."""
        return self.name.partition("_")[0]

    @property
    def label(self) -> str:
        """Short name for menus: ``02_rfm`` is RFM, ``04_profiles`` is Profiles."""
        word = self.name.partition("_")[2].replace("_", " ") or self.name
        return word.upper() if len(word) <= 3 else word[:1].upper() + word[1:]


def notebooks_path() -> Path:
    """Folder of the notebooks: inside the installed package, else beside it in the project."""
    packaged = Path(__file__).parents[2] / "notebooks"
    return packaged if packaged.is_dir() else Path(__file__).parents[3] / "notebooks"


def find_notebooks(folder: str | Path = "") -> list[Notebook]:
    """Notebooks of a folder in the order of their numbers.

    Parameters
    ----------
    folder : path
        Where to look; the notebooks of seglib by default.

    Returns
    -------
    list of Notebook

    Raises
    ------
    InputError
        When the folder holds no numbered notebook (``01_name.ipynb``) or one cannot be read.
    """
    where = Path(folder) if folder else notebooks_path()
    paths = sorted(where.glob("[0-9]*_*.ipynb"))
    if not paths:
        raise InputError(f"notebooks: none in {where.name}/. Expected files named such as 01_exploration.ipynb.")
    return [_read_notebook(path) for path in paths]


def _read_notebook(path: Path) -> Notebook:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        cells = content["cells"]
    except (ValueError, KeyError, TypeError):
        raise InputError(f"notebooks: {path.name} is not a Jupyter notebook.") from None
    tagged = [_source(cell) for cell in cells if "parameters" in cell.get("metadata", {}).get("tags", [])]
    heading = re.search(r"^# +(.+)$", "\n".join(_source(c) for c in cells if c["cell_type"] == "markdown"), re.M)
    told = content.get("metadata", {}).get("seglib", {})
    found = {parameter.name: parameter for source in tagged[:1] for parameter in _read_parameters(source, path.name)}
    order = {key: tuple(told.get(key, ())) for key in ("after", "needs")}
    return Notebook(path.stem, path, heading[1].strip() if heading else path.stem, found, **order)


def _source(cell: Mapping[str, Any]) -> str:
    source = cell.get("source", "")
    return source if isinstance(source, str) else "".join(source)


def _read_parameters(source: str, where: str) -> list[Parameter]:
    comments = _comments(source)
    found = []
    for line in ast.parse(source).body:
        target = line.targets[0] if isinstance(line, ast.Assign) else getattr(line, "target", None)
        if not isinstance(line, ast.Assign | ast.AnnAssign) or not isinstance(target, ast.Name) or line.value is None:
            raise InputError(f"{where}: line {line.lineno} of the parameters is not 'name: type = value  # help'.")
        default = ast.literal_eval(line.value)
        annotated = ast.unparse(line.annotation) if isinstance(line, ast.AnnAssign) else ""
        kinds = [kind for kind in (annotated, type(default).__name__, "str") if kind.partition("[")[0] in KINDS]
        found.append(Parameter(target.id, kinds[0], default, comments.get(line.end_lineno or line.lineno, "")))
    return found


def _comments(source: str) -> dict[int, str]:
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {token.start[0]: token.string.lstrip("# ") for token in tokens if token.type == tokenize.COMMENT}


def select_notebooks(notebooks: Sequence[Notebook], only: str | Iterable[str] = ()) -> list[Notebook]:
    """Notebooks that are asked for, by number, name or the word after the number; all where nothing is asked.

    Parameters
    ----------
    notebooks : sequence of Notebook
        The ones there are.
    only : str or iterable of str
        ``"02,03"``, ``["rfm", "04_profiles"]``.

    Raises
    ------
    InputError
        Names that none of them has.

    Examples
    --------
    >>> there_are = [Notebook("01_exploration", Path(), ""), Notebook("02_rfm", Path(), "")]
    >>> [notebook.name for notebook in select_notebooks(there_are, "2")]
    ['02_rfm']
    >>> select_notebooks(there_are, "rmf")
    Traceback (most recent call last):
    seglib.errors.InputError: --only: no notebook 'rmf'. Did you mean 'rfm'?
    """
    asked = names_asked(only)
    names = {alias: notebook.name for notebook in notebooks for alias in _aliases(notebook)}
    faults = [
        f"--only: no notebook {word!r}.{did_you_mean(word, [n.name.partition('_')[2] for n in notebooks])}"
        for word in asked
        if _bare(word) not in names
    ]
    if faults:
        raise InputError(faults)
    chosen = {names[_bare(word)] for word in asked}
    return [notebook for notebook in notebooks if not asked or notebook.name in chosen]


def names_asked(only: str | Iterable[str]) -> tuple[str, ...]:
    """Names and numbers of notebooks one by one; none where nothing is asked.

    Examples
    --------
    >>> names_asked("02, rfm"), names_asked(["2", "04 05"]), names_asked("")
    (('02', 'rfm'), ('2', '04', '05'), ())
    """
    texts = [only] if isinstance(only, str) else only
    return tuple(word for text in texts for word in re.split(r"[,\s]+", text) if word)


def _aliases(notebook: Notebook) -> set[str]:
    return {_bare(alias) for alias in (notebook.name, notebook.number, notebook.name.partition("_")[2])}


def _bare(word: str) -> str:
    return word.strip().lower().removesuffix(".ipynb").lstrip("0")


def check_parameters(notebooks: Sequence[Notebook], given: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Values of parameters for each notebook, checked against what it declares.

    Parameters
    ----------
    notebooks : sequence of Notebook
        Those that shall run.
    given : mapping
        Name -> value; text is read as the type that the notebook declares (lists as JSON or with commas).

    Returns
    -------
    dict of notebook name to the values that it takes.

    Raises
    ------
    InputError
        Every unknown name and every value of the wrong type.
    """
    faults: list[str] = []
    values: dict[str, dict[str, Any]] = {notebook.name: {} for notebook in notebooks}
    known = dict.fromkeys(name for notebook in notebooks for name in notebook.parameters if name not in COMMON)
    for name, value in given.items():
        if name in COMMON:
            faults.append(f"parameter {name!r} belongs to the whole run. Use {COMMON[name]}.")
        elif name not in known:
            faults.append(f"parameter {name!r}: {_where(notebooks)} no such parameter.{did_you_mean(name, known)}")
        for notebook in notebooks if name in known else ():
            if name in notebook.parameters:
                _take(values[notebook.name], notebook.parameters[name], value, notebook.name, faults)
    if faults:
        raise InputError(list(dict.fromkeys(faults)))
    return values


def _where(notebooks: Sequence[Notebook]) -> str:
    return f"{notebooks[0].name} has" if len(notebooks) == 1 else "the notebooks of this run have"


def _take(values: dict[str, Any], parameter: Parameter, value: Any, where: str, faults: list[str]) -> None:
    try:
        values[parameter.name] = read_value(value, parameter.kind)
    except ValueError:
        found = "no value" if value is None else repr(value)[:80]
        meaning = f" ({parameter.meaning})" if parameter.meaning else ""
        faults.append(
            f"parameter {parameter.name!r} of {where}: found {found}, expected {_expected(parameter.kind)}{meaning}, "
            f"such as {json.dumps(parameter.default)}."
        )


def _expected(kind: str) -> str:
    words = {"str": "text", "int": "a whole number", "float": "a number", "bool": "true or false", "dict": "a table"}
    base, _, inside = kind.partition("[")
    plural = {"str": " of texts", "int": " of whole numbers", "float": " of numbers"}
    return f"a list{plural.get(inside.rstrip(']'), '')}, in JSON or with commas" if base == "list" else words[base]


def read_value(value: Any, kind: str) -> Any:
    """Value as the declared type; text is parsed.

    Raises
    ------
    ValueError
        When it cannot be.

    Examples
    --------
    >>> read_value("5", "int"), read_value("yes", "bool"), read_value("2,3", "list[int]"), read_value('["a"]', "list")
    (5, True, [2, 3], ['a'])
    """
    base, _, inside = kind.partition("[")
    if isinstance(value, str) and base != "str":
        value = _parse(value.strip(), base)
    if base == "list" and isinstance(value, list | tuple):
        inner = inside.rstrip("]")
        return [read_value(item, inner) for item in value] if inner in KINDS else list(value)
    if not isinstance(value, KINDS[base]) or (isinstance(value, bool) and base != "bool"):
        raise ValueError(kind)
    return float(str(value)) if base == "float" else value


def _parse(text: str, base: str) -> Any:
    if base == "bool" and text.lower() in WORDS:
        return WORDS[text.lower()]
    if base == "list" and not text.startswith("["):
        return [item.strip() for item in text.split(",") if item.strip()]
    if base in ("int", "float"):
        return int(text) if base == "int" else float(text)
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError(text[:20]) from None
