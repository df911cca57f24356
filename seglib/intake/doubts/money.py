"""Doubts about money: whose amount it is, what a price is of, what a discount is."""

from __future__ import annotations

from collections.abc import Iterator

from seglib.intake.doubts.doubt import ASK, NOTE, STOP, Doubt
from seglib.intake.doubts.evidence import Evidence
from seglib.intake.doubts.verdict import Verdict

__all__ = [
    *("amount_of_piece", "amount_repeats", "cents", "discount_above_price", "discount_rate", "discount_repeats"),
    "price_of_line",
]

NEARLY_ALL = 0.9
UNLIKELY = 1e-4  # of chance to be as like as what is seen
FEWEST = 5  # discounts of which something is concluded
MOST_RATES = 25  # different rates that a shop gives
RATE_WORDS = ("%", "percent", "pct", "rate", "prozent", "pourcent", "porcent", "percentuale", "procent")
ORDERS_NEEDED = 5  # with a discount and lines that cost differently
SHOW_IT = 0.3  # of the products sold in several quantities
PIECES_NEEDED = 5  # products sold in several quantities, of which something is concluded
AMOUNTS_NEEDED = 50  # of which something is concluded
LARGE_WHOLE = 1_000  # of half of the amounts, where they are in cents
WITH_CENTS = ("AUD", "BRL", "CAD", "CHF", "EUR", "GBP", "NZD", "PLN", "RON", "SGD", "USD")  # in every price list
LINE_PRICE = ("itemprice",)  # headers of a price that some systems mean of the line


def amount_repeats(seen: Evidence) -> Iterator[Verdict]:
    """An order's total on each of its lines."""
    if seen.read.get("amount") or "amount" not in seen.headers:
        return
    priced = seen["priced"] >= 3 and seen.share("fits", "priced") > 0.5
    if priced or not seen["several"] or seen.share("same", "several") < NEARLY_ALL:
        return
    if max(float(seen["chance"]), 1e-9) ** seen["same"] > UNLIKELY:
        return
    header = seen.headers["amount"]
    what = (
        f"{header} is the same on every line of {seen['same']:,} of the {seen['several']:,} orders of several lines, "
        "so it looks like the total of the order"
    )
    if {"quantity", "unit_price"} <= set(seen.headers):
        yield Verdict(Doubt("amount_repeats", NOTE, header, f"{what}; quantity x price is taken."), "quantity_price")
        return
    settle = (
        'Say so in shop.toml: under [tables.lines], read = {amount = "order"} spreads it over the lines of its order.'
    )
    yield Verdict(Doubt("amount_repeats", STOP, header, f"{what}: the money would count once a line.", settle))


def price_of_line(seen: Evidence) -> Iterator[Verdict]:
    """A price that grows with the quantity, where no amount is told."""
    if seen.read.get("price") or "amount" in seen.headers or not {"quantity", "unit_price"} <= set(seen.headers):
        return
    header = seen.headers["unit_price"]
    settle = 'read = {price = "piece"} under [tables.lines] in shop.toml reads it as the price of a piece.'
    if _mostly(seen, "unit_price", "line"):
        what = (
            f"{header} grows with the quantity in {seen['unit_price_of_line']:,} of the {seen['varied']:,} products "
            "sold in several quantities: it is taken as the money of the line, not of a piece."
        )
        yield Verdict(Doubt("price_of_line", ASK, header, what, settle), "line_price")
    elif _bare(header) in LINE_PRICE and not _mostly(seen, "unit_price", "piece"):
        if _bare(seen.headers["quantity"]) == "quantitypurchased":  # as one market place names both
            what = f"{header} beside {seen.headers['quantity']} is taken as the money of the line, not of a piece."
            yield Verdict(Doubt("price_of_line", ASK, header, what, settle), "line_price")
        else:
            other = 'read = {price = "line"} under [tables.lines] in shop.toml reads it as the money of the line.'
            what = f"{header} is taken as the price of a piece; some systems mean that of the line."
            yield Verdict(Doubt("price_of_line", ASK, header, what, other))


def amount_of_piece(seen: Evidence) -> Iterator[Verdict]:
    """An amount that does not grow with the quantity."""
    if seen.read.get("amount") or "amount" not in seen.headers or "unit_price" in seen.headers:
        return
    if _mostly(seen, "amount", "piece"):
        header = seen.headers["amount"]
        what = (
            f"{header} does not grow with the quantity in {seen['amount_of_piece']:,} of the {seen['varied']:,} "
            "products sold in several quantities: it is taken as the price of a piece, times the quantity."
        )
        settle = 'read = {amount = "line"} under [tables.lines] in shop.toml reads it as the money of the line.'
        yield Verdict(Doubt("amount_of_piece", ASK, header, what, settle), "piece_amount")


def _mostly(seen: Evidence, money: str, kind: str) -> bool:
    """Whether money is of the piece, or of the line, in nearly all products that show it, and enough of them do."""
    votes = {one: seen[f"{money}_of_{one}"] for one in ("piece", "line")}
    decided = sum(votes.values())
    return decided >= max(PIECES_NEEDED, SHOW_IT * seen["varied"]) and votes[kind] >= NEARLY_ALL * decided


def discount_rate(seen: Evidence) -> Iterator[Verdict]:
    """A share of the price, not money."""
    if seen.read.get("discount") or not seen["discounted"] or seen.shipped:
        return
    header = seen.headers["discount"]
    named = any(word in header.lower() for word in RATE_WORDS)
    way, level = "", NOTE
    fits = {name: seen.share(f"off_{name}", "known_discount") for name in ("money", "rate", "percent")}
    if seen["known_discount"] and max(fits.values()) >= 0.5:
        way = max(fits, key=lambda name: fits[name])
        way = "" if way == "money" else way
    elif named:
        way = "percent" if seen["over_one"] and not seen["over_hundred"] else "rate" if not seen["over_one"] else ""
    elif (
        seen["discounted"] >= FEWEST
        and not seen["over_one"]
        and seen["fractions"]
        and seen["rates"] <= MOST_RATES
        and _dear(seen)
    ):
        way, level = "rate", ASK
    if not way:
        return
    what = {"rate": "a share of the price (0.1 is a tenth)", "percent": "per cent of the price"}[way]
    message = (
        f"{header} is taken as {what}: {seen['discounted']:,} discounts of {seen['rates']:,} different values, the "
        f"largest {float(seen['largest_discount']):g}."
    )
    settle = 'read = {discount = "money"} under [tables.lines] in shop.toml takes it off as money.'
    yield Verdict(Doubt("discount_rate", level, header, message, settle), way)


def _like_rates(seen: Evidence) -> bool:
    """Whether discounts lie between 0 and 1 and have few values, where prices are well above 1."""
    return bool(not seen["over_one"] and seen["fractions"] and seen["rates"] <= MOST_RATES and _dear(seen))


def _dear(seen: Evidence) -> bool:
    """Whether prices are so far above 1 that a discount below 1 would be odd as money."""
    return float(seen["median_price"] or seen["median"]) >= 5


def discount_repeats(seen: Evidence) -> Iterator[Verdict]:
    """An order's discount on each of its lines."""
    if seen.read.get("discount") or "amount" in seen.headers or seen.shipped or any(discount_rate(seen)):
        return
    if seen["off_several"] < ORDERS_NEEDED or seen.share("off_same", "off_several") < NEARLY_ALL:
        return
    header = seen.headers["discount"]
    what = (
        f"{header} is the same on every line of {seen['off_same']:,} of the {seen['off_several']:,} discounted orders "
        "whose lines cost differently, so it looks like the discount of the order, taken off once a line."
    )
    settle = 'read = {discount = "order"} under [tables.lines] in shop.toml takes it off once an order.'
    yield Verdict(Doubt("discount_repeats", ASK, header, what, settle))


def discount_above_price(seen: Evidence) -> Iterator[Verdict]:
    """A discount that is more than what is bought costs."""
    if seen.share("above", "known_discount") <= 0.01 or "amount" in seen.headers or seen.shipped:
        return
    if seen.read.get("discount") == "order" or any(discount_rate(seen)) or any(discount_repeats(seen)):
        return  # another doubt says why
    header = seen.headers["discount"]
    what = (
        f"{header} is above quantity x price on {seen['above']:,} of {seen['known_discount']:,} discounted lines: "
        "their amount is taken as 0."
    )
    settle = (
        'If it is per cent, say read = {discount = "percent"} under [tables.lines] in shop.toml; if it is of the whole '
        'order, read = {discount = "order"}.'
    )
    yield Verdict(Doubt("discount_above_price", ASK, header, what, settle))


def cents(seen: Evidence) -> Iterator[Verdict]:
    """Amounts in cents, taken for whole units."""
    header = seen.headers.get("amount") or seen.headers.get("unit_price")
    if seen.read.get("money") or seen.shipped or not header:
        return
    bare = {_bare(name) for name in seen.every}
    whole = seen["amounts"] and seen["whole"] >= 0.99 * seen["amounts"]
    named = any(word in _bare(header) for word in ("cents", "minorunit", "betragcent", "centesimi"))
    api = "object" in bare and bool({"balancetransaction", "livemode"} & bare)
    if named or (api and whole):
        why = "its name says so" if named else "the table is that of an API, whose amounts are whole"
        settle = 'read = {money = "units"} under [tables.lines] in shop.toml takes amounts as they are.'
        yield Verdict(Doubt("cents", ASK, header, f"{header} is read as cents, since {why}.", settle), "cents")
    elif whole and _like_cents(seen):
        what = (
            f"All but {seen['amounts'] - seen['whole']:,} of {seen['amounts']:,} values of {header} are whole, half of "
            f"them are {float(seen['median']):,.0f} or more, and {seen['not_round']:,} end in another digit than 0, as "
            "amounts in cents do. They are taken as they are."
        )
        settle = 'read = {money = "cents"} under [tables.lines] in shop.toml reads them as cents.'
        yield Verdict(Doubt("cents", ASK, header, what, settle))


def _like_cents(seen: Evidence) -> bool:
    """Whether whole amounts are large and not rounded, in a currency that has cents, or none that is told."""
    told = {seen.counts.get("currency"), seen.counts.get("other_currency")} - {None, ""}
    large = seen["amounts"] >= AMOUNTS_NEEDED and float(seen["median"]) >= LARGE_WHOLE
    return large and seen["not_round"] >= 0.5 * seen["amounts"] and told <= set(WITH_CENTS)


def _bare(header: str) -> str:
    return "".join(sign for sign in header.lower() if sign.isalnum())
