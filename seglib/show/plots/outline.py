"""Paths and numbers as SVG writes them, as short as they get."""

from __future__ import annotations

import numpy as np
from matplotlib.path import Path

__all__ = ["outline", "short"]

CURVES = {int(Path.CURVE3): ("q", 2), int(Path.CURVE4): ("c", 3)}


def outline(path: Path) -> str:
    """Path as text: steps from point to point in tenths, without any that are too small to see.

    Examples
    --------
    >>> outline(Path([(0, 0), (2, 0), (2, -1.04), (0, 0)], closed=True))
    'M0 0h2v-1z'
    """
    points = np.rint(np.asarray(path.vertices) * 10).astype("int64").tolist()
    codes = np.asarray(path.codes).tolist()
    parts, (x, y), start, place = list[str](), (0, 0), (0, 0), 0
    while place < len(codes) and codes[place] != Path.STOP:
        code, (to_x, to_y) = codes[place], points[place]
        place += 1
        if code == Path.MOVETO:
            parts.append(f"M{_tenths(to_x)} {_tenths(to_y)}")
            start = to_x, to_y
        elif code == Path.CLOSEPOLY:
            parts.append("z")
            to_x, to_y = start
        elif code in CURVES:
            letter, count = CURVES[code]
            ends = points[place - 1 : place - 1 + count]
            parts.append(letter + " ".join(f"{_tenths(a - x)} {_tenths(b - y)}" for a, b in ends))
            place, (to_x, to_y) = place + count - 1, ends[-1]
        else:
            parts.append(_step(to_x - x, to_y - y))
        x, y = to_x, to_y
    return "".join(parts).replace(" -", "-") if any(part[0] not in "Mz" for part in parts if part) else ""


def _step(across: int, down: int) -> str:
    if not across and not down:
        return ""
    if not down:
        return f"h{_tenths(across)}"
    return f"v{_tenths(down)}" if not across else f"l{_tenths(across)} {_tenths(down)}"


def _tenths(value: int) -> str:
    whole, rest = divmod(abs(value), 10)
    text = f"{whole or ''}.{rest}" if rest else str(whole)
    return f"-{text}" if value < 0 else text


def short(value: float, digits: int = 1) -> str:
    """Number of a tenth, or of so many digits, without noughts at its end.

    Examples
    --------
    >>> short(2.04), short(-0.01), short(0.85, 2)
    ('2', '0', '0.85')
    """
    text = f"{value:.{digits}f}".rstrip("0").rstrip(".") if digits else f"{value:.0f}"
    return "0" if text in ("-0", "") else text
