"""Corrections on hand-worked lines: what is read otherwise, and what of it."""

from __future__ import annotations

import ibis
import pandas as pd
import pytest

from seglib.intake.formats import load_format
from seglib.intake.shaping.corrected import READ, reconsidered

MONEY = "decimal(18, 4)"


def corrected(columns: dict[str, list], read: dict[str, str] | None = None, nobody: list[str] | None = None):
    """Typed lines of some columns after what is asked for, with doubts and rows that are lines no more."""
    rows = len(next(iter(columns.values())))
    base = {"order_id": [f"o{n}" for n in range(rows)], "customer_id": ["c1"] * rows,
            "ordered_at": pd.date_range("2024-01-01", periods=rows)}  # fmt: skip
    lines = ibis.memtable(pd.DataFrame({**base, **columns}))
    money = {
        name: lines[name].cast("decimal(18, 4)") for name in ("amount", "unit_price", "discount") if name in columns
    }
    asked = {"headers": {name: name for name in lines.columns}, "every": lines.columns, "rows": rows}
    asked |= {"read": read or {}, "nobody": nobody}
    lines, doubts, aside = reconsidered(lines.mutate(**money), load_format("guess", "lines"), **asked)
    found = lines.to_pyarrow().to_pandas().sort_values("order_id", ignore_index=True)
    return found, [one.name for one in doubts], aside


def floats(column: pd.Series) -> list[float]:
    return [float(value) for value in column]


def test_an_order_total_is_spread_over_its_lines():
    columns = {
        "order_id": ["a", "a", "b"],
        "amount": [30.0, 30, 7],
        "quantity": [1.0, 2, 1],
        "unit_price": [10.0, 10, 7],
    }
    lines, _, _ = corrected(columns, {"amount": "order"})
    assert sorted(floats(lines["amount"])) == [7, 10, 20]


def test_the_total_of_a_return_is_spread_over_its_lines_too():
    columns = {
        "order_id": ["a", "a", "R", "R", "R"],
        "amount": [30.0, 30, -9, -9, -9],
        "quantity": [1.0, 2, -1, -1, -1],
    }
    lines, _, _ = corrected(columns, {"amount": "order"})
    assert sorted(floats(lines["amount"])) == [-3, -3, -3, 10, 20]


def test_a_return_keeps_its_own_total():
    lines, _, _ = corrected({"order_id": ["a", "a", "a"], "amount": [30.0, 30, -30]}, {"amount": "order"})
    assert sorted(floats(lines["amount"])) == [-30, 15, 15]


def test_a_price_of_the_line_is_its_amount():
    lines, _, _ = corrected({"quantity": [2.0, 5], "unit_price": [10.0, 30]}, {"price": "line"})
    assert floats(lines["amount"]) == [10, 30]
    assert floats(lines["unit_price"]) == [5, 6]


def test_an_amount_of_a_piece_is_its_price():
    lines, _, _ = corrected({"quantity": [2.0, 5], "amount": [10.0, 30]}, {"amount": "piece"})
    assert floats(lines["unit_price"]) == [10, 30]
    assert "amount" not in lines.columns


@pytest.mark.parametrize(("way", "discount"), [("rate", 0.1), ("percent", 10.0)])
def test_a_share_becomes_money_of_quantity_times_price(way, discount):
    columns = {"quantity": [2.0, 1], "unit_price": [40.0, 50], "discount": [discount, 0]}
    lines, _, _ = corrected(columns, {"discount": way})
    assert floats(lines["discount"]) == [8, 0]


def test_a_share_without_prices_is_of_the_amount_before_it():
    lines, _, _ = corrected({"amount": [90.0, 50], "discount": [10.0, 0]}, {"discount": "percent"})
    assert floats(lines["discount"]) == [10, 0]


def test_cents_are_a_hundredth_of_all_money():
    columns = {"quantity": [2.0, 1], "unit_price": [1999.0, 500], "amount": [3998.0, 500]}
    lines, _, _ = corrected(columns, {"money": "cents"})
    assert floats(lines["amount"]) == [39.98, 5]
    assert floats(lines["quantity"]) == [2, 1]


def test_number_and_day_are_an_order():
    lines, _, _ = corrected({"order_id": ["1", "1"], "amount": [5.0, 6]}, {"order_id": "day"})
    assert list(lines["order_id"]) == ["1 2024-01-01", "1 2024-01-02"]


def test_what_the_user_says_is_not_doubted():
    columns = {"order_id": [f"o{n // 2}" for n in range(40)], "amount": [float(10 + n // 2) for n in range(40)]}
    assert corrected(columns)[1] == ["amount_repeats"]
    assert corrected(columns, {"amount": "line"})[1] == []
    assert corrected(columns, {"amount": "order"})[1] == []


def test_ids_that_stand_for_nobody():
    columns = {"customer_id": ["0"] * 20 + [f"c{n % 6}" for n in range(20)], "amount": [5.0] * 40}
    lines, doubts, _ = corrected(columns)
    assert doubts == ["one_customer"]
    assert lines["customer_id"].isna().sum() == 20
    lines, doubts, _ = corrected(columns, nobody=[])
    assert lines["customer_id"].isna().sum() == 0
    assert doubts == []
    lines, doubts, _ = corrected(columns, nobody=["0", " C1 "])
    assert doubts == []
    assert lines["customer_id"].isna().sum() == 24


def test_payment_inside_a_sale_is_left_out_and_a_discount_taken_off():
    columns = {"order_id": ["a", "a", "b", "b", "c"], "quantity": [1.0, 1, 1, 1, -1],
               "amount": [50.0, -20, 40, -10, -5],
               "product_name": ["Cup", "Gift card", "Cup", "Rabatt Sommer", "Cup"]}  # fmt: skip
    lines, doubts, aside = corrected(columns)
    assert doubts == ["negative_in_sale", "negative_in_sale"]
    assert list(lines["seglib_told"]) == ["sale", "transfer", "sale", "sale"]
    assert floats(lines["seglib_discount"]) == [0, 0, 10, 0]
    assert [one["rows"] for one in aside] == [1]


def test_goods_sent_back_are_no_payment():
    columns = {"order_id": ["a", "a", "b"], "quantity": [1.0, -1, 1], "amount": [50.0, -50, -9]}  # b has no sale
    assert corrected(columns)[1] == []


def test_every_way_to_read_has_one_that_reads_as_before():
    for ways in READ.values():
        assert "" in ways.values()
