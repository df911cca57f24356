"""What a doubt is, and which there are: what is seen, what it does, what becomes of the rows meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from seglib.errors import did_you_mean
from seglib.language.messages import mark

__all__ = [
    "ASK",
    "KINDS",
    "LEVELS",
    "NOTE",
    "STOP",
    "Doubt",
    "Kind",
    "check_settled",
    "doubts_table",
    "told",
    "unsettled",
]

STOP = "stop"
ASK = "ask"
NOTE = "note"
LEVELS = (STOP, ASK, NOTE)


@dataclass(frozen=True)
class Doubt:
    """A reading that may be wrong.

    ``message`` has the evidence in numbers and an example, never a value that tells who a person is; ``settle`` is what
    to write in ``shop.toml`` to have it read otherwise.
    """

    name: str
    level: str
    column: str
    message: str
    settle: str = ""

    def told(self) -> dict[str, Any]:
        """As plain data, for the facts of a source."""
        return asdict(self)


@dataclass(frozen=True)
class Kind:
    """A doubt as data: levels it may have, the evidence that it asks for, what happens to the rows meanwhile.

    Pages translate the last two.
    """

    name: str
    levels: str
    evidence: str
    meanwhile: str


KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            "amount_repeats",
            "stop, note",
            mark(
                "The amount is the same on every line of at least nine in ten orders of several lines, more than "
                "chance would make."
            ),
            mark("note: quantity x price is taken, where both are there. stop: nothing is analysed."),
        ),
        Kind(
            "price_of_line",
            "ask",
            mark(
                "The price of one product grows with the quantity, so that it is of the line; or it has a header "
                "that some systems use for the price of the line."
            ),
            mark("It is taken as the money of the line where the values show it; else as the price of a piece."),
        ),
        Kind(
            "amount_of_piece",
            "ask",
            mark("The amount of one product does not grow with the quantity, so that it is the price of a piece."),
            mark("Quantity x amount is taken."),
        ),
        Kind(
            "discount_rate",
            "ask, note",
            mark(
                "Discounts lie between 0 and 1 and have few values, or the header says that they are a rate or "
                "per cent."
            ),
            mark("They are read as a share of quantity x price. note: the header, or the amounts beside them, say so."),
        ),
        Kind(
            "discount_repeats",
            "ask",
            mark(
                "The discount is the same on every line of nine in ten discounted orders whose lines cost differently."
            ),
            mark("It is taken off each line."),
        ),
        Kind(
            "discount_above_price",
            "ask",
            mark("More than one discounted line in a hundred has a discount above quantity x price."),
            mark("The line counts as given away: its amount is 0, not below."),
        ),
        Kind(
            "total_or_subtotal",
            "note",
            mark("A subtotal stands beside a total, which holds shipping, tax or tips."),
            mark("The subtotal is analysed, less the discount where the total shows that it is not yet off."),
        ),
        Kind(
            "status_unknown",
            "stop, ask",
            mark("Values of the status that no word we know explains; stop above 1% of the money."),
            mark("The rows are left out, as a step of the ledger."),
        ),
        Kind(
            "one_customer",
            "ask, note",
            mark(
                "One id holds more than a tenth of the orders and twenty times those of the next; or an id that "
                "stands for nobody (0, 9999) and twice those of the next; or names as ids that differ only in case or "
                "spaces."
            ),
            mark(
                "ask: it is kept. note: an id that stands for nobody is no customer; spellings of a name are one "
                "customer."
            ),
        ),
        Kind(
            "two_customers",
            "stop",
            mark(
                "A file of at least a hundred orders has two customers only: a column such as new or returning "
                "was taken."
            ),
            mark("Nothing is analysed."),
        ),
        Kind(
            "order_number_repeats",
            "ask",
            mark("More than one order number in twenty stands on days far apart, or for several customers."),
            mark(
                "Number and day are taken together where that makes one customer and one day of each; else it is kept."
            ),
        ),
        Kind(
            "ids_cut",
            "stop",
            mark("Ids such as 1.23457E+12: a spreadsheet has cut them to a few digits."),
            mark("Nothing is analysed: different orders or people are one."),
        ),
        Kind(
            "ids_do_not_meet",
            "ask",
            mark("Fewer than one in ten of the customers of a table beside the orders are among those of the orders."),
            mark("Ids that differ by leading zeros or .0 alone are taken as equal where that makes them meet."),
        ),
        Kind(
            "unrelated_rows",
            "ask",
            mark("More than one row in ten finds no row with its key in a joined table."),
            mark("They lack what that table tells; without a date they are left out, as a step of the ledger."),
        ),
        Kind(
            "related",
            "note",
            mark(
                "Rows of a table beside the orders tell no number of a customer, but an e-mail, a name, a company or "
                "the domain of one."
            ),
            mark(
                "They are the customer's whose it is. A domain of several customers, or of a public provider of "
                "mail, relates none."
            ),
        ),
        Kind(
            "accounts",
            "note, ask",
            mark("Customers are companies: contacts, orders or the domain of the mail tell whose contact each is."),
            mark("Who is of no company stays a customer. An id that is a contact's and a company's is the contact's."),
        ),
        Kind(
            "looks_cut",
            "ask",
            mark("The file has exactly as many rows as a spreadsheet can hold (65,535/6 or 1,048,575/6)."),
            mark("What is there is analysed."),
        ),
        Kind(
            "more_pages",
            "ask",
            mark(
                "An answer of an API says that a page comes after it (has_more, hasNextPage, a link to the next one), "
                "and none of the files is the last page."
            ),
            mark("What is there is analysed."),
        ),
        Kind(
            "last_date_apart",
            "stop",
            mark("The last day with an order lies far behind the one before it, and few lines have it."),
            mark("Nothing is analysed: it would move the recency of every customer."),
        ),
        Kind(
            "same_file",
            "ask",
            mark("Two sources have the same content."),
            mark("The lines count once."),
        ),
        Kind(
            "copies",
            "ask",
            mark("Rows repeat another in every column, the number too."),
            mark("They count once where each number then stands on one row; else they are kept."),
        ),
        Kind(
            "negative_in_sale",
            "ask, note",
            mark(
                "Lines with a negative amount and a positive quantity inside their own order: gift cards, credit, "
                "points."
            ),
            mark(
                "They are payment and left out. note: a discount by its name is taken off the other lines of the order."
            ),
        ),
        Kind(
            "pending",
            "ask",
            mark(
                "Orders that are not paid yet hold more than a tenth of the money, or were delivered (cash on "
                "delivery)."
            ),
            mark("They are left out, as [cleaning] pending says."),
        ),
        Kind(
            "other_units",
            "ask",
            mark(
                "A category or product has hundreds of pieces on nearly all of its lines, and the same customers buy "
                "everything else by ones: it is sold by weight, length or volume."
            ),
            mark("Each of its lines counts as one item, in items per order and in personas. Money is as it is told."),
        ),
        Kind(
            "refund_untold",
            "ask",
            mark("The status says that a part of the order was given back, and no column and no row tells how much."),
            mark("The orders count whole."),
        ),
        Kind(
            "cents",
            "ask",
            mark(
                "The name of the amounts says cents, or the columns are those of an API, whose amounts are whole; or "
                "all are whole, most end in another digit than 0 and half are 1,000 or more."
            ),
            mark("They are read as cents where a name or the columns say so; else as they are."),
        ),
        Kind(
            "thousands",
            "note",
            mark(
                "A point or comma stands before three digits in every amount; in one of the two readings quantity x "
                "price is the amount, or a currency without cents has none."
            ),
            mark("That reading is taken."),
        ),
        Kind(
            "identity",
            "ask",
            mark("The sum that holds in every file of this format does not hold on more than a few rows."),
            mark("They are read as the format says."),
        ),
        Kind(
            "unread_column",
            "note",
            mark("A column that was taken by its name has values that cannot be read."),
            mark("The column is left out."),
        ),
    )
}


def check_settled(names: Iterable[str], where: str) -> list[str]:
    """What is wrong with names of doubts that a user has settled.

    Examples
    --------
    >>> check_settled(["look_cut"], "shop.toml: doubts.settled")
    ["shop.toml: doubts.settled: no doubt 'look_cut'. Did you mean 'looks_cut'?"]
    """
    return [f"{where}: no doubt {name!r}.{did_you_mean(name, KINDS)}" for name in names if name not in KINDS]


def unsettled(doubts: Iterable[Mapping[str, Any]], settled: Iterable[str]) -> list[str]:
    """Messages of the doubts that stop, without those that are settled."""
    known = set(settled)
    stops = [one for one in doubts if one["level"] == STOP and one["name"] not in known]
    return [told(one) for one in stops]


def told(doubt: Mapping[str, Any]) -> str:
    """A doubt in one line: what is seen, how to have it read otherwise, how to keep the reading."""
    change = f" {doubt['settle']}" if doubt["settle"] else ""
    keep = f' To keep the reading: --settle {doubt["name"]}, or [doubts] settled = ["{doubt["name"]}"].'
    return f"{doubt['source']}: {doubt['message']}{change}{keep if doubt['level'] != NOTE else ''}"


def doubts_table() -> str:
    """The page ``docs/doubts.md``: every doubt, from :data:`KINDS`."""
    rows = [f"| `{one.name}` | {one.levels} | {one.evidence} | {one.meanwhile} |" for one in KINDS.values()]
    return "\n".join(["| doubt | level | what is seen | what happens meanwhile |", "|---|---|---|---|", *rows])
