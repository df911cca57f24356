"""Figures of the segments notebook: they show what the table says, and survive odd tables."""

import numpy as np
import pandas as pd
import pytest

from seglib.show.plots import segments as plots
from seglib.show.plots.svg import svg
from seglib.show.plots.theme import segment_colours


def summary(people: list, shares: list, names: list | None = None) -> pd.DataFrame:
    names = names or [f"A segment with a very long name indeed {i}" for i in range(len(people))]
    return pd.DataFrame(
        {"segment": names, "people": pd.array(people, "Int64"), "revenue_share": pd.array(shares, "Float64")}
    )


def combined(*rows: tuple) -> pd.DataFrame:
    return pd.DataFrame({"segments": [row[0] for row in rows], "people": [row[1] for row in rows]})


def drawn(axes) -> list[str]:
    figure = axes.get_figure()
    figure.canvas.draw()
    return [text.get_text() for one in figure.axes for text in [*one.texts, *one.get_yticklabels()]]


def test_sizes_are_sorted_and_leave_out_who_has_nobody():
    table = summary([5, 1200, 0, None], [0.1, 0.5, 0, None], ["Leads", "Dormant", "Bulk buyers", "Top spenders"])
    axes = plots.sizes(table)
    assert [label.get_text() for label in axes.get_yticklabels()] == ["Dormant", "Leads"]
    assert {"1,200", "50%"} <= set(drawn(axes))
    assert axes.patches[1].get_facecolor() != axes.patches[0].get_facecolor()


@pytest.mark.parametrize("share", [0.0, -0.2, 1.0, np.nan])
def test_sizes_survive_one_segment(share):
    assert "1" in drawn(plots.sizes(summary([1], [share])))


def test_sizes_survive_forty_and_none():
    axes = plots.sizes(summary(list(range(1, 41)), [0.1] * 40))
    assert len(axes.get_yticks()) == plots.MOST
    assert axes.get_xlabel() == "and 20 smaller ones"
    assert all(len(label.get_text()) <= plots.LONGEST for label in axes.get_yticklabels())
    assert plots.sizes(summary([], [])) is None
    assert plots.sizes(summary([0], [0.0])) is None


def test_overlaps_draw_what_is_shared_largest_first():
    table = combined((("Leads",), 90), (("A", "B"), 3), (("A", "B", "C"), 1200), (("B", "C"), 0))
    axes = plots.overlaps(table)
    bars, dots = axes.get_figure().axes
    assert [bar.get_height() for bar in bars.patches] == [1200, 3]
    assert "1,200" in drawn(axes)
    assert [label.get_text() for label in dots.get_yticklabels()] == ["A", "B", "C"]
    colours = list(segment_colours(["A", "B", "C"]).values())
    assert len(set(colours)) == 3


def test_overlaps_survive_many_and_none():
    names = [f"A segment with a very long name indeed {i}" for i in range(40)]
    many = combined(*[((names[i], names[i + 1]), 40 - i) for i in range(39)], (tuple(names), 50))
    axes = plots.overlaps(many, most=12)
    bars, dots = axes.get_figure().axes
    assert len(bars.patches) == 12
    assert len(dots.get_yticks()) <= plots.MOST
    assert drawn(axes)
    assert plots.overlaps(combined((("A",), 4))) is None
    assert plots.overlaps(combined()) is None


def test_segments_by_name_have_colours_of_their_own():
    names = ["Top spenders", "Regulars", "One-time buyers", "Dormant", "Coupon customers", "Replenishers"]
    names += ["Bulk buyers", "Trend followers", "By location", "Newsletter subscribers", "Leads", "Curious prospects"]
    names += ["Undecided prospects", "Abandoned carts", "Support waiting", "Holiday buyers", "Return-prone"]
    assert len(set(segment_colours(names).values())) == 17
    parts = segment_colours(["By location: Italy", "By location: other", "Mine"])
    assert parts["By location: Italy"] == parts["By location: other"] != parts["Mine"]
    assert segment_colours(["By location"])["By location"] == parts["By location: Italy"]


def test_small_marks_keep_their_colour_on_the_page():
    """A palette of the most frequent colours would give thin bars the colour of thick ones."""
    names = ["Newsletter subscribers", "Dormant", "Leads", "Top spenders", "Abandoned carts", "Coupon customers"]
    names += [
        "Return-prone",
        "Replenishers",
        "Trend followers",
        "Undecided prospects",
        "Support waiting",
        "Bulk buyers",
    ]
    axes = plots.sizes(summary([2159, 1884, 288, 241, 227, 183, 86, 63, 53, 53, 49, 33], [0.3] * 12, names))
    page = svg(axes.get_figure())
    for name, colour in segment_colours(names).items():
        assert f"var(--c-{colour[1:]}," in page, name
