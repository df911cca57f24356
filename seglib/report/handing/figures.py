"""``figures/``: each figure of the pages as SVG and as PNG, on white, for slides and documents."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from seglib.language.messages import mark
from seglib.report.handing.finished import Finished, Handed
from seglib.report.pages.page import Block, Page
from seglib.show.colours import PAPER

__all__ = ["Drawn", "drawn", "figures", "picture_of", "standalone"]

FOLDER = "figures"
MEANING = mark("Each figure of the pages as SVG and as PNG, on white, for slides.")
LONGEST = 60  # letters of a name, beside those of the page
VARIABLE = re.compile(r"var\(--[\w-]+,([^()]*)\)")
PIXELS = 100 / 72  # of a page, a unit of a drawing


@dataclass(frozen=True)
class Drawn:
    """A figure of a page: what its files are called, and what it is."""

    name: str
    block: Block


def figures(run: Finished) -> list[Handed]:
    """Write each figure, as far as it can be told in that form: a picture that a notebook of one's own shows is no SVG.

    Parameters
    ----------
    run : Finished

    Returns
    -------
    list of Handed, of one folder; empty where no page has a figure.
    """
    folder = run.folder / FOLDER
    found = [one for outcome in run.outcomes for one in drawn(outcome.notebook.name, outcome.page)]
    for one in found:
        folder.mkdir(exist_ok=True)
        if one.block.body.startswith("<svg"):
            (folder / f"{one.name}.svg").write_text(standalone(one.block.body), encoding="utf-8")
        if picture := picture_of(one.block, run.pictures):
            (folder / f"{one.name}.png").write_bytes(picture)
    return [Handed(FOLDER, MEANING)] if found else []


def drawn(name: str, page: Page) -> Iterator[Drawn]:
    """Figures of a page in their order, each named by page, number and the anchor of its step.

    Parameters
    ----------
    name : str
        Of the page's notebook.
    page : Page
    """
    blocks = [("", block) for block in page.lead]
    blocks += [(step.anchor, block) for step in page.steps for block in step.blocks]
    told = ((anchor, block) for anchor, block in blocks if block.kind == "figure")
    for number, (anchor, block) in enumerate(told, 1):
        yield Drawn("-".join(part for part in (_plain(name), f"{number:02}", _plain(anchor)) if part), block)


def _plain(text: str) -> str:
    """Letters that every file system, slide and mail takes."""
    return re.sub(r"[^A-Za-z0-9_]+", "-", text)[:LONGEST].strip("-")


def standalone(drawing: str) -> str:
    """A drawing of a page as a file of its own: in the colours of a light page, on white, nothing from outside.

    Parameters
    ----------
    drawing : str
        What :func:`seglib.report.pages.drawings.inline_svg` has made.

    Returns
    -------
    str

    Examples
    --------
    >>> told = standalone('<svg viewBox="0 0 72 36"><path fill="var(--c-1f5fa8,#1f5fa8)" d="M0 0h2"/></svg>')
    >>> told[told.index("<rect") :]
    '<rect x="0" y="0" width="72" height="36" fill="#ffffff"/><path fill="#1f5fa8" d="M0 0h2"/></svg>'
    """
    head, _end, inside = VARIABLE.sub(r"\1", drawing).partition(">")
    paper = ""
    if frame := re.search(r'viewBox="([-\d.]+)[ ,]+([-\d.]+)[ ,]+([\d.]+)[ ,]+([\d.]+)"', head):
        left, top, wide, high = frame.groups()
        head = re.sub(r' style="max-width:[^"]*"| (?:width|height)="[^"]*"', "", head)
        head += f' width="{float(wide) * PIXELS:.0f}" height="{float(high) * PIXELS:.0f}"'
        paper = f'<rect x="{left}" y="{top}" width="{wide}" height="{high}" fill="{PAPER}"/>'
    names = ' xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    inside = re.sub(r'(<(?:image|use)\b[^>]*?) href="', r'\1 xlink:href="', inside)  # what programs for slides know
    return f"<svg{names}{head.removeprefix('<svg')}>{paper}{inside}"


def picture_of(block: Block, pictures: Mapping[str, bytes]) -> bytes:
    """A figure as PNG; empty where the run has none.

    Parameters
    ----------
    block : Block
        A figure.
    pictures : mapping
        Those of the run.
    """
    if not block.body.startswith("data:image/"):
        return pictures.get(block.picture, b"")
    from PIL import Image

    told = io.BytesIO()
    raw = base64.b64decode(block.body.partition(",")[2])
    Image.open(io.BytesIO(raw)).convert("RGB").save(told, format="png", optimize=True)
    return told.getvalue()
