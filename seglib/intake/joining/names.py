"""Customers that are told by name: what differs only in case or spaces is one name."""

from __future__ import annotations

from collections.abc import Iterable

import ibis.expr.types as ir
import pandas as pd

from seglib.intake.readings.text import counts

__all__ = ["WORDS", "folded", "names_with_rows", "spellings"]

WORDS = r"\p{L}{2,}[\s,.].*\p{L}{2,}"
SEVERAL, PLAIN = 0.5, 0.9  # share of the ids with two words, and of those without a digit, from which on they are names


def names_with_rows(ids: ir.StringColumn) -> pd.Series:
    """How many rows each id has, where ids are names: many have two words, most no digit. Of codes there is none.

    Examples
    --------
    >>> import ibis
    >>> names_with_rows(ibis.memtable({"who": ["Anna Rossi", "Anna Rossi", "bob"]}).who).sort_index().to_dict()
    {'Anna Rossi': 2, 'bob': 1}
    >>> len(names_with_rows(ibis.memtable({"who": ["A1", "a1", "AB"]}).who))
    0
    """
    table = ids.name("id").as_table()
    table = table.filter(table.id.notnull(), ~table.id.contains("@"))
    by = table.group_by("id").agg(rows=table.count())
    told = counts(by, all=by.id.notnull(), several=by.id.re_search(WORDS), digits=by.id.re_search(r"\d"))
    if not told["all"] or told["several"] < SEVERAL * told["all"] or told["digits"] > (1 - PLAIN) * told["all"]:
        return pd.Series(dtype="int64")
    found = by.to_pyarrow().to_pandas()
    return pd.Series(found["rows"].to_numpy(), index=found["id"].astype("str"))


def folded(names: pd.Series) -> pd.Series:
    """Names in one case and with single spaces.

    Examples
    --------
    >>> folded(pd.Series(["Anna  Rossi", "ANNA ROSSI "])).tolist()
    ['anna rossi', 'anna rossi']
    """
    return names.astype("str").str.strip().str.replace(r"\s+", " ", regex=True).str.casefold()


def spellings(tables: Iterable[pd.Series]) -> pd.DataFrame:
    """Spellings of names that are not the usual one of their customer.

    Parameters
    ----------
    tables : iterable of Series
        Rows of each name, one Series a source (:func:`names_with_rows`).

    Returns
    -------
    DataFrame id, customer_id: the usual spelling has most rows, and of several such, small and capital letters. A code
    among names (``A1``) is left as it is.

    Examples
    --------
    >>> told = pd.Series([2, 5, 1], index=["ANNA ROSSI", "Anna Rossi", "Bob Poe"])
    >>> spellings([told]).to_dict("list")
    {'id': ['ANNA ROSSI'], 'customer_id': ['Anna Rossi']}
    """
    named = [one for one in tables if len(one)]
    if not named:
        return pd.DataFrame({"id": [], "customer_id": []}, dtype="str")
    rows = pd.concat(named).groupby(level=0).sum().rename_axis("id").reset_index(name="rows")
    rows = rows[~rows["id"].str.contains(r"\d") | rows["id"].str.strip().str.contains(" ", regex=False)]
    rows = rows.assign(name=folded(rows["id"]), odd=rows["id"].str.isupper() | rows["id"].str.islower())
    rows = rows.sort_values(["rows", "odd", "id"], ascending=[False, True, True])
    rows["customer_id"] = rows.groupby("name")["id"].transform("first")
    return rows.loc[rows["id"] != rows["customer_id"], ["id", "customer_id"]].sort_values("id", ignore_index=True)
