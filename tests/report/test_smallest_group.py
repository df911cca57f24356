"""The smallest group of persons that pages describe: the shop says it, and nobody goes below."""

import pandas as pd
import pytest

from seglib.command.cli import main

PLANS = {"basic": 60, "extra": 45}


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """A function that writes a shop of 105 customers, 60 with one plan and 45 with the other."""
    monkeypatch.chdir(tmp_path)
    names = [f"{plan}{one}" for plan, n in PLANS.items() for one in range(n)]
    rows = [
        (f"{name}-{order}", name, f"2024-{1 + (place + order) % 12:02d}-1{place % 9}", 5 + (place * 7 + order) % 40)
        for place, name in enumerate(names)
        for order in range(1 + place % 3)
    ]
    orders = pd.DataFrame(rows, columns=["order_id", "customer_id", "ordered_at", "amount"])
    orders.to_csv("orders.csv", index=False)
    contacts = pd.DataFrame({"customer_id": names, "plan": [name.rstrip("0123456789") for name in names]})
    contacts.to_csv("contacts.csv", index=False)

    def write(settings):
        tables = '[tables.lines]\npath = "orders.csv"\n[tables.contacts]\npath = "contacts.csv"\n'
        (tmp_path / "shop.toml").write_text(settings + tables, encoding="utf-8")
        return "shop.toml"

    return write


@pytest.mark.parametrize(
    ("settings", "asked", "said"),
    [
        ("", 5, "min_group is 5, below the 30 of [report] min_group"),
        ("[report]\nmin_group = 50\n", 40, "min_group is 40, below the 50 of [report] min_group"),
        ("[report]\nmin_group = 20\n", -1, "min_group is -1, below the 20 of [report] min_group"),
        ("[personas]\nmin_group = 5\n", 0, "personas.min_group is 5, below the 30 of [report] min_group"),
    ],
)
def test_a_smaller_one_is_refused_before_anything_runs_with_the_reason(shop, capsys, tmp_path, settings, asked, said):
    assert main(["report", shop(settings), "-p", f"min_group={asked}"]) == 2
    told = capsys.readouterr()
    assert said in told.err
    assert "one could tell who somebody is" in told.err
    assert told.err.count("below the") == 1
    assert not (tmp_path / "reports").exists()


@pytest.mark.parametrize(
    ("settings", "asked", "least", "plans"),
    [("", 0, 30, ["basic", "extra"]), ("[report]\nmin_group = 50\n", 0, 50, ["basic"]), ("", 50, 50, ["basic"])],
    ids=["usual", "shop", "asked"],
)
def test_groups_below_it_are_not_described(shop, tmp_path, settings, asked, least, plans):
    options = ["-p", "first=plan", "-p", "second=plan", "-p", f"min_group={asked}", "--only", "04", "--out", "run"]
    assert main(["report", shop(settings), *options, "--quiet"]) == 0
    page = (tmp_path / "run" / "04_profiles.html").read_text(encoding="utf-8")
    heatmap = page.partition("Index of each measure")[2].partition("</svg>")[0]
    assert f"segments of at least {least} customers" in page
    assert [plan for plan in PLANS if f">{plan}<" in heatmap] == plans
