"""An executed notebook as a page: title, steps, and in each step blocks of evidence under their findings."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

__all__ = ["Block", "Page", "Step", "page_html", "read_page", "render"]

HEADING = re.compile(r"^(#{1,2})[ \t]+(.+?)[ \t#]*$", re.M)
FENCE = re.compile(r"^(```|~~~).*?^\1[ \t]*$", re.M | re.S)
COLOURS = 48  # chosen for maximum coverage: white stays white, and small marks keep their own
SILENT = {"parameters", "injected-parameters"}
UNKNOWN = "Not available: "  # how a finding begins where a shop lacks the data for it


@dataclass(frozen=True)
class Block:
    """One thing on a page.

    ``kind`` is one of markdown, key_numbers, finding, figure, table, cards, note, text, html; ``body`` is the
    markdown, HTML, text or data address of it; ``finding`` its heading.
    """

    kind: str
    body: str = ""
    finding: str = ""
    caption: str = ""
    alt: str = ""


@dataclass(frozen=True)
class Step:
    """A heading of the second level and what stands below it."""

    anchor: str
    heading: str
    blocks: list[Block] = field(default_factory=list)


@dataclass(frozen=True)
class Page:
    """A whole page; ``lead`` is what stands between title and first step, ``faults`` what must not be published.

    ``missing`` holds the questions that the data cannot answer, and what each would take.
    """

    title: str
    lead: list[Block]
    steps: list[Step]
    faults: list[str]
    missing: list[tuple[str, str]] = field(default_factory=list)

    @property
    def blocks(self) -> list[Block]:
        """All blocks in their order."""
        return [*self.lead, *(block for step in self.steps for block in step.blocks)]

    def until(self, heading: str) -> Page:
        """Page that ends with the step of this heading; whole when there is none of that name."""
        ends = [place for place, step in enumerate(self.steps, 1) if step.heading == heading]
        kept = 0 if heading == self.title else (ends[0] if ends else len(self.steps))
        return replace(self, steps=self.steps[:kept])

    @property
    def first_finding(self) -> str:
        """What the page says first: the finding of a figure if there is one, else any; empty where there is none."""
        drawn = [block.finding for block in self.blocks if block.kind == "figure"]
        told = [block.body if block.kind == "finding" else block.finding for block in self.blocks]
        return next((text for text in [*drawn, *told] if text), "")


def read_page(document: Any) -> Page:
    """Read an executed notebook: markdown and outputs, no code.

    Parameters
    ----------
    document : NotebookNode
        Outputs of :mod:`seglib.display` carry their role; others are shown plainly, stderr and errors not at all.

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
    title, lead, steps, faults = "", list[Block](), list[Step](), list[str]()
    for cell in document.cells:
        if cell.cell_type == "markdown":
            for level, heading, text in _parts(cell.source):
                if level == 1 and not title:
                    title = heading
                elif heading:
                    steps.append(Step(_anchor(heading, steps), heading))
                (steps[-1].blocks if steps else lead).extend([Block("markdown", text)] if text else [])
        elif cell.cell_type == "code" and not SILENT & set(cell.metadata.get("tags", [])):
            blocks = list(_fold(cell.outputs))
            (steps[-1].blocks if steps else lead).extend(blocks)
            faults += [_no_alt(steps) for block in blocks if block.kind == "figure" and not block.alt]
    missing = {step.heading: why for step in steps if (why := _unanswered(step))}
    told = [step for step in steps if step.heading not in missing]
    return Page(title or "Untitled", lead, told, faults, [*missing.items()])


def _unanswered(step: Step) -> str:
    """Why a step shows nothing, where all it says is that the data are not there; else empty."""
    shown = [block.body if block.kind == "finding" else "" for block in step.blocks if block.kind != "markdown"]
    if not shown or not all(text.startswith(UNKNOWN) for text in shown):
        return ""
    reasons = [text.removeprefix(UNKNOWN) for text in dict.fromkeys(shown)]
    return " ".join(reason[:1].upper() + reason[1:] for reason in reasons)


def _no_alt(steps: list[Step]) -> str:
    where = f"in {steps[-1].heading!r} " if steps else ""
    return f"A picture {where}has no alternative text. Show it with display.figure(drawing, finding, caption)."


def _parts(source: str) -> Iterator[tuple[int, str, str]]:
    """Text of a markdown cell cut at its headings: level (0 for none), heading, text below."""
    fences = [match.span() for match in FENCE.finditer(source)]
    cuts = [m for m in HEADING.finditer(source) if not any(start <= m.start() < end for start, end in fences)]
    ends = [cut.start() for cut in cuts[1:]] + [len(source)]
    if before := source[: cuts[0].start() if cuts else len(source)].strip():
        yield 0, "", before
    for cut, end in zip(cuts, ends, strict=bool(cuts)):
        yield len(cut[1]), cut[2].strip(), source[cut.end() : end].strip()


def _anchor(heading: str, steps: list[Step]) -> str:
    taken = {step.anchor for step in steps}
    anchor = re.sub(r"[\W_]+", "-", heading.casefold()).strip("-") or "step"
    return anchor if anchor not in taken else f"{anchor}-{len(steps) + 1}"


def _fold(outputs: list[Any]) -> Iterator[Block]:
    """Outputs of a cell as blocks: a finding becomes the heading of the figure or table that follows it."""
    finding, last = "", ""
    for output in outputs:
        block = _block(output)
        if block is None or (block.kind == "caption" and last in ("figure", "table")):
            continue
        if finding and block.kind in ("figure", "table", "cards"):
            block, finding = replace(block, finding=finding), ""
        elif finding:
            yield Block("finding", finding)
            finding = ""
        last = block.kind
        if block.kind == "finding":
            finding = block.body
        else:
            yield block if block.kind != "caption" else Block("note", block.body)
    if finding:
        yield Block("finding", finding)


def _block(output: Any) -> Block | None:
    if output.output_type == "stream":
        return Block("text", output.text) if output.name == "stdout" and output.text.strip() else None
    if output.output_type not in ("display_data", "execute_result"):
        return None
    meta, content = output.metadata.get("seglib", {}), output.data
    role = meta.get("role", "")
    if role in ("finding", "note", "caption"):
        return Block(role, meta.get("text") or content.get("text/plain", ""))
    if "image/png" in content:
        alt = meta.get("alt") or output.metadata.get("image/png", {}).get("alt", "")
        return Block("figure", _picture(content["image/png"]), "", meta.get("caption", ""), alt.strip())
    if "text/html" in content:
        return Block(role or "html", content["text/html"], "", meta.get("caption", ""))
    return Block("markdown" if "text/markdown" in content else "text", _plain(content)) if _plain(content) else None


def _picture(png: str) -> str:
    """Data address of a picture, as WebP of few colours where that is smaller: half of the PNG, and looks the same."""
    from PIL import Image, features

    raw, packed = base64.b64decode(png), io.BytesIO()
    if features.check("webp"):
        few = Image.open(io.BytesIO(raw)).convert("RGB").quantize(COLOURS, Image.Quantize.MAXCOVERAGE)
        few.convert("RGB").save(packed, format="webp", lossless=True, quality=50, method=2)
    smaller = 0 < len(packed.getvalue()) < len(raw)
    return f"data:image/{'webp' if smaller else 'png'};base64," + base64.b64encode(
        packed.getvalue() if smaller else raw
    ).decode("ascii")


def _plain(content: Mapping[str, str]) -> str:
    return content.get("text/markdown") or content.get("text/plain", "")


@cache
def _exporter() -> Any:
    """The exporter with our template, where everything is escaped unless the template says otherwise."""
    from nbconvert import HTMLExporter

    exporter = HTMLExporter(template_name="template", extra_template_basedirs=[str(Path(__file__).parents[1])])
    exporter.environment.autoescape = True
    exporter.environment.trim_blocks = exporter.environment.lstrip_blocks = True
    return exporter


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
    html, _ = _exporter().from_notebook_node(document, resources={"page": page, **facts})
    return str(html)


def render(template: str, facts: Mapping[str, Any]) -> str:
    """HTML of another template of the same look, such as the index."""
    return str(_exporter().environment.get_template(template).render(resources=facts))
