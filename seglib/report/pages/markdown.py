"""Markdown of a notebook: cut into the texts that a translator sees, and put together again in another language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from seglib.language.messages import gettext as _

__all__ = ["Piece", "headings", "markdown_messages", "translated"]

HEADING = re.compile(r"^(#{1,6})[ \t]+(.+?)[ \t#]*$")
FENCE = re.compile(r"^(```|~~~)")
ITEM = re.compile(r"^(\s*(?:[-*+]|\d+[.)])[ \t]+|\s*>[ \t]?)(.*)$")


@dataclass(frozen=True)
class Piece:
    """A heading, paragraph, list item or fence: what stands before its text, and the text in one line."""

    before: str
    text: str
    heading: int = 0
    verbatim: bool = False


def _pieces(source: str) -> Iterator[Piece]:
    before, held, fence = "", list[str](), ""
    for line in [*source.splitlines(), ""]:
        opens, heading, item = FENCE.match(line), HEADING.match(line), ITEM.match(line)
        if fence:
            held.append(line)
            if line.startswith(fence):
                yield Piece("", "\n".join(held), verbatim=True)
                fence, held = "", []
            continue
        if held and (heading or item or opens or not line.strip()):
            yield Piece(before, " ".join(held))
            before, held = "", []
        if opens:
            fence, held = opens[1], [line]
        elif heading:
            yield Piece(f"{heading[1]} ", heading[2].strip(), heading=len(heading[1]))
        elif item:
            before, held = item[1], [item[2].strip()]
        elif line.strip():
            held.append(line.strip())
    if held:  # a fence that nobody closed
        yield Piece("", "\n".join(held), verbatim=True)


def markdown_messages(source: str) -> list[str]:
    """Texts of a markdown cell that a translator sees: each heading, paragraph and list item, in one line.

    Parameters
    ----------
    source : str
        Markdown; code between fences is no text.

    Returns
    -------
    list of str: the keys by which catalogues are asked.

    Examples
    --------
    >>> markdown_messages("# Who buys?\\n\\nHow to\\nread it.\\n\\n- one\\n- two")
    ['Who buys?', 'How to read it.', 'one', 'two']
    """
    return [piece.text for piece in _pieces(source) if not piece.verbatim and re.search(r"\w", piece.text)]


def translated(source: str) -> str:
    """The same markdown in the language of the report; what has no translation stays.

    Examples
    --------
    >>> translated("How to read it.")
    'How to read it.'
    """
    pieces = list(_pieces(source))
    if all(piece.verbatim or _(piece.text) == piece.text for piece in pieces):
        return source
    written, last = "", Piece("", "")
    for piece in pieces:
        text = piece.before + (piece.text if piece.verbatim else _(piece.text))
        listed = all(one.before.strip() and not one.heading for one in (last, piece)) and _kind(last) == _kind(piece)
        written += text if not written else f"\n{text}" if listed else f"\n\n{text}"
        last = piece
    return written


def _kind(piece: Piece) -> bool:
    return piece.before.strip()[:1].isdigit()


def headings(source: str) -> Iterator[tuple[int, str, str]]:
    """Text of a markdown cell cut at its first two levels: level (0 for none), heading, text below.

    Examples
    --------
    >>> list(headings("# Who?\\n\\nAll.\\n\\n## When?"))
    [(1, 'Who?', 'All.'), (2, 'When?', '')]
    """
    level, title, held, inside = 0, "", list[str](), ""
    for line in source.splitlines():
        fence = FENCE.match(line)
        if fence and inside in ("", fence[1]):
            inside = "" if inside else fence[1]
        heading = None if inside or fence else HEADING.match(line)
        if heading and len(heading[1]) <= 2:
            if level or "".join(held).strip():
                yield level, title, "\n".join(held).strip()
            level, title, held = len(heading[1]), heading[2].strip(), []
        else:
            held.append(line)
    if level or "".join(held).strip():
        yield level, title, "\n".join(held).strip()
