"""Every doubt asked of one reading."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from seglib.intake.doubts import keys, money
from seglib.intake.doubts.evidence import Evidence
from seglib.intake.doubts.verdict import Verdict

__all__ = ["DOUBTS", "doubts_of"]

DOUBTS: tuple[Callable[[Evidence], Iterator[Verdict]], ...] = (
    keys.ids_cut,
    keys.one_customer,
    keys.two_customers,
    keys.order_number_repeats,
    keys.looks_cut,
    keys.last_date_apart,
    money.cents,
    money.amount_repeats,
    money.price_of_line,
    money.amount_of_piece,
    money.discount_rate,
    money.discount_repeats,
    money.discount_above_price,
)


def doubts_of(seen: Evidence) -> list[Verdict]:
    """What is doubted of a reading, in the order in which corrections are made.

    Examples
    --------
    >>> counts = {"lines": 6, "orders": 2, "several": 2, "same": 2, "chance": 0.001}
    >>> [one.doubt.name for one in doubts_of(Evidence({"amount": "Total"}, counts))]
    ['amount_repeats']
    """
    return [one for doubt in DOUBTS for one in doubt(seen)]
