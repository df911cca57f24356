"""Doubts about what became of orders: words that nobody knows, payments that were not made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from seglib.intake.doubts.doubt import ASK, NOTE, STOP, Doubt

__all__ = [
    *("copies_told", "goods_taken", "identity", "more_pages", "negative_lines", "refund_untold", "status_unknown"),
    "unpaid",
    "unread",
]

LITTLE = 0.01  # of the money
SHOWN = 4
MUCH_UNPAID = 0.1
FEW, FEW_ROWS = 0.02, 3  # rows in which a sum may fail: rounding, a cell that was changed by hand


def status_unknown(values: Sequence[Mapping[str, Any]], header: str) -> Iterator[Doubt]:
    """Values of a status of which no word is known.

    Parameters
    ----------
    values : sequence of mapping
        value, rows, amount, state, known of each.
    header : str
        What the file calls the column.

    Examples
    --------
    >>> rows = [{"value": "paid", "rows": 9, "amount": 90.0, "known": True}, {"value": "B7", "rows": 1, "amount": 9.0,
    ...     "known": False}]
    >>> next(status_unknown(rows, "Status")).level
    'stop'
    """
    unknown = [one for one in values if not one["known"]]
    if not unknown:
        return
    money, rows = sum(one["amount"] for one in unknown), sum(one["rows"] for one in unknown)
    whole, all_rows = sum(one["amount"] for one in values), sum(one["rows"] for one in values)
    share = money / whole if whole else rows / all_rows
    shown = ", ".join(f"{one['value']!r} ({one['rows']:,} rows, {one['amount']:,.2f})" for one in unknown[:SHOWN])
    more = f" and {len(unknown) - SHOWN} more" if len(unknown) > SHOWN else ""
    example = unknown[0]["value"].replace('"', "'")
    yield Doubt(
        "status_unknown",
        STOP if share > LITTLE else ASK,
        header,
        f"{header} has values that are not understood: {shown}{more}. They hold {share:.1%} of the money and are left "
        "out.",
        f'Say what each means: [tables.lines.states] "{example}" = "sale" in shop.toml (or cancelled, pending, failed, '
        "refunded, test).",
    )


def unpaid(found: Mapping[str, Any], header: str) -> Iterator[Doubt]:
    """Orders that are not paid: many, or delivered all the same.

    Parameters
    ----------
    found : mapping
        rows, money and delivered (rows) of those not paid; ``all`` money of the file.
    header : str
        What the file calls the status.

    Examples
    --------
    >>> next(unpaid({"rows": 36, "money": 3600.0, "all": 4000.0, "delivered": 36}, "Status")).message[:62]
    'Status says of 36 rows, worth 3,600.00 (90% of the money), tha'
    """
    share = (found["money"] or 0) / found["all"] if found["all"] else 0.0
    if not found["rows"] or (share <= MUCH_UNPAID and not found["delivered"]):
        return
    money = f"worth {found['money'] or 0:,.2f} ({share:.0%} of the money)"
    told = f"{header} says of {found['rows']:,} rows, {money}, that they are not paid: they are left out."
    if found["delivered"]:
        told += f" {found['delivered']:,} of them were delivered, as with cash on delivery."
    keep = 'pending = "fulfilled" under [cleaning] in shop.toml keeps those that were delivered, "keep" all of them.'
    yield Doubt("pending", ASK, header, told, keep)


def refund_untold(found: Mapping[str, Any], header: str, values: Sequence[str]) -> Iterator[Doubt]:
    """Orders of which a part was given back, where nothing tells how much.

    Parameters
    ----------
    found : mapping
        rows and money of their lines; ``all`` money of the file.
    header : str
        What the file calls the status.
    values : sequence of str
        Of the status, that say so.

    Examples
    --------
    >>> told = next(refund_untold({"rows": 3, "money": 90.0, "all": 900.0}, "Status", ["partially_refunded"]))
    >>> told.message
    "Status says 'partially_refunded' of 3 rows, worth 90.00 (10% of the money), and nothing tells how much was given \
back: they count whole."
    """
    if not found["rows"]:
        return
    share = (found["money"] or 0) / found["all"] if found["all"] else 0.0
    worth = f"{found['rows']:,} rows, worth {found['money'] or 0:,.2f} ({share:.0%} of the money)"
    said = " or ".join(repr(one) for one in values[:SHOWN])
    told = f"{header} says {said} of {worth}, and nothing tells how much was given back: they count whole."
    means = " and ".join('"{}" = "sale"'.format(one.replace('"', "'")) for one in values)
    settle = (
        "Export it with the money given back (a column refunded_amount, or a row for each refund). Or say "
        f'[tables.lines.states] {means} in shop.toml, which counts them whole, or "refunded", which takes all of it '
        "back."
    )
    yield Doubt("refund_untold", ASK, header, told, settle)


def negative_lines(paid: Mapping[str, Any] | None, off: Mapping[str, Any] | None, header: str) -> Iterator[Doubt]:
    """Lines below zero within a sale.

    Examples
    --------
    >>> [one.level for one in negative_lines({"n": 2, "money": -60}, None, "amount")]
    ['ask']
    """
    if paid:
        told = (
            f"{header} is below zero on {paid['n']:,} lines with a positive quantity inside their own order, "
            f"{float(paid['money']):,.2f} in all: they are taken as payment (gift card, credit, points) and left out."
        )
        settle = "Where they are discounts, map them to discount, or drop them from the export."
        yield Doubt("negative_in_sale", ASK, header, told, settle)
    if off:
        told = (
            f"{off['n']:,} lines below zero, {float(off['money']):,.2f} in all, are discounts by their name: they are "
            "taken off the other lines of their orders."
        )
        yield Doubt("negative_in_sale", NOTE, header, told)


def goods_taken(goods: str, total: str, off: str, rows: int) -> Doubt:
    """Which of a subtotal and a total was taken.

    Examples
    --------
    >>> goods_taken("Subtotal", "Total", "", 7).message
    'Subtotal is taken, not Total, which differs on 7 rows: it holds shipping, tax or tips.'
    """
    less = f" less {off}" if off else ""
    told = f"{goods}{less} is taken, not {total}, which differs on {rows:,} rows: it holds shipping, tax or tips."
    change = f'[tables.lines.columns] amount = "{total}" in shop.toml takes that.'
    return Doubt("total_or_subtotal", NOTE, goods, told, change)


def unread(columns: Sequence[Mapping[str, str]]) -> Iterator[Doubt]:
    """Columns taken by their name whose values cannot be read.

    Examples
    --------
    >>> next(unread([{"column": "quantity", "header": "items", "why": "no number"}])).message
    "'items' was taken for quantity by its name, cannot be read as that, and is left out: no number"
    """
    for one in columns:
        told = f"{one['header']!r} was taken for {one['column']} by its name, cannot be read as that, and is left out: "
        yield Doubt("unread_column", NOTE, one["header"], told + one["why"])


def copies_told(rows: int, header: str) -> Doubt:
    """Rows that repeat another in every column, their number too.

    Examples
    --------
    >>> copies_told(12, "id").message
    '12 rows repeat another in every column, their id too: they count once.'
    """
    told = f"{rows:,} rows repeat another in every column, their {header} too: they count once."
    return Doubt("copies", ASK, header, told, 'duplicates = "keep" under [cleaning] in shop.toml counts them all.')


def more_pages(key: str) -> Iterator[Doubt]:
    """Files that are pages of an answer, the last of which is missing.

    Parameters
    ----------
    key : str
        By which every file says that there is one more; empty where one of them is the last.

    Examples
    --------
    >>> [one.level for one in more_pages("has_more")]
    ['ask']
    """
    if key:
        told = f"{key!r} says that a page comes after this, and the last one is not there: rows are missing."
        yield Doubt("more_pages", ASK, "", told, "Put all pages into one folder, and give the folder as path.")


def identity(holds: Sequence[Mapping[str, Any]]) -> Iterator[Doubt]:
    """Sums that hold in every file of a format, and not in this one.

    Examples
    --------
    >>> told = {"text": "Net = Gross + Fee", "of": "row", "checked": 100, "failed": 9, "example": "row 3: 9.00, 8.00"}
    >>> [one.name for one in identity([told])]
    ['identity']
    """
    for one in holds:
        if one["failed"] > max(FEW_ROWS, FEW * one["checked"]):
            where = f"{one['failed']:,} of {one['checked']:,} {one['of']}s, e.g. {one['example']}"
            told = f"{one['text']} does not hold on {where}."
            yield Doubt(
                "identity", ASK, "", told, "Compare the export with docs/formats.md, or map its columns by hand."
            )
