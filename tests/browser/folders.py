"""What can be told of a run's files without a browser: dead links, ids said twice, weights."""

from __future__ import annotations

import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

__all__ = ["PAGE_BYTES", "RUN_BYTES", "dead_links", "weight"]

PAGE_BYTES = 200_000
RUN_BYTES = 1_500_000
TABLE = re.compile(rb"<table\b.*?</table>", re.S)


class Targets(HTMLParser):
    """Addresses that a page names, and the ids to which others may point."""

    def __init__(self) -> None:
        super().__init__()
        self.hrefs: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if "id" in told:
            self.ids.append(told["id"] or "")
        if "href" in told and tag != "use":
            self.hrefs.append(told["href"] or "")


@cache
def _targets(path: Path) -> Targets:
    targets = Targets()
    targets.feed(path.read_text(encoding="utf-8"))
    return targets


def dead_links(path: Path) -> list[str]:
    """Links of a page that lead nowhere, or out of the report, where nobody can promise anything; ids said twice."""
    told = _targets(path)
    twice = sorted({one for one in told.ids if told.ids.count(one) > 1})
    return [f"id {one!r} stands more than once" for one in twice] + [
        f"link {href!r}: {why}" for href in dict.fromkeys(told.hrefs) if (why := _dead(path, href))
    ]


def _dead(path: Path, href: str) -> str:
    parts = urlsplit(href)
    if parts.scheme == "data":
        return ""
    if parts.scheme or parts.netloc:
        return "leads out of the report"
    target = path.parent / unquote(parts.path) if parts.path else path
    if not target.is_file():
        return "there is no such file"
    if not parts.fragment or parts.fragment == "top":
        return ""
    return "" if unquote(parts.fragment) in _targets(target).ids else "nothing in that page has this id"


def weight(path: Path) -> int:
    """Bytes of a page without its tables."""
    return len(TABLE.sub(b"", path.read_bytes()))
