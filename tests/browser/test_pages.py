"""Every page of runs on real data and on hostile data, as a reader meets it."""

from __future__ import annotations

from pathlib import Path

import checks
import hostile
import pytest
from chromium import FONTS, Sheet, opened
from folders import PAGE_BYTES, RUN_BYTES, dead_links, weight
from runs import PAGES, REAL, SCREENSHOTS, page_file

SHOPS = (*REAL, *hostile.SHOPS)
NARROW, WIDE = 320, 1280
WIDTHS = (NARROW, 640, 768, WIDE)  # 640 is 1280 at a zoom of 200%
FEW = (NARROW, WIDE)
PHONE = 390


def none_of(faults: list[str]) -> None:
    """Fail with every fault on a line of its own."""
    unique = list(dict.fromkeys(faults))
    if unique:
        pytest.fail(f"{len(unique)} faults\n  - " + "\n  - ".join(unique), pytrace=False)


def by_night(sheet: Sheet, folder: Path, page: str) -> list[str]:
    """What is hard to read on a dark screen; pictures of the page by day, by night and on a phone are kept."""
    sheet.shoot(folder / f"{page}-{WIDE}-light.jpg")
    sheet.look(scheme="dark")
    faults = [f"dark: {fault}" for fault in checks.axe(sheet, rules=("color-contrast",))]
    sheet.shoot(folder / f"{page}-{WIDE}-dark.jpg")
    sheet.look()
    sheet.resize(PHONE)
    sheet.shoot(folder / f"{page}-{PHONE}-light.jpg")
    return faults


@pytest.fixture(params=[pytest.param((shop, page), id=f"{shop}-{page}") for shop in SHOPS for page in PAGES])
def place(request: pytest.FixtureRequest, run_of) -> tuple[str, Path]:
    shop, page = request.param
    return shop, page_file(run_of(shop), page)


@pytest.mark.parametrize("shop", SHOPS)
def test_the_run_is_complete_and_light(shop, run_of):
    folder = run_of(shop)
    log = (folder.parent / "log.txt").read_text(encoding="utf-8")
    assert log.startswith("exit code 0\n"), log
    weights = {path.name: weight(path) for path in folder.glob("*.html")}
    heavy = [f"{name} weighs {size:,} bytes without its tables" for name, size in weights.items() if size > PAGE_BYTES]
    whole = [f"the run weighs {sum(weights.values()):,} bytes"] * (sum(weights.values()) > RUN_BYTES)
    dead = [f"{path.name}: {fault}" for path in sorted(folder.glob("segments/*.html")) for fault in dead_links(path)]
    none_of(heavy + whole + dead)


def test_page(place, browser):
    """Silent, whole at every width, told to everyone, reached by keyboard, fit for paper; every link alive."""
    shop, path = place
    real = shop in REAL
    faults = dead_links(path)
    with opened(browser, path) as sheet:
        faults += checks.alternatives(sheet)
        for width in WIDTHS if real else FEW:
            sheet.resize(width)
            seen = checks.layout(sheet) + (checks.unfolded(sheet) if width in FEW else [])
            faults += [f"{width} px: {fault}" for fault in seen]
            if width == WIDE or (real and width == NARROW):
                faults += [f"{width} px: {fault}" for fault in checks.axe(sheet)]
        faults += checks.keyboard(sheet)
        if real:
            faults += by_night(sheet, SCREENSHOTS / shop, path.stem)
        faults += checks.paper(sheet)
        none_of(faults + sheet.faults)


@pytest.mark.parametrize("page", PAGES)
def test_page_in_any_font(page, writing, run_of):
    """Nothing over anything else, and nothing cut, whatever the reader's system writes in."""
    family, browser = writing
    faults = []
    with opened(browser, page_file(run_of("demo"), page)) as sheet:
        for width in FEW:
            sheet.resize(width)
            faults += [f"{family}, {width} px: {fault}" for fault in checks.layout(sheet)]
        assert sheet.fonts() & FONTS.keys() == {family}
    none_of(faults)
