"""The tables of a shop, of what a folder holds: what is sold, who the customers are, what stands beside them."""

from __future__ import annotations

from seglib.errors import InputError
from seglib.intake.surveying.beside import contacts_of, customer_tables, products_of, sides_of
from seglib.intake.surveying.kinds import WHAT
from seglib.intake.surveying.plans import Ask, Entry, likeliest
from seglib.intake.surveying.sales import sales_of
from seglib.intake.surveying.surveying import Survey
from seglib.intake.surveying.trying import try_reading
from seglib.tables.canonical import ALONE

__all__ = ["compose"]


def compose(survey: Survey, ask: Ask = likeliest) -> list[Entry]:
    """Tables of a shop; what the data do not decide is asked.

    Raises
    ------
    InputError
        No table that makes a shop; what each file is taken for.
    """
    sales = sales_of(survey, ask)
    products = products_of(survey, sales)
    contacts = contacts_of(survey, sales, ask)
    found = [
        *_loaded(survey),
        *sales,
        *customer_tables(survey),
        *contacts,
        *products,
        *sides_of(survey, sales, contacts, ask),
    ]
    for entry in found:
        if entry.used and entry.loaded is None:
            try_reading(entry, ask)
    if not any(entry.used and entry.table in ("lines", *ALONE) for entry in found):
        raise InputError(_nothing(survey, found))
    return found


def _loaded(survey: Survey) -> list[Entry]:
    """Tables that loaders have filled, each by the schema that reads it."""
    return [
        Entry(table, piece, f"{shape.title}, by its columns", loaded=one)
        for one in survey.loaded
        for table, (shape, piece) in one.shapes.items()
    ]


def _nothing(survey: Survey, entries: list[Entry]) -> str:
    tables = [f"{piece.name}: {WHAT[told.kind]}; {told.why}" for piece, told in survey.tables.items()]
    notes = [note.removeprefix("? ") for entry in entries for note in entry.notes]
    shown = "".join(f"\n    {line}" for line in (*tables[:20], *notes[:10]))
    return (
        f"{survey.folder}: no table of orders, customers, events, tickets, answers or deals was found, so nothing is "
        f"written. Of one that is, begin a format: seglib formats draft FILE. What was found:{shown}"
    )
