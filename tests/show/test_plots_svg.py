"""Figures as SVG: nothing but shapes and text, small, the same each time, right in any font and on a dark page."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import numpy as np
import pytest
from matplotlib.font_manager import FontProperties

from seglib.show.colours import ON, PALETTE, on, readable
from seglib.show.plots.renderer import Renderer
from seglib.show.plots.svg import svg
from seglib.show.plots.theme import INK, canvas

ELEMENTS = {"svg", "g", "path", "rect", "text", "image", "defs", "clipPath", "pattern"}


def safe_svg(text: str) -> ElementTree.Element:
    """The figure, after a look at what it holds: shapes, text, pictures within."""
    root = ElementTree.fromstring(text)
    for element in root.iter():
        assert element.tag.removeprefix("{http://www.w3.org/2000/svg}") in ELEMENTS
        for name, value in element.attrib.items():
            assert not name.startswith("on")
            assert name not in ("style", "class")
            assert "url(" not in value or re.fullmatch(r"url\(#f[0-9a-f]{6}-\d+\)", value)
            assert "href" not in name or re.match(r"data:image/(png|webp);base64,", value)
    assert "<!" not in text
    assert "<?" not in text
    return root


def lettering(text: str) -> dict[str, ElementTree.Element]:
    """Text -> its element, with what its group says."""
    found = {}
    for parent in safe_svg(text).iter():
        for one in parent:
            if one.tag.endswith("text"):
                one.attrib |= parent.attrib if parent.tag.endswith("}g") else {}
                found[one.text or ""] = one
    return found


def drawn(**more):
    drawing, axes = canvas(4, 2)
    axes.plot([0, 1, 2], [1, 3, 2], "o-", color=PALETTE[0])
    axes.set(**more)
    return drawing, axes


def test_text_stays_text_and_is_escaped():
    drawing, _ = drawn(xlabel="<script>alert(1)</script> & $5 to $6", ylabel="Orders")
    page = svg(drawing)
    assert "<script>alert(1)</script> & $5 to $6" in lettering(page)
    assert "<script" not in page


def test_the_same_figure_is_the_same_text():
    texts = [svg(drawn(xlabel="Orders")[0]) for _ in range(2)]
    assert texts[0] == texts[1]
    assert len(texts[0]) < 5000


def test_ids_belong_to_one_figure():
    pages = []
    for reach in (1, 2):
        drawing, axes = drawn(ylim=(0, 2))
        axes.bar([0, reach], [5, 1])
        pages.append(svg(drawing))
    ids = [set(re.findall(r' id="([^"]+)"', page)) for page in pages]
    assert ids[0]
    assert ids[1]
    assert not ids[0] & ids[1]
    assert all(set(re.findall(r"url\(#([^)]+)\)", page)) == own for page, own in zip(pages, ids, strict=True))


def test_lines_of_text_are_held_where_they_are_aligned():
    drawing, axes = drawn(ylabel="Two\nlines")
    axes.text(0.5, 0.5, "right", ha="right")
    axes.text(0.5, 0.5, "first\nsecond", ha="center")
    axes.set_xticks([0, 1], ["slanted", "too"], rotation=35, ha="right", rotation_mode="anchor")
    words = lettering(svg(drawing))
    told = {name: words[name].get("text-anchor", "start") for name in ("right", "first", "slanted", "Two")}
    assert told == {"right": "end", "first": "middle", "slanted": "end", "Two": "middle"}
    assert words["slanted"].get("transform", "").startswith("rotate(-35 ")
    assert words["first"].get("x") == words["second"].get("x")


def test_lines_are_apart_in_the_tallest_font():
    drawing, axes = drawn()
    axes.text(0.5, 0.5, "Above\nBelow", size=20, weight="bold", linespacing=1.0)
    words = lettering(svg(drawing))
    assert float(words["Below"].get("y")) - float(words["Above"].get("y")) >= 20


@pytest.mark.parametrize(
    ("text", "weight", "widest"),
    [
        ("MMMM", "normal", 4 * 0.907),  # Noto Sans
        ("JJJJ", "normal", 4 * 0.5),  # Liberation Sans
        ("2019", "bold", 4 * 0.695),  # DejaVu Sans
        ("Її", "bold", 0.389 + 0.343),  # Noto Sans, DejaVu Sans
    ],
)
def test_text_is_measured_in_the_widest_font(text, weight, widest):
    width, height, descent = Renderer(100, 100).get_text_width_height_descent(
        text, FontProperties(size=20, weight=weight), False
    )
    assert 20 * widest - 0.5 <= width < 22 * widest
    assert height >= 20
    assert descent >= 0.24 * 20


def test_colours_of_the_page_are_variables_and_those_of_text_on_marks_are_not():
    drawing, axes = drawn()
    axes.text(0, 1, "page")
    on_page = svg(drawing)
    assert f'fill="var(--ink,{INK})"' in on_page
    assert "var(--c-1f5fa8,#1f5fa8)" in on_page
    drawing, axes = drawn()
    axes.text(0, 1, "mark", color=ON)
    on_mark = svg(drawing)
    assert lettering(on_mark)["mark"].get("fill") == ON
    assert "--c-1f5fa8" not in on_mark


def test_coloured_text_can_be_read():
    drawing, axes = drawn()
    axes.text(0, 1, "amber", color="#c79a00")
    assert f"var(--c-c79a00,{readable('#c79a00')})" in svg(drawing)
    assert readable(INK) == INK
    assert on("#ffffff") == ON


def test_clouds_are_pictures_and_many_marks_stay_small():
    drawing, axes = drawn()
    axes.scatter(*np.random.default_rng(0).normal(size=(2, 5000)), s=9, alpha=0.4)
    page = svg(drawing)
    assert safe_svg(page).find(".//{*}image") is not None
    assert len(page) < 60_000
    few = canvas(4, 2)
    few[1].scatter(range(50), range(50))
    assert "<image" not in svg(few[0])


@pytest.mark.parametrize("name", ["שלום עולם", "客户", "a\x00b\x1f", "😀 " * 30, "x" * 300, " lead", "$\\alpha$"])
def test_odd_names_are_drawn_without_a_word(name):
    drawing, axes = drawn(title=name)
    axes.set_yticks([1, 2], [name, "b"])
    safe_svg(svg(drawing))


def test_what_sticks_out_is_cut_and_what_is_missing_left_out():
    drawing, axes = canvas(4, 2)
    axes.plot([-5, np.nan, 0, 9], [0, 1, np.nan, 2], "o-")
    axes.fill_between([-3, 9], [0, 0], [1, 2], alpha=0.2, hatch="/")
    axes.imshow(np.eye(3), extent=(0, 1, 0, 1), aspect="auto")
    axes.set_xlim(0, 1)
    root = safe_svg(svg(drawing))
    assert root.find(".//{*}clipPath") is not None
    assert "nan" not in ElementTree.tostring(root, encoding="unicode")


def test_an_empty_figure_is_an_empty_page():
    drawing, axes = canvas(4, 2)
    axes.set_axis_off()
    assert safe_svg(svg(drawing)).get("viewBox")
