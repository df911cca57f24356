"""What customers ask support about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from seglib.analysis.feedback.groups import chosen, compared, described, grouped
from seglib.language.messages import mark
from seglib.language.naming import PUT_TOGETHER
from seglib.tables.intervals import with_shares
from seglib.tables.privacy import shared_values
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
    ``share`` with ``low_share`` and ``high_share`` (95% Wilson interval), ``people`` (of the group who asked anything),
    ``differs`` (from everybody else, by Fisher's exact test adjusted by Benjamini-Hochberg).

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
    told = grouped(each, by, period, "opened_at")
    keys = ["group", *(["period"] if period else [])]
    sizes = told.groupby(keys).agg(of=("reason", "size"), people=("customer_id", "nunique")).reset_index()
    reasons = pd.DataFrame({"reason": _order(each)})
    counts = told.groupby([*keys, "reason"]).size().rename("tickets").reset_index()
    table = sizes.merge(reasons, how="cross").merge(counts, on=[*keys, "reason"], how="left")
    table = table.fillna({"tickets": 0}).astype({"tickets": "int64"})
    table = described(with_shares(table, "tickets", "of"), min_group)
    return chosen(compared(table, "tickets", "of", ["reason", *keys[1:]]), columns)


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
