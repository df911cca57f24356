"""Domains of companies: which one belongs to one customer, or to one company, of the shop."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

import pandas as pd

__all__ = ["addresses_of", "domains_of", "is_public"]

COLUMNS = ["domain", "who", "person", "told"]


def is_public(domain: str) -> bool:
    """Whether strangers share a domain of mail: a provider, a market that hides its buyers.

    Examples
    --------
    >>> [is_public(one) for one in ("gmail.com", "yahoo.co.uk", "poczta.wp.pl", "acme.com")]
    [True, True, True, False]
    """
    words, domains = _public()
    parts = domain.split(".")
    return parts[0] in words or any(".".join(parts[n:]) in domains for n in range(len(parts) - 1))


@cache
def _public() -> tuple[frozenset[str], frozenset[str]]:
    told = tomllib.loads((Path(__file__).parent / "public_mail.toml").read_text(encoding="utf-8"))
    return frozenset(told["words"]), frozenset(told["domains"])


def addresses_of(persons: pd.DataFrame, contacts: pd.DataFrame | None) -> pd.DataFrame:
    """Domains beside whom they are known of, but for those of public providers: domain, who, told by the contacts.

    Parameters are as for :func:`domains_of`.
    """
    mails = persons[persons["key"].str.contains("@")]
    rows = pd.DataFrame(
        {"domain": mails["key"].str.replace(r"^.*@", "", regex=True), "who": mails["who"], "told": False}
    )
    if contacts is not None and "domain" in contacts:
        sites = contacts["domain"].dropna().rename_axis("who").reset_index()
        rows = pd.concat([rows, sites.assign(told=True)], ignore_index=True)
    public = {one for one in rows["domain"].unique() if is_public(str(one))}
    return rows[~rows["domain"].isin(public)]


def domains_of(persons: pd.DataFrame, contacts: pd.DataFrame | None) -> pd.DataFrame:
    """Whose the domains of mail and of web sites are that the shop knows; those of public providers are nobody's.

    Parameters
    ----------
    persons : DataFrame
        key (an id or an e-mail), who (the customer or contact that it is of).
    contacts : DataFrame, optional
        Indexed by customer; ``domain`` and ``company``, where told.

    Returns
    -------
    DataFrame domain; who: its one customer, or the one company that all its people are told to be of, missing where
    there are several; person: whether it is a customer; told: whether contacts say that the domain is a company's.

    Examples
    --------
    >>> persons = pd.DataFrame({"key": ["a@acme.com", "b@bee.com", "c@bee.com", "d@gmail.com"], "who": list("abcd")})
    >>> domains_of(persons, None)[["domain", "who"]].values.tolist()
    [['acme.com', 'a'], ['bee.com', nan]]
    """
    company = pd.Series(dtype="str")
    if contacts is not None and "company" in contacts:
        company = contacts["company"].dropna().astype("str")
    rows = addresses_of(persons, contacts)
    return _whose(rows.assign(company=rows["who"].map(company)))


def _whose(rows: pd.DataFrame) -> pd.DataFrame:
    rows = rows.assign(told=rows["told"] | rows["company"].notna())
    by = rows.groupby("domain").agg(
        one=("who", "first"), people=("who", "nunique"), company=("company", "first"), told=("told", "any"),
        companies=("company", lambda names: names.nunique(dropna=False)),
    )  # fmt: skip
    by["person"] = by["people"] == 1
    theirs = by["company"].where(by["companies"] == 1)
    by["who"] = by["one"].where(by["person"], theirs).astype("str")
    return by.reset_index()[COLUMNS]
