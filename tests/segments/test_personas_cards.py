"""Names, effect sizes, attributes, rules and cards: what is said about a persona, and what is not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seglib import personas
from seglib.segments.personas.names import _phrases
from seglib.tables.canonical import CUSTOMERS


def shop(size: int = 100, seed: int = 0) -> tuple[pd.DataFrame, pd.Series]:
    """Loyal and one-time customers, with attributes, and their group."""
    rng = np.random.default_rng(seed)
    group = np.repeat([0, 1], size)
    customers = pd.DataFrame(
        {
            "recency_days": np.where(group == 0, rng.integers(1, 20, 2 * size), rng.integers(150, 300, 2 * size)),
            "frequency": np.where(group == 0, rng.integers(8, 20, 2 * size), 1),
            "monetary_value": np.where(group == 0, 900, 30) * rng.lognormal(0, 0.3, 2 * size),
            "country": np.where((group == 0) ^ (rng.random(2 * size) < 0.2), "UK", "FR"),
            "gender": rng.choice(["f", "m"], 2 * size),
        },
        index=pd.Index([f"c{i:04d}" for i in range(2 * size)], name="customer_id"),
    )
    return customers, pd.Series(group, index=customers.index, name="cluster")


class TestEffects:
    def test_delta_by_hand(self) -> None:
        # of nine pairs (1, 2, 5) against (2, 3, 4): wins 3, losses 5, one tie -> -2/9
        customers = pd.DataFrame({"frequency": [1, 2, 5, 2, 3, 4]})
        traits = personas.persona_traits(customers, pd.Series(list("aaabbb")), min_group=3)
        assert traits.set_index("persona")["delta"].round(6).to_dict() == {"a": -0.222222, "b": 0.222222}

    def test_traits_are_ordered_and_small_groups_left_out(self) -> None:
        customers, group = shop()
        group.iloc[:3] = 2
        traits = personas.persona_traits(customers, group, min_group=30)
        assert set(traits["persona"]) == {0, 1}
        assert traits.groupby("persona")["delta"].apply(lambda delta: delta.abs().is_monotonic_decreasing).all()

    def test_traits_of_everyone(self) -> None:
        customers, _ = shop()
        traits = personas.persona_traits(customers, pd.Series("Everyone", index=customers.index))
        assert traits["delta"].isna().all()
        assert traits["median"].notna().all()

    def test_attributes_with_evidence_only(self) -> None:
        customers, group = shop()
        attributes = personas.persona_attributes(customers, group)
        assert attributes[["persona", "attribute", "value"]].values.tolist() == [
            [0, "country", "UK"],
            [1, "country", "FR"],
        ]
        assert (attributes["low"] > 0).all()

    def test_attributes_of_few_are_not_told(self) -> None:
        customers, group = shop(40)
        customers.loc[customers.index[20:], "country"] = None
        assert personas.persona_attributes(customers, group).empty

    def test_accidents_are_not_told(self) -> None:
        """Attributes of pure chance: with all comparisons together at 95%, hardly any run says anything."""
        rng, said = np.random.default_rng(0), 0
        group = pd.Series(np.repeat(["a", "b"], 200))
        for _ in range(5):
            chance = pd.DataFrame({f"attribute_{i}": rng.choice(["x", "y"], 400) for i in range(30)})
            said += len(personas.persona_attributes(chance, group))
        assert said <= 1


class TestNames:
    def test_from_behaviour(self) -> None:
        customers, group = shop()
        names = personas.name_personas(customers, group)
        assert names["persona"].tolist() == ["Recent frequent buyers", "Lapsed one-time buyers"]
        assert names["named"].all()
        assert "frequency high (+1.00)" in names["why"].iloc[0]

    def test_never_from_who_they_are(self) -> None:
        rng = np.random.default_rng(0)
        customers = pd.DataFrame({"age": [20] * 40 + [70] * 40, "gender": ["f"] * 40 + ["m"] * 40}).sample(frac=1)
        group = (customers["age"] == 70).astype(int)
        assert personas.name_personas(customers, group, ["age", "gender"])["persona"].tolist() == ["Group 1", "Group 2"]
        customers["frequency"] = np.where(group == 1, 9, 2) + rng.integers(0, 2, 80)
        names = personas.name_personas(customers, group, ["age", "frequency"])["persona"].tolist()
        assert names == ["Occasional buyers", "Frequent buyers"]

    def test_unknown_behaviour_has_a_plain_name(self) -> None:
        customers = pd.DataFrame({"milk": [1.0] * 40 + [9.0] * 40, "site_visits": [9.0] * 40 + [1.0] * 40})
        names = personas.name_personas(customers, pd.Series([0] * 40 + [1] * 40), ["milk", "site_visits"])
        assert names["persona"].tolist() == ["Low milk, high site visits", "High milk, low site visits"]

    def test_unstable_and_small_groups_get_a_number(self) -> None:
        customers, group = shop()
        group.iloc[:5] = 2
        group.iloc[5:50] = -1
        names = personas.name_personas(customers, group, stability=pd.Series({0: 0.5, 1: 0.9, 2: 0.9}))
        assert names.loc[[-1, 0, 2], "persona"].tolist() == ["Not named", "Group 1 (unstable)", "Group 3 (small)"]
        assert names["named"].tolist() == [False, False, True, False]
        assert "0.50 of 1, needs 0.6" in names.loc[0, "why"]

    @given(st.integers(2, 9), st.integers(0, 50))
    @settings(max_examples=15, deadline=None)
    def test_names_are_unique(self, groups: int, seed: int) -> None:
        customers, _ = shop(80, seed)
        labels = pd.Series(np.random.default_rng(seed).integers(0, groups, 160), index=customers.index)
        assert personas.name_personas(customers, labels, min_group=1)["persona"].is_unique

    def test_one_group_is_everyone(self) -> None:
        customers, group = shop()
        assert personas.name_personas(customers, group * 0)["persona"].tolist() == ["Everyone"]

    def test_phrases_are_complete(self) -> None:
        assert all(all(row.values()) for row in _phrases().values())
        assert {feature for feature, _ in _phrases()} <= {column.name for column in CUSTOMERS}


class TestRules:
    def test_a_rule_says_what_it_does(self) -> None:
        """The fidelity told is that of the conditions as written, on customers the rule was not learned from."""
        customers, group = shop(300)
        rng = np.random.default_rng(1)
        noisy = group.where(rng.random(len(group)) > 0.1, 1 - group)
        rules = personas.persona_rules(customers, noisy, ["frequency", "recency_days"])
        one = rules[rules["persona"] == 0]
        held = np.ones(len(customers), dtype=bool)
        for row in one.itertuples():
            held &= (
                (customers[row.feature] > row.value) if row.operator == ">" else (customers[row.feature] <= row.value)
            )
        f1 = 2 * (held & (noisy == 0)).sum() / (held.sum() + (noisy == 0).sum())
        assert one["f1"].iloc[0] == pytest.approx(f1, abs=0.04)

    def test_short(self) -> None:
        customers, group = shop()
        rules = personas.persona_rules(customers, group)
        assert rules.groupby("persona").size().tolist() == [1, 1]
        assert (rules["f1"] == 1).all()

    def test_unknown_values_are_told(self) -> None:
        customers = pd.DataFrame({"interpurchase_days": [5.0] * 40 + [50.0] * 60 + [np.nan] * 20})
        rules = personas.persona_rules(customers, pd.Series(["fast"] * 40 + ["slow"] * 80), ["interpurchase_days"])
        assert rules.set_index("persona")["or_unknown"].to_dict() == {"fast": False, "slow": True}

    def test_categories(self) -> None:
        customers, _ = shop()
        rules = personas.persona_rules(customers, customers["country"].rename("persona"), ["country", "frequency"])
        assert set(rules["feature"]) == {"country"}
        assert set(rules["operator"]) <= {"is", "is not"}
        assert set(rules["value"]) <= {"UK", "FR"}


class TestCards:
    def test_adds_up(self) -> None:
        customers, group = shop()
        names = personas.name_personas(customers, group)
        cards = personas.persona_cards(customers, group.map(names["persona"]), names=names)
        assert cards["customers"].sum() == len(customers)
        assert cards["customers_share"].sum() == pytest.approx(1)
        assert cards["revenue_share"].sum() == pytest.approx(1)
        assert cards["revenue"].sum() == pytest.approx(customers["monetary_value"].sum())
        assert cards["revenue"].is_monotonic_decreasing
        assert cards["attributes"].iloc[0] == "country, gender"
        assert cards["attributes_known_share"].tolist() == [1.0, 1.0]

    def test_small_groups_have_a_size_only(self) -> None:
        customers, group = shop()
        group.iloc[:29] = 2
        cards = personas.persona_cards(customers, group.astype(str)).set_index("persona")
        told = cards.loc["2"].drop(
            ["customers", "customers_share", "revenue", "revenue_share", "described", "attributes"]
        )
        assert told.isna().all()
        assert not cards.loc["2", "described"]

    def test_ids_are_not_shown(self) -> None:
        customers, group = shop()
        cards = personas.persona_cards(customers, group)
        examples = personas.persona_examples(customers, group)
        assert not set(cards["typical_customer"]) & set(customers.index)
        assert cards["typical_customer"].tolist() == examples["typical_customer"].tolist()
        assert not {"customer_id", "index"} & set(examples.columns)

    def test_typical_customer_is_the_medoid(self) -> None:
        """Oracle: the smallest sum of distances, by hand."""
        customers = pd.DataFrame({"frequency": [1, 4, 5, 6, 30]})
        example = personas.persona_examples(customers, pd.Series(["all"] * 5), min_group=1)
        assert example["frequency"].tolist() == [5]

    def test_order_of_customers_does_not_matter(self) -> None:
        customers, group = shop()
        shuffled = customers.sample(frac=1, random_state=3)
        first, second = (
            personas.persona_cards(table, group).drop(columns="typical_customer") for table in (customers, shuffled)
        )
        pd.testing.assert_frame_equal(first, second)

    def test_map_tells_what_it_shows(self) -> None:
        customers, group = shop()
        points = personas.persona_map(customers, group, ["frequency", "monetary_value", "recency_days"], sample=50)
        assert len(points) == 50
        assert 0.5 < points["shown_share"].iloc[0] <= 1

    @pytest.mark.parametrize("size", [1, 2, 31])
    def test_everyone(self, size: int) -> None:
        customers, _ = shop()
        customers = customers.head(size)
        clusterer = personas.PersonaClusterer(1).fit(customers)
        names = personas.name_personas(
            customers, clusterer.labels_, stability=personas.group_stability(customers, clusterer)
        )
        persona = clusterer.labels_.map(names["persona"])
        cards = personas.persona_cards(customers, persona, names=names)
        assert cards["persona"].tolist() == ["Everyone"]
        assert personas.persona_rules(customers, persona).empty
        assert personas.persona_attributes(customers, persona).empty
        assert len(personas.persona_map(customers, persona)) == (size if size >= 30 else 0)

    def test_a_table_without_money(self) -> None:
        customers, group = shop()
        cards = personas.persona_cards(customers.drop(columns="monetary_value"), group)
        assert cards["revenue"].isna().all()
        assert cards["rule_f1"].notna().all()
