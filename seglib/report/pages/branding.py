"""The shop's own name, logo and accent colour on its pages, readable whatever the colour."""

from __future__ import annotations

import base64
import html
from collections.abc import Mapping
from math import dist
from pathlib import Path
from typing import Any

from seglib.language.small_files import read_bytes
from seglib.report.pages.drawings import UnsafeDrawingError, inline_svg
from seglib.show.colours import ACCENT, PALETTE, mixed, on, parts, readable

__all__ = ["branding", "favicon", "logo_address", "logo_faults"]

ALIKE = 0.3  # of colours as points in the cube of red, green and blue
# the grounds that the accent stands on as text: paper, wash, its own wash, that of a failure
LIGHT = ("#ffffff", "#f4f6f9", "#fbeeee")
DARK = ("#12161c", "#1a2028", "#351d1f")
MOST_BYTES = 100_000  # every page carries the logo
KINDS = {".svg": "svg+xml", ".png": "png", ".webp": "webp", ".jpg": "jpeg", ".jpeg": "jpeg"}


def branding(report: Mapping[str, Any]) -> dict[str, str]:
    """What the frame of each page takes from ``[report]``: style, logo and the small picture of the browser's tab.

    Parameters
    ----------
    report : mapping
        ``name``, ``logo`` (a file) and ``accent``, each where told.

    Returns
    -------
    dict with ``colours`` (CSS, empty without an accent), ``logo`` and ``icon`` (data addresses; no logo, empty).
    """
    accent = str(report.get("accent") or "").lower()
    logo = str(report.get("logo") or "")
    return {
        "colours": _colours(accent) if accent else "",
        "logo": logo_address(logo) if logo and not logo_faults(logo) else "",
        "icon": favicon(str(report.get("name") or ""), accent or ACCENT),
    }


def _colours(accent: str) -> str:
    day, night = (_scheme(accent, grounds, share) for grounds, share in ((LIGHT, 0.09), (DARK, 0.16)))
    return f"{day}@media (prefers-color-scheme:dark){{{night}}}@media print{{{day}}}"


def _scheme(accent: str, grounds: tuple[str, ...], share: float) -> str:
    wash = mixed(accent, grounds[0], share)
    text = readable(accent, (*grounds, wash))
    return f":root{{--accent:{text};--accent-wash:{wash}}}:root{{{_marks(accent, grounds[0])}}}"


def _marks(accent: str, card: str) -> str:
    """The accent as first colour of the figures; one that it would be taken for becomes what was the first."""
    marks = readable(accent, (card,))
    near = {colour: dist(parts(accent), parts(colour)) for colour in PALETTE[1:]}
    alike = min(near, key=near.__getitem__)
    first = f"--c-{ACCENT[1:]}:{marks}"
    return f"{first};--c-{alike[1:]}:{readable(ACCENT, (card,))}" if near[alike] < ALIKE else first


def favicon(name: str, accent: str = ACCENT) -> str:
    """A square with the first letter of the shop as a data address: the browser then asks for no file.

    Examples
    --------
    >>> favicon("Shop")[:26]
    'data:image/svg+xml;base64,'
    """
    letter = html.escape(name.strip()[:1].upper())
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
        f'<rect width="32" height="32" rx="7" fill="{accent}"/>'
        f'<text x="16" y="23" text-anchor="middle" font-family="system-ui,sans-serif" font-size="20" font-weight="700" '
        f'fill="{on(accent)}">{letter}</text></svg>'
    )
    return f"data:image/svg+xml;base64,{base64.b64encode(drawing.encode()).decode()}"


def logo_faults(file: str | Path) -> list[str]:
    """Why a logo cannot stand on the pages, one line a fault; empty when it can.

    Examples
    --------
    >>> logo_faults("no-such.png")
    ['report.logo: no-such.png cannot be read. Name a picture file.']
    """
    path = Path(file)
    if not str(file):
        return []
    try:
        if path.stat().st_size > MOST_BYTES:
            return [
                f"report.logo: {path.name} has {path.stat().st_size // 1000:,} kB; at most {MOST_BYTES // 1000} kB, "
                "since every page carries it. Save it smaller."
            ]
        raw = read_bytes(path, largest=MOST_BYTES)
    except (OSError, ValueError):
        return [f"report.logo: {path.name} cannot be read. Name a picture file."]
    if path.suffix.lower() == ".svg":
        try:
            inline_svg(raw.decode("utf-8"), "logo")
        except (UnsafeDrawingError, UnicodeDecodeError) as error:
            return [f"report.logo: {path.name} holds more than a drawing ({error}). Save it as plain SVG or as PNG."]
    return []


def logo_address(file: str | Path) -> str:
    """A logo as a data address; an SVG holds nothing but its drawing."""
    path = Path(file)
    kind, raw = KINDS[path.suffix.lower()], path.read_bytes()
    if kind == "svg+xml":
        drawing = inline_svg(raw.decode("utf-8"), "")
        raw = drawing.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1).encode()
    return f"data:image/{kind};base64,{base64.b64encode(raw).decode()}"
