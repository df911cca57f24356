"""What the settings of a shop shall say: tables with their joins and columns, and questions with their answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from seglib.intake.relations import names_beside
from seglib.intake.surveying.loaded import Loaded
from seglib.intake.surveying.meeting import Relation
from seglib.intake.surveying.pieces import Piece

__all__ = ["Ask", "Entry", "Question", "headed", "likeliest"]


@dataclass(frozen=True)
class Question:
    """Something that the data do not decide: what was seen, in numbers, and the answers, the likeliest first."""

    text: str
    answers: tuple[str, ...]


Ask = Callable[[Question], int]


def likeliest(question: Question) -> int:
    """The answer where nobody is asked: the first."""
    return 0


@dataclass
class Entry:
    """A table of the shop: where it is, what is joined to it, columns named by hand, how it is read, and remarks.

    What a loader has filled is read by its schema. Where it is not ``used``, its lines are written as comments.
    """

    table: str
    piece: Piece
    why: str = ""
    joins: list[Relation] = field(default_factory=list)
    columns: dict[str, Any] = field(default_factory=dict)
    date_format: str = ""
    read: dict[str, str] = field(default_factory=dict)
    states: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    loaded: Loaded | None = None
    used: bool = True

    def decide(self, ask: Ask, text: str, *answers: str) -> int:
        """Ask, and write question and answers beside the lines that it is about; which answer was taken."""
        taken = ask(Question(text, answers))
        others = " or ".join(answer for i, answer in enumerate(answers) if i != taken)
        self.notes.append(f"? {text} Taken: {answers[taken]}. Else: {others}.")
        return taken

    @property
    def tables(self) -> list[Piece]:
        """The table and those joined to it."""
        return [self.piece, *(join.right for join in self.joins)]


def headed(piece: Piece, joins: Sequence[Relation]) -> list[tuple[str, Piece, str]]:
    """Columns of a table with others joined: the name that each goes by, whose it is, and its name there."""
    found = [(column, piece, column) for column in piece.columns]
    for join in joins:
        names = names_beside([name for name, *_ in found], join.right.columns, join.key, join.right.stem)
        found += [(name, join.right, column) for column, name in names.items()]
    return found
