"""Who buys the same product again at a regular gap, and when it is due."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
import pandas as pd

from seglib.tables.intervals import wilson_interval
from seglib.tables.period import DAY, Period, day_number

__all__ = ["due", "product_key", "regular_purchases"]

TIMES = 3  # distinct days needed before a gap can be regular
KNOWN = 2  # gaps of a buyer from which the next is foretold: their median, give or take a third
NEAR = 0.35
TRIES, BUYERS = 10, 5  # gaps foretold, and people they are of, from which on a product has a rhythm or not
KINDS = {
    "replenish_product": "str",
    "replenish_days": "Int64",
    "replenish_gap_days": "float64",
    "replenish_variation": "float64",
}


def product_key(lines: ir.Table) -> ir.StringValue | None:
    """What tells products apart: their number, else their name; None where lines tell neither."""
    told = [lines[name].cast("string") for name in ("product_id", "product_name") if name in lines.columns]
    return ibis.coalesce(*told) if told else None


def regular_purchases(lines: ir.Table) -> list[ir.Table]:
    """The product of each person whose buyers come back to it most regularly, ever.

    Parameters
    ----------
    lines : ibis Table
        Clean order lines up to the as-of date.

    Returns
    -------
    list of one ibis Table by customer_id, empty where lines tell no products: replenish_product, replenish_days,
    replenish_gap_days, replenish_variation (sample standard deviation of the gaps / their mean), replenish_hits of
    replenish_tries (of all gaps of the product that come after two or more of the same buyer: those within 35% of the
    median of these), replenish_last (days since 1970). Of several products the one with the largest share of hits, of
    ten tries and five buyers or more, then the most regular.
    """
    key = product_key(lines)
    if key is None:
        return []
    pairs = _regularity(lines.filter(~lines.is_return & key.notnull()))
    order = [pairs.hit_share.desc(nulls_first=False), pairs.variation, pairs.days.desc(), pairs["product"]]
    ranked = pairs.mutate(place=ibis.row_number().over(group_by=pairs.customer_id, order_by=order))
    best = ranked.filter(ranked.place == 0)
    names = {"product": "product", "days": "days", "gap_days": "gap", "variation": "variation", "last": "last"}
    names |= {"hits": "hits", "tries": "tries"}
    return [best.select("customer_id", **{f"replenish_{new}": old for new, old in names.items()})]


def due(table: pd.DataFrame, period: Period) -> pd.DataFrame:
    """The people with replenish_due_days (as-of date to the last purchase and its usual gap) and shares of hits."""
    hits, tries = (table[f"replenish_{name}"].astype("float64") for name in ("hits", "tries"))
    table = table.drop(columns=["replenish_hits", "replenish_tries"])
    table = table.assign(replenish_hit_share=hits / tries, replenish_hit_low=wilson_interval(hits, tries)[0])
    last = pd.to_datetime(table["replenish_last"].astype("float64"), unit="D")
    since = (period.today - last) / DAY
    kept = table.drop(columns="replenish_last").astype(KINDS)
    return kept.assign(replenish_due_days=kept["replenish_gap_days"] - since)


def _regularity(sales: ir.Table) -> ir.Table:
    """Gap and variation of each person's product bought on three days or more."""
    key = product_key(sales)
    days = sales.select("customer_id", product=key, day=day_number(sales.ordered_at)).distinct()
    often = days.group_by(["customer_id", "product"]).agg(times=days.count())
    days = days.semi_join(often.filter(often.times >= TIMES), ["customer_id", "product"])
    gap = days.day - days.day.lag().over(group_by=[days.customer_id, days["product"]], order_by=days.day)
    gaps = days.mutate(gap=gap.cast("int64"))
    gaps = gaps.mutate(**_usual(gaps))
    pairs = gaps.group_by(["customer_id", "product"]).agg(
        days=gaps.count(), last=gaps.day.max(), gap=gaps.gap.median(), n=gaps.gap.count(), total=gaps.gap.sum(),
        squares=(gaps.gap * gaps.gap).sum(),
    )  # fmt: skip
    # from whole numbers, so that the order of the rows cannot change the last bit
    spread = (pairs.n * pairs.squares - pairs.total * pairs.total).cast("float64") / (pairs.n * (pairs.n - 1))
    pairs = pairs.mutate(variation=spread.sqrt() * pairs.n / pairs.total).drop("n", "total", "squares")
    return pairs.left_join(_rhythm(gaps), "product").drop("product_right")


def _usual(gaps: ir.Table) -> dict[str, ir.Value]:
    """The median of the gaps before each, and how many they are."""
    before = ibis.window(group_by=[gaps.customer_id, gaps["product"]], order_by=gaps.day, preceding=(None, 1))
    return {"usual": gaps.gap.median().over(before), "known": gaps.gap.count().over(before)}


def _rhythm(gaps: ir.Table) -> ir.Table:
    """Of each product: how often the next gap of a buyer came near the usual one, where enough buyers tell."""
    told = gaps.filter((gaps.known >= KNOWN) & gaps.gap.notnull())
    near = (told.gap - told.usual).abs() <= NEAR * told.usual
    each = told.group_by("product").agg(
        hits=near.cast("int64").sum(), tries=told.count(), buyers=told.customer_id.nunique()
    )
    enough = each.filter((each.tries >= TRIES) & (each.buyers >= BUYERS)).drop("buyers")
    return enough.mutate(hit_share=enough.hits / enough.tries)
