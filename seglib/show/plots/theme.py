"""One look for every figure, and one colour a segment on every page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib as mpl
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from seglib.language.naming import EVERYONE, NO_SEGMENT, NOT_NAMED
from seglib.show.colours import ACCENT, ON, PALETTE, PAPER

__all__ = [
    "ACCENT",
    "GREY",
    "INK",
    "LINK",
    "MUTED",
    "PALE",
    "PALETTE",
    "WASH",
    "canvas",
    "direct_label",
    "segment_colours",
    "set_theme",
]

GREY = "#8a8f98"  # of lines; too light for text
INK = "#22272e"
MUTED = "#5c636e"
PALE = "#c9ccd1"  # marks that stand back
LINK = "#dfe2e7"  # what holds marks together
WASH = "#f5f6f8"
# Colours that a page replaces by its own, see seglib.show.plots.svg; all others are of marks.
THEMED = {
    INK: "ink",
    MUTED: "muted",
    GREY: "grey",
    PALE: "pale",
    LINK: "link",
    WASH: "wash",
    PAPER: "card",
    "#c6cad0": "axis",
    "#eceef1": "grid",
}
FIXED = (ON, PAPER, "#262626")  # of text on marks, the last as seaborn writes it

# Families: who buys now in blues and greens, who is slipping in ambers, who is gone in greys.
NAMED = {
    "Champions": "#0b3c78",
    "Loyal Customers": "#1f5fa8",
    "Loyal": "#1f5fa8",
    "Potential Loyalists": "#4aa3d8",
    "Potential Loyalist": "#4aa3d8",
    "Active": "#4aa3d8",
    "Recent": "#38a89d",
    "New Customers": "#00856a",
    "New": "#00856a",
    "Promising": "#6cc0a5",
    "Need Attention": "#c79a00",
    "Needs attention": "#c79a00",
    "Need attention": "#c79a00",
    "About To Sleep": "#e8b84a",
    "About to sleep": "#e8b84a",
    "Almost lost": "#e8b84a",
    "At Risk": "#d55e00",
    "At risk": "#d55e00",
    "Can't Lose Them": "#a12a2a",
    "Can't lose": "#a12a2a",
    "Previously loyal": "#a12a2a",
    "Hibernating": "#a5a9b1",
    "Dormant": "#a5a9b1",
    "Inactive": "#7b808a",
    "Lost": "#7b808a",
    "Prospects": "#b1478a",
    "Others": "#c9ccd1",
    NOT_NAMED: "#c9ccd1",
    EVERYONE: "#1f5fa8",
    # segments by rule: value in blues, ways to buy in greens, care in ambers and reds, no customers yet in purples
    "Top spenders": "#0b3c78",
    "Regulars": "#1f5fa8",
    "Newsletter subscribers": "#4aa3d8",
    "Replenishers": "#00856a",
    "Bulk buyers": "#38a89d",
    "Holiday buyers": "#4f8f3a",
    "Trend followers": "#8fb339",
    "One-time buyers": "#c79a00",
    "Coupon customers": "#e8b84a",
    "Return-prone": "#d55e00",
    "Support waiting": "#a12a2a",
    "Leads": "#b1478a",
    "Curious prospects": "#d08bb8",
    "Undecided prospects": "#6b5b95",
    "Abandoned carts": "#8d7bb5",
    "By location": "#6d8299",
    NO_SEGMENT: "#c9ccd1",
}

COLOURS = frozenset([*PALETTE, *NAMED.values()])  # which pages have a lighter one of for dark
STYLE: Any = {
    "figure.dpi": 96,
    "figure.facecolor": "white",
    "axes.facecolor": "white",
    "axes.edgecolor": "#c6cad0",
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.prop_cycle": cycler(color=PALETTE),
    "grid.color": "#eceef1",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 11,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.bottom": False,
    "ytick.left": False,
    "legend.frameon": False,
}


def set_theme() -> None:
    """Give every later figure of this session the look of the reports."""
    mpl.rcParams.update(STYLE)


def canvas(width: float = 8.0, height: float = 4.2, columns: int = 1, rows: int = 1) -> tuple[Figure, Any]:
    """Figure and Axes in the house's look, without touching anybody's global settings.

    Parameters
    ----------
    width, height : float
        Inches; pages show a figure at most 800 CSS pixels wide.
    columns, rows : int
        Axes side by side, and one below the other.

    Returns
    -------
    Figure and Axes (an array of Axes where there are several).
    """
    with mpl.rc_context(STYLE):
        drawing = Figure(figsize=(width, height), layout="constrained")
        return drawing, drawing.subplots(rows, columns)


def segment_colours(names: Sequence[str]) -> dict[str, str]:
    """Colour of each segment, the same on every page of a run.

    Parameters
    ----------
    names : sequence of str
        Segment names, in the order of the segmentation.

    Returns
    -------
    dict of name to hex colour: known names keep theirs, parts of a known segment (``By location: Italy``) have its
    colour, others take the palette in order.

    Examples
    --------
    >>> segment_colours(["Champions", "Night owls"])
    {'Champions': '#0b3c78', 'Night owls': '#1f5fa8'}
    """
    known = {str(name): NAMED.get(str(name)) or NAMED.get(str(name).partition(": ")[0]) for name in names}
    others = [name for name, colour in known.items() if not colour]
    return {name: colour or PALETTE[others.index(name) % len(PALETTE)] for name, colour in known.items()}


def direct_label(axes: Axes, x: float, y: float, text: str, *, away: float = 6, **style: Any) -> None:
    """Write a label beside the mark it belongs to, so many points away, in place of a legend."""
    axes.annotate(text, (x, y), xytext=(away, 0), textcoords="offset points", va="center", parse_math=False, **style)
