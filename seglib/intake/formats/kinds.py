"""Which table a file is, told by its header, where it is no table of orders."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from seglib.intake.formats.layout import GUESS, load_format
from seglib.intake.formats.recognising import header_names, normalised
from seglib.language.small_files import read_toml

__all__ = ["Kind", "kind_of_table"]

QUESTIONS = 2  # headers that ask something, from which on a file is a survey
MEASURED = (("recency_days", "last_order_at"), ("frequency",), ("monetary_value",))  # two of them tell customers


class Kind(NamedTuple):
    """A table, what its rows are in plain words, and the columns by which it is known."""

    table: str
    what: str
    signs: list[str]


@cache
def _known() -> Mapping[str, Any]:
    return read_toml(Path(__file__).with_name("kinds.toml"))


def kind_of_table(columns: Iterable[str]) -> Kind | None:
    """What a file is by its header; None where nothing tells, or where it is a table of orders.

    Examples
    --------
    >>> kind_of_table(["Ticket ID", "Created at", "Status", "Subject"])
    Kind(table='tickets', what='requests to a help desk', signs=['Ticket ID'])
    >>> kind_of_table(["customer_id", "last_order", "total_spent"])
    Kind(table='customers', what='customers, one row each', signs=['customer_id', 'last_order', 'total_spent'])
    >>> kind_of_table(["order_id", "email", "city", "total"]) is None
    True
    """
    columns = list(columns)
    there = header_names(columns)
    ordered, sold = _sold(there)
    if not ordered and (measured := _measured(there)):
        return Kind("customers", "customers, one row each", measured)
    for table, told in _known().items():
        if sold and table in ("contacts", "products"):
            continue
        if table == "responses" and len(asked := [name for name in columns if name.strip().endswith("?")]) >= QUESTIONS:
            return Kind(table, told["what"], asked[:2])
        for sign in told["signs"]:
            found = [_first(names.split(), there) for names in sign]
            if all(found) and len(sign) > ordered:
                return Kind(table, told["what"], found)
    return None


def _measured(there: Mapping[str, str]) -> list[str]:
    """The id of a customer and its measures, where the file tells recency, frequency and money, or two of them."""
    usual = load_format(GUESS, "customers").columns
    who = _first([*usual["customer_id"], *usual["email"]], there)
    found = [_first([one for name in names for one in usual[name]], there) for names in MEASURED]
    told = [one for one in found if one and one != who]
    return [who, *told] if who and len(told) > 1 else []


def _first(names: Iterable[str], there: Mapping[str, str]) -> str:
    return next((there[normalised(name)] for name in names if normalised(name) in there), "")


def _sold(there: Mapping[str, str]) -> tuple[bool, bool]:
    """Whether the file has an order number; whether it has one, or money and a date."""
    usual = load_format(GUESS, "lines").columns
    number, date, money = (bool(_first(usual[name], there)) for name in ("order_id", "ordered_at", "amount"))
    return number, number or (date and money)
