"""What customers ask support about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from seglib.analysis.feedback.groups import chosen, described, period_of
from seglib.language.messages import mark
from seglib.language.naming import PUT_TOGETHER
from seglib.tables.privacy import shared_values
from seglib.tables.shuffling import shares_of_orders, told_together
from seglib.tables.small_tables import MIN_GROUP, empty, frame

if TYPE_CHECKING:
    from ibis.expr.types import Table

__all__ = ["ticket_reasons"]

NOT_TOLD = mark("not told")
COLUMNS = "group reason tickets of share low_share high_share people differs"


def ticket_reasons(
    tickets: Table | None,
    by: pd.Series | None = None,
    *,
    period: str = "",
    min_group: int = MIN_GROUP,
    top: int = 8,
) -> pd.DataFrame:
    """Share of each reason among the support requests, for everyone and each group.

    Parameters
    ----------
    tickets : Ibis table or None
        Requests with ``customer_id``, ``opened_at`` and ``reason``.
    by : Series, optional
        Group of each customer, indexed by ``customer_id``.
    period : {"", "month", "quarter"}
        Split by time too.
    min_group : int
        Groups of which fewer people asked are not described; reasons that fewer people gave are not told either.
    top : int
        So many reasons are told, the others added up as "Other (n)".

    Returns
    -------
    DataFrame ``group``, ``reason`` (most frequent first), (``period``,) ``tickets``, ``of`` (tickets of the group),
    ``share`` with ``low_share`` and ``high_share`` (95%), ``people`` (of the group who asked anything), ``differs``
    (from everybody else), ``p_value``, ``p_adjusted``: requests of one person are alike, so people are what is counted
    (:func:`seglib.tables.shuffling.shares_of_orders`).

    Examples
    --------
    >>> import ibis
    >>> tickets = ibis.memtable(pd.DataFrame({"customer_id": ["a", "b", "b"], "reason": ["size", "size", "late"],
    ...     "opened_at": pd.Timestamp("2024-01-01")}))
    >>> ticket_reasons(tickets, min_group=1)[["reason", "tickets", "of", "people"]].values.tolist()
    [['size', 2, 3, 2], ['late', 1, 3, 2]]
    """
    columns = f"{COLUMNS}{' period' * bool(period)}"
    if tickets is None or "reason" not in tickets.columns:
        return empty(columns, "tickets" if tickets is None else mark("tickets with reasons"))
    each = frame(tickets.select("customer_id", "opened_at", reason=tickets.reason.cast("string").strip().nullif("")))
    if not each["reason"].notna().any():
        return empty(columns, "tickets with reasons")
    each["reason"] = _named(each, top, min_group)
    each = each.assign(tickets=1, group=each["customer_id"].map(by.dropna().astype("str")) if by is not None else None)
    if not period:
        table = _shares(each, _order(each), min_group)
    else:
        each = each.assign(period=period_of(each["opened_at"], period))
        parts = [_shares(rows, _order(each), min_group).assign(period=at) for at, rows in each.groupby("period")]
        table = pd.concat(parts, ignore_index=True) if parts else empty(columns)
    return chosen(told_together(described(table, min_group))[0], columns)


def _shares(each: pd.DataFrame, reasons: list[str], min_group: int) -> pd.DataFrame:
    table = shares_of_orders(each, "reason", values=reasons, hits="tickets", min_group=min_group)
    return table.rename(columns={"value": "reason", "hits": "tickets"})


def _named(each: pd.DataFrame, top: int, min_group: int) -> pd.Series:
    """Reasons that enough people share, the most frequent; a reason of few may be free text that tells who they are."""
    told = each["reason"].fillna(NOT_TOLD).astype("str")
    sizes = told.value_counts().sort_index().sort_values(ascending=False, kind="stable")
    enough = {NOT_TOLD, *shared_values(told, each["customer_id"], min_group)}
    shared = [name for name in sizes.index if name in enough]
    shown = shared if len(shared) <= top + 1 == len(sizes) or len(shared) <= top else shared[:top]
    return told if len(shown) == len(sizes) else told.where(told.isin(shown), f"Other ({len(sizes) - len(shown):,})")


def _order(each: pd.DataFrame) -> list[str]:
    """Reasons, most frequent first, what is no reason last."""
    sizes = each["reason"].value_counts().sort_index().sort_values(ascending=False, kind="stable")
    names = [str(name) for name in sizes.index]
    return sorted(names, key=lambda name: name == NOT_TOLD or PUT_TOGETHER.fullmatch(name) is not None)
