"""What went on in the shop: sales, refunds, and everything that was left out and why, by week and by source."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
import pandas as pd

from seglib.errors import InputError
from seglib.language.messages import mark
from seglib.tables.small_tables import frame

if TYPE_CHECKING:
    from ibis.expr.types import BooleanValue, StringColumn, Table

__all__ = ["ACTIVITY_KINDS", "activity", "activity_by_source"]

# In the order in which they are told. The first three are in the analysis or would be in a longer window.
ACTIVITY_KINDS = (
    "sales",
    "refunds",
    "disputes",
    "failed",
    "pending",
    "cancelled",
    "test",
    "transfers",
    "told_twice",
    "duplicates",
    "no_customer",
    "unusable",
    "later",
)
IN_USE = ("analysed", "before_window")
STEPS = {
    "cancelled": "cancelled",
    "pending": "pending",
    "failed": "failed",
    "test": "test",
    "transfer": "transfers",
    "same_sale": "told_twice",
    "overlap": "told_twice",
    "disputed": "disputes",
    "duplicate": "duplicates",
    "no_customer": "no_customer",
    "after_as_of": "later",
}
STATES = {
    "refund": "refunds",
    "disputed": "disputes",
    "failed": "failed",
    "pending": "pending",
    "cancelled": "cancelled",
    "test": "test",
    "transfer": "transfers",
}
ONE_SOURCE = mark("orders")
MISDATED = "implausible_date"  # a week in 1900 would stretch every figure


def activity(marked: Table, ledger: pd.DataFrame) -> pd.DataFrame:
    """Lines and money of each week by source and kind, those that the analysis leaves out included.

    Parameters
    ----------
    marked : Ibis table
        Order lines with ``step`` (the number of the cleaning step that took the line, ``Shop.marked``); ``state`` and
        ``source`` where they are told.
    ledger : DataFrame
        ``Shop.ledger``, whose rows name the steps in their order.

    Returns
    -------
    DataFrame ``week`` (its Monday; NaT for lines without a date that can be right), ``source``, ``kind`` (one of
    ``ACTIVITY_KINDS``), ``left_out`` (bool: not in the analysis, for another reason than the period), ``rows``,
    ``amount`` (as the lines tell it, refunds negative), ``first_at``, ``last_at`` (of those lines). Rows and amounts
    add up to the raw file.

    Raises
    ------
    InputError
        The lines do not say which cleaning step took them.

    Examples
    --------
    >>> import pyarrow
    >>> lines = ibis.memtable(pyarrow.table({"step": [2, 2, 0], "is_return": [False, True, False],
    ...     "customer_id": ["a", "a", "b"], "amount": [9.0, -2.0, 5.0],
    ...     "ordered_at": pd.to_datetime(["2024-01-01", "2024-01-03", "2024-01-09"])}))
    >>> ledger = pd.DataFrame({"step": ["raw", "cancelled", "returns", "analysed"]})
    >>> activity(lines, ledger)[["kind", "left_out", "rows", "amount"]].values.tolist()
    [['sales', False, 1, 9.0], ['refunds', False, 1, -2.0], ['cancelled', True, 1, 5.0]]
    """
    if "step" not in marked.columns:
        raise InputError("activity: lines have no column 'step'. Give Shop.marked, in which cleaning has marked them.")
    step = _step_names(marked, ledger)
    told = marked.mutate(
        week=marked.ordered_at.nullif(ibis.ifelse(step == MISDATED, marked.ordered_at, None)).truncate("W"),
        source=marked.source.fill_null(ONE_SOURCE) if "source" in marked.columns else ibis.literal(ONE_SOURCE),
        kind=_kinds(marked, step),
        left_out=~(step.isin(IN_USE) | _of_buyers(marked, step)),
    )
    dated = ibis.ifelse(told.week.notnull(), told.ordered_at, None)
    by_week = frame(
        told.group_by(["week", "source", "kind", "left_out"]).agg(
            rows=told.count(),
            amount=ibis.coalesce(told.amount.sum(), 0).cast("float64"),
            first_at=dated.min(),
            last_at=dated.max(),
        )
    )
    by_week["kind"] = pd.Categorical(by_week["kind"], categories=ACTIVITY_KINDS, ordered=True)
    by_week = by_week.sort_values(["week", "source", "kind", "left_out"], ignore_index=True)
    return by_week.astype({"kind": "str", "source": "str", "left_out": "bool"})


def _step_names(marked: Table, ledger: pd.DataFrame) -> StringColumn:
    """Name of each line's step; the rows of the ledger between the lines and the last are the steps in their order."""
    if marked.step.type().is_string():
        return marked.step
    names = ledger["step"][(ledger["step"] == "raw").cummax()].tolist()[1:]
    branches = [(marked.step == number, ibis.literal(str(name))) for number, name in enumerate(names)]
    return ibis.cases(*branches, else_=ibis.literal("analysed"))


def _of_buyers(marked: Table, step: StringColumn) -> BooleanValue:
    """Returns of who had ordered before the window only: in the whole time they went back from a sale."""
    sold = marked.filter(step.isin(IN_USE) & ~marked.is_return).select("customer_id").distinct()
    return (step == "return_only") & marked.customer_id.isin(sold.customer_id)


def _kinds(marked: Table, step: StringColumn) -> StringColumn:
    """What a line is: its state where it has one, else the step that took it, else a sale or a return."""
    branches = [(step == name, ibis.literal(kind)) for name, kind in STEPS.items()]
    if "state" in marked.columns:
        branches += [(marked.state == state, ibis.literal(kind)) for state, kind in STATES.items()]
    branches += [
        (marked.is_return.fill_null(False), ibis.literal("refunds")),
        (~step.isin(IN_USE), ibis.literal("unusable")),
    ]
    return ibis.cases(*branches, else_=ibis.literal("sales"))


def activity_by_source(by_week: pd.DataFrame) -> pd.DataFrame:
    """What each source told in the whole time, and what of it was left out.

    Parameters
    ----------
    by_week : DataFrame
        From :func:`activity`.

    Returns
    -------
    DataFrame ``source, kind, left_out, rows, rows_share`` (of the source's rows), ``amount``; sources with most rows
    first, kinds in the order of ``ACTIVITY_KINDS``.

    Examples
    --------
    >>> by_week = pd.DataFrame({"week": pd.NaT, "source": ["a", "b", "b"], "kind": ["sales", "failed", "sales"],
    ...     "left_out": [False, True, False], "rows": [1, 1, 3], "amount": [5.0, 2.0, 6.0]})
    >>> activity_by_source(by_week)[["source", "kind", "rows_share"]].values.tolist()
    [['b', 'sales', 0.75], ['b', 'failed', 0.25], ['a', 'sales', 1.0]]
    """
    totals = by_week.groupby(["source", "kind", "left_out"], as_index=False)[["rows", "amount"]].sum()
    size = totals.groupby("source")["rows"].transform("sum")
    order = totals["kind"].map({kind: place for place, kind in enumerate(ACTIVITY_KINDS)})
    totals = totals.assign(rows_share=totals["rows"] / size, size=-size, order=order)
    totals = totals.sort_values(["size", "source", "order", "left_out"], ignore_index=True)
    return totals[["source", "kind", "left_out", "rows", "rows_share", "amount"]]
