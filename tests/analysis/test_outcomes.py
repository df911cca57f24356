"""What became of those a rule had found: chance is told as chance, a difference as one, a customer counts once."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from seglib.analysis.outcomes import what_became
from seglib.show.findings import segments as findings


def shop(n: int, seed: int) -> tuple[pd.DataFrame, np.random.Generator]:
    rng = np.random.default_rng(seed)
    index = pd.Index([f"c{i:05}" for i in range(n)], name="customer_id")
    again = rng.random(n) < 0.4
    return pd.DataFrame({"next_revenue": again * rng.lognormal(3, 1.2, n), "bought_again": again}, index=index), rng


def test_segments_made_by_chance_tell_nothing():
    """Of forty shops with eight segments each at most a few say that one of them did otherwise: 5% a page."""
    claimed = 0
    for seed in range(40):
        after, rng = shop(500, seed)
        inside = pd.DataFrame(
            rng.random((500, 8)) < rng.uniform(0.1, 0.6, 8), index=after.index, columns=list("ABCDEFGH")
        )
        claimed += bool((what_became([inside], [after])["verdict"] != "alike").any())
    assert claimed <= 6  # more come in one of 200 such tests


def test_a_segment_that_did_more_is_told_with_its_interval():
    after, _ = shop(800, 1)
    inside = pd.DataFrame({"Early": after["bought_again"] & (np.arange(800) % 3 > 0), "All": True}, index=after.index)
    table = what_became([inside], [after])
    assert table["segment"].tolist() == ["Early"]  # of everyone there is no rest
    row = table.iloc[0]
    assert (row["again_share"], row["verdict"]) == (1.0, "more")
    assert row["revenue_low"] < row["revenue"] < row["revenue_high"]
    assert findings.became(table).startswith("Early, as found then, did most otherwise since: 100% bought again")


def test_a_day_told_twice_makes_nothing_surer():
    after, rng = shop(300, 2)
    inside = pd.DataFrame({"Some": rng.random(300) < 0.4}, index=after.index)
    one, two = what_became([inside], [after]).iloc[0], what_became([inside] * 2, [after] * 2).iloc[0]
    assert two["customers"] == one["customers"]
    for end in ("again_low_share", "again_high_share", "p_again", "p_revenue"):
        assert two[end] == pytest.approx(one[end], abs=0.005)


def test_intervals_of_money_hold_the_truth():
    """Skewed as money is: revenue of those found is held in 90 of 100 shops or more."""
    held = 0
    for seed in range(100):
        after, rng = shop(700, 1000 + seed)
        inside = pd.DataFrame({"Some": rng.random(700) < 0.5}, index=after.index)
        row = what_became([inside], [after]).iloc[0]
        held += row["revenue_low"] <= 0.4 * np.exp(3 + 1.2**2 / 2) <= row["revenue_high"]
    assert held >= 88


def test_few_customers_and_none():
    after, _ = shop(100, 3)
    few = pd.DataFrame({"Few": np.arange(100) < 29}, index=after.index)
    assert what_became([few], [after]).empty
    assert what_became([], []).empty
    assert findings.became(what_became([few], [after])).startswith("No segment found enough customers")
