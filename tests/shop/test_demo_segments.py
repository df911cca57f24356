"""What the demo shop has beside its orders hangs together, and the truth about its segments is what was planted."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

DEMO = Path(__file__).parents[2] / "data" / "demo"
SEGMENTS = (
    "Top spenders", "Regulars", "One-time buyers", "Dormant", "Coupon customers", "Replenishers", "Bulk buyers",
    "Trend followers", "By location", "Newsletter subscribers", "Leads", "Curious prospects", "Undecided prospects",
    "Abandoned carts", "Support waiting", "Holiday buyers", "Return-prone",
)  # fmt: skip


def read(name: str) -> pd.DataFrame:
    return pd.read_parquet(DEMO / f"{name}.parquet")


@pytest.fixture(scope="module")
def truth() -> pd.DataFrame:
    return read("truth").set_index("customer_id")


@pytest.fixture(scope="module")
def events() -> pd.DataFrame:
    return read("events").astype({"amount": float})


@pytest.fixture(scope="module")
def sold() -> pd.DataFrame:
    lines = read("orders").astype({"unit_price": float, "discount": float}).drop_duplicates()
    lines["amount"] = lines["quantity"] * lines["unit_price"] - lines["discount"]
    return lines[lines["quantity"] > 0]


def test_every_segment_has_members_and_people_outside(truth: pd.DataFrame) -> None:
    sizes = truth[[*SEGMENTS]].sum()
    assert sizes.min() >= 30
    assert sizes["Replenishers":"Trend followers"].max() <= 60
    assert (~truth[[*SEGMENTS]]).sum().min() > 1_000


def test_people_at_the_edges_are_where_they_were_placed(truth: pd.DataFrame) -> None:
    edges = truth[truth["edge"].notna()]
    side, name = edges["edge"].str.split(": ").str[0], edges["edge"].str.split(": ").str[1]
    assert name.nunique() >= 12
    assert {*name.groupby(name).size().index[name.groupby(name).size() < 2]} == set()
    for person in edges.index:
        assert edges.loc[person, name[person]] == (side[person] == "in"), edges.loc[person, "why"]


def test_purchases_are_the_orders_of_web_and_app(events: pd.DataFrame, sold: pd.DataFrame) -> None:
    purchases = events[events["event"] == "purchase"].set_index("order_id")
    asked = {"at": ("ordered_at", "first"), "amount": ("amount", "sum"), "channel": ("channel", "first")}
    orders = sold.groupby("order_id").agg(customer_id=("customer_id", "first"), **asked)
    told = orders.loc[purchases.index]
    assert set(told["channel"]) == {"web", "app"}
    assert (told["customer_id"] == purchases["customer_id"]).all()
    assert (told["at"] == purchases["at"]).all()
    assert np.allclose(told["amount"], purchases["amount"], atol=0.005)
    assert 0.35 < len(purchases) / orders["channel"].isin(["web", "app"]).sum() < 0.5


def test_visits_begin_with_a_visit_and_end_with_the_purchase(events: pd.DataFrame) -> None:
    placed = events["session_id"] >= "S900000"  # by hand
    sessions = events[~placed].groupby("session_id", sort=False)
    assert (sessions["event"].first().isin(["visit", "newsletter"])).all()
    assert sessions["visitor_id"].nunique().max() == 1
    assert ((sessions["at"].max() - sessions["at"].min()) < pd.Timedelta(hours=1)).all()
    last = sessions["event"].last()
    assert (last == "purchase").sum() == (events["event"] == "purchase").sum()


def test_most_carts_are_left_and_most_visitors_never_say_who_they_are(events: pd.DataFrame) -> None:
    kinds = events.groupby("session_id")["event"].agg(set)
    carts = kinds[kinds.map(lambda found: "cart" in found)]
    assert 0.4 < carts.map(lambda found: "purchase" not in found).mean() < 0.8
    known = events.groupby("visitor_id")["customer_id"].nunique()
    assert 0.05 < (known == 1).mean() < 0.3
    assert 5 <= (known > 1).sum() <= 30  # browsers that two people share


def test_no_way_to_the_checkout_always_ends_in_an_order(events: pd.DataFrame) -> None:
    """Whatever buyers do in a visit, others do too, and leave: of each usual way to a full cart a tenth or more."""
    kinds = events[events["event"].isin(["view", "cart", "checkout"])].sort_values(["session_id", "at"], kind="stable")
    kinds = kinds[(kinds["event"] != kinds["event"].shift()) | (kinds["session_id"] != kinds["session_id"].shift())]
    ways = kinds.groupby("session_id")["event"].agg(lambda told: " ".join(told[:4]))
    bought = ways.index.isin(events.loc[events["event"] == "purchase", "session_id"])
    ordered = pd.Series(bought, ways.index).groupby(ways).agg(["mean", "size"])
    usual = ordered[(ordered["size"] >= 200) & (ordered["mean"] > 0)]
    assert {"view cart checkout", "cart checkout", "view cart view cart", "cart view cart checkout"} <= {*usual.index}
    assert usual["mean"].between(0.4, 0.9).all()


def test_visitors_become_known(events: pd.DataFrame) -> None:
    owner = events.groupby("visitor_id")["customer_id"].transform("first")
    before = events[events["customer_id"].isna() & owner.notna()]
    assert before["visitor_id"].nunique() > 100


def test_no_product_is_seen_before_its_launch(events: pd.DataFrame) -> None:
    seen = events.dropna(subset="product_id").merge(read("products"), on="product_id", how="left")
    assert (seen["at"] >= seen["launched_at"]).all()


def test_launches_are_announced(sold: pd.DataFrame) -> None:
    """In the month after its launch a product sells at least twice as much a day as in the year after."""
    lines = sold.merge(read("products"), on="product_id")
    age = (lines["ordered_at"] - lines["launched_at"]).dt.days
    recent = lines["launched_at"].between("2023-03-01", "2024-06-15")
    assert recent.groupby(lines["product_id"]).first().sum() >= 4
    month, later = (recent & (age < 30)).sum() / 30, (recent & age.between(30, 190)).sum() / 160
    assert month > 2 * later


def test_requests_are_mostly_answered_and_closed() -> None:
    tickets = read("tickets")
    assert 1_000 <= len(tickets) <= 1_500
    assert (tickets["answered_at"].dropna() > tickets.loc[tickets["answered_at"].notna(), "opened_at"]).all()
    both = tickets.dropna(subset=["answered_at", "closed_at"])
    assert (both["closed_at"] >= both["answered_at"]).all()
    assert 30 <= tickets["closed_at"].isna().sum() <= 80
    assert 15 <= (tickets["closed_at"].isna() & tickets["answered_at"].isna()).sum() <= 40
    assert (tickets["closed_at"].notna() & tickets["answered_at"].isna()).any()
    assert set(tickets["channel"]) == {"e-mail", "chat", "telephone"}
    assert tickets["ticket_id"].is_unique


def test_the_survey_shows_the_four_needs(truth: pd.DataFrame) -> None:
    responses = read("responses")
    survey = responses[responses["survey"] == "What matters to you"]
    assert survey["customer_id"].nunique() == 900
    assert survey["question"].nunique() == 12
    need = survey["customer_id"].map(truth["need"])
    assert need.value_counts(normalize=True).min() > 0.15
    yes = (survey["answer"] == "yes").groupby([survey["question"], need]).mean().unstack()
    assert yes.loc["Price is what I look at first", "low prices"] > 0.8
    assert yes.loc["Price is what I look at first"].drop("low prices").max() < 0.5
    assert yes.loc["I pay more for things that last"].idxmax() == "things that last"
    assert yes.loc["I mostly buy presents"].idxmax() == "ideas and presents"
    assert yes.loc["I want to reorder in one minute"].idxmax() == "quick and easy"


def test_deliveries_are_rated_worse_in_december_and_by_who_returns(truth: pd.DataFrame) -> None:
    responses = read("responses")
    asked = responses[responses["survey"] == "After delivery"]
    rating, december = asked["answer"].astype(int), asked["answered_at"].dt.month == 12
    assert set(rating) <= {1, 2, 3, 4, 5}
    assert rating[december].mean() < rating[~december].mean() - 0.4
    returns = asked["customer_id"].map(truth["group"]) == "return_prone"
    assert rating[returns].mean() < rating[~returns].mean() - 0.5


def test_campaigns_have_a_control_arm_and_convert_as_the_orders_say(sold: pd.DataFrame) -> None:
    campaigns = read("campaigns")
    known = sold[sold["customer_id"].notna()]
    for (name, sent), got in campaigns.groupby(["campaign", "sent_at"]):
        days = 45 if "catalogue" in name else 30
        day = sent.normalize()
        after = known["ordered_at"].between(day, day + pd.Timedelta(days=days))
        assert (got["converted"] == got["customer_id"].isin(known.loc[after, "customer_id"])).all()
        share = got.groupby("arm")["converted"].mean()
        assert share.drop("control").max() > share["control"] * 1.2
    control = campaigns[campaigns["arm"] == "control"]
    assert not control["opened"].eq(True).any()
    assert control["spend"].astype(float).sum() == 0


def test_mail_goes_to_who_agreed() -> None:
    contacts = read("contacts").set_index("customer_id")
    mailed = read("campaigns").query("channel == 'email'")["customer_id"]
    assert contacts.loc[mailed, "email_consent"].all()


def test_deals_are_with_companies() -> None:
    deals, contacts = read("deals").astype({"value": float}), read("contacts").set_index("customer_id")
    known = deals[deals["customer_id"].notna()]
    assert (contacts.loc[known["customer_id"], "company"].to_numpy() == known["company"].to_numpy()).all()
    assert 20 <= deals["customer_id"].isna().sum() <= 80
    closed = deals["stage"].isin(["won", "lost"])
    assert (deals["closed_at"].notna() == closed).all()
    assert 25 <= (~closed).sum() <= 60
    assert deals["value"].between(50, 40_000).all()


def test_companies_have_facts_and_some_a_parent() -> None:
    companies = read("contacts").dropna(subset="company")
    assert companies["legal_form"].notna().all()
    assert 0.7 < companies["revenue_band"].notna().mean() < 0.95
    assert 15 <= companies["parent_company"].notna().sum() <= 30
    assert companies["parent_company"].dropna().isin(companies["company"]).all()


def test_years_of_birth_agree_with_the_age_bands() -> None:
    contacts = read("contacts")
    told = contacts.dropna(subset=["birth_year", "age_band"])
    assert len(told) > 1_000
    age = 2024 - told["birth_year"]
    low = told["age_band"].str.extract(r"^(\d+)")[0].astype(int)
    assert (age >= low).all()
    assert (age[told["age_band"] != "65+"] <= low[told["age_band"] != "65+"] + 10).all()
