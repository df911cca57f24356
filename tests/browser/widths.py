"""Writes seglib/show/plots/wider.toml: letters that Noto Sans or Liberation Sans make wider than DejaVu Sans does.

Run it where all three are installed (see chromium.py): ``python tests/browser/widths.py``.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from math import ceil
from pathlib import Path

from chromium import FONTS, font_file
from fontTools.ttLib import TTFont

WIDER = Path(__file__).parents[2] / "seglib" / "show" / "plots" / "wider.toml"
WIDEST = "DejaVu Sans"
HEAD = """# Hundredths of the size by which a letter may be wider than in DejaVu Sans: in Noto Sans or Liberation Sans.
# Latin, Cyrillic, punctuation and signs of currencies. Written by tests/browser/widths.py.
"""
SCOPE = [(0x20, 0x17F), (0x218, 0x21B), (0x400, 0x45F), (0x490, 0x491), (0x2010, 0x203A), (0x20A0, 0x20BF)]
MORE = "№™←↑→↓−≈≠≤≥"


def letters() -> list[str]:
    """What is looked at: all that is printed, of these ranges."""
    every = [chr(code) for low, high in SCOPE for code in range(low, high + 1)] + list(MORE)
    return [letter for letter in every if unicodedata.category(letter)[0] not in "CM" and letter.isprintable()]


def widths(family: str, *, bold: bool) -> dict[str, float]:
    """Letter -> width, of the size; those that the font has."""
    font = TTFont(font_file(family, bold=bold))
    names, metrics, unit = font.getBestCmap(), font["hmtx"], font["head"].unitsPerEm
    return {letter: metrics[names[ord(letter)]][0] / unit for letter in letters() if ord(letter) in names}


def wider(*, bold: bool) -> Iterator[tuple[int, str]]:
    """Hundredths of the size, letters, for those that are not the widest in DejaVu Sans."""
    widest, found = widths(WIDEST, bold=bold), defaultdict(list)
    others = [widths(family, bold=bold) for family in FONTS if family != WIDEST]
    for letter in widest:
        more = max(own.get(letter, 0.0) for own in others) - widest[letter]
        if (much := ceil(round(more * 100, 3))) > 0:
            found[much].append(letter)
    return ((much, "".join(own)) for much, own in sorted(found.items()))


def written() -> str:
    """The whole file."""
    parts = [HEAD]
    for weight in ("normal", "bold"):
        rows = [f"{much} = {_quoted(own)}" for much, own in wider(bold=weight == "bold")]
        parts.append("\n".join([f"[{weight}]", *rows, ""]))
    return "\n".join(parts)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


if __name__ == "__main__":
    WIDER.write_text(written(), encoding="utf-8")
