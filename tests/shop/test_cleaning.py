"""The ledger accounts for every row and every cent."""

import datetime as dt
from decimal import Decimal

import ibis
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seglib.shop.cleaning import STEPS, Beyond, clean_lines, column_quality, ledger_by_source
from seglib.shop.customers import build_customers
from seglib.shop.shop import open_shop

# steps of states and dates that a plain file does not tell
UNTOLD = ["overlap", "same_sale", "test", "transfer", "failed", "pending", "unknown"]
UNTOLD += ["disputed", "implausible_date"]


def ledger_of(cleaned):
    return cleaned.ledger.set_index("step")


def test_each_step_takes_its_rows(make_lines):
    rows = [
        ("1", "a", "2024-01-01", 10),
        ("1", "a", "2024-01-01", 10),  # a copy
        ("2", None, "2024-01-02", 20),
        (None, "a", "2024-01-02", 30),
        ("3", "a", None, 40),
        ("4", "a", "2024-01-03", None),
        ("5", "a", "2024-01-03", 50),  # cancelled
        ("6", "a", "2024-01-03", 0),
        ("7", "a", "2024-01-04", -5),  # negative, but no return
        ("8", "a", "2024-02-01", 60),  # after
        ("9", "a", "2023-01-01", 70),  # before the window
        ("10", "b", "2024-01-05", -8),  # return of somebody without an order
        ("11", "a", "2024-01-06", -3),  # return, netted
    ]
    lines = make_lines(
        rows,
        copy=[0, 1, *[0] * 11],
        status=["ok"] * 6 + ["Cancelled"] + ["ok"] * 6,
        is_return=[False] * 11 + [True, True],
    )
    cleaned = clean_lines(lines, as_of=dt.date(2024, 1, 31), window_days=60, cancelled=["cancelled"])
    ledger = ledger_of(cleaned)
    assert set(ledger.rows_removed.drop(["raw", "returns", "analysed", *UNTOLD])) == {1}
    assert not ledger.rows_removed[UNTOLD].any()
    assert ledger.rows_found["returns"] == 2
    assert (ledger.rows["raw"], ledger.rows["analysed"]) == (13, 2)
    assert ledger.amount["analysed"] == 7.0
    assert (ledger.customers["raw"], ledger.customers["analysed"]) == (2, 1)
    assert cleaned.lines.count().to_pyarrow().as_py() == 4  # with the earlier order and the lone return


def test_each_state_is_a_step_of_its_own(make_lines):
    states = ["sale", "overlap", "same_sale", "test", "transfer", "failed", "pending", "unknown"]
    states += ["cancelled", "disputed"]
    lines = make_lines([(state, "a", "2024-01-01", 1) for state in states], state=states)
    ledger = ledger_of(clean_lines(lines))
    assert {step: ledger.rows_removed[step] for step in states[1:]} == dict.fromkeys(states[1:-1], 1) | {"disputed": 0}
    assert ledger_of(clean_lines(lines, disputed="drop")).rows_removed["disputed"] == 1


@pytest.mark.parametrize(
    ("dates", "odd"),
    [
        (["2099-01-01", "2024-01-01", "2024-01-02"], 1),
        (["1900-01-01", "1970-01-01", "2024-01-01", "2024-01-02", "2024-01-03"], 2),
        (["2015-01-01", "2019-01-01", "2024-01-01"], 0),  # an old shop with gaps
        (["1985-01-01", "1986-01-01", "1987-01-01"], 0),  # old data as a whole
        (["2024-01-01"], 0),
    ],
)
def test_dates_far_from_all_others_are_counted_and_move_no_as_of_date(make_lines, dates, odd):
    cleaned = clean_lines(make_lines([(str(n), "a", day, 1) for n, day in enumerate(dates)]))
    assert ledger_of(cleaned).rows_removed["implausible_date"] == odd
    assert cleaned.as_of < dt.date(2025, 1, 1)


def test_rows_that_are_no_lines_stand_above_raw(make_lines):
    beyond = [Beyond("till", "a total", 2, Decimal(30)), Beyond("till", "refunds told on the order", -1, Decimal(5))]
    cleaned = clean_lines(make_lines([("1", "a", "2024-01-01", 10), ("2", "a", "2024-01-02", -5)]), beyond=beyond)
    top = cleaned.ledger.head(4)
    assert top.step.tolist() == ["files", "skipped", "added", "raw"]
    assert top.rows.tolist() == [3, 1, 2, 2]
    assert top.amount.tolist() == [40.0, 10.0, 5.0, 5.0]
    assert top.amount_removed.tolist() == [0.0, 30.0, 5.0, 0.0]
    by_source = ledger_by_source(cleaned.marked, beyond)
    assert by_source.rows.tolist() == [2, 2, 2, -1]


def test_found_counts_rows_that_an_earlier_step_took(make_lines):
    lines = make_lines([("1", None, "2024-01-01", 0), ("2", "a", "2024-01-01", 0), ("3", "a", "2024-01-01", 1)])
    ledger = ledger_of(clean_lines(lines))
    assert (ledger.rows_found["zero_price"], ledger.rows_removed["zero_price"]) == (2, 1)


def test_as_of_is_the_day_after_the_last_line_sale_or_return(make_lines):
    lines = make_lines([("1", "a", "2024-01-05 18:00", 10), ("2", "a", "2024-01-09", -2)])
    cleaned = clean_lines(lines)
    assert cleaned.as_of == dt.date(2024, 1, 10)
    assert ledger_of(cleaned).rows_removed["after_as_of"] == 0


def test_lines_on_the_as_of_date_stay(make_lines):
    lines = make_lines([("1", "a", "2024-01-05 23:59:59", 10), ("2", "a", "2024-01-06 00:00", 10)])
    assert ledger_of(clean_lines(lines, as_of=dt.date(2024, 1, 5))).rows["analysed"] == 1


def test_free_lines_can_be_kept(make_lines):
    lines = make_lines([("1", "a", "2024-01-05", 0), ("2", "a", "2024-01-06", 1)])
    assert ledger_of(clean_lines(lines, zero_price="keep")).rows["analysed"] == 2


def test_no_order_at_all_is_refused(make_lines):
    with pytest.raises(ValueError, match="no order"):
        clean_lines(make_lines([("1", "a", "2024-01-05", -4)]))


line = st.tuples(
    st.sampled_from(["1", "2", "3", None]),
    st.sampled_from(["a", "b", None]),
    st.sampled_from(["2023-06-01", "2024-01-01", "2024-01-02", "2025-01-01", None]),
    st.sampled_from([0, 0.01, 1.1, -2.2, 19.99, None]),
)


@settings(deadline=None, max_examples=15)
@given(st.lists(line, min_size=1, max_size=25), st.sampled_from([None, 30]))
def test_rows_and_money_reconcile_with_the_file_and_with_the_customers(rows, window_days):
    order, customer, at, amount = zip(*rows, strict=True)
    table = pd.DataFrame(
        {
            "order_id": pd.array(order, dtype="str"),
            "customer_id": pd.array(customer, dtype="str"),
            "ordered_at": pd.to_datetime(list(at)),
            "amount": pd.array(amount, dtype="Float64"),
        }
    )
    table["is_return"] = (table.amount < 0).fillna(False).astype(bool)
    lines = ibis.memtable(table).mutate(amount=ibis._.amount.cast("decimal(18, 4)"))
    as_of = dt.date(2024, 1, 5)
    cleaned = clean_lines(lines, as_of=as_of, window_days=window_days)
    ledger = ledger_of(cleaned)
    assert ledger.rows["raw"] == len(rows) == ledger.rows_removed.sum() + ledger.rows["analysed"]
    assert ledger.amount["raw"] == pytest.approx(float(table.amount.sum()))
    assert ledger.amount["raw"] - ledger.amount_removed.sum() == pytest.approx(ledger.amount["analysed"])
    assert (ledger.rows.diff().dropna() <= 0).all()
    customers = build_customers(cleaned.lines, as_of=as_of, window_days=window_days)
    assert customers.monetary_value.sum() == pytest.approx(ledger.amount["analysed"])
    assert len(customers) == ledger.customers["analysed"]


def test_quality_counts_what_is_missing(make_lines):
    quality = column_quality(make_lines([("1", None, "2024-01-01", 1), ("1", "a", "2024-01-01", 2)])).set_index(
        "column"
    )
    assert quality.loc["customer_id", ["missing", "distinct"]].tolist() == [1, 1]
    assert quality.missing_share["customer_id"] == 0.5
    assert quality.distinct["amount"] == 2


def test_an_example_of_text_is_one_that_many_customers_share(make_lines):
    rows = [(f"Ann-{i}", f"c{i}", "2024-01-01", 1) for i in range(40)]
    colours = {"category": ["Ware"] * 39 + ["Ann Smith"], "coupon_code": [f"ANN{i}" for i in range(40)]}
    example = column_quality(make_lines(rows, **colours)).set_index("column")["example"].to_dict()
    assert example["category"] == "Ware"
    assert (example["order_id"], example["coupon_code"]) == ("'aaa-0'", "'aaa0'")
    assert example["amount"] == "1.0000"


def test_online_retail_counts_against_the_published_ones(shared, tmp_path):
    """Oracle: the UCI page and widely published counts of the data set."""
    path = shared("uci_online_retail/online_retail.parquet")
    (tmp_path / "format.yaml").write_text(
        "columns: {order_id: InvoiceNo, customer_id: CustomerID, ordered_at: InvoiceDate, quantity: Quantity,\n"
        "  unit_price: UnitPrice, product_id: StockCode, product_name: Description, country: Country}\n"
        "returns: {order_id_starts_with: C}\n"
    )
    shop = open_shop(path, format=str(tmp_path / "format.yaml"))
    ledger = shop.ledger.set_index("step")
    quality = shop.quality.set_index("column")
    assert ledger.loc["raw", ["rows", "orders", "customers"]].tolist() == [541_909, 25_900, 4_372]
    assert ledger.rows_found["duplicate"] == 5_268
    assert ledger.rows_found["no_customer"] == quality.missing["customer_id"] == 135_080
    assert ledger.rows_found["returns"] == 9_288
    assert quality.missing["product_name"] == 1_454
    assert quality.distinct["country"] == 38
    assert ledger.amount["raw"] == pytest.approx(9_747_747.934, abs=1e-3)
    assert ledger.rows["raw"] - ledger.rows_removed.sum() == ledger.rows["analysed"]
    assert shop.customers.monetary_value.sum() == pytest.approx(ledger.amount["analysed"], abs=1e-6)
    assert len(STEPS) + 2 == len(ledger)
