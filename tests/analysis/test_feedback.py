"""Feedback: hand-worked cases, a published survey, groups that are too small."""

from __future__ import annotations

import ibis
import numpy as np
import pandas as pd
import pytest
from scipy import stats

from seglib import feedback


def responses_of(rows: list[tuple], **more: list) -> ibis.Table:
    who, question, answer = (list(column) for column in zip(*rows, strict=True))
    return ibis.memtable(pd.DataFrame({"customer_id": who, "question": question, "answer": answer, **more}))


def lines_of(rows: list[tuple[str, str, str, float]]) -> ibis.Table:
    who, order, at, amount = (list(column) for column in zip(*rows, strict=True))
    moments = pd.to_datetime(at, format="ISO8601")
    table = pd.DataFrame({"customer_id": who, "order_id": order, "ordered_at": moments, "amount": amount})
    return ibis.memtable(table.assign(is_return=table["amount"] < 0))


def test_the_last_answer_of_each_person_counts():
    at = pd.to_datetime(["2024-01-01", "2024-02-01", "2024-01-01"])
    responses = responses_of([("a", "Q", "no"), ("a", "Q", "yes"), ("b", "Q", " ")], answered_at=at)
    latest = feedback.latest_answers(responses)
    assert latest[["customer_id", "answer"]].values.tolist() == [["a", "yes"]]
    assert latest["rating"].isna().all()


def test_a_question_is_a_rating_when_every_answer_is_a_number():
    responses = responses_of([("a", "Stars", "4"), ("b", "Stars", "5,5"), ("a", "Size", "4"), ("b", "Size", "large")])
    latest = feedback.latest_answers(responses).set_index(["question", "customer_id"])["rating"]
    assert latest.loc["Stars"].tolist() == [4.0, 5.5]
    assert latest.loc["Size"].isna().all()


def test_mcdonalds_shares_of_yes_as_published(shared):
    """Dolnicar, Gruen, Leisch (2018): the share of Yes of each of eleven perceptions."""
    survey = pd.read_parquet(shared("mcdonalds_needs_survey/mcdonalds.parquet"))
    published = {
        "yummy": 0.5526,
        "convenient": 0.9078,
        "spicy": 0.0936,
        "fattening": 0.8672,
        "greasy": 0.5265,
        "fast": 0.9002,
        "cheap": 0.5988,
        "tasty": 0.6442,
        "expensive": 0.3579,
        "healthy": 0.1989,
        "disgusting": 0.2429,
    }
    wide = survey[[*published]].rename_axis("customer_id").reset_index().astype({"customer_id": "str"})
    responses = ibis.memtable(wide.melt("customer_id", var_name="question", value_name="answer"))
    table = feedback.answers(feedback.latest_answers(responses))
    yes = table[table["answer"] == "Yes"].set_index("question")["share"]
    assert yes.round(4).to_dict() == published
    assert (table["people"] == 1453).all()


def test_answers_that_nobody_of_a_group_gave_are_told_with_zero():
    rows = [(f"c{n}", "Q", "yes" if n < 12 else "no") for n in range(24)]
    groups = pd.Series({f"c{n}": "early" if n < 12 else "late" for n in range(24)})
    table = feedback.answers(feedback.latest_answers(responses_of(rows)), groups, min_group=10)
    table = table.set_index(["group", "answer"])
    assert table.loc[("early", "no"), "answers"] == 0
    assert table.loc[("early", "yes"), "share"] == 1
    assert table.loc["early", "differs"].all()
    assert not table.loc["Everyone", "differs"].any()


def test_answers_of_few_people_are_told_together_and_free_text_not_at_all():
    rows = [(f"c{n}", "Q", "yes" if n < 40 else "no") for n in range(80)]
    rows += [
        ("c80", "Q", "ask Ann Smith"),
        ("c81", "Q", "never"),
        *((f"c{n}", "Why", f"for {n % 9}") for n in range(60)),
    ]
    table = feedback.answers(feedback.latest_answers(responses_of(rows)))
    assert dict(zip(table["answer"], table["answers"], strict=True)) == {"Other (2)": 2, "no": 40, "yes": 40}
    assert set(table["question"]) == {"Q"}
    why = feedback.answers(feedback.latest_answers(responses_of(rows[82:])))
    assert why.attrs["needs"] == "survey questions with a few fixed answers"


def test_small_groups_are_not_described():
    rows = [(f"c{n}", "Q", "yes") for n in range(59)]
    groups = pd.Series({f"c{n}": "large" if n < 30 else "small" for n in range(59)})
    for table in (
        feedback.answers(feedback.latest_answers(responses_of(rows)), groups),
        feedback.ratings(feedback.latest_answers(responses_of([(who, q, "3") for who, q, _ in rows])), groups),
    ):
        assert set(table["group"]) == {"Everyone", "large"}
        assert table.attrs["small_groups"] == 1


def test_ratings_against_scipy():
    draw = np.random.default_rng(1)
    values = draw.integers(1, 6, 60)
    rows = [(f"c{n}", "Stars", str(value)) for n, value in enumerate(values)]
    groups = pd.Series({f"c{n}": "a" if n < 25 else "b" for n in range(60)})
    table = feedback.ratings(feedback.latest_answers(responses_of(rows)), groups, min_group=10).set_index("group")
    low, high = stats.t.interval(0.95, 24, values[:25].mean(), stats.sem(values[:25]))
    assert table.loc["a", "mean"] == values[:25].mean()
    assert table.loc["a", ["low", "high"]].tolist() == pytest.approx([low, high], abs=0.06)  # within the scale
    p = stats.ttest_ind(values[:25], values[25:], equal_var=False)[1]
    assert table.loc["a", "differs"] == (p <= 0.05)


def test_ratings_that_are_all_equal_and_alone():
    rows = [(f"c{n}", "Stars", "5") for n in range(20)]
    groups = pd.Series({f"c{n}": "a" if n < 10 else "b" for n in range(20)})
    table = feedback.ratings(feedback.latest_answers(responses_of(rows)), groups, min_group=10)
    assert (table["mean"] == 5).all()
    assert not table["differs"].any()
    assert feedback.ratings(feedback.latest_answers(responses_of(rows[:1])), min_group=1)["low"].isna().all()


def test_a_group_that_differs_is_found():
    rows = [(f"c{n}", "Stars", str(1 + n % 2 if n < 20 else 4 + n % 2)) for n in range(60)]
    groups = pd.Series({f"c{n}": "sad" if n < 20 else "glad" for n in range(60)})
    table = feedback.ratings(feedback.latest_answers(responses_of(rows)), groups, min_group=10).set_index("group")
    assert table["differs"].to_dict() == {"Everyone": False, "glad": True, "sad": True}


def test_chance_alone_makes_few_differences():
    draw = np.random.default_rng(5)
    rows = [(f"c{n}", f"Q{q}", "yes" if draw.random() < 0.4 else "no") for n in range(400) for q in range(5)]
    groups = pd.Series({f"c{n}": f"g{n % 8}" for n in range(400)})
    assert feedback.answers(feedback.latest_answers(responses_of(rows)), groups)["differs"].sum() <= 2


def test_returns_by_hand():
    lines = lines_of(
        [
            *(("a", "1", "2024-01-01", 60.0), ("a", "1", "2024-01-05", -10.0), ("b", "2", "2024-01-02", 40.0)),
            ("b", "R7", "2024-02-01", -20.0),
            ("c", "3", "2024-02-01", 100.0),
        ]
    )
    row = feedback.returns(lines, min_group=1).iloc[0]
    assert row[["people", "returners", "orders", "returns", "sales", "returned"]].tolist() == [3, 2, 3, 2, 200, 30]
    assert row["returned_share"] == pytest.approx(0.15)
    assert row["returns_per_order"] == pytest.approx(2 / 3)


def test_a_shop_without_returns_says_so():
    assert feedback.returns(lines_of([("a", "1", "2024-01-01", 5.0)])).attrs["needs"] == "orders with returns"
    assert feedback.returns(None).attrs["needs"] == "orders"


def test_periods_that_the_records_cover_in_part_are_left_out():
    days = pd.date_range("2024-01-01", "2024-07-02", freq="D")
    rows = [(f"c{n % 30}", str(n), str(day), 10.0) for n, day in enumerate(days)]
    rows += [("c1", "R", "2024-02-01", -5.0)]
    table = feedback.returns(lines_of(rows), period="quarter")
    assert table["period"].dt.strftime("%Y-%m").tolist() == ["2024-01", "2024-04"]


def test_reasons_by_group_and_time():
    at = pd.to_datetime(["2024-01-01"] * 3 + ["2024-05-01"] * 2)
    table = pd.DataFrame(
        {"customer_id": list("abcab"), "opened_at": at, "reason": ["size", "size", "late", "late", ""]}
    )
    told = feedback.ticket_reasons(ibis.memtable(table), min_group=1)
    assert told[["reason", "tickets"]].values.tolist() == [["late", 2], ["size", 2], ["not told", 1]]
    then = feedback.ticket_reasons(ibis.memtable(table), period="quarter", min_group=1)
    assert then.set_index(["period", "reason"]).loc[("2024-04-01", "size"), "tickets"] == 0
    few = feedback.ticket_reasons(ibis.memtable(table), min_group=1, top=1)
    assert few["reason"].tolist() == ["late", "Other (2)"]


def test_nothing_at_all():
    assert feedback.ticket_reasons(None).attrs["needs"] == "tickets"
    latest = feedback.latest_answers(None)
    for table in (feedback.answers(latest), feedback.ratings(latest), feedback.ratings(feedback.longest_asked(latest))):
        assert table.empty
        assert table.attrs["needs"] == "responses"
    nameless = ibis.memtable(pd.DataFrame({"customer_id": ["a"], "opened_at": pd.to_datetime(["2024-01-01"])}))
    assert feedback.ticket_reasons(nameless).attrs["needs"] == "tickets with reasons"
    words = feedback.latest_answers(responses_of([("a", "Q", "yes")]))
    assert feedback.ratings(words).attrs["needs"] == "survey questions answered with numbers"
