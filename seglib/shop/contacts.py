"""Who is who by a file of the shop's own, and what contacts tell of each person."""

from __future__ import annotations

from pathlib import Path

import ibis
import pandas as pd

from seglib.errors import InputError, did_you_mean
from seglib.intake.files import read_raw
from seglib.intake.joining import People
from seglib.intake.readings import read_column
from seglib.tables.privacy import shape_of

__all__ = ["one_row_each", "read_crosswalk"]


def read_crosswalk(path: str, engine: ibis.BaseBackend) -> pd.DataFrame:
    """Ids and the customer each belongs to."""
    raw, where = read_raw(path, engine).table, Path(path).name
    named = {name.strip().lower(): name for name in reversed(raw.columns)}
    missing = [name for name in ("id", "customer_id") if name not in named]
    if missing:
        raise InputError(
            [f"{where}: no column {name!r}.{did_you_mean(name, raw.columns, word='Found')}" for name in missing]
        )
    texts = {name: read_column(raw[named[name]], "string", where) for name in ("id", "customer_id")}
    table = raw.select(**texts).to_pyarrow().to_pandas().dropna().drop_duplicates()
    mails = {name: table[name].where(~table[name].str.contains("@"), table[name].str.lower()) for name in table}
    table = table.assign(**mails)
    twice = table[table.duplicated("id")]
    if len(twice):
        raise InputError(f"{where}: id {shape_of(twice['id'].iloc[0])} belongs to two customers. Leave one of them.")
    return table


def one_row_each(tables: list[pd.DataFrame], people: People) -> pd.DataFrame:
    """One row a person; of what several rows tell, the first that is told."""
    contacts = pd.concat(tables, ignore_index=True) if len(tables) > 1 else tables[0]
    key = contacts["customer_id"].fillna(contacts["email"]) if "email" in contacts else contacts["customer_id"]
    contacts = contacts.drop(columns=["email"], errors="ignore").assign(customer_id=people.of(key))
    contacts = contacts.dropna(subset="customer_id")
    if contacts["customer_id"].duplicated().any():
        contacts = contacts.groupby("customer_id", as_index=False, sort=False).first()
    contacts = contacts.set_index("customer_id").sort_index()
    told = [name for name, kind in contacts.dtypes.items() if kind in (object, bool)]
    yes_no = [name for name in told if contacts[name].dropna().isin([True, False]).all()]
    return contacts.astype(dict.fromkeys(yes_no, "boolean"))
