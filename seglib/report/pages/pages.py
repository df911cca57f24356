"""An executed notebook as a page: title, steps, and in each step blocks of evidence under their findings."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from seglib.language.messages import gettext as _
from seglib.report.pages.drawings import UnsafeDrawingError, inline_svg
from seglib.report.pages.drawings import picture as _picture
from seglib.report.pages.markdown import headings, markdown_messages, translated
from seglib.show.pictures import picture_name

__all__ = ["Block", "Page", "Step", "markdown_messages", "page_html", "read_page", "render"]

SILENT = {"parameters", "injected-parameters"}
FRONT = "first-page"  # tag of a cell whose figure stands on the first page too
HOW = "how-we-know"  # tag of a heading whose step tells of methods: it folds away at the end of the page


@dataclass(frozen=True)
class Block:
    """One thing on a page.

    ``kind`` is one of markdown, key_numbers, finding, figure, table, cards, note, text, html; ``body`` is the
    markdown, HTML, text or data address of it; ``finding`` its heading; ``basis`` of how many, when and as of when it
    tells; ``why`` what a finding lacks that cannot be told; ``front`` stands on the first page of the run too;
    ``distance`` how far a headline lies from what chance and construction give, where it was held against them.
    ``picture`` names the same figure as PNG, where the run keeps it.
    """

    kind: str
    body: str = ""
    finding: str = ""
    caption: str = ""
    basis: str = ""
    alt: str = ""
    fault: str = ""
    why: str = ""
    front: bool = False
    distance: float | None = None
    picture: str = ""


@dataclass(frozen=True)
class Step:
    """A heading of the second level and what stands below it; ``key`` is the heading as the notebook has it.

    ``how`` is a step that tells of methods, and folds away at the end.
    """

    anchor: str
    heading: str
    key: str = ""
    blocks: list[Block] = field(default_factory=list)
    how: bool = False


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
    key: str = ""

    @property
    def blocks(self) -> list[Block]:
        """All blocks in their order."""
        return [*self.lead, *(block for step in self.steps for block in step.blocks)]

    @property
    def answers(self) -> list[Step]:
        """Steps that answer a question."""
        return [step for step in self.steps if not step.how]

    @property
    def methods(self) -> list[Step]:
        """Steps that tell how the answers are known."""
        return [step for step in self.steps if step.how]

    @property
    def pictures(self) -> list[tuple[str, Block]]:
        """Figures that stand on the first page of the run too, with the anchor of their step."""
        return [(step.anchor, block) for step in self.steps for block in step.blocks
                if block.front and block.kind == "figure"]  # fmt: skip

    @property
    def contents(self) -> list[tuple[str, str]]:
        """Anchor and heading of all that stands on the page."""
        told = [(step.anchor, step.heading) for step in self.answers]
        told += [("not-told", _("What do these data not tell?"))] * bool(self.missing)
        return told + [(HOW, _("How we know"))] * bool(self.methods)

    def mapped(self, change: Callable[[str], str]) -> Page:
        """The page with the HTML of its tables and cards changed."""

        def done(blocks: list[Block]) -> list[Block]:
            return [replace(one, body=change(one.body)) if one.kind in ("table", "cards") else one for one in blocks]

        return replace(self, lead=done(self.lead), steps=[replace(one, blocks=done(one.blocks)) for one in self.steps])

    def until(self, heading: str) -> Page:
        """Page that ends with the step of this heading; whole when there is none of that name."""
        ends = [place for place, step in enumerate(self.steps, 1) if heading in (step.key, step.heading)]
        kept = 0 if heading in (self.key, self.title) else (ends[0] if ends else len(self.steps))
        return replace(self, steps=self.steps[:kept])

    @property
    def headline(self) -> Block | None:
        """The headline of the page."""
        return next((block for block in self.blocks if block.kind == "headline"), None)

    def first_finding(self, beside: Collection[str] = ()) -> str:
        """What the page says first: its headline, else the finding of a figure, else any; empty where there is none.

        ``beside`` holds what stands elsewhere already.
        """
        leads = [block.body for block in self.blocks if block.kind == "headline"]
        drawn = [block.finding for block in self.blocks if block.kind == "figure"]
        others = [block.body if block.kind == "finding" else block.finding for block in self.blocks]
        return next((text for text in [*leads, *drawn, *others] if text and text not in beside), "")


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
