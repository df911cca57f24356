"""RFM: presets, scores, segments, boundaries."""

import datetime as dt
import pickle
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from seglib import rfm
from seglib.actions import playbook
from seglib.errors import InputError
from seglib.segments.rfm import RFMScorer, load_preset

SHARED = Path(__file__).parents[3] / "shared" / "data"
PRESETS = list(rfm.list_presets().index)
# R from, to; FM from, to, as published for the eleven segments (catalogue of the field, FM on 0 to 5)
BOXES = {
    "Champions": (4, 5, 4, 5),
    "Loyal Customers": (2, 5, 3, 5),
    "Potential Loyalists": (3, 5, 1, 3),
    "New Customers": (4, 5, 0, 1),
    "Promising": (3, 4, 0, 1),
    "Need Attention": (2, 3, 2, 3),
    "About To Sleep": (2, 3, 0, 2),
    "At Risk": (0, 2, 2, 5),
    "Can't Lose Them": (0, 1, 4, 5),
    "Hibernating": (1, 2, 1, 2),
    "Lost": (0, 2, 0, 2),
}


def table(recency, frequency, money, **more) -> pd.DataFrame:
    index = pd.Index([f"c{i:07}" for i in range(len(recency))], name="customer_id")
    columns = {"recency_days": recency, "frequency": frequency, "monetary_value": np.asarray(money, dtype=float)}
    return pd.DataFrame({**columns, **more}, index=index)


def sample(n: int, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    frequency = rng.geometric(0.4, n)
    money = np.round(frequency * rng.lognormal(3, 1, n), 2)
    return table(rng.integers(0, 365, n), frequency, money, average_order_value=money / frequency)


@st.composite
def customer_tables(draw) -> pd.DataFrame:
    n = draw(st.integers(1, 40))
    whole = st.lists(st.integers(1, 12), min_size=n, max_size=n)
    cents = st.lists(st.integers(-500, 90_000), min_size=n, max_size=n)
    return table(draw(whole), draw(whole), np.array(draw(cents)) / 100)


# --- presets -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PRESETS)
def test_every_cell_has_a_name_and_every_name_a_cell(name):
    preset = load_preset(name)
    assert set(preset.cells().ravel()) == set(range(len(preset.segments)))


def test_cells_of_the_eleven_segments_lie_inside_their_published_boxes():
    preset = load_preset("eleven_segments")
    assert set(preset.segments) == set(BOXES)
    for (r, f, m), code in np.ndenumerate(preset.cells()):
        low, high, fm_low, fm_high = BOXES[preset.segments[code]]
        assert low <= r + 1 <= high
        assert fm_low <= (f + m + 3) // 2 <= fm_high


def test_eleven_segments_are_the_published_grid():
    preset = load_preset("eleven_segments")
    diagonal = preset.cells()[:, range(5), range(5)]
    names = np.array(preset.segments, dtype=object)[diagonal]
    assert list(names[4]) == ["New Customers", *["Potential Loyalists"] * 2, *["Champions"] * 2]
    assert list(names[1]) == ["Hibernating", "Hibernating", "At Risk", "At Risk", "At Risk"]
    assert list(names[0]) == ["Lost", "Hibernating", "At Risk", "Can't Lose Them", "Can't Lose Them"]


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ((3, 3, 3), "Champions"),
        ((3, 2, 2), "Loyal"),
        ((2, 2, 3), "Recent"),
        ((1, 3, 1), "At risk"),
        ((1, 2, 1), "Inactive"),
    ],
)
def test_terciles_name_the_published_cells(cell, name):
    preset = load_preset("terciles")
    assert preset.segments[preset.cells()[tuple(score - 1 for score in cell)]] == name


def test_every_name_of_every_preset_has_an_action():
    actions = pd.read_csv(Path(playbook.__file__).with_name("actions.csv"))
    assert list(actions.columns) == ["segment", "action"]
    assert actions["segment"].is_unique
    names = {name for preset in PRESETS for name in load_preset(preset).segments}
    assert names <= set(actions["segment"])
    assert actions["action"].str.len().min() > 20


@pytest.mark.parametrize("bins", [2, 3, 4, 10])
def test_other_bins_fold_onto_the_grid_ends_on_ends(bins):
    preset = load_preset("eleven_segments")
    cells = preset.cells(bins)
    assert cells.shape == (bins, bins, bins)
    assert preset.segments[cells[-1, -1, -1]] == "Champions"
    assert preset.segments[cells[0, 0, 0]] == "Lost"


@pytest.fixture
def own(tmp_path):
    def write(text: str, toml: str = "") -> Path:
        (tmp_path / "mine.csv").write_text(text)
        (tmp_path / "mine.toml").write_text(f'grid = "mine.csv"\n{toml}')
        return tmp_path / ("mine.toml" if toml else "mine.csv")

    return write


def test_own_preset_names_customers(own):
    path = own("segment,r_min,r_max\nGone,1,1\nHere,2,3\n", "bins = 3\nrecency_cuts = [30, 90]")
    scores = RFMScorer(preset=path).fit_transform(table([1, 60, 400], [1, 1, 1], [1, 1, 1]))
    assert scores["r_score"].tolist() == [3, 2, 1]
    assert scores["rfm_segment"].tolist() == ["Here", "Here", "Gone"]


@pytest.mark.parametrize(
    ("text", "toml", "fault"),
    [
        ("segment,r_min,r_max,fm_min,fm_max\nA,1,2,1,1\nB,2,2,2,2\n", "", r"score cells without a name: R1 FM2"),
        ("segment,r_min,r_max\nA,1,3\nB,2,2\n", "", r"no cell reaches \['B'\]"),
        ("segment,r_min,r_mx\nA,1,3\n", "", r"unknown column 'r_mx'. Did you mean 'r_max'"),
        ("name,r_min\nA,1\n", "", r"needs rows with a column 'segment'"),
        ("segment,r_min,r_max\nA,1,9\n", "bins = 5", r"line 2 is no named range of scores 1 to 5"),
        ("segment,r_min,r_max\nA,1,2\nB,x,2\n", "", r"line 3 is no named range"),
        ("segment,r_min,r_max\nA,3,1\n", "", r"line 2 is no named range"),
        ("segment,r_min,r_max\nA,1,2\n", "bin = 2", r"unknown key 'bin'. Did you mean 'bins'"),
        ("segment,r_min,r_max\nA,1,2\n", 'cut_rule = "quantiles"', r"cut_rule 'quantiles' is unknown"),
        ("segment,r_min,r_max\nA,1,1\n", "", r"at least two scores"),
    ],
)
def test_own_preset_faults_are_named(own, text, toml, fault):
    with pytest.raises(InputError, match=fault):
        load_preset(own(text, toml))


def test_unknown_preset_offers_names():
    with pytest.raises(InputError, match="Did you mean 'terciles'"):
        load_preset("tercile")


# --- scores --------------------------------------------------------------------------------------------------------


def test_scores_worked_by_hand():
    customers = table(range(10), range(1, 11), range(10, 110, 10))
    scores = RFMScorer().fit_transform(customers)
    assert scores["r_score"].tolist() == [5, 5, 4, 4, 3, 3, 2, 2, 1, 1]
    assert scores["f_score"].tolist() == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert scores["m_score"].tolist() == scores["f_score"].tolist()
    assert scores["rfm_score"].tolist() == [7, 7, 8, 8, 9, 9, 10, 10, 11, 11]
    assert scores["rfm_segment"].iloc[[0, -1]].tolist() == ["New Customers", "Can't Lose Them"]
    assert scores.dtypes.astype(str).tolist() == [*["int64"] * 4, "float64", "str"]
    assert scores.index.equals(customers.index)


def test_fm_score_is_the_mean_and_half_rounds_up():
    scores = RFMScorer().fit_transform(sample(500))
    half_up = np.floor((scores["f_score"] + scores["m_score"]) / 2 + 0.5)
    assert scores["fm_score"].tolist() == half_up.tolist()


def test_weights_keep_the_scale():
    customers = sample(200)
    scores = RFMScorer(weights=(2, 1, 0)).fit_transform(customers)
    assert np.allclose(scores["rfm_score"], 2 * scores["r_score"] + scores["f_score"])
    assert RFMScorer(weights=(20, 10, 0)).fit_transform(customers)["rfm_score"].between(3, 15).all()


@given(customer_tables())
@settings(max_examples=30, deadline=None)
def test_equal_values_score_equally_and_better_values_never_worse(customers):
    scores = RFMScorer().fit_transform(customers)
    for measure, score, sign in [
        ("recency_days", "r_score", -1),
        ("frequency", "f_score", 1),
        ("monetary_value", "m_score", 1),
    ]:
        by_value = scores[score].groupby(customers[measure])
        assert by_value.nunique().max() == 1
        assert (sign * by_value.first().diff().dropna() >= 0).all()
        if customers[measure].nunique() > 1:
            assert (scores[score].min(), scores[score].max()) == (1, 5)
        else:
            assert (scores[score] == 3).all()


@given(customer_tables(), st.randoms(use_true_random=False))
@settings(max_examples=30, deadline=None)
def test_order_and_names_do_not_matter(customers, random):
    scores = RFMScorer().fit_transform(customers)
    places = list(range(len(customers)))
    random.shuffle(places)
    renamed = customers.iloc[places].set_axis([f"z{place}" for place in range(len(places))])
    again = RFMScorer().fit_transform(renamed)
    assert again.to_numpy().tolist() == scores.iloc[places].to_numpy().tolist()


@given(customer_tables(), st.sampled_from([100, 0.001, 1 / 3]))
@settings(max_examples=30, deadline=None)
def test_unit_of_money_does_not_matter(customers, unit):
    scaled = customers.assign(monetary_value=customers["monetary_value"] * unit)
    assert RFMScorer().fit_transform(scaled).equals(RFMScorer().fit_transform(customers))


def test_with_three_quarters_one_time_buyers_repeaters_still_score_best():
    customers = table(range(100), [1] * 75 + [2] * 15 + [3] * 10, range(100))
    scorer = RFMScorer().fit(customers)
    assert scorer.transform(customers).groupby(customers["frequency"])["f_score"].first().tolist() == [1, 4, 5]
    resolution = scorer.resolution_.set_index("measure").loc["frequency"]
    assert (resolution["scores"], resolution["largest_tie"], resolution["largest_tie_share"]) == (3, 1, 0.75)


def test_ties_at_the_best_value_score_best():
    scores = RFMScorer().fit_transform(table([1] * 50 + [*range(2, 52)], [9] * 60 + [1] * 40, [5.0] * 100))
    assert scores["r_score"].iloc[0] == 5
    assert scores["f_score"].iloc[0] == 5
    assert set(scores["f_score"]) == {1, 5}


@pytest.mark.parametrize("bins", [2, 3, 4, 5, 10])
def test_everyone_equal_scores_the_middle(bins):
    scorer = RFMScorer(bins).fit(table([7] * 4, [1] * 4, [9.5] * 4))
    scores = scorer.transform(table([7] * 4, [1] * 4, [9.5] * 4))
    assert (scores[["r_score", "f_score", "m_score"]] == (bins + 1) // 2).all(axis=None)
    assert (scorer.resolution_["scores"] == 1).all()
    assert all(not len(edges) for edges in scorer.edges_.values())


def test_fixed_cuts_include_their_upper_bound():
    scorer = RFMScorer(3, recency_cuts=[180, 365], frequency_cuts=[1, 3], monetary_cuts=[10, 99.5])
    scores = scorer.fit_transform(table([180, 181, 365, 366], [1, 2, 3, 4], [10, 10.01, 99.5, 99.51]))
    assert scores["r_score"].tolist() == [3, 2, 2, 1]
    assert scores["f_score"].tolist() == [1, 2, 2, 3]
    assert scores["m_score"].tolist() == [1, 2, 2, 3]


def test_another_period_is_scored_with_the_same_edges():
    first, second = sample(300, 1), sample(300, 2).assign(frequency=50)
    scorer = RFMScorer(window_days=365).fit(first)
    assert (scorer.transform(second)["f_score"] == 5).all()
    assert scorer.n_customers_ == 300
    assert scorer.transform(second.iloc[:0]).empty


def test_another_window_is_refused():
    scorer = RFMScorer(window_days=365).fit(sample(50))
    with pytest.raises(InputError, match="recency_days up to 400, expected below the scorer's window_days=365"):
        scorer.transform(table([400], [1], [1]))


def test_missing_and_infinite_measures_are_all_named():
    customers = table([1, 2, 3], [1, 2, 3], [1.0, np.nan, np.inf]).astype({"frequency": "Int64"})
    customers.loc["c0000002", "frequency"] = pd.NA
    with pytest.raises(InputError) as error:
        RFMScorer().fit(customers)
    assert "frequency is missing or infinite for 1 of 3 customers, for instance 'c0000002'" in str(error.value)
    assert "monetary_value is missing or infinite for 2 of 3 customers, for instance 'c0000001' has nan" in str(
        error.value
    )


@pytest.mark.parametrize(
    ("options", "fault"),
    [
        ({"bins": 1}, "bins: 1 is no whole number from 2 to 20"),
        ({"bins": 2.5}, "bins: 2.5"),
        ({"weights": (1, 1)}, "weights"),
        ({"weights": (0, 0, 0)}, "weights"),
        ({"weights": "abc"}, "weights"),
        ({"recency_cuts": [180, 365]}, r"recency_cuts: \[180, 365\] are not 4 rising cut points"),
        ({"frequency_cuts": [1, 3, 2, 5]}, "frequency_cuts"),
        ({"bins": 2, "monetary_cuts": ["x"]}, "monetary_cuts"),
        ({"preset": "terciles", "bins": 5}, r"recency_cuts: \(180, 365\)"),
    ],
)
def test_settings_that_cannot_be_used(options, fault):
    with pytest.raises(InputError, match=fault):
        RFMScorer(**options).fit(sample(20))


def test_no_customers_and_missing_columns_are_refused():
    with pytest.raises(InputError, match="nobody to learn cut points from"):
        RFMScorer().fit(sample(20).iloc[:0])
    with pytest.raises(InputError, match=r"no column 'frequency', 'monetary_value'. Found"):
        RFMScorer().fit(sample(20)[["recency_days"]])


def test_behaves_as_an_estimator():
    customers = sample(60)
    before = customers.copy(deep=True)
    scorer = RFMScorer(preset="rf_grid", frequency_cuts=[1, 2, 3, 5], window_days=365)
    with pytest.raises(NotFittedError):
        scorer.transform(customers)
    params = scorer.get_params()
    assert scorer.fit(customers) is scorer
    assert scorer.get_params() == params
    again = clone(scorer).set_output(transform="pandas").fit(customers)
    assert again.transform(customers).equals(scorer.transform(customers))
    assert pickle.loads(pickle.dumps(scorer)).transform(customers).equals(scorer.transform(customers))
    assert scorer.get_feature_names_out().tolist() == scorer.transform(customers).columns.tolist()
    assert clone(RFMScorer(preset=load_preset("rf_grid"))).fit(customers).segments_ == scorer.segments_
    pd.testing.assert_frame_equal(customers, before)


def test_a_million_customers_are_scored_and_named_within_a_second():
    customers = sample(1_000_000)
    scorer = RFMScorer().fit(customers)
    start = time.process_time()
    scorer.transform(customers)
    assert time.process_time() - start < 1


def test_scorer_from_settings():
    told = {"preset": "terciles", "recency_cuts": [30, 60], "weights": [2, 1, 1]}
    assert rfm.scorer_from(told).get_params()["recency_cuts"] == [30, 60]
    other = rfm.scorer_from(told, preset="rf_grid", bins=10, window_days=90).get_params()
    assert (other["preset"], other["bins"], other["recency_cuts"]) == ("rf_grid", 10, None)
    assert (other["weights"], other["window_days"]) == ([2, 1, 1], 90)
    with pytest.raises(InputError, match=r"unknown 'presets'. Did you mean 'preset'"):
        rfm.scorer_from({"presets": "terciles"})


# --- oracle --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def orders_of_the_r_package():
    path = SHARED / "rfm_r_package" / "rfm_data_orders.parquet"
    if not path.is_file():
        pytest.skip("needs the orders of the R package rfm in ../shared")
    orders = pd.read_parquet(path).astype({"revenue": float})
    by = orders.groupby("customer_id").agg(
        last=("order_date", "max"), frequency=("order_date", "size"), monetary_value=("revenue", "sum")
    )
    by["recency_days"] = (pd.Timestamp("2006-12-31") - by.pop("last")).dt.days
    return by


def published() -> dict:
    import yaml

    return yaml.safe_load((SHARED / "REFERENCES.yaml").read_text(encoding="utf-8"))["rfm_r_orders"]


def test_interval_rules_against_r_package_rfm(orders_of_the_r_package):
    """Thresholds and all ten rows of the introduction article of rsquaredacademy/rfm."""
    customers, reference = orders_of_the_r_package, published()
    scorer = RFMScorer(preset="intervals").fit(customers)
    for measure, key in [("recency_days", "recency"), ("frequency", "frequency"), ("monetary_value", "monetary")]:
        assert np.allclose(scorer.edges_[measure], reference["thresholds"][key])
    summary = rfm.summarise_segments(customers, scorer.transform(customers))
    rows = summary.set_index("segment")[["customers", "orders", "revenue"]].astype(int)
    expected = {name: row for name, row in reference["published"].items() if name != "columns"}
    assert {name: list(row) for name, row in zip(rows.index, rows.to_numpy(), strict=True)} == expected


def test_champions_of_the_second_rule_against_r_package_rfm(orders_of_the_r_package, own):
    """tests/testthat/test-rfm-segment.R: Champions score 4 or 5 on all three: 158 customers, 1,234 orders, 120,178."""
    customers = orders_of_the_r_package
    grid = "segment,r_min,r_max,f_min,f_max,m_min,m_max\nChampions,4,5,4,5,4,5\nOthers,1,5,1,5,1,5\n"
    path = own(grid, 'cut_rule = "quantile_plus_one"')
    summary = rfm.summarise_segments(customers, RFMScorer(preset=path).fit_transform(customers))
    champions = summary.set_index("segment").loc["Champions"]
    assert champions[["customers", "orders", "revenue"]].tolist() == [158, 1234, 120178]


# --- summaries -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("preset", PRESETS)
def test_summary_adds_up_and_keeps_the_order(preset):
    customers = sample(400)
    scorer = RFMScorer(preset=preset).fit(customers)
    summary = rfm.summarise_segments(customers, scorer.transform(customers), order=scorer.segments_)
    assert summary["customers"].sum() == len(customers)
    assert summary["orders"].sum() == customers["frequency"].sum()
    assert np.isclose(summary["revenue"].sum(), customers["monetary_value"].sum())
    assert np.isclose(summary[["customers_share", "revenue_share"]].sum(), 1).all()
    assert summary["segment"].tolist() == [name for name in scorer.segments_ if name in set(summary["segment"])]


def test_summary_worked_by_hand():
    customers = table([1, 3, 9], [1, 3, 2], [10, 30, -8], average_order_value=[10.0, 12.0, 5.0])
    named = pd.Series({"c0000002": "B", "c0000000": "A", "c0000001": "A", "elsewhere": "A"})
    rows = rfm.summarise_segments(customers, named).set_index("segment")
    told = [2, pytest.approx(2 / 3), 4, 40.0, pytest.approx(40 / 32), 2, 2, 20, 46 / 4]
    assert rows.loc["A", :"average_order_value"].tolist() == told
    assert rows["revenue_share_low"].isna().all()  # below 30 customers
    assert rows.loc["B", "revenue_share"] == pytest.approx(-8 / 32)


def test_summary_counts_customers_without_a_name():
    customers = table([1, 2], [1, 1], [1, 1])
    summary = rfm.summarise_segments(customers, pd.Series({"c0000000": "A"}))
    assert summary.set_index("segment")["customers"].to_dict() == {"A": 1, "Not named": 1}


def test_summary_of_nothing_and_of_no_revenue():
    assert rfm.summarise_segments(sample(3).iloc[:0], pd.Series(dtype="str")).empty
    free = table([1, 2], [1, 1], [0, 0])
    assert rfm.summarise_segments(free, pd.Series("A", index=free.index))["revenue_share"].isna().all()


@pytest.mark.parametrize("preset", PRESETS)
def test_cells_and_edges_count_everyone(preset):
    customers = sample(400)
    scorer = RFMScorer(preset=preset).fit(customers)
    cells = rfm.score_cells(scorer.transform(customers), scorer)
    assert cells["customers"].sum() == 400
    assert len(cells) == scorer.bins_**2
    edges = rfm.score_edges(scorer)
    assert edges.groupby("measure")["customers"].sum().tolist() == [400] * 3
    assert edges.groupby("measure")["score"].first().tolist() == [scorer.bins_] * 3


def test_edges_say_what_each_score_takes():
    scorer = RFMScorer(3).fit(table([1, 5, 9], [1, 1, 4], [1, 2, 3]))
    edges = rfm.score_edges(scorer)
    recency = edges[edges["measure"] == "recency_days"]
    assert recency[["score", "lower", "upper"]].to_numpy().tolist() == [[3, -np.inf, 1], [2, 1, 5], [1, 5, np.inf]]
    assert edges[edges["measure"] == "frequency"]["score"].tolist() == [3, 1]
    assert set(edges["closed"]) == {"right"}


# --- boundaries ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("preset", PRESETS)
def test_boundaries_against_trying_every_day_and_every_order(preset):
    customers = sample(60, 1)
    scorer = RFMScorer(preset=preset).fit(customers)
    names = scorer.transform(customers)["rfm_segment"]
    found = rfm.nearest_boundary(customers, scorer)
    waits, orders = {}, {}
    for step in range(1, 380):
        later = customers.assign(recency_days=customers["recency_days"] + step)
        for customer, name in scorer.transform(later)["rfm_segment"].items():
            if name != names[customer]:
                waits.setdefault(customer, (step, name))
    for step in range(1, 60):
        bought = customers.assign(
            recency_days=0,
            frequency=customers["frequency"] + step,
            monetary_value=customers["monetary_value"] + step * customers["average_order_value"],
        )
        for customer, name in scorer.transform(bought)["rfm_segment"].items():
            if name != names[customer]:
                orders.setdefault(customer, (step, name))
    for customer, row in found.iterrows():
        assert row["segment"] == names[customer]
        assert waits.get(customer) == (None if pd.isna(row["slips_to"]) else (row["slips_in_days"], row["slips_to"]))
        if pd.isna(row["rises_to"]) or row["orders_needed"] < 60:
            assert orders.get(customer) == (
                None if pd.isna(row["rises_to"]) else (row["orders_needed"], row["rises_to"])
            )


def test_boundary_sentences():
    customers = table([3, 40, 200], [9, 2, 1], [900, 80, 20])
    scorer = RFMScorer(preset="terciles").fit(customers)
    sentences = rfm.nearest_boundary(customers, scorer, as_of=dt.date(2011, 12, 10))["sentence"].tolist()
    assert sentences[2].startswith("One more order moves this customer to Loyal; ")
    assert sentences[2].endswith("; without an order before 2012-05-24 the customer slips to Inactive.")
    equal = table([5, 5], [1, 1], [1, 1])
    stay = rfm.nearest_boundary(equal, RFMScorer().fit(equal))
    assert stay["sentence"].iloc[0] == "More orders keep this customer in Need Attention; waiting changes nothing."
    assert stay[["slips_in_days", "orders_needed", "slips_to", "rises_to"]].isna().all(axis=None)


def test_boundaries_survive_free_orders_and_nobody():
    free = table([1, 50, 90], [1, 2, 3], [0, 0, -5], average_order_value=[0.0, 0.0, np.nan])
    scorer = RFMScorer().fit(free)
    assert len(rfm.nearest_boundary(free, scorer)) == 3
    nobody = rfm.nearest_boundary(free.iloc[:0], scorer)
    assert nobody.empty
    assert rfm.summarise_boundaries(nobody, free.iloc[:0]).empty


def test_boundary_summary_counts_who_moves():
    customers = sample(300)
    scorer = RFMScorer().fit(customers)
    boundaries = rfm.nearest_boundary(customers, scorer)
    moves = rfm.summarise_boundaries(boundaries, customers, within_days=14, order=scorer.segments_)
    by = moves.groupby("move")[["customers", "revenue"]].sum()
    soon = boundaries["slips_in_days"].le(14).fillna(False).to_numpy(bool)
    assert by.loc["slips", "customers"] == soon.sum()
    assert by.loc["slips", "revenue"] == pytest.approx(customers["monetary_value"][soon].sum())
    assert by.loc["rises", "customers"] == boundaries["orders_needed"].eq(1).sum()
    assert set(moves["within_days"]) == {14}


# --- what became of those who were told


def test_what_became_by_hand():
    before = pd.DataFrame(
        {"recency_days": [3, 40, 200, 5], "frequency": [9, 2, 1, 1], "monetary_value": [900.0, 80.0, 20.0, 15.0]},
        index=list("abcd"),
    )
    scorer = rfm.RFMScorer(preset="terciles").fit(before)
    told = rfm.nearest_boundary(before, scorer)
    silent = told["slips_in_days"].le(200).fillna(False)
    since = pd.DataFrame({"next_orders": [0, 1, 2, 1]}, index=list("abcd"))
    now = told["rises_to"].where(since["next_orders"] > 0, told["slips_to"]).astype("str")
    fate = rfm.what_became(scorer, before, since, now, within_days=200).set_index("move")
    assert fate.loc["slips", ["told", "did", "came_true"]].tolist() == [
        silent.sum(),
        int(silent["a"]),
        int(silent["a"]),
    ]
    one = told["orders_needed"].eq(1).fillna(False)
    ordered_once = int((one & (since["next_orders"] == 1)).sum())
    assert fate.loc["rises", ["told", "did", "came_true"]].tolist() == [one.sum(), ordered_once, ordered_once]


def test_what_became_needs_a_history():
    scorer = rfm.RFMScorer(preset="terciles")
    for before in (None, pd.DataFrame()):
        assert rfm.what_became(scorer, before, before, pd.Series(dtype="str"), within_days=30).empty


def test_soon_follows_the_rhythm_of_the_shop():
    """With a two-day rhythm all Champions slipped "within 30 days"."""
    assert [rfm.days_ahead(0, gap) for gap in (2.0, 45.2, 400.0, float("nan"))] == [7, 45, 90, 30]
    assert rfm.days_ahead(60, 2.0) == 60
