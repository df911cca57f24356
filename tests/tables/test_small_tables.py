"""Small tables: rows fetched from Ibis, and the table that cannot be made."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import ibis
import pandas as pd
import pyarrow as pa
import pytest

from seglib.tables.small_tables import empty, frame


def test_rows_are_fetched_with_their_types():
    rows = pa.table(
        {
            "customer_id": pa.array(["ann", None], pa.string()),
            "at": pa.array([dt.datetime(2024, 1, 5, 9, 30), None], pa.timestamp("us")),
            "amount": pa.array([Decimal("10.5000"), None], pa.decimal128(18, 4)),
            "orders": pa.array([3, 4], pa.int64()),
        }
    )
    fetched = frame(ibis.memtable(rows))
    assert fetched.columns.tolist() == rows.column_names
    assert fetched.loc[0].tolist() == ["ann", pd.Timestamp("2024-01-05 09:30"), Decimal("10.5"), 3]
    assert fetched.loc[1].isna().tolist() == [True, True, True, False]
    assert fetched["orders"].dtype == "int64"
    assert pd.api.types.is_datetime64_any_dtype(fetched["at"])


def test_no_rows_keep_their_columns():
    nobody = ibis.memtable(pa.table({"customer_id": pa.array([], pa.string()), "orders": pa.array([], pa.int64())}))
    assert frame(nobody).columns.tolist() == ["customer_id", "orders"]
    assert frame(nobody).empty


@pytest.mark.parametrize("needs", ["", "events", "tickets that tell when they were answered"])
def test_a_table_that_cannot_be_made_says_what_it_would_take(needs):
    table = empty("group  people share", needs)
    assert table.columns.tolist() == ["group", "people", "share"]
    assert table.empty
    assert table.attrs == {"needs": needs}


def test_each_empty_table_is_its_own():
    one, other = empty("a", "events"), empty("a")
    one.attrs["needs"] = "tickets"
    assert other.attrs["needs"] == ""
