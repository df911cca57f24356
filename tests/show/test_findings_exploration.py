from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from seglib import exploration
from seglib.show.findings import exploration as findings

SHARED = Path(__file__).parents[3] / "shared" / "data"


def months_of(revenue: list[float], *, last_complete: bool = True) -> pd.DataFrame:
    months = pd.date_range("2023-01-01", periods=len(revenue), freq="MS")
    complete = [True] * (len(revenue) - 1) + [last_complete] if revenue else []
    return pd.DataFrame({"month": months, "complete": complete, "revenue": revenue})


def orders_of(sales: list[float], at: str = "2024-01-01 09:00") -> pd.DataFrame:
    who = [f"c{n}" for n in range(len(sales))]
    placed = pd.to_datetime([at] * len(sales))
    return pd.DataFrame({"customer_id": who, "at": placed, "sales": np.array(sales, dtype="float64")})


# --- revenue, season, hours


@pytest.mark.parametrize(
    ("revenue", "said"),
    [
        ([], "There are no orders in this period."),
        ([9.0], "The only full month was January 2023 with €9.00 net: no trend can be told."),
        (
            [9.0, 12.0],
            "2 full months brought €21.00 net, too few to tell a trend; the best was February 2023 with €12.00.",
        ),
        ([10.0] * 6, "as much as the three months before; with 6 full months, growth and season cannot be told apart."),
        ([10.0] * 3 + [15.0] * 3, "50% more than the three months before"),
        ([10.0] * 3 + [50.0] * 3, "5 times as much as the three months before"),
        ([10.0] * 12 + [9.0] * 3, "(to March 2024) brought €27.00 net, 10% less than the same months a year before."),
        ([0.0] * 3 + [5.0] * 3, "against €0.00 in the three months before"),
        ([5.0] * 3 + [-5.0] * 3, "brought −€15.00 net, against €15.00 in the three months before"),
    ],
)
def test_revenue(revenue: list[float], said: str) -> None:
    assert said in findings.revenue_by_month(months_of(revenue), "EUR")


def test_a_month_in_part_takes_no_part() -> None:
    whole, part = months_of([10.0] * 15), months_of([10.0] * 15 + [1.0], last_complete=False)
    assert findings.revenue_by_month(whole) == findings.revenue_by_month(part)
    assert "no full calendar month" in findings.revenue_by_month(months_of([1.0], last_complete=False))


def test_season() -> None:
    shape = [1.0] * 10 + [2.0, 4.0]
    by_month = months_of(shape * 2)
    season = exploration.seasonality(by_month)
    assert findings.seasonality(season, by_month).startswith("December brings 3.0 times as much as an average month")
    flat = months_of([10.0, 10.5] * 12)
    assert findings.seasonality(exploration.seasonality(flat), flat).startswith("There is hardly a season")
    none = months_of([0.0] * 24)
    assert findings.seasonality(exploration.seasonality(none), none) == (
        "A season cannot be told: a year has no revenue."
    )


def test_busy_hours_may_pass_midnight() -> None:
    moments = pd.to_datetime([f"2024-01-0{1 + n % 7} {[22, 23, 0, 1, 12][n % 5]:02d}:30" for n in range(70)])
    text = findings.weekday_by_hour(exploration.weekday_by_hour(pd.DataFrame({"at": moments})))
    assert text == "None of the weekdays stands out among 70 orders; half of all orders come between 22:00 and 1:00."


def test_a_busiest_day_by_chance_is_not_called_one() -> None:
    draw = np.random.default_rng(1)
    moments = pd.Timestamp("2024-01-01") + pd.to_timedelta(draw.integers(0, 364, 60), "D")
    text = findings.weekday_by_hour(exploration.weekday_by_hour(pd.DataFrame({"at": moments})))
    assert text == "None of the weekdays stands out among 60 orders; the orders tell no time of day."


@pytest.mark.parametrize(
    ("n", "said"),
    [
        (0, "There are no orders in this period."),
        (1, "1 order is too few to tell when customers buy."),
        (5, "5 orders are too few to tell when customers buy."),
        (90, "Monday is the busiest day with 100% of 90 orders; half of all orders come between 9:00 and 10:00."),
    ],
)
def test_hours_of_few_orders(n: int, said: str) -> None:
    assert findings.weekday_by_hour(exploration.weekday_by_hour(orders_of([1.0] * n))) == said


# --- money


@pytest.mark.parametrize(
    ("sales", "said"),
    [
        ([], "There are no orders in this period."),
        ([5.0], "There is one order, worth €5.00."),
        ([5.0] * 3, "Practically all of the 3 orders are worth €5.00."),
        ([0.0] * 3, "Practically all of the 3 orders are worth €0.00."),
        (
            [1.0] * 9 + [91.0],
            "Half of the 10 orders are worth up to €1.00; the 10% above €10.00 bring 91% of the sales.",
        ),
    ],
)
def test_order_values(sales: list[float], said: str) -> None:
    assert findings.order_values(exploration.order_value_quantiles(orders_of(sales)), "EUR") == said


@pytest.mark.parametrize(
    ("money", "said"),
    [
        ([], "There are no customers in this period."),
        ([5.0], "One customer brings all of the revenue, €5.00."),
        ([0.0, 0.0], "The net revenue of this period is not positive, so shares of it cannot be told."),
        ([-5.0], "The net revenue of this period is not positive, so shares of it cannot be told."),
        ([5.0] * 12, "All 12 customers bring about the same revenue: nobody stands out."),
        (
            [90.0, 5.0, 5.0, -1.0],
            "Half of the revenue comes from 25% of the customers (1 of 4). "
            "1 customer returned more than they bought (−€1.00).",
        ),
    ],
)
def test_concentration(money: list[float], said: str) -> None:
    customers = pd.DataFrame({"monetary_value": np.array(money, dtype="float64")})
    assert findings.concentration(exploration.concentration(customers), "EUR") == said


def test_key_numbers_of_nobody() -> None:
    customers = pd.DataFrame({name: [] for name in ("frequency", "monetary_value", "first_order_at", "last_order_at")})
    told = findings.key_numbers(exploration.key_numbers(customers, orders_of([])))
    assert told["Customers"] == "0"
    assert told["Average order value"].startswith("–")


# --- coming back


def test_one_time_share() -> None:
    orders, new = orders_of([1.0] * 4), orders_of([1.0])["at"].min().date()
    late = findings.one_time_share(exploration.one_time_share(orders, dt.date(2024, 12, 1), new))
    assert late.startswith("Of 4 new customers who first bought more than 90 days ago, 100% have not ordered again")
    early = findings.one_time_share(exploration.one_time_share(orders, dt.date(2024, 1, 5), new))
    assert early.endswith("but all of them are too new to judge.")
    seen = findings.one_time_share(exploration.one_time_share(orders, dt.date(2024, 12, 1)))
    assert seen.startswith("Of 4 customers first seen more than 90 days ago, 100% have one order in the records.")
    assert seen.endswith("how many buy only once cannot be told.")
    nobody = exploration.one_time_share(orders_of([]), dt.date(2024, 1, 5))
    assert findings.one_time_share(nobody) == "There are no customers in this period."


def gaps_of(gaps: list[int], each: int) -> pd.DataFrame:
    table = pd.DataFrame({"gap_days": gaps, "repeat_orders": [each] * len(gaps)})
    return table.assign(within_share=table.repeat_orders.cumsum() / max(1, table.repeat_orders.sum()))


@pytest.mark.parametrize(
    ("gaps", "each", "said"),
    [
        ([], 0, "Nobody has ordered twice, so the time between orders cannot be told."),
        ([4], 1, "1 repeat order is too few to tell the time between orders."),
        ([4, 9], 5, "10 repeat orders are too few to tell the time between orders."),
        ([0], 40, "Of 40 repeat orders, half came on the day of the order before and 80% on that day too."),
        ([1, 9], 40, "Of 80 repeat orders, half came within 1 day of the order before and 80% within 9 days."),
    ],
)
def test_interpurchase_times(gaps: list[int], each: int, said: str) -> None:
    assert findings.interpurchase_times(gaps_of(gaps, each)) == said


def cohorts_of(*rows: tuple[str, int, int, int, bool]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["cohort", "months_since", "customers", "active", "censored"])
    return table.assign(cohort=pd.to_datetime(table.cohort), retention_share=table.active / table.customers)


def test_cohorts() -> None:
    assert "cannot be told" in findings.cohort_retention(cohorts_of())
    old, new = ("2024-01-01", 0, 9, 9, True), ("2024-02-01", 0, 9, 9, False)
    assert findings.cohort_retention(cohorts_of(new)) == "It is too early to see how many new customers come back."
    assert findings.cohort_retention(cohorts_of(old)) == "It is too early to see how many come back."
    again = ("2024-01-01", 1, 9, 3, True)
    assert findings.cohort_retention(cohorts_of(old, again)) == (
        "One month after they were first seen, 33% of the customers ordered again (3 of 9). None of them can be called "
        "new: this is no share of new customers who come back."
    )
    assert findings.cohort_retention(cohorts_of(old, new)).endswith(
        "1 month is left out: some who were first seen in it may have bought before the records."
    )
    several = cohorts_of(new, *[("2024-02-01", month, 200, 40 - month, False) for month in range(1, 7)])
    assert findings.cohort_retention(several) == (
        "One month after their first order, 20% of new customers ordered again (39 of 200); six months after, 17% "
        "did (34 of 200)."
    )


# --- mix, returns, discounts


def mix_of(rows: list[tuple], by: str = "category") -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=[by, "values", "revenue", "returned", "orders"])
    table = table.assign(revenue_share=table.revenue / table.revenue.sum(), sales=table.revenue + table.returned)
    return table.assign(returns_share=table.returned / table.sales)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("tea", 1, 10.0, 0.0, 5)], "tea is the only category and brings 100% of the net revenue."),
        (
            [("tea", 1, 9.0, 0.0, 5), ("not told", 1, 1.0, 0.0, 1)],
            "tea is the only category and brings 90% of the net revenue; for 10% of it the category is not told.",
        ),
        (
            [("a", 1, 4.0, 0.0, 5), ("b", 1, 3.0, 0.0, 5), ("c", 1, 2.0, 0.0, 1), ("Other (7)", 7, 1.0, 0.0, 1)],
            "The largest of 10 categories, a, brings 40% of the net revenue; the three largest together 90%.",
        ),
    ],
)
def test_mix(rows: list[tuple], said: str) -> None:
    assert findings.mix(mix_of(rows)) == said


def test_mix_that_is_not_told() -> None:
    assert findings.mix(mix_of([]).head(0)) == "The orders do not tell the category."
    assert findings.returns_by(mix_of([], "country")) == "The orders do not tell the country."
    negative = mix_of([("a", 1, 1.0, 0.0, 1)]).assign(revenue_share=np.nan)
    assert findings.mix(negative) == "The net revenue is not positive, so shares by category cannot be told."


def test_returns_by_compares_only_where_orders_suffice() -> None:
    rows = [("a", 1, 90.0, 10.0, 50), ("b", 1, 80.0, 20.0, 50), ("c", 1, 1.0, 9.0, 3)]
    assert findings.returns_by(mix_of(rows), "EUR") == (
        "Among categories, returns are highest for b: 20% of sales (€20.00 of €100.00), against 19% overall."
    )
    assert findings.returns_by(mix_of(rows[1:])).startswith("Too few orders to compare returns by category")
    assert findings.returns_by(mix_of([("a", 1, 90.0, 0.0, 50)])) == ""  # returns() tells it once


def returned_of(sales: list[float], returned: list[float]) -> pd.DataFrame:
    table = pd.DataFrame({"complete": True, "sales": sales, "returned": returned}, dtype="float64")
    return table.assign(complete=True, returns_share=(table.returned / table.sales).where(table.sales > 0))


@pytest.mark.parametrize(
    ("sales", "returned", "said"),
    [
        ([], [], "There are no orders in this period."),
        ([10.0], [0.0], "The orders record no returns; whether goods came back cannot be told."),
        ([10.0], [1.0], "Returns took back 10% of the sales (1.00 of 10.00)."),
        ([0.0], [1.0], "Returns took back 1.00 of 0.00 of sales."),
        (
            [10.0, 0.0, 30.0],
            [1.0, 0.0, 1.0],
            "took back 5.0% of the sales (2.00 of 40.00), between 3.3% and 10% a month.",
        ),
    ],
)
def test_returns(sales: list[float], returned: list[float], said: str) -> None:
    assert said in findings.returns(returned_of(sales, returned))


def test_discounts() -> None:
    assert findings.discounts(exploration.discounts(orders_of([9.0]))) == "The orders do not tell discounts or coupons."
    assert findings.discounts(exploration.discounts(orders_of([]))) == "The orders do not tell discounts or coupons."
    none = exploration.discounts(orders_of([9.0]).assign(discount=0.0))
    assert findings.discounts(none) == "No order had a discount."
    both = exploration.discounts(orders_of([9.0, 10.0]).assign(discount=[1.0, 0.0], coupon=[True, False]))
    assert findings.discounts(both, "EUR") == (
        "Discounts gave away 5.0% of the sales before discount (€1.00); 50% of the orders had one; "
        "50% of the orders used a coupon."
    )
    coupons = exploration.discounts(orders_of([9.0, 10.0]).assign(coupon=[True, False]))
    assert findings.discounts(coupons) == "50% of the orders used a coupon."


# --- trust and readiness


def ledger_of(*steps: tuple[str, int, float], rows: int, amount: float) -> pd.DataFrame:
    table = [("raw", "every row", 0, rows, amount, 0.0)]
    for step, removed, worth in steps:
        rows, amount = rows - removed, amount - worth
        table.append((step, f"because of {step}", removed, rows, amount, worth))
    table.append(("analysed", "what is left", 0, rows, amount, 0.0))
    return pd.DataFrame(table, columns=["step", "meaning", "rows_removed", "rows", "amount", "amount_removed"])


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ([], "Every line is analysed (100). It adds up."),
        (
            [("duplicate", 5, 5.0), ("no_customer", 20, 9.5)],
            "75 of 100 lines (75%) are analysed; the largest loss is lines without a customer: 20 (20%), worth €9.50. "
            "It adds up.",
        ),
        (
            [("before_window", 60, 60.0), ("own_step", 4, 4.0)],
            "36 of 100 lines (36%) are analysed; 60 lines lie outside the period; the largest loss is because of "
            "own_step: 4 (4.0%), worth €4.00. It adds up.",
        ),
        ([("after_as_of", 1, 1.0)], "99 of 100 lines (99%) are analysed; 1 line lies outside the period. It adds up."),
    ],
)
def test_ledger(steps: list[tuple[str, int, float]], said: str) -> None:
    assert findings.ledger(ledger_of(*steps, rows=100, amount=100.0), "EUR") == said


def test_a_ledger_that_does_not_add_up_says_so() -> None:
    table = ledger_of(("duplicate", 5, 5.0), rows=100, amount=100.0)
    table.loc[1, "amount_removed"] = 4.0
    assert findings.ledger(table, "EUR").endswith("It does not add up: 0 lines and €1.00 are unaccounted for.")


def test_ledger_of_an_empty_file() -> None:
    assert findings.ledger(ledger_of(rows=0, amount=0.0)) == "The file has no lines."


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        ({"amount": 0.0, "coupon_code": 0.9}, "The one column is complete."),
        ({"amount": 0.0, "country": 0.0}, "All 2 columns are complete."),
        (
            {"amount": 0.0, "country": 0.0001},
            "Country is missing in less than 0.1% of the lines; 1 of 2 columns is complete.",
        ),
        ({"a": 0.1, "top_country": 0.5}, "Country is missing in 50% of the lines; 0 of 2 columns are complete."),
        ({}, "The file has no columns that are known."),
    ],
)
def test_quality(missing: dict[str, float], said: str) -> None:
    table = pd.DataFrame({"column": list(missing), "missing_share": list(missing.values())})
    assert findings.quality(table.assign(missing=table.missing_share * 10_000)) == said


def test_readiness_rows_answer_the_five_questions() -> None:
    one = pd.DataFrame({"recency_days": [1], "frequency": [1], "monetary_value": [9.0]})
    table = exploration.readiness(one, orders_of([9.0]), {"decision": "Whom to write to", "owner": "Shop lead"})
    rows = findings.readiness_rows(table).set_index("question")
    assert len(rows) == 5
    assert rows.verdict.tolist() == ["yes", "no", "no", "no", "partly"]
    assert rows.evidence.iloc[0] == "decision: Whom to write to"
    assert rows.evidence.iloc[1].startswith("customers: 1 (500 wanted); with more than one order: 0 (500 wanted)")
    assert "measure: not written, add [readiness] measure to shop.toml" in rows.evidence.iloc[4]
    assert findings.readiness(table).endswith("still to be written down: channel and measure.")


def test_readiness_of_unknowns_is_not_known() -> None:
    row = {
        "question": 3,
        "check": "consent_share",
        "value": np.nan,
        "enough": 0.5,
        "answer": "",
        "verdict": "not known",
    }
    rows = findings.readiness_rows(pd.DataFrame([row]))
    assert rows.to_numpy().tolist() == [
        ["Can the business treat segments differently?", "agreed to be mailed: not known", "not known"]
    ]


def test_every_check_has_words() -> None:
    from seglib.analysis.exploration import readiness
    from seglib.show.findings.exploration import readiness as words

    assert set(readiness.__globals__["THRESHOLDS"]) == set(words.__globals__["EVIDENCE"])


def test_findings_of_cdnow_against_published_figures() -> None:
    """Fader and Hardie's CDNOW: 23,570 customers of the first quarter of 1997."""
    path = SHARED / "cdnow" / "cdnow_master.parquet"
    if not path.exists():
        pytest.skip("CDNOW is not here")
    bought = pd.read_parquet(path).drop_duplicates(["customer_id", "date"])
    orders = pd.DataFrame({"customer_id": bought.customer_id, "at": pd.to_datetime(bought["date"])})
    table = exploration.one_time_share(orders, dt.date(1998, 7, 1), new_since=dt.date(1997, 1, 1))
    assert findings.one_time_share(table).startswith(
        "Of 23,570 new customers who first bought more than 90 days ago, 5"
    )


FOREIGN = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "{clauses}."
msgstr "«{clauses}.»"

msgid "{first}; {second}"
msgstr "{first} · {second}"

msgid "None of the weekdays stands out among {n} orders"
msgstr "«{n} orders, no weekday»"

msgid "the orders tell no time of day"
msgstr "«no time of day»"

msgid "{n} of {all} lines ({share}) are analysed"
msgstr "«{share} of {all}: {n}»"

msgid "lines without a customer"
msgstr "«nobody's lines»"

msgid "the largest loss is {what}: {n} ({share}), worth {amount}"
msgstr "«lost {what}, {amount}»"

msgid "It adds up."
msgstr "«Adds up.»"
"""

# --- in another language


@pytest.mark.usefixtures("foreign")
def test_sentences_in_another_language_keep_their_numbers() -> None:
    hours = pd.DataFrame({"weekday": range(7), "hour": pd.NA, "orders": [200] * 7})
    assert findings.weekday_by_hour(hours) == "««1,400 orders, no weekday» · «no time of day».»"
    steps = {"step": ["raw", "no_customer", "analysed"], "meaning": "", "rows": [4, 3, 3], "rows_removed": [0, 1, 0]}
    ledger = pd.DataFrame(steps | {"amount": [9.0, 7.0, 7.0], "amount_removed": [0.0, 2.0, 0.0]})
    assert findings.ledger(ledger, "EUR") == "««75% of 4: 3» · «lost «nobody's lines», €2.00».» «Adds up.»"
