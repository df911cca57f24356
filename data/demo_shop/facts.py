"""What the generator knows of its own tables, counted in plain pandas: the base of the truth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

AS_OF, WINDOW_DAYS = pd.Timestamp("2025-01-01"), 365
END = AS_OF + pd.Timedelta(days=1)
START = END - pd.Timedelta(days=WINDOW_DAYS)


@dataclass(frozen=True)
class Facts:
    """Clean sales and returns, orders, events with the person of each, and the other tables, up to the as-of date."""

    sold: pd.DataFrame
    back: pd.DataFrame
    orders: pd.DataFrame
    events: pd.DataFrame
    tickets: pd.DataFrame
    contacts: pd.DataFrame
    people: pd.DataFrame
    products: pd.DataFrame

    @property
    def window(self) -> pd.DataFrame:
        """Orders of the window."""
        return self.orders[self.orders["ordered_at"] >= START]

    @property
    def revenue(self) -> pd.Series:
        """Net revenue of the window, of everyone with an order in it."""
        money = pd.concat([self.sold, self.back])
        money = money[money["ordered_at"] >= START].groupby("customer_id")["amount"].sum()
        return money.reindex(self.window["customer_id"].unique()).round(2)


def find_facts(tables: dict[str, pd.DataFrame], people: pd.DataFrame) -> Facts:
    """Facts as at the as-of date; ``people`` are the contacts with what was planted, listed or not."""
    lines = clean(tables["orders"])
    sold, back = lines[lines["quantity"] > 0], lines[lines["quantity"] < 0]
    asked = {"ordered_at": ("ordered_at", "first"), "amount": ("amount", "sum"), "items": ("quantity", "sum")}
    asked |= {"coupon": ("coupon_code", "count"), "discount": ("discount", "sum"), "country": ("country", "first")}
    orders = sold.groupby(["order_id", "customer_id"], as_index=False).agg(**asked)
    orders["customer_id"] = orders["customer_id"].astype(str)
    tickets = tables["tickets"][tables["tickets"]["opened_at"] < END]
    contacts = tables["contacts"][tables["contacts"]["signed_up_at"] < END].set_index("customer_id")
    events = with_person(tables["events"])
    known = people.set_index("customer_id")
    return Facts(sold, back, orders, events[events["at"] < END], tickets, contacts, known, tables["products"])


def clean(lines: pd.DataFrame) -> pd.DataFrame:
    """Known customers, completed, priced, once each, up to the as-of date."""
    lines = lines.assign(amount=(lines["quantity"] * lines["unit_price"] - lines["discount"]).round(2))
    usable = lines["customer_id"].notna() & (lines["status"] == "completed") & (lines["unit_price"] > 0)
    lines = lines[usable & (lines["ordered_at"] < END)]
    return lines.drop_duplicates(["order_id", "product_id", "quantity", "ordered_at"])


def with_person(events: pd.DataFrame) -> pd.DataFrame:
    """Whose each event is: who signed in, else the only one who ever did in that browser, else the browser."""
    one = events.groupby("visitor_id")["customer_id"].agg(["nunique", "first"])
    owner = events["visitor_id"].map(one.loc[one["nunique"] == 1, "first"])
    person = events["customer_id"].fillna(owner).fillna("visitor:" + events["visitor_id"])
    return events.assign(person=person)


def usual_gaps(orders: pd.DataFrame) -> pd.Series:
    """Days between the order days of each buyer (three are needed), else those within which half of all came back."""
    days = orders.assign(day=orders["ordered_at"].dt.normalize()).drop_duplicates(["customer_id", "day"])
    days = days.sort_values(["customer_id", "day"])
    until = days.groupby("customer_id")["day"].shift(-1)
    gaps = (until.fillna(AS_OF.normalize()) - days["day"]).dt.days
    own = gaps[until.notna()].groupby(days["customer_id"]).agg(["median", "count"])
    own = own.reindex(days["customer_id"].unique())
    return own["median"].where(own["count"] >= 2, _half_back(gaps.to_numpy(), until.notna().to_numpy()))


def _half_back(gaps: np.ndarray, ended: np.ndarray) -> float:
    """Days after which half came back, by Kaplan and Meier: who has not come back yet is counted until now."""
    away = 1.0
    for day in np.unique(gaps[ended]):
        away *= 1 - (gaps[ended] == day).sum() / (gaps >= day).sum()
        if away <= 0.5:
            return float(day)
    return float("nan")
