"""What to do for each segment: the playbook, the shop's own words, what evidence suggests."""

import numpy as np
import pandas as pd
import pytest

from seglib import profiles, recommend_actions
from seglib.segments.rfm import list_presets, load_preset


@pytest.fixture
def crowd() -> pd.DataFrame:
    """600 customers; A are older, buy more often and have dogs."""
    rng = np.random.default_rng(7)
    group = np.repeat(["A", "B", "C"], 200)
    index = pd.Index([f"c{i:04d}" for i in range(600)], name="customer_id", dtype="str")
    measures = {"monetary_value": rng.gamma(2, 50, 600), "recency_days": rng.integers(1, 300, 600)}
    table = pd.DataFrame(measures | {"frequency": rng.poisson(3, 600) + 1}, index=index)
    table["frequency"] += np.where(group == "A", 4, 0)
    table["pet"] = np.where((group == "A") & (rng.random(600) < 0.8), "dog", rng.choice(["cat", "dog", "fish"], 600))
    return table.assign(group=group)


def test_every_segment_of_every_preset_has_an_action():
    names = [name for preset in list_presets().index for name in load_preset(preset).segments]
    assert set(recommend_actions(names)["source"]) == {"playbook"}


def test_actions_of_the_shop_win_and_unknown_names_are_open():
    table = recommend_actions(["Champions", "Can’t Lose Them", "Owls"], actions={"CHAMPIONS": "Call them."})
    assert table["action"].iloc[0] == "Call them."
    assert table["source"].tolist() == ["shop settings", "playbook", "none"]
    assert "[actions]" in table["action"].iloc[2]


def test_actions_are_derived_from_medium_effects_with_evidence(crowd):
    profile = profiles.profile_segments(crowd, crowd["group"])
    traits = profiles.segment_traits(crowd, crowd["group"])
    table = recommend_actions(profile, traits=traits).set_index("segment")
    assert table.loc["A", ["source", "measures"]].tolist() == ["derived", ("frequency",)]
    assert "reordering" in table.loc["A", "action"]
    once = recommend_actions(pd.DataFrame({"segment": ["Newcomers"], "median_frequency": [1.0]}))
    assert once.loc[0, "action"].startswith("Second-order journey")
