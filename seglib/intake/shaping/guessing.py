"""What only the values show of a file that no format describes: which column is its status, what its words mean."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import ibis
import ibis.expr.types as ir

from seglib.errors import InputError
from seglib.intake.doubts import Doubt, goods_taken
from seglib.intake.formats import GUESS, Format, normalised
from seglib.intake.formats.states import UNKNOWN, meanings_of, state_of
from seglib.intake.shaping.cells import Reader
from seglib.language.messages import mark
from seglib.tables.canonical import STATES

__all__ = ["Glance", "glance_at", "with_closing", "with_meanings"]

MOST_VALUES = 100  # a column with more different values is no status
PAYMENT = ("financialstatus", "paymentstatus", "paymentstate", "zahlungsstatus", "statopagamento", "estadopago")
TYPES = (
    "type",
    "transactiontype",
    "ordertype",
    "entrytype",
    "documenttype",
    "movementtype",
    "kind",
    "typ",
    "tipo",
    "rodzaj",
)
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
    "total",
    "ordertotal",
    "grandtotal",
    "totalprice",
    "totalamount",
    "gesamt",
    "gesamtbetrag",
    "totale",
    "montanttotal",
)
BESIDE_GOODS: tuple[str, ...] = (
    "shipping",
    "shippingcost",
    "shippingtotal",
    "freight",
    "versand",
    "tax",
    "taxes",
    "totaltax",
    "vat",
    "mwst",
)
BESIDE_GOODS += ("tip", "tips", "fee", "fees", "handling")
CENT = 0.011
TICKET_STATUS = ("status", "ticketstatus", "state", "stato", "statut", "estado", "статус")
CHANGED = ("updatedat", "lastupdatedat", "lastupdated", "updated", "modifiedat", "lastmodified", "modified")
CLOSED_TICKET = (
    r"\b(clos|solv|resolv|done|complet|finish|geschlossen|gel[oö]st|erledigt|ferm|r[eé]solu|cerrad|resuelt|chius|risolt"
    r"|fechad|resolvid|[iî]nchis|rezolv|закри|виріш|решен|zamkn|rozwi|kapal|çöz|gesloten|opgelost)"
)
GONE_TICKET = r"\b(delet|spam|trash|junk|merged|gel[oö]scht|supprim|eliminad|eliminat|șters|видален|удален)"
MONEY_BACK, PIECES_BACK = ("refunded", "refund"), ("returned", "returns")


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
    asked = {f"total {name}": _n(raw[name].re_search(TOTALS)) for name in where if raw[name].type().is_string()}
    amount = mapping.get("amount", mapping.get("unit_price"))
    money = raw[amount] if isinstance(amount, str) and raw[amount].type().is_string() else None
    if money is not None and "currency" not in mapping:
        asked["signs"] = _n(money.re_search(SIGNS))
    found = dict(raw.aggregate(**asked).to_pyarrow().to_pylist()[0]) if asked else {}
    skip = tuple(
        {"column": name, "matches": TOTALS.removeprefix("(?i)"), "why": mark("rows of totals")}
        for name in where
        if found.get(f"total {name}")
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
    asked = {"other": _n((sub - whole).abs() > CENT), "plain": _n((added - whole).abs() < CENT)}
    if less is not None:
        asked["less"] = _n((less > 0) & ((added - less - whole).abs() < CENT))
    found = raw.aggregate(**asked).to_pyarrow().to_pylist()[0]
    if not found["other"]:
        return mapping, ()
    net = less is not None and found["less"] > 0 and found["less"] >= found["other"] - found["plain"]
    amount: Any = {"minus": [goods, {"optional": off}]} if net else goods
    return {**mapping, "amount": amount}, (goods_taken(goods, total, str(off) if net else "", found["other"]),)


def _n(condition: ir.BooleanValue) -> ir.Scalar:
    return ibis.coalesce(condition.cast("int64").sum(), 0)


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


def with_closing(
    raw: ir.Table, layout: Format, mapping: dict[str, Any], reader: Reader
) -> tuple[Format, dict[str, Any]]:
    """Tickets of which only the status says that they are closed: since the last change, or else since they came.

    Those that were deleted, or are spam, are no requests.
    """
    header = next((reader.headers[one] for one in TICKET_STATUS if one in reader.headers), None)
    if layout.name != GUESS or layout.table != "tickets" or header is None:
        return layout, mapping
    values = list(_values(raw, header, reader))
    gone, done = ([one for one in values if re.search(words, one.lower())] for words in (GONE_TICKET, CLOSED_TICKET))
    if gone:
        rule = {"column": header, "values": gone, "why": mark("requests that were deleted or are spam")}
        layout = replace(layout, skip=(*layout.skip, rule))
    if done and "closed_at" not in mapping and "opened_at" in mapping:
        changed = next((reader.headers[one] for one in CHANGED if one in reader.headers), mapping["opened_at"])
        mapping = {**mapping, "closed_at": {"earliest": changed, "where": {"column": header, "values": done}}}
    return layout, mapping


def with_meanings(
    raw: ir.Table, layout: Format, mapping: dict[str, Any], reader: Reader, told: Mapping[str, str]
) -> tuple[Format, dict[str, Any]]:
    """The format with the states that its words mean, and the mapping without what is no status after all.

    Parameters
    ----------
    raw : ibis Table
        As the file has it.
    layout : Format
        That it is read with.
    mapping : dict
        Canonical column -> column of the file.
    reader : Reader
        Of the file.
    told : mapping
        What the user says that values of the status mean: value -> state.
    """
    if layout.name != GUESS:
        return _as_told(layout, told), mapping
    mapping, cells = _returns(raw, mapping, dict(layout.order_cells), reader)
    states, mapping = _states(raw, mapping, reader, told)
    also = [*layout.also, *_payments(raw, mapping, reader), *_types(raw, mapping, reader)]
    return replace(layout, states=states, also=tuple(also), order_cells=cells, cancelled=()), mapping


def _as_told(layout: Format, told: Mapping[str, str]) -> Format:
    """The states of a format, with what the user says of single values first."""
    if not told or "column" not in layout.states:
        return layout
    own = {value.strip().lower() for value in told}
    kept = {
        key: [one for one in value if str(one).strip().lower() not in own] if isinstance(value, list) else value
        for key, value in layout.states.items()
    }
    for value, state in told.items():
        kept[state] = [*kept.get(state, ()), value]
    return replace(layout, states=kept)


def _values(raw: ir.Table, header: str, reader: Reader) -> dict[str, int]:
    """Different values of a column, with their rows; empty where there are too many."""
    text = reader.read(raw, header, "string").name("value")
    by = text.as_table().filter(ibis._.value.notnull()).group_by("value").agg(n=ibis._.count())
    rows = by.limit(MOST_VALUES + 1).to_pyarrow().to_pylist()
    return {row["value"]: row["n"] for row in rows} if len(rows) <= MOST_VALUES else {}


def _states(
    raw: ir.Table, mapping: dict[str, Any], reader: Reader, told: Mapping[str, str]
) -> tuple[dict[str, Any], dict[str, Any]]:
    header = mapping.get("status")
    if not isinstance(header, str):
        return {}, mapping
    found = _values(raw, header, reader)
    known = sum(n for value, n in found.items() if state_of(value) != UNKNOWN)
    address = normalised(header) in ("state", "region", "provincia", "estado")
    if not told and (not found or (address and known * 2 < sum(found.values()))):
        return {}, {name: spec for name, spec in mapping.items() if name != "status"}
    own = {value.strip().lower(): state for value, state in told.items()}
    states: dict[str, Any] = meanings_of(value for value in found if value.strip().lower() not in own)
    for value, state in told.items():
        states[state] = [*states.get(state, ()), value]
    return {"column": header, **{state: states[state] for state in (*STATES, "refunded") if state in states}}, mapping


def _payments(raw: ir.Table, mapping: Mapping[str, Any], reader: Reader) -> list[dict[str, Any]]:
    """What a status of the payment says beside the status of the order."""
    header = next((reader.headers[name] for name in PAYMENT if name in reader.headers), None)
    if header is None or header == mapping.get("status"):
        return []
    means = meanings_of(_values(raw, header, reader))
    return [
        {"column": header, "values": values, "state": state}
        for state, values in means.items()
        if state not in ("sale", UNKNOWN)
    ]


def _types(raw: ir.Table, mapping: Mapping[str, Any], reader: Reader) -> list[dict[str, Any]]:
    """Rows that take money back, told by a column such as type: sale or refund, where all its words are known."""
    header = next((reader.headers[name] for name in TYPES if name in reader.headers), None)
    if header is None or header in mapping.values():
        return []
    means = meanings_of(_values(raw, header, reader))
    if UNKNOWN in means or not {"sale", "refunded"} <= set(means):
        return []
    gone = {state: values for state, values in means.items() if state != "sale"}
    return [
        {"column": header, "values": values, "state": "refund" if state == "refunded" else state}
        for state, values in gone.items()
    ]


def _returns(
    raw: ir.Table, mapping: dict[str, Any], cells: dict[str, Any], reader: Reader
) -> tuple[dict[str, Any], dict[str, Any]]:
    """A column of returns that holds numbers is money or pieces, not yes or no."""
    header = mapping.get("is_return")
    if not isinstance(header, str) or _is_yes_no(raw, header, reader):
        return mapping, cells
    mapping = {name: spec for name, spec in mapping.items() if name != "is_return"}
    try:
        reader.read(raw, header, "decimal")
    except InputError:
        return mapping, cells
    if normalised(header) in MONEY_BACK:
        cells.setdefault("refund", header)
    elif normalised(header) in PIECES_BACK and isinstance(mapping.get("unit_price"), str):
        cells.setdefault("refund", {"times": [header, mapping["unit_price"]]})
    return mapping, cells


def _is_yes_no(raw: ir.Table, header: str, reader: Reader) -> bool:
    column = raw[header]
    if column.type().is_boolean():
        return True
    if column.type().is_numeric():
        return not raw.filter(~column.isin([0, 1]) & column.notnull()).limit(1).count().to_pyarrow().as_py()
    try:
        reader.read(raw, header, "boolean")
    except InputError:
        return False
    return True
