"""Forms of columns, states, refunds, discounts and packed products, worked by hand."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seglib.errors import InputError
from seglib.intake.sources import connect, read_table

BASE = "order_id: O\n  customer_id: C\n  ordered_at: D\n"


ENGINE = connect()


@pytest.fixture
def engine():
    return ENGINE


@pytest.fixture
def read(tmp_path, engine):
    """Rows of text and a format in, lines and facts out."""

    def once(columns: str, rows: str, more: str = "", table: str = "lines", **options):
        (tmp_path / "f.yaml").write_text(f"columns:\n  {columns}\n{more}", encoding="utf-8")
        (tmp_path / "rows.csv").write_text(rows, encoding="utf-8")
        source = read_table(tmp_path / "rows.csv", table, format=str(tmp_path / "f.yaml"), engine=engine, **options)
        return source.table.to_pandas(), source.facts

    return once


def amounts(lines: pd.DataFrame) -> list[float]:
    return [float(amount) for amount in lines.amount]


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("{sum: [A, B]}", [13.0, 10.0]),
        ("{minus: [A, B]}", [7.0, 10.0]),
        ("{minus: [A, {needed: B}]}", [7.0, None]),
        ("{minus: [A, {optional: Z}]}", [10.0, 10.0]),
        ("{times: [A, B]}", [30.0, None]),
        ("{first: [B, A]}", [3.0, 10.0]),
        ("{constant: 5}", [5.0, 5.0]),
        ("[Z, A]", [10.0, 10.0]),
        ("{sum: [{times: [A, B]}, {negative: B}]}", [27.0, None]),
        ("{of: T, none: [gratis]}", [4.0, None]),
        ("{divided: [A, B]}", [3.3333, None]),
        ("{sum: [A, {optional: {divided: [Z, B]}}]}", [10.0, 10.0]),
        ("{size: {minus: [B, A]}}", [7.0, None]),
        ("{at_least_zero: {minus: [B, A]}}", [0.0, None]),
        ("{total: A, by: C}", [20.0, 20.0]),
        ("{total: A, by: C, where: {column: B, filled: true}}", [10.0, 10.0]),
        ('{of: T, pattern: "^[0-9]+$"}', [4.0, None]),
        ('{of: J, pattern: "y.*?([0-9]+)"}', [8.0, None]),
        ('{path: "J.sum[1].v"}', [8.0, None]),
        ('{path: "J.sum[k=y].v"}', [8.0, None]),
    ],
)
def test_forms_of_columns(read, spec, expected):
    json = '"{""sum"": [{""k"": ""x"", ""v"": 1}, {""k"": ""y"", ""v"": 8}]}"'
    rows = f"O,C,D,A,B,T,J\n1,a,2024-01-01,10,3,4,{json}\n2,a,2024-01-01,10,,Gratis,no json\n"
    lines, _ = read(f"{BASE}  amount: {spec}", rows)
    found = [None if amount is None or amount != amount else float(amount) for amount in lines.amount]
    assert found == expected


def test_texts_are_joined_and_mapped(read):
    columns = (
        f"{BASE}  amount: A\n  country: {{of: L, map: {{UK: United Kingdom}}}}\n  channel: {{join: [L, C], with: /}}"
    )
    lines, _ = read(columns, "O,C,D,A,L\n1,a,2024-01-01,1,uk\n2,b,2024-01-01,1,IE\n")
    assert lines.country.tolist() == ["United Kingdom", "IE"]
    assert lines.channel.tolist() == ["uk/a", "IE/b"]


def test_filled_means_yes_and_minutes_are_added_to_a_date(read):
    more = "table: tickets\n"
    columns = (
        "customer_id: C\n  opened_at: D\n  answered_at: {later: D, minutes: W}\n"
        "  closed_at: {later: D, days: L}\n  reason: {of: {filled: X}, map: {yes: escalated}, none: [no]}"
    )
    rows = "C,D,W,L,X\na,2024-01-01 09:00,90.5,1,x\nb,2024-01-01 10:00,,,\n"
    tickets, _ = read(columns, rows, more, "tickets")
    assert tickets.answered_at.dropna().astype(str).tolist() == ["2024-01-01 10:30:30"]
    assert tickets.closed_at.dropna().astype(str).tolist() == ["2024-01-02 09:00:00"]
    assert tickets.reason.tolist()[0] == "escalated"
    assert pd.isna(tickets.reason.tolist()[1])
    lines, _ = read(
        f"{BASE}  amount: A\n  is_return: {{filled: B}}", "O,C,D,A,B\n1,a,2024-01-01,5,\n2,a,2024-01-01,5,z\n"
    )
    assert amounts(lines) == [5, -5]


def test_all_of_several_conditions_must_hold(read):
    more = "also: [{all: [{column: A, sign: negative}, {column: T, other_than: [refund]}], state: transfer}]\n"
    lines, _ = read(
        f"{BASE}  amount: A",
        "O,C,D,A,T\n1,a,2024-01-01,-5,pay\n2,a,2024-01-01,(5),Refund\n3,a,2024-01-01,5,pay\n",
        more,
    )
    assert lines.state.tolist() == ["transfer", "refund", "sale"]
    without = "also: [{all: [{column: A, sign: negative}, {column: Z, values: [x]}], state: transfer}]\n"
    lines, _ = read(f"{BASE}  amount: A", "O,C,D,A,T\n1,a,2024-01-01,-5,pay\n", without)
    assert lines.state.tolist() == ["refund"]


@pytest.mark.parametrize(
    ("lines_of", "columns", "spread"),
    [
        ("1,x,2,10,90\n1,y,1,25,90\n", "  quantity: Q\n  unit_price: U\n", [40, 50]),  # on every row
        ("1,x,2,,90\n1,y,1,,\n", "  quantity: Q\n", [60, 30]),  # on the first row; without prices, by pieces
        ("1,x,,,90\n1,y,,,90\n", "", [45, 45]),
        ("1,x,,,-90\n1,y,,,-90\n", "", [-45, -45]),
        (",x,,,5\n,y,,,7\n", "", [5, 7]),  # rows without a number are no order
    ],
)
def test_the_total_of_an_order_is_spread_over_its_lines(read, lines_of, columns, spread):
    rows = "O,P,Q,U,R,C,D\n" + lines_of.replace("\n", ",a,2024-01-01\n")
    lines, _ = read(f"{BASE}  product_id: P\n{columns}", rows, "order_cells: {total: R}\n")
    assert amounts(lines.sort_values("product_id")) == spread


def test_rows_that_repeat_an_earlier_one_can_be_left_out(read):
    more = "skip: [{column: T, values: [buy], repeats: [O, C], why: again}]\n"
    rows = "O,C,D,A,T\n1,a,2024-01-01,5,buy\n1,a,2024-01-01,5,buy\n1,a,2024-01-01,5,fee\n1,b,2024-01-01,5,buy\n"
    lines, facts = read(f"{BASE}  amount: A", f"{rows},c,2024-01-01,5,buy\n,c,2024-01-01,5,buy\n", more)
    assert len(lines) == 5
    assert facts["skipped"] == [{"why": "again", "rows": 1, "amount": 5.0}]


def test_what_a_row_left_out_is_worth_can_be_told(read):
    more = "skip: [{column: T, values: [sum], amount: S, why: total}]\n"
    lines, facts = read(
        f"{BASE}  quantity: Q\n  unit_price: U", "O,C,D,Q,U,S,T\n1,a,2024-01-01,2,3,,\n,,,2,3,50,sum\n", more
    )
    assert (len(lines), facts["skipped"]) == (1, [{"why": "total", "rows": 1, "amount": 50.0}])


HOLDS = """holds:
  - {left: S, right: {minus: [{total: {times: [Q, U]}, by: O}, R]}, of: order, source: the till's handbook}
  - {left: A, right: {times: [Q, U]}, where: {column: P, filled: true}, tolerance: "0.5", source: its makers}
  - {left: A, right: {sum: [Z, U]}, source: a file that has Z}
  - {left: A, right: P, source: a column of numbers}
"""


def test_what_must_hold_between_columns_is_counted_row_by_row(read):
    rows = (
        "O,C,D,P,Q,U,A,R,S\n1,a,2024-01-01,tea,2,3,6,1,9\n1,a,2024-01-01,pot,1,4,4.4,,\n"
        "2,b,2024-01-01,tea,2,3,3,0,3\n3,b,2024-01-01,,2,3,3,0,3\n4,b,2024-01-01,tea,,3,3,0,\n"
    )
    _, facts = read(f"{BASE}  amount: A", rows, HOLDS)
    order, row, lacking, odd = facts["holds"]
    assert order == {
        "name": "S",
        "text": "S = Σ (Q × U) − R",
        "of": "order",
        "checked": 3,
        "failed": 2,
        "example": "row 3 of the data: 3.00 is not 6.00",
        "tolerance": 0.01,
        "source": "the till's handbook",
    }
    assert (row["checked"], row["failed"], row["example"]) == (3, 1, "row 3 of the data: 3.00 is not 6.00")
    assert (lacking["checked"], lacking["failed"], lacking["example"]) == (0, 0, "")
    assert odd["checked"] == 0


def test_a_part_that_is_missing_is_named(read):
    with pytest.raises(InputError, match=r"amount: no column 'Betrag'"):
        read(f"{BASE}  amount: {{sum: [A, Betrag]}}", "O,C,D,A\n1,a,2024-01-01,1\n")


def test_continuation_rows_without_a_number_of_their_order(read):
    rows = "O,C,D,P,A\n1,a,2024-01-01,tea,3\n,,,pot,4\n2,b,2024-01-02,tea,5\n,,,cup,6\n"
    lines, _ = read(f"{BASE}  product_id: P\n  amount: A", rows, "fill_down: {columns: [O, C, D]}\n")
    assert lines.sort_values("amount").order_id.tolist() == ["1", "1", "2", "2"]
    assert lines.customer_id.notna().all()


def test_money_has_four_decimals_wherever_it_comes_from(read):
    """A discount above the price is cut to it, which is a product of eight decimals."""
    rows = "O,C,D,Q,U,W\n1,a,2024-01-01,0.5,0.0001,1\n2,a,2024-01-01,2,3,1.5\n3,a,2024-01-01,2,3,\n"
    lines, _ = read(f"{BASE}  quantity: Q\n  unit_price: U\n  discount: W", rows)
    assert lines.discount.map(str).tolist() == ["0.0001", "1.5000", "None"]
    assert lines.amount.map(str).tolist() == ["0.0000", "4.5000", "6.0000"]
    assert not lines.is_return.any()  # rounding the discount first would make -0.00005 of the first


def test_a_discount_of_the_order_is_spread_to_the_fourth_decimal(read):
    rows = "O,C,D,P,A,R\n1,a,2024-01-01,x,10,1\n1,a,2024-01-01,y,10,\n1,a,2024-01-01,z,10,\n2,a,2024-01-01,x,5,9\n"
    lines, _ = read(f"{BASE}  product_id: P\n  amount: A", rows, "order_cells: {discount: R}\n")
    one = lines[lines.order_id == "1"]
    assert sorted(one.discount) == [Decimal("0.3333"), Decimal("0.3333"), Decimal("0.3334")]
    assert one.amount.sum() == 29
    assert lines[lines.order_id == "2"].amount.tolist() == [0]  # never below zero


@pytest.mark.parametrize(
    ("rows", "paid"),
    [
        ("x,1,100,20,20\n1,a,2024-01-01,y,1,50,,", [80, 50]),  # all of it is told on the lines
        ("x,1,100,20,35\n1,a,2024-01-01,y,1,40,0,", [70, 35]),  # the rest in proportion to 80 and 40
        ("x,1,100,20,\n1,a,2024-01-01,y,1,50,10,0", [80, 40]),  # the order tells none: the lines' stand
        ("x,1,100,20,15\n1,a,2024-01-01,y,1,50,10,", [90, 45]),  # less than the lines tell: cut in proportion
        ("x,1,100,120,110\n1,a,2024-01-01,y,1,50,0,", [0, 40]),  # never more than the line
        ("x,1,100,0,900\n1,a,2024-01-01,y,1,50,0,", [0, 0]),  # nor more than the order
        ("x,3,10,30,30\n1,a,2024-01-01,y,-1,50,5,", [0, -45]),  # what went back was paid after its discount
    ],
)
def test_a_discount_of_the_order_that_holds_those_of_its_lines_is_taken_once(read, rows, paid):
    more = "order_cells: {discount: R}\norder_discount: holds_lines\n"
    columns = f"{BASE}  product_id: P\n  quantity: Q\n  unit_price: U\n  discount: W"
    lines, _ = read(columns, f"O,C,D,P,Q,U,W,R\n1,a,2024-01-01,{rows}\n", more)
    lines = lines.sort_values("product_id")
    assert amounts(lines) == paid
    worth = (lines.quantity * lines.unit_price.astype(float)).abs() - lines.amount.astype(float).abs()
    assert lines.discount.astype(float).tolist() == worth.tolist()


def test_an_order_of_many_lines_is_discounted_to_the_cent_without_a_line_below_zero(read):
    rows = "".join(f"1,a,2024-01-01,p{i},0.05,7.99\n" for i in range(160))
    lines, _ = read(f"{BASE}  product_id: P\n  amount: A", f"O,C,D,P,A,R\n{rows}", "order_cells: {discount: R}\n")
    assert lines.amount.sum() == Decimal("0.01")
    assert lines.amount.min() >= 0


def test_what_the_discount_of_an_order_holds_is_one_of_two(read):
    with pytest.raises(InputError, match=r"order_discount is 'holds'\. Did you mean 'holds_lines'"):
        read(f"{BASE}  amount: A", "O,C,D,A\n1,a,2024-01-01,1\n", "order_discount: holds\n")


@settings(max_examples=6, deadline=None)
@given(
    st.lists(st.integers(1, 100_000), min_size=1, max_size=6),
    st.integers(0, 50_000),
    st.integers(0, 50_000),
)
def test_money_of_an_order_is_kept_exact(tmp_path_factory, cents, discount, refund):
    folder = tmp_path_factory.mktemp("exact")
    rows = [f"1,a,2024-01-01,p{i},{c / 100:.2f},{discount / 100:.2f},{refund / 100:.2f}" for i, c in enumerate(cents)]
    (folder / "rows.csv").write_text("\n".join(["O,C,D,P,A,R,B", *rows]))
    (folder / "f.yaml").write_text(
        f"columns:\n  {BASE}  product_id: P\n  amount: A\norder_cells: {{discount: R, refund: B}}\n"
    )
    lines = read_table(folder / "rows.csv", format="f.yaml", engine=ENGINE).table.to_pandas()
    net = max(sum(cents) - discount, 0)
    assert lines.amount[~lines.is_return].sum() * 100 == net
    assert -lines.amount[lines.is_return].sum() * 100 == min(refund, net)


def test_states_refunds_and_disputes(read):
    rows = (
        "O,C,D,A,S,M,L\n1,a,2024-01-01,10,paid,live,\n2,a,2024-01-01,10,void,live,\n3,a,2024-01-01,10,paid,TEST,\n"
        "4,a,2024-01-01,10,given back,live,\n5,b,2024-01-01,10,lost,live,4\n6,b,2024-01-01,7,refund,live,\n"
        "7,b,2024-01-01,-7,lost,live,\n"
    )
    more = (
        "states: {column: S, cancelled: [void], refunded: [Given Back], disputed: [lost], refund: [refund]}\n"
        "also: [{column: M, values: [test], state: test}]\norder_cells: {disputed: L}\n"
    )
    lines, facts = read(f"{BASE}  amount: A\n  status: S", rows, more)
    told = lines.groupby(["order_id", "state"]).amount.sum().astype(float).to_dict()
    assert told == {
        ("1", "sale"): 10,
        ("2", "cancelled"): 10,
        ("3", "test"): 10,
        ("4", "sale"): 10,
        ("4", "refund"): -10,
        ("5", "sale"): 10,
        ("5", "disputed"): -4,
        ("6", "refund"): -7,
        ("7", "disputed"): -7,
    }
    assert lines[lines.is_return].refund_of.dropna().tolist() == ["4", "5"]
    assert facts["added"] == [{"why": "refunds told on the order made lines", "rows": 2, "amount": -14.0}]


def test_an_order_given_back_by_rows_is_not_given_back_twice_by_its_state(read):
    rows = "O,C,D,A,S\n1,a,2024-01-01,10,refunded\n1,a,2024-01-03,-4,refunded\n"
    lines, _ = read(f"{BASE}  amount: A\n  status: S", rows, "states: {column: S, refunded: [refunded]}\n")
    assert sorted(amounts(lines)) == [-6.0, -4.0, 10.0]


def test_refunds_dated_where_the_day_is_told(read):
    rows = "O,C,D,A,B,W\n1,a,2024-01-01,10,3,2024-02-05\n2,a,2024-01-01,10,,\n"
    lines, _ = read(f"{BASE}  amount: A", rows, "order_cells: {refund: B, refunded_at: W}\n")
    assert lines[lines.is_return].ordered_at.dt.strftime("%Y-%m-%d").tolist() == ["2024-02-05"]


def test_refund_rows_take_the_customer_of_their_sale(read):
    rows = "O,C,D,A,R,T\n1,a,2024-01-01,10,,\n2,shop,2024-01-03,-4,1,a\n3,shop,2024-01-04,-5,0,Z@x.y\n"
    more = "refund_reference: {column: R, to: order_id, customer: T}\n"
    lines, _ = read(f"{BASE}  amount: A", rows, more)
    back = lines[lines.is_return].set_index("order_id")
    assert back.customer_id.to_dict() == {"2": "a", "3": "z@x.y"}
    assert back.refund_of.to_dict() == {"2": "1", "3": "0"}


def test_products_in_one_cell(read):
    rows = 'O,C,D,A,P\n1,a,2024-01-01,10.01,"2× Mug, large, 1× Cup"\n2,b,2024-01-01,5,\n'
    more = "items: {column: P, separator: ', (?=\\d+× )', pattern: '(?P<quantity>\\d+)× (?P<product_name>.+)'}\n"
    lines, facts = read(f"{BASE}  amount: A", rows, more)
    told = lines.set_index("product_name")
    assert told.amount.to_dict()["Mug, large"] + told.amount.to_dict()["Cup"] == Decimal("10.01")
    assert told.quantity.to_dict()["Mug, large"] == 2
    assert lines.amount.sum() == Decimal("15.01")
    assert facts["added"][0]["rows"] == 1


def test_money_of_products_without_quantity_and_price_is_kept(read):
    more = "items: {column: P, separator: ', ', pattern: '(?P<quantity>\\d+)× (?P<product_name>.+)'}\n"
    lines, _ = read(f"{BASE}  amount: A", 'O,C,D,A,P\n1,a,2024-01-01,9,"0× Mug, 0× Cup"\n', more)
    assert amounts(lines) == [4.5, 4.5]


def test_rows_that_are_no_lines_are_counted_with_their_money(read):
    rows = "O,C,D,A,K\n1,a,2024-01-01,10,line\n1,a,2024-01-01,10,Summary\nTotal,,,10,\n"
    more = (
        "skip:\n- {column: K, values: [summary], why: a summary}\n- {column: O, matches: '^total', why: a total}\n"
        "- {column: Gone, filled: true, why: never}\n"
    )
    lines, facts = read(f"{BASE}  amount: A", rows, more)
    assert len(lines) == 1
    assert facts["skipped"] == [
        {"why": "a summary", "rows": 1, "amount": 10.0},
        {"why": "a total", "rows": 1, "amount": 10.0},
    ]


def test_cents_and_currencies_without_them(read):
    rows = "O,C,D,A,W\n1,a,2024-01-01,1050,eur\n2,a,2024-01-01,1050,JPY\n"
    lines, _ = read(f"{BASE}  amount: A\n  currency: W", rows, "money: {minor_units: 2}\n")
    assert amounts(lines) == [10.5, 1050.0]


def test_times_of_other_zones_by_the_clocks_of_the_shop(read):
    rows = "O,C,D,A,Z\n1,a,2024-07-01 23:30:00,1,PDT\n2,a,2024-01-01 10:00:00,1,CET\n"
    lines, _ = read(f"{BASE}  amount: A", rows, "dates: {zone: {column: Z}}\n", zone="Europe/Rome")
    assert lines.ordered_at.astype("str").tolist() == ["2024-07-02 08:30:00", "2024-01-01 10:00:00"]


def test_ids_without_the_spreadsheets_apostrophe_and_mails_in_lower_case(read):
    rows = "O,C,D,A\n'007,Ann@X.org,2024-01-01,1\n'tis,B7,2024-01-01,1\n"
    lines, _ = read(f"{BASE}  amount: A", rows)
    assert lines.order_id.tolist() == ["007", "'tis"]
    assert lines.customer_id.tolist() == ["ann@x.org", "B7"]


def test_buyers_known_by_mail_alone(read):
    lines, _ = read("order_id: O\n  email: C\n  ordered_at: D\n  amount: A", "O,C,D,A\n1,A@x.y,2024-01-01,1\n")
    assert lines.customer_id.tolist() == ["a@x.y"]


def test_every_column_that_cannot_be_read_is_told(read):
    with pytest.raises(InputError) as caught:
        read(f"{BASE}  amount: A\n  quantity: Q", "O,C,D,A,Q\n1,a,soon,dear,many\n")
    assert len(caught.value.faults) == 3


def test_the_example_of_the_documentation(tmp_path, engine):
    text = (Path(__file__).parents[2] / "data" / "README.md").read_text(encoding="utf-8")
    _, _, part = text.partition("### A whole example")
    rows, form = part.split("```csv\n")[1].split("```")[0], part.split("```yaml\n")[1].split("```")[0]
    (tmp_path / "verkauf.csv").write_text(rows, encoding="utf-8")
    (tmp_path / "my.yaml").write_text(form, encoding="utf-8")
    source = read_table(tmp_path / "verkauf.csv", engine=engine)
    lines = source.table.to_pandas()
    told = lines.groupby(["order_id", "state"]).amount.sum().astype(float).to_dict()
    assert told == {("1001", "sale"): 32, ("1002", "cancelled"): 24.5, ("1003", "sale"): 21, ("1003", "refund"): -10.5}
    assert source.facts["skipped"][0]["why"] == "total at the end"


WIDE = "Who,tasty,cheap,Age\nann,Yes,No,30\nbob,,Yes,40\n"


def test_columns_become_rows_and_rows_have_numbers(read):
    more = "unpivot: {columns: [Tasty, cheap], name: question, value: answer}\n"
    told, _ = read("customer_id: {row: R}\n  question: question\n  answer: answer", WIDE, more, table="responses")
    found = [tuple(None if cell != cell else cell for cell in row) for row in told.itertuples(index=False)]
    assert sorted(found, key=str) == [
        ("R1", "cheap", "No"),
        ("R1", "tasty", "Yes"),
        ("R2", "cheap", "Yes"),
        ("R2", "tasty", None),
    ]


def test_lines_out_of_columns_are_counted_as_added(read):
    rows = "N,Fresh,Milk,Other\n1,10,2.5,a\n2,4,,b\n"
    columns = "order_id: N\n  customer_id: N\n  ordered_at: {constant: 2024-01-01}\n  amount: v\n  category: c"
    lines, facts = read(columns, rows, 'unpivot: {columns: {matches: "^(fresh|milk)$"}, name: c, value: v}\n')
    assert sorted(zip(lines.customer_id, lines.category, strict=True)) == [
        ("1", "Fresh"),
        ("1", "Milk"),
        ("2", "Fresh"),
        ("2", "Milk"),
    ]
    assert lines.amount.dropna().astype(float).sum() == 16.5
    assert [(one["why"], one["rows"]) for one in facts["added"]] == [("columns of one row made rows of their own", 2)]


LOG = (
    "Case,Activity,At,Who\nC1,open,03/02/2024 10:00,ann\nC1,take,03/02/2024 12:00,eve\nC1,take,05/02/2024 09:00,eve\n"
    "C2,open,01/01/2024 10:00,bob\nC1,closed,06/02/2024 09:00,eve\nC1,closed,20/02/2024 09:00,eve\n"
)


def test_rows_become_one_by_time_not_by_text(read):
    columns = (
        "ticket_id: Case\n  customer_id: Who\n  opened_at: {earliest: At}\n"
        "  answered_at: {earliest: At, where: {column: Activity, values: [take]}}\n"
        "  closed_at: {latest: At, where: {column: Activity, values: [closed]}}"
    )
    more = 'one_per: Case\ndates: {format: ["%d/%m/%Y %H:%M"]}\n'
    told, _ = read(columns, LOG, more, table="tickets")
    told = told.set_index("ticket_id").sort_index()
    assert told.customer_id.tolist() == ["ann", "bob"]
    assert told.answered_at["C1"] == pd.Timestamp("2024-02-03 12:00")
    assert told.closed_at["C1"] == pd.Timestamp("2024-02-20 09:00")
    assert told.loc["C2", ["answered_at", "closed_at"]].isna().all()


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        ("unpivot: {columns: [tasti], name: q, value: a}\n", "no column 'tasti'. Did you mean 'tasty'"),
        ("unpivot: {columns: [tasty], name: Age, value: a}\n", "has a column 'Age' already"),
        ('unpivot: {columns: {matches: "^x"}, name: q, value: a}\n', "no column matches"),
        ("unpivot: {columns: [tasty], name: q}\n", "unpivot: no value"),
        ("unpivot: {columns: tasty, name: q, value: a}\n", "expected a list of columns"),
        ("unpivot: {columns: [tasty], nam: q, value: a}\n", "unknown key 'nam'"),
        ("one_per: Whoo\n", "no column 'Whoo'. Did you mean 'Who'"),
    ],
)
def test_what_cannot_be_turned_is_told(read, more, fault):
    with pytest.raises(InputError, match=fault):
        read("customer_id: Who\n  question: {constant: q}\n  answer: Who", WIDE, more, table="responses")


def test_one_per_is_not_for_lines(read):
    with pytest.raises(InputError, match="one_per: orders have a row a line"):
        read(f"{BASE}  amount: A", "O,C,D,A\n1,a,2024-01-01,1\n", "one_per: O\n")


PACKED = """level: order
items: {column: P, separator: "|", pattern: '^(?P<product_name>[A-Z].*), (?P<quantity>[0-9]+) x (?P<unit_price>.*)$'}
"""


def test_pieces_that_are_no_products_are_told_and_their_money_stands_apart(read):
    rows = (
        'O,C,D,A,P\n1,a,2024-01-05,10,"Mug, 1 x 4|spoon | silver, 2 x 3"\n2,b,2024-01-06,4,"Mug, 1 x 4"\n'
        '3,c,2024-01-07,9,a gift card\n4,c,2024-01-07,4,"Mug, 1 x 4|free"\n5,c,2024-01-08,3,\n'
    )
    lines, facts = read(f"{BASE}  amount: A", rows, PACKED)
    names = lines.product_name.fillna("")
    told = list(zip(lines.order_id, names, amounts(lines), strict=True))
    mugs = [("1", "Mug", 4.0), ("2", "Mug", 4.0), ("4", "Mug", 4.0)]
    assert sorted(told) == sorted([*mugs, ("1", "", 6.0), ("3", "", 9.0), ("5", "", 3.0)])
    (odd,) = facts["skipped"]
    assert (odd["rows"], odd["example"]) == (4, "a gift card")
    assert "such as 'a gift card'" in facts["notes"][0]
    assert len(lines) == 5 - odd["rows"] + sum(one["rows"] for one in facts["added"])


def test_pieces_that_are_no_products_weigh_one_where_no_price_is_told(read):
    packed = (
        "level: order\nitems: {column: P, separator: '; ', pattern: '^(?P<quantity>[0-9]+)x (?P<product_name>.+)$'}\n"
    )
    lines, _ = read(f"{BASE}  amount: A", "O,C,D,A,P\n1,a,2024-01-05,9,2x Mug; wrapped\n", packed)
    assert sorted(amounts(lines)) == [3, 6]


WIX = (
    "Nr,Mail,Day,Item,Qty,Price,State,State\n1,a@x.y,2024-01-05,Mug,1,4.00,RM,MI\n2,b@x.y,2024-01-06,Mug,2,4.00,RM,MI\n"
)
WIX_COLUMNS = (
    "order_id: Nr\n  customer_id: Mail\n  ordered_at: Day\n  product_name: Item\n  quantity: Qty\n  unit_price: Price"
)


def test_a_header_that_stands_twice_is_refused_only_where_it_is_asked_for(read, tmp_path):
    lines, facts = read(WIX_COLUMNS, WIX)
    assert amounts(lines) == [4, 8]
    assert "'State' stands twice in the header and is called 'State_2'" in facts["notes"][0]
    for more in ("also: [{column: State, values: [MI], state: test}]\n", "states: {column: [Nation, State]}\n"):
        with pytest.raises(InputError, match=r"'State' stands twice in the header, and is asked for\. Rename one"):
            read(WIX_COLUMNS, WIX, more)
    with pytest.raises(InputError, match="'State' stands twice"):
        read(f"{WIX_COLUMNS}\n  country: {{of: State, none: [x]}}", WIX)
    with pytest.raises(InputError, match="'State' stands twice"):
        read_table(tmp_path / "rows.csv", format=str(tmp_path / "f.yaml"), columns={"channel": "State"})
    second = read_table(tmp_path / "rows.csv", format=str(tmp_path / "f.yaml"), columns={"country": "State_2"})
    assert second.table.to_pandas().country.tolist() == ["MI", "MI"]
    assert len(read(f"{WIX_COLUMNS}\n  country: [Qty, State]", WIX)[0]) == 2  # the first that is there is taken


@pytest.mark.parametrize(
    ("rows", "kept", "told"),
    [
        ("1,a,1,34,\n1,a,5,-16,\n1,a,9,-34,\n", [34, -16, -18], (0, 1, -16)),  # cut
        ("1,a,1,34,\n1,a,5,-34,\n1,a,9,-34,\n", [34, -34], (1, 1, -34)),  # left out
        ("1,a,1,34,\n1,a,5,-34,\n", [34, -34], None),
        ("1,a,5,-34,\n2,a,6,10,\n", [-34, 10], None),  # sold before the data begin
        ("1,a,1,10,\n1,b,5,-34,\n", [10, -34], None),  # a number that begins again
        ("1,a,1,10,x\n1,a,1,-34,y\n", [10, -34], None),  # an exchange at the till
        ("1,a,1,10,x\n1,a,1,-34,x\n", [10, -10], (0, 1, -24)),
        (",a,1,10,\n,a,5,-34,\n", [10, -34], None),
    ],
)
def test_refunds_of_an_order_take_back_no_more_than_it_brought(read, rows, kept, told):
    rows = re.sub(r"^(\w*,\w),(\d),", r"\1,2024-01-0\2,", rows, flags=re.MULTILINE)
    columns = f"{BASE}  amount: A\n" + ("  product_id: P\n" if "x" in rows else "")
    lines, facts = read(columns, f"O,C,D,A,P\n{rows}")
    assert amounts(lines.sort_values(["ordered_at", "amount"], ascending=[True, False])) == kept
    steps = [(one["rows"], one["found"], one["amount"]) for one in facts["skipped"]]
    assert steps == ([told] if told else [])


def test_refunds_that_name_their_order_are_cut_too(read):
    more = "refund_reference: {column: R, to: order_id}\n"
    rows = "O,C,D,A,R\n1,a,2024-01-01,34,\n8,x,2024-01-05,-30,1\n9,x,2024-01-09,-30,1\n7,x,2024-01-09,-30,\n"
    lines, _ = read(f"{BASE}  amount: A", rows, more)
    assert sorted(amounts(lines)) == [-30, -30, -4, 34]
