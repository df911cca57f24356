"""Files that no format describes, as a user has them: what cannot be read is left out and told, never guessed at."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from seglib.command.cli import main
from seglib.shop.shop import open_shop

DAY = "2024-01-05T10:00:00Z"


@pytest.fixture
def said(tmp_path, capsys, monkeypatch):
    """Checks a file in an empty folder; gives the exit code and all that is said, in one line."""
    monkeypatch.chdir(tmp_path)

    def check(*arguments: str) -> tuple[int, str]:
        code = main(["check", *arguments])
        told = capsys.readouterr()
        assert "a fault in seglib" not in told.err, told.err
        return code, " ".join(f"{told.out} {told.err}".split())

    return check


def spent(file: str) -> dict[str, float]:
    return open_shop(file).customers.monetary_value.to_dict()


def test_an_optional_column_that_cannot_be_read_is_left_out_and_told(said):
    Path("erp.csv").write_text(
        "OrderNumber,CustomerNumber,OrderDate,Amount,items,Discount\n1,71,2024-01-05,35,[],five\n"
        "2,72,2024-02-05,24.5,[],none\n"
    )
    code, told = said("erp.csv")
    assert (code, spent("erp.csv")) == (0, {"71": 35, "72": 24.5})
    assert "'items' was taken for quantity by its name" in told
    assert "'Discount' was taken for discount by its name" in told
    assert [one["column"] for one in open_shop("erp.csv").inputs[0]["unread"]] == ["quantity", "discount"]


@pytest.mark.parametrize("wrong", ["qty", "price", "discount"])
def test_what_the_amount_is_made_of_is_never_left_out(said, wrong):
    header = "order_id,customer_id,date,qty,price,discount"
    row = dict(zip(header.split(","), ["1", "a", "2024-01-05", "2", "5", "1"], strict=True)) | {wrong: "much"}
    Path("orders.csv").write_text(f"{header}\n{','.join(row.values())}\n")
    code, told = said("orders.csv")
    assert (code, "is not a number" in told) == (2, True)


def test_a_column_that_was_named_by_hand_is_never_left_out(said):
    Path("orders.csv").write_text("order_id,customer_id,date,amount,pieces of it\n1,a,2024-01-05,2,much\n")
    Path("shop.toml").write_text('[tables.lines]\npath = "orders.csv"\ncolumns = { quantity = "pieces of it" }\n')
    assert said("shop.toml")[0] == 2


def orders_json(**more: list) -> None:
    rows = [{"order_number": f"{i}", "created_at": DAY} for i in range(len(next(iter(more.values()))))]
    Path("orders.json").write_text(
        json.dumps([row | {key: values[i] for key, values in more.items()} for i, row in enumerate(rows)])
    )


def test_the_id_inside_of_an_object_is_read_and_one_without_is_a_guest(said):
    people = [{"id": 71, "orders_count": 1}, {"id": 71, "orders_count": 2}, {"id": None}, {}]
    orders_json(customer=people, total=["35.00", "24.50", "10.00", "10.00"])
    code, told = said("orders.json")
    assert (code, spent("orders.json"), "no customer id" in told) == (0, {"71": 59.5}, True)


def test_the_amount_inside_of_an_object_is_read_with_its_currency(said):
    orders_json(customer_id=[71, 72], total=[{"amount": "35.00", "currency": "EUR"}, {"amount": "24.50"}])
    assert said("orders.json")[0] == 0
    shop = open_shop("orders.json")
    assert (shop.customers.monetary_value.to_dict(), shop.currency) == ({"71": 35, "72": 24.5}, "EUR")


def test_an_object_without_a_likely_part_is_refused_with_its_keys(said):
    orders_json(customer=[{"first": "a"}, {"first": "b"}], total=["1", "2"])
    code, told = said("orders.json")
    assert (code, "hold JSON with ['first']" in told, '{path: "customer.first"}' in told) == (2, True, True)


def test_an_object_named_as_an_id_is_refused_with_the_path_that_works(said):
    orders_json(customer=[{"id": 71}, {"id": 72}], total=["1", "2"])
    text = "columns: {order_id: order_number, customer_id: WHO, ordered_at: created_at, amount: total}\n"
    Path("my.yaml").write_text(text.replace("WHO", "customer"))
    code, told = said("orders.json", "--format", "my.yaml")
    assert (code, 'customer_id: {path: "customer.id"}' in told) == (2, True)
    Path("my.yaml").write_text(text.replace("WHO", '{path: "customer.id"}'))
    assert said("orders.json", "--format", "my.yaml")[0] == 0


def test_dates_with_short_years_and_strokes_are_read_where_they_are_clear(said):
    Path("orders.csv").write_text("order_id,customer_id,date,amount\n1,a,04-01-22,5\n2,b,04-30-22,5\n")
    assert said("orders.csv")[0] == 0
    assert str(open_shop("orders.csv").customers.last_order_at.max())[:10] == "2022-04-30"


@pytest.mark.parametrize("day", ["04-05-22", "22-04-30", "30-04-22"])
def test_dates_that_two_readings_fit_are_refused(said, day):
    Path("orders.csv").write_text(f"order_id,customer_id,date,amount\n1,a,{day},5\n")
    code, told = said("orders.csv")
    assert (code, "cannot be told apart" in told) == (2, True)
