"""The numbers that a figure writes beside its marks, as text for those who cannot see it."""

from __future__ import annotations

from collections.abc import Iterator

from matplotlib.axes import Axes
from matplotlib.category import StrCategoryLocator
from matplotlib.figure import Figure
from matplotlib.text import Annotation
from matplotlib.ticker import FixedLocator

__all__ = ["facts"]

MOST = 20  # rows: as many as a figure has
NEAR = 0.45  # of a row


def facts(drawing: Figure) -> str:
    """Names of the rows with what is written beside them, empty for figures without named rows.

    Parameters
    ----------
    drawing : Figure
        Its first Axes speak for it.

    Returns
    -------
    str

    Examples
    --------
    >>> from seglib.show.plots.theme import canvas, direct_label
    >>> drawing, axes = canvas()
    >>> bars = axes.barh(["Tea", "Cups"], [3, 2])
    >>> direct_label(axes, 3, 0, "60%"); direct_label(axes, 2, 1, "40%")
    >>> facts(drawing)
    'Cups: 40%; Tea: 60%.'
    """
    told = [*_rows(drawing.axes[0])][:MOST] if drawing.axes else []
    return "; ".join(told) + "." if told else ""


def _rows(axes: Axes) -> Iterator[str]:
    """Rows from the top to the bottom."""
    if not isinstance(axes.yaxis.get_major_locator(), FixedLocator | StrCategoryLocator):
        return
    labels = [" ".join(label.get_text().split()) for label in axes.get_yticklabels()]
    names = dict(zip([float(place) for place in axes.get_yticks()], labels, strict=True))
    written = [text for text in axes.texts if isinstance(text, Annotation)]
    texts = [(float(text.xy[1]), " ".join(text.get_text().split())) for text in written]
    for place in sorted(names, reverse=not axes.yaxis_inverted()):
        beside = [text for height, text in texts if abs(height - place) < NEAR and text]
        if names[place] and beside:
            yield f"{names[place]}: {', '.join(beside)}"
