"""Figures of the profiles page: they show what the table says and survive awkward tables."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import PathCollection

from seglib.show.plots import profiles as plots

LONG = [f"A segment with quite a long $name$ number {i}" for i in range(13)]


def texts(axes) -> list[str]:
    ticks = [*axes.get_xticklabels(), *axes.get_yticklabels()]
    return [text.get_text() for text in (*axes.texts, *ticks)]


def draw(axes) -> None:
    axes.figure.canvas.draw()
    smallest = min(text.get_fontsize() for text in (*axes.texts, *axes.get_xticklabels(), *axes.get_yticklabels()))
    assert smallest >= 10
    assert axes.get_title() == ""


@pytest.fixture
def profile() -> pd.DataFrame:
    return pd.DataFrame({"segment": ["Champions", "Lost"], "customers_share": [0.2, 0.8], "revenue_share": [0.7, 0.3]})


def trait_table(names: list[str], each: int = 3) -> pd.DataFrame:
    n = len(names) * each
    return pd.DataFrame(
        {
            "segment": np.repeat(names, each),
            "attribute": "average_order_value",
            "value": "",
            "statistic": "median",
            "in_segment": 33.0,
            "elsewhere": 26.5,
            "effect": np.linspace(-0.5, 0.5, n),
            "effect_low": np.linspace(-0.6, 0.4, n),
            "effect_high": np.linspace(-0.4, 0.6, n),
            "evidence": True,
        }
    )


def test_sizes_label_both_shares(profile):
    axes = plots.sizes(profile)
    assert {"20% of customers", "70% of revenue"} <= set(texts(axes)) or {"80% of customers"} <= set(texts(axes))
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["Champions", "Lost"]
    draw(axes)


@pytest.mark.parametrize(
    "change",
    [
        {"revenue_share": [np.nan, np.nan]},
        {"revenue_share": [1.2, -0.2]},
        {"segment": LONG[:2]},
        {"customers_share": [0.5, 0.5], "revenue_share": [0.5, 0.5]},
    ],
)
def test_sizes_survive(profile, change):
    draw(plots.sizes(profile.assign(**change)))
    draw(plots.sizes(profile.assign(**change).head(1)))


def test_dollars_are_not_read_as_formulas():
    axes = plots.traits(trait_table(["Owls"]), currency="USD")
    assert "$33.00 vs $26.50" in texts(axes)
    assert not any(text.get_parse_math() for text in axes.texts)
    draw(axes)


def test_traits_draw_the_first_of_each_segment_with_evidence():
    table = trait_table(["Owls", "Larks"])
    table.loc[0, "evidence"] = False
    axes = plots.traits(table, each=1)
    rows = sorted((tick.get_position()[1], tick.get_text()) for tick in axes.get_yticklabels())
    assert [name for _, name in rows] == ["Owls", "Average order value", "Larks", "Average order value"]
    assert sum(dots.get_offsets().shape[0] for dots in axes.findobj(PathCollection)) == 2


def test_traits_of_many_segments_fit_a_page():
    axes = plots.traits(trait_table([f"{name} {i}" for i in range(4) for name in LONG]))
    assert axes.figure.get_size_inches()[1] < 13
    draw(axes)


def test_index_heatmap_writes_the_index_and_leaves_out_empty_measures():
    index = pd.DataFrame(
        {"frequency": [340.0, 5000.0, -20.0], "returns_share": np.nan, "products": [np.nan, 100.0, 0.0]},
        index=["A", "B", "C"],
    )
    axes = plots.index_heatmap(index)
    assert {"340", ">999", "−20", "–", "100", "Orders", "A"} <= set(texts(axes))
    assert "Returned" not in texts(axes)
    draw(axes)


def test_heatmaps_of_many_long_names():
    index = pd.DataFrame(np.full((13, 12), 100.0), index=LONG, columns=[f"a long measure {i}" for i in range(12)])
    draw(plots.index_heatmap(index))


def test_mean_positions_highlight_seven_and_name_them():
    positions = pd.DataFrame(np.linspace(10, 90, 39).reshape(13, 3), index=LONG, columns=["a", "b", "c"])
    axes = plots.mean_positions(positions)
    assert len(axes.texts) == 7
    assert len({text.get_text() for text in axes.texts}) == 7  # long names stay apart
    draw(axes)
    draw(plots.mean_positions(positions.iloc[:2, :1]))
    draw(plots.mean_positions(positions.assign(c=np.nan)))


def test_cross_segments_write_row_shares_and_sizes():
    cross = pd.DataFrame(
        {
            "first": ["X", "X", "Y", "Y"],
            "second": ["P", "Q", "P", "Q"],
            "customers": [3, 1, 0, 4],
            "row_share": [0.75, 0.25, 0.0, 1.0],
        }
    )
    axes = plots.cross_segments(cross)
    assert {"X (4)", "Y (4)", "P", "Q", "75%", "100%"} <= set(texts(axes))
    draw(axes)


def test_nothing_to_draw_is_none(profile):
    nothing = pd.DataFrame({"frequency": [np.nan]}, index=["A"])
    assert plots.sizes(profile.head(0)) is None
    assert plots.index_heatmap(nothing) is None
    assert plots.mean_positions(nothing.head(0)) is None
    assert plots.mean_positions(nothing[[]]) is None
    assert plots.mean_positions(pd.DataFrame({"a": [50.0]}, index=["Everyone"])) is None
    assert plots.traits(trait_table(["A"]).assign(evidence=False)) is None
    assert plots.cross_segments(pd.DataFrame({"first": [], "second": [], "customers": [], "row_share": []})) is None
