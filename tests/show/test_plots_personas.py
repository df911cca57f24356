"""Figures of personas: what is drawn, and that edges do not break them."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pandas as pd
import pytest

from seglib import plots
from seglib.show.plots.theme import segment_colours

draw = plots.personas


def candidates(ks: int = 4) -> pd.DataFrame:
    k = np.arange(1, ks + 1)
    table = pd.DataFrame({"k": k, "stability": 1 / k, "stability_low": 0.8 / k, "silhouette": 0.6 / k})
    table.loc[0, ["stability", "stability_low", "silhouette"]] = np.nan
    return table.assign(silhouette_reference=0.1, recommended=k == 2)


def cards(count: int, name: str = "Persona {}") -> pd.DataFrame:
    share = np.full(count, 1 / max(1, count))
    names = [name.format(i) for i in range(count)]
    return pd.DataFrame({"persona": names, "customers_share": share, "revenue_share": share[::-1]})


def traits(count: int, features: int = 5, name: str = "Persona {}") -> pd.DataFrame:
    rng = np.random.default_rng(0)
    rows = [(name.format(i), f"feature_{j}", rng.normal()) for i in range(count) for j in range(features)]
    return pd.DataFrame(rows, columns=["persona", "feature", "z"])


def points(count: int) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    named = [f"Persona {i % max(1, count)}" for i in range(40 * count)]
    places = rng.normal(size=(2, 40 * count))
    return pd.DataFrame({"persona": named, "x": places[0], "y": places[1], "shown_share": 0.6})


def rendered(drawing: Any) -> int:
    whole = drawing if hasattr(drawing, "savefig") else drawing.get_figure()
    picture = io.BytesIO()
    whole.savefig(picture, format="png")
    return picture.tell()


def texts(axes: Any) -> list[str]:
    return [text.get_text() for text in axes.texts]


def test_compare_k_marks_the_recommended_number() -> None:
    drawing = draw.compare_k(candidates())
    assert drawing is not None
    left, right = drawing.axes
    assert "2 groups\nrecommended" in texts(left)
    assert "needed" in texts(left)
    assert "if there were no groups" in texts(right)
    np.testing.assert_allclose(left.lines[0].get_ydata(), [1 / 2, 1 / 3, 1 / 4])


def test_sizes_show_both_shares() -> None:
    axes = draw.sizes(pd.DataFrame({"persona": ["A", "B"], "customers_share": [0.2, 0.8], "revenue_share": [0.6, 0.4]}))
    assert axes is not None
    assert [bar.get_width() for bar in axes.patches] == [0.2, 0.8, 0.6, 0.4]
    assert "60% of revenue" in texts(axes)


def test_heatmap_labels_its_cells() -> None:
    table = traits(2, 2)
    axes = draw.heatmap(table.assign(z=[0.04, -1.26, 2.5, 0.0]))
    assert axes is not None
    assert sorted(texts(axes)) == sorted(["0.0", "−1.3", "2.5", "0.0"])


def test_map_colours_are_those_of_the_segments() -> None:
    axes = draw.persona_map(points(3))
    assert axes is not None
    assert len(axes.collections[0].get_offsets()) == 120
    assert texts(axes) == ["Persona 0", "Persona 1", "Persona 2"]
    colours = segment_colours(["Persona 0", "Persona 1", "Persona 2"])
    assert axes.texts[1].get_bbox_patch().get_edgecolor()[:3] == pytest.approx(
        tuple(int(colours["Persona 1"][at : at + 2], 16) / 255 for at in (1, 3, 5))
    )


@pytest.mark.parametrize("count", [1, 2, 7, 40])
def test_any_number_of_personas(count: int) -> None:
    for drawing in (
        draw.sizes(cards(count)),
        draw.heatmap(traits(count)),
        draw.snake(traits(count)),
        draw.persona_map(points(count)),
    ):
        assert rendered(drawing) > 1000


def test_long_names_and_odd_values() -> None:
    long = "Frequent and very long-standing buyers of a great many things number {}, who never stop " + "x" * 60
    assert rendered(draw.sizes(cards(3, long).assign(revenue_share=[1.2, -0.2, np.nan]))) > 1000
    assert rendered(draw.heatmap(traits(3, 12, long))) > 1000
    assert rendered(draw.snake(traits(3, 2, long).assign(z=0.0))) > 1000
    unknown = candidates().assign(
        stability=np.nan, stability_low=np.nan, silhouette=np.nan, silhouette_reference=np.nan
    )
    assert rendered(draw.compare_k(unknown)) > 1000
    assert rendered(draw.persona_map(points(2).assign(x=0.0, y=0.0))) > 1000


def test_nothing_to_draw() -> None:
    assert draw.compare_k(candidates(1)) is None
    assert draw.sizes(cards(0)) is None
    assert draw.heatmap(traits(0)) is None
    assert draw.snake(traits(0)) is None
    assert draw.snake(traits(3, 1)) is None
    assert draw.persona_map(points(0)) is None
    assert draw.persona_map(points(1).assign(shown_share=0.0)) is None
