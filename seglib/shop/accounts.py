"""Customers that are companies: rows become those of a company, whose contacts tell of it and are counted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import ibis
import ibis.expr.types as ir
import pandas as pd

from seglib.intake.doubts import ASK, NOTE, Doubt
from seglib.intake.joining.names import folded
from seglib.shop.relating import Known
from seglib.tables.small_tables import by_customer, frame

__all__ = ["CONTACT", "Accounts", "of_customers", "of_persons", "people_behind"]

CONTACT = "contact_id"  # the person of a row whose customer is a company
OF_A_PERSON = ("birth_year", "age_band", "gender", "role")  # a company has none of these
ASKED_OF_MAIL = "by_email = false under [identities] in shop.toml asks no domain."
ASKED_OF_IDS = 'Where the orders name companies, say so: [tables.lines.columns] company = "<that column>".'


@dataclass(frozen=True)
class Accounts:
    """Which company each person is of (:func:`seglib.shop.companies.find_accounts`).

    ``of`` (person -> company), ``names`` (a company as some row writes it -> as it is usually written), ``domains``
    (domain of mail -> company), ``alone`` (how many persons are of none), ``by_domain`` (how many the domain alone puts
    into one), ``both`` (how many ids of orders are a contact's, and the name of another's company).
    """

    of: pd.Series
    names: pd.Series
    domains: pd.Series = field(default_factory=lambda: pd.Series(dtype="str"))
    alone: int = 0
    by_domain: int = 0
    both: int = 0

    def known(self, known: Known) -> Known:
        """Whom the shop knows, with companies and their domains in place of their single contacts."""
        book = pd.DataFrame({"key": folded(self.names.index.to_series()).to_numpy(), "who": self.names.to_numpy()})
        mine = pd.DataFrame({"domain": self.domains.index, "who": self.domains.to_numpy()}, dtype="str")
        mine = mine.assign(person=True, told=True)
        rest = known.domains[~known.domains["domain"].isin(self.domains.index)]
        domains = pd.concat([mine, rest], ignore_index=True) if len(rest) else mine
        return replace(known, companies=book.drop_duplicates("key").astype("str"), domains=domains)

    def persons_of(self, contacts: pd.DataFrame | None) -> pd.DataFrame:
        """The contacts who are persons, one row each, with the company that each is of."""
        if contacts is None:
            return pd.DataFrame({"company": []}, index=pd.Index([], name="customer_id"), dtype="str")
        company = contacts.index.to_series().map(self.of).astype("str")
        itself = folded(company) == folded(contacts.index.to_series())
        return contacts.assign(company=company)[~itself.to_numpy()]

    def contacts_of(self, contacts: pd.DataFrame | None) -> pd.DataFrame | None:
        """What is told of each customer: of a company what most of its contacts tell; who is of none stays as told.

        A company has no age, gender or role. It became known with the first of its contacts, and may be mailed where
        one of them agreed.
        """
        if contacts is None:
            return None
        who = contacts.index.to_series().map(self.of).astype("str").rename("customer_id")
        inside, alone = contacts[who.notna().to_numpy()], contacts[who.isna().to_numpy()]
        told = {name: _of_most(inside[name], who) for name in inside if name not in (*OF_A_PERSON, "company")}
        companies = pd.Index(who.dropna().unique(), name="customer_id")
        table = pd.DataFrame({"company": companies, **told}, index=companies).reindex(columns=contacts.columns)
        kinds = {name: kind for name, kind in contacts.dtypes.items() if name not in OF_A_PERSON}
        both = pd.concat([table.astype(kinds), alone]) if len(alone) else table.astype(kinds)
        return both.sort_index()

    @property
    def person(self) -> pd.Series:
        """Who each id of :attr:`of` is; missing for a company that goes by its own name."""
        ids = self.of.index.to_series()
        return ids.mask((folded(ids) == folded(self.of)).to_numpy())

    def told(self) -> dict[str, object]:
        """How many persons were put into companies, and how many were not, as a doubt of the joined tables."""
        inside = self.person.count()
        message = (
            f"of {inside + self.alone:,} persons, contacts of a company: {inside:,}, of {self.of.nunique():,} "
            f"companies, which are the customers (by the domain of their mail alone: {self.by_domain:,}); of no "
            f"company, and so customers of their own: {self.alone:,}."
        )
        level, settle = NOTE, ASKED_OF_MAIL if self.by_domain else ""
        if self.both:
            message += f" Ids of orders that are a contact's and a company's, taken for the contact's: {self.both:,}."
            level, settle = ASK, ASKED_OF_IDS
        return {"source": "customers", **Doubt("accounts", level, "customer_id", message, settle).told()}


def _of_most(values: pd.Series, who: pd.Series) -> pd.Series:
    """Of each company the first date, yes where one says yes, else what most say, of equals the first told."""
    if values.name == "signed_up_at":
        return values.groupby(who).min()
    if values.name == "email_consent":
        return values.astype("boolean").groupby(who).max()
    told = pd.DataFrame({"who": who, "value": values}).dropna()
    counted = told.groupby(["who", "value"], sort=False, observed=True).size().rename("n").reset_index()
    most = counted.sort_values("n", ascending=False, kind="stable").drop_duplicates("who")
    return most.set_index("who")["value"]


def of_customers(
    lines: ir.Table,
    sides: Mapping[str, ir.Table],
    accounts: Accounts | None,
    settle: Callable[[ir.Table], ir.Table],
) -> tuple[ir.Table, dict[str, ir.Table]]:
    """Lines and the tables beside them, stored; where companies are the customers, each row is its company's.

    ``contact_id`` then is the person, missing where nobody is told. A company that a line itself names goes first.
    """
    if accounts is None:
        return lines, {name: settle(table) for name, table in sides.items()}
    names = pd.DataFrame({"told": accounts.names.index, "company": accounts.names.to_numpy()})
    known = pd.DataFrame(
        {"told": accounts.of.index, "company": accounts.of.to_numpy(), "person": accounts.person.array}
    )
    book = pd.concat([known, names]).drop_duplicates("told")
    lines = _of_companies(lines, book)
    lines = _of_named(lines, names) if "company" in lines.columns else lines
    return settle(lines), {name: settle(_of_companies(table, book)) for name, table in sides.items()}


def _of_companies(table: ir.Table, book: pd.DataFrame) -> ir.Table:
    found = _looked_up(table, table.customer_id, book)
    person = ibis.ifelse(found.seglib_told.notnull(), found.seglib_person, found.customer_id)
    who = ibis.coalesce(found.seglib_company, found.customer_id)
    return found.mutate(**{CONTACT: person}, customer_id=who).drop(*(f"seglib_{name}" for name in book))


def _of_named(lines: ir.Table, names: pd.DataFrame) -> ir.Table:
    """Lines of the company that they name, whoever its contact is: nobody, where the customer is that name too."""
    found = _looked_up(lines, lines.company, names)
    who, person = ibis.coalesce(found.seglib_company, found.customer_id), found[CONTACT].nullif(found.company)
    told = found.mutate(**{CONTACT: person}, customer_id=who)
    return told.drop("company", *(f"seglib_{name}" for name in names))


def _looked_up(table: ir.Table, key: ir.StringValue, book: pd.DataFrame) -> ir.Table:
    """The table with what a book says of a key, its columns under ``seglib_`` names."""
    renamed = book.add_prefix("seglib_").astype("str")
    there = ibis.memtable(renamed, schema=dict.fromkeys(renamed.columns, "string"))
    return table.left_join(there, key == there.seglib_told)


def of_persons(table: ir.Table) -> ir.Table:
    """The rows again with the person as their customer; the company stays where it alone is known."""
    return table.mutate(customer_id=ibis.coalesce(table[CONTACT], table.customer_id)).drop(CONTACT)


def people_behind(lines: ir.Table | None, recent: ir.Table | None, persons: pd.DataFrame) -> pd.DataFrame:
    """How many people are known of each company, and how many of them ordered.

    Parameters
    ----------
    lines, recent : ibis Table, optional
        Clean lines up to the as-of date, and those of the window, with ``contact_id``.
    persons : DataFrame
        One row a contact known at the as-of date, with its ``company``.

    Returns
    -------
    DataFrame indexed by customer_id, one row a company: contacts (Int64); buyers (Int64, those with an order in the
    window; missing where no order tells its contact), told_orders (orders of the window that tell it).

    Examples
    --------
    >>> lines = ibis.memtable({"customer_id": ["Acme", "Acme", "eve"], "contact_id": ["1", "2", "eve"],
    ...                        "order_id": ["a", "b", "c"], "is_return": [False] * 3})
    >>> persons = pd.DataFrame({"company": ["Acme", "Acme"]}, index=["1", "3"])
    >>> people_behind(lines, lines, persons)
                 contacts  buyers  told_orders
    customer_id
    Acme                3       2            2
    """
    known = persons["company"].dropna()
    pairs = pd.DataFrame({"customer_id": known.to_numpy(), CONTACT: known.index}, dtype="str")
    found = pd.DataFrame(columns=["buyers", "told_orders"], dtype="int64")
    if lines is not None and recent is not None:
        companies = lines.filter(~lines[CONTACT].identical_to(lines.customer_id))
        pairs = pd.concat([pairs, frame(companies.select("customer_id", CONTACT).distinct())])
        sold = recent.filter(~recent[CONTACT].identical_to(recent.customer_id) & ~recent.is_return)
        told = sold.filter(sold[CONTACT].notnull()).group_by("customer_id")
        found = by_customer(told.agg(buyers=ibis._[CONTACT].nunique(), told_orders=ibis._.order_id.nunique()))
    contacts = pairs.drop_duplicates().groupby("customer_id")[CONTACT].count().rename("contacts")
    table = pd.concat([contacts, found.reindex(contacts.index)], axis=1).rename_axis("customer_id")
    return table.astype("Int64").fillna({"told_orders": 0})
