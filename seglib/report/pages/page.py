"""A page of a report: title, steps, and in each step blocks of evidence under their findings."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace

from seglib.language.messages import gettext as _

__all__ = ["HOW", "Block", "Page", "Step"]

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
        leads = [self.headline.body] if self.headline else []
        drawn = [block.finding for block in self.blocks if block.kind == "figure"]
        others = [block.body if block.kind == "finding" else block.finding for block in self.blocks]
        return next((text for text in [*leads, *drawn, *others] if text and text not in beside), "")
