"""Which decimal sign money is written with, where the values alone leave two readings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ibis
import ibis.expr.types as ir

from seglib.errors import InputError
from seglib.intake.doubts import NOTE, Doubt
from seglib.intake.readings.text import holding
from seglib.intake.shaping.cells import Reader
from seglib.intake.shaping.units import WHOLE_CURRENCIES

__all__ = ["decided"]

CENT = 0.011
FEWEST = 5  # lines of which something is concluded
NEARLY_ALL = 0.99
NOT_IN_USE = ("COP", "HUF", "IDR", "IRR", "TWD")  # have cents that no price has
SIGNS = {".": ",", ",": "."}  # the decimal sign, and that of thousands


def decided(raw: ir.Table, mapping: Mapping[str, Any], reader: Reader) -> tuple[str, tuple[Doubt, ...]]:
    """The decimal sign of a file, and what it was told by; nothing where both readings stay.

    Money of a currency without cents has none; else quantity x price must be the amount in one of the two readings,
    and not in the other.
    """
    money = [name for name in ("amount", "unit_price") if name in mapping]
    held = {sign: _held(raw, mapping, reader, sign) for sign in SIGNS}
    for sign, other in SIGNS.items():
        fits, lines, whole = held[sign]
        if whole and not held[other][2]:
            return sign, _told(mapping, money, sign, "the currency has no cents")
        if lines >= FEWEST and fits >= NEARLY_ALL * lines and held[other][0] <= 0.5 * held[other][1]:
            why = f"quantity x price is then the amount of {fits:,} of {lines:,} lines"
            return sign, _told(mapping, money, sign, why)
    return "", ()


def _held(raw: ir.Table, mapping: Mapping[str, Any], reader: Reader, sign: str) -> tuple[int, int, bool]:
    """In one reading: lines where quantity x price is the amount, of how many; whether money without cents has none."""
    signed = reader.with_decimal(sign)
    try:
        read = {name: signed.read(raw, mapping[name], "float") for name in ("quantity", "unit_price", "amount")
                if name in mapping}  # fmt: skip
        currency = signed.read(raw, mapping["currency"], "string").upper() if "currency" in mapping else None
    except InputError:
        return 0, 0, False
    asked: dict[str, Any] = {"fits": ibis.literal(0), "lines": ibis.literal(0), "whole": ibis.literal(False)}
    if len(read) == 3:
        worth = (read["quantity"] * read["unit_price"]).abs()
        asked["fits"] = holding((worth - read["amount"].abs()).abs() < CENT)
        asked["lines"] = holding(worth > 0)
    if currency is not None and (money := read.get("amount", read.get("unit_price"))) is not None:
        none = currency.isin([*WHOLE_CURRENCIES, *NOT_IN_USE])
        asked["whole"] = none.all() & (money == money.round(0)).all()
    found = raw.aggregate(**asked).to_pyarrow().to_pylist()[0]
    return int(found["fits"]), int(found["lines"]), bool(found["whole"])


def _told(mapping: Mapping[str, Any], money: list[str], sign: str, why: str) -> tuple[Doubt, ...]:
    header = next((mapping[name] for name in money if isinstance(mapping[name], str)), money[0])
    what = f"{header}: {SIGNS[sign]!r} is taken for the sign of thousands, since {why}."
    settle = f'read = {{decimal = "{SIGNS[sign]}"}} under [tables.lines] in shop.toml reads it as the decimal sign.'
    return (Doubt("thousands", NOTE, header, what, settle),)
