"""One row a customer, by hand and by invariant."""

import datetime as dt

import ibis
import pandas as pd
import pandas.testing as pdt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seglib.shop.customers import build_customers, shares_of_spend

AS_OF = dt.date(2024, 1, 31)


@pytest.fixture
def ann(make_lines):
    """Ann: orders on 1, 11 and 31 January, one return; Bob: one order."""
    return make_lines(
        [
            ("1", "ann", "2024-01-01 10:00", 10),
            ("1", "ann", "2024-01-01 10:00", 5),
            ("2", "ann", "2024-01-11 09:00", 20),
            ("3", "ann", "2024-01-31 23:00", 15),
            ("2R", "ann", "2024-01-30 12:00", -20),
            ("4", "bob", "2024-01-21 08:00", 7),
        ],
        quantity=[2.0, 1.0, 1.0, 4.0, -1.0, 1.0],
        discount=[0.0, 5.0, 0.0, 0.0, 0.0, 0.0],
        product_id=["tea", "pot", "tea", "cup", "tea", "tea"],
        category=["food", "ware", "food", "ware", "food", "food"],
        channel=["web", "web", "shop", "shop", "shop", "web"],
    )


def test_by_hand(ann):
    table = build_customers(ann, as_of=AS_OF)
    row = table.loc["ann"]
    assert row.recency_days == 0
    assert row.frequency == 3
    assert row.monetary_value == 30.0
    assert row.tenure_days == 30
    assert row.average_order_value == pytest.approx(50 / 3)
    assert row.items_per_order == pytest.approx(8 / 3)
    assert row.interpurchase_days == 15.0  # gaps of 10 and 20 days
    assert (row.products, row.categories) == (3, 2)
    assert row.returns_share == pytest.approx(20 / 50)
    assert row.discount_share == pytest.approx(5 / 55)
    assert (row.top_category, row.top_channel) == ("food", "shop")  # 30 of 50 on food, 35 in the shop
    assert table.index.tolist() == ["ann", "bob"]
    assert pd.isna(table.interpurchase_days["bob"])
    assert pd.isna(row.previous_orders)
    assert pd.isna(row.previous_revenue)
    assert table.first_order_at["ann"] == pd.Timestamp("2024-01-01 10:00")
    assert table.last_order_at["ann"] == pd.Timestamp("2024-01-31 23:00")


def test_top_is_by_money_and_then_by_name(make_lines):
    lines = make_lines(
        [
            ("1", "a", "2024-01-01", 5),
            ("1", "a", "2024-01-01", 5),
            ("2", "b", "2024-01-01", 1),
            ("2", "b", "2024-01-01", 2),
        ],
        category=["y", "x", "x", "y"],
    )
    assert build_customers(lines, as_of=AS_OF).top_category.tolist() == ["x", "y"]


def test_window_and_the_one_before_it(make_lines):
    lines = make_lines(
        [
            ("0", "a", "2023-11-01", 99),  # before both windows, but known: tenure
            ("1", "a", "2023-12-20", 10),
            ("2", "a", "2024-01-25", 30),
            ("3", "b", "2023-12-25", 40),  # lapsed: not in the table
            ("4", "c", "2024-01-12", 50),
            ("5", "c", "2024-01-11", 60),  # the day before the window begins
        ]
    )
    table = build_customers(lines, as_of=AS_OF, window_days=20)
    assert table.index.tolist() == ["a", "c"]
    assert table.frequency.tolist() == [1, 1]
    assert table.monetary_value.tolist() == [30.0, 50.0]
    assert table.previous_orders.tolist() == [0, 1]
    assert table.previous_revenue.tolist() == [0.0, 60.0]
    assert table.tenure_days["a"] == 91


def test_previous_window_is_unknown_when_the_data_begin_inside_it(make_lines):
    lines = make_lines([("1", "a", "2024-01-01", 10), ("2", "a", "2024-01-25", 30)])
    assert build_customers(lines, as_of=AS_OF, window_days=20).previous_orders.isna().all()


def test_a_return_is_no_order_and_does_not_refresh_recency(make_lines):
    lines = make_lines([("1", "a", "2024-01-01", 10), ("2", "a", "2024-01-30", -10)])
    row = build_customers(lines, as_of=AS_OF).loc["a"]
    assert (row.frequency, row.recency_days, row.monetary_value) == (1, 30, 0.0)


def test_an_exchange_in_one_order_is_one_order(make_lines):
    lines = make_lines([("1", "a", "2024-01-01", 10), ("1", "a", "2024-01-01", -4)])
    row = build_customers(lines, as_of=AS_OF).loc["a"]
    assert (row.frequency, row.monetary_value, row.returns_share) == (1, 6.0, 0.4)


def test_contacts_join_on_the_right_and_do_not_hide_measures(ann):
    contacts = pd.DataFrame({"age": ["30-39"], "products": ["many"]}, index=pd.Index(["ann"], name="customer_id"))
    table = build_customers(ann, as_of=AS_OF, contacts=contacts)
    assert table.age["ann"] == "30-39"
    assert pd.isna(table.age["bob"])
    assert table.contact_products["ann"] == "many"


def test_rfm_measures_alone_are_the_same(ann):
    every = build_customers(ann, as_of=AS_OF)
    pdt.assert_frame_equal(
        build_customers(ann, as_of=AS_OF, measures="rfm"), every[["recency_days", "frequency", "monetary_value"]]
    )


def test_refuses_what_cannot_be_meant(ann):
    with pytest.raises(ValueError, match="positive"):
        build_customers(ann, as_of=AS_OF, window_days=0)
    with pytest.raises(ValueError, match="measures"):
        build_customers(ann, as_of=AS_OF, measures="some")


def test_shares_of_spend(ann):
    shares = shares_of_spend(ann, "category")
    assert shares.loc["ann"].round(3).to_dict() == {"food": 0.6, "ware": 0.4}
    assert shares_of_spend(ann, "colour").empty
    assert shares_of_spend(ann, "category", top=1).columns.tolist() == ["food", "Other"]
    assert shares_of_spend(ann, "category").sum(axis=1).tolist() == pytest.approx([1, 1])


order = st.tuples(
    st.sampled_from("123456"),
    st.sampled_from("abcd"),
    st.dates(dt.date(2023, 1, 1), dt.date(2024, 1, 31)),
    st.integers(-500, 2000),
)


def as_lines(rows, shift=0, times=1):
    table = pd.DataFrame(rows, columns=["order_id", "customer_id", "ordered_at", "cents"])
    table["ordered_at"] = pd.to_datetime(table.ordered_at)
    table["is_return"] = table.cents < 0
    table["order_id"] = table.customer_id + table.order_id
    lines = ibis.memtable(table)
    return lines.mutate(amount=(lines.cents.cast("decimal(18, 4)") * times / 100).cast("decimal(18, 4)")).drop("cents")


@settings(deadline=None, max_examples=12)
@given(st.lists(order, min_size=1, max_size=30), st.randoms())
def test_shuffled_rows_and_later_orders_change_nothing(rows, random):
    table = build_customers(as_lines(rows), as_of=AS_OF)
    shuffled = random.sample(rows, len(rows))
    later = [("9", "a", dt.date(2024, 2, 1), 5000), ("8", "z", dt.date(2025, 2, 1), 5000)]
    pdt.assert_frame_equal(build_customers(as_lines(shuffled + later), as_of=AS_OF), table)


@settings(deadline=None, max_examples=12)
@given(st.lists(order, min_size=1, max_size=30))
def test_against_pandas(rows):
    """Oracle: the same measures by plain pandas."""
    table = build_customers(as_lines(rows), as_of=AS_OF)
    plain = pd.DataFrame(rows, columns=["order_id", "customer_id", "at", "cents"])
    plain["at"] = pd.to_datetime(plain["at"])
    sales = plain[plain.cents >= 0]
    by_order = sales.groupby(["customer_id", "order_id"])["at"].agg(["min"]).reset_index()
    grouped = by_order.groupby("customer_id")
    assert table.frequency.to_dict() == grouped.size().to_dict()
    assert table.recency_days.to_dict() == (pd.Timestamp(AS_OF) - grouped["min"].max()).dt.days.to_dict()
    money = plain[plain.customer_id.isin(table.index)].groupby("customer_id").cents.sum() / 100
    assert table.monetary_value.to_dict() == pytest.approx(money.to_dict())
    gaps = by_order.sort_values("min").groupby("customer_id")["min"].diff().dt.days
    assert table.interpurchase_days.dropna().to_dict() == pytest.approx(
        gaps.groupby(by_order.customer_id).median().dropna().to_dict()
    )
