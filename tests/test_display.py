"""What a notebook shows, and what its outputs carry."""

import base64
import io
from collections import namedtuple

import pandas as pd
import pytest
from PIL import Image

from seglib import display
from seglib.plots.theme import canvas

Output = namedtuple("Output", "data metadata")


@pytest.fixture
def shown(monkeypatch):
    """Call a function of display and get the outputs that it would show."""

    def show(call, *args, **more):
        outputs = []
        monkeypatch.setattr(
            "IPython.display.display", lambda data, raw, metadata: outputs.append(Output(data, metadata))
        )
        call(*args, **more)
        return outputs

    return show


def test_a_figure_carries_its_finding_alt_text_and_caption(shown):
    drawing, axes = canvas(4, 2)
    axes.plot([0, 1], [0, 1])
    finding, figure, caption = shown(display.figure, axes, "It rises.", "A line.", "2 points.")
    assert finding.metadata["seglib"] == {"role": "finding", "text": "It rises."}
    assert figure.metadata["seglib"]["alt"] == "It rises. A line."
    assert caption.data["text/plain"] == "A line. 2 points."
    picture = Image.open(io.BytesIO(base64.b64decode(figure.data["image/png"])))
    assert picture.mode == "P"
    assert picture.width > 500
    assert drawing.axes == []


def test_nothing_to_draw_shows_the_finding_alone(shown):
    outputs = shown(display.figure, None, "The orders do not tell the category.", "x")
    assert [output.metadata["seglib"]["role"] for output in outputs] == ["finding"]


def test_a_table_escapes_what_comes_from_the_data(shown):
    rows = pd.DataFrame({"product": ["<script>alert(1)</script>"], "revenue": [1234.5]})
    html = shown(display.table, rows, "One product.", "Revenue a product.", currency="EUR")[1].data["text/html"]
    assert "&lt;script&gt;" in html
    assert "<script>" not in html
    assert "€1,234" in html or "€1,235" in html
    assert "<caption>Revenue a product.</caption>" in html


def test_a_table_shows_a_named_index_and_chosen_columns():
    rows = pd.DataFrame({"a": [1], "b": [2]}, index=pd.Index(["x"], name="segment"))
    html = display.table_html(rows, columns=["segment", "b"], labels={"b": "Number"})
    assert ">Segment<" in html
    assert ">Number<" in html
    assert ">A<" not in html


def test_key_numbers(shown):
    html = shown(display.key_numbers, {"Customers & more": "2,469\nof 3,000"}, "as of today")[0].data["text/html"]
    assert "Customers &amp; more" in html
    assert '<dd class="small">of 3,000</dd>' in html


def test_columns_that_are_not_there_are_an_error():
    with pytest.raises(KeyError):
        display.table_html(pd.DataFrame({"a": [1]}), columns=["b"])
