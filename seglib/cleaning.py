"""Named cleaning steps, and the ledger that accounts for every row and every cent.

A row leaves at the first step that finds it. No step deletes anything: :func:`mark_lines` writes the number of the step
beside the row, so that the ledger, the clean lines and what was left out are three readings of one table.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import pandas as pd

__all__ = ["STEPS", "Cleaned", "Step", "clean_lines", "column_quality"]


@dataclass(frozen=True)
class Step:
    """One reason for which a line is left out, or only counted (``kept``)."""

    name: str
    meaning: str
    kept: bool = False


STEPS: tuple[Step, ...] = (
    Step("duplicate", "the same as another line in every column of the file"),
    Step("no_customer", "no customer id: guests are counted, never one giant customer"),
    Step("no_order", "no order number"),
    Step("no_date", "no order date"),
    Step("no_amount", "no amount, or no quantity or price to compute it from"),
    Step("cancelled", "order cancelled, failed or a test"),
    Step("zero_price", "price or amount of zero"),
    Step("negative_price", "price below zero: a correction, not a sale"),
    Step("after_as_of", "dated after the as-of date"),
    Step("before_window", "before the window: serves only first orders and the previous window"),
    Step("return_only", "return of a customer without an order in the window"),
    Step("returns", "returns: kept and netted, never orders", kept=True),
)
NUMBER = {step.name: position for position, step in enumerate(STEPS)}
ANALYSED = len(STEPS)


@dataclass(frozen=True)
class Cleaned:
    """Marked lines (Ibis, with a column ``step``), the ledger, and the dates they were cut at."""

    marked: ir.Table
    ledger: pd.DataFrame
    as_of: dt.date
    window_days: int | None

    @property
    def lines(self) -> ir.Table:
        """Clean lines up to the as-of date, those before the window included."""
        return self.marked.filter(self.marked.step >= NUMBER["before_window"]).drop("step")

    @property
    def window_lines(self) -> ir.Table:
        """Lines that are analysed."""
        return self.marked.filter(self.marked.step == ANALYSED).drop("step")


def clean_lines(
    lines: ir.Table,
    *,
    as_of: dt.date | None = None,
    window_days: int | None = None,
    zero_price: str = "drop",
    cancelled: Iterable[str] = (),
) -> Cleaned:
    """Mark each line with the step that leaves it out, and account for all of them.

    Parameters
    ----------
    lines : ibis Table
        Canonical order lines, one row a line; a column ``copy`` above 0 marks duplicates.
    as_of : date, optional
        Last day analysed; the day after the last order when None.
    window_days : int, optional
        Length of the window in days; the whole history when None.
    zero_price : {"drop", "keep"}
        Whether lines that cost nothing are left out.
    cancelled : iterable of str
        Values of ``status``, in lower case, of orders that did not happen.

    Returns
    -------
    Cleaned

    Raises
    ------
    ValueError
        No order is left to take an as-of date from.

    Examples
    --------
    >>> import ibis
    >>> lines = ibis.memtable({
    ...     "order_id": ["1", "2"], "customer_id": ["a", None],
    ...     "ordered_at": pd.to_datetime(["2024-01-01", "2024-01-02"]),
    ...     "amount": [5.0, 7.0], "is_return": [False, False]})
    >>> done = clean_lines(lines)
    >>> done.as_of, done.ledger.set_index("step").rows_removed["no_customer"]
    (datetime.date(2024, 1, 2), np.int64(1))
    """
    found = _conditions(lines, zero_price, {status.lower() for status in cancelled})
    marked = lines.mutate(step=_first_step(found))
    last = _last_order(marked)
    if as_of is None:
        if last is None:
            raise ValueError("no order is left")
        as_of = last + dt.timedelta(days=1)
    found |= _calendar(lines, as_of, window_days)
    marked = lines.mutate(step=_first_step(found))
    sales = marked.filter((marked.step == ANALYSED) & ~marked.is_return)
    buyers = sales.select("customer_id").distinct()
    alone = (marked.step == ANALYSED) & marked.is_return & ~marked.customer_id.isin(buyers.customer_id)
    marked = marked.mutate(step=ibis.ifelse(alone, NUMBER["return_only"], marked.step))
    marked = marked.drop("copy") if "copy" in marked.columns else marked
    return Cleaned(marked, _ledger(marked, lines, found), as_of, window_days)


def _conditions(lines: ir.Table, zero_price: str, cancelled: set[str]) -> dict[str, ir.BooleanColumn]:
    """Step -> which lines it finds, whatever earlier steps took."""
    price = lines.unit_price.fill_null(lines.amount) if "unit_price" in lines.columns else lines.amount
    found = {
        "no_customer": lines.customer_id.isnull(),
        "no_order": lines.order_id.isnull(),
        "no_date": lines.ordered_at.isnull(),
        "no_amount": lines.amount.isnull(),
        "negative_price": ((lines.amount < 0) | (price < 0)) & ~lines.is_return,
        "returns": lines.is_return,
    }
    if "copy" in lines.columns:
        found["duplicate"] = lines["copy"] > 0
    if cancelled and "status" in lines.columns:
        found["cancelled"] = lines.status.lower().isin(sorted(cancelled))
    if zero_price == "drop":
        found["zero_price"] = (price == 0) | (lines.amount == 0)
    return found


def _calendar(lines: ir.Table, as_of: dt.date, window_days: int | None) -> dict[str, ir.BooleanColumn]:
    end = ibis.timestamp((as_of + dt.timedelta(days=1)).isoformat())
    found = {"after_as_of": lines.ordered_at >= end}
    if window_days:
        start = as_of - dt.timedelta(days=window_days - 1)
        found["before_window"] = lines.ordered_at < ibis.timestamp(start.isoformat())
    return found


def _first_step(found: dict[str, ir.BooleanColumn]) -> ir.IntegerColumn:
    ordered = sorted((NUMBER[name], taken) for name, taken in found.items() if name != "returns")
    branches = [(taken.fill_null(False), ibis.literal(number, "int8")) for number, taken in ordered]
    return ibis.cases(*branches, else_=ibis.literal(ANALYSED, "int8"))


def _last_order(marked: ir.Table) -> dt.date | None:
    last = marked.filter((marked.step == ANALYSED) & ~marked.is_return).ordered_at.max().to_pyarrow().as_py()
    return None if last is None else last.date()


def _left(marked: ir.Table, key: str) -> list[int]:
    """How many distinct values of ``key`` are left after each step, from the raw file (first) to the last."""
    furthest = marked.filter(marked[key].notnull()).group_by(key).agg(step=marked.step.max())
    n = furthest.group_by("step").agg(n=furthest.count()).to_pyarrow().to_pandas().set_index("step").n
    return [int(n[n.index >= number].sum()) for number in range(ANALYSED + 1)]


def _ledger(marked: ir.Table, lines: ir.Table, found: dict[str, ir.BooleanColumn]) -> pd.DataFrame:
    told = marked.group_by("step").agg(rows=marked.count(), amount=ibis.coalesce(marked.amount.sum(), 0))
    by_step = {row["step"]: row for row in told.to_pyarrow().to_pylist()}
    asked = {name: ibis.coalesce(taken.cast("int64").sum(), 0) for name, taken in found.items()}
    hits = lines.aggregate(**asked).to_pyarrow().to_pylist()[0]
    orders, customers = _left(marked, "order_id"), _left(marked, "customer_id")
    rows, amount = (sum(row[name] for row in by_step.values()) for name in ("rows", "amount"))
    table = [("raw", "every row of the file", rows, 0, rows, orders[0], customers[0], amount, 0)]
    for number, step in enumerate(STEPS):
        gone = by_step.get(number, {"rows": 0, "amount": 0})
        rows, amount = rows - gone["rows"], amount - gone["amount"]
        left = (rows, orders[number + 1], customers[number + 1], amount)
        table.append((step.name, step.meaning, hits.get(step.name, gone["rows"]), gone["rows"], *left, gone["amount"]))
    table.append(("analysed", "what the analysis rests on", rows, 0, rows, orders[-1], customers[-1], amount, 0))
    names = ["step", "meaning", "rows_found", "rows_removed", "rows", "orders", "customers", "amount", "amount_removed"]
    ledger = pd.DataFrame(table, columns=names)
    return ledger.astype({"amount": float, "amount_removed": float})


def column_quality(lines: ir.Table) -> pd.DataFrame:
    """How complete each column of the raw lines is.

    Parameters
    ----------
    lines : ibis Table
        Canonical lines before cleaning, one row a line.

    Returns
    -------
    DataFrame: column, missing (rows), missing_share, distinct (values), example.
    """
    names = [name for name in lines.columns if name not in ("step", "copy")]
    asked = {f"{kind}_{name}": value for name in names for kind, value in _facts(lines[name]).items()}
    told = lines.aggregate(rows=lines.count(), **asked).to_pyarrow().to_pylist()[0]
    total = max(told["rows"], 1)
    table = [
        (
            name,
            told[f"missing_{name}"] or 0,
            (told[f"missing_{name}"] or 0) / total,
            told[f"distinct_{name}"],
            told[f"example_{name}"],
        )
        for name in names
    ]
    return pd.DataFrame(table, columns=["column", "missing", "missing_share", "distinct", "example"])


def _facts(column: ir.Column) -> dict[str, ir.Scalar]:
    return {
        "missing": column.isnull().cast("int64").sum(),
        "distinct": column.nunique(),
        # shared pages show this table: no customer is named in it
        "example": column.cast("string").min() if column.get_name() != "customer_id" else ibis.literal("(not shown)"),
    }
