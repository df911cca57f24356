"""Pictures of a page: SVG that holds nothing but drawing, pictures of dots as small as they get."""

from __future__ import annotations

import base64
import html
import io
import re
from collections.abc import Iterator
from functools import partial
from xml.etree import ElementTree

__all__ = ["UnsafeDrawingError", "inline_svg", "picture"]

COLOURS = 48  # chosen for maximum coverage: white stays white, and small marks keep their own
DRAWN = """
svg g path rect circle ellipse line polyline polygon text tspan defs clipPath use symbol marker mask pattern
linearGradient radialGradient stop image
"""
DROPPED = {"metadata", "style", "title", "desc"}  # a style would reach the whole page, and the figure has a name
KEPT = """
id class d x y x1 x2 y1 y2 cx cy r rx ry dx dy fx fy width height points viewBox preserveAspectRatio transform
fill fill-opacity fill-rule stroke stroke-width stroke-opacity stroke-linecap stroke-linejoin stroke-dasharray
stroke-dashoffset stroke-miterlimit opacity clip-path clip-rule clipPathUnits mask maskUnits color display
font-family font-size font-style font-weight font-variant text-anchor dominant-baseline alignment-baseline
letter-spacing textLength lengthAdjust paint-order vector-effect style href offset stop-color stop-opacity
gradientUnits gradientTransform patternUnits patternContentUnits patternTransform marker-start marker-mid
marker-end markerWidth markerHeight markerUnits orient refX refY visibility direction unicode-bidi
"""
DATA_PICTURE = re.compile(r"data:image/(png|webp|jpeg);base64,[A-Za-z0-9+/=\s]+")
WITHIN = re.compile(r"""url\(\s*['"]?#([^'")\s]+)['"]?\s*\)""")
ACTIVE = re.compile(r"url\(|@import|expression\s*\(|javascript:|\\", re.I)


class UnsafeDrawingError(ValueError):
    """A drawing that holds more than drawing."""


def inline_svg(text: str, name: str, prefix: str = "") -> str:
    """SVG to stand within a page: shapes and text alone, named, its ids its own.

    Parameters
    ----------
    text : str
        An SVG document.
    name : str
        What the drawing says, for those who cannot see it.
    prefix : str
        In front of each id, so that two drawings of one page do not share any.

    Returns
    -------
    str: an ``<svg>`` element of HTML.

    Raises
    ------
    UnsafeDrawingError
        No SVG; scripts, event handlers, foreign content, references to anything outside.

    Examples
    --------
    >>> inline_svg('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 1"><path id="a" d="M0 0h2"/></svg>', "Two")
    '<svg viewBox="0 0 2 1" role="img" aria-label="Two"><path id="a" d="M0 0h2"/></svg>'
    >>> inline_svg('<svg xmlns="http://www.w3.org/2000/svg" onload="go()"/>', "")
    Traceback (most recent call last):
    seglib.report.pages.drawings.UnsafeDrawingError: onload of <svg>
    """
    root = _parsed(text)
    if _local(root.tag) != "svg":
        raise UnsafeDrawingError(f"<{_local(root.tag)}> in place of <svg>")
    return "".join(_element(root, prefix, f' role="img" aria-label="{_quoted(name)}"'))


def _parsed(text: str) -> ElementTree.Element:
    text = re.sub(r"<!DOCTYPE[^>\[]*>", "", text.lstrip("\ufeff \n"))
    if re.search(r"<!(DOCTYPE|ENTITY)|<\?xml-stylesheet", text, re.I):
        raise UnsafeDrawingError("a document type with declarations, or a style sheet")
    try:
        return ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        raise UnsafeDrawingError(f"not XML ({error})") from None


def _element(element: ElementTree.Element, prefix: str, more: str = "") -> Iterator[str]:
    tag = _local(element.tag)
    if tag not in DRAWN.split():
        raise UnsafeDrawingError(f"<{tag}>")
    told = "".join(f' {key}="{_quoted(value)}"' for key, value in _attributes(element, tag, prefix))
    inner = html.escape((element.text or "").strip("\n"), quote=False) if tag in ("text", "tspan") else ""
    yield f"<{tag}{told}{more}>" if len(element) or inner or tag == "svg" else f"<{tag}{told}{more}/>"
    yield inner
    for child in element:
        if _local(child.tag) not in DROPPED:
            yield from _element(child, prefix)
        if tag in ("text", "tspan"):
            yield html.escape(child.tail or "", quote=False)
    if len(element) or inner or tag == "svg":
        yield f"</{tag}>"


def _quoted(value: str) -> str:
    return html.escape(value, quote=False).replace('"', "&quot;")


def _attributes(element: ElementTree.Element, tag: str, prefix: str) -> Iterator[tuple[str, str]]:
    natural = _pixels(element.get("width", "")) if tag == "svg" and element.get("viewBox") else ""
    for key, value in element.attrib.items():
        name = _local(key)
        if name.lower().startswith("on"):
            raise UnsafeDrawingError(f"{name} of <{tag}>")
        if name not in KEPT.split() or (natural and name in ("width", "height", "style")):
            continue
        yield name, _within(value, name, tag, prefix)
    if natural:  # as wide as it was drawn, and less where there is less room
        yield "style", f"max-width:{natural}"


def _within(value: str, name: str, tag: str, prefix: str) -> str:
    """The value with its references led to the ids of this drawing; nothing outside may be referred to."""
    if name == "href":
        if tag == "image" and DATA_PICTURE.fullmatch(value):
            return value
        if not value.startswith("#"):
            raise UnsafeDrawingError(f"href of <{tag}> to something outside")
        return f"#{prefix}{value[1:]}"
    if ACTIVE.search(WITHIN.sub("", value)):
        raise UnsafeDrawingError(f"{name} of <{tag}> refers to something outside")
    return f"{prefix}{value}" if name == "id" else WITHIN.sub(partial(_reference, prefix), value)


def _reference(prefix: str, found: re.Match[str]) -> str:
    return f"url(#{prefix}{found[1]})"


def _pixels(length: str) -> str:
    found = re.fullmatch(r"([\d.]+)(pt|px)?", length)
    return f"{float(found[1]) * (4 / 3 if found[2] == 'pt' else 1):.0f}px" if found else ""


def _local(name: object) -> str:
    return str(name).rpartition("}")[2]


def picture(png: str) -> str:
    """Data address of a picture, as WebP of few colours where that is smaller: half of the PNG, and looks the same."""
    from PIL import Image, features

    raw, packed = base64.b64decode(png), io.BytesIO()
    if features.check("webp"):
        few = Image.open(io.BytesIO(raw)).convert("RGB").quantize(COLOURS, Image.Quantize.MAXCOVERAGE)
        few.convert("RGB").save(packed, format="webp", lossless=True, quality=50, method=2)
    smaller = 0 < len(packed.getvalue()) < len(raw)
    kind, kept = ("webp", packed.getvalue()) if smaller else ("png", raw)
    return f"data:image/{kind};base64," + base64.b64encode(kept).decode("ascii")
