"""Settings of published shops, under data/examples: each runs beside its data, and gives the published counts."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
import yaml

import seglib as sg
from seglib.command.cli import main
from seglib.errors import InputError
from seglib.report import notebooks_path
from seglib.report.run import parameters

EXAMPLES = Path(__file__).parents[2] / "data" / "examples"
DATA = {
    "cdnow": ["cdnow/cdnow_master"],
    "clickstream": ["clickstream_eshop_2008/eshop_clothing_2008"],
    "customer-personality": ["customer_personality/marketing_campaign"],
    "helpdesk": ["helpdesk_tickets/helpdesk"],
    "maven-crm": [f"crm_sales_opportunities_b2b/{name}" for name in ("accounts", "sales_pipeline", "products")],
    "mcdonalds": ["mcdonalds_needs_survey/mcdonalds"],
    "olist-funnel": [f"olist_partial/olist_{name}" for name in ("closed_deals", "marketing_qualified_leads")],
    "online-retail": ["uci_online_retail/online_retail"],
    "online-shoppers": ["online_shoppers_intention/online_shoppers_intention"],
    "retentioneering": ["retentioneering_ecom/ecom_events"],
    "wholesale": ["wholesale_customers_b2b/wholesale_customers"],
}


@pytest.fixture
def folder_of(shared, tmp_path):
    """Copies an example's folder beside its data, as a user does."""

    def copy(name: str) -> Path:
        folder = shutil.copytree(EXAMPLES / name, tmp_path / name)
        for file in DATA[name]:
            shutil.copy(shared(f"{file}.parquet"), folder)
        return folder

    return copy


@pytest.fixture
def beside(folder_of):
    """Opens an example that lies beside its data."""
    return lambda name: sg.open_shop(folder_of(name) / "shop.toml")


@pytest.fixture
def published(shared):
    """Counts of a data set, out of REFERENCES.yaml."""
    return yaml.safe_load(shared("REFERENCES.yaml").read_text(encoding="utf-8"))["counts"]


def test_online_retail_has_the_counts_of_the_uci_page(beside, published):
    shop = beside("online-retail")
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
    shop = beside("cdnow")
    log = pd.read_parquet(shared("cdnow/cdnow_master.parquet"))
    assert len(shop.customers) == 23_570  # n of the published cohort
    assert list(shop.ledger["rows"].iloc[[0, -1]]) == [69_659, 69_659]
    assert shop.customers.frequency.sum() == len(log.drop_duplicates(["customer_id", "date"]))
    assert shop.customers.index[0] == "00001"  # leading zeros are part of the id
    assert shop.customers.monetary_value.sum() == pytest.approx(log.dollar_value.sum(), abs=0.005)


def test_olist_has_the_deals_as_won_and_as_orders_without_money(beside, published):
    shop = beside("olist-funnel")
    rows = {item["table"]: item["rows"] for item in shop.inputs}
    assert published["olist_funnel"] == f"{rows['contacts']:,} MQL; {rows['lines']} deals"
    assert (len(shop.customers), shop.customers.frequency.sum()) == (842, 842)
    assert shop.customers.monetary_value.eq(0).all()
    assert shop.customers.origin.notna().mean() > 0.9  # the lead's own attribute, joined
    assert used(shop) == {"contacts": 8000, "deals": 842}
    assert shop.people["won_deals"].sum() == 842
    assert len(shop.people) == 8000  # every seller who signed was a lead


def used(shop: sg.Shop) -> dict[str, int]:
    """Rows of each side table that are used."""
    ledger = shop.side_ledger[shop.side_ledger["step"] == "used"]
    return dict(zip(ledger["table"], ledger["rows"], strict=True))


def kinds(shop: sg.Shop) -> dict[str, int]:
    return shop.events.kind.value_counts().to_pyarrow().to_pandas().set_index("kind").iloc[:, 0].to_dict()


def test_retentioneering_has_its_events_and_purchases(beside, shared):
    shop = beside("retentioneering")
    log = pd.read_parquet(shared("retentioneering_ecom/ecom_events.parquet"))
    assert used(shop) == {"events": len(log)}
    assert (len(shop.people), shop.people.index.str.startswith("visitor:").sum()) == (log.user_id.nunique(), 0)
    count = log.event.value_counts()
    found = kinds(shop)
    assert (found["purchase"], found["cart"], found["view"]) == tuple(
        count[["purchase", "add_to_cart", "product_view"]]
    )
    assert shop.customers.frequency.sum() == count["purchase"]
    assert len(shop.customers) == log[log.event == "purchase"].user_id.nunique()


def test_clickstream_is_visitors_only(beside):
    shop = beside("clickstream")
    assert (used(shop), len(shop.people), len(shop.customers)) == ({"events": 165_474}, 24_026, 0)
    assert kinds(shop) == {"view": 165_474}
    assert shop.people.index.str.startswith("visitor:").all()


def test_online_shoppers_has_the_counts_of_the_uci_page(beside, published):
    shop = beside("online-shoppers")
    found = kinds(shop)
    sessions = sum(found.values())
    assert published["online_shoppers"].startswith(f"{sessions:,} sessions; Revenue {found['purchase']:,}; ")
    assert len(shop.people) == sessions  # one user a session


def test_helpdesk_has_one_ticket_a_case(beside, published, shared):
    shop = beside("helpdesk")
    log = pd.read_parquet(shared("helpdesk_tickets/helpdesk.parquet"))
    tickets = shop.tickets.to_pyarrow().to_pandas().set_index("ticket_id")
    at = pd.to_datetime(log["Complete Timestamp"]).groupby(log["Case ID"])
    assert published["helpdesk"].startswith(
        f"{len(tickets):,} tickets; {len(log):,} events; {len(shop.people)} customers"
    )
    closings = log[log.Activity == "Closed"]["Case ID"]  # some cases were closed more than once
    assert published["helpdesk"].endswith(f"Closed {len(closings):,}")
    assert tickets.closed_at.notna().sum() == closings.nunique()
    assert (tickets.opened_at == at.min().reindex(tickets.index)).all()
    taken = log[log.Activity == "Take in charge ticket"]["Case ID"].nunique()
    assert tickets.answered_at.notna().sum() == taken
    assert shop.people["open_tickets"].sum() == len(tickets) - closings.nunique()


def test_maven_has_its_accounts_and_deals(beside):
    shop = beside("maven-crm")
    ledger = shop.side_ledger.set_index(["table", "step"])["rows"]
    assert (ledger["contacts", "used"], ledger["deals", "read"]) == (85, 8_800)
    assert ledger["deals", "without customer_id"] == 1_425
    assert len(shop.customers) == len(shop.people) == 85
    assert shop.people["won_deals"].sum() == shop.customers.frequency.sum() == 4_238
    assert "technolgy" not in set(shop.people["industry"])


def test_mcdonalds_has_the_published_shares(beside, shared):
    shop = beside("mcdonalds")
    told = yaml.safe_load(shared("REFERENCES.yaml").read_text(encoding="utf-8"))["mcdonalds"]["published"]["share_yes"]
    answers = shop.responses.to_pyarrow().to_pandas()
    shares = (answers["answer"] == "Yes").groupby(answers["question"]).mean()
    assert {name: round(shares[name], 4) for name in told} == told
    assert used(shop) == {"contacts": 1_453, "responses": 1_453 * 13}
    assert set(answers["customer_id"]) == set(shop.contacts.index)
    first = pd.read_parquet(shared("mcdonalds_needs_survey/mcdonalds.parquet")).iloc[0]
    mine = answers[answers["customer_id"] == "R1"].set_index("question")["answer"]
    assert (mine["spicy"], shop.contacts.loc["R1", "gender"]) == (first["spicy"], first["Gender"])


def test_customer_personality_has_its_spend_and_campaigns(beside, shared):
    shop = beside("customer-personality")
    table = pd.read_parquet(shared("customer_personality/marketing_campaign.parquet"))
    assert (len(shop.customers), used(shop)) == (2_240, {"contacts": 2_240, "campaigns": 6 * 2_240})
    spent = table.filter(like="Mnt").sum(axis=1)
    assert shop.customers.monetary_value.sum() == spent.sum()
    campaigns = shop.campaigns.to_pyarrow().to_pandas()
    last = campaigns[campaigns["campaign"] == "last"]
    assert round(last["converted"].mean(), 3) == 0.149  # the published mean of Response


def test_wholesale_has_the_published_channels_and_regions(beside, published, shared):
    shop = beside("wholesale")
    channels = shop.customers["industry"].value_counts()
    regions = shop.customers["region"].value_counts()[["Lisbon", "Porto", "Other"]]
    assert published["wholesale"] == f"Channel {'/'.join(map(str, channels))}; Region {'/'.join(map(str, regions))}"
    table = pd.read_parquet(shared("wholesale_customers_b2b/wholesale_customers.parquet"))
    assert shop.customers.monetary_value.sum() == table.iloc[:, 2:].to_numpy().sum()
    assert (shop.customers["categories"] == 6).all()


@pytest.fixture
def short_notebooks(tmp_path, monkeypatch):
    """The first and the last notebook of seglib, as far as they open the shop: one needs orders, the other does not."""
    folder = tmp_path / "notebooks"
    folder.mkdir()
    for path in sorted(notebooks_path().glob("*.ipynb"))[::5]:
        told = json.loads(path.read_text(encoding="utf-8"))
        (folder / path.name).write_text(json.dumps(told | {"cells": told["cells"][:3]}), encoding="utf-8")
    monkeypatch.setattr(parameters, "notebooks_path", lambda: folder)


@pytest.fixture
def report_of(short_notebooks, tmp_path, monkeypatch, capsys):
    """Folder of the report that the command line makes of a shop."""

    def report(source: str | Path) -> Path:
        monkeypatch.chdir(tmp_path)
        code, said = main(["report", str(source), "--out", "out"]), capsys.readouterr()
        if "not installed" in said.err:
            pytest.skip("the demonstration data are not installed")
        assert (code, said.out) == (0, f"{Path('out', 'index.html')}\n"), said.err
        return tmp_path / "out"

    return report


@pytest.mark.parametrize("name", DATA)
def test_the_command_line_reports_on_each_example(name, folder_of, report_of):
    folder = folder_of(name)
    record = json.loads((report_of(folder) / "run.json").read_text(encoding="utf-8"))
    orders = "[tables.lines]" in (folder / "shop.toml").read_text(encoding="utf-8")
    assert list(record["skipped"]) == ([] if orders else ["01_exploration"])
    assert len(record["notebooks"]) == 1 + orders


def test_complete_journey_has_the_published_counts(report_of, published):
    raw = pd.read_csv(report_of("complete-journey") / "tables" / "ledger.csv").iloc[0]
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
