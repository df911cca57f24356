"""Which step takes which line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from seglib.shop.cleaning.ledger import account_again, account_for
from seglib.shop.cleaning.steps import ANALYSED, NUMBER, OF_STATE, STEPS, Beyond
from seglib.shop.orders import begun_before
from seglib.tables.orders import build_orders
from seglib.tables.period import Period

__all__ = ["Cleaned", "NothingLeft", "clean_again", "clean_lines"]

EARLIEST_YEAR, GAP_YEARS = 1990, 5


class NothingLeft(ValueError):  # noqa: N818 - a fault of the data, which the caller tells
    """No order is left: ``reasons`` says how many lines each step took."""

    def __init__(self, reasons: dict[str, int]) -> None:
        self.reasons = reasons
        super().__init__("no order is left")


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
    disputed: str = "keep",
    beyond: Sequence[Beyond] = (),
) -> Cleaned:
    """Mark each line with the step that leaves it out, and account for all of them.

    Parameters
    ----------
    lines : ibis Table
        Canonical order lines, one row a line; a column ``copy`` above 0 marks duplicates, ``state`` tells what
        became of a line (:data:`seglib.tables.canonical.STATES`, and ``overlap`` and ``same_sale``, told by another
        source).
    as_of : date, optional
        Last day analysed; the day after the last line when None.
    window_days : int, optional
        Length of the window in days; the whole history when None.
    zero_price : {"drop", "keep"}
        Whether lines that cost nothing are left out.
    cancelled : iterable of str
        Values of ``status``, in lower case, of orders that did not happen.
    disputed : {"keep", "drop"}
        What to do with disputed lines: money that was lost in a dispute is a return, and netted, when kept.
    beyond : sequence of Beyond
        Rows of the files that are no lines (or the reverse, below zero), for the top of the ledger.

    Returns
    -------
    Cleaned

    Raises
    ------
    NothingLeft
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
    found = _conditions(lines, zero_price, {status.lower() for status in cancelled}, disputed)
    found |= {"implausible_date": _implausible(lines)}
    marked = lines.mutate(step=_first_step(found))
    if as_of is None:
        if (last := _last_line(marked)) is None:
            raise NothingLeft(_reasons(marked))
        as_of = last + dt.timedelta(days=1)
    of_day = _calendar(lines, _first_step(found) == ANALYSED, Period(as_of, window_days))
    marked = _without_lone_returns(lines.mutate(step=_first_step(found | of_day)))
    marked = marked.drop("copy") if "copy" in marked.columns else marked
    return Cleaned(marked, account_for(marked, lines, found | of_day, beyond), as_of, window_days)


def clean_again(marked: ir.Table, ledger: pd.DataFrame, *, as_of: dt.date, window_days: int | None) -> Cleaned:
    """What :func:`clean_lines` makes of lines as at an earlier day, from what it made of them as at a later one.

    Only the steps that ask the calendar decide anew: they come after all others.
    """
    before = marked.step < NUMBER["after_as_of"]
    of_day = _calendar(marked, ~before, Period(as_of, window_days))
    again = _without_lone_returns(marked.mutate(step=ibis.ifelse(before, marked.step, _first_step(of_day))))
    return Cleaned(again, account_again(ledger, account_for(again, marked, of_day)), as_of, window_days)


def _without_lone_returns(marked: ir.Table) -> ir.Table:
    """Returns of customers without an order in the window are marked too."""
    sales = marked.filter((marked.step == ANALYSED) & ~marked.is_return)
    buyers = sales.select("customer_id").distinct()
    alone = (marked.step == ANALYSED) & marked.is_return & ~marked.customer_id.isin(buyers.customer_id)
    return marked.mutate(step=ibis.ifelse(alone, NUMBER["return_only"], marked.step))


def _conditions(lines: ir.Table, zero_price: str, cancelled: set[str], disputed: str) -> dict[str, ir.BooleanColumn]:
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
        found["cancelled"] = lines.status.lower().isin(sorted(cancelled)).fill_null(False)
    if "state" in lines.columns:
        found |= {state: lines.state == state for state in OF_STATE}
        found["cancelled"] = found.get("cancelled", ibis.literal(False)) | (lines.state == "cancelled").fill_null(False)
        if disputed == "drop":
            found["disputed"] = lines.state == "disputed"
    if zero_price == "drop":
        found["zero_price"] = (price == 0) | (lines.amount == 0)
    return found


def _implausible(lines: ir.Table) -> ir.BooleanColumn:
    """Dates before 1990, and those behind a gap of years after all others: no clock is asked.

    Years are walked from the middle of the lines, so that a single order of 2099 neither moves the as-of date nor
    counts as the latest. Lines of which most are older than 1990 are believed.
    """
    dated = lines.filter(lines.ordered_at.notnull())
    by_year = dated.group_by(year=dated.ordered_at.year()).agg(rows=dated.count())
    years = by_year.to_pyarrow().to_pandas().sort_values("year", ignore_index=True)
    if years.empty:
        return lines.ordered_at.notnull()
    middle = int((years["rows"].cumsum() * 2 < years["rows"].sum()).sum())
    later = years["year"].iloc[middle:].to_numpy()
    gaps = np.flatnonzero(np.diff(later) > GAP_YEARS)
    last = int(later[gaps[0]] if len(gaps) else later[-1])
    first = EARLIEST_YEAR if later[0] >= EARLIEST_YEAR else 0
    return ~lines.ordered_at.year().between(first, last)


def _calendar(lines: ir.Table, clean: ir.BooleanValue, period: Period) -> dict[str, ir.BooleanValue]:
    """Steps that ask the calendar, of lines that no other step takes where ``clean``.

    An order is of one window with all its sales. Those that were begun before it and have later lines are few, so they
    are looked up once.
    """
    found: dict[str, ir.BooleanValue] = {"after_as_of": ~period.known(lines.ordered_at)}
    if start := period.start():
        sales = lines.filter(clean & period.known(lines.ordered_at) & ~lines.is_return)
        orders = begun_before(build_orders(sales), start)
        keys = orders.select(key=_key(orders)).to_pyarrow()
        begun = ~lines.is_return & _key(lines).isin(ibis.memtable(keys).key) if len(keys) else ibis.literal(False)
        found["before_window"] = ~period.inside(lines.ordered_at) | begun
    return found


def _key(table: ir.Table) -> ir.StructValue:
    """What tells orders apart."""
    return ibis.struct({"customer": table.customer_id, "order": table.order_id})


def _first_step(found: dict[str, ir.BooleanColumn]) -> ir.IntegerColumn:
    ordered = sorted((NUMBER[name], taken) for name, taken in found.items() if name != "returns")
    branches = [(taken.fill_null(False), ibis.literal(number, "int8")) for number, taken in ordered]
    return ibis.cases(*branches, else_=ibis.literal(ANALYSED, "int8"))


def _reasons(marked: ir.Table) -> dict[str, int]:
    """How many lines each step took, most first."""
    rows = marked.group_by("step").agg(n=marked.count()).order_by([ibis.desc("n"), "step"]).to_pyarrow().to_pylist()
    names = [step.name for step in STEPS] + ["returns"]  # what no step takes is a return here
    return {names[row["step"]]: int(row["n"]) for row in rows}


def _last_line(marked: ir.Table) -> dt.date | None:
    """Day of the last sale or return; None without a sale."""
    left = marked.filter(marked.step == ANALYSED)
    told = left.aggregate(last=left.ordered_at.max(), sale=left.ordered_at.max(where=~left.is_return))
    row = told.to_pyarrow().to_pylist()[0]
    return None if row["sale"] is None else row["last"].date()
