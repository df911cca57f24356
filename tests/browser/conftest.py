"""A browser for each worker, and the runs that all of them look at."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from chromium import FONTS, font_file, launch, only_font
from playwright.sync_api import Browser, Playwright, sync_playwright
from runs import run_folder


@pytest.fixture(scope="session")
def driver() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(driver) -> Iterator[Browser]:
    opened = launch(driver)
    yield opened
    opened.close()


@pytest.fixture(scope="session", params=FONTS)
def writing(request, driver, tmp_path_factory) -> Iterator[tuple[str, Browser]]:
    """A family, and a browser that writes every page in it."""
    if not font_file(request.param):
        pytest.skip(f"{request.param} is not installed")
    opened = launch(driver, only_font(request.param, tmp_path_factory.mktemp("fonts")))
    yield request.param, opened
    opened.close()


@pytest.fixture(scope="session")
def run_of(tmp_path_factory: pytest.TempPathFactory, worker_id: str):
    """Folder of a shop's report; SEGLIB_BROWSER_RUNS keeps the runs from one time to the next."""
    own = tmp_path_factory.getbasetemp()
    kept = os.environ.get("SEGLIB_BROWSER_RUNS", "")
    base = Path(kept) if kept else (own if worker_id == "master" else own.parent) / "runs"
    return lambda shop: run_folder(base, shop)
