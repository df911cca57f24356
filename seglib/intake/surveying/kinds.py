"""What a table tells of: orders, their items, customers, products and so on, and how that is known."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from seglib.errors import InputError
from seglib.intake.files.database_files import LIKELY
from seglib.intake.formats import (
    GUESS,
    Format,
    header_names,
    kind_of_table,
    load_format,
    normalised,
    numbering,
    recognise,
)
from seglib.intake.shaping.resolving import told_by
from seglib.intake.surveying.pieces import Piece
from seglib.tables.canonical import missing_columns

__all__ = ["SIDES", "WHAT", "Told", "all_told", "named"]

WHAT = {
    "lines": "order lines",
    "orders": "orders",
    "items": "items of orders",
    "payments": "payments or refunds of orders",
    "contacts": "customers",
    "customers": "customers, one row each with what they bought",
    "products": "products",
    "tickets": "requests to a help desk",
    "events": "events of visitors",
    "responses": "answers to a survey",
    "reviews": "reviews of orders",
    "campaigns": "messages sent to customers",
    "deals": "deals",
    "unknown": "not known",
}
SIDES = ("tickets", "events", "responses", "campaigns", "deals")
PEOPLE = re.compile(r"(?i)customer|client|contact|member|subscriber|buyer|kunde|cliente|^users?$|donor|person")
PAID = re.compile(r"(?i)(payment|paid|zahlung|pagamento).*(value|amount|total)|^(amount|value)$")
BACK = re.compile(r"(?i)refund|return|credit|chargeback")
SCORE = re.compile(r"(?i)^(review_?)?(score|rating|stars)$")


@dataclass(frozen=True)
class Told:
    """What a table is, how that is known, and the format it has where it is a known one.

    ``named`` is which of its columns have usual names: canonical column -> column, of lines or of its own table.
    """

    kind: str
    why: str
    named: Mapping[str, str]
    format: Format | None = None


def named(columns: Sequence[str], table: str) -> dict[str, str]:
    """Canonical column -> column of the file that has one of its usual names.

    Examples
    --------
    >>> named(["OrderID", "ProductID", "UnitPrice", "Quantity"], "lines")["unit_price"]
    'UnitPrice'
    """
    there = header_names(columns)
    found = told_by(there, load_format(GUESS, table).columns)
    return {name: header for name, header in found.items() if isinstance(header, str)}


def all_told(pieces: Sequence[Piece]) -> dict[Piece, Told]:
    """What each table is; where orders tell what customers bought, a table of customers tells who they are."""
    found = {piece: _told(piece) for piece in pieces}
    sold = any(told.kind in ("lines", "orders", "items") for told in found.values())
    for piece, told in found.items() if sold else ():
        if told.kind == "customers":
            found[piece] = replace(told, kind="contacts", named=named(piece.columns, "contacts"))
    return found


def _told(piece: Piece) -> Told:
    """What a table is, by its header, the values of its first rows and, where these do not tell, its name."""
    try:
        found = recognise(piece.columns)
    except InputError as error:
        return Told("unknown", error.faults[0], {})
    if found.format is not None:
        own = named(piece.columns, found.format.table)
        return Told(found.format.table, f"{found.format.title}: {found.why}", own, found.format)
    usual = named(piece.columns, "lines")
    other = kind_of_table(piece.columns)
    people = bool(PEOPLE.search(piece.stem)) and "order_id" not in usual
    ordered = not people and _ordered(piece, usual)
    if ordered and (other is None or other.table in ("contacts", "products") or LIKELY.search(piece.stem)):
        return ordered
    if other is None and people and {"customer_id", "email"} & set(named(piece.columns, "contacts")):
        return Told("contacts", "by its name", named(piece.columns, "contacts"))
    if other is None or (other.table == "contacts" and not people and _names_alone(piece, other.signs)):
        return Told("unknown", "nothing in its header tells", {})
    signs = " and ".join(map(repr, other.signs))
    return Told(other.table, f"it has {signs}", named(piece.columns, other.table))


def _names_alone(piece: Piece, signs: Sequence[str]) -> bool:
    """Whether rows have a number and a name and nothing that only people have: categories have these too."""
    return normalised(signs[0]) == "id" and not {"email", "gender", "birth_year"} & set(
        named(piece.columns, "contacts")
    )


def _ordered(piece: Piece, usual: dict[str, str]) -> Told | None:
    """Orders, their lines, items, payments or reviews; None for what tells of no order."""
    if "order_id" not in usual and (number := numbering(piece.examples)):
        usual = {**usual, "order_id": number}
        if not (LIKELY.search(piece.stem) or {"customer_id", "ordered_at", "amount"} <= set(usual)):
            return None
    if "order_id" not in usual:
        return None
    priced = {"quantity", "unit_price"} <= set(usual)
    given = {*usual, *(["customer_id"] if "email" in usual else []), *(["amount"] if priced else [])}
    shown = ", ".join(usual[name] for name in ("order_id", "customer_id", "ordered_at", "amount") if name in usual)
    if not missing_columns(given, "lines"):
        repeats = len(set(piece.examples[usual["order_id"]])) < len(piece.examples[usual["order_id"]])
        return Told("lines" if repeats or priced else "orders", f"it has {shown}", usual)
    if _signs(piece, SCORE):
        return Told("reviews", f"it has {shown} and {_signs(piece, SCORE)}", usual)
    back = BACK.search(piece.stem)
    if not back and ("customer_id" in given or (LIKELY.search(piece.stem) and "ordered_at" in given and not priced)):
        return Told("orders", f"it has {shown}", usual)
    if not back and (priced or {"product_id", "product_name"} & given):
        more = [usual[name] for name in ("product_id", "product_name", "quantity", "unit_price") if name in usual]
        return Told("items", f"it has {', '.join([usual['order_id'], *more])}", usual)
    money = usual.get("amount") or _signs(piece, PAID)
    return Told("payments", f"it has {usual['order_id']} and {money}", usual) if money else None


def _signs(piece: Piece, form: re.Pattern[str]) -> str:
    """The first column of numbers whose name says so."""
    there = (name for name in piece.columns if form.search(name) and not normalised(name).endswith("id"))
    return next((name for name in there if _numbers(piece.examples[name])), "")


def _numbers(values: Sequence[str]) -> bool:
    return bool(values) and all(re.fullmatch(r"-?\d+([.,]\d+)?", value) for value in values[:100])
