"""Doubts about numbers and ids: who is a customer, what is an order, what a spreadsheet has cut."""

from __future__ import annotations

import re
from collections.abc import Iterator

from seglib.intake.doubts.doubt import ASK, NOTE, STOP, Doubt
from seglib.intake.doubts.evidence import FAR_DAYS, IDS, PLACEHOLDER, Evidence
from seglib.intake.doubts.verdict import Verdict
from seglib.tables.privacy import shape_of

__all__ = ["ids_cut", "last_date_apart", "looks_cut", "one_customer", "order_number_repeats", "two_customers"]

LARGE_SHARE, TIMES_NEXT, TIMES_NOBODY = 0.1, 20, 2
FEWEST_ORDERS = 10  # of which something is concluded
MANY_ORDERS = 100
REPEATS = 0.05
CUT_ROWS = (65_535, 65_536, 1_048_575, 1_048_576)
MISTAKE_DAYS = 5 * 366  # further away a date is left out as a mistake by cleaning
GAP_DAYS, TIMES_LONGEST, TIMES_MEAN = 45, 4, 20


def one_customer(seen: Evidence) -> Iterator[Verdict]:
    """An id that holds more orders than a person can have."""
    first, second = seen["first_orders"], max(seen["second_orders"], 1)
    if seen["orders"] < FEWEST_ORDERS or first <= LARGE_SHARE * seen["orders"] or seen["customers"] < 3:
        return
    header, shape = seen.headers.get("customer_id", "customer_id"), shape_of(seen["first_customer"])
    what = f"one customer ({shape}) holds {first:,} of {seen['orders']:,} orders, the next {second:,}"
    if re.match(PLACEHOLDER, str(seen["first_customer"])) and first >= TIMES_NOBODY * second:
        settle = "[identities] nobody = [] in shop.toml keeps it as a customer."
        yield Verdict(
            Doubt(
                "one_customer", NOTE, header, f"{what}: it stands for nobody, so its orders have no customer.", settle
            ),
            "placeholder",
        )
    elif first >= TIMES_NEXT * second:
        settle = '[identities] nobody = ["<that id>"] in shop.toml takes it as no customer.'
        yield Verdict(
            Doubt("one_customer", ASK, header, f"{what}. It may stand for everybody without an account.", settle)
        )


def two_customers(seen: Evidence) -> Iterator[Verdict]:
    """A column of two values, taken for the customers."""
    if seen["customers"] == 2 and seen["orders"] >= MANY_ORDERS:
        header = seen.headers.get("customer_id", "customer_id")
        what = (
            f"{header} has two values in {seen['orders']:,} orders: it looks like new or returning, not like customers."
        )
        settle = 'Name the column of the customers: [tables.lines.columns] customer_id = "..." in shop.toml.'
        yield Verdict(Doubt("two_customers", STOP, header, what, settle))


def order_number_repeats(seen: Evidence) -> Iterator[Verdict]:
    """Receipts that begin again."""
    repeated = max(seen["apart"], seen["mixed"])
    if seen.read.get("order_id") or repeated <= REPEATS * seen["orders"] or repeated < 2:
        return
    header = seen.headers.get("order_id", "order_id")
    what = (
        f"{seen['apart']:,} of {seen['orders']:,} order numbers stand on days more than {FAR_DAYS} apart, "
        f"{seen['mixed']:,} for several customers"
    )
    settle = 'read = {order_id = "number"} under [tables.lines] in shop.toml keeps the number alone.'
    if seen["joined"] and seen["joined_mixed"] <= 0.01 * seen["joined"]:
        what += f": number and day are taken together, which makes {seen['joined']:,} orders of one customer each."
        yield Verdict(Doubt("order_number_repeats", ASK, header, what, settle), "day_in_number")
    else:
        other = 'read = {order_id = "day"} under [tables.lines] in shop.toml takes number and day together.'
        yield Verdict(Doubt("order_number_repeats", ASK, header, f"{what}.", other))


def ids_cut(seen: Evidence) -> Iterator[Verdict]:
    """Numbers of which a spreadsheet has kept a few digits."""
    for name in IDS:
        n = seen[f"cut_{name}"]
        if n and n >= 0.01 * seen[f"filled_{name}"] and name != "product_id":
            header = seen.headers.get(name, name)
            what = f"{header} has {n:,} values such as 1.23457E+12: a spreadsheet has cut them, several are one."
            yield Verdict(Doubt("ids_cut", STOP, header, what, "Export it again with that column as text."))


def looks_cut(seen: Evidence) -> Iterator[Verdict]:
    """A file that ends where a spreadsheet is full."""
    if seen["rows"] in CUT_ROWS:
        what = (
            f"the file has exactly {seen['rows']:,} rows, as many as a spreadsheet can hold: the rest may be cut off."
        )
        yield Verdict(Doubt("looks_cut", ASK, "", what, "Export it again as CSV."))


def last_date_apart(seen: Evidence) -> Iterator[Verdict]:
    """One late date, which would make everybody's last order old."""
    gap, lines = seen["last_gap"], seen["last_lines"]
    apart = gap > GAP_DAYS and gap > TIMES_LONGEST * max(seen["longest_gap"], 1) and gap > TIMES_MEAN * seen["mean_gap"]
    if not apart or gap >= MISTAKE_DAYS or lines > max(2, 0.001 * seen["lines"]):
        return
    header = seen.headers.get("ordered_at", "ordered_at")
    what = (
        f"the last day, {seen['last_day']}, has {lines:,} of {seen['lines']:,} lines and lies {gap:,} days after the "
        f"one before it ({seen['day_before']}), where days with orders are {seen['mean_gap']:.1f} apart: it would "
        "move the recency of everybody."
    )
    yield Verdict(
        Doubt(
            "last_date_apart", STOP, header, what, f'Correct the date, or say as_of = "{seen["day_before"]}" (--as-of).'
        )
    )
