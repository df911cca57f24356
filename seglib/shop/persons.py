"""Tables of a shop whose customers are companies, with each person as a customer."""

from __future__ import annotations

import ibis.expr.types as ir
import pandas as pd

from seglib.shop.accounts import of_persons
from seglib.shop.cleaning import Cleaned, ledger_by_source
from seglib.shop.cleaning.ledger import sources_again
from seglib.shop.cleaning.marking import clean_again
from seglib.shop.tables import Tables, once
from seglib.tables.orders import build_orders

__all__ = ["PersonTables"]


class PersonTables(Tables):
    """The same rows and the same day; who ordered is the person where that is known, else the company.

    A return of one who never ordered, but somebody else of the company did, is no person's: the ledger counts it.

    Parameters
    ----------
    companies : Tables
        Of a shop whose customers are companies.
    """

    def __init__(self, companies: Tables) -> None:
        self.as_of, self.window_days = companies.as_of, companies.window_days
        self._companies = companies

    opened = once(lambda self: self._companies.opened)
    currency = once(lambda self: self._companies.currency)
    inputs = once(lambda self: self._companies.inputs)
    quality = once(lambda self: self._companies.quality)
    products = once(lambda self: self._companies.products)
    side_ledger = once(lambda self: self._companies.side_ledger)
    joined_doubts = once(lambda self: self._companies.joined_doubts)
    contacts = once(lambda self: self._companies.persons)
    numbered = once(lambda self: self._cleaned.marked)
    ledger = once(lambda self: self._cleaned.ledger)
    orders = once(lambda self: build_orders(self.lines).cache())

    @once
    def _cleaned(self) -> Cleaned:
        rows, ledger = of_persons(self._companies.numbered), self._companies.ledger
        return clean_again(rows, ledger, as_of=self.as_of, window_days=self.window_days)

    @once
    def ledger_by_source(self) -> pd.DataFrame:  # noqa: D102 - see Shop
        return sources_again(self._companies.ledger_by_source, ledger_by_source(self.numbered))

    @once
    def sides(self) -> dict[str, ir.Table]:  # noqa: D102
        return {name: of_persons(table) for name, table in self._companies.sides.items()}
