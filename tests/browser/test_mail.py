"""The first page as a mail, as a wide and a narrow window shows it."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from chromium import opened
from runs import ROOT, SCREENSHOTS, source_of

SHOPS = ("demo", "markup", "endless", "billions")
WIDTHS = (600, 360)


@pytest.fixture(scope="module", params=SHOPS)
def mail(request, tmp_path_factory):
    """Name of a shop and its ``digest.html``, with the figures of two pages."""
    folder = tmp_path_factory.mktemp(request.param)
    asked = ["--only", "01,02", "--also", "eml", "--out", str(folder / "out"), "--quiet"]
    subprocess.run(
        [sys.executable, "-m", "seglib", "report", source_of(request.param, folder), *asked],
        cwd=ROOT, env={**os.environ, "PYTHONUTF8": "1"}, check=False,
    )  # fmt: skip
    return request.param, folder / "out" / "digest.html"


def test_a_mail_fits_its_window_and_shows_its_pictures(mail, browser):
    shop, path = mail
    with opened(browser, path) as sheet:
        for width in WIDTHS:
            sheet.resize(width)
            sheet.shoot(SCREENSHOTS / shop / f"mail-{width}.jpg")
            assert sheet.ask("document.documentElement.scrollWidth") <= width
            cells = "[...document.querySelectorAll('td, th, img')]"
            wide = f"{cells}.filter(one => one.getBoundingClientRect().right > innerWidth + 1)"
            assert sheet.ask(f"{wide}.map(one => one.textContent.slice(0, 60))") == []
        pictures = "[...document.images].map(one => one.naturalWidth)"
        assert set(sheet.ask(pictures)) == {1600}
        assert sheet.faults == []
