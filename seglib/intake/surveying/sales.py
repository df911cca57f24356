"""The order lines of a shop: items with their orders and customers, orders alone, or lines that are complete."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from seglib.errors import InputError
from seglib.intake.formats import guessed_columns, normalised, recognise
from seglib.intake.relations import MEETS, NEARLY_ALL
from seglib.intake.surveying.kinds import named
from seglib.intake.surveying.meeting import Relation
from seglib.intake.surveying.pieces import Piece
from seglib.intake.surveying.plans import Ask, Entry, headed
from seglib.intake.surveying.surveying import Survey
from seglib.tables.canonical import missing_columns

__all__ = ["PERSON", "customer_key", "sales_of"]

PERSON = re.compile(r"(?i)(unique|person|master|household|account|party).*(id|key|number)$")
SAME_SALES = 0.5  # share of order numbers from which on two tables tell the same sales
OF_ITEM = ("amount", "quantity", "unit_price", "discount", "product_id", "product_name", "category")
OF_ORDER = ("order_id", "customer_id", "email", "ordered_at", "status", "currency")


def sales_of(survey: Survey, ask: Ask) -> list[Entry]:
    """Sources of order lines, the one with the most rows first."""
    made = [_with_items(survey, orders, ask) for orders in survey.of_kind("orders")]
    made += [Entry("lines", piece, survey.tables[piece].why) for piece in survey.of_kind("lines")]
    for entry in made:
        _persons(survey, entry, ask)
        _name_columns(survey, entry)
    made.sort(key=lambda entry: (not entry.used, -entry.piece.rows))
    for i, entry in enumerate(made):
        _told_before(survey, entry, [one for one in made[:i] if one.used], ask)
    return made


def _with_items(survey: Survey, orders: Piece, ask: Ask) -> Entry:
    """Orders with their items in front, where there are any and they cost something; else alone."""
    alone = Entry("lines", orders, survey.tables[orders].why)
    has_money = "amount" in survey.tables[orders].named
    for kind in ("items",) if has_money else ("items", "payments"):
        found = [one for items in survey.of_kind(kind) if (one := survey.meeting.between(items, orders))]
        for relation in sorted(found, key=lambda one: (-one.share, -one.left.rows)):
            if not _priced(survey, relation.left):
                alone.notes.append(f"{relation.left.name} tells no price, so it is not used.")
            elif _joined(relation, alone, ask, has_money=has_money):
                return Entry("lines", relation.left, survey.tables[relation.left].why, [relation], notes=alone.notes)
    return alone


def _priced(survey: Survey, items: Piece) -> bool:
    told = survey.tables[items]
    return told.kind == "payments" or bool({"amount", "unit_price"} & set(told.named))


def _joined(relation: Relation, entry: Entry, ask: Ask, *, has_money: bool) -> bool:
    """Whether items and orders belong together; asked where the numbers do not say so."""
    alone = f"{relation.right.name} alone" if has_money else "neither"
    if relation.repeated:
        entry.notes.append(f"{relation.told()}: a join would count rows several times, so it is left out.")
        return False
    if relation.share < MEETS:
        entry.decide(ask, f"{relation.told()}: hardly the same numbers.", alone, "name the columns that meet")
        return False
    if relation.share >= NEARLY_ALL:
        return True
    text = f"{relation.told()}; the other items have no order."
    return entry.decide(ask, text, "items with their orders", alone) == 0


def _orders_in(survey: Survey, entry: Entry) -> Piece:
    """The table of an entry that tells who ordered and when."""
    return next((one for one in entry.tables if survey.tables[one].kind in ("orders", "lines")), entry.piece)


def customer_key(survey: Survey, entry: Entry) -> tuple[Piece, str] | None:
    """The table and the column that tell who ordered."""
    orders = _orders_in(survey, entry)
    usual = survey.tables[orders].named
    column = usual.get("customer_id", usual.get("email"))
    return (orders, column) if column else None


def _persons(survey: Survey, entry: Entry, ask: Ask) -> None:
    """Where a customer has another number in each order, the table of customers may tell persons apart."""
    key = customer_key(survey, entry)
    if key is None:
        return
    orders, column = key
    values, repeated = survey.meeting.repeats(orders, column)
    for customers in survey.of_kind("contacts") if not repeated else []:
        relation = survey.meeting.between(orders, customers)
        person = _person(customers, relation.key) if relation and relation.joins else ""
        if relation and person:
            text = f"{column} is another one in each of {values:,} orders, and {customers.name} has {person} beside it."
            if entry.decide(ask, text, f"a customer is a {person}", f"a customer is a {column}") == 0:
                entry.joins.append(relation)
                entry.columns["customer_id"] = person
            return


def _person(customers: Piece, key: str) -> str:
    others = (column for column in customers.columns if column != key and PERSON.search(column))
    return next(others, "")


def _name_columns(survey: Survey, entry: Entry) -> None:
    """Columns named by hand, where guessing alone would take another one or none."""
    header = headed(entry.piece, entry.joins)
    names = [name for name, *_ in header]
    if _known(names):
        entry.columns.clear()
        return
    guessed = named(names, "lines")
    wanted = _wanted(survey, entry, header) | entry.columns
    entry.columns = {name: spec for name, spec in wanted.items() if guessed.get(name) != spec}
    given = {**guessed, **entry.columns}
    given |= {"customer_id": ""} if "email" in given else {}
    given |= {"amount": ""} if {"quantity", "unit_price"} <= set(given) else {}
    if missing := [column.name for column in missing_columns(given, "lines")]:
        _by_hints(entry, header, missing)


def _known(names: Sequence[str]) -> bool:
    """Whether a header is that of a known format."""
    try:
        found = recognise(names, "lines").format
    except InputError:
        return False
    return found is not None and found.table == "lines"


def _wanted(survey: Survey, entry: Entry, header: Sequence[tuple[str, Piece, str]]) -> dict[str, Any]:
    """Canonical column -> the column that tells it, of the table that should."""
    shown = {(piece, column): name for name, piece, column in header}
    orders, items = _orders_in(survey, entry), entry.piece
    pick = ((name, orders) for name in OF_ORDER), ((name, items) for name in OF_ITEM)
    found: dict[str, Any] = {
        name: shown[piece, column]
        for name, piece in (*pick[0], *pick[1])
        if (column := survey.tables[piece].named.get(name)) and (piece, column) in shown
    }
    if entry.joins:
        found["order_id"] = entry.joins[0].column
    if items is orders or not entry.joins:
        return found
    if "amount" not in found and {"quantity", "unit_price"} <= set(found):
        totals = named([name for name, *_ in header], "lines")
        if "amount" in totals and "discount" not in totals:  # of the order: it would stand on each of its lines
            found["amount"] = {"times": [found["quantity"], found["unit_price"]]}
    elif "amount" not in found and (price := found.pop("unit_price", "") or _money(items)):
        found["amount"] = price
    return found


def _money(payments: Piece) -> str:
    return next((name for name in payments.columns if normalised(name).endswith(("value", "amount", "total"))), "")


def _by_hints(entry: Entry, header: Sequence[tuple[str, Piece, str]], missing: Sequence[str]) -> None:
    """What no usual name tells, by a word in a name that the values bear out; each is a question."""
    likely = guessed_columns({name: piece.examples.get(column, ()) for name, piece, column in header}, "lines")
    for name in missing:
        if name in likely:
            entry.columns[name] = likely[name]
            entry.notes.append(f"? Is {likely[name]!r} the {name}? No usual name tells it. Else: name another column.")
        else:
            entry.notes.append(f"? No column seems to tell {name}: name it under [tables.lines.columns].")
            entry.used = False


def _told_before(survey: Survey, entry: Entry, before: Sequence[Entry], ask: Ask) -> None:
    """Whether an earlier source tells the same sales; they are counted once, and it is asked which is meant."""
    for other in before if entry.used else ():
        orders, others = _orders_in(survey, entry), _orders_in(survey, other)
        ways = (survey.meeting.by("order_id", orders, others), survey.meeting.by("order_id", others, orders))
        best = max((one for one in ways if one), key=lambda one: one.share, default=None)
        if best is None:
            continue
        if best.share >= SAME_SALES:
            text = f"{entry.piece.name} tells sales that {other.piece.name} tells too: {best.told()}."
            entry.used = entry.decide(ask, text, f"{other.piece.name} alone", "both, and each sale counted once") == 1
        else:
            text = f"{entry.piece.name} and {other.piece.name} both tell orders: {best.told()}."
            entry.used = entry.decide(ask, text, "both", f"{other.piece.name} alone") == 0
