"""Shapes and text of a figure as elements of SVG: a renderer of matplotlib's, which knows no more than these."""

from __future__ import annotations

import hashlib
import re
from html import escape
from itertools import groupby
from math import cos, radians, sin
from typing import Any

import numpy as np
from matplotlib.backend_bases import RendererBase
from matplotlib.font_manager import FontProperties
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.transforms import Affine2D

from seglib.show.plots.lettering import ASCENT, DESCENT, beyond, is_bold
from seglib.show.plots.outline import outline, short
from seglib.show.plots.paint import opacity, paint, picture
from seglib.show.plots.theme import INK, THEMED

__all__ = ["CLOUD_DPI", "POINTS", "Renderer", "anchor_of"]

POINTS = 72  # units an inch
PIXELS = 100 / POINTS  # of a page, a unit: eight inches are 800 pixels
CLOUD_DPI = 144
FONT = "var(--sans,system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif)"
SIZE = 11.0
IDENTITY = Affine2D()
INKED = f"var(--{THEMED[INK]},{INK})"
ANCHORS = {"left": "start", "center": "middle", "right": "end", "bottom": "start", "top": "end"}
PART = {"start": 0.0, "middle": 0.5, "end": 1.0}
CIRCLE = Path.unit_circle().vertices
UNWRITABLE = re.compile("[^\t\n -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def anchor_of(text: Text) -> str:
    """Which end of its lines stays in place whatever the font."""
    if text.get_rotation() % 180 and text.get_rotation_mode() != "anchor":
        upright = text.get_rotation() % 180 == 90
        return ANCHORS.get(text.get_verticalalignment(), "middle") if upright else "middle"
    return ANCHORS[getattr(text, "_multialignment", None) or text.get_horizontalalignment()]


class Renderer(RendererBase):
    """Collects shapes as (attributes, element or outline, kind): kinds are path, text and image.

    Parameters
    ----------
    width, height : float
        Of the figure, in points, the units of everything here; SVG counts from the top, matplotlib from the bottom.
    """

    def __init__(self, width: float, height: float) -> None:
        super().__init__()
        self.width, self.height = float(width), float(height)
        self._shapes: list[tuple[str, str, str]] = []
        self._clips: dict[str, str] = {}
        self._anchor, self._fixed = "", False
        self._flip = Affine2D().scale(1, -1).translate(0, self.height)

    def get_canvas_width_height(self) -> tuple[float, float]:
        """Width and height of the figure."""
        return self.width, self.height

    def get_image_magnification(self) -> float:
        """Dots of pictures a unit."""
        return CLOUD_DPI / POINTS

    def get_text_width_height_descent(self, s: str, prop: FontProperties, ismath: Any) -> tuple[float, float, float]:
        """Room that a line may take, whatever the font: see :mod:`seglib.show.plots.lettering`."""
        width, height, descent = super().get_text_width_height_descent(s, prop, ismath)
        if ismath:
            return width, height, descent
        size, below = prop.get_size_in_points(), descent
        descent = max(below, DESCENT * size)
        width += beyond(s, bold=is_bold(prop)) * size
        return width, max(height - below, ASCENT * size) + descent, descent

    def open_group(self, s: str, gid: str | None = None) -> None:
        """What comes now: the notes of :func:`seglib.show.plots.svg.svg` arrive as ``gid``."""
        if s == "text":
            self._anchor = gid or ""
        elif s == "axes":
            self._fixed = gid == "fixed"

    def close_group(self, s: str) -> None:
        """That was it."""
        if s == "axes":
            self._fixed = False

    def draw_path(self, gc: Any, path: Path, transform: Any, rgbFace: Any = None) -> None:
        """Shape with a line, an inside or both."""
        placed = transform + self._flip
        width = gc.get_linewidth() if gc.get_rgb()[3] > 0 else 0.0
        face = None if rgbFace is None or (len(rgbFace) > 3 and not rgbFace[3]) else rgbFace
        if not width and face is None:
            return
        edge = gc.get_rgb() if width else None
        if np.shape(path.vertices) == np.shape(CIRCLE) and np.array_equal(path.vertices, CIRCLE):
            self._circle(gc, placed, face, edge)
            return
        clip = self._clip(gc, path, placed, face)
        inside = None if face is not None or clip or gc.get_clip_rectangle() is None else self._inside(gc)
        shape = outline(path.cleaned(placed, remove_nans=True, clip=inside, simplify=path.should_simplify, curves=True))
        if shape:
            self._add(self._look(gc, face, edge) + clip, shape)
        if gc.get_hatch():
            self._hatch(gc, shape)

    def draw_quad_mesh(
        self, gc: Any, master_transform: Any, meshWidth: int, meshHeight: int, coordinates: Any, offsets: Any,
        offsetTrans: Any, facecolors: Any, antialiased: Any, edgecolors: Any, **more: Any,
    ) -> None:  # fmt: skip
        """Cells of a heatmap: those of one colour are one path, their edges another."""
        corners = (master_transform + self._flip).transform(np.reshape(coordinates, (-1, 2))).reshape(coordinates.shape)
        cells: dict[str, str] = {}
        for place, face in enumerate(facecolors):
            row, column = divmod(place, meshWidth)
            (top, right), (left, bottom) = corners[row, column : column + 2], corners[row + 1, column : column + 2]
            shape = outline(Path([top, right, bottom, left, top], closed=True)) if face[3] else ""
            colour = paint(face, fixed=True)
            cells[colour] = cells.get(colour, "") + shape
        clip = self._clip(gc, Path(np.reshape(corners, (-1, 2))), IDENTITY, True)
        edged = gc.get_linewidth() and len(edgecolors) and edgecolors[0][3]
        edge = self._look(gc, None, edgecolors[0]).removeprefix('fill="none"') if edged else ""
        for colour, shapes in cells.items():
            self._add(f'fill="{colour}"{edge}{clip}', shapes)

    def _hatch(self, gc: Any, shape: str) -> None:
        """Lines across a shape, as a pattern of an inch."""
        key = f'<path d="{outline(gc.get_hatch_path().cleaned(Affine2D().scale(POINTS)))}"/>'
        look = f'stroke="{self._paint(gc.get_hatch_color())}" stroke-width="{short(gc.get_hatch_linewidth(), 2)}"'
        name = self._defined(
            f'<pattern id="%" patternUnits="userSpaceOnUse" width="72" height="72" {look}>{key}</pattern>'
        )
        self._add(f'fill="url(#{name})"', shape)

    def _circle(self, gc: Any, placed: Any, face: Any, edge: Any) -> None:
        """A dot is the round cap of a line without length; with an edge of another colour, two arcs."""
        (x, y), (right, _) = placed.transform([(0, 0), (1, 0)])
        radius = abs(right - x)
        rectangle = gc.get_clip_rectangle()
        if not np.isfinite([x, y]).all() or (rectangle is not None and not self._touches(rectangle, x, y, radius)):
            return
        if face is not None and (edge is None or tuple(edge[:3]) == tuple(face[:3])):
            width = 2 * radius + (gc.get_linewidth() if edge is not None else 0)
            look = f'fill="none" stroke="{self._paint(face)}"{opacity("stroke", self._alpha(gc, face))}'
            self._add(f'{look} stroke-width="{short(width)}" stroke-linecap="round"', f"M{short(x)} {short(y)}h0")
            return
        r, across = short(radius), short(2 * radius)
        arcs = f"M{short(x - radius)} {short(y)}a{r} {r} 0 1 0 {across} 0a{r} {r} 0 1 0-{across} 0z"
        self._add(self._look(gc, face, edge), arcs)

    def _touches(self, rectangle: Any, x: float, y: float, radius: float) -> bool:
        up = self.height - y
        across = rectangle.x0 - radius <= x <= rectangle.x1 + radius
        return bool(across and rectangle.y0 - radius <= up <= rectangle.y1 + radius)

    def _look(self, gc: Any, face: Any, edge: Any) -> str:
        """Attributes of a shape's inside and of its line."""
        inside = "none" if face is None else self._paint(face)
        look = f'fill="{inside}"' + (opacity("fill", self._alpha(gc, face)) if face is not None else "")
        if edge is None:
            return look
        width = "" if gc.get_linewidth() == 1 else f' stroke-width="{short(gc.get_linewidth(), 2)}"'
        dashes = gc.get_dashes()[1]
        dashed = f' stroke-dasharray="{" ".join(short(part) for part in dashes)}"' if dashes is not None else ""
        cap = ' stroke-linecap="round"' if gc.get_capstyle() == "round" else ""
        return f'{look} stroke="{self._paint(edge)}"{opacity("stroke", edge[3])}{width}{dashed}{cap}'

    @staticmethod
    def _alpha(gc: Any, face: Any) -> float:
        return float(gc.get_alpha()) if gc.get_forced_alpha() else float(face[3]) if len(face) > 3 else 1.0

    def _paint(self, colour: Any, *, text: bool = False) -> str:
        return paint(colour, text=text, fixed=self._fixed)

    def _inside(self, gc: Any) -> tuple[float, float, float, float]:
        box = gc.get_clip_rectangle()
        slack = gc.get_linewidth()
        return box.x0 - slack, self.height - box.y1 - slack, box.x1 + slack, self.height - box.y0 + slack

    def _clip(self, gc: Any, path: Path, placed: Any, face: Any) -> str:
        """Attribute of what must be cut: a filled shape that sticks out of its Axes, or any shape cut by another."""
        other, where = gc.get_clip_path()
        if other is not None:
            return f' clip-path="url(#{self._cut(outline(other.cleaned(where + self._flip, curves=True)))})"'
        box = gc.get_clip_rectangle()
        if box is None or face is None:
            return ""
        left, top, right, bottom = self._inside(gc)
        shape = path.get_extents(placed)
        if shape.x0 >= left - 1 and shape.x1 <= right + 1 and shape.y0 >= top - 1 and shape.y1 <= bottom + 1:
            return ""
        frame = f"M{short(left)} {short(top)}H{short(right)}V{short(bottom)}H{short(left)}z"
        return f' clip-path="url(#{self._cut(frame)})"'

    def _cut(self, shape: str) -> str:
        return self._defined(f'<clipPath id="%"><path d="{shape}"/></clipPath>')

    def _defined(self, element: str) -> str:
        """Name by which shapes speak of a definition; %% stands for the figure's own prefix until it is known."""
        return self._clips.setdefault(element, f"%{len(self._clips)}")

    def draw_text(
        self, gc: Any, x: float, y: float, s: str, prop: FontProperties, angle: float,
        ismath: Any = False, mtext: Text | None = None,
    ) -> None:  # fmt: skip
        """One line of text, held at the end that stays in place whatever the font; formulas as shapes."""
        if ismath:
            super().draw_text(gc, x, y, s, prop, angle, ismath, mtext)
            return
        told = UNWRITABLE.sub("", s).strip()
        anchor = anchor_of(mtext) if mtext is not None else self._anchor
        blank = s[: len(s) - len(s.lstrip())]
        width, before = (
            self.get_text_width_height_descent(part, prop, False)[0] if part else 0.0 for part in (told, blank)
        )
        way = before + width * PART.get(anchor, 0.0)
        x, y = x + way * cos(radians(angle)), y - way * sin(radians(angle))
        look = (self._letters(gc, prop) + (f' text-anchor="{anchor}"' if PART.get(anchor) else "")).strip()
        turn = f' transform="rotate({short(-angle)} {short(x)} {short(y)})"' if angle else ""
        if told:
            self._add(look, f'<text x="{short(x)}" y="{short(y)}"{turn}>{escape(told, quote=False)}</text>', "text")

    def _letters(self, gc: Any, prop: FontProperties) -> str:
        size = prop.get_size_in_points()
        look = "" if size == SIZE else f' font-size="{short(size)}"'
        look += (' font-weight="700"' if is_bold(prop) else "") + (
            ' font-style="italic"' if prop.get_style() == "italic" else ""
        )
        colour = self._paint(gc.get_rgb(), text=True)
        return look + ("" if colour == INKED else f' fill="{colour}"') + opacity("fill", gc.get_rgb()[3])

    def draw_image(self, gc: Any, x: float, y: float, im: Any, transform: Any = None) -> None:
        """Picture of dots, its last row at the top."""
        rows, columns = im.shape[:2]
        if not rows or not columns:
            return
        scale = POINTS / CLOUD_DPI
        wide, high = columns * scale, rows * scale
        place = f'x="{short(x)}" y="{short(self.height - y - high)}" width="{short(wide)}" height="{short(high)}"'
        self._add("", f'<image {place} preserveAspectRatio="none" href="{picture(im[::-1])}"/>', "image")

    def _add(self, look: str, shape: str, kind: str = "path") -> None:
        """Shapes that look as those before the last texts go below these: one path is written for all."""
        place = len(self._shapes)
        while kind == "path" and place and self._shapes[place - 1][2] == "text":
            place -= 1
        alike = place and self._shapes[place - 1][0] == look and kind == "path"
        self._shapes.insert(place if alike else len(self._shapes), (look, shape, kind))

    def written(self, left: float, top: float, right: float, bottom: float) -> str:
        """The whole figure, cut to this box."""
        frame = [short(left), short(top), short(right - left), short(bottom - top)]
        runs = groupby(self._shapes, lambda one: (one[0], one[2]))
        body = "".join(_together(look, kind, [one[1] for one in run]) for (look, kind), run in runs)
        defined = "".join(element.replace("%", name, 1) for element, name in self._clips.items())
        inside = (f"<defs>{defined}</defs>" if defined else "") + body
        name = "f" + hashlib.sha256(inside.encode()).hexdigest()[:6]
        inside = re.sub(r'(id="|url\(#)%', rf"\g<1>{name}-", inside)
        size = f'width="{(right - left) * PIXELS:.0f}" height="{(bottom - top) * PIXELS:.0f}"'
        paper = f'<rect x="{frame[0]}" y="{frame[1]}" width="{frame[2]}" height="{frame[3]}" fill="var(--card,#fff)"/>'
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{" ".join(frame)}" {size} font-family="{FONT}" '
            f'font-size="{short(SIZE)}" fill="{INKED}" stroke-linejoin="round" direction="ltr">{paper}{inside}</svg>'
        )


def _together(look: str, kind: str, shapes: list[str]) -> str:
    """Neighbours that look alike: opaque shapes as one path, others as a group."""
    if kind == "path" and ("opacity" not in look or len(shapes) == 1):
        return f'<path {look} d="{"".join(shapes)}"/>'
    if kind == "path":
        shapes = [f'<path d="{shape}"/>' for shape in shapes]
    if len(shapes) == 1 and look:
        return shapes[0].replace(f"<{kind} ", f"<{kind} {look} ", 1)
    return f"<g {look}>{''.join(shapes)}</g>" if look else "".join(shapes)
