"""People at the edge of a segment, placed by hand in ``edges.toml``: just in, or just out."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pandas as pd

from demo_shop.days import PRICE_RISE

FIRST_CONTACT, FIRST_ORDER, FIRST_VISIT, FIRST_TICKET = 10_901, 90_001, 900_001, 9_001
CODE_WORTH = 0.1


def read_edges() -> list[dict[str, Any]]:
    """One entry a person: id (a visitor's where nothing but visits is told), what they are at the edge of, and rows."""
    people = tomllib.loads((Path(__file__).parent / "edges.toml").read_text(encoding="utf-8"))["people"]
    for number, person in enumerate(people):
        known = {"orders", "tickets"} & set(person)
        person["visitor_id"] = f"V{90_001 + number}"
        person["customer_id"] = f"C{FIRST_CONTACT + number}" if known else None
        person["person"] = person["customer_id"] or f"visitor:{person['visitor_id']}"
        person["edge"] = f"in: {person['in']}" if "in" in person else f"out: {person['out']}"
    return people


def edge_truth() -> pd.DataFrame:
    """customer_id, edge, why."""
    return pd.DataFrame(read_edges())[["person", "edge", "why"]].rename(columns={"person": "customer_id"})


def edge_contacts() -> pd.DataFrame:
    """Contacts of those with orders or requests; without consent, so that nobody is mailed."""
    known = [person for person in read_edges() if person["customer_id"]]
    first = [min(text[:10] for text in [*person.get("orders", []), *person.get("tickets", [])]) for person in known]
    signed = [person.get("signed_up", day) for person, day in zip(known, first, strict=True)]
    ids = [person["customer_id"] for person in known]
    contacts = pd.DataFrame({"customer_id": ids, "signed_up_at": pd.to_datetime(signed)})
    place = {"country": "Ireland", "city": "Galway", "region": "Connacht"}
    return contacts.assign(group="edges", email_consent=False, listed=True, **place)


def edge_lines(products: pd.DataFrame) -> pd.DataFrame:
    """Order lines, at noon unless told, and what is sent back of them."""
    rows = [row for person in read_edges() for row in sold(person)]
    lines = pd.DataFrame(rows)
    numbers = lines.groupby(["customer_id", "ordered_at"], sort=False).ngroup()
    lines["order_id"] = "HP" + (FIRST_ORDER + numbers).astype(str)
    price = lines["product_id"].map(products.set_index("product_id")["price"])
    lines["unit_price"] = price.where(lines["ordered_at"] < PRICE_RISE, price * 1.05).round(1)
    worth = lines["quantity"] * lines["unit_price"]
    lines["discount"] = (worth * CODE_WORTH).where(lines["coupon_code"].notna(), 0).round(2)
    back = pd.concat([sent_back(person, lines) for person in read_edges()])
    return pd.concat([lines, back], ignore_index=True).assign(channel="web", country="Ireland")


def sold(person: dict[str, Any]) -> list[dict[str, Any]]:
    rows = []
    for text in person.get("orders", []):
        *when, product, quantity = text.removesuffix(" PINE10").split()
        moment = pd.Timestamp(" ".join(when).replace("!", "")) + pd.Timedelta(hours=12 if len(when) == 1 else 0)
        status = "cancelled" if "!" in text else "completed"
        row = {"customer_id": person["customer_id"], "ordered_at": moment, "product_id": product, "status": status}
        rows.append(row | {"quantity": int(quantity), "coupon_code": "PINE10" if text.endswith("PINE10") else None})
    return rows


def sent_back(person: dict[str, Any], lines: pd.DataFrame) -> pd.DataFrame:
    parts = []
    for text in person.get("returns", []):
        day, product, quantity = text.split()
        bought = lines[(lines["customer_id"] == person["customer_id"]) & (lines["product_id"] == product)].head(1)
        later = pd.Timestamp(day) + pd.Timedelta(hours=12)
        parts.append(bought.assign(order_id=bought["order_id"] + "-R", ordered_at=later, quantity=-int(quantity)))
    return pd.concat(parts) if parts else lines.head(0)


def edge_tickets() -> pd.DataFrame:
    """Questions about delivery, by e-mail."""
    told = [(person["customer_id"], *text.split()) for person in read_edges() for text in person.get("tickets", [])]
    tickets = pd.DataFrame(told, columns=["customer_id", "opened_at", "answered_at", "closed_at"]).replace("-", None)
    times = {name: pd.to_datetime(tickets[name]) for name in ("opened_at", "answered_at", "closed_at")}
    numbers = [f"T{FIRST_TICKET + row}" for row in range(len(tickets))]
    return tickets.assign(ticket_id=numbers, channel="e-mail", reason="Delivery", product_id=None, **times)


def edge_events() -> pd.DataFrame:
    """One visit an event."""
    told = [
        {"visitor_id": person["visitor_id"], "customer_id": person["customer_id"], "at": text[:19], "event": text[20:]}
        for person in read_edges()
        for text in person.get("visits", [])
    ]
    events = pd.DataFrame(told).assign(at=lambda table: pd.to_datetime(table["at"]), channel="direct")
    cart = events["event"] == "cart"
    events["product_id"] = pd.Series("KIT-03", index=events.index).where(cart)
    events["quantity"] = pd.Series(1.0, index=events.index).where(cart)
    events["amount"] = pd.Series(83.0, index=events.index).where(cart)
    return events.assign(session_id=[f"S{FIRST_VISIT + row}" for row in range(len(events))], start=events["at"])
