"""An executed notebook read as a page, and a page written as HTML."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from seglib.language.messages import gettext as _
from seglib.report.pages.drawings import UnsafeDrawingError, inline_svg
from seglib.report.pages.drawings import picture as _picture
from seglib.report.pages.markdown import headings, markdown_messages, translated
from seglib.report.pages.page import HOW, Block, Page, Step
from seglib.show.pictures import picture_name

__all__ = ["markdown_messages", "page_html", "read_page", "render"]

SILENT = {"parameters", "injected-parameters"}
FRONT = "first-page"  # tag of a cell whose figure stands on the first page too


def read_page(document: Any) -> Page:
    """Read an executed notebook: markdown and outputs, no code.

    Parameters
    ----------
    document : NotebookNode
        Outputs of :mod:`seglib.show.display` carry their role; others are shown plainly, stderr and errors not at all.

    Returns
    -------
    Page

    Examples
    --------
    >>> import nbformat.v4 as v4
    >>> page = read_page(v4.new_notebook(cells=[v4.new_markdown_cell("# Who buys?\\n\\nAll.\\n\\n## When?")]))
    >>> page.title, page.lead[0].body, [step.heading for step in page.steps]
    ('Who buys?', 'All.', ['When?'])
    """
    title, lead, steps, faults, said = "", list[Block](), list[Step](), list[str](), set[str]()
    for place, cell in enumerate(document.cells):
        if cell.cell_type == "markdown":
            for level, heading, text in headings(cell.source):
                if level == 1 and not title:
                    title = heading
                elif heading:
                    how = HOW in cell.metadata.get("tags", [])
                    steps.append(Step(_anchor(heading, steps), _(heading), heading, how=how))
                (steps[-1].blocks if steps else lead).extend([Block("markdown", translated(text))] if text else [])
        elif cell.cell_type == "code" and not SILENT & set(cell.metadata.get("tags", [])):
            front = FRONT in cell.metadata.get("tags", [])
            blocks = [replace(_once(one, said), front=front) for one in _fold(cell.outputs, f"f{place}-")]
            (steps[-1].blocks if steps else lead).extend(blocks)
            faults += [fault for block in blocks if (fault := _fault(block, steps))]
    steps = [step for step in steps if not _moot(step)]
    lacking = {step.anchor: why for step in steps if (why := _unanswered(step))}
    told = [step for step in steps if step.anchor not in lacking]
    missing = [(step.heading, lacking[step.anchor]) for step in steps if step.anchor in lacking and not step.how]
    return Page(_(title or "Untitled"), lead, told, faults, missing, title)


def _once(block: Block, said: set[str]) -> Block:
    """A block without its basis, where the page has said it before."""
    if block.basis in said:
        return replace(block, basis="")
    said.add(block.basis)
    return block


def _unanswered(step: Step) -> str:
    """Why a step shows nothing, where all it says is that the data are not there; else empty."""
    reasons = [block.why for block in step.blocks if block.kind != "markdown"]
    return " ".join(why[:1].upper() + why[1:] for why in dict.fromkeys(reasons)) if all(reasons) else ""


def _moot(step: Step) -> bool:
    """Whether the question of a step does not arise: all that it says is why."""
    kinds = {block.kind for block in step.blocks} - {"markdown"}
    return kinds == {"moot"}


def _fault(block: Block, steps: list[Step]) -> str:
    """What is wrong with a figure, if anything: it says nothing, or it holds more than a drawing."""
    where = f"in {steps[-1].heading!r} " if steps else ""
    if block.fault:
        return f"A drawing {where}holds what no page may hold: {block.fault}."
    if block.kind == "figure" and not block.alt:
        return f"A picture {where}has no alternative text. Show it with display.figure(drawing, finding, caption)."
    return ""


def _anchor(heading: str, steps: list[Step]) -> str:
    taken = {step.anchor for step in steps}
    anchor = re.sub(r"[\W_]+", "-", heading.casefold()).strip("-") or "step"
    return anchor if anchor not in taken else f"{anchor}-{len(steps) + 1}"


def _fold(outputs: list[Any], prefix: str) -> Iterator[Block]:
    """Outputs of a cell as blocks: a finding becomes the heading of the figure or table that follows it."""
    finding, last = Block("finding"), ""
    for place, output in enumerate(outputs):
        block = _block(output, f"{prefix}{place}-")
        if block is None or (block.kind == "caption" and last in ("figure", "table")):
            continue
        if finding.body and block.kind in ("figure", "table", "cards"):
            block, finding = replace(block, finding=finding.body), Block("finding")
        elif finding.body:
            yield finding
            finding = Block("finding")
        last = block.kind
        if block.kind == "finding":
            finding = block
        else:
            yield block if block.kind != "caption" else Block("note", block.body)
    if finding.body:
        yield finding


def _block(output: Any, prefix: str) -> Block | None:
    if output.output_type == "stream":
        return Block("text", output.text) if output.name == "stdout" and output.text.strip() else None
    if output.output_type not in ("display_data", "execute_result"):
        return None
    meta, content = output.metadata.get("seglib", {}), output.data
    role = meta.get("role", "")
    if role in ("headline", "finding", "unanswered", "moot", "note", "caption"):
        kind = "finding" if role == "unanswered" else role
        told = meta.get("text") or content.get("text/plain", "")
        return Block(kind, told, why=meta.get("why", ""), distance=_distance(meta.get("distance")))
    if drawn := next((kind for kind in ("image/svg+xml", "image/png") if kind in content), ""):
        alt = meta.get("alt") or output.metadata.get(drawn, {}).get("alt", "")
        figure = _figure(content[drawn], drawn, meta.get("caption", ""), alt.strip(), prefix)
        return replace(figure, basis=meta.get("basis", ""))
    if "text/html" in content:
        told = content["text/html"] if role else _closed(content["text/html"])
        return Block(role or "html", told, "", meta.get("caption", ""), meta.get("basis", ""))
    return Block("markdown" if "text/markdown" in content else "text", _plain(content)) if _plain(content) else None


def _distance(told: Any) -> float | None:
    """How far a headline lies from chance; a notebook of one's own may say anything."""
    return float(told) if isinstance(told, int | float) and math.isfinite(told) else None


def _closed(html: str) -> str:
    """HTML of others with every element closed, so that it stays where it stands."""
    from bs4 import BeautifulSoup

    return str(BeautifulSoup(html, "html.parser"))


def _figure(content: str, kind: str, caption: str, alt: str, prefix: str) -> Block:
    if kind == "image/png":
        return Block("figure", _picture(content), caption=caption, alt=alt)
    try:
        drawn = inline_svg(content, alt or _("Picture without description"), prefix)
        return Block("figure", drawn, caption=caption, alt=alt, picture=picture_name(content))
    except UnsafeDrawingError as error:
        return Block("text", alt, fault=str(error))


def _plain(content: Mapping[str, str]) -> str:
    return content.get("text/markdown") or content.get("text/plain", "")


@cache
def _exporter() -> Any:
    """The exporter with our template, where everything is escaped unless the template says otherwise."""
    from nbconvert import HTMLExporter

    exporter = HTMLExporter(template_name="template", extra_template_basedirs=[str(Path(__file__).parent)])
    exporter.environment.autoescape = True
    exporter.environment.trim_blocks = exporter.environment.lstrip_blocks = True
    exporter.environment.globals |= {"_": _, "style": _style}
    return exporter


@cache
def _style() -> Any:
    """The style sheet without what only its authors need."""
    from markupsafe import Markup

    text = (Path(__file__).parent / "template" / "style.css").read_text(encoding="utf-8")
    text = re.sub(r"/\*.*?\*/|\s*\n\s*", " ", text, flags=re.S)
    text = re.sub(r"\s*([{};,])\s*|:\s+", lambda found: found[1] or ":", re.sub(r"\s+", " ", text)).strip()
    return Markup(text)


def page_html(document: Any, page: Page, facts: Mapping[str, Any]) -> str:
    """HTML of one page, self-contained and without scripts.

    Parameters
    ----------
    document : NotebookNode
        The executed notebook.
    page : Page
        What :func:`read_page` made of it.
    facts : mapping
        What the frame shows: shop, menu, failure, provenance.
    """
    resources = {"page": page, **facts}  # not by the exporter itself: it would parse and rewrite the page
    return str(_exporter().environment.get_template("index.html.j2").render(nb=document, resources=resources))


def render(template: str, facts: Mapping[str, Any]) -> str:
    """HTML of another template of the same look, such as the index."""
    return str(_exporter().environment.get_template(template).render(resources=facts))
