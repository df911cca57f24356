"""A figure as a picture: for those who look at a notebook that may not show drawings, for slides and mails."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from seglib.show.colours import PAPER

__all__ = ["png", "wide_png"]

DPI = 110  # dots an inch: as wide as a notebook shows it
PAD = 0.1  # inch
WIDE = 1600  # dots: sharp on a slide, and in a mail on a fine screen
FEW = 128  # colours, the most frequent: a third of the bytes, and looks the same
MANY = 20_000  # colours; what has more is no drawing


def png(drawing: Figure) -> bytes:
    """Paint a figure on white, after :func:`~seglib.show.plots.svg.svg` has fitted its labels.

    Examples
    --------
    >>> from seglib.show.plots.theme import canvas
    >>> png(canvas(4, 2)[0])[1:4]
    b'PNG'
    """
    return _painted(drawing, DPI, "tight")


def wide_png(drawing: Figure) -> bytes:
    """The same, :data:`WIDE` dots wide whatever the figure, in few colours.

    Examples
    --------
    >>> from PIL import Image
    >>> from seglib.show.plots.theme import canvas
    >>> Image.open(io.BytesIO(wide_png(canvas(4, 2)[0]))).width
    1600
    """
    from PIL import Image

    renderer = FigureCanvasAgg(drawing).get_renderer()
    tight = drawing.get_tightbbox(renderer)
    left, right = min(0.0, tight.x0 - PAD), max(drawing.get_figwidth(), tight.x1 + PAD)
    box = Bbox.from_extents(left, tight.y0 - PAD, right, tight.y1 + PAD)
    image = Image.open(io.BytesIO(_painted(drawing, WIDE / box.width, box))).convert("RGB")
    exact = Image.new("RGB", (WIDE, image.height), PAPER)  # rounding may add or take a dot
    exact.paste(image)
    told = io.BytesIO()
    _few(exact).save(told, format="png", optimize=True)
    return told.getvalue()


def _few(image: Any) -> Any:
    """The picture in its most frequent colours, which stay as they are; those between letters and paper give way."""
    from PIL import Image

    packed = np.asarray(image).astype(np.int32) @ (65536, 256, 1)
    found, where, counts = np.unique(packed, return_inverse=True, return_counts=True)
    if len(found) > MANY:
        return image
    frequent = np.sort(found[np.argsort(-counts, kind="stable")[:FEW]])
    every, palette = (np.stack([told >> 16, told >> 8 & 255, told & 255], axis=1) for told in (found, frequent))
    apart = ((every[:, None, :] - palette[None, :, :]) ** 2).sum(axis=2)
    few = Image.fromarray(apart.argmin(axis=1).astype(np.uint8)[where].reshape(packed.shape), "P")
    few.putpalette(palette.astype(np.uint8).tobytes())
    return few


def _painted(drawing: Figure, dpi: float, box: Any) -> bytes:
    FigureCanvasAgg(drawing)
    drawing.patch.set_visible(True)
    told = io.BytesIO()
    drawing.savefig(told, format="png", dpi=dpi, facecolor=PAPER, bbox_inches=box, metadata={"Software": None})
    return told.getvalue()
