"""Campaigns: chance is told as chance, an effect as one, and nothing where nobody was left alone."""

from __future__ import annotations

import datetime as dt

import ibis
import numpy as np
import pandas as pd
import pytest

from seglib.analysis.campaigns import arm_effects, reached, untold
from seglib.show.findings import journeys as findings

AS_OF = dt.date(2024, 12, 31)
SENT = pd.Timestamp("2024-05-02 09:00")


def messages(rows: list[tuple]) -> ibis.Table:
    """Of (customer, campaign, arm, sent_at[, spend])."""
    names = ["customer_id", "campaign", "arm", "sent_at", "spend"]
    table = pd.DataFrame([(*row, 1.0)[:5] for row in rows], columns=names)
    return ibis.memtable(table.assign(sent_at=pd.to_datetime(table["sent_at"], format="ISO8601")))


def placed(rows: list[tuple]) -> ibis.Table:
    """Of (customer, at, net), and one order that begins the records."""
    table = pd.DataFrame([("first", "2020-01-01", 1.0), *rows], columns=["customer_id", "at", "net"])
    return ibis.memtable(
        table.assign(at=pd.to_datetime(table["at"], format="ISO8601"), order_id=[f"o{i}" for i in range(len(table))])
    )


def people(n: int, rng: np.random.Generator, *, campaigns: int = 2, lift: float = 0.0) -> pd.DataFrame:
    """Of two arms and those left alone; one in five orders, and ``lift`` more of those who got the letter."""
    parts = []
    for number in range(campaigns):
        arm = rng.choice(["control", "letter", "voucher"], n)
        came = rng.random(n) < 0.2 + lift * (arm == "letter")
        money = {"revenue": came * rng.lognormal(3, 1.2, n), "before": rng.lognormal(3, 1, n), "cost": 0.5}
        one = {"customer_id": [f"c{i}" for i in range(n)], "arm": arm, "control": arm == "control", "came": came}
        told = {"campaign": f"No {number}", "sent_at": SENT, "also": rng.random(n) < 0.1, "left_out": ""}
        parts.append(pd.DataFrame({**one, **money, **told}))
    whole = pd.concat(parts, ignore_index=True)
    whole.attrs |= {"came": "ordered", "days": 30}
    return whole


def test_arms_dealt_out_at_random_did_nothing():
    """Of a hundred pages of two campaigns at most a few say that one did something, or that arms were not alike."""
    claimed = 0
    for seed in range(100):
        table = arm_effects(people(600, np.random.default_rng(seed)))
        claimed += bool((table["differs"] | table["revenue_differs"] | (table["doubt"] != "")).any())
    assert claimed <= 6  # 2.5 are expected, more than 6 come in one of 70 such tests


def test_an_arm_that_did_more_is_told_with_its_cost():
    told = people(3000, np.random.default_rng(1), campaigns=1, lift=0.1)
    table = arm_effects(told)
    row = table[table["arm"] == "letter"].iloc[0]
    assert row["low_more_share"] < 0.1 < row["high_more_share"]
    assert row["differs"]
    assert row["cost_per"] == 0 or np.isnan(row["cost_per"])  # those left alone cost as much here
    table = arm_effects(told.assign(cost=told["control"].map({True: 0.0, False: 0.5})))
    row = table[table["arm"] == "letter"].iloc[0]
    assert row["cost_per"] == pytest.approx(0.5 / row["more_share"])
    assert row["cost_per_low"] < row["cost_per"] < row["cost_per_high"]
    sentence = findings.campaigns(table, untold(told), "EUR")
    assert "got letter (No 0)" in sentence
    assert "each one more cost €" in sentence
    assert findings.lead({}, pd.DataFrame(), arms=table, currency="EUR") == sentence
    rows = findings.arm_rows(table, "EUR").set_index("arm")
    assert rows["verdict"].to_dict() == {"control": "control", "letter": "more", "voucher": "unclear"}


def test_only_orders_from_the_message_on_count():
    sent = messages([("a", "May", "letter", SENT), ("b", "May", "control", SENT), ("c", "May", "letter", SENT)])
    orders = placed([("a", "2024-05-02 08:00", 5), ("b", "2024-05-02 10:00", 7), ("b", "2024-06-02", 9),
                     ("c", "2024-05-31", 2)])  # fmt: skip
    told = reached(sent, orders, as_of=AS_OF).set_index("customer_id")
    assert told["came"].to_dict() == {"a": False, "b": True, "c": True}
    assert told["revenue"].to_dict() == {"a": 0.0, "b": 7.0, "c": 2.0}
    assert told["before"].to_dict() == {"a": 5.0, "b": 0.0, "c": 0.0}


def test_who_cannot_be_counted_is_left_out_and_told():
    rows = [("a", "May", "letter", "2024-12-05"), ("b", "May", "letter", "2019-01-01"), ("c", "May", "letter", None),
            ("d", "May", "letter", SENT), ("d", "May", "control", SENT), ("e", "May", "letter", SENT),
            ("e", "June", "letter", "2024-05-20"), ("f", "May", "letter", "2024-12-02")]  # fmt: skip
    told = reached(messages(rows), placed([]), as_of=AS_OF)
    out = told[told["campaign"] == "May"].set_index("customer_id")["left_out"].to_dict()
    assert out == {"a": "recent", "b": "early", "c": "undated", "d": "two arms", "e": "", "f": ""}
    assert told.set_index("customer_id")["also"].groupby(level=0).sum().to_dict()["e"] == 2
    sentence = findings.campaigns_left_out(told)
    for part in ("1 message is not counted yet", "1 message was sent before", "1 message has no day",
                 "1 person is of two arms", "1 person got another campaign"):  # fmt: skip
        assert part in sentence


def test_those_left_alone_without_a_day_have_that_of_the_campaign():
    sent = messages([("a", "May", "letter", SENT), ("b", "May", "control", None), ("c", "May", "letter", "2024-05-09")])
    assert set(reached(sent, placed([]), as_of=AS_OF)["sent_at"]) == {SENT}


def test_a_campaign_without_a_control_says_nothing_of_its_effect():
    told = people(400, np.random.default_rng(1), campaigns=1).assign(control=False)
    assert arm_effects(told).empty
    sentence = findings.campaigns(arm_effects(told), untold(told))
    assert sentence == "1 campaign left nobody alone, or too few, so nothing tells what it did."
    assert 0.05 < untold(told)["seen_from"].iloc[0] < 0.3


def test_mailing_the_best_customers_is_no_experiment():
    """The letter went to those who had spent most, who would have come anyway."""
    rng = np.random.default_rng(1)
    told = people(900, rng, campaigns=1)
    best = told["before"] > told["before"].quantile(0.7)
    told = told.assign(arm=np.where(best, "letter", "control"), control=~best, came=rng.random(900) < 0.1 + 0.4 * best)
    table = arm_effects(told)
    assert table["doubt"].tolist() == ["", "before"]
    assert not table["differs"].any()
    assert findings.campaigns(table, untold(told)).startswith("No campaign can be judged")


def test_another_campaign_for_one_arm_only_is_no_experiment():
    told = people(900, np.random.default_rng(1), campaigns=1, lift=0.3)
    table = arm_effects(told.assign(also=told["arm"] == "letter")).set_index("arm")
    assert table["doubt"].to_dict() == {"control": "", "letter": "also", "voucher": ""}


def test_small_arms_are_not_described():
    told = people(100, np.random.default_rng(1), campaigns=1)
    told.loc[told["arm"] == "voucher", "arm"] = np.where(
        np.arange((told["arm"] == "voucher").sum()) < 12, "x", "letter"
    )
    table = arm_effects(told)
    assert "x" not in set(table["arm"])
    assert table.attrs["small_groups"] == 1


def test_without_orders_the_campaign_tells_who_came():
    sent = pd.DataFrame({"customer_id": [f"c{i}" for i in range(200)], "campaign": "May"})
    sent = sent.assign(arm=["letter", "No E-Mail"] * 100, converted=[True, False] * 100)
    told = reached(ibis.memtable(sent), None, as_of=AS_OF)
    assert findings.campaigns(arm_effects(told), untold(told)).startswith(
        "Of 100 people who got letter (May) 100% did what it asked for, of 100 left alone 0%"
    )


def test_hillstrom_as_published(shared):
    """64,000 customers, dealt into three arms: conversion 1.25, 0.88, 0.57%; spend 1.42, 1.08, 0.65 a customer."""
    known = pd.read_parquet(shared("hillstrom_email") / "hillstrom.parquet")
    who = [f"h{i}" for i in range(len(known))]
    sent = pd.DataFrame({"customer_id": who, "campaign": "Hillstrom", "arm": known["segment"], "sent_at": SENT})
    orders = pd.DataFrame({"customer_id": who, "order_id": who, "at": SENT + pd.Timedelta(days=3)})
    orders = orders.assign(net=known["spend"])[known["conversion"].to_numpy() == 1]
    history = pd.DataFrame({"customer_id": who, "at": SENT - pd.Timedelta(days=30), "net": known["history"]})
    orders = pd.concat([orders, history.assign(order_id=[f"{one}-before" for one in who])])
    told = reached(ibis.memtable(sent), ibis.memtable(orders), as_of=AS_OF, days=14)
    table = arm_effects(told).set_index("arm")
    assert table["people"].to_dict() == {"No E-Mail": 21306, "Mens E-Mail": 21307, "Womens E-Mail": 21387}
    assert table["share"].round(5).to_dict() == {"No E-Mail": 0.00573, "Mens E-Mail": 0.01253, "Womens E-Mail": 0.00884}
    assert table["revenue"].round(5).to_dict() == {
        "No E-Mail": 0.65279, "Mens E-Mail": 1.42262, "Womens E-Mail": 1.0772}  # fmt: skip
    for arm, least in (("Mens E-Mail", 0.4), ("Womens E-Mail", 0.1)):
        row = table.loc[arm]
        assert row["differs"]
        assert row["revenue_differs"]
        assert row["doubt"] == ""
        assert row["more_revenue_low"] > least
