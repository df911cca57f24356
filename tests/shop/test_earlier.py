"""A shop as it was: the same as one opened as at that day."""

from __future__ import annotations

import pandas as pd
import pytest

import seglib as sg
from seglib.errors import InputError


@pytest.fixture(scope="module")
def now() -> sg.Shop:
    return sg.open_shop("demo", as_of="2024-12-01")


@pytest.fixture(scope="module")
def then(now: sg.Shop) -> sg.Shop:
    return now.earlier(91)


@pytest.fixture(scope="module")
def opened() -> sg.Shop:
    return sg.open_shop("demo", as_of="2024-09-01")


def test_customers_and_people_equal_those_of_a_shop_opened_as_at_that_day(then, opened):
    assert then.as_of == opened.as_of
    pd.testing.assert_frame_equal(then.customers, opened.customers)
    pd.testing.assert_frame_equal(then.people, opened.people)


def test_memberships_and_segmentations_equal_them_too(then, opened):
    pd.testing.assert_frame_equal(then.memberships.table, opened.memberships.table)
    for name in ("rule_segment", "rfm_segment"):
        pd.testing.assert_series_equal(then.segmentation(name), opened.segmentation(name))


def test_next_period_begins_with_its_customers(now, then):
    before, outcome = now.next_period(91)
    pd.testing.assert_frame_equal(before, then.customers)
    assert outcome.index.equals(then.customers.index)


def test_a_day_that_is_not_earlier_is_refused(now):
    with pytest.raises(InputError, match="above zero"):
        now.earlier(0)
