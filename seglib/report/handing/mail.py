"""The first page in a mail: ``digest.eml``, a draft to send, and ``digest.html``, the same to look at or to paste."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from seglib.language import words
from seglib.language.messages import gettext as _
from seglib.language.messages import mark
from seglib.report.handing.figures import drawn, picture_of
from seglib.report.handing.finished import Finished, Handed
from seglib.report.handing.mail_text import mail_text
from seglib.report.handing.message import Attached, written_mail
from seglib.report.pages.page import Block
from seglib.report.pages.pages import render
from seglib.show.colours import ACCENT, PAPER, readable

__all__ = ["mail", "mail_facts"]

MAIL, PAGE = "digest.eml", "digest.html"
MEANING = mark("The first page as a mail: a draft, to be sent to whom you choose. No customer is named in it.")
LOOK = mark("The same mail as a page, to look at or to paste.")
LARGEST_HTML = 80_000  # bytes; mail programs cut what is longer
LARGEST_PAGE = 1_500_000  # bytes of digest.html with its pictures
LETTERS = (500, 200, 80, 30)  # of a sentence, the first that makes the mail small enough
NAME = 60  # letters of a segment's name
SEGMENTS, PAGES, PICTURES = 6, 20, 4  # what a mail shows at most
TURNING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])  # marks that would turn what follows a name
LONG = 13  # letters of a number that does not fit beside another on a phone
WIDE = 552  # pixels of a picture


def mail(run: Finished) -> list[Handed]:
    """Write the mail and the page of it: the same bytes for the same run.

    Parameters
    ----------
    run : Finished

    Returns
    -------
    list of Handed, of two files.
    """
    for letters in LETTERS:
        told, pictures = mail_facts(run, letters)
        html = _html(told, {one.name: f"cid:{one.key}" for one in pictures})
        if len(html.encode()) < LARGEST_HTML:
            break
    day = dt.date.fromisoformat(run.record["as_of"])
    (run.folder / MAIL).write_bytes(written_mail(told["subject"], day, mail_text(told), html, pictures))
    page = _html(told, {one.name: _address(one) for one in pictures})
    if len(page) > LARGEST_PAGE:
        page = _html(told, {})
    (run.folder / PAGE).write_text(page, encoding="utf-8")
    return [Handed(MAIL, MEANING), Handed(PAGE, LOOK)]


def _html(told: Mapping[str, Any], addresses: Mapping[str, str]) -> str:
    shown = [{**one, "src": addresses[one["name"]]} for one in told["pictures"] if one["name"] in addresses]
    return render("mail.html.j2", {**told, "pictures": shown, "wide": WIDE})


def _address(picture: Attached) -> str:
    return f"data:image/png;base64,{base64.b64encode(picture.content).decode('ascii')}"


def mail_facts(run: Finished, letters: int = LETTERS[0]) -> tuple[dict[str, Any], list[Attached]]:
    """What stands in the mail, and its pictures.

    Parameters
    ----------
    run : Finished
    letters : int
        The longest that a sentence may be.
    """
    facts, report = run.facts, run.record.get("report", {})
    url = str(report.get("url") or "").removesuffix("index.html")
    base = f"{url.rstrip('/')}/" if url else ""
    pictures = _pictures(run, base, letters)
    accent = readable(str(report.get("accent") or ACCENT).lower(), (PAPER,))
    told = {
        **{key: facts[key] for key in ("language", "direction", "version")},
        "accent": accent,
        "shop": _short(facts["shop"], NAME),
        "dateline": facts["dateline"],
        "notice": _short(facts.get("notice") or "", letters),
        "subject": _("{shop}: customers as of {date}", shop=_short(facts["shop"], NAME),
                     date=words.date(dt.date.fromisoformat(run.record["as_of"]))),
        "failed": facts["failed"] if facts["failures"] else "",
        "numbers": facts["key_numbers"],
        "abreast": 2 if all(len(one["value"]) < LONG for one in facts["key_numbers"]) else 1,
        "news": _news(facts, letters),
        "pictures": [one for one, _picture in pictures],
        "segments": _segments(facts["segments"]),
        "actions": [_action(one, base, letters) for one in facts["actions"]],
        "pages": [_page(one, base, letters) for one in facts["pages"][:PAGES]],
        "trust": _trust(facts["trust"], letters),
        "link": f"{base}index.html" if base else "",
    }  # fmt: skip
    return told, [picture for _one, picture in pictures]


def _short(text: Any, letters: int) -> str:
    told = " ".join(str(text).translate(TURNING).split())
    return told if len(told) <= letters else f"{told[: letters - 1].rstrip()}…"


def _news(facts: Mapping[str, Any], letters: int) -> list[dict[str, Any]]:
    """What moved since an earlier run, what surprises most, and what changed within the data."""
    digest = facts["digest"] or {}
    moved = [*digest.get("sentences", ()), *digest.get("caveats", ())]
    surprising = [one["text"] for one in facts["surprises"]]
    parts = [
        (digest.get("title", ""), moved),
        (_("What surprises most?"), surprising),
        (facts["changed"], facts["changes"]),
    ]
    return [{"title": title, "lines": [_short(one, letters) for one in lines]} for title, lines in parts if lines]


def _pictures(run: Finished, base: str, letters: int) -> list[tuple[dict[str, str], Attached]]:
    """Those of the first page that the run has as PNG, with finding, alternative text and where there is more."""
    named = {id(one.block): one.name for each in run.outcomes for one in drawn(each.notebook.name, each.page)}
    found = list[tuple[dict[str, str], Attached]]()
    for one in run.facts["pictures"]:
        block: Block = one["block"]
        content = picture_of(block, run.pictures)
        if content and len(found) < PICTURES:
            picture = Attached(f"{named[id(block)]}.png", content)
            told = {"finding": block.finding, "caption": block.caption, "alt": block.alt, "more": one["more"]}
            told = {key: _short(text, letters) for key, text in told.items()}
            found.append(({**told, "name": picture.name, "href": base and f"{base}{one['href']}"}, picture))
    return found


def _segments(table: Mapping[str, Any]) -> dict[str, Any]:
    """The first rows of the table of the first page; an amount stands below its share, since mails are narrow."""
    rows, heads = table["rows"][:SEGMENTS], table.get("heads", [])
    paired = len(heads) == 5  # two shares and their amounts
    longest = max((len(cell["text"]) for row in rows for cell in row["cells"]), default=0)
    return {
        "first": 45 if longest >= LONG else 25,  # hundredths of the width for the first column of numbers
        "heads": heads[:3] if paired else heads,
        "rows": [
            {
                "name": _short(row["name"], NAME),
                "cells": _cells([cell["text"] for cell in row["cells"]], paired=paired),
                "width": next((cell["width"] for cell in row["cells"] if cell["width"] is not None), None),
            }
            for row in rows
        ],
    }


def _cells(texts: list[str], *, paired: bool) -> list[dict[str, str]]:
    shares, amounts = (texts[:2], texts[2:]) if paired else (texts, [""] * len(texts))
    return [{"text": text, "below": below} for text, below in zip(shares, amounts, strict=True)]


def _action(one: Mapping[str, Any], base: str, letters: int) -> dict[str, str]:
    told = {key: _short(one[key], letters) for key in ("kind", "action", "who")}
    href = f"{base}{one['href']}" if base and one["href"] else ""
    return {**told, "segment": _short(one["segment"], NAME), "href": href}


def _page(one: Mapping[str, Any], base: str, letters: int) -> dict[str, str]:
    stopped = _("Not complete: stopped in “{step}”.", step=one["step"]) if one["failed"] else ""
    told = {"label": one["label"], "title": one["title"], "finding": one["finding"], "failed": stopped}
    return {**{key: _short(text, letters) for key, text in told.items()}, "href": base and f"{base}{one['href']}"}


def _trust(lines: Sequence[Mapping[str, str]], letters: int) -> str:
    """How many checks are good, which are worth a look, and what became of the rows."""
    judged = [line for line in lines if line["state"] in ("good", "look")]
    if not judged:
        return ""
    good = sum(line["state"] == "good" for line in judged)
    look = list(dict.fromkeys(line["what"] for line in judged if line["state"] == "look"))
    told = [_("Checks that are good: {good} of {n}.", good=words.count(good), n=words.count(len(judged)))]
    told += [_("Worth a look: {what}.", what=words.joined(look))] if look else []
    told += [line["text"] for line in lines if line["what"] == _("Rows")][:1]
    return _short(" ".join(told), letters)
