"""JSON lines, lists and the answers of APIs -> Parquet with text columns; nested values stay JSON."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from seglib.errors import InputError
from seglib.intake.files.encodings import as_utf8
from seglib.intake.files.envelopes import SEALED, Page, is_cut, nested, opened, page_of, parse
from seglib.intake.files.finding_files import Hints, Part, fresh
from seglib.intake.files.headers import MAX_COLUMNS, column_names
from seglib.intake.files.texts import write_rows
from seglib.tables.privacy import shape_of

__all__ = ["MAX_DOCUMENT", "read_records", "unsealed"]

MAX_DOCUMENT = 2**30  # bytes of one JSON document, which is read as a whole; JSON lines may be of any size
MAX_LINE = 2**26  # characters

Records = Iterable[Mapping[str, Any]]


def read_records(file: Path, name: str, hints: Hints, folder: Path) -> Part:
    """Objects of a JSON file, one a row. Numbers keep the text they have; lists and objects stay JSON text.

    Taken are: one object a line; a list of objects; the answer of an API, whatever keys are around its list, edges and
    nodes of GraphQL, JSON:API; the messages of a loader. An empty page has no rows.

    Raises
    ------
    InputError
        Not JSON, not objects, or several lists of which nothing tells which is meant.
    """
    text, encoding = as_utf8(file, folder, name, hints.encoding)
    page = None if _by_lines(text) else _document(text, name, hints)
    told = {"encoding": encoding, "more": page.more if page else ""}
    if page and not page.records:
        return Part(text, {"rows": 0, **told})
    part = _written(lambda: _lines(text, name) if page is None else page.records, name, hints, folder)
    if text != file:
        text.unlink()
    return Part(part.parquet, {**part.facts, **told})


def unsealed(part: Part, cells: Callable[[], Iterable[Any]], name: str, hints: Hints, folder: Path) -> Part:
    """The records that a loader's raw table holds in one column, of which ``cells`` are the values, as a table."""
    told = _written(lambda: ({SEALED: cell} for cell in cells()), name, hints, folder)
    return Part(told.parquet, {**part.facts, **told.facts})


def _written(records: Callable[[], Records], name: str, hints: Hints, folder: Path) -> Part:
    """Records, which are read twice (for their keys, for their values), as Parquet."""

    def told() -> Iterator[tuple[str, Mapping[str, Any]]]:
        return opened(nested(records(), name))

    streams = _streams(told(), name)
    stream = _wanted(streams, hints, name)
    keys, cut = list(streams[stream]), Counter[str]()
    shown, changes = column_names(keys, len(keys), name)
    target = fresh(folder, ".parquet")
    rows = (_row(record, keys, cut) for of, record in told() if of == stream)
    written = write_rows(rows, shown, target)
    changes += [f"of {key!r} {n:,} rows hold the first part only: ask for all of them" for key, n in cut.items()]
    changes += [f"the rows of {other!r} are left aside" for other in streams if other != stream]
    return Part(target, {"rows": written, "changes": changes})


def _wanted(streams: Mapping[str, Iterable[str]], hints: Hints, name: str) -> str:
    """Of several streams the one that is of the wanted table."""
    if len(streams) == 1:
        return next(iter(streams))
    fit = [stream for stream, keys in streams.items() if hints.table_of(list(keys)) == hints.table]
    if len(fit) != 1:
        raise InputError(
            f"{name}: holds several streams: {', '.join(streams)}; {'more than one' if fit else 'none'} looks like "
            f"{hints.table}. Give the one that is meant as a file of its own."
        )
    return fit[0]


def _by_lines(text: Path) -> bool:
    """Whether there is one object a line, and not one document."""
    with text.open(encoding="utf-8-sig") as opened_text:
        first, *more = [*itertools.islice((line for line in opened_text if line.strip()), 2), ""]
    try:
        return isinstance(parse(first), dict) and bool(more[0] if more else "")
    except ValueError:
        return False


def _lines(text: Path, name: str) -> Iterator[Mapping[str, Any]]:
    with text.open(encoding="utf-8-sig") as opened:
        for number, line in enumerate(iter(lambda: opened.readline(MAX_LINE), ""), start=1):
            if not line.strip():
                continue
            try:
                record = parse(line)
            except ValueError as error:
                raise InputError(f"{name}: line {number:,} is no JSON ({error}): {shape_of(line)}. Mend it.") from None
            if not isinstance(record, dict):
                raise InputError(f"{name}: line {number:,} is no JSON object: {shape_of(line)}. Expected one a line.")
            yield record


def _document(text: Path, name: str, hints: Hints) -> Page:
    if text.stat().st_size > MAX_DOCUMENT:
        raise InputError(f"{name}: a JSON document of more than {MAX_DOCUMENT // 2**20} MB. Export it as JSON lines.")
    try:
        found = parse(text.read_text(encoding="utf-8-sig"))
    except ValueError as error:
        raise InputError(f"{name}: not valid JSON ({error}). Is the file cut off? Export it again.") from None
    page = page_of(found, hints, name)
    if not all(isinstance(record, dict) for record in page.records) or not (found or found == []):
        raise InputError(f"{name}: expected a list of JSON objects or one object a line, found {shape_of(found)}.")
    return page


def _streams(records: Iterable[tuple[str, Mapping[str, Any]]], name: str) -> dict[str, dict[str, None]]:
    """Name of each stream of a loader, empty where there is no loader -> the keys of its records."""
    streams: dict[str, dict[str, None]] = {}
    for stream, record in records:
        keys = streams.setdefault(stream, {})
        keys |= dict.fromkeys(record)
        if len(keys) > MAX_COLUMNS:
            raise InputError(f"{name}: more than {MAX_COLUMNS:,} different keys. Are ids used as keys?")
    if not any(streams.values()):
        raise InputError(f"{name}: no JSON objects with keys in it. Export it again.")
    return streams


def _row(record: Mapping[str, Any], keys: Iterable[str], cut: Counter[str]) -> list[str]:
    cut.update(key for key, value in record.items() if is_cut(value))
    return [_text(record.get(key)) for key in keys]


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text.encode("utf-8", "replace").decode("utf-8")  # a lone half of a pair is no text
