"""Settings of published shops, under data/examples: each runs beside its data, and gives the published counts."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest
import yaml

import seglib as sg
from seglib.tables import InputError

EXAMPLES = Path(__file__).parents[1] / "data" / "examples"


@pytest.fixture
def beside(shared, tmp_path):
    """Copies an example's folder beside its data, as a user does, and opens it."""

    def open_example(name: str, *files: str) -> sg.Shop:
        folder = shutil.copytree(EXAMPLES / name, tmp_path / name)
        for file in files:
            shutil.copy(shared(file), folder / Path(file).name)
        return sg.open_shop(folder / "shop.toml")

    return open_example


@pytest.fixture
def published(shared):
    """Counts of a data set, out of REFERENCES.yaml."""
    return yaml.safe_load(shared("REFERENCES.yaml").read_text(encoding="utf-8"))["counts"]


def test_online_retail_has_the_counts_of_the_uci_page(beside, published):
    shop = beside("online-retail", "uci_online_retail/online_retail.parquet")
    step = shop.ledger.set_index("step")
    said = (
        f"{step['rows']['raw']:,} rows; {step['customers']['raw']:,} customers; {step['orders']['raw']:,} invoices; "
        f"{step['rows_found']['returns']:,} C-lines; {step['rows_found']['no_customer']:,} null CustomerID; "
    )
    assert published["online_retail"].startswith(said)
    assert f"{step['rows_found']['duplicate']:,} duplicate rows" in published["online_retail"]
    assert shop.window_lines.country.nunique().to_pyarrow().as_py() <= 38
    assert step["amount"]["analysed"] == pytest.approx(shop.customers.monetary_value.sum(), abs=0.005)
    assert shop.currency == "GBP"


def test_cdnow_keeps_every_row_and_merges_a_day_into_one_order(beside, shared):
    shop = beside("cdnow", "cdnow/cdnow_master.parquet")
    log = pd.read_parquet(shared("cdnow/cdnow_master.parquet"))
    assert len(shop.customers) == 23_570  # n of the published cohort
    assert list(shop.ledger["rows"].iloc[[0, -1]]) == [69_659, 69_659]
    assert shop.customers.frequency.sum() == len(log.drop_duplicates(["customer_id", "date"]))
    assert shop.customers.index[0] == "00001"  # leading zeros are part of the id
    assert shop.customers.monetary_value.sum() == pytest.approx(log.dollar_value.sum(), abs=0.005)


def test_olist_has_the_deals_as_orders_without_money(beside, published):
    shop = beside(
        "olist-funnel",
        "olist_partial/olist_closed_deals.parquet",
        "olist_partial/olist_marketing_qualified_leads.parquet",
    )
    rows = {item["table"]: item["rows"] for item in shop.inputs}
    assert published["olist_funnel"] == f"{rows['contacts']:,} MQL; {rows['lines']} deals"
    assert (len(shop.customers), shop.customers.frequency.sum()) == (842, 842)
    assert shop.customers.monetary_value.eq(0).all()
    assert shop.customers.origin.notna().mean() > 0.9  # the lead's own attribute, joined


def test_complete_journey_has_the_published_counts(published):
    try:
        shop = sg.open_shop("complete-journey")
    except InputError as error:
        pytest.skip(f"the demonstration data are not installed ({error})")
    raw = shop.ledger.iloc[0]
    assert published["complete_journey"].startswith(f"{raw['rows']:,} lines; {raw['orders']:,} baskets; ")
    assert f"{raw['customers']:,} households" in published["complete_journey"]


@pytest.mark.parametrize("name", sorted(path.parent.name for path in EXAMPLES.glob("*/shop.toml")))
def test_without_the_data_the_file_and_its_place_are_named(name, tmp_path):
    if name == "complete-journey":
        pytest.skip("its data come with a package")
    folder = shutil.copytree(EXAMPLES / name, tmp_path / name)
    for data in folder.glob("*.parquet"):
        data.unlink()
    with pytest.raises(InputError, match=r"\.parquet'?: no such file"):
        sg.open_shop(folder / "shop.toml")


def test_every_example_says_where_its_data_come_from():
    told = (EXAMPLES.parent / "README.md").read_text(encoding="utf-8")
    assert [path.parent.name for path in EXAMPLES.glob("*/shop.toml") if f"`{path.parent.name}/`" not in told] == []
