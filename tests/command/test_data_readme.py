"""What data/README.md promises: its formats and settings are sound, its example comes out, no key is missing."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import yaml

import seglib as sg
from seglib.intake.formats import checking, forms
from seglib.shop.settings import SCHEMA
from seglib.tables.canonical import TABLES

README = Path(__file__).parents[2] / "data" / "README.md"
TEXT = README.read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)


@pytest.mark.parametrize("text", blocks("yaml"), ids=lambda text: text.split("\n")[0][:30])
def test_every_format_shown_is_sound(text):
    told = yaml.load(text, Loader=yaml.BaseLoader)
    parts = {told.get("table", "lines"): told} if "columns" in told else told
    assert [fault for table, part in parts.items() for fault in checking.faults_of(part, table, "README")] == []


def examples_in_tables() -> list[str]:
    """Last cells of the tables of keys and of forms."""
    rows = [line.split(" | ") for line in TEXT.splitlines() if line.startswith("| ") and line.endswith("` |")]
    return [row[-1].strip(" |`") for row in rows if ": " in row[-1] and len(row) == 3]


@pytest.mark.parametrize("text", examples_in_tables())
def test_every_key_and_form_shown_is_sound(text):
    told = yaml.load(text.replace("\\|", "|"), Loader=yaml.BaseLoader)
    name = next(iter(told))
    whole = {"columns": {}} | (told if name in checking.KEYS else {"columns": told})
    table = told.get("table", "lines")
    assert checking.faults_of(whole, table, "README") == []


def test_there_are_examples_in_the_tables():
    assert len(examples_in_tables()) > 30


@pytest.mark.parametrize(
    "names",
    [
        [*checking.KEYS, *forms.FORMS, *forms.CONDITIONS],
        [key for keys in checking.PARTS.values() for key in keys],
        [column.name for columns in TABLES.values() for column in columns if column.name not in ("state", "source")],
    ],
    ids=["keys", "keys of the parts", "columns"],
)
def test_every_name_is_explained(names):
    assert [name for name in names if not re.search(rf"\b{re.escape(name)}\b", TEXT)] == []


def keys_of(schema: object) -> set[str]:
    """Every key that shop.toml may have, at whatever depth."""
    inner = schema.items() if isinstance(schema, dict) else ()
    return {key for key, _ in inner if key != "*"} | {key for _, part in inner for key in keys_of(part)}


def test_the_whole_shop_toml_says_every_setting_and_can_be_read(tmp_path, monkeypatch):
    (text,) = blocks("toml")
    said = set(re.findall(r"[A-Za-z_]+", text))
    assert keys_of(SCHEMA) - said == set()
    told = tomllib.loads(text)
    monkeypatch.setenv("SHOP_DB_PASSWORD", "secret")
    sides = ["events.csv", "tickets.csv", "survey.csv", "survey.yaml", "mailings.csv", "deals.csv"]
    lines = [
        "exports/shop-1.csv",
        "lake/shopify_data/orders.csv",
        "till.csv",
        "stripe.csv",
        "order_items.csv",
        "orders.csv",
        "customers.csv",
    ]
    for name in [*lines, "contacts.xlsx", "products.csv", "crosswalk.csv", *sides]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("id,customer_id\n1,a\n")
    (tmp_path / "my.po").write_text('msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n')
    (tmp_path / "logo.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    (tmp_path / "shop.toml").write_text(text, encoding="utf-8")
    settings = sg.read_settings(tmp_path / "shop.toml")
    assert (settings.name, settings.currency) == (told["name"], told["currency"])


@pytest.fixture
def sales(tmp_path):
    """The whole example, as a user would try it."""
    (tmp_path / "verkauf.csv").write_text(blocks("csv")[0], encoding="utf-8")
    (tmp_path / "my.yaml").write_text(blocks("yaml")[0], encoding="utf-8")
    return sg.open_shop(tmp_path / "verkauf.csv", format=str(tmp_path / "my.yaml"))


def test_the_whole_example_gives_what_the_text_says(sales):
    lines = sales.window_lines.to_pyarrow().to_pandas().sort_values(["order_id", "amount"])
    told = [(row.order_id, row.customer_id, float(row.amount), row.is_return) for row in lines.itertuples()]
    assert told == [
        ("1001", "K7", 9.6, False),
        ("1001", "K7", 22.4, False),
        ("1003", "K9", -10.5, True),
        ("1003", "K9", 21.0, False),
    ]
    ledger = sales.ledger.groupby("step")["rows_removed"].sum()
    assert ledger["cancelled"] == 1
    assert sales.ledger["meaning"].str.contains("total at the end").any()
    assert sales.customers.monetary_value.to_dict() == {"K7": 32.0, "K9": 10.5}
    assert not any("@" in str(value) for value in sales.customers.to_numpy().ravel())
