"""What somebody sees who works in a notebook, and what a report keeps: executed by a kernel, as Jupyter does."""

from __future__ import annotations

from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

SHOWS = """
import pandas as pd
from seglib import display
from seglib.show.plots.theme import canvas
display.key_numbers({"Visit": "12,337", "Cart": "2,680\\n22% of the stage before"}, "All of them.")
drawing, axes = canvas(4, 2)
bars = axes.barh(["Tea", "Cups"], [3, 2])
display.figure(axes, "Tea leads.", "Cups sold.")
display.table(pd.DataFrame({"name": ["Tea"], "orders": [3]}), "", "Orders.")
"""


@pytest.fixture(scope="module")
def shown():
    def execute(run: str) -> dict[str, dict[str, Any]]:
        book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(f"run = {run!r}\n{SHOWS}")])
        NotebookClient(book, timeout=120, kernel_name="python3").execute()
        return {one["metadata"]["seglib"]["role"]: one["data"] for one in book.cells[0].outputs}

    return execute


def test_who_works_in_a_notebook_sees_pictures_and_plain_tables(shown):
    told = shown("")
    assert told["figure"]["image/png"].startswith("iVBOR")
    assert '<svg style="background:#fff"' in told["figure"]["image/svg+xml"]
    numbers = told["key_numbers"]
    assert numbers["text/plain"] == "Visit  12,337\nCart    2,680  22% of the stage before"
    assert "<table>" in numbers["text/html"]
    assert "<dl" not in numbers["text/html"]
    assert '<th scope="row" style="text-align:left">Tea</th><td class="n">3</td>' in told["table"]["text/html"]


def test_a_report_keeps_drawings_only(shown):
    told = shown("reports/some")
    assert set(told["figure"]) == {"image/svg+xml", "text/plain"}
    assert "background" not in told["figure"]["image/svg+xml"]
    assert '<dl class="key-numbers"' in told["key_numbers"]["text/html"]
    assert "text-align" not in told["table"]["text/html"]
