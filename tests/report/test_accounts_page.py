"""Page 05 says who is behind an account where customers are companies, and nowhere else."""

from __future__ import annotations

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from seglib.command.cli import main

QUESTION = "Who is behind an account?"


@pytest.fixture
def tables():
    """Forty companies of three contacts each; in half of them one alone orders."""
    who = [(3 * n + k, f"Company {n}", ["Buyer", "Owner", "Cook"][k]) for n in range(40) for k in range(3)]
    contacts = pd.DataFrame(who, columns=["customer_id", "company", "Job Title"])
    rows = [(m, 3 * n + (m % 2 if n % 2 else 0), f"2024-{1 + m % 12:02d}-0{1 + n % 9}", 10 + n)
            for n in range(40) for m in range(4 * n, 4 * n + 4)]  # fmt: skip
    return {"lines": pd.DataFrame(rows, columns=["order_id", "customer_id", "date", "amount"]), "contacts": contacts}


@pytest.mark.parametrize("unit", ["company", "person"])
def test_the_section_is_there_for_companies_alone(write_shop, tables, unit):
    folder = write_shop(tables, more=f'[identities]\nunit = "{unit}"\n')
    assert main(["report", str(folder), "--only", "05", "--out", str(folder / "out"), "--quiet"]) == 0
    page = BeautifulSoup((folder / "out" / "05_segments.html").read_text(encoding="utf-8"), "html.parser")
    text = " ".join(page.get_text(" ").split())
    kept = {file.stem for file in (folder / "out" / "tables").iterdir()}
    if unit == "person":
        assert QUESTION not in text
        assert "nobody behind them" not in text
        assert not kept & {"accounts", "roles", "segments_of_people"}
        return
    assert QUESTION in [heading.get_text(strip=True) for heading in page.find_all("h2")]
    assert "At 50% of those that tell who ordered (20 of 40) one alone did." in text
    assert (
        "50% of the accounts with two orders or more (20 of 40; 95% interval 35% to 65%) depend on one buyer." in text
    )
    assert "Most often Buyer (100%, 40 of 40) ordered, least often Cook (0%, 0 of 40)." in text
    roles = pd.read_csv(folder / "out" / "tables" / "roles.csv").set_index("role")["orders"]
    assert roles.to_dict() == {"Buyer": 120, "Cook": 0, "Owner": 40}
    assert {"accounts", "segments_of_people"} <= kept
