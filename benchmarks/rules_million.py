"""How long twenty segments by rule take among a million made-up people, beside the same conditions in pandas.

Run: python benchmarks/rules_million.py --people 1000000
Before anything is timed, both must find the same people. The command ends with 1 above two seconds (median of five).
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys

import numpy as np
import pandas as pd
from _measure import time_in_turn

from seglib.segments.rules import Memberships, RuleBook, Segment, find_members, read_rules

LIMIT = 2.0  # seconds
AS_OF = dt.date(2024, 3, 1)
OWN = (
    Segment("Big baskets", rule="average_order_value > 100 and items_per_order >= 4"),
    Segment("Italian bargains", rule="country = 'IT' and coalesce(coupon_share, 0) > 0.5"),
    Segment("New this spring", rule="first_order_at >= as_of - 60 and frequency <= 2"),
    Segment("Names in B", rule="city ilike 'b%' and not email_consent"),
    Segment("Slipping", rule="recency_days between 60 and 180 and monetary_value / frequency > 40"),
    Segment("Shoe lovers", rule="spent_on('shoes') > 100 or bought('shoes')"),
)
NUMBERS = ("replenish_days", "replenish_variation", "replenish_gap_days", "visits", "carts", "chats", "open_tickets")


def made_up(many: int, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """People with the columns that the rules name, a fifth of them without orders, and what was measured."""
    rng = np.random.default_rng(seed)
    index = pd.Index(np.char.zfill(np.arange(many).astype(str), 8), name="customer_id", dtype="str")
    orders = rng.poisson(3, many) * (rng.random(many) < 0.8)
    bought = orders > 0
    ranks = {f"{name}_rank": rng.random(many) for name in ("revenue", "orders", "order_value", "items")}
    numbers = {name: rng.poisson(2, many).astype(float) for name in NUMBERS}
    shares = {name: rng.random(many) for name in ("coupon_share", "returns_share", "largest_order_share")}
    days = {name: rng.integers(0, 720, many).astype(float) for name in ("recency_days", "tenure_days")}
    spent = {"monetary_value": rng.gamma(2, 60, many), "average_order_value": rng.gamma(2, 40, many)}
    known = {name: np.where(bought, values, np.nan) for name, values in {**ranks, **shares, **days, **spent}.items()}
    columns = {
        **known, **numbers, "frequency": orders, "orders_ever": orders, "is_customer": bought, "is_contact": ~bought,
        "silence_ratio": np.where(bought, rng.gamma(2, 1, many), np.nan), "items_per_order": rng.gamma(2, 2, many),
        "replenish_due_days": rng.normal(0, 30, many), "unanswered_tickets": rng.poisson(0.1, many),
        "waiting_days": rng.integers(0, 30, many), "last_visit_days": rng.integers(0, 300, many),
        "visit_span_days": rng.integers(0, 90, many),
        "email_consent": pd.array(rng.random(many) < 0.5, dtype="boolean"),
        "country": pd.array(rng.choice(["IT", "FR", "DE", "GB", "ES"], many), dtype="str"),
        "city": pd.array(rng.choice(["Bari", "Rome", "Berlin", "Oslo"], many), dtype="str"),
        "first_order_at": pd.Timestamp(AS_OF) - pd.to_timedelta(rng.integers(0, 720, many), unit="D"),
    }  # fmt: skip
    people = pd.DataFrame(columns, index=index)
    calls = RuleBook((*OWN, *chosen().segments)).calls(people, as_of=AS_OF)
    measured = {call.column: rng.poisson(1, many) * 1.0 for call in calls}
    measured["bought('shoes')"] = rng.random(many) < 0.1
    return people, pd.DataFrame(measured, index=index)


def chosen() -> RuleBook:
    """Of the catalogue what makes twenty together; splits make one segment a part and come on top."""
    book = read_rules("shop")
    return book.only([name for name in book.names if name not in ("Top spenders", "Return-prone", "Holiday buyers")])


def by_rule(people: pd.DataFrame, measured: pd.DataFrame) -> Memberships:
    """The memberships, with their sizes and one segment a person."""
    found = find_members(people, RuleBook((*OWN, *chosen().segments)), measured=measured, as_of=AS_OF)
    assert len(found.summary) >= 20
    return found


def in_pandas(people: pd.DataFrame, measured: pd.DataFrame) -> dict[str, pd.Series]:
    """Six of the segments as an analyst would write them by hand."""
    p = people
    since = pd.Timestamp(AS_OF) - pd.Timedelta(days=60)
    return {
        "Big baskets": (p["average_order_value"] > 100) & (p["items_per_order"] >= 4),
        "Italian bargains": (p["country"] == "IT") & (p["coupon_share"].fillna(0) > 0.5),
        "New this spring": (p["first_order_at"] >= since) & (p["frequency"] <= 2),
        "Names in B": p["city"].str.lower().str.startswith("b") & ~p["email_consent"].fillna(True),
        "Slipping": p["recency_days"].between(60, 180) & (p["monetary_value"] / p["frequency"].replace(0, np.nan) > 40),
        "Shoe lovers": (measured["spent_on('shoes')"] > 100) | measured["bought('shoes')"],
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    people, measured = made_up(asked.people, asked.seed)
    found = by_rule(people, measured)
    for name, members in in_pandas(people, measured).items():
        assert (found.wide[name].to_numpy() == members.to_numpy(dtype=bool)).all(), name
    groups = found.summary["group"].nunique()
    print(
        f"{len(people):,} people, {groups} segments ({len(found.summary)} with parts), {len(found.table):,} memberships"
    )
    contenders = {
        "seglib rules": lambda: by_rule(people, measured),
        "pandas by hand, 6 of them": lambda: in_pandas(people, measured),
    }
    times = time_in_turn(contenders, asked.rounds).groupby(level="contender", sort=False)["seconds"].median()
    ratio = times["seglib rules"] / groups / (times["pandas by hand, 6 of them"] / 6)
    print(times.round(2).to_string(header=False))
    print(f"a segment by rule / by hand in pandas: {ratio:.2f}; limit {LIMIT:g} s at a million")
    return int(times["seglib rules"] > LIMIT * max(1.0, asked.people / 1_000_000))


if __name__ == "__main__":
    sys.exit(main())
