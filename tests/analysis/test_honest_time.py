"""Shops whose past is known: who is told to be new is, and nobody is told to leave who does not; small runs."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest

import seglib as sg
from seglib import findings, journeys

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture(scope="module")
def shops() -> ModuleType:
    sys.path.insert(0, str(BENCHMARKS))
    try:
        import _honest_time
    finally:
        sys.path.remove(str(BENCHMARKS))
    return _honest_time


def test_at_most_one_in_ten_called_new_had_bought_before_the_records(shops: ModuleType) -> None:
    table = shops.preceding_year(runs=2, seed=1)
    assert table["false"].sum() == 0
    assert (table["old_share"] <= 0.1).all()
    assert table["old_share_before"].max() > 0.25  # of all first seen after a month, as it was told before
    known = table.dropna(subset=["back", "true_back"])
    assert (known["back"] - known["true_back"]).abs().max() < 0.05


def test_nobody_stays_behind_where_nobody_leaves(shops: ModuleType) -> None:
    table = shops.nobody_leaves(runs=5, seed=1).set_index("kind")
    assert table.loc["loyal", "told_of_all"] > 0.3
    assert table["told"].max() == 0


def test_half_who_joined_too_late_to_be_loyal_do_not_leave(tmp_path: Path) -> None:
    """Everyone orders every 20 days for ever; half joined in the last 150 days."""
    rows, last = [], pd.Timestamp("2023-12-31")
    for n in range(400):
        day = pd.Timestamp("2023-01-10" if n < 200 else "2023-08-05") + pd.Timedelta(days=n % 30)
        rows += [(f"{n}-{at.date()}", f"c{n}", at, 10.0) for at in pd.date_range(day, last, freq="20D")]
    file = tmp_path / "orders.csv"
    pd.DataFrame(rows, columns=["order_id", "customer_id", "ordered_at", "amount"]).to_csv(file, index=False)
    shop = sg.open_shop(file, as_of="2023-12-31")
    limits = journeys.thresholds(shop.rule_settings)
    table = journeys.stages(journeys.milestones(shop.orders, as_of=shop.as_of, limits=limits)).table
    assert table[["stage", "people", "since_days", "of", "took"]].to_numpy().tolist()[1:] == [
        ["repeat", 400, 90, 400, 400],
        ["loyal", 200, 200, 200, 200],
    ]
    assert findings.journeys.stages(table).startswith("Everyone who had the time (400) reached every stage.")


def test_a_tie_is_told_and_leads_nowhere() -> None:
    reached = {"Potential Loyalists": 292, "Regulars": 215, "Need Attention": 122, "Lost": 104}
    rows = [(name, stage, n) for name, n in reached.items() for stage in ("first order", "loyal")]
    rows[6] = ("Lost", "first order", 229)
    table = pd.DataFrame(rows, columns=["group", "stage", "people"])
    table["total_share"] = table["people"] / table.groupby("group")["people"].transform("first")
    assert findings.journeys.stages_by(table, "segment", "loyal") == (
        "By segment, loyal was reached most often by Potential Loyalists, Regulars and Need Attention (100% of 629) "
        "and least by Lost (45% of 229); chance could explain that."
    )


def test_a_shop_says_when_it_opened(write_shop) -> None:
    days = [f"2024-{month:02}-{day:02}" for month in range(1, 7) for day in (1, 9, 20)]
    lines = pd.DataFrame({"order_id": range(18), "customer_id": ["a", "b", "c"] * 6, "ordered_at": days, "amount": 5.0})
    assert sg.open_shop(write_shop({"lines": lines}, top='opened = "2024-01-01"\n')).new_since == dt.date(2024, 1, 1)
    with pytest.raises(sg.InputError, match="opened: 'in spring' is not a date"):
        sg.open_shop(write_shop({"lines": lines}, top='opened = "in spring"\n'))
