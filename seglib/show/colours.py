"""Colours: those of figures, and how one is made to be read, on a page as in a figure."""

from __future__ import annotations

import colorsys
from functools import lru_cache

__all__ = [
    *(
        "ACCENT",
        "AROUND",
        "ON",
        "ON_DEEP",
        "ON_FAINT",
        "PALETTE",
        "PAPER",
        "RAMP",
        "STEPPED",
        "contrast",
        "mixed",
        "on",
    ),
    *("on", "on_step", "parts", "readable"),
]

# seven colours that stay apart for colour-blind readers, on white
PALETTE = ("#1f5fa8", "#d55e00", "#00856a", "#b1478a", "#c79a00", "#4aa3d8", "#6b5b95")
ACCENT = PALETTE[0]
PAPER = "#ffffff"
ON = "#22272d"  # text on marks: ink that stays dark on a dark page
# Steps of a heatmap, from little to much, and what is less than usual in grey: which of more and less is good, the
# data do not say. A dark page has a ramp of its own, from dark to light, and inks for it (template/style.css).
RAMP = ("#eef4fb", "#d6e6f5", "#b5d2ee", "#8ab8e2", "#5a97d0", "#2f73b8", "#0f4c8c")
LESS = ("#9ea5af", "#b9bec6", "#d3d7dc", "#e9ebee")
AROUND = (*LESS, "#f6f7f9", *RAMP[1:5])  # an odd number: what is usual is in the middle
ON_FAINT, ON_DEEP = "#22272c", "#fefefe"  # text on steps, which a dark page turns round
STEPPED = frozenset([*RAMP, *AROUND, ON_FAINT, ON_DEEP])
ENOUGH = 4.5  # WCAG 2.2, success criterion 1.4.3
STEPS = 100


def parts(colour: str) -> tuple[float, ...]:
    """Red, green and blue of ``"#rrggbb"``, each 0 to 1."""
    return tuple(int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))


def _written(rgb: tuple[float, ...]) -> str:
    return "#" + "".join(f"{round(255 * min(1.0, max(0.0, part))):02x}" for part in rgb)


def _luminance(colour: str) -> float:
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    """Contrast of two colours, 1 to 21.

    References
    ----------
    Web Content Accessibility Guidelines 2.2, definitions of contrast ratio and relative luminance.

    Examples
    --------
    >>> contrast("#000000", "#ffffff"), round(contrast("#777777", "#ffffff"), 2)
    (21.0, 4.48)
    """
    darker, lighter = sorted((_luminance(first), _luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


@lru_cache(maxsize=256)
def readable(colour: str, grounds: tuple[str, ...] = (PAPER,), ratio: float = ENOUGH) -> str:
    """The colour, as light or dark as text of it takes to be read on all grounds; hue and saturation stay.

    Parameters
    ----------
    colour : str
        ``"#rrggbb"``.
    grounds : tuple of str
        What it stands on, all light or all dark.
    ratio : float
        Least contrast with each of them.

    Returns
    -------
    str: ``"#rrggbb"``; the colour itself where it is readable as it is.

    Examples
    --------
    >>> readable("#1f5fa8"), readable("#ffe600"), readable("#1f5fa8", ("#12161c",))
    ('#1f5fa8', '#827500', '#3280d9')
    """
    hue, light, saturation = colorsys.rgb_to_hls(*parts(colour))
    end = 0.0 if _luminance(grounds[0]) > 0.18 else 1.0
    for step in range(STEPS + 1):
        tried = _written(colorsys.hls_to_rgb(hue, light + (end - light) * step / STEPS, saturation)) if step else colour
        if min(contrast(tried, ground) for ground in grounds) >= ratio:
            return tried
    return _written((end, end, end))


def mixed(colour: str, ground: str, share: float) -> str:
    """So much of a colour in another.

    Examples
    --------
    >>> mixed("#000000", "#ffffff", 0.5)
    '#808080'
    """
    pairs = zip(parts(colour), parts(ground), strict=True)
    return _written(tuple(share * one + (1 - share) * other for one, other in pairs))


def on_step(colour: str) -> str:
    """Ink of text on a cell of a heatmap; of one that is no step as :func:`on`.

    Examples
    --------
    >>> on_step(RAMP[0]), on_step(RAMP[-1]), on_step("#0b3c78")
    ('#22272c', '#fefefe', '#ffffff')
    """
    return {PAPER: ON_DEEP, ON: ON_FAINT}[on(colour)] if colour in STEPPED else on(colour)


def on(colour: str) -> str:
    """White or dark, whichever text reads better on the colour.

    Examples
    --------
    >>> on("#0b3c78"), on("#e8b84a")
    ('#ffffff', '#22272d')
    """
    return max((PAPER, ON), key=lambda ink: contrast(ink, colour))
