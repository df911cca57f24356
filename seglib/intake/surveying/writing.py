"""The text of a shop.toml for a folder: every table with why it is there, every question beside its lines."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from seglib.intake.files.addresses import file_address
from seglib.intake.formats import quoted
from seglib.intake.surveying.kinds import WHAT, named
from seglib.intake.surveying.loaded import Loaded
from seglib.intake.surveying.meeting import Relation
from seglib.intake.surveying.pieces import Piece
from seglib.intake.surveying.plans import Entry
from seglib.intake.surveying.surveying import Survey

__all__ = ["settings_text"]

WIDTH = 118
MONEYED = ("lines", "customers")
HEAD = """\
# Made by seglib init from the files of this folder: look it over, then
#     seglib check shop.toml      how it is read, what is doubted, what is left out
#     seglib report shop.toml     the report
# Lines that begin with "# ?" are questions: what was seen, what was taken, and what else it may be. Every other setting
# is told in data/README.md."""


def settings_text(survey: Survey, name: str, entries: Sequence[Entry]) -> str:
    """A ``shop.toml`` that says what a survey has found, with remarks.

    Parameters
    ----------
    survey : Survey
        What the folder holds.
    name : str
        Title of the report.
    entries : sequence of Entry
        Tables of the shop.
    """
    plain = [entry.piece for entry in entries if entry.used and entry.loaded is None]
    database = next((piece for piece in plain if piece.scheme), None)
    parts = [HEAD, "", f"name = {quoted(name)}"]
    parts += [*_as_of(entries), *_currency(entries)]
    if database is not None:
        parts += ["", "[database]", f"url = {quoted(file_address(database.scheme, database.path))}"]
    several = {entry.table for entry in entries if sum(one.table == entry.table for one in entries) > 1}
    for entry in entries:
        lines = _entry(entry, database, several=entry.table in several)
        parts += ["", *_remarks(entry), *(lines if entry.used else (f"# {line}" for line in lines))]
    parts += _relations(survey)
    parts += _unused(survey, entries)
    return "\n".join(parts) + "\n"


def _as_of(entries: Sequence[Entry]) -> list[str]:
    bought = [named(entry.piece.columns, "customers") for entry in entries if entry.table == "customers" and entry.used]
    if not any("recency_days" in told and "last_order_at" not in told for told in bought):
        return []
    return ['# as_of = "2024-12-31"            # ? The recency counts back from a day that is not told. Say which.']


def _currency(entries: Sequence[Entry]) -> list[str]:
    columns = [column for entry in entries if entry.table in MONEYED and entry.used for column in entry.piece.columns]
    if not columns or any("currency" in column.lower() for column in columns):
        return []
    return ['# currency = "EUR"                # ? No column tells the currency. Say which it is.']


def _remarks(entry: Entry) -> list[str]:
    rows = f"{entry.piece.rows:,} rows" if entry.piece.whole else f"about {entry.piece.rows:,} rows"
    size = f" ({rows})" if entry.piece.rows else ""
    what = f"{entry.piece.name}{size}: {WHAT.get(entry.table, entry.table)}"
    left_out = "" if entry.used else "Left out, see the question: " if _asked(entry) else "Left out: "
    return [*_comment(f"{left_out}{what}; {entry.why}."), *(line for note in entry.notes for line in _comment(note))]


def _asked(entry: Entry) -> bool:
    return any(note.startswith("?") for note in entry.notes)


def _entry(entry: Entry, database: Piece | None, *, several: bool) -> list[str]:
    place = f"tables.{entry.table}"
    head = f"[[{place}]]" if several else f"[{place}]"
    if entry.loaded is not None:
        return [head, *_schema(entry.loaded)]
    lines = [head, *_where(entry.piece, database)]
    if entry.date_format:
        lines.append(f"date_format = {quoted(entry.date_format)}")
    if entry.read:
        lines.append(f"read = {_inline(entry.read)}")
    if entry.states:
        lines.append(f"states = {{{', '.join(f'{quoted(word)} = {quoted(to)}' for word, to in entry.states.items())}}}")
    if entry.columns:
        lines += [f"[{place}.columns]", *(f"{key} = {_value(spec)}" for key, spec in entry.columns.items())]
    for join in entry.joins:
        lines += [f"[[{place}.join]]", *_where(join.right, database), f"{_on(join)}"]
    return lines


def _schema(loaded: Loaded) -> list[str]:
    lines = [f"path = {quoted(loaded.path)}", f"schema = {quoted(loaded.schema)}"]
    return [*lines, f"dataset = {quoted(loaded.dataset)}"] if loaded.dataset else lines


def _where(piece: Piece, database: Piece | None) -> list[str]:
    if piece.scheme and database is not None and piece.files == database.files:
        return [f"table = {quoted(piece.table)}"]
    if piece.scheme:
        return [f"path = {quoted(f'{file_address(piece.scheme, piece.path)}?table={quote(piece.table)}')}"]
    return [f"path = {quoted(piece.path)}", *([f"sheet = {quoted(piece.sheet)}"] if piece.sheet else [])]


def _on(join: Relation) -> str:
    found = f"  # {join.found:,} of {join.of:,} values looked at are found"
    if join.column == join.key:
        return f"on = {quoted(join.column)}".ljust(32) + found
    return f"on = {{left = {quoted(join.column)}, right = {quoted(join.key)}}}".ljust(32) + found


def _value(spec: Any) -> str:
    if isinstance(spec, Mapping):
        return _inline(spec)
    return f"[{', '.join(map(_value, spec))}]" if isinstance(spec, list) else quoted(str(spec))


def _inline(told: Mapping[str, Any]) -> str:
    return f"{{{', '.join(f'{key} = {_value(spec)}' for key, spec in told.items())}}}"


def _relations(survey: Survey) -> list[str]:
    found = survey.meeting.all()
    if not found:
        return []
    lines = (line for relation in found for line in _comment(f"  {relation.told()}"))
    return ["", "# How the tables relate, by keys whose values meet:", *lines]


def _unused(survey: Survey, entries: Sequence[Entry]) -> list[str]:
    taken = {piece for entry in entries for piece in entry.tables}
    found = [f"  {piece.name}: {WHAT[told.kind]}; {told.why}" for piece, told in survey.tables.items()
             if piece not in taken]  # fmt: skip
    found += [f"  {one.name}: {one.why}" for one in survey.aside]
    return ["", "# Not used:", *(line for one in found for line in _comment(one))] if found else []


def _comment(text: str) -> Iterable[str]:
    """A remark, broken at spaces; what a name holds cannot end it."""
    indent = re.match(" *", text)[0] + ("  " if text.startswith(" ") else "")  # type: ignore[index]
    plain = "".join(sign if sign.isprintable() else " " for sign in text.strip())
    return textwrap.wrap(plain, WIDTH, initial_indent=f"# {indent[2:]}", subsequent_indent=f"# {indent}",
                         break_long_words=False, break_on_hyphens=False)  # fmt: skip
