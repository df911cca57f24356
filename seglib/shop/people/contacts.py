"""What the contacts tell: known since when, where, how old, of which company."""

from __future__ import annotations

import pandas as pd

from seglib.tables.measures import PEOPLE
from seglib.tables.period import Period

__all__ = ["contact_measures"]

OLDEST = 120
AGE_BANDS = {17: "under 18", 24: "18-24", 34: "25-34", 44: "35-44", 54: "45-54", 64: "55-64", OLDEST: "65 and over"}
TEXTS = ("country", "region", "city", "age_band", "gender", "company", "industry", "revenue_band", "legal_form", "role")
TOLD = ("signed_up_at", "email_consent", "birth_year", "employees", *TEXTS)
TAKEN = {measure.name for measure in PEOPLE} - set(TOLD)


def contact_measures(contacts: pd.DataFrame, period: Period) -> pd.DataFrame:
    """One row a contact known at the as-of date.

    Parameters
    ----------
    contacts : DataFrame
        Attributes indexed by customer_id, of those known at the as-of date.
    period : Period
        As-of date and window.

    Returns
    -------
    DataFrame indexed by customer_id: is_contact, the columns of contacts that are not wholly missing, contact_days, age
    and age_band where they can be known, and further attributes under their own names (``contact_`` in front where the
    name is a measure's).
    """
    contacts = contacts.drop(columns=["email"], errors="ignore")
    if "signed_up_at" in contacts:
        contacts = contacts.assign(signed_up_at=pd.to_datetime(contacts["signed_up_at"]))
    table = _typed(contacts[[name for name in TOLD if name in contacts and contacts[name].notna().any()]])
    table.insert(0, "is_contact", True)
    if "signed_up_at" in table:
        table["contact_days"] = period.days_since(table["signed_up_at"])
    if "birth_year" in table:
        table = _with_age(table, period)
    others = contacts[[name for name in contacts if name not in TOLD]]
    return table.join(others.rename(columns={name: f"contact_{name}" for name in others if name in TAKEN}))


def _typed(table: pd.DataFrame) -> pd.DataFrame:
    kinds = {"email_consent": "boolean"} | dict.fromkeys(TEXTS, "str")
    table = table.astype({name: kind for name, kind in kinds.items() if name in table})
    whole = {name: _whole(table[name]) for name in ("birth_year", "employees") if name in table}
    return table.assign(**whole)


def _whole(values: pd.Series) -> pd.Series:
    return pd.to_numeric(values, errors="coerce").astype("float64").round().astype("Int64")


def _with_age(table: pd.DataFrame, period: Period) -> pd.DataFrame:
    """Age in the year of the as-of date, where it is a person's; its band where the contacts tell none."""
    age = period.as_of.year - table["birth_year"]
    age = age.where(age.between(0, OLDEST))
    table = table.assign(age=age)
    if "age_band" not in table:
        bands = pd.cut(age.astype("float64"), [-1, *AGE_BANDS], labels=list(AGE_BANDS.values()))
        table["age_band"] = bands.astype("str").where(bands.notna())
    return table
