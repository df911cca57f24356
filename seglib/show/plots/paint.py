"""Colours and pictures as SVG writes them."""

from __future__ import annotations

import base64
import io
from typing import Any

import numpy as np
from matplotlib.colors import to_hex

from seglib.show.colours import STEPPED, readable
from seglib.show.plots.outline import short
from seglib.show.plots.theme import COLOURS, FIXED, GREY, INK, MUTED, THEMED

__all__ = ["brief", "opacity", "paint", "picture"]

CLOUD_COLOURS = 64
BLACK = "#000000"  # matplotlib's own for text


def paint(colour: Any, *, text: bool = False, fixed: bool = False) -> str:
    """Colour as the page may change it, but of text on marks and, if ``fixed``, of these marks.

    Examples
    --------
    >>> paint((1, 1, 1)), paint("#1f5fa8"), paint("#1f5fa8", fixed=True)
    ('var(--card,#fff)', 'var(--c-1f5fa8,#1f5fa8)', '#1f5fa8')
    """
    plain = to_hex(colour if isinstance(colour, str) else colour[:3])
    plain = {BLACK: INK, GREY: MUTED if text else GREY}.get(plain, plain)
    if plain in STEPPED:
        return f"var(--c-{plain[1:]},{brief(plain)})"
    if plain in FIXED and text:
        return brief(plain)
    if plain in THEMED:
        return f"var(--{THEMED[plain]},{brief(plain)})"
    if plain not in COLOURS or (fixed and not text):
        return brief(readable(plain) if text else plain)
    return f"var(--c-{plain[1:]},{brief(readable(plain) if text else plain)})"


def opacity(what: str, alpha: float) -> str:
    """Attribute of the inside (``fill``) or line (``stroke``) of a shape that is not opaque.

    Examples
    --------
    >>> opacity("fill", 0.5), opacity("fill", 1)
    (' fill-opacity="0.5"', '')
    """
    return "" if alpha >= 1 else f' {what}-opacity="{short(alpha, 2)}"'


def brief(colour: str) -> str:
    """Colour in three digits where they say the same.

    Examples
    --------
    >>> brief("#ffffff"), brief("#1f5fa8")
    ('#fff', '#1f5fa8')
    """
    pairs = colour[1:3], colour[3:5], colour[5:7]
    return "#" + "".join(pair[0] for pair in pairs) if all(pair[0] == pair[1] for pair in pairs) else colour


def picture(image: np.ndarray) -> str:
    """Address of a small picture of few colours, as WebP where it can be written."""
    from PIL import Image, features

    few = Image.fromarray(np.ascontiguousarray(image), "RGBA").quantize(CLOUD_COLOURS, Image.Quantize.FASTOCTREE)
    packed, webp = io.BytesIO(), features.check("webp")
    if webp:
        few.convert("RGBA").save(packed, format="webp", lossless=True, quality=60, method=3)
    else:
        few.save(packed, format="png", optimize=True)
    return f"data:image/{'webp' if webp else 'png'};base64,{base64.b64encode(packed.getvalue()).decode('ascii')}"
