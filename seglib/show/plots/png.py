"""A figure as a picture, for those who look at a notebook that may not show drawings."""

from __future__ import annotations

import io

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from seglib.show.colours import PAPER

__all__ = ["png"]

DPI = 110  # dots an inch: as wide as a notebook shows it


def png(drawing: Figure) -> bytes:
    """Paint a figure on white, after :func:`~seglib.show.plots.svg.svg` has fitted its labels.

    Examples
    --------
    >>> from seglib.show.plots.theme import canvas
    >>> png(canvas(4, 2)[0])[1:4]
    b'PNG'
    """
    FigureCanvasAgg(drawing)
    drawing.patch.set_visible(True)
    told = io.BytesIO()
    drawing.savefig(told, format="png", dpi=DPI, facecolor=PAPER, bbox_inches="tight", metadata={"Software": None})
    return told.getvalue()
