"""The system's Chromium: where it is, how it is started, in which font, and a page whose every fault is kept."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, Playwright, ViewportSize

from seglib.report.handing.chromium import find_chromium, flags, lacking_chromium

FONTS = {  # what pages are looked at in: the family of the system's sans, and its files (regular, bold) and package
    "DejaVu Sans": ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "fonts-dejavu-core"),
    "Noto Sans": ("NotoSans-Regular.ttf", "NotoSans-Bold.ttf", "fonts-noto-core"),
    "Liberation Sans": ("LiberationSans-Regular.ttf", "LiberationSans-Bold.ttf", "fonts-liberation"),
}
FOLDERS = [Path(name).expanduser() for name in ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts")]
ONLY_FONT = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><include ignore_missing="yes">/etc/fonts/fonts.conf</include><match target="pattern">
<edit name="family" mode="assign" binding="strong"><string>{family}</string></edit></match></fontconfig>"""
SCRIPT = Path(__file__).with_name("checks.js").read_text(encoding="utf-8")
PAGE_HEIGHT = 900
SLICE = 8000  # px; what a picture of a page may be high


class NoBrowserError(RuntimeError):
    """There is no Chromium."""


def browser_there() -> str:
    """Path of the browser."""
    if lacking := lacking_chromium():
        raise NoBrowserError(lacking)
    return find_chromium()


def font_file(family: str, *, bold: bool = False) -> Path | None:
    """File of a family, None where it is not installed."""
    name = FONTS[family][bold]
    return next((path for folder in FOLDERS for path in folder.rglob(name)), None)


def launch(driver: Playwright, fonts: Path | None = None) -> Browser:
    """A headless browser that asks nobody anything, with a fontconfig file of its own or the system's."""
    own: dict[str, Any] = {"env": {**os.environ, "FONTCONFIG_FILE": str(fonts)}} if fonts else {}
    return driver.chromium.launch(executable_path=browser_there(), args=flags(), **own)


def only_font(family: str, folder: Path) -> Path:
    """Fontconfig file by which every page is in this family; letters it lacks are in another."""
    path = folder / "fonts.conf"
    path.write_text(ONLY_FONT.format(family=family), encoding="utf-8")
    return path


@dataclass
class Sheet:
    """An open page; ``faults`` holds what the browser said, asked for or refused."""

    page: Page
    session: Any
    faults: list[str] = field(default_factory=list)

    def ask(self, expression: str) -> Any:
        """Value of an expression; through the debugger, since the page's policy forbids scripts."""
        answer = self.session.send(
            "Runtime.evaluate", {"expression": expression, "returnByValue": True, "awaitPromise": True}
        )
        if "exceptionDetails" in answer:
            raise AssertionError(f"{expression[:80]}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def fonts(self) -> set[str]:
        """Families that the browser really wrote in: the heading, and every text of a picture."""
        self.session.send("DOM.enable")
        self.session.send("CSS.enable")
        root = self.session.send("DOM.getDocument")["root"]["nodeId"]
        texts = self.session.send("DOM.querySelectorAll", {"nodeId": root, "selector": "h1, svg text"})["nodeIds"]
        told = [self.session.send("CSS.getPlatformFontsForNode", {"nodeId": text})["fonts"] for text in texts]
        return {font["familyName"] for fonts in told for font in fonts}

    def resize(self, width: int, height: int = PAGE_HEIGHT) -> None:
        self.page.set_viewport_size(ViewportSize(width=width, height=height))

    def look(self, *, scheme: str = "light", media: str = "screen") -> None:
        """Light or dark, on the screen or on paper."""
        self.page.emulate_media(media=media, color_scheme=scheme)  # type: ignore[arg-type]

    def shoot(self, path: Path) -> None:
        """Picture of the whole page, in slices where it is very high."""
        path.parent.mkdir(parents=True, exist_ok=True)
        width = self.page.viewport_size["width"]  # type: ignore[index]
        height = int(self.ask("document.documentElement.scrollHeight"))
        for number, top in enumerate(range(0, height, SLICE), 1):
            part = path if height <= SLICE else path.with_stem(f"{path.stem}-{number}")
            clip = {"x": 0, "y": top, "width": width, "height": min(SLICE, height - top)}
            self.page.screenshot(path=part, type="jpeg", quality=80, full_page=True, clip=clip)  # type: ignore[arg-type]


@contextmanager
def opened(browser: Browser, path: Path, *, width: int = 1280) -> Iterator[Sheet]:
    """A file in a fresh, offline context; every message, error, request and refusal is kept as a fault."""
    context = browser.new_context(offline=True, viewport=ViewportSize(width=width, height=PAGE_HEIGHT))
    page = context.new_page()
    sheet = Sheet(page, context.new_cdp_session(page))
    own = path.resolve().as_uri()
    page.on("console", lambda message: sheet.faults.append(f"console {message.type}: {message.text}"))
    page.on("pageerror", lambda error: sheet.faults.append(f"page error: {error}"))
    page.on(
        "request", lambda asked: asked.url.startswith(("data:", own)) or sheet.faults.append(f"request: {asked.url}")
    )
    sheet.session.on("Audits.issueAdded", lambda told: sheet.faults.append(f"issue: {told['issue']['code']} {told}"))
    sheet.session.send("Audits.enable")
    page.goto(own, wait_until="load")
    sheet.ask(SCRIPT)
    try:
        yield sheet
    finally:
        context.close()


def lacking() -> list[str]:
    """Packages of Debian for what is not there: the browser, the fonts."""
    lack = [package for family, (*_, package) in FONTS.items() if not font_file(family)]
    try:
        browser_there()
    except NoBrowserError:
        lack += [] if os.environ.get("SEGLIB_CHROMIUM") else ["chromium"]
    return lack


def install(packages: list[str]) -> None:
    """The system's own packages, where one may install them."""
    apt = shutil.which("apt-get")
    if not packages or not apt or os.geteuid() != 0:
        return
    print(f"Installing {', '.join(packages)} (once) ...", flush=True)
    for words in (["update", "-qq"], ["install", "-qq", "-y", "--no-install-recommends", *packages]):
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run([apt, *words], env=quiet, stdout=subprocess.DEVNULL, check=False)


def main() -> int:
    """Says where the browser is and which fonts there are not; installs what is missing."""
    install(lacking())
    for family, (*_, package) in FONTS.items():
        if not font_file(family):
            print(f"No page is looked at in {family}: install it (apt-get install {package}).", file=sys.stderr)
    try:
        print(f"Browser: {browser_there()}")
    except NoBrowserError as error:
        print(f"There is no Chromium: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
