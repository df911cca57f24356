"""Who is behind an account, worked by hand: bands, dependence on one buyer, roles; the floors."""

from __future__ import annotations

import pandas as pd
import pytest

from seglib.analysis.profiles import buying_roles, people_behind, single_buyers
from seglib.show import findings
from seglib.tables.intervals import wilson_interval


@pytest.fixture
def twelve():
    """Six companies of segment A, of which five have one buyer; six of B, of which one has; one is not judged."""
    names = [f"c{n:02d}" for n in range(12)]
    buyers = [1, 1, 1, 1, 1, 2, 1, 2, 2, 3, 2, pd.NA]
    accounts = pd.DataFrame(
        {"contacts": [1] * 6 + [3] * 6, "buyers": buyers, "told_orders": [2] * 11 + [0]}, index=names
    ).astype("Int64")
    customers = pd.DataFrame({"monetary_value": [10.0] * 6 + [30.0] * 6}, index=names)
    return accounts, customers, pd.Series(["A"] * 6 + ["B"] * 6, index=names)


def test_accounts_are_counted_by_how_many_people_they_have(twelve):
    told = people_behind(twelve[0])
    assert told[["what", "people", "accounts", "of"]].values.tolist() == [
        ["contacts", "1", 6, 12],
        ["contacts", "3–5", 6, 12],
        ["buyers", "1", 6, 11],
    ]
    assert told.attrs["small_groups"] == 2  # two buyers at four accounts, three at one: too few companies
    assert told["low_share"].iloc[0] == pytest.approx(wilson_interval(6, 12)[0])


def test_dependence_on_one_buyer_is_told_of_who_ordered_twice(twelve):
    told = single_buyers(*twelve).set_index("group")
    assert told.index.tolist() == ["Everyone", "A", "B"]
    assert told[["accounts", "judged", "single"]].values.tolist() == [[12, 11, 6], [6, 6, 5], [6, 5, 1]]
    assert told.loc["Everyone", "revenue_share"] == pytest.approx((5 * 10 + 30) / (6 * 10 + 5 * 30))
    assert not told["differs"].any()  # 5 of 6 beside 1 of 5: Fisher's p is 0.08


def test_a_segment_that_differs_is_told(twelve):
    accounts, customers, segments = (pd.concat([one] * 5, ignore_index=True) for one in twelve)
    table = single_buyers(accounts, customers, segments)
    assert table.set_index("group")["differs"].to_dict() == {"Everyone": False, "A": True, "B": True}
    sentence = findings.profiles.single_buyers(table)
    assert sentence.startswith("55% of the accounts with two orders or more (30 of 55; 95% interval 42% to 67%)")
    assert sentence.endswith("Furthest from the others is A: 83%.")


def test_what_fewer_than_five_companies_tell_is_not_shown(twelve):
    accounts, customers, segments = twelve
    few = single_buyers(accounts, customers, segments.where(segments.index < "c10", "C"))
    assert few["group"].tolist() == ["Everyone", "A"]
    assert few.attrs["small_groups"] == 2  # B of four companies, C of two
    once = single_buyers(accounts.assign(told_orders=1), customers, segments)
    assert once["share"].isna().all()
    assert "too few accounts have two orders or more" in findings.profiles.single_buyers(once)


def test_roles_that_order_and_the_smallest_group():
    people = pd.DataFrame(
        {
            "company": "Acme",
            "role": ["Buyer"] * 30 + ["buyer "] * 10 + ["Owner"] * 40 + ["Cook"] * 29,
            "frequency": [2] * 36 + [0] * 4 + [1] * 10 + [0] * 30 + [1] * 29,
        }
    )
    told = buying_roles(pd.DataFrame(index=["Acme"]), people)
    assert told[["role", "people", "buyers", "orders"]].values.tolist() == [
        ["Buyer", 40, 36, 72],
        ["Owner", 40, 10, 10],
    ]
    assert told.attrs["small_groups"] == 1
    assert told["orders_share"].tolist() == pytest.approx([72 / 111, 10 / 111])
    assert findings.profiles.buying_roles(told) == (
        "Most often Buyer (90%, 36 of 40) ordered, least often Owner (25%, 10 of 40)."
    )


def test_people_of_no_account_have_no_role_here():
    people = pd.DataFrame({"company": [None, "Other"], "role": "Buyer", "frequency": 1})
    assert buying_roles(pd.DataFrame(index=["Acme"]), people, min_group=1).empty


def test_a_shop_of_persons_says_nothing():
    customers = pd.DataFrame({"monetary_value": [1.0]}, index=["a"])
    assert findings.profiles.single_buyers(single_buyers(None, customers, pd.Series({"a": "A"}))) == ""
    assert findings.profiles.buying_roles(buying_roles(None, customers)) == ""
    lacking = buying_roles(pd.DataFrame(index=["Acme"]), customers.assign(frequency=1))
    assert findings.profiles.buying_roles(lacking) == "Not available: this takes contacts with roles."
