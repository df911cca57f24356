"""A small run of the shops of chance of ``benchmarks/_honest_value.py``: what is claimed of noise stays below 5%."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

HONEST = runpy.run_path(str(Path(__file__).parents[2] / "benchmarks" / "_honest_value.py"))


def test_random_schemes_are_not_said_to_explain():
    table = HONEST["random_schemes"](20, n=300).set_index("what")
    assert table["hits"].max() <= 3  # at 5%: more in one of 60 such runs
    assert table.loc["random scheme explains ranks", "hits"] <= 1


def test_intervals_hold_what_they_should():
    table = HONEST["coverage_of_explained"](25, sizes=(300,), effects=(0.0, 2.0))
    assert table["hits"].sum() >= 0.9 * table["runs"].sum()


def test_segments_of_chance_did_as_everyone_else():
    assert HONEST["became_by_chance"](25, n=400)["hits"].iloc[0] <= 4


@pytest.mark.parametrize("seed", [0])
def test_no_holiday_buyers_and_replenishers_where_days_and_goods_are_dealt_out(seed):
    table = HONEST["rules_by_chance"](2, n=300, seed=seed)
    assert table["hits"].sum() <= 1
    assert table["people"].max() < 1
