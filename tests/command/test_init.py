"""``seglib init``: a folder of exports becomes a shop.toml, typed as a user types it."""

from __future__ import annotations

import gzip
import importlib.util
import json
import os
import shlex
import tomllib
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from seglib.command import init as command
from seglib.command.cli import main
from seglib.intake.surveying import heads

_spec = importlib.util.spec_from_file_location("exports", Path(__file__).parents[1] / "intake" / "exports.py")
exports = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(exports)
ORDERS = "order_id,customer_id,order_date,total"


def rows(orders: range, year: int = 2023) -> list[list[object]]:
    return [[i, f"C{i % 17}", f"{year}-{1 + i % 12:02}-{1 + i % 28:02}", 5 + i % 7] for i in orders]


@pytest.fixture
def typed(capsys):
    """Types a command; gives its exit code, its output and what it says."""

    def type_in(line: str) -> tuple[int, str, str]:
        code = main(shlex.split(line))
        told = capsys.readouterr()
        assert "a fault in seglib" not in told.err, told.err
        return code, " ".join(told.out.split()), " ".join(told.err.split())

    return type_in


@pytest.fixture
def init(typed):
    """The shop.toml of a folder as it is read, its text, and the output of the command."""

    def run(folder: Path) -> tuple[dict, str, str]:
        code, output, said = typed(f"init {folder}")
        assert code == 0, said
        text = (folder / "shop.toml").read_text(encoding="utf-8")
        return tomllib.loads(text), text, output

    return run


def ons(told: dict) -> list[object]:
    return [join["on"] for join in told.get("join", [])]


def beside(text: str, lines: str) -> str:
    """Remarks above the lines of a table."""
    above = text[: text.index(lines)].rstrip("# \n").split("\n\n")[-1]
    return " ".join(above.replace("#", " ").split())


def test_nine_files_of_olist(init, tmp_path):
    told, text, output = init(exports.olist(tmp_path))
    lines = told["tables"]["lines"]
    assert lines["path"] == "olist_order_items_dataset.csv"
    assert ons(lines) == ["order_id", "customer_id"]
    assert "columns" not in lines  # the joined header is that of a known format
    assert "customer_id is another one in each of 300 orders" in output
    assert "a customer is a customer_unique_id" in beside(text, "[tables.lines]")
    assert told["tables"]["contacts"]["path"] == "olist_customers_dataset.csv"
    assert told["tables"]["products"]["columns"] == {"category": "product_category_name_english"}
    reviews = told["tables"]["responses"]
    assert ons(reviews) == ["order_id", "customer_id"]
    assert reviews["columns"]["customer_id"] == "customer_unique_id"
    unused = text[text.index("# Not used:") :]
    assert [name in unused for name in ("geolocation", "sellers", "payments")] == [True] * 3


def test_a_folder_of_northwind(init, tmp_path):
    told, text, _ = init(exports.northwind(tmp_path))
    assert told["tables"]["lines"] == {
        "path": "order_details.csv",
        "join": [{"path": "orders.csv", "on": "OrderID"}],
    }
    assert told["tables"]["contacts"] == {"path": "customers.csv"}
    assert ons(told["tables"]["products"]) == ["CategoryID"]
    assert "300 of 300 values looked at are found" in text
    assert "No column tells the currency" in text


def test_a_database_of_chinook(init, tmp_path):
    told, text, output = init(exports.chinook(tmp_path))
    assert told["database"] == {"url": "sqlite:///chinook.db"}
    lines = told["tables"]["lines"]
    assert (lines["table"], ons(lines)) == ("InvoiceLine", ["InvoiceId"])
    assert lines["columns"] == {"amount": {"times": ["Quantity", "UnitPrice"]}, "product_id": "TrackId"}
    assert told["tables"]["products"]["columns"] == {"product_id": "TrackId", "category": "Genre.Name"}
    assert told["tables"]["contacts"][0] == {"table": "Customer"}
    assert '# [[tables.contacts]]\n# table = "Employee"' in text
    assert "No column of chinook.db: Employee has the numbers of the customers that ordered" in output


def test_one_file_of_orders(init, typed, tmp_path):
    exports.write(tmp_path / "sales.csv", ORDERS, rows(range(1, 90)))
    told, _, output = init(tmp_path)
    assert told["tables"] == {"lines": {"path": "sales.csv"}}
    assert "Questions" not in output
    assert typed(f"check {tmp_path / 'shop.toml'}")[0] == 0


CUSTOMERS = [[f"C{i}", f"2024-{1 + i % 12:02}-05", 1 + i % 5, 20 + i] for i in range(60)]


def test_one_row_a_customer_is_a_customer_table(init, typed, tmp_path):
    table = pd.DataFrame(CUSTOMERS, columns=["customer_id", "last_order_date", "orders", "total_spent"])
    table.to_csv(tmp_path / "customers.csv", index=False)
    told, _, output = init(tmp_path)
    assert told["tables"] == {"customers": {"path": "customers.csv"}}
    assert "customers, one row each" in output
    assert typed(f"check {tmp_path / 'shop.toml'}")[0] == 0


def test_beside_orders_it_says_who_the_customers_are(init, typed, tmp_path):
    table = pd.DataFrame(CUSTOMERS, columns=["customer_id", "last_order_date", "orders", "total_spent"])
    table.to_csv(tmp_path / "customers.csv", index=False)
    pd.DataFrame(rows(range(90)), columns=ORDERS.split(",")).to_csv(tmp_path / "orders.csv", index=False)
    told, *_ = init(tmp_path)
    assert set(told["tables"]) == {"lines", "contacts"}
    assert typed(f"check {tmp_path / 'shop.toml'}")[0] == 0


def test_a_recency_that_counts_to_no_day_is_a_question(init, tmp_path):
    table = pd.DataFrame(CUSTOMERS, columns=["customer_id", "recency_days", "frequency", "monetary_value"])
    table.assign(recency_days=range(60)).to_csv(tmp_path / "customers.csv", index=False)
    _, text, _ = init(tmp_path)
    assert '# as_of = "2024-12-31"            # ? The recency counts back from a day that is not told.' in text


def test_years_with_the_same_columns_are_one_table(init, typed, tmp_path):
    exports.write(tmp_path / "orders_2023.csv", ORDERS, rows(range(1, 90)))
    exports.write(tmp_path / "orders_2024.csv", ORDERS, rows(range(90, 190), 2024))
    (tmp_path / "notes.txt").write_text("Exported on Monday.\nAsk Ann.\n")
    told, _, output = init(tmp_path)
    assert told["tables"] == {"lines": {"path": "orders_202*.csv"}}
    assert "notes.txt: a text of one column, no table" in output
    assert "189 orders" in typed(f"check {tmp_path / 'shop.toml'}")[1]


def test_a_copy_is_asked_about_and_left_out(init, typed, tmp_path):
    for name in ("orders.csv", "orders_backup.csv"):
        exports.write(tmp_path / name, ORDERS, rows(range(1, 90)))
    told, text, output = init(tmp_path)
    assert told["tables"]["lines"] == [{"path": "orders.csv"}]
    assert "89 of 89 values looked at are found (100%). Taken: orders.csv alone." in output
    (tmp_path / "shop.toml").write_text(text.replace("# [[tables.lines]]\n# path", "[[tables.lines]]\npath"))
    assert typed(f"check {tmp_path / 'shop.toml'}")[0] == 0  # the lines that are comments do too


def test_two_tills_are_two_sources(init, typed, tmp_path):
    exports.write(tmp_path / "shop.csv", ORDERS, rows(range(1, 90)))
    exports.write(tmp_path / "till.csv", "Receipt No,Member No,Date,Amount", rows(range(500, 560)))
    told, text, _ = init(tmp_path)
    assert [one["path"] for one in told["tables"]["lines"]] == ["shop.csv", "till.csv"]
    assert "0 of 60 values looked at are found (0%)" in beside(text, '[[tables.lines]]\npath = "till.csv"')
    assert typed(f"check {tmp_path / 'shop.toml'}")[0] == 0


def test_ids_that_hardly_meet_are_asked_about(init, typed, tmp_path):
    exports.write(tmp_path / "orders.csv", ORDERS, rows(range(1, 90)))
    people = [[f"K{i}", f"a{i}@example.org", "Ann", "Rome"] for i in range(40)]
    exports.write(tmp_path / "customers.csv", "customer_id,email,first_name,city", people)
    told, text, output = init(tmp_path)
    assert list(told["tables"]) == ["lines"]
    assert "0 of 17 values looked at are found (0%): hardly the same customers. Taken: left out." in output
    assert "# [tables.contacts]" in text
    assert typed(f"check {tmp_path / 'shop.toml'}")[0] == 0


def test_items_that_hardly_meet_leave_the_orders_alone(init, tmp_path):
    exports.write(tmp_path / "orders.csv", ORDERS, rows(range(1, 90)))
    exports.write(tmp_path / "items.csv", "order_id,sku,qty,price", [[f"X{i}", "a", 1, 5] for i in range(90)])
    told, text, _ = init(tmp_path)
    assert told["tables"]["lines"] == {"path": "orders.csv"}
    assert "0 of 90 values looked at are found (0%): hardly the same numbers" in beside(text, "[tables.lines]")


def test_a_key_that_repeats_is_no_key(typed, tmp_path):
    states = [[i // 2, f"C{i % 9}", "2023-02-03", "paid"] for i in range(200)]
    exports.write(tmp_path / "orders.csv", "order_id,customer_id,order_date,status", states)
    exports.write(tmp_path / "items.csv", "order_id,sku,qty,price", [[i % 100, "a", 1, 5] for i in range(300)])
    code, _, said = typed(f"init {tmp_path}")
    assert code == 2
    assert "100 of 100 keys stand on several rows: a join would count rows several times" in said
    assert not (tmp_path / "shop.toml").exists()


def test_ids_called_id_and_refunds_beside(init, tmp_path):
    exports.write(tmp_path / "orders.csv", "id,customer_id,created_at", [[i, i % 30, "2023-02-03"] for i in range(100)])
    items = [[i, i % 100, i % 9, 1, 9.5, "2023-02-04"] for i in range(300)]
    exports.write(tmp_path / "order_items.csv", "id,order_id,product_id,quantity,price,created_at", items)
    people = [[i, f"a{i}@example.org", "A B", "2022-01-01", 90] for i in range(30)]
    exports.write(tmp_path / "customers.csv", "id,email,name,created_at,total_spent", people)
    exports.write(tmp_path / "products.csv", "id,title,price,category_id", [[i, f"P{i}", 9, i % 3] for i in range(9)])
    exports.write(tmp_path / "categories.csv", "id,name", [[0, "shoes"], [1, "hats"], [2, "bags"]])
    exports.write(
        tmp_path / "refunds.csv", "id,order_id,amount,created_at", [[i, i, 5, "2023-03-01"] for i in range(9)]
    )
    told, text, _ = init(tmp_path)
    lines = told["tables"]["lines"]
    assert ons(lines) == [{"left": "order_id", "right": "id"}]
    assert lines["columns"] == {"ordered_at": "orders.created_at"}  # not when an item was written
    assert told["tables"]["products"]["columns"] == {"product_name": "title", "category": "name"}
    assert told["tables"]["contacts"] == {"path": "customers.csv"}
    assert "refunds.csv: payments or refunds of orders" in text


def test_packed_files_sheets_and_json(init, tmp_path):
    with gzip.open(tmp_path / "items.csv.gz", "wt") as packed:
        packed.write("order_id;sku;qty;price\n" + "".join(f"{i % 100};S{i % 9};1;5,50\n" for i in range(300)))
    orders = pd.DataFrame([[i, f"C{i % 30}", "2023-02-03"] for i in range(100)], columns=ORDERS.split(",")[:3])
    orders.to_parquet(tmp_path / "orders.parquet")
    with pd.ExcelWriter(tmp_path / "crm.xlsx") as book:
        people = pd.DataFrame([[f"C{i}", "Rome"] for i in range(30)], columns=["customer_id", "city"])
        people.to_excel(book, sheet_name="Customers", index=False)
        pd.DataFrame([["a", 1], ["b", 2]], columns=["Word", "Meaning"]).to_excel(book, sheet_name="Notes", index=False)
    seen = [{"visitor_id": f"v{i}", "user_id": f"C{i}", "event": "view", "timestamp": "2023-02-03"} for i in range(30)]
    (tmp_path / "events.json").write_text(json.dumps(seen))
    with zipfile.ZipFile(tmp_path / "products.zip", "w") as archive:
        archive.writestr("products.csv", "sku,product_name\n" + "".join(f"S{i},P{i}\n" for i in range(9)))
    told, _, _ = init(tmp_path)
    tables = told["tables"]
    assert tables["lines"]["path"] == "items.csv.gz"
    assert ons(tables["lines"]) == ["order_id"]
    assert tables["contacts"] == {"path": "crm.xlsx", "sheet": "Customers"}
    assert {name: tables[name]["path"] for name in ("products", "events")} == {
        "products": "products.zip", "events": "events.json"
    }  # fmt: skip


def test_a_large_file_is_read_by_its_first_rows_and_its_keys_to_the_end(init, tmp_path):
    """The order of the last item stands beyond the first rows of either file; a key repeats only there."""
    orders = [[i, f"C{i % 900}", "2023-02-03", "x" * 60] for i in range(20_000)]
    exports.write(tmp_path / "orders.csv", "order_id,customer_id,order_date,note", orders)
    items = [[i * 7919 % 20_000, "a", 1, 5, "y" * 60] for i in range(20_000)]
    exports.write(tmp_path / "items.csv", "order_id,sku,qty,price,note", items)
    told, text, _ = init(tmp_path)
    assert ons(told["tables"]["lines"]) == ["order_id"]
    assert "# 2,000 of 2,000 values looked at are found" in text
    assert "by the first rows alone" not in text
    (tmp_path / "shop.toml").unlink()
    exports.write(tmp_path / "orders.csv", "order_id,customer_id,order_date,note", [*orders, orders[0]])
    with pytest.raises(AssertionError, match="1 of 20,000 keys stand on several rows"):
        init(tmp_path)


@pytest.mark.parametrize("shown", ["{}", '{{"orders": {}}}'])
def test_a_large_json_document_is_read_by_its_first_objects(init, tmp_path, monkeypatch, shown):
    monkeypatch.setattr(heads, "WHOLE_JSON", 1_000)
    orders = [dict(zip(ORDERS.split(","), one, strict=True)) for one in rows(range(9_000))]
    (tmp_path / "orders.json").write_text(shown.format(json.dumps(orders)))
    told, _, output = init(tmp_path)
    assert told["tables"] == {"lines": {"path": "orders.json"}}
    assert "it has order_id, customer_id, order_date, total" in output


def test_nothing_outside_is_read(init, tmp_path):
    inside = tmp_path / "shop"
    exports.write(inside / "orders.csv", ORDERS, rows(range(1, 90)))
    exports.write(tmp_path / "secret" / "customers.csv", "customer_id,city", [[f"C{i}", "Rome"] for i in range(17)])
    os.symlink(tmp_path / "secret" / "customers.csv", inside / "customers.csv")
    os.symlink(tmp_path / "secret", inside / "more")
    told, text, output = init(inside)
    assert list(told["tables"]) == ["lines"]
    assert output.count("a link that leads out of the folder: not followed") == 2
    assert "city" not in text + output


def test_a_dump_is_told_and_not_run(init, tmp_path):
    exports.write(tmp_path / "orders.csv", ORDERS, rows(range(1, 90)))
    (tmp_path / "shop.sql").write_text("-- MySQL dump\nCREATE TABLE `orders` (`id` int) ENGINE=InnoDB;\n")
    _, text, output = init(tmp_path)
    for said in (output, " ".join(text.replace("#", " ").split())):
        assert "shop.sql: this is a dump of a database, of MySQL it seems with the tables 'orders'" in said


def test_a_shop_toml_is_never_written_over(typed, tmp_path):
    exports.write(tmp_path / "orders.csv", ORDERS, rows(range(1, 90)))
    (tmp_path / "shop.toml").write_text("mine")
    code, output, said = typed(f"init {tmp_path} --yes")
    assert (code, output) == (2, "")
    assert "never written over" in said
    assert (tmp_path / "shop.toml").read_text() == "mine"


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({}, "no table in this folder. It is empty."),
        ({"a.pdf": "%PDF-1.4"}, "a.pdf: not a kind of file that is read"),
        ({"weather.csv": "station,rain\na,1\nb,2\n"}, "weather.csv: not known; nothing in its header tells"),
    ],
)
def test_nothing_of_a_shop_is_code_2(typed, tmp_path, files, told):
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    code, _, said = typed(f"init {tmp_path}")
    assert code == 2
    assert told in said
    assert not (tmp_path / "shop.toml").exists()


@pytest.mark.parametrize(("name", "told"), [("no", "no such folder"), ("orders.csv", "a file, not a folder")])
def test_only_a_folder_is_surveyed(typed, tmp_path, name, told):
    exports.write(tmp_path / "orders.csv", ORDERS, rows(range(1, 9)))
    code, _, said = typed(f"init {tmp_path / name}")
    assert code == 2
    assert told in said


@pytest.mark.parametrize(
    ("flag", "answers", "sources"),
    [("", ["7", "2"], ["shop.csv"]), ("", [""], ["shop.csv", "till.csv"]), (" --yes", [], ["shop.csv", "till.csv"])],
)
def test_a_terminal_is_asked(init, typed, tmp_path, monkeypatch, flag, answers, sources):
    exports.write(tmp_path / "shop.csv", ORDERS, rows(range(1, 90)))
    exports.write(tmp_path / "till.csv", "Receipt No,Member No,Date,Amount", rows(range(500, 560)))
    waiting = iter(answers)
    monkeypatch.setattr(command, "_on_terminal", lambda: True)
    monkeypatch.setattr("builtins.input", lambda prompt: next(waiting))
    assert typed(f"init {tmp_path}{flag}")[0] == 0
    assert not list(waiting)
    lines = tomllib.loads((tmp_path / "shop.toml").read_text())["tables"]["lines"]
    assert [one["path"] for one in lines] == sources


def test_help_tells_what_is_promised(capsys):
    with pytest.raises(SystemExit):
        main(["init", "--help"])
    said = " ".join(capsys.readouterr().out.split())
    assert "never written over" in said
    assert "--yes ask nothing: take the likeliest answers" in said


def check_ends_with_0(typed, folder: Path) -> str:
    code, output, said = typed(f"check {folder / 'shop.toml'}")
    assert code == 0, said
    return output


@pytest.mark.parametrize(
    ("shop", "told"),
    [
        (exports.olist, "customers, 28"),
        (exports.northwind, "40 customers, 300 orders"),
        (exports.chinook, "49 customers, 300 orders"),
    ],
)
def test_what_is_written_is_accepted_by_check(init, typed, tmp_path, shop, told):
    init(shop(tmp_path))
    assert told in check_ends_with_0(typed, tmp_path)


def test_dates_and_words_of_a_status_are_asked_about(init, typed, tmp_path):
    words = ("paid", *["zustellbar"] * 4)
    found = [[i, f"C{i % 9}", f"0{1 + i % 9}/0{1 + i % 7}/2023", 9, words[i % 5]] for i in range(99)]
    exports.write(tmp_path / "orders.csv", f"{ORDERS},status", found)
    told, text, _ = init(tmp_path)
    assert told["tables"]["lines"] == {
        "path": "orders.csv", "date_format": "%d/%m/%Y", "states": {"zustellbar": "sale"}
    }  # fmt: skip
    assert 'Else: date_format = "%m/%d/%Y"' in beside(text, "[tables.lines]")
    assert "9 customers, 99 orders" in check_ends_with_0(typed, tmp_path)


def test_a_total_on_each_line_is_asked_about(init, typed, tmp_path):
    lines = [[i // 3, f"C{i // 3 % 9}", f"2023-01-{1 + i // 3 % 28:02}", f"p{i % 7}", 9 + i // 3] for i in range(600)]
    exports.write(tmp_path / "orders.csv", "order_id,customer_id,order_date,product,total", lines)
    told, text, _ = init(tmp_path)
    assert told["tables"]["lines"]["read"] == {"amount": "order"}
    assert "Else: as it stands" in beside(text, "[tables.lines]")
    check_ends_with_0(typed, tmp_path)


def test_a_side_table_that_cannot_be_read_is_left_out(init, typed, tmp_path):
    exports.write(tmp_path / "orders.csv", ORDERS, rows(range(1, 90)))
    tickets = [[i, f"C{i % 9}", "yesterday"] for i in range(30)]
    exports.write(tmp_path / "tickets.csv", "ticket_id,customer_id,created_at", tickets)
    told, text, output = init(tmp_path)
    assert list(told["tables"]) == ["lines"]
    assert "It cannot be read yet: tickets.csv: tickets: created_at" in output
    assert "# [tables.tickets]" in text
    check_ends_with_0(typed, tmp_path)


def test_files_of_one_name_in_two_folders(init, typed, tmp_path):
    exports.write(
        tmp_path / "heads" / "sales.csv", "order_id,customer_id,order_date", [one[:3] for one in rows(range(90))]
    )
    exports.write(tmp_path / "lines" / "sales.csv", "order_id,sku,qty,price", [[i % 90, "a", 1, 5] for i in range(200)])
    told, _, _ = init(tmp_path)
    assert told["tables"]["lines"] == {
        "path": "lines/sales.csv", "join": [{"path": "heads/sales.csv", "on": "order_id"}]
    }  # fmt: skip
    check_ends_with_0(typed, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("shop", [exports.olist, exports.northwind, exports.chinook])
def test_two_commands_make_a_report(init, typed, tmp_path, shop):
    init(shop(tmp_path / "exports"))
    code, output, said = typed(f"report {tmp_path / 'exports' / 'shop.toml'} --out {tmp_path / 'report'} --quiet")
    assert code == 0, said
    assert output.endswith("index.html")
