"""Answers of APIs saved as files, as users give them to `seglib check`."""

import json

from seglib.command.cli import main


def order(number: int, customer: int) -> dict:
    line = {"sku": "TEA", "name": "Tea", "quantity": 2, "price": "10.00", "discount_allocations": [{"amount": "1.50"}]}
    return {
        "id": 9000 + number,
        "name": f"#{number}",
        "email": f"c{customer}@example.org",
        "processed_at": f"2024-03-{number % 28 + 1:02}T10:00:00-05:00",
        "financial_status": "paid",
        "cancelled_at": None,
        "test": False,
        "currency": "EUR",
        "total_line_items_price": "20.00",
        "subtotal_price": "18.50",
        "customer": {"id": 70 + customer},
        "line_items": [line],
        "refunds": [],
    }


def person(number: int) -> dict:
    told = {"id": 70 + number, "email": f"c{number}@example.org", "orders_count": 2, "total_spent": "1.00"}
    return told | {"default_address": {"city": "Cork", "country_code": "IE", "phone": "+353 21 496 1234"}}


def checked(path, capsys) -> dict:
    code = main(["check", str(path), "--json"])
    told = json.loads(capsys.readouterr().out)
    assert code == (0 if told["usable"] else 2)
    return told


def test_a_page_is_doubted_and_a_folder_of_all_pages_is_not(tmp_path, capsys):
    pages = [[order(number, number % 9) for number in range(first, first + 30)] for first in (1, 31)]
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "1.json").write_text(json.dumps({"orders": pages[0], "has_more": True}))
    told = checked(folder / "1.json", capsys)
    assert {one["name"]: one["level"] for one in told["doubts"]} == {"more_pages": "ask"}
    (folder / "2.json").write_text(json.dumps({"orders": pages[1], "has_more": False}))
    told = checked(folder, capsys)
    assert told["usable"]
    assert told["doubts"] == []


def test_orders_and_customers_of_one_api_are_a_shop(tmp_path, capsys):
    (tmp_path / "orders.json").write_text(json.dumps({"orders": [order(n, n % 9) for n in range(1, 61)]}))
    (tmp_path / "customers.json").write_text(json.dumps({"customers": [person(n) for n in range(9)]}))
    toml = '[tables.lines]\npath = "orders.json"\n[tables.contacts]\npath = "customers.json"\n'
    (tmp_path / "shop.toml").write_text(toml)
    told = checked(tmp_path / "shop.toml", capsys)
    assert told["usable"]
    assert told["doubts"] == []
