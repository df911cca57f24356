"""The rules of a shop: its own file and the catalogue, as its settings ask for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from seglib.tables import InputError, did_you_mean

if TYPE_CHECKING:
    from seglib.segments import Memberships, RuleBook
    from seglib.settings import ShopSettings
    from seglib.shop import Shop

__all__ = ["find_memberships", "read_book"]

CATALOGUE = "shop"


def read_book(settings: ShopSettings) -> RuleBook:
    """Segments of ``segments.toml`` and of the catalogue, with the settings and the choice of ``shop.toml``.

    Raises
    ------
    InputError
        Faults of the rule file; settings and names of segments in ``shop.toml`` that there are not.
    """
    from seglib.segments import RuleBook, combine

    told = settings.segments
    files = ([told["file"]] if told.get("file") else []) + ([CATALOGUE] if told.get("catalogue", True) else [])
    books = _books(files, told.get("settings", {}))
    book = combine(*books) if len(books) > 1 else (books or [RuleBook(())])[0]
    with telling_of("segments.use"):
        return book.only(told.get("use", ()))


@contextmanager
def telling_of(key: str) -> Iterator[None]:
    """Faults say which setting they are of."""
    try:
        yield
    except InputError as error:
        raise InputError([f"{key}: {fault}" for fault in error.faults]) from None


def _books(files: Sequence[str], settings: Mapping[str, Any]) -> list[RuleBook]:
    """Each file with those of the settings that it has; the faults of all are told together."""
    from seglib.segments import read_rules

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


def find_memberships(shop: Shop) -> Memberships:
    """Who is in which segment, from the people of a shop and what its rules measure."""
    from seglib.segments import find_members, kinds_of

    calls = shop.rules.calls(kinds_of(shop.people), as_of=shop.as_of)
    priority = tuple(shop.settings.segments.get("priority", ()))
    measured = shop.measured(calls)
    return find_members(shop.people, shop.rules, measured=measured, as_of=shop.as_of, priority=priority)
