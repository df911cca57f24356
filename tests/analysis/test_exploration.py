from __future__ import annotations

import datetime as dt
from pathlib import Path

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seglib import exploration
from seglib.analysis.exploration.months import full_months
from seglib.errors import InputError

SHARED = Path(__file__).parents[3] / "shared" / "data"
ONLINE_RETAIL = SHARED / "uci_online_retail" / "online_retail.parquet"
CDNOW = SHARED / "cdnow" / "cdnow_master.parquet"


def lines_of(rows: list[tuple], **columns: list) -> ibis.Table:
    """Lines from (order, customer, date, amount); a negative amount is a return."""
    order, customer, at, amount = zip(*rows, strict=True) if rows else ((), (), (), ())
    table = pa.table(
        {
            "order_id": pa.array(order, pa.string()),
            "customer_id": pa.array(customer, pa.string()),
            "ordered_at": pa.array(pd.to_datetime(list(at)).to_pydatetime(), pa.timestamp("us")),
            "amount": pa.array([round(10_000 * money) for money in amount], pa.int64()),
            "is_return": pa.array([money < 0 for money in amount], pa.bool_()),
            **columns,
        }
    )
    # through another connection, as in a shop: money is an exact decimal
    lines = ibis.duckdb.connect().create_table("lines", table)
    return lines.mutate(amount=(lines.amount.cast("decimal(18, 4)") / 10_000).cast("decimal(18, 4)"))


SMALL = [
    ("1", "ann", "2024-01-02 09:00", 10.0),
    ("1", "ann", "2024-01-02 09:01", 5.0),
    ("2", "bob", "2024-01-20 18:30", 20.0),
    ("3", "ann", "2024-03-05 09:10", 30.0),
    ("4", "ann", "2024-03-06 10:00", -10.0),
    ("5", "bob", "2024-04-09 09:30", 40.0),
]


def orders_from(days: dict[str, list[str]], sales: float = 10.0) -> pd.DataFrame:
    rows = [(name, pd.Timestamp(at), sales) for name, moments in days.items() for at in moments]
    return pd.DataFrame(rows, columns=["customer_id", "at", "sales"])


# --- orders and months


def test_orders_are_orders_not_lines_and_returns_are_none() -> None:
    orders = exploration.orders_of(lines_of(SMALL))
    assert orders.order_id.tolist() == ["1", "3", "2", "5"]
    assert orders.sales.tolist() == [15.0, 30.0, 20.0, 40.0]
    assert orders["at"][0] == pd.Timestamp("2024-01-02 09:00")
    assert list(orders) == ["order_id", "customer_id", "at", "sales"]


def test_one_order_number_of_two_customers_is_two_orders() -> None:
    lines = lines_of([("1", "ann", "2024-01-02", 10.0), ("1", "bob", "2024-01-02", 5.0)])
    assert len(exploration.orders_of(lines)) == 2


def test_orders_carry_discount_and_coupon_where_told() -> None:
    lines = lines_of(SMALL[:3], discount=[1.0, None, 0.0], coupon_code=["", "SPRING", None])
    orders = exploration.orders_of(lines)
    assert orders.discount.tolist() == [1.0, 0.0]
    assert orders.coupon.tolist() == [True, False]


def test_missing_column_is_told() -> None:
    with pytest.raises(InputError, match="'order_id'"):
        exploration.orders_of(lines_of(SMALL).drop("order_id"))


def test_revenue_by_month_fills_gaps_and_nets_returns() -> None:
    table = exploration.revenue_by_month(lines_of(SMALL)).set_index("month")
    assert table.revenue.tolist() == [35.0, 0.0, 20.0, 40.0]
    assert table.sales.tolist() == [35.0, 0.0, 30.0, 40.0]
    assert table.orders.tolist() == [2, 0, 1, 1]
    assert table.customers.tolist() == [2, 0, 1, 1]
    assert table.complete.tolist() == [True, True, True, False]
    assert table.returns_share.round(4).tolist()[2] == 0.3333
    assert np.isnan(table.returns_share.iloc[1])


def test_empty_lines_give_empty_tables() -> None:
    lines = lines_of([], category=pa.array([], pa.string()))
    orders = exploration.orders_of(lines)
    assert orders.empty
    assert exploration.revenue_by_month(lines).empty
    assert exploration.mix(lines, "category").empty
    assert exploration.discounts(orders).empty
    assert exploration.weekday_by_hour(orders).empty
    assert exploration.order_value_quantiles(orders).empty
    assert exploration.order_value_histogram(orders).empty
    assert exploration.interpurchase_times(orders).empty
    assert exploration.cohort_retention(orders).empty
    assert exploration.one_time_share(orders, dt.date(2024, 1, 1)).empty


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("2024-01-01", "2024-03-31", ("2024-01", "2024-03")),
        ("2024-01-04", "2024-03-28", ("2024-01", "2024-03")),
        ("2024-01-06", "2024-03-20", ("2024-02", "2024-02")),
        ("2024-01-15", "2024-01-20", ("2024-02", "2023-12")),
    ],
)
def test_full_months(first: str, last: str, expected: tuple[str, str]) -> None:
    found = full_months(pd.Timestamp(first), pd.Timestamp(last))
    assert tuple(f"{month:%Y-%m}" for month in found) == expected


def test_a_year_and_a_half_tells_no_season() -> None:
    months = pd.date_range("2023-01-01", periods=23, freq="MS")
    by_month = pd.DataFrame({"month": months, "complete": True, "revenue": 1.0})
    assert exploration.seasonality(by_month).empty


def test_season_is_free_of_growth() -> None:
    shape = np.array([1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 4.0])
    months = pd.date_range("2022-01-01", periods=25, freq="MS")
    revenue = np.concatenate([shape, 3 * shape, [999.0]])
    by_month = pd.DataFrame({"month": months, "complete": [True] * 24 + [False], "revenue": revenue})
    season = exploration.seasonality(by_month)
    assert season.season_index.to_numpy() == pytest.approx(shape / shape.mean())
    assert (season.highest - season.lowest).max() == pytest.approx(0)
    assert season.years.tolist() == [2] * 12


def test_season_of_years_without_revenue_is_not_told() -> None:
    months = pd.date_range("2022-01-01", periods=24, freq="MS")
    assert exploration.seasonality(pd.DataFrame({"month": months, "complete": True, "revenue": 0.0})).empty


def test_weekday_by_hour() -> None:
    table = exploration.weekday_by_hour(exploration.orders_of(lines_of(SMALL)))
    assert len(table) == 168
    assert table.query("weekday == 1 and hour == 9").orders.item() == 3
    assert table.orders_share.sum() == pytest.approx(1)


def test_dates_without_times_tell_no_hours() -> None:
    table = exploration.weekday_by_hour(orders_from({"ann": ["2024-01-01", "2024-01-02", "2024-01-08"]}))
    assert table.hour.isna().all()
    assert table.orders.tolist() == [2, 1, 0, 0, 0, 0, 0]


# --- mix and discounts

KINDS = pa.array(["tea", "pots", "tea", "tea", "tea", None])


def test_mix_counts_orders_in_each_of_their_categories() -> None:
    table = exploration.mix(lines_of(SMALL, category=KINDS), "category").set_index("category")
    assert table.index.tolist() == ["tea", "not told", "pots"]
    assert table.revenue.tolist() == [50.0, 40.0, 5.0]
    assert table.revenue_share.sum() == pytest.approx(1)
    assert table.orders.tolist() == [3, 1, 1]
    assert table.customers.tolist() == [2, 1, 1]
    assert table.returned.tolist() == [10.0, 0.0, 0.0]
    assert table.returns_share["tea"] == pytest.approx(1 / 6)


def test_mix_adds_up_the_others_without_counting_customers_twice() -> None:
    rows = [(str(n), "ann" if n < 8 else "bob", "2024-01-02", 100.0 - n) for n in range(10)]
    table = exploration.mix(lines_of(rows, country=pa.array([f"c{n}" for n in range(10)])), "country", top=3)
    assert table.country.tolist() == ["c0", "c1", "c2", "Other (7)"]
    assert table["values"].tolist() == [1, 1, 1, 7]
    assert table.customers.tolist() == [1, 1, 1, 2]
    assert table.revenue.sum() == sum(100.0 - n for n in range(10))


def test_mix_of_one_more_than_top_lists_it_by_name() -> None:
    rows = [(str(n), "ann", "2024-01-02", 100.0 - n) for n in range(4)]
    table = exploration.mix(lines_of(rows, country=pa.array(list("abcd"))), "country", top=3)
    assert table.country.tolist() == list("abcd")


def test_mix_keeps_values_that_are_called_other() -> None:
    rows = [(str(n), "ann", "2024-01-02", 100.0 - n) for n in range(5)]
    names = pa.array(["Other (3)", "b", "c", "d", "e"])
    table = exploration.mix(lines_of(rows, country=names), "country", top=2)
    assert table.revenue.sum() == pytest.approx(sum(100.0 - n for n in range(5)))


@pytest.mark.parametrize("kinds", [None, pa.array([None] * 6, pa.string()), pa.array([" "] * 6)])
def test_mix_is_empty_where_lines_do_not_tell(kinds: pa.Array | None) -> None:
    lines = lines_of(SMALL) if kinds is None else lines_of(SMALL, category=kinds)
    table = exploration.mix(lines, "category")
    assert table.empty
    assert table.columns[0] == "category"


def test_mix_without_positive_revenue_has_no_shares() -> None:
    rows = [("1", "ann", "2024-01-02", 10.0), ("2", "ann", "2024-01-03", -15.0)]
    table = exploration.mix(lines_of(rows, country=pa.array(["a", "b"])), "country")
    assert table.revenue_share.isna().all()


def test_discounts_by_month() -> None:
    orders = exploration.orders_of(lines_of(SMALL, discount=[5.0, 0.0, 0.0, 10.0, 0.0, 0.0]))
    table = exploration.discounts(orders)
    assert table.discount.tolist() == [5.0, 10.0, 0.0]
    assert table.discount_share.tolist() == [pytest.approx(5 / 40), pytest.approx(10 / 40), 0.0]
    assert table.discounted_orders.tolist() == [1, 1, 0]
    assert table.complete.tolist() == [True, True, False]


def test_discounts_that_nobody_tells() -> None:
    assert exploration.discounts(exploration.orders_of(lines_of(SMALL))).empty


# --- spread


def test_order_value_quantiles_of_equal_orders() -> None:
    table = exploration.order_value_quantiles(pd.DataFrame({"sales": [5.0] * 8}))
    assert table.order_value.tolist() == [5.0] * 6
    assert table.orders_above.tolist() == [0] * 6


def test_histogram_counts_every_order_once() -> None:
    orders = pd.DataFrame({"sales": [0.0, -1.0, 0.01, 1.0, 10.0, 10.0, 500.0]})
    table = exploration.order_value_histogram(orders, bins=7)
    assert table.orders.sum() == 7
    assert table.orders.iloc[0] == 2
    assert table.to_order_value.iloc[-1] == pytest.approx(500)


@given(st.lists(st.floats(-100, 1e6), min_size=1, max_size=50))
@settings(max_examples=40, deadline=None)
def test_histogram_never_loses_an_order(values: list[float]) -> None:
    assert exploration.order_value_histogram(pd.DataFrame({"sales": values})).orders.sum() == len(values)


def mean_difference_gini(values: np.ndarray) -> float:
    """Gini by its definition: half the relative mean absolute difference."""
    return float(np.abs(values[:, None] - values[None, :]).mean() / (2 * values.mean()))


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=40).filter(lambda held: sum(held) > 0))
@settings(max_examples=60, deadline=None)
def test_gini_is_half_the_relative_mean_difference(held: list[int]) -> None:
    values = np.array(held, dtype="float64")
    assert exploration.gini(values) == pytest.approx(mean_difference_gini(values), abs=1e-9)
    assert exploration.gini(values * 7) == pytest.approx(exploration.gini(values), abs=1e-9)


def test_gini_of_nothing_is_not_known() -> None:
    assert np.isnan(exploration.gini([]))
    assert np.isnan(exploration.gini([0.0, -5.0]))


def test_pareto_with_customers_who_returned_more_than_they_bought() -> None:
    curve = exploration.pareto(pd.DataFrame({"monetary_value": [100.0, -20.0, 20.0]}))
    assert curve.revenue_share.tolist() == [0.0, 1.0, 1.2, 1.0]
    assert curve.customers_share.tolist()[-1] == 1.0


def test_pareto_is_small_and_ends_at_all() -> None:
    curve = exploration.pareto(pd.DataFrame({"monetary_value": np.arange(1.0, 10_001.0)}))
    assert len(curve) == 501
    assert curve.iloc[-1].revenue_share == pytest.approx(1)


def test_concentration_by_hand() -> None:
    row = exploration.concentration(pd.DataFrame({"monetary_value": [50.0, 30.0, 10.0, 15.0, -5.0]})).iloc[0]
    assert row.half_customers == 1
    assert row.most_customers == 2
    assert row.top_decile_customers == 1
    assert row.top_decile_share == pytest.approx(0.5)
    assert (row.negative_customers, row.negative_revenue) == (1, -5.0)


@pytest.mark.parametrize("money", [[], [0.0, 0.0], [-3.0]])
def test_concentration_without_revenue(money: list[float]) -> None:
    table = exploration.concentration(pd.DataFrame({"monetary_value": np.array(money, dtype="float64")}))
    assert table[["half_customers", "most_customers", "top_decile_share", "gini"]].isna().all(axis=None)
    assert exploration.pareto(pd.DataFrame({"monetary_value": money}, dtype="float64")).empty


# --- base


def test_key_numbers_of_nobody() -> None:
    customers = pd.DataFrame({name: [] for name in ("frequency", "monetary_value", "first_order_at", "last_order_at")})
    row = exploration.key_numbers(customers, exploration.orders_of(lines_of([]))).iloc[0]
    assert row.history_days == 0
    assert np.isnan(row.one_time_share)


def test_who_ordered_before_the_window_has_not_ordered_once() -> None:
    history = orders_from({"ann": ["2023-01-01", "2024-06-01"], "bob": ["2024-06-02"]})
    customers = pd.DataFrame({"frequency": [1, 1], "monetary_value": [5.0, 5.0]}, index=["ann", "bob"])
    row = exploration.key_numbers(customers, history[history["at"] >= "2024-01-01"], history).iloc[0]
    assert (row.orders, row.one_time_customers) == (2, 1)


def test_one_time_share_by_age_of_the_first_order() -> None:
    orders = orders_from({"new": ["2024-06-01"], "old": ["2023-01-01"], "back": ["2023-01-01", "2024-06-01"]})
    table = exploration.one_time_share(orders, dt.date(2024, 6, 30)).set_index(["kind", "from_days"])
    assert table.loc[("all", 0), "one_time"] == 2
    assert table.loc[("settled", 91), ["customers", "one_time"]].tolist() == [2, 1]
    assert table.loc[("band", 0), "one_time_share"] == 1
    assert table.loc[("band", 366), "one_time_share"] == 0.5
    assert ("band", 91) not in table.index


def test_gaps_are_of_calendar_days_and_of_the_same_customer() -> None:
    orders = orders_from({"ann": ["2024-01-01 23:00", "2024-01-02 01:00", "2024-01-02 09:00"], "bob": ["2024-05-01"]})
    assert exploration.interpurchase_times(orders).to_dict("list") == {
        "gap_days": [0, 1],
        "repeat_orders": [1, 1],
        "within_share": [0.5, 1.0],
    }


def test_gaps_of_one_time_buyers_are_none() -> None:
    assert exploration.interpurchase_times(orders_from({"ann": ["2024-01-01"], "bob": ["2024-02-01"]})).empty


COHORTS = {
    "old": ["2023-01-01", "2023-02-03", "2023-03-03", "2023-05-30"],
    "ann": ["2023-02-10", "2023-02-20", "2023-03-10"],
    "bob": ["2023-02-11", "2023-05-31"],
    "cat": ["2023-04-01"],
}


def test_cohort_retention_by_hand() -> None:
    table = exploration.cohort_retention(orders_from(COHORTS)).set_index(["cohort", "months_since"])
    february = table.loc[pd.Timestamp("2023-02-01")]
    assert february.customers.tolist() == [2] * 4
    assert february.active.tolist() == [2, 1, 0, 1]
    assert february.retention_share.tolist() == [1.0, 0.5, 0.0, 0.5]
    assert table.loc[pd.Timestamp("2023-04-01")].active.tolist() == [1, 0]


@pytest.mark.parametrize(
    ("new_since", "censored"),
    [
        (dt.date(2023, 2, 1), [True, False, False]),
        (dt.date(2023, 2, 10), [True, False, False]),  # all of February's customers came on that day or later
        (dt.date(2023, 2, 11), [True, True, False]),
        (None, [True, True, True]),
    ],
)
def test_a_cohort_with_a_customer_who_need_not_be_new_is_censored(
    new_since: dt.date | None, censored: list[bool]
) -> None:
    table = exploration.cohort_retention(orders_from(COHORTS), new_since).drop_duplicates("cohort")
    assert table.censored.tolist() == censored


def test_cohorts_of_months_in_part_are_left_out() -> None:
    orders = orders_from({"ann": ["2024-01-20", "2024-02-02"], "bob": ["2024-02-10", "2024-03-10"]})
    table = exploration.cohort_retention(orders)
    assert table.cohort.unique().tolist() == [pd.Timestamp("2024-02-01")]
    assert table.months_since.tolist() == [0]
    assert table.censored.tolist() == [True]


@given(st.dictionaries(st.sampled_from("abcdef"), st.lists(st.integers(0, 400), min_size=1, max_size=6), min_size=1))
@settings(max_examples=40, deadline=None)
def test_cohort_shares_are_shares(days: dict[str, list[int]]) -> None:
    start = pd.Timestamp("2023-01-01")
    orders = orders_from({name: [str(start + pd.Timedelta(days=day)) for day in seen] for name, seen in days.items()})
    table = exploration.cohort_retention(orders)
    assert table.retention_share.between(0, 1).all()
    assert (table[table.months_since == 0].retention_share == 1).all()


# --- readiness


def customers_like(n: int, seed: int = 0, groups: int = 1) -> pd.DataFrame:
    draw = np.random.default_rng(seed)
    group = draw.integers(0, groups, n)
    return pd.DataFrame(
        {
            "recency_days": np.exp(draw.normal(2 + 3 * (group % 2), 0.4, n)).round().astype("int64"),
            "frequency": np.exp(draw.normal(4 - 3 * (group // 2), 0.3, n)).round().clip(1).astype("int64"),
            "monetary_value": np.exp(draw.normal(5 + 2 * (group // 2), 0.4, n)),
        }
    )


def test_readiness_verdicts() -> None:
    customers = customers_like(600, groups=4).assign(
        email_consent=pd.array([True, None, False] * 200, dtype="boolean"), age_band=["30-39", None] * 300
    )
    orders = pd.DataFrame({"at": pd.to_datetime(["2024-01-01", "2024-04-09"])})
    ledger = pd.DataFrame(
        {
            "step": ["files", "added", "raw", "no_customer", "before_window", "analysed"],
            "rows": [30, 100, 100, 90, 40, 40],
            "rows_removed": [0, -70, 0, 10, 50, 0],
        }
    )
    quality = pd.DataFrame({"column": ["amount", "coupon_code"], "missing_share": [0.02, 0.9]})
    table = exploration.readiness(customers, orders, {"owner": " "}, ledger=ledger, quality=quality).set_index("check")
    assert table.loc["customers", "verdict"] == "yes"
    assert table.loc["consent_share", "value"] == pytest.approx(1 / 3)
    assert table.loc["consent_share", "verdict"] == "partly"
    assert table.loc["history_days", ["value", "verdict"]].tolist() == [100, "partly"]
    assert table.loc["lines_analysed_share", "value"] == pytest.approx(0.8)
    assert table.loc["values_known_share", "value"] == pytest.approx(0.98)
    assert table.loc["attributes", "value"] == 1
    assert table.loc["owner", "verdict"] == "not known"
    assert table.question.is_monotonic_increasing


def test_readiness_of_hardly_anything() -> None:
    one = pd.DataFrame({"recency_days": [1], "frequency": [1], "monetary_value": [9.0]})
    orders = pd.DataFrame({"at": pd.to_datetime(["2024-01-01"])})
    verdicts = exploration.readiness(one, orders).set_index("check").verdict
    assert verdicts["customers"] == "no"
    assert verdicts["lines_analysed_share"] == "not known"
    assert set(verdicts) <= {"yes", "partly", "no", "not known"}


def test_nothing_changes_its_callers_tables() -> None:
    orders, customers = orders_from(COHORTS), customers_like(50)
    before = orders.copy(), customers.copy()
    exploration.cohort_retention(orders)
    exploration.interpurchase_times(orders)
    exploration.weekday_by_hour(orders)
    exploration.readiness(customers, orders)
    exploration.pareto(customers)
    pd.testing.assert_frame_equal(orders, before[0])
    pd.testing.assert_frame_equal(customers, before[1])


# --- real data


@pytest.fixture(scope="module")
def online_retail() -> ibis.Table:
    if not ONLINE_RETAIL.exists():
        pytest.skip("Online Retail is not here")
    engine = ibis.duckdb.connect()
    engine.raw_sql(f"""
        CREATE TABLE lines AS SELECT InvoiceNo order_id, CustomerID::INT::VARCHAR customer_id, InvoiceDate ordered_at,
            (Quantity * UnitPrice)::DECIMAL(18, 4) amount, Quantity < 0 is_return, Country country
        FROM '{ONLINE_RETAIL}' WHERE CustomerID IS NOT NULL AND UnitPrice > 0""")
    return engine.table("lines")


def rows_of(lines: ibis.Table, query: str) -> list[tuple]:
    return lines.get_backend().raw_sql(query).fetchall()


def test_orders_of_online_retail_against_published_totals(online_retail: ibis.Table) -> None:
    """4,338 customers, 18,532 invoices and 8,911,407.904 of sales, as published for its 397,884 positive lines."""
    orders = exploration.orders_of(online_retail)
    assert (len(orders), orders.customer_id.nunique()) == (18_532, 4_338)
    assert orders.sales.sum() == pytest.approx(8_911_407.904)


def test_revenue_by_month_of_online_retail_against_sql(online_retail: ibis.Table) -> None:
    table = exploration.revenue_by_month(online_retail)
    query = """SELECT strftime(ordered_at, '%Y-%m') m, sum(amount)::DOUBLE,
        count(DISTINCT order_id) FILTER (NOT is_return), count(DISTINCT customer_id) FILTER (NOT is_return)
        FROM lines GROUP BY m ORDER BY m"""
    expected = rows_of(online_retail, query)
    found = zip(table.month.dt.strftime("%Y-%m"), table.revenue, table.orders, table.customers, strict=True)
    for ours, theirs in zip(found, expected, strict=True):
        assert ours[0] == theirs[0]
        assert ours[1] == pytest.approx(theirs[1])
        assert ours[2:] == theirs[2:]
    assert table.complete.tolist() == [True] * 12 + [False]


def test_mix_of_online_retail_against_sql(online_retail: ibis.Table) -> None:
    table = exploration.mix(online_retail, "country", top=100).sort_values("country")
    query = """SELECT country, sum(amount)::DOUBLE, count(DISTINCT order_id) FILTER (NOT is_return),
        count(DISTINCT customer_id) FILTER (NOT is_return) FROM lines GROUP BY country ORDER BY country"""
    expected = pd.DataFrame(rows_of(online_retail, query), columns=["country", "revenue", "orders", "customers"])
    found = table[list(expected)].reset_index(drop=True)
    pd.testing.assert_frame_equal(found, expected, check_dtype=False)


def test_gaps_of_online_retail_against_sql(online_retail: ibis.Table) -> None:
    table = exploration.interpurchase_times(exploration.orders_of(online_retail))
    query = """WITH o AS (SELECT customer_id, order_id, min(ordered_at) t FROM lines WHERE NOT is_return GROUP BY ALL),
        g AS (SELECT t::DATE - lag(t::DATE) OVER (PARTITION BY customer_id ORDER BY t) gap FROM o)
        SELECT gap, count(*) FROM g WHERE gap IS NOT NULL GROUP BY gap ORDER BY gap"""
    assert [*zip(table.gap_days, table.repeat_orders, strict=True)] == rows_of(online_retail, query)


def test_cohorts_of_cdnow_against_published_sizes() -> None:
    """23,570 customers: 7,846, 8,476 and 7,248 won in January, February and March 1997 (Fader and Hardie's data)."""
    if not CDNOW.exists():
        pytest.skip("CDNOW is not here")
    bought = pd.read_parquet(CDNOW)
    orders = pd.DataFrame({"customer_id": bought.customer_id, "at": pd.to_datetime(bought["date"])})
    table = exploration.cohort_retention(orders)
    assert table.drop_duplicates("cohort").customers.tolist() == [7_846, 8_476, 7_248]
    assert table.groupby("cohort").size().tolist() == [18, 17, 16]
