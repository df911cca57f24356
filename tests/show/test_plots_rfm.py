"""Figures of the rfm notebook: they show what the table says, and survive odd tables."""

import numpy as np
import pandas as pd
import pytest

from seglib import rfm
from seglib.show.plots import rfm as plots


@pytest.fixture(scope="module")
def customers() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    frequency = rng.geometric(0.4, 300)
    index = pd.Index([f"c{i}" for i in range(300)], name="customer_id")
    money = np.round(frequency * rng.lognormal(3, 1, 300), 2)
    columns = {"recency_days": rng.integers(0, 365, 300), "frequency": frequency, "monetary_value": money}
    return pd.DataFrame(columns, index=index)


def drawn(axes) -> list[str]:
    axes.get_figure().canvas.draw()
    return [text.get_text() for text in [*axes.texts, *axes.get_yticklabels()]]


@pytest.fixture(params=["eleven_segments", "intervals", "terciles", "deciles"])
def scored(request, customers):
    deciles = request.param == "deciles"
    scorer = rfm.RFMScorer(10 if deciles else None, preset="eleven_segments" if deciles else request.param)
    return scorer.fit(customers), scorer.transform(customers)


def test_segments_are_sorted_by_revenue(customers, scored):
    scorer, scores = scored
    summary = rfm.summarise_segments(customers, scores, order=scorer.segments_)
    axes = plots.segments(summary, "EUR")
    names = [label.get_text() for label in axes.get_yticklabels()]
    assert names == summary.sort_values("revenue", ascending=False)["segment"].tolist()
    assert any("of revenue" in text for text in drawn(axes))


def test_segments_survive_one_and_forty_long_and_negative(customers):
    one = rfm.summarise_segments(customers, pd.Series("All", index=customers.index))
    assert "100% of customers" in drawn(plots.segments(one))
    many = pd.Series([f"A segment with a very long name indeed {i % 40}" for i in range(300)], index=customers.index)
    summary = rfm.summarise_segments(customers, many)
    summary.loc[39, ["revenue", "revenue_share"]] = [-50, -0.1]
    axes = plots.segments(summary)
    assert "26 more" in drawn(axes)
    assert len(axes.get_yticks()) == 15
    assert plots.segments(summary.iloc[:0]) is None


def test_cells_show_every_cell_once(scored):
    scorer, scores = scored
    axes = plots.cells(rfm.score_cells(scores, scorer))
    assert len(axes.patches) == scorer.bins_**2
    assert drawn(axes)


def test_bands_are_as_wide_as_their_share(customers, scored):
    scorer, _ = scored
    edges = rfm.score_edges(scorer)
    axes = plots.bands(edges, "EUR")
    assert sum(bar.get_width() for bar in axes.patches) == pytest.approx(3)
    assert len(axes.patches) == (edges["customers"] > 0).sum()
    assert "Orders" in drawn(axes)


def test_boundaries_show_both_sides(customers, scored):
    scorer, _ = scored
    moves = rfm.summarise_boundaries(rfm.nearest_boundary(customers, scorer), customers, order=scorer.segments_)
    axes = plots.boundaries(moves)
    widths = [bar.get_width() for bar in axes.patches]
    assert -sum(w for w in widths if w < 0) == moves.loc[moves["move"] == "slips", "customers"].sum()
    assert sum(w for w in widths if w > 0) == moves.loc[moves["move"] == "rises", "customers"].sum()
    assert "Slip within 30 days" in drawn(axes)


def test_boundaries_of_one_side_and_of_nobody(customers):
    scorer = rfm.RFMScorer().fit(customers)
    moves = rfm.summarise_boundaries(rfm.nearest_boundary(customers, scorer), customers)
    assert drawn(plots.boundaries(moves[moves["move"] == "rises"]))
    assert plots.boundaries(moves.iloc[:0]) is None


def test_everyone_equal_and_nobody(customers):
    equal = customers.assign(recency_days=1, frequency=1, monetary_value=0.0)
    scorer = rfm.RFMScorer().fit(equal)
    cells, edges = rfm.score_cells(scorer.transform(equal), scorer), rfm.score_edges(scorer)
    assert "100%" in drawn(plots.cells(cells))
    assert "any" in drawn(plots.bands(edges))
    assert plots.cells(cells.assign(customers=0)) is None
    assert plots.bands(edges.assign(customers=0)) is None
    assert drawn(plots.segments(rfm.summarise_segments(equal, scorer.transform(equal))))
