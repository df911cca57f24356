"""Pages 02 to 05: scores, personas, segments by rule, and what became of those who were in them."""

from __future__ import annotations

import numpy as np
import pandas as pd
from recounting.sentences import ALL, REAL, RETURNS, WORDS, N, Sentences
from recounting.sums import AGES, DAY, cut_points, rises, slips, wilson

told = Sentences()


@told("02_rfm", rf"{WORDS}, {N} of the customers \({N} of {N}\), bring {N} of the revenue \({N}\)")
def richest(shop, run):
    money = shop.customers["revenue"].groupby(shop.rfm).agg(["sum", "size"])
    name = money["sum"].idxmax()
    n, of, brought = money.loc[name, "size"], len(shop.customers), money.loc[name, "sum"]
    return [name, n / of, n, of, brought / money["sum"].sum(), brought]


@told(
    "02_rfm",
    rf"The best score \(5\) takes a last order up to {N} days ago, {N} or more orders and revenue of over {N}\.",
)
def best_score(shop, run):
    one = shop.customers
    return [cut_points(one["recency"])[0], cut_points(one["frequency"])[3] + 1, cut_points(one["revenue"])[3]]


@told(
    "02_rfm",
    rf"Without an order, {N} customers of {N} \({N}\) slip to another segment within {N} days; revenue so far: {N}\.",
)
def slipping(shop, run):
    one, days = shop.customers, min(max(round(shop.usual_gap), 7), 90)
    to = slips(one, days).notna()
    return [to.sum(), len(one), to.mean(), days, one.loc[to, "revenue"].sum()]


@told(
    "02_rfm",
    rf"One more order now would move {N} customers of {N} \({N}\) to another segment, most often {WORDS} \({N}\)",
)
def rising(shop, run):
    to = rises(shop.customers)
    return [to.notna().sum(), len(to), to.notna().mean(), to.mode()[0], to.value_counts().iloc[0]]


@told(
    "02_rfm",
    rf"Of the {N} told so {N} days ago, {N} \({N} to {N}\) did not order. Of the {N} told so \d+ days ago who ordered "
    rf"exactly once since, {N} \({N} to {N}\) are in the segment told",
)
def came_true(shop, run):
    days = min(max(round(shop.usual_gap), 7), 90)
    then = shop.ago(days).customers
    since = shop.orders[shop.orders["at"] >= shop.end - days * DAY].groupby("customer_id").size()
    since = since.reindex(then.index).fillna(0)
    slip, rise = slips(then, days).notna(), rises(then)
    once = rise.notna() & since.eq(1)
    there = (shop.rfm.reindex(then.index) == rise) & once
    stayed = (slip & since.eq(0)).sum()
    first = [slip.sum(), days, stayed / slip.sum(), *wilson(stayed, slip.sum())]
    return [*first, once.sum(), there.sum() / once.sum(), *wilson(there.sum(), once.sum())]


@told("04_profiles", rf"A customer brings most in {WORDS} \({N}; .{{0,60}}?\) and least in {WORDS} \({N};")
def brings_most(shop, run):
    each = shop.customers["revenue"].groupby(shop.rfm).mean()[lambda mean: shop.rfm.value_counts()[mean.index] >= 30]
    return [each.idxmax(), each.max(), each.idxmin(), each.min()]


def personas(shop, run):
    kept = pd.read_parquet(run / "tables" / "customers.parquet").set_index("customer_id")["persona"]
    return kept.set_axis(kept.index.astype(shop.customers.index.dtype)).reindex(shop.customers.index)


@told("03_personas", rf"{WORDS} are {N} of the customers and bring {N} of the revenue \({N}\)")
def persona(shop, run):
    money = shop.customers["revenue"].groupby(personas(shop, run)).agg(["sum", "size"])
    name = money["sum"].idxmax()
    n, brought = money.loc[name, "size"], money.loc[name, "sum"]
    return [name, n / len(shop.customers), brought / money["sum"].sum(), brought]


@told("03_personas", rf"Average order value {N} against {N} \(much higher\)")
def order_value_of_persona(shop, run):
    names = personas(shop, run)
    medians = shop.customers["value"].groupby(names).median()
    name = medians.idxmax()
    return [medians[name], shop.customers.loc[names.ne(name), "value"].median()]


def rule_row(name: str, only: tuple[str, ...] = ALL) -> None:
    """A row of the table of page 05: people, customers, share, revenue, its share."""

    def values(shop, run):
        who = shop.by_rule[name]
        one = shop.customers[who.reindex(shop.customers.index)]
        money = one["revenue"].sum()
        share = money / shop.customers["revenue"].sum()
        return [who.sum(), len(one), len(one) / len(shop.customers), money, share]

    values.__name__ = name
    told("05_segments", rf"{name} {N} {N} {N} {N} {N} \(", only)(values)


for rule in ("Top spenders", "Regulars", "Dormant", "Bulk buyers"):
    rule_row(rule)
rule_row("Return-prone", RETURNS)
rule_row("Coupon customers", ("demo",))
for age in AGES:
    rule_row(f"One-time buyers: {age}", RETURNS)


@told("05_segments", rf"Top spenders: {N} of the customers \({N}\) bring {N} of the revenue \({N}\)")
def top_spenders(shop, run):
    who = shop.by_rule["Top spenders"].reindex(shop.customers.index)
    money = shop.customers["revenue"]
    return [who.mean(), who.sum(), money[who].sum() / money.sum(), money[who].sum()]


@told("05_segments", rf"Too broad to set anyone apart: {WORDS}\.", REAL)
def too_broad(shop, run):
    found, one = shop.by_rule, shop.customers
    parts = {name: who.reindex(one.index) for name, who in found.items()}
    wide = [
        n for n, who in parts.items() if max(who.mean(), one.loc[who, "revenue"].sum() / one["revenue"].sum()) > 0.6
    ]
    return [", ".join(wide)]


@told("05_segments", rf"{N} people are both in Regulars and in Top spenders, {N} times as many as chance", REAL)
def in_both(shop, run):
    found = shop.by_rule
    a, b = found["Regulars"], found["Top spenders"]
    return [(a & b).sum(), (a & b).sum() / (a.sum() * b.sum() / len(a))]


@told("05_segments", rf"Dormant (?:and )?Bulk buyers,? (?:for )?{N} ")
def asked_and_offered(shop, run):
    found = shop.by_rule
    return [(found["Dormant"] & found["Bulk buyers"]).sum()]


@told("05_segments", rf"RFM {N} {N} \({N}\) {N} {WORDS} \({N}\)")
def covered(shop, run):
    sizes = shop.rfm.value_counts()
    return [len(sizes), shop.rfm.notna().mean(), shop.rfm.notna().sum(), 1.0, sizes.idxmin(), sizes.min()]


@told("05_segments", rf"Geographic {N} {N} \({N}\)", ("demo",))
def places(shop, run):
    known = shop.sides["contacts"].dropna(subset=["country"])["customer_id"]
    here = shop.customers.index.isin(known)
    return [
        pd.read_csv(run / "tables" / "schemes.csv").set_index("scheme").loc["Geographic", "segments"],
        here.mean(),
        here.sum(),
    ]


def fate_row(name: str, rules: tuple[str, ...]) -> None:
    """A row of the last table of page 05: what those did whom the rule had found 180 days ago, and everyone else."""

    def values(shop, run):
        days = pd.read_csv(run / "tables" / "became.csv")["days"].iloc[0]
        there, rest = [], []
        for back in range(1, days + 1):
            then, end = shop.ago(180 * back), shop.ago(180 * (back - 1)).end
            since = shop.money[(shop.money["at"] >= then.end) & (shop.money["at"] < end)]
            each = pd.DataFrame({"money": since.groupby("customer_id")["amount"].sum()})
            each["again"] = ~since[~since["back"]].groupby("customer_id").size().isna()
            each = (
                each.reindex(then.customers.index)
                .fillna({"money": 0.0})
                .assign(again=lambda one: one["again"].eq(True))
            )
            who = np.logical_or.reduce([then.by_rule[rule].reindex(each.index) for rule in rules])
            there.append(each[who])
            rest.append(each[~who])
        found, others = pd.concat(there), pd.concat(rest)
        again, money = ([one[name].mean() for one in (found, others)] for name in ("again", "money"))
        return [found.index.nunique(), *again, *money]

    values.__name__ = f"{name}, since"
    told("05_segments", rf"{name} {N} {N} {N} {N} \(.{{5,40}}?\) {N} (?:more|less|no surer)")(values)


fate_row("Regulars", ("Regulars",))
fate_row("Top spenders", ("Top spenders",))
fate_row("Dormant", ("Dormant",))
fate_row("One-time buyers", tuple(f"One-time buyers: {age}" for age in AGES))
