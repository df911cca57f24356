"""Pages 05 and 06 speak of the same people: journeys count whom the segments hold, whatever the shop's thresholds."""

from __future__ import annotations

import pandas as pd
import pytest

from seglib import journeys
from seglib.segments.rules import find_members, kinds_of, read_rules
from seglib.shop.shop import open_shop

SETTINGS = """
[segments.settings]
dormant_gaps = 1.5
dormant_least_days = 50
curious_days = 9
undecided_span_days = 5
undecided_recent_days = 40
undecided_visits = 3
cart_hours = 3
cart_days = 20
support_days = 4
"""


def tables() -> dict[str, pd.DataFrame]:
    """A small shop: 40 people who visit, fill carts, order and ask in rhythms of their own, up to the end of 2024."""
    end = pd.Timestamp("2024-12-31 20:00")
    events, orders, tickets = [], [], []
    for n in range(40):
        for k in range(1 + n % 5):
            at = end - pd.Timedelta(days=(n * 3 + k * (2 + n % 7)) % 100, hours=n % 9)
            events.append((f"p{n:02}", at, "view", f"g{n % 3}"))
            if (n + k) % 3 == 0:
                events.append((f"p{n:02}", at + pd.Timedelta(minutes=5), "cart", f"g{n % 3}"))
            if n % 2 and k % 2:
                bought = at + pd.Timedelta(hours=1 + n % 6)
                orders.append((f"o{n}-{k}", f"p{n:02}", bought, 10.0 + n))
        tickets.append((f"p{n:02}", end - pd.Timedelta(days=n % 9), None if n % 2 else end, None if n % 3 else end))
    orders += [(f"s{k}", "p01", end - pd.Timedelta(days=260 - 10 * k), 5.0) for k in range(3)]  # had a rhythm, left
    orders = [order for order in orders if order[1] != "p01" or order[0].startswith("s")]
    return {
        "events": pd.DataFrame(events, columns=["customer_id", "at", "event", "category"]),
        "lines": pd.DataFrame(orders, columns=["order_id", "customer_id", "ordered_at", "amount"]),
        "tickets": pd.DataFrame(tickets, columns=["customer_id", "opened_at", "answered_at", "closed_at"]),
        "contacts": pd.DataFrame({"customer_id": [f"p{n:02}" for n in range(0, 60, 2)]}),
    }


@pytest.mark.parametrize("more", ["", SETTINGS], ids=["as shipped", "changed"])
def test_journeys_count_whom_the_segments_hold(write_shop, more):
    shop = open_shop(write_shop(tables(), top='as_of = "2024-12-31"\n', more=more))
    limits = journeys.thresholds(shop.rule_settings)
    reached = journeys.milestones(shop.lines, shop.events, shop.contacts, as_of=shop.as_of, limits=limits)
    prospects = journeys.prospects(reached, shop.memberships.whole).set_index("prospect")["people"]
    states = journeys.states(reached, shop.people, shop.memberships.whole).set_index("state")["people"]
    carts = journeys.abandoned_carts(shop.events, shop.lines, as_of=shop.as_of, limits=limits)
    waiting = journeys.support_waiting(journeys.ticket_times(shop.tickets, as_of=shop.as_of), limits=limits)
    counted = {
        "Leads": prospects["lead"],
        "Curious prospects": prospects["curious"],
        "Undecided prospects": prospects["undecided"],
        "Dormant": states["dormant"],
        "Abandoned carts": carts.attrs["people"],
        "Support waiting": waiting["people"].iloc[0],
    }
    calls = shop.rules.calls(kinds_of(shop.people), as_of=shop.as_of)
    members = find_members(shop.people, shop.rules, measured=shop.measured(calls), as_of=shop.as_of).table
    sizes = members["segment"].value_counts()
    assert counted == {name: sizes.get(name, 0) for name in counted}
    assert min(counted.values()) > 0


def test_thresholds_are_those_of_the_catalogue_where_it_is_not_used(write_shop):
    shop = open_shop(write_shop(tables(), more="[segments]\ncatalogue = false\n"))
    assert journeys.thresholds(shop.rule_settings, cart_hours=6) == read_rules("shop").settings | {"cart_hours": 6}
    reached = journeys.milestones(shop.lines, shop.events, as_of=shop.as_of, limits=shop.rule_settings)
    assert journeys.prospects(reached, shop.memberships.whole)["prospect"].tolist() == ["cart"]
