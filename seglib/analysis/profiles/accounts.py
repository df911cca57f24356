"""Who is behind an account: how many people are known and order, in which roles, and where one alone does."""

from __future__ import annotations

import pandas as pd

from seglib.language.messages import mark
from seglib.language.naming import EVERYONE
from seglib.tables.intervals import differs_from_rest, with_shares
from seglib.tables.small_tables import LIKELY, MIN_COMPANIES, MIN_GROUP, empty

__all__ = ["buying_roles", "people_behind", "single_buyers"]

BANDS = {"0": 0, "1": 1, "2": 2, "3–5": 5, "6 or more": float("inf")}  # how many people -> the largest number of it
SEVERAL = 2  # orders from which on it can be one buyer's, or several
NEEDS, ROLES = "accounts", mark("contacts with roles")


def people_behind(accounts: pd.DataFrame | None, *, min_group: int = MIN_COMPANIES) -> pd.DataFrame:
    """Accounts by how many people of them are known, and by how many ordered.

    Parameters
    ----------
    accounts : DataFrame, optional
        One row a company: ``contacts``, ``buyers`` (missing where no order tells its contact); None where customers
        are persons.
    min_group : int
        Companies of the smallest group that is described.

    Returns
    -------
    DataFrame: what (contacts, buyers), people (how many), accounts, of (accounts that tell it), share, low_share,
    high_share (95%).

    References
    ----------
    Intervals: Wilson (:func:`seglib.tables.intervals.wilson_interval`).

    Examples
    --------
    >>> accounts = pd.DataFrame({"contacts": [1, 1, 4, 2], "buyers": [1, None, 2, 1]})
    >>> told = people_behind(accounts, min_group=1)
    >>> told[["what", "people", "accounts", "of"]].values.tolist()[:3]
    [['contacts', '1', 2, 4], ['contacts', '2', 1, 4], ['contacts', '3–5', 1, 4]]
    >>> told[["people", "accounts", "of"]].values.tolist()[3:]
    [['1', 2, 3], ['2', 1, 3]]
    """
    if accounts is None:
        return empty("what people accounts of share low_share high_share", NEEDS)
    parts = [_counted(accounts[what].dropna().astype("int64"), what) for what in ("contacts", "buyers")]
    table = with_shares(pd.concat(parts, ignore_index=True), "accounts", "of")
    return _described(table, "accounts", min_group)


def _counted(people: pd.Series, what: str) -> pd.DataFrame:
    band = pd.cut(people, [-1, *BANDS.values()], labels=list(BANDS))
    counts = band.value_counts(sort=False).rename_axis("people").reset_index(name="accounts")
    counts = counts[counts["accounts"] > 0].astype({"people": "str"})
    counts.insert(0, "what", what)
    return counts.assign(of=len(people))


def _described(table: pd.DataFrame, size: str, min_group: int) -> pd.DataFrame:
    """Rows that are large enough; how many are not, for the caption."""
    large = table[size] >= min_group
    kept = table[large].reset_index(drop=True)
    kept.attrs["small_groups"] = int((~large).sum())
    return kept


def single_buyers(
    accounts: pd.DataFrame | None, customers: pd.DataFrame, segments: pd.Series, *, min_group: int = MIN_COMPANIES
) -> pd.DataFrame:
    """Accounts that depend on one buyer, of those with two orders or more whose contact is told.

    Parameters
    ----------
    accounts : DataFrame, optional
        One row a company: ``contacts``, ``buyers``, ``told_orders`` (orders of the window that tell their contact).
    customers : DataFrame
        One row a customer, with ``monetary_value``.
    segments : Series of names indexed by ``customer_id``
        Segmentation of the customers.
    min_group : int
        Companies of the smallest group that is described.

    Returns
    -------
    DataFrame, a row for everyone and one a segment: group, accounts, contacts, buyers (medians), judged (accounts with
    two such orders), single (of those, with one buyer), share, low_share, high_share (95%), revenue_share (of the
    revenue of those judged), differs (from the other accounts by more than chance explains).

    References
    ----------
    Fisher's exact test, adjusted (:func:`seglib.tables.intervals.differs_from_rest`).

    Examples
    --------
    >>> accounts = pd.DataFrame({"contacts": [1, 3], "buyers": [1, 2], "told_orders": [4, 2]}, index=["Acme", "Bee"])
    >>> customers = pd.DataFrame({"monetary_value": [30.0, 10.0]}, index=["Acme", "Bee"])
    >>> told = single_buyers(accounts, customers, pd.Series(["A", "A"], index=["Acme", "Bee"]), min_group=1)
    >>> told[["group", "judged", "single", "share", "revenue_share"]].values.tolist()
    [['Everyone', 2, 1, 0.5, 0.75], ['A', 2, 1, 0.5, 0.75]]
    """
    columns = "group accounts contacts buyers judged single share low_share high_share revenue_share differs"
    if accounts is None or "monetary_value" not in customers:
        return empty(columns, NEEDS)
    table = accounts.join(customers["monetary_value"], how="inner")
    judged = table["told_orders"].fillna(0) >= SEVERAL
    table = table.assign(judged=judged, single=judged & table["buyers"].eq(1).fillna(False))
    money = table["monetary_value"].clip(lower=0)
    table = table.assign(group=segments.reindex(table.index).astype("str"), all=money * judged)
    table = table.assign(alone=table["all"] * table["single"])
    whole = pd.concat([table.assign(group=EVERYONE), table.dropna(subset="group")])
    by = whole.groupby("group", sort=False)
    sums = by[["judged", "single", "all", "alone"]].sum()
    rows = by[["contacts", "buyers"]].median().assign(accounts=by.size(), judged=sums["judged"], single=sums["single"])
    rows = with_shares(rows.astype({"judged": "int64", "single": "Int64"}), "single", "judged")
    rows["revenue_share"] = sums["alone"] / sums["all"].where(sums["all"] > 0)
    return _compared(rows.reset_index(), columns.split(), min_group)


def _compared(rows: pd.DataFrame, columns: list[str], min_group: int) -> pd.DataFrame:
    """Everyone first, then the groups that are large enough, the largest first; what too few tell is missing."""
    few = rows["judged"] < min_group
    rows.loc[few, ["single", "share", "low_share", "high_share", "revenue_share"]] = pd.NA
    every = rows[rows["group"] == EVERYONE]
    groups = _described(rows[rows["group"] != EVERYONE], "accounts", min_group)
    groups = groups.sort_values("accounts", ascending=False, kind="stable")
    told = groups["share"].notna()
    p_values = differs_from_rest(
        groups["single"].where(told, 0), groups["judged"].where(told, 0), every["single"].sum(), every["judged"].sum()
    )
    table = pd.concat([every.assign(differs=False), groups.assign(differs=p_values <= LIKELY)], ignore_index=True)
    table.attrs["small_groups"] = groups.attrs.get("small_groups", 0)
    return table[columns]


def buying_roles(accounts: pd.DataFrame | None, people: pd.DataFrame, *, min_group: int = MIN_GROUP) -> pd.DataFrame:
    """In which roles the people behind accounts order.

    Parameters
    ----------
    accounts : DataFrame, optional
        One row a company.
    people : DataFrame
        One row a person: ``company``, ``role``, ``frequency`` (orders in the window).
    min_group : int
        Persons of the smallest group that is described.

    Returns
    -------
    DataFrame, one row a role, the largest first: role (as most write it), people, buyers, share, low_share, high_share
    (95%), orders, orders_share (of the orders of people whose role is told), differs (from the people of other roles).

    Examples
    --------
    >>> people = pd.DataFrame({"company": "Acme", "role": ["Buyer", "buyer", "Owner"], "frequency": [2, 0, 0]})
    >>> told = buying_roles(pd.DataFrame(index=["Acme"]), people, min_group=1)
    >>> told[["role", "people", "buyers", "orders"]].values.tolist()
    [['Buyer', 2, 1, 2], ['Owner', 1, 0, 0]]
    """
    columns = "role people buyers share low_share high_share orders orders_share differs"
    if accounts is None or not {"company", "role", "frequency"} <= set(people):
        lacking = ROLES if "frequency" in people else "orders"
        return empty(columns, NEEDS if accounts is None else lacking)
    told = people[people["company"].isin(accounts.index) & people["role"].notna()]
    role = told["role"].astype("str").str.strip().str.replace(r"\s+", " ", regex=True)
    usual = role.groupby(role.str.casefold()).transform(lambda names: names.value_counts().sort_index().idxmax())
    by = told.assign(role=usual, buys=told["frequency"] > 0).groupby("role")
    rows = by.agg(people=("buys", "size"), buyers=("buys", "sum"), orders=("frequency", "sum")).reset_index()
    rows = with_shares(rows, "buyers", "people")
    p_values = differs_from_rest(rows["buyers"], rows["people"], rows["buyers"].sum(), rows["people"].sum())
    every = rows["orders"].sum()
    rows = rows.assign(orders_share=rows["orders"] / every if every else float("nan"), differs=p_values <= LIKELY)
    rows = rows.sort_values("people", ascending=False, kind="stable")
    return _described(rows[columns.split()], "people", min_group)
