"""Whose the rows of a table beside the orders are: by number, e-mail, company, or the domain of a company."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import ibis
import ibis.expr.types as ir
import pandas as pd

from seglib.intake.doubts import NOTE, Doubt
from seglib.intake.joining import People, with_people
from seglib.intake.joining.identities import clean_key
from seglib.intake.joining.names import folded
from seglib.shop.domains import COLUMNS, domains_of

__all__ = ["HOW", "WAYS", "Known", "addressed", "counted", "keys_of", "relate", "related", "whom"]

HOW = "seglib_how"
BOOK = ("key", "who")
MAIL, NAME, COMPANY, DOMAIN, SEVERAL = "e-mail", "name", "company", "company domain", "several"
WAYS = (MAIL, NAME, COMPANY, DOMAIN)
OF_COMPANIES = ("tickets", "deals")  # whose rows a company may be meant by; an answer and a message are a person's own
ADDRESS = r"[^\s@<>()\[\],;:\"']+@[^\s@<>()\[\],;:\"']+\.[^\s@<>()\[\],;:\"']{2,}"
SITE = r"\(((?:[\p{L}\d-]+\.)+\p{L}{2,})\)\s*$"  # as a CRM writes a company: Acme Ltd (acme.example)


def _none(columns: Sequence[str]) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype="str") for name in columns})


@dataclass(frozen=True)
class Known:
    """Whom orders and contacts know.

    ``persons`` (key: an id or an e-mail; who), ``names`` (key: a name as id, in lower case; who), ``companies`` (key:
    the company of one contact alone, in lower case; who), ``domains`` (:func:`seglib.shop.domains.domains_of`).
    """

    persons: pd.DataFrame = field(default_factory=lambda: _none(BOOK))
    names: pd.DataFrame = field(default_factory=lambda: _none(BOOK))
    companies: pd.DataFrame = field(default_factory=lambda: _none(BOOK))
    domains: pd.DataFrame = field(default_factory=lambda: _none(COLUMNS))


def whom(
    ids: pd.Series,
    people: People,
    contacts: pd.DataFrame | None,
    *,
    by_domain: bool = True,
    by_name: bool = True,
) -> Known:
    """Whom the customers of the orders and the contacts are known as.

    Parameters
    ----------
    ids : Series of str
        Different customers of the orders.
    people : People
        Who is who.
    contacts : DataFrame, optional
        Indexed by customer.
    by_domain : bool
        Whether a domain may tell whose a row is.
    by_name : bool
        Whether a name in other case, or with other spaces, is the same.

    Examples
    --------
    >>> known = whom(pd.Series(["7"]), People(pd.Series(["7"], index=["ann@acme.example"])), None)
    >>> known.persons["key"].tolist(), known.domains["domain"].tolist()
    (['7', 'ann@acme.example'], ['acme.example'])
    """
    persons = keys_of(ids, people, contacts)
    all_of = persons.loc[persons["key"] == persons["who"], "who"]
    named = all_of[~all_of.str.contains(r"\d|@") & all_of.str.contains(" ", regex=False) & by_name]
    company = pd.Series(dtype="str", index=pd.Index([], dtype="str"))
    if contacts is not None and "company" in contacts:
        company = contacts["company"].dropna().astype("str")
    companies = _book(company, company.index.to_series())
    return Known(
        persons, _book(named, named), companies, domains_of(persons, contacts) if by_domain else _none(COLUMNS)
    )


def keys_of(ids: pd.Series, people: People, contacts: pd.DataFrame | None) -> pd.DataFrame:
    """Ids and e-mails beside the customer or contact that goes by them: key, who."""
    all_of = pd.concat([ids, pd.Series([] if contacts is None else contacts.index, dtype="str")]).drop_duplicates()
    other = people.person[people.person.isin(all_of)]
    other = other[~other.index.isin(all_of)]
    return pd.DataFrame({"key": [*all_of, *other.index], "who": [*all_of, *other]}, dtype="str")


def _book(names: pd.Series, who: pd.Series) -> pd.DataFrame:
    """Whose each name is that one alone has."""
    book = pd.DataFrame({"key": folded(names).to_numpy(), "who": who.to_numpy()}, dtype="str")
    return book.drop_duplicates("key", keep=False)


def addressed(table: ir.Table) -> ir.Table:
    """The one address of a cell such as ``Ann Poe (ann@acme.example)``, and a company apart from its domain."""
    told: dict[str, ir.Value] = {}
    for name in {"customer_id", "email"} & set(table.columns):
        text = table[name].cast("string")
        one = text.length() - text.replace("@", "").length() == 1
        found = ibis.ifelse(one, text.re_extract(ADDRESS, 0).lower().nullif(""), ibis.null("string"))
        told[name] = found if name == "email" else ibis.coalesce(found, text)
    if "company" in table.columns:
        site = table.company.re_extract(SITE, 1).lower().nullif("")
        told["domain"] = ibis.coalesce(table.domain, site) if "domain" in table.columns else site
        bare = table.company.re_replace(SITE, "").strip()
        told["company"] = ibis.ifelse(site.isnull(), table.company, bare.nullif(""))
    return table.mutate(**told)


def relate(name: str, table: ir.Table, people: People, known: Known) -> ir.Table:
    """Rows with the ``customer_id`` that they belong to, and in ``seglib_how`` what told it where no number did.

    First the number and the e-mail, then a name in other case; of tickets and deals then the company, which one
    customer alone has, and the domain, where it is one customer's. A domain of an address alone counts where contacts
    say that it is a company's, or the row is a deal, which is with a company. Who is found by none stays who the row
    says.
    """
    if name == "events":
        return with_people(table, people).mutate(**{HOW: ibis.null("string")})
    mail = clean_key(table.email) if "email" in table.columns else ibis.null("string")
    table = table.mutate(seglib_raw=clean_key(table.customer_id), seglib_address=mail)
    table = with_people(table.drop("email") if "email" in table.columns else table, people)
    table = _looked_up(table, table.customer_id, known.persons, who="seglib_known")
    table = _looked_up(table, table.seglib_address, known.persons, who="seglib_mail")
    table = _looked_up(table, _named(table), known.names, who="seglib_named")
    table = _of_companies(name, table, known)
    by_mail = (table.seglib_known != table.seglib_raw) & (
        table.seglib_raw.contains("@") | (table.seglib_mail == table.seglib_known)
    )
    steps = [
        (table.seglib_known.notnull() & ~by_mail.fill_null(False), table.seglib_known, None),
        (table.seglib_known.notnull(), table.seglib_known, MAIL),
        (table.seglib_mail.notnull(), table.seglib_mail, MAIL),
        (table.seglib_named.notnull(), table.seglib_named, NAME),
        (table.seglib_company.notnull(), table.seglib_company, COMPANY),
        (table.seglib_domain.notnull(), table.seglib_domain, DOMAIN),
        (table.seglib_several, _as_told(name, table), SEVERAL),
    ]
    who = ibis.cases(*[(found, value) for found, value, _ in steps], else_=_as_told(name, table))
    how = ibis.cases(*[(found, ibis.literal(way, "string")) for found, _, way in steps], else_=ibis.null("string"))
    table = table.mutate(customer_id=who, **{HOW: how})
    return table.drop(*[one for one in table.columns if one.startswith("seglib_") and one != HOW])


def _as_told(name: str, table: ir.Table) -> ir.StringValue:
    """Whom a row names itself; a deal is with its company before it is with somebody of an unknown address."""
    company = [table[one] for one in ("company", "domain") if one in table.columns]
    rest = [*company, table.seglib_address] if name == "deals" else [table.seglib_address, *company]
    return ibis.coalesce(table.customer_id, *rest)


def _named(table: ir.Table) -> ir.StringValue:
    """The company, else who is told, in lower case with single spaces."""
    told = [table[one] for one in ("company", "customer_id") if one in table.columns]
    return ibis.coalesce(*told).strip().lower().re_replace(r"\s+", " ")


def _of_companies(name: str, table: ir.Table, known: Known) -> ir.Table:
    """What company and domain tell: seglib_company, seglib_domain, and seglib_several where a domain tells nothing."""
    nothing = ibis.null("string")
    if name not in OF_COMPANIES:
        return table.mutate(seglib_company=nothing, seglib_domain=nothing, seglib_several=ibis.literal(False))
    has = set(table.columns)
    site = table.domain if "domain" in has else nothing
    address = ibis.coalesce(table.seglib_address, table.customer_id).re_extract("@(.+)$", 1).nullif("")
    table = _looked_up(table, _named(table), known.companies if "company" in has else _none(BOOK), who="seglib_company")
    whose = known.domains["who"].where(known.domains["person"].astype("bool") | (name == "deals"))
    book = pd.DataFrame({"key": known.domains["domain"], "who": whose, "told": known.domains["told"].astype("str")})
    table = _looked_up(table, ibis.coalesce(site, address), book, who="seglib_domain", told="seglib_told")
    sure = (table.seglib_told == "True") | (site.notnull() | (name == "deals")) & table.seglib_told.notnull()
    found = ibis.ifelse(sure, table.seglib_domain, nothing)
    several = (sure & table.seglib_domain.isnull()).fill_null(False)
    return table.mutate(seglib_domain=found, seglib_several=several)


def _looked_up(table: ir.Table, key: ir.StringValue, book: pd.DataFrame, /, **columns: str) -> ir.Table:
    """The table with what a book says of a key, under other names; missing where it says nothing."""
    renamed = book.rename(columns={"key": "seglib_key", **columns})[["seglib_key", *columns.values()]]
    found = table.mutate(seglib_at=key)
    there = ibis.memtable(renamed, schema=dict.fromkeys(renamed.columns, "string"))
    return found.left_join(there, found.seglib_at == there.seglib_key).drop("seglib_at", "seglib_key")


def counted(table: ir.Table) -> dict[str, int]:
    """How many rows of a prepared table each way related, ``rows`` being all of them."""
    by = table.group_by(HOW).agg(n=table.count()).to_pyarrow().to_pylist()
    ways = {one[HOW]: int(one["n"]) for one in by if one[HOW]}
    return {**ways, "rows": sum(int(one["n"]) for one in by)}


def related(ways: Mapping[str, int]) -> Doubt | None:
    """What is told of rows that no number of a customer stands on.

    Examples
    --------
    >>> related({"rows": 40, "e-mail": 12, "company domain": 3}).message
    'of 40 rows these tell no number of a customer: related by e-mail 12; related by company domain 3.'
    """
    told = [f"related by {way} {ways[way]:,}" for way in WAYS if ways.get(way)]
    if several := ways.get(SEVERAL):
        told.append(f"related to none, as the company domain is of several customers, {several:,}")
    if not told:
        return None
    settle = "by_email = false under [identities] in shop.toml relates none by e-mail or domain."
    return Doubt(
        "related",
        NOTE,
        "customer_id",
        f"of {ways['rows']:,} rows these tell no number of a customer: {'; '.join(told)}.",
        settle,
    )
