"""A figure as SVG that a page can hold: text stays text, colours follow the page, nothing but shapes.

Written by a renderer of its own: matplotlib's spells out every glyph of style, and its ids clash where a page holds
several figures. Here shapes of one colour are one path, numbers are rounded to a tenth of a point, text has no
formulas unless it has a backslash, and a cloud of points is a small picture inside.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from matplotlib.backend_bases import FigureCanvasBase, RendererBase
from matplotlib.backends.backend_mixed import MixedModeRenderer
from matplotlib.collections import PathCollection
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.text import Text

from seglib.show.colours import PAPER
from seglib.show.plots.fitting import fit
from seglib.show.plots.renderer import CLOUD_DPI, POINTS, Renderer, anchor_of
from seglib.show.plots.theme import FIXED

__all__ = ["svg"]

PAD = 7.2
CLOUD = 400  # marks from which on they are a picture inside


def svg(drawing: Figure) -> str:
    """Write a figure as SVG, the same text for the same figure.

    Parameters
    ----------
    drawing : Figure
        Its dots an inch and its canvas are changed, and labels that do not fit, see :mod:`seglib.show.plots.fitting`.

    Returns
    -------
    str
        An ``<svg>`` without script, style, metadata or anything from outside. Colours of the page are variables
        (``--ink``, ``--muted``, ``--axis``, ``--grid``, ``--pale``, ``--wash``, ``--card``), those of marks and of
        coloured text ``--c-rrggbb``, each with what it is on white as its fall-back.

    Examples
    --------
    >>> from seglib.show.plots.theme import canvas
    >>> drawing, axes = canvas(4, 2)
    >>> axes.set_xlabel("Orders < 10")
    Text(...'Orders < 10')
    >>> text = svg(drawing)
    >>> text[:4], "Orders &lt; 10</text>" in text
    ('<svg', True)
    """
    drawing.set_dpi(POINTS)
    renderer = Renderer(*drawing.get_size_inches() * POINTS)
    _Canvas(drawing, renderer)
    _prepare(drawing)
    mixed: Any = MixedModeRenderer(  # type: ignore[call-arg]  # its stubs have none
        drawing, *drawing.get_size_inches(), CLOUD_DPI, renderer
    )
    with warnings.catch_warnings():  # a letter that this font lacks is in one of the page's; names may be endless
        warnings.filterwarnings("ignore", message="Glyph .* missing from|constrained_layout not applied")
        fit(drawing, renderer)
        drawing.draw(mixed)
        box = drawing.get_tightbbox(renderer)
    left, right = min(0.0, box.x0 * POINTS - PAD), max(renderer.width, box.x1 * POINTS + PAD)
    return renderer.written(
        left, renderer.height - box.y1 * POINTS - PAD, right, renderer.height - box.y0 * POINTS + PAD
    )


def _prepare(drawing: Figure) -> None:
    """Notes for the renderer: how lines of text are aligned, which Axes have text on their marks, what is a cloud."""
    for text in drawing.findobj(Text):
        text.set_gid(anchor_of(text))
        text.set_parse_math("\\" in text.get_text())
    for paper in (drawing.patch, *(axes.patch for axes in drawing.axes)):
        paper.set_visible(paper.get_visible() and to_hex(paper.get_facecolor()) != PAPER)
    for axes in drawing.axes:
        axes.set_gid("fixed" if any(to_hex(text.get_color()) in FIXED for text in axes.texts) else None)
    for marks in drawing.findobj(PathCollection):
        marks.set_rasterized(len(np.atleast_2d(marks.get_offsets())) > CLOUD)


class _Canvas(FigureCanvasBase):
    """What layouts ask for a renderer to measure text with."""

    def __init__(self, drawing: Figure, renderer: RendererBase) -> None:
        self._measuring = renderer
        super().__init__(drawing)

    def get_renderer(self) -> RendererBase:
        return self._measuring
