"""A page looks the same whatever settings of matplotlib its maker has."""

from __future__ import annotations

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
