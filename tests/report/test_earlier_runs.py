"""Runs that a report is compared with may be damaged, or made to do harm: passed over and named, or refused at once."""

from __future__ import annotations

import json
import os
import runpy
from pathlib import Path

import pytest

from seglib.command.cli import main

FUZZ = runpy.run_path(str(Path(__file__).with_name("fuzz_earlier_runs.py")))


def test_damaged_runs_are_refused_or_compared_with_never_a_fault():
    assert FUZZ["run"](0, 60)["wrong"] == 0


@pytest.fixture
def runs(tiny):
    """Beside the tiny shop: the report of last week, and one of yesterday that a test can spoil."""
    for name, day in (("last-week", "2023-12-20"), ("yesterday", "2024-01-02")):
        FUZZ["make"](tiny / "reports" / name)
        told = {**FUZZ["record"](), "shop": "orders", "finished_at": f"{day}T06:00:00+00:00"}
        (tiny / "reports" / name / "run.json").write_text(json.dumps(told))
    return tiny / "reports"


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-20])


def pipe(file: Path) -> None:
    file.unlink()
    os.mkfifo(file)


def deep(file: Path) -> None:
    file.write_text("[" * 100_000)


def text(file: Path) -> None:
    file.write_text("segment,customers,revenue,column,missing_share\nA,many,lots,x,none\n")


DAMAGES = [("run.json", cut), ("run.json", pipe), ("run.json", deep), ("tables/customers.parquet", cut),
           ("tables/rfm_segments.csv", text), ("tables/quality.csv", text), ("tables/segments.csv", pipe)]  # fmt: skip


@pytest.mark.parametrize(("file", "damage"), DAMAGES, ids=[f"{file} {damage.__name__}" for file, damage in DAMAGES])
def test_a_damaged_run_that_is_named_is_refused_before_a_notebook_runs(runs, capsys, file, damage):
    damage(runs / "yesterday" / file)
    assert main(["report", "orders.csv", "--quiet", "--since", "reports/yesterday"]) == 2
    said = capsys.readouterr().err
    assert "--since: reports/yesterday holds no report (" in said
    assert Path(file).name in said
    assert sorted(os.listdir(runs)) == ["last-week", "yesterday"]


def test_a_damaged_run_among_others_is_passed_over_and_named(runs, capsys):
    cut(runs / "yesterday" / "tables" / "customers.parquet")
    for name, record in (("torn", '{"schema": 1, "sta'), ("of-npm", '{"name": "npm"}')):
        (runs / name).mkdir()
        (runs / name / "run.json").write_text(record)
    assert main(["report", "orders.csv", "--since", "last"]) == 0
    said = capsys.readouterr().err
    assert "--since last: reports/yesterday is passed over (customers.parquet is damaged)." in said
    assert "--since last: reports/torn is passed over (run.json is damaged: no JSON)." in said
    assert "of-npm" not in said
    since = json.loads((runs / "orders" / "run.json").read_text())["since"]
    assert since["finished_at"] == "2023-12-20T06:00:00+00:00"
