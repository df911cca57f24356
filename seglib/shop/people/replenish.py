"""Who buys the same product again at a regular gap, and when it is due."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
import pandas as pd

from seglib.tables.period import DAY, Period, day_number

__all__ = ["due", "product_key", "regular_purchases"]

TIMES = 3  # distinct days needed before a gap can be regular
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
    """The product that each person bought again most regularly, ever.

    Parameters
    ----------
    lines : ibis Table
        Clean order lines up to the as-of date.

    Returns
    -------
    list of one ibis Table by customer_id, empty where lines tell no products: replenish_product, replenish_days,
    replenish_gap_days, replenish_variation (sample standard deviation of the gaps / their mean), replenish_last (days
    since 1970).
    """
    key = product_key(lines)
    if key is None:
        return []
    pairs = _regularity(lines.filter(~lines.is_return & key.notnull()))
    order = [pairs.variation, pairs.days.desc(), pairs["product"]]
    ranked = pairs.mutate(place=ibis.row_number().over(group_by=pairs.customer_id, order_by=order))
    best = ranked.filter(ranked.place == 0)
    names = {"product": "product", "days": "days", "gap_days": "gap", "variation": "variation", "last": "last"}
    return [best.select("customer_id", **{f"replenish_{new}": old for new, old in names.items()})]


def due(table: pd.DataFrame, period: Period) -> pd.DataFrame:
    """The people with replenish_due_days, days from the as-of date to the last purchase and its usual gap."""
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
    pairs = gaps.group_by(["customer_id", "product"]).agg(
        days=gaps.count(), last=gaps.day.max(), gap=gaps.gap.median(), n=gaps.gap.count(), total=gaps.gap.sum(),
        squares=(gaps.gap * gaps.gap).sum(),
    )  # fmt: skip
    # from whole numbers, so that the order of the rows cannot change the last bit
    spread = (pairs.n * pairs.squares - pairs.total * pairs.total).cast("float64") / (pairs.n * (pairs.n - 1))
    return pairs.mutate(variation=spread.sqrt() * pairs.n / pairs.total).drop("n", "total", "squares")
