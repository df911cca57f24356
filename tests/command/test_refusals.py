"""Refusals that help: what a message says to do, done word for word, works."""

from __future__ import annotations

import shlex
import sqlite3
from pathlib import Path

import pytest

from seglib.command.cli import main
from seglib.shop.shop import open_shop
from seglib.tables.canonical import TABLES

ROWS = "1,u1,2024-01-05,10,paid\n2,u2,2024-01-06,20,paid\n3,u1,2024-01-07,30,paid\n"
ORDERS = f"id,user_id,created_at,amount,status\n{ROWS}"


@pytest.fixture
def said(tmp_path, capsys, monkeypatch):
    """Types a command in an empty folder; gives its exit code, its output and what it says."""
    monkeypatch.chdir(tmp_path)

    def type_in(command: str) -> tuple[int, str, str]:
        typed, _, target = command.partition(" > ")
        code = main(shlex.split(typed)[1:])
        told = capsys.readouterr()
        assert "a fault in seglib" not in told.err, told.err
        if target:
            Path(target).write_text(told.out, encoding="utf-8")
        return code, told.out, told.err

    return type_in


def advised(message: str, beginning: str) -> list[str]:
    """Lines of a message that are to be typed or written, from the first that begins so."""
    lines = [line.strip() for line in message.splitlines() if line.startswith("    ")]
    at = next(i for i, line in enumerate(lines) if line.startswith(beginning))
    return lines[at:] if beginning != "seglib" else [line for line in lines if line.startswith("seglib")]


def test_a_missing_column_is_one_line_and_the_header_stands_once(said):
    Path("orders.csv").write_text("Foo,Bar\n1,2\n")
    code, _, message = said("seglib check orders.csv")
    assert code == 2
    assert "faults" not in message
    assert message.count("['Foo', 'Bar']") == 1
    assert "no column for 'order_id', 'customer_id', 'ordered_at' and 'amount' (or" in message


def test_the_commands_that_a_refusal_ends_with_work(said):
    Path("orders.csv").write_text(ORDERS.replace("amount", "Worth of the total sum"))
    code, _, message = said("seglib check orders.csv")
    assert code == 2
    for command in advised(message, "seglib"):
        code, output, message = said(command)
        assert code == 0, message
    assert "2 customers, 3 orders" in output


def test_the_lines_of_shop_toml_that_a_refusal_ends_with_work(said):
    Path("orders.csv").write_text(ORDERS.replace("id,user", "order_id,user").replace("amount", "sum of it"))
    _, _, message = said("seglib check orders.csv")
    lines = advised(message, "[tables.lines.columns]")
    assert lines == ["[tables.lines.columns]", 'amount = "sum of it"']
    Path("shop.toml").write_text("\n".join(['[tables.lines]\npath = "orders.csv"', *lines]))
    assert said("seglib check shop.toml")[0] == 0
    assert open_shop("shop.toml").customers.monetary_value.sum() == 60


def test_a_format_that_names_too_little_is_completed_as_told(said):
    Path("orders.csv").write_text(ORDERS)
    Path("hint.yaml").write_text("columns:\n  order_id: id\n")
    code, _, message = said("seglib check orders.csv --format hint.yaml")
    assert code == 2
    assert "a format switches guessing off" in message
    more = "".join(f"  {line}\n" for line in advised(message, "customer_id"))
    Path("hint.yaml").write_text(f"columns:\n  order_id: id\n{more}")
    assert said("seglib check orders.csv --format hint.yaml")[0] == 0
    assert open_shop("orders.csv", format="hint.yaml").customers.monetary_value.to_dict() == {"u1": 40, "u2": 20}


def test_a_draft_takes_a_unique_id_for_the_order_number(said):
    Path("orders.csv").write_text(ORDERS)
    assert 'order_id: "id"  # guess' in said("seglib formats draft orders.csv")[1]
    Path("orders.csv").write_text(ORDERS.replace("\n2,", "\n1,"))
    assert "# order_id: ..." in said("seglib formats draft orders.csv")[1]


def test_another_table_that_lacks_columns_is_drafted_as_told(said):
    Path("orders.csv").write_text(ORDERS.replace("id,user", "order_id,user"))
    Path("tickets.csv").write_text("Ticket ID,Requester email,When it came\n7,u1,2024-01-05\n8,u2,2024-01-06\n")
    told = '[tables.lines]\npath = "orders.csv"\n[tables.tickets]\npath = "tickets.csv"\n'
    Path("shop.toml").write_text(told)
    code, _, message = said("seglib check shop.toml")
    assert (code, "no column for 'opened_at'. Found ['Ticket ID'," in message) == (2, True)
    Path("shop.toml").write_text(told + '[tables.tickets.columns]\nopened_at = "When it came"\n')
    assert said("seglib check shop.toml")[0] == 0
    drafted = advised(message, "seglib")[0]
    assert said(drafted)[0] == 0


def test_contacts_keep_no_other_columns_where_only_is_said(said):
    Path("orders.csv").write_text(ORDERS.replace("id,user", "order_id,user"))
    Path("contacts.csv").write_text("customer_id,country,favourite_tea\nu1,IT,Assam\nu2,RO,Sencha\n")
    told = '[tables.lines]\npath = "orders.csv"\n[tables.contacts]\npath = "contacts.csv"\n'
    Path("shop.toml").write_text(told)
    assert {"country", "favourite_tea"} <= {*open_shop("shop.toml").customers.columns}
    Path("shop.toml").write_text(f"{told}only = true\n")
    columns = {*open_shop("shop.toml").customers.columns}
    assert ("country" in columns, "favourite_tea" in columns) == (True, False)
    Path("shop.toml").write_text('[tables.lines]\npath = "orders.csv"\nonly = true\n')
    assert "tables.lines.only goes with contacts" in said("seglib check shop.toml")[2]


OTHERS = {
    "customers": "customer_id,last_order,orders,total_spent,city\nu1,2024-01-05,3,40.00,Rome\n",
    "tickets": "Ticket ID,Created at,Status,Requester email,Subject\n1,2024-01-05,solved,u1@example.org,Where\n",
    "deals": "Deal ID,Account Name,Stage,Amount,Created Date,Close Date\nd1,Acme,Won,1000,2024-01-05,2024-02-01\n",
    "contacts": "contact_id,email,created_at,country,opt_in\n1,a@example.org,2024-01-05,IT,yes\n",
    "events": "event_time,event_name,user_id,session_id\n2024-01-05 10:00:00,page_view,u1,s1\n",
    "responses": "respondent_id,question,answer,date\nu1,Tasty?,yes,2024-01-05\n",
    "campaigns": "customer_id,campaign,sent_at,opened\nu1,spring,2024-01-05,yes\n",
    "products": "sku,name,category,price\nT-1,Teapot,Tea,24.50\n",
}


@pytest.mark.parametrize("table", OTHERS)
def test_a_file_of_another_table_is_told_what_it_is_and_how_it_is_used(said, table):
    Path("export.csv").write_text(OTHERS[table])
    Path("orders.csv").write_text(ORDERS.replace("id,user", "order_id,user"))
    code, _, message = said("seglib check export.csv")
    assert (code, f"and tells of {table}, not of lines" in message) == (2, True)
    lines = advised(message, f"[tables.{table}]")
    Path("shop.toml").write_text("\n".join(lines))
    alone = said("seglib check shop.toml --as-of 2024-06-01")
    assert alone[0] == (2 if table in ("campaigns", "products") else 0), alone[2]
    Path("shop.toml").write_text("\n".join(["[tables.lines]", 'path = "orders.csv"', *lines]))
    beside = said("seglib check shop.toml --as-of 2024-06-01")
    assert beside[0] == (2 if table == "customers" else 0), beside[2]  # whose measures the orders tell


def test_orders_given_as_another_table_are_told(said):
    Path("orders.csv").write_text(ORDERS.replace("id,user", "order_id,user"))
    Path("shop.toml").write_text('[tables.deals]\npath = "orders.csv"\ncolumns = { stage = "nowhere" }\n')
    assert "no column 'nowhere' for stage" in said("seglib check shop.toml")[2]
    Path("shop.toml").write_text('[tables.responses]\npath = "orders.csv"\n')
    code, _, message = said("seglib check shop.toml")
    assert (code, "a table of orders, not of responses. Give it under [tables.lines]" in message) == (2, True)


def test_an_order_file_is_taken_for_nothing_else(said):
    Path("orders.csv").write_text(
        "order_id,email,country,order_date,Ticket,Sum of it\n1,a@example.org,IT,2024-01-05,7,10\n"
    )
    code, _, message = said("seglib check orders.csv")
    assert (code, "no column for 'amount'" in message, "not of lines" in message) == (2, True, False)


def test_a_file_that_names_nobody_is_told_so(said):
    Path("till.csv").write_text("receipt,date,amount\n1,2024-01-05,10\n2,2024-01-06,20\n")
    code, _, message = said("seglib check till.csv")
    assert (code, "segments are made of customers" in message) == (2, True)


def make_sqlite(path: Path) -> None:
    with sqlite3.connect(path) as link:
        link.execute("CREATE TABLE customers (id)")
        link.execute(
            "CREATE TABLE orders AS SELECT 'o1' AS order_id, 'c1' AS customer_id, '2024-01-01' AS day, 5 AS amount"
        )
        link.execute("ALTER TABLE orders RENAME COLUMN day TO ordered_at")
    link.close()


def test_a_database_given_as_a_file_is_told_with_its_tables(said):
    make_sqlite(Path("shop.db"))
    code, _, message = said("seglib check shop.db")
    assert (code, "an SQLite database with the tables 'customers', 'orders'" in message) == (2, True)
    assert said(advised(message, "seglib")[0])[0] == 0
    Path("shop.toml").write_text("\n".join(advised(message, "[database]")))
    assert said("seglib check shop.toml")[0] == 0


def test_a_duckdb_file_is_told_with_its_tables(said):
    duckdb = pytest.importorskip("duckdb")
    with duckdb.connect("shop.duckdb") as link:
        link.execute(
            "CREATE TABLE sales AS SELECT 'o1' AS order_id, 'c1' AS customer_id, '2024-01-01' AS date, 5 AS amount"
        )
    code, _, message = said("seglib check shop.duckdb")
    assert (code, "a DuckDB database with the tables 'sales'" in message) == (2, True)
    assert said(advised(message, "seglib")[0])[0] == 0


def test_a_dump_is_told_with_its_tables(said):
    dump = "-- MySQL dump 10.13\nCREATE TABLE `orders` (id int) ENGINE=InnoDB;\nINSERT INTO `kunden` VALUES (1);\n"
    Path("dump.sql").write_text(dump)
    code, _, message = said("seglib check dump.sql")
    assert (code, "of MySQL it seems with the tables 'orders', 'kunden'" in message) == (2, True)
    assert 'url = "mysql://user@localhost/shop"' in message
    Path("damaged.db").write_bytes(b"SQLite format 3\0 and no more")
    assert "this is an SQLite database, no file of rows" in said("seglib check damaged.db")[2]


def test_a_draft_looks_at_values(said):
    header = "Order no.,Email,Date,Subtotal of products,Total,Name of the product"
    Path("orders.csv").write_text(f"{header}\n1,a@b.c,2024-01-05,10.00,15.00,Mug\n2,b@b.c,2024-01-06,20.00,25.00,Pot\n")
    _, draft, _ = said("seglib formats draft orders.csv")
    assert 'product_name: "Name of the product"' in draft
    assert 'amount: "Total"' in draft


@pytest.mark.parametrize("table", TABLES)
def test_every_table_is_drafted(said, table):
    Path("export.csv").write_text(OTHERS.get(table, ORDERS))
    code, draft, _ = said(f"seglib formats draft export.csv --table {table}")
    assert (code, f"table: {table}" in draft, "to be filled in" in draft) == (0, True, False)


def test_a_survey_with_a_column_a_question_is_drafted_and_read(said):
    Path("survey.csv").write_text("Timestamp,Is it tasty?,Is it cheap?\n2024-01-05,yes,no\n2024-01-06,no,no\n")
    _, _, message = said("seglib check survey.csv")
    for command in advised(message, "seglib formats"):
        if command.startswith("seglib formats"):
            assert said(command)[0] == 0
    Path("shop.toml").write_text("\n".join(advised(message, "[tables.responses]")))
    assert said("seglib check shop.toml --as-of 2024-06-01")[0] == 0
    assert open_shop("shop.toml", as_of="2024-06-01").responses.count().to_pyarrow().as_py() == 4
