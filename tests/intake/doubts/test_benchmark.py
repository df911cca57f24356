"""A small run of ``benchmarks/doubts.py``: no made-up fault is read wrong in silence, no clean shop is doubted."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[3] / "benchmarks"


@pytest.fixture
def doubts(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    import doubts

    yield doubts
    for name in ("doubts", "_faults", "_shops"):
        sys.modules.pop(name, None)


def test_every_kind_of_fault_is_caught(doubts):
    told = [doubts.tried((kind, 1)) for kind in doubts.FAULTS if kind != "looks_cut"]  # slow, and tested by itself
    assert [one for one in told if not doubts.caught(one)] == []


def test_clean_shops_are_read_right_and_not_doubted(doubts):
    told = [doubts.tried((doubts.CLEAN, seed)) for seed in range(12)]
    assert [one for one in told if not one["right"] or any(level != "note" for _, level in one["doubts"])] == []


def test_limits_are_told_where_they_are_broken(doubts):
    wrong = {"kind": "cents", "right": False, "refused": "", "doubts": []}
    asked = {"kind": doubts.CLEAN, "right": True, "refused": "", "doubts": [("pending", "ask")]}
    table = doubts.pd.DataFrame([wrong, {**wrong, "right": True}, asked])
    assert doubts.broken(doubts.of_faults(table), doubts.of_clean(table)) == [
        "cents: 50.0% caught",
        "clean: 100.0% asked",
    ]
