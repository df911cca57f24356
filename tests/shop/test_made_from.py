"""In what the groups of a segmentation differ by their making: one answer for every page."""

from __future__ import annotations

import pandas as pd
import pytest

from seglib import open_shop

OWN = """
[[segments]]
name = "App people"
rule = "top_channel = 'app' or spent_on('Tea') > 10"
"""


@pytest.fixture
def shop(tmp_path):
    rows = [(f"o{n}", f"c{n % 7}", f"2024-01-{n % 28 + 1:02} 10:00", 10 + n, ("app", "shop")[n % 2]) for n in range(40)]
    columns = ["order_id", "customer_id", "ordered_at", "amount", "channel"]
    pd.DataFrame(rows, columns=columns).assign(category="Tea").to_csv(tmp_path / "orders.csv", index=False)
    (tmp_path / "segments.toml").write_text(OWN)
    settings = '[tables.lines]\npath = "orders.csv"\n\n[segments]\nfile = "segments.toml"\ncatalogue = false\n'
    (tmp_path / "shop.toml").write_text(settings + '\n[personas]\nfeatures = ["frequency", "top_channel"]\n')
    return open_shop(tmp_path / "shop.toml")


def test_rfm_and_what_grows_with_orders(shop):
    made = shop.made_from("rfm_segment")
    assert {"recency_days", "frequency", "monetary_value", "average_order_value", "products", "tenure_days"} <= made
    assert not {"items_per_order", "returns_share", "channel"} & made


def test_features_of_the_shop_and_the_usual_ones(shop):
    assert {"channel", "items_per_order", "discount_share", "frequency"} <= shop.made_from("persona")


def test_features_that_a_page_was_asked_for_are_told_to_the_next(shop, tmp_path):
    shop.save(tmp_path / "run")
    persona = pd.DataFrame({"persona": "x"}, index=shop.customers.index)
    open_shop(tmp_path / "shop.toml", run=tmp_path / "run").keep_columns(persona, made_from={"returns_share"})
    assert open_shop(tmp_path / "shop.toml", run=tmp_path / "run").made_from("persona") == {"returns_share"}


def test_what_rules_speak_of(shop):
    made = shop.made_from("rule_segment")
    assert {"channel", "top_channel", "category"} <= made
    assert "frequency" not in made


def test_a_column_is_made_from_itself_and_what_says_the_same(shop):
    assert shop.made_from("country") == {"country", "top_country", "region", "city", "season"}
    assert shop.made_from("pet") == {"pet"}
