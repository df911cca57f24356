"""Page 06: steps, first products, when orders come, what went back and who waits."""

from __future__ import annotations

import numpy as np
import pandas as pd
from recounting.sentences import ALL, REAL, RETURNS, WEEKDAYS, WORDS, N, Sentences
from recounting.sums import DAY, Shop
from scipy import stats

told = Sentences()


@told("06_journeys", rf"{N} customers silent for much longer than usual \({N} of the customers\)")
def silent(shop, run):
    who = shop.by_rule["Dormant"]
    return [who.sum(), who.mean()]


@told("06_journeys", rf"Beside the stages stand {N} contacts who have never ordered \({N} of the contacts\)", ("demo",))
def leads(shop, run):
    contacts = shop.sides["contacts"]
    known = contacts[contacts["signed_up_at"] < shop.end]["customer_id"]
    never = ~known.isin(shop.orders["customer_id"])
    return [never.sum(), never.mean()]


@told(
    "06_journeys",
    rf"The largest step down is from repeat to loyal: of {N} people first seen {N} days ago or longer, {N} \({N}\) "
    rf"have not taken it; {N} reach loyal",
    REAL,
)
def step_to_loyal(shop, run):
    needed = 180 + int(np.ceil(shop.usual_gap))
    reached = steps(shop)
    watched = reached[(shop.as_of - reached["day"]).dt.days >= needed]
    again = watched[watched["repeat"].notna()]
    left = again["loyal"].isna()
    return [len(again), needed, left.sum(), left.mean(), watched["loyal"].notna().mean()]


def steps(shop: Shop) -> pd.DataFrame:
    """When each who ordered did so first, again, and as the fourth time or later, 180 days after the first or later."""
    orders = shop.orders.assign(number=shop.orders.groupby("customer_id").cumcount() + 1)
    first = orders[orders["number"] == 1].set_index("customer_id")[["at", "day"]]
    repeat = orders[orders["number"] == 2].set_index("customer_id")["at"]
    late = orders["at"] >= orders["customer_id"].map(first["at"]) + 180 * DAY
    loyal = orders[late & (orders["number"] >= 4)].groupby("customer_id")["at"].min()
    return first.assign(repeat=repeat, loyal=loyal)


@told(
    "06_journeys",
    rf"From first order to repeat half take {N} days or less \({N} people\); {N} of {N} have not got there",
    REAL,
)
def days_to_repeat(shop, run):
    reached = steps(shop)
    taken = (reached["repeat"] - reached["at"]).dropna() / DAY
    return [taken.median(), len(taken), len(reached) - len(taken), len(reached)]


@told(
    "06_journeys",
    rf"The largest step down is from visit to cart: {N} of {N} people \({N}\) do not take it; {N} reach loyal",
    ("demo",),
)
def step_to_cart(shop, run):
    events = shop.sides["events"]
    events = events[events["at"] < shop.end]
    met = events.dropna(subset=["customer_id"]).groupby("visitor_id")["customer_id"].agg(["nunique", "first"])
    alone = events["visitor_id"].map(met.loc[met["nunique"] == 1, "first"])
    events = events.assign(who=events["customer_id"].fillna(alone).fillna("visitor:" + events["visitor_id"]))
    seen = pd.DataFrame({"visit": events.groupby("who")["at"].min()}).join(steps(shop))
    filled = events[events["event"].isin(["cart", "checkout", "add_to_cart"])]["who"]
    began = seen[["visit", "at"]].min(axis=1)
    seen = seen[(began >= shop.new_since) & ~(seen["day"] < seen["visit"].dt.normalize())]
    cart = seen.index.isin(filled) | seen["at"].notna()
    old = (shop.as_of - seen["visit"].dt.normalize()).dt.days >= 180 + int(np.ceil(shop.usual_gap))
    return [(~cart).sum(), len(seen), 1 - cart.mean(), seen.loc[old, "loyal"].notna().mean()]


def in_time(shop: Shop) -> pd.DataFrame:
    """First orders old enough that each had 90 days for another, and whether it came."""
    old = shop.firsts[shop.firsts["day"] <= shop.as_of - 90 * DAY]
    return old.assign(back=(old["next"] - old["day"]).dt.days.le(90))


@told("06_journeys", rf"Within 90 days {N} of {N} (?:new customers|customers first seen) came back; ")
def back_in_time(shop, run):
    back = in_time(shop)["back"]
    return [back.mean(), len(back)]


@told(
    "06_journeys",
    rf"who began with (\w+) came back more often \({N}\)(?:, who began with (\w+) came back less often \({N}\))?",
    ALL[:2],
)
def first_products(shop, run):
    first, sold = in_time(shop), shop.lines[~shop.lines["back"]]
    held = sold[["customer_id", "order_id", "category"]].dropna().drop_duplicates()
    held = held.merge(first[["customer_id", "order_id", "back"]], on=["customer_id", "order_id"])
    each = held.groupby("category")["back"].agg(["sum", "size"])[lambda table: table["size"] >= 30]
    yes, n = first["back"].sum(), len(first)
    rest = [((hits, of - hits), (yes - hits, n - of - yes + hits)) for hits, of in each.to_numpy()]
    sure = stats.false_discovery_control([stats.fisher_exact(four)[1] for four in rest]) <= 0.025
    clear = (each["sum"] / each["size"])[sure].sort_values()
    more, less = clear[clear > yes / n], clear[clear < yes / n]
    ends = [more.index[-1], more.iloc[-1]], [less.index[0], less.iloc[0]] if len(less) else [None, None]
    return [*ends[0], *ends[1]]


@told("06_journeys", rf"The busiest hour of the week is (\w+) at {N}:00, with {N} of {N} orders")
def busiest_hour(shop, run):
    at = shop.window_orders["at"]
    counts = at.groupby([at.dt.day_of_week, at.dt.hour]).size()
    return [WEEKDAYS[counts.idxmax()[0]], counts.idxmax()[1], counts.max(), len(at)]


@told("06_journeys", rf"Everyone {N} (\w+day) \({N}\) {N}:00 \({N}\)")
def weekday_and_hour(shop, run):
    at = shop.window_orders["at"]
    day, hour = (part.value_counts(normalize=True) for part in (at.dt.day_of_week, at.dt.hour))
    return [len(at), WEEKDAYS[day.idxmax()], day.max(), hour.idxmax(), hour.max()]


@told(
    "06_journeys",
    rf"{N} of {N} customers \({N}\) sent something back, {N} of the sales \({N}\); most of all {WORDS} {N}, "
    rf"least {WORDS} {N}\.",
    RETURNS,
)
def sent_back(shop, run):
    one = shop.customers
    did, money = one["returned"].gt(0), one["returned"].sum()
    each = did.groupby(shop.rfm).mean()
    ends = [each.idxmax(), each.max(), each.idxmin(), each.min()]
    return [did.sum(), len(one), did.mean(), money / one["sales"].sum(), money, *ends]


@told(
    "06_journeys",
    rf"{N} of {N} requests, of {N} people, are open, {N} never answered; half of them wait {N} days or longer, "
    rf"one {N} days",
    ("demo",),
)
def waiting(shop, run):
    tickets = shop.sides["tickets"]
    asked = tickets[tickets["opened_at"] < shop.end]
    left = asked[~(asked["closed_at"] < shop.end)]
    days = (shop.as_of - left["opened_at"].dt.normalize()).dt.days
    unanswered = ~(left["answered_at"] < shop.end)
    return [len(left), len(asked), left["customer_id"].nunique(), unanswered.sum(), days.median(), days.max()]


@told(
    "06_journeys",
    rf"{N} things were sent, and none did more than chance explains\. The furthest is {WORDS} \({WORDS}\), {N} against "
    rf"{N} of those left alone; of so many people less than {N} points goes unseen\.",
    ("demo",),
)
def campaigns(shop, run):
    sent = shop.sides["campaigns"].groupby(["campaign", "arm", "customer_id"])["sent_at"].min().reset_index()
    begun = shop.lines[~shop.lines["back"]].groupby(["customer_id", "order_id"])["at"].min().reset_index()
    both = sent.merge(begun, on="customer_id", how="left")
    after = (both["at"] - both["sent_at"]).between(pd.Timedelta(0), 30 * DAY, inclusive="left")
    came = both.assign(came=after).groupby(["campaign", "arm", "customer_id"])["came"].any()
    arms = came.groupby(level=["campaign", "arm"]).agg(["mean", "size"]).reset_index("arm")
    alone = arms[arms["arm"].eq("control")]
    arms = arms[arms["arm"].ne("control")].join(alone[["mean", "size"]].add_suffix("_alone"))
    apart = (2 * np.arcsin(np.sqrt(arms["mean"])) - 2 * np.arcsin(np.sqrt(arms["mean_alone"]))).abs()
    best = arms.reset_index().loc[int(apart.to_numpy().argmax())]
    noise = np.sqrt(best["mean_alone"] * (1 - best["mean_alone"]) * (1 / best["size"] + 1 / best["size_alone"]))
    seen = 100 * noise * (stats.norm.isf(0.025 / 2) + stats.norm.isf(0.2))
    return [len(arms), best["arm"], best["campaign"], best["mean"], best["mean_alone"], seen]
