"""Key numbers and cards as HTML and text: tiles for a page, whose style sheet sets them; plain for a notebook."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence

from seglib.language import words
from seglib.language.glossary import definition
from seglib.show.table import RIGHT_TO_LEFT

__all__ = ["basis_html", "card_html", "from_the_left", "numbers_html", "numbers_text"]

SMALL = 0.6  # type below a number, against the number's own


def basis_html(basis: str) -> str:
    """The line below key numbers and cards in a notebook; empty without a basis."""
    return f'<p class="basis">{html.escape(basis)}</p>' if basis else ""


def numbers_html(numbers: Mapping[str, str], kind: str, *, styled: bool) -> str:
    """Key numbers as tiles of a kind of the style sheet, or as a table that needs no style.

    Examples
    --------
    >>> numbers_html({"Kettles": "9"}, "numbers", styled=True)
    '<dl class="numbers" style="--digits:1"><div><dt>Kettles</dt><dd>9</dd></div></dl>'
    """
    return f'<dl class="{kind}"{_digits(numbers)}>{_tiles(numbers)}</dl>' if styled else _rows(numbers)


def _parts(numbers: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Name, number, and what stands small below it."""
    told = ((words.name(what), *str(text).partition("\n")[::2]) for what, text in numbers.items())
    return [(name, value, small.replace("\n", "; ")) for name, value, small in told]


def numbers_text(numbers: Mapping[str, str]) -> str:
    """Key numbers as text, one below the other.

    Examples
    --------
    >>> print(numbers_text({"Visit": "12,337", "Cart": "2,680\\n22% of the stage before"}))
    Visit  12,337
    Cart    2,680  22% of the stage before
    """
    parts = _parts(numbers)
    wide, far = (max((len(part[place]) for part in parts), default=0) for place in (0, 1))
    return "\n".join(f"{name:<{wide}}  {value:>{far}}  {small}".rstrip() for name, value, small in parts)


def _rows(numbers: Mapping[str, str]) -> str:
    """Key numbers as a table that needs no style of its own."""
    rows = "".join(
        f'<tr><th scope="row">{_escaped(name)}</th><td class="n"><strong>{html.escape(value)}</strong></td>'
        f"<td>{html.escape(small)}</td></tr>"
        for name, value, small in _parts(numbers)
    )
    return from_the_left(f"<table><tbody>{rows}</tbody></table>")


def from_the_left(body: str) -> str:
    """A table whose text, unlike its numbers, begins at the left, where nothing styles it (notebooks set it right)."""
    return re.sub(r'<(td(?: data-head="[^"]*")?|th scope="(?:row|col)")>', r'<\1 style="text-align:left">', body)


def _tiles(numbers: Mapping[str, str]) -> str:
    """Numbers with their names; a name that the glossary has opens to its definition."""
    tiles = []
    for what, text in numbers.items():
        value, _line, small = str(text).partition("\n")
        name, meaning = _escaped(words.name(what)), definition(what)
        head = f"<details><summary>{name}</summary><p>{html.escape(meaning)}</p></details>" if meaning else name
        below = f'<dd class="small">{html.escape(small)}</dd>' if small else ""
        tiles.append(f"<div><dt>{head}</dt><dd>{html.escape(value)}</dd>{below}</div>")
    return "".join(tiles)


def _digits(numbers: Mapping[str, str]) -> str:
    """Room that the longest number takes, for the style sheet; numbers in small type take about half of it."""
    told = [str(text).partition("\n")[::2] for text in numbers.values()]
    words_below = [word for _value, small in told for word in small.split(" ")]
    longest = max([1, *(len(value) for value, _small in told), *(round(SMALL * len(word)) for word in words_below)])
    return f' style="--digits:{longest}"'


def _escaped(text: str) -> str:
    """Text for HTML; names written from right to left keep to themselves."""
    return f"<bdi>{html.escape(text)}</bdi>" if RIGHT_TO_LEFT.search(text) else html.escape(text)


def card_html(
    title: str, numbers: Mapping[str, str], sentences: Sequence[str], colour: str = "", *, styled: bool = True
) -> str:
    """HTML of one card, everything escaped; not ``styled``, its numbers are a plain table.

    Examples
    --------
    >>> card_html("A & B", {"Customers": "9"}, ["<b>"])[:54]
    '<section class="card"><h3 dir="auto">A &amp; B</h3><dl'
    """
    points = "".join(f"<li>{html.escape(sentence)}</li>" for sentence in sentences)
    facts = f"{numbers_html(numbers, 'numbers', styled=styled)}<ul>{points}</ul>"
    mark = f' style="border-top-color:{colour}"' if colour else ""
    return f'<section class="card"{mark}><h3 dir="auto">{html.escape(words.name(title))}</h3>{facts}</section>'
