"""Labels of figures: none upon another, none that leaves no room for the picture."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from seglib.language import messages
from seglib.show.plots import exploration, personas
from seglib.show.plots.fitting import cut, wrapped
from seglib.show.plots.renderer import POINTS, Renderer
from seglib.show.plots.svg import svg
from seglib.show.plots.theme import canvas

LONG = "Wholesale customers of Munster who order before every holiday and never send anything back"
MONEY = [f"IDR {n},000,000,000" for n in (1, 2, 5, 10, 20, 50)]


@pytest.fixture
def italian() -> Iterator[None]:
    messages.speak("it")
    yield
    messages.speak()


def measuring(drawing: Figure) -> Renderer:
    return Renderer(*drawing.get_size_inches() * POINTS)


def overlaps(axes: Axes) -> bool:
    drawing: Any = axes.get_figure()
    boxes = [label.get_window_extent(measuring(drawing)) for label in axes.get_xticklabels() if label.get_text()]
    return any(left.x1 > right.x0 for left, right in pairwise(boxes))


def test_numbers_that_would_touch_are_left_out() -> None:
    drawing, axes = canvas(4, 2)
    axes.set_xticks(range(6), MONEY)
    axes.set_xlim(-0.5, 5.5)
    svg(drawing)
    shown = [label.get_text() for label in axes.get_xticklabels()]
    assert 1 < len(shown) < 6
    assert shown[0] == MONEY[0]
    assert axes.get_xlim() == (-0.5, 5.5)
    assert not overlaps(axes)


def test_nought_stays_a_tick() -> None:
    drawing, axes = canvas(1.6, 2)
    axes.set_xticks(np.linspace(-1, 1, 9), [f"{at:.2f}" for at in np.linspace(-1, 1, 9)])
    axes.set_xlim(-1, 1)
    svg(drawing)
    assert 0.0 in axes.get_xticks()
    assert len(axes.get_xticks()) < 9


def test_names_that_would_touch_slant_and_all_stay() -> None:
    drawing, axes = canvas(4, 3)
    names = ["Items per order", "Recency (days)", "Average order", "Days between\norders"]
    axes.set_xticks(range(4), names)
    svg(drawing)
    labels = axes.get_xticklabels()
    assert [label.get_text() for label in labels] == [name.replace("\n", " ") for name in names]
    assert {label.get_rotation() for label in labels} == {35.0}
    assert {label.get_horizontalalignment() for label in labels} == {"right"}


def test_names_above_slant_away_from_the_picture() -> None:
    drawing, axes = canvas(3, 3)
    axes.xaxis.tick_top()
    axes.tick_params(top=False)
    axes.set_xticks(range(3), ["Items per order", "Recency (days)", "Average order"])
    svg(drawing)
    assert {label.get_horizontalalignment() for label in axes.get_xticklabels()} == {"left"}


def test_what_fits_stays_as_it_is() -> None:
    drawing, axes = canvas()
    axes.barh(["Tea", "Cups"], [3, 2])
    axes.set(xlabel="Orders", ylabel="Line")
    before = [label.get_text() for label in (*axes.get_xticklabels(), *axes.get_yticklabels())]
    svg(drawing)
    assert [label.get_text() for label in (*axes.get_xticklabels(), *axes.get_yticklabels())] == before
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("Orders", "Line")


@pytest.mark.parametrize("name", [LONG, "W" * 90, "x"])
def test_names_of_rows_leave_room_for_the_picture(name: str) -> None:
    drawing, axes = canvas()
    axes.barh([0, 1], [3, 2])
    axes.set_yticks([0, 1], [name, "Tea"])
    svg(drawing)
    assert axes.get_window_extent().width > 0.45 * drawing.bbox.width
    assert (axes.get_yticklabels()[0].get_text() == name) == (len(name) == 1)


def test_long_titles_of_axes_take_lines() -> None:
    drawing, axes = canvas(4, 3)
    axes.set(xlabel=LONG, ylabel=LONG)
    svg(drawing)
    for told in (axes.get_xlabel(), axes.get_ylabel()):
        assert "\n" in told
        assert told.replace("\n", " ") == LONG


def test_a_figure_without_a_layout_of_its_own_is_mended_too() -> None:
    drawing = Figure(figsize=(3, 2))
    axes = drawing.subplots()
    axes.set_xticks(range(6), MONEY)
    assert svg(drawing).count("IDR") < 6


@pytest.mark.usefixtures("italian")
def test_ticks_have_the_separators_of_the_language() -> None:
    drawing, axes = canvas(4, 3)
    axes.plot([0, 1], [0, 2.5])
    axes.set_yticks([0, 1.25, 2.5])
    axes.set_xlim(0, 40_000)
    page = svg(drawing)
    assert ">1,25<" in page
    assert re.search(r">40\.000<", page)


def test_years_have_no_separators() -> None:
    drawing, axes = canvas()
    axes.set_xlim(1990, 2014)
    assert ">2010<" in svg(drawing)


@pytest.mark.parametrize("best", [2, 5, 8])
def test_the_recommended_number_of_groups_is_written_beside_the_ticks(best: int) -> None:
    k = pd.Series(range(2, 9))
    rows = pd.DataFrame({"k": k, "recommended": k == best, "stability": 0.7, "stability_low": 0.5, "silhouette": 0.2})
    drawing = personas.compare_k(rows.assign(silhouette_reference=0.1))
    assert drawing is not None
    svg(drawing)
    left = drawing.axes[0]
    told = next(text for text in left.texts if "recommended" in text.get_text())
    box, frame = told.get_window_extent(measuring(drawing)), left.get_window_extent()
    assert frame.x0 < box.x0 < box.x1 < frame.x1 + 5


def test_orders_of_billions() -> None:
    edges = np.geomspace(5e8, 3e11, 20)
    bars = pd.DataFrame({"from_order_value": edges[:-1], "to_order_value": edges[1:], "orders": 5})
    axes = exploration.order_values(bars, pd.DataFrame({"quantile": [0.5, 0.9], "order_value": [2e10, 9e10]}), "IDR")
    assert axes is not None
    drawing: Any = axes.get_figure()
    svg(drawing)
    assert len(axes.get_xticks()) > 1
    assert not overlaps(axes)


def test_cut_and_wrapped() -> None:
    assert cut("Tea", 1, len) == "T…"  # never less
    assert cut("", 3, len) == ""
    assert wrapped("", 5) == ""
    assert wrapped("x" * 40, 10, 2).endswith("…")
    assert wrapped("Days between orders and more of it", 12, 2).count("\n") == 1
