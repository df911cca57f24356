"""Labels of axes that fit as they are drawn: names cut by their width, titles in lines, no tick upon another."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

from matplotlib.axes import Axes
from matplotlib.axis import Axis, XAxis
from matplotlib.backend_bases import RendererBase
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.ticker import ScalarFormatter

from seglib.language.words import number

__all__ = ["cut", "fit", "wrapped"]

NAMES = 0.46, 0.3  # of the figure's width, for names of rows: one column of Axes, several
SLANTED = 0.4  # of the figure's height, at most, for slanted names
GAP = 4.0  # points between ticks
PASSES = 4  # what is mended may move the rest
SLANT = 35
THOUSANDS = 10_000
WORD = 16  # letters that stay together even where lines are shorter
STEPS = 20  # ticks left out in a row at most


def fit(drawing: Figure, renderer: RendererBase) -> None:
    """Mend what would be drawn over something else; a figure that fits stays as it is.

    Parameters
    ----------
    drawing : Figure
        Its tick labels and the titles of its axes may change, and it keeps the layout found here.
    renderer : RendererBase
        Measures the text.

    Examples
    --------
    >>> from seglib.show.plots.renderer import Renderer
    >>> from seglib.show.plots.theme import canvas
    >>> drawing, axes = canvas(2, 2)
    >>> _ticks = axes.set_xticks(range(4), [f"IDR {billions},000,000,000" for billions in range(4)])
    >>> drawing.set_dpi(72)
    >>> fit(drawing, Renderer(144, 144))
    >>> len(axes.get_xticks()) < 4
    True
    """
    engine: Any = drawing.get_layout_engine()
    panels = [axes for axes in drawing.axes if axes.get_visible()]
    for axes in panels:
        _numbers(axes.xaxis)
        _numbers(axes.yaxis)
        _names(axes, renderer)
    for _pass in range(PASSES if engine is not None else 1):
        if engine is not None:
            engine.execute(drawing)
        mended = [_fitted(axes, renderer) for axes in panels]
        if not any(mended):
            break
    else:
        return
    if engine is not None:  # nothing moved since: drawing need not find the layout again
        drawing.set_layout_engine("none")


def _fitted(axes: Axes, renderer: RendererBase) -> bool:
    axes.apply_aspect()
    told = _title(axes.xaxis, renderer), _title(axes.yaxis, renderer)
    return any(told) or _ticks(axes, renderer)


def cut(text: str, width: float, wide: Callable[[str], float]) -> str:
    """Text without its middle where it is wider: names often begin alike, and ends tell them apart.

    Parameters
    ----------
    text : str
    width : float
        In the units of ``wide``.
    wide : callable
        Width of a text.

    Examples
    --------
    >>> cut("Wholesale customers of Munster", 16, len), cut("Munster", 16, len)
    ('Wholesale…nster', 'Munster')
    """
    kept = len(text)
    while kept > 1 and wide(text if kept == len(text) else _without_middle(text, kept)) > width:
        kept -= 1
    return text if kept == len(text) else _without_middle(text, kept)


def wrapped(name: object, width: int, lines: int = 3) -> str:
    """Name on a few lines, its words whole unless they are endless.

    Parameters
    ----------
    name : object
    width : int
        Letters a line.
    lines : int
        At most.

    Examples
    --------
    >>> wrapped("Days between orders", 6)
    'Days\\nbetween\\norders'
    """
    longest = max(map(len, str(name).split()), default=0)
    kept = textwrap.wrap(str(name), max(width, min(longest, WORD)), max_lines=lines, placeholder="…")
    return "\n".join(kept)


def _without_middle(text: str, kept: int) -> str:
    tail = kept // 3
    return f"{text[: max(1, kept - tail - 1)].rstrip()}…{text[len(text) - tail :].lstrip() if tail else ''}"


class _Numbers(ScalarFormatter):
    """Matplotlib's own ticks with the separators of the report; small whole numbers, such as years, have none."""

    def __call__(self, x: float, pos: int | None = None) -> str:
        text = super().__call__(x, pos)
        digits = len(text.partition(".")[2])
        return number(x, digits) if text and (digits or abs(x) >= THOUSANDS) else text


def _numbers(axis: Axis) -> None:
    if type(axis.get_major_formatter()) is ScalarFormatter:
        told = _Numbers(useOffset=False)
        told.set_scientific(False)
        axis.set_major_formatter(told)


def _names(axes: Axes, renderer: RendererBase) -> None:
    """Names of rows leave room for the picture, and slanted names of columns too."""
    whole: Any = axes.get_figure(root=True)
    width, height = whole.bbox.size
    for axis, most in ((axes.yaxis, width * NAMES[_several(axes)]), (axes.xaxis, height * SLANTED)):
        labels = [label.get_text() for label in axis.get_ticklabels()]
        if axis is axes.xaxis and not _slant(axis):
            continue
        wide = _measure(axis.get_ticklabels(), renderer)
        shown = ["\n".join(cut(line, most, wide) for line in text.split("\n")) for text in labels]
        if shown != labels:
            _tell(axis, axis.get_ticklocs(), shown)


def _several(axes: Axes) -> bool:
    place = axes.get_subplotspec()
    return place is not None and place.get_gridspec().ncols > 1


def _measure(texts: Sequence[Text], renderer: RendererBase) -> Callable[[str], float]:
    font = texts[0].get_fontproperties() if texts else None
    return lambda line: renderer.get_text_width_height_descent(line, font, False)[0] if line and font else 0.0


def _tell(axis: Axis, places: Any, texts: Sequence[str], **style: Any) -> None:
    """Put other labels on an axis in the look it has; its ends stay."""
    old = axis.get_ticklabels()
    looks = [label.get_fontweight() for label in old] if len(old) == len(texts) else []
    low, high = axis.get_view_interval()
    size: dict[str, Any] = {"fontsize": old[0].get_fontsize()} if old else {}
    axis.set_ticks(places, list(texts), parse_math=False, **size, **style)
    axis.set_view_interval(low, high, ignore=True)
    for label, weight in zip(axis.get_ticklabels(), looks, strict=False):
        label.set_fontweight(weight)


def _slant(axis: Axis) -> bool:
    return any(label.get_rotation() % 180 for label in axis.get_ticklabels())


def _ticks(axes: Axes, renderer: RendererBase) -> bool:
    """Whether ticks along the bottom had to give way: numbers are left out, names slant."""
    axis = axes.xaxis
    low, high = sorted(axis.get_view_interval())
    ticks = zip(axis.get_ticklocs(), axis.get_ticklabels(), strict=False)
    shown = [(float(at), label) for at, label in ticks if low <= at <= high and label.get_text()]
    if not axis.get_visible() or len(shown) < 2 or _slant(axis) or not shown[0][1].get_visible():
        return False
    boxes = [(box.x0, box.x1) for _at, label in shown for box in [label.get_window_extent(renderer)]]
    if not _touching(boxes):
        return False
    places, texts = [at for at, _label in shown], [label.get_text() for _at, label in shown]
    if not all(any(sign.isdecimal() for sign in text) for text in texts) and not _dated(axis):
        top = shown[0][1].get_verticalalignment() == "bottom"
        lines = [" ".join(text.split("\n")) for text in texts]
        _tell(axis, places, lines, rotation=SLANT, ha="left" if top else "right", rotation_mode="anchor")
        return True
    first = places.index(0.0) if 0.0 in places else 0
    step = next((n for n in range(2, STEPS) if not _touching(boxes[first % n :: n])), STEPS)
    _tell(axis, places[first % step :: step], texts[first % step :: step])
    return True


def _touching(boxes: Sequence[tuple[float, float]]) -> bool:
    return any(right[0] - left[1] < GAP for left, right in pairwise(sorted(boxes)))


def _dated(axis: Axis) -> bool:
    """Whether names of months may be left out: the axis found its own ticks."""
    from matplotlib.dates import DateLocator

    return isinstance(axis.get_major_locator(), DateLocator)


def _title(axis: Axis, renderer: RendererBase) -> bool:
    """Whether the title of an axis had to be broken into lines as long as the axis."""
    label, box = axis.label, axis.axes.get_window_extent(renderer)
    text, across = label.get_text(), isinstance(axis, XAxis)
    if not text or (not across and label.get_rotation() % 180 != 90):
        return False
    wide, room = (
        _measure([label], renderer),
        box.height * 1.05 if not across else box.width * (1 if _several(axis.axes) else 1.15),
    )
    lines = [line for part in text.split("\n") for line in _lines(part, room, wide)]
    label.set_text("\n".join(lines))
    return "\n".join(lines) != text


def _lines(text: str, width: float, wide: Callable[[str], float]) -> list[str]:
    """Lines of about one length, as few as can be."""
    words, total = text.split(" "), wide(text)
    if total <= width or len(words) < 2:
        return [text]
    even, lines = total / -(-total // width), [words[0]]
    for word in words[1:]:
        longer = f"{lines[-1]} {word}"
        if wide(longer) <= width and wide(lines[-1]) < 0.85 * even:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
