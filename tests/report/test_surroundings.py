"""A report is the same whatever settings of matplotlib its maker has, and wherever temporary files go."""

from __future__ import annotations

import tempfile

from seglib.command.cli import main

DRAWS = (
    "from seglib import display\n"
    "from seglib.show.plots.theme import canvas\n"
    "drawing, axes = canvas()\n"
    "axes.plot([1, 2])\naxes.set_xlabel('Cups')\n"
    'display.figure(axes, "One to two.", "Cups a month.", data.basis)'
)


def test_a_matplotlibrc_of_the_user_changes_no_page(tiny, write_page, monkeypatch):
    for folder in (tiny / "own", tiny):
        folder.mkdir(exist_ok=True)
        (folder / "matplotlibrc").write_text("text.usetex: True\nlines.linewidth: 99\nfont.size: 40\n")
    monkeypatch.setenv("MPLCONFIGDIR", str(tiny / "own"))
    write_page(DRAWS)
    assert main(["report", "orders.csv", "--quiet"]) == 0
    page = (tiny / "reports" / "orders" / "01_one.html").read_text(encoding="utf-8")
    assert "Cups" in page
    assert "stroke-width: 99" not in page
    assert "stroke-width:99" not in page


def test_a_temporary_folder_with_a_path_too_long_for_a_socket_will_do(tiny, monkeypatch):
    long = tiny / ("x" * 120)
    long.mkdir()
    monkeypatch.setenv("TMPDIR", str(long))
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    assert main(["report", "orders.csv", "--quiet"]) == 0
    assert list(long.iterdir()) == []
