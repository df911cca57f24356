"""What the texts of a guessed file show before they are read: totals at its end, currencies, a subtotal."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

import ibis
import ibis.expr.types as ir

from seglib.errors import InputError
from seglib.intake.doubts import Doubt, goods_taken
from seglib.intake.formats import GUESS, Format, normalised
from seglib.intake.readings.text import holding
from seglib.intake.shaping.cells import Reader
from seglib.language.messages import mark

__all__ = ["Glance", "glance_at"]

TOTALS = r"(?i)^(grand |sub)?(totals?|sum|summe|gesamt(summe)?|"
TOTALS += r"totale|totaux|suma|razem|toplam|totaal|всього|итого|разом)\W*$"
SIGNS = r"([A-Z]{3}|[€£¥₹₴₽₺₩₪฿]|zł|Kč|kr|(?:US|CA|A|C|R|NZ|HK|S)?\$)"
CODES = {"€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "₴": "UAH", "₽": "RUB", "₺": "TRY", "₩": "KRW", "₪": "ILS"}
CODES |= {
    "฿": "THB",
    "zł": "PLN",
    "Kč": "CZK",
    "$": "USD",
    "US$": "USD",
    "CA$": "CAD",
    "C$": "CAD",
    "A$": "AUD",
    "R$": "BRL",
}
CODES |= {"NZ$": "NZD", "HK$": "HKD", "S$": "SGD"}
CURRENCY = "seglib_currency"
GOODS = ("subtotal", "zwischensumme", "soustotal", "subtotale")
WHOLE = (
    *("total", "ordertotal", "grandtotal", "totalprice", "totalamount"),
    *("gesamt", "gesamtbetrag", "totale", "montanttotal"),
)
BESIDE_GOODS = (
    *("shipping", "shippingcost", "shippingtotal", "freight", "versand", "handling"),
    *("tax", "taxes", "totaltax", "vat", "mwst", "tip", "tips", "fee", "fees"),
)
CENT = 0.011


class Glance(NamedTuple):
    """Raw table with a currency of each row where the amounts name several; rules for rows that are totals."""

    raw: ir.Table
    mapping: dict[str, Any]
    skip: tuple[Mapping[str, Any], ...] = ()
    doubts: tuple[Doubt, ...] = ()


def glance_at(
    raw: ir.Table, layout: Format, mapping: dict[str, Any], reader: Reader, *, by_hand: Collection[str] = ()
) -> Glance:
    """What the texts of a guessed file show before they are read: totals at its end, currencies within amounts.

    Parameters
    ----------
    raw : ibis Table
        As the file has it.
    layout, mapping, reader
        How it is to be read.
    by_hand : collection of str
        Columns that the user named: these stay.
    """
    if layout.name != GUESS:
        return Glance(raw, mapping)
    first = next((name for name in raw.columns if not name.startswith("seglib")), "")
    where = {name: name for name in (first, mapping.get("order_id")) if isinstance(name, str) and name}
    asked = {f"total {name}": holding(raw[name].re_search(TOTALS)) for name in where if raw[name].type().is_string()}
    amount = mapping.get("amount", mapping.get("unit_price"))
    money = raw[amount] if isinstance(amount, str) and raw[amount].type().is_string() else None
    if money is not None and "currency" not in mapping:
        asked["signs"] = holding(money.re_search(SIGNS))
    found = dict(raw.aggregate(**asked).to_pyarrow().to_pylist()[0]) if asked else {}
    date = mapping.get("ordered_at")  # a product may well be called so: a total has no date
    skip = tuple(
        {
            "all": [{"column": name, "matches": TOTALS.removeprefix("(?i)")}, {"column": date, "filled": "false"}],
            "why": mark("rows of totals"),
        }
        for name in where
        if found.get(f"total {name}") and isinstance(date, str) and date != name
    )
    mapping, doubts = _goods(raw, mapping, reader) if "amount" not in by_hand else (mapping, ())
    return Glance(*_currencies(raw, mapping, money if found.get("signs") else None), skip, doubts)


def _goods(raw: ir.Table, mapping: dict[str, Any], reader: Reader) -> tuple[dict[str, Any], tuple[Doubt, ...]]:
    """The subtotal instead of a total that holds shipping, tax or tips, less the discount where that is still to go."""
    total, goods = mapping.get("amount"), next((reader.headers[one] for one in GOODS if one in reader.headers), None)
    if not isinstance(total, str) or normalised(total) not in WHOLE or goods is None:
        return mapping, ()
    more = [reader.headers[one] for one in BESIDE_GOODS if one in reader.headers]
    off = mapping.get("discount")
    try:
        sub, whole, *rest = (reader.read(raw, one, "decimal").cast("float64") for one in (goods, total, *more))
        less = reader.read(raw, off, "decimal").cast("float64").abs().fill_null(0) if isinstance(off, str) else None
    except InputError:
        return mapping, ()
    added = sub
    for one in rest:
        added = added + one.fill_null(0)
    asked = {"other": holding((sub - whole).abs() > CENT), "plain": holding((added - whole).abs() < CENT)}
    if less is not None:
        asked["less"] = holding((less > 0) & ((added - less - whole).abs() < CENT))
    found = raw.aggregate(**asked).to_pyarrow().to_pylist()[0]
    if not found["other"]:
        return mapping, ()
    net = less is not None and found["less"] > 0 and found["less"] >= found["other"] - found["plain"]
    amount: Any = {"minus": [goods, {"optional": off}]} if net else goods
    return {**mapping, "amount": amount}, (goods_taken(goods, total, str(off) if net else "", found["other"]),)


def _currencies(
    raw: ir.Table, mapping: dict[str, Any], money: ir.StringColumn | None
) -> tuple[ir.Table, dict[str, Any]]:
    """With the currency that each amount names, where they name several: those are not added."""
    if money is None:
        return raw, mapping
    sign = ibis.ifelse(money.re_search(SIGNS), money.re_extract(SIGNS, 1), ibis.null("string"))
    signs = raw.select(sign=sign).filter(ibis._.sign.notnull()).distinct().limit(20).to_pyarrow().to_pydict()["sign"]
    if len({CODES.get(one, one) for one in signs}) < 2:
        return raw, mapping
    code = ibis.cases(*[(sign == one, CODES.get(one, one)) for one in signs], else_=ibis.null("string"))
    return raw.mutate(**{CURRENCY: code}), {**mapping, "currency": CURRENCY}
