"""Page 01 and the index: how many, how much, who is new and who came back."""

from __future__ import annotations

import numpy as np
import pandas as pd
from recounting.sentences import ALL, DATE, REAL, RETURNS, WEEKDAYS, WORDS, N, Sentences
from recounting.sums import DAY, Shop, wilson

told = Sentences()


def last_month(shop: Shop) -> pd.Period:
    """The last month of which the records cover nine tenths."""
    last = shop.lines["at"].max()
    return last.to_period("M") - int(last.day < 0.9 * last.days_in_month)


@told("index", rf"{N} customers, {N} orders; as of {DATE}, the")
def basis(shop, run):
    return [len(shop.customers), len(shop.window_orders), shop.as_of]


@told("01_exploration", rf"{N} of {N} lines \({N}\) are analysed")
def analysed(shop, run):
    n, of = len(shop.window_lines), len(shop.raw)
    return [n, of, n / of]


@told("01_exploration", rf"largest loss is lines without a customer: {N} \({N}\), worth {N}\.", RETURNS)
def guests(shop, run):
    lost = shop.marked[shop.marked["why"].eq("no customer")]
    return [len(lost), len(lost) / len(shop.raw), lost["amount"].sum()]


@told("01_exploration", rf"In {N} weeks sales came to {N}, and {N} \({N}\) went back", RETURNS)
def went_back(shop, run):
    sold, back = (shop.lines.loc[shop.lines["back"].eq(one), "amount"].sum() for one in (False, True))
    weeks = ((shop.lines["at"].max().normalize() - shop.lines["at"].min().normalize()).days + 1) / 7
    return [weeks, sold, -back, -back / sold]


@told(
    "01_exploration",
    rf"The last three full months \(to (\w+ \d+)\) brought {N} net, {N} more than the (same|three) months",
)
def last_months(shop, run):
    by_month = shop.money.groupby(shop.money["at"].dt.to_period("M"))["amount"].sum()
    end = last_month(shop)
    back = 12 if len(by_month) >= 24 else 3  # of a single year growth and season cannot be told apart
    now, before = (by_month[end - shift - 2 : end - shift].sum() for shift in (0, back))
    return [f"{end.strftime('%B %Y')}", now, now / before - 1, "same" if back == 12 else "three"]


@told(
    "01_exploration",
    rf"{WORDS} brings {N} times as much as an average month, {WORDS} {N} times \(2 full years\)",
    ("demo",),
)
def season(shop, run):
    month = shop.money["at"].dt.to_period("M")
    by_month = shop.money.groupby(month)["amount"].sum()["2023-01":"2024-12"]
    index = by_month / by_month.groupby(by_month.index.year).transform("mean")
    year = index.groupby(index.index.strftime("%B")).mean()
    return [year.idxmax(), year.max(), year.idxmin(), year.min()]


@told(
    "01_exploration",
    rf"(\w+day) is the busiest day with {N} of {N} orders; half of all orders come between {N}:00 and {N}:00",
)
def busiest_day(shop, run):
    at = shop.window_orders["at"]
    days, hours = at.dt.day_of_week.value_counts(), at.dt.hour.value_counts().reindex(range(24), fill_value=0)
    twice = pd.concat([hours, hours]).to_numpy()
    runs = [(long, -twice[first : first + long].sum(), first) for long in range(1, 25) for first in range(24)]
    long, _, first = min(one for one in runs if -one[1] * 2 >= len(at))
    return [WEEKDAYS[days.idxmax()], days.max() / len(at), len(at), first, (first + long) % 24]


@told("01_exploration", rf"Half of the {N} orders are worth up to {N}; the 10% above {N} bring {N} of the sales")
def order_values(shop, run):
    sales = shop.window_orders["sales"]
    high = sales.quantile(0.9)
    return [len(sales), sales.median(), high, sales[sales > high].sum() / sales.sum()]


@told(
    "01_exploration",
    rf"Half of the revenue comes from {N} of the customers \({N} of {N}\)\.",
)
def concentration(shop, run):
    money = shop.customers["revenue"].sort_values(ascending=False)
    few = int((money.cumsum() < money.sum() / 2).sum()) + 1
    return [few / len(money), few, len(money)]


@told(
    "01_exploration",
    rf"The largest of {N} categories, {WORDS}, brings {N} of the net revenue; the three largest together {N}",
    ALL[:2],
)
def categories(shop, run):
    lines = shop.window_lines
    money = lines.groupby(lines["category"].fillna("not told"))["amount"].sum().sort_values(ascending=False)
    share = money / money.sum()
    return [len(money), money.index[0], share.iloc[0], share.iloc[:3].sum()]


@told(
    "01_exploration",
    rf"Discounts gave away {N} of the sales before discount \({N}\); {N} of the orders had one",
    ALL[:2],
)
def discounts(shop, run):
    given, orders = shop.window_orders["discount"], shop.window_orders
    return [given.sum() / (given.sum() + orders["sales"].sum()), given.sum(), given.gt(0).mean()]


@told("01_exploration", rf"The records begin on {DATE}. Who is first seen since {DATE} is called new", ("demo",))
def new_since(shop, run):
    return [shop.orders["day"].min(), shop.new_since]


@told("01_exploration", rf"Nobody can be called new: the records begin on {DATE}, and go on for too short a time", REAL)
def nobody_new(shop, run):
    return [shop.orders["day"].min() if shop.new_since is None else "somebody can"]


@told(
    "01_exploration",
    rf"Of {N} new customers who first bought more than 90 days ago, {N} have not ordered again "
    rf"\(95% interval {N} to {N}\)",
    ("demo",),
)
def one_time(shop, run):
    settled = shop.firsts[shop.firsts["day"] < shop.as_of - 90 * DAY]
    once = settled["ever"].eq(1)
    return [len(settled), once.mean(), *wilson(once.sum(), len(settled))]


@told("01_exploration", rf"Of {N} customers first seen more than 90 days ago, {N} have one order in the records", REAL)
def one_order(shop, run):
    return one_time(shop, run)[:2]


@told("01_exploration", rf"Of {N} repeat orders, half came within {N} days of the order before and 80% within {N} days")
def repeats(shop, run):
    gaps = shop.orders.groupby("customer_id")["day"].diff().dropna().dt.days.sort_values().to_numpy()
    return [len(gaps), *(gaps[int(np.ceil(part * len(gaps))) - 1] for part in (0.5, 0.8))]


@told("01_exploration", rf"One month after .{{10,30}}, {N} of (?:new|the) customers ordered again \({N} of {N}\)")
def cohorts(shop, run):
    end = last_month(shop)
    first = shop.orders.groupby("customer_id")["at"].min()
    starts = first.groupby(first.dt.to_period("M")).min()
    whole = starts.index[starts >= (shop.new_since or pd.Timestamp.min)]
    cohort = first.dt.to_period("M")
    cohort = cohort[cohort.isin(whole) & (cohort < end)]
    active = set(zip(shop.orders["customer_id"], shop.orders["at"].dt.to_period("M"), strict=True))
    back = sum((who, month + 1) in active for who, month in cohort.items())
    return [back / len(cohort), back, len(cohort)]


@told(
    "index",
    rf"Of the {N} customers of the 365 days before, {N} \({N}\) ordered again, for {N}: they had brought {N} before, "
    rf"and the others {N}. Customers who did not order in those days brought {N}\.",
    ("demo",),
)
def came_back(shop, run):
    before, now = shop.ago(365).customers["revenue"], shop.customers["revenue"]
    both, new = now.index.intersection(before.index), now.index.difference(before.index)
    gone = before.index.difference(now.index)
    return [
        len(before),
        len(both),
        len(both) / len(before),
        now[both].sum(),
        before[both].sum(),
        before[gone].sum(),
        now[new].sum(),
    ]
