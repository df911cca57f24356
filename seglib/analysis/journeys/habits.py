"""When and where each group buys: preferred channel, weekday and hour."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
import pandas as pd
import pyarrow as pa

from seglib.analysis.journeys.milestones import orders_or_purchases
from seglib.language.messages import mark
from seglib.language.naming import EVERYONE, WEEKDAYS
from seglib.tables.intervals import differs_from_rest, with_shares
from seglib.tables.small_tables import LIKELY, empty, frame

if TYPE_CHECKING:
    from ibis.expr.types import Table

__all__ = ["occasions", "preferences", "weekday_by_hour"]

ENOUGH = 50  # orders; with fewer a favourite among seven days is mostly chance
MIDNIGHT = 0.5  # with more at exactly 00:00 the export has dates, not times
NEEDS = {"weekday": "orders", "hour": mark("orders with a time of day"), "channel": mark("orders with a channel")}
COLUMNS = "group value orders of share low_share high_share index clear"


def occasions(orders: Table | None, events: Table | None = None, by: pd.Series | None = None) -> pd.DataFrame:
    """Orders of everyone and of each group, by channel, weekday and hour.

    Parameters
    ----------
    orders : Ibis table or None
        Orders, or the clean lines that they are made of; without them the purchases among the events count.
    events : Ibis table or None
        Events.
    by : Series, optional
        Group of each customer, indexed by ``customer_id``.

    Returns
    -------
    DataFrame ``group`` (NA where a customer has none), ``channel`` (NA where not told), ``weekday`` (0 is Monday),
    ``hour`` (0 to 23, NA where orders are dated without times), ``orders``.

    Examples
    --------
    >>> lines = ibis.memtable(pd.DataFrame({"customer_id": ["a", "a"], "order_id": ["1", "2"], "amount": 1.0,
    ...     "is_return": False, "ordered_at": pd.to_datetime(["2024-01-01 09:30", "2024-01-02 20:00"])}))
    >>> occasions(lines)[["weekday", "hour", "orders"]].values.tolist()
    [[0, 9, 1], [1, 20, 1]]
    """
    told = orders_or_purchases(orders, events)
    if told is None:
        return empty("group channel weekday hour orders", "orders")
    dated = (told.at == told.at.truncate("D")).cast("int64").mean()
    untimed = frame(told.agg(share=dated))["share"].iloc[0]
    told = told if "channel" in told.columns else told.mutate(channel=ibis.null("string"))
    named = (
        by.dropna().astype("str").rename("group").rename_axis("customer_id").reset_index() if by is not None else None
    )
    if named is not None:
        told = told.left_join(ibis.memtable(pa.Table.from_pandas(named, preserve_index=False)), "customer_id").drop(
            "customer_id_right"
        )
    else:
        told = told.mutate(group=ibis.null("string"))
    hour = told.at.hour() if not untimed > MIDNIGHT else ibis.null("int32")
    told = told.mutate(weekday=told.at.day_of_week.index(), hour=hour)
    counts = frame(told.group_by(["group", "channel", "weekday", "hour"]).agg(orders=told.count()))
    counts = counts.sort_values(["group", "channel", "weekday", "hour"], ignore_index=True)
    return counts.astype({"weekday": "int64", "hour": "Int64", "orders": "int64"})


def preferences(occasions: pd.DataFrame, by: str = "weekday", *, min_orders: int = ENOUGH) -> pd.DataFrame:
    """Share of the orders on each weekday, in each hour or channel, against everyone.

    Parameters
    ----------
    occasions : DataFrame
        From :func:`occasions`.
    by : {"weekday", "hour", "channel"}
        What to split by.
    min_orders : int
        Groups with fewer orders are not described.

    Returns
    -------
    DataFrame ``group`` (first "Everyone"), ``value``, ``orders``, ``of`` (orders of the group), ``share`` with
    ``low_share`` and ``high_share`` (95% Wilson interval), ``index`` (share / share of everyone x 100), ``clear``
    (differs from all other orders by Fisher's exact test, which takes orders as independent, adjusted by
    Benjamini-Hochberg).

    Examples
    --------
    >>> orders = pd.DataFrame({"group": ["a", "b"], "weekday": [0, 1], "orders": [3, 1]})
    >>> table = preferences(orders, min_orders=1).query("orders > 0 and group != 'Everyone'")
    >>> table[["group", "value", "orders", "share", "index"]].round(1).values.tolist()
    [['a', 'Monday', 3, 1.0, 133.3], ['b', 'Tuesday', 1, 1.0, 400.0]]
    """
    told = occasions[occasions[by].notna()] if len(occasions) else occasions
    if told.empty:
        return empty(COLUMNS, occasions.attrs.get("needs", NEEDS[by]))
    total = told.groupby(by)["orders"].sum()
    sizes = told.groupby("group")["orders"].sum().sort_values(ascending=False, kind="stable")
    parts = [_shares(EVERYONE, total, total)]
    for group, size in sizes.items():
        if size >= min_orders:
            parts.append(_shares(str(group), told[told["group"] == group].groupby(by)["orders"].sum(), total))
    table = pd.concat(parts, ignore_index=True)
    adjusted = differs_from_rest(table["orders"], table["of"], table["all_orders"], total.sum())
    table["clear"] = (adjusted <= LIKELY) & (table["group"] != EVERYONE)
    if by == "weekday":
        table["value"] = [WEEKDAYS[int(day)] for day in table["value"]]
    table.attrs["small_groups"] = int((sizes < min_orders).sum())
    return table[COLUMNS.split()]


def _shares(group: str, counts: pd.Series, total: pd.Series) -> pd.DataFrame:
    orders = counts.reindex(total.index, fill_value=0)
    table = pd.DataFrame({"group": group, "value": total.index, "orders": orders.to_numpy(), "of": int(orders.sum())})
    table = with_shares(table, "orders", "of")
    usual = total.to_numpy() / total.sum()
    return table.assign(index=100 * table["share"] / usual, all_orders=total.to_numpy())


def weekday_by_hour(occasions: pd.DataFrame, *, min_orders: int = ENOUGH, top: int = 5) -> pd.DataFrame:
    """Orders by weekday and hour for everyone and the groups with most orders.

    Parameters
    ----------
    occasions : DataFrame
        From :func:`occasions`.
    min_orders, top : int
        Groups with fewer orders are left out; of the others so many are told.

    Returns
    -------
    DataFrame ``group``, ``weekday`` (0 is Monday), ``hour``, ``orders``, ``share`` (of the group's orders); a row for
    each of the 168 hours of the week and group; empty where orders are dated without times.

    Examples
    --------
    >>> orders = pd.DataFrame({"group": ["a"], "weekday": [0], "hour": pd.array([9], "Int64"), "orders": [3]})
    >>> weekday_by_hour(orders, min_orders=1).query("orders > 0").values.tolist()
    [['Everyone', 0, 9, 3, 1.0], ['a', 0, 9, 3, 1.0]]
    """
    timed = occasions[occasions["hour"].notna()] if len(occasions) else occasions
    if timed.empty:
        return empty("group weekday hour orders share", occasions.attrs.get("needs", mark(NEEDS["hour"])))
    sizes = timed.groupby("group")["orders"].sum().sort_values(ascending=False, kind="stable")
    names = [str(name) for name, size in sizes.items() if size >= min_orders][:top]
    cells = pd.MultiIndex.from_product([range(7), range(24)], names=["weekday", "hour"])
    parts = []
    for name in [EVERYONE, *names]:
        inside = timed if name == EVERYONE else timed[timed["group"] == name]
        counts = inside.groupby(["weekday", "hour"])["orders"].sum().reindex(cells, fill_value=0)
        part = counts.reset_index().assign(group=name)
        parts.append(part.assign(share=part["orders"] / part["orders"].sum()))
    return pd.concat(parts, ignore_index=True)[["group", "weekday", "hour", "orders", "share"]]
