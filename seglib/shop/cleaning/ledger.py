"""Every row and every cent accounted for, step by step and source by source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import ibis
import ibis.expr.types as ir
import pandas as pd

from seglib.language.messages import mark
from seglib.shop.cleaning.steps import ANALYSED, NUMBER, STEPS, Beyond

__all__ = ["account_again", "account_for", "ledger_by_source", "sources_again"]

OF_DAY = ("after_as_of", "before_window", "return_only", "analysed")  # what another as-of date changes


def _left(marked: ir.Table, key: str) -> list[int]:
    """How many distinct values of ``key`` are left after each step, from the raw file (first) to the last."""
    furthest = marked.filter(marked[key].notnull()).group_by(key).agg(step=marked.step.max())
    n = furthest.group_by("step").agg(n=furthest.count()).to_pyarrow().to_pandas().set_index("step").n
    return [int(n[n.index >= number].sum()) for number in range(ANALYSED + 1)]


def account_for(
    marked: ir.Table, lines: ir.Table, found: dict[str, ir.BooleanColumn], beyond: Sequence[Beyond] = ()
) -> pd.DataFrame:
    """Ledger of marked lines: one row a step, what it found and took, and what is left."""
    told = marked.group_by("step").agg(rows=marked.count(), amount=ibis.coalesce(marked.amount.sum(), 0))
    by_step = {row["step"]: row for row in told.to_pyarrow().to_pylist()}
    asked = {name: ibis.coalesce(taken.cast("int64").sum(), 0) for name, taken in found.items()}
    hits = lines.aggregate(**asked).to_pyarrow().to_pylist()[0]
    orders, customers = _left(marked, "order_id"), _left(marked, "customer_id")
    rows, amount = (sum(row[name] for row in by_step.values()) for name in ("rows", "amount"))
    if "amount_told" in marked.columns:  # what is beyond the lines is told in other currencies than this ledger
        beyond = [replace(one, amount=Decimal(0)) for one in beyond]
    table = _top(beyond, rows, orders[0], customers[0], amount)
    what = mark("order lines among them") if table else mark("every row of the file")
    table.append(("raw", what, rows, 0, rows, orders[0], customers[0], amount, 0))
    for number, step in enumerate(STEPS):
        gone = by_step.get(number, {"rows": 0, "amount": 0})
        rows, amount = rows - gone["rows"], amount - gone["amount"]
        left = (rows, orders[number + 1], customers[number + 1], amount)
        table.append((step.name, step.meaning, hits.get(step.name, gone["rows"]), gone["rows"], *left, gone["amount"]))
    table.append(("analysed", mark("what the analysis rests on"), rows, 0, rows, orders[-1], customers[-1], amount, 0))
    names = ["step", "meaning", "rows_found", "rows_removed", "rows", "orders", "customers", "amount", "amount_removed"]
    ledger = pd.DataFrame(table, columns=names)
    return ledger.astype({"amount": float, "amount_removed": float})


def _top(beyond: Sequence[Beyond], rows: int, orders: int, customers: int, amount: Any) -> list[tuple[Any, ...]]:
    """From the rows of the files to the lines, where they are not the same."""
    if not any(one.told for one in beyond):
        return []
    rows, amount = rows + sum(one.rows for one in beyond), amount + sum(one.amount for one in beyond)
    table: list[tuple[Any, ...]] = [("files", mark("rows of the files"), rows, 0, rows, orders, customers, amount, 0)]
    for one in beyond:
        rows, amount = rows - one.rows, amount - one.amount
        step = "skipped" if one.rows > 0 or one.found else "added"
        table.append((step, one.why, one.found or abs(one.rows), one.rows, rows, orders, customers, amount, one.amount))
    return table


def account_again(later: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """Ledger of an earlier day: what is above the raw lines, and what steps found, are as in that of a later one."""
    first = int(later["step"].eq("raw").argmax())
    found = later["rows_found"].iloc[first:].reset_index(drop=True)
    table = table.assign(rows_found=table["rows_found"].where(table["step"].isin(OF_DAY), found))
    return pd.concat([later.iloc[:first], table], ignore_index=True)


def ledger_by_source(marked: ir.Table, beyond: Sequence[Beyond] = ()) -> pd.DataFrame:
    """Rows and money of each source and currency: what was told, what each step took, what is analysed.

    Parameters
    ----------
    marked : ibis Table
        Lines with ``step`` (:attr:`Cleaned.marked`); ``source``, ``currency`` and ``amount_told`` where they are told.
    beyond : sequence of Beyond
        Rows of the files that are no lines, and the reverse.

    Returns
    -------
    DataFrame: source, currency, step (raw, the steps that took rows, analysed), rows, amount (in the currency told),
    converted (in the currency of the report). In each source and currency, raw is the sum of all that follow.

    Examples
    --------
    >>> lines = ibis.memtable({"step": [ANALYSED, 1], "source": ["till", "till"], "currency": ["EUR", "EUR"],
    ...                        "amount": [5.0, 7.0]})
    >>> ledger_by_source(lines)[["step", "rows", "amount"]].values.tolist()
    [['raw', 2, 12.0], ['overlap', 1, 7.0], ['analysed', 1, 5.0]]
    """
    empty = ibis.literal("")
    by = {name: marked[name].fill_null("") if name in marked.columns else empty for name in ("source", "currency")}
    told = marked.amount_told if "amount_told" in marked.columns else marked.amount
    kept = ibis.ifelse(marked.step >= NUMBER["returns"], ANALYSED, marked.step.cast("int64"))
    sums = {"amount": ibis.coalesce(told.sum(), 0), "converted": ibis.coalesce(marked.amount.sum(), 0)}
    steps = marked.group_by(**by, place=kept).agg(rows=marked.count(), **sums).to_pyarrow().to_pandas()
    raw = steps.groupby(["source", "currency"], as_index=False)[["rows", "amount", "converted"]].sum()
    names = [step.name for step in STEPS] + ["analysed"]
    steps["step"] = [names[place] for place in steps["place"]]
    parts = [_beyond_rows(beyond), raw.assign(step="raw", place=-1), steps]
    table = pd.concat([part for part in parts if len(part)] or parts, ignore_index=True)
    table = table.sort_values(["source", "currency", "place"], ignore_index=True, kind="stable")
    table = table[["source", "currency", "step", "rows", "amount", "converted"]]
    return table.astype({"rows": "int64", "amount": "float64", "converted": "float64"})


def sources_again(later: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """Ledger by source of an earlier day, with the rows that are no lines of that of a later one."""
    beyond = later[~later["step"].isin([*NUMBER, "raw", "analysed"])]
    return pd.concat([beyond, table]).sort_values(["source", "currency"], kind="stable", ignore_index=True)


def _beyond_rows(beyond: Sequence[Beyond]) -> pd.DataFrame:
    rows = [(one.source, "", one.why, one.rows, one.amount, one.amount, -2) for one in beyond if one.told]
    return pd.DataFrame(rows, columns=["source", "currency", "step", "rows", "amount", "converted", "place"])
