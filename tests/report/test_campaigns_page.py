"""Page 06 on campaigns, from files to the page: an effect with its cost, and a mailing that left nobody alone."""

from __future__ import annotations

import html
import re

import numpy as np
import pandas as pd
import pytest

from seglib.command.cli import main

PEOPLE = 900


@pytest.fixture(scope="module")
def made() -> dict[str, pd.DataFrame]:
    """Two in three got a letter in May, of whom half ordered; of the others one in five. All were mailed in June."""
    rng = np.random.default_rng(7)
    who = np.array([f"c{i:03d}" for i in range(PEOPLE)])
    arm = np.where(np.arange(PEOPLE) % 3 > 0, "letter", "holdout")
    came = rng.random(PEOPLE) < np.where(arm == "letter", 0.5, 0.2)
    first = pd.DataFrame({"customer_id": who, "ordered_at": "2023-11-15", "amount": 20.0})
    after = pd.DataFrame({"customer_id": who[came], "ordered_at": "2024-05-12", "amount": 30.0})
    last = pd.DataFrame({"customer_id": who[:50], "ordered_at": "2024-09-30", "amount": 10.0})
    lines = pd.concat([first, after, last], ignore_index=True)
    may = pd.DataFrame({"customer_id": who, "campaign": "May", "arm": arm, "sent_at": "2024-05-02"})
    may["spend"] = np.where(arm == "letter", 0.6, 0.0)
    june = pd.DataFrame({"customer_id": who, "campaign": "June", "sent_at": "2024-07-20", "spend": 0.1})
    return {"lines": lines.assign(order_id=[f"o{i}" for i in lines.index]), "campaigns": pd.concat([may, june])}


def test_page_06_says_what_each_campaign_did(made, write_shop, tmp_path):
    folder = write_shop(made, top='name = "Made"\ncurrency = "EUR"\n')
    out = tmp_path / "report"
    assert main(["report", str(folder / "shop.toml"), "--only", "06", "--out", str(out), "--quiet"]) == 0
    text = html.unescape(re.sub("<[^>]+>", " ", (out / "06_journeys.html").read_text(encoding="utf-8")))
    told = re.search(
        r"Of 600 people who got letter \(May\) (\d+)% ordered within 30 days, of 300 left alone (\d+)%", text
    )
    assert told
    assert int(told[1]) > 40 > 25 > int(told[2])
    assert "each one more cost €" in text
    assert "1 campaign left nobody alone, or too few, so nothing tells what it did." in text
    kept = pd.read_csv(out / "tables" / "campaigns.csv")
    assert kept["arm"].tolist() == ["holdout", "letter"]
    assert kept["differs"].tolist() == [False, True]
