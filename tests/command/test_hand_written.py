"""Files that users write by hand, or that merely lie beside the orders, through the command line."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from seglib.command.cli import main

sys.path.append(str(Path(__file__).parents[1]))
import fuzz_files

LAUGHS = ["x: &a [x,x,x,x,x,x,x,x,x]"]
LAUGHS += [f"{chr(96 + i)}{i}: &{chr(97 + i)} [{','.join(['*' + chr(96 + i)] * 9)}]" for i in range(1, 12)]
LAUGHS += ["recognise: [order_id, customer_id]", "columns: {order_id: *l}"]


@pytest.fixture
def refusal(orders_csv, capsys, monkeypatch):
    """What a command is refused with; empty where it goes through."""
    monkeypatch.chdir(orders_csv().parent)

    def said(*arguments: str) -> str:
        code = main([*arguments])
        told = capsys.readouterr().err
        assert code == (2 if told else 0), told
        assert "a fault in seglib" not in told
        return told

    return said


@pytest.mark.parametrize(
    "beside",
    ["[" * 100_000, "{a: " * 20_000, "\n".join(LAUGHS), "a: &a [*a]", "columns: [" + "x, " * 400_000 + "]", "\0", ""],
    ids=["deep", "deep tables", "laughs", "itself", "large", "nul", "empty"],
)
def test_what_merely_lies_beside_the_orders_does_no_harm(refusal, beside):
    Path("notes.yaml").write_text(beside)
    assert refusal("check", "orders.csv") == ""
    assert "notes.yaml" in refusal("check", "orders.csv", "--format", "notes.yaml")


def test_only_regular_files_are_opened(refusal):
    os.mkfifo("zz.yaml")
    Path("dir.yml").mkdir()
    Path("null.yaml").symlink_to("/dev/zero")
    assert refusal("check", "orders.csv") == ""
    Path("shop.toml").write_text('[tables.lines]\npath = "orders.csv"\n[report]\ntranslation = "zz.yaml"\n')
    assert "zz.yaml: is no regular file" in refusal("check", "shop.toml")
    os.mkfifo("pipe.toml")
    assert "pipe.toml: is no regular file" in refusal("check", "pipe.toml")
    Path("shop.toml").write_text('[tables.lines]\npath = "orders.csv"\n[segments]\nfile = "pipe.toml"\n')
    assert "is no regular file" in refusal("check", "shop.toml")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a=" + "[" * 100_000, "lists too deep"),
        ("a" + ".a" * 400_000 + "=1", "a key of more than 30 parts"),
        ("a=" + "9" * 5_000, "not valid TOML"),
        ('a="\\ud800"', "not valid TOML"),
        ("x" * 2_000_000, "larger than 1,000,000 bytes"),
        ('tables={lines=[[{path="orders.csv"}]]}', "expected a table of settings"),
    ],
)
def test_settings_have_limits(refusal, text, fault):
    Path("shop.toml").write_text(text)
    assert fault in refusal("check", "shop.toml")


COLUMNS = "columns: {order_id: Order ID, customer_id: Customer, ordered_at: Order Date, amount: Total}\n"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("skip: [{column: Customer, matches: '(?!x)', why: w}]", "skip: pattern '(?!x)' is no regular expression"),
        (r"skip: [{column: Customer, matches: '(a)\1', why: w}]", "which has no look-ahead"),
        ("skip: [{column: Customer, matches: 'a{1000}{1000}', why: w}]", "is no regular expression"),
        ("skip: [{column: Customer, matches: [a], why: w}]", "skip: pattern is ['a']; expected text"),
        ("skip: [{column: Customer, values: {a: b}, why: w}]", "skip: values is {'a': 'b'}"),
        ("skip: [{column: Customer, filled: maybe, why: w}]", "filled is 'maybe'; expected true or false"),
        ("items: {column: Customer, separator: '((?=x)'}", "items: "),
        ("items: {column: Customer, separator: ''}", "separator is ''"),
        ("file: {delimiter: ';;'}", "file: delimiter is ';;'; expected one character"),
        ("file: {encoding: klingon}", "file: encoding is 'klingon'"),
        ("states: {column: {first: []}}", "first is []; expected a list of columns"),
        ("cancelled: [[x]]", "cancelled: it is [['x']]; expected a list of values"),
        ("recognise: [{a: b}]", "recognise: "),
        ("dates: {format: {a: b}}", "dates: format is {'a': 'b'}"),
        ("returns: {order_id_starts_with: [C]}", "returns: order_id_starts_with is ['C']; expected text"),
        ("table: shops", "says nothing of lines"),
    ],
)
def test_every_wrong_value_of_a_format_is_told_with_its_place(refusal, text, fault):
    Path("mine.yaml").write_text(COLUMNS + text)
    said = refusal("check", "orders.csv", "--format", "mine.yaml")
    assert fault in said
    assert "mine.yaml" in said


@pytest.mark.parametrize(
    ("of", "form", "fault"),
    [
        ("order_id: Order ID", "order_id: {negative: Total}", "order_id: 'negative' makes a number; expected text"),
        *(
            ("ordered_at: Order Date", f"ordered_at: {form}", "ordered_at: '{}' makes a number; expected a date")
            for form in ("{negative: Total}", "{size: Total}", "{at_least_zero: Total}", "{total: Total, by: Customer}")
        ),
        *(
            (
                "ordered_at: Order Date",
                f"ordered_at: {{{form}: [Total, Total]}}",
                "'{}' makes a number; expected a date",
            )
            for form in ("sum", "minus", "times", "divided")
        ),
        ("amount: Total", "amount: {at_least_zero: {row: A}}", "amount: 'row' makes text; expected a number"),
        (
            "amount: Total",
            "amount: [Total, {later: Order Date, days: Total}]",
            "'later' makes a date; expected a number",
        ),
        ("amount: Total", "amount: {filled: Total}", "amount: 'filled' makes yes or no; expected a number"),
        ("amount: Total", "amount: {constant: x}", "amount: constant is 'x'; expected a number, such as 1"),
        ("amount: Total", "amount: {constant: 1e30}", "amount: constant is '1e30'; expected a number"),
        ("ordered_at: Order Date", "ordered_at: {constant: 2024-02-30}", "constant is '2024-02-30'; expected a date"),
    ],
)
def test_a_form_that_makes_no_such_value_is_told_with_its_column(refusal, of, form, fault):
    Path("mine.yaml").write_text(COLUMNS.replace(of, form))
    said = refusal("check", "orders.csv", "--format", "mine.yaml")
    assert "mine.yaml: columns: " in said
    assert fault.format(form.partition("{")[2].partition(":")[0]) in said


def test_so_it_is_in_shop_toml(refusal):
    Path("shop.toml").write_text(
        '[tables.lines]\npath = "orders.csv"\n[tables.lines.columns]\norder_id = "Order ID"\n'
        'customer_id = "Customer"\nordered_at = { size = "Total" }\namount = "Total"\n'
    )
    assert "orders.csv: ordered_at: 'size' makes a number; expected a date" in refusal("check", "shop.toml")


FORMS = [
    ("'%'", "'%' has '%', which is no part of a date"),
    ("'%d/%m/%Y%'", "has '%', which"),
    ("'%d/%q/%E'", "has '%q', '%E', which"),
    ("DD/MM/YYYY", "'DD/MM/YYYY' tells no day"),
    ("'%z'", "'%z' tells no day"),
]


@pytest.mark.parametrize(("form", "fault"), FORMS)
def test_a_form_of_dates_that_is_none_is_told(refusal, form, fault):
    form = form.strip("'")
    for told in (f"dates: {{format: ['%Y-%m-%d', '{form}']}}", f"date_format: '{form}'"):
        Path("mine.yaml").write_text(COLUMNS + told)
        said = refusal("check", "orders.csv", "--format", "mine.yaml")
        assert fault in said
        assert f"mine.yaml: {told.partition(':')[0]}" in said
    Path("shop.toml").write_text(f'[tables.lines]\npath = "orders.csv"\ndate_format = "{form}"\n')
    said = refusal("check", "shop.toml")
    assert "shop.toml: tables.lines.date_format" in said
    assert fault in said


@pytest.mark.parametrize(
    "text",
    [
        'skip: [{column: Customer, values: ["a\\0b"], why: w}]',
        'states: {column: Customer, cancelled: [x, "\\0"]}',
        'also: [{column: Customer, filled: "true", state: "a\\0b"}]',
        '"a\\0b": x',
    ],
)
def test_no_text_of_a_user_ends_a_statement(refusal, text):
    Path("mine.yaml").write_text(COLUMNS + text)
    said = refusal("check", "orders.csv", "--format", "mine.yaml")
    assert f"mine.yaml: {text.partition(':')[0]}" in said or "mine.yaml: 'a\\x00b'" in said
    assert "holds the character \\0, which no file has. Write plain text." in said


def test_nor_does_one_of_shop_toml(refusal):
    Path("shop.toml").write_text('[tables.lines]\npath = "orders.csv"\nname = "a\\u0000b"\n')
    assert "shop.toml: tables: lines: name: 'a\\x00b' holds the character \\0" in refusal("check", "shop.toml")


def test_cells_are_filled_down_from_columns_alone(refusal):
    Path("mine.yaml").write_text(COLUMNS + "fill_down: {by: {first: [Order ID]}, columns: [{first: [Customer]}]}\n")
    said = refusal("check", "orders.csv", "--format", "mine.yaml")
    assert "fill_down: by is {'first': ['Order ID']}; expected text or a list" in said
    assert "fill_down: columns: an entry is {'first': ['Customer']}; expected text or a list" in said


@pytest.mark.parametrize(
    "amount",
    [
        "{times: [Total, Total]}",
        "{sum: [Total, Total]}",
        "{minus: [{negative: Total}, Total]}",
        "{divided: [Total, {constant: '0.01'}]}",
        "{total: Total, by: Customer}",
    ],
)
def test_amounts_that_no_shop_has_are_told_with_their_column(refusal, orders_csv, amount):
    orders_csv("Order ID,Customer,Order Date,Total\n" + "1,4006381333931999,2024-01-05,99999999999999\n" * 2)
    Path("mine.yaml").write_text(COLUMNS.replace("amount: Total", f"amount: {amount}"))
    said = refusal("check", "orders.csv", "--format", "mine.yaml")
    assert "above 99,999,999,999,999. The largest numbers, of 14 digits, are those of 'Total', read for amount" in said


def test_a_number_of_goods_read_as_their_quantity_is_told(refusal, orders_csv):
    orders_csv("order_id,customer_id,ordered_at,quantity,unit_price\n1,ann,2024-01-05,4006381333931,25.50\n")
    assert "of 13 digits, are those of 'quantity', read for quantity. Are they codes?" in refusal("check", "orders.csv")


def test_dates_are_no_centuries_later(refusal, orders_csv):
    orders_csv("Order ID,Customer,Order Date,Total\n1,ann,2024-01-05,9999999\n")
    Path("mine.yaml").write_text(COLUMNS.replace(": Order Date", ": {later: Order Date, days: Total}"))
    said = refusal("check", "orders.csv", "--format", "mine.yaml")
    assert "row 1 of the data" in said
    assert "more than 36,525 days" in said


def test_patterns_of_a_user_take_no_longer_than_their_text(refusal, orders_csv):
    orders_csv("Order ID,Customer,Order Date,Total\n" + f"1,{'a' * 5_000}!,2024-01-05,10\n2,bob,2024-01-05,10\n" * 9)
    Path("mine.yaml").write_text(COLUMNS + "skip: [{column: Customer, matches: '^(a+)+$', why: w}]\n")
    assert refusal("check", "orders.csv", "--format", "mine.yaml") == ""
    Path("wide.csv").write_text("Customer," + "a" * 200 + "!\n1,2\n")
    Path("wide.yaml").write_text("unpivot: {columns: {matches: '^(a+)+$'}, name: n, value: v}\n" + COLUMNS)
    assert "no column matches" in refusal("check", "wide.csv", "--format", "wide.yaml")


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ('msgid "{n} customer"\nmsgid_plural "{n} customers"\nmsgstr[0] "{n:>9999999999}"', "{n...}"),
        ('msgid "{n} customer"\nmsgid_plural "{n} customers"\nmsgstr[0] "{n.__class__}"', "expected {n}"),
        ('msgid "{name} leads."\nmsgstr "{nome} guida."', "translated with placeholders ['nome']; expected {name}"),
        ('msgid "{name} leads."\nmsgstr "{name guida."', "translated with placeholders"),
    ],
)
def test_translations_fill_what_their_message_has_and_no_more(refusal, entry, fault):
    Path("mine.po").write_text('msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n' + entry + "\n")
    Path("shop.toml").write_text('[tables.lines]\npath = "orders.csv"\n[report]\ntranslation = "mine.po"\n')
    assert fault in refusal("check", "shop.toml")


@pytest.mark.parametrize("rule", ["nplurals=99999999; plural=n;", "nplurals=2; plural=5/n;", "nplurals=2; plural=n(;"])
def test_rules_of_plurals_have_limits(refusal, rule):
    Path("mine.po").write_text(f'msgid ""\nmsgstr "Language: de\\n"\n"Plural-Forms: {rule}\\n"\n')
    Path("shop.toml").write_text('[tables.lines]\npath = "orders.csv"\n[report]\ntranslation = "mine.po"\n')
    assert "mine.po" in refusal("check", "shop.toml")


@pytest.mark.parametrize("kind", fuzz_files.KINDS)
def test_mutated_files_are_used_or_refused(kind):
    outcomes = fuzz_files.run(kind, 0, 60)
    assert outcomes["used"] + outcomes["refused"] == 60


def test_a_constant_in_shop_toml_may_be_a_number(refusal):
    Path("shop.toml").write_text(
        '[tables.lines]\npath = "orders.csv"\n[tables.lines.columns]\norder_id = "Order ID"\n'
        'customer_id = "Customer"\nordered_at = { constant = 2024-01-05 }\namount = { constant = 1.5 }\n'
    )
    assert refusal("check", "shop.toml") == ""
    Path("shop.toml").write_text(Path("shop.toml").read_text().replace("constant = 1.5", "constant = [1.5]"))
    assert "amount: constant is [1.5]; expected text or a number" in refusal("check", "shop.toml")


@pytest.mark.parametrize(
    "path", ["C:\\Users\\ann\\orders.csv", "C:\\temp\\new.csv", "..\\orders.csv", "files\\orders.csv"]
)
def test_a_path_of_windows_is_told_how_it_is_written(refusal, path):
    Path("shop.toml").write_text(f'# a shop\n[tables.lines]\npath = "{path}"\n')
    said = refusal("check", "shop.toml")
    assert f"line 3: {path} stands between double quotes" in said
    assert f"'{path}'" in said
    Path("shop.toml").write_text(f"[tables.lines]\npath = '{path}'\n")
    assert "double quotes" not in refusal("check", "shop.toml")


@pytest.mark.parametrize("command", ["check", "report"])
def test_a_grid_that_nobody_has_is_refused_before_anything_runs(refusal, command):
    Path("shop.toml").write_text('[tables.lines]\npath = "orders.csv"\n[rfm]\npreset = "eleven"\n')
    said = refusal(command, "shop.toml")
    assert "rfm: preset 'eleven': neither a shipped preset nor" in said
    assert "Known: 'eleven_segments'" in said
    assert not Path("reports").exists()


def test_known_is_only_what_seglib_knows(refusal):
    Path("secret plans.csv").write_text("a,b\n1,2\n")
    said = refusal("check", "zzzzz")
    assert ("secret plans" in said, "Known:" in said, "Examples: 'demo'" in said) == (False, False, True)
    Path("shop.toml").write_text('[tables.lines]\npath = "orders.csv"\n[tables.lines.columns]\nquantity = "zzz"\n')
    assert "Found: 'Order ID'" in refusal("check", "shop.toml")


@pytest.mark.parametrize(("name", "told"), [("statsu", "Did you mean 'status', 'state'?"), ("", ""), ("a b", "")])
def test_columns_that_order_lines_do_not_have_are_told(refusal, name, told):
    text = f'[tables.lines]\npath = "orders.csv"\n[tables.lines.columns]\n"{name}" = "order_id"\n'
    Path("shop.toml").write_text(text)
    said = refusal("check", "shop.toml")
    assert f"lines have no column {name!r}." in said
    assert told in said
