"""Every message that a report can show, gathered from the code, the notebooks and the data, as a gettext catalogue."""

from __future__ import annotations

import ast
import csv
import io
import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from seglib.errors import InputError
from seglib.language.messages import FOLDER, check_locale, read_catalogue, speaking
from seglib.language.words import label
from seglib.report.pages.markdown import markdown_messages
from seglib.report.run.parameters import notebooks_path
from seglib.tables.canonical import TABLES

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

__all__ = ["Message", "all_messages", "catalogue_of", "catalogue_text", "faults_of"]

HERE = Path(__file__).parents[1]
SINGLE = {"_", "gettext", "mark"}
# tables of data, and which of their columns or keys a page shows
SHOWN = {
    "segments/rules/shop.toml": ("name", "description", "action"),
    "language/glossary.toml": ("term", "definition"),
    "actions/actions.csv": ("segment", "action", "meaning", "description"),
    "segments/presets/*.csv": ("segment", "action", "meaning", "description"),
    "segments/presets/index.toml": ("title", "description"),
    "segments/personas/phrases.csv": ("noun",),
    "intake/formats/*.yaml": ("why",),
}
PLACEHOLDER = re.compile(r"{(\w+)}")
HEADER = r"""msgid ""
msgstr ""
"Language: {language}\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=utf-8\n"
"Content-Transfer-Encoding: 8bit\n"
"Plural-Forms: {plurals}\n"

"""


@dataclass(frozen=True, order=True)
class Message:
    """One message: its English, its plural where it has one, what is meant where English is ambiguous, and its file."""

    one: str
    many: str = ""
    context: str = ""
    file: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """What the message is found by in a catalogue."""
        return (self.one, self.context)


@cache
def all_messages() -> tuple[Message, ...]:
    """Messages of the library, the notebooks and the data, each once, in the order of their files.

    Examples
    --------
    >>> any(message.one == "{n} customer" and message.many == "{n} customers" for message in all_messages())
    True
    """
    found: dict[tuple[str, str], Message] = {}
    for message in [*_of_code(), *_of_notebooks(), *_of_data()]:
        known = found.get(message.key)
        if known is None or (message.many and not known.many):
            found[message.key] = message
    return tuple(found.values())


def _of_code() -> Iterator[Message]:
    for path in sorted(HERE.rglob("*.py")):
        file = path.relative_to(HERE).as_posix()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                yield from _of_call(node, file)
    for path in sorted((HERE / "report" / "pages" / "template").glob("*.j2")):
        for one in re.findall(r"\b_\(\s*\"((?:[^\"\\]|\\.)*)\"", path.read_text(encoding="utf-8")):
            yield Message(one, file=path.relative_to(HERE).as_posix())


def _of_call(node: ast.Call, file: str) -> Iterator[Message]:
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    texts = [_literals(argument) for argument in node.args]
    if name in SINGLE and texts:
        yield from (Message(one, file=file) for one in texts[0])
    elif name == "ngettext" and len(texts) > 1:
        yield from (Message(one, many, file=file) for one, many in zip(texts[0], texts[1], strict=True))
    elif name == "pgettext" and len(texts) > 1:
        yield from (Message(one, context=context, file=file) for context in texts[0] for one in texts[1])
    elif name == "plural" and len(texts) > 1 and texts[1]:  # words.plural(n, "customer")
        many = texts[2] if len(texts) > 2 else [f"{noun}s" for noun in texts[1]]
        yield from (Message(f"{{n}} {a}", f"{{n}} {b}", file=file) for a, b in zip(texts[1], many, strict=False))


def _literals(node: ast.expr) -> list[str]:
    """The texts that an argument may be: a literal, or a choice between literals."""
    if isinstance(node, ast.IfExp):
        return _literals(node.body) + _literals(node.orelse)
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value else []


def _of_notebooks() -> Iterator[Message]:
    for path in sorted(notebooks_path().glob("*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            source = "".join(cell["source"])
            texts = markdown_messages(source) if cell["cell_type"] == "markdown" else _shown_by(source)
            yield from (Message(text, file=f"notebooks/{path.name}") for text in texts)


def _shown_by(source: str) -> list[str]:
    """Texts that a cell shows: captions, headings and key numbers of ``display``, meanings of tables that it keeps."""
    inner = list[ast.expr]()
    for call in (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)):
        name = ast.unparse(call.func)
        if name.startswith("display."):
            inner += [*call.args, *(word.value for word in call.keywords)]
        elif name.endswith(".keep"):
            inner += [word.value for word in call.keywords if word.arg == "meaning"]
    texts = [text for each in inner for text in _told(each)]
    return [text for text in texts if re.match(r"[A-Z]", text)]


def _told(node: ast.expr) -> list[str]:
    if isinstance(node, ast.Dict):
        return [text for each in [*node.keys, *node.values] if each is not None for text in _told(each)]
    if isinstance(node, ast.List | ast.Tuple):
        return [text for each in node.elts for text in _told(each)]
    return _literals(node)


def _of_data() -> Iterator[Message]:
    for pattern, keys in SHOWN.items():
        for path in sorted(HERE.glob(pattern)):
            file = path.relative_to(HERE).as_posix()
            for row in _rows(path):
                yield from (Message(" ".join(str(row[key]).split()), file=file) for key in keys if row.get(key))
    for row in _rows(HERE / "segments" / "personas" / "phrases.csv"):
        if row["adjective"]:
            yield Message(row["adjective"], context="persona", file="segments/personas/phrases.csv")
    with speaking():
        yield from (
            Message(label(each.name), file="tables/canonical.py") for table in TABLES.values() for each in table
        )


def _rows(path: Path) -> Iterator[Mapping[str, Any]]:
    """Rows of a CSV file, or every table within a TOML or YAML file."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".csv":
        yield from csv.DictReader(io.StringIO(text))
    else:
        yield from _within(yaml.safe_load(text) if path.suffix == ".yaml" else tomllib.loads(text))


def _within(told: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(told, Mapping):
        yield told
    for each in told.values() if isinstance(told, Mapping) else told if isinstance(told, list) else ():
        yield from _within(each)


def _filled(language: str, told: Catalog | None = None) -> Catalog:
    from babel.messages.catalog import Catalog

    catalogue = Catalog(locale=language, fuzzy=False)
    for message in all_messages():
        wanted = (message.one, message.many) if message.many else message.one
        known = told.get(message.one, message.context or None) if told is not None else None
        same = known is not None and isinstance(known.id, tuple) == isinstance(wanted, tuple)
        catalogue.add(
            wanted,
            known.string if known is not None and same else None,
            locations=[(message.file, 0)],
            context=message.context or None,
        )
    return catalogue


def catalogue_of(language: str, path: str | Path = "") -> Path:
    """The file of a language, there or not.

    Raises
    ------
    InputError
        A code that Babel knows no language for; a path that leads nowhere.

    Examples
    --------
    >>> catalogue_of("it").name
    'it.po'
    """
    check_locale(language, "language")
    if path and not Path(path).exists():
        raise InputError(f"{path}: no such file. Draft one with: seglib language {language}")
    return Path(path) if path else FOLDER / f"{language}.po"


def catalogue_text(language: str, path: str | Path = "") -> str:
    """A catalogue with every message, translated as far as the one there is.

    Parameters
    ----------
    language : str
        Code such as ``"de"``.
    path : path
        The catalogue there is; that of seglib by default, an empty one where seglib has none.

    Returns
    -------
    str: a ``.po`` file. Saved as ``translations/<language>.po``, or named in ``[report] translation``, it is all that
    a language takes.

    Examples
    --------
    >>> 'msgid "{n} customer"' in catalogue_text("de")
    True
    """
    from babel.messages.pofile import write_po

    file = catalogue_of(language, path)
    told = read_catalogue(file) if file.is_file() else None
    catalogue = _filled(language, told)
    written = io.BytesIO()
    write_po(written, catalogue, width=0, include_lineno=False, omit_header=True, ignore_obsolete=True)
    return HEADER.format(language=language, plurals=catalogue.plural_forms) + written.getvalue().decode().strip() + "\n"


def faults_of(path: str | Path) -> list[str]:
    """What a catalogue lacks: messages without a translation, and translations with other placeholders.

    Parameters
    ----------
    path : path
        A ``.po`` file.

    Returns
    -------
    list of str: one line a fault, empty when it is complete.

    Examples
    --------
    >>> faults_of(FOLDER / "it.po")
    []
    """
    from babel.messages.catalog import Catalog

    file = Path(path)
    told = read_catalogue(file) if file.is_file() else Catalog()
    return [fault for message in all_messages() for fault in _faults(message, told)]


def _faults(message: Message, told: Catalog) -> list[str]:
    known = told.get(message.one, message.context or None)
    forms = (
        list(known.string) if known is not None and isinstance(known.string, tuple | list) else [known and known.string]
    )
    if not all(forms) or bool(message.many) != (len(forms) > 1 or told.num_plurals == 1):
        return [f"{message.file}: {message.one!r} has no translation."]
    wanted = set(PLACEHOLDER.findall(message.one + message.many))
    found = [set(PLACEHOLDER.findall(str(form))) for form in forms]
    spare = {"n"} if message.many else set()  # one may be told in a word
    return [
        f"{message.file}: {message.one!r} is translated with {sorted(has)}; expected {sorted(wanted)}."
        for has in found
        if not wanted - spare <= has <= wanted
    ]
