"""``seglib init``: a folder of exports looked at, and a commented shop.toml written for it."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from seglib.errors import InputError
from seglib.show.console import aligned, heading, safe, wrapped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seglib.intake.surveying import Question, Survey

__all__ = ["init"]

OK = 0
SETTINGS = "shop.toml"


def init(asked: argparse.Namespace) -> int:
    """Look at a folder, ask what the data do not decide, write its shop.toml; never over one that is there."""
    from seglib.intake.surveying import compose, likeliest, settings_text, survey

    folder = Path(asked.folder)
    target = folder / SETTINGS
    if os.path.lexists(target):
        raise InputError(
            f"{target}: there is one already, and it is never written over. Run seglib check {target}; or move it away."
        )
    found = survey(folder)
    print("\n".join(_tables(found)).strip(), flush=True)
    entries = compose(found, _put if _on_terminal() and not asked.yes else likeliest)
    _write(target, settings_text(found, folder.resolve().name, entries))
    questions = [note.removeprefix("? ") for entry in entries for note in entry.notes if note.startswith("?")]
    print("\n".join([*_relations(found), *_questions(questions), *_aside(found), heading("Written").rstrip()]))
    print(f"{target}\nNext: seglib check {shlex.quote(str(target))}")
    return OK


def _on_terminal() -> bool:
    """Whether somebody is there who can be asked."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def _write(target: Path, text: str) -> None:
    """The file, unless somebody else has written one meanwhile."""
    try:
        with target.open("x", encoding="utf-8") as opened:
            opened.write(text)
    except FileExistsError:
        raise InputError(f"{target}: there is one already, and it is never written over.") from None


def _tables(found: Survey) -> list[str]:
    import pandas as pd

    from seglib.intake.surveying import WHAT

    rows = [
        (safe(piece.name), f"{piece.rows:,}" if piece.rows else "", WHAT[told.kind], safe(told.why))
        for piece, told in found.tables.items()
    ]
    rows += [
        (safe(piece.name), f"{piece.rows:,}", WHAT[shape.table], f"{shape.title}: {one.schema}")
        for one in found.loaded for shape, piece in one.shapes.values()
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["a", "b", "c", "d"])
    return [heading("Tables"), aligned(table, labels={"a": "Table", "b": "Rows", "c": "What", "d": "Why"}, wrap="d")]


def _relations(found: Survey) -> list[str]:
    lines = [wrapped(safe(relation.told()), "  ") for relation in found.meeting.all()]
    return [heading("Relations"), *lines] if lines else []


def _questions(questions: Sequence[str]) -> list[str]:
    return [heading("Questions"), *(wrapped(safe(one), "  ") for one in questions)] if questions else []


def _aside(found: Survey) -> list[str]:
    lines = [wrapped(safe(f"{one.name}: {one.why}."), "  ") for one in found.aside]
    return [heading("Left aside"), *lines] if lines else []


def _put(question: Question) -> int:
    """A question on the terminal; an empty answer takes the likeliest."""
    print("\n" + wrapped(safe(question.text)))
    for number, answer in enumerate(question.answers, start=1):
        print(f"  {number}  {safe(answer)}")
    return _answered(len(question.answers))


def _answered(answers: int) -> int:
    while True:
        try:
            said = input(f"Which? [1-{answers}, Enter for 1] ").strip()
        except EOFError:
            return 0
        if not said:
            return 0
        if said.isascii() and said.isdigit() and 0 < int(said) <= answers:
            return int(said) - 1
