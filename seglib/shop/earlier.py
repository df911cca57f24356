"""A shop as it was some days ago, from what is known of it now."""

from __future__ import annotations

import datetime as dt
from functools import cached_property

import ibis
import ibis.expr.types as ir
import pandas as pd

from seglib.errors import InputError
from seglib.shop.customers import build_customers
from seglib.shop.shop import Shop
from seglib.shop.sides import WHY, as_at, contacts_at, size

__all__ = ["EarlierShop"]


class EarlierShop(Shop):
    """What :meth:`seglib.Shop.earlier` returns: the same settings and window, an earlier as-of date.

    Lines are those that the later shop found clean; what was answered or closed since is open. It keeps nothing.
    """

    def __init__(self, later: Shop, days: int) -> None:
        if days <= 0:
            raise InputError(f"days is {days}; expected how many days ago, above zero.")
        self._day = later.as_of - dt.timedelta(days=days)
        super().__init__(later.settings, as_of=self._day, window_days=later.window_days, run=None)
        self._later = later

    @property
    def as_of(self) -> dt.date:  # noqa: D102 - see Shop
        return self._day

    @property
    def lines(self) -> ir.Table:  # noqa: D102
        return self._until(self._later.lines, 1)

    @property
    def window_lines(self) -> ir.Table:  # noqa: D102
        if not self.window_days:
            return self.lines
        start = self._midnight(1 - self.window_days)
        return self.lines.filter(self.lines.ordered_at >= start)

    def _until(self, lines: ir.Table, days: int) -> ir.Table:
        return lines.filter(lines.ordered_at < self._midnight(days))

    def _midnight(self, days: int) -> ir.TimestampScalar:
        return ibis.timestamp((self._day + dt.timedelta(days=days)).isoformat())

    @cached_property
    def currency(self) -> str:  # noqa: D102
        return self._later.currency

    @cached_property
    def customers(self) -> pd.DataFrame:  # noqa: D102
        return build_customers(self.lines, as_of=self.as_of, window_days=self.window_days, contacts=self.contacts)

    @cached_property
    def contacts(self) -> pd.DataFrame | None:  # noqa: D102
        return contacts_at(self._later.contacts, self.as_of)

    @property
    def products(self) -> ir.Table | None:  # noqa: D102
        return self._later.products

    @cached_property
    def _sides(self) -> dict[str, ir.Table | None]:
        there = {name: table for name, table in self._later._sides.items() if table is not None and name != "products"}
        plain = {name: table.mutate(**{WHY: ibis.null("string")}) for name, table in there.items()}
        found = {name: as_at(name, table, self.as_of)[0] for name, table in plain.items()}
        return {name: table for name, table in found.items() if size(table)}
