"""Shops whose past is known, made up, and how often a page errs on it: who is new, and who has left."""

from __future__ import annotations

import datetime as dt

import ibis
import numpy as np
import pandas as pd

from seglib.analysis.exploration import cohort_retention
from seglib.analysis.journeys import milestones, stages
from seglib.tables.intervals import wilson_interval
from seglib.tables.seen import MOST_OLD, new_ones, order_gaps

__all__ = ["nobody_leaves", "preceding_year"]

BEGIN = pd.Timestamp("2023-01-01")
LIMITS = {"loyal_orders": 4, "loyal_tenure_days": 180}
# What shops may be like: median days between orders, their spread between customers, days until half have left, days of
# records, the year's swing, growth a year.
SHOPS = {
    "quick": {"gap": 12, "spread": 0.7, "life": 120, "days": 365},
    "steady": {"gap": 30, "spread": 0.5, "life": 250, "days": 365},
    "slow": {"gap": 60, "spread": 1.0, "life": 500, "days": 730},
    "seasonal": {"gap": 30, "spread": 0.8, "life": 250, "days": 365, "swing": 0.5},
    "growing": {"gap": 30, "spread": 0.8, "life": 250, "days": 365, "growth": 0.5},
}


def moments_of(days: pd.Series | np.ndarray) -> pd.Series:
    """Days since the records begin as moments, to the second."""
    return (BEGIN + pd.to_timedelta(np.asarray(days), unit="D")).floor("s")


def shop_with_past(
    rng: np.random.Generator,
    *,
    gap: float,
    spread: float,
    life: float,
    days: int,
    swing: float = 0.0,
    growth: float = 0.0,
    a_day: float = 3.0,
    past_days: int = 1825,
) -> pd.DataFrame:
    """Orders (customer_id, order_id, at) of a shop that opened years before its records, earlier ones included.

    Customers come at random, order at random with a rhythm of their own, and leave.
    """
    time = np.arange(past_days + days) - past_days
    rate = a_day * np.exp(growth * time / 365) * (1 + swing * np.sin(2 * np.pi * time / 365))
    come = rng.poisson(rate)
    at = np.repeat(time, come) + rng.random(come.sum())
    own = gap * np.exp(spread * rng.standard_normal(len(at))) / np.log(2)
    end = np.minimum(at + rng.exponential(life / np.log(2), len(at)), days)
    who, orders = np.arange(len(at)), []
    while len(at):
        orders.append((who, at))
        at = at + rng.exponential(own)
        stays = at < end
        who, at, own, end = who[stays], at[stays], own[stays], end[stays]
    table = pd.DataFrame({"customer_id": np.concatenate([ids for ids, _ in orders]).astype(str)})
    table["at"] = moments_of(np.concatenate([moments for _, moments in orders]))
    return table.assign(order_id=np.arange(len(table)).astype(str))


def preceding_year(runs: int = 200, seed: int = 0) -> pd.DataFrame:
    """How many of those called new had ordered before the records, of shops whose past is known.

    Parameters
    ----------
    runs : int
        Shops of each kind.
    seed : int
        Start of the random draws.

    Returns
    -------
    DataFrame ``kind``, ``runs``, ``told`` (shops that call somebody new), ``customers`` (called so in all of them),
    ``old`` (of those, who had ordered before), ``old_share``, ``old_share_before`` (of those first seen 28 days or more
    after the records begin, who were called new earlier), ``back`` and ``true_back`` (share of new customers who order
    again in the month after: told, and true), ``false`` (shops of which more than one in ten called new were old,
    beyond what chance explains), ``false_share`` of all runs, ``high`` (its upper 95% limit).
    """
    rows = []
    for number, (kind, traits) in enumerate(SHOPS.items()):
        rng = np.random.default_rng([seed, number])
        each = pd.DataFrame([_who_was_new(shop_with_past(rng, **traits), traits["days"]) for _ in range(runs)])
        false = int((wilson_interval(each["old"], each["customers"])[0] > MOST_OLD).sum())
        total = each.sum()
        rows.append(
            {
                "kind": kind,
                "runs": runs,
                "told": int((each["customers"] > 0).sum()),
                "customers": int(total["customers"]),
                "old": int(total["old"]),
                "old_share": total["old"] / max(total["customers"], 1),
                "old_share_before": total["seen_old"] / total["seen"],
                "back": total["again"] / total["watched"] if total["watched"] else np.nan,
                "true_back": total["true_again"] / total["true_watched"] if total["true_watched"] else np.nan,
                "false": false,
                "false_share": false / runs,
                "high": float(wilson_interval(false, runs)[1]),
            }
        )
    return pd.DataFrame(rows)


def _who_was_new(every: pd.DataFrame, days: int) -> dict[str, int]:
    as_of = (BEGIN + pd.Timedelta(days=days - 1)).date()
    orders = every[every["at"] >= BEGIN]
    since = order_gaps(ibis.memtable(orders), as_of).new_since()
    first, truly = (table.groupby("customer_id")["at"].min() for table in (orders, every))
    old, late = truly.reindex(first.index) < BEGIN, first >= BEGIN + pd.Timedelta(days=28)
    new = new_ones(first, since)
    again = _month_on(cohort_retention(orders, since))
    right = _month_on(cohort_retention(orders[orders["customer_id"].map(~old)], BEGIN.date()))
    return {
        "customers": int(new.sum()),
        "old": int((new & old).sum()),
        "seen": int(late.sum()),
        "seen_old": int((late & old).sum()),
        "again": again[0],
        "watched": again[1],
        "true_again": right[0],
        "true_watched": right[1],
    }


def _month_on(cohorts: pd.DataFrame) -> tuple[int, int]:
    told = cohorts[(cohorts["months_since"] == 1) & ~cohorts["censored"].astype(bool)]
    return int(told["active"].sum()), int(told["customers"].sum())


def nobody_leaves(runs: int = 200, seed: int = 0) -> pd.DataFrame:
    """What stages tell of a shop in which everyone goes on ordering in a rhythm of 5 to 40 days.

    Parameters
    ----------
    runs, seed : int
        As for :func:`preceding_year`.

    Returns
    -------
    DataFrame ``kind`` (the step), ``runs``, ``told`` (mean share of those who had the time and did not take it),
    ``true`` (0: all of them go on), ``told_of_all`` (the same of everyone, as if all had had the time), ``false``
    (runs in which more than one in twenty are told to stay behind), ``false_share``, ``high`` (its upper 95% limit).
    """
    rng, found = np.random.default_rng(seed), []
    for _ in range(runs):
        table = _stages_of_the_faithful(rng)
        share = 1 - table["share"].astype("float64")
        everyone = 1 - table["people"] / table["people"].shift()
        found.append(pd.DataFrame({"kind": table["stage"], "told": share, "told_of_all": everyone}).iloc[1:])
    each = pd.concat(found).assign(false=lambda rows: rows["told"] > 0.05).groupby("kind", sort=False)
    table = each.agg(told=("told", "mean"), told_of_all=("told_of_all", "mean"), false=("false", "sum")).reset_index()
    table = table.assign(runs=runs, true=0.0, false_share=table["false"] / runs)
    return table.assign(high=wilson_interval(table["false"], runs)[1])


def _stages_of_the_faithful(rng: np.random.Generator, customers: int = 400, days: int = 400) -> pd.DataFrame:
    gap, come = rng.uniform(5, 40), rng.uniform(0, days, customers)
    number = np.arange(int(days / gap) + 1)
    at = come[:, None] + gap * number
    rows = pd.DataFrame({"customer_id": np.repeat(np.arange(customers).astype(str), len(number)), "day": at.ravel()})
    rows = rows[rows["day"] < days].reset_index(drop=True)
    orders = rows.assign(order_id=rows.index.astype(str), at=moments_of(rows["day"]))
    as_of: dt.date = (BEGIN + pd.Timedelta(days=days - 1)).date()
    reached = milestones(ibis.memtable(orders[["customer_id", "order_id", "at"]]), as_of=as_of, limits=LIMITS)
    return stages(reached).table
