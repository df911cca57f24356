"""What customers say: requests for help, a survey on what they need, and a question after each delivery."""

from __future__ import annotations

import numpy as np
import pandas as pd

from demo_shop.days import EXPORT_TO

REASONS = {
    "Delivery": 0.34,
    "Return": 0.22,
    "Damaged": 0.13,
    "Product question": 0.16,
    "Invoice": 0.07,
    "Account": 0.08,
}
TICKET_CHANNELS, TICKET_SHARES = ("e-mail", "chat", "telephone"), (0.58, 0.24, 0.18)
AGREE = {  # share who say yes: everyone's need, then one column a planted need
    "Price is what I look at first": (0.90, 0.12, 0.28, 0.33),
    "I wait for sales before I buy": (0.84, 0.08, 0.30, 0.20),
    "I pay more for things that last": (0.15, 0.93, 0.45, 0.40),
    "Where and how it is made matters to me": (0.22, 0.84, 0.52, 0.25),
    "I come here for ideas": (0.30, 0.35, 0.92, 0.12),
    "I mostly buy presents": (0.22, 0.14, 0.74, 0.16),
    "Quick delivery decides where I buy": (0.38, 0.22, 0.30, 0.92),
    "I want to reorder in one minute": (0.25, 0.24, 0.18, 0.86),
}
RATE = {  # mean of a rating from 1 to 5, likewise
    "How satisfied are you with our prices?": (2.6, 3.8, 3.7, 3.5),
    "How satisfied are you with our range?": (3.6, 3.9, 4.5, 3.6),
    "How satisfied are you with delivery?": (3.9, 4.0, 4.0, 3.0),
}
RECOMMEND = ("How likely are you to recommend us, 0 to 10?", (6.7, 8.3, 8.5, 7.2))
NEEDS = np.array(["low prices", "things that last", "ideas and presents", "quick and easy"])
DELIVERED = "How did your delivery go, 1 to 5?"
SURVEY, AFTER_DELIVERY, ASKED_ON = "What matters to you", "After delivery", np.datetime64("2024-10-08")
# How likely each planted group has which need; groups that are not named: evenly
LEANING = {
    "bargain_hunters": (0.80, 0.05, 0.08, 0.07),
    "big_baskets": (0.08, 0.72, 0.12, 0.08),
    "gift_buyers": (0.12, 0.12, 0.66, 0.10),
    "small_baskets": (0.14, 0.10, 0.12, 0.64),
    "replenishers": (0.10, 0.10, 0.05, 0.75),
    "trend_followers": (0.05, 0.15, 0.70, 0.10),
}


def clock_time(rng: np.random.Generator, days: np.ndarray, mean: float = 13.5) -> np.ndarray:
    """Moments of the day, mostly in shop hours."""
    seconds = (rng.normal(mean, 3.2, len(days)).clip(6.5, 22.9) * 3600).astype(int)
    return days.astype("datetime64[D]") + seconds.astype("timedelta64[s]")


def make_tickets(rng: np.random.Generator, lines: pd.DataFrame, contacts: pd.DataFrame) -> pd.DataFrame:
    """About one request for every dozen orders (more after returns), and questions of people who have not bought."""
    lines = lines[lines["customer_id"].notna()]
    asks = rng.random(len(lines)) < np.where(lines["quantity"] < 0, 0.17, 0.032)
    about = lines.loc[asks, ["customer_id", "ordered_at", "product_id", "quantity"]]
    later = about["ordered_at"].to_numpy() + rng.integers(1, 12, len(about)).astype("timedelta64[D]")
    reason = np.where(about["quantity"] < 0, "Return", rng.choice([*REASONS], len(about), p=[*REASONS.values()]))
    tickets = pd.DataFrame({"customer_id": about["customer_id"], "product_id": about["product_id"], "reason": reason})
    tickets["opened_at"] = clock_time(rng, later)
    leads = contacts.loc[contacts["group"] == "lead", ["customer_id", "signed_up_at"]].sample(40, random_state=rng)
    asked = clock_time(rng, leads["signed_up_at"].to_numpy() + rng.integers(1, 20, 40).astype("timedelta64[D]"))
    leads = leads.assign(opened_at=asked, reason="Product question", product_id=None).drop(columns="signed_up_at")
    tickets = pd.concat([tickets, leads], ignore_index=True)
    tickets.loc[~tickets["reason"].isin(["Return", "Damaged", "Product question"]), "product_id"] = None
    tickets = tickets[tickets["opened_at"] < EXPORT_TO].sort_values(["opened_at", "customer_id"], ignore_index=True)
    return answered(rng, tickets.drop_duplicates(["customer_id", "opened_at"], ignore_index=True))


def answered(rng: np.random.Generator, tickets: pd.DataFrame) -> pd.DataFrame:
    """Answered within a day or two and closed soon after; in the last weeks some wait, a few have been forgotten."""
    n, opened = len(tickets), tickets["opened_at"]
    answer = opened + pd.to_timedelta((rng.gamma(1.1, 14, n) * 3600 + 600).astype(int), unit="s")
    close = answer + pd.to_timedelta((rng.gamma(0.9, 40, n) * 3600 + 60).astype(int), unit="s")
    age = (EXPORT_TO - opened.to_numpy()) / np.timedelta64(1, "D")
    waits, stays_open = rng.random(n) < 0.009 + 0.5 * (age < 9), rng.random(n) < 0.012 + 0.3 * (age < 16)
    answer = answer.where(~waits & (answer < EXPORT_TO))
    closed = close.where(answer.notna() & ~stays_open & (close < EXPORT_TO))
    silently = answer.isna() & (age > 200) & (rng.random(n) < 0.5)  # closed without an answer
    closed = closed.mask(silently, opened + pd.Timedelta(days=30))
    channel = rng.choice(TICKET_CHANNELS, n, p=TICKET_SHARES)
    numbers = [f"T{number}" for number in range(1001, 1001 + n)]
    return tickets.assign(ticket_id=numbers, answered_at=answer, closed_at=closed, channel=channel)


def needs_of(rng: np.random.Generator, group: pd.Series) -> np.ndarray:
    """The planted need of each contact: a leaning of its group, not a certainty."""
    leaning = np.array([LEANING.get(name, (0.30, 0.26, 0.20, 0.24)) for name in group])
    return NEEDS[(leaning.cumsum(axis=1) < rng.random((len(group), 1))).sum(axis=1).clip(0, 3)]


def make_responses(rng: np.random.Generator, truth: pd.DataFrame, orders: pd.DataFrame) -> pd.DataFrame:
    """A survey of 900 customers in October 2024; and a question after one delivery in eight, ever since 2023."""
    asked = truth[truth["customer_id"].isin(orders.loc[orders["ordered_at"] < ASKED_ON, "customer_id"])]
    people = asked.sample(900, random_state=rng, weights=np.where(asked["group"] == "casual", 0.7, 1.3))
    people = people.sort_values("customer_id", ignore_index=True)
    need = people["need"].map({name: place for place, name in enumerate(NEEDS)}).to_numpy()
    late = rng.geometric(0.16, len(people)).clip(0, 30).astype("timedelta64[D]")
    people["answered_at"] = clock_time(rng, ASKED_ON + late, 18)
    parts = [ask(people, question, agreed(rng, np.array(shares)[need])) for question, shares in AGREE.items()]
    parts += [ask(people, question, rated(rng, np.array(means)[need], 1, 5)) for question, means in RATE.items()]
    parts.append(ask(people, RECOMMEND[0], rated(rng, np.array(RECOMMEND[1])[need], 0, 10)))
    told = pd.concat(parts, ignore_index=True).assign(survey=SURVEY)
    told = told[rng.random(len(told)) < 0.985]  # some questions are skipped
    both = pd.concat([told, after_delivery(rng, orders, truth)], ignore_index=True)
    return both.sort_values(["answered_at", "customer_id"], kind="stable", ignore_index=True)


def agreed(rng: np.random.Generator, shares: np.ndarray) -> np.ndarray:
    return np.where(rng.random(len(shares)) < shares, "yes", "no")


def rated(rng: np.random.Generator, means: np.ndarray, low: int, high: int) -> np.ndarray:
    spread = (high - low) * 0.19
    return np.rint(rng.normal(means, spread)).clip(low, high).astype(int).astype(str)


def ask(people: pd.DataFrame, question: str, answer: np.ndarray) -> pd.DataFrame:
    return people[["customer_id", "answered_at"]].assign(question=question, answer=answer)


def after_delivery(rng: np.random.Generator, orders: pd.DataFrame, truth: pd.DataFrame) -> pd.DataFrame:
    """Worse from people who return much, and in the two Decembers, when the parcels were late."""
    told = orders[rng.random(len(orders)) < 0.125]
    when = clock_time(rng, told["ordered_at"].to_numpy() + rng.integers(3, 9, len(told)).astype("timedelta64[D]"), 18)
    returns = told["customer_id"].map(truth.set_index("customer_id")["group"]) == "return_prone"
    mean = 4.35 - 0.9 * returns.to_numpy() - 0.6 * (pd.DatetimeIndex(when).month == 12)
    told = told[["customer_id"]].assign(answered_at=when, question=DELIVERED, answer=rated(rng, mean, 1, 5))
    return told[told["answered_at"] < EXPORT_TO].assign(survey=AFTER_DELIVERY)
