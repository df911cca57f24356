"""Each table of a shop read by its first rows, as the shop would read it: what is doubted becomes a question."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import ibis

from seglib.errors import InputError
from seglib.intake.doubts import ASK, STOP
from seglib.intake.engines import connect
from seglib.intake.files.limits import interrupted
from seglib.intake.files.texts import literal
from seglib.intake.relations import Join
from seglib.intake.scratch import discard, private_folder
from seglib.intake.sources import Source, read_table
from seglib.intake.surveying.key_columns import key_text, whole_source
from seglib.intake.surveying.meeting import Relation
from seglib.intake.surveying.pieces import Piece
from seglib.intake.surveying.plans import Ask, Entry

__all__ = ["try_reading"]

FORMS = re.compile(r'date_format: "(.+?)" or "(.+?)"')
LINE = re.compile(r"(read = \{(\w+) = \"(\w+)\"\})")
STATES = ("sale", "cancelled", "pending", "refunded")  # what an unknown word of a status is offered as
MOST_STATES = 8  # words that are asked about; of more it is no status
TRIES = 3


def try_reading(entry: Entry, ask: Ask) -> None:
    """Read the first rows of an entry; ask what its dates, statuses and money mean where they do not show it.

    A table beside the orders that cannot be read is left out.
    """
    folder = private_folder("tried")
    try:
        engine = connect()
        joins = [Join(_related(join, engine, folder), join.column, join.key) for join in entry.joins]
        source = _read(entry, _first_rows(entry, joins, engine, folder), joins, engine, ask)
        if source is not None and entry.table == "lines":
            _ask_states(entry, source, ask)
            _ask_doubts(entry, source, ask)
    finally:
        discard(folder)


def _first_rows(entry: Entry, joins: Sequence[Join], engine: ibis.BaseBackend, folder: Path) -> Path:
    """The first rows of a table; beside a large one, those whose keys are among its first rows."""
    large = [(told, join) for told, join in zip(entry.joins, joins, strict=True) if told.right.large]
    met = " AND ".join(
        f"{key_text(told.column)} IN (SELECT {key_text(told.key)} FROM read_parquet({literal(join.path)}))"
        for told, join in large
        if told.left is entry.piece
    )
    if not met:
        return _copied(entry.piece, folder)
    target = _place(entry.piece, folder)
    rows = f"SELECT * FROM read_parquet({literal(entry.piece.sample)}) WHERE {met}"
    engine.raw_sql(f"COPY ({rows}) TO {literal(target)} (FORMAT parquet)")
    return target


def _read(entry: Entry, path: Path, joins: Sequence[Join], engine: ibis.BaseBackend, ask: Ask) -> Source | None:
    """The table as read; None where it cannot be, which is noted."""
    told: dict[str, Any] = {"columns": entry.columns, "joins": joins, "engine": engine}
    for _ in range(TRIES):
        try:
            return read_table(path, entry.table, date_format=entry.date_format, **told)
        except InputError as error:
            said = " ".join(error.faults)
            forms = FORMS.search(said)
            if forms is None or entry.date_format:
                break
            answers = [f'date_format = "{form}"' for form in forms.groups()]
            taken = entry.decide(ask, f"{entry.piece.name}: day and month cannot be told apart.", *answers)
            entry.date_format = forms.groups()[taken]
    if any(join.right.large for join in entry.joins):
        return None  # of the first rows of two tables too few may meet
    shown = said.replace(path.name, entry.piece.name).partition("\n")[0]
    entry.notes.append(f"? It cannot be read yet: {shown}")
    entry.used = entry.table == "lines"
    return None


def _ask_states(entry: Entry, source: Source, ask: Ask) -> None:
    """What words of a status mean that nobody knows."""
    unknown = [one for one in source.facts["statuses"] if not one["known"]]
    for one in unknown if len(unknown) <= MOST_STATES else ():
        text = f"The status {one['value']!r} stands on {one['rows']:,} of {source.facts['read_rows']:,} rows looked at."
        taken = entry.decide(ask, text, *(f'"{state}"' for state in STATES))
        entry.states[str(one["value"])] = STATES[taken]


def _ask_doubts(entry: Entry, source: Source, ask: Ask) -> None:
    """What is doubted of the money and the keys, each with the line that has it read otherwise."""
    for one in source.facts["doubts"]:
        if one["level"] not in (STOP, ASK) or one["name"] in ("status_unknown", "unrelated_rows"):
            continue
        line = LINE.search(one["settle"])
        if line is None:
            entry.notes.append(f"? {one['message']} {one['settle']}")
            continue
        answers = [line[1], "as it stands"] if one["level"] == STOP else ["as it stands", line[1]]
        if answers[entry.decide(ask, one["message"], *answers)] == line[1]:
            entry.read[line[2]] = line[3]


def _copied(piece: Piece, folder: Path) -> Path:
    """The first rows of a table."""
    target = _place(piece, folder)
    target.hardlink_to(piece.sample)
    return target


def _place(piece: Piece, folder: Path) -> Path:
    """Where rows of a table go: a name by which messages can tell whose they are, alone in its folder."""
    return Path(mkdtemp(dir=folder)) / f"{re.sub(r'[^A-Za-z0-9]+', '_', piece.stem)}.parquet"


def _related(join: Relation, engine: ibis.BaseBackend, folder: Path) -> Path:
    """Rows of a joined table that the first rows of the other one name; its own where it is large or cannot be read."""
    if join.right.whole or join.right.large:
        return _copied(join.right, folder)
    target = _place(join.right, folder)
    keys = f"SELECT {key_text(join.column)} FROM read_parquet({literal(join.left.sample)})"
    try:
        rows = f"SELECT * FROM {whole_source(join.right, list(join.right.columns))}"
        engine.raw_sql(f"COPY ({rows} WHERE {key_text(join.key)} IN ({keys})) TO {literal(target)} (FORMAT parquet)")
    except Exception as error:  # odd rows, another dialect, a limit
        if interrupted(error):
            raise KeyboardInterrupt from None
        target.unlink(missing_ok=True)
        return _copied(join.right, folder)
    return target
