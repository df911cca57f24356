"""JSON lines and JSON arrays -> Parquet with text columns; nested values stay JSON."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from seglib.errors import InputError
from seglib.intake.files.encodings import as_utf8
from seglib.intake.files.finding_files import Hints, Part, fresh
from seglib.intake.files.headers import MAX_COLUMNS, column_names
from seglib.intake.files.texts import write_rows
from seglib.tables.privacy import shape_of

__all__ = ["MAX_DOCUMENT", "read_records"]

MAX_DOCUMENT = 2**30  # bytes of one JSON document, which is read as a whole; JSON lines may be of any size
MAX_LINE = 2**26  # characters


def read_records(file: Path, name: str, hints: Hints, folder: Path) -> Part:
    """Objects of a JSON file, one a row. Numbers keep the text they have; lists and objects stay JSON text.

    Taken are: one object a line; a list of objects; an object that holds one list of objects, as an
    API answers.

    Raises
    ------
    InputError
        Not JSON, not objects, or none.
    """
    text, encoding = as_utf8(file, folder, name, hints.encoding)
    names, rows = _by_lines(text, name)
    if rows is None:
        found = _document(text, name)
        keys = _keys(found, name)
        names, rows = keys, (_row(record, keys) for record in found)
    target = fresh(folder, ".parquet")
    shown, changes = column_names(names, len(names), name)
    facts = {"rows": write_rows(rows, shown, target), "encoding": encoding, "changes": changes}
    if text != file:
        text.unlink()
    return Part(target, facts)


def _by_lines(text: Path, name: str) -> tuple[list[str], Iterator[list[str]] | None]:
    """Keys and rows of JSON lines; no rows where the file is one document."""
    with text.open(encoding="utf-8-sig") as opened:
        first = next((line for line in opened if line.strip()), "")
    try:
        alone = isinstance(_parse(first), dict)
    except ValueError:
        alone = False
    if not alone or (text.suffix == ".json" and _one_line(text)):
        return [], None
    keys = _keys(_lines(text, name), name)
    return keys, (_row(record, keys) for record in _lines(text, name))


def _one_line(text: Path) -> bool:
    with text.open(encoding="utf-8-sig") as opened:
        return len(list(itertools.islice((line for line in opened if line.strip()), 2))) < 2


def _lines(text: Path, name: str) -> Iterator[Mapping[str, Any]]:
    with text.open(encoding="utf-8-sig") as opened:
        for number, line in enumerate(iter(lambda: opened.readline(MAX_LINE), ""), start=1):
            if not line.strip():
                continue
            try:
                record = _parse(line)
            except ValueError as error:
                raise InputError(f"{name}: line {number:,} is no JSON ({error}): {shape_of(line)}. Mend it.") from None
            if not isinstance(record, dict):
                raise InputError(f"{name}: line {number:,} is no JSON object: {shape_of(line)}. Expected one a line.")
            yield record


def _document(text: Path, name: str) -> list[Mapping[str, Any]]:
    if text.stat().st_size > MAX_DOCUMENT:
        raise InputError(f"{name}: a JSON document of more than {MAX_DOCUMENT // 2**20} MB. Export it as JSON lines.")
    try:
        found = _parse(text.read_text(encoding="utf-8-sig"))
    except ValueError as error:
        raise InputError(f"{name}: not valid JSON ({error}). Is the file cut off? Export it again.") from None
    if isinstance(found, dict):
        lists = [value for value in found.values() if _objects(value)]
        found = lists[0] if len(lists) == 1 and len(found) <= 10 else [found]
    if not _objects(found):
        raise InputError(f"{name}: expected a list of JSON objects or one object a line, found {shape_of(found)}.")
    return found


def _objects(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(record, dict) for record in value)


def _parse(text: str) -> Any:
    """JSON with numbers as the text that stands there, so that money and long ids stay exact."""
    try:
        return json.loads(text, parse_float=str, parse_int=str, parse_constant=str)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _keys(records: Iterable[Mapping[str, Any]], name: str) -> list[str]:
    keys: dict[str, None] = {}
    for record in records:
        keys |= dict.fromkeys(record)
        if len(keys) > MAX_COLUMNS:
            raise InputError(f"{name}: more than {MAX_COLUMNS:,} different keys. Are ids used as keys?")
    if not keys:
        raise InputError(f"{name}: no JSON objects with keys in it. Export it again.")
    return list(keys)


def _row(record: Mapping[str, Any], keys: Iterable[str]) -> list[str]:
    return [_text(record.get(key)) for key in keys]


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text.encode("utf-8", "replace").decode("utf-8")  # a lone half of a pair is no text
