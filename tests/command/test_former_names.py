"""A segment that has another name now may still be called by the old one: in shop.toml, and by reports of before."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pandas as pd
import pytest

import seglib as sg
from seglib.actions import recommend_actions
from seglib.command.cli import main

TOLD = """
[tables.lines]
path = "orders.csv"
[segments]
use = ["Loyal customers", "Dormant"]
priority = ["Loyal customers"]
settings = {loyal_orders = 5}
[actions]
"Loyal customers" = "Send tea."
"""


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """Sixty customers, of whom forty come every month and twenty came at the beginning."""
    monkeypatch.chdir(tmp_path)
    days = pd.date_range("2023-01-05", periods=12, freq="30D")
    rows = [(f"{who}-{n}", f"c{who:02}", day, 10 + who) for who in range(60) for n, day in enumerate(days)]
    orders = pd.DataFrame(rows, columns=["order_id", "customer_id", "ordered_at", "amount"])
    number = orders["order_id"].str.split("-").str[1].astype(int)
    orders[(orders["customer_id"] < "c40") | (number < 2)].to_csv("orders.csv", index=False)
    Path("shop.toml").write_text(TOLD, encoding="utf-8")
    return tmp_path


def test_use_priority_settings_and_actions_take_the_old_name(folder, capsys):
    assert main(["check", "shop.toml"]) == 0, capsys.readouterr().err
    shop = sg.open_shop("shop.toml")
    assert shop.rules.names == ["Dormant", "Regulars"]
    assert shop.memberships.priority == ["Regulars"]
    assert shop.memberships.members("Loyal customers").equals(shop.memberships.members("Regulars"))
    assert len(shop.memberships.members("Regulars")) > 0
    told = recommend_actions(["Regulars", "Loyal Customers"], actions=shop.settings.actions)
    assert told["action"].tolist() == ["Send tea."] * 2
    assert recommend_actions(["Regulars"])["source"].tolist() == ["playbook"]


def test_a_segment_of_ones_own_of_the_old_name_takes_its_place(folder, capsys):
    Path("segments.toml").write_text('[[segments]]\nname = "Loyal customers"\nrule = "frequency > 6"\n')
    Path("shop.toml").write_text('[tables.lines]\npath = "orders.csv"\n[segments]\nfile = "segments.toml"\n')
    assert main(["check", "shop.toml"]) == 0, capsys.readouterr().err
    names = sg.open_shop("shop.toml").rules.names
    assert names[0] == "Loyal customers"
    assert "Regulars" not in names


def test_a_name_that_never_was_is_refused_still(folder, capsys):
    Path("shop.toml").write_text(TOLD.replace("Loyal customers", "Loyal customer"), encoding="utf-8")
    assert main(["check", "shop.toml"]) == 2
    assert "no segment 'Loyal customer'" in capsys.readouterr().err


@pytest.mark.slow
def test_a_report_of_before_is_compared_by_the_new_name(folder):
    """Nobody moved from Loyal customers to Regulars, and no segment of the old name is gone."""
    asked = ["report", "shop.toml", "--only", "05", "--quiet"]
    assert main([*asked, "--out", "before"]) == 0
    shutil.copytree("before", "after-before")
    tables = folder / "after-before" / "tables"
    sizes = (tables / "segments.csv").read_text(encoding="utf-8")
    (tables / "segments.csv").write_text(sizes.replace("Regulars", "Loyal customers"), encoding="utf-8")
    people = pd.read_parquet(tables / "customers.parquet")
    assert (people["rule_segment"] == "Regulars").any()
    people.assign(rule_segment=people["rule_segment"].replace("Regulars", "Loyal customers")).to_parquet(
        tables / "customers.parquet"
    )
    assert main([*asked, "--again", "--out", "now", "--since", "after-before"]) == 0
    assert json.loads(Path("now/run.json").read_text(encoding="utf-8"))["since"]
    page = re.sub(r"<[^>]+>", " ", Path("now/index.html").read_text(encoding="utf-8"))
    assert "Loyal customers" not in page
