"""What is known of a shop at a day, whoever tells it: its files, a run that kept it, or its tables of a later day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, Protocol

import ibis.expr.types as ir
import pandas as pd

from seglib.errors import InputError, did_you_mean
from seglib.shop.accounts import people_behind
from seglib.shop.cleaning import ANALYSED, STEPS, Cleaned
from seglib.shop.customer_table import tells_rfm
from seglib.shop.customers import customers_of, with_contacts
from seglib.shop.sides import SIDES
from seglib.tables.measures import Call
from seglib.tables.orders import sales_and_returns
from seglib.tables.period import Period
from seglib.tables.seen import Gaps, order_gaps

__all__ = ["Tables", "of_buyers", "once"]

BEHIND = ("contacts", "buyers")  # what rules know of the people of a company
HELD = ("lines", "customers", "contacts", "products", *SIDES)  # tables that a shop can have


def once(compute: Callable[[Any], Any]) -> Any:
    """A cached property, which a maker may have where :class:`Tables` declares an attribute."""
    return cached_property(compute)


def of_buyers(lines: ir.Table) -> ir.Table:
    """Lines of everyone who ordered: the ledger leaves out returns of who never did."""
    buyers = lines.filter(~lines.is_return).select("customer_id").distinct()
    return lines.semi_join(buyers, "customer_id")


class Tables(Protocol):
    """Facts of a shop at a day, on which no segment depends; :class:`seglib.Shop` says what each of them is.

    A maker gives what is declared, and whatever else it has at hand; the rest follows from that. ``sides`` are those
    tables of :data:`seglib.shop.sides.SIDES` that have a usable row, in that order; ``customer_table`` are the measures
    of a shop that has no orders and knows what each customer bought, as at that day only; ``persons`` are the contacts
    with the ``company`` of each, where customers are companies. The makers are ``ReadTables`` (from files),
    ``SavedTables`` (what a run has kept), ``EarlierTables`` (from the tables of a later day) and ``PersonTables`` (each
    person of a company as a customer).
    """

    as_of: dt.date
    window_days: int | None
    currency: str
    inputs: list[dict[str, Any]]
    numbered: ir.Table
    orders: ir.Table
    ledger: pd.DataFrame
    ledger_by_source: pd.DataFrame
    quality: pd.DataFrame
    contacts: pd.DataFrame | None
    products: ir.Table | None
    sides: Mapping[str, ir.Table]
    side_ledger: pd.DataFrame
    joined_doubts: Sequence[Mapping[str, Any]] = ()
    customer_table: pd.DataFrame | None = None
    persons: pd.DataFrame | None = None
    opened: dt.date | None = None

    def has(self, table: str) -> bool:
        """Whether there is a table: order lines, contacts, products, or one of the others with a usable row.

        ``"customers"``: recency, frequency and monetary value of each, by order lines or a customer table.

        Raises
        ------
        InputError
            There is no such table.
        """
        if table not in HELD:
            raise InputError(f"table {table!r}: no such table.{did_you_mean(table, HELD)}")
        if table == "lines":
            return any(one["table"] == "lines" for one in self.inputs)
        if table == "customers":
            return self.has("lines") or tells_rfm(self.customer_table)
        return table in self.sides if table in SIDES else getattr(self, table) is not None

    @property
    def doubts(self) -> list[dict[str, Any]]:
        """What may be wrong with the reading of each file (:class:`seglib.intake.doubts.Doubt`), with its name."""
        return [*self.read_doubts, *(dict(one) for one in self.joined_doubts)]

    @property
    def read_doubts(self) -> list[dict[str, Any]]:
        """The doubts of single files, which are known once they are read: those that stop are among them."""
        return [{"source": one["name"], **doubt} for one in self.inputs for doubt in one.get("doubts", ())]

    @property
    def reading(self) -> pd.DataFrame:
        """From what each column was read: source, table, column, from, why, filled, rows, example."""
        told = [
            {"source": one["name"], "table": one["table"], **column, "rows": one["read_rows"]}
            for one in self.inputs
            for column in one.get("columns", ())
        ]
        return pd.DataFrame(told, columns=["source", "table", "column", "from", "why", "filled", "rows", "example"])

    @property
    def statuses(self) -> pd.DataFrame:
        """What each value of a status was taken for: source, value, rows, amount, state, known."""
        told = [{"source": one["name"], **value} for one in self.inputs for value in one.get("statuses", ())]
        return pd.DataFrame(told, columns=["source", "value", "rows", "amount", "state", "known"])

    @property
    def period(self) -> Period:
        """As-of date and window."""
        return Period(self.as_of, self.window_days)

    @property
    def marked(self) -> ir.Table:
        """Every line of every source, with the name of the cleaning step that took it in ``step``."""
        names = [(number, step.name) for number, step in enumerate(STEPS)]
        return self.numbered.mutate(step=self.numbered.step.cases(*names, else_="analysed"))

    @property
    def lines(self) -> ir.Table:
        """Clean lines up to the as-of date, of everyone who ordered by then."""
        return of_buyers(Cleaned(self.numbered, self.ledger, self.as_of, self.window_days).lines)

    @property
    def window_lines(self) -> ir.Table:
        """Clean lines of the window."""
        return self.numbered.filter(self.numbered.step == ANALYSED).drop("step")

    @property
    def window_orders(self) -> ir.Table:
        """Orders of the window."""
        return self.orders.filter(self.period.inside(self.orders["at"]))

    @cached_property
    def gaps(self) -> Gaps:
        """Days between the orders of each customer, those that have not ended included."""
        return order_gaps(self.orders, self.as_of)

    @cached_property
    def new_since(self) -> dt.date | None:
        """From which day on a customer who is first seen is new; None where nobody can be called so."""
        return self.gaps.new_since(self.opened) if self.has("lines") else None

    @cached_property
    def customers(self) -> pd.DataFrame:
        """One row a customer."""
        if tells_rfm(self.customer_table):
            return with_contacts(self.customer_table, self.contacts)
        dated = sales_and_returns(self.lines, self.orders)
        return customers_of(dated, self.lines, self.period, contacts=self.told_of_customers)

    @cached_property
    def accounts(self) -> pd.DataFrame | None:
        """How many people are known of each company, and ordered (:func:`seglib.shop.accounts.people_behind`)."""
        if self.persons is None:
            return None
        if not self.has("lines"):
            return people_behind(None, None, self.persons)
        return people_behind(self.lines, self.window_lines, self.persons)

    @property
    def told_of_customers(self) -> pd.DataFrame | None:
        """What contacts tell of each customer, and of a company how many they are."""
        if self.accounts is None:
            return self.contacts
        counts = self.accounts[list(BEHIND)]
        if self.contacts is None:
            return counts
        every = counts.index.union(self.contacts.index).rename("customer_id")
        told = with_contacts(counts.reindex(every), self.contacts)
        return told[[*(name for name in told if name not in BEHIND), *BEHIND]]

    @cached_property
    def people(self) -> pd.DataFrame:
        """One row a customer, contact or visitor."""
        from seglib.shop.people import build_people

        told = {"contacts": self.contacts, "products": self.products, **self.sides}
        ordered = (self.lines, self.customers, self.orders) if self.has("lines") else (None, self.customer_table, None)
        told["accounts"] = None if self.accounts is None else self.accounts[list(BEHIND)]
        told |= dict(zip(("lines", "customers", "orders"), ordered, strict=True))
        return build_people(as_of=self.as_of, window_days=self.window_days, **told)

    def measured(self, calls: Sequence[Call]) -> pd.DataFrame:
        """What functions of rules give for each person (:func:`seglib.shop.people.measure_calls`)."""
        from seglib.shop.people import measure_calls

        return measure_calls(
            calls,
            self.people.index,
            lines=self.lines if self.has("lines") else None,
            as_of=self.as_of,
            window_days=self.window_days,
            events=self.sides.get("events"),
            responses=self.sides.get("responses"),
            products=self.products,
            orders=self.orders if self.has("lines") else None,
        )
