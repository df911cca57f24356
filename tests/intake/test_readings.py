"""Text as numbers, dates and yes/no."""

import datetime as dt
from decimal import Decimal

import ibis
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seglib.errors import InputError
from seglib.intake.readings import read_column

ENGINE = ibis.duckdb.connect()


def read(values, kind, **more):
    frame = pd.DataFrame({"c": pd.array(values, dtype="str")}) if isinstance(values, list) else values
    table = ENGINE.create_table(ibis.util.gen_name("t"), frame)
    return read_column(table.c, kind, "f.csv: c", **more).name("v").to_pyarrow().to_pylist()


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["1", "2.5", "-3", None, ""], [1, 2.5, -3, None, None]),
        (["1,234.5", "2", "1,000"], [1234.5, 2, 1000]),
        (["1.234,5", "2,25"], [1234.5, 2.25]),
        (["1 234,50"], [1234.5]),
        (["€ 12.50", "$3", "USD 4", "5 EUR"], [12.5, 3, 4, 5]),
        (["0.0001", "-0.5", ".5", "5."], [0.0001, -0.5, 0.5, 5]),
        ([None, "N/A", "nan"], [None, None, None]),
    ],
)
def test_numbers(values, expected):
    assert read(values, "decimal") == [
        None if e is None else Decimal(str(e)).quantize(Decimal("0.0001")) for e in expected
    ]


def test_a_comma_that_can_be_either_is_refused_with_both_readings():
    with pytest.raises(
        InputError, match=r"row 2 of the data: '0,000' reads as a thousand .* as a number with decimals"
    ):
        read(["5", "1,234"], "decimal")


def test_what_is_no_number_is_named_with_its_row():
    with pytest.raises(InputError, match=r"f.csv: c: row 3 of the data: 'a...' is not a number"):
        read(["1", "2", "free"], "decimal")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-01-31", dt.datetime(2024, 1, 31)),
        ("2024-01-31 23:59:58", dt.datetime(2024, 1, 31, 23, 59, 58)),
        ("2024-01-31T10:00:00Z", dt.datetime(2024, 1, 31, 10)),
        ("31/01/2024", dt.datetime(2024, 1, 31)),
        ("01/31/2024 3:15 PM", dt.datetime(2024, 1, 31, 15, 15)),
        ("31.01.2024 08:05", dt.datetime(2024, 1, 31, 8, 5)),
        ("20240131", dt.datetime(2024, 1, 31)),
        ("31-Jan-2024", dt.datetime(2024, 1, 31)),
        ("Jan 31, 2024", dt.datetime(2024, 1, 31)),
        ("31/01/24", dt.datetime(2024, 1, 31)),
    ],
)
def test_dates_in_many_forms(text, expected):
    assert read([text, None], "timestamp") == [expected, None]


def test_day_and_month_that_cannot_be_told_apart_are_refused_with_both_readings():
    with pytest.raises(InputError, match=r"'00/00/0000' reads as %d/%m/%Y and as %m/%d/%Y"):
        read(["01/01/2024", "03/04/2024"], "timestamp")
    assert read(["03/04/2024"], "timestamp", date_format="%m/%d/%Y") == [dt.datetime(2024, 3, 4)]


def test_one_unambiguous_date_settles_the_column():
    assert read(["03/04/2024", "13/04/2024"], "timestamp")[0] == dt.datetime(2024, 4, 3)


def test_mixed_forms_are_refused_with_an_example():
    with pytest.raises(InputError, match=r"row 3 of the data: '00/00/0000' is not a date like the others \(2 of 3"):
        read(["2024-01-31", "2024-02-01", "31/01/2024"], "timestamp")


def test_yes_and_no():
    assert read(["yes", "No", "TRUE", "0", None], "boolean") == [True, False, True, False, None]
    with pytest.raises(InputError, match="neither yes nor no"):
        read(["yes", "perhaps"], "boolean")


def test_ids_keep_their_zeros_and_lose_a_float_tail():
    assert read(["007", " x "], "string") == ["007", "x"]
    assert read(pd.DataFrame({"c": [17850.0, float("nan")]}), "string") == ["17850", None]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("($5.00)", "-5"),
        ("-$5.00", "-5"),
        ("5.00-", "-5"),
        ("(1,234.50)", "-1234.5"),
        ("\u2212" + "5.5", "-5.5"),
        ("1'234.50", "1234.5"),
        ("1\u2019234.50", "1234.5"),
        ("₹1,00,000.00", "100000"),
        ("US$ 5", "5"),
        ("12.50EUR", "12.5"),
        ("12,50 zł", "12.5"),
    ],
)
def test_money_as_countries_and_tools_write_it(text, expected):
    assert read([text], "decimal") == [Decimal(expected)]


def test_a_decimal_sign_that_a_format_tells_wins():
    assert read(["1.234", "5"], "decimal", decimal=",") == [1234, 5]
    assert read(["1,234", "5"], "decimal", decimal=".") == [1234, 5]
    with pytest.raises(InputError, match="'0,0' is not a number"):
        read(["1,5"], "decimal", decimal=".")


@pytest.mark.parametrize("text", ["1" * 16, "1" * 40, "9e14"])
def test_what_no_amount_can_be_is_refused(text):
    with pytest.raises(InputError, match=r"row 2 of the data: .* is too large for an amount"):
        read(["1", text], "decimal")


def test_typed_columns_that_are_no_numbers_or_dates_are_refused():
    for values, kind in (([dt.datetime(2024, 1, 1)], "decimal"), ([True], "timestamp"), ([float("inf")], "decimal")):
        with pytest.raises(InputError):
            read(pd.DataFrame({"c": values}), kind)
    assert read(pd.DataFrame({"c": [1.5, float("nan")]}), "decimal") == [Decimal("1.5"), None]


NOON = dt.datetime(2024, 7, 1, 12)


@pytest.mark.parametrize(
    "text",
    [
        "2024-07-01T10:00:00Z",
        "2024-07-01 06:00:00 -0400",
        "2024-07-01T15:30:00+05:30",
        "2024-07-01 10:00:00 UTC",
        "Mon, 01 Jul 2024 10:00:00 GMT",
        "Mon Jul 01 2024 13:00:00 GMT+0300 (Eastern European Summer Time)",
        "Jul-01-24 03:00:00 PDT",
        "1719828000",
        "1719828000000",
        "1719828000.0",
    ],
)
def test_times_that_tell_their_zone_are_told_by_the_shops_clocks(text):
    assert read([text, None], "timestamp", zone="Europe/Rome") == [NOON, None]
    assert read([text], "timestamp") == [NOON - dt.timedelta(hours=2)]


def test_times_without_a_zone_are_the_shops_or_those_of_their_source():
    naive = ["2024-07-01 12:00:00", "Jul 1, 2024, 12:00:00 PM"]
    for text in naive:
        assert read([text], "timestamp", zone="Europe/Rome") == [NOON]
        assert read([text], "timestamp", zone="UTC", source_zone="Europe/Rome") == [NOON - dt.timedelta(hours=2)]
    mixed = ["2024-07-01T10:00:00Z", "2024-07-01 12:00:00"]
    assert read(mixed, "timestamp", zone="Europe/Rome") == [NOON, NOON]


def test_days_without_a_time_are_not_moved():
    assert read(["2024-07-01"], "timestamp", zone="America/New_York", source_zone="UTC") == [dt.datetime(2024, 7, 1)]


def test_a_zone_for_each_row():
    zones = ["PDT", "America/New_York", None, "+0200"]
    table = ENGINE.create_table(ibis.util.gen_name("t"), pd.DataFrame({"c": ["2024-07-01 10:00"] * 4, "z": zones}))
    hours = read_column(table.c, "timestamp", "f", zone="UTC", source_zone=table.z).hour().name("h")
    assert hours.to_pyarrow().to_pylist() == [17, 14, 10, 8]
    bad = ENGINE.create_table(ibis.util.gen_name("t"), pd.DataFrame({"c": ["2024-07-01 10:00"], "z": ["Mars/Base"]}))
    with pytest.raises(InputError, match=r"'a.../a...' is no time zone that is known"):
        read_column(bad.c, "timestamp", "f", source_zone=bad.z)


def test_no_row_is_lost_where_clocks_change():
    """Rome: 2:30 does not exist on 31 March 2024 and moves forward; on 27 October it is there twice."""
    told = ["2024-03-31 02:30:00", "2024-10-27 02:30:00"]
    assert read(told, "timestamp", zone="UTC", source_zone="Europe/Rome") == [
        dt.datetime(2024, 3, 31, 1, 30),
        dt.datetime(2024, 10, 27, 0, 30),
    ]
    assert read(told, "timestamp", zone="Europe/Rome") == [dt.datetime.fromisoformat(text) for text in told]


def test_a_zone_of_two_meanings_is_refused():
    with pytest.raises(InputError, match="'0000-00-00 00:00:00 aaa' names a time zone, IST, that is not known"):
        read(["2024-01-01 10:00:00 IST"], "timestamp")


def test_forms_that_a_format_tells():
    forms = ["%d/%m/%Y %H:%M", "%Y-%m-%d %H:%M:%S %z"]
    assert read(["03/04/2024 10:00"], "timestamp", date_format=forms) == [dt.datetime(2024, 4, 3, 10)]
    assert read(["2024-04-03 10:00:00 +0100"], "timestamp", date_format=forms) == [dt.datetime(2024, 4, 3, 9)]
    both = read(["03/04/2024 10:00", "2024-04-03 10:00:00"], "timestamp", date_format=forms)
    assert both == [dt.datetime(2024, 4, 3, 10)] * 2
    with pytest.raises(InputError, match="reads as"):
        read(["03/04/2024"], "timestamp", date_format=["%d/%m/%Y", "%m/%d/%Y"])


def test_zero_dates_of_databases_are_missing_and_misreadings_refused():
    assert read(["0000-00-00 00:00:00", "2024-01-01"], "timestamp") == [None, dt.datetime(2024, 1, 1)]
    for text in ("2199-01-01", "1066-10-14", "0024-01-01"):
        with pytest.raises(InputError, match="is not a date"):
            read([text], "timestamp")


@settings(deadline=None, max_examples=30)
@given(st.lists(st.decimals(min_value=-(10**8), max_value=10**8, places=2), min_size=1, max_size=20))
def test_decimals_survive_in_english_and_continental_writing(numbers):
    texts = [f"{n:,.2f}" for n in numbers]
    assert read(texts, "decimal") == numbers
    swapped = [text.translate(str.maketrans(",.", ".,")) for text in texts]
    assert read(swapped, "decimal") == numbers


@settings(deadline=None, max_examples=30)
@given(st.lists(st.dates(dt.date(1990, 1, 1), dt.date(2060, 1, 1)), min_size=1, max_size=20))
def test_iso_dates_survive(days):
    assert [moment.date() for moment in read([day.isoformat() for day in days], "timestamp")] == days


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.text(max_size=12), min_size=1, max_size=6),
    st.sampled_from(["decimal", "timestamp", "boolean", "string"]),
)
def test_any_text_is_read_or_refused(values, kind):
    values = [value.replace("\x00", "").encode("utf-8", "ignore").decode() for value in values]
    try:
        assert len(read(values, kind)) == len(values)
    except InputError as error:
        refused = str(error)
        assert "row" in refused
