"""The demo shop: the generator reproduces the committed files, and what it plants is there."""

from __future__ import annotations

import hashlib
import importlib.util
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pandas as pd
import pyarrow.parquet as pq
import pytest

DATA = Path(__file__).parents[2] / "data"
DEMO = DATA / "demo"
TABLES = ("orders", "contacts", "products", "events", "tickets", "responses", "campaigns", "deals", "truth")
LATER = (
    "replenishers",
    "bulk_buyers",
    "trend_followers",
    "regulars",
    "feast_keepers",
    "edges",
)  # planted beside the seven


@pytest.fixture(scope="module")
def make_demo() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_demo", DATA / "make_demo.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def made(make_demo: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    make_demo.write_shop(folder)
    return folder


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    """Rows of the file as they are, with the group of the customer and the amount."""
    orders = pd.read_parquet(DEMO / "orders.parquet").astype({"unit_price": float, "discount": float})
    truth = pd.read_parquet(DEMO / "truth.parquet").set_index("customer_id")["group"]
    amount = orders["quantity"] * orders["unit_price"] - orders["discount"]
    return orders.assign(amount=amount, group=orders["customer_id"].map(truth))


@pytest.fixture(scope="module")
def lines(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows without the dirt: known customers, completed, priced, once each, up to the as-of date."""
    rows = rows.drop_duplicates()
    clean = rows["customer_id"].notna() & (rows["status"] == "completed") & (rows["unit_price"] > 0)
    return rows[clean & (rows["ordered_at"] < "2025-01-02")]


@pytest.fixture(scope="module")
def orders(lines: pd.DataFrame) -> pd.DataFrame:
    sold = lines[lines["quantity"] > 0]
    return sold.groupby(["order_id", "customer_id", "group"], as_index=False).agg(
        ordered_at=("ordered_at", "first"),
        amount=("amount", "sum"),
        lines=("product_id", "size"),
        coupon=("coupon_code", "count"),
        channel=("channel", "first"),
    )


@pytest.mark.parametrize("table", TABLES)
def test_generator_reproduces_the_committed_table(made: Path, table: str) -> None:
    again, committed = (pq.read_table(folder / f"{table}.parquet") for folder in (made, DEMO))
    assert again.equals(committed)


@pytest.mark.parametrize("table", TABLES)
def test_generator_writes_the_same_bytes(made: Path, table: str) -> None:
    paths = [folder / f"{table}.parquet" for folder in (made, DEMO)]
    writers = {pq.read_metadata(path).created_by for path in paths}
    if len(writers) > 1:
        pytest.skip(f"written by other versions of Parquet: {sorted(writers)}")
    assert len({hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}) == 1


def test_another_seed_makes_another_shop(make_demo: ModuleType) -> None:
    base = sys.modules["demo_shop"].make_base
    assert len(base(1)["lines"]) != len(base(2)["lines"])


def test_planted_people_are_a_minority(orders: pd.DataFrame) -> None:
    planted = orders["group"].isin(LATER)
    assert orders.loc[planted, "customer_id"].nunique() < 0.1 * orders["customer_id"].nunique()
    assert orders.loc[planted, "amount"].sum() < 0.2 * orders["amount"].sum()


def test_the_pantry_brings_back_more_of_its_beginners_than_any_other_category(
    orders: pd.DataFrame, lines: pd.DataFrame
) -> None:
    """Within 90 days, of those who had so long; replenishers, who all come back, are a minority of its beginners."""
    in_time = orders.sort_values(["ordered_at", "order_id"])
    following = in_time.groupby("customer_id")["ordered_at"].shift(-1)
    firsts = in_time.assign(back=following - in_time["ordered_at"] < pd.Timedelta(days=91))
    firsts = firsts.drop_duplicates("customer_id")
    firsts = firsts[firsts["ordered_at"] < "2024-10-04"]
    category = pd.read_parquet(DEMO / "products.parquet").set_index("product_id")["category"]
    bought = lines[["order_id", "product_id"]].assign(category=lines["product_id"].map(category))
    held = firsts.merge(bought.drop_duplicates(["order_id", "category"]), on="order_id")
    share = held.groupby("category")["back"].mean()
    assert 0.5 <= share["Pantry"] <= 0.62
    assert share["Pantry"] > share.drop("Pantry").max() + 0.1
    pantry = held[held["category"] == "Pantry"]
    assert (pantry["group"] == "replenishers").mean() < 0.4
    assert 0.3 <= pantry.loc[pantry["group"] == "tasters", "back"].mean() <= 0.45


def test_shop_is_small_on_disk() -> None:
    assert sum(path.stat().st_size for path in DEMO.iterdir()) < 2_000_000


def test_settings_name_files_that_exist() -> None:
    settings = tomllib.loads((DEMO / "shop.toml").read_text(encoding="utf-8"))
    assert settings["name"] == "Harbour & Pine"
    assert all((DEMO / table["path"]).is_file() for table in settings["tables"].values())
    assert (DEMO / settings["segments"]["file"]).is_file()
    assert set(settings["readiness"]) == {"decision", "owner", "channel", "measure"}


def test_size_and_period(rows: pd.DataFrame, orders: pd.DataFrame) -> None:
    assert 3_200 <= orders["customer_id"].nunique() <= 3_600
    assert 12_000 <= len(orders) <= 15_000
    assert str(rows["ordered_at"].min().date()) == "2023-01-01"
    assert str(rows["ordered_at"].max().date()) == "2025-01-02"


def test_nearly_half_of_the_customers_bought_once(orders: pd.DataFrame) -> None:
    per_customer = orders.groupby("customer_id").size()
    assert 0.42 <= (per_customer == 1).mean() <= 0.50
    assert per_customer.max() > 40


def test_few_customers_bring_most_of_the_money(lines: pd.DataFrame) -> None:
    spent = lines.groupby("customer_id")["amount"].sum().sort_values(ascending=False)
    assert 0.4 <= spent.head(len(spent) // 10).sum() / spent.sum() <= 0.6


def test_dirt_is_there(rows: pd.DataFrame) -> None:
    assert 300 <= rows["customer_id"].isna().sum() <= 500
    assert rows.duplicated().sum() == 14
    assert 100 <= (rows["unit_price"] == 0).sum() <= 250
    assert 0.01 <= (rows["status"] == "cancelled").mean() <= 0.02
    assert 10 <= (rows["ordered_at"] >= "2025-01-02").sum() <= 60
    assert set(rows["status"]) == {"completed", "cancelled"}


def test_returns_refer_to_what_was_bought(rows: pd.DataFrame) -> None:
    returns = rows[rows["quantity"] < 0].assign(order_id=lambda table: table["order_id"].str.removesuffix("-R"))
    bought = rows[rows["quantity"] > 0].drop_duplicates(["order_id", "product_id"])
    both = returns.merge(bought, on=["order_id", "product_id"], suffixes=("", "_bought"))
    assert len(both) == len(returns) > 1_000
    assert (-both["quantity"] <= both["quantity_bought"]).all()
    assert (both["ordered_at"] > both["ordered_at_bought"]).all()
    assert (-both["amount"] <= both["amount_bought"] + 0.05).all()


def test_winter_peaks_and_summer_moves_outdoors(lines: pd.DataFrame) -> None:
    sold = lines[lines["quantity"] > 0]
    monthly = sold.groupby(sold["ordered_at"].dt.month)["amount"].sum()
    assert set(monthly.nlargest(2).index) == {11, 12}
    outdoors = sold["product_id"].str[:3].isin(["GAR", "CAM"]).groupby(sold["ordered_at"].dt.month).mean()
    assert outdoors[[5, 6, 7]].min() > 3 * outdoors[[11, 12, 1]].max()


def test_shop_grows(lines: pd.DataFrame) -> None:
    yearly = lines.groupby(lines["ordered_at"].dt.year)["amount"].sum()
    assert 1.1 <= yearly[2024] / yearly[2023] <= 1.4


def test_evenings_and_sundays_are_busy_and_the_store_shuts_on_sundays(orders: pd.DataFrame) -> None:
    by_hour = orders.groupby(orders["ordered_at"].dt.hour).size()
    assert by_hour.idxmax() in (19, 20, 21)
    by_weekday = orders.groupby(orders["ordered_at"].dt.day_of_week).size()
    assert by_weekday.idxmax() == 6
    assert not ((orders["channel"] == "store") & (orders["ordered_at"].dt.day_of_week == 6)).any()


def test_planted_groups_differ_as_planted(orders: pd.DataFrame, lines: pd.DataFrame) -> None:
    orders, lines = (table[~table["group"].isin(LATER)] for table in (orders, lines))
    by_group = orders.groupby("group")
    customers = by_group["customer_id"].nunique()
    assert customers.min() >= 100
    assert (by_group.size() / customers).idxmax() == "small_baskets"
    assert by_group["amount"].mean().idxmin() == "small_baskets"
    assert by_group["amount"].mean()["big_baskets"] > 2.5 * by_group["amount"].mean().drop("big_baskets").max()
    coupons = (orders["coupon"] > 0).groupby(orders["group"]).mean()
    assert coupons["bargain_hunters"] > 0.8
    assert coupons.drop("bargain_hunters").max() < 0.25
    winter = orders["ordered_at"].dt.month.isin([11, 12]).groupby(orders["group"]).mean()
    assert winter["gift_buyers"] > 0.8
    assert winter.drop("gift_buyers").max() < 0.35
    money = lines.groupby(["group", lines["quantity"] < 0])["amount"].sum().abs().unstack()
    returned = money[True] / money[False]
    assert returned["return_prone"] > 0.3
    assert returned.drop("return_prone").max() < 0.06


def test_loyal_customers_lapsed_in_the_last_year(orders: pd.DataFrame) -> None:
    lapsed = orders[orders["group"] == "lapsed_loyal"].groupby("customer_id")["ordered_at"].agg(["size", "max"])
    assert lapsed["size"].median() >= 8
    assert lapsed["max"].max() < pd.Timestamp("2024-09-01")
    assert (lapsed["max"] >= "2024-01-03").mean() > 0.6


def test_contacts_say_little_and_include_people_who_never_bought(rows: pd.DataFrame) -> None:
    contacts = pd.read_parquet(DEMO / "contacts.parquet")
    truth = pd.read_parquet(DEMO / "truth.parquet")
    assert contacts["customer_id"].is_unique
    assert set(contacts["customer_id"]) < set(truth["customer_id"])
    assert contacts["gender"].isna().mean() > 0.7
    assert contacts["company"].isna().mean() > 0.9
    assert 0.2 <= contacts["age_band"].isna().mean() <= 0.5
    assert 0.5 <= contacts["email_consent"].mean() <= 0.7
    leads = set(truth.loc[truth["group"] == "lead", "customer_id"])
    assert len(leads) == 260
    assert not leads & set(rows["customer_id"])


def test_no_product_sold_before_its_launch(rows: pd.DataFrame) -> None:
    products = pd.read_parquet(DEMO / "products.parquet").set_index("product_id")
    assert products["category"].nunique() == 9
    sold = rows.join(products, on="product_id")
    assert sold["product_name"].notna().all()
    assert (sold["ordered_at"] >= sold["launched_at"]).all()
