"""Opportunities by hand: deals by stage, win rates, white space, lookalikes that can and cannot be told."""

from __future__ import annotations

import datetime as dt

import ibis
import numpy as np
import pandas as pd
import pytest

from seglib import schemes
from seglib.errors import InputError

DEALS = pd.DataFrame(
    {
        "customer_id": ["a", "a", "b", "c", "c", None],
        "company": [None, None, None, None, None, "D Ltd"],
        "stage": ["won", "Offer", "lost", "won", "Offer", "Talk"],
        "state": ["won", "open", "lost", "won", "open", "open"],
        "value": [100.0, 50.0, None, 300.0, None, 10.0],
        "product_id": ["loom", "loom", "loom", "loom", "loom", "yarn"],
        "opened_at": pd.to_datetime(["2024-01-01"] * 5 + [None]),
    }
)
SEGMENTS = pd.Series({"a": "Mills", "b": "Mills", "c": "Shops"})


def test_open_deals_by_stage_by_hand():
    table = schemes.open_deals(DEALS, segments=SEGMENTS, as_of=dt.date(2024, 1, 31)).set_index("stage")
    offer = table.loc["Offer"]
    assert offer[["deals", "valued", "value", "median_age_days"]].tolist() == [2, 1, 50.0, 30.0]
    # Mills win 1 of 2, Shops 1 of 1; without a value of its own a deal counts with the mean of the won looms, 200
    assert offer["expected_value"] == pytest.approx(50 * 0.5 + 200 * 1.0)
    assert table.loc["Talk", "expected_value"] == pytest.approx(10 * 2 / 3)  # nobody knows D Ltd's segment


def test_win_rates_by_hand_with_wilson_intervals():
    table = schemes.win_rates(DEALS, segments=SEGMENTS).set_index("group")
    mills = table.loc["Mills"]
    assert mills[["deals", "open", "won", "lost", "win_rate"]].tolist() == [3, 1, 1, 1, 0.5]
    assert (round(mills["win_rate_low"], 3), round(mills["win_rate_high"], 3)) == (0.095, 0.905)
    assert np.isnan(table.loc["Not known", "win_rate"])
    assert schemes.win_rates(DEALS, "product_id").set_index("group")["deals"].to_dict() == {"loom": 5, "yarn": 1}


def test_deals_may_come_from_ibis():
    told = schemes.win_rates(ibis.memtable(DEALS.drop(columns="opened_at")))
    assert told.loc[0, ["won", "lost", "open"]].tolist() == [2, 1, 3]


def test_no_deals_are_no_deals():
    for nothing in (None, DEALS.head(0)):
        assert schemes.open_deals(nothing).empty
        assert schemes.win_rates(nothing).empty
    study = schemes.opportunity(None)
    assert "Not available" in study.note
    assert study.segments.empty


def test_white_space_by_hand():
    """Four of five peers buy ink for 10, 20, 30 and 40: the fifth is told of 100% of its four peers, median 25."""
    names = [f"c{i}" for i in range(5)]
    spend = pd.DataFrame({"paper": [1.0] * 5, "ink": [10.0, 20.0, 30.0, 40.0, 0.0]}, index=names)
    table = schemes.white_space(spend, pd.Series("Offices", index=names), min_peers=4)
    row = table.iloc[0]
    assert len(table) == 1
    assert row[["customer_id", "product", "peers", "peers_buying", "peers_share"]].tolist() == ["c4", "ink", 4, 4, 1.0]
    assert (row["median_spend"], row["expected_spend"]) == (25.0, 25.0)
    cells = schemes.white_space_map(spend, pd.Series("Offices", index=names)).set_index("product")
    assert cells["buying"].to_dict() == {"paper": 5, "ink": 4}
    assert cells.loc["ink", "share"] == 0.8


def test_white_space_needs_peers_and_a_segment():
    names = [f"c{i}" for i in range(5)]
    spend = pd.DataFrame({"ink": [1.0, 1.0, 1.0, 0.0, None]}, index=names)
    assert schemes.white_space(spend, pd.Series("Offices", index=names)).empty  # too few peers
    assert schemes.white_space(spend, pd.Series(pd.NA, index=names, dtype="str"), min_peers=1).empty
    assert schemes.white_space(None, pd.Series("Offices", index=names)).empty
    told = schemes.white_space(spend, pd.Series(["A"] * 4 + [None], index=names, dtype="str"), min_peers=2)
    assert told["customer_id"].tolist() == ["c3"]


def people_of(n: int, *, seed: int = 0, told: float = 0.9) -> tuple[pd.DataFrame, pd.Series]:
    """Customers of two industries, of which one has more of the best, and leads of both."""
    rng = np.random.default_rng(seed)
    people = pd.DataFrame({"industry": rng.choice(["hotel", "cafe"], n), "country": rng.choice(["IE", "FR"], n)})
    people.index = pd.Index([f"p{i:04d}" for i in range(n)], name="customer_id")
    best = pd.Series(rng.random(n) < np.where(people["industry"] == "hotel", told, 1 - told), index=people.index)
    return people.assign(is_customer=np.arange(n) < 0.8 * n), best


def test_lookalikes_are_told_where_attributes_tell():
    people, best = people_of(500)
    found = schemes.find_lookalikes(people, best)
    assert found.told
    assert found.auc == pytest.approx(0.9, abs=0.05)
    assert found.auc_low > 0.8
    leads = found.table[~found.table["is_customer"]]
    assert len(leads) == 100
    assert leads.iloc[0]["because"].startswith("industry: hotel")
    assert set(people.loc[leads.head(20)["customer_id"], "industry"]) == {"hotel"}
    assert not set(found.table["customer_id"]) & set(best.index[best & people["is_customer"]])


@pytest.mark.parametrize("seed", range(4))
def test_lookalikes_are_not_told_where_chance_decides(seed):
    people, best = people_of(400, seed=seed, told=0.5)
    found = schemes.find_lookalikes(people, best)
    assert not found.told
    assert found.table.empty
    assert "cannot be told" in repr(found)


def test_lookalikes_do_not_depend_on_the_order_of_the_rows():
    people, best = people_of(300)
    one, other = schemes.find_lookalikes(people, best), schemes.find_lookalikes(people[::-1], best)
    assert one.auc == pytest.approx(other.auc)


def test_lookalikes_say_why_not():
    people, best = people_of(50)
    assert "Too few customers" in schemes.find_lookalikes(people, best).sentence()
    assert "needs attributes" in schemes.find_lookalikes(people[["is_customer"]], best).sentence()
    assert "Not available" in schemes.find_lookalikes(None).sentence()
    with pytest.raises(InputError, match="Did you mean 'industry'"):
        schemes.find_lookalikes(people, best, attributes=["industri"])


def test_visitors_are_nobody_s_lookalike():
    people, best = people_of(500)
    visitor = pd.DataFrame({"is_customer": [False]}, index=["visitor:1"])
    found = schemes.find_lookalikes(pd.concat([people, visitor]), best)
    assert "visitor:1" not in set(found.table["customer_id"])


def test_segments_are_the_first_opportunity_that_holds():
    names = [f"c{i:02d}" for i in range(14)]
    people = pd.DataFrame({"industry": "hotel"}, index=pd.Index(names, name="customer_id"))
    spend = pd.DataFrame({"ink": [1.0] * 12 + [0.0] * 2}, index=names)
    deals = pd.DataFrame({"customer_id": ["c13", "c00"], "stage": ["Offer", "lost"]})
    study = schemes.opportunity(people, deals, spend=spend)
    assert study.segments[["c00", "c12", "c13"]].tolist() == ["No opportunity seen", "White space", "Open deal"]
    assert not study.fixed


def test_real_pipeline(shared):
    """Maven CRM: 8,800 deals, 4,238 won, 2,473 lost, 2,089 open of which 1,425 without an account (Maven Analytics)."""
    folder = shared("crm_sales_opportunities_b2b")
    accounts, pipeline = (pd.read_parquet(folder / f"{name}.parquet") for name in ("accounts", "sales_pipeline"))
    names = {"account": "company", "deal_stage": "stage", "close_value": "value", "product": "product_id"}
    deals = pipeline.rename(columns=names)
    people = accounts.rename(columns={"account": "customer_id", "sector": "industry"}).set_index("customer_id")
    study = schemes.opportunity(people, deals, segments=schemes.firmographic(people, ["industry"], min_group=1))
    counts = study.win_rates[["deals", "won", "lost", "open"]].sum()
    assert counts.to_dict() == {"deals": 8800, "won": 4238, "lost": 2473, "open": 2089}
    assert study.stages.set_index("stage")["deals"].to_dict() == {"Engaging": 1589, "Prospecting": 500}
    assert study.stages["valued"].sum() == 0
    assert study.win_rates.set_index("group").loc["Not known", "open"] == 1425
    assert schemes.spend_from_deals(deals).to_numpy().sum() == pytest.approx(pipeline["close_value"].sum())
    assert set(study.segments) == {"Open deal"}
    assert not study.lookalikes.told
