"""The PDF without a browser: who lacks one is told before anything runs; ids and links of the pages put together."""

import re
from pathlib import Path

import pytest

from seglib.command.cli import main
from seglib.errors import InputError
from seglib.report.handing import chromium
from seglib.report.handing.document import _chapter


def test_without_chromium_the_report_is_refused_before_anything_runs(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SEGLIB_CHROMIUM", "no-such-browser")
    rows = "".join(f"o{n},c{n % 7},2024-{1 + n % 9:02d}-15,{10 + n}\n" for n in range(40))
    Path("orders.csv").write_text(f"order_id,customer_id,ordered_at,amount\n{rows}")
    assert main(["report", "orders.csv", "--also", "pdf", "--quiet"]) == 2
    told = capsys.readouterr().err
    assert (
        "--also pdf: it is printed by Chromium, and SEGLIB_CHROMIUM is 'no-such-browser', which is no program" in told
    )
    Path("shop.toml").write_text('[tables.lines]\npath = "orders.csv"\n[report]\nalso = ["pdf"]\n')
    assert main(["report", "shop.toml", "--quiet"]) == 2
    monkeypatch.setenv("SEGLIB_CHROMIUM", "")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert main(["report", "shop.toml", "--quiet"]) == 2
    assert "none of chromium, " in capsys.readouterr().err
    assert not Path("reports").exists()


def test_a_browser_that_prints_nothing_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(chromium, "find_chromium", lambda: "false")
    with pytest.raises(InputError, match=r"Chromium could not print the report \(exit code 1\)"):
        chromium.print_page(tmp_path / "a.html", tmp_path / "a.pdf", tmp_path)


def test_pages_put_together_keep_their_ids_apart_and_their_links_within():
    drawing = (
        '<svg aria-labelledby="t d"><title id="t">T</title><use href="#m"/><path clip-path="url(#c)" id="m"/></svg>'
    )
    page = f'<main id="main"><h2 id="a">A</h2>{drawing}<a href="#a">1</a><a href="02_rfm.html">2</a>{{}}</main>'
    told = _chapter(
        page.format('<a href="segments/x.html">3</a><img src="data:image/png;base64,AA">'), "01_x", ["02_rfm"]
    )
    ids = re.findall(r'\sid="([^"]+)"', told)
    assert ids == ["01_x-a", "01_x-t", "01_x-m"]
    assert 'aria-labelledby="01_x-t 01_x-d"' in told
    assert "url(#01_x-c)" in told
    assert 'href="#01_x-m"' in told
    assert '<a href="#01_x-a">1</a><a href="#02_rfm">2</a><a>3</a><img src="data:image/png;base64,AA">' in told
