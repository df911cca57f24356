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


def test_a_form_that_does_not_go_with_its_column_is_told(refusal):
    Path("mine.yaml").write_text(COLUMNS.replace("order_id: Order ID", "order_id: {negative: Order ID}"))
    assert "order_id is told as {'negative': 'Order ID'}" in refusal("check", "orders.csv", "--format", "mine.yaml")


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
