"""The reasons for which a line is left out, in their order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from seglib.language.messages import mark

__all__ = ["ANALYSED", "NUMBER", "OF_STATE", "STEPS", "Beyond", "Step", "beyond_of"]


@dataclass(frozen=True)
class Step:
    """One reason for which a line is left out, or only counted (``kept``); pages translate ``meaning`` and ``short``.

    ``short`` is what a sentence takes that tells several; empty where that is the meaning.
    """

    name: str
    meaning: str
    short: str = ""
    kept: bool = False


# In the order in which they take lines. Those named like a state take the lines of that state.
STEPS: tuple[Step, ...] = (
    Step("duplicate", mark("the same as another line in every column of the file")),
    Step("overlap", mark("told by another export of the same kind too")),
    Step("same_sale", mark("told by another source too: a sale is counted once"), mark("told by another source too")),
    Step("test", mark("test orders and payments")),
    Step("transfer", mark("money moved, not earned: withdrawals, conversions, fees"), mark("money moved, not earned")),
    Step("failed", mark("payment failed")),
    Step("pending", mark("not paid yet")),
    Step(
        "unknown",
        mark("a status that is not understood: doubted, see page 01"),
        mark("a status that is not understood"),
    ),
    Step("disputed", mark("disputed by the buyer")),
    Step("cancelled", mark("order cancelled, failed or a test")),
    Step("no_customer", mark("no customer id: guests are counted, never one giant customer"), mark("no customer id")),
    Step("no_order", mark("no order number")),
    Step("no_date", mark("no order date")),
    Step(
        "implausible_date",
        mark("dated long before or after all others: a mistake"),
        mark("dated long before or after all others"),
    ),
    Step("no_amount", mark("no amount, or no quantity or price to compute it from")),
    Step("zero_price", mark("price or amount of zero")),
    Step("negative_price", mark("price below zero: a correction, not a sale"), mark("price below zero")),
    Step("after_as_of", mark("dated after the as-of date")),
    Step(
        "before_window",
        mark("before the window: serves only first orders and the previous window"),
        mark("before the window"),
    ),
    Step("return_only", mark("return of a customer without an order in the window")),
    Step("returns", mark("returns: kept and netted, never orders"), kept=True),
)
OF_STATE = ("overlap", "same_sale", "test", "transfer", "failed", "pending", "unknown")
NUMBER = {step.name: position for position, step in enumerate(STEPS)}
ANALYSED = len(STEPS)


# Facts on a file that tell of rows that are none of its data.
ASIDE = {
    "preamble_rows": mark("rows above the header of the file"),
    "footer_rows": mark("remarks below the last row of the file"),
}


@dataclass(frozen=True)
class Beyond:
    """Rows of a source's file that are no lines, such as totals; below zero, lines that are no rows of it.

    ``found`` counts rows that lost only a part of their money, such as refunds that were cut, with those left out.
    """

    source: str
    why: str
    rows: int
    amount: Decimal = Decimal(0)
    found: int = 0

    @property
    def told(self) -> bool:
        """Whether there is anything to account for."""
        return bool(self.rows or self.found)


def beyond_of(name: str, facts: Mapping[str, Any]) -> list[Beyond]:
    """Rows that are no lines and lines that are no rows, as the reader tells them."""
    aside = [Beyond(name, why, int(facts.get(key) or 0)) for key, why in ASIDE.items()]
    told = [(sign, one) for sign, key in ((1, "skipped"), (-1, "added")) for one in facts.get(key) or ()]
    told.sort(key=lambda each: "example" in each[1])  # pieces of products that were made lines come after these
    amounts = [(sign, one, Decimal(str(one.get("amount") or 0))) for sign, one in told]
    made = [
        Beyond(name, str(one["why"]), sign * int(one["rows"]), sign * amount, int(one.get("found", 0)))
        for sign, one, amount in amounts
    ]
    return [one for one in aside + made if one.told]
