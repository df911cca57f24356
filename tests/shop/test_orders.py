"""An order is one order everywhere: of its first sale line's time, of one window, the same at an earlier day."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import ibis
import pandas as pd
import pandas.testing as pdt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seglib import exploration, feedback, journeys
from seglib.command.cli import main
from seglib.segments.rules import read_rules
from seglib.shop.cleaning import clean_lines
from seglib.shop.customers import build_customers
from seglib.shop.orders import lines_from
from seglib.shop.outcomes import next_period
from seglib.shop.people import build_people, measure_calls
from seglib.shop.shop import open_shop
from seglib.tables.canonical import ORDERS
from seglib.tables.measures import Call
from seglib.tables.orders import build_orders, sales_and_returns
from seglib.tables.period import Period

AS_OF = dt.date(2024, 1, 31)
LIMITS = read_rules("shop").settings
# ann's order 1 has lines on 1 and on 20 January, and a return on the 25th; bob sends back what he never bought here
ROWS = [
    ("1", "ann", "2024-01-01 10:00", 10),
    ("1", "ann", "2024-01-20 11:00", 5),
    ("1", "ann", "2024-01-25 12:00", -4),
    ("2", "ann", "2024-01-21 09:00", 20),
    ("1", "bob", "2024-01-22 09:00", 7),
    ("3", "bob", "2024-01-23 09:00", -7),
]


@pytest.fixture
def lines(make_lines):
    return make_lines(
        ROWS,
        quantity=[2.0, 1.0, -1.0, 4.0, 1.0, -1.0],
        discount=[0.0, 1.5, 0.0, 0.0, 0.0, 0.0],
        coupon_code=[" ", "TEN", "BACK", None, None, "BACK"],
        channel=["web", "app", "till", "app", "web", "web"],
    )


def fetched(table: ibis.Table) -> pd.DataFrame:
    return table.to_pyarrow().to_pandas()


def test_one_row_an_order_by_hand(lines):
    table = fetched(build_orders(lines)).set_index(["customer_id", "order_id"]).sort_index()
    assert table.index.tolist() == [("ann", "1"), ("ann", "2"), ("bob", "1")]  # a return alone is no order
    first = table.loc[("ann", "1")]
    assert (first["at"], first["until"]) == (pd.Timestamp("2024-01-01 10:00"), pd.Timestamp("2024-01-20 11:00"))
    assert (first["sales"], first["returned"], first["net"]) == (Decimal(15), Decimal(4), Decimal(11))
    assert first[["items", "discount", "coupon_code", "channel"]].tolist() == [3, Decimal("1.5"), "TEN", "web"]
    assert table.loc[("bob", "1"), ["sales", "returned", "net"]].tolist() == [Decimal(7), Decimal(0), Decimal(7)]
    assert table["coupon_code"].isna().tolist() == [False, True, True]


def test_columns_are_the_documented_ones_where_lines_tell_them(lines):
    documented = [column.name for column in ORDERS]
    assert build_orders(lines).columns == tuple(name for name in documented if name not in ("country", "source"))
    bare = lines.drop("quantity", "discount", "coupon_code", "channel")
    assert build_orders(bare).columns == tuple(column.name for column in ORDERS if column.required)
    assert str(build_orders(lines).sales.type()) == "decimal(18, 4)"


def test_sales_and_returns_of_lines_alone_are_those_of_the_orders_that_are_there(make_lines):
    """Two returns under the number of the order, each at its own time; a return alone; two lines at one moment."""
    rows = [*ROWS, ("1", "ann", "2024-01-28 12:00", -1), ("2", "ann", "2024-01-21 09:00", 3)]
    lines = make_lines(rows, quantity=[float(n) for n in range(1, 9)], discount=[0.5] * 8)
    orders = build_orders(lines)
    for there in (None, orders):
        table = fetched(sales_and_returns(lines, there)).sort_values(["customer_id", "order_id", "at"])
        assert table["at"].dt.day.tolist() == [1, 25, 28, 21, 22, 23]
        assert table["until"].dt.day.tolist() == [20, 25, 28, 21, 22, 23]
        assert table["amount"].tolist() == [15, -4, -1, 23, 7, -7]
        assert table["is_return"].tolist() == [False, True, True, False, False, True]
        assert table["items"].fillna(0).tolist() == [3, 0, 0, 12, 5, 0]
        assert table["discount"].fillna(0).tolist() == [Decimal(1), 0, 0, Decimal(1), Decimal("0.5"), 0]


def test_of_lines_of_one_moment_the_first_by_name_tells(make_lines):
    rows = [("1", "a", "2024-01-02", 1), ("1", "a", "2024-01-01", 1), ("1", "a", "2024-01-01", 1)]
    for names in (["late", "b", "c"], ["late", "c", "b"]):
        assert build_orders(make_lines(rows, channel=names)).channel.to_pyarrow().to_pylist() == ["b"]


# --- one time of an order, everywhere -------------------------------------------------------------------------------


def test_an_order_is_dated_by_its_first_line_everywhere(make_lines):
    """Lines on 1 and on 20 January: recency, people, rules, exploration, journeys, feedback, the next period."""
    lines = make_lines(ROWS[:2], category=["tea", "tea"])
    first = pd.Timestamp("2024-01-01 10:00")
    customers = build_customers(lines, as_of=AS_OF)
    row = build_people(lines, customers, as_of=AS_OF).loc["ann"]
    for told in (customers.loc["ann"], row):
        assert (told["recency_days"], told["tenure_days"]) == (30, 30)
        assert told["first_order_at"] == told["last_order_at"] == first
    call = Call("orders_since", ("2024-01-02",))
    assert measure_calls([call], customers.index, lines=lines, as_of=AS_OF)[call.column].tolist() == [0]
    orders = exploration.orders_of(lines)
    assert orders["at"].tolist() == [first]
    assert exploration.weekday_by_hour(orders).query("orders > 0")[["weekday", "hour"]].values.tolist() == [[0, 10]]
    reached = journeys.milestones(lines, as_of=AS_OF, limits=LIMITS)
    assert reached.loc["ann", ["first_order_at", "orders"]].tolist() == [first, 1]
    assert journeys.occasions(lines)[["weekday", "hour"]].values.tolist() == [[0, 10]]
    assert next_period(lines, as_of=AS_OF, days=15)[1].loc["ann"].tolist()[:3] == [0, 0.0, False]


def test_months_and_quarters_hold_an_order_whole_and_a_return_by_its_own_time(make_lines):
    rows = [("1", "a", "2024-01-01", 10), ("1", "a", "2024-02-20", 5), ("1", "a", "2024-04-30", -4)]
    rows += [("2", "a", "2024-03-01", 1), ("3", "a", "2024-06-30", 1)]
    months = exploration.revenue_by_month(make_lines(rows)).set_index("month")
    assert months["sales"].tolist() == [15.0, 0.0, 1.0, 0.0, 0.0, 1.0]
    assert months["returned"].tolist() == [0.0, 0.0, 0.0, 4.0, 0.0, 0.0]
    assert months["orders"].tolist() == [1, 0, 1, 0, 0, 1]
    quarters = feedback.returns(make_lines(rows), period="quarter", min_group=1)
    assert quarters[["orders", "returns", "sales", "returned"]].values.tolist() == [[2, 0, 16.0, 0.0], [1, 1, 1.0, 4.0]]
    whole = feedback.returns(make_lines([*rows, ("1", "a", "2024-05-30", -1)]), min_group=1).iloc[0]
    assert (whole["orders"], whole["returns"], whole["returned"]) == (3, 1, 5.0)  # twice under one number: one return


def test_a_cart_is_followed_by_an_order_not_by_its_later_lines(make_lines):
    cart = {"customer_id": "ann", "kind": "cart", "event": "c", "category": "tea"}
    events = ibis.memtable(pd.DataFrame({**cart, "at": pd.to_datetime(["2024-01-20 10:00"])}))
    lines, call = make_lines(ROWS[:2]), Call("abandoned_carts", (24, 30))
    left = measure_calls([call], pd.Index(["ann"]), lines=lines, events=events, as_of=AS_OF)
    assert left[call.column].tolist() == [1]
    assert journeys.abandoned_carts(events, lines, as_of=AS_OF, limits=LIMITS)["abandoned"].tolist() == [1]


# --- one window of an order -----------------------------------------------------------------------------------------


def test_an_order_is_of_the_window_in_which_it_was_begun(lines):
    """The window is 17 to 31 January, the one before 2 to 16: order 1 is of neither, its return is of the window."""
    table = build_customers(lines, as_of=AS_OF, window_days=15)
    ann = table.loc["ann"]
    assert (ann["frequency"], ann["monetary_value"], ann["items_per_order"]) == (1, 16.0, 4.0)
    assert (ann["average_order_value"], ann["returns_share"], ann["tenure_days"]) == (20.0, 0.2, 30)
    assert pd.isna(ann["interpurchase_days"])  # from an order before the window
    assert (ann["top_channel"], ann["previous_orders"], ann["previous_revenue"]) == ("app", 0, 0.0)
    longer = build_customers(lines, as_of=AS_OF, window_days=16).loc["ann"]
    assert pd.isna(longer["previous_orders"])  # it would begin on 31 December, before the data do
    whole = build_customers(lines, as_of=AS_OF, window_days=31).loc["ann"]
    assert (whole["frequency"], whole["monetary_value"], whole["interpurchase_days"]) == (2, 31.0, 20.0)


@pytest.mark.parametrize(
    ("begun", "frequency"),
    [("2024-01-17 00:00", 2), ("2024-01-16 23:59:59", 1)],
)
def test_the_first_moment_of_the_window(make_lines, begun, frequency):
    rows = [("1", "a", begun, 10), ("1", "a", "2024-01-31 23:59:59", 5), ("2", "a", "2024-01-20", 1)]
    cleaned = clean_lines(make_lines(rows), as_of=AS_OF, window_days=15)
    row = build_customers(cleaned.lines, as_of=AS_OF, window_days=15).loc["a"]
    ledger = cleaned.ledger.set_index("step")
    assert row["frequency"] == ledger.loc["analysed", "orders"] == frequency
    assert row["monetary_value"] == ledger.loc["analysed", "amount"] == {2: 16.0, 1: 1.0}[frequency]
    assert ledger.loc["before_window", ["rows_found", "rows_removed"]].tolist() == [2 * (frequency == 1)] * 2


def test_lines_after_the_as_of_date_are_left_out_line_by_line(make_lines):
    rows = [("1", "a", "2024-01-31 23:59:59", 10), ("1", "a", "2024-02-01", 5), ("2", "a", "2024-02-01", 5)]
    cleaned = clean_lines(make_lines(rows), as_of=AS_OF, window_days=15)
    assert cleaned.ledger.set_index("step").loc["after_as_of", "rows_removed"] == 2
    assert fetched(build_orders(cleaned.lines))[["order_id", "sales"]].values.tolist() == [["1", Decimal(10)]]


def test_only_what_cleaning_keeps_dates_an_order(make_lines):
    """A free line before the window is left out, so it does not draw the order there."""
    rows = [("1", "a", "2024-01-01", 0), ("1", "a", "2024-01-20", 5)]
    cleaned = clean_lines(make_lines(rows), as_of=AS_OF, window_days=15)
    assert cleaned.ledger.set_index("step").loc[["zero_price", "before_window"], "rows_removed"].tolist() == [1, 0]


line = st.tuples(
    st.sampled_from("123"),
    st.sampled_from("abc"),
    st.dates(dt.date(2023, 12, 1), dt.date(2024, 2, 2)),
    st.integers(-900, 2000),
)


def as_lines(rows):
    table = pd.DataFrame(rows, columns=["order_id", "customer_id", "ordered_at", "cents"])
    table = table.assign(ordered_at=pd.to_datetime(table["ordered_at"]), is_return=table["cents"] < 0)
    lines = ibis.memtable(table)
    return lines.mutate(amount=(lines.cents / 100).cast("decimal(18, 4)")).drop("cents")


@settings(deadline=None, max_examples=20)
@given(st.lists(line, min_size=1, max_size=30), st.sampled_from([None, 1, 15, 40]))
def test_ledger_customers_orders_and_lines_tell_the_same_money(rows, window_days):
    period = Period(AS_OF, window_days)
    cleaned = clean_lines(as_lines(rows), as_of=AS_OF, window_days=window_days)
    last = cleaned.ledger.set_index("step").loc["analysed"]
    customers = build_customers(cleaned.lines, as_of=AS_OF, window_days=window_days)
    assert customers["monetary_value"].sum() == pytest.approx(last["amount"], abs=1e-9)
    assert len(customers) == last["customers"]
    orders = build_orders(cleaned.lines)
    inside = fetched(orders.filter(period.inside(orders["at"])))
    assert len(inside) == customers["frequency"].sum()
    analysed = fetched(lines_from(cleaned.lines, orders, period.start()))
    analysed = analysed[analysed["customer_id"].isin(inside["customer_id"])]
    assert analysed["amount"].sum() == sum(fetched(cleaned.window_lines)["amount"])
    assert len(analysed) == last["rows"]
    sold = analysed[~analysed["is_return"]]
    assert sold["amount"].sum() == inside["sales"].sum()


@settings(deadline=None, max_examples=20)
@given(st.lists(line, min_size=1, max_size=30), st.randoms(use_true_random=False))
def test_against_a_plain_loop_and_in_any_order_of_lines(rows, random):
    expected: dict[tuple[str, str], list] = {}
    for order, customer, day, cents in rows:
        one = expected.setdefault((customer, order), [[], 0, 0])
        one[0] += [day] if cents >= 0 else []
        one[1 if cents >= 0 else 2] += abs(cents)
    for told in (rows, random.sample(rows, len(rows))):
        table = fetched(build_orders(as_lines(told))).set_index(["customer_id", "order_id"])
        assert set(table.index) == {key for key, (days, _, _) in expected.items() if days}
        for key, row in table.iterrows():
            days, sold, back = expected[key]
            assert (row["at"].date(), row["until"].date()) == (min(days), max(days))
            assert (row["sales"] * 100, row["returned"] * 100, row["net"] * 100) == (sold, back, sold - back)


def test_lines_from_a_day_without_any_order_begun_before(lines):
    orders = build_orders(lines)
    assert lines_from(lines, orders, None) is lines
    assert len(fetched(lines_from(lines, orders, dt.date(2024, 1, 1)))) == len(ROWS)
    assert sorted(fetched(lines_from(lines, orders, dt.date(2024, 1, 2)))["amount"]) == [-7, -4, 7, 20]


# --- a shop in hand -------------------------------------------------------------------------------------------------

CSV = "order_id,customer_id,date,amount,product_name\n" + "".join(
    f"{order},{customer},{at},{amount},Tea\n" for order, customer, at, amount in ROWS
)
LATER = CSV + "1,bob,2024-03-09 10:00,3,Tea\n4,cy,2024-03-10 10:00,9,Tea\n2,ann,2024-03-10 10:00,-5,Tea\n"


@pytest.mark.parametrize("window_days", [0, 15])
def test_the_earlier_shop_is_a_shop_opened_at_that_day(orders_csv, window_days):
    file = orders_csv(LATER)
    then = open_shop(file, as_of="2024-03-11", window_days=window_days).earlier(40)
    opened = open_shop(file, as_of="2024-01-31", window_days=window_days)
    assert then.as_of == opened.as_of == AS_OF
    pdt.assert_frame_equal(then.customers, opened.customers)
    pdt.assert_frame_equal(then.people, opened.people)
    for name in ("orders", "window_orders", "window_lines"):
        tables = [fetched(getattr(shop, name)) for shop in (then, opened)]
        keys = ["customer_id", "order_id"]
        assert len(tables[0]) > 0
        pdt.assert_frame_equal(*(table.sort_values([*keys, table.columns[2]], ignore_index=True) for table in tables))
    again = then.earlier(5)
    assert again.customers["recency_days"].to_dict() == {"ann": 5, "bob": 4}


def test_a_run_keeps_its_orders_while_it_runs(orders_csv, tmp_path):
    shop = open_shop(orders_csv(CSV), as_of="2024-01-31", window_days=15)
    shop.save(tmp_path / "run")
    again = open_shop(orders_csv(CSV), run=tmp_path / "run")
    pdt.assert_frame_equal(fetched(again.orders), fetched(shop.orders))
    assert again.window_orders.count().to_pyarrow().as_py() == 2
    assert again.history == "2 customers, 3 orders; as of 31 January 2024, the whole history."


def test_a_report_dates_and_counts_an_order_once(orders_csv, tmp_path):
    """Through the command line: order 1 was begun before the window, so its second line is left out with it."""
    orders_csv(CSV)
    told = 'as_of = 2024-01-31\nwindow_days = 15\n[tables.lines]\npath = "orders.csv"\n[readiness]\nowner = "Eve"\n'
    (tmp_path / "shop.toml").write_text(told)
    assert main(["report", str(tmp_path), "--only", "01", "--out", str(tmp_path / "out"), "--quiet"]) == 0
    tables = tmp_path / "out" / "tables"
    customers = pd.read_parquet(tables / "customers.parquet").set_index("customer_id")
    ledger = pd.read_csv(tables / "ledger.csv").set_index("step")
    assert customers["frequency"].to_dict() == {"ann": 1, "bob": 1}
    assert customers["monetary_value"].sum() == ledger.loc["analysed", "amount"] == 16.0
    assert ledger.loc["before_window", ["rows_removed", "amount_removed"]].tolist() == [2, 15.0]
