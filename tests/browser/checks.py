"""What must hold for a page in a browser; each check gives its faults as sentences, none where all is well."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_FILE_PATH
from chromium import Sheet

TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
PAPER = (718, 1047)  # px of A4 less a margin of a centimetre: what Chromium prints by default
SHRINKS = 1.25  # a printed page wider than this much of the paper is shrunk until nobody can read it
SHEETS = 60
WORD = re.compile(r"\w{4,}|\d+")
FILENAME = re.compile(r"^\S+\.(png|jpe?g|svg|webp|gif)$", re.I)
LONG_ENOUGH = 20
SHARED_WORDS = 0.5


def layout(sheet: Sheet) -> list[str]:
    """No sideways scroll, no text over another, none cut; inside pictures too."""
    return list(sheet.ask("__pageChecks.layout()"))


def unfolded(sheet: Sheet) -> list[str]:
    """The same with every definition and list of contents open."""
    sheet.ask("__pageChecks.unfold()")
    faults = [f"unfolded: {fault}" for fault in layout(sheet)]
    sheet.ask("__pageChecks.fold()")
    return faults


def alternatives(sheet: Sheet) -> list[str]:
    """Every picture says in words what it shows."""
    return [fault for figure in sheet.ask("__pageChecks.figures()") for fault in _alternative(figure)]


def _alternative(figure: dict[str, Any]) -> list[str]:
    alt, what = figure["alt"], figure["what"]
    if figure["role"] != "img":
        return [f"{what} is no picture to a screen reader (role {figure['role']!r})"]
    if figure["logo"]:
        return [] if alt else [f"{what} has no alternative text"]
    if len(alt) <= LONG_ENOUGH or FILENAME.match(alt):
        return [f"{what} has no meaningful alternative text: {alt!r}"]
    told = set(WORD.findall(f"{figure['finding'] or figure['caption']}".casefold()))
    said = set(WORD.findall(alt.casefold()))
    if told and len(told & said) / len(told) < SHARED_WORDS:
        return [f"{what} does not say in its alt what its finding says: {alt!r}"]
    return []


@cache
def _axe() -> str:
    return Path(AXE_FILE_PATH).read_text(encoding="utf-8")


def axe(sheet: Sheet, rules: Sequence[str] = ()) -> list[str]:
    """Violations of WCAG 2.2 AA and good practice that axe-core finds; of all its rules, or these."""
    if not sheet.ask("Boolean(window.axe)"):
        sheet.ask(_axe())
    asked = {"runOnly": list(rules or TAGS), "resultTypes": ["violations"], "preload": False}
    found = sheet.ask(f"axe.run(document, {json.dumps(asked)}).then(told => told.violations)")
    return [
        f"axe {rule['id']} ({rule['impact']}): {rule['help']}: {node['target']} {node['html'][:120]}"
        for rule in found
        for node in rule["nodes"]
    ]


def keyboard(sheet: Sheet) -> list[str]:
    """Tab comes to everything that can be followed, opened or scrolled, and shows where it is."""
    waiting = dict(enumerate(sheet.ask("__pageChecks.reachable()")))
    faults, stops = [], 2 * len(waiting) + 20
    for _stop in range(stops):
        sheet.page.keyboard.press("Tab")
        at = sheet.ask("__pageChecks.focused()")
        if at is None:
            break
        waiting.pop(at["place"], None)
        faults += [f"keyboard: {at['name']}: {wrong}" for wrong in at["wrong"]]
    else:
        faults.append(f"keyboard: after {stops} times Tab the page is not left")
    return faults + [f"keyboard: never reached: {name}" for name in waiting.values()]


def paper(sheet: Sheet) -> list[str]:
    """On A4: nothing runs off the sheet, no picture is cut, and a PDF of a sane length comes out."""
    sheet.look(media="print")
    sheet.resize(*PAPER)
    faults = [f"print: {fault}" for fault in sheet.ask("__pageChecks.layout()") if "scrolls sideways" not in fault]
    faults += [f"print: {fault}" for fault in sheet.ask(f"__pageChecks.paper({PAPER[1]})")]
    wide, high = sheet.ask("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
    if wide > SHRINKS * PAPER[0]:
        faults.append(f"print: the page is {wide / PAPER[0]:.1f} times as wide as the paper")
    margins = dict.fromkeys(("top", "right", "bottom", "left"), "1cm")
    pdf = sheet.page.pdf(format="A4", margin=margins, print_background=True)  # type: ignore[arg-type]
    sheets, least = len(re.findall(rb"/Type\s*/Page\b", pdf)), high / PAPER[1] / SHRINKS**2
    if not least / 1.5 <= sheets <= min(SHEETS, 2 * high / PAPER[1] + 3):
        faults.append(f"print: {sheets} sheets of paper for a page {high} px high")
    sheet.look()
    return faults
