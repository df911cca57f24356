"""The rules of a shop: its own file and the catalogue, as its settings ask for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import ibis
import ibis.expr.types as ir
import pandas as pd

from seglib.errors import InputError, did_you_mean, similar_names
from seglib.language.messages import gettext as _

if TYPE_CHECKING:
    from seglib.segments.rules import Memberships, RuleBook
    from seglib.shop.settings import ShopSettings
    from seglib.shop.tables import Tables
    from seglib.tables.measures import Call

__all__ = ["find_memberships", "read_book", "settings_of"]

CATALOGUE = "shop"
GOODS = ("lines", ("category", "product_name", "product_id"))
# functions whose first argument is a name in the data -> the table and the columns that hold such names
NAMED = {
    **dict.fromkeys(("spent_on", "bought"), GOODS),
    **dict.fromkeys(("events_of", "days_since_event"), ("events", ("kind", "event"))),
    **dict.fromkeys(("answered", "rating"), ("responses", ("question",))),
}


def read_book(settings: ShopSettings) -> RuleBook:
    """Segments of ``segments.toml`` and of the catalogue, with the settings and the choice of ``shop.toml``.

    Raises
    ------
    InputError
        Faults of the rule file; settings and names of segments in ``shop.toml`` that there are not.
    """
    from seglib.segments.rules import RuleBook, combine

    told = settings.segments
    files = ([told["file"]] if told.get("file") else []) + ([CATALOGUE] if told.get("catalogue", True) else [])
    books = _books(files, told.get("settings", {}))
    book = combine(*books) if len(books) > 1 else (books or [RuleBook(())])[0]
    with telling_of("segments.use"):
        return book.only(told.get("use", ()))


def settings_of(book: RuleBook) -> dict[str, Any]:
    """Thresholds in force: those of the catalogue as shipped, whether it is used or not, and those of the shop."""
    from seglib.segments.rules import read_rules

    return {**read_rules(CATALOGUE).settings, **book.settings}


@contextmanager
def telling_of(key: str) -> Iterator[None]:
    """Faults say which setting they are of."""
    try:
        yield
    except InputError as error:
        raise InputError([f"{key}: {fault}" for fault in error.faults]) from None


def _books(files: Sequence[str], settings: Mapping[str, Any]) -> list[RuleBook]:
    """Each file with those of the settings that it has; the faults of all are told together."""
    from seglib.segments.rules import read_rules

    books: list[RuleBook] = []
    faults: list[str] = []
    known: list[str] = []
    for file in files:
        try:
            names = read_rules(file).settings
            known += list(names)
            books.append(read_rules(file, settings={name: settings[name] for name in names if name in settings}))
        except InputError as error:
            faults += error.faults
    if len(books) == len(files):
        missing = [name for name in settings if name not in known]
        faults += [f"segments.settings: no setting {name!r}.{did_you_mean(name, known)}" for name in missing]
    if faults:
        raise InputError(faults)
    return books


def find_memberships(tables: Tables, book: RuleBook, priority: Sequence[str] = ()) -> Memberships:
    """Who is in which segment of a rule book, from the people of a shop and what the rules measure."""
    from seglib.segments.rules import find_members, kinds_of

    calls = book.calls(kinds_of(tables.people), as_of=tables.as_of)
    measured = tables.measured(calls)
    found = find_members(tables.people, book, measured=measured, as_of=tables.as_of, priority=tuple(priority))
    found.hints = tuple(hints(tables, calls, measured))
    return found


def hints(tables: Tables, calls: Sequence[Call], measured: pd.DataFrame) -> Iterator[str]:
    """Calls that name what is nowhere in the data, most likely by a slip of the pen, and what may be meant."""
    for call in calls:
        table, columns = NAMED.get(call.function, ("", ()))
        told = measured.get(call.column)
        if not columns or told is None or (told.astype("Float64").fillna(0) != 0).any():
            continue
        known = _values(tables.lines if table == "lines" else tables.sides[table], columns)
        if str(call.arguments[0]).strip().casefold() not in {name.casefold() for name in known}:
            yield _nowhere(call, similar_names(call.arguments[0], sorted(known)))


def _nowhere(call: Call, near: Sequence[str]) -> str:
    told = {"call": call.column, "text": repr(call.arguments[0])}
    if not near:
        return _("{call}: {text} is nowhere in the data.", **told)
    listed = ", ".join(map(repr, near))
    return _("{call}: {text} is nowhere in the data. Did you mean {near}?", **told, near=listed)


def _values(table: ir.Table, columns: Sequence[str]) -> set[str]:
    parts = [table.select(value=table[name].cast("string")) for name in columns if name in table.columns]
    found = ibis.union(*parts, distinct=True) if len(parts) > 1 else parts[0].distinct()
    return set(found.to_pyarrow().to_pandas()["value"].dropna().str.strip())
