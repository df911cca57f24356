"""What the shop's pages saw: visits, views, carts, checkouts, purchases, chats, clicks in newsletters.

Two visitors in five agree to be counted. A visitor is a browser; who it is becomes known when they sign in, order or
click in a newsletter. Purchases are the orders of web and app, under their order number, to the second and the cent.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from demo_shop.days import EXPORT_FROM, EXPORT_TO, OPENED, SEASON, pick, season_clock

SOURCES = {"search": 0.37, "direct": 0.21, "social": 0.16, "email": 0.08, "marketplace": 0.11, "referral": 0.07}
OWN_SOURCES = {"search": 0.24, "direct": 0.40, "social": 0.08, "email": 0.20, "marketplace": 0.05, "referral": 0.03}
COUNTED, STRANGERS, NEWSLETTER_DAY = 0.42, 15_000, 8
ORDER_OF_EVENTS = ("newsletter", "visit", "search", "view", "cart", "chat", "checkout", "purchase")


def order_visits(rng: np.random.Generator, orders: pd.DataFrame, counted: pd.Series) -> pd.DataFrame:
    """The visit in which an order was placed: one for each order of a counted customer in web or app."""
    seen = orders[orders["channel"].isin(["web", "app"]) & orders["customer_id"].isin(counted.index)]
    before = rng.gamma(2.2, 260, len(seen)).clip(90, 3000).astype(int).astype("timedelta64[s]")
    visits = seen[["customer_id", "order_id", "ordered_at"]].assign(start=seen["ordered_at"] - before)
    return visits.assign(known=True, depth=3, source=drawn(rng, OWN_SOURCES, len(visits)))


def other_visits(rng: np.random.Generator, orders: pd.DataFrame, counted: pd.Series) -> pd.DataFrame:
    """Visits of customers that end without an order: around their orders, fewer as time goes by."""
    seen = orders[orders["customer_id"].isin(counted.index)]
    seen = seen.loc[seen.index.repeat(rng.poisson(np.where(seen["channel"].isin(["web", "app"]), 0.95, 0.35)))]
    after = np.where(rng.random(len(seen)) < 0.45, -rng.exponential(6, len(seen)), rng.exponential(38, len(seen)))
    start = seen["ordered_at"].to_numpy().astype("datetime64[D]") + after.astype(int).astype("timedelta64[D]")
    visits = seen[["customer_id"]].assign(start=at_home(rng, start), known=rng.random(len(seen)) < 0.55)
    depth = rng.choice([0, 1, 2], len(visits), p=[0.36, 0.36, 0.28])
    return visits.assign(depth=depth, source=drawn(rng, OWN_SOURCES, len(visits)))


def lead_visits(rng: np.random.Generator, contacts: pd.DataFrame) -> pd.DataFrame:
    """People who signed up and never bought: most come once or twice, some again and again for weeks."""
    leads = contacts[(contacts["group"] == "lead") & (rng.random(len(contacts)) < 0.6)]
    undecided = rng.random(len(leads)) < 0.16
    times = np.where(undecided, rng.integers(6, 13, len(leads)), rng.integers(1, 4, len(leads)))
    visits = leads.loc[leads.index.repeat(times), ["customer_id", "signed_up_at"]]
    spread = np.where(np.repeat(undecided, times), rng.uniform(0, 75, len(visits)), rng.exponential(9, len(visits)))
    first = visits["customer_id"] != visits["customer_id"].shift()
    day = visits["signed_up_at"].to_numpy().astype("datetime64[D]") + np.where(first, 0, spread).astype(
        "timedelta64[D]"
    )
    visits = visits.assign(start=np.where(first, visits["signed_up_at"] - pd.Timedelta(minutes=6), at_home(rng, day)))
    deep = rng.choice([1, 2, 4], len(visits), p=[0.45, 0.35, 0.2])
    shallow = rng.choice([0, 1, 2], len(visits), p=[0.45, 0.45, 0.1])
    return visits.assign(
        known=first | (rng.random(len(visits)) < 0.5),
        depth=np.where(np.repeat(undecided, times), deep, shallow),
        source=drawn(rng, SOURCES, len(visits)),
    )


def stranger_visits(rng: np.random.Generator) -> pd.DataFrame:
    """Visitors who never say who they are: most come once and look at a page; one in eighty cannot decide."""
    first = first_days(rng, STRANGERS)
    undecided = rng.random(STRANGERS) < 1 / 80
    times = np.where(undecided, rng.integers(5, 11, STRANGERS), rng.geometric(0.84, STRANGERS))
    visitor = np.repeat(np.arange(STRANGERS), times)
    again = np.r_[False, visitor[1:] == visitor[:-1]]
    wait = np.where(np.repeat(undecided, times), rng.uniform(1, 70, len(visitor)), rng.exponential(14, len(visitor)))
    day = first[visitor] + np.where(again, wait, 0).astype(int).astype("timedelta64[D]")
    visits = pd.DataFrame({"stranger": visitor, "start": at_home(rng, day), "known": False})
    shallow = rng.choice([0, 1, 2], len(visits), p=[0.58, 0.29, 0.13])
    deep = rng.choice([1, 2, 4], len(visits), p=[0.5, 0.32, 0.18])
    depth = np.where(undecided[visitor], deep, shallow)
    return visits.assign(depth=depth, source=drawn(rng, SOURCES, len(visits)))


def first_days(rng: np.random.Generator, n: int) -> np.ndarray:
    """The day of each first visit: more in busy weeks, and more from year to year."""
    clock, calendar = season_clock(SEASON), np.arange(len(season_clock(SEASON)))
    low, high = clock[int((EXPORT_FROM - OPENED) / np.timedelta64(1, "D"))], clock[-1]
    days = np.interp(low + (high - low) * rng.random(n) ** 0.87, clock, calendar).astype(int)
    return OPENED + days.astype("timedelta64[D]")


def newsletter_clicks(rng: np.random.Generator, contacts: pd.DataFrame, counted: pd.Series) -> pd.DataFrame:
    """On the eighth of each month a letter; two in a hundred of those who agreed click within three days."""
    agreed = contacts[contacts["email_consent"] & contacts["customer_id"].isin(counted.index)]
    parts = []
    for month in pd.date_range(EXPORT_FROM, EXPORT_TO - np.timedelta64(20, "D"), freq="MS"):
        day = month + pd.Timedelta(days=NEWSLETTER_DAY - 1)
        clicks = agreed[(agreed["signed_up_at"] < day) & (rng.random(len(agreed)) < 0.028)]
        late = np.minimum(rng.exponential(0.7, len(clicks)), 3).astype(int).astype("timedelta64[D]")
        parts.append(clicks[["customer_id"]].assign(start=at_home(rng, np.datetime64(day, "D") + late)))
    visits = pd.concat(parts).assign(known=True, source="email", letter=True)
    return visits.assign(depth=rng.choice([0, 1, 2], len(visits), p=[0.3, 0.6, 0.1]))


def drawn(rng: np.random.Generator, shares: dict[str, float], n: int) -> np.ndarray:
    return rng.choice([*shares], n, p=[*shares.values()])


def at_home(rng: np.random.Generator, day: np.ndarray) -> np.ndarray:
    evening = rng.random(len(day)) < 0.6
    hours = np.where(evening, rng.normal(20.0, 1.7, len(day)), rng.normal(12.6, 2.8, len(day))).clip(6, 23.4)
    return day.astype("datetime64[D]") + (hours * 3600).astype(int).astype("timedelta64[s]")


def make_visits(rng: np.random.Generator, orders: pd.DataFrame, contacts: pd.DataFrame) -> pd.DataFrame:
    """All visits, numbered by time, with the browser each came from."""
    counted = contacts.loc[rng.random(len(contacts)) < COUNTED, ["customer_id", "signed_up_at"]]
    counted = counted.set_index("customer_id")["signed_up_at"]
    parts = [order_visits(rng, orders, counted), other_visits(rng, orders, counted), lead_visits(rng, contacts)]
    visits = pd.concat([*parts, stranger_visits(rng), newsletter_clicks(rng, contacts, counted)], ignore_index=True)
    visits = visits[visits["start"].between(EXPORT_FROM, EXPORT_TO - np.timedelta64(1, "h"))]
    visits = visits.sort_values("start", kind="stable", ignore_index=True)
    since = visits["customer_id"].map(contacts.set_index("customer_id")["signed_up_at"])
    visits["known"] &= visits["start"] >= since - pd.Timedelta(hours=1)
    second = (rng.random(len(visits)) < 0.12) & visits["customer_id"].notna()
    browser = visits["customer_id"].fillna("stranger " + visits["stranger"].map("{:.0f}".format))
    sharers = counted.index[::20]
    tablets = pd.Series([f"tablet {place // 2}" for place in range(len(sharers))], index=sharers)
    tablet = browser.map(tablets).where(rng.random(len(visits)) < 0.5)
    numbers = pd.factorize(tablet.fillna(browser + np.where(second, " b", "")))[0]
    visits["visitor_id"] = pd.Series(numbers).map("V{:05d}".format)
    visits["session_id"] = [f"S{number:06d}" for number in range(1, len(visits) + 1)]
    return visits


def make_events(
    rng: np.random.Generator, visits: pd.DataFrame, lines: pd.DataFrame, goods: pd.DataFrame
) -> pd.DataFrame:
    """What happened in each visit, by depth: 0 a page, 1 looks at products, 2 fills a cart, 3 orders, 4 chats too."""
    parts = [single(visits, "visit", 0), single(visits[visits["letter"].eq(True)], "newsletter", 0)]
    bought = visits[visits["order_id"].notna()].merge(lines, on="order_id", suffixes=("", "_line"))
    bought["step"] = bought.groupby("session_id").cumcount()
    parts += purchase_steps(rng, visits[visits["order_id"].notna()], bought)
    looking = visits[visits["order_id"].isna() & (visits["depth"] > 0)]
    return in_order([*parts, *looking_steps(rng, looking, goods)])


def in_order(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """All events by time, those of one moment in the order of a usual visit."""
    events = pd.concat(parts, ignore_index=True)
    events["rank"] = events["event"].map({name: place for place, name in enumerate(ORDER_OF_EVENTS)})
    events = events.sort_values(["start", "session_id", "at", "rank"], kind="stable", ignore_index=True)
    events["customer_id"] = events["customer_id"].where(events["known"])
    return events.rename(columns={"source": "channel"})


def single(visits: pd.DataFrame, event: str, seconds: np.ndarray | int, **columns: object) -> pd.DataFrame:
    """One event a visit, so many seconds after its start."""
    kept = visits[["visitor_id", "customer_id", "known", "session_id", "source", "start"]]
    at = kept["start"] + pd.to_timedelta(np.broadcast_to(seconds, len(kept)), unit="s")
    return kept.assign(event=event, at=at, **columns)


def purchase_steps(rng: np.random.Generator, visits: pd.DataFrame, bought: pd.DataFrame) -> list[pd.DataFrame]:
    """Views and carts of what was bought, the checkout, and the purchase at the time and the price of the order."""
    whole = (bought["ordered_at"] - bought["start"]).dt.total_seconds().to_numpy()
    share = (bought["step"] + 1).to_numpy() / (bought.groupby("session_id")["step"].transform("max") + 2).to_numpy()
    seconds = (whole * 0.8 * share).astype(int)
    viewed = rng.random(len(bought)) < 0.7
    views = single(bought[viewed], "view", seconds[viewed], product_id=bought.loc[viewed, "product_id"])
    worth = (bought["unit_price"] * bought["quantity"]).round(2)
    told = {"product_id": bought["product_id"], "quantity": bought["quantity"], "amount": worth}
    carts = single(bought, "cart", seconds + 4, **told)
    paid = bought["unit_price"] * bought["quantity"] - bought["discount"]
    total = paid.groupby(bought["order_id"]).sum().round(2)
    until = (visits["ordered_at"] - visits["start"]).dt.total_seconds().to_numpy()
    amount = visits["order_id"].map(total).to_numpy()
    checkouts = single(visits, "checkout", (until * 0.9).astype(int), amount=amount)
    purchases = single(visits, "purchase", until, amount=amount, order_id=visits["order_id"])
    return [views, carts, checkouts, purchases]


def looking_steps(rng: np.random.Generator, visits: pd.DataFrame, goods: pd.DataFrame) -> list[pd.DataFrame]:
    """Views of one to three products; from depth 2 a cart with the last of them, a third of them to the checkout."""
    times = rng.choice([1, 2, 3], len(visits), p=[0.6, 0.28, 0.12])
    seen = visits.loc[visits.index.repeat(times)]
    step = seen.groupby("session_id").cumcount().to_numpy()
    weights = goods["popularity"].to_numpy() * (goods["launched_at"].to_numpy() <= seen["start"].to_numpy()[:, None])
    product = goods["product_id"].to_numpy()[pick(rng, weights)]
    seen = seen.assign(
        product_id=product, price=goods["price"].to_numpy()[pd.Index(goods["product_id"]).get_indexer(product)]
    )
    views = single(seen, "view", 25 + 70 * step + rng.integers(0, 50, len(seen)), product_id=seen["product_id"])
    last = seen[(step == times.repeat(times) - 1) & (seen["depth"] >= 2)]
    quantity = rng.choice([1, 2, 4], len(last), p=[0.78, 0.17, 0.05])
    worth = (last["price"] * quantity).round(2)
    carts = single(last, "cart", 300, product_id=last["product_id"], quantity=quantity, amount=worth)
    leaves = rng.random(len(last)) < 0.34
    checkouts = single(last[leaves], "checkout", 420, amount=worth[leaves])
    chats = single(visits[visits["depth"] == 4], "chat", 340)
    searching = visits[rng.random(len(visits)) < 0.22]
    return [views, carts, checkouts, chats, single(searching, "search", 12)]
