"""Of which company each person is: as contacts tell, else their orders, else the domain of their mail."""

from __future__ import annotations

import ibis.expr.types as ir
import pandas as pd

from seglib.errors import InputError
from seglib.intake.joining import People
from seglib.intake.joining.identities import GUESTS
from seglib.intake.joining.names import folded
from seglib.shop.accounts import Accounts
from seglib.shop.domains import addresses_of
from seglib.shop.relating import keys_of

__all__ = ["find_accounts"]

# What stands in a field for a company where there is none.
NO_COMPANY = (
    *(*GUESTS, "n/a", "na", "n.a.", "none", "null", "nil", "-", ".", "no company", "keine", "aucune", "nessuna"),
    *("ninguna", "private", "privat", "privato", "privatperson", "privatkunde", "particulier", "particular"),
    *("individual", "self", "self employed", "self-employed", "freelance", "freelancer", "personal", "b2c"),
    *("persoană fizică", "фізична особа", "физлицо"),
)
UNTOLD = (
    'identities.unit is "company", and neither contacts nor order lines tell one. Name the column in shop.toml: '
    '[tables.contacts.columns] company = "...", or [tables.lines.columns] company = "..."; or leave unit out: then '
    "customers are persons."
)


def find_accounts(lines: ir.Table, contacts: pd.DataFrame | None, people: People, *, by_email: bool) -> Accounts:
    """Of which company each person is, the first that tells it: the contacts, the orders, the domain of the mail.

    A company is the same in other case or with other spaces, and goes by its usual spelling. A domain tells one where
    all of its persons whose company is told are of that one; that of a public provider never does.

    Parameters
    ----------
    lines : ibis Table
        Lines of all sources, joined; with ``company`` where they tell it.
    contacts : DataFrame, optional
        One row a person, indexed by it: ``company`` and ``domain``, where told.
    people : People
        Who is who.
    by_email : bool
        Whether a domain may tell.

    Raises
    ------
    InputError
        Nothing tells a company.

    Examples
    --------
    >>> import ibis
    >>> lines = ibis.memtable({"customer_id": ["1", "2", "bob@acme.example"]})
    >>> contacts = pd.DataFrame({"company": ["Acme", "ACME "]}, index=["1", "2"])
    >>> who = People(pd.Series(["1"], index=["ann@acme.example"]))
    >>> find_accounts(lines, contacts, who, by_email=True).of.to_dict()
    {'1': 'Acme', '2': 'Acme', 'bob@acme.example': 'Acme'}
    """
    listed, ordered = _listed(contacts), _ordered(lines)
    bought = ordered.dropna().set_index("customer_id")["company"]
    written = pd.concat([listed, ordered["company"].dropna()])
    if written.empty:
        raise InputError(UNTOLD)
    names = _usual_names(written)
    keys = keys_of(ordered["customer_id"].dropna(), people, contacts)
    persons = pd.Index(keys["who"].unique())
    itself = folded(persons.to_series()).map(_by_name(names)).dropna()
    told = pd.concat([listed.map(names), itself, bought[~bought.index.duplicated(keep=False)].map(names)])
    told = told[~told.index.duplicated()]
    domains, found = _by_domain(addresses_of(keys, contacts), told) if by_email else ({}, told.iloc[:0])
    other = itself[itself.index.isin(listed.index) & itself.index.isin(ordered["customer_id"])]
    return Accounts(
        of=pd.concat([told, found]).astype("str"),
        names=names,
        domains=pd.Series(domains, dtype="str"),
        alone=len(persons.difference(told.index).difference(found.index)),
        by_domain=len(found),
        both=int((listed.reindex(other.index).map(names) != other).sum()),
    )


def _listed(contacts: pd.DataFrame | None) -> pd.Series:
    """Person -> company, as the contacts write it."""
    if contacts is None or "company" not in contacts:
        return pd.Series(dtype="str")
    return _companies(contacts["company"]).dropna()


def _ordered(lines: ir.Table) -> pd.DataFrame:
    """Different customers of the lines, with the companies that lines name beside them."""
    names = [name for name in ("customer_id", "company") if name in lines.columns]
    found = lines.select(*names).distinct().order_by(*names).to_pyarrow().to_pandas()
    return found.assign(company=_companies(found["company"]) if "company" in names else None).astype("str")


def _companies(told: pd.Series) -> pd.Series:
    """Names of companies, missing where a word says that there is none."""
    told = told.astype("str")
    return told.where(~folded(told).isin({*NO_COMPANY, ""}))


def _usual_names(told: pd.Series) -> pd.Series:
    """Each way that a company is written -> the usual one: most rows; of several such, small and capital letters."""
    rows = told.value_counts().rename_axis("told").reset_index(name="rows")
    rows = rows.assign(odd=rows["told"].str.isupper() | rows["told"].str.islower(), name=folded(rows["told"]))
    rows = rows.sort_values(["rows", "odd", "told"], ascending=[False, True, True])
    usual = rows.groupby("name")["told"].transform("first").str.split().str.join(" ")
    names = pd.Series(usual.to_numpy(), index=rows["told"].to_numpy(), dtype="str")
    bare = pd.Series(names.unique(), index=names.unique(), dtype="str")
    return pd.concat([names, bare[~bare.index.isin(names.index)]])


def _by_name(names: pd.Series) -> pd.Series:
    """Company by its name in one case."""
    book = pd.Series(names.to_numpy(), index=folded(names.index.to_series()).to_numpy())
    return book[~book.index.duplicated()]


def _by_domain(rows: pd.DataFrame, of: pd.Series) -> tuple[dict[str, str], pd.Series]:
    """Domain -> the one company of all its persons of whom one is told; company of each of the others there."""
    rows = rows.assign(company=rows["who"].map(of))
    by = rows.dropna().groupby("domain")["company"].agg(["first", "nunique"])
    domains = dict(by.loc[by["nunique"] == 1, "first"])
    others = rows[rows["company"].isna()].drop_duplicates("who").set_index("who")["domain"]
    return domains, others.map(domains).dropna()
