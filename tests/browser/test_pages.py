"""Every page of runs on real data and on hostile data, as a reader meets it."""

from __future__ import annotations

from pathlib import Path

import checks
import hostile
import pytest
from chromium import opened
from folders import PAGE_BYTES, RUN_BYTES, dead_links, weight
from runs import PAGES, REAL, SCREENSHOTS, page_file

SHOPS = (*REAL, *hostile.SHOPS)
WIDTHS = (320, 640, 768, 1280)  # 640 is 1280 at a zoom of 200%
FEW = (320, 1280)


def none_of(faults: list[str]) -> None:
    """Fail with every fault on a line of its own."""
    unique = list(dict.fromkeys(faults))
    if unique:
        pytest.fail(f"{len(unique)} faults\n  - " + "\n  - ".join(unique), pytrace=False)


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
    none_of(heavy + whole)


def test_page(place, browser):
    """Silent, whole at every width, told to everyone, reached by keyboard, fit for paper; every link alive."""
    shop, path = place
    real = shop in REAL
    faults = dead_links(path)
    with opened(browser, path) as sheet:
        faults += checks.alternatives(sheet)
        for width in WIDTHS if real else FEW:
            sheet.resize(width)
            faults += [f"{width} px: {fault}" for fault in checks.layout(sheet) + checks.unfolded(sheet)]
            for scheme in ("light", "dark") if real else ("light",):
                sheet.look(scheme=scheme)
                if width == FEW[-1] or (width == FEW[0] and scheme == "light"):
                    faults += [f"{width} px, {scheme}: {fault}" for fault in checks.axe(sheet)]
                if width != 640:
                    sheet.shoot(SCREENSHOTS / shop / f"{path.stem}-{width}-{scheme}.jpg")
        sheet.look()
        faults += checks.keyboard(sheet)
        faults += checks.paper(sheet)
        none_of(faults + sheet.faults)
