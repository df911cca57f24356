"""Heatmaps have fixed steps of one ramp, by day and by night; tables of thousands no cents; what is told of figures."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

import seglib
from seglib.language.words import count
from seglib.show.colours import AROUND, ON_DEEP, ON_FAINT, RAMP, STEPPED, contrast, on_step
from seglib.show.plots.facts import facts
from seglib.show.plots.marks import bars, heatmap
from seglib.show.plots.svg import svg
from seglib.show.table import table_html

STYLE = (Path(seglib.__file__).parent / "report" / "pages" / "template" / "style.css").read_text(encoding="utf-8")
NIGHT = dict(re.findall(r"--c-([0-9a-f]{6}): (#[0-9a-f]{6})", STYLE))


@pytest.mark.parametrize("step", [*RAMP, *AROUND])
def test_text_on_each_step_reads_by_day_and_by_night(step):
    ink = on_step(step)
    assert ink in (ON_DEEP, ON_FAINT)
    assert contrast(step, ink) >= 4.5
    assert contrast(NIGHT[step[1:]], NIGHT[ink[1:]]) >= 4.5


def test_by_night_more_is_lighter():
    light = [contrast(NIGHT[step[1:]], "#000000") for step in RAMP]
    assert light == sorted(light)


@pytest.mark.parametrize("middle", [None, 50])
def test_cells_have_colours_of_the_ramp_only(middle):
    values = pd.DataFrame([[float(10 * row + column) for column in range(9)] for row in range(9)])
    drawn = svg(heatmap(values, count, middle=middle, spread=45).get_figure())
    cells = set(re.findall(r'fill="var\(--c-([0-9a-f]{6}),', drawn))
    assert len(cells) >= 6
    assert {f"#{cell}" for cell in cells} <= STEPPED


def test_what_is_told_of_a_figure_does_not_stop_after_three_rows():
    names = [f"Kind {n}" for n in range(9)]
    drawing = bars(names, pd.Series(range(9, 0, -1)), [f"{n}%" for n in range(9)], "Share").get_figure()
    assert all(f"Kind {n}: {n}%" in facts(drawing) for n in range(9))


def test_a_column_with_thousands_has_no_cents():
    rows = pd.DataFrame({"name": ["a", "b"], "revenue": [1234.5, 12.6], "spend": [3.5, 4.0]})
    told = table_html(rows, currency="EUR")
    assert "€1,234" in told
    assert "€13<" in told
    assert "€3.50" in told
