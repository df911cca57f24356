"""Figures of the journeys page: they say what the table says, and survive awkward ones."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes

from seglib.show.plots import journeys as plots
from seglib.tables.intervals import kaplan_meier, with_shares

LONG = "A name far too long to stand beside a bar in any figure that fits a page $ & _ ^ {"
EVERYONE = "Everyone"


def drawn(axes: Any) -> Axes:
    """What a report does: render it."""
    assert isinstance(axes, Axes)
    axes.get_figure().canvas.draw()  # type: ignore[union-attr]
    return axes


def texts(axes: Axes) -> list[str]:
    return [text.get_text().strip() for text in axes.texts]


def stages_of(people: list[int], groups: list[str]) -> pd.DataFrame:
    parts = []
    for group in groups:
        table = pd.DataFrame({"group": group, "stage": [f"stage {n}" for n in range(len(people))], "people": people})
        table["of"] = table["people"].shift().astype("Int64")
        table["dropped"] = table["of"] - table["people"]
        parts.append(with_shares(table, "people", "of"))
    return pd.concat(parts, ignore_index=True)


def test_stages_tell_who_goes_on_and_who_does_not() -> None:
    axes = drawn(plots.stages(stages_of([1000, 250, 100], [EVERYONE])))
    assert len(axes.patches) == 3
    assert texts(axes) == [
        *("1,000", "250: 25% (22% to 28%)", "↓ 750 go no further so far (75%)"),
        *("100: 40% (34% to 46%)", "↓ 150 go no further so far (60%)"),
    ]


@pytest.mark.parametrize("people", [[5], [5, 0], [5, 0, 0], [1, 1]])
def test_stages_of_hardly_anybody(people: list[int]) -> None:
    assert len(drawn(plots.stages(stages_of(people, [EVERYONE]))).patches) == len(people)


@pytest.mark.parametrize("groups", [["a", "b"], [LONG, "x"], [f"group {n}" for n in range(40)]])
def test_groups_stand_in_panels(groups: list[str]) -> None:
    axes = drawn(plots.stages_by(stages_of([100, 50, 20, 10, 4], [EVERYONE, *groups])))
    figure: Any = axes.get_figure()
    assert len(figure.axes) == 3
    assert len(axes.get_yticks()) == min(14, len(groups))


def test_funnel_has_a_bar_a_step() -> None:
    table = stages_of([40, 20], [EVERYONE]).rename(columns={"stage": "step", "people": "count"}).drop(columns="group")
    assert len(drawn(plots.funnel(table)).patches) == 2


def test_channels_have_a_first_and_a_last_touch() -> None:
    table = pd.DataFrame({"group": EVERYONE, "channel": ["ad", LONG], "people": 9, "first": [6, 3], "last": [0, 9]})
    table = with_shares(with_shares(table, "first", "people", "first"), "last", "people", "last")
    assert texts(drawn(plots.touch_channels(table))) == ["67% first touch", "33%", "0% last touch", "100%"]


@pytest.mark.parametrize("n", [1, 2, 11])
def test_paths_have_a_bar_each(n: int) -> None:
    table = pd.DataFrame({"path": [f"view > {LONG} > {k}" for k in range(n)], "values": 1, "journeys_share": 1 / n})
    assert len(drawn(plots.paths(table.assign(ordered_share=np.nan))).patches) == n
    assert "50% of them order" in texts(drawn(plots.paths(table.assign(ordered_share=0.5))))[0]


def firsts(n: int) -> pd.DataFrame:
    table = pd.DataFrame({"product_name": [EVERYONE, *(f"p{k}" for k in range(n))], "customers": 100, "came": 40})
    return with_shares(table, "came", "customers").assign(differs=[False] * n + [True])


def test_first_products_that_differ_are_always_drawn() -> None:
    axes = drawn(plots.first_product(firsts(40)))
    assert len(axes.get_yticks()) == 16
    assert "p39" in [tick.get_text() for tick in axes.get_yticklabels()]


def test_carts_leave_the_others_out() -> None:
    carts = pd.DataFrame({"category": ["a", LONG], "values": 1, "carts": [9, 4], "abandoned": [3, 1]})
    carts = with_shares(carts, "abandoned", "carts").assign(value=[5.0, np.nan], unpriced=[0, 1])
    carts = pd.concat([carts, carts.tail(1).assign(category="Other (72)", values=72, carts=9000)])
    assert texts(drawn(plots.abandoned_carts(carts, "EUR"))) == ["3 of 9 (33%), €5.00", "1 of 4 (25%)"]


@pytest.mark.parametrize("scale", [0.01, 1, 100])
def test_answer_curve(scale: float) -> None:
    curve = kaplan_meier(np.arange(1, 30) * scale, [True] * 20 + [False] * 9)
    assert drawn(plots.answer_curve(curve)).get_ylim()[1] > 1


def preferences_of(groups: list[str], values: list[Any]) -> pd.DataFrame:
    rows = [(group, value, 50, 0.25, 120.0, group != EVERYONE) for group in [EVERYONE, *groups] for value in values]
    return pd.DataFrame(rows, columns=["group", "value", "of", "share", "index", "differs"]).assign(orders=50)


@pytest.mark.parametrize("groups", [["a"], [LONG], [f"g{n}" for n in range(40)]])
@pytest.mark.parametrize("values", [["Monday", "Sunday"], list(range(24)), ["web", LONG]])
def test_preferences_of_any_size(groups: list[str], values: list[Any]) -> None:
    axes = drawn(plots.preferences(preferences_of(groups, values)))
    assert len(axes.get_yticks()) == min(14, len(groups))
    assert len(axes.get_xticks()) == min(8, len(values))


def test_numbers_are_times_of_day_only_where_hours_are_asked_for() -> None:
    table = preferences_of(["a"], ["31782", "7"])
    ticks = [text.get_text() for text in drawn(plots.preferences(table, "channel")).get_xticklabels()]
    assert ticks == ["31782\n25%", "7\n25%"]
    assert drawn(plots.preferences(table, "hour")).get_xticklabels()[1].get_text() == "7:00\n25%"


@pytest.mark.parametrize("n", [0, 1, 5])
def test_weeks_are_small_pictures(n: int) -> None:
    cells = [(g, day, hour, 1, 1 / 168) for g in [EVERYONE, *"abcdef"[:n]] for day in range(7) for hour in range(24)]
    axes = drawn(plots.weekday_by_hour(pd.DataFrame(cells, columns=["group", "weekday", "hour", "orders", "share"])))
    figure: Any = axes.get_figure()
    assert sum(panel.get_visible() for panel in figure.axes) == n + 1


NOTHING = pd.DataFrame()


@pytest.mark.parametrize("draw", [getattr(plots, name) for name in plots.__all__], ids=plots.__all__)
def test_nothing_to_draw_is_none(draw: Any) -> None:
    assert draw(NOTHING) is None


def test_no_difference_to_draw_is_none() -> None:
    assert plots.stages_by(stages_of([5, 2], [EVERYONE, "a"])) is None
    assert plots.stages(stages_of([0, 0], [EVERYONE])) is None
    assert plots.first_product(firsts(1)) is None
    assert plots.preferences(preferences_of([], ["a", "b"])) is None
    assert plots.preferences(preferences_of(["a", "b"], ["a", "b"]).assign(differs=False)) is None
