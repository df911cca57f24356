"""Who belongs to which of the seventeen segments, told by the generator and counted without seglib.

What can be counted is counted here once more, in plain pandas. What is a judgement (loyal, thrifty, following trends)
is told from what was planted, or from what no export can say: who is still a customer, and how eager.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pandas as pd

from demo_shop.edges import edge_truth
from demo_shop.facts import AS_OF, END, START, Facts, find_facts, usual_gaps

# As the catalogue's settings
TOP_SHARE, COUPON_SHARE, RETURNED, HABIT_ORDERS = 0.1, 0.5, 0.3, 2
SILENT_GAPS, SILENT_DAYS = 1, 30
CURIOUS_DAYS, CART_HOURS, CART_DAYS = 30, 24, 30
UNDECIDED_DAYS, UNDECIDED_SPAN, UNDECIDED_OFTEN = 90, 14, {"visit": 4, "cart": 2, "chat": 1}
# What makes a customer loyal in this shop: orders a year by nature, days since the first
LOYAL_RATE, LOYAL_DAYS = 4, 180


def top_spenders(facts: Facts) -> Iterable[str]:
    below = (facts.revenue.rank(method="min") - 1) / len(facts.revenue)
    return below.index[below >= 1 - TOP_SHARE]


def regulars(facts: Facts) -> Iterable[str]:
    """Still a customer, eager by nature, and not for the first months; and planted people who keep coming."""
    first = facts.orders.groupby("customer_id")["ordered_at"].min()
    long_known = facts.people.index.isin(first.index[first < AS_OF - pd.Timedelta(days=LOYAL_DAYS)])
    eager = facts.people["gone"].eq(False) & (facts.people["rate"] >= LOYAL_RATE)
    regular = facts.people["group"].isin(["regulars", "replenishers", "trend_followers"])
    return facts.people.index[long_known & (eager | regular)]


def one_time(facts: Facts) -> Iterable[str]:
    orders = facts.orders.groupby("customer_id").size()
    return orders.index[orders == 1]


def dormant(facts: Facts) -> Iterable[str]:
    last = facts.orders.groupby("customer_id")["ordered_at"].max().dt.normalize()
    silent = (AS_OF - last).dt.days
    placed = facts.orders.groupby("customer_id").size()
    return last.index[(silent > SILENT_GAPS * placed * usual_gaps(facts.orders)) & (silent > SILENT_DAYS)]


def coupon_customers(facts: Facts) -> Iterable[str]:
    share = (facts.window["coupon"] > 0).groupby(facts.window["customer_id"]).agg(["mean", "size"])
    return share.index[(share["mean"] > COUPON_SHARE) & (share["size"] >= HABIT_ORDERS)]


def replenishers(facts: Facts) -> Iterable[str]:
    """Planted, four purchases or more, and not late by more than one gap."""
    days = facts.orders.groupby("customer_id")["ordered_at"].agg(["size", "max"]).reindex(facts.people.index)
    late = (AS_OF - days["max"].dt.normalize()).dt.days <= 2 * facts.people["gap"]
    return facts.people.index[(facts.people["group"] == "replenishers") & late & (days["size"] >= 4)]


def bulk_buyers(facts: Facts) -> Iterable[str]:
    return planted(facts, "bulk_buyers", facts.window, 1)


def trend_followers(facts: Facts) -> Iterable[str]:
    return planted(facts, "trend_followers", facts.orders, 2)


def holiday_buyers(facts: Facts) -> Iterable[str]:
    return planted(facts, "feast_keepers", facts.window, 2)


def planted(facts: Facts, group: str, orders: pd.DataFrame, least: int) -> Iterable[str]:
    bought = orders.groupby("customer_id").size()
    members = facts.people.index[facts.people["group"] == group]
    return bought.index[bought.index.isin(members) & (bought >= least)]


def located(facts: Facts) -> Iterable[str]:
    told = facts.contacts.index[facts.contacts["country"].notna()]
    return told.union(facts.orders.loc[facts.orders["country"].notna(), "customer_id"])


def subscribers(facts: Facts) -> Iterable[str]:
    return facts.contacts.index[facts.contacts["email_consent"].eq(True)]


def leads(facts: Facts) -> Iterable[str]:
    return facts.contacts.index.difference(facts.orders["customer_id"])


def prospects(facts: Facts) -> pd.DataFrame:
    """Events of people without an order, and the day of each."""
    seen = facts.events[~facts.events["person"].isin(facts.orders["customer_id"])]
    return seen.assign(day=seen["at"].dt.normalize())


def curious(facts: Facts) -> Iterable[str]:
    last = prospects(facts).groupby("person")["day"].max()
    return last.index[(AS_OF - last).dt.days <= CURIOUS_DAYS]


def undecided(facts: Facts) -> Iterable[str]:
    seen = prospects(facts)
    seen = seen[seen["at"] >= START]
    days = seen.groupby("person")["day"].agg(["min", "max"])
    often = seen.groupby("person")["session_id"].nunique() >= UNDECIDED_OFTEN["visit"]
    for event in ("cart", "chat"):
        times = (seen["event"] == event).groupby(seen["person"]).sum()
        often |= times >= UNDECIDED_OFTEN[event]
    long = (days["max"] - days["min"]).dt.days >= UNDECIDED_SPAN
    return days.index[often & long & ((AS_OF - days["max"]).dt.days <= UNDECIDED_DAYS)]


def abandoned(facts: Facts) -> Iterable[str]:
    """A cart of the last weeks without a purchase, there or in the till, within the hours (which are over)."""
    limit = pd.Timedelta(hours=CART_HOURS)
    since, until = END - pd.Timedelta(days=CART_DAYS), END - limit
    carts = facts.events[
        (facts.events["event"] == "cart") & (facts.events["at"] >= since) & (facts.events["at"] < until)
    ]
    sales = facts.events.loc[facts.events["event"] == "purchase", ["person", "at"]]
    till = facts.orders.rename(columns={"customer_id": "person", "ordered_at": "at"})[["person", "at"]]
    sales = pd.concat([sales, till]).drop_duplicates().sort_values("at").assign(bought=True)
    carts = carts.sort_values("at")[["person", "at"]]
    met = pd.merge_asof(carts, sales, on="at", by="person", direction="forward", tolerance=limit)
    return met.loc[met["bought"].isna(), "person"].unique()


def waiting(facts: Facts) -> Iterable[str]:
    closed = facts.tickets["closed_at"]
    return facts.tickets.loc[closed.isna() | (closed >= END), "customer_id"].unique()


def return_prone(facts: Facts) -> Iterable[str]:
    back = facts.back[facts.back["ordered_at"] >= START].groupby("customer_id")["amount"].sum().abs()
    sales = facts.window.groupby("customer_id")["amount"].agg(["sum", "size"])
    share = (back.reindex(sales.index).fillna(0) / sales["sum"]).round(9)
    return share.index[(share >= RETURNED) & (sales["size"] >= HABIT_ORDERS)]


SEGMENTS: dict[str, Callable[[Facts], Iterable[str]]] = {
    "Top spenders": top_spenders,
    "Regulars": regulars,
    "One-time buyers": one_time,
    "Dormant": dormant,
    "Coupon customers": coupon_customers,
    "Replenishers": replenishers,
    "Bulk buyers": bulk_buyers,
    "Trend followers": trend_followers,
    "By location": located,
    "Newsletter subscribers": subscribers,
    "Leads": leads,
    "Curious prospects": curious,
    "Undecided prospects": undecided,
    "Abandoned carts": abandoned,
    "Support waiting": waiting,
    "Holiday buyers": holiday_buyers,
    "Return-prone": return_prone,
}

JUDGED = ("Regulars", "Replenishers", "Bulk buyers", "Trend followers", "Holiday buyers")


def plant_truth(tables: dict[str, pd.DataFrame], people: pd.DataFrame) -> pd.DataFrame:
    """customer_id, group, need, the edge somebody was placed at, and a yes or no a segment.

    Visitors are there who are in a segment or at an edge.
    """
    facts = find_facts(tables, people)
    edges = edge_truth()
    members = {name: {*find(facts)} for name, find in SEGMENTS.items()}
    for name in JUDGED:  # what was placed by hand cannot be counted there
        members[name] |= {*edges.loc[edges["edge"] == f"in: {name}", "customer_id"]}
    everyone = people[["customer_id", "group", "need"]]
    found = sorted({*edges["customer_id"]}.union(*members.values()) - {*everyone["customer_id"]})
    visitors = pd.DataFrame({"customer_id": found, "group": "visitor", "need": None})
    truth = pd.concat([everyone, visitors], ignore_index=True)
    truth = truth.merge(edges, on="customer_id", how="left")
    return truth.assign(**{name: truth["customer_id"].isin(index) for name, index in members.items()})
