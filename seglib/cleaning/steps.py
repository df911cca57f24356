"""The reasons for which a line is left out, in their order."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

__all__ = ["ANALYSED", "NUMBER", "OF_STATE", "STEPS", "Beyond", "Step"]


@dataclass(frozen=True)
class Step:
    """One reason for which a line is left out, or only counted (``kept``)."""

    name: str
    meaning: str
    kept: bool = False


# In the order in which they take lines. Those named like a state take the lines of that state.
STEPS: tuple[Step, ...] = (
    Step("duplicate", "the same as another line in every column of the file"),
    Step("overlap", "told by another export of the same kind too"),
    Step("same_sale", "told by another source too: a sale is counted once"),
    Step("test", "test orders and payments"),
    Step("transfer", "money moved, not earned: withdrawals, conversions, fees"),
    Step("failed", "payment failed"),
    Step("pending", "not paid yet"),
    Step("disputed", "disputed by the buyer"),
    Step("cancelled", "order cancelled, failed or a test"),
    Step("no_customer", "no customer id: guests are counted, never one giant customer"),
    Step("no_order", "no order number"),
    Step("no_date", "no order date"),
    Step("implausible_date", "dated long before or after all others: a mistake"),
    Step("no_amount", "no amount, or no quantity or price to compute it from"),
    Step("zero_price", "price or amount of zero"),
    Step("negative_price", "price below zero: a correction, not a sale"),
    Step("after_as_of", "dated after the as-of date"),
    Step("before_window", "before the window: serves only first orders and the previous window"),
    Step("return_only", "return of a customer without an order in the window"),
    Step("returns", "returns: kept and netted, never orders", kept=True),
)
OF_STATE = ("overlap", "same_sale", "test", "transfer", "failed", "pending")
NUMBER = {step.name: position for position, step in enumerate(STEPS)}
ANALYSED = len(STEPS)


@dataclass(frozen=True)
class Beyond:
    """Rows of a source's file that are no lines, such as totals; below zero, lines that are no rows of it."""

    source: str
    why: str
    rows: int
    amount: Decimal = Decimal(0)
