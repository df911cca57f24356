"""Tables of a shop as they were known at an earlier day, from what is known at a later one."""

from __future__ import annotations

import datetime as dt

import ibis.expr.types as ir
import pandas as pd

from seglib.shop.cleaning import Cleaned, ledger_by_source
from seglib.shop.cleaning.ledger import sources_again
from seglib.shop.cleaning.marking import clean_again
from seglib.shop.sides import contacts_at, known_at, ledger_before, size
from seglib.shop.tables import Tables, of_buyers, once
from seglib.tables.orders import build_orders

__all__ = ["EarlierTables"]


class EarlierTables(Tables):
    """The same files and an equally long window at an earlier day; what was answered or closed since is open.

    Parameters
    ----------
    later : Tables
        As known at a later day.
    as_of : date
        The earlier day.
    """

    def __init__(self, later: Tables, as_of: dt.date) -> None:
        self.as_of = as_of
        self.window_days = later.window_days
        self._later = later

    opened = once(lambda self: self._later.opened)
    currency = once(lambda self: self._later.currency)
    inputs = once(lambda self: self._later.inputs)
    quality = once(lambda self: self._later.quality)
    products = once(lambda self: self._later.products)
    contacts = once(lambda self: contacts_at(self._later.contacts, self.period))
    persons = once(lambda self: contacts_at(self._later.persons, self.period))
    numbered = once(lambda self: self._cleaned.marked)
    ledger = once(lambda self: self._cleaned.ledger)
    orders = once(lambda self: build_orders(self.lines).cache())

    @once
    def _cleaned(self) -> Cleaned:
        later = self._later
        return clean_again(later.numbered, later.ledger, as_of=self.as_of, window_days=self.window_days)

    @property
    def lines(self) -> ir.Table:
        """Those of the later day, which is quicker than to look for lone returns."""
        lines = self._later.lines
        return of_buyers(lines.filter(self.period.known(lines.ordered_at)))

    @once
    def ledger_by_source(self) -> pd.DataFrame:  # noqa: D102 - see Shop
        return sources_again(self._later.ledger_by_source, ledger_by_source(self.numbered))

    @once
    def sides(self) -> dict[str, ir.Table]:  # noqa: D102
        found = {name: known_at(name, table, self.period) for name, table in self._later.sides.items()}
        return {name: table for name, table in found.items() if size(table)}

    @once
    def side_ledger(self) -> pd.DataFrame:  # noqa: D102
        known = {name: size(table) for name, table in self.sides.items()}
        if self.contacts is not None:
            known["contacts"] = len(self.contacts)
        return ledger_before(self._later.side_ledger, known)
