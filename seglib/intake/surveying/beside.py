"""The tables beside the order lines: customers, products, tickets, events and so on, as far as their keys meet."""

from __future__ import annotations

import re
from collections.abc import Sequence

from seglib.intake.formats import guessed_columns, normalised
from seglib.intake.relations import MEETS, NEARLY_ALL
from seglib.intake.surveying.kinds import SCORE, SIDES, named
from seglib.intake.surveying.meeting import Relation
from seglib.intake.surveying.pieces import Piece
from seglib.intake.surveying.plans import Ask, Entry, headed
from seglib.intake.surveying.sales import PERSON, customer_key
from seglib.intake.surveying.surveying import Survey
from seglib.tables.canonical import missing_columns

__all__ = ["contacts_of", "customer_tables", "products_of", "sides_of"]

GROUPS = ("categ", "genre", "department", "family", "group", "type", "class")  # columns that put products together
DAY = re.compile(r"(?i)date|time|_at$")
LEFT_OUT, KEPT = "left out", "used"


def customer_tables(survey: Survey) -> list[Entry]:
    """Tables of one row a customer with recency, frequency or money, of a folder that tells no orders."""
    return [Entry("customers", piece, survey.tables[piece].why) for piece in survey.of_kind("customers")]


def contacts_of(survey: Survey, sales: Sequence[Entry], ask: Ask) -> list[Entry]:
    """Tables of customers, those whose numbers meet those of the orders."""
    found = []
    for piece in survey.of_kind("contacts"):
        entry = Entry("contacts", piece, survey.tables[piece].why)
        relation = _customers(survey, sales, piece)
        person = next((join for one in sales for join in one.joins if join.right is piece), None)
        usual = named(piece.columns, "contacts").get("customer_id")
        number = _person_of([person]) if person else relation.key if relation else ""
        if number and survey.tables[piece].format is None and number != usual and "mail" not in normalised(number):
            entry.columns["customer_id"] = number
        if sales and any(one.used for one in sales):
            _ask_whether(entry, relation, "customers", ask)
        found.append(entry)
    return found


def _customers(survey: Survey, sales: Sequence[Entry], piece: Piece) -> Relation | None:
    keys = [key for entry in sales if entry.used and (key := customer_key(survey, entry))]
    found = [one for orders, _ in keys if (one := survey.meeting.between(orders, piece))]
    return max(found, key=lambda one: one.share, default=None)


def _ask_whether(entry: Entry, relation: Relation | None, whom: str, ask: Ask) -> None:
    """Ask whether a table belongs to the shop where its keys hardly meet those of the orders."""
    name = entry.piece.name
    if relation is None:
        text = f"No column of {name} has the numbers of the {whom} that ordered."
        entry.used = entry.decide(ask, text, LEFT_OUT, KEPT) == 1
    elif relation.share < MEETS:
        entry.used = entry.decide(ask, f"{relation.told()}: hardly the same {whom}.", LEFT_OUT, KEPT) == 1
    elif relation.share < NEARLY_ALL:
        entry.notes.append(f"{relation.told()}.")


def products_of(survey: Survey, sales: Sequence[Entry]) -> list[Entry]:
    """The table of products that the lines name, with its categories joined; the lines learn which column it is."""
    for entry in sales:
        found = [one for piece in survey.of_kind("products", "unknown")
                 if (one := survey.meeting.between(entry.piece, piece)) and one.joins]  # fmt: skip
        best = max(found, key=lambda one: _as_products(survey, one), default=None)
        if best is None or _as_products(survey, best)[0] == 0:
            continue
        if named(entry.piece.columns, "lines").get("product_id") != best.column:
            entry.columns["product_id"] = best.column
        return [_products(survey, best)]
    return [Entry("products", piece, survey.tables[piece].why, used=False,
                  notes=["No column of the order lines has its numbers."])
            for piece in survey.of_kind("products")]  # fmt: skip


def _as_products(survey: Survey, relation: Relation) -> tuple[int, float]:
    """How likely a table that lines refer to is that of the products."""
    piece = relation.right
    usual = named(piece.columns, "products")
    worth = 4 * (survey.tables[piece].kind == "products")
    worth += 2 * (named(relation.left.columns, "lines").get("product_id") == relation.column)
    return worth + ("product_name" in usual and len(piece.columns) > 2), relation.share


def _products(survey: Survey, relation: Relation) -> Entry:
    piece = relation.right
    usual = named(piece.columns, "products")
    entry = Entry("products", piece, f"{relation.left.name} names its numbers")
    if usual.get("product_id") != relation.key:
        entry.columns["product_id"] = relation.key
    if "category" in usual:
        return entry
    group = next((c for sign in GROUPS for c in piece.columns if sign in normalised(c)), "")
    others = (survey.meeting.between(piece, other) for other in survey.of_kind("unknown"))
    entry.joins = [one for one in others if one and one.joins and one.column == group and _name_in(one)][:1]
    header = headed(piece, entry.joins)
    wanted = {name: column for name, column in usual.items() if name != "category"} | entry.columns
    for join in entry.joins:
        group = next(shown for shown, whose, column in header if whose is join.right and column == _name_in(join))
    wanted |= {"category": group} if group else {}
    guessed = named([shown for shown, *_ in header], "products")
    entry.columns = {name: column for name, column in wanted.items() if guessed.get(name) != column}
    return entry


def _name_in(join: Relation) -> str:
    """The column of a table of names that has the name."""
    others = [column for column in join.right.columns if column != join.key]
    telling = [column for column in others if re.search(r"(?i)name|title|english|label", column)]
    return next(iter(telling or others), "")


def sides_of(survey: Survey, sales: Sequence[Entry], contacts: Sequence[Entry], ask: Ask) -> list[Entry]:
    """Tickets, events, answers, messages and deals, with who they are of; reviews are answers."""
    people = [entry.piece for entry in contacts if entry.used]
    orders = [key[0] for entry in sales if entry.used and (key := customer_key(survey, entry))]
    found = []
    for piece in survey.of_kind(*SIDES, "reviews"):
        kind = survey.tables[piece].kind
        entry = Entry("responses" if kind == "reviews" else kind, piece, survey.tables[piece].why)
        if kind == "reviews":
            _as_answers(entry)
        met = [one for other in (*people, *orders) if (one := survey.meeting.between(piece, other))]
        by_order = [one for one in met if one.right in orders and one.joins]
        if survey.tables[piece].format is None:
            _complete(survey, entry, by_order, sales)
        if entry.used and (people or orders) and kind not in ("events", "deals"):
            _ask_whether(entry, max(met, key=lambda one: one.share, default=None), "customers", ask)
        found.append(entry)
    return found


def _as_answers(entry: Entry) -> None:
    """A score of a review is the answer to one question."""
    columns = entry.piece.columns
    score = next(column for column in columns if SCORE.search(column))
    entry.columns |= {"question": {"constant": score}, "answer": score}
    if day := next((column for column in columns if DAY.search(column)), ""):
        entry.columns["answered_at"] = day


def _complete(survey: Survey, entry: Entry, by_order: Sequence[Relation], sales: Sequence[Entry]) -> None:
    """Who it is of, by way of the order where it names one alone; other columns by what their values bear out."""
    given = {**named(entry.piece.columns, entry.table), **entry.columns}
    if not {"customer_id", "email", "visitor_id", "company"} & set(given) and by_order:
        whole = next(one for one in sales if by_order[0].right in one.tables)
        after = [join for join in whole.joins if join.left is by_order[0].right]
        entry.joins = [by_order[0], *after]
        key = customer_key(survey, whole)
        entry.columns["customer_id"] = whole.columns.get("customer_id") or _person_of(after) or (key[1] if key else "")
        given = {**given, **entry.columns}
    given |= {"customer_id": ""} if "email" in given else {}
    likely = guessed_columns(entry.piece.examples, entry.table)
    for column in missing_columns(given, entry.table):
        if column.name in likely:
            entry.columns[column.name] = likely[column.name]
            entry.notes.append(f"? Is {likely[column.name]!r} the {column.name}? Else: name another column.")
        else:
            entry.notes.append(
                f"? No column seems to tell {column.name}: name it under [tables.{entry.table}.columns]."
            )
            entry.used = False


def _person_of(joins: Sequence[Relation]) -> str:
    return next((c for join in joins for c in join.right.columns if c != join.key and PERSON.search(c)), "")
