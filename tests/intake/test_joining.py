"""Several sources, one shop: persons, sales told twice, overlapping exports, currencies."""

import datetime as dt
from decimal import Decimal

import ibis
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seglib.errors import InputError
from seglib.intake.joining import SourceLines, join_lines, rates_by_date
from seglib.intake.joining.identities import find_people
from seglib.shop.cleaning import clean_lines, ledger_by_source

KINDS = {
    "order_id": pa.string(),
    "customer_id": pa.string(),
    "email": pa.string(),
    "ordered_at": pa.timestamp("us"),
    "amount": pa.decimal128(18, 4),
    "is_return": pa.bool_(),
    "state": pa.string(),
    "currency": pa.string(),
    "product_id": pa.string(),
    "payment_ref": pa.string(),
    "refund_of": pa.string(),
}


def lines(*rows, **same):
    """Canonical lines from mappings; what is not said is missing."""
    rows = [{"is_return": Decimal(str(row.get("amount", 1))) < 0, **same, **row} for row in rows]
    for row in rows:
        row.setdefault("state", "refund" if row["is_return"] else "sale")
        row["amount"] = Decimal(str(row.get("amount", 1)))
        row["ordered_at"] = (
            pd.Timestamp(row["ordered_at"]) if row.get("ordered_at") else pd.Timestamp("2024-01-05 10:00")
        )
    columns = {name: pa.array([row.get(name) for row in rows], kind) for name, kind in KINDS.items()}
    return ibis.memtable(pa.table(columns))


def rows_of(joined, *names):
    """Rows of the result as tuples, in a fixed order."""
    table = joined.table.select(*names).to_pyarrow().to_pylist()
    return sorted((tuple(row.values()) for row in table), key=str)


def cart(*rows, **more):
    return SourceLines("cart", lines(*rows), "cart", **more)


def gateway(*rows, **more):
    return SourceLines("gateway", lines(*rows), "gateway", payments=True, **more)


def test_one_email_under_several_ids_is_one_person_over_any_chain():
    rows = [
        {"order_id": "1", "customer_id": "7", "email": " Ann@X.it "},
        {"order_id": "2", "customer_id": "8", "email": "ann@x.it"},
        {"order_id": "3", "customer_id": "8", "email": "ann@work.it"},
        {"order_id": "4", "customer_id": "9", "email": "ann@work.it"},
        {"order_id": "5", "customer_id": None, "email": "ANN@work.it"},
        {"order_id": "6", "customer_id": "10", "email": "bob@x.it"},
    ]
    found = rows_of(join_lines([cart(*rows)]), "order_id", "customer_id")
    assert found == [("1", "7"), ("2", "7"), ("3", "7"), ("4", "7"), ("5", "7"), ("6", "10")]
    apart = rows_of(join_lines([cart(*rows)], by_email=False), "order_id", "customer_id")
    assert [who for _, who in apart] == ["7", "8", "8", "9", "ann@work.it", "10"]


def test_a_crosswalk_names_the_person_and_goes_before_emails():
    crosswalk = pd.DataFrame({"id": ["7", "cus_1"], "customer_id": ["P1", "P1"]})
    rows = [{"order_id": "1", "customer_id": "7"}, {"order_id": "2", "customer_id": "8"}]
    both = [cart(*rows), gateway({"order_id": "ch", "customer_id": "cus_1", "amount": 3})]
    assert rows_of(join_lines(both, crosswalk=crosswalk), "customer_id") == [("8",), ("P1",), ("P1",)]


def test_guests_are_never_one_customer():
    """Neither those without any id, nor those under one placeholder."""
    rows = [{"order_id": str(n), "customer_id": who, "email": mail} for n, (who, mail) in enumerate(
        [(None, None), (None, None), ("Guest", None), ("0", "a@x.it"), ("0", "b@x.it"), (None, "c@x.it")]
    )]  # fmt: skip
    found = rows_of(join_lines([cart(*rows)]), "order_id", "customer_id")
    assert [who for _, who in found] == [None, None, None, "a@x.it", "b@x.it", "c@x.it"]


def test_an_email_that_many_ids_share_is_nobodys():
    pairs = pd.DataFrame({"id": [str(n) for n in range(50)], "email": "shop@x.it", "place": 0})
    assert find_people(pairs).person.empty


def test_sources_that_number_their_customers_for_themselves_are_refused_or_kept_apart():
    ours = [{"order_id": f"a{n}", "customer_id": str(n), "email": f"a{n}@x.it"} for n in range(4)]
    theirs = [{"order_id": f"b{n}", "customer_id": str(n), "email": f"b{n}@x.it"} for n in range(4)]
    with pytest.raises(InputError, match=r'4 of 4 customer ids .* Say ids = "own"'):
        join_lines([cart(*ours), SourceLines("till", lines(*theirs), "till")])
    apart = join_lines([cart(*ours), SourceLines("till", lines(*theirs), "till", ids="own")])
    assert len(set(rows_of(apart, "customer_id"))) == 8


@pytest.mark.parametrize(
    "paid",
    [
        {"order_id": "#1001", "amount": 99},
        {"order_id": "ch_1", "payment_ref": "1001", "amount": 99},
        {"order_id": "ch_1", "email": "ANN@x.it", "amount": 12, "ordered_at": "2024-01-05 10:59"},
    ],
    ids=["order number", "reference", "e-mail, amount and time"],
)
def test_the_same_sale_is_counted_once(paid):
    rows = [{"order_id": "1001", "customer_id": "7", "email": "ann@x.it", "amount": part} for part in (5, 7)]
    joined = join_lines([cart(*rows), gateway(paid)])
    assert rows_of(joined, "source", "state") == [("cart", "sale"), ("cart", "sale"), ("gateway", "same_sale")]
    assert joined.told_twice == 1


@pytest.mark.parametrize(
    "paid",
    [
        {"email": "ann@x.it", "amount": 12, "ordered_at": "2024-01-05 11:01"},
        {"email": "ann@x.it", "amount": 13},
        {"email": "bob@x.it", "amount": 12},
        {"email": "ann@x.it", "amount": 12, "currency": "USD"},
        {"payment_ref": "1001", "ordered_at": "2025-01-05"},
    ],
    ids=["too late", "another amount", "another person", "another currency", "a year later"],
)
def test_what_is_not_the_same_sale_stays(paid):
    shop = cart({"order_id": "1001", "customer_id": "7", "email": "ann@x.it", "amount": 12, "currency": "EUR"})
    joined = join_lines([shop, gateway({"order_id": "ch_1", **paid})], currency="EUR", rates={"USD": 2})
    assert joined.told_twice == 0


def test_sales_are_paired_one_to_one_and_as_many_as_can_be():
    times = ["10:00", "10:50"]
    shop = [{"order_id": t, "email": "a@x", "amount": 5, "ordered_at": f"2024-01-05 {t}"} for t in times]
    paid = [{"order_id": t, "email": "a@x", "amount": 5, "ordered_at": f"2024-01-05 {t}"} for t in ("10:45", "11:40")]
    three = [*paid, {**paid[1], "order_id": "third"}]
    assert join_lines([cart(*shop), gateway(*three)], same_sale={"by": ["email_amount_time"]}).told_twice == 2


def test_two_shops_are_not_held_against_each_other_unless_asked():
    same = {"order_id": "1", "customer_id": "7", "email": "a@x.it", "amount": 5}
    both = [cart(same), SourceLines("amazon", lines(same), "amazon")]
    assert join_lines(both).told_twice == 0
    joined = join_lines(both, same_sale={"prefer": "amazon"})
    assert rows_of(joined, "source", "state") == [("amazon", "sale"), ("cart", "same_sale")]


def test_a_refund_that_only_the_gateway_tells_goes_to_the_order_and_one_that_both_tell_counts_once():
    sale = {"order_id": "1", "customer_id": "7", "email": "a@x.it", "amount": 9}
    paid = [{"order_id": "ch", "payment_ref": "1", "amount": 9}, {"order_id": "ch", "amount": -4}]
    joined = join_lines([cart(sale), gateway(*paid)])
    assert ("gateway", "refund", "1", "7") in rows_of(joined, "source", "state", "order_id", "customer_id")
    joined = join_lines([cart(sale, {**sale, "amount": -4}), gateway(*paid)])
    assert [state for source, state in rows_of(joined, "source", "state") if source == "gateway"] == ["same_sale"] * 2


def test_a_refund_takes_the_customer_of_a_sale_at_another_source():
    refunds = SourceLines(
        "refunds", lines({"order_id": "r1", "amount": -4, "refund_of": "1"}), "refunds", payments=True
    )
    joined = join_lines([cart({"order_id": "1", "customer_id": "7", "amount": 9}), refunds])
    assert rows_of(joined, "order_id", "customer_id", "state") == [("1", "7", "sale"), ("r1", "7", "refund")]


def test_exports_of_one_kind_that_overlap_are_counted_once_and_the_later_knows_better():
    twice = [{"order_id": "2", "product_id": "T"}, {"order_id": "2", "product_id": "T"}]
    early = lines({"order_id": "1"}, *twice, {"order_id": "3", "state": "pending"})
    late = lines(*twice, {"order_id": "3"}, {"order_id": "4", "ordered_at": "2024-02-01"})
    joined = join_lines([SourceLines("early", early, "cart"), SourceLines("late", late, "cart")])
    found = rows_of(joined, "source", "order_id", "state")
    assert [row for row in found if row[2] == "overlap"] == [("early", o, "overlap") for o in ("2", "2", "3")]
    other = join_lines([SourceLines("early", early, "cart"), SourceLines("late", late, "other")])
    assert not [row for row in rows_of(other, "state") if row == ("overlap",)]


def test_orders_of_two_stores_with_the_same_number_are_no_overlap():
    ours, theirs = lines({"order_id": "1", "amount": 5}), lines({"order_id": "1", "amount": 6})
    joined = join_lines([SourceLines("it", ours, "cart"), SourceLines("de", theirs, "cart")])
    assert rows_of(joined, "state") == [("sale",), ("sale",)]


def rates(*rows):
    return rates_by_date(
        ibis.memtable(pa.table(dict(zip(("date", "currency", "rate"), zip(*rows, strict=True), strict=True)))), "r.csv"
    )


def test_money_is_converted_at_the_last_rate_known_on_the_day():
    table = rates(("2024-01-03", "usd", "0.9"), ("2024-01-10", "USD", "0.8"))
    days = {"2024-01-03 00:00": "9.0000", "2024-01-09 23:59": "9.0000", "2024-01-10 00:00": "8.0000"}
    shop = cart(*[{"order_id": day, "amount": 10, "currency": "usd", "ordered_at": day} for day in days])
    joined = join_lines([shop], currency="EUR", rates_by_date=table)
    assert rows_of(joined, "order_id", "amount", "amount_told") == [
        (day, Decimal(amount), Decimal("10.0000")) for day, amount in days.items()
    ]
    early = cart({"order_id": "1", "currency": "USD", "ordered_at": "2024-01-02"})
    with pytest.raises(InputError, match="1 lines in USD from 2024-01-02 to 2024-01-02 have no rate into EUR"):
        join_lines([early], currency="EUR", rates_by_date=table)


def test_currencies_without_rates_are_refused_not_added():
    shop = cart({"order_id": "1", "currency": "EUR"}, {"order_id": "2", "currency": "USD"})
    with pytest.raises(InputError, match=r"2 currencies \(EUR, USD\), whose amounts cannot be added"):
        join_lines([shop])
    with pytest.raises(InputError, match=r"1 lines in USD .* have no rate"):
        join_lines([shop], currency="EUR", rates={"GBP": 1.2})
    with pytest.raises(InputError, match="amounts are in GBP, and the report is to be in EUR"):
        join_lines([cart({"order_id": "1", "currency": "GBP"})], currency="EUR")


def test_rounding_is_to_four_decimals_and_of_the_one_currency_nothing_changes():
    shop = cart(
        {"order_id": "1", "amount": "0.0333", "currency": "USD"},
        {"order_id": "2", "amount": "1.2345", "currency": "EUR"},
    )
    assert rows_of(join_lines([shop], currency="EUR", rates={"USD": 0.5}), "amount") == [
        (Decimal("0.0167"),),
        (Decimal("1.2345"),),
    ]
    alone = join_lines([cart({"order_id": "1", "currency": "eur"})])
    assert (alone.currency, "amount_told" in alone.table.columns) == ("EUR", False)


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (("soon", "USD", "1"), "not a date"),
        (("2024-01-01", "USD", "0"), "above zero"),
        (("2024-01-01", "USD", None), "row 1"),
    ],
)
def test_rates_that_cannot_be_used_are_refused(row, fault):
    with pytest.raises(InputError, match=fault):
        rates(row)


def test_no_email_and_no_reference_is_left_in_the_lines():
    joined = join_lines([cart({"order_id": "1", "email": "a@x.it", "payment_ref": "p"})])
    assert not {"email", "payment_ref", "refund_of"} & set(joined.table.columns)


row = st.fixed_dictionaries(
    {
        "order_id": st.sampled_from(["1", "2", "3", "#1", None]),
        "customer_id": st.sampled_from(["7", "8", None]),
        "email": st.sampled_from(["a@x", "b@x", None]),
        "amount": st.sampled_from(["10", "3.33", "-2", "0"]),
        "currency": st.sampled_from(["EUR", "USD", None]),
        "state": st.sampled_from(["sale", "pending", "failed", "test", "transfer", "cancelled"]),
        "refund_of": st.sampled_from([None, "1"]),
        "ordered_at": st.sampled_from(["2024-01-05 10:00", "2024-01-05 10:30", "2099-01-01"]),
    }
)


@settings(deadline=None, max_examples=5)
@given(
    st.lists(row, min_size=1, max_size=8), st.lists(row, min_size=1, max_size=8), st.lists(row, min_size=1, max_size=8)
)
def test_every_row_and_every_cent_of_any_shop_is_accounted_for(early, late, paid):
    """By source and currency, exactly: what was told = what each step took + what is analysed."""
    told = [("early", early), ("late", late), ("gateway", paid)]
    sources = [
        SourceLines(name, lines(*rows), "gateway" if name == "gateway" else "cart", name == "gateway")
        for name, rows in told
    ]
    stored = lambda table: ibis.memtable(table.to_pyarrow())  # noqa: E731
    joined = join_lines(sources, currency="EUR", rates={"USD": 0.9173}, settle=stored)
    cleaned = clean_lines(joined.table, as_of=dt.date(2024, 1, 6))
    table = ledger_by_source(cleaned.marked)
    for name, rows in told:
        for currency in {row["currency"] for row in rows}:
            mine = [Decimal(row["amount"]) for row in rows if row["currency"] == currency]
            part = table[(table.source == name) & (table.currency == (currency or ""))].set_index("step")
            assert part.rows["raw"] == len(mine) == part.rows.drop("raw").sum()
            assert part.amount["raw"] == pytest.approx(float(sum(mine)), abs=1e-9)
            assert part.amount["raw"] == pytest.approx(part.amount.drop("raw").sum(), abs=1e-9)
    whole = cleaned.ledger.set_index("step")
    assert whole.amount["raw"] == pytest.approx(table.converted[table.step == "raw"].sum(), abs=1e-9)
    assert whole.amount["analysed"] == pytest.approx(table.converted[table.step == "analysed"].sum(), abs=1e-9)
    assert whole.rows["raw"] == sum(len(rows) for _, rows in told)


def test_amounts_that_name_no_currency_take_that_of_their_source():
    plain = cart({"order_id": "1", "currency": "USD"})
    told = SourceLines("till", plain.table.drop("currency"), "till", currency="USD")
    joined = join_lines([told], currency="EUR", rates={"USD": 2})
    before = plain.table.amount.sum().to_pyarrow().as_py()
    assert joined.table.amount.sum().to_pyarrow().as_py() == 2 * before
