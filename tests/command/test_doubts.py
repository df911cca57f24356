"""Files that add up and would be read wrong: `seglib check` reads them right, or doubts, or refuses; its hints work."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd
import pytest

from seglib import findings
from seglib.command.cli import main
from seglib.segments.personas.features import persona_features
from seglib.shop.shop import open_shop


@pytest.fixture
def check(tmp_path, capsys, monkeypatch):
    """What `seglib check --json` says of some files; of shop.toml where more than the file is told."""
    monkeypatch.chdir(tmp_path)

    def run(table: dict[str, list] | pd.DataFrame | str | None = None, toml: str | None = None, *more: str) -> dict:
        if table is not None:
            text = table if isinstance(table, str) else pd.DataFrame(table).to_csv(index=False)
            Path("orders.csv").write_text(text, encoding="utf-8")
        if toml is not None:
            Path("shop.toml").write_text(_shop(toml), encoding="utf-8")
        code = main(["check", "shop.toml" if toml is not None else "orders.csv", "--json", *more])
        told = json.loads(capsys.readouterr().out)
        assert code == (0 if told["usable"] else 2)
        return told | {"code": code, "levels": {one["name"]: one["level"] for one in told["doubts"]}}

    return run


def _shop(toml: str) -> str:
    """Lines that a hint names, where they stand in a shop.toml."""
    top, tables = [], {"tables.lines": ['path = "orders.csv"']}
    for section, line in re.findall(r"(?:\[([\w.]+)\] )?(.+)", toml):
        (tables.setdefault(section, []) if section else top).append(line)
    return "\n".join([*top, *(row for name, lines in tables.items() for row in (f"[{name}]", *lines))])


def hint(told: dict, name: str) -> str:
    """The line of shop.toml that a doubt proposes, word for word: `[section] key = value`."""
    text = next(one["settle"] for one in told["doubts"] if one["name"] == name)
    if found := re.search(r"(\w+ = (?:\{[^}]*\}|\"[^\"]*\"|\[[^]]*\])) under \[([\w.]+)\]", text):
        return f"[{found[2]}] {found[1]}"
    if found := re.search(r"under \[([\w.]+)\], (\w+ = \{[^}]*\})", text):
        return f"[{found[1]}] {found[2]}"
    found = re.search(r"(\[[\w.]+\] )?((?:\w+|\"[^\"]+\") = (?:\"[^\"]*\"|\[[^]]*\]))", text)
    assert found, text
    return found[0]


def orders(n: int, of_each: int = 1, customers: int = 7, **columns: list) -> dict[str, list]:
    """Orders of some lines each, one a day."""
    rows = range(n * of_each)
    days = pd.date_range("2024-01-01", periods=n)
    who = [f"c{row // of_each % customers}" for row in rows]
    at = [f"{days[row // of_each]:%Y-%m-%d}" for row in rows]
    number = [1 + row // of_each for row in rows]
    return {"order_id": number, "customer_id": who, "order_date": at, "line": list(rows), **columns}


def right(told: dict) -> tuple[int, int, float]:
    return told["orders"], told["customers"], told["amount"]


# Totals, prices and discounts ------------------------------------------------

TOTALS = [20.0 + row // 3 for row in range(60)]  # 20 orders of three lines: 20 + ... + 39 = 590


@pytest.mark.parametrize("header", ["total", "Gesamtbetrag", "montant_total", "order_total"])
def test_an_order_total_stops_until_it_is_spread(check, header):
    table = orders(20, 3)
    told = check({**table, header: TOTALS}, f'[tables.lines.columns] amount = "{header}"')
    assert (told["code"], told["levels"]) == (2, {"amount_repeats": "stop"})
    assert "60" not in str(told["amount"])
    assert told["orders"] is None
    mended = check(None, f'[tables.lines.columns] amount = "{header}"\n{hint(told, "amount_repeats")}')
    assert mended["levels"] == {}
    assert right(mended) == (20, 7, 590)


def test_a_doubt_that_is_settled_keeps_the_reading(check):
    table = {**orders(20, 3), "total": TOTALS}
    told = check(table, None, "--settle", "amount_repeats")
    assert right(told) == (20, 7, 1770)
    assert [one["settled"] for one in told["doubts"]] == [True]
    assert right(check(table, '[doubts] settled = ["amount_repeats"]')) == (20, 7, 1770)


def test_settling_what_is_no_doubt_is_refused(check, capsys):
    assert check(orders(3, amount=[1.0, 2, 3]))["usable"]
    assert "Did you mean 'amount_repeats'" in str(check(None, None, "--settle", "amount_repeat")["faults"])


QUANTITIES, NAMES = [1, 2, 3, 4] * 10, [f"p{n // 4}" for n in range(40)]
PIECES = [5.0 + n // 4 for n in range(40)]
LINES = [q * p for q, p in zip(QUANTITIES, PIECES, strict=True)]


@pytest.mark.parametrize(
    ("name", "columns", "first", "then"),
    [
        ("price_of_line", {"Price": LINES}, sum(LINES), sum(q * p for q, p in zip(QUANTITIES, LINES, strict=True))),
        ("amount_of_piece", {"Amount": PIECES}, sum(LINES), sum(PIECES)),
    ],
)
def test_whose_price_it_is_can_be_said(check, name, columns, first, then):
    told = check(orders(40, sku=NAMES, qty=QUANTITIES, **columns))
    assert told["levels"] == {name: "ask"}
    assert told["amount"] == first
    mended = check(None, hint(told, name))
    assert mended["levels"] == {}
    assert mended["amount"] == then


@pytest.mark.parametrize(
    ("header", "share", "level"),
    [("discount", 0.1, "ask"), ("Rabatt %", 10, "note"), ("Remise (%)", 10, "note"), ("Discount Percent", 10, "note")],
)
def test_a_rate_is_a_rate_until_the_user_says_money(check, header, share, level):
    shares = [share if n % 2 else 0 for n in range(40)]
    columns = f'[tables.lines.columns] discount = "{header}"'
    told = check(orders(40, quantity=[2] * 40, price=[20.0] * 40, **{header: shares}), columns)
    assert told["levels"] == {"discount_rate": level}
    assert told["amount"] == 1600 - 20 * 4
    mended = check(None, f"{columns}\n{hint(told, 'discount_rate')}")
    assert mended["levels"] == {}
    assert mended["amount"] == 1600 - 20 * share


def test_a_discount_of_the_order_on_each_line_is_taken_off_once_when_said(check):
    off = [6.0 + row // 2 for row in range(20)]
    told = check(orders(10, 2, quantity=[1] * 20, price=[30.0, 50.0] * 10, discount=off))
    assert told["levels"] == {"discount_repeats": "ask"}
    assert told["amount"] == 800 - sum(off)
    mended = check(None, hint(told, "discount_repeats"))
    assert mended["levels"] == {}
    assert mended["amount"] == 800 - sum(off) / 2


def test_a_discount_above_the_price_can_be_said_to_be_per_cent(check):
    off = [25.0 if n == 5 else 15.0 if n % 2 else 0 for n in range(40)]
    told = check(orders(40, quantity=[1] * 40, price=[10.0] * 40, discount=off))
    assert told["levels"] == {"discount_above_price": "ask"}
    assert told["amount"] == 200
    mended = check(None, hint(told, "discount_above_price"))
    assert mended["levels"] == {}
    assert mended["amount"] == pytest.approx(400 - sum(off) / 10)


def test_cents_of_an_api_can_be_said_to_be_units(check):
    told = check(orders(10, amount=[1250] * 10, object=["charge"] * 10, livemode=["true"] * 10))
    assert told["levels"] == {"cents": "ask"}
    assert told["amount"] == 125
    mended = check(None, hint(told, "cents"))
    assert (mended["levels"], mended["amount"]) == ({}, 12_500)


def test_the_goods_are_taken_until_the_total_is_asked_for(check):
    goods, shipping = [10.0 + n for n in range(20)], [4.9] * 20
    told = check(orders(20, Subtotal=goods, Shipping=shipping, Total=[g + 4.9 for g in goods]))
    assert told["levels"] == {"total_or_subtotal": "note"}
    assert told["amount"] == sum(goods)
    mended = check(None, hint(told, "total_or_subtotal"))
    assert mended["levels"] == {}
    assert mended["amount"] == pytest.approx(sum(goods) + 98)


# What became of orders ------------------------------------------------


@pytest.mark.parametrize("header", ["Status", "order_status", "Bestellstatus", "statut", "stato_ordine"])
def test_words_of_a_status_in_other_languages(check, header):
    words = ["bezahlt", "livrée", "storniert", "rimborsato", "nicht bezahlt", "Zahlung fehlgeschlagen"]
    told = check(orders(30, amount=[10.0] * 30, **{header: words * 5}))
    assert told["levels"] == {"pending": "ask"}  # a sixth of the money
    assert told["orders"] == 15  # paid, delivered, and those given back
    assert told["amount"] == 100
    assert {one["value"]: one["state"] for one in told["statuses"]}["nicht bezahlt"] == "pending"


def test_an_unknown_word_stops_until_its_meaning_is_said(check):
    told = check(orders(40, amount=[10.0] * 40, status=["paid", "paid", "paid", "B7"] * 10))
    assert (told["code"], told["levels"]) == (2, {"status_unknown": "stop"})
    line = hint(told, "status_unknown")
    assert line == '[tables.lines.states] "B7" = "sale"'
    assert right(check(None, line)) == (40, 7, 400)
    assert check(None, line.replace('"sale"', '"cancelled"'))["orders"] == 30
    assert check(None, None, "--settle", "status_unknown")["orders"] == 30


def test_an_unknown_word_with_little_money_is_asked_about(check):
    told = check(orders(200, amount=[10.0] * 200, status=["paid"] * 199 + ["wombat"]))
    assert (told["code"], told["levels"], told["orders"]) == (0, {"status_unknown": "ask"}, 199)


@pytest.mark.parametrize(
    ("header", "sale", "back"),
    [("type", "Sale", "Refund"), ("Typ", "Verkauf", "Rückerstattung"), ("Tipo", "Vendita", "Rimborso"),
     ("kind", "order", "return"), ("Transaction Type", "Charge", "Refund")],
)  # fmt: skip
def test_a_type_takes_back_what_it_says(check, header, sale, back):
    told = check(orders(40, amount=[25.0] * 40, **{header: [sale, sale, sale, back] * 10}))
    assert (told["levels"], told["amount"]) == ({}, 500)


PARTLY = {"amount": [50.0, 40.0, 30.0, 20.0], "status": ["paid", "Teilweise erstattet", "paid", "paid"]}


@pytest.mark.parametrize(
    "said", ["Teilweise erstattet", "partially_refunded", "PartiallyRefunded", "частково повернено"]
)
def test_a_part_given_back_that_nothing_tells(check, said):
    table = orders(4, amount=PARTLY["amount"], status=["paid", said, "paid", "paid"])
    told = check(table)
    assert (told["code"], told["levels"], told["amount"]) == (0, {"refund_untold": "ask"}, 140)
    assert "1 rows, worth 40.00 (29% of the money)" in told["doubts"][0]["message"]
    line = hint(told, "refund_untold")
    settled = check(None, line)
    assert (settled["levels"], settled["amount"]) == ({}, 140)
    assert check(None, line.replace('"sale"', '"refunded"'))["amount"] == 100
    beside = table | {"order_status": ["shipped"] * 4, "financial_status": table["status"]}
    del beside["status"]
    told = check(beside)
    assert (told["levels"], told["doubts"][0]["column"]) == ({"refund_untold": "ask"}, "financial_status")
    assert check(None, line.replace('"sale"', '"refunded"'))["amount"] == 100


def test_a_part_given_back_that_a_column_or_a_row_tells(check):
    told = check(orders(4, **PARTLY, refunded_amount=[0, 15.0, 0, 0]))
    assert (told["levels"], told["amount"]) == ({}, 125)
    empty = check(orders(4, **PARTLY, refunded_amount=[0, 0, 0, 0]))
    assert (empty["levels"], empty["amount"]) == ({"refund_untold": "ask"}, 140)
    row = orders(4, **PARTLY)
    row = {name: [*values, values[1]] for name, values in row.items()} | {"amount": [*PARTLY["amount"], -15.0]}
    told = check(row | {"line": [*range(5)]})
    assert (told["levels"], told["amount"]) == ({}, 125)


def spices(rows: int = 60) -> dict[str, list]:
    """Orders of a cup and of a spice that is sold by the gram."""
    of_each = {"category": ["Cups", "Spices"] * rows, "qty": [1, 250] * rows, "amount": [8.0, 5.0] * rows}
    return orders(rows, 2, product=["cup", "curry"] * rows, **of_each)


def test_what_is_sold_by_the_gram_counts_once_a_line(check):
    told = check(spices())
    assert (told["code"], told["levels"], right(told)) == (0, {"other_units": "ask"}, (60, 7, 780))
    (doubt,) = told["doubts"]
    assert (doubt["column"], doubt["names"]) == ("qty", ["Spices"])
    assert "'Spices' (60 lines, 250 in the middle)" in doubt["message"]
    assert "buy 1 in the middle of everything else. These are 100% of all pieces" in doubt["message"]
    assert set(open_shop("orders.csv").customers["items_per_order"]) == {2.0}
    mended = check(None, hint(told, "other_units"))
    assert (mended["levels"], right(mended)) == ({}, right(told))
    assert set(open_shop("shop.toml").customers["items_per_order"]) == {251.0}
    assert check(None, None, "--settle", "other_units")["doubts"][0]["settled"]


def test_what_is_sold_by_the_gram_is_seen_by_the_categories_of_the_products_too(check):
    table = spices()
    del table["category"], table["product"]
    skus = [f"s{n // 2 % 15}" if n % 2 else f"c{n // 2 % 15}" for n in range(120)]  # too few lines of each
    assert check({**table, "product_id": skus})["levels"] == {}
    names = [f"{kind}{n}" for kind in "sc" for n in range(15)]
    pd.DataFrame({"product_id": names, "category": ["Spices"] * 15 + ["Cups"] * 15}).to_csv("products.csv", index=False)
    told = check(None, '[tables.products] path = "products.csv"')
    assert (told["levels"], told["doubts"][0]["names"]) == ({"other_units": "ask"}, ["Spices"])
    shop = open_shop("shop.toml")
    assert set(shop.customers["items_per_order"]) == {2.0}
    assert set(shop.earlier(10).customers["items_per_order"]) == {2.0}
    shop.save("run")
    kept = open_shop("shop.toml", run="run")
    assert set(kept.customers["items_per_order"]) == {2.0}
    treatment = persona_features(kept.customers).treatment
    assert "in another unit than pieces, as it seems: Spices." in findings.personas.treatment(treatment, kept.doubts)


def test_the_state_of_an_address_is_no_status(check):
    table = orders(
        20, amount=[10.0] * 20, State=["CA", "Abruzzi"] * 10, **{"Financial Status": ["paid", "voided"] * 10}
    )
    told = check(table)
    assert (told["levels"], told["orders"]) == ({}, 10)
    del table["Financial Status"]
    told = check(table)
    assert (told["levels"], told["orders"], told["statuses"]) == ({}, 20, [])


@pytest.mark.parametrize(("pending", "orders_kept"), [("fulfilled", 15), ("keep", 20), ("drop", 5)])
def test_cash_on_delivery_is_kept_where_it_is_said(check, pending, orders_kept):
    status, sent = ["pending", "pending", "pending", "paid"] * 5, ["fulfilled", "", "fulfilled", "fulfilled"] * 5
    told = check(orders(20, amount=[10.0] * 20, **{"Payment Status": status, "Fulfillment Status": sent}))
    assert (told["levels"], told["orders"]) == ({"pending": "ask"}, 5)
    assert "10 of them were delivered" in next(one["message"] for one in told["doubts"])
    assert hint(told, "pending") == '[cleaning] pending = "fulfilled"'
    mended = check(None, f'[cleaning] pending = "{pending}"')
    assert (mended["levels"], mended["orders"]) == ({}, orders_kept)


def test_all_pending_is_refused_with_how_many(check):
    told = check(orders(20, amount=[10.0] * 20, status=["Ausstehend"] * 20))
    assert told["code"] == 2
    assert "not paid yet: 20" in str(told["faults"])
    assert right(check(None, '[cleaning] pending = "keep"')) == (20, 7, 200)


@pytest.mark.parametrize(
    ("header", "cells", "net"),
    [
        ("refunded_amount", [0, 4.0], 160), ("refunded", [0, 4.0], 160), ("is_cancelled", ["true", "false"], 100),
        ("cancelled_at", ["2024-02-01", ""], 100), ("is_deleted", ["1", "0"], 100), ("test", ["yes", "no"], 100),
    ],
)  # fmt: skip
def test_columns_that_say_what_became_of_an_order_are_heard(check, header, cells, net):
    told = check(orders(20, amount=[10.0] * 20, **{header: cells * 10}))
    assert (told["levels"], told["amount"]) == ({}, net)


def test_payment_by_gift_card_is_no_return(check):
    table = orders(20, 2, quantity=[1] * 40, amount=[50.0, -20.0] * 20, product_name=["Cup", "Gift card"] * 20)
    told = check(table)
    assert told["levels"] == {"negative_in_sale": "ask"}
    assert right(told) == (20, 7, 1000)


def test_a_discount_as_a_line_is_taken_off(check):
    told = check(orders(20, 2, quantity=[1] * 40, amount=[50.0, -20.0] * 20, product_name=["Cup", "Rabatt"] * 20))
    assert told["levels"] == {"negative_in_sale": "note"}
    assert right(told) == (20, 7, 600)


def test_returns_after_the_last_sale_count(check):
    table = pd.DataFrame(orders(20, amount=[10.0] * 20))
    back = table.assign(order_id=table["order_id"] + 100, amount=-10.0, order_date="2024-03-01").head(5)
    told = check(pd.concat([table, back]))
    assert (told["levels"], told["amount"], told["as_of"]) == ({}, 150, "2024-03-02")


# Who, which order, when ------------------------------------------------

NOBODY = ("Walk-in Customer", "Laufkunde", "inconnu", "consumidor final", "sconosciuto", "-1", "deleted@site.invalid",
          "REDACTED", "\\N", "NULL", "N/A", "-")  # fmt: skip


@pytest.mark.parametrize("word", NOBODY)
def test_a_word_for_nobody_is_no_customer(check, word):
    table = orders(60, amount=[10.0] * 60)
    table["customer_id"] = [word if n % 3 else f"c{n % 7}" for n in range(60)]
    told = check(table)
    assert right(told) == (20, 7, 200)
    assert "ask" not in told["levels"].values()


def test_an_id_that_may_stand_for_nobody_is_kept_when_said(check):
    table = orders(60, amount=[10.0] * 60)
    table["customer_id"] = ["0" if n % 3 else f"c{n % 7}" for n in range(60)]
    told = check(table)
    assert (told["levels"], told["orders"]) == ({"one_customer": "note"}, 20)
    mended = check(None, hint(told, "one_customer"))
    assert (mended["levels"], mended["orders"]) == ({}, 60)


def test_one_id_with_most_orders_is_asked_about_and_can_be_named(check):
    table = orders(200, amount=[10.0] * 200)
    table["customer_id"] = ["WEB" if n % 2 else f"c{n}" for n in range(200)]
    told = check(table)
    assert (told["levels"], told["customers"]) == ({"one_customer": "ask"}, 101)
    mended = check(None, hint(told, "one_customer").replace("<that id>", "WEB"))
    assert (mended["levels"], mended["customers"]) == ({}, 100)
    assert check(None, '[doubts] settled = ["one_customer"]')["customers"] == 101


def test_new_and_returning_are_no_customers(check):
    table = orders(120, amount=[10.0] * 120, buyer_code=[f"b{n % 9}" for n in range(120)])
    table["customer"] = ["new", "returning"] * 60
    del table["customer_id"]
    told = check(table)
    assert (told["code"], told["levels"]) == (2, {"two_customers": "stop"})
    mended = check(None, hint(told, "two_customers").replace("...", "buyer_code"))
    assert (mended["levels"], mended["customers"]) == ({}, 9)


@pytest.mark.parametrize(("again", "pairs"), [(5, 55), (20, 140)])  # of number and customer, which make an order too
def test_receipts_that_begin_again_are_joined_with_the_day(check, again, pairs):
    days = 140 // again + 1
    table = orders(140, amount=[13.0] * 140, customers=11)
    table["order_id"] = [1 + n % again for n in range(140)]
    dates = pd.date_range("2024-01-01", periods=days)
    table["order_date"] = [f"{dates[n // again]:%Y-%m-%d}" for n in range(140)]
    told = check(table)
    assert told["levels"] == {"order_number_repeats": "ask"}
    assert right(told) == (140, 11, 1820)
    mended = check(None, hint(told, "order_number_repeats"))
    assert mended["levels"] == {}
    assert mended["orders"] == pairs


def test_numbers_that_neither_day_tells_apart_are_joined_when_said(check):
    table = orders(40, amount=[13.0] * 40, customers=2)
    table["order_id"] = [1 + n % 5 for n in range(40)]
    table["order_date"] = ["2024-01-01"] * 20 + ["2024-03-01"] * 20
    told = check(table)
    assert (told["levels"], told["orders"]) == ({"order_number_repeats": "ask"}, 10)
    mended = check(None, hint(told, "order_number_repeats"))
    assert (mended["levels"], mended["orders"]) == ({}, 20)


@pytest.mark.parametrize("column", ["order_id", "customer_id"])
def test_ids_that_a_spreadsheet_has_cut_stop(check, column):
    table = orders(30, amount=[10.0] * 30)
    table[column] = [f"{1.2 + n / 50:.5g}E+12" for n in range(30)]
    told = check(table)
    assert (told["code"], told["levels"]) == (2, {"ids_cut": "stop"})
    assert check(None, None, "--settle", "ids_cut")["orders"] == 30


def test_a_last_date_far_behind_stops_until_the_day_is_said(check):
    table = orders(60, amount=[10.0] * 60)
    table["order_date"][-1] = "2026-11-30"
    told = check(table)
    assert (told["code"], told["levels"]) == (2, {"last_date_apart": "stop"})
    line = hint(told, "last_date_apart")
    assert line == 'as_of = "2024-02-28"'
    assert right(check(None, line)) == (59, 7, 590)
    assert right(check(None, None, "--as-of", "2024-02-28")) == (59, 7, 590)


def test_copies_of_numbered_rows_count_once_until_they_are_kept(check):
    table = pd.DataFrame(orders(60, amount=[10.0] * 60))
    told = check(pd.concat([table, table.head(12)]))
    assert (told["levels"], told["amount"]) == ({"copies": "ask"}, 600)
    mended = check(None, hint(told, "copies"))
    assert (mended["levels"], mended["amount"]) == ({}, 720)


@pytest.mark.parametrize("word", ["Total", "Grand Total", "Summe", "Totale", "Razem", "Разом", "Итого"])
def test_a_row_of_totals_is_skipped_and_counted(check, word):
    text = pd.DataFrame(orders(20, amount=[10.0] * 20)).to_csv(index=False) + f"{word},,,,200\n"
    told = check(text)
    assert right(told) == (20, 7, 200)
    assert {one["meaning"]: one["rows_removed"] for one in told["ledger"]}["rows of totals"] == 1


def test_as_many_rows_as_a_spreadsheet_holds_are_asked_about(check):
    rows = 65_535
    table = {"order_id": range(rows), "customer_id": [n % 997 for n in range(rows)], "amount": [1.5] * rows}
    table["order_date"] = [f"2024-01-{1 + n % 28:02d}" for n in range(rows)]
    assert check(table)["levels"] == {"looks_cut": "ask"}


# Signs in amounts ------------------------------------------------


@pytest.mark.parametrize("signs", [("€ ", "$ "), ("EUR ", "USD "), ("zł ", "€ "), ("£", "€")])
def test_amounts_in_several_currencies_are_refused(check, signs):
    told = check(orders(20, amount=[f"{signs[n % 2]}{n + 1}.50" for n in range(20)]))
    assert told["code"] == 2
    assert "2 currencies" in str(told["faults"])


def test_one_currency_in_every_amount_is_read(check):
    told = check(orders(20, amount=[f"€ {n + 1}.50" for n in range(20)]))
    assert (told["levels"], told["amount"]) == ({}, 220)


def test_points_before_three_digits_are_refused_until_the_sign_is_said(check):
    told = check(orders(20, amount=["1.234", "2.500", "950", "12.000"] * 5))
    assert told["code"] == 2
    line = re.search(r"read = \{decimal = \",\"\}", str(told["faults"]).replace("\\'", "'"))
    assert line
    assert check(None, f"[tables.lines] {line[0]}")["amount"] == 5 * (1234 + 2500 + 950 + 12_000)
    assert check(None, '[tables.lines] read = {decimal = "."}')["amount"] == pytest.approx(5 * (1.234 + 2.5 + 950 + 12))


# Several files ------------------------------------------------


def test_each_source_is_doubted_and_mended_by_itself(check):
    Path("till.csv").write_text(pd.DataFrame({**orders(20, 3), "total": TOTALS}).to_csv(index=False))
    pd.DataFrame(orders(20, amount=[10.0] * 20)).assign(order_id=range(900, 920)).to_csv("web.csv", index=False)
    shop = '[[tables.lines]]\nname = "web"\npath = "web.csv"\n[[tables.lines]]\nname = "till"\npath = "till.csv"\n'
    Path("orders.csv").write_text("")

    def told(more: str) -> dict:
        Path("several.toml").write_text(shop + more)
        return check_file("several.toml")

    def check_file(name: str) -> dict:
        import contextlib
        import io

        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            code = main(["check", name, "--json"])
        return json.loads(out.getvalue()) | {"code": code}

    first = told("")
    assert (first["code"], [one["source"] for one in first["doubts"]]) == (2, ["till.csv"])
    mended = told(hint(first, "amount_repeats").partition("] ")[2])
    assert (mended["code"], mended["doubts"], mended["amount"]) == (0, [], 790)


def test_the_text_says_the_doubt_first_and_ends_with_2(tmp_path, capsys):
    path = tmp_path / "orders.csv"
    pd.DataFrame({**orders(20, 3), "total": TOTALS}).to_csv(path, index=False)
    assert main(["check", str(path)]) == 2
    out, err = capsys.readouterr()
    assert "Stop (amount_repeats)" in out
    assert "--settle amount_repeats" in err
    assert main(["check", str(path), "--settle", "amount_repeats"]) == 0
    assert "Settled: the reading is kept" in " ".join(capsys.readouterr().out.split())


def test_a_product_that_is_called_total_is_no_total(check):
    told = check("product,order_id,customer_id,date,amount\nTotal,1,a,2024-01-01,5\nTotal,2,b,2024-01-02,6\n")
    assert (told["orders"], told["amount"]) == (2, 11)


@pytest.mark.parametrize(
    ("wish", "lacks"),
    [
        ('[tables.lines] read = {amount = "piece"}', "asks for quantity"),
        ('[tables.lines] read = {price = "line"}', "asks for unit_price and quantity"),
        ('[tables.lines] read = {discount = "rate"}', "asks for discount"),
        ('[tables.lines.states] "x" = "sale"', "no column tells a status"),
    ],
)
def test_what_is_said_of_a_column_that_is_not_there_is_refused(check, wish, lacks):
    told = check("order_id,customer_id,date,amount\n1,a,2024-01-01,5\n2,b,2024-01-02,6\n", wish)
    assert told["code"] == 2
    assert lacks in told["faults"][0]


def test_how_columns_are_meant_is_said_of_lines_alone(check):
    Path("c.csv").write_text("customer_id,city\na,Rome\n")
    contacts = '[tables.contacts] path = "c.csv"\n[tables.contacts] read = {amount = "order"}'
    told = check("order_id,customer_id,date,amount\n1,a,2024-01-01,5\n", contacts)
    assert told["faults"] == ["shop.toml: tables.contacts.read goes with lines, the orders. Leave it out."]
