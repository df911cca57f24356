"""What pages would claim of noise, what they find of what is planted, and how often intervals hold the truth.

Every function returns a tidy DataFrame; ``honesty.py`` writes them down.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

import seglib as sg
from seglib import findings, journeys, profiles
from seglib.tables.effects import compare_means, compare_measures, compare_shares
from seglib.tables.intervals import adjust_p_values, rating_interval, wilson_interval
from seglib.tables.money import mean_intervals, sum_share_intervals
from seglib.tables.shuffling import ClusteredShares

FRIDAY, NOON = 4, 12
MEMBERS = 0.1  # of the customers are of the planted group


@dataclass(frozen=True)
class Page:
    """What pages 04 and 06 are made of: customers, shares of spend, orders by occasion, names of segments."""

    name: str
    customers: pd.DataFrame
    shares: dict[str, pd.DataFrame]
    occasions: pd.DataFrame
    segments: pd.Series

    def named(self, names: pd.Series) -> Page:
        """The same customers with other names."""
        orders = self.occasions.assign(group=self.occasions["customer_id"].map(names.astype("str")))
        return Page(self.name, self.customers, self.shares, orders, names)


def page_of(source: str, name: str = "", segmentation: str = "rfm_segment") -> Page:
    """Pages of a shop: ``demo``, ``complete-journey``, a path."""
    shop = sg.open_shop(source)
    segments = shop.segmentation(segmentation)
    shares = {key: shop.shares_of_spend(key) for key in ("category", "channel")}
    orders = journeys.occasions(shop.window_orders, None, segments)
    return Page(name or source, shop.customers, shares, orders, segments)


def shuffled(page: Page, draw: np.random.Generator) -> Page:
    """Names dealt out at random among the customers."""
    return page.named(pd.Series(draw.permutation(page.segments.to_numpy()), page.segments.index, name="shuffled"))


def claims(page: Page) -> dict[str, int]:
    """What pages claim of these names, by question; nothing is left out as made from it."""
    channel, weekday, hour = journeys.habits(page.occasions)
    traits = profiles.segment_traits(page.customers, page.segments, shares=page.shares)
    profile = profiles.profile_segments(page.customers, page.segments)
    told = {"weekday": weekday, "hour": hour, "channel": channel}
    counts = {name: int(table["differs"].sum()) if len(table) else 0 for name, table in told.items()}
    money = int("chance" not in findings.profiles.revenue_per_customer(profile))
    counts |= {"profile traits": int(traits["evidence"].sum()), "revenue a customer": money}
    counts["page 04"] = counts["profile traits"] + money
    return counts | {"page 06 habits": sum(counts[name] for name in told)}


def naive_claims(page: Page) -> dict[str, int]:
    """The same by the tests that took orders as independent, and Welch's on shares that are mostly zero."""
    told = {by: _by_orders(page.occasions, by) for by in ("weekday", "hour", "channel")}
    return {**told, "profile traits": _by_welch(page), "page 06 habits": sum(told.values())}


def _by_orders(occasions: pd.DataFrame, by: str) -> int:
    known = occasions[occasions[by].notna()]
    if known.empty:
        return 0
    counts = known.pivot_table(index=by, columns="group", values="orders", aggfunc="sum", fill_value=0)
    return int((adjust_p_values(compare_shares(counts.to_numpy(dtype="float64"))["p_value"].ravel()) <= 0.05).sum())


def _by_welch(page: Page) -> int:
    codes, names = pd.factorize(page.segments.reindex(page.customers.index))
    p_values = []
    for table in page.shares.values():
        spent = table.reindex(page.customers.index).to_numpy("float64")
        kept = spent[:, (spent > 0).sum(axis=0) >= 30]
        for code in range(len(names)):
            p_values += stats.ttest_ind(
                kept[codes == code], kept[codes != code], equal_var=False, nan_policy="omit"
            ).pvalue.tolist()
    return int((adjust_p_values(p_values) <= 0.05).sum())


def false_pages(
    page: Page, runs: int, seed: int = 0, *, how: Callable[[Page], dict[str, int]] = claims
) -> pd.DataFrame:
    """Pages of shuffled names with any claim: kind, runs, false_pages, claims (mean a page), share, upper95."""
    draw = np.random.default_rng(seed)
    table = pd.DataFrame([how(shuffled(page, draw)) for _run in range(runs)])
    found = (table > 0).sum()
    rows = pd.DataFrame({"shop": page.name, "runs": runs, "false_pages": found, "claims": table.mean()})
    rows = rows.rename_axis("kind").reset_index()
    return rows.assign(share=rows["false_pages"] / runs, upper95=upper95(rows["false_pages"].to_numpy(), runs))


def upper95(hits: np.ndarray, runs: int) -> np.ndarray:
    """Upper end of the 95% interval of a share (Clopper and Pearson 1934)."""
    return np.where(hits < runs, stats.beta.ppf(0.975, hits + 1, np.maximum(runs - hits, 1)), 1.0)


def planted(page: Page, draw: np.random.Generator, what: str, strength: float) -> Page:
    """Names dealt out at random, of which the customers of one do so much more of something."""
    names = shuffled(page, draw).segments.astype("object")
    members = draw.random(len(names)) < MEMBERS
    names = names.where(~members, "planted").astype("str")
    occasions, shares = page.occasions.copy(), dict(page.shares)
    if what == "category":
        spent = shares["category"].reindex(names.index).astype("float64")
        more = np.zeros(spent.shape)
        more[:, 2] = 1
        theirs = np.broadcast_to(members[:, None], spent.shape)
        moved = spent.mask(theirs, (1 - strength) * spent + strength * more)
        shares["category"] = moved.where(spent.notna())
    else:
        theirs = occasions["customer_id"].map(names).eq("planted") & (draw.random(len(occasions)) < strength)
        aim = {"weekday": FRIDAY, "hour": NOON}.get(what) or occasions["channel"].mode().iloc[0]
        occasions[what] = occasions[what].where(~theirs | occasions[what].isna(), aim)
    return Page(page.name, page.customers, shares, occasions, names).named(names)


def power(page: Page, runs: int, seed: int = 0, strengths: Sequence[float] = (0.05, 0.1, 0.2)) -> pd.DataFrame:
    """How often a planted weekday, hour, channel and category is told of the group it was planted in."""
    draw, rows = np.random.default_rng(seed), []
    for what in ("weekday", "hour", "channel", "category"):
        told = page.shares["category"] if what == "category" else page.occasions[what].dropna()
        if told.empty:
            continue
        for strength in strengths:
            found = sum(_found(planted(page, draw, what, strength), what) for _run in range(runs))
            rows.append((page.name, what, strength, runs, found, found / runs))
    return pd.DataFrame(rows, columns=["shop", "planted", "strength", "runs", "found", "power"])


def _found(page: Page, what: str) -> bool:
    if what == "category":
        told = profiles.segment_traits(page.customers, page.segments, shares=page.shares)
        return bool(told.query("segment == 'planted' and attribute == 'category' and evidence and effect > 0").size)
    told = dict(zip(("channel", "weekday", "hour"), journeys.habits(page.occasions), strict=True))[what]
    return bool(told.query("group == 'planted' and differs and index > 100").size)


# --- intervals

Draw = Callable[[np.random.Generator, int], Any]
MONEY: dict[str, tuple[Draw, float]] = {
    "log-normal 1": (lambda draw, n: np.exp(draw.normal(0, 1, n)), float(np.exp(0.5))),
    "log-normal 1.5": (lambda draw, n: np.exp(draw.normal(0, 1.5, n)), float(np.exp(1.125))),
    "gamma 0.5": (lambda draw, n: draw.gamma(0.5, 1, n), 0.5),
    "normal": (lambda draw, n: draw.normal(5, 2, n), 5.0),
}
RATINGS = {"even": [0.2] * 5, "mostly 5": [0.02, 0.02, 0.04, 0.12, 0.8], "ends": [0.4, 0.05, 0.05, 0.05, 0.45]}


def coverage(runs: int = 1000, sizes: Sequence[int] = (30, 100, 300, 1000), seed: int = 0) -> pd.DataFrame:
    """How often a nominal 95% interval holds the truth: interval, of, n, runs, coverage."""
    draw = np.random.default_rng(seed)
    rows = [
        (name, of, n, runs, held / runs) for n in sizes for name, of, held in _held(draw, n, runs) if held is not None
    ]
    return pd.DataFrame(rows, columns=["interval", "of", "n", "runs", "coverage"])


def _held(draw: np.random.Generator, n: int, runs: int) -> Iterator[tuple[str, str, int]]:
    codes = np.repeat(np.arange(runs), n)
    for of, (values, truth) in MONEY.items():
        low, high = mean_intervals(values(draw, runs * n), codes, runs)
        yield "mean of money", of, int(((low <= truth) & (truth <= high)).sum())
    for of, weights in RATINGS.items():
        said = draw.choice(5, (runs, n), p=weights)
        low, high = rating_interval(said.mean(axis=1), said.std(axis=1, ddof=1), n, 0, 4)
        truth = float(np.dot(weights, range(5)))
        yield "mean rating", of, int(((low <= truth) & (truth <= high)).sum())
    for share in (0.02, 0.1, 0.5):
        low, high = wilson_interval(draw.binomial(n, share, runs), n)
        yield "share of customers", f"{share:.0%}", int(((low <= share) & (share <= high)).sum())
    for of in ("group drawn at random", "highest tenth"):
        yield "share of revenue", of, sum(_revenue_held(draw, n, of) for _run in range(runs))
    for of in ("each has a home", "orders alike by a third"):
        yield "share of orders", of, sum(_orders_held(draw, n, of) for _run in range(runs))
    yield "Cliff's delta", "normal, 0.5 apart", sum(_delta_held(draw, n) for _run in range(runs))
    yield "Cohen's d of shares", "a tenth buys", sum(_zeros_held(draw, n) for _run in range(runs))


def _revenue_held(draw: np.random.Generator, n: int, of: str) -> bool:
    """Of ``n`` customers in the group."""
    cut, part = stats.norm.isf(0.1) * 1.5, 0.1 if of == "highest tenth" else 0.3
    logarithm = draw.normal(0, 1.5, round(n / part))
    inside = logarithm > cut if of == "highest tenth" else draw.random(len(logarithm)) < part
    truth = float(stats.norm.sf((cut - 2.25) / 1.5)) if of == "highest tenth" else part
    low, high = sum_share_intervals(np.exp(logarithm), inside.astype("int64"), 2)
    return bool(np.isnan(low[1]) or low[1] <= truth <= high[1])


def _orders_held(draw: np.random.Generator, n: int, of: str) -> bool:
    usual = np.array([0.5, 0.3, 0.15, 0.05])
    who = np.repeat(np.arange(n), draw.geometric(0.1, n))
    stays = draw.random(len(who)) < (0.9 if of == "each has a home" else 0.58)
    where = np.where(stays, draw.choice(4, n, p=usual)[who], draw.choice(4, len(who), p=usual))
    told = ClusteredShares(who, where, np.ones(len(who)), np.zeros(n, dtype="int64"), values=4, groups=1)
    value = int(draw.integers(4))
    return bool(told.interval[0][value, 0] <= usual[value] <= told.interval[1][value, 0])


def _delta_held(draw: np.random.Generator, n: int) -> bool:
    values = np.concatenate([draw.normal(0.5, 1, n), draw.normal(0, 1, 3 * n)])
    told = compare_measures(values, np.repeat([0, 1], [n, 3 * n]), 2)
    return bool(told["effect_low"][0] <= 2 * stats.norm.cdf(0.5 / np.sqrt(2)) - 1 <= told["effect_high"][0])


def _zeros_held(draw: np.random.Generator, n: int) -> bool:
    values = np.where(draw.random(4 * n) < 0.1, draw.beta(2, 1, 4 * n), 0.0)
    told = compare_means(values, np.repeat([0, 1], [n, 3 * n]), 2)
    return bool(told["effect_low"][0] <= 0 <= told["effect_high"][0])
