"""Doubts about money: hand-worked tables that are read wrong, and ones that only look so."""

from __future__ import annotations

import pandas as pd
import pytest

from seglib.errors import InputError
from seglib.intake.shaping.shaped import Wishes
from seglib.intake.sources import read_table


@pytest.fixture
def read(tmp_path):
    """Lines of a table as they are read, with their doubts by name."""

    def do(table: dict[str, list], **asked) -> tuple[pd.DataFrame, dict[str, dict]]:
        path = tmp_path / "orders.csv"
        pd.DataFrame(table).to_csv(path, index=False)
        source = read_table(path, **asked)
        return source.table.to_pyarrow().to_pandas(), {one["name"]: one for one in source.facts["doubts"]}

    return do


def orders(n: int, of_each: int, **columns: list) -> dict[str, list]:
    """Orders of some lines each, one a day, of customers in turn."""
    rows = n * of_each
    days = pd.date_range("2024-01-01", periods=n)
    return {
        "order_id": [1 + row // of_each for row in range(rows)],
        "customer_id": [f"c{row // of_each % 7}" for row in range(rows)],
        "order_date": [f"{days[row // of_each]:%Y-%m-%d}" for row in range(rows)],
        "line": list(range(rows)),
        **columns,
    }


def money(lines: pd.DataFrame) -> float:
    return float(lines["amount"].sum())


TOTALS = [10.0 + n // 2 for n in range(40)]  # 20 orders, two lines with the total of both: 10 + 11 + ... + 29


def test_the_total_on_each_line_stops(read):
    _, doubts = read(orders(20, 2, total=TOTALS))
    assert doubts["amount_repeats"]["level"] == "stop"
    assert doubts["amount_repeats"]["column"] == "total"
    assert "20 of the 20 orders" in doubts["amount_repeats"]["message"]


def test_quantity_times_price_is_taken_where_it_is_there(read):
    prices = [4.0 + n // 2 if n % 2 else 6.0 for n in range(40)]
    lines, doubts = read(orders(20, 2, total=TOTALS, quantity=[1] * 40, price=prices))
    assert doubts["amount_repeats"]["level"] == "note"
    assert money(lines) == sum(TOTALS) / 2


def test_one_price_of_everything_is_no_total(read):
    lines, doubts = read(orders(20, 2, total=[12.5] * 40))
    assert not doubts
    assert money(lines) == 500


def test_a_row_for_each_piece_of_one_product_is_no_total(read):
    names = [f"ticket {n // 2 % 9}" for n in range(40)]
    lines, doubts = read(orders(20, 2, amount=TOTALS, product_name=names))
    assert not doubts
    assert money(lines) == sum(TOTALS)


def test_two_orders_alike_say_nothing_yet(read):
    assert not read(orders(2, 2, total=[10.0, 10.0, 11.0, 11.0]))[1]


def test_a_return_under_the_number_of_its_sale_is_no_second_line(read):
    told = orders(20, 2, amount=TOTALS, type=["sale", "refund"] * 20)
    lines, doubts = read(told)
    assert not doubts
    assert money(lines) == 0


QUANTITIES, PRODUCTS = [1, 2, 3, 4] * 10, [f"p{n // 4}" for n in range(40)]
PIECES = [5.0 + n // 4 for n in range(40)]


def test_a_price_that_grows_with_the_quantity_is_of_the_line(read):
    prices = [q * p for q, p in zip(QUANTITIES, PIECES, strict=True)]
    lines, doubts = read(orders(40, 1, sku=PRODUCTS, quantity=QUANTITIES, price=prices))
    assert doubts["price_of_line"]["level"] == "ask"
    assert money(lines) == sum(prices)


def test_a_price_that_stays_is_of_a_piece(read):
    lines, doubts = read(orders(40, 1, sku=PRODUCTS, quantity=QUANTITIES, price=PIECES))
    assert not doubts
    assert money(lines) == sum(q * p for q, p in zip(QUANTITIES, PIECES, strict=True))


def test_an_amount_that_stays_is_of_a_piece(read):
    lines, doubts = read(orders(40, 1, sku=PRODUCTS, quantity=QUANTITIES, amount=PIECES))
    assert doubts["amount_of_piece"]["level"] == "ask"
    assert money(lines) == sum(q * p for q, p in zip(QUANTITIES, PIECES, strict=True))


def test_an_amount_that_grows_is_of_the_line(read):
    amounts = [q * p for q, p in zip(QUANTITIES, PIECES, strict=True)]
    lines, doubts = read(orders(40, 1, sku=PRODUCTS, quantity=QUANTITIES, amount=amounts))
    assert not doubts
    assert money(lines) == sum(amounts)


@pytest.mark.parametrize(("header", "of_whole", "level"), [("Discount", 1, "ask"), ("Remise (%)", 100, "note")])
def test_a_share_is_taken_off_as_a_share(read, header, of_whole, level):
    shares = [0.1 * of_whole if n % 4 == 0 else 0 for n in range(40)]
    lines, doubts = read(orders(40, 1, quantity=[2] * 40, price=[20.0] * 40, **{header: shares}),
                         columns={"discount": header})  # fmt: skip
    assert doubts["discount_rate"]["level"] == level
    assert money(lines) == pytest.approx(1600 - 10 * 4)
    assert lines["discount"].astype(float).sum() == pytest.approx(40)


def test_cents_off_cheap_things_are_no_share(read):
    lines, doubts = read(orders(40, 1, quantity=[1] * 40, price=[2.5] * 40, discount=[0.25, 0, 0, 0] * 10))
    assert not doubts
    assert money(lines) == pytest.approx(100 - 2.5)


def test_amounts_beside_a_discount_decide_what_it_is(read):
    asked = orders(40, 1, quantity=[1] * 40, price=[50.0] * 40, discount=[0.5, 0, 0, 0] * 10)
    lines, doubts = read({**asked, "amount": [49.5, 50, 50, 50] * 10})
    assert not doubts
    assert lines["discount"].astype(float).sum() == pytest.approx(5)
    lines, doubts = read({**asked, "amount": [25.0, 50, 50, 50] * 10})
    assert doubts["discount_rate"]["level"] == "note"
    assert lines["discount"].astype(float).sum() == pytest.approx(250)


def test_the_discount_of_the_order_on_each_line_is_asked_about(read):
    asked = orders(10, 2, quantity=[1] * 20, price=[30.0, 50.0] * 10, discount=[8.0 + n // 2 for n in range(20)])
    lines, doubts = read(asked)
    assert doubts["discount_repeats"]["level"] == "ask"
    assert "discount_above_price" not in doubts
    assert money(lines) == 800 - 2 * sum(range(8, 18))


def test_one_discount_on_lines_of_one_price_is_no_discount_of_the_order(read):
    asked = orders(10, 2, quantity=[1] * 20, price=[30.0] * 20, discount=[8.0 + n // 2 for n in range(20)])
    assert not read(asked)[1]


def test_a_discount_above_the_price_is_asked_about(read):
    asked = orders(40, 1, quantity=[1] * 40, price=[10.0] * 40, discount=[15.0, 0, 0, 0] * 10)
    lines, doubts = read(asked)
    assert doubts["discount_above_price"]["level"] == "ask"
    assert money(lines) == 300


def test_what_is_given_away_has_a_discount_of_its_price(read):
    asked = orders(40, 1, quantity=[1] * 40, price=[10.0] * 40, discount=[10.0, 0, 0, 0] * 10)
    assert not read(asked)[1]


def test_cents_by_their_name_are_cents(read):
    lines, doubts = read(orders(10, 1, amount_cents=[1250] * 10), columns={"amount": "amount_cents"})
    assert doubts["cents"]["level"] == "ask"
    assert money(lines) == 125


def test_cents_of_an_api_are_cents(read):
    told = orders(10, 1, amount=[1250] * 10, object=["charge"] * 10, livemode=["true"] * 10)
    lines, doubts = read(told)
    assert doubts["cents"]["level"] == "ask"
    assert money(lines) == 125


def test_whole_amounts_alone_are_no_cents(read):
    lines, doubts = read(orders(10, 1, amount=[1250] * 10))
    assert not doubts
    assert money(lines) == 12_500


def whole(n: int) -> list[int]:
    """Prices such as 49.95 and 12.49 in cents: 1249 to 11249, one in five a full amount."""
    return [1249 + 100 * each if each % 5 else 2000 for each in range(n)]


def test_large_whole_amounts_that_are_not_round_are_asked_about(read):
    lines, doubts = read(orders(100, 1, amount=whole(100), currency=["EUR"] * 100))
    assert (doubts["cents"]["level"], money(lines)) == ("ask", sum(whole(100)))
    assert "All but 0 of 100 values of amount are whole" in doubts["cents"]["message"]
    assert "80 end in another digit than 0" in doubts["cents"]["message"]
    lines, doubts = read(orders(100, 1, amount=whole(100)), wishes=Wishes({"money": "cents"}))
    assert (doubts, money(lines)) == ({}, sum(whole(100)) / 100)


@pytest.mark.parametrize(
    ("amounts", "currency"),
    [
        (whole(100), "INR"),  # rupees are told without paise
        ([each // 10 * 10 for each in whole(100)], "EUR"),  # round
        ([each / 100 for each in whole(100)], "EUR"),
        ([each // 10 for each in whole(100)], "EUR"),  # small
    ],
)
def test_amounts_that_are_no_cents(read, amounts, currency):
    assert not read(orders(100, 1, amount=amounts, currency=[currency] * 100))[1]


POINTED = [f"{1 + n % 9}.{n % 7 + 100}" for n in range(20)]  # 1.100, 2.101, ...


def test_thousands_are_told_by_quantity_and_price(read):
    worth = [float(each.replace(".", "")) for each in POINTED]
    prices = [f"{each / 2:.2f}".replace(".", ",") for each in worth]
    lines, doubts = read(orders(20, 1, quantity=[2] * 20, price=prices, amount=POINTED))
    assert money(lines) == sum(worth)
    assert doubts["thousands"]["level"] == "note"
    assert "'.' is taken for the sign of thousands" in doubts["thousands"]["message"]
    assert "amount of 20 of 20 lines" in doubts["thousands"]["message"]


def test_decimals_are_told_by_quantity_and_price(read):
    prices = [float(each) * 2 for each in POINTED]
    lines, _ = read(orders(20, 1, quantity=[0.5] * 20, price=prices, amount=POINTED))
    assert money(lines) == pytest.approx(sum(prices) / 2)


def test_money_without_cents_has_none(read):
    lines, doubts = read(orders(20, 1, amount=POINTED, currency=["JPY"] * 20))
    assert money(lines) == sum(float(each.replace(".", "")) for each in POINTED)
    assert "no cents" in doubts["thousands"]["message"]


@pytest.mark.parametrize(
    "more",
    [
        {"currency": ["EUR"] * 20},
        {"quantity": [2] * 20, "price": [3.3] * 20},  # neither reading fits
        {"quantity": [1] * 20, "price": POINTED},  # both do
    ],
)
def test_where_both_readings_stay_both_are_told(read, more):
    with pytest.raises(InputError, match=r"reads as a thousand .* as a number with decimals"):
        read(orders(20, 1, amount=POINTED, **more))


@pytest.mark.parametrize("name", ["Discount Percent", "Rabatt in Prozent", "discount_pct", "Sconto percentuale"])
def test_per_cent_by_its_name_is_a_rate(read, name):
    lines, doubts = read(orders(20, 1, quantity=[2] * 20, price=[10.0] * 20, **{name: [0, 10] * 10}))
    assert money(lines) == 10 * 20 + 10 * 18
    assert doubts["discount_rate"]["level"] == "note"
