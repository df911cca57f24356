"""Comparing schemes: chance explains nothing, the outcome's own bands everything, and the future leaks nowhere."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seglib import schemes
from seglib.errors import InputError
from seglib.show.findings import schemes as findings
from seglib.tables.explained import RANDOM, Explained, band, explained_now

N = 600
PEOPLE = pd.Index([f"c{i:04d}" for i in range(N)], name="customer_id")


@pytest.fixture(scope="module")
def shop() -> tuple[pd.DataFrame, pd.DataFrame]:
    rng = np.random.default_rng(1)
    customers = pd.DataFrame({"monetary_value": rng.lognormal(3, 1, N)}, index=PEOPLE)
    again = rng.random(N) < 0.5
    return customers, pd.DataFrame(
        {"next_revenue": again * rng.lognormal(3, 1, N), "bought_again": again}, index=PEOPLE
    )


def compare(shop, **named: pd.Series) -> pd.DataFrame:
    return schemes.compare_schemes(named, *shop, earlier=named).set_index("scheme")


@pytest.mark.parametrize("seed", range(8))
def test_a_random_scheme_explains_nothing(shop, seed):
    chance = pd.Series(np.random.default_rng(100 + seed).choice(list("ABCDEFGH"), N), index=PEOPLE)
    row = compare(shop, chance=chance).loc["chance"]
    assert abs(row["explained"]) < 0.03
    assert row["explained_low"] < 0.005
    assert row["auc"] == pytest.approx(0.5, abs=0.07)
    assert row["explained_now"] < 0.03


def test_shuffled_labels_lose_what_they_explained(shop):
    after = shop[1]
    told = pd.Series(np.where(after["bought_again"], "again", "not"), index=PEOPLE)
    shuffled = pd.Series(np.random.default_rng(0).permutation(told), index=PEOPLE)
    table = compare(shop, told=told, shuffled=shuffled)
    assert table.loc["told", "explained"] > 0.7
    assert abs(table.loc["shuffled", "explained"]) < 0.02
    assert table.loc["told", "auc"] == 1.0
    assert table.index[0] == "told"
    assert set(table.index) == {"told", "shuffled", RANDOM}


def test_the_outcome_s_own_bands_explain_everything(shop):
    bands = pd.cut(shop[1]["next_revenue"].rank(), 20).astype("str")
    row = compare(shop, bands=bands).loc["bands"]
    assert row["explained"] > 0.97
    assert row["explained_high"] <= 1


def test_share_explained_against_adjusted_r_squared():
    """Oracle: adjusted R squared of least squares on dummies; with segments of one size it is the same number."""
    from sklearn.linear_model import LinearRegression

    rng = np.random.default_rng(5)
    codes = np.repeat(np.arange(4), N // 4)
    outcome = codes + rng.normal(0, 1.5, N)
    ranks = pd.Series(outcome).rank() / N
    dummies = pd.get_dummies(codes).to_numpy(dtype=float)
    plain = LinearRegression().fit(dummies, ranks).score(dummies, ranks)
    found = Explained({"k": codes}, outcome).of("k")
    assert found.value == pytest.approx(1 - (1 - plain) * (N - 1) / (N - 4))
    assert found.low < found.value < found.high


def test_eta_squared_against_kruskal_wallis_of_scipy():
    from scipy.stats import kruskal

    rng = np.random.default_rng(2)
    codes, values = rng.integers(0, 3, 200), rng.integers(0, 9, 200).astype(float)
    h = kruskal(*(values[codes == code] for code in range(3))).statistic
    assert explained_now(codes, values) == pytest.approx(max(0, (h - 2) / 197))


def test_auc_interval_covers_what_it_should():
    rng = np.random.default_rng(4)
    codes = rng.integers(0, 2, 800)
    bought = rng.random(800) < np.where(codes == 1, 0.7, 0.3)
    found = Explained({"k": codes}, bought * 1.0, bought).of("k", "again")
    assert found.low < 0.7 < found.high
    assert np.isnan(Explained({"k": codes}, codes * 1.0, np.ones(800, dtype=bool)).of("k", "again").value)


def buyers(n: int, seed: int) -> tuple[np.ndarray, pd.DataFrame]:
    """Eleven uneven segments of customers, and a period after it in which half of them buy, for skewed money."""
    rng = np.random.default_rng(seed)
    codes = rng.choice(11, n, p=np.arange(1, 12) / 66)
    liking = codes / 5 + rng.normal(0, 1, n)
    again = rng.random(n) < 1 / (1 + np.exp(0.5 - liking))
    return codes, pd.DataFrame({"next_revenue": again * np.exp(liking), "bought_again": again})


@pytest.mark.parametrize("n", [300, 1000])
def test_intervals_hold_the_truth_as_often_as_they_say(n):
    """They held it in 84% and 87% of shops while errors were drawn and nothing was fitted again."""
    codes, after = buyers(200_000, 1)
    whole = Explained({"k": codes}, after["next_revenue"], draws=0)
    truth = {measure: whole.of("k", measure).value for measure in ("ranks", "money")}
    held = dict.fromkeys(truth, 0)
    for seed in range(100):
        codes, after = buyers(n, 100 + seed)
        found = Explained({"k": codes}, after["next_revenue"].to_numpy(), draws=150)
        for measure, value in truth.items():
            held[measure] += found.of("k", measure).low <= value <= found.of("k", measure).high
    assert min(held.values()) >= 88  # of 100 nominal 95: fewer than one in a hundred runs of 95%


def test_fewer_than_thirty_customers_explain_nothing():
    codes, after = buyers(29, 1)
    assert np.isnan(Explained({"k": codes}, after["next_revenue"].to_numpy()).of("k").value)
    codes, after = buyers(30, 1)
    assert np.isfinite(Explained({"k": codes}, after["next_revenue"].to_numpy()).of("k").value)


def test_the_same_customers_at_two_days_are_no_more_customers():
    """Two copies of a period double the rows, not what is known: the interval stays as wide."""
    codes, after = buyers(300, 3)
    one = Explained({"k": codes}, after["next_revenue"].to_numpy()).of("k")
    day, person = np.repeat([0, 1], 300), np.tile(np.arange(300), 2)
    two = Explained({"k": np.tile(codes, 2)}, np.tile(after["next_revenue"], 2), person=person, day=day).of("k")
    assert two.value == pytest.approx(one.value)
    assert two.high - two.low == pytest.approx(one.high - one.low, rel=0.15)


def spenders(n: int = 1500) -> tuple[pd.DataFrame, pd.DataFrame, pd.Series, pd.Series]:
    """Customers who go on as they did, a scheme of three coarse names of their spend, and one of why they buy."""
    rng = np.random.default_rng(8)
    index = pd.Index([f"s{i:04d}" for i in range(n)], name="customer_id")
    spend, wants = rng.lognormal(4, 1, n), rng.integers(0, 2, n)
    later = spend * rng.lognormal(0, 0.4, n) * np.where(wants, 3.0, 0.3)
    before = {"spent_before": spend, "spent_last": spend * rng.lognormal(0, 0.6, n)}
    after = pd.DataFrame({"next_revenue": later, "bought_again": True, **before}, index=index)
    coarse = pd.Series(pd.cut(spend, [0, 30, 90, np.inf], labels=["Low", "Middle", "High"]), index=index).astype("str")
    return pd.DataFrame({"monetary_value": spend}, index=index), after, coarse, coarse + wants.astype("str")


def test_bands_of_spend_stand_beside_every_scheme():
    """Three names made of the spend explain less than eleven bands of it: the sentence said they explain most."""
    customers, after, coarse, _ = spenders()
    table = schemes.compare_schemes({"Value": coarse}, customers, after, earlier={"Value": coarse})
    rows = table.set_index("scheme")
    assert rows["kind"].to_dict() == {
        "Spend so far, in bands": "bands",
        "Value": "scheme",
        "Spend of the last period, in bands": "bands",
        RANDOM: "chance",
    }
    assert rows.loc["Value", ["rival", "money_rival"]].tolist() == ["Spend so far, in bands"] * 2
    assert rows.loc["Value", "ahead_high"] < 0
    assert abs(rows.loc[RANDOM, "explained"]) < 0.02
    assert findings.comparison(table).startswith(
        "“Spend so far, in bands” explains more of next period's revenue than any scheme: "
    )


def test_a_scheme_that_knows_more_than_spend_beats_the_bands():
    customers, after, _, wants = spenders()
    table = schemes.compare_schemes({"Wants": wants}, customers, after, earlier={"Wants": wants})
    row = table.set_index("scheme").loc["Wants"]
    assert row["ahead_low"] > 0
    assert findings.comparison(table).startswith("Wants explains most of the differences in the ranks of next period's")


def test_several_days_are_pooled_and_told():
    customers, after, coarse, _ = spenders()
    named = {"Value": coarse}
    table = schemes.compare_schemes(named, customers, [after, after.head(700)], earlier=[named, named])
    assert table["days"].tolist() == [2] * 4
    assert table["judged"].tolist() == [1500] * 4  # customers, of whom 700 are judged twice
    with pytest.raises(InputError, match="1 earlier for 2 outcomes"):
        schemes.compare_schemes(named, customers, [after, after], earlier=[named])


def test_bands_share_equal_values():
    assert band(pd.Series([0.0] * 9 + [1.0]), 11).nunique() == 2
    assert band(pd.Series([np.nan, 1.0])).tolist() == [-1, 0]


def test_who_has_no_segment_counts_as_one_more_segment(shop):
    """Covering a few easy customers is no advantage, and what mere coverage explains is told."""
    rich = shop[1]["next_revenue"] > 0
    few = pd.Series("Known", index=PEOPLE[rich])
    row = compare(shop, few=few).loc["few"]
    assert row["covered"] == rich.sum()
    assert row["explained"] == pytest.approx(row["explained_by_cover"], abs=0.01)
    assert row["judged"] == N


def test_behaviour_of_today_may_not_explain_what_came_before(shop):
    customers, after = shop
    later = pd.Series(np.where(after["bought_again"], "again", "not"), index=PEOPLE)
    row = schemes.compare_schemes({"later": later}, customers, after).set_index("scheme").loc["later"]
    assert np.isnan(row["explained"])
    assert "made of what happened later" in row["note"]


def test_a_fixed_scheme_of_those_who_came_back_is_not_judged(shop):
    """Whoever did not buy again is missing from today's customers: that would tell the outcome."""
    customers, after = shop
    people = customers.assign(country=np.where(np.arange(N) % 2, "IE", "FR"))
    everyone, back = schemes.geographic(people), schemes.geographic(people[after["bought_again"].to_numpy()])
    table = schemes.compare_schemes({"all": everyone, "back": back}, customers, after).set_index("scheme")
    assert abs(table.loc["all", "explained"]) < 0.02
    assert np.isnan(table.loc["back", "explained"])
    assert table.loc["all", "stability_of"] == "fixed attributes"


def test_stability_is_the_share_of_customers_who_keep_their_segment(shop):
    now = pd.Series(["A", "A", "B", "B"], index=PEOPLE[:4])
    then = pd.Series(["A", "B", "B", None], index=PEOPLE[:4])
    row = schemes.compare_schemes({"s": now}, shop[0], earlier={"s": then}).iloc[0]
    assert row["stability"] == pytest.approx(2 / 3)
    assert row["stability_low"] < 2 / 3 < row["stability_high"]


def test_coverage_completeness_and_the_smallest_segment(shop):
    people = shop[0].assign(
        industry=["retail"] * 200 + ["hotel"] * 100 + [None] * 300, employees=[5] * 100 + [None] * 500
    )
    firm = schemes.firmographic(people, ["industry", "size"])
    row = schemes.compare_schemes({"firm": firm}, people).iloc[0]
    assert (row["covered"], row["segments"]) == (100, 1)
    assert row["completeness_share"] == pytest.approx((300 + 100) / (2 * N))
    assert (row["smallest_segment"], row["smallest_customers"]) == ("retail, micro (<10)", 100)


def test_awkward_input(shop):
    customers, after = shop
    nobody = pd.Series(pd.NA, index=PEOPLE, dtype="str")
    row = schemes.compare_schemes({"nobody": nobody}, customers, after).set_index("scheme").loc["nobody"]
    assert (row["covered"], row["segments"]) == (0, 0)
    assert np.isnan(row["explained"])
    assert schemes.compare_schemes({}, customers).empty
    one = schemes.compare_schemes({"s": nobody}, customers.head(0), after.head(0))
    assert np.isnan(one["covered_share"].iloc[0])
    same = pd.Series("Everyone", index=PEOPLE)
    still = after.assign(next_revenue=0.0, bought_again=False)
    assert schemes.compare_schemes({"s": same}, customers, still, earlier={"s": same})["explained"].isna().all()
    with pytest.raises(InputError, match="Did you mean 'RFM'"):
        schemes.compare_schemes({"RFM": same}, customers, earlier={"RFN": same})


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1000), st.floats(0.01, 1e6))
def test_neither_order_nor_unit_of_money_matter(seed, unit):
    rng = np.random.default_rng(seed)
    index = pd.Index([f"c{i:03d}" for i in range(80)])
    money = pd.Series(rng.integers(0, 50, 80).astype(float), index=index)
    after = pd.DataFrame({"next_revenue": money})
    customers = pd.DataFrame({"monetary_value": money})
    kind = pd.Series(rng.choice(list("ab"), 80), index=index)
    one = schemes.compare_schemes({"k": kind}, customers, after, earlier={"k": kind})
    other = schemes.compare_schemes({"k": kind[::-1]}, customers[::-1] * unit, after[::-1] * unit, earlier={"k": kind})
    numbers = [name for name in one.columns if pd.api.types.is_numeric_dtype(one[name])]
    assert np.allclose(one[numbers].astype(float), other[numbers].astype(float), equal_nan=True)


def test_channel_of_real_wholesale_customers(shared):
    """UCI wholesale: 298 hotels and cafes, 142 shops; the channel tells who buys detergents, hardly who buys fresh."""
    table = pd.read_parquet(shared("wholesale_customers_b2b") / "wholesale_customers.parquet")
    table.index = pd.Index([f"w{i:03d}" for i in range(len(table))], name="customer_id")
    channel = schemes.firmographic(
        table.assign(industry=table["Channel"].map({1: "Horeca", 2: "Retail"})), ["industry"]
    )
    assert channel.segments.value_counts().to_dict() == {"Horeca": 298, "Retail": 142}
    found = {
        line: schemes.compare_schemes(
            {"channel": channel}, table.assign(monetary_value=table[line]), pd.DataFrame({"next_revenue": table[line]})
        ).iloc[0]
        for line in ("Detergents_Paper", "Fresh")
    }
    assert found["Detergents_Paper"]["explained"] > 0.5
    assert found["Detergents_Paper"]["explained_low"] > 0.4
    assert found["Fresh"]["explained"] < 0.1
    assert found["Detergents_Paper"]["explained"] == pytest.approx(found["Detergents_Paper"]["explained_now"], abs=0.02)
