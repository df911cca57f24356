"""Schemes of attributes: bands at their edges, who is not known, which attributes are used, rare combinations."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seglib import schemes
from seglib.errors import InputError
from seglib.segments.schemes.demographic import age_band
from seglib.segments.schemes.scheme import combine


def firms(**columns) -> pd.DataFrame:
    table = pd.DataFrame(columns)
    return table.set_axis(pd.Index([f"f{i}" for i in range(len(table))], name="customer_id"))


def test_size_bands_at_their_edges():
    """Oracle: Commission Recommendation 2003/361/EC: micro below 10, small below 50, medium below 250."""
    bands = schemes.size_band(pd.Series([0, 9, 10, 49, 50, 249, 250, -1, None]))
    assert [str(band).split()[0] for band in bands] == [
        *("micro", "micro", "small", "small", "medium", "medium", "large", "nan", "nan")
    ]


def test_age_bands_at_their_edges_and_impossible_ages():
    assert age_band(pd.Series([17, 18, 24, 25, 64, 65, 120, 121, -1, None])).tolist()[:7] == [
        *("under 18", "18–24", "18–24", "25–34", "55–64", "65 or more", "65 or more")
    ]
    assert age_band(pd.Series([121, -1, None])).isna().all()


def test_missing_is_not_known_and_counted():
    scheme = schemes.firmographic(
        firms(industry=["retail", "bar", "bar", None], employees=[5, 15, None, 5]), min_group=1
    )
    assert scheme.segments.isna().tolist() == [False, False, True, True]
    assert scheme.sizes.iloc[-1].tolist() == ["Not known", 2, 0.5]
    assert scheme.attributes.set_index("attribute")["known"].to_dict() == {"industry": 3, "size": 3}


def test_attributes_by_completeness_among_companies():
    """Private customers do not count against the attributes of companies; what few companies tell is not used."""
    n = 20
    table = firms(
        industry=["retail", "hotel"] * 10 + [None] * 80,
        employees=[5] * 4 + [None] * 96,
        legal_form=["Ltd", "plc"] * 10 + [None] * 80,
    )
    scheme = schemes.firmographic(table)
    told = scheme.attributes.set_index("attribute")
    assert told.loc[["industry", "size", "legal form"], "used"].tolist() == [True, False, True]
    assert told.loc["size", "reason"] in ("known for too few (4)", "the same for all")
    assert told.loc["industry", "known_share"] == n / 100
    assert scheme.segments.notna().sum() == n


def test_no_parent_told_is_not_independent():
    table = firms(company=["A", "B", None], parent_company=["Z", None, None])
    office = schemes.firmographic(table, ["office"], min_group=1).segments
    assert office.tolist()[:2] == ["subsidiary", "no parent company told"]
    assert office.isna().tolist() == [False, False, True]


def test_an_attribute_is_given_up_where_most_groups_would_be_too_small():
    table = firms(industry=[f"trade {i % 20}" for i in range(40)], employees=[5] * 20 + [500] * 20)
    scheme = schemes.firmographic(table)
    assert scheme.segments.unique().tolist() == ["micro (<10)", "large (250+)"]
    reasons = scheme.attributes.set_index("attribute")["reason"]
    assert reasons["industry"] == "would leave most groups too small"


def test_a_group_whose_parts_are_all_rare_keeps_its_own_name():
    table = firms(industry=["retail"] * 20 + ["hotel"] * 20, employees=list(range(1, 401, 10)))
    assert schemes.firmographic(table, min_group=16).segments.unique().tolist() == ["retail", "hotel"]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda table: schemes.firmographic(table, ["industri"]), "Did you mean 'industry'"),
        (lambda table: schemes.firmographic(table, ["size"]), "needs the column 'employees'"),
        (lambda table: schemes.firmographic(table, []), "expected a list of names"),
        (lambda table: schemes.demographic(table, ["planet"]), "is no attribute"),
        (lambda table: schemes.geographic(table, "planet"), "Known: 'country', 'region', 'city'"),
        (lambda table: schemes.geographic(table, "city"), "needs the column 'city'"),
    ],
)
def test_faults_say_what_to_do(call, said):
    with pytest.raises(InputError, match=said):
        call(firms(industry=["a", "b"]))


@pytest.mark.parametrize("make", [schemes.firmographic, schemes.demographic, schemes.geographic])
def test_nothing_known_is_said(make):
    for nothing in (None, firms(other=["x"]), firms(other=[])):
        scheme = make(nothing)
        assert scheme.segments.isna().all()
        assert "Not available: needs" in scheme.note
        assert "Not available" in repr(scheme)
        assert scheme.completeness == 0
        assert scheme._repr_html_().startswith("<p>")


def test_demographic_takes_the_year_of_birth_before_a_told_age():
    people = firms(birth_year=[2000, 1893], age_band=["old", "old"], gender=["f", "m"])
    scheme = schemes.demographic(people, ["age"], as_of=dt.date(2018, 1, 1), min_group=1)
    assert scheme.segments.tolist()[0] == "18–24"
    assert pd.isna(scheme.segments.iloc[1])
    assert schemes.demographic(people, ["age"], min_group=1).segments.tolist() == ["old", "old"]


def test_further_attributes_by_name_are_cut_into_quarters():
    people = firms(income=np.arange(100.0), education=["PhD", "Basic"] * 50)
    told = schemes.demographic(people, ["income", "education"], min_group=1).segments
    assert told.nunique() == 8
    assert told.iloc[0] == "0 to 24, PhD"


def test_geographic_takes_the_finest_level_that_tells_places_apart():
    people = firms(country=["IE"] * 60 + ["FR"] * 40, city=["Cork"] * 35 + ["Sligo"] * 25 + ["Brest"] * 40)
    assert schemes.geographic(people).segments.value_counts().to_dict() == {
        "FR, Brest": 40,
        "IE, Cork": 35,
        "Other": 25,
    }
    assert schemes.geographic(people.assign(city=None)).segments.nunique() == 2
    assert schemes.geographic(people[["country"]].rename(columns={"country": "top_country"})).segments.nunique() == 2


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["a", "b", None]), st.sampled_from(["x", "y", "z", None])), max_size=40),
    st.integers(1, 10),
)
def test_combined_names_are_missing_exactly_where_a_part_is_and_common_otherwise(rows, least):
    parts = pd.DataFrame(rows, columns=["first", "second"]).astype("str")
    names = combine(parts, least)
    assert (names.isna() == parts.isna().any(axis="columns")).all()
    counts = names.value_counts()
    assert (counts[counts.index != "Other"] >= least).all()
    pd.testing.assert_series_equal(combine(parts[::-1], least)[::-1], names)


def test_real_accounts_by_industry_and_size(shared):
    """Maven CRM: 85 accounts in ten sectors, all with employees; seventy without a parent company."""
    accounts = pd.read_parquet(shared("crm_sales_opportunities_b2b") / "accounts.parquet").set_index("account")
    table = accounts.rename(
        columns={"sector": "industry", "subsidiary_of": "parent_company", "revenue": "revenue_band"}
    )
    assert schemes.firmographic(table, ["industry"], min_group=1).segments.nunique() == 10
    office = schemes.firmographic(table, ["office"], min_group=1).segments.value_counts()
    assert office.to_dict() == {"no parent company told": 70, "subsidiary": 15}
    both = schemes.firmographic(table)
    assert both.segments.notna().all()
    assert both.sizes.loc[both.sizes["segment"] != "Other", "customers"].min() >= 5


def test_real_closed_deals_tell_how_little_is_known(shared):
    """Olist: business segment is known for nearly all 842 closed deals, whether they are a company for 7.5%."""
    deals = pd.read_parquet(shared("olist_partial") / "olist_closed_deals.parquet").set_index("mql_id")
    columns = {"business_segment": "industry", "business_type": "revenue_band", "has_company": "legal_form"}
    scheme = schemes.firmographic(deals.rename(columns=columns))
    told = scheme.attributes.set_index("attribute")
    assert told["known"].to_dict() == {"industry": 841, "revenue": 832, "legal form": 63}
    assert told["used"].to_dict() == {"industry": True, "revenue": True, "legal form": False}
    assert told.loc["legal form", "known_share"] == pytest.approx(1 - 0.925, abs=0.001)


def test_real_persons_by_age_income_and_education(shared):
    """Customer personality: 2,240 persons, 24 without income, three born before 1901."""
    people = pd.read_parquet(shared("customer_personality") / "marketing_campaign.parquet")
    people = people.rename(columns={"Year_Birth": "birth_year", "Income": "income", "Education": "education"})
    people.index = people["ID"].astype("str").rename("customer_id")
    ages = schemes.demographic(people, ["age"], as_of=dt.date(2014, 6, 30))
    assert ages.segments.isna().sum() == (people["birth_year"] < 1894).sum() == 1
    both = schemes.demographic(people, ["income", "education"], min_group=30)
    assert both.segments.isna().sum() == 24
    assert both.attributes.set_index("attribute").loc["income", "known"] == 2216
