"""Figures of schemes: they show what the tables say and survive awkward ones."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from seglib.segments.schemes import COMPARISON_COLUMNS
from seglib.show.plots import schemes as plots

LONG = "A segment with quite a long $name$ number"


def row_of(**more) -> dict:
    row = {"scheme": "RFM", "customers": 100, "segments": 3, "covered": 100, "covered_share": 1.0, "note": ""}
    row |= {"completeness_share": 1.0, "smallest_segment": "Lost", "smallest_customers": 9, "judged": 100}
    row |= {"explained": 0.3, "explained_low": 0.2, "explained_high": 0.4, "explained_by_cover": 0.0}
    row |= {"auc": 0.7, "auc_low": 0.6, "auc_high": 0.8, "explained_now": 0.5, "stability": 0.4}
    return row | {"stability_low": 0.3, "stability_high": 0.5, "stability_of": "customers keep their segment"} | more


def compared(*rows: dict) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=COMPARISON_COLUMNS)


def draw(panels) -> None:
    for axes in panels.axes if hasattr(panels, "savefig") else [panels]:
        axes.figure.canvas.draw()
        texts = [*axes.texts, *axes.get_xticklabels(), *axes.get_yticklabels()]
        assert min((text.get_fontsize() for text in texts), default=10) >= 10
        assert axes.get_title() == ""
        assert not any("$" in text.get_text() and text.get_parse_math() for text in texts)


def texts(axes) -> list[str]:
    return [text.get_text() for text in (*axes.texts, *axes.get_xticklabels(), *axes.get_yticklabels())]


def answer_table(segments: int, questions: int) -> pd.DataFrame:
    grid = [(f"{LONG} {s}", f"Is question {q} $important$ to you?") for s in range(segments) for q in range(questions)]
    table = pd.DataFrame(grid, columns=["segment", "question"])
    table = table.assign(answer="yes", statistic="share of answers", n=50, value=0.8, low=0.7, high=0.9, everyone=0.5)
    return table.assign(lowest=0.0, highest=1.0, difference=np.linspace(-0.5, 0.5, len(table)), evidence=True)


@pytest.mark.parametrize(("segments", "questions"), [(1, 1), (2, 3), (3, 20), (40, 5)])
def test_answers_draw_at_most_six_segments(segments, questions):
    panels = plots.answers(answer_table(segments, questions))
    shown = [axes for axes in panels.axes if axes.get_visible()]
    assert len(shown) == min(segments, 6)
    assert len(shown[0].patches) == min(questions, 12)
    draw(panels)


def test_answers_put_ratings_on_the_same_scale():
    table = answer_table(1, 1).assign(answer="mean", value=3.0, everyone=2.0, lowest=1.0, highest=5.0)
    assert plots.answers(table).axes[0].patches[0].get_width() == 0.5


def test_candidates_mark_the_recommended():
    table = pd.DataFrame({"k": [2, 3, 4], "stability": [0.9, 0.8, 0.5], "weakest_segment": [0.9, 0.7, np.nan]})
    table = table.assign(stability_low=0.4, stability_high=1.0, recommended=[False, True, False])
    table = table.assign(stability_by_degrees=0.3)
    axes = plots.candidates(table)
    assert {"2", "3", "4", "all segments", "weakest segment"} <= set(texts(axes))
    draw(axes)
    draw(plots.candidates(table.head(1).assign(recommended=False)))


def test_names_at_the_ends_of_candidates_stand_apart_and_nothing_unknown_is_named():
    table = pd.DataFrame({"k": [2, 3], "stability": [0.9, 0.98], "weakest_segment": [0.9, 0.97]})
    table = table.assign(stability_low=0.4, stability_high=1.0, recommended=False, stability_by_degrees=0.98)
    axes = plots.candidates(table)
    draw(axes)
    boxes = sorted((text.get_window_extent() for text in axes.texts), key=lambda box: box.y0)
    assert len(boxes) == 3
    assert all(below.y1 <= above.y0 for below, above in pairwise(boxes))
    axes = plots.candidates(table.assign(stability_by_degrees=np.nan))
    assert "by degrees" not in texts(axes)
    draw(axes)


def test_needs_map_names_segments_and_answers():
    rng = np.random.default_rng(0)
    scores = pd.DataFrame({"PC1": rng.normal(size=2000), "PC2": rng.normal(size=2000), "segment": ["A", LONG] * 1000})
    loadings = pd.DataFrame(
        {"question": ["cheap", "age"], "answer": ["yes", "old"], "PC1": [0.9, 0.1], "PC2": [0.1, 0.9]}
    )
    axes = plots.needs_map(scores, loadings)
    assert {"cheap", "age: old", "A"} <= set(texts(axes))
    assert len(axes.collections[0].get_offsets()) <= 1500
    draw(axes)
    assert plots.needs_map(scores.assign(PC2=0.0), loadings) is None
    assert plots.needs_map(scores, loadings[["question", "answer", "PC1"]]) is None


def test_deals_and_win_rates():
    stages = pd.DataFrame({"stage": ["Offer", LONG], "deals": [9, 3], "expected_value": [1200.0, np.nan]})
    axes = plots.open_deals(stages, "USD")
    assert {"9, about $1,200", "3"} <= set(texts(axes))
    draw(axes)
    rates = pd.DataFrame({"group": [f"{LONG} {i}" for i in range(40)], "won": 5, "lost": 5, "win_rate": 0.5})
    axes = plots.win_rates(rates.assign(win_rate_low=0.2, win_rate_high=0.8))
    assert len(axes.get_yticks()) == 16
    draw(axes)


def test_white_space_of_many_segments_and_lines():
    grid = [(f"{LONG} {s}", f"Product {p}") for s in range(40) for p in range(30)]
    cells = pd.DataFrame(grid, columns=["segment", "product"]).assign(customers=50, share=0.25)
    axes = plots.white_space(cells, min_group=10)
    assert len(axes.get_yticks()) == 16
    assert len(axes.get_xticks()) == 10
    assert "25%" in texts(axes)
    draw(axes)
    draw(plots.white_space(cells.head(1), min_group=10))
    assert plots.white_space(cells.assign(customers=3), min_group=10) is None


@pytest.mark.parametrize(
    "rows",
    [
        [row_of()],
        [row_of(scheme=f"{LONG} {place}") for place in range(40)],
        [row_of(covered_share=np.nan, explained=np.nan, explained_low=np.nan, explained_high=np.nan, stability=np.nan)],
        [
            row_of(
                explained=-0.02,
                explained_low=-0.05,
                explained_high=0.0,
                stability_of="fixed attributes",
                stability=np.nan,
            )
        ],
    ],
)
def test_comparison_survives(rows):
    draw(plots.comparison(compared(*rows)))


def test_nothing_to_draw_is_none():
    empty = compared()
    assert plots.comparison(empty) is None
    assert plots.answers(answer_table(1, 1).head(0)) is None
    assert plots.candidates(pd.DataFrame(columns=["k"])) is None
    assert plots.needs_map(pd.DataFrame(columns=["PC1", "PC2", "segment"]), pd.DataFrame()) is None
    assert plots.open_deals(pd.DataFrame()) is None
    assert plots.win_rates(pd.DataFrame(columns=["group", "won", "lost", "win_rate"])) is None
    assert plots.white_space(pd.DataFrame(columns=["segment", "product", "customers", "share"]), min_group=10) is None
