"""Pictures of the demonstration shop's report for the README: ``python tests/pictures.py`` writes docs/pictures/.

It takes what ``make test-browser`` installs.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from PIL import Image

from seglib.report.run.report import run_report

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs" / "pictures"

PAGES = {"index": "index.html", "segment": "segments/rfm-champions.html"}
WIDE, HIGH, SHOWN = 1280, 1500, 800  # pixels of the window, and of the picture's width
COLOURS = 64  # enough for a page, and light


def small(picture: Path) -> None:
    """Scale a picture to the README's width, in few colours."""
    with Image.open(picture) as shot:
        scaled = shot.convert("RGB").resize((SHOWN, round(shot.height * SHOWN / shot.width)), Image.Resampling.LANCZOS)
    scaled.quantize(COLOURS).save(picture, optimize=True)


def shoot(folder: Path) -> None:
    """The first page and a segment's, by the browser that the tests drive."""
    from playwright.sync_api import ViewportSize, sync_playwright

    sys.path.append(str(ROOT / "tests" / "browser"))
    from chromium import launch

    with sync_playwright() as driver:
        browser = launch(driver)
        page = browser.new_page(viewport=ViewportSize(width=WIDE, height=HIGH))
        for name, file in PAGES.items():
            page.goto((folder / file).as_uri())
            page.screenshot(path=PICTURES / f"{name}.png")
            small(PICTURES / f"{name}.png")
        browser.close()


def main() -> None:
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        run = run_report("demo", out=Path(folder) / "demo", progress=lambda _line: None)
        shoot(run.folder)


if __name__ == "__main__":
    main()
