"""What figures take for the widest and tallest letters is so in the fonts themselves."""

from __future__ import annotations

import pytest
import widths
from chromium import FONTS, font_file
from fontTools.pens.boundsPen import BoundsPen
from fontTools.ttLib import TTFont

from seglib.show.plots.lettering import ASCENT, DESCENT, beyond

SLACK = 0.01  # of the size, from one version of a font to the next


@pytest.fixture(params=FONTS)
def family(request) -> str:
    for name in (widths.WIDEST, request.param):
        if not font_file(name):
            pytest.skip(f"{name} is not installed")
    return request.param


@pytest.mark.parametrize("bold", [False, True])
def test_no_letter_is_wider_than_is_measured(family, bold):
    widest = widths.widths(widths.WIDEST, bold=bold)
    own = widths.widths(family, bold=bold)
    assert len(own) > 300
    measured = {letter: width + beyond(letter, bold=bold) + SLACK for letter, width in widest.items()}
    assert {letter for letter in own.keys() & widest.keys() if own[letter] > measured[letter]} == set()


@pytest.mark.parametrize("bold", [False, True])
def test_no_line_is_taller_than_is_measured(family, bold):
    font = TTFont(font_file(family, bold=bold))
    glyphs, names, unit = font.getGlyphSet(), font.getBestCmap(), font["head"].unitsPerEm
    tops, ends = [], []
    for letter in "bdhlpqy":
        pen = BoundsPen(glyphs)
        glyphs[names[ord(letter)]].draw(pen)
        ends.append(-pen.bounds[1] / unit)
        tops.append(pen.bounds[3] / unit)
    assert max(tops) <= ASCENT + SLACK
    assert max(ends) <= DESCENT + SLACK
