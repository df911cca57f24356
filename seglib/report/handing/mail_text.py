"""The mail as plain text, for programs and people who read no HTML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from seglib.language.messages import gettext as _

__all__ = ["mail_text"]


def mail_text(told: Mapping[str, Any]) -> str:
    """The same content as the HTML, a line each.

    Parameters
    ----------
    told : mapping
        From :func:`seglib.report.handing.mail.mail_facts`.
    """
    parts = [*_above(told), *_sections(told), *_below(told)]
    return "\n\n".join("\n".join(lines) for lines in parts if lines) + "\n"


def _above(told: Mapping[str, Any]) -> Iterator[list[str]]:
    yield [told["shop"], _("Customer segmentation"), told["dateline"]]
    yield [told["failed"]] if told["failed"] else []
    yield [f"{one['term']}: {one['value']}" + (f" ({one['small']})" if one["small"] else "") for one in told["numbers"]]


def _sections(told: Mapping[str, Any]) -> Iterator[list[str]]:
    for part in told["news"]:
        yield _titled(part["title"], part["lines"])
    yield _titled(_("The shop at a glance"), [one["finding"] or one["alt"] for one in told["pictures"]])
    heads = told["segments"]["heads"][1:]
    yield _titled(_("Which segments make the money?"), [_segment(row, heads) for row in told["segments"]["rows"]])
    yield _titled(_("What to do next?"), [_action(one) for one in told["actions"]])
    yield _titled(_("What do the pages answer?"), [_page(one) for one in told["pages"]])
    yield [_("How far can this be trusted?").upper(), told["trust"]] if told["trust"] else []


def _below(told: Mapping[str, Any]) -> Iterator[list[str]]:
    yield [f"{_('Open the report')}: {told['link']}"] if told["link"] else []
    yield [*([told["notice"]] if told["notice"] else []), f"{_('Made with')}: seglib {told['version']}"]


def _titled(title: str, lines: list[str]) -> list[str]:
    return [title.upper(), *(f"- {line}" for line in lines)] if lines else []


def _segment(row: Mapping[str, Any], heads: list[str]) -> str:
    cells = [cell["text"] + (f" ({cell['below']})" if cell["below"] else "") for cell in row["cells"]]
    return f"{row['name']}: " + ", ".join(f"{head} {cell}" for head, cell in zip(heads, cells, strict=True))


def _action(one: Mapping[str, str]) -> str:
    return f"{one['segment']}: {one['action']} {one['who']}"


def _page(one: Mapping[str, str]) -> str:
    told = " ".join(text for text in (one["title"], one["finding"], one["failed"], one["href"]) if text)
    return f"{one['label']}: {told}"
