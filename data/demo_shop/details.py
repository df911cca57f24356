"""What contacts say further: region, year of birth, facts of companies; and the contacts of planted people."""

from __future__ import annotations

import numpy as np
import pandas as pd

from demo_shop.buyers import AGES, describe_contacts
from demo_shop.planted import FIRST_CONTACT

# fmt: off
REGIONS = {
    "Dublin": "Leinster", "Cork": "Munster", "Galway": "Connacht", "Limerick": "Munster", "Waterford": "Munster",
    "Sligo": "Connacht", "Hamburg": "Hamburg", "Berlin": "Berlin", "Bremen": "Bremen", "Munich": "Bavaria",
    "Nantes": "Pays de la Loire", "Paris": "Île-de-France", "Brest": "Brittany", "Lyon": "Auvergne-Rhône-Alpes",
    "Rotterdam": "South Holland", "Utrecht": "Utrecht", "Groningen": "Groningen", "Ghent": "East Flanders",
    "Antwerp": "Antwerp", "Vienna": "Vienna", "Graz": "Styria", "Bilbao": "Basque Country", "Vigo": "Galicia",
    "Turku": "Southwest Finland", "Helsinki": "Uusimaa",
}
# fmt: on
BORN = dict(
    zip(AGES, ((1999, 2006), (1989, 1999), (1979, 1989), (1969, 1979), (1959, 1969), (1936, 1959)), strict=True)
)
BANDS, BAND_EDGES = np.array(["below 250k", "250k to 1m", "1m to 5m", "above 5m"]), [250, 1_000, 5_000]
FORMS = ("sole trader", "partnership", "limited company", "public body")
PARENTS, PARENT_OF = 7, 24


def sign_up(rng: np.random.Generator, lines: pd.DataFrame, first_contact: int) -> pd.DataFrame:
    """One contact for each customer of the lines, signed up at the first order or some weeks before."""
    first = lines.groupby(["customer", "group"])["ordered_at"].min().rename("signed_up_at").reset_index()
    waited = rng.exponential(20, len(first)) * (rng.random(len(first)) < 0.35)
    first["signed_up_at"] -= pd.to_timedelta(waited, unit="D").round("s")
    first = first.sort_values(["signed_up_at", "customer"], ignore_index=True)
    first["customer_id"] = [f"C{number}" for number in range(first_contact, first_contact + len(first))]
    return describe_contacts(rng, first.assign(group="casual")).assign(group=first["group"])


def planted_contacts(rng: np.random.Generator, lines: pd.DataFrame) -> pd.DataFrame:
    """Contacts of the planted people; most who buy in bulk do so for a company."""
    contacts = sign_up(rng, lines, FIRST_CONTACT)
    contacts["gap"] = contacts["customer"].map(lines.groupby("customer")["gap"].first())
    company = (contacts["group"] == "bulk_buyers") & (rng.random(len(contacts)) < 0.75)
    named = [f"Company {number}" for number in range(4001, 4001 + len(contacts))]
    contacts["company"] = contacts["company"].where(contacts["company"].isna(), named).mask(company, named)
    trade = rng.choice(["Guest house", "Restaurant", "Coworking"], len(contacts), p=[0.5, 0.35, 0.15])
    staff = pd.array(np.ceil(rng.lognormal(2.7, 0.8, len(contacts))), "Int64")
    return contacts.assign(
        industry=contacts["industry"].mask(company, trade), employees=contacts["employees"].mask(company, staff)
    )


def detail_contacts(rng: np.random.Generator, contacts: pd.DataFrame) -> pd.DataFrame:
    return detail_companies(rng, describe_people(rng, contacts))


def describe_people(rng: np.random.Generator, contacts: pd.DataFrame) -> pd.DataFrame:
    """Region follows from the city, the year of birth from the age band (half of them tell it)."""
    n = len(contacts)
    born = pd.DataFrame.from_dict(BORN, orient="index").reindex(contacts["age_band"]).to_numpy()
    year = np.floor(born[:, 0] + 1 + rng.random(n) * (born[:, 1] - born[:, 0]))
    told = pd.array(np.where(rng.random(n) < 0.52, year, np.nan), "Int64")
    return contacts.assign(region=contacts["city"].map(REGIONS), birth_year=told)


def detail_companies(rng: np.random.Generator, contacts: pd.DataFrame) -> pd.DataFrame:
    """Revenue band and legal form follow the employees, loosely; some are offices of the largest companies."""
    companies = contacts["company"].notna()
    staff = contacts["employees"].astype("float64").fillna(1).to_numpy()
    turnover = staff * rng.lognormal(4.4, 0.5, len(contacts))
    band = BANDS[np.searchsorted(BAND_EDGES, turnover)]
    form = np.where(staff < 4, rng.choice(FORMS[:3], len(contacts), p=[0.6, 0.25, 0.15]), FORMS[2])
    form = np.where(rng.random(len(contacts)) < 0.06, FORMS[3], form)
    told = companies & (rng.random(len(contacts)) < 0.85)
    contacts["revenue_band"] = np.where(told, band, None)
    contacts["legal_form"] = np.where(companies, form, None)
    largest = contacts[companies].nlargest(PARENTS, "employees")["company"].to_numpy()
    others = contacts.index[companies & ~contacts["company"].isin(largest)]
    offices = rng.choice(others, PARENT_OF, replace=False)
    parents = pd.Series(rng.choice(largest, PARENT_OF), index=offices)
    return contacts.assign(parent_company=parents.reindex(contacts.index))
