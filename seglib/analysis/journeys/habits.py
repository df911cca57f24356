"""When and where each group buys: preferred channel, weekday and hour."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

import ibis
import pandas as pd
import pyarrow as pa

from seglib.analysis.journeys.milestones import orders_or_purchases
from seglib.language.messages import mark
from seglib.language.naming import EVERYONE, WEEKDAYS
from seglib.tables.effects import share_effect
from seglib.tables.shuffling import shares_of_orders, told_together
from seglib.tables.small_tables import MIN_GROUP, empty, frame, stacked

if TYPE_CHECKING:
    from ibis.expr.types import Table

__all__ = ["habits", "occasions", "preferences", "stack_habits", "weekday_by_hour"]

ENOUGH = 50  # orders; with fewer a favourite among seven days is mostly chance
MIDNIGHT = 0.5  # with more at exactly 00:00 the export has dates, not times
NEEDS = {"weekday": "orders", "hour": mark("orders with a time of day"), "channel": mark("orders with a channel")}
COLUMNS = "group value orders of people share low_share high_share index effect p_value p_adjusted differs"


def occasions(orders: Table | None, events: Table | None = None, by: pd.Series | None = None) -> pd.DataFrame:
    """Orders of each customer, by channel, weekday and hour.

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
    DataFrame ``group`` (NA where a customer has none), ``customer_id``, ``channel`` (NA where not told), ``weekday`` (0
    is Monday), ``hour`` (0 to 23, NA where orders are dated without times), ``orders``.

    Examples
    --------
    >>> lines = ibis.memtable(pd.DataFrame({"customer_id": ["a", "a"], "order_id": ["1", "2"], "amount": 1.0,
    ...     "is_return": False, "ordered_at": pd.to_datetime(["2024-01-01 09:30", "2024-01-02 20:00"])}))
    >>> occasions(lines)[["weekday", "hour", "orders"]].values.tolist()
    [[0, 9, 1], [1, 20, 1]]
    """
    told = orders_or_purchases(orders, events)
    if told is None:
        return empty("group customer_id channel weekday hour orders", "orders")
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
    keys = ["group", "customer_id", "channel", "weekday", "hour"]
    counts = frame(told.group_by(keys).agg(orders=told.count()).order_by(keys))
    return counts.astype({"weekday": "int64", "hour": "Int64", "orders": "int64"})


def habits(
    occasions: pd.DataFrame, *, made_from: Collection[str] = (), min_group: int = MIN_GROUP
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """By channel, weekday and hour: :func:`preferences` of each, all comparisons taken together."""
    channel, weekday, hour = told_together(
        *(preferences(occasions, by, made_from=made_from, min_group=min_group) for by in ("channel", "weekday", "hour"))
    )
    return channel, weekday, hour


def preferences(
    occasions: pd.DataFrame,
    by: str = "weekday",
    *,
    made_from: Collection[str] = (),
    min_orders: int = ENOUGH,
    min_group: int = MIN_GROUP,
) -> pd.DataFrame:
    """Share of the orders on each weekday, in each hour or channel, against everyone.

    Parameters
    ----------
    occasions : DataFrame
        From :func:`occasions`.
    by : {"weekday", "hour", "channel"}
        What to split by.
    made_from : collection of str
        In what the groups differ by their making (``shop.made_from(name)``): it is not tested.
    min_orders, min_group : int
        Groups with fewer orders, or of fewer customers, are not described.

    Returns
    -------
    DataFrame ``group`` (first "Everyone"), ``value``, ``orders``, ``of`` (orders of the group), ``people`` (its
    customers), ``share`` with ``low_share`` and ``high_share`` (95%), ``index`` (share / share of everyone x 100),
    ``effect`` (Cohen's h against it), ``p_value``, ``p_adjusted`` (Benjamini-Hochberg over the table), ``differs``.
    Customers are what is counted: theirs are the intervals, and the test
    (:func:`seglib.tables.shuffling.shares_of_orders`).

    Examples
    --------
    >>> orders = pd.DataFrame({"group": ["a", "b"], "customer_id": ["1", "2"], "weekday": [0, 1], "orders": [3, 1]})
    >>> table = preferences(orders, min_orders=1, min_group=1).query("orders > 0 and group != 'Everyone'")
    >>> table[["group", "value", "orders", "share", "index"]].round(1).values.tolist()
    [['a', 'Monday', 3, 1.0, 133.3], ['b', 'Tuesday', 1, 1.0, 400.0]]
    """
    told = occasions[occasions[by].notna()] if len(occasions) else occasions
    if told.empty:
        return empty(COLUMNS, occasions.attrs.get("needs", NEEDS[by]))
    table = shares_of_orders(told, by, tested=by not in made_from).rename(columns={"hits": "orders"})
    large = (table["of"] >= min_orders) & (table["people"] >= min_group) | (table["group"] == EVERYONE)
    few = table.loc[~large, "group"].nunique()
    order = table["of"].where(table["group"] != EVERYONE, table["of"].max() + 1)
    table = table[large].assign(order=order).sort_values("order", ascending=False, kind="stable", ignore_index=True)
    usual = table[table["group"] == EVERYONE].set_index("value")["share"]
    expected = table["value"].map(usual).astype("float64")
    table = table.assign(index=100 * table["share"] / expected, effect=share_effect(table["share"], expected))
    if by == "weekday":
        table["value"] = [WEEKDAYS[int(day)] for day in table["value"]]
    (table,) = told_together(table)
    table.attrs["small_groups"] = int(few)
    return table[COLUMNS.split()]


def weekday_by_hour(
    occasions: pd.DataFrame, *, min_orders: int = ENOUGH, min_group: int = MIN_GROUP, top: int = 5
) -> pd.DataFrame:
    """Orders by weekday and hour for everyone and the groups with most orders.

    Parameters
    ----------
    occasions : DataFrame
        From :func:`occasions`.
    min_orders, min_group, top : int
        Groups with fewer orders, or of fewer customers, are left out; of the others so many are told.

    Returns
    -------
    DataFrame ``group``, ``weekday`` (0 is Monday), ``hour``, ``orders``, ``share`` (of the group's orders); a row for
    each of the 168 hours of the week and group; empty where orders are dated without times.

    Examples
    --------
    >>> orders = pd.DataFrame({"group": ["a"], "customer_id": ["1"], "weekday": [0], "hour": [9], "orders": [3]})
    >>> weekday_by_hour(orders, min_orders=1, min_group=1).query("orders > 0").values.tolist()
    [['Everyone', 0, 9, 3, 1.0], ['a', 0, 9, 3, 1.0]]
    """
    timed = occasions[occasions["hour"].notna()] if len(occasions) else occasions
    if timed.empty:
        return empty("group weekday hour orders share", occasions.attrs.get("needs", mark(NEEDS["hour"])))
    sizes = timed.groupby("group")["orders"].sum().sort_values(ascending=False, kind="stable")
    people = timed.groupby("group")["customer_id"].nunique()
    names = [str(name) for name, size in sizes.items() if size >= min_orders and people[name] >= min_group][:top]
    cells = pd.MultiIndex.from_product([range(7), range(24)], names=["weekday", "hour"])
    parts = []
    for name in [EVERYONE, *names]:
        inside = timed if name == EVERYONE else timed[timed["group"] == name]
        counts = inside.groupby(["weekday", "hour"])["orders"].sum().reindex(cells, fill_value=0)
        part = counts.reset_index().assign(group=name)
        parts.append(part.assign(share=part["orders"] / part["orders"].sum()))
    return pd.concat(parts, ignore_index=True)[["group", "weekday", "hour", "orders", "share"]]


def stack_habits(habits: Mapping[str, pd.DataFrame], segmentation: str) -> pd.DataFrame:
    """Put the tables of :func:`habits` below each other.

    Parameters
    ----------
    habits : mapping of str to DataFrame
        ``{"channel": table, "weekday": table, "hour": table}``; those without rows are left out.
    segmentation : str
        What divides the customers.

    Returns
    -------
    DataFrame ``segmentation, by`` and the columns of :func:`preferences`, of which ``group`` is called ``segment``.

    Examples
    --------
    >>> stack_habits({"hour": pd.DataFrame({"group": ["Owls"], "value": [22]})}, "persona").values.tolist()
    [['persona', 'hour', 'Owls', 22]]
    """
    found = stacked(habits, "by").rename(columns={"group": "segment"})
    found.insert(0, "segmentation", segmentation)
    return found
