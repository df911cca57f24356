"""Profiles of segments: hand-worked cases, statistics against their published or independent oracles, invariants."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from sklearn.metrics import adjusted_mutual_info_score

from seglib import findings, profiles, recommend_actions
from seglib.errors import InputError
from seglib.tables.measures import by_construction


def customers_of(money, *, recency=1, frequency=1, **more) -> pd.DataFrame:
    index = pd.Index([f"c{i:04d}" for i in range(len(money))], name="customer_id", dtype="str")
    columns = {"recency_days": recency, "frequency": frequency, "monetary_value": np.asarray(money, dtype=float)}
    return pd.DataFrame(columns | more, index=index)


@pytest.fixture
def shop() -> pd.DataFrame:
    return customers_of(
        [100.0, 300.0, 50.0, 50.0, -100.0],
        recency=[1, 3, 30, 50, 400],
        frequency=[5, 7, 1, 2, 1],
        products=[9, 8, 1, 2, 1],
    )


@pytest.fixture
def names(shop) -> pd.Series:
    return pd.Series(["Best", "Best", "Rest", "Rest", None], index=shop.index, name="tier", dtype="str")


@pytest.fixture
def crowd() -> pd.DataFrame:
    """600 customers; A are older, buy more often and have dogs."""
    rng = np.random.default_rng(7)
    group = np.repeat(["A", "B", "C"], 200)
    table = customers_of(rng.gamma(2, 50, 600), recency=rng.integers(1, 300, 600), frequency=rng.poisson(3, 600) + 1)
    table["frequency"] += np.where(group == "A", 4, 0)
    table["pet"] = np.where((group == "A") & (rng.random(600) < 0.8), "dog", rng.choice(["cat", "dog", "fish"], 600))
    return table.assign(group=group)


# --- laying a segmentation beside the customers


def test_align_orders_by_revenue_then_by_the_order_given(shop, names):
    assert list(profiles.align_segments(shop, names).cat.categories) == ["Best", "Rest"]
    assert list(profiles.align_segments(shop, names, order=["Rest", "Nobody"]).cat.categories) == ["Rest", "Best"]
    ordered = names.astype(pd.CategoricalDtype(["Rest", "Best"], ordered=True))
    assert list(profiles.align_segments(shop, ordered).cat.categories) == ["Rest", "Best"]


def test_align_reads_flags_numbers_and_blanks(shop):
    flags = pd.Series([True, False, None, True, False], index=shop.index, dtype="object")
    assert profiles.align_segments(shop, flags).astype("str").tolist()[:2] == ["yes", "no"]
    numbers = pd.Series([1, 2], index=shop.index[:2])
    assert profiles.align_segments(shop, numbers).dropna().tolist() == ["1", "2"]
    assert profiles.align_segments(shop, pd.Series(["", " ", "x", "x", "x"], index=shop.index)).isna().sum() == 2


@pytest.mark.parametrize(
    ("segments", "message"),
    [
        (["Best"], "expected a Series"),
        (pd.Series(["a"], index=["nobody"]), "none of the 1 customers"),
        (pd.Series(["a", "b"], index=["c0001", "c0001"]), "more than one segment"),
    ],
)
def test_align_refuses_what_cannot_be_joined(shop, segments, message):
    with pytest.raises(InputError, match=message):
        profiles.profile_segments(shop, segments)


def test_align_names_missing_measures(names):
    with pytest.raises(InputError, match="monetary_value"):
        profiles.profile_segments(pd.DataFrame({"recency_days": [1], "frequency": [1]}, index=["c0000"]), names)


def test_top_segments_keeps_the_largest_and_adds_up_the_rest():
    table = customers_of(range(1, 41))
    many = pd.Series([f"s{i}" for i in range(40)], index=table.index)
    shown = profiles.top_segments(table, many)
    assert list(shown.cat.categories) == [*(f"s{i}" for i in range(39, 27, -1)), "Other (28)"]
    assert (shown == "Other (28)").sum() == 28
    assert "Other (28)" not in recommend_actions(profiles.profile_segments(table, shown))["segment"].tolist()


# --- sizes


def test_profile_hand_worked(shop, names):
    profile = profiles.profile_segments(shop, names).set_index("segment")
    assert profile.index.tolist() == ["Best", "Rest", "Not covered"]
    assert profile["customers"].tolist() == [2, 2, 1]
    assert profile["customers_share"].tolist() == [0.4, 0.4, 0.2]
    assert profile["revenue"].tolist() == [400, 100, -100]
    assert profile["revenue_share"].tolist() == [1.0, 0.25, -0.25]
    assert profile["orders"].tolist() == [12, 3, 1]
    assert profile["revenue_per_customer"].tolist() == [200, 50, -100]
    assert profile["index"].tolist() == [250, 62.5, -125]  # the average customer brings 80
    assert profile["median_recency_days"].tolist() == [2, 40, 400]
    assert profile[["revenue_per_customer_low", "revenue_share_high"]].isna().all(axis=None)  # below 30 there is none
    assert profile["rough"].all()
    assert not profile["differs"].any()


def test_intervals_of_a_profile(crowd):
    money = np.exp(np.random.default_rng(3).normal(0, 1.5, len(crowd)))
    profile = profiles.profile_segments(crowd.assign(monetary_value=money), crowd["group"])
    for name in ("revenue_per_customer", "revenue_share"):
        assert (profile[f"{name}_low"] < profile[name]).all()
        assert (profile[name] < profile[f"{name}_high"]).all()
    assert profile["rough"].tolist() == (profile["customers"] < 300).tolist()
    assert not profile["differs"].any()


def test_names_dealt_at_random_bring_nobody_more():
    """Intervals of 11 groups drawn at random lie apart, the highest from the lowest, on every sixth page."""
    rng, claims = np.random.default_rng(5), 0
    for _run in range(60):
        table = customers_of(np.exp(rng.normal(0, 1, 1100)))
        names = pd.Series(rng.permutation(np.arange(1100) % 11).astype(str), index=table.index)
        claims += "chance" not in findings.profiles.revenue_per_customer(profiles.profile_segments(table, names))
    assert claims <= 3


def test_profile_without_revenue_has_no_shares():
    profile = profiles.profile_segments(customers_of([0.0, 0.0]), pd.Series({"c0000": "A", "c0001": "B"}))
    assert profile[["revenue_share", "index"]].isna().all(axis=None)


@given(
    st.lists(
        st.tuples(st.integers(-(10**9), 10**9), st.integers(1, 99), st.sampled_from(["A", "B", "C", None])),
        min_size=1,
        max_size=40,
    )
)
@settings(max_examples=60, deadline=None)
def test_profile_adds_up_to_all_customers_exactly(rows):
    ten_thousandths, orders, group = (list(column) for column in zip(*rows, strict=True))
    table = customers_of(np.array(ten_thousandths) / 10_000, frequency=orders)
    segments = pd.Series(group, index=table.index, dtype="object")
    profile = profiles.profile_segments(table, segments)
    assert profile["customers"].sum() == len(table)
    assert profile["orders"].sum() == sum(orders)
    assert round(profile["revenue"] * 10_000).astype("int64").sum() == sum(ten_thousandths)
    assert profile["customers_share"].sum() == pytest.approx(1)


def test_profile_does_not_depend_on_the_order_or_the_ids_of_customers(crowd):
    first = profiles.profile_segments(crowd, crowd["group"])
    shuffled = crowd.sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(first, profiles.profile_segments(shuffled, crowd["group"]))
    renamed = crowd.rename(index=lambda name: f"x{name}")
    pd.testing.assert_frame_equal(first, profiles.profile_segments(renamed, renamed["group"]))


def test_nothing_changes_its_callers_table(crowd):
    before, segments = crowd.copy(deep=True), crowd["group"].copy(deep=True)
    profiles.profile_segments(crowd, segments)
    profiles.segment_traits(crowd, segments)
    profiles.pick_attribute(crowd, "pet")
    pd.testing.assert_frame_equal(crowd, before)


def test_empty_table_gives_empty_answers():
    nobody = customers_of([]).astype({"recency_days": "int64", "frequency": "int64"})
    segments = pd.Series([], index=nobody.index, dtype="str")
    assert profiles.profile_segments(nobody, segments).empty
    assert profiles.index_table(nobody, segments, min_group=1).empty
    assert profiles.segment_traits(nobody, segments).empty
    assert profiles.cross_segments(segments, segments).empty


# --- against the average


def test_index_hand_worked_and_missing_for_a_negative_average(shop, names):
    index = profiles.index_table(shop, names, min_group=1)
    assert index.loc["Best", "frequency"] == pytest.approx(100 * 6 / 3.2)
    assert index.loc["Rest", "monetary_value"] == 62.5
    assert list(index.index) == ["Best", "Rest"]
    below = profiles.index_table(shop.assign(monetary_value=-1.0), names, min_group=1)
    assert below["monetary_value"].isna().all()
    assert profiles.index_table(shop, names, min_group=3).empty


def test_index_weighted_by_customers_is_100(crowd):
    index = profiles.index_table(crowd, crowd["group"], ["monetary_value", "recency_days"], min_group=1)
    weights = crowd["group"].value_counts().reindex(index.index)
    assert np.average(index, axis=0, weights=weights) == pytest.approx([100, 100])


def test_mean_positions_have_50_in_the_middle_and_drop_what_is_equal(crowd):
    table = crowd.assign(products=3)
    positions = profiles.mean_positions(table, table["group"], min_group=1)
    assert "products" not in positions
    assert np.average(positions, axis=0) == pytest.approx(np.full(3, 50))
    assert positions["frequency"].idxmax() == "A"


def test_stack_profiles_leads_with_the_segmentation(shop, names):
    profile = profiles.profile_segments(shop, names)
    stacked = profiles.stack_profiles({"tier": profile, "": profile, "none": profile.head(0)})
    assert stacked.columns[0] == "segmentation"
    assert stacked["segmentation"].tolist() == ["tier"] * 3
    assert profiles.stack_profiles({}).empty


# --- traits


def test_traits_find_what_was_planted(crowd):
    traits = profiles.segment_traits(crowd, crowd["group"])
    clear = traits[traits["evidence"] & (traits["segment"] == "A")].set_index(["attribute", "value"])
    assert clear.loc[("pet", "dog"), "effect"] > 0.5
    assert clear.loc[("frequency", ""), "effect"] > 0.5
    assert ("recency_days", "") not in clear.index
    dog = clear.loc[("pet", "dog")]
    share = (crowd.loc[crowd["group"] == "A", "pet"] == "dog").mean()
    elsewhere = (crowd.loc[crowd["group"] != "A", "pet"] == "dog").mean()
    assert (dog["in_segment"], dog["elsewhere"]) == pytest.approx((share, elsewhere))
    assert dog["index"] == pytest.approx(100 * share / elsewhere)
    assert (dog["n"], dog["n_elsewhere"]) == (200, 400)


def test_traits_of_shuffled_segments_are_few(crowd):
    rng = np.random.default_rng(5)
    found = [
        profiles.segment_traits(crowd.drop(columns="group"), pd.Series(rng.permutation(crowd["group"]), crowd.index))
        for _ in range(40)
    ]
    false_alarms = sum(bool(traits["evidence"].any()) for traits in found)
    assert false_alarms <= 6  # 5% of 40 tables expected; six or fewer has probability 0.99


def test_one_customer_who_brought_back_ten_times_as_much_proves_nothing():
    """Such a share makes sums of most segments lie far below the middle, and each looked certain to."""
    rng = np.random.default_rng(8)
    table = customers_of(rng.gamma(2, 50, 2000))
    table["returns_share"] = np.where(rng.random(2000) < 0.2, rng.random(2000), 0.0)
    table.iloc[:6, table.columns.get_loc("returns_share")] = 40.0
    segments = [pd.Series(rng.permutation(np.arange(2000) % 8).astype(str), table.index) for _run in range(40)]
    found = [profiles.segment_traits(table, one, measures=["returns_share"])["evidence"].any() for one in segments]
    assert sum(found) <= 2


def test_shares_of_spend_of_shuffled_segments_are_few():
    """Welch's test made 8 false claims a page, on every page."""
    rng = np.random.default_rng(9)
    table = customers_of(rng.gamma(2, 50, 2400))
    spent = np.where(rng.random((2400, 30)) < rng.uniform(0.02, 0.3, 30), rng.beta(2, 1, (2400, 30)), 0.0)
    shares = {"channel": pd.DataFrame(spent, index=table.index, columns=[f"shop {n}" for n in range(30)])}
    own = np.repeat(list("ABCDEFG"), [41, 60, 100, 200, 400, 700, 899])
    segments = [pd.Series(rng.permutation(own), table.index) for _run in range(30)]
    found = [profiles.segment_traits(table, one, shares=shares, measures=[])["evidence"].any() for one in segments]
    assert sum(found) <= 2


def test_what_segments_were_made_from_is_described_and_not_tested(crowd):
    shares = {"channel": pd.DataFrame({"app": np.linspace(0, 1, 600)}, index=crowd.index)}
    traits = profiles.segment_traits(
        crowd, crowd["group"], shares=shares, made_from=by_construction(["frequency", "pet", "top_channel"])
    )
    assert set(traits["attribute"]) == {"recency_days", "frequency", "monetary_value"}
    assert traits["p_value"].isna().all()
    assert not traits["evidence"].any()
    said = findings.profiles.traits(traits)
    assert said.startswith("By their making the groups lie furthest apart in Orders of A, ")
    assert said.endswith("that says how they were cut and is not tested.")
    action = recommend_actions(["A"], traits=traits).iloc[0]
    assert (action["source"], action["measures"]) == ("derived", ("frequency",))  # by the size of the difference


def test_one_cloud_cut_in_three_makes_no_discovery():
    """10 of 12 differences "held up", after which a card said "higher in 88% of comparisons"."""
    rng = np.random.default_rng(10)
    table = customers_of(rng.normal(100, 10, 900), frequency=rng.normal(100, 10, 900).round())
    cut = pd.qcut(table["monetary_value"] + table["frequency"], 3, labels=list("abc")).astype("str")
    assert profiles.segment_traits(table, cut)["evidence"].sum() >= 4
    made_from = by_construction(["monetary_value", "frequency"])
    assert not profiles.segment_traits(table, cut, made_from=made_from)["evidence"].any()


def test_traits_leave_small_groups_alone(crowd):
    small = crowd["group"].where(np.arange(600) >= 190, "D")  # leaves ten A
    traits = profiles.segment_traits(crowd, small)
    assert set(traits["segment"]) == {"B", "C", "D"}
    known = crowd.assign(pet=crowd["pet"].where(np.arange(600) % 8 == 0))  # 25 known in each group
    assert "pet" not in set(profiles.segment_traits(known, crowd["group"])["attribute"])


def test_traits_skip_the_segmentation_itself(crowd):
    assert "pet" not in set(profiles.segment_traits(crowd, crowd["pet"])["attribute"])


def test_traits_of_one_segment_compare_it_with_those_not_covered(crowd):
    one = crowd["group"].where(crowd["group"] == "A")
    traits = profiles.segment_traits(crowd.drop(columns="group"), one)
    assert set(traits["segment"]) == {"A"}
    assert traits["n_elsewhere"].unique().tolist() == [400]
    assert profiles.segment_traits(crowd, pd.Series("Everyone", index=crowd.index)).empty


def test_traits_of_shares_of_spend_use_means(crowd):
    tea = np.where(crowd["group"] == "A", 0.6, 0.2) + np.tile([-0.1, 0.1], 300)
    shares = pd.DataFrame({"Tea": tea, "Pots": 1 - tea, "Rare": 0.0}, index=crowd.index)
    traits = profiles.segment_traits(crowd, crowd["group"], shares={"category": shares}, measures=[], attributes=[])
    assert set(traits["value"]) == {"Tea", "Pots"}
    top = traits[(traits["segment"] == "A") & (traits["value"] == "Tea")].iloc[0]
    assert (top["in_segment"], top["elsewhere"], top["index"]) == pytest.approx((0.6, 0.2, 300))
    assert (top["statistic"], bool(top["evidence"])) == ("mean share of spend", True)
    none = pd.DataFrame(index=pd.Index([], name="customer_id", dtype="str"))
    assert profiles.segment_traits(crowd, crowd["group"], shares={"x": none}, measures=[], attributes=[]).empty


def test_traits_refuse_unknown_columns(crowd):
    with pytest.raises(InputError, match="Did you mean 'pet'"):
        profiles.segment_traits(crowd, crowd["group"], attributes=["pets"])


def test_traits_of_the_wholesale_channels(shared):
    """Retailers buy more detergents, paper, groceries and milk; hotels and restaurants more fresh and frozen food."""
    goods = pd.read_parquet(shared("wholesale_customers_b2b") / "wholesale_customers.parquet")
    table = customers_of(goods.iloc[:, 2:].sum(axis=1)).join(goods.set_axis(customers_of(goods["Milk"]).index))
    channel = table["Channel"].map({1: "Horeca", 2: "Retail"}).rename("Channel")
    assert channel.value_counts().to_dict() == {"Horeca": 298, "Retail": 142}
    traits = profiles.segment_traits(table, channel, measures=[])
    retail = traits[(traits["segment"] == "Retail") & traits["evidence"]].set_index("attribute")["effect"]
    assert set(retail[retail > 0.5].index) == {"Detergents_Paper", "Grocery", "Milk"}
    assert set(retail[retail < -0.2].index) == {"Fresh", "Frozen"}


def test_usable_attributes_of_customer_personality(shared):
    people = pd.read_parquet(shared("customer_personality") / "marketing_campaign.parquet")
    usable = profiles.usable_attributes(people.head(2240)).set_index("attribute")
    assert usable.loc["ID", "reason"] == "every customer has their own"
    assert usable.loc["Z_Revenue", "reason"] == "the same for nearly everyone"
    assert usable.loc["Dt_Customer", "reason"] == "too many different values"
    assert usable.loc[["Education", "Income", "Kidhome"], "used"].all()
    assert profiles.pick_attribute(people, "Income").value_counts().size == 4


# --- attributes


def test_pick_attribute_takes_the_first_known_in_natural_order():
    table = customers_of(
        np.ones(120), phone=range(120), income=["35-49K", "Under 15K", "15-24K", "250K+"] * 30, pet=["cat", "dog"] * 60
    )
    who = profiles.pick_attribute(table)
    assert who.name == "income"
    assert list(who.cat.categories) == ["Under 15K", "15-24K", "35-49K", "250K+"]
    assert profiles.profile_segments(table, who)["segment"].tolist() == list(who.cat.categories)


def test_pick_attribute_puts_small_groups_together():
    table = customers_of(np.ones(130), town=["Cork"] * 60 + ["Galway"] * 35 + ["A"] * 20 + ["B"] * 15)
    assert profiles.pick_attribute(table, "town").value_counts().to_dict() == {
        "Cork": 60,
        "Galway": 35,
        "Other (2)": 35,
    }
    few = profiles.pick_attribute(table.head(110), "town")
    assert few.isna().sum() == 15


def test_pick_attribute_cuts_numbers_into_bands():
    table = customers_of(np.ones(200), birth_year=[1950 + i % 40 for i in range(200)])
    assert list(profiles.pick_attribute(table).cat.categories) == [
        "1950 to 1959",
        "1960 to 1969",
        "1970 to 1979",
        "1980 to 1989",
    ]


def test_pick_attribute_without_contacts_is_nobody(shop):
    who = profiles.pick_attribute(shop)
    assert (who.name, who.isna().all()) == ("", True)
    assert profiles.profile_segments(shop, who)["segment"].tolist() == ["Not covered"]
    with pytest.raises(InputError, match="no column"):
        profiles.pick_attribute(shop, "colour")


# --- two segmentations


def test_cross_hand_worked():
    first = pd.Series({"a": "X", "b": "X", "c": "Y", "d": "Y", "e": "Y"}, name="first")
    second = pd.Series({"a": "P", "b": "Q", "c": "Q", "d": "Q", "z": "P"}, name="second")
    cross = profiles.cross_segments(first, second).set_index(["first", "second"])
    assert cross["customers"].to_dict() == {("X", "Q"): 1, ("X", "P"): 1, ("Y", "Q"): 2, ("Y", "P"): 0}
    assert cross.loc[("X", "P"), ["row_share", "overall_share", "index"]].tolist() == [0.5, 0.25, 200]


def test_cross_needs_customers_in_both():
    with pytest.raises(InputError, match="no customer is in both"):
        profiles.cross_segments(pd.Series({"a": "X"}), pd.Series({"b": "Y"}))


def test_association_against_scikit_learn_and_by_hand(crowd):
    cross = profiles.cross_segments(crowd["group"], crowd["pet"])
    found = profiles.association(cross)
    assert found["adjusted_mutual_information"] == pytest.approx(
        adjusted_mutual_info_score(crowd["group"], crowd["pet"])
    )
    spread = stats.chi2_contingency(pd.crosstab(crowd["group"], crowd["pet"])).statistic / 600
    by_hand = np.sqrt((spread - 4 / 599) / (3 - 4 / 599 - 1))  # Bergsma 2013 for a 3 x 3 table
    assert found["cramers_v"] == pytest.approx(by_hand)


def test_association_ends(crowd):
    itself = profiles.association(profiles.cross_segments(crowd["group"], crowd["group"]))
    assert itself["cramers_v"] == pytest.approx(1)
    one = profiles.association(profiles.cross_segments(crowd["group"], pd.Series("Everyone", index=crowd.index)))
    assert one.isna().tolist() == [False, True, True]
