"""Figures as PNG beside the drawings of a run, where the run asks for them: by a folder that it has made for them."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

__all__ = ["ask_for_pictures", "keep_picture", "picture_name", "read_pictures"]

FOLDER = Path("work", "pictures")  # of the run; gone with its working files


def ask_for_pictures(run: Path) -> None:
    """Have the notebooks of a run keep each figure as PNG too.

    Parameters
    ----------
    run : Path
        Folder of the run, with its working files in it.
    """
    (run / FOLDER).mkdir(mode=0o700)


def picture_name(svg: str) -> str:
    """What tells which drawing a picture is of.

    Examples
    --------
    >>> picture_name("<svg/>")
    'd4dc56669143034f'
    """
    return hashlib.sha256(svg.encode()).hexdigest()[:16]


def keep_picture(run: str, svg: str, drawing: Any) -> None:
    """Paint a figure where the run has asked for pictures; nothing is done, and nothing imported, elsewhere.

    Parameters
    ----------
    run : str
        Folder of the run, empty where somebody works in the notebook.
    svg : str
        The figure as :func:`seglib.show.plots.svg.svg` has written it.
    drawing : Figure
        The figure itself.
    """
    folder = Path(run) / FOLDER
    if not run or not folder.is_dir():
        return
    from seglib.show.plots.png import wide_png

    with tempfile.NamedTemporaryFile(dir=folder, suffix=".part", delete=False) as file:
        file.write(wide_png(drawing))
    Path(file.name).replace(folder / f"{picture_name(svg)}.png")  # two notebooks may show the same


def read_pictures(run: Path) -> Mapping[str, bytes]:
    """The pictures that the notebooks have kept, by :func:`picture_name`.

    Parameters
    ----------
    run : Path
        Folder of the run, before its working files go.
    """
    return {file.stem: file.read_bytes() for file in sorted((run / FOLDER).glob("*.png"))}
