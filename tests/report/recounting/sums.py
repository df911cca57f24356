"""Sums of a shop by pandas alone, from the rows of its files; nothing is seglib's, so that none agrees by habit.

What counts is told in docs/architecture.md (order, window, new), data/README.md (what is left out), docs/rules.md.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, cached_property

import numpy as np
import pandas as pd

DAY = pd.Timedelta(days=1)
# recency 5 (best) to 1 by the mean of frequency and money 1 to 5
GRID = """
New Customers,Potential Loyalists,Potential Loyalists,Champions,Champions
Promising,Potential Loyalists,Potential Loyalists,Champions,Champions
About To Sleep,About To Sleep,Need Attention,Loyal Customers,Loyal Customers
Hibernating,Hibernating,At Risk,At Risk,At Risk
Lost,Hibernating,At Risk,Can't Lose Them,Can't Lose Them
"""
NAMES = np.array([row.split(",") for row in GRID.split("\n")[1:-1]], dtype=object)[::-1]
AGES = ("under 30 days", "30 to under 90 days", "90 to under 180 days", "180 days or more")  # of one order
SIDES = ("products", "contacts", "events", "tickets")


@dataclass(frozen=True, eq=False)
class Shop:
    """Raw rows (``order_id, customer_id, at, amount, back``, and what else is told), and the day they are looked at."""

    name: str
    raw: pd.DataFrame
    as_of: pd.Timestamp
    window: int | None = None
    opened: pd.Timestamp | None = None
    bulk_items: int = 5
    sides: dict[str, pd.DataFrame] | None = None

    @cache  # noqa: B019 - a shop lives as long as its test
    def ago(self, days: int) -> Shop:
        """The shop as it was so many days ago."""
        return replace(self, as_of=self.as_of - days * DAY)

    @property
    def end(self) -> pd.Timestamp:
        return self.as_of + DAY

    @property
    def start(self) -> pd.Timestamp:
        return self.end - self.window * DAY if self.window else pd.Timestamp.min

    @cached_property
    def marked(self) -> pd.DataFrame:
        """Each row with the first reason for which it is left out; empty where it is analysed."""
        raw, price = self.raw, self.raw.get("price", self.raw["amount"])
        reasons = {
            "duplicate": raw["copy"],
            "cancelled": raw.get("status", pd.Series("", raw.index)).eq("cancelled"),
            "no customer": raw["customer_id"].isna(),
            "zero": raw["amount"].eq(0) | price.eq(0),
            "negative": ~raw["back"] & (raw["amount"].lt(0) | price.lt(0)),
            "after": raw["at"] >= self.end,
        }
        why = pd.Series(np.select(list(reasons.values()), list(reasons), ""), raw.index)
        begun = raw[why.eq("") & ~raw["back"]].groupby(["customer_id", "order_id"])["at"].min().rename("begun")
        raw = raw.join(begun, on=["customer_id", "order_id"]).assign(why=why)
        counts = raw["at"].where(raw["back"], raw["begun"])
        raw.loc[raw["why"].eq("") & (counts < self.start), "why"] = "before"
        buyers = raw.loc[raw["why"].eq("") & ~raw["back"], "customer_id"]
        raw.loc[raw["why"].eq("") & ~raw["customer_id"].isin(buyers), "why"] = "return only"
        return raw

    @cached_property
    def lines(self) -> pd.DataFrame:
        """Usable rows up to the day, of the whole history, of those who ever ordered."""
        lines = self.marked[self.marked["why"].isin(["", "before", "return only"])]
        return lines[lines["customer_id"].isin(lines.loc[~lines["back"], "customer_id"])]

    @cached_property
    def window_lines(self) -> pd.DataFrame:
        return self.marked[self.marked["why"].eq("")]

    @cached_property
    def orders(self) -> pd.DataFrame:
        """One row an order of the whole history: ``customer_id, order_id, at, sales`` and what else the rows tell."""
        sold = self.lines[~self.lines["back"]].sort_values("at", kind="stable")
        told = {"at": ("at", "min"), "sales": ("amount", "sum")}
        told |= {name: (name, "sum") for name in ("quantity", "discount") if name in sold}
        told |= {name: (name, "first") for name in ("channel", "coupon") if name in sold}
        orders = sold.groupby(["customer_id", "order_id"], as_index=False).agg(**told)
        orders["day"] = orders["at"].dt.normalize()
        return orders.sort_values(["customer_id", "at", "order_id"], ignore_index=True)

    @cached_property
    def window_orders(self) -> pd.DataFrame:
        return self.orders[self.orders["at"] >= self.start]

    @cached_property
    def money(self) -> pd.DataFrame:
        """What came in and went back, when it counts: orders at their begin, returns at their own time."""
        back = self.lines[self.lines["back"]][["customer_id", "at", "amount"]].assign(back=True)
        sold = self.orders[["customer_id", "at", "sales"]].rename(columns={"sales": "amount"}).assign(back=False)
        return pd.concat([sold, back], ignore_index=True)

    @cached_property
    def customers(self) -> pd.DataFrame:
        """Who ordered in the window: measures of the window, first and last order, the window before."""
        ever, inside = self.orders.groupby("customer_id"), self.window_orders.groupby("customer_id")
        table = pd.DataFrame({"frequency": inside.size(), "sales": inside["sales"].sum(), "last": inside["day"].max()})
        table["largest"] = inside["sales"].max()
        dated = self.money[self.money["at"] >= self.start]
        table["revenue"] = dated.groupby("customer_id")["amount"].sum()
        returned = -dated[dated["back"]].groupby("customer_id")["amount"].sum()
        table["returned"] = returned.reindex(table.index).fillna(0)
        table["first"], table["ever"] = ever["day"].min(), ever.size()
        table["recency"] = (self.as_of - table["last"]).dt.days
        table["tenure"] = (self.as_of - table["first"]).dt.days
        table["value"] = table["sales"] / table["frequency"]
        table["items"] = inside["quantity"].sum() / table["frequency"]
        return table

    @cached_property
    def gaps(self) -> pd.DataFrame:
        """Days from each day with an order to the customer's next, or to this day where none followed (``ended``)."""
        days = self.orders[["customer_id", "day"]].drop_duplicates()
        following = days.groupby("customer_id")["day"].shift(-1)
        length = (following.fillna(self.as_of) - days["day"]).dt.days
        return days.assign(days=length, ended=following.notna())

    @cached_property
    def staying_away(self) -> np.ndarray:
        """Kaplan-Meier: share of gaps longer than 0, 1, 2, ... days."""
        share, stays = 1.0, []
        ended = self.gaps.groupby("days")["ended"].sum()
        begun = self.gaps.groupby("days").size()
        left = len(self.gaps)
        for day in range(int(self.gaps["days"].max()) + 1):
            share *= 1 - ended.get(day, 0) / left
            left -= begun.get(day, 0)
            stays.append(share)
        return np.array(stays)

    @property
    def usual_gap(self) -> float:
        below = np.flatnonzero(self.staying_away <= 0.5)
        return float(below[0]) if len(below) else float("nan")

    @cached_property
    def new_since(self) -> pd.Timestamp | None:
        """First day from which on at most one in ten of all first seen come back from before the records."""
        firsts = self.orders.groupby("customer_id")["day"].min()
        begin = firsts.min()
        span = (self.as_of - begin).days
        stays = lambda days: self.staying_away[min(days, len(self.staying_away) - 1)]  # noqa: E731
        slower = stays(span) / stays(span // 2)

        def longer(days: float) -> float:
            """As many gaps end in each doubling of the time as in the one before."""
            return stays(int(days)) if days <= span else stays(span) * slower ** np.log2(days / span)

        traded = (begin - self.opened).days if self.opened is not None else None
        longest = [2 * span if traded is None else min(day + traded, 2 * span) for day in range(span + 1)]
        a_day = len(self.gaps) / span
        old = a_day * np.array([stays(day) - longer(longest[day]) for day in range(span + 1)])
        seen = (firsts - begin).dt.days.value_counts().reindex(range(span + 1), fill_value=0)
        for day in range(span + 1):
            if old[day:].sum() <= 0.1 * max(seen[day:].sum(), 1):
                return begin + day * DAY
        return None

    @cached_property
    def firsts(self) -> pd.DataFrame:
        """The first order of each who is new, or of all first seen where nobody can be called new, and the next."""
        orders = self.orders.assign(next=self.orders.groupby("customer_id")["day"].shift(-1))
        first = orders.drop_duplicates("customer_id").assign(ever=orders.groupby("customer_id").size().to_numpy())
        return first if self.new_since is None else first[first["day"] >= self.new_since]

    @cached_property
    def rfm(self) -> pd.Series:
        return rfm(self.customers, self.customers)

    @cached_property
    def by_rule(self) -> dict[str, pd.Series]:
        """Who of all who ever ordered is in each of the segments by rule that orders alone can tell."""
        days = self.orders.groupby("customer_id")["day"]
        one = self.customers.reindex(days.max().index).assign(ever=days.size())
        one["recency"] = (self.as_of - days.max()).dt.days
        gaps = self.gaps[self.gaps["ended"]].groupby("customer_id")["days"].agg(["median", "size"])
        usual = gaps["median"].where(gaps["size"] >= 2).reindex(one.index).fillna(self.usual_gap)
        spent, once = rank(one["revenue"]), one["ever"].eq(1)
        found = {
            "Top spenders": spent.ge(0.9),
            "Regulars": one["frequency"].ge(4) & one["recency"].le(90) & spent.ge(0.6) & one["tenure"].ge(180)
            & (one["largest"] / one["sales"]).le(0.5),
            "Return-prone": one["frequency"].ge(2) & (one["returned"] / one["sales"]).round(9).ge(0.3),
            "Dormant": one["recency"].gt(usual * one["ever"]) & one["recency"].gt(30),
            "One-time buyers: under 30 days": once & one["recency"].lt(30),
            "One-time buyers: 30 to under 90 days": once & one["recency"].between(30, 89),
            "One-time buyers: 90 to under 180 days": once & one["recency"].between(90, 179),
            "One-time buyers: 180 days or more": once & one["recency"].ge(180),
            "Bulk buyers": rank(one["items"]).ge(0.9) & one["items"].ge(self.bulk_items)
            & rank(one["frequency"]).lt(0.75),
        }  # fmt: skip
        if "coupon" in self.window_orders:
            share = self.window_orders["coupon"].notna().groupby(self.window_orders["customer_id"]).mean()
            found["Coupon customers"] = one["frequency"].ge(2) & share.reindex(one.index).gt(0.5)
        return found


def rfm(customers: pd.DataFrame, learned: pd.DataFrame) -> pd.Series:
    """Names by the cut points of the customers ``learned``."""
    r, f, m = (scores(customers[name], learned[name]) for name in ("recency", "frequency", "revenue"))
    r = np.where(learned["recency"].nunique() > 1, 6 - r, r)
    return pd.Series(NAMES[r - 1, (f + m + 1) // 2 - 1], customers.index)


def cut_points(values: pd.Series) -> list[float]:
    """Values of the customers below whom lie one to four fifths of them."""
    ordered = np.sort(values.to_numpy())
    return [ordered[int(np.ceil(len(ordered) * fifth / 5)) - 1] for fifth in (1, 2, 3, 4)]


def scores(values: pd.Series, learned: pd.Series) -> np.ndarray:
    """1 for the lowest to 5 for the highest: how many cut points lie below; who is above all that part anybody: 5."""
    cuts = [cut for cut in cut_points(learned) if cut < learned.max()]
    if not cuts:
        return np.full(len(values), 3)
    below = sum((values.to_numpy() > cut).astype(int) for cut in cut_points(learned))
    return np.where(values.to_numpy() > max(cuts), 5, 1 + below)


def slips(customers: pd.DataFrame, days: int, learned: pd.DataFrame | None = None) -> pd.Series:
    """The next name of those who get another within so many days without an order, tried day by day."""
    learned = customers if learned is None else learned
    now, told = rfm(customers, learned), pd.Series(pd.NA, customers.index, dtype=object)
    for day in range(1, days + 1):
        then = rfm(customers.assign(recency=customers["recency"] + day), learned)
        told = told.where(told.notna() | then.eq(now), then)
    return told


def rises(customers: pd.DataFrame) -> pd.Series:
    """The name that one order of the usual size, placed now, would bring where it is another one."""
    more = {"frequency": customers["frequency"] + 1, "revenue": customers["revenue"] + customers["value"].clip(lower=0)}
    then = rfm(customers.assign(recency=0, **more), customers)
    return then.where(then.ne(rfm(customers, customers)))


def wilson(hits: float, of: float) -> tuple[float, float]:
    """95% interval of a share."""
    z, share = 1.959963984540054, hits / of
    middle, half = share + z * z / (2 * of), z * np.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return (middle - half) / (1 + z * z / of), (middle + half) / (1 + z * z / of)


def rank(values: pd.Series) -> pd.Series:
    """Share of the customers whose value is strictly smaller."""
    return (values.rank(method="min") - 1) / values.count()
